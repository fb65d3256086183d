"""The currency of each grant of a list: what its cells say, else its headers, else study.toml, else
the country that the list names. A sign that several countries share stays that sign.
"""

import re

import pandas as pd

from analysis import parse
from analysis.clean.rows import spread
from analysis.layout import Mapping
from analysis.read import Block

CODE = (  # in a header
    r"€|£|zł|\bR\$|\bKč|[₺₹¥]|\b(?:EUR|USD|GBP|CHF|CAD|AUD|NZD|MXN|PLN|SEK|NOK|DKK|CZK|HUF|RON|BGN|"
    r"TRY|BRL|INR|JPY|ZAR|euros?|TL|Rs|yen)\b"
)
CURRENCY = rf"{CODE}|US\$|\$|\bkr\b|\b(?:dollars|pounds)\b"
SHARED = {  # signs of several currencies: those that study.toml may state of them
    "$": ("USD", "CAD", "AUD", "NZD", "MXN", "ARS", "CLP", "COP", "UYU", "HKD", "SGD", "TWD"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "INR": ("INR", "PKR", "LKR", "NPR", "MUR"),  # rupees, unless study.toml says whose
    "JPY": ("JPY", "CNY"),
    "FCFA": ("XOF", "XAF"),
}
COUNTRIES = {  # what a list says that counts in dollars of a country, or in pesos
    "USD": r"\bUSD\b|\bUS?\$|\b(?:USA|U\.S\.|EIN)(?!\w)|(?i:united states|americ|\bstates?\b(?!.*territor)|501\(c\))",
    "CAD": r"\bCAD\b|\bCA?\$|(?i:canad|qu[ée]bec|ontario|\.ca\b|^(?!.*state).*province)",
    "AUD": r"\bAUD\b|\bAU?\$|(?i:austral|\.au\b|\babn\b)",
    "NZD": r"\bNZD\b|\bNZ\$|(?i:new zealand|\.nz\b)",
    "MXN": r"\bMXN\b|\bMX\$|(?i:m[ée]xic|\.mx\b|\brfc\b)",
}
_MONEY = ("currency", "amount", "~part")  # what tells the currency of a grant, the surest first
ENGLISH_LAYOUTS = (
    "360Giving",
    "grants in English",
)  # layouts that say their currency, or nothing is known of it
EURO_STANDARD = "SCDL subsidies"  # of the French State
EURO_COUNTRY = (  # what a list says that is of a country that counts in euros
    r"(?i)\b(?:fran(?:ce|[cç]ais\w*)|conseil (?:d[ée]partemental|r[ée]gional|g[ée]n[ée]ral)|minist[èe]re|"
    r"siren|siret|rna|waldec|deutsch\w*|bundes\w*|berlin|hamburg|[öo]sterreich\w*|nederland\w*|gemeente|"
    r"kvk|bce|kbo|ondernemingsnummer|belg\w*|wallonie|vlaams\w*|itali\w*|regione|codice fiscale|espa[ñn]\w*|ayuntamiento|"
    r"bdns|nif|cif|suomi\w*|y.tunnus|ελλ\w*|portug\w*)\b"
)


def currencies_of_grants(block: Block, mapping: Mapping) -> pd.Series | None:
    """The currency of each grant: of its cell, its amount, their header, else as study.toml states
    it; euros in a list of a country that has no other.
    """
    if mapping.table != "grants":
        return None
    signs = signs_of(block, mapping)
    by_column = []
    amounts = " ".join(mapping.columns.get("amount", ()))
    is_named = re.search(rf"(?i){CODE}", amounts)  # "Amount EUR" beside "Local currency"
    for name in _MONEY[1:] if is_named else _MONEY:
        headers = mapping.columns.get(name, ())
        parts = [_borne(block, header, name, signs) for header in headers]
        by_column += [_together(parts)] if parts else []
    stated_code = mapping.constants.get("currency") or pd.NA
    known_columns = [column for column in by_column if column.notna().any()]
    if known_columns:
        whole = known_columns[0]
        for column in known_columns[1:]:
            whole = whole.fillna(column)
        return whole if pd.isna(stated_code) else whole.fillna(stated_code)
    code = stated_code
    if pd.isna(code) and "currency" not in mapping.columns and _is_in_euros(block, mapping):
        code = "EUR"
    return pd.Series(code, index=range(len(block.lines)), dtype="str")


def signs_of(block: Block, mapping: Mapping) -> dict[str, str]:
    """What signs that several countries share mean in a list: the currency that study.toml states,
    or that of the one country that the list names.
    """
    stated = mapping.constants.get("currency", "")
    signs = {sign: stated for sign, codes in SHARED.items() if stated in codes}
    text = _said(block, mapping)
    named = [code for code, form in COUNTRIES.items() if re.search(form, text, re.MULTILINE)]
    if len(named) == 2 and "USD" in named:
        named.remove("USD")  # "State" may stand beside a province
    if len(named) == 1:
        signs.setdefault("$", named[0])
    return signs


def _said(block: Block, mapping: Mapping) -> str:
    """What a list says of itself: its name, titles and headers, and who gives."""
    words = [block.source, *block.titles, *block.columns, *mapping.constants.values()]
    for header in mapping.columns.get("funder", ()):
        words += block.columns[header].values.head(9).dropna().tolist()
    for header in mapping.columns.get("currency", ()):
        words += block.columns[header].values.head(9).dropna().str.upper().tolist()
    return "\n".join(words)


def _is_in_euros(block: Block, mapping: Mapping) -> bool:
    """Whether a list without any word for its currency is of a country that counts in euros: by the
    French standard, by what it says of itself, by numbers of its registers.
    """
    if mapping.layout.endswith(EURO_STANDARD) or re.search(EURO_COUNTRY, _said(block, mapping)):
        return True
    if any(re.search(r"(?i)€|\b(?:eur|euros?)\b", title) for title in block.titles):
        return True
    for header in mapping.columns.get("siret", ()):
        cells = block.columns[header].values.head(200)
        if parse.siren(cells)[0].notna().mean() > 0.5:
            return True
    return False


def _borne(block: Block, header: str, name: str, signs: dict[str, str]) -> pd.Series:
    """The currency that each cell under a header bears, or the header where no cell does."""
    column = block.columns[header]
    currencies_of_cells = parse.currencies(column.values, named=name == "currency", signs=signs)
    header_currency = re.search(rf"(?i){CURRENCY}", header)
    if header_currency and currencies_of_cells.isna().all():
        code_of_header = parse.currencies(
            pd.Series([f"1 {header_currency[0]}"], dtype="str"), signs=signs
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
