"""What only the rows leave open is answered on the page too, for whoever writes no study.toml."""

import pytest

import test_entities_of_agreements as entities_of_agreements
import test_lost_agreements as lost_agreements
from analysis import clean, prepare
from analysis.text import formatting
from test_grants_of_two_lists import DIFFERING, NAMES, RUNNING, rows, two_lists
from test_prepare import field
from test_team_habits import workbook


@pytest.fixture(autouse=True)
def in_french_after():
    yield
    formatting.use("fr")


def grants_of(folder, lines: list[str], header: str = "Club,Award date,Amount"):
    (folder / "grants.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return folder


def clubs(count: int) -> list[str]:
    return [f"Club {n},2018-03-{n + 1:02},{100 + n * n}" for n in range(count)]


def equal_rows(folder):
    return grants_of(folder, clubs(9) * 2)


def undated(folder):
    return grants_of(folder, [*clubs(9), "Choir 1,,50", "Choir 2,,60"])


def nameless(folder):
    return grants_of(folder, [*clubs(9), ",2018-03-20,200"])


def in_francs(folder):
    lines = [f"{line},EUR" for line in clubs(9)]
    lines += ["Choir,2018-04-01,500,CHF", "Band,2018-04-02,60,CHF"]
    return grants_of(folder, lines, "Club,Award date,Amount,Currency")


def sums(folder):
    groups = ["Sport,2018,1000", "Judo,2018,400", "Ski,2018,600", "Art,2018,900"]
    return grants_of(folder, [*groups, "Choir,2018,200", "Band,2018,700"])


def agreements(folder, lines: list[list[object]], head: list[str]):
    folder = workbook(folder, {"Conventions": [head, *lines]}, "conventions.xlsx")
    (folder / "study.toml").write_text("[study]\nday = 2018-12-31\n", encoding="utf-8")
    return folder


def without_a_name(folder):
    lines = [*lost_agreements.rows(8), [9, None, "Région 4", "09/01/2016", "09/12/2018", 900]]
    return agreements(folder, lines, lost_agreements.HEAD)


def short_entities(folder):
    names = ["Direction Est", "DE", "Direction Est", "Nord", "Nord-Est", "Direction Nord"]
    lines = [*entities_of_agreements.rows(1), *entities_of_agreements.rows(5)]
    lines = [[line[0], name, *line[1:]] for line, name in zip(lines, names, strict=False)]
    head = entities_of_agreements.HEAD
    return agreements(folder, lines, [head[0], "Direction", *head[1:]])


SUM = sum(100 + n * n for n in range(9))
ANSWERS = [
    (equal_rows, "Rows equal to others", "once", SUM),
    (equal_rows, "Rows equal to others", "add", 2 * SUM),
    (undated, "Rows without a date", "unknown", SUM),
    (undated, "Rows without a date", "out", SUM),
    (nameless, "Rows that name nobody", "out", SUM),
    (in_francs, "Amounts in another currency", "out", SUM),
    (sums, "Rows worth the sum of others", "out", 1900),
    (sums, "Rows worth the sum of others", "counted", 3800),
]


@pytest.mark.parametrize(("write", "label", "answer", "money"), ANSWERS)
def test_an_answer_on_the_page_ends_the_question(tmp_path, write, label, answer, money):
    page = prepare.open(write(tmp_path), "en", tmp_path / "reports")
    assert page.choices.questions_of_rows.keys
    field(page.parts["columns"], label).value = answer
    page.save()
    assert not page.choices.questions_of_rows.keys
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == money


@pytest.mark.parametrize(("answer", "factor"), [("k", 1000), ("1", 1)])
def test_small_amounts_without_a_unit_are_thousands_or_units_by_a_field(tmp_path, answer, factor):
    lines = [line[:-1] + [13 + n] for n, line in enumerate(lost_agreements.rows(8))]
    page = prepare.open(agreements(tmp_path, lines, lost_agreements.HEAD), "en", tmp_path / "r")
    field(page.parts["columns"], "Unit of amounts").value = answer
    page.save()
    money = clean.clean(tmp_path).tables["agreements"]["planned_amount_eur"].sum()
    assert money == sum(line[-1] for line in lines) * factor


@pytest.mark.parametrize(
    ("write", "label", "answer", "agreement_count", "entity_count"),
    [
        (without_a_name, "Incomplete rows", "out", 8, 4),
        (short_entities, "Entities written otherwise", "full", 6, 4),
        (short_entities, "Entities written otherwise", "own", 6, 5),
    ],
)
def test_an_answer_on_the_page_counts_agreements(
    tmp_path, write, label, answer, agreement_count, entity_count
):
    page = prepare.open(write(tmp_path), "en", tmp_path / "reports")
    assert page.choices.questions_of_rows.keys
    field(page.parts["columns"], label).value = answer
    page.save()
    assert not page.choices.questions_of_rows.keys
    agreements = clean.clean(tmp_path).tables["agreements"]
    assert (len(agreements), agreements["entity"].nunique()) == (agreement_count, entity_count)


@pytest.mark.parametrize(("written", "last_year"), [("31/12/2017", 2018), ("31/12/2107", 2107)])
def test_a_likely_slip_is_a_cell_to_mend_or_to_leave(tmp_path, written, last_year):
    lines = lost_agreements.rows(8)
    lines[4][4] = "31/12/2107"
    page = prepare.open(agreements(tmp_path, lines, lost_agreements.HEAD), "en", tmp_path / "out")
    assert page.choices.faults
    field(page.parts["cells"], "Fin prévue, line 6").value = written
    page.save()
    assert not page.choices.faults
    assert clean.clean(tmp_path).tables["agreements"]["planned_end"].dt.year.max() == last_year


def test_cells_that_an_answer_leads_to_are_listed_at_once(tmp_path):
    lines = [f"Foyer {n};0{n}/01/2016;0{n}/12/2018;{100 * n * n}" for n in range(1, 9)]
    lines[4] = lines[4].replace("2018;", "2107;")
    text = "\n".join(["Partenaire;Début;Fin prévue;Machin", *lines, ""])
    (tmp_path / "conventions.csv").write_text(text, encoding="utf-8")
    page = prepare.open(tmp_path, "en", tmp_path / "out")
    assert not len(page.parts["cells"].cells)
    field(page.parts["columns"], "Machin").value = "planned_amount_eur"
    (cell,) = page.parts["cells"].cells.itertuples()
    assert (cell.column, cell.value) == ("Fin prévue", "05/12/2107")


def test_an_answer_taken_back_leaves_what_else_is_stated(tmp_path):
    page = prepare.open(undated(tmp_path), "en", tmp_path / "reports")
    (sheet,) = page.choices.sheets
    (choice,) = page.choices.questions_of_rows.of_sheet(sheet)
    sheet.answer(choice, "out")
    assert sheet.content["leave_out"] == {"Award date": [""]}
    sheet.content["leave_out"]["Club"] = ["Total"]
    sheet.answer(choice, "unknown")
    assert sheet.content["leave_out"] == {"Club": ["Total"]}
    assert sheet.answer_of(choice) == "unknown"


def test_an_answer_may_be_taken_back_for_another_while_the_page_is_open(tmp_path):
    doubled = [2 * amount for amount in DIFFERING]
    folder = two_lists(tmp_path, rows(NAMES, RUNNING, DIFFERING), rows(NAMES, RUNNING, doubled))
    page = prepare.open(folder, "en", tmp_path / "reports")
    for answer, money in [("apart", 3 * sum(DIFFERING)), ("believed", sum(DIFFERING))]:
        field(page.parts["columns"], "Rows of another list").value = answer
        page.save()
        assert clean.clean(folder).tables["contributions"]["value_eur"].sum() == money
