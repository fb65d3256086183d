"""Rows equal to an earlier one in every cell are asked about where they bear much of the money."""

import pandas as pd
import pytest

from analysis import clean
from analysis.clean import unclear_rows
from analysis.declare.faults import Refused

HEADER = "Bénéficiaire;Date de décision;Montant attribué"
GRANTS = [f"Association {number};0{number}/03/2018;{1000 * number}" for number in range(1, 10)]


def folder_of(tmp_path, rows: list[str], said: str = ""):
    lines = "\n".join([HEADER, *rows, ""])
    (tmp_path / "liste.csv").write_text(lines, encoding="utf-8")
    stated = f'[study]\nname = "x"\n\n[[source]]\nfiles = "liste.csv"\ntable = "grants"\n{said}\n'
    (tmp_path / "study.toml").write_text(stated, encoding="utf-8")
    return tmp_path


def money(folder) -> float:
    return float(clean.clean(folder).tables["contributions"]["value_eur"].sum())


def test_grants_that_a_join_repeats_are_asked_about(tmp_path):
    folder = folder_of(tmp_path, GRANTS * 4)
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    (asked,) = refused.value.faults
    assert asked.column == "same_reference"
    assert "27 lignes sur 36" in asked.message and '"once"' in asked.message
    assert '"add"' in asked.message
    assert money(folder_of(tmp_path, GRANTS * 4, 'same_reference = "once"')) == 45_000
    assert money(folder_of(tmp_path, GRANTS * 4, 'same_reference = "add"')) == 180_000


def test_few_repeats_or_one_alone_are_told_and_count(tmp_path):
    assert money(folder_of(tmp_path, [*GRANTS, GRANTS[0], GRANTS[0]])) == 47_000
    assert money(folder_of(tmp_path, [*GRANTS, GRANTS[8]])) == 54_000


def test_rows_decide_where_no_amount_is_told():
    repeated = pd.DataFrame(
        {
            "source": ["money", "no money", "few"],
            "rows": [6, 6, 2],
            "amount": [10.0, 0.0, 0.0],
            "kept": 60.0,
            "given": [1000.0, 0.0, 0.0],
        }
    )
    notes = {"again": repeated}
    assert [question.file for question in unclear_rows.questions_on_repeats(notes)] == ["no money"]
    assert notes["again"]["source"].tolist() == ["money", "few"]
