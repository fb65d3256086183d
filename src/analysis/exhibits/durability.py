"""Durability: how many relations run (F1), how long they last (F3, F4) and how they end (F5)."""

import numpy as np
import pandas as pd

from analysis import durability, relations, survival, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.figures import axis_words, lines, new

_ = words.text

FEW = 10  # relations: fewer is no curve
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
               else _("{n} relations run in {month}, as many as in {first}") if last["running"] == first["running"]
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
    settled, _mean = headline(settled_by(watched, study.day - pd.Timedelta(days=asked.grace_days)), study, horizon)
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
        figure, (axes,) = new(narrow, height=5.2 if narrow else 3.7)
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


def settled_by(watched: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """The relations followed up to a day only, when the grace of every term before it is over: no recent end is missed."""
    later = watched["last_known"] > until
    length = watched["duration_months"].astype(float)
    length[later] = relations.months_between(watched.loc[later, "start"], np.full(int(later.sum()), until))
    cut = watched.assign(duration_months=length, ended=watched["ended"] & ~later)
    return cut[cut["start"] <= until]
