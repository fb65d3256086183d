"""Lists named for years apart that hold equal rows: the same grants told again, or the payment of
each year, which is asked.
"""

from pathlib import Path

import pytest

from analysis import clean
from analysis.run import check_data
from test_team_programme import workbook

HEADER = "Association;Date de convention;Montant versé"
ROWS = ["Amicale;01/02/2019;10000", "Bouée;01/03/2019;4000"]
LATER = ["Dune;02/03/2020;900"]


def lists(folder: Path, **rows_by_stem: list[str]) -> Path:
    folder.mkdir()
    for stem, rows in rows_by_stem.items():
        text = "\n".join([HEADER, *rows]) + "\n"
        (folder / f"{stem.replace('_', ' ')}.csv").write_text(text, encoding="utf-8")
    return folder


def money(folder: Path) -> float:
    """What the lists come to; raises Refused where anything is asked."""
    return clean.clean(folder).tables["contributions"]["value_eur"].sum()


def answered(folder: Path, draft: str, answer: str) -> float:
    """The money where the draft says of each list whether equal rows are the same."""
    draft = draft.replace(" # ?", "")
    draft = "\n".join(line for line in draft.splitlines() if "same_as_others" not in line)
    draft = draft.replace('table = "grants"', f'table = "grants"\nsame_as_others = {answer}')
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    return money(folder)


@pytest.mark.parametrize("later", [ROWS, [*ROWS, *LATER]], ids=["equal", "goes on"])
def test_whether_equal_rows_of_two_years_are_payments_of_each_is_asked(tmp_path, later):
    folder = lists(tmp_path / "d", versements_2019=ROWS, versements_2020=later)
    checked = check_data.check(folder)
    (question,) = checked.faults
    assert "2 lignes" in question.message and "same_as_others = false" in question.message
    for answer, times in (("true", 1), ("false", 2)):
        total = times * 14000 + 900 * (later is not ROWS)
        assert answered(folder, checked.draft, answer) == total


def test_each_pair_of_three_years_is_asked(tmp_path):
    folder = lists(tmp_path / "d", paid_2019=ROWS, paid_2020=ROWS, paid_2021=ROWS[:1])
    checked = check_data.check(folder)
    assert checked.faults
    assert answered(folder, checked.draft, "false") == 38000


def test_so_it_is_of_rows_with_numbers(tmp_path):
    rows = [["N°", "Association", "Date de convention", "Montant versé"]]
    rows += [["C1", "Amicale", "2019-02-01", 10000], ["C2", "Bouée", "2019-03-01", 4000]]
    folder = workbook(tmp_path / "d", {"2019": rows, "2020": rows})
    checked = check_data.check(folder)
    assert checked.faults
    for answer, total in (("true", 14000), ("false", 28000)):
        assert answered(folder, checked.draft, answer) == total


def test_rows_of_two_lists_of_the_same_years_are_merged_unasked(tmp_path):
    folder = lists(tmp_path / "d", dons=ROWS, dons_copie=ROWS)
    assert money(folder) == 14000


def test_what_a_list_holds_until_a_day_is_merged_unasked(tmp_path):
    stems = {"dons_au_31-12-2019": ROWS, "dons_au_31-12-2020": [*ROWS, *LATER]}
    folder = lists(tmp_path / "d", **stems)
    assert money(folder) == 14900


def test_rows_of_years_that_two_lists_share_are_merged_unasked(tmp_path):
    folder = lists(tmp_path / "d", **{"dons_2018-2019": ROWS, "dons_2019-2020": [*ROWS, *LATER]})
    assert money(folder) == 14900


def test_of_two_years_with_other_rows_nothing_is_asked(tmp_path):
    folder = lists(tmp_path / "d", dons_2019=ROWS, dons_2020=["Amicale;01/02/2020;10000", *LATER])
    assert money(folder) == 24900


def test_of_lists_that_are_called_otherwise_nothing_is_asked(tmp_path):
    folder = lists(tmp_path / "d", dons_2019=ROWS, ville_2020=[*ROWS, *LATER])
    assert money(folder) == 14900


NUMBERED = "N° convention;Association;Date de convention;Date de fin prévue;Montant accordé\n"
OLD_REGISTER = "C-1;Amicale;01/01/2017;31/12/2019;10000\nC-2;Bouée;01/03/2018;28/02/2019;8000\n"
NEW_REGISTER = OLD_REGISTER.replace("28/02/2019", "29/02/2020") + "C-3;Dune;01/09/2019;;6000\n"


@pytest.mark.parametrize("stem", ["registre {}", "registre au 31-12-{}"])
def test_agreements_that_two_registers_number_count_once_with_their_last_end(tmp_path, stem):
    for year, rows in ((2018, OLD_REGISTER), (2019, NEW_REGISTER)):
        (tmp_path / f"{stem.format(year)}.csv").write_text(NUMBERED + rows, encoding="utf-8")
    checked = check_data.check(tmp_path)
    if checked.faults:  # nothing but its year names the list: it may tell what each year paid
        assert answered(tmp_path, checked.draft, "false") == 2 * 18000 + 6000
        assert answered(tmp_path, checked.draft, "true") == 24000
    agreements = clean.clean(tmp_path).tables["agreements"].set_index("partner_id")
    assert agreements["planned_amount_eur"].sum() == 24000
    assert str(agreements.loc["bouee", "planned_end"].date()) == "2020-02-29"
