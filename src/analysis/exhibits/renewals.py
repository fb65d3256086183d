"""Whether agreements are renewed at their term (F6), and what is left of each year's new relations (F7)."""

import pandas as pd

from analysis import durability, survival, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.exhibits.durability import FEW, curve, followed, scope_words, years
from analysis.figures import heading, lines, marks, new

_ = words.text


def terms_seen(study, grace_days: int) -> pd.DataFrame:
    """What became of each agreement's term (`durability.terms`), where its source could see it.

    Terms that came before the source began to see are left out: only those that were renewed are known of, so that all of
    them seem to have been.
    """
    signed = study.agreements
    terms = durability.terms(signed, study.day, grace=pd.Timedelta(days=grace_days)).assign(partner_id=signed["partner_id"])
    if study.windows.empty:
        return terms
    first = signed["entity"].map(study.windows.set_index("entity")["first"])
    return terms[~(terms["term"] < first)]


def renewal_rate(study, grace_days: int) -> pd.Series:
    """The share of agreements renewed at their term (n, renewed, explicit, tacit, value, low, high), had this grace been asked."""
    terms = terms_seen(study, grace_days)
    rate = durability.renewal_rate(terms, partner=terms["partner_id"], confidence=study.parameters.confidence)
    if rate.empty:
        return pd.Series(
            {"n": 0, "renewed": 0, "explicit": 0, "tacit": 0, "value": float("nan"), "low": float("nan"), "high": float("nan")}
        )
    return rate.iloc[0]


def F6(study) -> Exhibit:
    """Renewal at the term, by year of the term: explicit and tacit apart, only terms whose grace has elapsed."""
    asked = study.parameters
    terms = terms_seen(study, asked.grace_days)
    ripe = terms["renewed"].notna()
    if ripe.sum() < FEW:
        raise Unsupported(_("Fewer than {few} agreements have come to a term whose grace has elapsed.").format(few=FEW))
    year = terms["term"].dt.year
    data = durability.renewal_rate(terms, year, partner=terms["partner_id"], confidence=asked.confidence)
    data = data.rename_axis("year").reset_index()
    every = renewal_rate(study, asked.grace_days)
    waiting = int((terms["term"].notna() & ~ripe & (terms["term"] <= study.day)).sum())
    fields = {
        "share": words.percent(every["value"]), "interval": words.interval(every["low"], every["high"], share=True), "n": words.number(every["n"]),
        "explicit": words.percent(every["explicit"] / every["n"]), "tacit": words.percent(every["tacit"] / every["n"]),
        "grace": words.number(asked.grace_days), "waiting": words.number(waiting),
    }  # fmt: skip

    def draw(data, narrow):
        shown = data[data["n"] >= 5]
        figure, (axes,) = new(narrow, height=marks.tall(len(shown), narrow))
        table = shown.assign(label=shown["year"].astype(str))
        return figure, marks.dots(axes, table, "durability", narrow, sort=False, limits=(0, 1))

    return Exhibit(
        id="F6", family="durability",
        title=_("{share} of agreements that came to their term were renewed").format(**fields),
        subtitle=_("Share of agreements renewed at their term, by year of the term, with its interval"),
        reading=_("Of {n} terms whose grace of {grace} days has elapsed, {share} were renewed (interval {interval}): {explicit} by a new agreement, {tacit} tacitly.").format(**fields),
        scope=scope_words(study, study.relations), source=study.source_line,
        note=_("{waiting} terms that have passed but whose grace still runs are in no rate: neither renewed nor not. Years with fewer than five terms are not drawn. "
               "Terms that came before the source began to see are left out: only renewed ones are known of. Intervals count a partner's terms as alike.").format(**fields),
        n=int(every["n"]), n_unit=_("terms"), day=study.day,
        alt=_("Dots with intervals, one per year: the share of agreements renewed at their term; {share} over all years.").format(**fields),
        data=data, labels={"year": _("Year of the term"), "n": _("Terms"), "renewed": _("Renewed"), "explicit": _("By a new agreement"), "tacit": _("Tacitly"),
                           "value": _("Share renewed"), "low": _("Low"), "high": _("High")},
        formats={"year": "text", "n": "integer", "renewed": "integer", "explicit": "integer", "tacit": "integer", "value": "percent", "low": "percent", "high": "percent"},
        draw=draw, synthetic=study.synthetic,
    )  # fmt: skip


