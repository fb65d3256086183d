"""Nothing is read across the holes of a source: facts of hand-made relations, terms and lists."""

import pandas as pd
import pytest

from analysis import relations
from analysis.clean.days import holes as clean_holes
from analysis.exhibits import cohorts, discontinuity, source_holes
from analysis.indicators import calendar_time

DAY = pd.Timestamp("2015-12-31")
HOLES = pd.DataFrame(
    {
        "entity": ["E", "E"],
        "kind": ["no rows", "not over"],
        "year": [2011, 2015],
        "first": pd.to_datetime(["2011-01-01", "2015-12-31"]),
        "last": pd.to_datetime(["2011-12-31", "2015-12-31"]),
    }
)
WINDOWS = pd.DataFrame(
    {"entity": ["E", "F"], "first": pd.Timestamp("2005-01-01"), "last": pd.Timestamp("2015-12-31")}
)
COUNTS = {2010: 30, 2011: 30, 2012: 30, 2013: 2}  # rows of each year, all of March


def known(*agreements: tuple, holes=HOLES) -> pd.DataFrame:
    """Relations of agreements (partner, entity, start, end), by partner."""
    frame = pd.DataFrame(agreements, columns=["partner_id", "entity", "start", "planned_end"])
    frame = frame.assign(agreement_id=[f"A{place}" for place in range(len(frame))])
    frame = frame.assign(
        start=pd.to_datetime(frame["start"]), planned_end=pd.to_datetime(frame["planned_end"])
    )
    built = relations.as_known_on(frame, DAY, windows=WINDOWS, holes=holes)
    return built.set_index("partner_id")


def test_a_term_whose_grace_lies_in_a_hole_is_no_end():
    found = known(
        ("before", "E", "2008-01-01", "2009-12-31"),  # its grace is over by the end of June 2010
        ("into", "E", "2009-01-01", "2010-12-31"),
        ("elsewhere", "F", "2009-01-01", "2010-12-31"),  # a source without holes
    )
    assert found["status"].to_dict() == {
        "before": "ended",
        "into": "to confirm",
        "elsewhere": "ended",
    }
    assert found["ended"].to_dict() == {"before": True, "into": False, "elsewhere": True}


@pytest.mark.parametrize(
    ("last_day", "years"),
    [
        ("2013-02-28", [(2013, "not over", 0)]),
        ("2013-03-01", [(2013, "few rows", 2)]),
        ("2013-12-31", [(2013, "few rows", 2)]),
    ],
)
def test_a_year_may_lack_rows_from_the_day_on_which_earlier_ones_had_all(last_day, years):
    dates = [f"{year}-03-01" for year, rows in COUNTS.items() for _row in range(rows)]
    dated = pd.DataFrame({"entity": "A", "date": pd.to_datetime(dates)})
    window = pd.DataFrame({"entity": ["A"], "first": dated["date"].min()})
    window["last"] = pd.Timestamp(last_day)
    found = clean_holes.source_holes(dated, window)
    assert list(found[["year", "kind", "rows"]].itertuples(index=False, name=None)) == years


@pytest.mark.parametrize(
    ("term", "status"),
    [  # a grace is the 180 days after a term; the hole is 2011, its first and its last day included
        ("2010-07-04", "ended"),
        ("2010-07-05", "to confirm"),
        ("2011-12-30", "to confirm"),
        ("2011-12-31", "ended"),
    ],
)
def test_a_hole_goes_from_its_first_to_its_last_day(term, status):
    assert known(("P", "E", "2009-01-01", term))["status"].item() == status


def test_a_start_that_follows_a_hole_closely_is_not_seen():
    found = known(
        ("closely", "E", "2012-02-01", "2013-01-31"),
        ("later", "E", "2012-09-01", "2013-08-31"),
        ("elsewhere", "F", "2012-02-01", "2013-01-31"),
    )
    assert found["start_seen"].to_dict() == {"closely": False, "later": True, "elsewhere": True}


