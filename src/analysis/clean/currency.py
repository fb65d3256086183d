"""The currency of each grant of a list: what its cells say, else its headers, else study.toml, else its language."""

import re

import pandas as pd

from analysis import parse
from analysis.clean.rows import spread
from analysis.layout import Mapping
from analysis.read import Block

CODE = (  # in a header
    r"€|£|zł|\bR\$|\bKč|[₺₹¥]|\b(?:EUR|USD|GBP|CHF|CAD|AUD|NZD|PLN|SEK|NOK|DKK|CZK|HUF|RON|BGN|TRY|BRL|"
    r"INR|JPY|ZAR|euros?|TL|Rs|yen)\b"
)
CURRENCY = rf"{CODE}|US\$|\$|\b(?:dollars|pounds)\b"
DOLLARS = {  # what a list says that counts in other dollars than those of the United States
    "CAD": r"\bCAD\b|\bCA?\$|(?i:canad|qu[ée]bec|ontario|\.ca\b|^(?!.*state).*province)",
    "AUD": r"\bAUD\b|\bAU?\$|(?i:austral|\.au\b)",
    "NZD": r"\bNZD\b|\bNZ\$|(?i:new zealand|\.nz\b)",
}
_MONEY = ("currency", "amount", "~part")  # what tells the currency of a grant, the surest first
ENGLISH_LAYOUTS = (
    "360Giving",
    "grants in English",
)  # layouts that say their currency, or nothing is known of it
EURO_LAYOUTS = (
    tuple(  # whose language or standard tells that they count in euros, unless they say other
        ["SCDL subsidies"]
        + [f"grants in {name}" for name in ("French", "German", "Dutch", "Finnish", "Greek")]
        + ["grants in Italian or Spanish"]
    )
)


def currencies_of_grants(block: Block, mapping: Mapping) -> pd.Series | None:
    """The currency of each grant: of its cell, its amount, their header, else as study.toml states
    it; euros in a French list.
    """
    if mapping.table != "grants":
        return None
    dollar = _dollar(block, mapping)
    by_column = []
    amounts = " ".join(mapping.columns.get("amount", ()))
    is_named = re.search(rf"(?i){CODE}", amounts)  # "Amount EUR" beside "Local currency"
    for name in _MONEY[1:] if is_named else _MONEY:
        headers = mapping.columns.get(name, ())
        parts = [_borne(block, header, name, dollar) for header in headers]
        by_column += [_together(parts)] if parts else []
    stated = pd.Series([mapping.constants.get("currency", "")], dtype="str")
    stated_code = parse.currencies(stated, named=True, dollar=dollar).iloc[0]
    known_columns = [column for column in by_column if column.notna().any()]
    if known_columns:
        whole = known_columns[0]
        for column in known_columns[1:]:
            whole = whole.fillna(column)
        return whole if pd.isna(stated_code) else whole.fillna(stated_code)
    code = stated_code
    if (
        pd.isna(code)
        and mapping.layout.endswith(EURO_LAYOUTS)
        and "currency" not in mapping.columns
    ):
        code = "EUR"
    return pd.Series(code, index=range(len(block.lines)), dtype="str")


def _dollar(block: Block, mapping: Mapping) -> str:
    """Which dollars a list counts in, where it says "$" alone."""
    words = [block.source, *block.titles, *block.columns, *mapping.constants.values()]
    for header in mapping.columns.get("funder", ()):
        words += block.columns[header].values.head(9).dropna().tolist()
    text = "\n".join(words)
    other = (code for code, pattern in DOLLARS.items() if re.search(pattern, text, re.MULTILINE))
    return next(other, "USD")


def _borne(block: Block, header: str, name: str, dollar: str) -> pd.Series:
    """The currency that each cell under a header bears, or the header where no cell does."""
    column = block.columns[header]
    currencies_of_cells = parse.currencies(column.values, named=name == "currency", dollar=dollar)
    header_currency = re.search(rf"(?i){CURRENCY}", header)
    if header_currency and currencies_of_cells.isna().all():
        code_of_header = parse.currencies(
            pd.Series([f"1 {header_currency[0]}"], dtype="str"), dollar=dollar
        )
        currencies_of_cells = pd.Series(
            code_of_header.iloc[0], index=currencies_of_cells.index, dtype="str"
        )
    return spread(currencies_of_cells, column.codes)


def _together(parts: list[pd.Series]) -> pd.Series:
    """The currency of amounts that are added up: that of all, or their names ("EUR+USD")."""
    first, *others = parts
    if len({code for part in parts for code in part.dropna().unique()}) < 2:
        for column in others:
            first = first.fillna(column)
        return first
    joined = first.fillna("").str.cat([column.fillna("") for column in others], sep="+")
    names = {
        text: "+".join(sorted(set(filter(None, text.split("+"))))) or None
        for text in joined.unique()
    }
    return joined.map(names).astype("str")
