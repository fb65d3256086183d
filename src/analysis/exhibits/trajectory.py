"""The first three years of projects (F23), support and change of scale (F24), spread and closures by mode (F25)."""

import pandas as pd

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.charts import axis_words, curves, heading, marks, new, stacked
from analysis.declare.conventions import DEFAULTS
from analysis.exhibits.phrases import bounds, each, name
from analysis.indicators import domains, trajectory
from analysis.stats import intervals
from analysis.text import formatting
from analysis.text.formatting import text as _

FEW = DEFAULTS["comparison_from"]  # projects: below, three years or a comparison are not drawn
LAUREATES = (8, 18)  # published: laureates that reached other territories


def points_of(difference: float) -> str:
    """A difference of two shares, in points and with its sign."""
    if formatting.missing(difference):
        return formatting.number(None)
    points = round(100 * difference)
    return _(
        "{n} {n:point|points}",
        n=formatting.written(f"{points:+d}".replace("-", "−").replace("+0", "0"), points),
    )


def F23(study) -> Exhibit:
    """Where projects stand month by month in their first three years: running, funded, supported, spread, ended."""
    projects = study.projects
    panel = trajectory.steps(
        projects,
        trajectory.funded_on(projects, study.contributions),
        study.support,
        study.sites,
        study.day,
    )
    refuse_if(
        len(panel) < FEW,
        _(
            "Fewer than thirty projects began three years before this day: no trajectory can be drawn."
        ),
    )
    shares = trajectory.shares(panel)
    said = {
        "spread": _("spread"),
        "supported": _("supported"),
        "funded": _("funded"),
        "running": _("no step recorded"),
        "ended": _("project ended"),
    }
    shares = shares[list(said)].rename(columns=said)
    data = shares.reset_index().melt("month", var_name="state", value_name="share")
    data["count"] = (data["share"] * len(panel)).round().astype("int64")
    end = shares.iloc[-1]

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=4.0 if narrow else 3.4)
        table = data.pivot(index="month", columns="state", values="share")[
            list(dict.fromkeys(data["state"]))
        ]
        table = table.drop(columns=said["ended"], errors="ignore")
        points = curves.stack(axes, table, "across", narrow, horizon=36, rest=said["ended"])
        axis_words(axes, x=_("Time since the start of the project"), y=_("Share of projects"))
        return figure, points

    return Exhibit.of(
        study,
        "F23",
        "across",
        data,
        draw,
        n=len(panel),
        unit=_("projects"),
        columns={
            "month": (_("Month"), "integer"),
            "state": _("State"),
            "share": (_("Share"), "percent"),
            "count": (_("Number"), "integer"),
        },
        title=_(
            "Three years after their start, {spread} of projects had spread and {ended} had ended",
            spread=formatting.percent(end[said["spread"]]),
            ended=formatting.percent(end[said["ended"]]),
        ),
        subtitle=_(
            "Share of projects by the furthest step reached, month by month over their first three years"
        ),
        reading=_(
            "At month 12, {funded} of projects had been funded and {supported} had had support, without having spread.",
            funded=formatting.percent(shares.loc[12, said["funded"]]),
            supported=formatting.percent(shares.loc[12, said["supported"]]),
        ),
        scope=_(
            "{n} projects that began at least three years before {day}, the same at every month; {young} began later.",
            n=len(panel),
            day=study.day,
            young=len(projects) - len(panel),
        ),
        note=_(
            "Steps are cumulated: a project is shown at the furthest one that is recorded (cash from the group, a support, a "
            "territory beside its first). Projects that ended stay in the picture, otherwise only those that last would be "
            "seen. A step that is not recorded may still have happened."
        ),
        alt=_("Stacked areas over 36 months. At the end: {list}.", list=each(end.index, end)),
    )


