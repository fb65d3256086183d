"""What is typed and what comes of it: exit codes, one line per fault with what to do, nothing half-written."""

import os
import re
import subprocess
import sys

import pytest

import tiny


def made(folder) -> dict[str, bytes]:
    """Everything that was written beside the raw files and the notebooks, but the empty files that locks are held on."""
    return {
        name: held
        for name, held in tiny.files(folder).items()
        if name.startswith(("data/", "reports/")) and not name.endswith(".lock")
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["-p", "grace_day=90"], "did you mean grace_days"),
        (["-p", "grace_days=often"], "grace_days"),
        (["-p", "grace_days=-1"], "grace_days"),
        (["-p", "grace_days"], "expected name=value"),
        (["--audience", "partner"], "did you mean partners"),
        (["--lang", "frr"], "did you mean fr"),
        (["--day", "2018-02-30"], "expected a date such as 2018-06-27"),
        (["--by", "regions"], "did you mean region"),
        (["--regoin", "Corse"], "--region"),
        (["--force", "--resume"], "choose one"),
        (["--out", "notebooks"], "holds other things"),
    ],
)
def test_a_wrong_parameter_is_told_in_one_line(desk, typed, given, told):
    code, said, wrong = typed("run", "--data", "raw", *given)
    assert code == 2 and said == []
    assert len(wrong) == 1 and told in wrong[0], wrong
    assert not [file for file in made(desk) if file.startswith("reports/")]


def test_all_wrong_parameters_are_told_at_once(desk, typed):
    code, _said, wrong = typed(
        "run", "-p", "grace_day=90", "-p", "confidence=2", "--audience", "nobody"
    )
    assert code == 2 and len(wrong) == 3


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--region", "Bretagn"], "did you mean Bretagne"),
        (["-p", "kind=philantropy"], "did you mean philanthropy"),
        (["-p", "partner=Partenaire 0001"], "did you mean Partenaire 00"),
        (["-p", "partner=P001"], "consent"),
        (["--day", "1999-01-01"], "the first relation begins on 2014-01-01"),
        (["--by", "partner"], "nothing in this study"),
    ],
)
def test_a_value_that_the_study_lacks_is_told_with_the_nearest(desk, typed, given, told):
    code, _said, wrong = typed("run", "--data", "raw", *given)
    assert code == 2 and len(wrong) == 1 and told in wrong[0], wrong
    assert not (desk / "reports").exists()


def broken(folder, case: str):
    """Raw files with one fault, and words that its line must hold."""
    raw = tiny.programme(folder / "raw")
    if case == "no such folder":
        return folder / "nowhere", ["nowhere", "--data"]
    if case == "unknown layout":
        (folder / "other").mkdir()
        (folder / "other/list.csv").write_text("colour;weight\nred;3\n", encoding="utf-8")
        return folder / "other", ["list.csv", "colour"]
    if case == "unreadable workbook":
        (raw / "partners.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")
        text = (raw / "study.toml").read_text(encoding="utf-8")
        (raw / "study.toml").write_text(
            text.replace("partners.csv", "partners.xlsx"), encoding="utf-8"
        )
        return raw, ["partners.xlsx"]
    if case == "empty file":
        (raw / "partners.csv").write_text("", encoding="utf-8")
        return raw, ["partners.csv", "vide"]
    if case == "no required column":
        rows = [[cell for place, cell in enumerate(row) if place != 2] for row in tiny.agreements()]
        (raw / "agreements.csv").write_text(tiny.written(rows), encoding="utf-8")
        return raw, ["agreements.csv", "entity"]
    if case == "a source that is not there":
        (raw / "partners.csv").unlink()
        return raw, ["partners.csv"]
    if case == "a study.toml that is no TOML":
        (raw / "study.toml").write_text("[study\nname = ", encoding="utf-8")
        return raw, ["study.toml"]
    raise AssertionError(case)


FAULTS = [
    "no such folder",
    "unknown layout",
    "unreadable workbook",
    "empty file",
    "no required column",
    "a source that is not there",
    "a study.toml that is no TOML",
]


@pytest.mark.parametrize("case", FAULTS)
def test_bad_raw_files_are_told_and_nothing_is_half_written(desk, typed, case):
    data, told = broken(desk, case)
    code, said, wrong = typed("run", "--data", data)
    assert code == 3 and said == [], wrong
    assert wrong and all(one in " ".join(wrong) for one in told), wrong
    assert not any(line.startswith(("Traceback", "unexpected")) for line in wrong)
    assert made(desk) == {}


def test_every_fault_has_its_line(desk, typed):
    raw = tiny.programme(desk / "raw")
    (raw / "partners.csv").write_text("", encoding="utf-8")
    rows = [row[:2] for row in tiny.agreements()]
    (raw / "agreements.csv").write_text(tiny.written(rows), encoding="utf-8")
    code, _said, wrong = typed("run", "--data", "raw")
    assert code == 3
    assert any("partners.csv" in line for line in wrong) and any(
        "agreements.csv" in line and "entity" in line for line in wrong
    )
    assert any("agreements.csv" in line and "start" in line for line in wrong)


