"""Amounts and whole numbers, as people write them."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.parse.column import STRING, Read, distinct, flags, like, mapped, sub
from analysis.text import formatting

_ = formatting.text

LARGEST = 1e15  # no amount is larger; a float would tell its cents no more
_CURRENCIES = {
    "€": "EUR",
    "euros": "EUR",
    "euro": "EUR",
    "eur": "EUR",
    "us$": "USD",
    "$": "USD",
    "usd": "USD",
    "us dollars": "USD",
    "dollars": "USD",
    "£": "GBP",
    "gbp": "GBP",
    "pounds": "GBP",
    "livres": "GBP",
    "chf": "CHF",
    "francs suisses": "CHF",
    "c$": "CAD",
    "ca$": "CAD",
    "cad": "CAD",
    "a$": "AUD",
    "au$": "AUD",
    "aud": "AUD",
    "nz$": "NZD",
    "nzd": "NZD",
    "zł": "PLN",
    "pln": "PLN",
    "sek": "SEK",
    "nok": "NOK",
    "dkk": "DKK",
}
_SCALES = {
    "milliers": "e3",
    "millier": "e3",
    "k": "e3",
    "millions": "e6",
    "million": "e6",
    "mio": "e6",
    "m": "e6",
    "milliards": "e9",
    "milliard": "e9",
    "mds": "e9",
    "md": "e9",
    "": "",
}
_CURRENCY = "(?:" + "|".join(word.replace("$", r"\$") for word in _CURRENCIES) + ")"
_AMOUNT = (
    rf"(?i)^(?P<open>\()? ?(?P<minus>[-+−–])? ?(?P<before>{_CURRENCY})? ?(?P<minus2>[-−–])? ?"
    r"(?P<body>[0-9][0-9.,'’ ]*(?:e[+-]?[0-9]{1,2})?|[.,][0-9]+) ?"
    rf"(?P<scale>{'|'.join(filter(None, _SCALES))})? ?(?:d['’]|de )?(?P<after>{_CURRENCY})? ?"
    r"(?P<minus3>[-−–])? ?(?P<close>\))? ?(?:ttc|ht)? ?\**$"
)
_PLAIN = r"^-?(?:[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,15})(?:[.,][0-9]{1,2}|\.[0-9]{4,15})?(?: ?€)?$"  # nothing to decide
_DIGITS = r"[0-9]+|[0-9]{1,3}(?: [0-9]{3})+"
_GROUPED = {mark: rf"[1-9][0-9]{{0,2}}(?:\{mark}[0-9]{{3}})+" for mark in ",."}
_WHOLE = rf"^(?:{_DIGITS}|{_GROUPED['.']}|{_GROUPED[',']}|[0-9]+e[+-]?[0-9]+)$"
_OTHER = {",": ".", ".": ","}
_DECIMAL = {
    mark: rf"^(?:(?:{_DIGITS}|{_GROUPED[other]})?\{mark}[0-9]+|[0-9]\{mark}[0-9]+e[+-]?[0-9]+)$"
    for mark, other in _OTHER.items()
}


def amounts(
    cells: pd.Series,
    *,
    decimal: str | None = None,
    unit: str | None = None,
    groups: str | None = None,
) -> Read:
    """Numbers as people write amounts, Float64; the currency is left aside (see `currencies`).

    Thousands stand in groups of three by any space, apostrophe, point or comma; `12 k€` and `1,5 M€` are multiplied;
    `(250)` and `250-` are negative. `1.234` is read as the rest of its column shows, and `$1,234` the English way; else it
    is missing and a fault (rule M03), unless `decimal` says which mark is the decimal one, or `groups` which one stands between
    thousands in the language of the column; so are `1.500` in a column of cents, since nobody writes that zero, and all like it.
    `unit="k"` (or "M") is for a column in thousands (or millions): it multiplies the cells that bear no scale of their own.

    >>> amounts(pd.Series(["1 234 567,89 €", "(250)", "12 k€", "n/a", "12 or 13"]))[0].tolist()
    [1234567.89, -250.0, 12000.0, <NA>, <NA>]
    """
    column = distinct(cells)
    plain = like(column.text, _PLAIN) & (unit is None)
    rest = pa.array(~plain)
    shown = {
        mark: bool((plain & flags(pc.match_substring(column.text, mark))).any()) for mark in _OTHER
    }
    fine = {
        mark: bool(like(column.text, rf"(?:^|[0-9]{{4}}|^0)\{mark}[0-9]{{3,}}$").any())
        for mark in _OTHER
    }
    written, doubt = _rewritten(
        column.text.filter(rest),
        decimal,
        {"k": "e3", "M": "e6", None: ""}[unit],
        shown,
        fine,
        groups,
    )
    number = pc.replace_with_mask(
        pc.replace_substring(_without(column.text, " €"), ",", "."), rest, written
    )
    value = number.cast(pa.float64())
    value = pc.if_else(pc.less_equal(pc.abs(value), LARGEST), value, pa.scalar(None, pa.float64()))
    unclear = ~plain
    unclear[unclear] = doubt
    unread = flags(pc.is_valid(column.text)) & flags(pc.is_null(value))
    faults = column.faults(
        (
            unclear,
            "M03",
            _("1.234 may be one or a thousand: say `decimal` for this source in study.toml"),
        ),
        (
            unread & like(column.text, _BOUND),
            "M02",
            _("what an amount is at most is no amount: it is kept apart"),
        ),
        (unread, "M02", _("expected an amount such as 1 234,50 €")),
    )
    return column.spread(value, "Float64"), faults


def _without(values: pa.Array, characters: str) -> pa.Array:
    for character in characters:
        values = pc.replace_substring(values, character, "")
    return values


def _rewritten(
    text: pa.Array,
    decimal: str | None,
    unit: str,
    shown: dict[str, bool],
    fine: dict[str, bool],
    usual: str | None,
) -> tuple[pa.Array, np.ndarray]:
    """Amounts as a computer writes them (null where they are none), and which are unclear.

    `shown` says of each mark whether other cells of the column hold it as their decimal mark, `fine` whether some have three
    decimals or more after it.
    """
    text = sub(
        pc.if_else(pc.less(pc.utf8_length(text), 60), text, pa.scalar(None, STRING)),
        r"([0-9])[.,][-–—]+",
        r"\1",
    )
    parts = pc.extract_regex(text, _AMOUNT)
    part = {field.name: pc.struct_field(parts, field.name) for field in parts.type}
    body = pc.utf8_lower(pc.utf8_trim_whitespace(part["body"]))
    body = pc.replace_substring(pc.replace_substring(body, "'", " "), "’", " ")
    whole = like(body, _WHOLE)
    fraction = {mark: like(body, pattern) for mark, pattern in _DECIMAL.items()}
    roles = _roles(body, whole, fraction, decimal, shown)
    english = like(part["before"], "[$£]")
    unclear = np.zeros(len(body), bool)
    number = _without(body, " .,")
    for mark, other in _OTHER.items():
        either = whole & fraction[mark]
        role = np.full(len(body), roles[mark] or "unclear")
        if (
            usual == mark or usual == ","
        ):  # "2.375" in English has a fraction; "2,375" of other languages may be English
            role[role == "unclear"] = "group" if mark == usual else "decimal"
        if not decimal:
            role[english & ((role == "unclear") | (mark == ","))] = (
                "group" if mark == "," else "decimal"
            )
        fraction_of_three = either & (role == "decimal")
        if (
            not decimal
            and not fine[mark]
            and (fraction_of_three & like(body, rf"\{mark}[0-9]{{2}}0$")).any()
        ):
            role[fraction_of_three] = "unclear"
        unclear |= either & (role == "unclear")
        here = pa.array(fraction[mark] & ~(either & (role == "group")))
        exact = pc.replace_substring(_without(body.filter(here), " " + other), mark, ".")
        number = pc.replace_with_mask(number, here, exact)

    given = {name: like(part[name], ".") for name in ("open", "close", "before", "after", "scale")}
    negative = (
        given["open"]
        | like(part["minus"], "[^+]")
        | like(part["minus2"], ".")
        | like(part["minus3"], ".")
    )
    power, metres = like(body, "e"), like(part["scale"], "^m$") & ~given["after"] & ~given["before"]
    read = (whole | fraction[","] | fraction["."]) & (given["open"] == given["close"])
    read &= ~unclear & ~metres & ~(power & given["scale"])
    scale = pc.if_else(
        pa.array(power),
        pa.scalar("", STRING),
        mapped(pc.utf8_lower(part["scale"]), _SCALES | {"": unit}),
    )
    sign = pa.array(np.where(negative, "-", ""), STRING)
    written = pc.binary_join_element_wise(sign, number, scale, pa.scalar("", STRING))
    return pc.if_else(pa.array(read), written, pa.scalar(None, STRING)), unclear


def _roles(body, whole, fraction, decimal, shown) -> dict[str, str | None]:
    """What a mark followed by three digits is in this column: the decimal mark, a mark of groups, or None: nothing tells."""
    if decimal:
        return {mark: "decimal" if mark == decimal else "group" for mark in _OTHER}
    decimals = {mark: bool((fraction[mark] & ~whole).any()) or shown[mark] for mark in _OTHER}
    groups = {
        mark: bool(
            (
                flags(pc.match_substring(body, mark)) & ~fraction[mark] & (whole | fraction[other])
            ).any()
        )
        for mark, other in _OTHER.items()
    }
    roles = {}
    for mark, other in _OTHER.items():
        if decimals[mark] or groups[mark]:
            role = "decimal" if not groups[mark] else "group" if not decimals[mark] else None
        else:
            role = {(True, False): "group", (False, True): "decimal"}.get(
                (decimals[other], groups[other])
            )
        roles[mark] = role
    return roles


def currencies(cells: pd.Series, *, named: bool = False, dollar: str = "USD") -> pd.Series:
    """The currency that an amount bears or a cell names, as its ISO code; missing where there is none.

    Any word of three letters is a code where cells name currencies (`named`); `dollar` is what "$" alone means.

    >>> currencies(pd.Series(["$10,000", "12 k€", "250", "US Dollars"])).tolist(), currencies(pd.Series(["sek"]), named=True).tolist()
    (['USD', 'EUR', nan, 'USD'], ['SEK'])
    """
    column = distinct(cells)
    bears = pc.match_substring_regex(column.text, r"[^0-9.,'’ +()-]")  # a bare number bears none
    parts = pc.extract_regex(pc.if_else(bears, column.text, pa.scalar(None, STRING)), _AMOUNT)
    sign = pc.binary_join_element_wise(
        *(pc.struct_field(parts, name) for name in ("before", "after")), pa.scalar("", STRING)
    )
    code = pc.if_else(
        pa.array(like(column.text, "^[A-Za-z]{3}$") & named),
        pc.utf8_upper(column.text),
        pa.scalar(None, STRING),
    )
    lower = (pc.utf8_lower(each) for each in (sign, column.text))
    meant = _CURRENCIES | {"$": dollar, "dollars": dollar}
    return column.spread(pc.coalesce(*(mapped(each, meant) for each in lower), code))


def months(cells: pd.Series, *, years: bool = False) -> Read:
    """Lengths of time in months, Float64: a bare number is months, or `years`; "2 ans", "18 mois", "36 months", "1 year".

    >>> months(pd.Series(["24", "2 ans", "18 mois", "1.5 years", "long"]))[0].tolist()
    [24.0, 24.0, 18.0, 18.0, <NA>]
    """
    column = distinct(cells)
    parts = pc.extract_regex(
        pc.utf8_lower(column.text),
        r"^(?P<number>[^a-z]*?) ?(?P<unit>mois|months?|mths?|m|ans?|annees?|années?|years?|yrs?|y)?\.?$",
    )
    number, _none = amounts(pd.Series(pc.struct_field(parts, "number").to_pylist(), dtype="str"))
    unit = pc.struct_field(parts, "unit")
    times = np.where(like(unit, "^[ay]") | (like(unit, "^$") & years), 12.0, 1.0)
    value = pc.multiply(pa.array(number, pa.float64(), from_pandas=True), pa.array(times))
    unread = flags(pc.and_(pc.is_valid(column.text), pc.is_null(value)))
    return column.spread(value, "Float64"), column.faults(
        (unread, "M02", _("expected a number of months, or such as 2 years"))
    )


_BOUND = (
    r"(?i)^(?:up to|at most|no more than|jusqu['’]? ?[àa]|au plus|dans la limite de|plafond(?:é à| de)?|"
    r"max(?:\.|imum(?: de)?)?|bis zu|h[öo]chstens|tot|≤|<=?) ?:? ?"
)


def upper_bounds(cells: pd.Series, **asked) -> pd.Series:
    """What an amount is at most, where a cell says no more ("Up to $500,000"); missing where it is none.

    Such a cell is no amount: `amounts` leaves it missing, and a fault. `asked` are the arguments of `amounts`.

    >>> upper_bounds(pd.Series(["Up To $500,000", "jusqu'à 5 000 €", "12 000"])).tolist()
    [500000.0, 5000.0, <NA>]
    """
    column = distinct(cells)
    bounded = like(column.text, _BOUND)
    if not bounded.any():
        return pd.Series(pd.NA, index=cells.index, name=cells.name, dtype="Float64")
    numbers = pd.Series(sub(column.text, _BOUND).to_pylist(), dtype="str").where(bounded)
    values, _faults = amounts(numbers, **asked)
    return column.spread(pa.array(values, pa.float64(), from_pandas=True), "Float64")


def integers(cells: pd.Series) -> Read:
    """Whole numbers, Int64; a number with a fraction is a fault.

    >>> integers(pd.Series(["1 200", "3.0", "2,5"]))[0].tolist()
    [1200, 3, <NA>]
    """
    numbers, faults = amounts(cells)
    broken = (numbers.mod(1).ne(0) | numbers.abs().gt(2**53)).fillna(False).to_numpy(bool)
    found = {"rule": "M02", "value": cells.array[broken], "message": _("expected a whole number")}
    faults = pd.concat([faults, pd.DataFrame(found, index=cells.index[broken], dtype="str")])
    return numbers.mask(broken).astype("Int64"), faults
