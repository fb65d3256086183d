"""An attack on what is published together: the whole, its regions, its levels and a week later.

It reads what a reader gets and nothing else: CSV, JSON, pages, drawings. What it knows beyond that
is the method: which rows and columns add up, learned from a report of the study team. Everything
is written as one integer programme (`scipy.optimize.milp`), of which each hidden count is asked for
its least and most; a count that has one value only is solved. It shares no line with
`analysis.disclosure`.

    .venv/bin/python benchmarks/secrecy.py [folder]

makes the reports in the folder (a temporary one where none is named; those there are taken as they
are), prints what it solves and records the totals in RESULTS.md.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from html import unescape
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

import record

ROOT = Path(__file__).parent.parent
FEW = 5
SECRET = "s"
PLACES = {"month", "months", "year", "cohort", "fifth", "x", "day", "rank", "threshold", "exposure"}
PLACES |= {"tile_column", "tile_row", "merged", "set aside", "low", "high", "impact", "effort"}
KEYS = {"month", "months", "year", "cohort", "fifth", "day"}
OPEN = ("T6", "T9", "F26", "F27", "F27P", "T1", "T7", "B1", "T8")  # nothing in them counts partners
ADDED = ("yes", "no", "unknown", "known", "count", "n", "partners", "explicit", "tacit", "renewed")

Cell = tuple[str, str, str, str]  # edition, figure, row, column


class Edition(NamedTuple):
    """What one report publishes: its figures' tables as texts, what they rest on, all words of its
    pages and the words in its drawings.
    """

    name: str
    tables: dict[str, pd.DataFrame]
    bases: dict[str, int]
    words: str
    drawings: dict[str, str]


def read(folder: Path, name: str) -> Edition:
    """A report as a reader finds it."""
    tables, bases, drawings = {}, {}, {}
    for file in sorted((folder / "figures").glob("*.csv")):
        tables[file.stem] = pd.read_csv(file, dtype="str", keep_default_na=False)
        record = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        if isinstance(record.get("n"), int):
            bases[file.stem] = record["n"]
        drawing = file.with_suffix(".svg")
        if drawing.is_file():
            drawings[file.stem] = drawing.read_text(encoding="utf-8")
    pages = [page.read_text(encoding="utf-8") for page in sorted(folder.glob("*.html"))]
    words = unescape(
        re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(style|script).*?</\1>", " ", "".join(pages)))
    )
    return Edition(name, tables, bases, words, drawings)


def number(text: str) -> float:
    """What a cell says; missing where it says nothing or hides it."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def labels_of(team: pd.DataFrame) -> list[str]:
    """The columns that say which row it is, as the report of the team shows them."""
    no_measures = [
        column
        for column in team
        if column in KEYS
        or (pd.to_numeric(team[column], errors="coerce").isna().all() and column != "beyond_chance")
    ]
    return [column for column in no_measures if not team[column].eq("").all()]


def row_names(table: pd.DataFrame, labels: list[str]) -> list[str]:
    """The rows by what is no measure in them."""
    present = [name for name in labels if name in table]
    if not present:
        return [str(row) for row in range(len(table))]
    names = table[present].agg(" | ".join, axis=1)
    again = names.groupby(names).cumcount()
    return [f"{name} #{place}" if place else name for name, place in zip(names, again, strict=True)]


def count_columns(team: pd.DataFrame) -> list[str]:
    """The columns that count, as the report of the team shows them."""
    whole = []
    for column in team:
        values = pd.to_numeric(team[column], errors="coerce").dropna()
        if column not in PLACES and len(values) and (values == values.round()).all():
            whole.append(column)
    return whole


# ---- what is known of the method
class Structure(NamedTuple):
    """How a figure adds up: columns that make another one or the base (None) in every row, and the
    columns whose rows make a constant, by the value of one label ("" for all rows).
    """

    columns: list[tuple[tuple[str, ...], str | None]]
    margins: list[tuple[str, int]]


