"""The drawn programme: what it plants is there, what it claims as truth is true, and it is the same every time."""

import csv
import doctest
import importlib
import io
import json
import math
import tomllib

import numpy as np
import pandas as pd
import pytest

import synthetic
from analysis import relations as chains
from analysis.declare import schema
from analysis.indicators import line_measures, lines, support_comparison
from analysis.stats import risk_difference
from conftest import ROOT
from synthetic import accounts, exports, grants, programme, relations, truth
from synthetic.wording import texts
from tiny import files

DAY = pd.Timestamp("2018-06-27")
SETTLED = DAY - pd.Timedelta(days=180)
COMMITTED = ROOT / "data/raw/demo"


@pytest.fixture(scope="module")
def several():
    return [programme.draw(seed) for seed in range(1, 5)]


@pytest.fixture(scope="module")
def drawn(several):
    return several[0]


@pytest.fixture(scope="module")
def process():
    """True relations and agreements, as the source sees them."""
    return programme.draw_agreements(relations.random(1, "relations"), 1500, 53)


def known_relations(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    entities = tables["agreements"]["entity"].unique()
    windows = pd.DataFrame({"entity": entities, "first": pd.Timestamp("2014-01-01"), "last": DAY})
    traces = pd.concat([tables["events"], tables["contributions"]])
    sign = chains.signs_of_life(tables["agreements"]["agreement_id"], DAY, traces)
    chained = chains.in_chains(tables["agreements"], tables["partners"])
    return chains.as_known_on(chained, DAY, windows=windows, last_sign=sign)


# The same every time


def test_the_committed_folder_is_what_the_generator_writes(tmp_path):
    synthetic.write_demo(tmp_path)
    assert files(tmp_path) == files(COMMITTED)


def test_the_committed_folder_is_small():
    assert sum(path.stat().st_size for path in COMMITTED.rglob("*") if path.is_file()) < 3_000_000


def test_another_seed_is_another_programme():
    first, second = (programme.draw(seed, 60)[0]["agreements"] for seed in (1, 2))
    assert not first.equals(second)
    assert first.equals(programme.draw(1, 60)[0]["agreements"])


# Nothing in its shape hides a fault


def test_signatures_fall_all_year_round_and_cluster_at_the_turns_of_the_year(process):
    start = process[0].loc[process[0]["level"] != "national", "start"]
    by_day = start.dt.strftime("%d-%m").value_counts(normalize=True)
    assert by_day["01-01"] > 0.15 and by_day["01-09"] > 0.10 and by_day["31-12"] > 0.05
    months = start[~start.dt.strftime("%d-%m").isin(["01-01", "01-09", "31-12"])].dt.month
    assert months.value_counts(normalize=True).between(0.05, 0.12).all() and months.nunique() == 12


def test_terms_last_six_months_to_five_years_and_end_on_any_day(process):
    agreements = process[1]
    chain = agreements[agreements["rank"] >= 0]
    days = (chain["term"] - chain["start"]).dt.days
    assert days.between(180, 1827).all() and (days < 300).mean() > 0.05 and (days > 1200).any()
    assert (chain["term"].dt.strftime("%d-%m") == "31-12").mean() > 0.15
    assert chain["term"].dt.day_of_year.nunique() > 300
    waiting = chain["term"].between(SETTLED, DAY)
    assert 0.03 < waiting.mean() < 0.15  # terms whose grace still runs


def test_each_kind_of_trouble_is_there(process, drawn):
    of_relation, agreements = process
    gap = (
        agreements["start"] - agreements.groupby("relation")["term"].shift() - pd.Timedelta(days=1)
    )
    gap_days = gap[agreements["rank"] > 0].dt.days
    assert agreements["broken"].any() and (agreements["rank"] < 0).any()
    assert (
        gap_days.between(1, 180).mean() > 0.15 and (gap_days < 0).any() and (gap_days > 180).any()
    )
    pairs = of_relation.groupby(["partner", "entity"]).size()
    assert (pairs > 1).any() and (of_relation.groupby("partner").size() > 1).mean() > 0.05
    signed, tables = drawn[0]["agreements"], drawn[0]
    late_days = (signed["signed_on"] - signed["start"]).dt.days
    assert (late_days > 30).mean() > 0.1 and (late_days > 180).any()
    assert signed["signed_on"].max() <= DAY < signed["start"].max()
    kinds = signed.groupby(["partner_id", "entity"])["kinds"].nunique()
    assert (kinds > 1).mean() > 0.03
    lost = signed["start"].between("2015-03-01", "2015-08-31")
    region = signed["partner_id"].map(tables["partners"].set_index("partner_id")["region"])
    local = signed["level"] != "national"
    assert not (lost & (region == "Normandie")).any() and (lost & (region == "Bretagne")).any()
    assert {"Corse", "Mayotte", "Guyane", "La Réunion"} <= set(region[local])
    ended = tables["sites"]["closed"].notna().groupby(tables["sites"]["project_id"]).all()
    spread = tables["sites"].groupby("project_id")["department"].nunique() > 1
    assert (spread & ended).sum() > 20


# True to its truth


def survival_36(known: pd.DataFrame, until: pd.Timestamp) -> float:
    """Survival at 36 months with delayed entry, by the product over days, of relations followed until a day."""
    follow = known[known["start"] <= until]
    ended = follow["ended"] & (follow["last_known"] <= until)
    last = follow["last_known"].clip(upper=until)
    months = chains.months_between(follow["start"], last)
    entry = follow["entry_months"].to_numpy()
    watched = months > entry
    months, entry, ended = months[watched], entry[watched], ended.to_numpy()[watched]
    survival = 1.0
    for time in np.unique(months[ended & (months <= 36)]):
        at_risk = ((entry < time) & (months >= time)).sum()
        survival *= 1 - (ended & (months == time)).sum() / at_risk
    return survival


def test_relations_followed_to_the_settled_day_survive_as_they_truly_do_and_to_the_day_too_long(
    several,
):
    known = [known_relations(tables) for tables, _ in several]
    true = several[0][1]["survival"]["36"]
    settled = np.mean([survival_36(one, SETTLED) for one in known])
    to_the_day = np.mean([survival_36(one, DAY) for one in known])
    assert settled == pytest.approx(true, abs=0.03)  # 3.5 standard errors of four programmes
    assert to_the_day > true + 0.035


def test_truth_is_what_very_many_relations_do():
    # a second drawing of the process, of another seed
    drawn, agreements = relations.draw_process(
        relations.random(7, "again"), 40_000, until=np.datetime64("2024-06-30")
    )
    drawn = drawn[drawn["start"] <= DAY]
    for months in (12, 36, 60):
        planted = truth.of_all_programmes()["survival"][str(months)]
        assert truth.survival(months, drawn) == pytest.approx(planted, abs=0.01)
    causes = truth.incidence_by_cause(36)
    assert sum(causes.values()) + truth.survival(36) == pytest.approx(1)
    since = drawn["start"] >= "2014-10-13"
    before_after = [truth.survival(36, part) for part in (drawn[~since], drawn[since])]
    local, regional = (
        truth.survival(36, drawn[drawn["level"] == level]) for level in ("local", "regional")
    )
    assert before_after[0] == pytest.approx(before_after[1], abs=0.02)
    assert local == pytest.approx(regional, abs=0.025)
    by_kind = truth.of_all_programmes()["survival_36_by_first_kind"]
    assert by_kind["economic cooperation"] > by_kind["philanthropy"] + 0.1


def test_a_term_is_renewed_by_what_begins_after_it_within_the_grace_or_names_it():
    pair = pd.DataFrame({"partner": 0, "entity": 0, "tacit": False, "end": pd.NaT}, index=[0])
    agreements = pd.DataFrame(
        {
            "relation": 0,
            "rank": [0, -1, 1, 2, 3],
            "start": pd.to_datetime(
                ["2014-01-01", "2014-06-01", "2015-06-29", "2016-03-01", "2017-12-01"]
            ),
            "term": pd.to_datetime(
                ["2014-12-31", "2014-11-30", "2016-04-01", "2016-12-31", "2018-12-01"]
            ),
            "end": pd.NaT,
            "broken": False,
            "names_predecessor": [False, False, False, False, True],
        }
    )
    # 180 days after the term; 211 days after; begun before the term; named after a year; nothing follows
    renewed = truth.true_terms(pair, agreements)["renewed"].tolist()
    assert renewed == [True, False, False, True, False]


def test_one_agreement_renews_one_the_last_to_come_to_its_term():
    pair = pd.DataFrame({"partner": 0, "entity": 0, "tacit": False, "end": pd.NaT}, index=[0])
    agreements = pd.DataFrame(
        {
            "relation": 0,
            "rank": [0, -1, 1],
            "start": pd.to_datetime(["2014-01-01", "2014-06-01", "2015-01-01"]),
            "term": pd.to_datetime(["2014-12-31", "2014-11-30", "2015-12-31"]),
            "end": pd.NaT,
            "broken": False,
            "names_predecessor": False,
        }
    )
    assert truth.true_terms(pair, agreements)["renewed"].tolist() == [True, False, False]
    agreements = agreements.assign(names_predecessor=[False, False, True])
    assert truth.true_terms(pair, agreements)["renewed"].tolist() == [True, False, False]


def test_the_study_sees_nearly_the_true_relations_in_the_agreements(drawn):
    tables, true = drawn
    known = known_relations(tables)
    assert len(known) == pytest.approx(true["relations"], rel=0.02)
    ended = (known["ended"] & (known["end"] <= SETTLED)).sum()
    assert ended == pytest.approx(true["ended_by_settled_day"], rel=0.06)
    assert (known["status"] == "to confirm").sum() > 0
    assert known["interruptions"].gt(0).any() and known["partner_id"].duplicated().any()


def test_lines_hold_as_often_as_planted(several):
    chance = several[0][1]["share_of_running_relations"] | accounts.CHANCES
    del chance["LF1"]  # of partners who were paid in the year of their accounts
    yes, known = 0, 0
    for tables, _ in several[:3]:
        running = known_relations(tables).query("status == 'running'")
        stated = lines.statements(line_measures.of_relations(tables, running, DAY))
        yes, known = yes + stated[list(chance)].sum(), known + stated[list(chance)].notna().sum()
    for line, planted in chance.items():
        # relations of one partner share its accounts
        error = math.sqrt(1.3 * planted * (1 - planted) / known[line])
        assert yes[line] / known[line] == pytest.approx(planted, abs=4 * error), line


def test_those_who_answer_are_stronger_than_all(several):
    for _, true in several:
        trust = true["high_trust"]
        assert trust["both answered"] > trust["running"] + 0.1


def test_advice_changes_scale_and_communication_does_not(several):
    effects = {"strategic advice": [], "communication": []}
    for tables, _ in several:
        compared, _ = support_comparison.landmark(
            tables["projects"], tables["sites"], tables["support"], DAY
        )
        for kind, differences in effects.items():
            days = support_comparison.support_days(
                tables["projects"], tables["support"], kinds=[kind]
            )
            exposed = days.reindex(compared.index) > 0
            contrast = risk_difference.contrast(compared["scaled"], exposed, compared[["exposure"]])
            differences.append(contrast.crude)
    effect = several[0][1]["support"]["risk_difference"]
    assert np.mean(effects["strategic advice"]) == pytest.approx(effect, abs=0.1)
    assert np.mean(effects["communication"]) == pytest.approx(0, abs=0.1)


def test_tables_conform(drawn):
    built = drawn[0]
    assert set(built) == set(schema.declared_tables()) - {"grants", "relations"}
    for name, frame in built.items():
        assert len(frame) and not frame.duplicated(schema.key(name)).any(), name
        for column in schema.columns(name).values():
            held = frame[column.name].dropna()
            assert len(held) == len(frame) or not column.required, (name, column.name)
            if column.values:
                assert set(held.str.split("|").explode()) <= set(column.values), (name, column.name)
    ids = {
        name: set(built[f"{name}s"][f"{name}_id"])
        for name in ("partner", "agreement", "project", "proposal")
    }
    for name, frame in built.items():
        for kind in ids:
            if f"{kind}_id" in frame:
                assert set(frame[f"{kind}_id"].dropna()) <= ids[kind], (name, kind)


def test_revenue_lines_add_up_and_terms_precede_their_ends(drawn):
    accounts, signed = drawn[0]["accounts"], drawn[0]["agreements"]
    parts = accounts[["public_grants", "gifts_sponsorship", "sales", "dues", "other_revenue"]].sum(
        axis=1
    )
    assert (parts == accounts["revenue_total"]).all()
    assert (
        not (signed["end"] < signed["start"]).any()
        and not (signed["planned_end"] < signed["start"]).any()
    )


def test_named_projects_hold_nothing_invented(drawn):
    built = drawn[0]
    named = built["partners"][
        built["partners"]["name"].isin(
            ["Les Jardins de la Montagne Verte", "jaccede.com", "Comptoirs de Campagne"]
        )
    ]
    assert len(named) == 3
    kept = {"partner_id", "name", "ess_family", "department", "region", "is_network"}
    assert named.drop(columns=list(kept)).isna().all(axis=None)
    projects = built["projects"].merge(named[["partner_id"]])
    assert projects["portrait_consent"].tolist() == [True] * 3
    assert (
        projects.drop(columns=["project_id", "partner_id", "name", "portrait_consent"])
        .isna()
        .all(axis=None)
    )
    assert not built["agreements"]["partner_id"].isin(named["partner_id"]).any()


# The mess


def cells(path, line: int, sheet: str | None = None) -> list[str]:
    if path.suffix in (".xlsx", ".ods"):
        import python_calamine

        book = python_calamine.CalamineWorkbook.from_path(path)
        rows = book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python(skip_empty_area=False)
        return [
            str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
            for value in rows[line - 1]
        ]
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    text = data.decode("cp1252" if path.name in ("partenaires.csv", "evenements.csv") else "utf-8")
    delimiter = "\t" if path.suffix == ".tsv" else "," if path.name.startswith("enquete") else ";"
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))[line - 1]


