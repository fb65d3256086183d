"""Raw exports to a rendered study: once, whole or not at all, the same bytes each time."""

import csv
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import tiny
from analysis import clean, explore
from analysis.declare import parameters
from analysis.report import STEPS, assemble, edition_relations, page_content
from analysis.run import kernel_files, notebook_jobs, pipeline
from analysis.text import formatting
from test_links import broken_links, parsed_pages
from tiny import files

MAIN = "from analysis.__main__ import main; main()"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def is_whole(report: Path) -> bool:
    """Whether a report holds every file as its own record says."""
    held = json.loads((report / "run.json").read_text(encoding="utf-8"))["files"]
    return bool(held) and all(
        hashlib.sha256((report / name).read_bytes()).hexdigest() == sha
        for name, sha in held.items()
    )


def test_a_report_holds_pages_figures_and_what_they_were_made_from(desk, typed, monkeypatch):
    raw = tiny.programme(desk / "raw")
    code, said, wrong = typed("run", "--data", "raw", "--workers", "2")
    report = desk / "reports/tiny"
    assert (code, said) == (0, [str(report / "index.html")])
    assert len(wrong) == 1 and wrong[0].endswith("their code runs with your rights")
    assert {
        "index.html",
        "1_more.html",
        "brief.pdf",
        "manifest.json",
        "relations.csv",
        "run.json",
    } <= {file.name for file in report.iterdir()}
    manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["day"] == "2018-06-27" and manifest["parameters"]["grace_days"] == 180
    assert manifest["inputs"] == {
        name: hashlib.sha256(content).hexdigest() for name, content in files(raw).items()
    }
    for id, record in manifest["figures"].items():
        for name, sha in record["files"].items():
            assert hashlib.sha256((report / name).read_bytes()).hexdigest() == sha
        page, _hash, anchor = record["page"].partition("#")
        assert anchor == id and f'id="{id}"' in (report / page).read_text(encoding="utf-8")
    assert {"T8", "F1", "F8", "T1", "F3"} <= set(manifest["figures"])
    assert "code" in manifest and manifest["versions"]["pandas"]

    # run again: no notebook is taken up, nothing is written
    first = {name: (report / name).stat().st_mtime_ns for name in files(report)}
    with monkeypatch.context() as patch:
        again = "a notebook was run again"
        patch.setattr(notebook_jobs, "execute", lambda *_given, **_more: pytest.fail(again))
        assert typed("run", "--data", "raw")[0] == 0
    assert {name: (report / name).stat().st_mtime_ns for name in files(report)} == first

    # touched, it is made again
    before = files(report)
    (report / "index.html").write_text("torn", encoding="utf-8")
    assert typed("run", "--data", "raw")[0] == 0
    assert files(report) == before

    # the same bytes with one worker
    assert typed("run", "--data", "raw", "--workers", "1", "--force", "--out", "one")[0] == 0
    again = files(desk / "one")
    suffixes = {Path(name).suffix for name in again}
    assert suffixes >= {".html", ".pdf", ".svg", ".csv", ".json", ".ipynb"}
    assert again.keys() == before.keys()
    assert [name for name in again if again[name] != before[name]] == []


def test_shuffled_rows_and_rows_after_the_day_change_nothing(desk):
    parties, signed = tiny.partners(), tiny.agreements()
    known = ("Direction régionale", "local", "philanthropy")
    later = [
        [f"C{place:03}", f"P{place:03}", *known, f"2018-07-{place + 1:02}", "2019-07-01"]
        for place in range(9)
    ]
    rows = signed[1:] + later
    shuffled = [signed[0], *random.Random(3).sample(rows, len(rows))]
    tiny.programme(desk / "shuffled", parties=[parties[0], *parties[:0:-1]], signed=shuffled)
    shown = {}
    for name in ("raw", "shuffled"):
        clean.write(clean.clean(desk / name), desk / f"cleaned-{name}")
        study = explore.open(f"cleaned-{name}")
        exhibits = {id: study.exhibit(id) for id in ("T8", "F1", "F8", "F3", "T2")}
        shown[name] = {id: exhibit._repr_mimebundle_() for id, exhibit in exhibits.items()}
        shown[name]["relations.csv"] = edition_relations.relations_to_keep(study).to_csv()
    assert len(shown["raw"]["relations.csv"].splitlines()) == 61
    assert shown["shuffled"] == shown["raw"]


