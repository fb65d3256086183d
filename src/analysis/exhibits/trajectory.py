"""The first three years of projects (F23), support and change of scale (F24), spread and closures by mode (F25)."""

import pandas as pd

from analysis import domains, estimates, trajectory, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.exhibits.across import name
from analysis.exhibits.statements import common
from analysis.figures import axis_words, heading, lines, marks, new
from analysis.words import text as _

FEW = 30  # projects: below, three years or a comparison are not drawn
LAUREATES = (8, 18)  # published: laureates that reached other territories


def funded_on(projects: pd.DataFrame, contributions: pd.DataFrame) -> pd.Series:
    """The day of the first cash from the group to each project (by project_id), its own or that of its agreement.

    A contribution known by its year alone counts from the end of that year.
    """
    cash = contributions[(contributions["kind"] == "cash") & (contributions["direction"] == "to partner")]
    year_over = pd.to_datetime(cash["year"].astype("str") + "-12-31", errors="coerce")
    cash = cash.assign(date=cash["date"].fillna(year_over))
    own = cash.dropna(subset="project_id")[["project_id", "date"]]
    shared = cash[cash["project_id"].isna()].merge(
        projects[["project_id", "agreement_id"]], on="agreement_id", suffixes=("_", "")
    )
    return pd.concat([own, shared[["project_id", "date"]]]).groupby("project_id")["date"].min()


def strata(projects: pd.DataFrame, partners: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """What projects are compared within, by project_id: size and age of the partner, domain of the project (conventions)."""
    table = projects.merge(
        partners[["partner_id", "staff_fte", "created_on"]].drop_duplicates("partner_id"), on="partner_id", how="left"
    )
    age = (table["start"] - table["created_on"]).dt.days / 365.25
    found = pd.DataFrame(
        {
            "size": pd.cut(table["staff_fte"].astype("float64"), [-1, 10, float("inf")], labels=["small", "large"], right=False),
            "age": pd.cut(age, [-float("inf"), 10, float("inf")], labels=["young", "old"], right=False),
            "domain": domains.recode(table["domain"], scheme),
        }
    )
    return found.astype("str").fillna("unknown").set_axis(table["project_id"], axis=0)


def points_of(difference: float) -> str:
    """A difference of two shares, in points and with its sign."""
    return (
        words.number(None)
        if words.missing(difference)
        else _("{n} points").format(n=f"{round(100 * difference):+d}".replace("-", "−").replace("+0", "0"))
    )


def F23(study) -> Exhibit:
    """Where projects stand month by month in their first three years: running, funded, supported, spread, ended."""
    projects = study.projects
    panel = trajectory.steps(projects, funded_on(projects, study.contributions), study.support, study.sites, study.day)
    if len(panel) < FEW:
        raise Unsupported(_("Fewer than thirty projects began three years before this day: no trajectory can be drawn."))
    shares = trajectory.shares(panel)
    said = {"spread": _("spread"), "supported": _("supported"), "funded": _("funded")}
    said |= {"running": _("no step recorded"), "ended": _("project ended")}
    shares = shares[list(said)].rename(columns=said)
    data = shares.reset_index().melt("month", var_name="state", value_name="share")
    data["count"] = (data["share"] * len(panel)).round().astype("int64")
    end = shares.iloc[-1]

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=4.0 if narrow else 3.4)
        table = data.pivot(index="month", columns="state", values="share")[list(dict.fromkeys(data["state"]))]
        table = table.drop(columns=said["ended"], errors="ignore")
        points = lines.stack(axes, table, "across", narrow, horizon=36, rest=said["ended"])
        axis_words(axes, x=_("Time since the start of the project"), y=_("Share of projects"))
        return figure, points

    return Exhibit(
        **common(study),
        id="F23",
        family="across",
        title=_("Three years after their start, {spread} of projects had spread and {ended} had ended").format(
            spread=words.percent(end[said["spread"]]), ended=words.percent(end[said["ended"]])
        ),
        subtitle=_("Share of projects by the furthest step reached, month by month over their first three years"),
        reading=_(
            "At month 12, {funded} of projects had been funded and {supported} had had support, without having spread."
        ).format(
            funded=words.percent(shares.loc[12, said["funded"]]), supported=words.percent(shares.loc[12, said["supported"]])
        ),
        scope=_(
            "{n} projects that began at least three years before {day}, the same at every month; {young} began later."
        ).format(n=words.number(len(panel)), day=words.date(study.day), young=words.number(len(projects) - len(panel))),
        note=_(
            "Steps are cumulated: a project is shown at the furthest one that is recorded (cash from the group, a support, a "
            "territory beside its first). Projects that ended stay in the picture, otherwise only those that last would be seen. "
            "A step that is not recorded may still have happened."
        ),
        n=len(panel),
        n_unit=_("projects"),
        alt=_("Stacked areas over 36 months. At the end: {list}.").format(
            list=words.join([f"{state} {words.percent(share)}" for state, share in end.items()])
        ),
        data=data,
        labels={"month": _("Month"), "state": _("State"), "share": _("Share"), "count": _("Number")},
        formats={"month": "integer", "state": "text", "share": "percent", "count": "integer"},
        draw=draw,
    )  # fmt: skip


