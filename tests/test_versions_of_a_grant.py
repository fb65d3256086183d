"""Several versions of one grant in a list: the latest counts, however the lines are ordered."""

import pandas as pd
import pytest

from analysis import clean

LAST = '[[source]]\nfiles = "grants.csv"\ntable = "grants"\nsame_reference = "last"\n'
LAST += '[source.columns]\nreference = "Ref"\n'
OTHER = ["A2,YWCA,2018-05-01,7000,2018-05-01,2019-04-30"]


def agreement(folder, lines: list[str], study: str = LAST) -> dict:
    """The agreement of the Food Bank."""
    (folder / "grants.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "study.toml").write_text(study, encoding="utf-8")
    tables = clean.clean(folder).tables
    partners = tables["partners"].set_index("name")["partner_id"]
    of_partner = tables["agreements"]["partner_id"] == partners["Food Bank"]
    (found,) = tables["agreements"][of_partner].to_dict("records")
    return found


@pytest.fixture(params=[1, -1], ids=["oldest first", "newest first"])
def ordered(request):
    return lambda lines: lines[:: request.param]


HEADER = "Ref,Recipient,{},Amount (CAD),Start date,End date"
VERSIONS = [
    "A1,Food Bank,2018-04-01,10000,2018-04-01,2019-03-31",
    "A1,Food Bank,2019-01-15,20000,2018-04-01,2019-09-30",
    "A1,Food Bank,2019-06-01,30000,2018-04-01,2020-03-31",
]


@pytest.mark.parametrize("header", ["Amendment date", "Last modified", "Date de mise à jour"])
def test_the_version_of_the_latest_amendment_counts(tmp_path, ordered, header):
    found = agreement(tmp_path, [HEADER.format(header), *ordered(VERSIONS), *OTHER])
    assert found["planned_amount_eur"] == 30000
    assert found["start"] == pd.Timestamp("2018-04-01")
    assert found["planned_end"] == pd.Timestamp("2020-03-31")


def test_the_version_of_the_latest_date_of_the_grant_counts(tmp_path, ordered):
    lines = ["Ref,Recipient,Award date,Amount (CAD),End date"]
    lines += ordered(["A1,Food Bank,2018-04-01,10000,2019-03-31", "A1,Food Bank,2019-02-01,4000,"])
    found = agreement(tmp_path, [*lines, "A2,YWCA,2018-05-01,7000,2019-04-30"])
    assert found["planned_amount_eur"] == 4000
    assert found["start"] == pd.Timestamp("2018-04-01")  # what is amended began with its first row
    assert found["planned_end"] == pd.Timestamp("2020-01-31")  # a year from the latest, assumed
    assert found["term_assumed"]


def test_an_amendment_that_only_moves_the_end_leaves_the_amount(tmp_path, ordered):
    versions = [
        "A1,Food Bank,2018-04-01,10000,2018-04-01,2019-03-31",
        "A1,Food Bank,2019-01-15,20000,2018-04-01,2019-09-30",
        "A1,Food Bank,2019-06-01,,2018-04-01,2020-03-31",
    ]
    found = agreement(tmp_path, [HEADER.format("Amendment date"), *ordered(versions), *OTHER])
    assert found["planned_amount_eur"] == 20000
    assert found["planned_end"] == pd.Timestamp("2020-03-31")


def test_a_version_that_states_a_term_states_that_of_the_whole_grant(tmp_path, ordered):
    lines = ["Ref,Recipient,Award date,Amount (CAD),Duration (months)"]
    lines += ordered(["A1,Food Bank,2018-04-01,10000,12", "A1,Food Bank,2019-02-01,40000,24"])
    found = agreement(tmp_path, [*lines, "A2,YWCA,2018-05-01,7000,12"])
    assert found["planned_end"] == pd.Timestamp("2020-03-31")
    assert not found["term_assumed"]


def test_the_number_of_an_amendment_comes_before_its_date(tmp_path, ordered):
    lines = ["Ref,Amendment number,Recipient,Amendment date,Amount (CAD),Start date,End date"]
    lines += ordered(
        [
            "A1,,Food Bank,2018-04-01,10000,2018-04-01,2019-03-31",
            "A1,1,Food Bank,2019-09-01,20000,2018-04-01,2019-09-30",  # entered late
            "A1,2,Food Bank,2019-06-01,30000,2018-04-01,2020-03-31",
        ]
    )
    found = agreement(tmp_path, [*lines, "A2,,YWCA,2018-05-01,7000,2018-05-01,2019-04-30"])
    assert found["planned_amount_eur"] == 30000


def test_of_versions_of_one_day_the_last_line_counts(tmp_path):
    lines = ["Ref,Recipient,Award date,Amount (CAD)", "A1,Food Bank,2018-04-01,10000"]
    lines += ["A1,Food Bank,2018-04-01,4000", "A2,YWCA,2018-05-01,7000"]
    assert agreement(tmp_path, lines)["planned_amount_eur"] == 4000


def test_the_planned_start_of_a_grant_is_that_of_its_first_version(tmp_path, ordered):
    lines = ["Ref,Recipient,Award date,Amount (CAD),Start date,End date"]
    lines += ordered(
        [
            "A1,Food Bank,2018-03-01,10000,2018-04-01,2019-03-31",
            "A1,Food Bank,2019-03-01,30000,2019-04-01,2020-03-31",
        ]
    )
    lines.append("A2,YWCA,2018-05-01,7000,2018-05-01,2019-04-30")
    found = agreement(tmp_path, lines)
    assert found["start"] == pd.Timestamp("2018-04-01")
    assert found["planned_end"] == pd.Timestamp("2020-03-31")


@pytest.mark.parametrize("word", ["amount", "value"])
def test_the_amount_of_an_amendment_does_not_number_it(tmp_path, ordered, word):
    lines = [f"Ref,Amendment {word},Recipient,Amendment date,Amount (CAD),Start date,End date"]
    lines += ordered(
        [
            "A1,0,Food Bank,2018-04-01,10000,2018-04-01,2019-03-31",
            "A1,20000,Food Bank,2019-01-15,30000,2018-04-01,2019-09-30",
            "A1,-5000,Food Bank,2019-06-01,25000,2018-04-01,2020-03-31",
        ]
    )
    study = LAST + 'amount = "Amount (CAD)"\n'
    lines.append("A2,0,YWCA,2018-05-01,7000,2018-05-01,2019-04-30")
    assert agreement(tmp_path, lines, study)["planned_amount_eur"] == 25000
