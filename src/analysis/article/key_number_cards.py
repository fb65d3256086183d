"""The headlines of a study: each a value with its interval, its base and how far it can be trusted;
and how to read them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

import pandas as pd

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
from analysis.article.table_export import cell_text, filled, to_csv
from analysis.charts.look import FAMILIES
from analysis.text import formatting
from analysis.text.facts import Interval, Label, Listed
from analysis.text.messages import say, unit_of_count
from analysis.text.sentences import Sentence, Words


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
        before = None
        if self.before and self.value is not None:
            before = self.before.value
        value, _space, unit = self.write(self.value).partition(" ")
        base = f"n = {cell_text(self.n, 'integer')} {unit_of_count(self.n, self.n_unit)}"
        scale = {"start": start, "end": end, "before": before, "value": value, "unit": unit}
        names = {"family": family_name(self.family), "figure": number_of(self.figure)}
        names["facts"] = [self.interval(), base, *self.beside()]
        return filled("key_number", number=self, brief=brief, first=first, **scale, **names)


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

    def _section(self, brief: bool) -> str:
        shown = [number for number in self.numbers if number.has_card]
        first = {number.family: number for number in reversed(shown)}.values()
        cards = [number.html(brief, number in first) for number in shown]
        marks = {"cited": cited(self.id), "stamps": stamps(self.synthetic, self.changed)}
        return filled("key_numbers", shown=self, cards=cards, brief=brief, **marks)

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
        return self._section(brief=False)

    def glance(self, prefix: str, narrow: bool = False) -> str:
        """The numbers on a screen that changes: what is to be known of each waits to be opened."""
        return self._section(brief=True)

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
        return {
            "text/html": stylesheet() + self.html(),
            "text/plain": "\n".join(self._lines()),
            MIME: without_missing(record),
        }


def sentences_of_absent(numbers: Sequence[KeyNumber]) -> list[str]:
    """Which of these numbers have no value and why, those of one reason together; then which lines
    the sources do not tell.
    """
    without_value = [number for number in numbers if number.recorded and not number.has_card]
    measured = [number for number in without_value if number.untold]
    unknown = [number for number in without_value if not number.untold]
    sentences = [
        *_by_reason("figures.kept_back", measured, [number.untold for number in measured]),
        *_by_reason("figures.unknown", unknown, [number.caution for number in unknown]),
    ]
    labels = [Label(number.label) for number in numbers if not number.recorded]
    if labels:
        sentences.append(say("figures.untold", labels=Listed(labels)))
    return sentences


def _by_reason(message: str, numbers: Sequence[KeyNumber], reasons: Sequence[str]) -> list[str]:
    titles: dict[str, list[Label]] = {}
    for number, reason in zip(numbers, reasons, strict=True):
        title = number.title or number.label
        titles.setdefault(reason, []).append(Label(title[:1].lower() + title[1:]))
    return [
        say(message, titles=Listed(names), why=Label(reason)) for reason, names in titles.items()
    ]
