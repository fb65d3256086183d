"""Durability: how many relations run, how long they last, how they end, whether agreements are renewed."""

import numpy as np
import pandas as pd

from analysis import durability, relations, survival, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.figures import axis_words, heading, lines, marks, new

_ = words.text

FEW = 10  # relations: fewer is no curve
SEED = 1
GRACES = (90, 180, 365)  # days, tried against the one asked
ACROSS = 4  # groups in one drawing
COLUMNS = ["stratum", "months", "at_risk", "ended", "censored", "survival", "low", "high"]
MILESTONES = (("2014-01-01", words.mark("launch")), ("2018-06-27", words.mark("convention")))


def followed(relations: pd.DataFrame) -> pd.DataFrame:
    """The relations that were watched for some time: those that ended before their source began to see are not."""
    return relations[relations["duration_months"] > relations["entry_months"]]


def curve(relations: pd.DataFrame, confidence: float, strata: pd.Series | None = None) -> pd.DataFrame:
    """The curve of relations as shown, columns COLUMNS, delayed entry heeded."""
    built = durability.curve(
        relations["duration_months"].to_numpy(float), relations["ended"].to_numpy(bool), entry=relations["entry_months"].to_numpy(float),
        strata=None if strata is None else strata.to_numpy(object), confidence=confidence,
    )  # fmt: skip
    if strata is None:
        built.insert(0, "stratum", _("all"))
    return built.rename(columns={"time": "months"})[COLUMNS]


def at(table: pd.DataFrame, months: float) -> pd.Series:
    """The row of one curve that holds at a time: survival 1 before the first row, missing after the last one watched."""
    before = table[table["months"] <= months]
    if before.empty or (months > table["months"].max() and before["survival"].iloc[-1] > 0):
        known = 1.0 if before.empty and len(table) else float("nan")
        return pd.Series({"survival": known, "low": known, "high": known, "at_risk": 0})
    return before.iloc[-1]


def enough(study) -> pd.DataFrame:
    """The followed relations, or the words that say why no curve is drawn."""
    watched = followed(study.relations)
    if len(watched) < FEW:
        raise Unsupported(
            words.plural(
                len(watched),
                "Only {n} relation is followed here; a curve is drawn from {few} on.",
                "Only {n} relations are followed here; a curve is drawn from {few} on.",
            ).format(n=len(watched), few=FEW)
        )
    return watched


def scope_words(study, relations: pd.DataFrame) -> str:
    """Champ: which relations, how many, and how many were never watched."""
    unseen = len(study.relations) - len(relations)
    told = _("{scope}, known on {day}").format(scope=study.scope_line, day=words.date(study.day))
    if unseen:
        told += _("; {n} that ended before their source began to see are left out").format(n=words.number(unseen))
    return told[:1].upper() + told[1:] + "."


def labels() -> dict[str, str]:
    return {
        "stratum": _("Group"), "months": _("Months since the start"), "at_risk": _("At risk"), "ended": _("Ended"),
        "censored": _("Censored"), "survival": _("Still running"), "low": _("Low"), "high": _("High"),
    }  # fmt: skip


FORMATS = {
    "stratum": "text", "months": "months", "at_risk": "integer", "ended": "integer", "censored": "integer", "survival": "percent",
    "low": "percent", "high": "percent",
}  # fmt: skip


def years(months: float) -> str:
    """A horizon in words: 36 months are three years, 30 months are 30 months."""
    if months % 12:
        return _("{n} months").format(n=words.number(months))
    return words.plural(months / 12, "{n} year", "{n} years").format(n=words.number(months / 12))


def rule_words(study) -> str:
    """The rule by which an end is an end, said under every curve."""
    grace = study.parameters.grace_days
    return _(
        "A relation has ended when {grace} days have passed after its last term without a new agreement; until then it is not "
        "counted as ended. Relations begun before their source sees them are followed from their entry. Limits: log-log, "
        "beta product where fewer than {few} are followed."
    ).format(grace=words.number(grace), few=durability.BETA)


