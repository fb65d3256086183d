"""Amounts and whole numbers, as people write them.

Words of currencies and scales: `reference/synonyms.csv`.
"""

import re

import numpy as np
import pandas as pd

from analysis.parse.amount_phrases import calculations, without_phrases
from analysis.parse.column import (
    Read,
    extracted,
    faults,
    is_spreadsheet_error,
    mapped,
    matching,
    sub,
    synonyms,
    text,
)
from analysis.parse.remembered import remembered
from analysis.text.messages import say

HALF_CENT = 0.005  # amounts that differ by less are equal

LARGEST = 1e15  # no amount is larger; a float would tell its cents no more
_CURRENCIES, _SCALES = synonyms("currency of an amount"), synonyms("scale of an amount")
_CURRENCY = "(?:" + "|".join(map(re.escape, _CURRENCIES)) + ")"
_AMOUNT = (
    rf"(?i)^(?P<open>\()? ?(?P<minus>[-+−–])? ?(?P<before>{_CURRENCY})? ?(?P<minus2>[-−–])? ?"
    r"(?P<body>[0-9][0-9.,'’ ]*(?:e[+-]?[0-9]{1,2})?|[.,][0-9]+) ?"
    rf"(?P<scale>{'|'.join(_SCALES)})?\.? ?(?:d['’]|de )?(?P<after>{_CURRENCY})? ?"
    r"(?P<minus3>[-−–])? ?(?P<close>\))? ?(?:ttc|ht)? ?\**$"
)
# Nothing to decide.
_MARKS = "[¹²³⁴⁵⁶⁷⁸⁹⁰]+"
_NOTE_CALL = rf"([0-9] ?[€£$]?) ?(?:\([0-9]{{1,2}}\)|{_MARKS})$"
_CALL_WITHIN = rf"(?i)([0-9]) ?{_MARKS} ?({_CURRENCY})$"  # "25 000¹ €"
_PLAIN = r"^-?(?:[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,15})(?:[.,][0-9]{1,2}|\.[0-9]{4,15})?(?: ?€)?$"
_DIGITS = r"[0-9]+|[0-9]{1,3}(?: [0-9]{3})+"
_GROUPED = {mark: rf"[1-9][0-9]{{0,2}}(?:\{mark}[0-9]{{3}})+" for mark in ",."}
_GROUPED[","] += "|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"  # lakhs and crores: 1,23,456
_WHOLE = rf"^(?:{_DIGITS}|{_GROUPED['.']}|{_GROUPED[',']}|[0-9]+e[+-]?[0-9]+)$"
_OTHER = {",": ".", ".": ","}
_DECIMAL = {
    mark: rf"^(?:(?:{_DIGITS}|{_GROUPED[other]})?\{mark}[0-9]+|[0-9]\{mark}[0-9]+e[+-]?[0-9]+)$"
    for mark, other in _OTHER.items()
}
_ACCOUNTED = rf"(?i)^({_CURRENCY}) ?\(([^()]*)\)$"  # Excel's "$ (300.00)"
_UNITS = {"k": "e3", "M": "e6", "lakh": "e5", "crore": "e7", "c": "e-2"} | dict.fromkeys(
    ("1", "-1", None), ""
)
_PHRASE = r"(?i)[0-9]\.$|[0-9][^0-9]{0,8}[+x×*]|[0-9].*[a-z/]|[0-9][-/.][0-9]{1,2}[-/.][0-9]"  # what a number alone has not
_BOUND = (
    r"(?i)^(?:up to|at most|no more than|jusqu['’]? ?[àa]|au plus|dans la limite de|plafond(?:é à| de)?|"
    r"max(?:\.|imum(?: de)?)?|bis zu|h[öo]chstens|tot|≤|<=?) ?:? ?"
)


