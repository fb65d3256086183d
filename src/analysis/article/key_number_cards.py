"""The headlines of a study: each a value with its interval, its base and how far it can be trusted;
and how to read them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from html import escape

import pandas as pd

from analysis.article.absent_numbers import sentences_of_absent
from analysis.article.captions import (
    MIME,
    cited,
    family_name,
    number_of,
    stamps,
    stated,
    stylesheet,
    without_missing,
)
from analysis.article.sureness_marks import Mark
from analysis.article.table_export import cell_text, escaped, to_csv
from analysis.charts.look import FAMILIES
from analysis.text import formatting
from analysis.text.facts import Interval, Label
from analysis.text.messages import say, unit_of_count
from analysis.text.sentences import Sentence, Words


def clip(share: float) -> float:
    """A share kept between 0 and 1.

    >>> clip(1.2), clip(-0.1), clip(0.5)
    (1, 0, 0.5)
    """
    return min(max(share, 0), 1)


@dataclass(frozen=True)
class YearBefore:
    """A key number a year earlier: its value, its base, how many had ended by the horizon."""

    value: float
    n: int
    ended: int
    year: int = 0


@dataclass(frozen=True, kw_only=True)
class KeyNumber:
    """One headline: a value with its interval on a scale, how many it rests on, and how far it can
    be trusted.

    `solid` says whether all three `marks` hold (coverage, precision, robustness), `holds` says so
    in a sentence; `value`, `low` and `high` may be missing (None): then `caution` says why. `n` is
    "s" where a rule hides it. `label` goes on where the value stops, `title` stands alone, as a
    table needs it. `figure` is the id of the one that shows it whole.
    """

    key: str
    family: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    scale: tuple[float, float]
    format: str
    n: int | str
    n_unit: str
    caution: str
    solid: bool | None
    holds: str
    title: str = ""
    marks: tuple[Mark, ...] = ()
    figure: str = ""
    before: YearBefore | None = None
    target: float | None = None  # that the team states in study.toml
    untold: str = ""  # why its audience is not told a value that is known
    sentences: tuple[Sentence, ...] = ()
    """Those of the caution, with the facts that they tell."""

    def __post_init__(self):
        if not (
            self.label.strip()
            and self.caution.strip()
            and self.family in FAMILIES
            and self.format in ("percent", "months")
        ):
            raise ValueError(
                f"key number {self.key!r}: label, caution, family and format (percent, months) are required"
            )

    @property
    def recorded(self) -> bool:
        """Whether the sources hold what a line is read from: one sentence tells of all those that
        they do not.
        """
        return self.family == "durability" or self.n != 0

    @property
    def has_card(self) -> bool:
        """Whether it has a value to show: of one that has none, a sentence says why."""
        return self.recorded and not formatting.is_missing(self.value)

    def write(self, value: float | None) -> str:
        """A value with its unit: 56%, 26 months."""
        if formatting.is_missing(value) or self.format == "percent":
            return formatting.percent(value)
        return say("figures.months", months=round(value))

    def interval(self) -> str:
        """The interval with its unit, said once."""
        if formatting.is_missing(self.low) or formatting.is_missing(self.high):
            return say("figures.no_interval")
        if self.format == "percent":
            return formatting.interval(self.low, self.high, share=True)
        months = Interval(self.low, self.high, share=False)
        return say("figures.months", months=months)

    def a_year_ago(self) -> str:
        """What it was a year earlier; blank where nothing is known of it."""
        if self.before is None or self.value is None:
            return ""
        words = Words("key_numbers", formatting.language(), {})
        facts = {
            "value": Label(self.write(self.before.value)),
            "year": Label(str(self.before.year)),
        }
        return words.written("before", **facts)

    def beside(self) -> list[str]:
        """What stands beside the value: that of a year earlier, and the team's target."""
        words = Words("key_numbers", formatting.language(), {})
        target = ""
        if self.target is not None:
            target = words.written("target", value=Label(self.write(self.target)))
        return [text for text in (self.a_year_ago(), target) if text]

    def json(self) -> dict:
        """All that is said of the number, and how it is written."""
        record = asdict(replace(self, sentences=(), before=None))
        record.pop("sentences")
        for mark in record["marks"]:
            mark.pop("counts")  # more than its words tell
        return record | {
            "before": None if self.before is None else self.before.value,
            "a_year_ago": self.a_year_ago(),
            "beside": " · ".join(self.beside()),
            "written": self.write(self.value),
            "interval": self.interval(),
            "ends": [self.write(end) for end in self.scale],
            "family_name": family_name(self.family),
            "recorded": self.recorded,
            "has_card": self.has_card,
        }

    def html(self, brief: bool = False, first: bool = False) -> str:
        """The card of the number; `brief` without what is to be known of it, `first` of its family
        with the family's name.
        """
        start, end = self.scale
        before = self.before.value if self.before and self.value is not None else None
        value, low, high, earlier = (
            ""
            if formatting.is_missing(item)
            else f"{100 * clip((item - start) / (end - start)):.4g}%"
            for item in (self.value, self.low, self.high, before)
        )
        marks = f'<circle class="before" cx="{earlier}" cy="7" r="4"/>' if earlier else ""
        if value and low and high:
            marks += f'<line class="interval" x1="{low}" x2="{high}" y1="7" y2="7"/>'
        if value:
            marks += f'<circle cx="{value}" cy="7" r="4.5"/>'
        number, _space, unit = self.write(self.value).partition(" ")
        value = escaped(number) + (f" <small>{escaped(unit)}</small>" if unit else "")
        base = f"n = {cell_text(self.n, 'integer')} {unit_of_count(self.n, self.n_unit)}"
        facts = " ".join(
            f"<span>{escaped(fact)}</span>" for fact in (self.interval(), base, *self.beside())
        )
        careful = "solid" if self.solid else "careful"
        trust = "" if self.solid is None else f'<b class="{careful}">{escape(self.holds)}</b>'
        return (
            f'<li class="key {self.family}{" first" if first else ""}">'
            + (f'<p class="family">{escape(family_name(self.family))}</p>' if first else "")
            + f'<p class="value">{value}</p><p class="label">{escaped(self.label)}</p>'
            f'<div class="range"><svg width="100%" height="14" aria-hidden="true"><line x1="0" x2="100%" y1="7" y2="7"/>{marks}</svg>'
            f'<p aria-hidden="true"><span>{start:g}</span><span>{escape(self.write(end))}</span></p></div>'
            f'<p class="n">{facts} <span><a href="#{self.figure}">{escape(number_of(self.figure))}</a></span></p>'
            + (
                ""
                if brief
                else f'<div class="trust"><p>{trust}</p><p><i>{escaped(self.caution)}</i></p></div>'
            )
            + "</li>"
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class KeyNumbers:
    """T8: the key numbers of a study, with what they have in common; `ended`: how many had ended by
    the horizon.
    """

    numbers: list[KeyNumber]
    day: pd.Timestamp
    source: str
    synthetic: bool
    ended: int | None = None
    audience: str = "team"
    changed: str = ""
    id: str = "T8"
    states: Mapping[str, float] = field(default_factory=dict)

    def base(self) -> str:
        """As of when."""
        return say("figures.as_of", day=self.day)

    def absent(self) -> list[str]:
        """Which numbers have no value and why, then which lines the sources do not tell."""
        return sentences_of_absent(self.numbers)

    def _cards(self, brief: bool) -> str:
        shown = [number for number in self.numbers if number.has_card]
        first = {number.family: number for number in reversed(shown)}.values()
        cards = "".join(number.html(brief, number in first) for number in shown)
        absent = [f'<p class="base">{escaped(sentence)}</p>' for sentence in self.absent()]
        return "".join([f"<ul>{cards}</ul>" if cards else "", *absent])

    def frame(self) -> pd.DataFrame:
        """One row per number: what figures/T8.csv holds."""
        columns = ["key", "label", "value", "low", "high", "format", "n", "n_unit", "solid"]
        columns += ["holds", "caution", "before", "target"]
        frame = pd.DataFrame([number.json() for number in self.numbers])[columns]
        return frame.assign(day=self.day.strftime("%Y-%m-%d"))

    @property
    def data(self) -> pd.DataFrame:
        """The key numbers as a frame, a row each."""
        return self.frame()

    def __repr__(self) -> str:
        return "\n".join([f"{self.id} {self.base()}", *self._lines()])

    def _lines(self) -> list[str]:
        return [f"{number.write(number.value)} {number.label}" for number in self.numbers]

    def csv(self) -> bytes:
        return to_csv(self.frame())

    def html(self) -> str:
        stamp = stamps(self.synthetic, self.changed)
        return (
            f'<section class="keys" id="{self.id}" aria-label="{escape(say("figures.key_numbers"))}">{self._cards(False)}'
            f'<p class="base"><a href="figures/{self.id}.csv" download>{escape(say("figures.data"))}'
            f"{cited(self.id)}</a> {stamp}</p></section>"
        )

    def glance(self, prefix: str, narrow: bool = False) -> str:
        """The numbers on a screen that changes: what is to be known of each waits to be opened."""
        cards = "".join(
            f"<div><dt>{escaped(number.label)}</dt><dd>{escaped(number.caution)}</dd></div>"
            for number in self.numbers
        )
        return (
            f'<section class="keys glance" aria-label="{escape(say("figures.key_numbers"))}">{self._cards(True)}'
            f'<div class="tools"><details><summary>{escape(say("figures.notes"))}</summary><dl>{cards}</dl></details></div></section>'
        )

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        numbers = [number.json() for number in self.numbers]
        record = {
            "kind": "keys",
            "audience": self.audience,
            "id": self.id,
            "numbers": numbers,
            "day": self.day.strftime("%Y-%m-%d"),
            "source": self.source,
            "synthetic": self.synthetic,
            "base": self.base(),
            "absent": self.absent(),
            "csv": self.csv().decode("utf-8"),
            "states": stated(self.states),
        }
        plain_text = "\n".join(
            f"{number.write(number.value)} {number.label}" for number in self.numbers
        )
        return {
            "text/html": stylesheet() + self.html(),
            "text/plain": plain_text,
            MIME: without_missing(record),
        }
