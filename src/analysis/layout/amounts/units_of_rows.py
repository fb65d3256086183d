"""Columns that tell for each row in which unit its amount is written, which nothing can weigh."""

import re

import pandas as pd

from analysis.declare.faults import Fault
from analysis.layout.mapping import Mapping
from analysis.parse.column import without_accents
from analysis.read import Block
from analysis.text.messages import say

_SCALE = (
    r"(?P<scale>k|m|t|mio|mln|tsd|tys|mil|miles|milliers?|mille|millions?|millones|milioni|migliaia|"
    r"milhares|milhoes|tausend|thousands?|duizend|miljoen)"
)
_CURRENCY = r"(?P<currency>€|eur|euros?|£|gbp|chf)"
_UNIT = re.compile(rf"{_SCALE}? ?(?:(?:de|di|in|en|d') ?)?{_CURRENCY}?")
_MOST_UNITS = 12
_AMOUNTS = ("amount", "planned_amount_eur", "value_eur")


def units_of_rows(block: Block, mapping: Mapping | None) -> list[Fault]:
    """One fault for each column beside amounts in which rows tell several units ("M€", "miles €"):
    amounts of one unit are to be written first.
    """
    if mapping is None or mapping.columns.keys().isdisjoint(_AMOUNTS):
        return []
    faults = []
    weighed = mapping.columns.get("~unit", ())  # units by which amounts are read anyway
    for header, column in block.columns.items():
        if header in weighed or not 2 <= len(column.values) <= _MOST_UNITS:
            continue
        units = _units(column.values)
        if len(units) < 2:
            continue
        message = say("layout.units_of_rows")
        line = block.header_line or None
        faults.append(Fault(block.source, line, header, "units", " | ".join(units), message))
    return faults


def _units(texts: pd.Series) -> list[str]:
    """The units that a column tells, some of them thousands or millions of a currency; empty where
    it holds anything else.

    >>> _units(pd.Series(["M€", "miles €", "€"])), _units(pd.Series(["M€", "Ain"]))
    (['M€', 'miles €', '€'], [])
    >>> _units(pd.Series(["EUR", "CHF"]))
    []
    """
    filled = [text for text in texts.dropna() if text.strip()]
    plain = without_accents(pd.Series(filled, dtype="str")).str.strip()
    units = [_UNIT.fullmatch(text) for text in plain]
    is_scaled = any(unit and unit["scale"] and unit["currency"] for unit in units)
    if is_scaled and all(units):
        return filled
    return []