def F1(study) -> Exhibit:
    """Running relations per month, with dated milestones; the last six months are still being recorded."""
    found = study.relations
    if found.empty:
        raise Unsupported(_("No relation is known on this day."))
    data = durability.running_by_month(found, study.day).reset_index()
    first, last = data.iloc[0], data.iloc[-1]
    peak = data.loc[data["running"].idxmax()]
    shown = [(pd.Timestamp(day), _(name)) for day, name in MILESTONES] if not study.is_grants else []
    ceased = study.windows["last"].min() if len(study.windows) else study.day
    uneven = ceased < study.day - pd.DateOffset(months=6)

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.4)
        unsure = max(min(study.day - pd.DateOffset(months=6), ceased), data["month"].min())
        series = data.set_index("month")[["running"]].rename(columns={"running": _("running")})
        points = lines.over_time(
            axes, series, "durability", narrow, unsure_from=unsure, milestones=[m for m in shown if m[0] >= data["month"].min()]
        )
        axis_words(axes, y=_("Relations running at the end of the month"))
        return figure, points

    return Exhibit(
        id="F1", family="durability",
        title=(_("Up to {peak} relations ran at once, in {when}; not all sources see as far") if uneven
               else _("{n} relations run in {month}, {start} in {first}")).format(
            peak=words.number(peak["running"]), when=words.date(peak["month"], "month"), n=words.number(last["running"]), month=words.date(last["month"], "month"), start=words.number(first["running"]),
            first=words.date(first["month"], "month"),
        ),
        subtitle=_("Number of relations running at the end of each month"),
        reading=_("At the end of {month}, {n} relations were running; the most, {peak}, ran at the end of {when}.").format(
            month=words.date(last["month"], "month"), n=words.number(last["running"]), peak=words.number(peak["running"]),
            when=words.date(peak["month"], "month"),
        ),
        scope=scope_words(study, found), source=study.source_line,
        note=(_("Hatched: from {ceased} on, a source has ceased to see, and its relations are no longer counted. ").format(ceased=words.date(ceased)) if uneven else "")
        + _("The last six months are hatched: agreements are recorded late, and the count may still rise. A relation to confirm "
               "counts until its last sign of life."),
        n=len(found), n_unit=_("relations"), day=study.day,
        alt=_("A curve of the number of running relations, from {start} in {first} to {n} in {month}, with its highest point of {peak} in {when}.").format(
            start=words.number(first["running"]), first=words.date(first["month"], "month"), n=words.number(last["running"]),
            month=words.date(last["month"], "month"), peak=words.number(peak["running"]), when=words.date(peak["month"], "month"),
        ),
        data=data, labels={"month": _("Month"), "running": _("Running"), "begun": _("Begun"), "ended": _("Ended")},
        formats={"month": "date", "running": "integer", "begun": "integer", "ended": "integer"}, draw=draw, synthetic=study.synthetic,
    )  # fmt: skip


def headline(watched: pd.DataFrame, study, horizon: float | None = None) -> tuple[pd.Series, pd.Series]:
    """Survival at the horizon and mean up to it (value, low, high), intervals by partner: a partner's relations are alike."""
    both = durability.by_partner(
        watched["duration_months"].to_numpy(float), watched["ended"].to_numpy(bool), watched["partner_id"],
        horizon or study.parameters.horizon_months, entry=watched["entry_months"].to_numpy(float), confidence=study.parameters.confidence,
    )  # fmt: skip
    return both.loc["survival"], both.loc["rmst"]


def F3(study, by: str | None = None) -> Exhibit:
    """How long relations last: Kaplan-Meier with band, numbers followed, median and restricted mean."""
    if by:
        return F4(study, by)
    watched, asked = enough(study), study.parameters
    if not watched["ended"].any():
        raise Unsupported(_("No relation has ended yet in what the sources see: nothing tells how long they last."))
    data = curve(watched, asked.confidence)
    horizon = within(data, asked.horizon_months)
    here, mean = headline(watched, study, horizon)
    settled, _mean = headline(_settled(watched, study.day - pd.Timedelta(days=asked.grace_days)), study, horizon)
    median = survival.quantile(data.rename(columns={"months": "time"})).iloc[0]
    share = words.percent(here["value"])
    median_said = (
        _("median {n} months").format(n=words.number(median["value"]))
        if median["value"] == median["value"]
        else _("median not reached")
    )
    fields = {
        "share": share, "when": years(horizon), "interval": words.interval(here["low"], here["high"], share=True), "median": median_said,
        "mean": words.number(mean["value"], 1), "spread": words.interval(mean["low"], mean["high"], 1),
    }  # fmt: skip

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.9 if narrow else 3.7)
        points = lines.survival(axes, thinned(data), "durability", narrow, horizon=_reach(data, horizon))
        axis_words(axes, y=_("Share of relations still running"))
        return figure, points

    return Exhibit(
        id="F3", family="durability",
        title=_("{share} of relations are still running after {when}").format(**fields),
        subtitle=_("Share of relations still running by time since their start (Kaplan-Meier), {level} interval").format(level=words.percent(asked.confidence)),
        reading=_("{when} after their start, {share} of relations are still running (interval {interval}); {median}; over the first {when}, a relation "
                  "lasts {mean} months on average ({spread}).").format(**fields),
        scope=scope_words(study, watched), source=study.source_line,
        note=rule_words(study) + " " + _("Followed only up to {n} days before the day, when every end is known, {share} last {when}.").format(
            n=asked.grace_days, share=words.percent(settled["value"]), when=years(horizon)),
        n=len(watched), n_unit=_("relations"), day=study.day,
        alt=_("A curve that falls from 100% at the start to {share} after {when}, with a band for its interval and the numbers followed below; {median}.").format(**fields),
        data=data, labels=labels(), formats=FORMATS, draw=draw, synthetic=study.synthetic,
    )  # fmt: skip


