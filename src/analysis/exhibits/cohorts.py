"""What is left of each year's new relations (F7)."""

from collections.abc import Iterator

import pandas as pd

from analysis import relations
from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import words_of
from analysis.article.rules import Rules
from analysis.charts import curves, heading, new_figure
from analysis.charts.look import room
from analysis.disclosure import permissions
from analysis.disclosure.solver import Sum
from analysis.exhibits.followed_relations import charter, estimator_columns, headline, horizon_facts
from analysis.exhibits.group_durations import larger_first
from analysis.exhibits.source_holes import hole_facts
from analysis.indicators import calendar_time, durability
from analysis.stats import differences, survival
from analysis.text.facts import Count, Interval, Label, Listed, Months, Points, Share


def F7(study) -> Exhibit:
    """Cohorts: what is left of each year's new relations after one, two, three years."""
    words = words_of(study, "F7")
    requested, numbers = study.parameters, study.conventions
    followed = study.followed
    grace = pd.Timedelta(days=requested.grace_days)
    settled_days = relations.settled_days(
        followed, study.seen_until(followed), requested.grace_days, study.raw("holes")
    )
    data = durability.cohorts(
        followed,
        settled_days + grace,
        grace_days=requested.grace_days,
        confidence=requested.confidence,
    )
    data = data[data["value"].notna()]
    every_year = data["cohort"].astype("int64")
    data = data[data["n"] >= numbers["percent_from"]]
    words.refuse_if(data.empty, "none")
    data = data.astype({"cohort": "int64"}).reset_index(drop=True)
    spans = sorted(set(data["months"]))
    shortest = data[data["months"] == spans[0]]
    first, last = shortest.iloc[0], shortest.iloc[-1]
    years = list(shortest["cohort"])
    years_that_differ = years_apart(followed, years, spans[0], requested.confidence)
    ends = [first["cohort"], last["cohort"]]
    moved = years_that_differ[
        years_that_differ["higher"].isin(ends) & years_that_differ["lower"].isin(ends)
    ]
    widest = {"higher": years[0], "lower": years[0]}
    if len(years_that_differ):
        widest = years_that_differ.iloc[0]
    by_year = shortest.set_index("cohort")
    higher, lower = by_year.loc[widest["higher"]], by_year.loc[widest["lower"]]
    few_years = years_not_among(every_year, data["cohort"])
    is_left_out = bool(few_years)
    if not permissions.may_name_partners(study):  # how few they are is not told year by year
        few_years = Listed([])
    facts = (
        horizon_facts(spans[0])
        | hole_facts(study)
        | {
            "one_year": len(years) == 1,
            "longest": Months(spans[-1]),
            "moved": bool(len(moved)),
            "uneven": bool(len(years_that_differ)),
            "first": Label(str(int(first["cohort"]))),
            "last": Label(str(int(last["cohort"]))),
            "first_share": Share(first["value"], of=int(first["known"])),
            "last_share": Share(last["value"], of=int(last["known"])),
            "interval": Interval(last["low"], last["high"]),
            "last_n": Count(int(last["n"])),
            "few": min(first["n"], last["n"]) < numbers["interval_below"],
            "low": Share(lower["value"], of=int(lower["known"])),
            "lowest": Label(str(int(widest["lower"]))),
            "high": Share(higher["value"], of=int(higher["known"])),
            "highest": Label(str(int(widest["higher"]))),
            "some_left_out": is_left_out,
            "few_years": few_years,
        }
    )
    facts |= charter_facts(study, followed)

    def draw(data, narrow):
        figure, panels = new_figure(narrow, height=2.9, panels=len(spans), share=True)
        cohorts = sorted(set(data["cohort"]))
        points = []
        for panel, months in zip(panels, spans, strict=True):
            rows = data[data["months"] == months]
            heading(panel, words.picture("after", **horizon_facts(months)))
            table = rows.assign(group="", x=rows["cohort"].astype(float))
            points += curves.bands(panel, table, "durability", narrow, limits=(0, 1))
            room_for_value = 0.4 + room("cohort_value", narrow) * len(cohorts)
            panel.set_xlim(cohorts[0] - 0.3, cohorts[-1] + room_for_value)
            curves.year_ticks(panel, cohorts, room("cohort_years", narrow))
        return figure, points

    n = data.drop_duplicates("cohort")["n"].sum()
    rules, formats = Rules(sums=_one_after_another), {"value": "percent", "cohort": "text"}
    return Exhibit.of(
        words, "durability", data, draw, n=n, facts=facts, formats=formats, rules=rules
    )


