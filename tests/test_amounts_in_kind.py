"""Agreements that gave in kind beside agreements of money: they last, and their amount is no money."""

import pytest

from analysis.declare.faults import Refused
from analysis.prepare.choices import Choices
from analysis.run import check_data
from raw_lists import accepted, only_question, workbook

AMOUNTS = [12_000, 8_000, 5_000, 3_000, 9_000, 4_000, 6_000, 2_000]
IN_KIND = "Mécénat de compétences"
KINDS = ["Numéraire", "Numéraire", IN_KIND, "Numéraire", "Numéraire", "Numéraire", "En nature"]
KINDS += ["Numéraire"]
ALL = sum(AMOUNTS)
WORTH = AMOUNTS[2] + AMOUNTS[6]
ANSWER = f'"Nature" = ["{IN_KIND}", "En nature"]'


def agreements(folder, kinds=KINDS, total=None, header: str = "Nature"):
    """A workbook of eight agreements of three years, with a column of kinds and, where asked, the
    list's own total below.
    """
    rows = [["N° convention", "Partenaire", "Direction", "Début", "Fin prévue", header, "Montant"]]
    for place, (kind, amount) in enumerate(zip(kinds, AMOUNTS, strict=True)):
        start, end = f"{place + 1:02}/02/2015", "31/12/2017"
        rows.append([f"C{place}", f"Association {place}", "Est", start, end, kind, amount])
    if total is not None:
        rows.append(["Total", None, None, None, None, None, total])
    return workbook(folder, {"Conventions": rows}, "conventions.xlsx")


def money_and_number(cleaned) -> tuple[float, int]:
    planned = cleaned.tables["agreements"]["planned_amount_eur"]
    return planned.sum(), len(planned)


def test_they_are_asked_last_and_give_no_money_once_confirmed(tmp_path):
    folder = agreements(tmp_path / "own")
    checked = check_data.check(folder)
    asked = only_question(checked)
    assert f"« {IN_KIND} », « En nature »" in asked and f"[source.in_kind] ; {ANSWER}" in asked
    cleaned = accepted(folder, checked.draft)
    assert money_and_number(cleaned) == (ALL - WORTH, len(AMOUNTS))
    ends = cleaned.tables["agreements"]["planned_end"]
    assert ends.notna().all()


def test_the_team_may_say_that_they_are_money_or_leave_them_out(tmp_path):
    folder = agreements(tmp_path / "own")
    draft = check_data.check(folder).draft
    as_money = (ANSWER, '"Nature" = []')
    assert money_and_number(accepted(folder, draft, as_money)) == (ALL, len(AMOUNTS))
    out = ("[source.in_kind]", "[source.leave_out]")
    assert money_and_number(accepted(folder, draft, out)) == (ALL - WORTH, len(AMOUNTS) - 2)
    one = (ANSWER, '"Nature" = ["en nature"]')  # as written in small letters
    assert money_and_number(accepted(folder, draft, one))[0] == ALL - AMOUNTS[6]


@pytest.mark.parametrize(("own", "money"), [(ALL, ALL), (ALL - WORTH, ALL - WORTH)])
def test_the_total_of_the_list_itself_tells_what_the_draft_proposes(tmp_path, own, money):
    folder = agreements(tmp_path / "own", total=own)
    cleaned = accepted(folder, check_data.check(folder).draft)
    assert money_and_number(cleaned) == (money, len(AMOUNTS))


@pytest.mark.parametrize("kinds", [["Numéraire"] * 8, ["Triennale", "Annuelle"] * 4])
def test_kinds_of_money_alone_and_kinds_of_something_else_are_not_asked(tmp_path, kinds):
    checked = check_data.check(agreements(tmp_path / "own", kinds))
    assert "in_kind" not in checked.draft and not any("Nature" in f.message for f in checked.faults)


def test_a_guess_is_no_answer(tmp_path):
    folder = agreements(tmp_path / "own")
    draft = check_data.check(folder).draft
    lines = [line if "Nature" in line else line.replace(" # ?", "") for line in draft.splitlines()]
    (folder / "study.toml").write_text("\n".join(lines), encoding="utf-8")
    assert f"[source.in_kind] ; {ANSWER}" in only_question(check_data.check(folder))


@pytest.mark.parametrize(
    ("old", "new"), [('"Nature" =', '"Naturel" ='), (ANSWER, '"Nature" = ["Mécénat de loisirs"]')]
)
def test_a_header_or_text_that_is_not_there_is_a_fault(tmp_path, old, new):
    folder = agreements(tmp_path / "own")
    draft = check_data.check(folder).draft
    with pytest.raises(Refused, match="Naturel|Mécénat de loisirs"):
        accepted(folder, draft, (old, new))


def test_the_page_of_decisions_offers_that_their_amount_is_no_money(tmp_path):
    folder = agreements(tmp_path / "own")
    check_data.check(folder)
    (sheet,) = Choices(folder).sheets
    assert sheet.rows_asked == {"Nature": [IN_KIND, "En nature"]} == sheet.kinds_asked
    sheet.tell_rows("Nature", "in_kind")
    assert sheet.content["in_kind"] == {"Nature": [IN_KIND, "En nature"]} and not sheet.rows_asked
    assert not sheet.content.get("leave_out")