@remembered
def amounts(
    cells: pd.Series,
    *,
    decimal: str | None = None,
    unit: str | None = None,
    groups: str | None = None,
) -> Read:
    """Numbers as people write amounts, Float64; the currency is left aside (see `currencies`).

    Thousands stand in groups of three by any space, apostrophe, point or comma; `12 k€` and `1,5
    M€` are multiplied; `(250)`, `$ (250)` and `250-` are negative. `1.234` is read as the rest of
    its column shows, and `$1,234` the English way; else it is missing and a fault (rule M03),
    unless `decimal` says which mark is the decimal one, or `groups` which one stands between
    thousands in the language of the column; so are `1.500` in a column of cents, since nobody
    writes that zero, and all like it. A sum or a product that a cell writes out counts as its
    result. `unit="k"` (or "M", "c", "-1") is for a column in thousands (in millions, in hundredths,
    of what goes out): it multiplies the cells that bear no scale of their own. The call of a note
    behind a number is none of it.

    >>> amounts(pd.Series(["12 000 (1)", "8 500²", "90 € (2)", "25 000¹ €"]))[0].tolist()
    [12000.0, 8500.0, 90.0, 25000.0]
    >>> amounts(pd.Series(["1200 + 500", "3 x 5 000 €", "2 150 € (dont 200 € exceptionnel)"]))[0].tolist()
    [1700.0, 15000.0, 2150.0]
    >>> amounts(pd.Series(["€ 9.300,-", "€ 100,-"]))[0].tolist(), amounts(pd.Series(["15,350."]))[0].tolist()
    ([9300.0, 100.0], [15350.0])
    >>> amounts(pd.Series(["1 234 567,89 €", "$ (250)", "12 k€", "Rs. 1,50,000.50", "n/a", "12 or 13"]))[0].tolist()
    [1234567.89, -250.0, 12000.0, 150000.5, <NA>, <NA>]
    """
    is_error = is_spreadsheet_error(cells)
    as_written = text(cells).reset_index(drop=True)
    is_plain = matching(as_written, _PLAIN)
    if unit is None and is_plain.sum() == as_written.count():  # as most columns are
        value = _number(as_written).set_axis(cells.index).rename(cells.name)
        is_too_large = as_written.notna().to_numpy() & value.isna().to_numpy()
        return value, faults(cells, (is_too_large | is_error, "M02", say("parse.amount")))
    as_told = written = sub(as_written, _NOTE_CALL, r"\1")
    if matching(written, _MARKS).any():
        as_told = written = sub(written, _CALL_WITHIN, r"\1 \2")
    if matching(written, _PHRASE).any():
        written = without_phrases(written)
        terms = calculations(written)
        if len(terms):
            form = {"decimal": decimal, "unit": unit, "groups": groups}
            return _calculated(cells, written, terms, is_error, **form)
    is_plain = pd.Series(matching(written, _PLAIN) & (unit is None))
    others = written[~is_plain]
    # "9.300,-" and "15,350." say as well as cents which mark stands before these
    no_cents = r"[0-9]\{0}[-–—]+$|\{1}[0-9]{{3}}\{0}$"
    marks_present = {
        mark: matching(written[is_plain], rf"\{mark}").any()
        or matching(as_told, no_cents.format(mark, other_mark)).any()
        for mark, other_mark in _OTHER.items()
    }
    three_decimals = r"(?:^|[0-9]{{4}}|^0)\{}[0-9]{{3,}}$"
    fine = {mark: matching(written, three_decimals.format(mark)).any() for mark in _OTHER}
    number, unclear = _rewritten(others, decimal, _UNITS[unit], groups, marks_present, fine)
    value = _number(written.where(is_plain, number))
    value = -value if unit == "-1" else value
    value = value.set_axis(cells.index).rename(cells.name)
    is_unclear = unclear.reindex(written.index, fill_value=False).to_numpy()
    unread = written.notna().to_numpy() & value.isna().to_numpy()
    is_bound = unread & matching(written, _BOUND)
    ambiguous = say("parse.decimal")
    return value, faults(
        cells,
        (is_unclear, "M03", ambiguous),
        (is_bound, "M02", say("parse.at_most")),
        (unread | is_error, "M02", say("parse.amount")),
    )


def _number(texts: pd.Series) -> pd.Series:
    """The number of plain amounts, or of those that were written again as a computer does; missing
    where it is too large for one.
    """
    value = sub(sub(texts, "[ €]"), ",", ".").astype("Float64")
    return value.where(value.abs() <= LARGEST)


