"""Rows below a dated list that bear no date and add up to it recapitulate it: they are no grants."""

from dataclasses import replace

import numpy as np
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.layout.rows.recaps_below import without_recaps
from raw_lists import balance, block_of, fate

GRANTS = [
    "Bénéficiaire;Date;Montant",
    "Amicale;12/01/2020;1000",
    "Bouée;15/01/2020;2000",
    "Cabane;18/02/2020;3000",
    "Dune;20/02/2020;500",
]
BY_DOMAIN = ["Sport;;4500", "Culture;;2000"]
BY_YEAR = ["Villes;;6000", "Villages;;500"]


def cleaned(folder, lines: list[str], study: str = "") -> clean.Cleaned:
    (folder / "liste.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if study:
        (folder / "study.toml").write_text(study, encoding="utf-8")
    return clean.clean(folder)


def names_and_money(result: clean.Cleaned) -> tuple[list[str], float]:
    names = sorted(result.tables["partners"]["name"])
    return names, result.tables["contributions"]["value_eur"].sum()


@pytest.mark.parametrize(
    ("below", "n_set_aside"),
    [
        ([";;", "Par domaine;;", *BY_DOMAIN], 2),
        ([";;", *BY_DOMAIN], 2),
        (["Summary by field;;", *BY_DOMAIN], 2),
        ([";;", *BY_DOMAIN, ";;", "Par taille;;", *BY_YEAR], 4),
        ([";;", *BY_DOMAIN, "Total;;6500"], 3),
        (["Total;;6500", ";;", "Par domaine;;", *BY_DOMAIN], 3),
        ([";;", "Amicale;;1000", "Bouée;;2000", "Cabane;;3000", "Dune;;500"], 4),
    ],
)
def test_a_recapitulation_is_left_out_unasked_and_accounted_for(tmp_path, below, n_set_aside):
    result = cleaned(tmp_path, [*GRANTS, *below])
    assert names_and_money(result) == (["Amicale", "Bouée", "Cabane", "Dune"], 6500)
    assert fate(result, "total") == n_set_aside
    rows = balance(result.ledger)
    assert (rows["read"] == rows["told"]).all()


def test_it_is_left_out_whatever_study_says_of_blank_cells(tmp_path):
    study = (
        '[study]\nname = "x"\n[[source]]\nfiles = "liste.csv"\ntable = "grants"\nfunder = "F"\n'
        'blank_cells = "above"\n[source.columns]\nrecipient = "Bénéficiaire"\ndate = "Date"\n'
        'amount = "Montant"\n'
    )
    result = cleaned(tmp_path, [*GRANTS, ";;", *BY_DOMAIN], study)
    assert names_and_money(result)[1] == 6500


def test_rows_of_which_one_date_is_told_are_no_recapitulation():
    """Of two columns of dates only the first is filled below a gap."""
    rows = [[*row.split(";"), "01/03/2020"] for row in GRANTS[1:]]
    below = [["Sport", "21/02/2020", "4500", ""], ["Culture", "21/02/2020", "2000", ""]]
    block = block_of(["Bénéficiaire", "Date", "Montant", "Versé le"], *rows, *below)
    block = replace(block, lines=np.array([2, 3, 4, 5, 8, 9]))
    columns = {"recipient": ("Bénéficiaire",), "date": ("Date", "Versé le"), "amount": ("Montant",)}
    assert len(without_recaps(block, columns).lines) == len(block.lines)


@pytest.mark.parametrize(
    "below",
    [
        [";;", "Sport;;4500", "Culture;;1000"],  # another sum
        [*BY_DOMAIN],  # no gap
        [";;", "Sport;21/02/2020;4500", "Culture;21/02/2020;2000"],  # dated
    ],
)
def test_what_is_no_recapitulation_stays_as_it_is(tmp_path, below):
    try:
        result = cleaned(tmp_path, [*GRANTS, *below])
    except Refused as refused:
        assert "Date" in refused.faults[0].message
    else:
        assert names_and_money(result)[1] == 13_000


def test_a_recipient_told_by_more_than_its_name_is_none(tmp_path):
    lines = [f"{line};{more}" for line, more in zip(GRANTS, ["Commune", *"abcd"], strict=True)]
    with pytest.raises(Refused):
        cleaned(tmp_path, [*lines, ";;;", "Sport;;4500;Niort", "Culture;;2000;Niort"])
