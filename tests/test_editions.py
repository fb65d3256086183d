"""A report run again gives its numbers or says where it does not; two editions are told apart, late records from real change."""

import json
import shutil
from pathlib import Path

import bs4
import numpy as np
import pandas as pd
import pytest

import tiny
from analysis.declare.faults import Refused
from analysis.indicators import edition_parts
from analysis.report import change_page, result_cache
from analysis.run import comparison, editions, pipeline
from test_links import broken_links, parsed_pages


def kept(folder: Path, **figures: str) -> Path:
    """A report as `differences` reads it."""
    (folder / "figures").mkdir(parents=True)
    for name, content in figures.items():
        (folder / "figures" / f"{name}.csv").write_text(content, encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps({"inputs": {"a.csv": "1"}}), encoding="utf-8")
    return folder


# ---- is it reproduced?
def test_a_changed_cell_is_named_with_file_line_and_column(tmp_path):
    table = "line,yes,share\nF1,56,0.112676056338\nF2,311,0.468\n"
    before = kept(tmp_path / "before", F8=table)
    assert editions.differences(before, kept(tmp_path / "same", F8=table)) == []
    now = kept(tmp_path / "now", F8=table.replace("311", "312"))
    assert editions.differences(before, now) == ["figures/F8.csv, line 3, yes: 311 before, 312 now"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("0.112676056338", "0.112676056339", True),  # within 1e-9
        ("0.112676056338", "0.112676156338", False),
        ("12345678901", "12345678902", False),  # counts are counts, however large
        ("1e-12", "0", True),
        ("s", "4", False),
        ("", "0", False),
        ("F1", "F2", False),
    ],
)
def test_which_cells_are_the_same(one, other, same):
    assert editions._same(one, other) is same


def test_everything_else_that_differs_is_named(tmp_path):
    before = kept(
        tmp_path / "before", F1="a,b\n1,2\n", F3="a\n1\n", F9="a,b\n1,2\n", T2="a\n" + "1\n" * 9
    )
    after = kept(tmp_path / "after", F1="a,b\n1\n", F4="a\n1\n", F9="a\n1\n", T2="a\n" + "2\n" * 9)
    (after / "manifest.json").write_text(
        json.dumps({"inputs": {"a.csv": "2", "b.csv": "1"}}), encoding="utf-8"
    )
    for folder, title in ((before, "One"), (after, "Two")):
        (folder / "figures/F1.json").write_text(json.dumps({"title": title}), encoding="utf-8")
    told = editions.differences(before, after)
    assert told[:4] == [
        "a.csv: other content",
        "b.csv: added",
        "figures/F3.csv: not made again",
        "figures/F4.csv: not in the report before",
    ]
    assert "figures/F1.csv, line 2, b: 2 before,  now" in told
    assert "figures/F1.json, title: “One” before, “Two” now" in told
    assert "figures/F9.csv: 1 rows of a, b before, 1 rows of a now" in told
    assert told[-1] == "figures/T2.csv: 4 more"
    empty = kept(tmp_path / "empty", F1="", F3="a\n1\n", F9="a,b\n1,2\n", T2="a\n" + "1\n" * 9)
    assert "figures/F1.csv: 1 rows of a, b before, 0 rows of nothing now" in editions.differences(
        before, empty
    )


