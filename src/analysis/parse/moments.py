"""Dates with their precision, and periods; names of months: `reference/synonyms.csv`."""

from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.parse.column import extracted, faults, matching, sub, synonyms, text, without_accents
from analysis.parse.date_forms import BETWEEN_NUMBERS, numbers_of_dates, order_shown
from analysis.parse.edges_of_periods import without_edges
from analysis.parse.month_arithmetic import PRECISIONS, last_day
from analysis.parse.parts_of_a_year import ANY_PART_OF_YEAR
from analysis.parse.ranges import LONG_DASHES, day_ranges, year_ranges
from analysis.parse.remembered import remembered
from analysis.parse.stray_marks import without_stray_marks
from analysis.parse.weeks import days_of_weeks
from analysis.read import as_tuple
from analysis.text.messages import say

KEPT_TEXTS = 10_000  # of a column at most, so that what is kept stays small
_TIME = r"(?:[ t]|, )[0-9]{1,2}[:h][0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[ap]m)?(?: ?z| ?[+-][0-9]{2}:?[0-9]{2})?$"
_WEEKDAY = (
    r"^(?:le )?(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|"
    r"thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?),? )?"
)
_YEARLY = (
    r"^(?:(?:annees?|exercice|saison|campagne|bp|(?:financial |fiscal |calendar |tax )?year|cy|en\b)"
    r"(?: (?:budgetaire|civile|scolaire|sportive|ending))? ?)+"
)
# A part of a year that begins nobody knows when ("Q1 FY16", "T2 2015/16") tells that year alone.
_FISCAL = (
    r"([fa]y[ '’]*[0-9]{2,4}(?: ?[-/] ?[0-9]{2,4})?|[12][0-9]{3} ?[-/_] ?(?:[12][0-9]{3}|[0-9]{2}))"
)
_MEETING = (
    r"^(?:c[amp]|(?:conseil|commission|comite|assemblee)(?: [a-z]+)?|seance|deliberation|decision|arrete|convention|vote)"
    r"(?: n ?[°o] ?[^ ]+)? (?:en date )?(?:du )?"
)
_NUMBERS = (  # nothing around them
    rf"^[0-9]+$|^[0-9]{{1,4}}{BETWEEN_NUMBERS}[0-9]{{1,2}}{BETWEEN_NUMBERS}[0-9]{{1,4}}$"
)
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_ZONE = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:z|[+-][0-9]{2}:[0-9]{2})$"
_ZERO = r"^0{8}$|^0{4}-00-00$|^00[./]00[./]0{4}$"  # how databases write that there is no date
_NEVER = np.datetime64("2099-12-31")  # as systems write that no end is planned
_BLANK = np.array(["1899-12-30", "1899-12-31", "1900-01-01"], "M8[D]")  # what offices make of it
_DAY_ZERO = {False: np.datetime64("1899-12-30"), True: np.datetime64("1904-01-01")}
_NO_DAY = np.datetime64("NaT", "D")


