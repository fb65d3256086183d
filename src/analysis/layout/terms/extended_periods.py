"""Cells that tell from when to when an agreement runs and then until when it was extended, or that it
was ended: "01.05.2017 - 30.04.2020, verlängert bis 30.04.2021".
"""

import re
from dataclasses import replace

import pandas as pd

from analysis.layout.terms.days_in_remarks import WORDS_OF_STOPS, days_of_ends
from analysis.read import Block, Coded, matching

_DAY = r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d|(?:19|20)\d\d)"
# The period that a cell begins with, and what it says behind it.
_PERIOD_AND_MORE = re.compile(
    rf"(?s)(?P<before>.*?(?P<first>{_DAY})\s*(?:-|–|—|→|->|/|_|\bau\b|\bà\b|\bto\b|\buntil\b|\bbis\b|\bt/m\b"
    rf"|\btot\b|\bal\b|\ba\b|\bhasta\b|jusqu['’]au)\s*)(?P<last>{_DAY})\b(?P<more>\W.*)"
)
_THREE_DATES = r"(?s)\d{4}.*\d{4}.*\d{4}"
_CHANGED = ("extended end", *WORDS_OF_STOPS)
_FEW_WORDS = 12  # of what stands behind a period, beyond which a text is about something else


def with_extended_periods(block: Block) -> Block:
    """The block in which a period ends on the day that the words behind it tell.

    >>> cells = pd.Series(["01/12/2014 au 30/11/2015, prolongée jusqu'au 30/11/2016"])
    >>> periods_that_hold(cells).tolist()
    ['01/12/2014 au 30/11/2016']
    """
    changed: dict[str, Coded] = {}
    for header, column in block.columns.items():
        may_tell = matching(column.values, _THREE_DATES)
        if may_tell.any():
            values = column.values.copy()
            values[may_tell] = periods_that_hold(values[may_tell])
            if not values.equals(column.values):
                changed[header] = Coded(column.codes, values)
    if changed:
        return replace(block, columns=block.columns | changed)
    return block


def periods_that_hold(texts: pd.Series) -> pd.Series:
    """Texts of which those that are a period and more are the period that holds."""
    return texts.map(_period_that_holds, na_action="ignore").astype("str")


def _period_that_holds(text: str) -> str:
    period = _PERIOD_AND_MORE.fullmatch(text)
    if period is None or len(period["more"].split()) > _FEW_WORDS:
        return text
    more = pd.Series([period["more"]], dtype="str")
    (day,) = days_of_ends(more, _CHANGED)
    is_one_day = isinstance(day, str) and re.fullmatch(_DAY, day)
    if is_one_day:
        return f"{period['before']}{day}"
    return text
