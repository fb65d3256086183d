"""A clean table as the cells that people fill in, and the record of the mess that is planted in them."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from synthetic.wording import spellings, texts

SPELLINGS = 6  # ways in which one value or set may be spelt
JOINTS = (" ; ", ";", " / ")
WAYS = {  # of writing a cell, by the name that reference/offices.toml gives them; each takes a row's fields
    "unpadded": lambda row: row["value"].lstrip("0"),
    "misread": lambda row: row["value"].encode().decode("cp1252", "replace"),
    "scientific": lambda row: f"{int(row['value']):.5E}".replace(".", ","),
    "miskeyed": lambda row: row["value"][:-1] + str((int(row["value"][-1]) + 5) % 10),
    "shouted": lambda row: row["value"].upper().replace("É", "E").replace("'", " "),
    "note": lambda row: texts("note")[row["rank"] % len(texts("note"))].format(10 + row["rank"]),
    "more": lambda row: number(row["value"] + 1500),
    "inflated": lambda row: round(row["value"] * 1.2),
    "spaced": lambda row: number(row["value"], 2, " "),
    "unbroken": lambda row: number(row["value"], 2, "\u00a0"),
    "narrow": lambda row: number(row["value"], 2, "\u202f"),
    "thousands": lambda row: number(row["value"] / 1000),
    "nothing": lambda row: None,
}


class Fields(dict):
    """What is known of a row by name; a name that it does not hold is a way of writing its cell."""

    def __missing__(self, name: str):
        return WAYS[name](self)

    def fill(self, template):
        """A template filled in; a single field keeps its type, what is no text stays as it is.

        >>> Fields(value="012", rank=3).fill("{unpadded}/{rank}")
        '12/3'
        """
        if not isinstance(template, str):
            return template
        single = re.fullmatch(r"{([^{}:]+)}", template)
        return self[single[1]] if single else template.format_map(self)


class Sheet:
    """A table as cells to be written, in no order (row order is no key), and what was planted in them.

    `clean` is the clean table, `known` the same with what else an office's list may ask for; `cells` has the same index,
    and further rows once `plant_all` has copied some.
    """

    def __init__(self, table: str, clean: pd.DataFrame, rng: np.random.Generator):
        self.table, self.rng = table, rng
        self.clean = clean.iloc[rng.permutation(len(clean))].reset_index(drop=True)
        self.known = self.clean.copy()
        names = [name for name in clean if not name.endswith("_precision")]
        written = {name: self._usual(name) for name in names if clean[name].notna().any()}
        self.cells = pd.DataFrame(written, index=self.clean.index)
        self.planted: list[tuple] = []  # row, column, rule, as written, as it should read
        self._touched: set[int] = set()
        self._drawn = np.array([], dtype=int)

    def _usual(self, name: str) -> pd.Series:
        """A column as most offices write it: French words, dd/mm/yyyy, oui and non, numbers as numbers."""
        values = self.clean[name]
        if ways := spellings(self.table, name):
            return spelt(values, ways, self.rng, JOINTS[: 2 if name == "domains" else 3])
        if values.dtype == "boolean":
            return distinct(values.astype(object), {True: "oui", False: "non"}.get)
        if values.dtype.kind == "M":
            return day_texts(values)
        return values.astype(object).where(values.notna(), None)

    def sometimes(self, name: str, share: float, where, write: Callable) -> np.ndarray:
        """Write a share of the cells of a column otherwise, and say which; `write` takes a value of the clean table."""
        chosen = np.asarray(where, dtype=bool) & (self.rng.random(len(self.clean)) < share)
        self.cells[name] = self.cells[name].where(~chosen, distinct(self.clean[name], write))
        return chosen

    def plant_all(self, mess: list[dict]) -> None:
        """Plant what an office's list says, line by line (see reference/offices.toml)."""
        if any(line["column"] == "notes" for line in mess):
            self.cells["notes"] = None
        copies = []
        for line in mess:
            if line["column"] not in self.cells:
                continue
            if "where" in line or "count" in line:
                self._drawn = self._some(line.get("count"), line.get("where"))
            rows = self._drawn[slice(*line.get("part", [None]))]
            if "copy" in line:
                first = len(self.clean) + sum(map(len, copies))
                copies.append(self._copy(rows, first, **line))
            else:
                self._write(rows, **line)
        self.cells = pd.concat([self.cells, *copies])

    def _some(self, count: int | None, where: str | None) -> np.ndarray:
        """Rows for which `where` holds: all, or some drawn at random in which nothing was planted yet."""
        everywhere = pd.Series(True, index=self.known.index)
        holds = everywhere if where is None else self.known.eval(where, engine="python")
        pool = np.flatnonzero(holds.astype("boolean").fillna(False))
        if count is None:
            return pool
        free = [row for row in self.rng.permutation(pool) if row not in self._touched]
        self._touched.update(free[:count])
        return np.array(sorted(free[:count]), dtype=int)

    def _fields(self, rows: np.ndarray, column: str) -> list[Fields]:
        """What is known of each row: its clean values and, of the column, {value} and the {cell} as written so far."""
        fields = []
        for rank, (row, known) in enumerate(self.known.loc[rows].to_dict("index").items()):
            cell = self.cells.at[row, column]
            fields.append(Fields(known, value=known.get(column), cell=cell, rank=rank, row=row))
        return fields

    def _write(self, rows, rule, column, write="{cell}", clean="{value}", **_) -> None:
        """Write the cells of a column in these rows, in turn as each of the texts of `write` says."""
        ways = write if isinstance(write, list) else [write]
        self.cells[column] = self.cells[column].astype(object)
        for fields in self._fields(rows, column):
            written = fields.fill(ways[fields["rank"] % len(ways)])
            self.cells.at[fields["row"], column] = written
            self._note(fields["row"], column, rule, written, fields.fill(clean))

    def _copy(self, rows, first, rule, column, copy, clean="", blank=(), **_) -> pd.DataFrame:
        """These rows once more, with some cells changed; what was planted is the cell of `column`."""
        copies = self.cells.loc[rows].astype(object)
        copies.index = range(first, first + len(copies))
        changes = {**copy, **dict.fromkeys(blank)}
        for row, fields in zip(copies.index, self._fields(rows, column), strict=True):
            for name, template in changes.items():
                fields["value"] = fields.get(name)
                copies.at[row, name] = fields.fill(template)
            self._note(row, column, rule, copies.at[row, column], clean)
        return copies

    def _note(self, row: int, column: str, rule: str, written, reads) -> None:
        texts_ = ("" if pd.isna(value) else str(value) for value in (written, reads))
        self.planted.append(
            (row, column, rule, *(text.removesuffix(" 00:00:00") for text in texts_))
        )

    def planted_lines(self, source: str, line_of: dict[int, int]) -> list[tuple]:
        """What was planted in the rows that stand on lines of a source."""
        return [(source, line_of[row], *rest) for row, *rest in self.planted if row in line_of]