def test_a_notebook_that_fails_is_missing_from_a_report_that_says_so(desk, typed):
    odd = desk / "odd/2_odd.ipynb"
    kept = tiny.notebook(desk / "odd/1_kept.ipynb", "Kept", '"F8"')
    tiny.notebook(odd, "Odd", '"F1"', last="first = 1\nraise KeyError('R0042')")
    code, said, wrong = typed(
        "run", "--data", "raw", "--notebook", kept, "--notebook", odd, "--out", "out"
    )
    assert (code, said) == (1, ["out/index.html"])
    assert wrong == ["2_odd.ipynb: cell 5: KeyError: 'R0042'"]
    index = (desk / "out/index.html").read_text(encoding="utf-8")
    assert "Odd" in index and "2_odd.ipynb: cell 5" in index
    assert "2_odd.html" not in index
    assert "raise KeyError" in (desk / "out/logs/2_odd.log").read_text(encoding="utf-8")
    assert not (desk / "out/2_odd.html").exists() and (desk / "out/figures/F8.csv").is_file()

    # outside the team, neither the words of the error nor its trace
    asked = parameters.parse({"audience": "partners"})
    study = explore.Study(desk / "data/processed/tiny", asked)
    edition = assemble.edition(study, "", [kept, odd], "")
    failure = notebook_jobs.Failure("error", 5, "KeyError: 'R0042'", "raise KeyError('R0042')")
    failed = notebook_jobs.Result(None, desk, failure, False)
    lines = assemble.assemble(edition, [failed, failed], desk / "outside", {"code": "1"})
    assert lines == [f"{file.name}: cell 5: KeyError: 'R0042'" for file in (kept, odd)]
    written = b"".join(files(desk / "outside").values())
    assert b"2_odd.ipynb: cell 5" in written and b"R0042" not in written

    # mended, only what failed is run again
    tiny.notebook(odd, "Odd", '"F1"')
    before = (desk / "out/figures/F8.csv").read_bytes()
    code, said, wrong = typed(
        "run", "--data", "raw", "--notebook", kept, "--notebook", odd, "--out", "out"
    )
    assert (
        (code, wrong) == (0, [])
        and (desk / "out/2_odd.html").is_file()
        and not (desk / "out/logs").exists()
    )
    assert (desk / "out/figures/F8.csv").read_bytes() == before


def test_a_notebook_without_parameters_or_that_is_not_there_is_refused(desk, typed):
    bare = desk / "bare.ipynb"
    bare.write_text(
        json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
        encoding="utf-8",
    )
    code, _said, wrong = typed("run", "--data", "raw", "--notebook", bare)
    assert code == 3 and len(wrong) == 1 and "bare.ipynb" in wrong[0] and "parameters" in wrong[0]
    code, _said, wrong = typed("run", "--data", "raw", "--notebook", "nowhere.ipynb")
    assert code == 3 and "no such notebook" in wrong[0]
    assert not (desk / "reports").exists()


def test_a_saved_notebook_without_a_heading_is_rendered(desk, typed):
    typed("clean", "--data", "raw")
    opened = explore.open(str(desk / "data/processed/tiny"), lang="en")
    opened.exhibit("F8")
    opened.save_notebook(desk / "my-question.ipynb")
    code, _said, wrong = typed(
        "run", "--data", "raw", "--lang", "en", "--notebook", "my-question.ipynb", "--out", "out"
    )
    assert (code, wrong) == (0, [])
    page = (desk / "out/index.html").read_text(encoding="utf-8")
    assert [int(level) for level in re.findall(r"<h([1-6])", page)][:3] == [1, 2, 3]
    assert (desk / "out/brief.pdf").read_bytes().startswith(b"%PDF")


def test_two_languages_give_a_folder_each(desk, typed):
    tiny.notebook(desk / "one.ipynb", "The essentials", '"F8"')
    code, said, _wrong = typed(
        "run",
        "--data",
        "raw",
        "--notebook",
        "one.ipynb",
        "--lang",
        "en",
        "--lang",
        "fr",
        "--lang",
        "en",
        "--out",
        "out",
    )
    assert code == 0 and said[-1].endswith("out/en/index.html")
    assert sorted(entry.name for entry in (desk / "out").iterdir()) == ["en", "fr", "run.json"]
    for lang, word in (("fr", "inconnu"), ("en", "unknown")):
        page = (desk / f"out/{lang}/index.html").read_text(encoding="utf-8")
        assert f'lang="{lang}"' in page and word in page
    assert (
        rows(desk / "out/fr/figures/F8.csv")[0]["yes"]
        == rows(desk / "out/en/figures/F8.csv")[0]["yes"]
    )
    assert broken_links(parsed_pages(desk / "out")) == []


