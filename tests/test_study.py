"""From raw exports to a report: what is asked, what goes wrong, what comes out."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

COMMAND = [sys.executable, "-c", "from analysis.cli import main; main()"]
NOTEBOOK = {
    "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "cells": [],
}  # fmt: skip


def said(*arguments: str, where: Path) -> subprocess.CompletedProcess:
    """The command in a project folder of its own, so that nothing is written into this one."""
    return subprocess.run([*COMMAND, *arguments], cwd=where, capture_output=True, text=True, timeout=300)


@pytest.fixture
def project(tmp_path) -> Path:
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def notebook(path: Path, *code: str) -> Path:
    parameters = 'data = "demo"\nday = ""\nidentity = "both"\nlang = "fr"'
    cells = [
        {
            "cell_type": "code",
            "id": "p",
            "metadata": {"tags": ["parameters"]},
            "source": parameters,
            "outputs": [],
            "execution_count": None,
        }
    ]
    cells += [
        {"cell_type": "code", "id": f"c{k}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for k, source in enumerate(code)
    ]
    path.write_text(json.dumps({**NOTEBOOK, "cells": cells}), encoding="utf-8")
    return path


def grants(folder: Path, *rows: tuple) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "grants.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["nomAttribuant", "nomBeneficiaire", "dateConvention", "montant"])
        writer.writerows(rows)
    return folder


MANY = [("Département", f"Association {k:02d}", str(year), "1000") for k in range(12) for year in range(2010, 2012 + k % 5)]


@pytest.mark.parametrize(
    "arguments, code, told",
    [
        (["run", "-p", "grace_day=90"], 2, r"grace_day: no such parameter, did you mean grace_days\?"),
        (["run", "--lang", "french"], 2, r"lang: expected one of fr, en"),
        (["run", "-p", "grace_days=soon"], 2, r"grace_days: .*\(met: 'soon'\)"),
        (["run", "--by", "regions"], 2, r"--by: expected one of"),
        (["run", "--dya", "x"], 2, r"No such option: --dya"),
        (["run", "--data", "nowhere"], 3, r"nowhere: no such file or folder"),
        (["verify", "nowhere"], 3, r"nowhere: no manifest.json here"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(project, arguments, code, told):
    ran = said(*arguments, where=project)
    assert ran.returncode == code, ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1 and re.search(told, ran.stderr)


def test_files_that_cannot_be_used_are_refused_all_at_once_and_nothing_is_written(project):
    raw = project / "raw"
    raw.mkdir()
    (raw / "empty.csv").write_bytes(b"")
    (raw / "broken.xlsx").write_bytes(b"not a workbook")
    (raw / "unknown.csv").write_text("couleur;taille\nrouge;3\nbleu;4\n", encoding="utf-8")
    ran = said("run", "--data", str(raw), where=project)
    assert ran.returncode == 3
    assert all(name in ran.stderr for name in ("empty.csv", "broken.xlsx", "unknown.csv")) and "Traceback" not in ran.stderr
    assert not (project / "data/processed/raw").exists() and not (project / "reports/raw").exists()


def test_a_notebook_that_fails_leaves_the_others_and_is_named(project):
    raw = grants(project / "raw", *MANY)
    good = notebook(
        project / "notebooks/a.ipynb",
        "from analysis import explore\nstudy = explore.open(data, lang=lang)\nstudy",
        'study.exhibit("F3")',
    )
    bad = notebook(project / "notebooks/b.ipynb", "1 / 0")
    ran = said("run", "--data", str(raw), "--notebook", str(good), "--notebook", str(bad), where=project)
    assert ran.returncode == 1, ran.stderr
    assert "b.ipynb: cell 2: ZeroDivisionError: division by zero" in ran.stderr
    index = Path(ran.stdout.strip().splitlines()[-1])
    assert "ZeroDivisionError" in index.read_text(encoding="utf-8") and 'id="F3"' in index.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in (index.parent / "logs/b.log").read_text(encoding="utf-8")


def test_a_report_its_figures_and_an_unchanged_run(project):
    raw = grants(project / "raw", *MANY, ("Département", "=HYPERLINK(1)<b>x</b>", "2012", "10"))
    asked = notebook(
        project / "notebooks/a.ipynb",
        "from analysis import explore\nstudy = explore.open(data, lang=lang)",
        'study.exhibit("F3")',
    )
    command = ["run", "--data", str(raw), "--notebook", str(asked)]
    ran = said(*command, "--lang", "fr", "--lang", "en", where=project)
    assert ran.returncode == 0, ran.stderr
    place = project / "reports/raw"
    first = {file.relative_to(place): file.read_bytes() for file in place.rglob("*") if file.is_file()}
    assert {"fr/index.html", "en/index.html", "fr/figures/F3.csv", "en/figures/F3.svg", "fr/manifest.json"} <= set(
        map(str, first)
    )
    head = first[Path("fr/figures/F3.csv")].decode().splitlines()[0]
    assert head == "stratum,months,at_risk,ended,censored,survival,low,high"
    manifest = json.loads(first[Path("fr/manifest.json")])
    assert manifest["parameters"]["lang"] == "fr" and list(manifest["inputs"]) == ["grants.csv"]
    stamps = {name: (place / name).stat().st_mtime_ns for name in first}
    again = said(*command, "--lang", "fr", "--lang", "en", where=project)
    assert again.returncode == 0 and stamps == {name: (place / name).stat().st_mtime_ns for name in first}
    forced = said(*command, "--lang", "fr", "--lang", "en", "--force", "--workers", "1", where=project)
    assert forced.returncode == 0, forced.stderr
    assert first == {file.relative_to(place): file.read_bytes() for file in place.rglob("*") if file.is_file()}
    shuffled = grants(project / "other/raw", *MANY[::-1], ("Département", "=HYPERLINK(1)<b>x</b>", "2012", "10"))
    out = project / "shuffled"
    ran = said("run", "--data", str(shuffled), "--notebook", str(asked), "--out", str(out), where=project)
    assert ran.returncode == 0, ran.stderr
    assert (out / "figures/F3.csv").read_bytes() == first[Path("fr/figures/F3.csv")]


def test_one_report_per_value_and_a_comparison_of_editions(project):
    raw = grants(project / "raw", *MANY)
    asked = notebook(
        project / "notebooks/a.ipynb",
        "from analysis import explore\nstudy = explore.open(data, day=day, lang=lang)",
        'study.exhibit("T8")',
    )
    for day in ("2012-12-31", "2014-12-31"):
        ran = said("run", "--data", str(raw), "--day", day, "--notebook", str(asked), "--out", str(project / day), where=project)
        assert ran.returncode == 0, ran.stderr
    ran = said("compare", "2012-12-31", "2014-12-31", where=project)
    assert ran.returncode == 0, ran.stderr
    page = Path(ran.stdout.strip()).read_text(encoding="utf-8")
    assert "enregistrement tardif" in page.lower()
    ran = said("verify", "2014-12-31", where=project)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    kept = project / "2014-12-31/figures/T8.csv"
    kept.write_text(re.sub(r"0\.\d", "0.9", kept.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    ran = said("verify", "2014-12-31", where=project)
    assert ran.returncode == 1 and "figures/T8.csv, line" in ran.stdout


def test_loire_atlantique_by_identifier(shared, project):
    asked = notebook(
        project / "notebooks/a.ipynb",
        "from analysis import explore\nstudy = explore.open(data, day=day, identity=identity, lang=lang)",
        'study.exhibit("F3")',
    )
    command = [
        "run",
        "--data",
        str(shared / "data/loire-atlantique-2008-2018"),
        "--day",
        "2018-12-31",
        "-p",
        "identity=identifier",
    ]
    ran = said(*command, "--notebook", str(asked), where=project)
    assert ran.returncode == 0, ran.stderr
    report = Path(ran.stdout.strip()).parent
    with (report / "figures/F3.csv").open(encoding="utf-8") as file:
        curve = {float(row["months"]): row for row in csv.DictReader(file)}
    assert [round(float(curve[month]["survival"]), 4) for month in (12, 24, 36, 60, 120)] == [
        0.5261,
        0.3985,
        0.3382,
        0.2676,
        0.1665,
    ]
    assert int(curve[12]["at_risk"]) == 5594 and sum(int(row["ended"]) for row in curve.values()) == 4208
    with (project / "data/processed/loire-atlantique-2008-2018/ledger.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    total = lambda *actions: sum(int(row["rows"]) for row in rows if row["action"] in actions)
    assert total("read") == 18148 == total("kept", "merged", "set aside")
    assert [int(row["rows"]) for row in rows if row["rule"] == "total"] == [1]


def test_the_demonstration_gives_the_numbers_kept_as_its_reference():
    """The reference, the committed demonstration and the code agree: what `impact-study verify` says."""
    reference = ROOT / "reports/reference"
    if not (reference / "manifest.json").is_file():
        pytest.skip("no reference is kept in reports/reference")
    ran = subprocess.run([*COMMAND, "verify"], cwd=ROOT, capture_output=True, text=True, timeout=500, env={**os.environ})
    assert ran.returncode == 0, ran.stdout + ran.stderr
