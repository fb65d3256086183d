"""Dates of an English list that may be read day first or month first: asked, where nothing tells.

Elsewhere the day stands first (rule M04).
"""

import re
from collections.abc import Mapping
from itertools import chain

import pandas as pd

from analysis.layout.headers.header_names import sense_of
from analysis.read import Block

_IN_NUMBERS = r"^\s*(?P<first>\d{1,2})([-/.])(?P<second>\d{1,2})\2\d{2,4}\b"
# Money whose country writes dates in one way; Canada writes both, and "$" may be of any country.
_COUNTRY = re.compile(r"£|€|\b(?:GBP|EUR|USD|AUD|NZD|INR)\b|\bUS ?\$|\b(?:AU?|NZ)\$")
_ENGLISH = ("recipient", "amount")  # columns whose headers tell the language of a list
BOTH_ORDERS = ("CAD", "$")  # what a team may state as currency without telling the order


def is_order_open(block: Block, columns: dict[str, tuple[str, ...]]) -> bool:
    """Whether each date of an English list can be read day first and month first, some of them to
    another day, and the money is of no country that tells which.
    """
    cells = [block.columns[header].values for header in columns.get("date", ())]
    return bool(cells) and is_open_in(pd.concat(cells), block, columns)


def is_open_in(dates: pd.Series, block: Block, columns: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether some texts, of an English list, are such dates."""
    if not _is_english(columns):
        return False
    numbers = dates.str.extract(_IN_NUMBERS)[["first", "second"]].dropna().astype(int)
    if numbers.empty or (numbers > 12).to_numpy().any():
        return False
    if (numbers["first"] == numbers["second"]).all():
        return False
    amounts = columns.get("amount", ())
    values = (block.columns[header].values.dropna() for header in amounts)
    texts = [*block.titles, *block.columns, *chain.from_iterable(values)]
    return not any(map(_COUNTRY.search, texts))


def _is_english(columns: Mapping[str, tuple[str, ...]]) -> bool:
    senses = [sense_of(header, name) for name in _ENGLISH for header in columns.get(name, ())]
    return any(sense is not None and sense.layout.endswith("English") for sense in senses)
