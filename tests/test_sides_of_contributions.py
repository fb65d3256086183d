"""Which way contributions went, where a column says who gave them or who received them."""

import pytest

from analysis import clean
from test_team_programme import AGREEMENTS, questions, workbook


def contributions(header: str, ours: str, theirs: str) -> list[list]:
    """What both sides of four agreements brought in one year: ours 4 x 1000, theirs 4 x 250."""
    rows = [
        [f"C{n}", 2017, side, "Numéraire", amount]
        for n in range(4)
        for side, amount in ((ours, 1000), (theirs, 250))
    ]
    return [["N° convention", "Année", header, "Nature", "Valorisation (€)"], *rows]


@pytest.mark.parametrize(
    ("header", "ours", "theirs"),
    [
        ("Qui apporte", "nous", "partenaire"),
        ("Apporté par", "le Groupe", "l’association"),
        ("Contributeur", "Entreprise", "Partenaire"),
        ("Given by", "us", "the charity"),
        ("Wer leistet", "wir", "Verein"),
        ("Reçu par", "partenaire", "nous"),
        ("Bénéficiaire", "Association", "Groupe"),
    ],
)
def test_who_gave_or_received_tells_the_direction(tmp_path, header, ours, theirs):
    sheets = {"Conventions": AGREEMENTS, "Apports": contributions(header, ours, theirs)}
    folder = workbook(tmp_path / "d", sheets)
    rows = clean.clean(folder).tables["contributions"]
    by_direction = rows.groupby("direction")["value_eur"].sum()
    assert by_direction.to_dict() == {"to partner": 4000, "to group": 1000}


def test_sides_below_a_header_that_says_no_more_are_asked(tmp_path):
    sheets = {"Conventions": AGREEMENTS, "Apports": contributions("Acteur", "nous", "partenaire")}
    (question,) = questions(workbook(tmp_path / "d", sheets))
    assert 'direction = "Acteur"' in question
