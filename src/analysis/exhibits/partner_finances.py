"""What partners live on: dependence (F9), concentration (F10), financial health (F11)."""

import math

import pandas as pd

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.charts import axis_words, heading, marks, new, stacked
from analysis.declare import schema
from analysis.declare.conventions import DEFAULTS
from analysis.exhibits.line_counts import live
from analysis.exhibits.phrases import bounds, each, interval
from analysis.exhibits.programme import given
from analysis.indicators import fragility, lines
from analysis.relations import place
from analysis.stats import intervals
from analysis.text import formatting
from analysis.text.formatting import text as _

FEW = DEFAULTS["percent_from"]  # partners: fewer carry no distribution
REFERENCE = 30  # accounts that a reference year needs
SEED = 2018


def F9(study) -> Exhibit:
    """How much of their yearly resources partners have from the group; in a list of grants, from their first funder."""
    if not study.has("accounts"):
        return _first_funder(study)
    accounts = _accounts(study)
    contributions = study.known("contributions")
    payer = study.beside(contributions["agreement_id"], "agreements", "partner_id")["partner_id"]
    money = fragility.dependences(contributions.assign(partner_id=payer), accounts)
    known = money[money["dependence"].notna()]
    refuse_if(
        len(known) < FEW,
        _(
            "For fewer than ten partners both accounts and contributions are known: dependence cannot be shown."
        ),
    )
    confidence = study.parameters.confidence
    band = study.beside(known.index.to_series(), "partners", "budget_band")["budget_band"]
    in_kind = money[money["dependence_in_kind"].notna()]
    in_kind = in_kind.assign(
        cash=in_kind["cash"] + in_kind["in_kind"],
        revenue=in_kind["resources"],
        dependence=in_kind["dependence_in_kind"],
    )
    groups = {_("All partners, in cash"): known, _("All partners, cash and in kind"): in_kind}
    for value in schema.columns("partners")["budget_band"].values:
        if (band == value).sum() >= FEW:
            groups[_("Budget {band}, in cash", band=_(value))] = known[band == value]
    average, together = _("mean of partners"), _("weighted by resources")
    rows = []
    for label, rowset in groups.items():
        mean = intervals.bootstrap(rowset["dependence"], "mean", seed=SEED, confidence=confidence)
        ratio = intervals.bootstrap(
            rowset[["cash", "revenue"]], "ratio", seed=SEED, confidence=confidence
        )
        first = (rowset[["cash", "revenue"]].max() / rowset[["cash", "revenue"]].sum()).max()
        rows += [
            dict(
                label=label,
                series=name,
                n=len(rowset),
                **one[["value", "low", "high"]],
                largest=largest,
            )
            for name, one, largest in ((average, mean, float("nan")), (together, ratio, first))
        ]
    data = pd.DataFrame(rows)
    contradicted = int(money["contradicted"].sum())
    wrong = _(
        "{n} {n:partner that received more than its revenue is|partners that received more than their revenue are} left out.",
        n=contradicted,
    )
    above = int((known["dependence"] > study.conventions["LF1"]).sum())
    share = intervals.wilson(above, len(known), confidence=confidence)
    mean, weighted = data.iloc[0], data.iloc[1]

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=marks.tall(len(groups), narrow, 1.05))
        top = min(1, math.ceil(max(0.1, data["high"].max()) * 25) / 25)
        points = marks.dots(axes, data, "fragility", narrow, sort=False, limits=(0, top))
        axis_words(axes, x=_("Share of yearly resources"))
        return figure, points

    return Exhibit.of(
        study,
        "F9",
        "fragility",
        data,
        draw,
        n=len(known),
        unit=_("partners"),
        columns={
            "label": _("Group"),
            "series": _("Weight"),
            "n": (_("Partners"), "integer"),
            "value": (_("Dependence"), "percent"),
            **bounds(),
            "largest": (_("Part of the first partner"), "percent"),
        },
        title=_(
            "{share} of partners depend on the Group for more than 30% of their resources",
            share=formatting.percent(share["value"]),
        ),
        subtitle=_(
            "Share of a partner's yearly resources that the Group brings, by size of budget, with interval"
        ),
        reading=_(
            "The Group brings {mean} ({interval}) of the resources of a partner on average, and {weighted} of the resources of all partners together. {above} {above:partner|partners} of {n} ({share}) {above:is|are} above 30%.",
            mean=formatting.percent(mean["value"], 1),
            interval=interval(mean, 1),
            weighted=formatting.percent(weighted["value"], 1),
            above=above,
            n=len(known),
            share=interval(share),
        ),
        scope=_(
            "{n} partners of {all} with a relation running: last accounts closed in the 24 months before {day}.",
            n=len(known),
            all=live(study, "partner_id")["partner_id"].nunique(),
            day=study.day,
        ),
        note=_(
            "Cash paid over the fiscal year, all entities of the Group, over revenue; with in kind, valued contributions are "
            "added above and below. Flows of fiscal years that are not of 12 months are annualised. A partner for which no "
            "contribution of the year is recorded is unknown, not zero."
        )
        + (" " + wrong if contradicted else ""),
        alt=_(
            "Two dots per group, mean of partners and weighted by resources: {list}.",
            list=each(data["label"][::2], data["value"][::2], 1),
        ),
    )