def structure_of(team: pd.DataFrame, base: int | None) -> Structure:
    """What holds in every row and column of the team's report, and so elsewhere."""
    counts = [name for name in count_columns(team) if name in ADDED]
    values = team[counts].apply(pd.to_numeric, errors="coerce")
    full = values.dropna()
    columns = []
    for size in (1, 2, 3):
        for parts in combinations(counts, size):
            total = full[list(parts)].sum(axis=1)
            for whole in [name for name in counts if name not in parts]:
                if size > 1 and len(full) > 1 and (total == full[whole]).all():
                    columns.append((parts, whole))
            if (
                base is not None
                and len(full) > 1
                and (total == base).all()
                and total.nunique() == 1
            ):
                columns.append((parts, None))
    margins = []
    names = row_names(team, labels_of(team))
    depth = max((name.count(" | ") + 1 for name in names), default=0)
    for column in counts:
        for place in range(-1, depth):
            groups = grouped(names, place)
            sums = [values[column].iloc[rows].sum() for rows in groups.values() if len(rows) > 1]
            if sums and base is not None and all(total == base for total in sums):
                margins.append((column, place))
    return Structure(columns, margins)


def grouped(names: list[str], place: int) -> dict[str, list[int]]:
    """The rows by one of their labels; all together where the place is -1."""
    groups: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        labels = name.split(" | ")
        key = "" if place < 0 else labels[place] if place < len(labels) else ""
        groups.setdefault(key, []).append(row)
    return groups


