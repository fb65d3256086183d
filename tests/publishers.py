"""Lists as publishers of many countries write them, drawn by code: their files, what they hold, and the answers of one who knows.

The shapes are those of real lists (columns in other languages, numbers that are no money, several amounts, blocks, one
column a year); every value is drawn.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

NAMES = ["Club", "Verein", "Theatre", "Foyer", "Atelier", "Chorale", "Maison", "Garden", "Society"]
PLACES = ["du Lac", "Nord", "of the Hill", "Saint-Jean", "am See", "Europe", "Sud", "des Arts"]


@dataclass
class Published:
    """A publisher's file and the truth: how many grants of how much, and the columns as its team would state them."""

    file: str
    text: str
    rows: int
    total: float
    answers: dict[str, str] = field(default_factory=dict)


def body(seed: int, count: int = 40) -> Callable[[], list]:
    """Draws for the rows of a list: name, amount in cents, day of 2015 to 2019."""
    chance = random.Random(seed)
    rows = []
    for place in range(count):
        name = f"{chance.choice(NAMES)} {chance.choice(PLACES)} {place % 31}"
        cents = chance.choice([50000, 100000, 250000, 1230050, 7137350, 1930898])
        day = f"{chance.randint(2015, 2019)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        rows.append((name, cents / 100 + place, day))
    return rows


def lines(*rows: tuple) -> str:
    return "".join(";".join(map(str, row)) + "\n" for row in rows)


def german(day: str) -> str:
    return f"{day[8:]}.{day[5:7]}.{day[:4]}"


def hamburg() -> Published:
    """A number of the register before the amount; periods as two columns."""
    rows = body(1)
    held = [
        (
            name,
            10000 + 7919 * i % 89999,
            f"{amount:.2f}".removesuffix(".00"),
            german(day),
            german(f"{int(day[:4]) + 1}{day[4:]}"),
            "Projekt",
        )
        for i, (name, amount, day) in enumerate(rows)
    ]
    head = ("Empfänger", "INEZ-Nummer", "Gesamtzuwendung", "Zeitraum von", "Zeitraum bis", "Zweck")
    answers = {
        "recipient": "Empfänger",
        "amount": "Gesamtzuwendung",
        "date": "Zeitraum von",
        "planned_end": "Zeitraum bis",
    }
    return Published("zuwendungen.csv", lines(head, *held), 40, sum(r[1] for r in rows), answers)


def geneva() -> Published:
    """A rent beside the money."""
    rows = body(2)
    held = [
        (name, day[:4], f"{12 * (300 + 7.3 * i):.2f}", f"{amount:.2f}", "culture")
        for i, (name, amount, day) in enumerate(rows)
    ]
    head = ("entity", "year", "annual_rent", "monetary_support", "policy")
    answers = {"recipient": "entity", "date": "year", "amount": "monetary_support"}
    return Published("geneva.csv", lines(head, *held), 40, sum(r[1] for r in rows), answers)


def toulouse() -> Published:
    """The French standard with its dates of convention left blank."""
    rows = body(3)
    held = [
        ("Ville", name, "", f"{amount:.2f}", f"{day}/{day[:4]}-12-31") for name, amount, day in rows
    ]
    head = (
        "nomAttribuant",
        "nomBeneficiaire",
        "dateConvention",
        "montant",
        "datesPeriodeVersement",
    )
    return Published("toulouse.csv", lines(head, *held), 40, sum(r[1] for r in rows))


def montpellier() -> Published:
    """Blocks one under another, each with its title and its own header, which are no known words."""
    rows = body(4, 60)
    text = "SUBVENTIONS 2014;;\n;;\n"
    for number, title in enumerate(["CULTURE", "SPORT", "SOLIDARITE"]):
        part = rows[20 * number : 20 * number + 20]
        label = ["Association", "Club sportif", "Structure"][number]
        text += f"{title};;\n{label};Objet;Montant attribué\n"
        text += lines(*[(name, "Fonctionnement", f"{amount:.2f}") for name, amount, _ in part])
        text += f"Total;;{sum(amount for _, amount, _ in part):.2f}\n;;\n"
    return Published("montpellier-2014.csv", text, 60, sum(r[1] for r in rows))


def oxford() -> Published:
    """Wards and numbers beside the grant; charity numbers."""
    rows = body(5)
    held = [
        (
            name,
            1000000 + 331 * i,
            i % 24 + 1,
            f"£{amount:,.2f}",
            "Community",
            german(day).replace(".", "/"),
        )
        for i, (name, amount, day) in enumerate(rows)
    ]
    head = ("Group", "Charity No", "Ward", "Sum agreed", "Theme", "Panel date")
    answers = {"recipient": "Group", "amount": "Sum agreed", "date": "Panel date"}
    return Published("oxford.csv", lines(head, *held), 40, sum(r[1] for r in rows), answers)