def thinned(data: pd.DataFrame) -> pd.DataFrame:
    """The first and last row of each quarter of a month: as much as a drawing can show of a curve with thousands of times."""
    step = data.groupby(["stratum", (data["months"] * 4).astype(int)], sort=False)["months"]
    return data[(data["months"] == step.transform("first")) | (data["months"] == step.transform("last"))]


def within(data: pd.DataFrame, horizon: float) -> float:
    """The horizon asked, or the last whole year (else month) to which ten relations were followed where that is earlier."""
    solid = data.loc[data["at_risk"] >= FEW, "months"].max()
    if data["months"].max() >= horizon or data["survival"].min() == 0 or solid != solid:
        return horizon
    return solid // 12 * 12 or max(1, solid // 1)


def _reach(data: pd.DataFrame, horizon: float) -> float:
    """How far to draw: to the last time with ten followed, in whole years, and at least to the horizon."""
    solid = data.loc[data["at_risk"] >= FEW, "months"].max()
    return max(horizon, -(-float(solid) // 12) * 12 if solid == solid else horizon)


GROUPS = {"level": "level", "domain": "domains", "kind": "kinds", "region": "region", "cohort": "start"}


def grouped(study, by: str) -> pd.Series:
    """The group of each followed relation, fixed at its start, by at most four names: the largest, the rest set aside.

    A relation with several domains or forms is in none of the single groups but in "several".
    """
    from analysis.faults import Refused
    from analysis.scope import _unknown

    if by not in GROUPS:
        raise Refused([_unknown("by", by, list(GROUPS))], 2)
    watched = followed(study.relations)
    if by == "cohort":
        charter = pd.Timestamp("2014-01-01")
        return (watched["start"] >= charter).map({True: _("begun from 2014 on"), False: _("begun before 2014")})
    values = watched[GROUPS[by]]
    several = values.str.contains("|", regex=False, na=False)
    named = values.where(~several, "several") if by in ("domain", "kind") else values
    sizes = named.value_counts()
    kept = [name for name in sizes.sort_index().sort_values(ascending=False, kind="stable").index if sizes[name] >= FEW][:ACROSS]
    order = named.where(named.isin(kept))
    return order.map(lambda name: _(name), na_action="ignore")


def F4(study, by: str = "level") -> Exhibit:
    """Durability of at most four groups, fixed at the start, compared by restricted means and a log-rank test."""
    enough(study)
    group = grouped(study, by).dropna()
    watched = study.relations.loc[group.index]
    if group.nunique() < 2:
        raise Unsupported(_("Fewer than two groups have {few} relations or more: there is nothing to compare.").format(few=FEW))
    asked = study.parameters
    horizon = asked.horizon_months
    data = curve(watched, asked.confidence, group)
    order = group.value_counts().index
    data = data.assign(place=data["stratum"].map({name: place for place, name in enumerate(order)})).sort_values(
        ["place", "months"], kind="stable"
    )
    data = data.drop(columns="place").reset_index(drop=True)
    test = survival.logrank(watched["duration_months"].to_numpy(float), watched["ended"].to_numpy(bool), group.to_numpy(object),
                            entry=watched["entry_months"].to_numpy(float))  # fmt: skip
    means = survival.rmst(data.rename(columns={"months": "time"}), horizon, confidence=asked.confidence).dropna()
    p_value, events = test["p_value"].iloc[0], int(test["observed"].sum())
    best, worst = (means["value"].idxmax(), means["value"].idxmin()) if len(means) else (order[0], order[-1])
    apart = p_value < 1 - asked.confidence and len(means) > 1
    of = {
        "level": _("level"),
        "domain": _("domain"),
        "kind": _("form of partnership"),
        "region": _("region"),
        "cohort": _("time of start"),
    }[by]
    fields = {
        "best": best, "worst": worst, "of": of, "when": years(horizon), "p": words.number(p_value, 3), "events": words.number(events),
        "high": words.number(means["value"].get(best), 1), "low": words.number(means["value"].get(worst), 1),
    }  # fmt: skip

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=4.4 if narrow else 4.1)
        points = lines.survival(axes, thinned(data), "durability", narrow, horizon=_reach(data, horizon))
        axis_words(axes, y=_("Share of relations still running"))
        return figure, points

    return Exhibit(
        id=f"F4-{by}", family="durability",
        title=(_("Relations of “{best}” last longest: {high} months of the first {when}, against {low} for “{worst}”") if apart
               else _("No difference by {of} stands out over the first {when}")).format(**fields),
        subtitle=_("Share of relations still running by time since their start, by {of} at the start (Kaplan-Meier)").format(**fields),
        reading=_("Over the first {when}, relations of “{best}” last {high} months on average, those of “{worst}” {low}. Log-rank test: p = {p}, on {events} ends.").format(**fields),
        scope=scope_words(study, watched), source=study.source_line,
        note=_("Groups are fixed at the start of the relation, at most four of {few} relations or more; several domains or forms make a group of their own. "
               "Where curves cross, compare the means over the horizon. ").format(few=FEW) + rule_words(study),
        n=len(watched), n_unit=_("relations"), day=study.day,
        alt=_("Curves of the share of relations still running, one per group: {groups}.").format(groups=words.join(order)),
        data=data, labels=labels(), formats=FORMATS, draw=draw, synthetic=study.synthetic,
    )  # fmt: skip


def F5(study) -> Exhibit:
    """How relations end: the share ended from each cause by time since the start (Aalen-Johansen)."""
    watched, asked = enough(study), study.parameters
    if not watched["ended"].any():
        raise Unsupported(_("No end is known yet."))
    if watched.loc[watched["ended"], "cause"].eq("unknown").all():
        raise Unsupported(_("The sources do not say why relations end."))
    cause = watched["cause"].where(watched["ended"].astype(bool)).to_numpy(object)
    table = survival.cumulative_incidence(
        watched["duration_months"].to_numpy(float),
        cause,
        entry=watched["entry_months"].to_numpy(float),
        confidence=asked.confidence,
    ).rename(columns={"time": "months"})
    table["cause"] = table["cause"].map(lambda name: _(name))
    horizon = asked.horizon_months
    here = table[table["months"] <= horizon].groupby("cause", sort=True).last()
    here = here.sort_values("incidence", ascending=False, kind="stable")
    left = at(curve(watched, asked.confidence), horizon)["survival"]
    aim = _("aim reached")
    fields = {
        "cause": here.index[0], "share": words.percent(here["incidence"].iloc[0]), "when": years(horizon), "left": words.percent(left),
        "aim": words.percent(here["incidence"].get(aim, 0.0)),
        "interval": words.interval(here["low"].iloc[0], here["high"].iloc[0], share=True),
    }  # fmt: skip
    ends = pd.crosstab(watched["duration_months"], cause).rename(columns=lambda name: _(name)).cumsum()
    reached = ends.index.searchsorted(table["months"], side="right") - 1
    data = table[["months", "cause", "incidence", "low", "high"]].assign(
        ended=[ends[name].iat[at] if at >= 0 else 0 for name, at in zip(table["cause"], reached, strict=True)]
    )

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=4.0 if narrow else 3.7)
        wide = data.pivot(index="months", columns="cause", values="incidence")
        wide = wide[sorted(wide, key=lambda name: [*here.index, name].index(name))]
        reach = min(_reach(curve(watched, asked.confidence), horizon), wide.index.max())
        wide = (
            pd.concat([pd.DataFrame(0.0, index=[0.0], columns=wide.columns), wide])
            .groupby(lambda month: round(2 * month) / 2)
            .last()
        )
        points = lines.stack(axes, wide, "durability", narrow, horizon=reach, rest=_("still running"))
        axis_words(axes, y=_("Share of relations"))
        return figure, points

    return Exhibit(
        id="F5", family="durability",
        title=_("After {when}, {left} still run; the first cause of end is “{cause}” ({share})").format(**fields),
        subtitle=_("Share of relations ended from each cause by time since their start (Aalen-Johansen)"),
        reading=_("{when} after their start, {share} of relations have ended from the cause “{cause}” (interval {interval}), {aim} because their aim was reached, and {left} still run.").format(**fields),
        scope=scope_words(study, watched), source=study.source_line,
        note=_("Causes compete: at each time the shares and what still runs sum to 100%. An aim reached is not a failure. ") + rule_words(study),
        n=len(watched), n_unit=_("relations"), day=study.day,
        alt=_("Stacked areas of the share ended from each cause; after {when}, “{cause}” makes {share}.").format(**fields),
        data=data, labels=labels() | {"cause": _("Cause"), "incidence": _("Share ended")},
        formats=FORMATS | {"cause": "text", "incidence": "percent"}, draw=draw, synthetic=study.synthetic,
    )  # fmt: skip


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


