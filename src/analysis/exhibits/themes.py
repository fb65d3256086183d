"""What relations are about: forms (F2), domains (F19), challenges (F20), levels (F21), needs (F23N) and published marks (T9)."""

from collections.abc import Iterator

import pandas as pd

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.charts import axis_words, curves, grids, heading, marks, new
from analysis.declare import schema
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.cell_suppression import Sum
from analysis.exhibits.phrases import bounds, each, interval, name
from analysis.indicators import domains
from analysis.text import formatting
from analysis.text.formatting import text as _

FEW = DEFAULTS["percent_from"]  # rows: below, no share is said


def counted() -> dict[str, tuple[str, str]]:
    """The columns of `domains.counts`."""
    return {
        "count": (_("Number"), "integer"),
        "base": (_("Of how many"), "integer"),
        "share": (_("Share"), "percent"),
        **bounds(),
    }


def dots_of_shares(what: str, sort: bool = True):
    """The drawing of one share with its interval per row, on an axis that says what the shares are of."""
    valued = lambda data: data.rename(columns={"share": "value"})
    return marks.on_rows(marks.dots, "across", shown=valued, x=what, sort=sort)


def stands_out(ranked: pd.DataFrame) -> bool:
    """Whether the first of shares sorted from the highest is clearly first: the interval of the next one ends below its own.

    >>> stands_out(pd.DataFrame({"low": [0.31, 0.30], "high": [0.37, 0.36]}))
    False
    """
    return len(ranked) < 2 or bool(ranked["low"].iloc[0] > ranked["high"].iloc[1])


def F2(study) -> Exhibit:
    """The forms of partnership that relations hold at their start, several at once allowed, and how they combine."""
    kinds = study.relations["kinds"]
    known = int(kinds.notna().sum())
    refuse_if(
        known < FEW,
        _("Fewer than ten relations tell their form of partnership: shares would say nothing."),
    )
    forms = list(schema.columns("agreements")["kinds"].values)
    single = domains.counts(kinds, forms, study.parameters.confidence)
    together = domains.combinations(kinds)
    single = single.assign(view=_("form"), label=[name(form) for form in single.index])
    together = together.assign(view=_("combination"), base=known)
    together["label"] = [" + ".join(map(name, text.split("|"))) for text in together.index]
    several = together.loc[together.index.str.contains("|", regex=False), "share"].sum()
    data, first, last = pd.concat([single, together]), single.iloc[0], single.iloc[-1]

    def draw(data, narrow):
        figure, axes = new(narrow, height=2.5, panels=2, columns=1)
        alone = data[data["view"] == _("form")].rename(columns={"share": "value"})
        mixed = data[data["view"] == _("combination")]
        held = [text.split(" + ") for text in mixed["label"]]
        order = list(alone["label"])
        short = (
            dict(zip(order, "ABCDEFGH", strict=False)) if narrow else {form: form for form in order}
        )
        told = alone.assign(label=[f"{short[form]}. {form}" if narrow else form for form in order])
        points = marks.dots(axes[0], told, "across", narrow)
        heading(axes[0], _("Each form"))
        grid = pd.DataFrame({short[form]: [form in parts for parts in held] for form in order})
        grid["value"] = mixed["count"].to_numpy()
        points += grids.combinations(axes[1], grid, list(short.values()), "across", narrow)
        heading(axes[1], _("Combinations, number of relations"))
        return figure, points

    return Exhibit.of(
        study,
        "F2",
        "across",
        data,
        draw,
        n=known,
        unit=_("relations"),
        rules=Rules(by="view", sums=_combined),
        columns={"view": _("View"), "label": _("Form or combination"), **counted()},
        title=_(
            "{share} of relations combine several forms of partnership",
            share=formatting.percent(several),
        ),
        subtitle=_(
            "Share of relations that hold each form at their start, and number that hold each exact combination"
        ),
        reading=_(
            "{share} of relations ({interval}) hold the form “{form}”, alone or with others.",
            share=formatting.percent(first["share"]),
            form=first["label"],
            interval=interval(first),
        ),
        scope=_("{n} relations whose form is known, of {all}.", n=known, all=len(kinds)),
        note=_(
            "A relation may hold several forms: the shares add up to more than 100% and must not be stacked; only "
            "combinations are exclusive. Published mark, with its own base: engaged associations in 2015, philanthropy 67%, "
            "responsible practice 29%, economic cooperation 26%, societal innovation 25% (multiple answers, sum 147)."
        ),
        alt=_(
            "Dots for {many} forms, from {first} ({high}) to {last} ({low}); beside them, how forms combine.",
            many=len(forms),
            first=first["label"],
            high=formatting.percent(first["share"]),
            last=last["label"],
            low=formatting.percent(last["share"]),
        ),
    )


