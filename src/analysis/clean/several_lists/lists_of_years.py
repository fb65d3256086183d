"""Lists named for years apart that hold equal rows: the list of one year may carry over what the
list of another tells, or each may tell what was paid in its year of the same grants.
"""

import re

import pandas as pd

from analysis.clean.records.rows import column
from analysis.clean.several_lists.list_versions import day_in_name, words_but_of_versions
from analysis.parse.month_names import ENDINGS_OF_MONTHS, NAMES_OF_MONTHS
from analysis.read.figures import YEAR

_A_YEAR = len("2019")
# "au 31-12-2019", "fin juin 2019": as of a day or month, of all that there was until then
_DAY = re.compile(
    r"\d{1,2}[-_. ]\d{1,2}[-_. ](?:19|20)\d\d|"
    rf"(?<![a-z])(?:{NAMES_OF_MONTHS})(?:{ENDINGS_OF_MONTHS})?\W*_?(?:19|20)\d\d"
)


def years_named(source: str) -> set[int]:
    """The years for which a source is named; none where it is named as of a day or a month.

    >>> years_named("versements 2019.csv"), sorted(years_named("suivi.xlsx#2016-2018"))
    ({2019}, [2016, 2017, 2018])
    >>> years_named("export-2018-03-31.csv"), years_named("au 31-12-2018.csv"), years_named("a.csv")
    (set(), set(), set())
    >>> years_named("fin juin 2019.csv"), years_named("Marseille 2019.csv")
    (set(), {2019})
    """
    if len(day_in_name(source)) > _A_YEAR or _DAY.search(source.casefold()):
        return set()
    years: set[int] = set()
    for written in re.findall(rf"(?<!\d)(?:{YEAR.pattern})(?!\d)", source):
        first, last = int(written[:4]), int(written[:2] + written[-2:])
        years.update(range(first, max(first, last) + 1))
    return years


def are_of_years_apart(rows: pd.DataFrame, into: pd.Series) -> pd.Series:
    """Whether each row equals one of another list (`into`; -1: none) though both are named alike
    but for their years, and one of the two not for the year in which the row begins: whether the
    other list carries it over or tells of another payment, nothing says. Where only a year is its
    date, that is the year of which it tells; where an amount of one reference differs, one list is
    a later version of the other.

    >>> rows = pd.DataFrame({"date": pd.to_datetime(["2019-02-01", "2019-02-01"])})
    >>> rows = rows.assign(source=["2019.csv", "2020.csv"], date_precision="day", amount=10.0)
    >>> are_of_years_apart(rows, pd.Series([-1, 0])).tolist()
    [False, True]
    """
    equal = into[into >= 0]
    if equal.empty:
        return pd.Series(False, rows.index)
    years = {source: years_named(str(source)) for source in rows["source"].unique()}
    pairs = pd.DataFrame(
        {
            "source": rows["source"][equal.index].astype("str").array,
            "other": rows["source"][equal].astype("str").array,
            "year": rows["date"][equal.index].dt.year.array,
            "tells_year": rows["date_precision"][equal.index].eq("year").array,
            "is_equal": (column(rows, "amount", "Float64")[equal.index].array)
            == column(rows, "amount", "Float64")[equal].array,
        },
        index=equal.index,
    )
    is_apart = [
        _is_apart(pair.year, years[pair.source], years[pair.other])
        and words_but_of_versions(pair.source) == words_but_of_versions(pair.other)
        for pair in pairs.itertuples()
    ]
    is_open = pd.Series(is_apart, equal.index, dtype=bool) & ~pairs["tells_year"].fillna(False)
    pairs["is_equal"] = pairs["is_equal"].fillna(False).astype(bool)
    is_no_version = pairs.groupby(["source", "other"])["is_equal"].transform("all")
    return (is_open & is_no_version).reindex(rows.index, fill_value=False)


def _is_apart(year: int, years: set[int], other_years: set[int]) -> bool:
    """Whether two lists are named for other years, and not both for a year."""
    are_two = bool(years) and bool(other_years) and years != other_years
    return are_two and year not in years & other_years


def lists_of_years_alike(rows: pd.DataFrame, into: pd.Series) -> pd.DataFrame:
    """Pairs of lists named for years apart with how many `rows` are equal, of which study.toml says
    neither whether these are the same grants nor which list to believe: columns source, other,
    rows.
    """
    equal = into[are_of_years_apart(rows, into)]
    is_told = column(rows, "~same_as_others", "boolean").notna()
    is_told |= column(rows, "~precedence", "Int64").notna()
    equal = equal[~is_told[equal.index].to_numpy() & ~is_told[equal].to_numpy()]
    source = rows["source"].astype("str")
    pairs = pd.DataFrame({"source": source[equal.index].array, "other": source[equal].array})
    return pairs.value_counts(sort=False).rename("rows").reset_index()
