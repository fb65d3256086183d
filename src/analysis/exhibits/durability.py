"""Durability: how many relations run (F1), how long they last (F3, F4) and how they end (F5)."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import words_of
from analysis.disclosure import permissions
from analysis.exhibits.followed_relations import (
    curve,
    curve_facts,
    followed_base,
    followed_to_year_end,
    headline,
    headline_of,
    horizon_facts,
    require_followed_relations,
    share_reaching,
)
from analysis.exhibits.group_durations import F4
from analysis.exhibits.relation_curves import CURVE, curve_drawing
from analysis.stats import survival
from analysis.text import formatting
from analysis.text.facts import Interval, Months, Share


def F3(study, by: str | list[str] | None = None) -> Exhibit:
    """How long relations last: Kaplan-Meier with band, numbers followed, median, restricted mean."""
    if by:
        return F4(study, by)
    words = words_of(study, "F3")
    followed = require_followed_relations(study, words)
    words.refuse_if(not followed["ended"].any(), "unended")
    headline_facts = headline(study)
    data = curve(study).rename(columns={"time": "months"})
    data = data.assign(stratum=words.group("all"))[CURVE]
    n = followed_base(study)
    if "curve" in study.own.frames:  # given by hand: what it rests on
        n = int(data[["ended", "censored"]].sum(axis=None))
    median = survival.quantile(data.rename(columns={"months": "time"}))["value"].iloc[0]
    median_facts = _median_facts(study, median)
    if not permissions.may_tell_each_end(study):
        median = np.nan  # nor is it drawn
    share = headline_facts.survival["value"]
    reached = share_reaching(curve(study), headline_facts.months)
    ended_there = data.loc[data["months"] == headline_facts.months, "ended"].sum()
    cliff = falls_off(study.conventions, reached - share, ended_there)
    facts = horizon_facts(headline_facts.months) | curve_facts(study, n)
    facts |= {
        "share": Share(share, of=n),
        "interval": Interval(headline_facts.survival["low"], headline_facts.survival["high"]),
        "reached": Share(reached, of=n) if cliff else None,
        "mean": Months(headline_facts.mean["value"], digits=1),
        "mean_interval": Interval(
            headline_facts.mean["low"], headline_facts.mean["high"], digits=1, share=False
        ),
        **median_facts,
        "to_year_end": _share_to_year_end(study, headline_facts.months),
    }
    drawn = data.loc[data["months"] <= headline_facts.months, "survival"]
    drawn_share = [1.0, *drawn][-1]  # the curve begins at its first event
    states = {
        f"survival.{headline_facts.months:g}": drawn_share,
        f"mean.{headline_facts.months:g}": headline_facts.mean["value"],
        "followed": n,
        "ended": int(followed["ended"].sum()),
    }
    sides = [reached, share] if cliff else [share]
    places = len(str(n))  # the decimals that the table tells too
    levels = [(round(level, places), formatting.percent(level)) for level in sides]
    draw = curve_drawing(study, words, headline_facts.months, levels, 3.7, 3.9, median)
    return Exhibit.of(words, "durability", data, draw, n=n, facts=facts, states=states)


def _median_facts(study, median: float) -> dict[str, Months | None]:
    """The month by which half have ended, which is that of one end; outside the team the half-year
    in which it lies.
    """
    if pd.isna(median):
        return {"median": None, "median_from": None}
    if permissions.may_tell_each_end(study):
        return {"median": Months(median), "median_from": None}
    step = study.conventions["curve_step_months"]
    until = np.ceil(median / step) * step
    return {"median": Months(until), "median_from": Months(until - step)}


def _share_to_year_end(study, months: float) -> Share | None:
    followed = followed_to_year_end(study)
    if followed is None or "curve" in study.own.frames:
        return None
    followed = followed[followed["start_seen"].astype("bool")]
    if len(followed) < study.conventions["curve_at_risk"]:
        return None
    value = headline_of(study, followed, months).survival["value"]
    if pd.isna(value):
        return None
    return Share(value, of=len(followed))


def falls_off(numbers: Mapping[str, float], fall: float, ended_there: int) -> bool:
    """Whether the curve falls off a cliff at the horizon itself, so that both sides are told: by
    `cliff_points` there, and by more relations than are secret (METHOD 9.3).
    """
    is_high = 100 * fall >= numbers["cliff_points"]
    return bool(is_high and ended_there >= numbers["secret_below"])