def F7(study) -> Exhibit:
    """Cohorts: what is left of each year's new relations after one, two and three years, where all could be followed."""
    found = study.relations
    first = found["entity"].map(study.windows.set_index("entity")["first"]) if len(study.windows) else pd.NaT
    data = durability.cohorts(  # what is there on the first day of a source may be older: it is in no cohort
        found[~(found["start"] <= first)],
        study.day,
        grace_days=study.parameters.grace_days,
        confidence=study.parameters.confidence,
    )
    data = data[data["value"].notna() & (data["n"] >= FEW)].reset_index(drop=True)
    if data.empty:
        raise Unsupported(
            _("No year's new relations could all be followed for a year, or they are fewer than {few}.").format(few=FEW)
        )
    spans = sorted(set(data["months"]))
    last = data[data["months"] == spans[0]].iloc[-1]
    first = data[data["months"] == spans[0]].iloc[0]
    apart = first["high"] < last["low"] or last["high"] < first["low"]
    fields = {
        "when": years(spans[0]), "first": str(int(first["cohort"])), "last": str(int(last["cohort"])), "one": words.percent(first["value"]),
        "other": words.percent(last["value"]), "interval": words.interval(last["low"], last["high"], share=True), "n": words.number(last["n"]),
    }  # fmt: skip
    whole = durability.periods(followed(study.relations), ["2014-01-01"])
    window = _window_words(study, whole)

    cohorts = sorted(int(year) for year in set(data["cohort"]))

    def draw(data, narrow):
        figure, panels = new(narrow, height=2.9, panels=len(spans), share=True)
        points = []
        for panel, span in zip(panels, spans, strict=True):
            rows = data[data["months"] == span]
            heading(panel, _("after {when}").format(when=years(span)))
            table = rows.assign(group=years(span), x=rows["cohort"].astype(float))[["group", "x", "value", "low", "high"]]
            points += lines.bands(panel, table, "durability", narrow, names={years(span): ""}, limits=(0, 1))
            panel.set_xlim(cohorts[0] - 0.3, cohorts[-1] + (0.3 if narrow else 0.8))
            step = max(1, -(-len(cohorts) // (6 if narrow else 3)))
            panel.set_xticks(cohorts[::step], [str(tick) for tick in cohorts[::step]])
        return figure, points

    return Exhibit(
        id="F7", family="durability",
        title=(_("After {when}, {other} of the relations of {last} remain, {one} of those of {first}") if apart
               else _("From {first} to {last}, the share left after {when} does not clearly move")).format(**fields),
        subtitle=_("Share of each year's new relations still running after one, two and three years"),
        reading=_("Of the {n} relations begun in {last}, {other} were still running after {when} (interval {interval}).").format(**fields),
        scope=_("Relations seen from their start, in years whose youngest relation is old enough; {scope}.").format(scope=study.scope_line),
        source=study.source_line,
        note=_("A year is shown only where all of its relations could be followed that long. ") + window,
        n=int(data.drop_duplicates("cohort")["n"].sum()), n_unit=_("relations"), day=study.day,
        alt=_("Small panels, one per length: the share of each year's new relations still running; after {when}, {one} for {first} and {other} for {last}.").format(**fields),
        data=data, labels={"cohort": _("Year of start"), "months": _("Months since the start"), "n": _("Relations"), "known": _("Of how many known"), "kept": _("Still running"),
                           "value": _("Share"), "low": _("Low"), "high": _("High")},
        formats={"cohort": "text", "months": "integer", "n": "integer", "known": "integer", "kept": "integer", "value": "percent", "low": "percent", "high": "percent"},
        draw=draw, synthetic=study.synthetic,
    )  # fmt: skip


def _window_words(study, cut: pd.DataFrame) -> str:
    """Did relations last longer after the charter? By calendar window (period analysis), in one sentence."""
    if study.is_grants or cut["window"].nunique() < 2 or cut.groupby("window").size().min() < FEW:
        return _("Later years are compared with earlier ones at the same age only.")
    table = curve(cut, study.parameters.confidence, cut["window"]).rename(columns={"months": "time"})
    horizon = study.parameters.horizon_months
    value = survival.at(table, horizon)["value"]
    return _(
        "By calendar window, a relation had {before} chances in 100 of lasting {when} before the charter of 2014 and {after} since."
    ).format(before=words.number(100 * value.iloc[0]), after=words.number(100 * value.iloc[1]), when=years(horizon))
