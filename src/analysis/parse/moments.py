"""Dates with their precision, and periods, as people write them."""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.parse.column import (
    STRING,
    Distinct,
    clean,
    distinct,
    flags,
    like,
    mapped,
    sub,
    synonyms,
)
from analysis.text import formatting

_ = formatting.text
PRECISIONS = {
    "day": 0,
    "month": 1,
    "quarter": 3,
    "half-year": 6,
    "year": 12,
}  # precision of a date -> months that it leaves open
_NAMES = list(PRECISIONS)
_MONTHS = {
    "juin": "6",
    "juil": "7",
    "jan": "1",
    "fev": "2",
    "feb": "2",
    "mar": "3",
    "avr": "4",
    "apr": "4",
    "mai": "5",
    "may": "5",
    "jun": "6",
    "jul": "7",
    "aou": "8",
    "aug": "8",
    "sep": "9",
    "oct": "10",
    "nov": "11",
    "dec": "12",
}
_ENDINGS = "vier|v|uary|rier|ruary|r|s|ch|il|e|let|y|ust|tembre|tember|t|obre|ober|embre|ember"
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})(?:{_ENDINGS})?\.?"
_Y, _YY = r"(?P<y>[1-9][0-9]{3})", r"(?P<y>[1-9][0-9]{3}|[0-9]{2})"
_M, _D = r"(?P<m>0?[1-9]|1[0-2])", r"(?P<d>[0-9]{1,2})"
_NTH = r"(?: ?(?:er|e|eme|nd|rd|st|th))? ?"
_PARTS = {  # of a year, written before or after it
    r"(?:trimestre |trim\.? ?|t|q)(?P<q>[1-4])": "quarter",
    rf"(?P<q>[1-4]){_NTH}(?:trimestre|trim\.?|quarter|t|q)": "quarter",
    r"(?:semestre |sem\.? ?|s|h)(?P<h>[12])": "half-year",
    rf"(?P<h>[12]){_NTH}(?:semestre|sem\.?|half|s|h)": "half-year",
}
_FORMS = {  # form -> precision; each is tried on what the forms before it could not read
    rf"^{_Y}[-/. ](?P<m>[0-9]{{1,2}})[-/. ]{_D}$": "day",
    rf"^(?P<a>[0-9]{{1,2}})[-/. ](?P<b>[0-9]{{1,2}})[-/. ]{_YY}$": "day",
    rf"^{_Y}$": "year",
    r"^(?P<y>[12][0-9]{3})(?P<m>[0-9]{2})(?P<d>[0-9]{2})$": "day",
    rf"^{_D}(?:er|st|nd|rd|th)?[-/. ]*{_NAME}[-/., ]*{_YY}$": "day",
    rf"^{_NAME} ?{_D}(?:st|nd|rd|th)?,? {_Y}$": "day",
    rf"^{_NAME}[-/. ]*{_YY}$": "month",
    rf"^{_M}[-/.]{_Y}$": "month",
    rf"^{_Y}[-/]{_M}$": "month",
    rf"^{_Y} ?[-/_] ?(?P<next>[1-9][0-9]{{3}}|[0-9]{{2}})$": "year",
    r"^[fa]y[ '’]*(?P<y>[0-9]{2})$": "year",
    r"^[fa]y[ '’]*(?P<y>[0-9]{2}) ?[-/] ?(?P<next>[0-9]{2})$": "year",
    r"^(?P<serial>[2-7][0-9]{4})(?:[.,][0-9]+)?$": "day",
}
_FORMS |= {
    form: name
    for part, name in _PARTS.items()
    for form in (rf"^{part}[-/ ]*(?:(?:de|of|l'exercice|exercice) )*{_Y}$", rf"^{_Y}[-/ ]*{part}$")
}
_TIME = r"(?:[ t]|, )[0-9]{1,2}[:h][0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[ap]m)?(?: ?z| ?[+-][0-9]{2}:?[0-9]{2})?$"
_WEEKDAY = (
    r"^(?:le )?(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|"
    r"thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?),? )?"
)
_YEARLY = (
    r"^(?:(?:annees?|exercice|saison|campagne|bp|(?:financial |fiscal |calendar |tax )?year|cy|en)"
    r"(?: (?:budgetaire|civile|scolaire|sportive|ending))? ?)+"
)
# A part of a year that begins nobody knows when ("Q1 FY16", "T2 2015/16") tells that year and no more.
_PART = "(?:" + re.sub(r"\?P<\w>", "?:", "|".join(_PARTS)) + ")"
_FISCAL = (
    r"([fa]y[ '’]*[0-9]{2,4}(?: ?[-/] ?[0-9]{2,4})?|[12][0-9]{3} ?[-/_] ?(?:[12][0-9]{3}|[0-9]{2}))"
)
_MEETING = (
    r"^(?:c[amp]|(?:conseil|commission|comite|assemblee)(?: \pL+)?|seance|deliberation|decision|arrete|convention|vote)"
    r"(?: n ?[°o] ?[^ ]+)? (?:en date )?(?:du )?"
)
_ZONE = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:z|[+-][0-9]{2}:[0-9]{2})$"
_BLANK = np.array(
    ["1899-12-30", "1899-12-31", "1900-01-01"], dtype="M8[D]"
)  # what offices make of a blank: no day
_SPREADSHEET, _1904 = (
    np.datetime64("1899-12-30"),
    np.datetime64("1904-01-01"),
)  # the day 0 of spreadsheets