def F24(study) -> Exhibit:
    """Support received by month 12 beside change of scale by month 36: an association among those still running at month 12."""
    if not study.has("support") or not study.has("sites"):
        raise Unsupported(_("No support or no site is recorded: support and change of scale cannot be compared."))
    projects, confidence = study.projects, study.parameters.confidence
    compared, left_out = trajectory.landmark(projects, study.sites, study.support, study.day)
    groups = compared.groupby("exposure", observed=False)["scaled"].agg(["sum", "size"])
    if len(compared) < FEW or not groups.loc["none", "size"] or (groups["size"] > 0).sum() < 2:
        raise Unsupported(_("Too few projects can be followed from month 12 to month 36: support and scale cannot be compared."))
    within = strata(projects, study.partners, domains.in_force(study.day))
    said = {"none": _("No support"), "1-5 days": _("1 to 5 days"), "over 5 days": _("More than 5 days")}
    risks = estimates.wilson(groups["sum"], groups["size"], confidence=confidence)
    risks = risks.assign(view=_("share"), label=[said[level] for level in groups.index], events=groups["sum"], n=groups["size"])
    mark = estimates.wilson(*LAUREATES, confidence=0.95).to_dict()
    mark |= {"view": _("share"), "label": _("Laureates 2021 (published)"), "events": LAUREATES[0], "n": LAUREATES[1]}
    differences = {
        _("{level} / none").format(level=said[level]): trajectory.contrast(
            pair["scaled"], pair["exposure"] == level, within.reindex(pair.index), confidence
        )
        for level in trajectory.LEVELS[1:]
        if len(pair := compared[compared["exposure"].isin(["none", level])]) and groups.loc[level, "size"]
    }
    by_kind = trajectory.contrasts_by_kind(compared, projects, study.support, within, confidence)
    by_kind["p_value"] = estimates.holm(by_kind["p_value"])
    found = pd.concat([pd.DataFrame.from_dict(differences, orient="index", columns=trajectory.Contrast._fields), by_kind])
    contrasts = pd.DataFrame(
        {
            "view": _("difference"), "label": [*differences, *(name(kind) for kind in by_kind.index)], "events": found["events"],
            "n": found["n"], "value": found["adjusted"], "low": found["adjusted_low"], "high": found["adjusted_high"],
            "p_value": found["p_value"], "crude": found["difference"], "crude_low": found["low"], "crude_high": found["high"],
            "e_value": found["e_value"], "e_value_limit": found["e_value_limit"],
        }
    )  # fmt: skip
    data = pd.concat([risks, pd.DataFrame([mark]), contrasts], ignore_index=True)
    data = data[
        [
            "view",
            "label",
            "events",
            "n",
            "value",
            "low",
            "high",
            "p_value",
            "crude",
            "crude_low",
            "crude_high",
            "e_value",
            "e_value_limit",
        ]
    ]
    kinds = contrasts.iloc[len(differences) :]
    clear = kinds.loc[kinds["p_value"] < 1 - confidence, "label"].tolist()
    unclear = [label for label in kinds["label"] if label not in clear]
    strongest = found.iloc[len(differences) - 1]
    events = int(groups["sum"].sum())

    def draw(data, narrow):
        shares, contrasts = (data[data["view"] == view] for view in (_("share"), _("difference")))
        heights = marks.tall(len(shares), narrow), marks.tall(len(contrasts), narrow)
        figure, axes = new(narrow, height=sum(heights) / 2, panels=2, columns=1)
        axes[0].get_gridspec().set_height_ratios(heights)
        points = marks.dots(axes[0], shares, "across", narrow, sort=False)
        heading(axes[0], _("Share that changed scale by month 36"))
        furthest = max(0.2, contrasts[["low", "high"]].abs().max(axis=None))
        limits = (-min(1, furthest * 1.05), min(1, furthest * 1.05))
        points += marks.dots(axes[1], contrasts, "across", narrow, points_of, False, limits, (0, _("no difference")))
        heading(axes[1], _("Difference, like with like"))
        return figure, points

    if clear and unclear:
        title = _("Change of scale goes with support for {clear}; for {unclear} no clear difference shows").format(
            clear=words.join(clear).lower(), unclear=words.join(unclear).lower()
        )
    elif clear:
        title = _("Change of scale goes with support: {clear}").format(clear=words.join(clear).lower())
    else:
        title = _("No kind of support goes clearly with a change of scale")
    return Exhibit(
        **common(study),
        id="F24",
        family="across",
        title=title,
        subtitle=_(
            "Change of scale between months 12 and 36 by days of support received by month 12, then difference by kind of support"
        ),
        reading=_(
            "{a} of the projects with more than 5 days of support changed scale, {b} of those without; compared like with like, "
            "the difference is {difference} ({low} to {high})."
        ).format(
            a=words.percent(risks["value"].iloc[-1]), b=words.percent(risks["value"].iloc[0]),
            difference=points_of(strongest["adjusted"]), low=points_of(strongest["adjusted_low"]),
            high=points_of(strongest["adjusted_high"]),
        ),
        scope=_(
            "{n} projects still running and not yet scaled 12 months after their start, {events} changes of scale. Left out: "
            "{young} whose three years are not over, {ended} ended and {early} scaled within 12 months, {sites} without a "
            "recorded site, {days} whose days of support are unknown."
        ).format(
            n=words.number(len(compared)), events=words.number(events), young=words.number(left_out["three years not over"]),
            ended=words.number(left_out["ended within 12 months"]), early=words.number(left_out["scaled within 12 months"]),
            sites=words.number(left_out["no site recorded"]), days=words.number(left_out["days of support unknown"]),
        ),
        note=_(
            "This is an association, not an effect: support was not drawn by lot, and projects that already promised growth may "
            "have been chosen. To explain the crude ratio away, something unseen would have to go with both support and scale by "
            "a risk ratio of at least {e} (E-value; {limit} for the limit of its interval). Each kind is compared with projects "
            "that did not have it, within the same size, age, domain and other support; the title names a kind only where it "
            "stands out once all kinds are tested together (Holm). Scale: one more territory, or twice the sites. The published "
            "mark (8 of 18 laureates) counts other structures: it is no target."
        ).format(e=words.number(strongest["e_value"], 1), limit=words.number(strongest["e_value_limit"], 1)),
        n=len(compared),
        n_unit=_("projects"),
        alt=_("Dots with intervals: {list}; then the difference for each kind of support.").format(
            list=words.join([f"{row.label} {words.percent(row.value)}" for row in risks.itertuples()])
        ),
        data=data,
        labels={
            "view": _("View"), "label": _("Group compared"), "events": _("Changes of scale"), "n": _("Projects"),
            "value": _("Share, or difference like with like"), "low": _("Lower bound"), "high": _("Upper bound"),
            "p_value": _("p-value (kinds: Holm)"), "crude": _("Crude difference"), "crude_low": _("Lower bound (crude)"),
            "crude_high": _("Upper bound (crude)"), "e_value": _("E-value"), "e_value_limit": _("E-value of the limit"),
        },
        formats=dict.fromkeys(["view", "label"], "text")
        | dict.fromkeys(["events", "n"], "integer")
        | dict.fromkeys(["value", "low", "high", "crude", "crude_low", "crude_high"], "percent")
        | dict.fromkeys(["p_value", "e_value", "e_value_limit"], "number"),
        draw=draw,
    )  # fmt: skip