def test_every_applicable_rule_is_planted_where_it_says():
    planted = pd.read_csv(COMMITTED / "truth/planted.csv", dtype="str", keep_default_na=False)
    mess = [
        "01",
        "02",
        "03",
        "04",
        "05",
        "06",
        "07",
        "08",
        "09",
        "11",
        "12",
        "13",
        "15",
        "16",
        "17",
        "18",
        "19",
        "20",
        "21",
        "22",
        "23",
        "24",
        "25",
        "27",
        "28",
        "29",
        "30",
    ]
    rules = {"R01", "R02", "R04", "R06", "R12", "R18", "R19"}
    assert {f"M{number}" for number in mess} | rules <= set(planted["rule"])
    stands = (
        planted[(planted["line"] != "") & (planted["original"] != "")]
        .groupby(["source", "rule"])
        .head(2)
    )
    assert len(stands) > 60
    for row in stands.itertuples():
        file, _, sheet = row.source.partition("#")
        there = cells(COMMITTED / file, int(row.line), sheet or None)
        assert any(row.original.removesuffix(".0") == cell.removesuffix(".0") for cell in there), (
            row
        )


def test_personal_data_stand_in_the_notes_only():
    planted = pd.read_csv(COMMITTED / "truth/planted.csv", dtype="str", keep_default_na=False)
    notes = planted[planted["rule"] == "M27"]
    assert set(notes["column"]) == {"notes"} and set(notes["clean"]) == {""}
    starts = {text.split("{")[0][:12] for text in texts("note")}
    assert {note[:12] for note in notes["original"]} == starts
    assert not planted["clean"].str.contains("@|cancer|NIR", regex=True).any()


