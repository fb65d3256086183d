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
from analysis.report import STEPS
from analysis.run import kernel_files, notebook_jobs
from test_links import broken_links
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
    code, said, wrong = typed("run", "--data", "raw")
    report = desk / "reports/tiny"
    assert (code, said, wrong) == (0, [str(report / "index.html")], [])
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
    monkeypatch.setattr(
        notebook_jobs, "execute", lambda *_given, **_more: pytest.fail("a notebook was run again")
    )
    assert typed("run", "--data", "raw")[0] == 0
    assert {name: (report / name).stat().st_mtime_ns for name in files(report)} == first


def test_a_report_that_was_touched_is_made_again(desk, typed):
    typed("run", "--data", "raw")
    page = desk / "reports/tiny/index.html"
    written = page.read_bytes()
    page.write_text("torn", encoding="utf-8")
    typed("run", "--data", "raw")
    assert page.read_bytes() == written


def test_same_inputs_give_the_same_bytes_with_one_worker_or_two(desk, typed):
    typed("run", "--data", "raw", "--workers", "1", "--out", "one")
    typed("run", "--data", "raw", "--workers", "2", "--force", "--out", "two")
    one, two = files(desk / "one"), files(desk / "two")
    assert one.keys() == two.keys() and {Path(name).suffix for name in one} >= {
        ".html",
        ".pdf",
        ".svg",
        ".csv",
        ".json",
        ".ipynb",
    }
    assert [name for name in one if one[name] != two[name]] == []


def test_shuffled_rows_and_rows_after_the_day_change_nothing(desk, typed):
    parties, signed = tiny.partners(), tiny.agreements()
    tiny.notebook(desk / "notebooks/1_more.ipynb", "More", '"F3"', '"T2"')
    shuffled = [signed[0], *random.Random(3).sample(signed[1:], len(signed) - 1)]
    later = [
        f"C{place:03};P{place:03};Direction régionale;local;philanthropy;2018-07-{place + 1:02};2019-07-01".split(
            ";"
        )
        for place in range(9)
    ]
    tiny.programme(desk / "shuffled", parties=[parties[0], *parties[:0:-1]], signed=shuffled)
    tiny.programme(desk / "later", signed=signed + later)
    pages = {}
    for name in ("raw", "shuffled", "later"):
        assert typed("run", "--data", name, "--out", f"out-{name}")[0] == 0
        manifest = json.loads((desk / f"out-{name}/manifest.json").read_text(encoding="utf-8"))
        key, edition = manifest["inputs_key"][:12].encode(), manifest["edition"].encode()
        pages[name] = {
            file: content.replace(key, b"").replace(edition, b"")
            for file, content in files(desk / f"out-{name}").items()
            if file.endswith((".html", ".svg", ".csv", ".xlsx")) or file.startswith("figures/")
        }
    assert len(pages["raw"]) > 10
    for other in ("shuffled", "later"):
        assert [file for file in pages["raw"] if pages[other].get(file) != pages["raw"][file]] == []


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
    assert "raise KeyError" in (desk / "out/logs/2_odd.log").read_text(encoding="utf-8")
    assert not (desk / "out/2_odd.html").exists() and (desk / "out/figures/F8.csv").is_file()

    # outside the team, neither the words of the error nor its trace
    given = [
        "run",
        "--data",
        "raw",
        "--notebook",
        kept,
        "--notebook",
        odd,
        "--audience",
        "partners",
        "--out",
        "outside",
    ]
    assert typed(*given)[0] == 1
    told = b"".join(file.read_bytes() for file in (desk / "outside").rglob("*") if file.is_file())
    assert b"2_odd.ipynb: cell 5" in told and b"R0042" not in told

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
    from analysis import explore

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
    assert broken_links(desk / "out") == []


def test_by_level_gives_a_report_each_and_a_page_that_compares(desk, typed):
    tiny.notebook(desk / "one.ipynb", "The essentials", '"T8"', '"F8"')
    code, said, _wrong = typed(
        "run", "--data", "raw", "--notebook", "one.ipynb", "--by", "level", "--out", "out"
    )
    assert code == 0
    index = Path(said[-1]).read_text(encoding="utf-8")
    total = 0
    for level in tiny.LEVELS:
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
    typed("run", "--data", "raw", "--notebook", "one.ipynb", "--out", "all")
    assert (
        total
        == json.loads((desk / "all/manifest.json").read_text(encoding="utf-8"))["figures"]["F8"][
            "n"
        ]
    )


def test_a_region_is_kept_and_partners_see_no_small_number(desk, typed):
    tiny.notebook(desk / "one.ipynb", "The essentials", '"T2"', '"F8"')
    typed(
        "run", "--data", "raw", "--notebook", "one.ipynb", "--region", "Bretagne", "--out", "team"
    )
    typed(
        "run",
        "--data",
        "raw",
        "--notebook",
        "one.ipynb",
        "--region",
        "Bretagne",
        "--audience",
        "partners",
        "--out",
        "partners",
    )
    assert (desk / "team/relations.csv").is_file() and not (
        desk / "partners/relations.csv"
    ).exists()
    page = (desk / "partners/index.html").read_text(encoding="utf-8")
    assert "Bretagne" in page
    for row in rows(desk / "partners/figures/F8.csv"):
        assert not {row[name] for name in ("yes", "no", "unknown", "known")} & {"1", "2", "3", "4"}


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