def _first_funder(study) -> Exhibit:
    """F9 where only grants are known: how much of the funding on record comes from each partner's first funder."""
    funding = given(study)
    refuse_if(
        funding["entity"].nunique() < 2,
        _(
            "Dependence needs the partners' accounts, and the source has none; with a single funder on record, no share can be told."
        ),
    )
    share = fragility.first_funder(funding["amount"], funding["partner_id"], funding["entity"])
    band = [
        _("half or less"),
        _("half to three quarters"),
        _("three quarters to all"),
        _("all of it"),
    ]
    place = pd.cut(share["share"], [0, 0.5, 0.75, 0.999999, 1], labels=band, include_lowest=True)
    table = pd.DataFrame(
        {
            _("of recipients"): place.value_counts(sort=False, normalize=True),
            _("of amounts"): share["total"].groupby(place, observed=False).sum()
            / share["total"].sum(),
        }
    )
    data = (
        table.rename_axis("label")
        .reset_index()
        .melt("label", var_name="series")
        .astype({"label": "str"})
    )
    data = data.assign(low=float("nan"), high=float("nan"))
    alone, money = map(formatting.percent, table.iloc[-1])

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=marks.tall(4, narrow, 1.05))
        points = marks.dots(axes, data, "fragility", narrow, sort=False, limits=(0, 1))
        axis_words(axes, x=_("Share of recipients, and of amounts"))
        return figure, points

    return Exhibit.of(
        study,
        "F9",
        "fragility",
        data,
        draw,
        n=len(share),
        unit=_("recipients"),
        columns={
            "label": _("Part of the first funder"),
            "series": _("Counted"),
            "value": (_("Share"), "percent"),
            **bounds(),
        },
        title=_("{share} of recipients have a single funder on record", share=alone),
        subtitle=_(
            "Recipients by the part of their funding on record that comes from their first funder"
        ),
        reading=_(
            "{share} of recipients have all their funding on record from one funder; they hold {money} of amounts.",
            share=alone,
            money=money,
        ),
        scope=_(
            "{n} {n:recipient|recipients} of {funders} funders, all years up to {day}.",
            n=len(share),
            funders=funding["entity"].nunique(),
            day=study.day,
        ),
        note=_(
            "No accounts are known: this is a share of the funding on record, not of resources, and real dependence is lower. "
            "Other funders than those of the files are not seen."
        ),
        alt=_(
            "Two dots per class, share of recipients and of amounts: {list}.",
            list=each(table.index, table.iloc[:, 0]),
        ),
    )