# ---- the programme
class Attack:
    """All counts that are published, those that are hidden, and what adds up."""

    def __init__(self, team: Edition, editions: list[Edition]):
        self.team, self.editions = team, {edition.name: edition for edition in editions}
        self.value: dict[Cell, float] = {}  # missing where it is hidden
        self.lacking: set[Cell] = set()  # of parts without the figure: only small ones are secret
        self.equations: list[tuple[dict[Cell, float], float]] = []
        self.structures = {
            id: structure_of(table, team.bases.get(id))
            for id, table in team.tables.items()
            if id not in OPEN
        }
        for edition in editions:
            for id, table in edition.tables.items():
                if id in self.structures:
                    self._read(edition, id, table)

    def _read(self, edition: Edition, id: str, table: pd.DataFrame) -> None:
        team = self.team.tables[id]
        counts = [name for name in count_columns(team) if name in table]
        names, base = row_names(table, labels_of(team)), edition.bases.get(id)
        for column in counts:
            for name, text in zip(names, table[column], strict=True):
                if text:
                    self.value[edition.name, id, name, column] = number(text)
        if base is not None:
            self.value[edition.name, id, "", "base"] = float(base)
        structure = self.structures[id]
        for parts, whole in structure.columns:
            for name in names:
                cells = [(edition.name, id, name, column) for column in (*parts, whole) if column]
                if all(cell in self.value for cell in cells) and (whole or base is not None):
                    terms = {cell: 1.0 for cell in cells}
                    if whole:
                        terms[cells[-1]] = -1.0
                    self.equations.append((terms, 0.0 if whole else float(base)))
        for column, place in structure.margins:
            for rows in grouped(names, place).values():
                cells = [(edition.name, id, names[row], column) for row in rows]
                told = [cell for cell in cells if cell in self.value]
                if len(rows) > 1 and base is not None:
                    self.equations.append((dict.fromkeys(told, 1.0), float(base)))

    def add_families(self, whole: str, parts: list[str]) -> None:
        """A cell of the whole is the sum of its parts, in the columns where that is seen to hold."""
        of_column: dict[tuple[str, str], list[tuple[Cell, list[Cell], bool]]] = {}
        for cell in [cell for cell in self.value if cell[0] == whole]:
            present = [part for part in parts if cell[1] in self.editions[part].tables]
            own = [(part, *cell[1:]) for part in present if (part, *cell[1:]) in self.value]
            is_whole = len(present) == len(parts)
            of_column.setdefault((cell[1], cell[3]), []).append((cell, own, is_whole))
        for rows in of_column.values():
            checks = [
                self.value[cell] - sum(self.value[part] for part in own)
                for cell, own, is_whole in rows
                if own and is_whole
            ]
            checks = [left for left in checks if left == left]
            if checks and all(abs(left) < 1e-9 for left in checks):
                for cell, own, is_whole in rows:
                    if own and is_whole:
                        self.equations.append(({cell: -1.0} | dict.fromkeys(own, 1.0), 0.0))
        self._add_parts_without(whole, parts)

    def _add_parts_without(self, whole: str, parts: list[str]) -> None:
        """A figure that one part lacks is that of the whole less those of the others."""
        for id in self.editions[whole].tables.keys() & self.structures.keys():
            absent = [part for part in parts if id not in self.editions[part].tables]
            others = [part for part in parts if part not in absent]
            if len(absent) != 1 or not others:
                continue
            margins = {column for column, place in self.structures[id].margins if place < 0}
            cells = [cell for cell in self.value if cell[:2] == (whole, id) and cell[3] in margins]
            for cell in cells:
                own = [(part, *cell[1:]) for part in others if (part, *cell[1:]) in self.value]
                own.append((absent[0], *cell[1:]))
                self.lacking.add(own[-1])
                self.equations.append(({cell: -1.0} | dict.fromkeys(own, 1.0), 0.0))
            bases = [self.value[edition, id, "", "base"] for edition in (whole, *others)]
            for column in margins:
                left = [(absent[0], *cell[1:]) for cell in cells if cell[3] == column]
                self.equations.append((dict.fromkeys(left, 1.0), bases[0] - sum(bases[1:])))
        self.value |= dict.fromkeys(self.lacking, float("nan"))

    def solved(self) -> list[tuple[Cell, float]]:
        """The hidden counts that have one value only."""
        hidden = [cell for cell, value in self.value.items() if value != value]
        column_of = {cell: place for place, cell in enumerate(hidden)}
        entries, right = [], []
        for terms, total in self.equations:
            unknown = [(column_of[cell], sign) for cell, sign in terms.items() if cell in column_of]
            if unknown:
                entries += [(len(right), column, sign) for column, sign in unknown]
                known = sum(self.value[c] * sign for c, sign in terms.items() if c not in column_of)
                right.append(total - known)
        if not entries:
            return []
        rows, columns, signs = map(np.array, zip(*entries, strict=True))
        shape = (len(right), len(hidden))
        matrix = csr_array(coo_array((signs, (rows, columns)), shape=shape))
        link = coo_array(
            (np.ones(len(rows)), (rows, len(right) + columns)), shape=(sum(shape), sum(shape))
        )
        _count, label = connected_components(link, directed=False)
        found = []
        for group in np.unique(label[len(right) :]):
            own_rows = np.flatnonzero(label[: len(right)] == group)
            own = np.flatnonzero(label[len(right) :] == group)
            if len(own_rows):
                part = matrix[own_rows][:, own]
                found += self._narrowed(part, np.array(right)[own_rows], [hidden[c] for c in own])
        return found

    def _narrowed(
        self, matrix: csr_array, right: np.ndarray, cells: list[Cell]
    ) -> Iterator[tuple[Cell, float]]:
        constraint = LinearConstraint(matrix, right, right)
        for place, cell in enumerate(cells):
            ends = []
            for sign in (1, -1):
                aim = np.zeros(len(cells))
                aim[place] = sign
                result = milp(
                    aim,
                    constraints=constraint,
                    bounds=Bounds(0, np.inf),
                    integrality=np.ones(len(cells)),
                    options={"time_limit": 5},
                )
                ends.append(sign * result.fun if result.status == 0 else np.nan)
            if ends[0] == ends[1] and self.is_secret(cell, ends[0]):
                yield cell, ends[0]

    def is_secret(self, cell: Cell, value: float) -> bool:
        """Whether a number that was solved was to stay hidden."""
        return cell not in self.lacking or 0 < value < FEW


# ---- a second solver, of another kind
def eliminated(attack: Attack) -> list[tuple[Cell, float]]:
    """The hidden counts that Gaussian elimination over all sums gives, in exact fractions."""
    solved_rows: dict[Cell, tuple[dict[Cell, Fraction], Fraction]] = {}
    for terms, total in attack.equations:
        row = {cell: Fraction(sign) for cell, sign in terms.items() if cell in attack.value}
        right = Fraction(total)
        for cell in [cell for cell in row if attack.value[cell] == attack.value[cell]]:
            right -= row.pop(cell) * Fraction(attack.value[cell])
        for pivot in [cell for cell in row if cell in solved_rows]:
            right = added(row, right, -row[pivot], solved_rows[pivot])
        if row:
            pivot = min(row)
            scale = row[pivot]
            row, right = {cell: sign / scale for cell, sign in row.items()}, right / scale
            for other, (other_row, other_right) in solved_rows.items():
                if pivot in other_row:
                    moved = added(other_row, other_right, -other_row[pivot], (row, right))
                    solved_rows[other] = (other_row, moved)
            solved_rows[pivot] = (row, right)
    alone = [(cell, float(right)) for cell, (row, right) in solved_rows.items() if len(row) == 1]
    return [(cell, value) for cell, value in alone if attack.is_secret(cell, value)]