def test_the_next_run_sweeps_what_a_killed_one_left(slow, typed, monkeypatch):
    (slow / "tmp").mkdir()
    os.mkfifo(slow / "pipe")
    last = f"open({str(slow / 'pipe')!r}, 'w').close()\nwhile True: pass"
    tiny.notebook(slow / "one.ipynb", "The essentials, slowly", '"F8"', last=last)
    running = begun(slow, env=os.environ | {"TMPDIR": str(slow / "tmp")})
    (slow / "pipe").open().close()
    running.kill()
    running.communicate(timeout=600)
    assert len(list((slow / "tmp").glob("impact-study-*"))) == 1
    monkeypatch.setattr(tempfile, "tempdir", str(slow / "tmp"))
    kernel_files.sweep()
    assert list((slow / "tmp").iterdir()) == []


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


def test_killed_at_any_moment_a_report_stays_whole_and_a_later_run_completes(slow, typed):
    before = files(slow / "out")
    for moment in ("at once", "notebook done", "report being written"):
        running = begun(slow, "--force", env=os.environ | {STEPS: "1"})
        if moment != "at once":
            assert running.stderr.readline().startswith(STEPS)
        while moment == "report being written" and running.poll() is None:
            if (slow / ".out.new").exists():
                break
        os.kill(running.pid, signal.SIGKILL)
        running.communicate(timeout=600)
        assert is_whole(slow / "out")
        title = (slow / "out/index.html").read_text(encoding="utf-8")
        assert files(slow / "out") == before or "slowly" in title
    assert typed("run", "--data", "raw", "--notebook", "one.ipynb", "--out", "out")[0] == 0
    assert "slowly" in (slow / "out/index.html").read_text(encoding="utf-8") and is_whole(
        slow / "out"
    )


# ---- real and demonstration data
def test_the_figures_of_a_real_departement(desk, typed, shared):
    tiny.notebook(desk / "one.ipynb", "Loire-Atlantique", '"F3"', '"T1"', '"F6D"')
    data = shared / "data/loire-atlantique-2008-2018"
    given = [
        "run",
        "--data",
        data,
        "--day",
        "2018-12-31",
        "-p",
        "identity=identifier",
        "--notebook",
        "one.ipynb",
        "--out",
        "out",
    ]
    code, _said, wrong = typed(*given)
    assert (code, wrong) == (0, [])
    curve = rows(desk / "out/figures/F3.csv")
    assert len({row["stratum"] for row in curve}) == 1
    assert list(curve[0]) == [
        "stratum",
        "months",
        "at_risk",
        "ended",
        "censored",
        "survival",
        "low",
        "high",
    ]

    def survival(months: int) -> float:
        return float([row for row in curve if float(row["months"]) <= months][-1]["survival"])

    # The study's own rule (METHOD 9): seen starts, valid SIREN, followed up to the settled day.
    assert [round(survival(months), 4) for months in (12, 24, 36, 48, 60)] == [
        0.3541,
        0.2163,
        0.1529,
        0.1211,
        0.0942,
    ]
    followed = {float(row["months"]): int(row["at_risk"]) for row in curve}
    assert [followed[months] for months in (12, 24, 36, 48, 60)] == [3491, 1085, 583, 365, 248]
    counted = json.loads((desk / "out/figures/F3.json").read_text(encoding="utf-8"))["n"]
    assert counted == 3881
    absent = rows(desk / "out/figures/F6D.csv")
    by_name = [
        round(1 - float(row["value"]), 3) for row in absent if row["group"] == "par nom exact"
    ]
    # INDEX.md's numbers, to the grants of no amount that are left out since
    expected = [0.696, 0.399, 0.430, 0.677, 0.713, 0.717, 0.680, 0.670, 0.428, 0.719]
    assert by_name == pytest.approx(expected, abs=0.0015)
    by_siren = [
        1 - float(row["value"]) for row in absent if row["group"] == "par identifiant"
    ]  # five wrong SIREN are no key
    assert by_siren == pytest.approx(
        [0.769, 0.718, 0.756, 0.719, 0.754, 0.736, 0.700, 0.701, 0.727, 0.739], abs=0.0025
    )
    (ledger,) = (desk / "data/processed").glob("*/ledger.csv")
    sums = dict.fromkeys(("read", "kept", "merged", "set aside"), 0)
    for row in rows(ledger):
        sums[row["action"]] += int(row["rows"])
    assert sums["read"] == 18148 == sums["kept"] + sums["merged"] + sums["set aside"]
    typed(*given[:-1], "wide", "-p", "grace_days=400")
    curve = rows(desk / "wide/figures/F3.csv")
    assert round(survival(36), 4) == 0.2285
    counted = json.loads((desk / "wide/figures/F3.json").read_text(encoding="utf-8"))["n"]
    assert counted == 2496
