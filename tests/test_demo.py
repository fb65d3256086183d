"""The demonstration programme: what it plants is there, what it claims as truth is true, and it is the same every time."""

import csv
import doctest
import importlib
import io
import json
import math
import tomllib
from collections import Counter

import numpy as np
import pandas as pd
import pytest

import synthetic
from analysis import relations as chains
from analysis.declare import schema
from analysis.indicators import line_measures, lines, trajectory
from analysis.stats.survival import kaplan_meier
from conftest import ROOT
from synthetic import agreements, exports, grants, process, programme
from synthetic.wording import texts
from tiny import files

DAY = pd.Timestamp("2018-06-27")
COMMITTED = ROOT / "data/raw/demo"


@pytest.fixture(scope="module")
def several():
    return [programme.draw(seed) for seed in range(1, 5)]


@pytest.fixture(scope="module")
def drawn(several):
    return several[0]


def known_relations(drawn: dict[str, pd.DataFrame]) -> pd.DataFrame:
    entities = drawn["agreements"]["entity"].unique()
    windows = pd.DataFrame({"entity": entities, "first": pd.Timestamp("2014-01-01"), "last": DAY})
    traces = pd.concat([drawn["events"], drawn["contributions"]])
    sign = chains.signs_of_life(drawn["agreements"]["agreement_id"], DAY, traces)
    chained = chains.in_chains(drawn["agreements"], drawn["partners"])
    return chains.as_known_on(chained, DAY, windows=windows, last_sign=sign)


# The same every time


def test_the_committed_folder_is_what_the_generator_writes(tmp_path):
    synthetic.write_demo(tmp_path)
    assert files(tmp_path) == files(COMMITTED)


def test_the_committed_folder_is_small():
    assert sum(path.stat().st_size for path in COMMITTED.rglob("*") if path.is_file()) < 3_000_000


def test_another_seed_is_another_programme():
    first, second = (programme.draw(seed, relations=60)[0]["agreements"] for seed in (1, 2))
    assert not first.equals(second)
    assert first.equals(programme.draw(1, relations=60)[0]["agreements"])


# True to its truth


def test_survival_is_what_very_many_relations_do():
    relations = programme.draw_relations(7, 100_000)
    since = relations[relations["entry_months"] == 0]
    curve = kaplan_meier(since["duration_months"], since["ended"]).set_index("time")
    for months in (12, 24, 36):
        truth = process.survival(months)
        assert curve.at[float(months), "survival"] == pytest.approx(
            truth, abs=4 * curve.at[float(months), "std_error"]
        )
    for kind in process.KINDS:
        first = [place for place, name in enumerate(process.KINDS) if name == kind]
        of_kind = since[since["kind"] == kind]
        lasting = np.average(
            [1 - sum(process.ends_by(first[0], d)[:3]) for d in range(6)],
            weights=process.DOMAIN_WEIGHTS,
        )
        at = kaplan_meier(of_kind["duration_months"], of_kind["ended"]).set_index("time").loc[36.0]
        assert at["survival"] == pytest.approx(lasting, abs=4 * at["std_error"])


def test_delayed_entry_leaves_the_estimate_unbiased_and_its_interval_honest():
    truth, found, inside = process.survival(36), [], 0
    for seed in range(100):
        relations = programme.draw_relations(seed, 1553)
        curve = kaplan_meier(
            relations["duration_months"], relations["ended"], entry=relations["entry_months"]
        )
        at = curve[curve["time"] <= 36].iloc[-1]
        found.append(at["survival"])
        inside += at["low"] <= truth <= at["high"]
    assert np.mean(found) == pytest.approx(truth, abs=3.5 * np.std(found) / math.sqrt(len(found)))
    assert 0.89 <= inside / len(found) <= 0.99


