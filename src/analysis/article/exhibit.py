"""A figure or a table with all that a reader needs beside it: finding, indicator, reading, scope,
source, note, base, data.

One exhibit is built by one function, named by its id, in `exhibits/<family>.py`: it takes the
study, refuses what the data cannot carry (`words.refuse_if`), and returns `Exhibit.of` with its
data, drawing and words (a short one: `exhibits.renewals.F6`).

The id is the anchor and the file name; a variant adds a word ("F4-level"). The family gives the
colour and the eyebrow. `columns` are those of the data, which are written as figures/F3.csv and
shown as the long description; a table has no drawing. `draw(data, narrow)` is called twice, for the
wide and the narrow form, inside the study's style. A cell that a rule hides holds the text "s";
what is not known is missing, and is written "nd". Neither is zero.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from analysis.article.captions import (
    MIME,
    cited,
    family_name,
    notes,
    number_of,
    stamps,
    stated,
    stylesheet,
    without_missing,
)
from analysis.article.exhibit_table import rows_of_differences, table
from analysis.article.rules import Rules
from analysis.article.table_export import (
    FORMATS,
    NOT_NUMBERS,
    column_texts,
    filled,
    to_csv,
    usual_formats,
)
from analysis.charts import Point
from analysis.charts.look import COLOURS, FAMILIES, style
from analysis.charts.svg import plain_svg, svg
from analysis.declare.faults import refusal
from analysis.text import formatting
from analysis.text.facts import Count
from analysis.text.messages import say, unit_of_count
from analysis.text.sentences import EXHIBIT_FIELDS, Sentence, spoken

ROWS, LONG = 200, 24  # of a table, and of the table behind a drawing; the CSV has all


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Exhibit:
    """One figure (or table, where `draw` is None) and its words; a field left empty is refused.

    See the module's example.
    """

    id: str
    family: str
    title: str
    subtitle: str
    reading: str
    scope: str
    source: str
    note: str
    n: int
    n_unit: str
    day: pd.Timestamp
    alt: str
    data: pd.DataFrame
    labels: dict[str, str]
    formats: dict[str, str]
    draw: Callable[[pd.DataFrame, bool], tuple[Figure, list[Point]]] | None
    synthetic: bool
    differences: tuple[str, str] | None = None
    """A column and its text in the rows whose shares are differences of shares, told in points."""
    rules: Rules = Rules()
    # Numbers that other exhibits state too, by the name of the fact: a run refuses that they
    # differ.
    states: Mapping[str, float] = field(default_factory=dict)
    sentences: Mapping[str, tuple[Sentence, ...]] = field(default_factory=dict)
    """The sentences of each field with the facts that they tell; none of those that were given as a text."""
    audience: str = "team"
    """Whom it was disclosed for: a page for others leaves it out."""
    changed: str = ""
    """The words that mark it as one of a frame changed by hand; blank where it is the study's own."""

    def __post_init__(self):
        texts = ("title", "subtitle", "reading", "scope", "source", "note", "n_unit", "alt")
        wrong = [f"{name} is empty" for name in texts if not str(getattr(self, name) or "").strip()]
        if not re.fullmatch(r"[A-Z]\d+[A-Z]?(-\w+)*", self.id):
            wrong.append(f"id {self.id!r} is not like F3 or F4-level")
        if self.family not in FAMILIES:
            wrong.append(f"family {self.family!r}: expected one of {', '.join(FAMILIES)}")
        if formatting.is_missing(self.day):
            wrong.append("day is missing")
        if self.data.empty:
            wrong.append("data has no row: raise Unsupported instead")
        wrong += [
            f"column {name!r} has no label or no known format"
            for name in self.data.columns
            if name not in self.labels or self.formats.get(name) not in FORMATS
        ]
        if wrong:
            raise ValueError(f"exhibit {self.id}: " + "; ".join(wrong))

    @classmethod
    def of(cls, words, family, data, draw=None, *, n, facts, formats=None, states=None, **fields):
        """The exhibit of a study in its words (`exhibit_words.words_of`), filled with facts.

        All columns of the data are published, labelled by the table `columns` of the words;
        `formats` are those of columns of decimals that are no shares.
        """
        study = words.study
        facts = {"n": Count(int(n)), **facts}
        words.refuse_unused(facts)
        sentences = {field: words.sentences(field, facts) for field in EXHIBIT_FIELDS}
        texts = {field: spoken(sentences[field]) for field in EXHIBIT_FIELDS}
        fields = {"source": study.source_line, "synthetic": study.synthetic} | fields
        return cls(
            **texts,
            **fields,
            sentences=sentences,
            id=words.id,
            family=family,
            data=data.reset_index(drop=True),
            draw=draw,
            n=int(n),
            n_unit=words.written("unit", **facts),
            labels={name: words.column(name, **facts) for name in data.columns},
            formats={**usual_formats(data), **(formats or {})},
            day=study.day,
            states=stated(states),
        )

    def __repr__(self) -> str:
        return f"{self.id} {self.title}\n{self.subtitle}\n{self.base()}"

    def axes(self, narrow: bool = False):
        """The drawing as matplotlib's Axes, to be amended: one, or a list where it has several.

        >>> from analysis import explore
        >>> axes = explore.open("demo").exhibit("F3").axes()
        >>> line = axes.axvline(24)
        """
        if self.draw is None:
            raise refusal("axes", "is a table: it has no drawing", self.id)
        with style(narrow):
            figure, _points = self.draw(self.data, narrow)
        if len(figure.axes) == 1:
            return figure.axes[0]
        return figure.axes

    def savefig(self, path: str | Path, narrow: bool = False) -> Path:
        """Write the drawing as .svg, .png or .pdf, the same bytes each time; returns the path."""
        path = Path(path)
        ending = path.suffix.lower()
        if ending not in (".svg", ".png", ".pdf"):
            raise refusal(path.name, "expected a name that ends in .svg, .png or .pdf", ending)
        if self.draw is None:
            raise refusal(path.name, "is a table: it has no drawing; save its data", self.id)
        if ending == ".svg":
            path.write_text(self.svg(narrow), encoding="utf-8")
            return path
        undated = {"Software": None}
        if ending == ".pdf":
            undated = {"CreationDate": None}
        with style(narrow):
            figure, _points = self.draw(self.data, narrow)
            figure.savefig(path, dpi=200, facecolor=COLOURS["paper"][0], metadata=undated)
        return path

    @cached_property
    def drawings(self) -> tuple[str, str]:
        """The wide and the narrow form, to stand in a page."""
        return self._drawn(False), self._drawn(True)

    def _drawn(self, narrow: bool, prefix: str = "") -> str:
        with style(narrow):
            figure, points = self.draw(self.data, narrow)
            prefix = prefix or f"{self.id}-{'n' if narrow else 'w'}"
            if narrow:
                points = []  # a finger hides what it points at: the table below has the values
            return svg(figure, points, prefix, self.alt)

    def svg(self, narrow: bool = False) -> str:
        """The drawing alone, in light colours, as a file: the same bytes each time."""
        return plain_svg(self.drawings[narrow])

    def csv(self) -> bytes:
        """The data behind the picture, as a file."""
        return to_csv(self.data)

    def json(self) -> dict:
        """All that is said about the figure, and what its columns mean."""
        record = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name not in ("data", "draw", "day", "rules", "sentences", "states")
        }
        return record | {
            "states": dict(self.states),
            "n": int(self.n),
            "day": self.day.strftime("%Y-%m-%d"),
            "synthetic": bool(self.synthetic),
        }

    def base(self) -> str:
        """On how many the figure rests, and as of when."""
        unit = unit_of_count(self.n, self.n_unit)
        return say("figures.base", n=self.n, unit=unit, day=self.day)

    def html(self) -> str:
        """The whole article: finding, indicator, both forms of the picture, notes, base, data and
        long description.
        """
        drawings = self.drawings if self.draw else ()
        rows = LONG if self.draw else ROWS
        return self._article(self.id, rows, drawings=drawings, width="")

    def glance(self, prefix: str, narrow: bool = False) -> str:
        """The article on a screen that changes: finding, indicator, one form and base; its notes
        wait to be opened.

        `prefix` keeps its ids apart from those of the same figure elsewhere on the page.
        """
        drawing = ""
        if self.draw:
            drawing = self._drawn(narrow, prefix)
        width = "half" if narrow else "whole"
        return self._article(prefix, ROWS, drawings=[drawing], width=width)

    def _article(self, prefix: str, rows: int, **shown) -> str:
        arguments = self.data, self.labels, self.formats, self.title, rows, self.differences
        described = partial(table, *arguments)
        words = {
            "number": number_of(self.id),
            "cited": cited(self.id),
            "family": family_name(self.family),
            "stamps": stamps(self.synthetic, self.changed),
            "notes": notes(),
        }
        article = {"exhibit": self, "prefix": prefix, "described": described}
        return filled("exhibit", **article, **words, **shown)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        record = self.json() | {
            "kind": "exhibit",
            "csv": self.csv().decode("utf-8"),
            "svg": self.svg() if self.draw else None,
        }
        record["base"] = self.base()
        if self.draw is None:
            first_rows = self.data.head(ROWS)
            differs = rows_of_differences(first_rows, self.differences)
            columns = [
                column_texts(first_rows[name], self.formats[name], differs) for name in first_rows
            ]
            record["header"] = [self.labels[name] for name in first_rows]
            record["figures"] = [self.formats[name] not in NOT_NUMBERS for name in first_rows]
            record["rows"] = [list(row) for row in zip(*columns, strict=True)]
        return {
            "text/html": stylesheet() + self.html(),
            "text/plain": f"{self.id} {self.title}",
            MIME: without_missing(record),
        }