def test_by_level_gives_a_report_each_and_a_page_that_compares(desk, typed):
    levels = tiny.LEVELS[:2]
    signed = [row for row in tiny.agreements() if row[3] in ("level", *levels)]
    tiny.programme(desk / "raw", signed=signed)
    tiny.notebook(desk / "one.ipynb", "The essentials", '"T8"', '"F8"')
    code, said, _wrong = typed(
        "run", "--data", "raw", "--notebook", "one.ipynb", "--by", "level", "--out", "out"
    )
    assert code == 0
    index = Path(said[-1]).read_text(encoding="utf-8")
    total = 0
    for level in levels:
        assert f'href="{level}/index.html"' in index
        manifest = json.loads((desk / f"out/{level}/manifest.json").read_text(encoding="utf-8"))
        assert manifest["parameters"]["level"] == level
        total += manifest["figures"]["F8"]["n"]
    # without key numbers, what each report finds stands side by side
    tiny.notebook(desk / "two.ipynb", "Lines", '"F8"')
    found = typed(
        "run", "--data", "raw", "--notebook", "two.ipynb", "--by", "level", "--out", "found"
    )[1]
    assert Path(found[-1]).read_text(encoding="utf-8").count("Figure F8") == 1
    assert rows(desk / "found/local/figures/F8.csv")
    assert total == explore.open("tiny").exhibit("F8").n


def test_an_analysts_table_is_named_in_the_language_of_its_page():
    table = {"text/html": "<table><tr><td>1</td></tr></table>"}
    for lang, name in (("fr", "Tableau"), ("en", "Table")):
        formatting.use(lang)
        assert f'aria-label="{name}"' in page_content.as_html(table)


HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x")',
    "\u202eesrever",
    "😀 & <b>fort</b>",
    "+1+1",
    "x" * 500,
]


