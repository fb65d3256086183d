"""Durability: how many relations run (F1), how long they last (F3, F4) and how they end (F5)."""

from collections.abc import Mapping

import pandas as pd

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.article.exhibit_words import words_of
from analysis.charts import axis_words, curves, new
from analysis.exhibits.followed_relations import (
    MIN_FOLLOWED,
    assumes_terms,
    ended_or_not,
    estimator_columns,
    followed_counts,
    followed_relations,
    headline,
    horizon_facts,
    require_followed_relations,
    rests_on_few,
    scope_facts,
    share_reaching,
)
from analysis.exhibits.group_durations import F4
from analysis.exhibits.phrases import bounds
from analysis.exhibits.relation_curves import curve_drawing, curve_rows
from analysis.indicators import durability
from analysis.stats import survival
from analysis.text import formatting
from analysis.text.facts import Interval, Months, Share

_ = formatting.text

FEW = MIN_FOLLOWED
MILESTONES = (
    ("2014-01-01", formatting.mark("launch")),
    ("2018-06-27", formatting.mark("convention")),
)


def columns() -> dict[str, str | tuple[str, str]]:
    """The columns of a curve."""
    return {
        "stratum": _("Group"),
        "months": (_("Months since the start"), "months"),
        "at_risk": (_("At risk"), "integer"),
        "ended": (_("Ended"), "integer"),
        "censored": (_("Censored"), "integer"),
        "survival": (_("Still running"), "percent"),
        **bounds(),
    }


def curve(
    relations: pd.DataFrame, confidence: float, strata: pd.Series | None = None
) -> pd.DataFrame:
    """The curve of relations as shown (see `columns`), delayed entry heeded."""
    strata = None if strata is None else strata.to_numpy(object)
    built = durability.curve(
        **estimator_columns(relations), strata=strata, confidence=confidence
    ).rename(columns={"time": "months"})
    return (built if strata is not None else built.assign(stratum=_("all")))[list(columns())]


def scope_words(study) -> str:
    """Champ: which relations, whether their start is seen or not."""
    words = _("{scope}, known on {day}", scope=study.scope_line, day=study.day)
    return words[:1].upper() + words[1:] + "."


def years(months: float) -> str:
    """A horizon in words: 36 months are three years, 30 months are 30 months."""
    if months % 12:
        return _("{n} {n:month|months}", n=months)
    return _("{n} {n:year|years}", n=formatting.spelled(months / 12))


def first_years(months: float) -> str:
    """The time up to a horizon in words: the first three years."""
    if months % 12:
        return _("the first {n:month|{n} months}", n=months)
    return _("the first {n:year|{n} years}", n=formatting.spelled(months / 12))


def assumed_words(study) -> str:
    """That terms are assumed, where for most agreements no source tells when they end."""
    if study.only("agreements", "term_assumed")["term_assumed"].fillna(False).mean() <= 0.5:
        return ""
    return _(
        "No source tells when most grants end: each is taken to cover twelve months, or the year that is its date. "
    )


def rule_words(study) -> str:
    """The rule by which an end is an end, said under every curve."""
    return assumed_words(study) + _(
        "A relation has ended when {grace} days have passed after its last term without a new agreement. Relations are followed "
        "up to {grace} days before the day, when every end is known; a start is seen where the source had been seeing for "
        "longer than that before it, or states it. ",
        grace=study.parameters.grace_days,
    )


def unended_words() -> str:
    """That no end is known: what lasts for ever so far tells nothing."""
    return _("No relation has ended yet in what the sources see: nothing tells how long they last.")


def limit_words() -> str:
    """How the limits of a curve are made."""
    return _(
        "Limits of a curve: log-log, beta product where fewer than {few} are followed. ",
        few=durability.BETA,
    )