def _combined(data: pd.DataFrame, _numbers) -> Iterator[Sum]:
    """The count of a form is the sum of the combinations that hold it."""
    first = data["view"] == data["view"].iloc[0]
    for form in data.index[first]:
        parts = [
            (row, "count")
            for row in data.index[~first]
            if data.loc[form, "label"] in data.loc[row, "label"].split(" + ")
        ]
        yield Sum(parts, (form, "count"), 0.0, False)


def F19(study) -> Exhibit:
    """The domains of relations at their start, in the terms of the nomenclature in force on the day."""
    held = study.relations["domains"]
    known = int(held.notna().sum())
    refuse_if(
        known < FEW, _("Fewer than ten relations tell their domain: shares would say nothing.")
    )
    scheme = domains.in_force(study.day)
    listed = domains.nomenclature().query("scheme == @scheme").set_index("domain")
    found = domains.counts(
        domains.recode(held, scheme), [*listed.index, domains.OTHER], study.parameters.confidence
    )
    said = listed[f"label_{formatting.language()}"].to_dict() | {
        domains.OTHER: _("Other or earlier domains")
    }
    data = found.assign(label=[said[domain] for domain in found.index])
    asked = said.get(domains.passage(scheme).get(study.parameters.domain), "")
    told = data[~data["label"].isin([said[domains.OTHER], asked])]
    first = told.iloc[0]
    fields = {"domain": first["label"], "share": formatting.percent(first["share"]), "asked": asked}
    return Exhibit.of(
        study,
        "F19",
        "across",
        data,
        dots_of_shares(_("Share of relations")),
        n=known,
        unit=_("relations"),
        rules=Rules(by=""),
        columns={"label": _("Domain"), **counted()},
        title=_("Most often beside {asked}: {domain}, {share} of relations", **fields)
        if asked
        else _("Leading domain: {domain}, {share} of relations", **fields)
        if stands_out(told)
        else _("No domain comes clearly first: {list}", list=each(told["label"], told["share"])),
        subtitle=_(
            "Share of relations in each domain at their start, nomenclature of {scheme}, {share} interval",
            scheme=scheme,
            share=formatting.percent(study.parameters.confidence),
        ),
        reading=_(
            "{share} of relations ({interval}) are about “{domain}”, alone or with others.",
            interval=interval(first),
            **fields,
        ),
        scope=_("{n} relations whose domain is known, of {all}.", n=known, all=len(held)),
        note=_(
            "A relation may have several domains: shares may add up to more than 100%. Domains given in the terms of the "
            "five axes of 2014 are recoded by a passage table (professional mobility becomes skills sponsorship); axes "
            "without a successor are under “other”."
        ),
        alt=_(
            "One dot and its interval per domain: {list}.", list=each(data["label"], data["share"])
        ),
    )


def F20(study) -> Exhibit:
    """The challenge that each project takes up, and how far two coders agreed on it."""
    projects = study.projects
    known = projects["challenge"].dropna()
    refuse_if(
        len(known) < FEW,
        _("Fewer than ten projects are coded for their challenge: shares would say nothing."),
    )
    found = domains.counts(projects["challenge"], confidence=study.parameters.confidence)
    data = found.assign(label=[name(value) for value in found.index])
    coders = domains.agreement(
        projects["challenge"], projects["challenge_second_coder"], study.parameters.confidence
    )
    first = data.iloc[0]
    fields = {
        "challenge": first["label"],
        "share": formatting.percent(first["share"]),
        "interval": interval(first),
    }
    agreed = _("One person coded the challenges: how far another would agree is not known.")
    if coders.n and coders.kappa == coders.kappa:
        agreed = _(
            "Two coders read {n} {n:project|projects}: Cohen's kappa {kappa} ({low} to {high}), {observed} of projects coded alike.",
            n=coders.n,
            observed=formatting.percent(coders.observed),
            **{
                part: formatting.number(getattr(coders, part), 2)
                for part in ("kappa", "low", "high")
            },
        )
    return Exhibit.of(
        study,
        "F20",
        "across",
        data,
        dots_of_shares(_("Share of projects")),
        n=len(known),
        unit=_("projects"),
        rules=Rules(by=""),
        columns={"label": _("Challenge"), **counted()},
        title=_("Leading challenge: {challenge}, {share} of projects", **fields)
        if stands_out(data)
        else _("No challenge comes clearly first: {list}", list=each(data["label"], data["share"])),
        subtitle=_(
            "Share of projects by the challenge that they take up first, {share} interval",
            share=formatting.percent(study.parameters.confidence),
        ),
        reading=_("{share} of projects ({interval}) take up “{challenge}” first.", **fields),
        scope=_(
            "{n} projects whose challenge was coded, of {all}.", n=len(known), all=len(projects)
        ),
        note=agreed
        + " "
        + _(
            "The challenge is read from the description of the project: it tells an intention, not a result."
        ),
        alt=_(
            "One dot and its interval per challenge: {list}.",
            list=each(data["label"], data["share"]),
        ),
    )