def F24(study) -> Exhibit:
    """Support received by month 12 beside change of scale by month 36: an association among those still running at month 12."""
    refuse_if(
        not study.has("support") or not study.has("sites"),
        _("No support or no site is recorded: support and change of scale cannot be compared."),
    )
    projects, confidence = study.projects, study.parameters.confidence
    compared, left_out = trajectory.landmark(
        projects, study.sites, study.support, study.day, study.conventions
    )
    groups = compared.groupby("exposure", observed=False)["scaled"].agg(["sum", "size"])
    refuse_if(
        len(compared) < FEW or not groups.loc["none", "size"] or (groups["size"] > 0).sum() < 2,
        _(
            "Too few projects can be followed from month 12 to month 36: support and scale cannot be compared."
        ),
    )
    within = trajectory.comparison_strata(
        projects, study.partners, domains.in_force(study.day), study.conventions
    )
    said = {
        "none": _("No support"),
        "1-5 days": _("1 to 5 days"),
        "over 5 days": _("More than 5 days"),
    }
    risks = intervals.wilson(groups["sum"], groups["size"], confidence=confidence)
    risks = risks.assign(
        label=[said[level] for level in groups.index], events=groups["sum"], n=groups["size"]
    )
    mark = {"label": _("Laureates 2021 (published)"), "events": LAUREATES[0], "n": LAUREATES[1]}
    mark |= intervals.wilson(*LAUREATES, confidence=0.95)
    differences = {}
    for level in trajectory.LEVELS[1:]:
        if groups.loc[level, "size"]:
            pair = compared[compared["exposure"].isin(["none", level])]
            apart = trajectory.contrast(
                pair["scaled"], pair["exposure"] == level, within.reindex(pair.index), confidence
            )
            differences[_("{level} / none", level=said[level])] = apart
    by_kind = trajectory.contrasts_by_kind(
        compared,
        projects,
        study.support,
        within,
        confidence,
        study.conventions["landmark_months"],
    )
    by_kind["p_value"] = intervals.holm(by_kind["p_value"])
    found = pd.concat(
        [
            pd.DataFrame.from_dict(
                differences, orient="index", columns=trajectory.Contrast._fields
            ),
            by_kind,
        ]
    )
    contrasts = found.assign(view=_("difference"), label=[*differences, *by_kind.index.map(name)])
    data = pd.concat([pd.concat([risks, pd.DataFrame([mark])]).assign(view=_("share")), contrasts])
    kinds = contrasts.iloc[len(differences) :]
    clear = kinds.loc[kinds["p_value"] < 1 - confidence, "label"].tolist()
    unclear = [label for label in kinds["label"] if label not in clear]
    strongest = contrasts.iloc[len(differences) - 1]

    def draw(data, narrow):
        shares, contrasts = (data[data["view"] == view] for view in (_("share"), _("difference")))
        figure, axes = stacked(
            narrow, [marks.tall(len(table), narrow) for table in (shares, contrasts)]
        )
        points = marks.dots(axes[0], shares, "across", narrow, sort=False)
        heading(axes[0], _("Share that changed scale by month 36"))
        furthest = max(0.2, contrasts[["low", "high"]].abs().max(axis=None))
        limits = (-min(1, furthest * 1.05), min(1, furthest * 1.05))
        points += marks.dots(
            axes[1], contrasts, "across", narrow, points_of, False, limits, (0, _("no difference"))
        )
        heading(axes[1], _("Difference, like with like"))
        return figure, points

    told = {"clear": formatting.join(clear).lower(), "unclear": formatting.join(unclear).lower()}
    return Exhibit.of(
        study,
        "F24",
        "across",
        data,
        draw,
        n=len(compared),
        unit=_("projects"),
        columns={
            "view": _("View"),
            "label": _("Group compared"),
            "events": (_("Changes of scale"), "integer"),
            "n": (_("Projects"), "integer"),
            "value": (_("Share, or difference like with like"), "percent"),
            **bounds(),
            "p_value": (_("p-value (kinds: Holm)"), "number"),
            "crude": (_("Crude difference"), "percent"),
            "crude_low": (_("Lower bound (crude)"), "percent"),
            "crude_high": (_("Upper bound (crude)"), "percent"),
            "e_value": (_("E-value"), "number"),
            "e_value_limit": (_("E-value of the limit"), "number"),
        },
        title=_(
            "Change of scale goes with support for {clear}; for {unclear} no clear difference shows",
            **told,
        )
        if clear and unclear
        else _("Change of scale goes with support: {clear}", **told)
        if clear
        else _("No kind of support goes clearly with a change of scale"),
        subtitle=_(
            "Change of scale between months 12 and 36 by days of support received by month 12, then difference by kind of "
            "support"
        ),
        reading=_(
            "{a} of the projects with more than 5 days of support changed scale, {b} of those without; compared like with "
            "like, the difference is {difference} ({low} to {high}).",
            a=formatting.percent(risks["value"].iloc[-1]),
            b=formatting.percent(risks["value"].iloc[0]),
            difference=points_of(strongest["value"]),
            low=points_of(strongest["low"]),
            high=points_of(strongest["high"]),
        ),
        scope=_(
            "{n} projects still running and not yet scaled 12 months after their start, {events} {events:change|changes} of scale. Left out: {young} whose three years are not over, {ended} ended and {early} scaled within 12 months, {sites} without a recorded site, {days} whose days of support are unknown.",
            n=len(compared),
            events=groups["sum"].sum(),
            young=left_out["three years not over"],
            ended=left_out["ended before the landmark"],
            early=left_out["scaled before the landmark"],
            sites=left_out["no site recorded"],
            days=left_out["days of support unknown"],
        ),
        note=_(
            "This is an association, not an effect: support was not drawn by lot, and projects that already promised growth "
            "may have been chosen. To explain the crude ratio away, something unseen would have to go with both support and "
            "scale by a risk ratio of at least {e} (E-value; {limit} for the limit of its interval). Each kind is compared "
            "with projects that did not have it, within the same size, age, domain and other support; the title names a kind "
            "only where it stands out once all kinds are tested together (Holm). Scale: one more territory, or twice the "
            "sites. The published mark (8 of 18 laureates) counts other structures: it is no target.",
            e=formatting.number(strongest["e_value"], 1),
            limit=formatting.number(strongest["e_value_limit"], 1),
        ),
        alt=_(
            "Dots with intervals: {list}; then the difference for each kind of support.",
            list=each(risks["label"], risks["value"]),
        ),
    )