def years_not_among(every_year: pd.Series, years_shown: pd.Series) -> Listed:
    """The years that a figure leaves out for their few relations or partners, in their order."""
    few_years = sorted(set(every_year.astype(int)) - set(years_shown.astype(int)))
    return Listed([Label(str(year)) for year in few_years])


def years_apart(
    followed: pd.DataFrame, years: list[int], months: float, confidence: float
) -> pd.DataFrame:
    """The pairs of years of start whose shares left after so many months differ for sure (columns
    higher, lower, value), the widest first; by partner, and Holm over all pairs.
    """
    if len(years) < 2:
        return pd.DataFrame(columns=["higher", "lower", "value"])
    begun = followed["start"].dt.year
    rows = followed[begun.isin(years) & (followed["entry_months"] <= 0)]
    pairs = differences.of_survival(
        **estimator_columns(rows),
        group=begun.loc[rows.index].to_numpy(),
        time=months,
        cluster=rows["partner_id"].to_numpy(object),
        confidence=confidence,
    )
    table = larger_first(pairs)
    table = table.rename(columns={"larger": "higher", "smaller": "lower"})
    table = table.loc[table["p_holm"] < 1 - confidence, ["higher", "lower", "value"]]
    return table.sort_values("value", ascending=False, kind="stable")


def charter_facts(study, followed: pd.DataFrame) -> dict:
    """Whether relations last longer since the charter, told only where the difference is sure."""
    compared = None
    if study.is_programme and not followed.empty:
        horizon = headline(study).months
        compared = since_charter(
            followed,
            charter(study),
            horizon,
            study.parameters.confidence,
            few=study.conventions["curve_at_risk"],
        )
    if compared is None:
        names = ("charter", "before", "since", "charter_interval", "longer", "charter_horizon")
        return dict.fromkeys([*names, "charter_years"])
    n = len(followed)
    return {
        "charter": Points(compared["value"]),
        "before": Share(compared["before"], of=n),
        "since": Share(compared["since"], of=n),
        "charter_interval": Interval(100 * compared["low"], 100 * compared["high"], share=False),
        "longer": bool(compared["value"] > 0),
        "charter_horizon": horizon_facts(horizon)["horizon"],
        "charter_years": horizon_facts(horizon)["years"],
    }


def since_charter(
    followed: pd.DataFrame,
    charter_day: pd.Timestamp,
    horizon: float,
    confidence: float,
    *,
    few: float,
) -> dict | None:
    """Survival at the horizon before and since the charter, where they differ for sure; else None.

    A relation followed in both windows, and a partner's relations, count as alike on both sides.
    None too where fewer than `few` relations are at risk at some time up to the horizon: the end of
    one of a handful would decide.
    """
    cut = calendar_time.follow_up_by_window(followed, [charter_day])
    if cut["window"].nunique() < 2:
        return None
    columns = estimator_columns(cut)
    window = cut["window"].to_numpy()
    curves_by_window = durability.curve(**columns, strata=window)
    if _fewest_at_risk(curves_by_window, horizon) < few:
        return None
    pair = differences.of_survival(
        **columns,
        group=window,
        time=horizon,
        cluster=cut["partner_id"].to_numpy(object),
        confidence=confidence,
    ).iloc[0]
    if not (pair["low"] > 0 or pair["high"] < 0):
        return None
    survival_by_window = survival.at(curves_by_window, horizon)["value"]
    return {
        "before": survival_by_window.loc[0],
        "since": survival_by_window.loc[1],
        "value": -pair["value"],  # the pair is before - since
        "low": -pair["high"],
        "high": -pair["low"],
    }


def _fewest_at_risk(curves_by_window: pd.DataFrame, horizon: float) -> float:
    by_window = curves_by_window.groupby("stratum")
    if by_window["time"].max().min() < horizon:
        return 0
    is_end = (curves_by_window["ended"] > 0) & (curves_by_window["time"] <= horizon)
    return float(curves_by_window.loc[is_end, "at_risk"].min())


def _one_after_another(data: pd.DataFrame, _numbers) -> Iterator[Sum]:
    for row in data.index:  # the others of a year's are to confirm
        yield Sum([(int(row), "known")], (int(row), "n"), 0.0, True)
    for rows in data.groupby("cohort").indices.values():
        for row, later in zip(rows, rows[1:], strict=False):
            yield Sum([(int(later), "kept")], (int(row), "kept"), 0.0, True)