def budgets() -> Published:
    """One column of amounts for each year, under a word of which nobody knows that it is an amount."""
    rows = body(6, 20)
    held = [(name, f"{amount:.2f}", f"{amount + 100:.2f}", "") for name, amount, _ in rows]
    head = ("Organisme", "budget2014", "budget2015", "budget2016")
    total = sum(2 * amount + 100 for _, amount, _ in rows)
    return Published("budgets.csv", lines(head, *held), 40, total, {"amount": "Budget"})


def departments() -> Published:
    """Row numbers and departments where an amount is sought."""
    rows = body(7)
    held = [
        (i, i % 90 + 1, name, f"{amount:.2f}".replace(".", ","), day[:4])
        for i, (name, amount, day) in enumerate(rows, 1)
    ]
    head = ("Rang", "Dép", "Intitulé de la structure", "Crédits", "Millésime")
    answers = {"recipient": "Intitulé de la structure", "amount": "Crédits", "date": "Millésime"}
    return Published("credits.csv", lines(head, *held), 40, sum(r[1] for r in rows), answers)


def whole_numbers() -> Published:
    """Amounts and numbers of files alike whole and different."""
    rows = body(8)
    held = [
        (name, 20000 + 137 * i, int(amount) * 10 + i, day)
        for i, (name, amount, day) in enumerate(rows)
    ]
    head = ("Bénéficiaire", "Dossier", "Engagé", "Notifiée le")
    answers = {"amount": "Engagé", "date": "Notifiée le", "recipient": "Bénéficiaire"}
    return Published("engages.csv", lines(head, *held), 40, sum(r[2] for r in held), answers)


def two_amounts() -> Published:
    """Granted and paid: both are amounts, and they differ."""
    rows = body(9)
    held = [(name, f"{amount:.2f}", f"{amount * 0.8:.2f}", day) for name, amount, day in rows]
    head = ("Bénéficiaire", "Montant voté", "Montant versé", "Date")
    return Published(
        "deux.csv", lines(head, *held), 40, sum(r[1] for r in rows), {"amount": "Montant voté"}
    )


def start_is_end() -> Published:
    """An end that is the start."""
    rows = body(10)
    held = [(name, f"{amount:.2f}", day, day) for name, amount, day in rows]
    head = ("Bénéficiaire", "Montant", "Date", "Date de fin")
    return Published(
        "fins.csv", lines(head, *held), 40, sum(r[1] for r in rows), {"planned_end": ""}
    )


def export_day() -> Published:
    """A list without dates whose name bears the day on which it was exported."""
    rows = body(11)
    held = [(name, f"{amount:.2f}", "Projet") for name, amount, _ in rows]
    head = ("Bénéficiaire", "Montant", "Objet")
    return Published(
        "export-2019-03-28.csv",
        lines(head, *held),
        40,
        sum(r[1] for r in rows),
        {"constant date": "2018"},
    )


def spain() -> Published:
    """Tax numbers, a request and a grant."""
    rows = body(12)
    held = [
        (
            f"G{10000000 + 7919 * i}",
            name,
            f"{amount * 2:.2f}",
            f"{amount:.2f}",
            german(day).replace(".", "/"),
        )
        for i, (name, amount, day) in enumerate(rows)
    ]
    head = ("NIF", "Razón social", "Importe solicitado", "Importe concedido", "Fecha de concesión")
    answers = {
        "recipient": "Razón social",
        "amount": "Importe concedido",
        "date": "Fecha de concesión",
    }
    return Published("subvenciones.csv", lines(head, *held), 40, sum(r[1] for r in rows), answers)


def netherlands() -> Published:
    """Numbers of the chamber of commerce of eight digits."""
    rows = body(13)
    held = [
        (30000000 + 104729 * i, name, f"{amount:.2f}".replace(".", ","), day[:4])
        for i, (name, amount, day) in enumerate(rows)
    ]
    head = ("KvK", "Organisatie naam", "Verleend", "Jaar")
    answers = {"recipient": "Organisatie naam", "amount": "Verleend", "date": "Jaar"}
    return Published("subsidies.csv", lines(head, *held), 40, sum(r[1] for r in rows), answers)


def scores() -> Published:
    """A jury's score beside the money."""
    rows = body(14)
    held = [(name, i % 11, f"{amount:.2f}", day[:4]) for i, (name, amount, day) in enumerate(rows)]
    head = ("Porteur", "Note", "Aide", "Année")
    return Published("jury.csv", lines(head, *held), 40, sum(r[1] for r in rows))