def choices(study) -> pd.DataFrame:
    """Survival at the horizon and mean up to it under every choice of method, the study's own first (T4)."""
    asked = study.parameters
    base = followed(study.relations)
    lost = base["status"] == "to confirm"
    to_day = pd.Series(relations.months_between(base["start"], [study.day] * len(base)), base.index)
    variants = {_("as studied"): base}
    before = lambda days: study.day - pd.Timedelta(days=days)
    for days in GRACES:
        if days != asked.grace_days:
            variants[_("grace of {n} days, followed up to as long before the day").format(n=days)] = _settled(
                followed(study.rechained(grace_days=days)), before(days)
            )
    if lost.any():
        variants[_("to confirm counted as running")] = base.assign(duration_months=base["duration_months"].mask(lost, to_day))
        variants[_("to confirm counted as ended")] = base.assign(ended=base["ended"] | lost)
    first = study.windows["first"].min() if len(study.windows) else pd.NaT
    if pd.notna(first):
        variants[_("only relations begun since the source sees them")] = base[base["start"] > first]
    variants[_("followed up to {n} days before the day, when every end is known").format(n=asked.grace_days)] = _settled(
        base, before(asked.grace_days)
    )
    if base["entity"].nunique() > 1:
        variants[_("one relation with the whole group")] = study.rechained(whole_group=True)
    if not study.filters and study.has("identities"):
        rules = {
            "identifier": _("who is who by identifier"),
            "name": _("who is who by exact name"),
            "both": _("who is who by identifier, else name"),
        }
        variants |= {said: study.rechained(identity=rule) for rule, said in rules.items() if rule != asked.identity}
    rows = []
    for said, variant in variants.items():
        variant = followed(variant)
        if len(variant) < FEW:
            rows.append((said, len(variant), int(variant["ended"].sum()), *[float("nan")] * 6))
            continue
        share, mean = headline(variant, study)
        rows.append(
            (said, len(variant), int(variant["ended"].sum()), *share[["value", "low", "high"]], *mean[["value", "low", "high"]])
        )
    return pd.DataFrame(rows, columns=["choice", "n", "ended", "survival", "low", "high", "mean", "mean_low", "mean_high"])