def test_each_regions_agreements_stand_in_a_workbook_of_its_own():
    assert len(list((COMMITTED / "conventions").glob("*.xlsx"))) == 18
    study = tomllib.loads((COMMITTED / "study.toml").read_text(encoding="utf-8"))
    assert study["study"]["synthetic"] and str(study["study"]["day"]) == "2018-06-27"
    told = {source["files"] for source in study["source"]}
    assert not any("truth" in pattern for pattern in told)
    assert all(list(COMMITTED.glob(pattern)) for pattern in told)
    assert {source["table"] for source in study["source"]} == set(schema.declared_tables()) - {
        "grants",
        "relations",
    }


# At scale


def test_a_large_programme_is_written_in_parts_as_csv(tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "LARGE", 100)
    monkeypatch.setattr(synthetic, "PART", 200)
    synthetic.write_demo(tmp_path, 3, 500)
    names = files(tmp_path)
    assert "conventions.csv" in names and not [name for name in names if name.endswith(".xlsx")]
    rows = (tmp_path / "partenaires.csv").read_bytes().decode("cp1252").splitlines()
    codes = [row.split(";")[0] for row in rows[1:]]
    assert len({code for code in codes if code.startswith("P2-")}) > 60
    true = json.loads((tmp_path / "truth/truth.json").read_text(encoding="utf-8"))
    assert 450 < true["relations"] < 750 and true["networks"] == 53
    study = tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8"))
    assert all(list(tmp_path.glob(source["files"])) for source in study["source"])