def F21(study) -> Exhibit:
    """Whether networks act both nationally and near the ground: the national frame beside its local versions."""
    everyone, relations = study.all_relations, study.relations
    is_head = everyone["partner_id"].isin(
        study.known("partners", "network_id")["network_id"].dropna().unique()
    )
    network = study.beside(everyone["partner_id"], "partners", "network_id")["network_id"].where(
        ~is_head, everyone["partner_id"]
    )
    known = everyone["level"].notna() & network.notna()
    looked_at = network[known & everyone["relation_id"].isin(relations["relation_id"])].unique()
    refuse_if(
        len(looked_at) < FEW,
        _("Fewer than ten networks have a relation of known level: shares would say nothing."),
    )
    table = domains.articulation(everyone.loc[known, "level"], network[known]).loc[looked_at]
    said = {
        "national and local": _("A national frame and relations near the ground"),
        "national only": _("A national frame alone"),
        "local only": _("Regional or local relations without a frame"),
    }
    found = domains.counts(table["state"], list(said), study.parameters.confidence).reindex(
        list(said)
    )
    near = table[["regional", "local"]].sum(axis=1).groupby(table["state"]).median()
    data = found.assign(label=said.values(), median_near=near.reindex(found.index))
    both, levels = data.iloc[0][["count", "base"]], relations["level"].value_counts()
    return Exhibit.of(
        study,
        "F21",
        "across",
        data,
        dots_of_shares(_("Share of networks"), sort=False),
        n=len(table),
        unit=_("networks"),
        columns={
            "label": _("Articulation"),
            **counted(),
            "median_near": (_("Regional and local relations (median)"), "number"),
        },
        title=_(
            "{count} {count:network|networks} of {base} {count:joins|join} a national frame and relations near the ground",
            **both,
        ),
        subtitle=_(
            "Networks by the levels of the relations of their head and members, {share} interval",
            share=formatting.percent(study.parameters.confidence),
        ),
        reading=_(
            "{count} {count:network|networks} of {base} {count:has|have} both a national relation and at least one regional or local one.",
            **both,
        ),
        scope=_(
            "{n} networks with a relation in scope, at all levels and places of their {relations} relations.",
            n=len(table),
            relations=int((known & network.isin(looked_at)).sum()),
        ),
        note=_(
            "A framework agreement and its local versions are shown side by side and never added up. Relations in scope: "
            "{local} local, {regional} regional, {national} national at their start. Published mark, with its own base: "
            "associations in 2015, regional 47%, local 43%, national 22% (multiple answers, sum 116).",
            **{level: levels.get(level, 0) for level in ("local", "regional", "national")},
        ),
        alt=_(
            "One dot and its interval per articulation: {list}.",
            list=each(data["label"], data["share"]),
        ),
    )