def test_relations_are_followed_up_to_the_grace_before_a_hole():
    """Else those that came to their term just before would stand at risk beside others whose end is known."""
    found = known(
        ("long", "E", "2010-01-01", "2013-12-31"),
        ("short", "E", "2009-01-01", "2010-12-31"),
        ("late", "E", "2010-10-01", "2011-09-30"),
        ("after", "E", "2013-01-01", "2013-12-31"),
        ("elsewhere", "F", "2010-01-01", "2013-12-31"),
    ).reset_index()
    settled = relations.settled(found, DAY, 180, HOLES).set_index("partner_id")
    assert "late" not in settled.index  # begun less than the grace before the hole
    assert settled["last_known"].to_dict() == {
        "long": pd.Timestamp("2010-07-04"),
        "short": pd.Timestamp("2010-07-04"),
        "after": pd.Timestamp("2013-12-31"),
        "elsewhere": pd.Timestamp("2013-12-31"),
    }
    assert settled["ended"].to_dict() == {
        "long": False,
        "short": False,
        "after": True,
        "elsewhere": True,
    }
    whole = relations.settled(found, DAY, 180).set_index("partner_id")
    assert whole.loc["long", "last_known"] == pd.Timestamp("2013-12-31")


def test_holes_are_named_by_year_with_their_sources():
    holes = pd.DataFrame({"entity": list("ABCDCAB"), "year": [2011] * 4 + [2012] * 3})
    assert source_holes.named_years(holes) == ["2011 (4 sources)", "2012 (A, B, C)"]


# ---- absence the year after
def present(by_payment: bool, holes=HOLES.iloc[:0]) -> pd.DataFrame:
    """A list of grants of twelve months from April, each year from 2010 to 2014 to other recipients."""
    years = range(2010, 2015)
    grants = pd.DataFrame(
        {
            "entity": "E",
            "start": [pd.Timestamp(year, 4, 1) for year in years],
            "end": [pd.Timestamp(year + 1, 3, 31) for year in years],
            "partner_id": [f"P{year}" for year in years],
        }
    )
    first = pd.Series(pd.Timestamp("2010-04-01"), grants.index)
    last = pd.Series(pd.Timestamp("2014-12-31"), grants.index)
    rows = discontinuity.years_present(
        grants, first_seen=first, last_seen=last, by_payment=by_payment, holes=holes
    )
    return rows.assign(partner_id=grants["partner_id"].loc[rows.index])


def absent(rows: pd.DataFrame) -> dict[int, float]:
    rows = rows.reset_index(drop=True)
    table = calendar_time.discontinuity(rows["year"], rows["partner_id"], rows["seen"])
    return table["value"].dropna().to_dict()


def test_absence_is_read_in_years_of_payment_where_terms_are_assumed():
    """Nobody is ever paid twice: by payment all are absent, while the terms assumed cover half of the year after."""
    assert absent(present(by_payment=True)) == {2011: 1.0, 2012: 1.0, 2013: 1.0}
    assert absent(present(by_payment=False)) == {2011: 0.5, 2012: 0.5, 2013: 0.5}


def test_only_years_that_the_source_sees_whole_are_read():
    seen = present(by_payment=True)
    assert seen.loc[seen["seen"], "year"].tolist() == [2011, 2012, 2013]  # 2010 begins in April


def test_no_absence_is_read_in_a_hole():
    holes = HOLES.assign(year=[2012, 2015])
    seen = present(by_payment=True, holes=holes)
    assert seen.loc[seen["seen"], "year"].tolist() == [2013]


# ---- the charter, and years of start
def begun(year: int, months, many: int = 60) -> pd.DataFrame:
    """Relations of as many partners begun in January of a year, that ended after these months in turn."""
    duration = pd.Series([months[place % len(months)] for place in range(many)], dtype=float)
    start = pd.Timestamp(year, 1, 1)
    last = [start + pd.DateOffset(months=int(length)) - pd.Timedelta(days=1) for length in duration]
    return pd.DataFrame(
        {
            "partner_id": [f"P{year}-{place}" for place in range(many)],
            "start": start,
            "last_known": last,
            "entry_months": 0.0,
            "duration_months": duration,
            "ended": True,
        }
    )


