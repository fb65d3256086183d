"""Whether agreements are renewed at their term (F6), and what is left of each year's new relations (F7)."""

from collections.abc import Iterator

import pandas as pd

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.charts import curves, heading, marks, new
from analysis.disclosure.cell_suppression import Sum
from analysis.exhibits.durability import (
    FEW,
    assumed_words,
    course_words,
    curve,
    scope_words,
    years,
)
from analysis.exhibits.followed_relations import followed_relations
from analysis.exhibits.phrases import bounds, interval, span
from analysis.indicators import durability
from analysis.stats import intervals, survival
from analysis.study.study import once
from analysis.text import formatting

_ = formatting.text


@once
def terms_seen(study, grace_days: int) -> pd.DataFrame:
    """What became of each agreement's term (`durability.terms`), where its source could see it.

    Terms that came before the source began to see are left out: only those that were renewed are known of, so that all of
    them seem to have been. So are, of each source, those whose grace runs past the last day that it sees.
    """
    signed = study.only(
        "agreements",
        "agreement_id",
        "partner_id",
        "entity",
        "start",
        "planned_end",
        "end",
        "tacit_renewal",
        "previous_id",
    )
    terms = durability.terms(signed, study.seen_until(signed), grace=pd.Timedelta(days=grace_days))
    terms = terms.assign(partner_id=signed["partner_id"])
    return terms[~(terms["term"] < study.seen_from(signed))]


@once
def renewal_rate(study, grace_days: int) -> pd.Series:
    """The share of agreements renewed at their term (n, renewed, explicit, tacit, value, low, high), had this grace been asked."""
    terms = terms_seen(study, grace_days)
    rate = durability.renewal_rate(
        terms, partner=terms["partner_id"], confidence=study.parameters.confidence
    )
    none = dict.fromkeys(("n", "renewed", "explicit", "tacit"), 0) | dict.fromkeys(
        ("value", "low", "high"), float("nan")
    )
    return pd.Series(none) if rate.empty else rate.iloc[0]


def F6(study) -> Exhibit:
    """Renewal at the term, by year of the term: explicit and tacit apart, only terms whose grace has elapsed."""
    asked = study.parameters
    terms = terms_seen(study, asked.grace_days)
    ripe = terms["renewed"].notna()
    by_year = durability.renewal_rate(
        terms, terms["term"].dt.year, partner=terms["partner_id"], confidence=asked.confidence
    )
    refuse_if(
        not (by_year["n"] >= FEW).any(),
        _("In no year have {few} agreements come to a term whose grace has elapsed.", few=FEW),
    )
    data, every = by_year.rename_axis("year").reset_index(), renewal_rate(study, asked.grace_days)
    fields = {
        "share": formatting.percent(every["value"]),
        "interval": interval(every),
        "n": every["n"],
        "explicit": formatting.percent(every["explicit"] / every["n"]),
        "tacit": formatting.percent(every["tacit"] / every["n"]),
        "grace": asked.grace_days,
        "waiting": (~ripe & (terms["term"] <= study.day)).sum(),
    }

    years_of = lambda data: data[data["n"] >= FEW].assign(
        label=lambda rows: rows["year"].astype(str)
    )
    draw = marks.on_rows(marks.dots, "durability", shown=years_of, sort=False, limits=(0, 1))

    return Exhibit.of(
        study,
        "F6",
        "durability",
        data,
        draw,
        n=every["n"],
        unit=_("terms"),
        columns={
            "year": _("Year of the term"),
            "n": (_("Terms"), "integer"),
            "renewed": (_("Renewed"), "integer"),
            "explicit": (_("By a new agreement"), "integer"),
            "tacit": (_("Tacitly"), "integer"),
            "value": (_("Share renewed"), "percent"),
            **bounds(),
        },
        title=_("{share} of agreements that came to their term were renewed", **fields),
        subtitle=_(
            "Share of agreements renewed at their term, by year of the term, with its interval"
        ),
        reading=_(
            "Of {n} terms whose grace of {grace} days has elapsed, {share} were renewed (interval {interval}), ",
            **fields,
        )
        + (
            _("{explicit} by a new agreement, {tacit} tacitly.", **fields)
            if every["tacit"]
            else _("all by a new agreement.")
        ),
        scope=scope_words(study),
        note=assumed_words(study)
        + _(
            "{waiting} {waiting:term that has passed is|terms that have passed are} in no rate, neither renewed nor not: {waiting:its|their} grace still runs, or ran on when {waiting:its|their} source ceased to see. Years with fewer than ten terms are not drawn. Terms that came before the source began to see are left out: only renewed ones are known of. Intervals count a partner's terms as alike.",
            **fields,
        )
        + course_words(study),
        alt=_(
            "Dots with intervals, one per year: the share of agreements renewed at their term; {share} over all years.",
            **fields,
        ),
    )