def _calculated(
    cells: pd.Series,
    written: pd.Series,
    terms: pd.DataFrame,
    is_error: np.ndarray,
    **form: str | None,
) -> Read:
    """Amounts of a column of which some cells are sums or products of amounts (`calculations`)."""
    others = written.mask(written.index.isin(terms["cell"]))
    value, unread = amounts(pd.concat([others, terms["text"]], ignore_index=True), **form)
    of_term = value[len(others) :].reset_index(drop=True) * terms["factor"]
    whole = of_term.groupby(terms["cell"]).agg(lambda numbers: numbers.sum(skipna=False))
    total = value[: len(others)].fillna(whole.reindex(others.index))
    told = [
        (others.index.isin(of_kind.index), rule, message)
        for (rule, message), of_kind in unread.groupby(["rule", "message"], sort=False)
    ]
    is_unread = (written.notna() & total.isna()).to_numpy() | is_error
    total = total.set_axis(cells.index).rename(cells.name)
    return total, faults(cells, *told, (is_unread, "M02", say("parse.amount")))


def _rewritten(
    texts: pd.Series,
    decimal: str | None,
    unit: str,
    groups: str | None,
    shown: dict[str, bool],
    fine: dict[str, bool],
) -> tuple[pd.Series, pd.Series]:
    """Amounts as a computer writes them, and which are unclear; see `amounts` for what decides."""
    if not len(texts):
        return texts, pd.Series(False, texts.index)
    texts = sub(texts.where(texts.str.len() < 60), r"([0-9])([.,])[-–—]+", r"\1\200")
    texts = sub(texts, _ACCOUNTED, r"(\1 \2)")
    part = extracted(texts, _AMOUNT)
    body = sub(part["body"].str.strip().str.lower(), "['’]", " ")
    is_whole = matching(body, _WHOLE)
    is_fraction = {mark: matching(body, pattern) for mark, pattern in _DECIMAL.items()}
    roles = _roles(body, is_whole, is_fraction, decimal, shown)
    is_english = matching(part["before"], "[$£]") & (not decimal)
    is_unclear = np.zeros(len(body), bool)
    number = sub(body, "[ .,]")
    for mark, other_mark in _OTHER.items():
        is_either = is_whole & is_fraction[mark]
        role = np.full(len(body), roles[mark] or "unclear")
        # "2.375" in English has a fraction; "2,375" of other languages may be English
        if groups in (mark, ","):
            role[role == "unclear"] = "group" if mark == groups else "decimal"
        english_role = "group" if mark == "," else "decimal"
        role[is_english & ((role == "unclear") | (mark == ","))] = english_role
        is_decimal = is_either & (role == "decimal")
        ends_in_zero = is_decimal & matching(body, rf"\{mark}[0-9]{{2}}0$")
        if not decimal and not fine[mark] and ends_in_zero.any():
            role[is_decimal] = "unclear"
        is_unclear |= is_either & (role == "unclear")
        has_decimals = is_fraction[mark] & ~(is_either & (role == "group"))
        number = number.mask(has_decimals, sub(sub(body, rf"[ \{other_mark}]"), rf"\{mark}", "."))

    has = {name: matching(part[name], ".") for name in part}
    is_negative = has["open"] | matching(part["minus"], "[^+]") | has["minus2"] | has["minus3"]
    is_power = matching(body, "e")
    # "5 m" may be metres, "5 t" tons
    is_metre = matching(part["scale"], "^(?:m|[tT])$") & ~has["after"] & ~has["before"]
    is_read = (is_whole | is_fraction[","] | is_fraction["."]) & (has["open"] == has["close"])
    is_read &= ~is_unclear & ~is_metre & ~(is_power & has["scale"])
    scale = mapped(part["scale"].str.lower(), _SCALES | {"": unit}).mask(is_power, "")
    sign = pd.Series(np.where(is_negative, "-", ""), body.index, dtype="str")
    return (sign + number + scale).where(is_read), pd.Series(is_unclear, body.index)