def test_check_lists_faults_and_writes_nothing(desk, typed):
    assert typed("check", "raw")[0] == 0
    data, _told = broken(desk, "no required column")
    assert typed("check", data)[0] == 3
    assert made(desk) == {}


def test_clean_twice_is_clean_once(desk, typed):
    code, said, _wrong = typed("clean", "--data", "raw")
    assert code == 0 and said == [str(desk / "data/processed/tiny")]
    first = {name: (held, (desk / name).stat().st_mtime_ns) for name, held in made(desk).items()}
    typed("clean", "--data", "raw")
    assert {
        name: (held, (desk / name).stat().st_mtime_ns) for name, held in made(desk).items()
    } == first  # nothing done
    typed("clean", "--data", "raw", "--force")
    assert made(desk) == {name: content for name, (content, _when) in first.items()}
    ledger = (desk / "data/processed/tiny/ledger.csv").read_text(encoding="utf-8").splitlines()[1:]
    rows = {}
    for source, _rule, action, many in (line.rsplit(",", 3) for line in ledger):
        rows.setdefault(source, {}).setdefault(action, 0)
        rows[source][action] += int(many)
    assert rows and all(
        row["read"] == sum(many for action, many in row.items() if action != "read")
        for row in rows.values()
    )


def test_clean_never_takes_the_place_of_other_things(desk, typed):
    raw = tiny.programme(desk / "raw")
    code, _said, wrong = typed("clean", "--data", "raw", "--out", "raw")
    assert code == 2 and "holds other things" in wrong[0]
    assert (raw / "study.toml").is_file()


@pytest.mark.parametrize("command", ["clean", "run"])
def test_results_never_lie_among_the_raw_files(desk, typed, command):
    raw = tiny.programme(desk / "raw")
    before = sorted(raw.rglob("*"))
    code, said, wrong = typed(command, "--data", "raw", "--out", "raw/report")
    assert (code, said) == (2, []) and "lies among the raw files" in wrong[0]
    assert sorted(raw.rglob("*")) == before


def test_parameters_are_listed_with_meaning_default_and_values(typed):
    code, said, _wrong = typed("params")
    assert code == 0
    text = "\n".join(said)
    for name in (
        "data",
        "day",
        "region",
        "domain",
        "level",
        "identity",
        "grace_days",
        "horizon_months",
        "confidence",
        "lang",
        "audience",
    ):
        assert re.search(rf"^{name}$", text, re.M)
    assert "both, identifier, name" in text and "180" in text


def test_trace_follows_a_raw_line_and_says_what_it_does_not_find(desk, typed):
    typed("clean", "--data", "raw")
    code, said, _wrong = typed("trace", "agreements.csv", "2", "--data", "tiny")
    assert code == 0 and "A000" in "\n".join(said)
    code, _said, wrong = typed("trace", "agreements.csv", "2", "--data", "tinny")
    assert code == 3 and "tiny" in wrong[0] and len(wrong) == 1


def command(*given: str, cwd, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", "from analysis.run.cli import main; main()", *map(str, given)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_help_answers_without_loading_what_a_run_needs(tmp_path):
    source = "import sys\nsys.argv = ['impact-study', '--help']\nfrom analysis.run.cli import main\ntry:\n    main()\nfinally:\n    print(sorted({'pandas', 'numpy', 'matplotlib', 'pydantic', 'nbformat'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"COLUMNS": "200"},
    )
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "[]"
    for name in ("run", "clean", "check", "params", "lab", "trace", "compare", "verify"):
        assert re.search(rf"^\s+{name}\b", done.stdout, re.M)


def test_without_a_command_the_help_is_shown(typed):
    code, said, wrong = typed()
    assert code in (0, 2) and any("Usage" in line for line in said + wrong)
    assert not any("unexpected" in line for line in wrong)


def test_an_unchanged_run_imports_nothing_heavy(rendered_desk):
    heavy = {"pandas", "numpy", "matplotlib", "joblib", "jupyter_client", "nbformat"}
    command = ["run", "--data", "raw", "--notebook", "one.ipynb", "--out", "out"]
    source = f"""
import sys
sys.argv = ["impact-study", *{command}]
from analysis.run.cli import main
try:
    main()
finally:
    print(sorted({heavy} & set(sys.modules)))"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", source], cwd=rendered_desk, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == ["out/index.html", "[]"], done.stderr


def test_the_first_list_of_fonts_is_made_without_a_word():
    """On a slow machine matplotlib says in English that it takes a while; what else it says stays."""
    code = """
import analysis, logging
fonts = logging.getLogger("matplotlib.font_manager")
fonts.warning("Matplotlib is building the font cache; this may take a moment.")
fonts.warning("findfont: no such family")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr == "findfont: no such family\n"
    made = "import analysis, inspect, matplotlib.font_manager as one; print(inspect.getsource(one))"
    done = subprocess.run([sys.executable, "-c", made], capture_output=True, text=True, timeout=60)
    assert "is building the font cache" in done.stdout, "the words that are not said"
