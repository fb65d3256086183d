"""A team's own workbook goes from the page of `prepare` over its answers to the tables, the survival and the survey counted by hand."""

import re

import pandas as pd
import pytest

import french_workbook as workbook
from analysis import clean, explore, layout, prepare
from analysis import relations as chains
from analysis.indicators import durability, survey
from analysis.run import check_data
from analysis.stats.survival import kaplan_meier


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("raw")
    workbook.write(folder)
    return folder


@pytest.fixture(scope="module")
def checked(raw):
    return check_data.check(raw)


@pytest.fixture(scope="module")
def cleaned(raw, checked):
    """The workbook as its team answers on the page of `impact-study prepare`, without a file edited."""
    (raw / "study.toml").unlink(missing_ok=True)
    page = prepare.open(raw, "fr", raw / "reports")
    assert "1 colonne à confirmer" in page.state.value
    for sheet in page.choices.sheets:
        for column, doubt in list(sheet.doubts.items()):
            sheet.choose(doubt.headers[0], column)
    page.choices.study.target["renewal"] = 0.7
    page.parts["publication"].confirm.click()
    page.save()
    partners = page.parts["partners"]
    assert len(partners.pairs) == workbook.PAIRS
    partners.list.index = 0
    for _pair in range(workbook.PAIRS):
        partners.answer("same")
    page.save()
    assert "0 colonne à confirmer · 0 paire" in page.state.value
    assert "à confirmer</p>" not in page.state.value  # the day neither
    return clean.clean(raw)


def test_every_sheet_is_drafted_and_what_is_guessed_is_asked(raw, checked):
    assert {fault.rule for fault in checked.faults} == {"question"} and len(checked.faults) == 2
    (raw / "study.toml").write_text(checked.draft, encoding="utf-8")
    study = layout.study_file(raw)
    assert str(study.day) == workbook.DAY and study.guessed == {"day"}
    by_sheet = {source.sheet: source for source in study.source}
    assert {sheet: source.table for sheet, source in by_sheet.items()} == {
        "Annuaire": "partners",
        "Conventions": "agreements",
        "Versements": "contributions",
        "Enquête 2012": "answers",
    }
    assert by_sheet["Conventions"].guessed == set()
    answers = by_sheet["Enquête 2012"]
    assert answers.scale == [0, 10] and answers.reversed == ["Q4 Lourdeur (inversée)"]
    assert list(answers.questions) == workbook.QUESTIONS
    assert answers.questions["Q9 Compréhension"] == "understanding"
    (raw / "study.toml").unlink()


def test_what_is_wrong_is_said_in_the_language_of_the_run(tmp_path):
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 cut off")
    (tmp_path / "sans.csv").write_text("x\ny\n", encoding="utf-8")
    said = {
        lang: list(map(str, check_data.check(tmp_path, lang=lang).faults)) for lang in ("fr", "en")
    }
    assert any("ligne 1" in fault and "(lu : 'x')" in fault for fault in said["fr"])
    assert any("line 1" in fault and "(met: 'x')" in fault for fault in said["en"])
    (tmp_path / "study.toml").write_text('[study]\nnme = "x"\n', encoding="utf-8")
    (slip,) = check_data.check(tmp_path, lang="fr").faults
    assert "clé inconnue, vouliez-vous dire name" in str(slip)


def test_no_word_about_a_person_leaves_the_workbook(checked, cleaned):
    assert "Durand" not in checked.draft + "".join(map(str, checked.faults))
    texts = pd.concat([table.astype("str").stack() for table in cleaned.tables.values()])
    assert not texts.str.contains("Durand|06 12 34", na=False).any()


def test_totals_are_exact_and_no_partner_is_lost(cleaned):
    tables = cleaned.tables
    assert tables["contributions"]["value_eur"].sum() == workbook.TOTAL_EUR
    assert tables["agreements"]["planned_amount_eur"].sum() == workbook.TOTAL_EUR
    assert sorted(tables["partners"]["name"]) == sorted(
        name for name, _department in workbook.PARTNERS
    )
    assert set(tables["agreements"]["partner_id"]) == set(tables["partners"]["partner_id"])
    refused = cleaned.ledger[cleaned.ledger["rule"].isin(["refused request", "withdrawn request"])]
    assert refused["rows"].sum() == len(workbook.REFUSED)
    assert cleaned.about["day"] == workbook.DAY


def test_durations_and_renewals_are_those_counted_by_hand(cleaned):
    day, agreements = pd.Timestamp(workbook.DAY), cleaned.tables["agreements"]
    known = chains.as_known_on(agreements, day, windows=cleaned.notes["windows"])
    settled = chains.settled(known, day, 180)
    curve = kaplan_meier(
        settled["duration_months"], settled["ended"], entry=settled["entry_months"]
    )
    survival = curve.set_index("time")["survival"]
    assert len(settled) == 12
    assert survival[survival.index <= 36].iloc[-1] == pytest.approx(workbook.BEYOND_THREE_YEARS)
    terms = durability.terms(agreements, day, grace=pd.Timedelta(days=180))
    assert len(terms) == workbook.TERMS and terms["renewed"].sum() == workbook.RENEWED


def test_a_wide_survey_is_scored_as_by_hand(cleaned):
    answers, items = cleaned.tables["answers"], cleaned.tables["items"]
    assert len(answers) == 100 and answers["no_opinion"].sum() == 10
    sides = survey.sides(survey.scored(answers, items)).reset_index()
    first = sides[
        (sides["partner_id"] == "Les Jardins d'Avril") & (sides["dimension"] == "relationship")
    ]
    score = first.set_index("side")["score"]
    assert score["partner"] == pytest.approx((0 + 1 + 2 + (10 - 3) + 4) / 5)
    assert score["group"] == pytest.approx((2 + 3 + 4 + (10 - 5) + 6) / 5)


def test_a_survey_without_a_scale_or_known_questions_asks_for_them(tmp_path):
    rows = [
        "Association;Direction;Côté;Q1;Q2;Q3",
        *[f"A{i};X;Groupe;{i};{i + 1};3" for i in range(4)],
    ]
    (tmp_path / "enquete-2017.csv").write_text("\n".join(rows), encoding="utf-8")
    checked = check_data.check(tmp_path)
    asked = "\n".join(map(str, checked.faults))
    assert "scale = [0, 10]" in asked and "[source.questions]" in asked
    draft = checked.draft.replace("# ?", "#").replace('Q1" = ""', 'Q1" = "renewal"')
    draft = draft.replace("\n[source.columns]", "\nscale = [0, 5]\n[source.columns]")
    stated = draft.replace(' = ""', ' = "relationship"').replace("# day", "day")
    (tmp_path / "study.toml").write_text(stated, encoding="utf-8")
    items = clean.clean(tmp_path).tables["items"]
    assert items["scale_max"].tolist() == [5, 5, 5]
    assert sorted(items["dimension"]) == ["relationship", "relationship", "renewal"]


def test_a_target_stands_beside_its_number(cleaned, tmp_path):
    clean.write(cleaned, tmp_path / "own")
    numbers = explore.open(str(tmp_path / "own"), lang="fr").exhibit("T8")
    targets = numbers.data.set_index("key")["target"]
    assert targets["renewal"] == 0.7 and targets.notna().sum() == 1
    assert re.search(r"cible\s:\s70\s%", numbers.html())