class Days(NamedTuple):
    """Distinct texts as dates: first day, place of the precision in `_NAMES` (-1: not a date), whether the end is open."""

    date: np.ndarray
    precision: np.ndarray
    open: np.ndarray


def _days(
    text: pa.Array,
    order: str | None,
    usual: str = "day",
    said: bool = False,
    zero: np.datetime64 = _SPREADSHEET,
) -> Days:
    lower = pc.utf8_lower(text)
    endless = flags(pc.is_in(lower, pa.array(list(synonyms("open end")), STRING)))
    plain = sub(pc.utf8_normalize(lower, "NFKD"), r"\pM+")
    plain = sub(
        sub(sub(pc.replace_substring(plain, "–", "-"), _TIME), _WEEKDAY),
        r"^([0-9]{4,5})[.,]0+$",
        r"\1",
    )
    whole = sub(
        sub(plain, rf"^{_PART}[-/, ]*(?:of |de )?{_FISCAL}$", r"\1"),
        rf"^{_FISCAL}[-/, ]*{_PART}$",
        r"\1",
    )
    yearly, plain = (
        like(plain, rf"{_YEARLY}|^[fa]y") | flags(pc.not_equal(whole, plain)) | said,
        whole,
    )
    plain = sub(sub(sub(plain, _YEARLY), _ZONE, r"\1"), r"^[fa]y[ '’]*([0-9]{4})", r"\1")
    plain = sub(sub(plain, r" ?(?:\([^)]*\)|\*+)$"), _MEETING)
    first_year, _last_year = _year_ranges(plain)
    plain = pc.coalesce(first_year, plain)
    empty = {"y": -1, "m": 1, "d": 1, "a": -1, "b": 0, "q": 0, "h": 0, "next": 0, "serial": 0}
    at = {name: np.full(len(text), fill, "i8") for name, fill in empty.items()}
    precision = np.full(len(text), -1, "i8")
    todo = np.flatnonzero(flags(pc.is_valid(plain)) & ~endless)
    for form, name in _FORMS.items():
        found = pc.extract_regex(plain.take(pa.array(todo)), form)
        hit = flags(pc.is_valid(found))
        rows, found = todo[hit], found.filter(pa.array(hit))
        for field in found.type:
            values = pc.struct_field(found, field.name)
            values = mapped(values, _MONTHS) if field.name == "name" else values
            at["m" if field.name == "name" else field.name][rows] = values.cast(pa.int64())
        precision[rows] = _NAMES.index(name)
        todo = todo[~hit]

    pair, first, second = at["a"] >= 0, at["a"], at["b"]
    if order is None:
        month_first = (first <= 12) & (second > 12) & (second <= 31)
        day_first = (second <= 12) & (first > 12) & (first <= 31)
        shown = ((pair & month_first).any(), (pair & day_first).any())
        order = {(True, False): "month", (False, False): usual}.get(shown, "day")
    month = np.where(pair, first if order == "month" else second, at["m"])
    day = np.where(pair, second if order == "month" else first, at["d"])
    month = np.where(at["q"] > 0, 3 * at["q"] - 2, np.where(at["h"] > 0, 6 * at["h"] - 5, month))
    year = at["y"] + np.select([at["y"] >= 100, at["y"] >= 30, at["y"] >= 0], [0, 1900, 2000], 0)
    spans = at["next"] > 0
    last = np.where(
        at["next"] < 100,
        year - year % 100 + at["next"] + 100 * (at["next"] < year % 100),
        at["next"],
    )
    yearly |= (spans & (last == year + 1)).any()
    if yearly.any():  # the cell is said to be a year, or the column holds 2017/18: its 2011/12 is a financial year, not a month
        season = (
            (precision == _NAMES.index("month"))
            & (month == (year + 1) % 100)
            & like(plain, "^[0-9]{4}[-/][0-9]{2}$")
            & yearly
        )
        precision[season], month[season] = _NAMES.index("year"), 1

    start = (np.clip(year, 0, 9999) - 1970).astype("M8[Y]").astype("M8[M]") + (
        np.clip(month, 1, 12) - 1
    )
    date = start.astype("M8[D]") + (day - 1)
    sound = (
        (year >= 1800)
        & (year < 2200)
        & (month >= 1)
        & (month <= 12)
        & (day >= 1)
        & (date.astype("M8[M]") == start)
    )
    sound &= ~spans | ((last > year) & (last <= year + 10))
    serial = at["serial"] > 0
    endless |= (precision >= 0) & (year >= 2900)
    sound &= (precision != _NAMES.index("day")) | ~np.isin(date, _BLANK)
    precision[~(sound | serial)] = -1
    return Days(np.where(serial, zero + at["serial"], date), precision, endless)


