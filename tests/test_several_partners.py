"""Agreements and grants of several partners on one row: asked, since only one of them would count."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data
from test_false_totals import question, write

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs Loire", "Foyer rural", "Judo club", "Rejoué"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Partenaire 1", "Partenaire 2"),
        ("Partner", "Partner 2"),
        ("Partenaire", "Autre partenaire"),
    ],
)
def test_the_first_of_several_partners_is_taken_and_asked(tmp_path, first, second):
    rows = [
        f"{number};{name};{'Voisins malins' if number < 3 else ''};Siège;2018-01-0{number};2018-12-31"
        for number, name in enumerate(NAMES, 1)
    ]
    header = f"N°;{first};{second};Entité;Début;Fin prévue"
    (tmp_path / "conventions.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        clean.clean(tmp_path, day="2018-12-31")
    assert any(second in fault.message for fault in refused.value.faults)
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    assert f'partner_id = "{first}"' in draft
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    assert len(clean.clean(tmp_path, day="2018-12-31").tables["agreements"]) == len(NAMES)


def of_cells(header: str, cells: list[str]) -> tuple[str, list[str]]:
    grants = enumerate([*NAMES, *cells], 1)
    return f"{header};Date;Montant", [f"{cell};2018-01-0{n};{1000 * n}" for n, cell in grants]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Association(s)", ["Konexio + Aurore"]),
        ("Association(s)", ["Konexio et Aurore", "Proxité et Voisins malins"]),
        ("Association", ["Judo club / Konexio", "Foyer rural + Aurore"]),
        ("Association", ["Judo club et Rejoué", "Foyer rural & Club nautique"]),
    ],
)
def test_cells_that_name_several_partners_are_asked(tmp_path, header, cells):
    write(tmp_path, *of_cells(header, cells))
    assert f'recipient = "{header}"' in question(tmp_path)


@pytest.mark.parametrize("cell", ["Lire et faire lire", "Sport / Culture", "Judo club / section"])
def test_a_name_of_two_words_is_no_two_partners(tmp_path, cell):
    write(tmp_path, *of_cells("Association", [cell]))
    assert len(clean.clean(tmp_path).tables["partners"]) == len(NAMES) + 1