def F10(study) -> Exhibit:
    """On how many sources the partners' resources rest."""
    accounts = _accounts(study)
    found = (
        fragility.ratios(accounts)
        .join(accounts[list(fragility.REVENUE)].astype(float))
        .dropna(subset="hhi")
    )
    refuse_if(
        len(found) < FEW,
        _(
            "The revenue of fewer than ten partners is known line by line: its concentration cannot be shown."
        ),
    )
    confidence = study.parameters.confidence
    mean = intervals.bootstrap(found["hhi"], "mean", seed=SEED, confidence=confidence)
    bands = [formatting.interval(1, 1.5, 1), formatting.interval(1.5, 2, 1), "2–3", "3–4", "4–5"]
    counts = pd.cut(
        found["effective"].round(9), [0, 1.5, 2, 3, 4, 5.001], labels=bands
    ).value_counts(sort=False)
    revenue = found[list(fragility.REVENUE)]
    share = revenue.fillna(0).div(revenue.sum(axis=1), axis=0)
    rows = [
        dict(view=_("sources"), label=label, value=count / len(found), count=count)
        for label, count in counts.items()
    ]
    for name in revenue:
        label = schema.columns("accounts")[name].label(study.lang)
        one = intervals.bootstrap(share[name], "mean", seed=SEED, confidence=confidence)
        rows.append(
            dict(
                view=_("lines"),
                label=label,
                count=int((share[name] >= 0.5).sum()),
                **one[["value", "low", "high"]],
            )
        )
    data = pd.DataFrame(rows)
    sources, of_lines = data[: len(counts)], data[len(counts) :]
    above = int((found["hhi"].round(9) >= 0.5).sum())
    half = intervals.wilson(above, len(found), confidence=confidence)

    def draw(data, narrow):
        figure, axes = new(narrow, height=2.9, panels=2, widths=(1.35, 1))
        table = data[data["view"] == _("sources")].set_index("label")[["value"]]
        points = marks.columns(axes[0], table, "fragility", narrow, write=formatting.percent)
        axes[0].set_ylim(top=axes[0].get_ylim()[1] * 1.08)
        heading(axes[0], _("Number of equal sources"), "fragility")
        lines_ = data[data["view"] == _("lines")]
        points += marks.dots(
            axes[1], lines_, "fragility", narrow, limits=(0, max(0.4, lines_["high"].max() * 1.05))
        )
        heading(axes[1], _("Mean share of each line"), "fragility")
        return figure, points

    return Exhibit.of(
        study,
        "F10",
        "fragility",
        data,
        draw,
        n=len(found),
        unit=_("partners"),
        columns={
            "view": _("View"),
            "label": _("Class or line"),
            "value": (_("Share"), "percent"),
            **bounds(),
            "count": (
                _("Partners (for a line: those that have half of their resources or more from it)"),
                "integer",
            ),
        },
        title=_(
            "{share} of partners rest on two sources or fewer",
            share=formatting.percent(half["value"]),
        ),
        subtitle=_(
            "Concentration of resources on five fixed lines of revenue: number of equal sources, mean share of each line"
        ),
        reading=_(
            "For {above} {above:partner|partners} of {n} ({interval}) the HHI is 0.5 or more: their resources are as concentrated as two equal sources, or more. Mean HHI {mean} ({low} to {high}).",
            above=above,
            n=len(found),
            interval=interval(half),
            mean=formatting.number(mean["value"], 2),
            low=formatting.number(mean["low"], 2),
            high=formatting.number(mean["high"], 2),
        ),
        scope=_(
            "{n} partners with a relation running whose lines of revenue are known and add up, last accounts.",
            n=len(found),
        ),
        note=_(
            "HHI: sum of squared shares, 0.2 for five equal lines, 1 for a single one; number of equal sources: 1 / HHI. "
            "“Other” counts as one source; were it many small ones, the mean HHI would be {least}. Descriptive: two "
            "meta-analyses find little link between concentration and financial health.",
            least=formatting.number(found["low"].mean(), 2),
        ),
        alt=_(
            "Columns of partners by number of equal sources: {list}; then a dot per line of revenue: {lines}.",
            list=each(sources["label"], sources["value"]),
            lines=each(of_lines["label"], of_lines["value"]),
        ),
    )