def _settled(watched: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """The relations followed up to a day only, when the grace of every term before it is over: no recent end is missed."""
    later = watched["last_known"] > until
    length = watched["duration_months"].astype(float)
    length[later] = relations.months_between(watched.loc[later, "start"], np.full(int(later.sum()), until))
    cut = watched.assign(duration_months=length, ended=watched["ended"] & ~later)
    return cut[cut["start"] <= until]


def T4(study) -> Exhibit:
    """Sensitivity: what each choice of method does to survival at the horizon and to the mean duration."""
    enough(study)
    data = choices(study)
    horizon = study.parameters.horizon_months
    own, others = data.iloc[0], data.iloc[1:].dropna(subset="survival")
    if others.empty:
        raise Unsupported(_("No other choice can be tried on these data."))
    low, high = others.loc[others["survival"].idxmin()], others.loc[others["survival"].idxmax()]
    holds = own["low"] <= low["survival"] and high["survival"] <= own["high"]
    fields = {
        "when": years(horizon), "own": words.percent(own["survival"]), "low": words.percent(low["survival"]), "high": words.percent(high["survival"]),
        "least": low["choice"], "most": high["choice"], "n": words.number(len(others)),
    }  # fmt: skip
    return Exhibit(
        id="T4", family="durability",
        title=(_("The share that lasts {when} holds under all {n} choices of method") if holds
               else _("The share that lasts {when} moves from {low} to {high} with the choices of method")).format(**fields),
        subtitle=_("Share of relations still running after {when}, and mean duration over that time, by choice of method").format(**fields),
        reading=_("As studied, {own} of relations last {when}; the lowest share is {low} (“{least}”), the highest {high} (“{most}”).").format(**fields),
        scope=scope_words(study, followed(study.relations)), source=study.source_line,
        note=_("One choice is moved at a time. Intervals count a partner's relations as alike. A relation to confirm is one whose end is not known: "
               "the truth lies between the two ways of counting it. A term whose grace still runs hides ends that have come: rows "
               "followed up to the grace before the day are free of this."),
        n=int(own["n"]), n_unit=_("relations"), day=study.day,
        alt=_("A table of {n} other choices; the share after {when} goes from {low} to {high}.").format(**fields),
        data=data, labels={"choice": _("Choice"), "n": _("Relations"), "ended": _("Ended"), "survival": _("Still running after {when}").format(**fields), "low": _("Low"),
                           "high": _("High"), "mean": _("Mean months"), "mean_low": _("Low (mean)"), "mean_high": _("High (mean)")},
        formats={"choice": "text", "n": "integer", "ended": "integer", "survival": "percent", "low": "percent", "high": "percent", "mean": "months",
                 "mean_low": "months", "mean_high": "months"},
        draw=None, synthetic=study.synthetic,
    )  # fmt: skip


def F3R(study) -> Exhibit:
    """Can the risk of ending within 12 months be foreseen? Predicted against seen, by fifth of risk, on years not learnt from."""
    from analysis.durability import risk

    asked = study.parameters
    found = risk.of_ending(
        study.relations_on,
        study.agreements,
        study.day,
        grace=pd.Timedelta(days=asked.grace_days),
        seed=SEED,
        confidence=asked.confidence,
    )
    if found is None:
        raise Unsupported(_("Too few relations or ends were followed over past years to learn a risk and to test it."))
    score, data = found.score, found.calibration.rename_axis("fifth").reset_index()
    fields = {
        "skill": words.percent(score["skill"]), "interval": words.interval(score["low"], score["high"], share=True),
        "n": words.number(score["n"]), "ended": words.number(score["ended"]), "model": words.number(score["model"], 3), "base": words.number(score["base"], 3),
    }  # fmt: skip

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=marks.tall(2 * len(data), narrow))
        seen = data.assign(label=data["fifth"].astype(str), series=_("seen"))
        told = data.assign(
            label=data["fifth"].astype(str), series=_("predicted"), value=data["predicted"], low=float("nan"), high=float("nan")
        )
        table = pd.concat([seen, told])[["label", "series", "value", "low", "high", "n"]]
        return figure, marks.dots(axes, table, "durability", narrow, sort=False, series=[_("seen"), _("predicted")])

    return Exhibit(
        id="F3R", family="durability",
        title=(_("The risk of ending within a year can be foreseen {skill} better than the base rate does") if found.publishable
               else _("The risk of ending within a year cannot be foreseen better than by the base rate")).format(**fields),
        subtitle=_("Share of running relations that ended within 12 months, predicted and seen, by fifth of predicted risk, on years not learnt from"),
        reading=_("On {n} relations of later years, {ended} of which ended within 12 months, the error (Brier) is {model} with the model and {base} with the base rate: "
                  "{skill} less (interval {interval}).").format(**fields),
        scope=scope_words(study, study.relations), source=study.source_line,
        note=_("Learnt on earlier years, tested on later ones; those lost from sight are made up for by weights. No risk is shown by name: it is for the study "
               "team, and only where it beats the base rate."),
        n=int(score["n"]), n_unit=_("relations"), day=study.day,
        alt=_("Pairs of dots, one pair per fifth of predicted risk: the share predicted and the share seen with its interval."),
        data=data, labels={"fifth": _("Fifth of risk"), "n": _("Relations"), "known": _("Of how many known"), "predicted": _("Predicted"), "ended": _("Ended"),
                           "value": _("Seen"), "low": _("Low"), "high": _("High")},
        formats={"fifth": "text", "n": "integer", "known": "number", "predicted": "percent", "ended": "number", "value": "percent", "low": "percent", "high": "percent"},
        draw=draw, synthetic=study.synthetic,
    )  # fmt: skip