def F23N(study) -> Exhibit:
    """Of the running relations that state a need, the share whose projects had support that answers it, year after year."""
    refuse_if(
        not study.has("support") or study.projects["need"].dropna().empty,
        _(
            "No project states a need, or no support is recorded: needs and support cannot be compared."
        ),
    )
    first = study.projects.loc[study.projects["need"].notna(), "start"].min()
    ends = pd.date_range(first, study.day, freq="YE").union([study.day])
    found = domains.needs_answered(
        study.projects, study.support, study.relations, ends, study.parameters.confidence
    )
    data = found.assign(need=[name(need) for need in found["need"]])
    last = data[data["day"] == study.day].sort_values("share", ascending=False)
    refuse_if(
        last["base"].max() < FEW,
        _(
            "Fewer than ten running relations state a same need on this day: shares would say nothing."
        ),
    )
    most, least = last.iloc[0], last.dropna(subset="share").iloc[-1]

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.6 if narrow else 3.3)
        series = data.rename(columns={"need": "group", "day": "x", "share": "value"})
        points = curves.bands(axes, series, "across", narrow, limits=(0, 1))
        axes.set_xticks(
            ends[:: 2 if narrow else 1],
            [formatting.date(day, "year") for day in ends[:: 2 if narrow else 1]],
        )
        axis_words(axes, y=_("Share of relations that state the need"))
        return figure, points

    return Exhibit.of(
        study,
        "F23-needs",
        "across",
        data,
        draw,
        n=last["base"].max(),
        unit=_("relations"),
        columns={
            "day": (_("Day"), "date"),
            "need": _("Need"),
            "answered": (_("Answered"), "integer"),
        }
        | {column: told for column, told in counted().items() if column != "count"},
        title=_(
            "{most} is the need most often met by a support ({high}), {least} the least ({low})",
            most=most["need"],
            least=least["need"],
            high=formatting.percent(most["share"]),
            low=formatting.percent(least["share"]),
        ),
        subtitle=_(
            "Of the running relations that state a need, share whose projects had a support that answers it, {share} "
            "interval",
            share=formatting.percent(study.parameters.confidence),
        ),
        reading=_(
            "On {day}, {answered} of the {base} running relations that state “{need}” had such a support ({share}).",
            day=study.day,
            answered=most["answered"],
            base=most["base"],
            need=most["need"],
            share=formatting.percent(most["share"]),
        ),
        scope=_(
            "Running relations at the end of each year and on {day} whose partner has a project that states the need.",
            day=study.day,
        ),
        note=_(
            "Which kind of support answers which need is a convention of this study: digital support for the digital "
            "transition, engineering and legal support for engineering in territories, strategic advice for innovation, "
            "communication for cultural support. A support received says nothing of its effect."
        ),
        alt=_(
            "Lines over the years, one per need; on the day: {list}.",
            list=each(last["need"], last["share"]),
        ),
    )


def T9(study) -> Exhibit:
    """What public sources say, each figure with its base and date; conflicts are shown, nothing is computed."""
    french = formatting.language() == "fr"
    table = schema.reference("benchmarks").astype({"value": "float64"})
    units = {
        "networks": _("networks"),
        "partnerships": _("partnerships"),
        "domains": _("domains"),
        "axes": _("axes"),
        "EUR": "€",
    }
    data = table.assign(
        indicator=table["indicator_fr" if french else "indicator"],
        base=table["base_fr" if french else "base"].map(formatting.typeset),
        value=[
            formatting.percent(row.value / 100)
            if row.unit == "percent"
            else f"{formatting.number(row.value)} {units[row.unit]}"
            for row in table.itertuples()
        ],
        status=[
            _("Conflicting sources") if status == "conflicting" else _("Published")
            for status in table["status"]
        ],
    )
    conflicting, first = (
        table[table["status"] == "conflicting"],
        data[table["unit"] == "percent"].iloc[0],
    )
    return Exhibit.of(
        study,
        "T9",
        "across",
        data,
        n=len(data),
        unit=_("figures"),
        rules=Rules(open=True),
        source=_("The pages named in the last column."),
        synthetic=False,
        columns={
            "indicator": _("Indicator"),
            "value": _("Value"),
            "base": _("Base"),
            "as_of": _("As of"),
            "status": _("Status"),
            "source": _("Source"),
        },
        title=_(
            "Published sources do not agree: from {low} to {high} national networks",
            low=conflicting["value"].min(),
            high=conflicting["value"].max(),
        ),
        subtitle=_(
            "Figures published about the alliance and about partnerships, each with its base and its date"
        ),
        reading=_(
            "{indicator}: {value} in {as_of}, on this base: {base}.",
            **first[["value", "as_of", "base"]],
            indicator=name(first["indicator"]),
        ),
        scope=_("{n} figures from public pages.", n=len(data)),
        note=_(
            "Bases and definitions differ: none of these figures may be divided by another, nor compared with this study's "
            "own without its base. Several are shares of multiple answers that add up to more than 100%."
        ),
        alt=_("A table of {n} published figures.", n=len(data)),
    )