def test_the_study_finds_the_true_relations_in_the_agreements(drawn):
    tables_, truth = drawn
    found, true = known_relations(tables_), programme.draw_relations(1, 1553)
    rows = lambda frame, *names: Counter(
        zip(*(frame[name].tolist() for name in names), strict=True)
    )
    assert rows(found, "start", "ended", "entry_months") == rows(
        true, "start", "ended", "entry_months"
    )
    sure = found[found["status"] != "to confirm"]
    whole = ("start", "ended", "entry_months", "duration_months")
    assert rows(sure, *whole) <= rows(true, *whole)
    assert len(found) - len(sure) == truth["silent"] > 5
    assert (found.loc[found["status"] == "to confirm", "duration_months"] > 36).all()
    assert found["interruptions"].gt(0).any() and found["partner_id"].duplicated().any()


def test_lines_hold_as_often_as_planted(several):
    chance, yes, known = several[0][1]["chance_of_line"], 0, 0
    for built, _ in several[:3]:
        running = known_relations(built).query("status != 'ended'")
        both = lines.statements(line_measures.of_relations(built, running, DAY))[list(chance)]
        yes, known = yes + both.sum(), known + both.notna().sum()
    for line, planted in chance.items():
        # Relations of one partner share their accounts: an eighth more variance, rounded up.
        error = math.sqrt(1.3 * planted * (1 - planted) / known[line])
        assert yes[line] / known[line] == pytest.approx(planted, abs=4 * error), line


def test_advice_changes_scale_and_communication_does_not(several):
    effects = {"strategic advice": [], "communication": []}
    for built, _ in several:
        compared, _ = trajectory.landmark(built["projects"], built["sites"], built["support"], DAY)
        for kind, found in effects.items():
            exposed = (
                trajectory.support_days(built["projects"], built["support"], kinds=[kind]).reindex(
                    compared.index
                )
                > 0
            )
            found.append(
                trajectory.contrast(compared["scaled"], exposed, compared[["exposure"]]).crude
            )
    assert np.mean(effects["strategic advice"]) == pytest.approx(
        several[0][1]["support"]["risk_difference"], abs=0.1
    )
    assert np.mean(effects["communication"]) == pytest.approx(0, abs=0.1)
    assert min(effects["strategic advice"]) > 0.15


def test_tables_conform(drawn):
    built = drawn[0]
    assert set(built) == set(schema.declared()) - {"grants", "relations"}
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
    assert {f"M{number}" for number in mess} | {"R01", "R02", "R06", "R12"} <= set(planted["rule"])
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
    assert {source["table"] for source in study["source"]} == set(schema.declared()) - {
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
    truth = json.loads((tmp_path / "truth/truth.json").read_text(encoding="utf-8"))
    assert truth["relations"] == 553 and truth["networks"] == 53
    study = tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8"))
    assert all(list(tmp_path.glob(source["files"])) for source in study["source"])


def test_identifiers_are_valid_and_belong_to_one_partner_each():
    from stdnum.fr import siren, siret

    parts = [programme.draw(1, relations=300, part=part)[0]["partners"] for part in (0, 1)]
    together = pd.concat(parts)
    assert not together["siren"].dropna().duplicated().any()
    assert (
        together["siren"].dropna().map(siren.is_valid).all()
        and together["siret"].dropna().map(siret.is_valid).all()
    )


def test_side_tables_stay_short_however_many_relations(monkeypatch):
    monkeypatch.setattr(programme, "DETAILED", 50)
    built, _ = programme.draw(1, relations=600)
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


def test_sets_are_sorted_and_an_empty_one_is_missing():
    assert agreements.sets(
        ["b", "a", "c"], np.array([[1, 1, 0], [0, 0, 0]], dtype=bool)
    ).tolist() == ["a|b", None]


# Its own examples

SYNTHETIC = ROOT / "tests/synthetic"


@pytest.mark.parametrize("name", sorted(file.stem for file in SYNTHETIC.glob("[a-z]*.py")))
def test_examples_run(name):
    assert doctest.testmod(importlib.import_module(f"synthetic.{name}")).failed == 0
