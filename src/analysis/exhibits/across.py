"""What relations are about: forms (F2), domains (F19), challenges (F20), levels (F21), needs (F23N) and published marks (T9)."""

from functools import cache
from importlib import resources

import pandas as pd

from analysis import domains, tables, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.exhibits.statements import common
from analysis.figures import axis_words, grids, heading, lines, marks, new
from analysis.words import text as _

COUNTED = {"count": "integer", "base": "integer", "share": "percent", "low": "percent", "high": "percent"}


FEW = 10  # rows: below, no share is said


def name(value: str) -> str:
    """A value of a clean table as a label of its own."""
    said = _(value)
    return said[:1].upper() + said[1:]


def counted(first: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Labels and formats of a table of counts and shares, after its own text columns."""
    said = {
        "count": _("Number"), "base": _("Of how many"), "share": _("Share"), "low": _("Lower bound"), "high": _("Upper bound"),
    }  # fmt: skip
    return first | said, {column: "text" for column in first} | COUNTED


def dots_of_shares(what: str, sort: bool = True):
    """The drawing of one share with its interval per row, on an axis that says what the shares are of."""

    def draw(data: pd.DataFrame, narrow: bool):
        figure, (axes,) = new(narrow, height=marks.tall(len(data), narrow))
        points = marks.dots(axes, data.rename(columns={"share": "value"}), "across", narrow, sort=sort)
        axis_words(axes, x=what)
        return figure, points

    return draw


def each(data: pd.DataFrame) -> str:
    """Every label with its share, in a sentence."""
    return words.join([f"{row.label} {words.percent(row.share)}" for row in data.itertuples()])


@cache
def benchmarks() -> pd.DataFrame:
    """The published figures, each with its base, date and source; they are shown and never computed with."""
    with (resources.files("analysis") / "reference/benchmarks.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype={"value": "float64", "as_of": "str"})


def F2(study) -> Exhibit:
    """The forms of partnership that relations hold at their start, several at once allowed, and how they combine."""
    kinds = study.relations["kinds"]
    known = int(kinds.notna().sum())
    if known < FEW:
        raise Unsupported(_("Fewer than ten relations tell their form of partnership: shares would say nothing."))
    forms = list(tables.columns("agreements")["kinds"].values)
    single = domains.counts(kinds, forms, study.parameters.confidence)
    together = domains.combinations(kinds)
    said = {form: name(form) for form in forms}
    single = single.assign(view=_("form"), label=[said[form] for form in single.index])
    together = together.assign(view=_("combination"), base=known)
    together["label"] = [" + ".join(said.get(part, name(part)) for part in text.split("|")) for text in together.index]
    several = together.loc[together.index.str.contains("|", regex=False), "share"].sum()
    data = pd.concat([single, together], ignore_index=True)[["view", "label", *COUNTED]]
    labels, formats = counted({"view": _("View"), "label": _("Form or combination")})
    first = single.iloc[0]

    def draw(data, narrow):
        figure, axes = new(narrow, height=2.5, panels=2, columns=1)
        alone = data[data["view"] == _("form")].rename(columns={"share": "value"})
        mixed = data[data["view"] == _("combination")]
        held = [text.split(" + ") for text in mixed["label"]]
        order = list(alone["label"])
        short = dict(zip(order, "ABCDEFGH", strict=False)) if narrow else {form: form for form in order}
        told = alone.assign(label=[f"{short[form]}. {form}" if narrow else form for form in order])
        points = marks.dots(axes[0], told, "across", narrow)
        heading(axes[0], _("Each form"))
        grid = pd.DataFrame({short[form]: [form in parts for parts in held] for form in order}).assign(
            value=mixed["count"].to_numpy()
        )
        points += grids.combinations(axes[1], grid, list(short.values()), "across", narrow)
        heading(axes[1], _("Combinations, number of relations"))
        return figure, points

    return Exhibit(
        **common(study),
        id="F2",
        family="across",
        title=_("{share} of relations combine several forms of partnership").format(share=words.percent(several)),
        subtitle=_("Share of relations that hold each form at their start, and number that hold each exact combination"),
        reading=_("{share} of relations ({interval}) hold the form “{form}”, alone or with others.").format(
            share=words.percent(first["share"]), form=first["label"],
            interval=words.interval(first["low"], first["high"], share=True),
        ),
        scope=_("{n} relations whose form is known, of {all}.").format(n=words.number(known), all=words.number(len(kinds))),
        note=_(
            "A relation may hold several forms: the shares add up to more than 100 % and must not be stacked; only combinations "
            "are exclusive. Published mark, with its own base: engaged associations in 2015, philanthropy 67 %, responsible "
            "practice 29 %, economic cooperation 26 %, societal innovation 25 % (multiple answers, sum 147)."
        ),
        n=known,
        n_unit=_("relations"),
        alt=_("Dots for {many} forms, from {first} ({high}) to {last} ({low}); beside them, how forms combine.").format(
            many=words.number(len(forms)), first=first["label"], high=words.percent(first["share"]),
            last=single.iloc[-1]["label"], low=words.percent(single.iloc[-1]["share"]),
        ),
        data=data,
        labels=labels,
        formats=formats,
        draw=draw,
    )  # fmt: skip


def F19(study) -> Exhibit:
    """The domains of relations at their start, in the terms of the nomenclature in force on the day."""
    held = study.relations["domains"]
    known = int(held.notna().sum())
    if known < FEW:
        raise Unsupported(_("Fewer than ten relations tell their domain: shares would say nothing."))
    scheme = domains.in_force(study.day)
    listed = domains.nomenclature().query("scheme == @scheme").set_index("domain")
    found = domains.counts(domains.recode(held, scheme), [*listed.index, domains.OTHER], study.parameters.confidence)
    said = listed[f"label_{words.language()}"].to_dict() | {domains.OTHER: _("Other or earlier domains")}
    data = found.assign(label=[said[domain] for domain in found.index])[["label", *COUNTED]].reset_index(drop=True)
    labels, formats = counted({"label": _("Domain")})
    asked = said.get(domains.passage(scheme).get(study.parameters.domain), "")
    first = data[~data["label"].isin([said[domains.OTHER], asked])].iloc[0]
    title = (
        _("Leading domain: {domain}, {share} of relations")
        if not asked
        else _("Most often beside {asked}: {domain}, {share} of relations")
    )

    return Exhibit(
        **common(study),
        id="F19",
        family="across",
        title=title.format(domain=first["label"], share=words.percent(first["share"]), asked=asked),
        subtitle=_("Share of relations in each domain at their start, nomenclature of {scheme}, 95 % interval").format(
            scheme=scheme
        ),
        reading=_("{share} of relations ({interval}) are about “{domain}”, alone or with others.").format(
            share=words.percent(first["share"]), domain=first["label"],
            interval=words.interval(first["low"], first["high"], share=True),
        ),
        scope=_("{n} relations whose domain is known, of {all}.").format(n=words.number(known), all=words.number(len(held))),
        note=_(
            "A relation may have several domains: shares may add up to more than 100 %. Domains given in the terms of the five "
            "axes of 2014 are recoded by a passage table (professional mobility becomes skills sponsorship); axes without a "
            "successor are under “other”."
        ),
        n=known,
        n_unit=_("relations"),
        alt=_("One dot and its interval per domain: {list}.").format(list=each(data)),
        data=data,
        labels=labels,
        formats=formats,
        draw=dots_of_shares(_("Share of relations")),
    )  # fmt: skip


def F20(study) -> Exhibit:
    """The challenge that each project takes up, and how far two coders agreed on it."""
    projects = study.projects
    known = projects["challenge"].dropna()
    if len(known) < FEW:
        raise Unsupported(_("Fewer than ten projects are coded for their challenge: shares would say nothing."))
    found = domains.counts(projects["challenge"], confidence=study.parameters.confidence)
    data = found.assign(label=[name(value) for value in found.index])[["label", *COUNTED]].reset_index(drop=True)
    coders = domains.agreement(projects["challenge"], projects["challenge_second_coder"], study.parameters.confidence)
    labels, formats = counted({"label": _("Challenge")})
    first = data.iloc[0]
    if coders.n and coders.kappa == coders.kappa:
        agreed = _(
            "Two coders read {n} projects: Cohen's kappa {kappa} ({low} to {high}), {observed} of projects coded alike."
        ).format(
            n=words.number(coders.n), kappa=words.number(coders.kappa, 2), low=words.number(coders.low, 2),
            high=words.number(coders.high, 2), observed=words.percent(coders.observed),
        )  # fmt: skip
    else:
        agreed = _("One person coded the challenges: how far another would agree is not known.")

    return Exhibit(
        **common(study),
        id="F20",
        family="across",
        title=_("Leading challenge: {challenge}, {share} of projects").format(
            challenge=first["label"], share=words.percent(first["share"])
        ),
        subtitle=_("Share of projects by the challenge that they take up first, 95 % interval"),
        reading=_("{share} of projects ({interval}) take up “{challenge}” first.").format(
            share=words.percent(first["share"]), challenge=first["label"],
            interval=words.interval(first["low"], first["high"], share=True),
        ),
        scope=_("{n} projects whose challenge was coded, of {all}.").format(
            n=words.number(len(known)), all=words.number(len(projects))
        ),
        note=agreed + " " + _("The challenge is read from the description of the project: it tells an intention, not a result."),
        n=len(known),
        n_unit=_("projects"),
        alt=_("One dot and its interval per challenge: {list}.").format(list=each(data)),
        data=data,
        labels=labels,
        formats=formats,
        draw=dots_of_shares(_("Share of projects")),
    )  # fmt: skip


def F21(study) -> Exhibit:
    """Whether networks act both nationally and near the ground: the national frame beside its local versions."""
    everyone, relations = study.all_relations, study.relations
    network_of = study.known("partners").drop_duplicates("partner_id").set_index("partner_id")["network_id"]
    is_head = everyone["partner_id"].isin(network_of.dropna().unique())
    network = everyone["partner_id"].map(network_of).where(~is_head, everyone["partner_id"])
    known = everyone["level"].notna() & network.notna()
    looked_at = network[known & everyone["relation_id"].isin(relations["relation_id"])].unique()
    if len(looked_at) < FEW:
        raise Unsupported(_("Fewer than ten networks have a relation of known level: shares would say nothing."))
    table = domains.articulation(everyone.loc[known, "level"], network[known]).loc[looked_at]
    states = ["national and local", "national only", "local only"]
    found = domains.counts(table["state"], states, study.parameters.confidence).reindex(states)
    said = {
        "national and local": _("A national frame and relations near the ground"),
        "national only": _("A national frame alone"),
        "local only": _("Regional or local relations without a frame"),
    }
    near = table[["regional", "local"]].sum(axis=1).groupby(table["state"]).median()
    data = found.assign(label=[said[state] for state in found.index], median_near=near.reindex(found.index))
    data = data[["label", *COUNTED, "median_near"]].reset_index(drop=True)
    labels, formats = counted({"label": _("Articulation")})
    both = data.iloc[0]
    levels = relations["level"].value_counts()

    return Exhibit(
        **common(study),
        id="F21",
        family="across",
        title=_("{count} networks of {base} join a national frame and relations near the ground").format(
            count=words.number(both["count"]), base=words.number(both["base"])
        ),
        subtitle=_("Networks by the levels of the relations of their head and members, 95 % interval"),
        reading=_("{count} networks of {base} have both a national relation and at least one regional or local one.").format(
            count=words.number(both["count"]), base=words.number(both["base"])
        ),
        scope=_("{n} networks with a relation in scope, at all levels and places of their {relations} relations.").format(
            n=words.number(len(table)), relations=words.number(int((known & network.isin(looked_at)).sum()))
        ),
        note=_(
            "A framework agreement and its local versions are shown side by side and never added up. Relations in scope: {local} "
            "local, {regional} regional, {national} national at their start. Published mark, with its own base: associations in "
            "2015, regional 47 %, local 43 %, national 22 % (multiple answers, sum 116)."
        ).format(**{level: words.number(int(levels.get(level, 0))) for level in ("local", "regional", "national")}),
        n=len(table),
        n_unit=_("networks"),
        alt=_("One dot and its interval per articulation: {list}.").format(list=each(data)),
        data=data,
        labels=labels | {"median_near": _("Regional and local relations (median)")},
        formats=formats | {"median_near": "number"},
        draw=dots_of_shares(_("Share of networks"), sort=False),
    )  # fmt: skip


def F23N(study) -> Exhibit:
    """Of the running relations that state a need, the share whose projects had support that answers it, year after year."""
    if not study.has("support") or study.projects["need"].dropna().empty:
        raise Unsupported(_("No project states a need, or no support is recorded: needs and support cannot be compared."))
    first = study.projects.loc[study.projects["need"].notna(), "start"].min()
    ends = pd.date_range(first, study.day, freq="YE").union([study.day])
    found = domains.needs_answered(study.projects, study.support, study.relations, ends, study.parameters.confidence)
    data = found.assign(need=[name(need) for need in found["need"]])
    last = data[data["day"] == study.day].sort_values("share", ascending=False)
    if last["base"].max() < FEW:
        raise Unsupported(_("Fewer than ten running relations state a same need on this day: shares would say nothing."))
    most, least = last.iloc[0], last.dropna(subset="share").iloc[-1]

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.6 if narrow else 3.3)
        series = data.rename(columns={"need": "group", "day": "x", "share": "value"})
        points = lines.bands(axes, series, "across", narrow, limits=(0, 1))
        axes.set_xticks(ends[:: 2 if narrow else 1], [words.date(day, "year") for day in ends[:: 2 if narrow else 1]])
        axis_words(axes, y=_("Share of relations that state the need"))
        return figure, points

    return Exhibit(
        **common(study),
        id="F23-needs",
        family="across",
        title=_("{most} is the need most often met by a support, {least} the least").format(
            most=most["need"], least=least["need"]
        ),
        subtitle=_(
            "Of the running relations that state a need, share whose projects had a support that answers it, 95 % interval"
        ),
        reading=_(
            "On {day}, {answered} of the {base} running relations that state “{need}” had such a support ({share})."
        ).format(
            day=words.date(study.day), answered=words.number(most["answered"]), base=words.number(most["base"]),
            need=most["need"], share=words.percent(most["share"]),
        ),
        scope=_(
            "Running relations at the end of each year and on {day} whose partner has a project that states the need."
        ).format(day=words.date(study.day)),
        note=_(
            "Which kind of support answers which need is a convention of this study: digital support for the digital transition, "
            "engineering and legal support for engineering in territories, strategic advice for innovation, communication for "
            "cultural support. A support received says nothing of its effect."
        ),
        n=int(last["base"].max()),
        n_unit=_("relations"),
        alt=_("Lines over the years, one per need; on the day: {list}.").format(
            list=each(last.rename(columns={"need": "label"}))
        ),
        data=data,
        labels={
            "day": _("Day"), "need": _("Need"), "answered": _("Answered"), "base": _("Of how many"), "share": _("Share"),
            "low": _("Lower bound"), "high": _("Upper bound"),
        },
        formats={"day": "date", "need": "text", "answered": "integer"} | COUNTED,
        draw=draw,
    )  # fmt: skip


def T9(study) -> Exhibit:
    """What public sources say, each figure with its base and date; conflicts are shown, nothing is computed."""
    french = words.language() == "fr"
    table = benchmarks()
    units = {"networks": _("networks"), "partnerships": _("partnerships"), "domains": _("domains"), "axes": _("axes"), "EUR": "€"}
    data = pd.DataFrame(
        {
            "indicator": table["indicator_fr" if french else "indicator"],
            "value": [words.percent(row.value / 100) if row.unit == "percent" else f"{words.number(row.value)} {units[row.unit]}"
                      for row in table.itertuples()],
            "base": table["base_fr" if french else "base"],
            "as_of": table["as_of"],
            "status": [_("Conflicting sources") if status == "conflicting" else _("Published") for status in table["status"]],
            "source": table["source"],
        }
    )  # fmt: skip
    conflicting = table[table["status"] == "conflicting"]
    return Exhibit(
        **common(study) | {"source": _("The pages named in the last column."), "synthetic": False},
        id="T9",
        family="across",
        title=_("Published sources do not agree: from {low} to {high} national networks").format(
            low=words.number(conflicting["value"].min()), high=words.number(conflicting["value"].max())
        ),
        subtitle=_("Figures published about the alliance and about partnerships, each with its base and its date"),
        reading=_("In 2015, 38 % of all associations of general interest had a company partner."),
        scope=_("{n} figures from public pages.").format(n=words.number(len(data))),
        note=_(
            "Bases and definitions differ: none of these figures may be divided by another, nor compared with this study's own "
            "without its base. Several are shares of multiple answers that add up to more than 100 %."
        ),
        n=len(data),
        n_unit=_("figures"),
        alt=_("A table of {n} published figures.").format(n=words.number(len(data))),
        data=data,
        labels={
            "indicator": _("Indicator"), "value": _("Value"), "base": _("Base"), "as_of": _("As of"), "status": _("Status"),
            "source": _("Source"),
        },
        formats=dict.fromkeys(data.columns, "text"),
        draw=None,
    )  # fmt: skip