def _roles(
    body: pd.Series,
    is_whole: np.ndarray,
    is_fraction: dict[str, np.ndarray],
    decimal: str | None,
    shown: dict[str, bool],
) -> dict[str, str | None]:
    """What a mark before three digits is in this column: "decimal", "group", or None.

    What is said to be the decimal mark is none where an amount holds it twice ("1,000,000").
    """
    decimals, groups = {}, {}
    for mark, other_mark in _OTHER.items():
        decimals[mark] = shown[mark] or (is_fraction[mark] & ~is_whole).any()
        is_group = ~is_fraction[mark] & (is_whole | is_fraction[other_mark])
        groups[mark] = (matching(body, rf"\{mark}") & is_group).any()
    if decimal:
        parts_thousands = groups[decimal] and not decimals[decimal]
        own_role = "group" if parts_thousands else "decimal"
        return {decimal: own_role, _OTHER[decimal]: "group"}
    roles: dict[str, str | None] = {}
    for mark, other_mark in _OTHER.items():
        tells = decimals[mark] or groups[mark]
        is_decimal, is_group = (decimals, groups) if tells else (groups, decimals)
        of = mark if tells else other_mark
        roles[mark] = None
        if is_decimal[of] != is_group[of]:
            roles[mark] = "decimal" if is_decimal[of] else "group"
    return roles


@remembered
def currencies(cells: pd.Series, *, named: bool = False) -> pd.Series:
    """The currency that an amount bears or a cell names, as its ISO code; missing where there is
    none. A sign that several countries share (`$`, `kr`, `Rs`, `¥`, `FCFA`) stays that sign.

    Where cells name currencies (`named`), any word of three letters is a code, and what is no known
    currency is one of its own.

    >>> currencies(pd.Series(["$10,000", "12 k€", "250", "US Dollars"])).tolist()
    ['$', 'EUR', nan, 'USD']
    >>> currencies(pd.Series(["sek", "Bitcoin"]), named=True).tolist()
    ['SEK', 'Bitcoin']
    >>> currencies(pd.Series(["Rs. 10,000", "NPR 500"])).tolist()
    ['Rs', 'NPR']
    """
    plain = text(cells)
    if matching(plain, _PHRASE).any():
        plain = without_phrases(plain)
    is_bare_number = ~matching(plain, r"[^0-9.,'’ +()-]")
    parts = extracted(plain.mask(is_bare_number), _AMOUNT)
    borne = mapped((parts["before"] + parts["after"]).str.lower(), _CURRENCIES)
    borne = borne.fillna(mapped(plain.str.lower(), _CURRENCIES))
    if not named:
        return borne
    code = plain.mask(matching(plain, "^[A-Za-z]{3}$"), plain.str.upper()).mask(is_bare_number)
    # an amount may be but "€", which is none; a currency is not
    return borne.fillna(code.mask(cells.astype("str").str.strip().eq("€"), "EUR"))


@remembered
def upper_bounds(cells: pd.Series, **form) -> pd.Series:
    """What an amount is at most, where a cell says no more ("Up to $500,000"); missing where it is
    none.

    Such a cell is no amount: `amounts` leaves it missing, and a fault. `form` are the arguments of
    `amounts`.

    >>> upper_bounds(pd.Series(["Up To $500,000", "jusqu'à 5 000 €", "12 000"])).tolist()
    [500000.0, 5000.0, <NA>]
    """
    plain = text(cells)
    is_bound = matching(plain, _BOUND)
    if not is_bound.any():
        return pd.Series(pd.NA, cells.index, name=cells.name, dtype="Float64")
    return amounts(sub(plain, _BOUND).where(is_bound), **form)[0]


def integers(cells: pd.Series) -> Read:
    """Whole numbers, Int64; a number with a fraction is a fault.

    >>> integers(pd.Series(["1 200", "3.0", "2,5"]))[0].tolist()
    [1200, 3, <NA>]
    """
    numbers, unread = amounts(cells)
    is_broken = (numbers.mod(1).ne(0) | numbers.abs().gt(2**53)).fillna(False).astype(bool)
    broken = faults(cells, (is_broken, "M02", say("parse.whole")))
    return numbers.mask(is_broken).astype("Int64"), pd.concat([unread, broken])
