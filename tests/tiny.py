"""A tiny programme and a desk to run it on: raw CSV files with their study.toml, two notebooks, folders of their own."""

import json
from pathlib import Path

import nbformat
import pandas as pd

from analysis.declare import schema

ROOT = Path(__file__).parent.parent
REGIONS = ("Bretagne", "Occitanie", "Normandie")
LEVELS = ("local", "regional", "national")
KINDS = ("philanthropy", "responsible practice", "economic cooperation", "societal innovation")
ASKED = {
    "data": "tiny",
    "day": "",
    "region": "",
    "department": "",
    "domain": "",
    "level": "",
    "kind": "",
    "identity": "both",
    "grace_days": 180,
    "horizon_months": 36,
    "confidence": 0.95,
    "thresholds": {},
    "lang": "fr",
    "audience": "team",
}
TOML = """[study]
name = "tiny"
title = "Petit programme"
day = {day}

[[source]]
files = "partners.csv"
table = "partners"

[[source]]
files = "agreements.csv"
table = "agreements"
"""


def files(folder: Path) -> dict[str, bytes]:
    """What a folder holds, by name."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def partners(count: int = 60) -> list[list[str]]:
    rows = [["partner_id", "name", "region", "is_network"]]
    return rows + [
        [f"P{place:03}", f"Partenaire {place:03}", REGIONS[place % 3], "non"]
        for place in range(count)
    ]


def agreements(count: int = 60) -> list[list[str]]:
    """One agreement of a year each, from 2014 to 2017; every second one is renewed for two years."""
    rows = [["agreement_id", "partner_id", "entity", "level", "kinds", "start", "planned_end"]]
    for place in range(count):
        year, month = 2014 + place % 4, 1 + place % 12
        one = [
            "",
            f"P{place:03}",
            "Direction régionale",
            LEVELS[(place // 3) % 3],
            KINDS[place % 4],
        ]
        ends = f"{year + 1}-{month - 1:02}-28" if month > 1 else f"{year}-12-31"
        rows.append([f"A{place:03}", *one[1:], f"{year}-{month:02}-01", ends])
        if place % 2:
            again = f"{year + 3}-{month - 1:02}-28" if month > 1 else f"{year + 2}-12-31"
            rows.append([f"B{place:03}", *one[1:], f"{year + 1}-{month:02}-01", again])
    return rows


def written(rows: list[list[str]]) -> str:
    return "".join(";".join(row) + "\n" for row in rows)


def programme(
    folder: Path, day: str = "2018-06-27", parties: list | None = None, signed: list | None = None
) -> Path:
    """Raw files of the programme in a folder, which is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(TOML.format(day=day), encoding="utf-8")
    (folder / "partners.csv").write_text(
        written(partners() if parties is None else parties), encoding="utf-8"
    )
    (folder / "agreements.csv").write_text(
        written(agreements() if signed is None else signed), encoding="utf-8"
    )
    return folder


def cleaned(folder: Path, **frames: pd.DataFrame) -> Path:
    """The folder of a cleaned study that holds these tables, whose sources see their entities from 2014 to the day."""
    for name, table in frames.items():
        schema.conform(table, name).to_parquet(folder / f"{name}.parquet")
    entities, day = frames["agreements"]["entity"].unique(), "2018-06-27"
    windows = pd.DataFrame(
        {"entity": entities, "first": pd.Timestamp("2014-01-01"), "last": pd.Timestamp(day)}
    )
    windows.to_parquet(folder / "windows.parquet")
    about = {"title": "Demo", "synthetic": True, "grants": False, "identity": "both", "day": day}
    (folder / "datapackage.json").write_text(json.dumps({"study": about}), encoding="utf-8")
    return folder


def notebook(file: Path, title: str, *calls: str, last: str = "", **asked) -> Path:
    """A notebook that shows these exhibits of the study; `last` is a cell of its own at the end."""
    new = nbformat.v4
    given = ASKED | asked
    parameters = "\n".join(f"{name} = {value!r}" for name, value in given.items())
    opened = (
        "from analysis import explore\n\nstudy = explore.open("
        + ", ".join(f"{name}={name}" for name in given)
        + ")\nstudy"
    )
    cells = [
        new.new_markdown_cell(f"# {title}"),
        new.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new.new_code_cell(opened),
        *(new.new_code_cell(f"study.exhibit({call})") for call in calls),
        *([new.new_code_cell(last)] if last else []),
    ]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"
    file.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(
        new.new_notebook(
            cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        ),
        file,
    )
    return file


def desk(folder: Path) -> Path:
    """A project of its own, with two small notebooks and the programme's raw files; returned."""
    (folder / ".impact-study").touch()
    programme(folder / "raw")
    notebook(folder / "notebooks/0_brief.ipynb", "The essentials", '"T8"', '"F1"', '"F8"')
    notebook(folder / "notebooks/1_more.ipynb", "More", '"T1"', '"F3"')
    return folder