def F25(study) -> Exhibit:
    """Sites opened beside the first of each project less those closed, year by year and by mode of spread."""
    sites = trajectory.placed(study.projects, study.sites)
    beside = sites[~sites["base"]]
    refuse_if(
        beside.empty,
        _("No site beside the first of a project is recorded: spread cannot be followed."),
    )
    data = trajectory.net_openings(beside)
    data["mode"] = [name(mode) for mode in data["mode"]]
    total = data[["opened", "closed"]].sum()
    now = data[data["year"] == data["year"].max()].sort_values(
        "open", ascending=False, kind="stable"
    )
    first = now.iloc[0][["mode", "opened", "closed", "open"]]

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.6 if narrow else 3.3)
        table = data.pivot(index="year", columns="mode", values="opened")[list(now["mode"])]
        table[_("sites closed")] = -data.pivot(index="year", columns="mode", values="closed").sum(
            axis=1, skipna=False
        )
        table = table.where(table.notna().all(axis=1))  # part of a year is no year
        points = marks.columns(axes, table, "across", narrow)
        axis_words(axes, y=_("Sites opened (above) and closed (below)"))
        return figure, points

    return Exhibit.of(
        study,
        "F25",
        "across",
        data,
        draw,
        n=len(beside),
        unit=_("sites"),
        rules=Rules(left_out=("net", "open"), stacked="year", margin="mode"),
        columns={
            "year": _("Year"),
            "mode": _("Mode"),
            "opened": (_("Opened"), "integer"),
            "closed": (_("Closed"), "integer"),
            "net": (_("Opened less closed"), "integer"),
            "open": (_("Open at the end of the year"), "integer"),
        },
        title=_(
            "{open} {open:site was added and is|sites were added and are} open: {opened} opened, {closed} closed",
            open=now["open"].sum(),
            **total,
        ),
        subtitle=_(
            "Sites opened beside the first of each project, by mode of spread, and sites closed, by year"
        ),
        reading=_(
            "In {year}, “{mode}”: openings {opened}, closings {closed}, sites open {open}.",
            year=str(now["year"].iloc[0]),
            **first,
        ),
        scope=_(
            "{n} {n:site|sites} added by {projects} {projects:project|projects} of {all}, as known on {day}; the last year is not over.",
            n=len(beside),
            projects=beside["project_id"].nunique(),
            all=sites["project_id"].nunique(),
            day=study.day,
        ),
        note=_(
            "The first site of a project is its base, not spread. A closing that was not reported counts as open: openings "
            "are better known than closings."
        ),
        alt=_(
            "Columns by year. Open on the day: {list}.",
            list=formatting.join(
                f"{row.mode} {formatting.number(row.open)}" for row in now.itertuples()
            ),
        ),
    )
