"""A clean table as the cells that people fill in, and the record of the mess that is planted in them."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from synthetic.wording import spellings, texts

VARIANTS = 6  # ways in which one value or set may be spelt
JOINTS = (" ; ", ";", " / ")
WAYS = {  # of writing what a cell holds, by the name that an office's list gives them
    "unpadded": lambda of: of["held"].lstrip("0"),
    "misread": lambda of: of["held"].encode().decode("cp1252", "replace"),
    "scientific": lambda of: f"{int(of['held']):.5E}".replace(".", ","),
    "miskeyed": lambda of: of["held"][:-1] + str((int(of["held"][-1]) + 5) % 10),
    "shouted": lambda of: of["held"].upper().replace("É", "E").replace("'", " "),
    "note": lambda of: texts("note")[of["rank"] % len(texts("note"))].format(10 + of["rank"] % 80),
    "more": lambda of: number(of["held"] + 1500),
    "inflated": lambda of: round(of["held"] * 1.2),
    "spaced": lambda of: number(of["held"], 2, " "),
    "unbroken": lambda of: number(of["held"], 2, "\u00a0"),
    "narrow": lambda of: number(of["held"], 2, "\u202f"),
    "thousands": lambda of: number(of["held"] / 1000),
    "nothing": lambda of: None,
}


class _Row(dict):
    """What is known of a row, and each way of writing what its cell holds."""

    def __missing__(self, name: str):
        return WAYS[name](self)

    def says(self, template):
        """A template filled in; a single field keeps its kind."""
        if not isinstance(template, str):
            return template
        single = re.fullmatch(r"{([^{}:]+)}", template)
        return self[single[1]] if single else template.format_map(self)


class Sheet:
    """A table as cells to be written, in no order (row order is no key), and what was planted in them.

    `truth` is the clean table, `known` the same with what else an office's list may ask for; `cells` has the same index,
    and further rows once `mess` has copied some.
    """

    def __init__(self, table: str, frame: pd.DataFrame, rng: np.random.Generator):
        self.table, self.rng = table, rng
        self.truth = frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
        self.known = self.truth.copy()
        written = [
            name for name in frame if frame[name].notna().any() and not name.endswith("_precision")
        ]
        self.cells = pd.DataFrame(
            {name: self._usual(name) for name in written}, index=self.truth.index
        )
        self.planted: list[tuple] = []  # row, column, rule, as written, as it should read
        self._copies: list[pd.DataFrame] = []
        self._touched: set[int] = set()
        self._drawn = np.array([], dtype=int)

    def _usual(self, name: str) -> pd.Series:
        """A column as most offices write it: French words, dd/mm/yyyy, oui and non, numbers as numbers."""
        values = self.truth[name]
        if known := spellings(self.table, name):
            return said(values, known, self.rng, JOINTS[: 2 if name == "domains" else 3])
        if values.dtype == "boolean":
            return distinct(values.astype(object), lambda value: "oui" if value else "non")
        return (
            day(values)
            if values.dtype.kind == "M"
            else values.astype(object).where(values.notna(), None)
        )

    def sometimes(self, name: str, share: float, where, write: Callable) -> np.ndarray:
        """Write a share of the cells of a column otherwise, and say which; `write` takes a value of the clean table."""
        chosen = np.asarray(where, dtype=bool) & (self.rng.random(len(self.truth)) < share)
        self.cells[name] = self.cells[name].where(~chosen, distinct(self.truth[name], write))
        return chosen

    def mess(self, told: list[dict]) -> "Sheet":
        """Plant what an office's list tells, line by line (see reference/offices.toml)."""
        if any(line["column"] == "notes" for line in told):
            self.cells["notes"] = None
        for line in told:
            if line["column"] in self.cells:
                self._plant(**line)
        self.cells = pd.concat([self.cells, *self._copies])
        return self

    def _plant(
        self,
        rule,
        column,
        many=None,
        where=None,
        part=(),
        write=None,
        clean=None,
        copy=None,
        blank=None,
    ) -> None:
        if where or many:
            self._drawn = self._some(many, where)
        rows = self._drawn[slice(*part, *[None] * (2 - len(part)))]
        self.cells[column] = self.cells[column].astype(object)
        known = self.known.loc[rows].to_dict("records")
        of = [_Row(told, held=told.get(column), rank=rank) for rank, told in enumerate(known)]
        for told, row in zip(of, rows, strict=True):
            told |= {"row": row, "cell": self.cells.at[row, column]}
        if copy is not None or blank is not None:
            cells = self.cells.loc[rows].astype(object)
            for name, way in {**(copy or {}), **dict.fromkeys(blank or [])}.items():
                cells[name] = pd.Series([row.says(way) for row in of], index=rows, dtype=object)
            written, reads = cells[column].tolist(), [clean] * len(rows)
            first = len(self.truth) + sum(map(len, self._copies))
            cells.index = rows = range(first, first + len(cells))
            self._copies.append(cells)
        else:
            ways = write if isinstance(write, list) else ["{cell}" if write is None else write]
            written = [row.says(ways[row["rank"] % len(ways)]) for row in of]
            self.cells.loc[rows, column] = pd.Series(written, index=rows, dtype=object)
            reads = [row.says("{held}" if clean is None else clean) for row in of]
        said = zip(rows, map(_text, written), map(_text, reads), strict=True)
        self.planted += [(row, column, rule, text, read) for row, text, read in said]

    def _some(self, many: int | None, where: str | None) -> np.ndarray:
        """Rows for which `where` holds: all, or some drawn at random in which nothing was planted yet."""
        holds = (
            [True] * len(self.truth) if where is None else self.known.eval(where, engine="python")
        )
        pool = np.flatnonzero(pd.array(holds, dtype="boolean").fillna(False))
        if many is None:
            return pool
        drawn = [
            row
            for row in self.rng.permutation(pool)[: many + len(self._touched)]
            if row not in self._touched
        ][:many]
        self._touched.update(drawn)
        return np.array(sorted(drawn), dtype=int)

    def lines(self, source: str, at: dict[int, int]) -> list[tuple]:
        """What was planted in the rows that `at` places on lines of a source."""
        return [(source, at[row], *rest) for row, *rest in self.planted if row in at]


