"""Agreements that would be lost or read wrong: names that stand once, cells that cannot be read."""

import re

import pandas as pd
import pytest

from analysis.clean.records.numbers_in_cells import hold_a_number
from analysis.clean.team import decisions
from analysis.run import check_data
from raw_lists import accepted
from test_team_habits import agreements_of, questions, workbook

HEAD = ["N°", "Partenaire", "Direction", "Début", "Fin prévue", "Montant"]


def rows(count: int) -> list[list[object]]:
    """Agreements of as many partners, two of each direction after each other."""
    return [
        [n, f"Foyer {n}", f"Région {(n + 1) // 2}", f"0{n}/01/2016", f"0{n}/12/2018", 100 * n]
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("place", [1, 2])
def test_a_name_that_stands_once_for_several_agreements_is_asked(tmp_path, place):
    lines = rows(8)
    for line in lines[1::2]:
        line[place] = None
    folder = workbook(tmp_path, {"Conventions": [HEAD, *lines]}, "conventions.xlsx")
    checked = check_data.check(folder)
    assert 'blank_cells = "above"' in only_question(checked)
    agreements = accepted(folder, checked.draft, day="2018-12-31").tables["agreements"]
    assert len(agreements) == 8 and agreements["planned_amount_eur"].sum() == 3600
    names = agreements["partner_id" if place == 1 else "entity"]
    assert names.value_counts().eq(2).all()


def only_question(checked: check_data.Checked) -> str:
    """What is asked of one list, but for the day of the study."""
    (fault,) = [fault for fault in checked.faults if fault.column != "day"]
    return fault.message


def with_corrections(folder, checked: check_data.Checked, corrections: dict[str, str]):
    """The folder with a draft confirmed and the cells to mend corrected, by what they hold."""
    draft = re.sub(r" # \?$", "", checked.draft, flags=re.MULTILINE)
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    check_data.write_lists(folder, checked)
    file = folder / decisions.CORRECTIONS
    cells = decisions.decisions_in(file, decisions.CORRECTION_COLUMNS)
    cells["correction"] = cells["value"].map(corrections)
    cells.to_csv(file, index=False)
    return folder


def test_cells_of_agreements_that_cannot_be_read_are_asked(tmp_path):
    corrections = {  # by header, what a cell holds and what it should
        "Fin prévue": ("vers fin juin 2019", "30/06/2019"),
        "Début": ("après le 3 ou 4/01/2016", "04/01/2016"),
        "Montant": ("2 x 150 + frais", "350"),
    }
    lines = rows(8)
    for n, (header, (cell, _correction)) in enumerate(corrections.items(), start=4):
        lines[n][HEAD.index(header)] = cell
    folder = workbook(tmp_path, {"Conventions": [HEAD, *lines]}, "conventions.xlsx")
    checked = check_data.check(folder)
    for header, (cell, _correction) in corrections.items():
        (question,) = [f.message for f in checked.faults if f"`{header}`" in f.message]
        assert cell in question
    agreements = agreements_of(with_corrections(folder, checked, dict(corrections.values())))
    assert len(agreements) == 8
    ends = agreements["planned_end"].dt.strftime("%Y-%m-%d")
    starts = agreements["start"].dt.strftime("%Y-%m-%d")
    assert {"2019-06-30", "2016-01-04"} <= {*ends, *starts}
    assert agreements["planned_amount_eur"].sum() == 3600 - 700 + 350


def test_an_amount_in_words_may_be_corrected_or_not_be_known(tmp_path):
    lines = rows(8)
    lines[4][5], lines[5][5] = "2 x 150 + frais", "cinq cents euros"
    folder = workbook(tmp_path, {"Conventions": [HEAD, *lines]}, "conventions.xlsx")
    checked = check_data.check(folder)
    question = only_question(checked)
    assert "`Montant`" in question and lines[4][5] in question and lines[5][5] in question
    corrections = {lines[4][5]: "NC", lines[5][5]: "500"}
    agreements = agreements_of(with_corrections(folder, checked, corrections))
    assert len(agreements) == 8 and agreements["planned_amount_eur"].isna().sum() == 1
    assert agreements["planned_amount_eur"].sum() == 3600 - 500 - 600 + 500


def test_terms_with_more_than_a_term_are_asked(tmp_path):
    head = [*HEAD[:4], "Durée", "Montant"]
    lines = [[*line[:4], f"{line[0]} ans", line[5]] for line in rows(8)]
    for line in lines[:2]:
        line[4] = "2 ans puis voir"
    folder = workbook(tmp_path, {"Conventions": [head, *lines]}, "conventions.xlsx")
    checked = check_data.check(folder)
    assert "`Durée`" in only_question(checked)
    agreements = agreements_of(with_corrections(folder, checked, {"2 ans puis voir": "2 ans"}))
    assert agreements["planned_end"].notna().all()


def test_words_that_say_that_nothing_is_known_are_not_asked(tmp_path):
    lines = rows(8)
    for line in lines[:4]:
        line[4] = "à définir"
    agreements = agreements_of(workbook(tmp_path, {"Conventions": [HEAD, *lines]}))
    assert len(agreements) == 8


def test_rows_of_agreements_that_lack_a_name_are_asked(tmp_path):
    lines = [*rows(8), [9, None, "Région 4", "09/01/2016", "09/12/2018", 900]]
    lines += [[None, None, "Vu le 12/12/2018", None, None, None]]
    folder = workbook(tmp_path, {"Conventions": [HEAD, *lines]}, "conventions.xlsx")
    (folder / "study.toml").write_text("[study]\nday = 2018-12-31\n", encoding="utf-8")
    checked = check_data.check(folder)
    question = only_question(checked)
    assert "1 ligne sur 9" in question and "`Partenaire`" in question
    assert len(agreements_of(with_corrections(folder, checked, {"": "Foyer 9"}))) == 9
    (folder / "corrections.csv").unlink()
    left_out = (folder / "study.toml").read_text(encoding="utf-8")
    left_out += '[source.leave_out]\n"Partenaire" = [""]\n'
    (folder / "study.toml").write_text(left_out, encoding="utf-8")
    assert len(agreements_of(folder)) == 8


@pytest.mark.parametrize("number", ["", "Agreement no"])
def test_agreements_without_numbers_are_told_by_partner_and_day(tmp_path, number):
    head = [number or "Note", "Partner", "Entity", "Signed on", "Planned end"]
    lines = [
        [f"A{n}" if number and n < 5 else None, f"Club {n}", "North", f"0{n}/01/2015", "01/01/2018"]
        for n in range(1, 7)
    ]
    folder = workbook(tmp_path, {"Agreements": [head, *lines]}, "agreements.xlsx")
    assert len(agreements_of(folder)) == 6


def test_grants_of_which_no_cell_says_who_gave_are_asked(tmp_path):
    head = ["Recipient", "Date", "Amount", "Department"]
    givers = [None, "Culture", None, "Sport", "Sport", None, "Culture", "Sport"]
    lines = [[f"Club {n}", f"2018-0{n}-01", 100 * n, giver] for n, giver in enumerate(givers, 1)]
    folder = workbook(tmp_path, {"Grants": [head, *lines]}, "grants.xlsx")
    (message,) = questions(folder).values()
    assert "3 " in message and "`Department`" in message
    draft = check_data.check(folder).draft
    column = r"(?m)^(\[source\.columns\])\nfunder = .*"
    one = re.sub(column, r'funder = "The fund"\n\1', draft)
    (folder / "study.toml").write_text(one, encoding="utf-8")
    assert agreements_of(folder)["planned_amount_eur"].sum() == 3600


def test_a_line_of_a_title_or_a_total_is_not_missed(tmp_path):
    lines = [[None, "Région 1", None, None, None, None], *rows(8)]
    lines += [[None, None, None, None, None, 3600], [None, "Total", None, None, None, 3600]]
    agreements = agreements_of(workbook(tmp_path, {"Conventions": [HEAD, *lines]}))
    assert len(agreements) == 8 and agreements["planned_amount_eur"].sum() == 3600


@pytest.mark.parametrize("day", ["31/12/2107", "01/03/1917"])
def test_dates_decades_away_from_all_others_are_asked(tmp_path, day):
    lines = rows(8)
    lines[4][4 if "2107" in day else 3] = day
    folder = workbook(tmp_path, {"Conventions": [HEAD, *lines]}, "conventions.xlsx")
    checked = check_data.check(folder)
    assert day[-4:] in only_question(checked)
    as_it_stands = {day: day}
    agreements = agreements_of(with_corrections(folder, checked, as_it_stands))
    assert int(day[-4:]) in {*agreements["start"].dt.year, *agreements["planned_end"].dt.year}
    corrections = (folder / "corrections.csv").read_text(encoding="utf-8")
    (folder / "corrections.csv").write_text(corrections.replace(f",{day}\n", ",31/12/2017\n"))
    assert agreements_of(folder)["planned_end"].dt.year.max() == 2018


def test_partnerships_of_twenty_years_and_ends_that_never_come_are_not_asked(tmp_path):
    lines = rows(8)
    lines[4][3], lines[5][4] = "01/01/1996", "31/12/2999"
    agreements = agreements_of(workbook(tmp_path, {"Conventions": [HEAD, *lines]}))
    assert len(agreements) == 8 and agreements["planned_end"].isna().sum() == 1


@pytest.mark.parametrize(
    "cell",
    [
        *("cinq cents euros", "cinquante", "five hundred pounds", "ninety-nine"),
        *("fünfhundert Euro", "zweiundvierzig", "quinientos euros", "treinta y dos euros"),
        *("cinquecento", "quarantadue euro", "vijfhonderd", "drieënveertig"),
    ],
)
def test_amounts_in_words_are_numbers_and_words_of_no_number_are_none(cell):
    assert hold_a_number(pd.Series([cell, "en nature"])).tolist() == [True, False]


def test_amounts_in_words_are_asked_and_words_of_no_number_are_not(tmp_path):
    grants = ["Association;Date;Montant"]
    grants += [f"Foyer {n};0{n}/01/2016;{n}00" for n in range(1, 9)]
    grants[4], unknown = "Foyer 4;04/01/2016;vijfhonderd", "Foyer 9;09/01/2016;en nature"
    lines = "\n".join([*grants, unknown, ""])
    (tmp_path / "dons.csv").write_text(lines, encoding="utf-8")
    (question,) = questions(tmp_path).values()
    assert '"vijfhonderd"' in question and "en nature" not in question


def test_starts_of_grants_a_thousand_years_away_are_asked(tmp_path):
    grants = ["Association;Financeur;Date début;Date fin;Montant"]
    grants += [f"Foyer {n};Siège;0{n}/01/2016;31/12/2018;{n}00" for n in range(1, 9)]
    grants[3] = grants[3].replace("/2016", "/1016")
    grants[5] = grants[5].replace("/2016", "/2916")
    (tmp_path / "conventions.csv").write_text("\n".join(grants), encoding="utf-8")
    (question,) = questions(tmp_path).values()
    assert "1016" in question and "2916" in question


def test_amounts_in_another_currency_are_asked_once(tmp_path):
    lines = rows(8)
    lines[4][5] = "500 USD"
    folder = workbook(tmp_path, {"Conventions": [HEAD, *lines]}, "conventions.xlsx")
    (question,) = questions(folder).values()
    assert "EUR" in question


def test_kinds_that_are_not_understood_are_named_with_the_words_that_are(tmp_path):
    """The question named none of them, and offered to leave out what is blank."""
    kinds = ["Fonds documentaire", "Parrainage d'enfants", "compétences"]
    given = [[n, 2016, kinds[n % 3], 100 * n] for n in range(1, 9)]
    header = ["N° convention", "Année", "Nature", "Valorisation (€)"]
    agreements = [["N° convention", *HEAD[1:]], *rows(8)]
    sheets = {"Conventions": agreements, "Contributions": [header, *given]}
    folder = workbook(tmp_path, sheets, "suivi.xlsx")
    draft = check_data.check(folder).draft.replace(" # ?", "")
    draft = draft.replace('# kind = "Nature"', 'kind = "Nature"').splitlines()
    lines = ['direction = "to partner"' if "direction =" in line else line for line in draft]
    (folder / "study.toml").write_text("\n".join(lines), encoding="utf-8")
    told = " ".join(questions(folder).values())
    listed = told.partition('"Nature" = [')[2].partition("]")[0]
    assert sorted(listed.split(", ")) == ['"Fonds documentaire"', '"Parrainage d\'enfants"']
    assert "mécénat de compétences" in told