def test_a_report_is_reproduced_and_kept_as_a_reference(desk, typed):
    tiny.notebook(desk / "one.ipynb", "The essentials", '"F8"', '"F3"')
    typed(
        "run",
        "--data",
        "raw",
        "--notebook",
        "one.ipynb",
        "-p",
        "grace_days=90",
        "--lang",
        "en",
        "--out",
        "out",
    )
    before = {file: file.read_bytes() for file in (desk / "out").rglob("*") if file.is_file()}
    code, said, _wrong = typed("verify", "out", "--keep", "reports/reference")
    assert (code, said) == (0, ["the report is reproduced"])
    assert {file: file.read_bytes() for file in before} == before
    assert sorted(file.name for file in (desk / "reports/reference/figures").iterdir()) == [
        "F3.csv",
        "F8.csv",
    ]

    # a cell of the reference is changed; other data give other numbers, and the data are named
    csv = desk / "reports/reference/figures/F8.csv"
    lines = csv.read_text(encoding="utf-8").split("\n")
    cells = lines[1].split(",")
    assert lines[1].startswith("LF1,")
    place = lines[0].split(",").index("unknown")
    cells[place] = str(int(cells[place]) + 10)
    lines[1] = ",".join(cells)
    csv.write_text("\n".join(lines), encoding="utf-8")
    rows = tiny.agreements()
    rows[1][5] = "2015-02-01"
    tiny.programme(desk / "raw", signed=rows)
    code, said, _wrong = typed("verify")
    assert code == 1 and said[0] == "agreements.csv: other content"
    assert any(line.startswith("figures/F3.csv") for line in said)
    changed = f"figures/F8.csv, line 2, unknown: {cells[place]} before, "
    assert any(line.startswith(changed) for line in said)
    assert said[-1] == f"{len(said) - 1} difference(s)"


def test_what_cannot_be_verified_is_told_and_what_to_give_instead(desk, typed):
    code, _said, wrong = typed("verify", "nowhere")
    assert code == 3 and "no such folder" in wrong[0]
    code, _said, wrong = typed("verify", "notebooks")
    assert code == 3 and "no manifest.json" in wrong[0]
    code, _said, wrong = typed("verify")
    assert code == 3 and "reports/reference" in wrong[0]
    for lang in ("fr", "en"):
        (desk / "both" / lang).mkdir(parents=True)
        (desk / "both" / lang / "manifest.json").write_text("{}", encoding="utf-8")
    code, _said, wrong = typed("verify", "both")
    assert code == 3 and "give one of both/en, both/fr" in wrong[0]
    tiny.notebook(desk / "one.ipynb", "The essentials", '"F8"')
    given = ("run", "--data", "raw", "--notebook", "one.ipynb")
    head, *rows = tiny.agreements()
    tiny.programme(desk / "raw", signed=[head, *(row for row in rows if row[3] == "local")])
    typed(*given, "--by", "level", "--lang", "fr", "--out", "levels")
    code, _said, wrong = typed("verify", "levels")
    part = "levels/local"
    assert code == 3 and part in wrong[0]
    assert typed("verify", part)[:2] == (0, ["the report is reproduced"])
    (desk / "one.ipynb").rename(desk / "two.ipynb")
    code, _said, wrong = typed("verify", part)
    assert code == 3 and "one.ipynb" in wrong[0] and "its notebook is gone" in wrong[0]
    shutil.rmtree(desk / "raw")
    code, _said, wrong = typed("verify", part)
    assert code == 3 and "its data is gone" in wrong[0] and "'raw'" in wrong[0]


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"chosen": ["received/evil.ipynb"]}, "'received/evil.ipynb'"),
        ({"chosen": ["notebooks/../received/evil.ipynb"]}, "nothing was run"),
        ({"chosen": ["notebooks/linked.ipynb"]}, "nothing was run"),
        ({"raw": ".."}, "give it with --data"),
        ({"study_file": "../study.toml"}, "give it with --study"),
    ],
)
def test_a_received_report_names_no_code_and_no_data_outside_the_project(
    desk, typed, monkeypatch, named, told
):
    received = desk / "received"
    tiny.notebook(received / "evil.ipynb", "The essentials", '"F8"')
    (desk / "notebooks/linked.ipynb").symlink_to(received / "evil.ipynb")
    (desk.parent / "study.toml").touch()
    manifest = {"parameters": {"lang": "fr"}, "raw": "raw", "study_file": "", "chosen": []}
    (received / "manifest.json").write_text(json.dumps(manifest | named), encoding="utf-8")
    runs = []
    monkeypatch.setattr(pipeline, "run", lambda *given, **ways: runs.append(given))
    code, _said, wrong = typed("verify", "received")
    assert (code, runs) == (3, []) and told in wrong[0]


def test_a_received_report_brings_no_project_of_its_own(desk, typed):
    (desk / "manifest.json").write_text("{}", encoding="utf-8")
    code, _said, wrong = typed("verify", ".")
    assert code == 3 and "go to a project of your own" in wrong[0]