def _text(value) -> str:
    return "" if pd.isna(value) else str(value).removesuffix(" 00:00:00")


def said(
    values: pd.Series,
    known: dict[str, list[str]],
    rng: np.random.Generator,
    joints: tuple[str, ...],
) -> pd.Series:
    """Values or sets in one of their spellings; most take the first."""
    codes, held = pd.factorize(values)
    table = np.full((len(held) + 1, VARIANTS), None, dtype=object)
    for place, text in enumerate(held):
        for variant in range(VARIANTS):
            spelt = [known[part][variant % len(known[part])] for part in text.split("|")]
            table[place, variant] = joints[variant % len(joints)].join(spelt)
    pick = np.where(rng.random(len(values)) < 0.6, 0, rng.integers(0, VARIANTS, len(values)))
    return pd.Series(table[codes, pick], index=values.index, dtype=object)


def distinct(values: pd.Series, write: Callable) -> pd.Series:
    """Each distinct value written once; what is missing stays so."""
    codes, held = pd.factorize(values)
    written = np.array([*map(write, held), None], dtype=object)
    return pd.Series(written[codes], index=values.index, dtype=object)


def day(values: pd.Series, form: str = "%d/%m/%Y") -> pd.Series:
    """Dates as text."""
    return distinct(values, lambda date: date.strftime(form))


def number(value: float, digits: int = 2, thousands: str = "") -> str:
    """A number with a decimal comma, without decimals where it is whole.

    >>> number(1234.5, 2, " "), number(12.0)
    ('1 234,50', '12')
    """
    return f"{value:_.{0 if value == int(value) else digits}f}".replace(".", ",").replace(
        "_", thousands
    )