def F6D(study) -> Exhibit:
    """Discontinuity: who is absent the year after, by rule of who is who, since a name spelt anew looks like a loss."""
    refuse_if(
        study.filters or not study.has("identities"),
        _("Who is who is known for all relations together only."),
    )
    held = study.raw("identities")
    last = study.seen_until(held)
    until, first = held["end"].fillna(study.day).clip(upper=last).dt.year, held["start"].dt.year
    there = held.loc[held.index.repeat((until - first + 1).clip(lower=0))]
    year = first.loc[there.index] + there.groupby(level=0).cumcount()
    seen = year < (last + pd.Timedelta(days=1)).dt.year.loc[there.index] - 1
    rules = {
        "identifier_key": _("by identifier"),
        "name_key": _("by exact name"),
        "partner_id": _("as studied"),
    }
    found = {
        said: durability.discontinuity(
            *(rows.reset_index(drop=True) for rows in (year, there[key], seen)),
            confidence=study.parameters.confidence,
        )
        for key, said in rules.items()
    }
    tables = {
        said: table[table["n"] >= FEW].dropna(subset="value") for said, table in found.items()
    }
    data = pd.concat(
        {said: table.rename_axis("x").reset_index() for said, table in tables.items()},
        names=["group"],
    )
    data = data.reset_index(level="group").reset_index(drop=True)
    own = data[data["group"] == rules["partner_id"]]
    refuse_if(
        own.empty,
        _(
            "No two years that follow each other have ten recipients: nobody can be said to be absent."
        ),
    )
    total = data.groupby("group")[["lost", "n"]].sum().astype(float)
    mean = (total["lost"] / total["n"]).reindex(list(rules.values())).dropna()
    worst = own.loc[own["value"].idxmax()]
    fields = {
        "share": formatting.percent(mean[rules["partner_id"]]),
        "low": formatting.percent(mean.min()),
        "high": formatting.percent(mean.max()),
        "least": mean.idxmin(),
        "most": mean.idxmax(),
        "year": str(int(worst["x"])),
        "lost": worst["lost"],
        "n": worst["n"],
        "worst": formatting.percent(worst["value"]),
        "interval": interval(worst),
    }

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.2)
        points = curves.bands(axes, data.astype({"x": float}), "durability", narrow, limits=(0, 1))
        curves.year_ticks(axes, sorted(data["x"].astype(int).unique()), 5 if narrow else 9)
        return figure, points

    return Exhibit.of(
        study,
        "F6D",
        "durability",
        data,
        draw,
        n=own["n"].sum(),
        unit=_("partners and years"),
        rules=Rules(
            team_only=_(
                "What rules of who is who change would tell of single partners: it is for the study team only."
            )
        ),
        columns={
            "group": _("Who is who"),
            "x": (_("Year"), "integer"),
            "n": (_("Partners"), "integer"),
            "lost": (_("Absent the year after"), "integer"),
            "value": (_("Share"), "percent"),
            **bounds(),
        },
        title=_("From one year to the next, {share} of partners are no longer there", **fields)
        if mean.max() - mean.min() < 0.01
        else _(
            "From one year to the next, {low} ({least}) to {high} ({most}) of partners are no longer there",
            **fields,
        ),
        subtitle=_(
            "Share of each year's partners who are absent the year after, by rule of who is who"
        ),
        reading=_(
            "As studied, of the {n} partners of {year}, {lost} {lost:was|were} absent the year after: {worst} ({interval}), the highest share.",
            **fields,
        ),
        scope=scope_words(study),
        note=_(
            "A partner is there in the years that its agreements cover; an absence is no end, and may be followed by a return. "
            "A change of names or of identifiers looks like a loss: where the lines part, believe the lowest."
        ),
        alt=_(
            "One line by rule of who is who: the share of each year's partners absent the year after; {span} over all years.",
            span=span(mean.min(), mean.max()),
        ),
    )


