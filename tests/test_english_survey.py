"""A wide survey as an English team writes it: sides in a column, its scale in a title, "SA" for no opinion."""

import pytest

from analysis import clean, prepare
from analysis.text import formatting
from test_team_habits import workbook

TEAMS = ["Food Bank", "Youth Club", "Hospice", "Night Shelter", "Choir", "Rescue"]
QUESTIONS = ["Q1 Trust", "Q2 Listening", "Q3 Clarity", "Q4 Red tape"]
SIDES = ("Partner", "Company")


@pytest.fixture(autouse=True)
def in_french_after():
    yield
    formatting.use("fr")


def survey(folder):
    answers = [
        [team, side, 2 + number, 3 + number, 1 + number, "SA" if number % 2 else "n/a"]
        for number, team in enumerate(TEAMS)
        for side in SIDES
    ]
    agreements = [
        [n, team, f"2016-01-{n + 12}", f"2018-01-{n + 11}", 900] for n, team in enumerate(TEAMS, 1)
    ]
    head = ["Ref", "Partner", "Start date", "End date", "Amount"]
    title = [["Partnership survey, autumn 2018 - scale 0 to 10"], []]
    rows = [*title, ["Organisation", "Respondent side", *QUESTIONS], *answers]
    sheets = {"Agreements": [head, *agreements], "Survey 2018": rows}
    return workbook(folder, sheets, "partnerships.xlsx")


STUDY = """[study]
day = 2018-12-31
[[source]]
files = "*.xlsx"
sheet = "Agreements"
table = "agreements"
entity = "Company"
[source.columns]
agreement_id = "Ref"
partner_id = "Partner"
start = "Start date"
planned_end = "End date"
planned_amount_eur = "Amount"
[[source]]
files = "*.xlsx"
sheet = "Survey 2018"
table = "answers"
entity = "Company"
scale = [0, 10]
[source.columns]
partner_id = "Organisation"
side = "Respondent side"
[source.questions]
"Q1 Trust" = "relationship"
"Q2 Listening" = "relationship"
"Q3 Clarity" = "relationship"
"Q4 Red tape" = "relationship"
"""


def test_sides_and_scale_of_a_survey_are_read_from_its_cells_and_title(tmp_path):
    page = prepare.open(survey(tmp_path), "en", tmp_path / "reports")
    (sheet,) = [each for each in page.choices.sheets if each.part.block.sheet == "Survey 2018"]
    mapping = sheet.part.mapping
    assert mapping.columns["side"] == ("Respondent side",)
    assert "side" not in mapping.constants
    assert "no scale" not in {doubt.reason for doubt in mapping.doubts}


def test_sans_avis_is_no_opinion_and_no_cell_to_mend(tmp_path):
    (survey(tmp_path) / "study.toml").write_text(STUDY, encoding="utf-8")
    result = clean.clean(tmp_path)
    assert "SA" not in set(result.quarantine["value"])
    answers = result.tables["answers"]
    is_of_red_tape = answers["item"].str.contains("4")
    assert answers.loc[~is_of_red_tape, "value"].notna().sum() == len(TEAMS) * len(SIDES) * 3
    assert answers["no_opinion"].fillna(False).sum() == len(TEAMS) / 2 * len(SIDES)
    assert answers["side"].value_counts().to_dict() == {"partner": 21, "group": 21}
