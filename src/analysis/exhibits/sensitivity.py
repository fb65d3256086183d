"""What the choices of method change (T4)."""

from collections.abc import Iterator

import pandas as pd

from analysis import relations
from analysis.article.exhibit import Exhibit, Rules, refuse_if, stated
from analysis.disclosure.cell_suppression import Sum
from analysis.exhibits.durability import course_words, unended_words, years
from analysis.exhibits.followed_relations import (
    charter,
    followed_counts,
    followed_scope_words,
    headline,
    headline_of,
    require_followed_relations,
    settled_relations,
)
from analysis.exhibits.phrases import bounds
from analysis.indicators import durability
from analysis.study.study import result
from analysis.text import formatting

_ = formatting.text

A_YEAR_MISSING = 400  # days of grace: in yearly data, a relation outlives one year without it


def other_graces(study) -> list[int]:
    """The graces in days that are tried against the one asked: a shorter one, the method's own, a longer one."""
    numbers = study.conventions
    graces = (numbers["grace_short_days"], numbers["grace_days"], numbers["grace_long_days"])
    return [days for days in graces if days != study.parameters.grace_days]


@result
def choices(study) -> pd.DataFrame:
    """Survival at the horizon and mean up to it under every choice of method, the study's own first (T4).

    Each choice follows its relations up to its own settled day; all but one follow those whose start is seen.
    """
    months, grace_days = headline(study).months, study.parameters.grace_days
    rows = [_choice_row(study, _("as studied"), study.relations, grace_days, months)]
    for label, some_relations, choice_grace in _other_choices(study):
        if len(some_relations):
            rows.append(_choice_row(study, label, some_relations, choice_grace, months))
    year_ends = _last_year_ends(study, grace_days)
    if year_ends is not None:
        label = _("followed up to the end of a year")
        row = _choice_row(study, label, study.relations, grace_days, months, year_ends)
        rows.append(row)
    label = _("all relations, also those whose start no source sees")
    if not study.relations["start_seen"].all():
        every_start = study.relations.assign(start_seen=True)
        rows.append(_choice_row(study, label, every_start, grace_days, months))
    return pd.DataFrame(rows)


def _last_year_ends(study, grace_days: int) -> pd.Series | None:
    """The last day from which each relation's settled day would be a year's end, None where it is one already.

    Where terms gather at the end of the year, following relations up to a day just before it leaves out the ends of that year
    but not the time before them: the share that lasts comes out too high.
    """
    grace = pd.Timedelta(days=grace_days)
    settled_day = study.seen_until(study.relations) - grace
    this_year = pd.to_datetime(settled_day.dt.year.astype("str") + "-12-31")
    year_end = this_year.where(this_year <= settled_day, this_year - pd.DateOffset(years=1))
    return None if (year_end == settled_day).all() else year_end + grace


def _choice_row(
    study, label: str, some_relations, grace_days: int, months: float, last_seen=None
) -> dict:
    """The row of one choice: relations, ends, survival at the horizon and mean up to it, each with its limits."""
    if last_seen is None:
        settled = settled_relations(study, some_relations, grace_days)
    else:
        settled = relations.settled(some_relations, last_seen, grace_days, study.raw("holes"))
    settled = settled[settled["start_seen"].astype("bool")]
    row = {
        "choice": label,
        "n": followed_counts(study, some_relations, grace_days).base,
        "ended": int(settled["ended"].sum()),
    }
    survival = mean = dict.fromkeys(("value", "low", "high"), float("nan"))
    if len(settled) >= study.conventions["curve_at_risk"]:
        _months, survival, mean = headline_of(study, settled, months)
    names = ("survival", "low", "high", "mean", "mean_low", "mean_high")
    values = [part[column] for part in (survival, mean) for column in ("value", "low", "high")]
    return row | dict(zip(names, values, strict=True))


