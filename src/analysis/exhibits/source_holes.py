"""What notes of figures over time say of sources: their holes (METHOD 9.7), how they end."""

import pandas as pd

from analysis.indicators import calendar_time
from analysis.study.once import once
from analysis.text.facts import Count, Label, Listed

_KINDS = {"no rows": "empty_years", "few rows": "thin_years", "not over": "unfinished_years"}
_NAMED = 3  # sources named one by one; more are counted
_UNSTEADY = 4  # sources of each kind, the largest first


def known_holes(study) -> pd.DataFrame:
    """The holes of the sources of the relations in scope, as known on the day (table `holes`)."""
    holes = study.raw("holes")
    if holes.empty:
        return pd.DataFrame(columns=["entity", "year", "first", "last", "kind"])
    entities = study.relations["entity"].astype("str").unique()
    has_begun = holes["first"] <= study.day + pd.Timedelta(days=1)
    return holes[holes["entity"].isin(entities) & has_begun]


def hole_facts(study) -> dict[str, Listed]:
    """What the phrase `holes_note` tells: the years of each kind of hole, with their sources."""
    holes = known_holes(study)
    return {
        name: Listed([Label(words) for words in named_years(holes[holes["kind"] == kind])])
        for kind, name in _KINDS.items()
    }


def missing_money(study, funding: pd.DataFrame, year: int) -> pd.DataFrame:
    """Where money of a year, or of the year before it, may be missing: `entity` and `year`.

    It is where a source has a hole, and where it does not see one of the two years, or begins to
    see in the course of the first, and gives more of the other than the convention `source_share`:
    sums of other sources are no rise and no fall. `funding` has one row per payment: `entity`,
    `year`, `amount`.
    """
    least_share = study.conventions["source_share"]
    holes = known_holes(study)
    holes = holes.loc[holes["year"].isin((year - 1, year)), ["entity", "year"]]
    windows = study.raw("windows").set_index("entity")
    begins_late = _begins_late(study, windows["first"])
    missing = [holes]
    for seen_year, other_year in ((year, year - 1), (year - 1, year)):
        amounts = funding[funding["year"] == seen_year].groupby("entity", observed=True)["amount"]
        amounts = amounts.sum()
        large = amounts.index[amounts > least_share * amounts.sum()]
        is_unseen = _misses(windows.reindex(large), other_year, other_year)
        is_first_year = windows["first"].dt.year.reindex(large) == other_year
        is_unseen |= is_first_year & large.isin(begins_late)
        missing.append(pd.DataFrame({"entity": large[is_unseen], "year": other_year}))
    return pd.concat(missing, ignore_index=True).drop_duplicates()


def sees_other_years(study, first_year: int, last_year: int) -> bool:
    """Whether some of several sources begin to see after the first of some years, or see no more
    before the last: their sum then moves with how many they are.
    """
    entities = study.relations["entity"].astype("str").unique()
    windows = study.raw("windows")
    windows = windows[windows["entity"].isin(entities)]
    return len(windows) > 1 and bool(_misses(windows, first_year, last_year).any())


def _begins_late(study, first_day: pd.Series) -> pd.Index:
    """The sources that begin to see in the course of a year: in later years, more than the
    convention `late_share` of their agreements start earlier in the year. `first_day` is by source.
    """
    agreements = study.raw("agreements")
    start, first = agreements["start"], agreements["entity"].astype("str").map(first_day)
    day_of_year = 100 * start.dt.month + start.dt.day
    is_earlier = day_of_year < 100 * first.dt.month + first.dt.day
    is_later_year = (start.dt.year > first.dt.year) & (start <= study.day)
    by_source = is_earlier[is_later_year].groupby(agreements["entity"].astype("str")).mean()
    return by_source.index[by_source > study.conventions["late_share"]]


def _misses(windows: pd.DataFrame, first_year: int, last_year: int) -> pd.Series:
    begins_later = windows["first"].dt.year > first_year
    ends_before = windows["last"].dt.year < last_year
    return begins_later | ends_before


def named_years(holes: pd.DataFrame) -> list[str]:
    """Each year with the sources that have a hole in it, by name or how many they are.

    >>> named_years(pd.DataFrame({"entity": ["A", "B", "A"], "year": [2011, 2011, 2013]}))
    ['2011 (A, B)', '2013 (A)']
    """
    words = []
    for year, entities in holes.groupby("year", sort=True)["entity"]:
        few = len(entities) <= _NAMED
        if few:
            sources = ", ".join(sorted(entities))
        else:
            sources = f"{len(entities)} sources"
        words.append(f"{year} ({sources})")
    return words


@once
def unsteady_sources(study) -> dict[str, list[dict[str, object]]]:
    """What the phrase `unsteady_sources` tells: the largest that close or fall silent."""
    courses = calendar_time.courses(study.relations, study.day)
    courses = courses.sort_values("peak", ascending=False, kind="stable")
    closing, silent = (
        courses.dropna(subset=name).head(_UNSTEADY) for name in ("faded_on", "silent_from")
    )
    return {
        "closing": [
            {
                "entity": Label(row.Index),
                "peak": Count(int(row.peak)),
                "year": str(row.peak_on.year),
                "since": str(row.faded_on.year),
            }
            for row in closing.itertuples()
        ],
        "silent": [
            {
                "entity": Label(row.Index),
                "years": "–".join(sorted({str(row.silent_from.year), str(row.silent_to.year)})),
            }
            for row in silent.itertuples()
        ],
    }