def F11(study) -> Exhibit:
    """Tuckman and Chang's four ratios, against a declared reference year."""
    known, accounts = study.known("accounts"), _accounts(study)
    year = known["year_end"].dt.year
    enough = year.value_counts().loc[lambda count: count >= REFERENCE].index
    refuse_if(
        not len(enough) or len(accounts) < FEW,
        _(
            "No year has the accounts of thirty partners to serve as a reference: financial health cannot be shown."
        ),
    )
    first = str(enough.min())
    reference = fragility.ratios(known[year == enough.min()])
    flags = fragility.tuckman_chang(fragility.ratios(accounts), reference)
    label = {
        "equity_ratio": _("Little equity"),
        "hhi": _("Concentrated revenue"),
        "administration_ratio": _("Lean administration"),
        "margin": _("Low margin"),
    }
    ratios = lines.prevalence(flags[list(label)], confidence=study.parameters.confidence)
    ratios = ratios.assign(view=_("ratio"), label=label.values())
    full = flags[flags["scored"] == 4]
    counts = full["flags"].value_counts().reindex(range(5), fill_value=0)
    many = pd.DataFrame({"view": _("flags"), "label": map(str, counts.index), "yes": counts.array})
    risky = int((full["flags"] >= 1).sum())
    share = intervals.wilson(risky, len(full), confidence=study.parameters.confidence)

    def draw(data, narrow):
        figure, axes = stacked(narrow, (marks.tall(4, narrow, 1.1), 2.3))
        ratio = data[data["view"] == _("ratio")]
        points = marks.states(axes[0], ratio, "fragility", narrow)
        heading(axes[0], _("Worst fifth of {year}", year=first), "fragility")
        table = data[data["view"] == _("flags")].set_index("label")[["yes"]].astype(float)
        points += marks.columns(axes[1], table, "fragility", narrow)
        axes[1].set_ylim(top=axes[1].get_ylim()[1] * 1.08)
        heading(axes[1], _("Partners by number of such ratios"), "fragility")
        return figure, points

    return Exhibit.of(
        study,
        "F11",
        "fragility",
        pd.concat([ratios, many]),
        draw,
        n=len(full),
        unit=_("partners"),
        rules=Rules(left_out=("unknown",)),
        columns={
            "view": _("View"),
            "label": _("Ratio, or number of ratios"),
            "yes": (_("In the worst fifth (or partners)"), "integer"),
            "no": (_("Not in it"), "integer"),
            "unknown": (_("Unknown"), "integer"),
            "share": (_("Share of those known"), "percent"),
            **bounds(),
        },
        title=_(
            "{share} of partners have at least one financial ratio in the worst fifth of {year}",
            share=formatting.percent(share["value"]),
            year=first,
        ),
        subtitle=_(
            "Tuckman and Chang's four ratios of the last accounts, against the accounts of {year}",
            year=first,
        ),
        reading=_(
            "Of {n} partners whose four ratios are known, {risky} ({interval}) {risky:has|have} at least one in the worst fifth, {all} all four.",
            n=len(full),
            risky=risky,
            interval=interval(share),
            all=counts[4],
        ),
        scope=_(
            "{n} partners with a relation running and accounts closed in the 24 months before {day}; reference: {m} accounts "
            "of {year}.",
            n=len(accounts),
            day=study.day,
            m=len(reference),
            year=first,
        ),
        note=_(
            "One fifth is expected on each ratio if nothing changed. Low administration costs count as fragile: there is no "
            "slack to cut. The method flags exposure to a shock; it predicts no failure. {annualised} fiscal years of another "
            "length than 12 months have their flows annualised.",
            annualised=fragility.annualised(accounts)["annualised"].sum(),
        ),
        alt=_(
            "One bar per ratio, in three parts; of those known, in the worst fifth: {list}; then columns by number of ratios.",
            list=each(ratios["label"], ratios["share"]),
        ),
    )


def _accounts(study) -> pd.DataFrame:
    """The last accounts of the partners of running relations, by partner; or the words that say there are none."""
    accounts = study.known("accounts")
    running = place(accounts["partner_id"], live(study, "partner_id")["partner_id"]) >= 0
    found = fragility.latest(accounts[running], study.day)
    refuse_if(
        found.empty,
        _(
            "The source has no accounts of partners closed in the 24 months before {day}: their resources are unknown.",
            day=study.day,
        ),
    )
    return found
