"""What a maintainer changes in one place shows everywhere: the tasks of the house, done on a copy of the library."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import analysis
import tiny

LIBRARY = Path(analysis.__file__).parent
SHOWN = """
import json, sys
from pathlib import Path
from analysis import clean, explore
clean.write(clean.clean(Path("raw")), Path("cleaned"))
study = explore.open("cleaned", lang="en", shade="dark")
fragile = study.exhibit("F8")
print(json.dumps({
    "labels": fragile.data.set_index("line")["label"].to_dict(),
    "yes": fragile.data.set_index("line")["yes"].astype(int).to_dict(),
    "subtitle": fragile.subtitle,
    "svg": fragile.svg(),
    "moved": study.exhibit("F3").svg(),
    "shade": study.parameters.shade,
    "starts": sorted(study.agreements["start"].dt.strftime("%Y-%m-%d"))[:2],
}))
"""
EDITS = {  # task: file below the library -> what is replaced by what; one file each, but for a line of fragility
    "threshold": {"reference/conventions.csv": ("LF7,1,kinds", "LF7,2,kinds")},
    "colour": {"reference/colours.csv": ("durability,#0077bb", "durability,#7700bb")},
    "parameter": {
        "declare/parameters.py": (
            '    lang: Literal["fr", "en"]',
            '    shade: str = Field("", description="a shade")\n    lang: Literal["fr", "en"]',
        )
    },
    "line": {
        "reference/lines.csv": ("LF10,footholds,<=,\n", "LF10,footholds,<=,\nLF11,domains,<=,\n"),
        "reference/conventions.csv": (
            "LS1,7.0",
            "LF11,1,domains,0,20,here,One domain alone,Un seul domaine\nLS1,7.0",
        ),
    },
    "title": {
        "text/en/line_counts.toml": (
            "Share of relations on each line of fragility",
            "How many relations each line of fragility touches",
        )
    },
    "alias": {"reference/headers.csv": ("layout,table,column,header\n", "ALIAS")},
    "date form": {
        "parse/moments.py": (
            '    rf"^{_Y}$": "year",',
            '    rf"^{_Y}~{_M}~{_D}$": "day",\n    rf"^{_Y}$": "year",',
        )
    },
}
ALIAS = "layout,table,column,header\nour desk,agreements,start,Demarre chez nous\n"


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> dict:
    """What the edited copy shows of a tiny programme whose file has a header and dates of a form of its own."""
    place = tmp_path_factory.mktemp("house")
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(LIBRARY, place / "src/analysis", ignore=skip)
    for files in EDITS.values():
        for name, (old, new) in files.items():
            file = place / "src/analysis" / name
            text = file.read_text(encoding="utf-8")
            assert text.count(old) >= 1, name
            new = ALIAS if new == "ALIAS" else new
            file.write_text(text.replace(old, new, 1), encoding="utf-8")
    head, *rows = tiny.agreements()
    head = ["Demarre chez nous" if name == "start" else name for name in head]
    start = head.index("Demarre chez nous")
    rows = [[*row[:start], row[start].replace("-", "~"), *row[start + 1 :]] for row in rows]
    tiny.programme(place / "raw", signed=[head, *rows])
    env = {**os.environ, "PYTHONPATH": str(place / "src")}
    run = subprocess.run(
        [sys.executable, "-c", SHOWN], cwd=place, env=env, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("task", EDITS)
def test_a_task_touches_no_more_files_than_the_house_says(task):
    assert len(EDITS[task]) == (2 if task == "line" else 1)


def test_a_threshold_moves_its_sentence(shown):
    assert "two" in shown["labels"]["LF7"].lower()


def test_a_colour_is_declared_once(shown):
    drawn = shown["svg"] + shown["moved"]
    assert "#7700bb" in drawn and "#0077bb" not in drawn


def test_a_parameter_is_declared_once(shown):
    assert shown["shade"] == "dark"


def test_a_line_of_fragility_takes_two_files(shown):
    assert shown["labels"]["LF11"] == "One domain alone" and shown["yes"]["LF11"] >= 0


def test_a_title_is_a_line_of_text(shown):
    assert re.match("How many relations each line of fragility touches", shown["subtitle"])


def test_an_alias_and_a_form_of_dates_are_read(shown):
    assert shown["starts"][0] == "2014-01-01" and len(shown["starts"]) == 2