def added(row: dict, right: Fraction, times: Fraction, other: tuple[dict, Fraction]) -> Fraction:
    """Add another row so many times to a row, in place; its right side."""
    for cell, sign in other[0].items():
        row[cell] = row.get(cell, 0) + times * sign
        if not row[cell]:
            del row[cell]
    return right + times * other[1]


# ---- what is told elsewhere than in tables
def small_steps(edition: Edition) -> list[str]:
    """Months between which few relations began or ended."""
    if "F1" not in edition.tables:
        return []
    running = [number(text) for text in edition.tables["F1"]["running"]]
    return [
        f"{edition.name} F1: {before:g} to {after:g}"
        for before, after in pairwise(running)
        if 0 < abs(after - before) < FEW
    ]


def small_rests(edition: Edition) -> list[str]:
    """What the head of the pages and the figures tell of those to confirm or ended."""
    head = re.search(
        r"situation on [^·]*· (?:([\d,]+) relations?)?(?:, ([\d,]+) running)?", edition.words
    )
    numbers = {"F8": edition.bases.get("F8"), "F22": edition.bases.get("F22")}
    for name, group in (("relations", 1), ("running", 2)):
        told = head and head[group]
        numbers[name] = int(told.replace(",", "")) if told else None
    if "F1" in edition.tables:
        numbers["relations"] = edition.bases["F1"]
    lines = []
    for more, less in (("F8", "running"), ("F8", "F22"), ("relations", "F8")):
        if numbers[more] is not None and numbers[less] is not None:
            rest = numbers[more] - numbers[less]
            if 0 < rest < FEW:
                lines.append(f"{edition.name}: {more} less {less} is {rest}")
    return lines


def words_of_few(edition: Edition) -> list[str]:
    """Counts of one to four in the words of the pages."""
    nouns = "relations?|partners|pairs|projects?|terms|sites|contributions|answers"
    pattern = rf"(?<![\w.,–€])([1-4]) ({nouns})\b"
    return [f"{edition.name}: {found[0]}" for found in re.finditer(pattern, edition.words)]


def single_means(edition: Edition) -> list[str]:
    """A mean of all, less those of groups that are all but one of them, within a tenth."""
    table = edition.tables.get("F9")
    if table is None or "series" not in table:
        return []
    is_mean = table["series"].str.contains("mean")
    rows = table[table["n"].map(number).notna() & is_mean]
    lines = []
    for series, group in rows.groupby("series"):
        sizes = [number(text) for text in group["n"]]
        means = [number(text) for text in group["share"]]
        decimals = max(len(text.partition(".")[2]) for text in group["share"])
        half = 0.5 * 10.0**-decimals
        left = sizes[0] - sum(sizes[2:])
        if len(sizes) > 2 and 0 < left < FEW and not np.isnan(sum(means)):
            value = sizes[0] * means[0] - np.dot(sizes[2:], means[2:])
            reach = half * (sizes[0] + sum(sizes[2:]))
            if reach < 0.1 * abs(value):
                lines.append(f"{edition.name} F9 {series}: {left:g} partner(s), {value:.6f}")
    return lines


def drawn_numbers(edition: Edition) -> list[str]:
    """Marks of a drawing that name a hidden row and give a number."""
    lines = []
    for id, drawing in edition.drawings.items():
        table = edition.tables[id]
        label = next((name for name in ("label", "territory", "region") if name in table), None)
        if label is None:
            continue
        is_closed = table.drop(columns="shrunken", errors="ignore").eq(SECRET).any(axis=1)
        closed = is_closed.groupby(table[label]).all()
        for name in closed.index[closed]:
            for point in re.findall(r'aria-label="([^"]*)"', drawing):
                rest = unescape(point).removeprefix(name)
                if rest != unescape(point) and re.search(r"\d", rest):
                    lines.append(f"{edition.name} {id}: {point}")
    return lines


