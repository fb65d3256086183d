"""A French team's own workbook, as it might be: four sheets, titles, a total, names spelt several ways, a wide survey."""

from pathlib import Path

from openpyxl import Workbook

PARTNERS = [
    (f"P{place:02}", name, department)
    for place, (name, department) in enumerate(
        [
            *[("Foyer rural de Clisson", "44"), ("Emmaüs Alternatives", "93"), ("Konexio", "75")],
            *[("Wimoov", "31"), ("Jardins de la Montagne", "67"), ("Comptoirs de campagne", "69")],
            *[("Amis du vieux Clisson", "44"), ("Judo club du bourg", "35")],
            *[(f"Association {word}", "35") for word in ("Alouette", "Bruyère", "Cigale", "Dune")],
        ],
        1,
    )
]


def write(folder: Path) -> Path:
    """The workbook in a folder; its path."""
    book = Workbook()
    partners = book.active
    partners.title = "Partenaires"
    partners.append(["Annuaire des partenaires"])
    partners.append([])
    partners.append(["Code partenaire", "Nom du partenaire", "Département"])
    for row in PARTNERS:
        partners.append(row)
    partners.append(["P13", "Foyer rural de Clison", "44"])

    agreements = book.create_sheet("Conventions")
    agreements.append(["Conventions signées depuis 2014"])
    agreements.append([])
    agreements.append(
        ["N° convention", "Code partenaire", "Entité", "Début", "Échéance", "Montant prévu"]
    )
    number = 0
    for place, (code, _name, _department) in enumerate([*PARTNERS, ("P13", "", "")]):
        years = range(2014 + place % 3, 2018 - place % 2) if place < 12 else [2018]
        for year in years:
            number += 1
            start = "31/02/2016" if number == 5 else f"01/01/{year}"
            row = [f"C{number:03}", code, "Direction régionale", start, f"31/12/{year}"]
            agreements.append([*row, f"{2 + place} k€"])

    paid = book.create_sheet("Versements")
    paid.append(["Code contribution", "N° convention", "Année", "Nature", "Sens", "Montant versé"])
    for place in range(1, number + 1):
        row = [f"V{place:03}", f"C{place:03}", 2014 + place % 4, "numéraire", "vers le partenaire"]
        paid.append([*row, f"{1000 + 10 * place},00 €"])

    survey = book.create_sheet("Enquête 2018")
    survey.append(
        ["Code réponse", "Code partenaire", "Entité", "Côté", "Question", "Note", "Vague"]
    )
    for code, _name, _department in PARTNERS:
        for side in ("partenaire", "groupe"):
            for item in range(1, 11):
                number += 1
                survey.append(
                    [
                        f"R{number:04}",
                        code,
                        "Direction régionale",
                        side,
                        f"Q{item}",
                        5 + item % 5,
                        2018,
                    ]
                )
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "suivi.xlsx"
    book.save(file)
    return file
