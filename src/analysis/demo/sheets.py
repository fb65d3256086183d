"""A clean table as the cells that people fill in, and the record of the mess that is planted in them."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from analysis.demo.wording import spellings, texts

VARIANTS = 6  # ways in which one value or set may be spelt
GAPS = ["NC", "n/a", "-", "sans objet"]
JOINTS = (" ; ", ";", " / ")


class Sheet:
    """A table as cells to be written, in no order (row order is no key), and what was planted in them.

    `truth` is the clean table; `cells` has the same index, and extra rows (repeats, errors) after `finish`.
    """

    def __init__(self, table: str, frame: pd.DataFrame, rng: np.random.Generator):
        self.table, self.rng = table, rng
        self.truth = frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
        written = [name for name in frame if frame[name].notna().any() and not name.endswith("_precision")]
        self.cells = pd.DataFrame({name: self._usual(name) for name in written}, index=self.truth.index)
        self.planted: list[tuple] = []  # row, column, rule, as written, as it should read
        self._extra: list[pd.DataFrame] = []
        self._touched: set[int] = set()

    def _usual(self, name: str) -> pd.Series:
        """A column as most offices write it: French words, dd/mm/yyyy, oui and non, numbers as numbers."""
        values = self.truth[name]
        if known := spellings(self.table, name):
            return said(values, known, self.rng, JOINTS[: 2 if name == "domains" else 3])
        if values.dtype == "boolean":
            return distinct(values.astype(object), lambda value: "oui" if value else "non")
        if values.dtype.kind == "M":
            return day(values)
        return values.astype(object).where(values.notna(), None)

    def sometimes(self, name: str, share: float, where, write: Callable) -> np.ndarray:
        """Write a share of the cells of a column otherwise, and say which; `write` takes a value of the clean table."""
        chosen = np.asarray(where, dtype=bool) & (self.rng.random(len(self.truth)) < share)
        self.cells[name] = self.cells[name].where(~chosen, distinct(self.truth[name], write))
        return chosen

    def some(self, many: int, where=None) -> np.ndarray:
        """Rows drawn at random among those for which `where` holds and in which nothing was planted yet."""
        pool = np.arange(len(self.truth)) if where is None else np.flatnonzero(pd.array(where, dtype="boolean").fillna(False))
        drawn = [row for row in self.rng.permutation(pool)[: many + len(self._touched)] if row not in self._touched][:many]
        self._touched.update(drawn)
        return np.array(sorted(drawn), dtype=int)

    def plant(self, column: str, rule: str, many: int | np.ndarray, where=None, *, write=None, clean=None) -> np.ndarray:
        """Plant a rule's mess in some cells: `many` of those for which `where` holds, or the rows given.

        `write` is a text, texts in turn, or a function of what the clean table holds (none: the cell stays as it is);
        `clean`, in the same ways, is what the cell should read (none: what the clean table holds).
        """
        rows = self.some(many, where) if isinstance(many, int) else many
        held = self.truth[column].loc[rows].tolist() if column in self.truth else [None] * len(rows)
        written = self.cells[column].loc[rows].tolist() if write is None else _in_turn(write, held)
        self.cells[column] = self.cells[column].astype(object)
        self.cells.loc[rows, column] = pd.Series(written, index=rows, dtype=object)
        reads = held if clean is None else _in_turn(clean, held)
        self.planted += [
            (row, column, rule, _text(text), _text(read)) for row, text, read in zip(rows, written, reads, strict=True)
        ]
        return rows

    def extra(self, rows: Iterable[int], rule: str, column: str, clean: str, **changed) -> None:
        """Copies of rows with some cells changed, put at the end; `clean` says what becomes of them."""
        copies = self.cells.loc[list(rows)].astype(object)
        for name, written in changed.items():
            copies[name] = pd.Series(written, index=copies.index, dtype=object)
        first = len(self.truth) + sum(map(len, self._extra))
        copies.index = range(first, first + len(copies))
        self._extra.append(copies)
        self.planted += [(row, column, rule, _text(copies.at[row, column]), clean) for row in copies.index]

    def notes(self, many: int) -> None:
        """A column of notes with personal data (M27)."""
        self.cells["notes"] = None
        told = texts("note")
        rows = self.some(many)
        self.plant("notes", "M27", rows, write=[told[i % len(told)].format(10 + i % 80) for i in range(len(rows))], clean="")

    def finish(self) -> "Sheet":
        """The sheet with its extra rows."""
        if self._extra:
            self.cells = pd.concat([self.cells, *self._extra])
        return self

    def lines(self, source: str, at: dict[int, int]) -> list[tuple]:
        """What was planted in the rows that `at` places on lines of a source."""
        return [(source, at[row], *rest) for row, *rest in self.planted if row in at]


def _in_turn(ways, held: list) -> list:
    if callable(ways):
        return [ways(value) for value in held]
    each = [ways] if isinstance(ways, str | int) else ways
    return [each[place % len(each)] for place in range(len(held))]


def _text(value) -> str:
    return "" if pd.isna(value) else str(value).removesuffix(" 00:00:00")


def said(values: pd.Series, known: dict[str, list[str]], rng: np.random.Generator, joints: tuple[str, ...]) -> pd.Series:
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


def month(date: pd.Timestamp) -> str:
    """A date as `avril 2016`."""
    return f"{texts('month')[date.month - 1]} {date.year}"


def quarter(date: pd.Timestamp) -> str:
    """A date as `T2 2016`."""
    return f"T{date.quarter} {date.year}"


def serial(values: pd.Series) -> pd.Series:
    """Dates as the numbers that a spreadsheet holds."""
    return distinct(values, lambda date: (date - pd.Timestamp("1899-12-30")).days)


def number(value: float, digits: int = 2, thousands: str = "") -> str:
    """A number with a decimal comma, without decimals where it is whole.

    >>> number(1234.5, 2, " "), number(12.0)
    ('1 234,50', '12')
    """
    return f"{value:_.{0 if value == int(value) else digits}f}".replace(".", ",").replace("_", thousands)