def test_a_reference_never_takes_the_place_of_other_things(tmp_path):
    other = tmp_path / "notebooks"
    other.mkdir()
    (other / "0_brief.ipynb").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="holds other things"):
        editions.keep(kept(tmp_path / "out", F8="a\n1\n"), other)
    assert (other / "0_brief.ipynb").read_text(encoding="utf-8") == "mine"


# ---- what changed? (its arithmetic: test_edition_changes.py)
def tables(page: Path) -> list[list[list[str]]]:
    soup = bs4.BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return [
        [[cell.get_text(" ", strip=True) for cell in row(["th", "td"])] for row in table("tr")]
        for table in soup("table")
    ]


def test_reports_that_keep_no_relations_are_compared_by_their_headlines(tmp_path):
    for name, day, value in (("before", "2017-06-27", 0.5), ("after", "2018-06-27", 0.75)):
        (tmp_path / name / "figures").mkdir(parents=True)
        asked = {"lang": "en", "grace_days": 180}
        made_from = {"study": "x", "day": day, "conventions": {}, "parameters": asked}
        code = {"code": "1", "versions": {"partnership-impact-study": "1"}}
        manifest = made_from | code | {"edition": name, "synthetic": False}
        result_cache.write_json(tmp_path / name / "manifest.json", manifest)
        number = {"key": "survival", "label": "Survival", "value": value, "recorded": True}
        number |= {"format": "percent"}
        result_cache.write_json(tmp_path / name / "figures/T8.json", {"numbers": [number]})
    out = tmp_path / "compared"
    page = comparison.compare_reports(tmp_path / "before", tmp_path / "after", out)
    assert "Survival" in page.read_text(encoding="utf-8")
    (headline,) = pd.read_csv(out / "headlines.csv").to_dict("records")
    assert (headline["before"], headline["after"], headline["change"]) == (0.5, 0.75, 0.25)
    assert not (out / "relations.csv").exists()


