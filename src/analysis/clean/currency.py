"""The currency of each grant of a list: what its cells say, else its headers, else its language."""

import re

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.combine_columns import first_known
from analysis.layout import Mapping
from analysis.read import Block, Coded

CURRENCY = r"€|US\$|\$|£|zł|\b(?:EUR|USD|GBP|CHF|CAD|AUD|NZD|PLN|SEK|NOK|DKK|euros?|dollars|pounds)\b"  # in a header
DOLLARS = {  # what a list says that counts in other dollars than those of the United States
    "CAD": r"\bCAD\b|\bCA?\$|(?i:canad|qu[ée]bec|ontario|\.ca\b|^(?!.*state).*province)",
    "AUD": r"\bAUD\b|\bAU?\$|(?i:austral|\.au\b)",
    "NZD": r"\bNZD\b|\bNZ\$|(?i:new zealand|\.nz\b)",
}
MONEY = ("currency", "amount", "~part")  # what tells the currency of a grant, the surest first
ENGLISH = (
    "360Giving",
    "grants in English",
)  # layouts that say their currency, or nothing is known of it
NO_EURO = (*ENGLISH, "grants in Polish", "grants in Scandinavian")


def currencies(block: Block, mapping: Mapping) -> dict[str, Coded]:
    """The currency of each grant: that of its own cell, of its amount, or of the amount's header; euros in a French list."""
    if mapping.table != "grants":
        return {}
    said = [block.source, *block.titles, *block.columns, *mapping.constants.values()]
    said += [
        name
        for header in mapping.columns.get("funder", ())
        for name in block.columns[header].values.head(9).dropna()
    ]
    dollar = next(
        (
            code
            for code, words in DOLLARS.items()
            if re.search(words, "\n".join(said), re.MULTILINE)
        ),
        "USD",
    )
    by_column = (
        _together([_borne(block, header, name, dollar) for header in mapping.columns.get(name, ())])
        for name in MONEY
    )
    if found := [column for column in by_column if column.values.notna().any()]:
        return {"currency": first_known(found)}
    euro = not mapping.layout.endswith(NO_EURO) and "currency" not in mapping.columns
    code = pd.Series(["EUR" if euro else None], dtype="str")
    return {"currency": Coded(np.zeros(len(block.lines), dtype=np.int32), code)}


def _borne(block: Block, header: str, name: str, dollar: str) -> Coded:
    """The currency that each cell under a header bears, or the header where no cell does."""
    column = block.columns[header]
    found = parse.currencies(column.values, named=name == "currency", dollar=dollar).reset_index(
        drop=True
    )
    said = re.search(rf"(?i){CURRENCY}", header)
    if said and found.isna().all():
        found = parse.currencies(
            pd.Series(np.repeat(f"1 {said[0]}", len(found)), dtype="str"), dollar=dollar
        )
    return Coded(column.codes, found)


def _together(parts: list[Coded]) -> Coded:
    """The currency of amounts that are added up: that of all, or each by its name ("EUR+USD"), in which nothing can be said."""
    if not parts:
        return Coded(np.array([], dtype=np.int32), pd.Series(dtype="str"))
    if len({code for part in parts for code in part.values.dropna()}) < 2:
        return first_known(parts)
    first, *others = (part.series().fillna("") for part in parts)
    codes, met = pd.factorize(first.str.cat(others, sep="+"))
    names = ["+".join(sorted(set(filter(None, text.split("+"))))) or None for text in met]
    return Coded(codes.astype(np.int32), pd.Series(names, dtype="str"))