def F7(study) -> Exhibit:
    """Cohorts: what is left of each year's new relations after one, two and three years, where all could be followed."""
    asked = {name: getattr(study.parameters, name) for name in ("grace_days", "confidence")}
    followed = followed_relations(study)
    data = durability.cohorts(followed, study.seen_until(followed), **asked)
    data = data[data["value"].notna() & (data["n"] >= FEW)]
    refuse_if(
        data.empty,
        _(
            "No year's new relations could all be followed for a year, or they are fewer than {few}.",
            few=FEW,
        ),
    )
    spans = sorted(set(data["months"]))
    shortest = data[data["months"] == spans[0]]
    first, last, least, most = (
        shortest.loc[at]
        for at in (
            shortest.index[0],
            shortest.index[-1],
            shortest["value"].idxmin(),
            shortest["value"].idxmax(),
        )
    )
    moved = intervals.newcombe(
        last["kept"], last["known"], first["kept"], first["known"], confidence=asked["confidence"]
    )
    uneven = intervals.alike(shortest["kept"], shortest["known"]) < 1 - asked["confidence"]
    fields = {
        "when": years(spans[0]),
        "first": str(int(first["cohort"])),
        "last": str(int(last["cohort"])),
        "one": formatting.percent(first["value"]),
        "other": formatting.percent(last["value"]),
        "interval": interval(last),
        "n": last["n"],
        "low": formatting.percent(least["value"]),
        "lowest": str(int(least["cohort"])),
        "high": formatting.percent(most["value"]),
        "highest": str(int(most["cohort"])),
    }
    cohorts = sorted(int(year) for year in set(data["cohort"]))

    def draw(data, narrow):
        figure, panels = new(narrow, height=2.9, panels=len(spans), share=True)
        points = []
        for panel, months in zip(panels, spans, strict=True):
            rows = data[data["months"] == months]
            heading(panel, _("after {when}", when=years(months)))
            table = rows.assign(group="", x=rows["cohort"].astype(float))
            points += curves.bands(panel, table, "durability", narrow, limits=(0, 1))
            panel.set_xlim(cohorts[0] - 0.3, cohorts[-1] + (0.3 if narrow else 0.8))
            curves.year_ticks(panel, cohorts, 6 if narrow else 3)
        return figure, points

    return Exhibit.of(
        study,
        "F7",
        "durability",
        data,
        draw,
        n=data.drop_duplicates("cohort")["n"].sum(),
        unit=_("relations"),
        rules=Rules(sums=_one_after_another),
        columns={
            "cohort": _("Year of start"),
            "months": (_("Months since the start"), "integer"),
            "n": (_("Relations"), "integer"),
            "known": (_("Of how many known"), "integer"),
            "kept": (_("Still running"), "integer"),
            "value": (_("Share"), "percent"),
            **bounds(),
        },
        title=_("After {when}, {other} of the relations of {last} remain", **fields)
        if fields["first"] == fields["last"]
        else _(
            "After {when}, {other} of the relations of {last} remain, {one} of those of {first}",
            **fields,
        )
        if moved["low"] > 0 or moved["high"] < 0
        else _(
            "After {when}, {low} (relations of {lowest}) to {high} ({highest}) remain, depending on the year",
            **fields,
        )
        if uneven
        else _(
            "From {first} to {last}, the share left after {when} does not clearly move", **fields
        ),
        subtitle=_(
            "Share of each year's new relations still running after one, two and three years"
        ),
        reading=_(
            "Of the {n} relations begun in {last}, {other} were still running after {when} (interval {interval}).",
            **fields,
        ),
        scope=_(
            "Relations seen from their start, in years whose youngest relation is old enough; {scope}.",
            scope=study.scope_line,
        ),
        note=_("A year is shown only where all of its relations could be followed that long. ")
        + _window_words(study),
        alt=_(
            "Small panels, one per length: the share of each year's new relations still running; after {when}, {one} for "
            "{first} and {other} for {last}.",
            **fields,
        ),
    )


def _one_after_another(data: pd.DataFrame, _numbers) -> Iterator[Sum]:
    """What is left of a cohort after two years, and those lost since, make what was left after one."""
    for rows in data.groupby("cohort").indices.values():
        for row, later in zip(rows, rows[1:], strict=False):
            yield Sum([(int(later), "kept")], (int(row), "kept"), 0.0, True)


def _window_words(study) -> str:
    """Did relations last longer after the charter? By calendar window (period analysis), in one sentence."""
    cut = durability.periods(followed_relations(study), ["2014-01-01"])
    if study.is_grants or cut["window"].nunique() < 2 or cut.groupby("window").size().min() < FEW:
        return _("Later years are compared with earlier ones at the same age only.")
    table = curve(cut, study.parameters.confidence, cut["window"]).rename(
        columns={"months": "time"}
    )
    horizon = study.parameters.horizon_months
    value = survival.at(table, horizon)["value"]
    fields = {"before": 100 * value.iloc[0], "after": 100 * value.iloc[1], "when": years(horizon)}
    return _(
        "By calendar window, a relation had {before} chances in 100 of lasting {when} before the charter of 2014 and {after} since.",
        **fields,
    )