def F1(study) -> Exhibit:
    """Running relations per month, with dated milestones; the last six months are still being recorded."""
    found = study.relations
    lacking = _(
        "Only {n} {n:relation is|relations are} known here; a curve is drawn from {few} on.",
        n=len(found),
        few=FEW,
    )
    refuse_if(len(found) < FEW, lacking)
    until = min(study.day, study.windows["last"].max()) if len(study.windows) else study.day
    data = durability.running_by_month(found, until).reset_index()
    refuse_if(
        len(data) < 2, _("Relations are known for a single month: there is no course to draw.")
    )
    first, last = data.iloc[0], data.iloc[-1]
    peak = data.loc[data["running"].idxmax()]

    def at(row) -> str:
        closed = row["month"] + pd.offsets.MonthEnd(0) <= until
        return (
            _("at the end of {month}", month=formatting.date(row["month"], "month"))
            if closed
            else _("on {day}", day=until)
        )

    fields = {
        "start": first["running"],
        "first": at(first),
        "n": last["running"],
        "last": at(last),
        "peak": peak["running"],
        "when": at(peak),
    }
    shown = (
        [(pd.Timestamp(day), _(name)) for day, name in MILESTONES] if not study.is_grants else []
    )
    ceased = study.windows["last"].min() if len(study.windows) else study.day
    uneven = ceased < study.day - pd.DateOffset(months=study.conventions["provisional_months"])

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.4)
        unsure = max(
            min(study.day - pd.DateOffset(months=study.conventions["provisional_months"]), ceased),
            data["month"].min(),
        )
        series = data.set_index("month")["running"]
        seen = [milestone for milestone in shown if milestone[0] >= data["month"].min()]
        why = _("sources that no longer see") if uneven else _("records still coming in")
        points = curves.over_time(
            axes, series, "durability", narrow, unsure_from=unsure, why=why, milestones=seen
        )
        axis_words(axes, y=_("Relations running"))
        return figure, points

    return Exhibit.of(
        study,
        "F1",
        "durability",
        data,
        draw,
        n=len(found),
        unit=_("relations"),
        rules=Rules(left_out=("begun", "ended")),
        columns={
            "month": (_("Month"), "date"),
            "running": (_("Running"), "integer"),
            "begun": (_("Begun"), "integer"),
            "ended": (_("Ended"), "integer"),
        },
        title=_(
            "Up to {peak} {peak:relation|relations} ran at once, {when}; not all sources see as far",
            **fields,
        )
        if uneven
        else _("Relations running: {n} {last}, as many as {first}", **fields)
        if last["running"] == first["running"]
        else _("Relations running: {n} {last}, {start} {first}", **fields),
        subtitle=_("Number of relations running at the end of each month")
        if until.is_month_end
        else _("Number of relations running at the end of each month, then on {day}", day=until),
        reading=_("At the most, {peak} {peak:relation|relations} ran at once, {when}.", **fields)
        if uneven
        else _("Relations running {last}: {n}; at the most, {peak}, {when}.", **fields),
        scope=scope_words(study),
        note=(
            _(
                "Hatched: from {ceased} on, a source has ceased to see, and its relations are no longer counted; those that the "
                "report says to run do so on the last day that their own source sees. ",
                ceased=ceased,
            )
            if uneven
            else _(
                "The last six months are hatched: agreements are recorded late, and the count may still rise. "
            )
        )
        + _("A relation to confirm counts until its last sign of life.")
        + course_words(study),
        alt=_(
            "A curve of the number of running relations, from {start} {first} to {n} {last}, with its highest point of "
            "{peak} {when}.",
            **fields,
        ),
    )


def course_words(study) -> str:
    """Which sources close or fall silent, so that all their relations seem to end; of each kind the four largest."""
    found = durability.courses(study.relations, study.day).sort_values(
        "peak", ascending=False, kind="stable"
    )
    closing, silent = (found.dropna(subset=name).head(4) for name in ("faded_on", "silent_from"))
    told = formatting.join(
        _(
            "{entity} ({peak} {peak:relation|relations} in {when}, a tenth at most since {then})",
            entity=row.Index,
            peak=row.peak,
            when=str(row.peak_on.year),
            then=str(row.faded_on.year),
        )
        for row in closing.itertuples()
    )
    said = (
        _(" Sources that wind down, with which their relations end: {list}.", list=told)
        if told
        else ""
    )
    told = formatting.join(
        f"{row.Index} ({'–'.join(sorted({str(row.silent_from.year), str(row.silent_to.year)}))})"
        for row in silent.itertuples()
    )
    return said + (
        _(" Sources silent for a time, so that relations seem to end: {list}.", list=told)
        if told
        else ""
    )


def F3(study, by: str | None = None) -> Exhibit:
    """How long relations last: Kaplan-Meier with band, numbers followed, median and restricted mean."""
    if by:
        return F4(study, by)
    words = words_of(study, "F3")
    followed, asked = require_followed_relations(study), study.parameters
    words.refuse_if(not followed["ended"].any(), "unended")
    told = headline(study)
    data = curve_rows(followed, asked.confidence, whole=words.group("all"))
    n = followed_counts(study, study.relations, asked.grace_days).base
    median = survival.quantile(data.rename(columns={"months": "time"}))["value"].iloc[0]
    share = told.survival["value"]
    reached = share_reaching(followed, told.months)
    ended_there = data.loc[data["months"] == told.months, "ended"].sum()
    cliff = falls_off(study.conventions, reached - share, ended_there)
    facts = horizon_facts(told.months) | scope_facts(study)
    facts |= {
        "share": Share(share, of=n),
        "interval": Interval(told.survival["low"], told.survival["high"]),
        "reached": Share(reached, of=n) if cliff else None,
        "mean": Months(told.mean["value"], digits=1),
        "mean_interval": Interval(told.mean["low"], told.mean["high"], digits=1, share=False),
        "median": None if pd.isna(median) else Months(median),
        "few": rests_on_few(study, n, len(study.relations)),
        "assumed_terms": assumes_terms(study),
    }
    sides = [reached, share] if cliff else [share]
    levels = [(level, formatting.percent(level)) for level in sides]
    return Exhibit.of(
        study,
        words,
        "durability",
        data,
        curve_drawing(words, told.months, levels, 3.7, 3.9),
        n=n,
        facts=facts,
        formats={"months": "months", "survival": "percent"},
    )


def falls_off(numbers: Mapping[str, float], fall: float, ended_there: int) -> bool:
    """Whether the curve falls off a cliff at the horizon itself, so that both of its sides are to be told (METHOD 9.3).

    It falls by `cliff_points` there, by more relations than are secret.
    """
    is_high = 100 * fall >= numbers["cliff_points"]
    return bool(is_high and ended_there >= numbers["secret_below"])


def behind_curve(study, ended: bool | None = None) -> pd.DataFrame:
    """The relations that F3 follows, or of them those that have ended or not."""
    return ended_or_not(followed_relations(study), ended)


BEHIND = {"F3": behind_curve}