def test_identifiers_are_valid_and_belong_to_one_partner_each():
    from stdnum.fr import siren, siret

    parts = [programme.draw(1, 300, part=part)[0]["partners"] for part in (0, 1)]
    together = pd.concat(parts)
    assert not together["siren"].dropna().duplicated().any()
    assert (
        together["siren"].dropna().map(siren.is_valid).all()
        and together["siret"].dropna().map(siret.is_valid).all()
    )


def test_side_tables_stay_short_however_many_relations(monkeypatch):
    monkeypatch.setattr(programme, "DETAILED", 50)
    built, _ = programme.draw(1, 600)
    covered = set(built["events"]["agreement_id"])
    assert 50 < len(covered) < 300 < len(built["agreements"])


def test_grants_are_messy_and_the_same_every_time(tmp_path):
    for name in ("a.csv", "b.csv"):
        grants.write_list(tmp_path / name, 2, 3_000)
    data = (tmp_path / "a.csv").read_bytes()
    assert data == (tmp_path / "b.csv").read_bytes()
    table = pd.read_csv(
        io.BytesIO(data), sep=";", dtype="str", encoding="cp1252", keep_default_na=False
    )
    amounts, dates = table["Montant de la subvention"], table["Date de la convention"]
    assert (
        len(table) == 3_000
        and (amounts == "NC").any()
        and amounts.str.contains(r"\d \d{3},\d\d").any()
    )
    assert dates.str.match(r"\d{4}-").any() and dates.str.match("[a-zéû]+ ").any()


# Its own examples

SYNTHETIC = ROOT / "tests/synthetic"


@pytest.mark.parametrize("name", sorted(file.stem for file in SYNTHETIC.glob("[a-z]*.py")))
def test_examples_run(name):
    assert doctest.testmod(importlib.import_module(f"synthetic.{name}")).failed == 0


def test_every_threshold_on_accounts_moves_its_line(opened):
    moved = opened().exhibit("T5").data.set_index("line").loc[["LF1", "LF2", "LF4"]]
    assert moved[["lower", "share", "higher"]].nunique(axis=1).eq(3).all()


def test_a_number_known_of_few_relations_says_that_it_is_missing_for_that(opened):
    numbers = opened(region="Guyane", lang="fr").exhibit("T8").numbers
    few = [number for number in numbers if number.key in lines.LINES]
    assert few and all(0 < number.n < 10 and number.value is None for number in few)
    assert all("connu de moins de dix relations" in number.caution for number in few)