def spelt(values: pd.Series, ways: dict[str, list[str]], rng, joints: tuple[str, ...]) -> pd.Series:
    """Values or sets in one of their spellings; most take the first."""
    codes, sets = pd.factorize(values)
    table = np.full((len(sets) + 1, SPELLINGS), None, dtype=object)
    for row, text in enumerate(sets):
        for way in range(SPELLINGS):
            members = [ways[value][way % len(ways[value])] for value in text.split("|")]
            table[row, way] = joints[way % len(joints)].join(members)
    other = rng.integers(0, SPELLINGS, len(values))
    way = np.where(rng.random(len(values)) < 0.6, 0, other)
    return pd.Series(table[codes, way], index=values.index, dtype=object)


def distinct(values: pd.Series, write: Callable) -> pd.Series:
    """Each distinct value written once; what is missing stays so."""
    codes, uniques = pd.factorize(values)
    written = np.array([*map(write, uniques), None], dtype=object)
    return pd.Series(written[codes], index=values.index, dtype=object)


def day_texts(values: pd.Series, form: str = "%d/%m/%Y") -> pd.Series:
    """Dates as text."""
    return distinct(values, lambda date: date.strftime(form))


def number(value: float, decimals: int = 2, thousands: str = "") -> str:
    """A number with a decimal comma, without decimals where it is whole.

    >>> number(1234.5, 2, " "), number(12.0)
    ('1 234,50', '12')
    """
    decimals = 0 if value == int(value) else decimals
    return f"{value:_.{decimals}f}".replace(".", ",").replace("_", thousands)