def F25(study) -> Exhibit:
    """Sites opened beside the first of each project less those closed, year by year and by mode of spread."""
    sites = trajectory.placed(study.projects, study.sites)
    beside = sites[~sites["base"]]
    if beside.empty:
        raise Unsupported(_("No site beside the first of a project is recorded: spread cannot be followed."))
    found = trajectory.net_openings(beside)
    data = found.assign(mode=[name(mode) for mode in found["mode"]])
    total = data[["opened", "closed"]].sum()
    now = data[data["year"] == data["year"].max()].sort_values("open", ascending=False, kind="stable")

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.6 if narrow else 3.3)
        table = data.pivot(index="year", columns="mode", values="opened")[list(now["mode"])]
        table[_("sites closed")] = -data.pivot(index="year", columns="mode", values="closed").sum(axis=1, skipna=False)
        table = table.where(table.notna().all(axis=1))  # part of a year is no year
        points = marks.columns(axes, table, "across", narrow)
        axis_words(axes, y=_("Sites opened (above) and closed (below)"))
        return figure, points

    return Exhibit(
        **common(study),
        id="F25",
        family="across",
        title=_("{open} sites were added and are open: {opened} opened, {closed} closed").format(
            open=words.number(now["open"].sum()), opened=words.number(total["opened"]), closed=words.number(total["closed"])
        ),
        subtitle=_("Sites opened beside the first of each project, by mode of spread, and sites closed, by year"),
        reading=_("In {year}, “{mode}”: openings {opened}, closings {closed}, sites open {open}.").format(
            year=str(now.iloc[0]["year"]), mode=now.iloc[0]["mode"], opened=words.number(now.iloc[0]["opened"]),
            closed=words.number(now.iloc[0]["closed"]), open=words.number(now.iloc[0]["open"]),
        ),
        scope=_("{n} sites added by {projects} projects of {all}, as known on {day}; the last year is not over.").format(
            n=words.number(len(beside)), projects=words.number(beside["project_id"].nunique()),
            all=words.number(sites["project_id"].nunique()), day=words.date(study.day),
        ),
        note=_(
            "The first site of a project is its base, not spread. A closing that was not reported counts as open: openings are "
            "better known than closings."
        ),
        n=len(beside),
        n_unit=_("sites"),
        alt=_("Columns by year. Open on the day: {list}.").format(
            list=words.join([f"{row.mode} {words.number(row.open)}" for row in now.itertuples()])
        ),
        data=data,
        labels={
            "year": _("Year"), "mode": _("Mode"), "opened": _("Opened"), "closed": _("Closed"), "net": _("Opened less closed"),
            "open": _("Open at the end of the year"),
        },
        formats={"year": "text", "mode": "text"} | dict.fromkeys(["opened", "closed", "net", "open"], "integer"),
        draw=draw,
    )  # fmt: skip
