"""Names of recipients that bear their number in some list ("1000 - Judo Club", "Judo Club (1000)")."""

import re
from dataclasses import replace

import pandas as pd

from analysis.declare.shares import NEARLY_ALL
from analysis.layout.headers.header_names import sense_of
from analysis.read import Block, Coded, folded, matching

_NUMBERED = (  # before a name, or behind it
    r"^\s*(?:n[°o]\s*)?(?P<number>\d{1,9})\s*(?:[-–—:/|]|\)|\.(?!\d))\s*(?P<name>.*[^\W\d_].*)$",
    r"^\s*(?P<name>.*[^\W\d_].*?)\s*[-–(\[]\s*(?:n[°o]\s*)?(?P<number>\d{1,9})\s*[)\]]?\s*$",
)
_FEWEST = 3  # names from which numbers are those of a list
_SPREAD, _HALF = 1000, 0.5  # names of which half must bear one before all are looked at


def without_numbers(block: Block) -> Block:
    """The block whose recipients bear no numbers, where nearly all did, each its own and only one."""
    plain = {}
    for header, column in block.columns.items():
        if sense_of(header, "recipient") is not None:
            names = _names(column.values)
            if names is not None:
                plain[header] = Coded(column.codes, names)
    if plain:
        return replace(block, columns=block.columns | plain)
    return block


def _names(values: pd.Series) -> pd.Series | None:
    """The names without their numbers; None where they bear none, or one that several share."""
    if len(values) < _FEWEST or matching(values, r"\p{Nd}").mean() < NEARLY_ALL:
        return None
    spread = values.iloc[:: 1 + len(values) // _SPREAD]  # names from all over the list
    for pattern in (re.compile(form, re.IGNORECASE) for form in _NUMBERED):
        if spread.str.match(pattern).mean() < _HALF:
            continue
        parts = values.str.extract(pattern)
        numbered = parts.dropna().assign(key=parts["name"].dropna().map(folded))
        if len(numbered) < NEARLY_ALL * len(values):
            continue
        pairs = numbered[["number", "key"]].drop_duplicates()
        if (
            len(pairs) >= _FEWEST
            and not (pairs["number"].duplicated() | pairs["key"].duplicated()).any()
        ):
            return parts["name"].fillna(values)
    return None
