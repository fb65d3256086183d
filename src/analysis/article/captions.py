"""What stands around a figure wherever it is shown: its number, its family, the names of its notes,
what it states, and the sentence in its place where the data cannot carry it.
"""

import math
from collections.abc import Iterable, Mapping
from html import escape

import pandas as pd

from analysis.article.stylesheets import exhibit_styles
from analysis.article.table_export import escaped
from analysis.text import formatting
from analysis.text.messages import entries, say

MIME = "application/vnd.impact-study.exhibit+json"
OPENING_MIME = "application/vnd.impact-study.opening+json"  # what a study says of itself


class Unsupported(Exception):
    """Data that cannot carry a figure; the reason is a sentence that stands in the figure's place."""

    def __init__(self, reason: str, id: str = "", audience: str = "team"):
        super().__init__(reason)
        self.reason, self.id, self.audience = reason, id, audience

    @property
    def data(self) -> pd.DataFrame:
        """No row: what lacks cannot be shown."""
        return pd.DataFrame()

    def html(self) -> str:
        named = ""
        if self.id:
            named = f"<strong>{escape(number_of(self.id))}</strong> "
        return f'<div class="unsupported"><p>{named}{escape(say("figures.not_shown"))} {escaped(self.reason)}</p></div>'

    def glance(self, prefix: str, narrow: bool = False) -> str:
        """What stands in the figure's place on a screen that changes."""
        return self.html()

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        record = {
            "kind": "unsupported",
            "id": self.id,
            "reason": self.reason,
            "audience": self.audience,
        }
        return {"text/html": stylesheet() + self.html(), "text/plain": self.reason, MIME: record}


def number_of(id: str) -> str:
    """How a figure is cited in a meeting, without the word of its variant: "Figure F4" for
    F4-level.
    """
    kind = id[:1] if id[:1] in "TP" else "F"
    return say(f"figures.numbered.{kind}", id=id.split("-")[0])


def family_name(family: str) -> str:
    return say(f"figures.families.{family}")


def notes() -> dict[str, str]:
    """The words that stand beside every figure, by the field that holds them."""
    return entries("figures.parts")


def cited(id: str) -> str:
    """What a link says to who cannot see where it stands, so that no two of a page read alike."""
    return f'<span class="hidden"> {escape(number_of(id))}</span>'


def stamps(synthetic: bool, changed: str) -> str:
    """What marks demonstration data, and a frame changed by hand (in the words of `changed`)."""
    marks = [say("figures.stamped")] * bool(synthetic) + [changed] * bool(changed)
    return "".join(f'<span class="stamped">{escape(mark)}</span>' for mark in marks)


def stylesheet() -> str:
    """The style of exhibits shown outside a page of the report, as in JupyterLab (a page takes it
    away: it has its own).
    """
    return f'<style class="exhibits">{exhibit_styles()}</style>'


def stated(facts: Mapping[str, float] | None) -> dict[str, float]:
    """Facts by name as plain numbers, without those that are missing.

    >>> stated({"survival.36": 0.5, "renewal": None})
    {'survival.36': 0.5}
    """
    return {
        name: float(value)
        for name, value in (facts or {}).items()
        if not formatting.is_missing(value)
    }


def without_missing(record: object) -> object:
    """A record of lists and dictionaries as JSON can hold it: a number that is missing is None.

    >>> without_missing({"values": [1.5, float("nan")], "before": None})
    {'values': [1.5, None], 'before': None}
    """
    if isinstance(record, Mapping):
        return {name: without_missing(part) for name, part in record.items()}
    if isinstance(record, list | tuple):
        return [without_missing(part) for part in record]
    is_number = isinstance(record, float)
    if is_number and not math.isfinite(record):
        return None
    return record


def as_written(fact: str, value: float) -> float:
    """What is stated as words write it: a mean in tenths of months, an amount in whole units, a
    share in percents.

    >>> as_written("survival.36", 0.747409182151159), as_written("mean.36", 29.0417)
    (0.75, 29.0)
    """
    name, _point, _of = fact.partition(".")
    return round(value, {"mean": 1, "amount": 0}.get(name, 2))


def still_stated(
    states: Mapping[str, float], shown: Iterable[float], hidden: Iterable[float]
) -> dict[str, float]:
    """Of what an exhibit states, what it still shows once disclosed, as words write it: a number
    that is hidden anywhere in it is stated no more, nor are more decimals than are read.

    >>> still_stated({"survival.36": 0.5051, "followed": 40.0, "renewal.n": 3.0}, [0.5051, 40, 3], [3])
    {'survival.36': 0.51, 'followed': 40.0}
    """
    stated_numbers, secret = list(shown), list(hidden)
    return {
        fact: as_written(fact, value)
        for fact, value in states.items()
        if any(math.isclose(value, item) for item in stated_numbers)
        and not any(math.isclose(value, item) for item in secret)
    }