def isolated(before: Edition, after: Edition, team: Edition) -> list[str]:
    """Cells of two days that differ by a few."""
    lines = []
    for id, of_team in team.tables.items():
        columns, labels = count_columns(of_team), labels_of(of_team)
        if id in OPEN or id not in before.tables or id not in after.tables:
            continue
        difference = after.bases.get(id, 0) - before.bases.get(id, 0)
        if 0 < abs(difference) < FEW:
            lines.append(f"{id}: base {difference:+g}")
        tables = [
            table.assign(row=row_names(table, labels)).set_index("row")
            for table in (before.tables[id], after.tables[id])
        ]
        for row in tables[0].index.intersection(tables[1].index):
            for column in [name for name in columns if name in tables[0] and name in tables[1]]:
                step = number(tables[1].at[row, column]) - number(tables[0].at[row, column])
                if 0 < abs(step) < FEW:
                    lines.append(f"{id} {row} {column}: {step:+g}")
    return lines


def attacked(team: Edition, families: dict[str, list[Edition]], later: list[Edition]) -> dict:
    """What is solved, by kind: `families` are the parts by their filter, under "" the whole."""
    editions = [edition for group in families.values() for edition in group]
    attack = Attack(team, editions)
    whole = families[""][0].name
    for name, parts in families.items():
        if name:
            attack.add_families(whole, [part.name for part in parts])
    every = [*editions, *later]
    return {
        "hidden": [cell for cell, value in attack.value.items() if value != value],
        "cells": [f"{' '.join(cell)} = {value:g}" for cell, value in attack.solved()],
        "eliminated": [f"{' '.join(cell)} = {value:g}" for cell, value in eliminated(attack)],
        "steps": [line for edition in every for line in small_steps(edition)],
        "rests": [line for edition in every for line in small_rests(edition)],
        "words": [line for edition in every for line in words_of_few(edition)],
        "means": [line for edition in every for line in single_means(edition)],
        "drawings": [line for edition in every for line in drawn_numbers(edition)],
        "days": [line for edition in later for line in isolated(families[""][0], edition, team)],
    }


# ---- the reports that are attacked
RUNS = {
    "team": ["--audience", "team"],
    "whole": [],
    "region": ["--by", "region"],
    "level": ["--by", "level"],
    "week": ["--day", "2018-07-04"],
}


def made(folder: Path, audience: str) -> None:
    """Make the reports that are not there."""
    for name, options in RUNS.items():
        out = folder / name
        if not (out / "run.json").is_file():
            command = [ROOT / ".venv/bin/impact-study", "run", "--lang", "en", "--out", out]
            options = ["--audience", audience, *options]
            subprocess.run([*command, *options], check=True, cwd=ROOT)


def parts_of(folder: Path, prefix: str) -> list[Edition]:
    return [
        read(part, f"{prefix} {part.name}")
        for part in sorted(folder.iterdir())
        if (part / "figures").is_dir()
    ]


def main(folder: Path, audience: str = "partners") -> dict[str, list]:
    """Make the reports, attack them, print what is solved."""
    made(folder, audience)
    families = {"": [read(folder / "whole", "whole")]}
    families |= {name: parts_of(folder / name, name) for name in ("region", "level")}
    team, later = read(folder / "team", "team"), [read(folder / "week", "week")]
    result = attacked(team, families, later)
    for kind, lines in result.items():
        print(f"{audience}, {kind}: {len(lines)}")
        for line in lines[: 0 if kind == "hidden" else 12]:
            print("   ", line)
    return result


def recorded(results: dict[str, dict[str, list]]) -> None:
    """The totals in RESULTS.md."""
    rows = [
        {"audience": audience} | {kind: len(lines) for kind, lines in found.items()}
        for audience, found in results.items()
    ]
    note = (
        "Numbers of the demonstration that are hidden, and those that an attack on the whole, its "
        "regions, its levels and an edition a week later gives back: cells of tables, small steps "
        "of the course, rests of two totals, words, means, drawings, differences of two days."
    )
    record.section(
        "Secrecy: what another solver finds", pd.DataFrame(rows), note, ["scipy", "numpy"]
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        results = {}
        for audience in ("partners", "directors"):
            (target / audience).mkdir(parents=True, exist_ok=True)
            results[audience] = main(target / audience, audience)
        recorded(results)
