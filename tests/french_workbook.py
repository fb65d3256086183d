"""A team's own workbook, as such workbooks are: four sheets with title rows, totals, names spelt five ways, k€, refused requests,
and a survey with one column for each question. Every value is written by hand, so that totals and shares can be counted on paper.
"""

from pathlib import Path

import openpyxl

DAY = "2018-06-27"
PARTNERS = [  # as the directory writes them
    ("Les Jardins d'Avril", "44"),
    ("Foyer rural de Brou", "28"),
    ("Ateliers Soudés", "29"),
    ("Compagnie du Large", "35"),
    ("Vélo Solidaire", "56"),
    ("Épicerie des Halles", "49"),
    ("Maison du Numérique", "75"),
    ("Radio Bocage", "85"),
    ("Théâtre du Pré", "72"),
    ("Réseau Mobilités", "53"),
    ("Verger Partagé", "22"),
    ("Atelier Bois", "50"),
]
SPELLINGS = ["{}", "{} ", "ASSOCIATION {}", "Association {}", "{} (asso)"]
# Partner, first year, how many agreements of a year follow one another from 1 January on.
# Five of the twelve go beyond their third year, and three of the ten that begin after the first
# year that the workbook holds; nothing is still running.
CHAINS = [(0, 2010, 5), (1, 2011, 4), (2, 2010, 4), (3, 2012, 5), (4, 2011, 1)]
CHAINS += [(5, 2012, 2), (6, 2012, 1), (7, 2013, 2), (8, 2013, 1), (9, 2013, 1)]
CHAINS += [(10, 2013, 1), (11, 2012, 4)]
BEYOND_THREE_YEARS = 5 / 12
TERMS, RENEWED = 31, 19  # each agreement but the last of a chain is renewed
PAIRS = 19  # of spellings that may be one partner
REFUSED = [(4, 2014, "Refusé"), (6, 2015, "Abandonné")]
QUESTIONS = [
    "Q1 Confiance",
    "Q2 Écoute",
    "Q3 Clarté",
    "Q4 Lourdeur (inversée)",
    "Q5 Réactivité",
    "Q6 Co-construction",
    "Q7 Équilibre",
    "Q8 Décisions partagées",
    "Q9 Compréhension",
    "Q10 Renouvelleriez-vous ?",
]


def thousands(partner: int, year: int) -> float:
    """The amount of an agreement in k€."""
    return 10 + partner + (year - 2010) / 2


def spelt(partner: int, number: int) -> str:
    name = PARTNERS[partner][0]
    text = SPELLINGS[number % len(SPELLINGS)].format(name)
    return text.upper() if number % 5 == 2 else text


def agreements() -> list[tuple]:
    """Partner, year, k€, status: the granted ones first in the order of their numbers."""
    granted = [
        (partner, first + step, thousands(partner, first + step), "Signée")
        for partner, first, count in CHAINS
        for step in range(count)
    ]
    refused = [
        (partner, year, thousands(partner, year), status) for partner, year, status in REFUSED
    ]
    return granted + refused


def answers() -> list[tuple]:
    """Partner, side, ten answers of 0 to 10 ("NSP": no opinion)."""
    return [
        (partner, side, [(partner + question + shift) % 11 for question in range(9)] + ["NSP"])
        for partner in range(5)
        for side, shift in (("Partenaire", 0), ("Groupe", 2))
    ]


TOTAL_EUR = 1000 * sum(amount for _p, _y, amount, status in agreements() if status == "Signée")


def write(folder: Path) -> Path:
    """The workbook `suivi.xlsx` in a folder."""
    book = openpyxl.Workbook()
    directory = book.active
    directory.title = "Annuaire"
    directory.append(["Annuaire des partenaires"])
    directory.append([])
    directory.append(["Organisme", "Dép.", "Remarques"])
    for name, department in PARTNERS:
        directory.append([name, department, "appeler Mme Durand le 06 12 34 56 78"])
    sheet = book.create_sheet("Conventions")
    sheet.append(["Conventions signées depuis 2010"])
    sheet.append(["au 27 juin 2018"])
    sheet.append(["N°", "Organisme", "Direction", "Du", "Au", "Montant (k€)", "Statut"])
    rows = agreements()
    for number, (partner, year, amount, status) in enumerate(rows, 1):
        dates = (f"01/01/{year}", f"31/12/{year}")
        name = spelt(partner, number)
        sheet.append([f"C{number:03}", name, "Bretagne", *dates, amount, status])
    sheet.append(["Total", None, None, None, None, sum(row[2] for row in rows), None])
    payments = book.create_sheet("Versements")
    payments.append(["Versements aux partenaires"])
    payments.append(["N°", "N° convention", "Exercice", "Sens", "Nature", "Montant (k€)"])
    for number, (_partner, year, amount, status) in enumerate(rows, 1):
        if status == "Signée":
            payments.append(
                [f"V{number}", f"C{number:03}", year, "vers partenaire", "numéraire", amount]
            )
    payments.append(["Total", None, None, None, None, TOTAL_EUR / 1000])
    survey = book.create_sheet("Enquête 2012")
    survey.append(["Enquête auprès des partenaires et des directions, printemps 2012"])
    survey.append(["Notes de 0 à 10 ; NSP : ne se prononce pas"])
    survey.append(["Organisme", "Direction", "Côté", *QUESTIONS, "Commentaire libre"])
    for partner, side, values in answers():
        survey.append(
            [PARTNERS[partner][0], "Bretagne", side, *values, "Mme Durand a été parfaite"]
        )
    book.save(folder / "suivi.xlsx")
    return folder / "suivi.xlsx"