@pytest.mark.parametrize(("since", "longer"), [((12, 24, 48), None), ((36, 48, 60), True)])
def test_the_charter_is_told_only_where_relations_last_otherwise_since(since, longer):
    followed = pd.concat([begun(2008, (12, 24, 48)), begun(2014, since)], ignore_index=True)
    compared = cohorts.since_charter(followed, pd.Timestamp("2014-01-01"), 24, 0.95, few=10)
    if longer is None:
        assert compared is None
    else:
        assert compared["value"] > 0 and compared["low"] > 0
        assert compared["before"] == pytest.approx(1 / 3) and compared["since"] == 1


def test_relations_of_one_partner_do_not_make_the_charter():
    followed = pd.concat([begun(2008, (12, 24, 48)), begun(2014, (36, 48, 60))], ignore_index=True)
    of_one = followed.assign(
        partner_id=followed["partner_id"].mask(followed["start"].dt.year == 2014, "one")
    )
    assert cohorts.since_charter(of_one, pd.Timestamp("2014-01-01"), 24, 0.95, few=10) is None


def test_the_ends_of_a_handful_do_not_make_the_charter():
    short = begun(2012, (12, 48), many=40)  # followed for two years before the charter
    handful = begun(2011, (36,), many=5)  # the only ones whose third year lies before it
    since = begun(2014, (48, 60), many=60)
    followed = pd.concat([short, handful, since], ignore_index=True)
    charter = pd.Timestamp("2014-01-01")
    assert cohorts.since_charter(followed, charter, 36, 0.95, few=10) is None
    assert cohorts.since_charter(followed, charter, 36, 0.95, few=1) is not None


def test_years_of_start_are_apart_beyond_chance_only():
    alike = pd.concat([begun(year, (6, 18)) for year in (2010, 2011, 2012)], ignore_index=True)
    assert cohorts.years_apart(alike, [2010, 2011, 2012], 12, 0.95).empty
    better = pd.concat([begun(2010, (6, 6, 6, 18)), begun(2011, (6, 18, 18, 18))])
    pair = cohorts.years_apart(better.reset_index(drop=True), [2010, 2011], 12, 0.95).iloc[0]
    assert (pair["higher"], pair["lower"], pair["value"]) == (2011, 2010, 0.5)


def test_the_most_and_the_least_of_many_years_are_apart_beyond_what_many_pairs_show():
    """40 % against 60 % of 60 differ (p = .03) where two years are compared, not as one of six pairs."""
    shares = {2010: (6, 6, 6, 18, 18), 2011: (6, 18), 2012: (18, 6), 2013: (6, 6, 18, 18, 18)}
    every = pd.concat([begun(year, months) for year, months in shares.items()], ignore_index=True)
    assert cohorts.years_apart(every, list(shares), 12, 0.95).empty
    ends = every[every["start"].dt.year.isin([2010, 2013])].reset_index(drop=True)
    assert cohorts.years_apart(ends, [2010, 2013], 12, 0.95)["higher"].tolist() == [2013]


@pytest.mark.parametrize(
    ("days_of_year", "kinds"),
    [
        (["03-05"] * 30, [(2017, "few rows")]),  # all of a year in March: six are far fewer
        (["03-05"] * 20 + ["11-02"] * 10, [(2017, "not over")]),  # a third comes in November
    ],
)
def test_a_last_year_with_few_rows_is_over_where_no_earlier_one_had_later_rows(days_of_year, kinds):
    """The source ends on 5 March 2017, with six rows for thirty a year."""
    days = [f"{year}-{day}" for year in (2014, 2015, 2016) for day in days_of_year]
    dated = pd.DataFrame({"entity": "E", "date": pd.to_datetime(days + ["2017-03-05"] * 6)})
    windows = pd.DataFrame(
        {"entity": ["E"], "first": dated["date"].min(), "last": dated["date"].max()}
    )
    holes = clean_holes.source_holes(dated, windows)
    assert list(zip(holes["year"], holes["kind"], strict=True)) == kinds