def _other_choices(study) -> Iterator[tuple[str, pd.DataFrame, int]]:
    """The label, relations and grace of every choice but the study's own."""
    parameters, base = study.parameters, study.relations
    grace_days = parameters.grace_days
    for days in other_graces(study):
        yield _("grace of {n} days", n=days), study.rechained(grace_days=days), days
    if (study.only("agreements", "start_precision")["start_precision"] == "year").mean() > 0.5:
        tolerant = study.rechained(grace_days=A_YEAR_MISSING)
        yield _("one missing year tolerated"), tolerant, A_YEAR_MISSING
    if (base["status"] == "to confirm").any():
        running_on, ended = durability.extremes(base, study.seen_until(base))
        yield _("to confirm counted as running"), running_on, grace_days
        yield _("to confirm counted as ended"), ended, grace_days
    if not study.is_grants and (base["start"] < charter(study)).any():
        label = _("without relations older than the programme")
        yield label, base[base["start"] >= charter(study)], grace_days
    if base["entity"].nunique() > 1:
        label = _("one relation with the whole group")
        if study.is_grants:
            label = _("one relation with all funders together")
        yield label, study.rechained(whole_group=True), grace_days
    course = durability.courses(base, study.day)
    unsteady = base["entity"].isin(course[["faded_on", "silent_from"]].dropna(how="all").index)
    if unsteady.any() and not unsteady.all():
        label = _("without the sources that close or fall silent")
        yield label, base[~unsteady], grace_days
    if not study.filters and study.has("identities"):
        labels = {
            "identifier": _("who is who by identifier"),
            "name": _("who is who by exact name"),
            "both": _("who is who by identifier, else name"),
        }
        for rule, label in labels.items():
            if rule != parameters.identity:
                yield label, study.rechained(identity=rule), grace_days


def T4(study) -> Exhibit:
    """Sensitivity: what each choice of method does to survival at the horizon and to the mean duration."""
    refuse_if(not require_followed_relations(study)["ended"].any(), unended_words())
    data = choices(study)
    horizon = headline(study).months
    own, others, known = (
        data.iloc[0],
        data.iloc[1:].dropna(subset="survival"),
        data.dropna(subset="survival"),
    )
    refuse_if(
        others.empty or formatting.missing(own["survival"]),
        _("No other choice can be tried on these data."),
    )
    low, high = known.loc[known["survival"].idxmin()], known.loc[known["survival"].idxmax()]
    fields = {
        "when": years(horizon),
        "own": formatting.percent(own["survival"]),
        "low": formatting.percent(low["survival"]),
        "high": formatting.percent(high["survival"]),
        "least": low["choice"],
        "most": high["choice"],
        "n": len(others),
    }
    same = fields["low"] == fields["high"]
    holds = same or (own["low"] <= low["survival"] and high["survival"] <= own["high"])
    return Exhibit.of(
        study,
        "T4",
        "durability",
        data,
        n=own["n"],
        unit=_("relations"),
        rules=Rules(heeded=("ended",), sums=left_out),
        states=stated(
            {
                f"survival.{horizon:g}": own["survival"],
                f"mean.{horizon:g}": own["mean"],
                "followed": own["n"],
            }
        ),
        columns={
            "choice": _("Choice"),
            "n": (_("Relations"), "integer"),
            "ended": (_("Ended"), "integer"),
            "survival": (_("Still running after {when}", **fields), "percent"),
            **bounds(),
            "mean": (_("Mean months"), "months"),
            "mean_low": (_("Low (mean)"), "months"),
            "mean_high": (_("High (mean)"), "months"),
        },
        title=_(
            "The share that lasts {when} holds under {n:the other choice|the {n} other choices} of method",
            **fields,
        )
        if holds
        else _(
            "The share that lasts {when} moves from {low} to {high} with the choices of method",
            **fields,
        ),
        subtitle=_(
            "Share of relations still running after {when}, and mean duration over that time, by choice of method",
            **fields,
        ),
        reading=_(
            "As studied, {own} of relations last {when}; the lowest share is {low} (“{least}”), the highest {high} "
            "(“{most}”).",
            **fields,
        )
        if not same
        else _(
            "As studied, {own} of relations last {when}, and as many under every other choice.",
            **fields,
        ),
        scope=followed_scope_words(study),
        note=_(
            "One choice is moved at a time. Intervals count a partner's relations as alike. A relation to confirm is one "
            "whose end is not known: the truth lies between the two ways of counting it. Each row follows its relations up to "
            "its grace before the day."
        )
        + (
            _(" Figure F1 names the sources that close or fall silent.")
            if course_words(study)
            else ""
        ),
        alt=_(
            "A table of {n} other {n:choice|choices}; the share after {when} goes from {low} to {high}.",
            **fields,
        )
        if not same
        else _(
            "A table of {n} other {n:choice|choices}; the share after {when} is {own} under each.",
            **fields,
        ),
    )


def left_out(_data, numbers: pd.DataFrame) -> Iterator[Sum]:
    """What a choice of method leaves out, or adds, is the difference to the study's own row."""
    for row in numbers.index[1:]:
        less, more = sorted([(0, "n"), (row, "n")], key=lambda cell: numbers.at[cell])
        yield Sum([less], more, 0.0, True)
