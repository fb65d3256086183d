"""How relations end: the share ended from each cause (F5)."""

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import values_of_sides, words_of
from analysis.article.rules import Rules
from analysis.charts import axis_words, curves, new_figure
from analysis.disclosure import permissions
from analysis.disclosure.curves import BESIDE, bands_of
from analysis.exhibits.followed_relations import (
    curve_facts,
    estimator_columns,
    followed_base,
    headline,
    horizon_facts,
    require_followed_relations,
)
from analysis.stats import differences, intervals, survival
from analysis.text import formatting
from analysis.text.facts import Interval, Label, Share, labelled_shares

UNKNOWN, OTHER = "unknown", "other"
BANDS = 5  # more cannot be told apart in one drawing


def F5(study) -> Exhibit:
    """How relations end: the share ended from each cause by time since start (Aalen-Johansen)."""
    words = words_of(study, "F5")
    followed = require_followed_relations(study, words)
    ended = followed["ended"].astype("bool")
    cause = followed["cause"].astype("str").where(ended)
    words.refuse_if(not ended.any(), "unended")
    words.refuse_if((cause.dropna() == UNKNOWN).all(), "untold")
    headline_facts, confidence = headline(study), study.parameters.confidence
    cause = cause.replace(_told_together(study, followed, cause, headline_facts.months))
    incidence = incidence_at(followed, cause, headline_facts.months, confidence)
    words.refuse_if(incidence.empty, "unended_by_horizon")
    first = first_cause(followed, cause, headline_facts.months, confidence)
    kept_bands = list(incidence.index)
    if len(kept_bands) > BANDS:  # all but the smallest, which make one band
        kept_bands = kept_bands[: BANDS - 1]
    cause = cause.where(cause.isna() | cause.isin(kept_bands), OTHER)
    data = incidence_rows(followed, cause, confidence)
    drawn = incidence_at(followed, cause, headline_facts.months, confidence)
    own_words = values_of_sides(study)
    own_words |= {UNKNOWN: words.group("unknown"), OTHER: words.group("other")}

    def label(band: str) -> str:
        return BESIDE.join(
            own_words.get(name) or formatting.text(name) for name in band.split(BESIDE)
        )

    labels = {name: label(name) for name in (*kept_bands, OTHER)}
    data["cause"] = data["cause"].map(labels)
    order = [labels[name] for name in drawn.index]

    def draw(data, narrow):
        figure, (axes,) = new_figure(narrow, height=3.7, narrow_height=5.2)
        wide = data.pivot(index="months", columns="cause", values="incidence")
        wide = wide[sorted(wide, key=lambda name: (*order, name).index(name))]
        start = pd.DataFrame(0.0, index=[0.0], columns=wide.columns)
        half_months = pd.concat([start, wide[wide.index <= headline_facts.months]])
        half_months = half_months.groupby(
            (2 * half_months.index).to_series().round().to_numpy() / 2
        ).last()
        rest_label = words.picture("rest")
        points = curves.stack(
            axes,
            half_months,
            "durability",
            narrow,
            headline_facts.months,
            rest_label,
            at_some_times="low" not in data,  # as what leaves the team is
        )
        axis_words(axes, y=words.picture("y"))
        return figure, points

    n = followed_base(study)
    largest = [name for name in incidence.index if name != UNKNOWN]
    leading = incidence.loc[first or largest[0]]
    facts = horizon_facts(headline_facts.months) | curve_facts(study, n)
    facts |= {
        "stands_out": first is not None,
        "only_cause": set(followed.loc[ended, "cause"]) - {UNKNOWN} == {largest[0]},
        "some_unknown": UNKNOWN in incidence.index,
        "cause": Label(labels[first or largest[0]]),
        "share": Share(leading["incidence"], of=n),
        "interval": Interval(leading["low"], leading["high"]),
        "left": Share(headline_facts.survival["value"], of=n),
        "causes": labelled_shares(order, drawn["incidence"], [n] * len(order)),
    }
    # What the incidences leave: it must be the survival that other figures state.
    states = {
        f"survival.{headline_facts.months:g}": 1 - drawn["incidence"].sum(),
        "followed": n,
        "ended": int(followed["ended"].sum()),
    }
    rules = Rules(margin="months")  # the survival leaves what all causes come to
    return Exhibit.of(words, "durability", data, draw, n=n, facts=facts, rules=rules, states=states)


def _told_together(
    study, followed: pd.DataFrame, cause: pd.Series, months: float
) -> dict[str, str]:
    if permissions.may_tell_each_cause(study):
        return {}
    by_horizon = cause[followed["duration_months"] <= months].value_counts()
    counts = by_horizon.reindex(sorted(cause.dropna().unique()), fill_value=0)
    bands = bands_of(counts.to_dict(), study.conventions) or []
    return {name: BESIDE.join(band) for band in bands for name in band}


def first_cause(
    followed: pd.DataFrame, cause: pd.Series, horizon: float, confidence: float
) -> str | None:
    """The cause from which more relations have ended by the horizon than from any other, for sure;
    None where none stands out.

    The differences are paired (the same relations), a partner's relations count as alike, and a
    false alarm among all pairs of causes is allowed for (Holm). Ends of unknown cause are no cause.
    """
    if cause.nunique() < 2:
        return None
    columns = estimator_columns(followed)
    pairs = differences.of_incidences(
        columns["duration"],
        cause.to_numpy(object),
        horizon,
        entry=columns["entry"],
        cluster=followed["partner_id"].to_numpy(object),
        confidence=confidence,
    ).reset_index()
    pairs = pairs[(pairs["cause"] != UNKNOWN) & (pairs["other"] != UNKNOWN)]
    if pairs.empty:
        return None
    largest = pairs["cause"].iloc[0]  # pairs stand in decreasing order of incidence
    p_holm = intervals.holm(pairs["p_value"])
    of_largest = pairs["cause"] == largest
    if (p_holm[of_largest] < 1 - confidence).all():
        return largest
    return None


def incidence_at(
    followed: pd.DataFrame, cause: pd.Series, horizon: float, confidence: float
) -> pd.DataFrame:
    """The share ended from each cause by the horizon with its limits, in decreasing order."""
    rows = incidence_rows(followed, cause, confidence)
    last = rows[rows["months"] <= horizon].groupby("cause", sort=True).last()
    return last.sort_values("incidence", ascending=False, kind="stable")


def incidence_rows(followed: pd.DataFrame, cause: pd.Series, confidence: float) -> pd.DataFrame:
    """The share ended from each cause after each time, its limits, and how many had ended from it."""
    columns = estimator_columns(followed)
    table = survival.cumulative_incidence(
        columns["duration"],
        cause.to_numpy(object),
        entry=columns["entry"],
        confidence=confidence,
    )
    table = table.rename(columns={"time": "months"})
    ends = pd.crosstab(followed["duration_months"], cause).cumsum()
    ends = ends.reindex(table["months"].unique(), method="ffill").fillna(0).astype("int64")
    counted = ends.stack().rename("ended").rename_axis(["months", "cause"]).reset_index()
    table = table.merge(counted, on=["months", "cause"], how="left", validate="one_to_one")
    return table[["months", "cause", "incidence", "low", "high", "ended"]]