def test_hostile_names_appear_as_text(desk, typed):
    parties = tiny.partners()
    parties = [
        [*parties[0], "legal_form"],
        *([*row, HOSTILE[place % len(HOSTILE)]] for place, row in enumerate(parties[1:])),
    ]
    tiny.programme(
        desk / "raw", parties=[[cell.replace(";", ",") for cell in row] for row in parties]
    )
    tiny.notebook(desk / "one.ipynb", "The essentials", '"T2"')
    code, _said, wrong = typed("run", "--data", "raw", "--notebook", "one.ipynb", "--out", "out")
    assert (code, wrong) == (0, [])
    page = (desk / "out/index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>fort" not in page and not re.search("\u202e(?![^<]*</bdi>)", page)
    values = {row["value"] for row in rows(desk / "out/figures/T2.csv")}
    assert {'\'=HYPERLINK("http://x")', "'+1+1"} <= values
    assert not any(value.startswith(("=", "+", "-", "@")) for value in values)


# ---- stopped on the way
@pytest.fixture
def slow(rendered_desk) -> Path:
    """A finished report, and a notebook that would make another."""
    tiny.notebook(rendered_desk / "one.ipynb", "The essentials, slowly", '"F8"')
    return rendered_desk


def begun(desk: Path, *more: str, first: str = "", **options) -> subprocess.Popen:
    """A run in a terminal of its own, where Ctrl-C is heard even if these tests were started where it is not."""
    heard = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    given = ["run", "--data", "raw", "--notebook", "one.ipynb", "--out", "out", *more]
    return subprocess.Popen(
        [sys.executable, "-c", heard + first + MAIN, *given],
        cwd=desk,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_the_previous_report_whole_and_nothing_else(slow, number):
    before = files(slow / "out")
    (slow / "tmp").mkdir()
    os.mkfifo(slow / "pipe")
    last = f"open({str(slow / 'pipe')!r}, 'w').close()\nwhile True: pass"
    tiny.notebook(slow / "one.ipynb", "The essentials, slowly", '"F8"', last=last)
    running = begun(slow, env=os.environ | {"TMPDIR": str(slow / "tmp")})
    (slow / "pipe").open().close()  # opens once the notebook is at its last cell
    assert len(list((slow / "tmp").iterdir())) == 1
    os.killpg(running.pid, number)
    assert running.communicate(timeout=600) == ("", "interrupted\n")
    assert running.returncode == 128 + number
    assert files(slow / "out") == before
    assert list((slow / "tmp").iterdir()) == []
    assert not [entry for entry in slow.iterdir() if entry.name.endswith((".new", ".old"))]


AT_AN_IMPORT = """
import os, sys, weakref

class Met:
    def find_spec(name, *_):
        if name == {name!r}:
            press = lambda *_: os.kill(os.getpid(), signal.SIGINT)
            {press}

sys.meta_path.insert(0, Met)
"""


@pytest.mark.parametrize("name", ["typer", "analysis.run.pipeline", "pandas"])
@pytest.mark.parametrize(
    "press", ["press()", "kept = weakref.ref(lost := set(), press)\n            del lost"]
)  # seen, or lost in a callback
def test_ctrl_c_during_an_import_leaves_one_line_and_no_trace(slow, name, press):
    running = begun(slow, first=AT_AN_IMPORT.format(name=name, press=press))
    assert running.communicate(timeout=600) == ("", "interrupted\n") and running.returncode == 130


def test_killed_at_any_moment_a_report_stays_whole_and_a_later_run_completes(
    slow, typed, monkeypatch
):
    before = files(slow / "out")
    (slow / "tmp").mkdir()
    for moment in ("at once", "notebook done", "report being written"):
        env = os.environ | {STEPS: "1", "TMPDIR": str(slow / "tmp")}
        running = begun(slow, "--force", env=env)
        if moment != "at once":
            assert running.stderr.readline().startswith(STEPS)
            assert len(list((slow / "tmp").glob("impact-study-*"))) == 1
        while moment == "report being written" and running.poll() is None:
            if (slow / ".out.new").exists():
                break
        os.kill(running.pid, signal.SIGKILL)
        running.communicate(timeout=600)
        assert is_whole(slow / "out")
        title = (slow / "out/index.html").read_text(encoding="utf-8")
        assert files(slow / "out") == before or "slowly" in title
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(slow / "tmp"))
        kernel_files.sweep()
    assert list((slow / "tmp").iterdir()) == []
    # who was killed holds no lock
    given = ("run", "--data", "raw", "--notebook", "one.ipynb", "--out", "out", "--wait", "0")
    assert typed(*given)[0] == 0
    assert "slowly" in (slow / "out/index.html").read_text(encoding="utf-8") and is_whole(
        slow / "out"
    )


# ---- real and demonstration data
def test_the_figures_of_a_real_departement(tmp_path, shared):
    data = shared / "data/loire-atlantique-2008-2018"
    asked = {"day": "2018-12-31", "identity": "identifier"}
    cleaned = pipeline.clean_folder(data, asked, out=tmp_path / "cleaned")
    study = explore.open(str(cleaned), **asked)
    durability = study.exhibit("F3")
    assert durability.data["stratum"].nunique(dropna=False) == 1 and durability.n == 3881
    numbers = ["months", "at_risk", "ended", "censored", "survival", "low", "high"]
    assert list(durability.data) == ["stratum", *numbers]

    def survival(exhibit, months: int) -> float:
        return exhibit.data.loc[exhibit.data["months"] <= months, "survival"].iloc[-1]

    # The study's own rule (METHOD 9): seen starts, valid SIREN, followed up to the settled day.
    horizons = [12, 24, 36, 48, 60]
    curve = [round(survival(durability, months), 4) for months in horizons]
    assert curve == [0.3541, 0.2163, 0.1529, 0.1211, 0.0942]
    at_risk = durability.data.set_index("months")["at_risk"]
    assert at_risk.loc[horizons].tolist() == [3491, 1085, 583, 365, 248]
    absent = study.exhibit("F6D").data
    by_name = 1 - absent.loc[absent["group"] == "par nom exact", "value"]
    # INDEX.md's numbers, to the grants of no amount that are left out since
    expected = [0.696, 0.399, 0.430, 0.677, 0.713, 0.717, 0.680, 0.670, 0.428, 0.719]
    assert by_name.round(3).tolist() == pytest.approx(expected, abs=0.0015)
    # five wrong SIREN are no key
    by_siren = 1 - absent.loc[absent["group"] == "par identifiant", "value"]
    expected = [0.769, 0.718, 0.756, 0.719, 0.754, 0.736, 0.700, 0.701, 0.727, 0.739]
    assert by_siren.tolist() == pytest.approx(expected, abs=0.0025)
    sums = dict.fromkeys(("read", "kept", "merged", "set aside"), 0)
    for row in rows(cleaned / "ledger.csv"):
        sums[row["action"]] += int(row["rows"])
    assert sums["read"] == 18148 == sums["kept"] + sums["merged"] + sums["set aside"]
    wide = study.with_(grace_days=400).exhibit("F3")
    assert round(survival(wide, 36), 4) == 0.2285 and wide.n == 2496