def unlabelled_total() -> Published:
    """Whole amounts, all different as numbers of files are, above a row that is their sum and says nothing."""
    rows = body(31)
    held = [(name, day[:4], int(amount)) for name, amount, day in rows]
    total = sum(row[2] for row in held)
    head = ("Organisme", "An", "Euros")
    answers = {"recipient": "Organisme", "amount": "Euros", "date": "An"}
    return Published("subs.csv", lines(head, *held, ("", "", total)), 40, total, answers)


def vienna() -> Published:
    """Row numbers, and the cost of the project beside what was granted for it."""
    rows = body(32)
    held = [
        (
            i,
            name,
            f"{amount:.2f}".replace(".", ","),
            f"{2 * amount:.2f}".replace(".", ","),
            german(day),
        )
        for i, (name, amount, day) in enumerate(rows, 1)
    ]
    head = ("Lfd. Nr.", "Fördernehmerin", "Fördersumme", "Projektkosten", "Beschluss vom")
    answers = {"recipient": "Fördernehmerin", "amount": "Fördersumme", "date": "Beschluss vom"}
    return Published("foerderungen.csv", lines(head, *held), 40, sum(r[1] for r in rows), answers)


def madrid() -> Published:
    """Five-digit codes of places and of the budget on either side of the amount."""
    rows = body(23)
    held = [
        (
            28000 + i % 79,
            name,
            f"{amount:.2f} €".replace(".", ","),
            german(day).replace(".", "/"),
            german(f"{int(day[:4]) + 1}{day[4:]}").replace(".", "/"),
            48000 + i % 3,
        )
        for i, (name, amount, day) in enumerate(rows)
    ]
    head = ("Código", "Perceptor", "Cuantía otorgada", "Inicio", "Fin", "Partida")
    answers = {"recipient": "Perceptor", "amount": "Cuantía otorgada"}
    answers |= {"date": "Inicio", "planned_end": "Fin"}
    return Published("madrid.csv", lines(head, *held), 40, sum(r[1] for r in rows), answers)


def leeds() -> Published:
    """What was applied for beside the award, and the days of a project in words."""
    rows = body(41)
    held = [
        (
            name,
            f"{1.5 * amount:.2f}",
            f"£{amount:.2f}",
            f"{int(day[8:])} Jan {day[:4]} to 31 Mar 2021",
        )
        for name, amount, day in rows
    ]
    head = ("Organisation", "Amount applied for", "Award Amount", "Project dates")
    return Published(
        "leeds.csv", lines(head, *held), 40, sum(r[1] for r in rows), {"date": "Project dates"}
    )


def visegrad() -> Published:
    """The currency of the country beside amounts in euros."""
    rows = body(42)
    held = [
        (name, ["PLN", "CZK", "HUF"][i % 3], f"{25 * amount:.2f}", f"{amount:.2f}", day)
        for i, (name, amount, day) in enumerate(rows)
    ]
    head = ("Grantee", "Local currency", "Amount local", "Amount EUR", "Approved")
    return Published(
        "visegrad.csv", lines(head, *held), 40, sum(r[1] for r in rows), {"date": "Approved"}
    )


def catalonia() -> Published:
    """Two lines of headers, the first one blank above the names."""
    rows = body(43)
    held = [(name, f"{2 * amount:.2f}", f"{amount:.2f}", day) for name, amount, day in rows]
    head = (("", "Imports", "", "Data"), ("Entitat", "Demanat", "Atorgat", "Resolució"))
    answers = {"amount": "Imports Atorgat", "date": "Data Resolució"}
    return Published("bcn.csv", lines(*head, *held), 40, sum(r[1] for r in rows), answers)


def lisbon() -> Published:
    """Whole amounts that are all different, beside numbers of taxpayers and of inhabitants."""
    rows = [(name, int(amount) + i, day) for i, (name, amount, day) in enumerate(body(44))]
    held = [
        (i + 1, 500000000 + 104729 * i, name, amount, day, 12000 + 37 * i)
        for i, (name, amount, day) in enumerate(rows)
    ]
    head = ("N.º", "NIPC", "Designação", "Verba", "Data da deliberação", "População")
    answers = {"recipient": "Designação", "amount": "Verba", "date": "Data da deliberação"}
    return Published("lisboa.csv", lines(head, *held), 40, sum(r[1] for r in rows), answers)


ALL = [
    hamburg,
    geneva,
    toulouse,
    montpellier,
    oxford,
    budgets,
    departments,
    whole_numbers,
    two_amounts,
    start_is_end,
    export_day,
    spain,
    netherlands,
    scores,
    unlabelled_total,
    vienna,
    madrid,
    leeds,
    visegrad,
    catalonia,
    lisbon,
]