def test_two_editions_are_compared(desk, typed):
    signed = tiny.agreements()
    tiny.programme(
        desk / "raw", day="2017-06-27", signed=[row for row in signed if row[0] != "A008"]
    )  # A008: from September 2014
    tiny.notebook(desk / "one.ipynb", "The essentials", '"T8"')
    given = ("run", "--data", "raw", "--notebook", "one.ipynb", "--lang", "en")
    given += ("-p", "horizon_months=12")
    typed(*given, "--out", "before")
    later = [
        "C001",
        "P001",
        "Direction régionale",
        "local",
        "philanthropy",
        "2018-03-01",
        "2019-02-28",
    ]
    tiny.programme(desk / "raw", signed=[*signed, later])
    typed(*given, "--out", "after")
    code, said, wrong = typed("compare", "before", "after", "--out", "compared")
    assert (code, wrong) == (0, []) and said == ["compared/index.html"]
    page = desk / "compared/index.html"
    assert broken_links(parsed_pages(desk / "compared")) == []
    made_from, numbers, counts, named = tables(page)
    assert ["Observation date", "27 June 2017", "27 June 2018"] in made_from
    assert ["agreements.csv", "", "other content"] in made_from
    assert numbers[0][-3:] == ["corrected", "rates", "composition"]
    labels = [row[0] for row in numbers[1:]]  # each says alone what is counted
    assert labels[0] == "Running relations" and len(labels) > 4
    assert all(label[0].isupper() for label in labels)
    written = bs4.BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    cells = written("table")[1].tbody("td")
    assert cells and all(cell["class"] == ["num"] for cell in cells)
    relations = pd.read_csv(desk / "compared/relations.csv", keep_default_na=False)
    late = relations[relations["recorded_late"]]
    # A008, from September 2014, and C001, later: nothing else begins; ends are real
    assert late["change"].tolist() == ["new"] and late["start"].str[:7].tolist() == ["2014-09"]
    assert set(relations["change"]) >= {"new", "ended"}
    assert relations["name"].str.startswith("Partenaire ").all()
    of_each = relations.groupby(["change", "recorded_late"]).size()
    assert len(named) - 1 == of_each.clip(upper=change_page.NAMED_OF_EACH).sum()
    headlines = pd.read_csv(desk / "compared/headlines.csv").set_index("key")
    split = headlines.dropna(subset="low")
    assert {"running", "survival", "renewal", "mean", "LF5", "LS5"} <= set(split.index)
    parts = split[edition_parts.PARTS].sum(axis=1)
    assert (parts - split["change"]).abs().max() < 1e-9
    # A008 alone was recorded late; the year between moved both by far more
    late = split.loc[["survival", "mean"], "late"]
    assert late.lt(0).all() and (late > 0.3 * split["rates"].loc[late.index]).all()
    typed("compare", "before", "before", "--out", "itself")
    assert len(tables(desk / "itself/index.html")) == 1  # the headlines, and nothing has changed
    unchanged = pd.read_csv(desk / "itself/headlines.csv").dropna(subset="before")
    assert (unchanged["change"] == 0).all() and (unchanged["high"].fillna(0) == 0).all()
    text = page.read_text(encoding="utf-8")
    assert 'lang="en"' in text and "27 June 2017" in text and "conventions differ" not in text
    first = page.read_bytes()
    typed("compare", "before", "after", "--out", "compared")
    assert page.read_bytes() == first

    # the team decides that P003, followed since 2017, is P000, which ended in 2014: a correction of the past
    (desk / "raw/aliases.csv").write_text("partner;same_as;decision\nP000;P003;same\n")
    typed(*given, "--out", "decided")
    assert typed("compare", "after", "decided", "--out", "merged")[0] == 0
    merged = pd.read_csv(desk / "merged/relations.csv", keep_default_na=False)
    assert merged["change"].tolist() == ["merged"] * 2 and not merged["recorded_late"].any()
    assert set(merged["partner_id"]) == {"P000", "P003"}
    assert "merged" in (desk / "merged/index.html").read_text(encoding="utf-8")
    split = pd.read_csv(desk / "merged/headlines.csv").dropna(subset="low")
    assert (split[["late", "rates", "composition"]].abs() < 1e-12).all(axis=None)
    (desk / "raw/aliases.csv").unlink()

    # asked otherwise, in French, and what cannot be compared
    typed(*given, "-p", "grace_days=365", "--out", "wider")
    assert typed("compare", "before", "wider", "--lang", "fr", "--out", "compared")[0] == 0
    text = page.read_text(encoding="utf-8")
    assert "leur effet est donné à part" in text
    assert tables(page)[0][1][1:] == ["180", "365"]  # told first
    apart = pd.read_csv(desk / "compared/headlines.csv").set_index("key")
    assert np.allclose(apart["facts"], headlines["change"], equal_nan=True)  # by the same method
    assert np.allclose(apart[edition_parts.PARTS], headlines[edition_parts.PARTS], equal_nan=True)
    assert apart.at["survival", "method"] > 0  # a longer grace lets relations last
    assert (apart["method"] + apart["facts"] - apart["change"]).abs().max() < 1e-12
    shutil.rmtree(desk / "data/processed")  # nothing to work the facts out from any more
    assert typed("compare", "before", "wider", "--out", "compared")[0] == 0
    words = page.read_text(encoding="utf-8")
    assert "can no longer be worked out with the choices of the earlier" in words
    assert pd.read_csv(desk / "compared/headlines.csv")["low"].isna().all()
    code, _said, wrong = typed("compare", "after", "before")
    assert code == 2 and len(wrong) == 1 and "give the earlier report first" in wrong[0]
    code, _said, wrong = typed("compare", "before", "nowhere")
    assert code == 3 and "no such folder" in wrong[0]
    code, _said, wrong = typed("compare", "before", "after", "--lang", "de")
    assert code == 2 and "expected one of fr, en" in wrong[0]
    editions.keep(desk / "before", desk / "numbers")
    code, _said, wrong = typed("compare", "numbers", "after")
    assert code == 3 and "not a whole report" in wrong[0]
    code, said, _wrong = typed("compare", "before", "after")
    assert code == 0 and said == [str(desk / "reports/compared/before-after/index.html")]