def dates(
    cells: pd.Series,
    *,
    order: str | None = None,
    usual: str = "day",
    yearly: bool = False,
    since_1904: bool = False,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Dates: `date`, the first day of what is written, and `precision`, one of day, month, quarter, half-year, year.

    The day stands before the month, unless `order="month"`, or unless the column holds dates that can only be read month
    first and none that can only be read day first; `usual` decides where it holds neither. In a `yearly` column 2011-12 is a
    financial year, not a month. Two-digit years are 1930-2029. A number of five digits is a day of a spreadsheet, of
    which some count `since_1904`. An open end (`en cours`, `31/12/9999`) is missing without fault; an impossible date is a fault (rule M04).

    >>> dates(pd.Series(["03/04/2016", "avril 2016", "T2 2016", "30/02/2016", "en cours"]))[0]
            date precision
    0 2016-04-03       day
    1 2016-04-01     month
    2 2016-04-01   quarter
    3        NaT       NaN
    4        NaT       NaN
    """
    column = distinct(cells)
    days = _days(column.text, order, usual, yearly, _1904 if since_1904 else _SPREADSHEET)
    read = (days.precision >= 0) & ~days.open
    bad = flags(pc.is_valid(column.text)) & ~read & ~days.open
    faults = column.faults((bad, "M04", _("expected a date such as 27/06/2018, June 2018 or 2018")))
    return pd.DataFrame(
        {
            "date": _timestamps(column, days.date, read),
            "precision": _precision(column, days.precision, read),
        }
    ), faults


_YEAR_RANGES = (  # "2015 - 2022", "2015-22"; from one financial year to another: "2019/20 à 2021/22"
    r"^(?P<first>[12][0-9]{3}) ?(?P<mark>-|_|/|a|au|to|bis) ?(?P<last>[12][0-9]{3}|1[3-9]|[2-9][0-9])$",
    r"^(?P<first>[12][0-9]{3})/[0-9]{2,4} ?(?P<mark>-|a|au|to|bis) ?(?P<last>[12][0-9]{3})/[0-9]{2,4}$",
)
LONGEST_RANGE = 50  # years; two years further apart are no term


def _year_ranges(plain: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The first and the last year of texts that are ranges of years (null elsewhere), as texts.

    Two years that follow each other are one financial year ("2017-2018"), unless the column holds longer ranges.
    """
    parts = [pc.extract_regex(plain, form) for form in _YEAR_RANGES]
    first, last, mark = (
        pc.coalesce(*(pc.struct_field(part, name) for part in parts))
        for name in ("first", "last", "mark")
    )
    short = like(last, "^[0-9]{2}$")
    century = pc.utf8_slice_codeunits(first, 0, 2)
    full = pc.binary_join_element_wise(century, last, pa.scalar("", STRING))
    last = pc.if_else(pa.array(short), full, last)
    years = pc.fill_null(pc.subtract(last.cast(pa.int32()), first.cast(pa.int32())), 0)
    years = years.to_numpy(zero_copy_only=False)
    is_range = (years >= 2) & (years <= LONGEST_RANGE)
    if is_range.any():
        is_range |= (years == 1) & ~short & flags(pc.not_equal(mark, "/"))
    none = pa.scalar(None, STRING)
    is_range = pa.array(is_range)
    return pc.if_else(is_range, first, none), pc.if_else(is_range, last, none)


def range_ends(cells: pd.Series) -> pd.Series:
    """The last day of a range of years, of which `dates` tells the first; missing where a cell is none.

    >>> range_ends(pd.Series(["2015 - 2022", "2019/20 - 2021/22", "2017/18", "2016"])).dt.year.tolist()
    [2022.0, 2021.0, nan, nan]
    """
    column = distinct(cells)
    plain = sub(pc.utf8_normalize(pc.utf8_lower(column.text), "NFKD"), r"\pM+")
    _first_year, last_year = _year_ranges(pc.replace_substring(plain, "–", "-"))
    known = flags(pc.is_valid(last_year))
    year = pc.fill_null(last_year.cast(pa.int64()), 1970).to_numpy(zero_copy_only=False)
    last_day = (year - 1969).astype("M8[Y]").astype("M8[D]") - 1
    return _timestamps(column, last_day, known)


def _timestamps(column: Distinct, date: np.ndarray, known: np.ndarray) -> pd.Series:
    return column.spread(pa.array(date.astype("M8[us]"), mask=~known), "datetime64[us]")


def _precision(column: Distinct, precision: np.ndarray, known: np.ndarray) -> pd.Series:
    return column.spread(pa.array(_NAMES, STRING).take(pa.array(precision, mask=~known)))


def _last(date: np.ndarray, precision: np.ndarray) -> np.ndarray:
    """The last day of the day, month, quarter, half-year or year that begins on a date."""
    months = np.array(list(PRECISIONS.values()))[np.maximum(precision, 0)]
    return np.where(
        months, (date.astype("M8[M]") + months).astype("M8[D]") - 1, date.astype("M8[D]")
    )


_YEARS = r"^(?P<start>[1-9][0-9]{3}) ?[-/_à] ?(?P<end>[1-9][0-9]{3})$"
_PERIODS = (
    _YEARS,
    r"^(?:du |de |from )?(?P<start>.*?) ?(?:_| au | à | jusqu'au | to | until | - | – |→|->) ?(?P<end>.*)$",
    r"^(?P<start>[0-9]+/[0-9]+/[0-9]+)[-–](?P<end>[0-9]+/[0-9]+/[0-9]+)$",
    r"^(?P<start>[0-9]+-[0-9]+-[0-9]+)/(?P<end>[^/]+)$",
)


def periods(cells: pd.Series, *, order: str | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Periods: `start`, `end` (the last day, inclusive) and the coarser `precision` of the two; a date is its own period.

    An open end is missing without fault. A period that ends before it starts is missing, and a fault (rule R01).

    >>> periods(pd.Series(["2017-01-04_2021-06-21", "du 01/09/2017 au 31/08/2018", "2016"]))[0]
           start        end precision
    0 2017-01-04 2021-06-21       day
    1 2017-09-01 2018-08-31       day
    2 2016-01-01 2016-12-31      year
    """
    column = distinct(cells)
    lower = pc.utf8_lower(column.text)
    whole = _days(column.text, order)
    start = end = pa.nulls(len(lower), STRING)
    split = np.zeros(len(lower), bool)
    for form in _PERIODS:
        found = pc.extract_regex(lower, form)
        hit = (
            flags(pc.is_valid(found))
            & ~split
            & ~whole.open
            & ((whole.precision < 0) | (form == _YEARS))
        )
        start = pc.if_else(pa.array(hit), pc.struct_field(found, "start"), start)
        end = pc.if_else(pa.array(hit), pc.struct_field(found, "end"), end)
        split |= hit
    first_year, last_year = _year_ranges(pc.replace_substring(lower, "–", "-"))
    start, end = pc.coalesce(first_year, start), pc.coalesce(last_year, end)
    split |= flags(pc.is_valid(first_year))
    both = _days(clean(pa.concat_arrays([start, end])), order)
    starts, ends = (
        Days(*(values[part] for values in both))
        for part in (slice(len(lower)), slice(len(lower), None))
    )
    endless = split & (ends.open | like(end, "^$"))
    first = np.where(split, starts.precision, whole.precision)
    second = np.where(split & ~endless, ends.precision, first)
    begins, ends_on = (
        np.where(split, starts.date, whole.date),
        _last(np.where(split, ends.date, whole.date), second),
    )
    read = (first >= 0) & (second >= 0) & ~whole.open
    turned = read & ~endless & (ends_on < begins)
    faults = column.faults(
        (turned, "R01", _("this period ends before it starts")),
        (
            flags(pc.is_valid(column.text)) & ~read & ~whole.open,
            "M04",
            _("expected a period such as 2017-01-01_2017-12-31, or a date"),
        ),
    )
    read &= ~turned
    frame = {
        "start": _timestamps(column, begins, read),
        "end": _timestamps(column, ends_on, read & ~endless),
        "precision": _precision(column, np.maximum(first, second), read),
    }
    return pd.DataFrame(frame), faults