def _simplified(plain: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """Small texts without the words around a date, and which are said to be of a year as a whole."""
    has_words = (plain.notna() & ~matching(plain, _NUMBERS)).to_numpy(bool)
    is_of_year = np.zeros(len(plain), dtype=bool)
    if has_words.any():
        simple = plain.copy()
        simple[has_words], is_of_year[has_words] = _without_words(plain[has_words])
        return simple, is_of_year
    return plain, is_of_year


def _without_words(plain: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """`_simplified` of texts that are more than three numbers."""
    plain = sub(sub(sub(plain, LONG_DASHES, "-"), _TIME), _WEEKDAY)
    plain = sub(plain, r"^([0-9]{4,5})[.,]0+$", r"\1")
    whole_year = sub(plain, rf"^{ANY_PART_OF_YEAR}[-/, ]*(?:of |de )?{_FISCAL}$", r"\1")
    whole_year = sub(whole_year, rf"^{_FISCAL}[-/, ]*{ANY_PART_OF_YEAR}$", r"\1")
    is_of_year = matching(plain, rf"{_YEARLY}|^[fa]y") | (whole_year.ne(plain) & plain.notna())
    plain = sub(sub(sub(whole_year, _YEARLY), _ZONE, r"\1"), r"^[fa]y[ '’]*([0-9]{4})", r"\1")
    plain = sub(sub(plain, r" ?(?:\([^)]*\)|\*+)$"), _MEETING)
    first = year_ranges(plain)["first"].fillna(day_ranges(plain)["first"])
    return first.fillna(plain), is_of_year.to_numpy(bool)


def _days(
    cells: pd.Series,
    order: str | None,
    usual: str = "day",
    yearly: bool = False,
    since_1904: bool = False,
    of_ends: bool = False,
) -> pd.DataFrame:
    """What clean texts say: `date` (its first day), `precision`, and `is_open` of an open end.

    A column is asked about first and read afterwards: what was read of a short one is kept.
    """
    read = _days_of if len(cells) <= KEPT_TEXTS else _days_of.__wrapped__
    return read(as_tuple(cells), order, usual, yearly, since_1904, of_ends).set_axis(cells.index)


@lru_cache(maxsize=256)
def _days_of(
    texts: tuple[str, ...],
    order: str | None,
    usual: str,
    yearly: bool,
    since_1904: bool,
    of_ends: bool,
) -> pd.DataFrame:
    lower = pd.Series(texts, dtype="str").str.lower()
    is_open = lower.isin(synonyms("open end")).to_numpy()
    if not matching(lower, "[0-9]").any():
        return _read_days(np.full(len(texts), _NO_DAY), np.full(len(texts), "", object), is_open)
    bare = days_of_weeks(without_stray_marks(without_accents(lower)), last=of_ends)
    plain, is_of_year = _simplified(without_edges(bare) if of_ends else bare)
    of, precision = numbers_of_dates(plain.mask(is_open))
    order = order or order_shown(of, usual)
    is_pair = of["a"] >= 0
    month = np.where(is_pair, of["a"] if order == "month" else of["b"], of["m"])
    day = np.where(is_pair, of["b"] if order == "month" else of["a"], of["d"])
    month = np.select([of["q"] > 0, of["h"] > 0], [3 * of["q"] - 2, 6 * of["h"] - 5], month)
    century = np.select([of["y"] >= 100, of["y"] >= 30, of["y"] >= 0], [0, 1900, 2000], 0)
    year = of["y"] + century
    is_span = of["next"] > 0
    same_century = year - year % 100 + of["next"] + 100 * (of["next"] < year % 100)
    last_year = np.where(of["next"] < 100, same_century, of["next"])
    is_of_year = is_of_year | yearly | (is_span & (last_year == year + 1)).any()
    # Said to be a year, or in a column with 2017/18, 2011/12 is a financial year, not a month.
    is_season = (precision == "month") & (month == (year + 1) % 100) & is_of_year
    if is_season.any():
        is_season &= matching(plain, "^[0-9]{4}[-/][0-9]{2}$")
        precision[is_season], month[is_season] = "year", 1

    first_month = (np.clip(year, 0, 9999) - 1970).astype("M8[Y]").astype("M8[M]")
    first_month += np.clip(month, 1, 12) - 1
    date = first_month.astype("M8[D]") + (day - 1)
    is_sound = (year >= 1800) & (year < 2200) & (month >= 1) & (month <= 12) & (day >= 1)
    is_sound &= date.astype("M8[M]") == first_month
    is_sound &= ~is_span | ((last_year > year) & (last_year <= year + 10))
    is_sound &= (precision != "day") | ~np.isin(date, _BLANK)
    is_never = (year >= 2900) | np.isin(date, _NEVER)
    is_open = is_open | ((precision != "") & is_never)
    is_serial = of["serial"] > 0
    date = np.where(is_serial, _DAY_ZERO[since_1904] + of["serial"], date)
    precision[~(is_sound | is_serial)] = ""
    return _read_days(date, precision, is_open)


def _read_days(date: np.ndarray, precision: np.ndarray, is_open: np.ndarray) -> pd.DataFrame:
    """The table that `_days` tells, of days that count where their precision is known."""
    is_known = precision != ""
    date = np.where(is_known, date, _NO_DAY).astype("M8[us]")
    precision = pd.array(np.where(is_known, precision, None), dtype="str")
    return pd.DataFrame({"date": date, "precision": precision, "is_open": is_open})


def _iso_days(plain: pd.Series, is_iso: np.ndarray) -> pd.DataFrame:
    """What `_days` tells of texts as 2018-06-27 and words without a digit, many times faster."""
    written = plain.where(is_iso)
    date = pd.to_datetime(written, format="%Y-%m-%d", errors="coerce").to_numpy("M8[D]")
    year = date.astype("M8[Y]").astype(int) + 1970
    is_never = (date == _NEVER) | written.str.slice(0, 4).ge("2900").to_numpy()
    is_open = plain.str.lower().isin(synonyms("open end")).to_numpy() | is_never
    is_sound = (year >= 1800) & (year < 2200) & ~np.isin(date, _BLANK)
    precision = np.where(is_sound, "day", "").astype(object)
    return _read_days(date, precision, is_open).set_axis(plain.index)


@remembered
def dates(
    cells: pd.Series,
    *,
    order: str | None = None,
    usual: str = "day",
    yearly: bool = False,
    since_1904: bool = False,
    of_ends: bool = False,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Dates: `date`, the first day of what is written, and `precision`, one of `PRECISIONS`.

    The day stands before the month, unless `order="month"`, or unless the column holds dates that
    can only be read month first and none that can only be read day first; `usual` decides where it
    holds neither. In a `yearly` column 2011-12 is a financial year, not a month. Two-digit years
    are 1930-2029; five digits are a day of a spreadsheet, of which some count `since_1904`. In a
    column `of_ends` "fin 2018" is 2018, whose last day is meant. An open end (`en cours`,
    `31/12/9999`) is missing without fault; an impossible date is a fault (M04).

    >>> dates(pd.Series(["03/04/2016", "avril 2016", "T2 2016", "30/02/2016", "en cours"]))[0]
            date precision
    0 2016-04-03       day
    1 2016-04-01     month
    2 2016-04-01   quarter
    3        NaT       NaN
    4        NaT       NaN
    """
    plain = text(cells)
    is_zero = matching(plain, _ZERO)
    if is_zero.any():
        plain = plain.mask(is_zero)
    is_iso = matching(plain, _ISO)
    if is_iso.sum() == matching(plain, r"\pN").sum():  # as workbooks give them
        days = _iso_days(plain, is_iso)
    else:
        days = _days(plain, order, usual, yearly, since_1904, of_ends)
    read = days[["date", "precision"]]
    if days["is_open"].any():
        read = read.mask(days["is_open"])
    unread = plain.notna() & read["date"].isna() & ~days["is_open"]
    message = say("parse.date")
    return read, faults(cells, (unread, "M04", message))


def open_ends(cells: pd.Series) -> pd.Series:
    """Whether each cell says that something goes on ("en cours", 31/12/9999), which no blank does."""
    return _days(text(cells), None)["is_open"].astype(bool) & text(cells).notna()


@remembered
def range_ends(cells: pd.Series) -> pd.Series:
    """The last day of a range of years or days, of which `dates` tells the first; else missing.

    >>> ranges = ["2015 - 2022", "12 Jan 2019 to 31 Mar 2021", "March 1, 2016 → May 2, 2018", "2017/18"]
    >>> range_ends(pd.Series(ranges)).dt.year.tolist()
    [2022.0, 2021.0, 2018.0, nan]
    """
    lower = without_stray_marks(without_accents(text(cells).str.lower()))
    plain = sub(lower, LONG_DASHES, "-")
    plain = sub(sub(plain, _YEARLY), _MEETING)  # as `dates` does
    year = pd.to_datetime(year_ranges(plain)["last"] + "-12-31", format="%Y-%m-%d")
    days, _unread = dates(day_ranges(plain)["last"])
    last = last_day(days["date"], days["precision"])
    return year.astype("datetime64[us]").fillna(last).rename(cells.name)


_YEARS = r"^(?P<start>[1-9][0-9]{3}) ?[-/_à] ?(?P<end>[1-9][0-9]{3})$"
_PERIODS = (
    _YEARS,
    r"^(?:du |de |from )?(?P<start>.*?) ?(?:_| au | à | jusqu'au | to | until | - | – |→|->) ?(?P<end>.*)$",
    r"^(?P<start>[0-9]+/[0-9]+/[0-9]+)[-–](?P<end>[0-9]+/[0-9]+/[0-9]+)$",
    r"^(?P<start>[0-9]+-[0-9]+-[0-9]+)/(?P<end>[^/]+)$",
)


def periods(cells: pd.Series, *, order: str | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Periods: `start`, `end` (its last day), the coarser `precision`; a date is its own period.

    An open end is missing without fault; one that ends before it starts is a fault (rule R01).

    >>> periods(pd.Series(["2017-01-04_2021-06-21", "du 01/09/2017 au 31/08/2018", "2016"]))[0]
           start        end precision
    0 2017-01-04 2021-06-21       day
    1 2017-09-01 2018-08-31       day
    2 2016-01-01 2016-12-31      year
    """
    plain = text(cells).reset_index(drop=True)
    whole = _days(plain, order)
    lower = plain.str.lower()
    dashed = sub(without_accents(lower), LONG_DASHES, "-")
    halves = year_ranges(dashed).fillna(day_ranges(dashed)).set_axis(["start", "end"], axis=1)
    for form in _PERIODS:
        may_be_two = ~whole["is_open"] & (whole["precision"].isna() | (form == _YEARS))
        halves = halves.fillna(extracted(lower.where(may_be_two), form))
    is_split = halves["start"].notna()
    ends_of_periods = _days(text(pd.concat([halves["start"], halves["end"]])), order)
    starts = ends_of_periods[: len(plain)].where(is_split, whole)
    ends = ends_of_periods[len(plain) :].where(is_split, whole)
    has_no_end = is_split & (ends["is_open"].astype(bool) | halves["end"].eq(""))
    ends = ends.mask(has_no_end, starts)
    is_read = starts["precision"].notna() & ends["precision"].notna() & ~whole["is_open"]
    end = last_day(ends["date"], ends["precision"])
    is_turned = is_read & ~has_no_end & (end < starts["date"])
    unread = plain.notna() & ~is_read & ~whole["is_open"]
    start_is_finer = starts["precision"].map(PRECISIONS) < ends["precision"].map(PRECISIONS)
    precision = starts["precision"].mask(start_is_finer, ends["precision"])
    read = {"start": starts["date"], "end": end.mask(has_no_end), "precision": precision}
    read = pd.DataFrame(read).where(is_read & ~is_turned).set_axis(cells.index)
    expected = say("parse.period")
    turned = (is_turned, "R01", say("parse.period_turned"))
    return read, faults(cells, turned, (unread, "M04", expected))
