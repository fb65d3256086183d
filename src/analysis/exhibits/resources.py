"""What partners live on: dependence (F9), concentration (F10), financial health (F11)."""

import math

import pandas as pd

from analysis import estimates, fragility, lines, tables, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.exhibits.programme import given
from analysis.exhibits.statements import common, live
from analysis.figures import axis_words, heading, marks, new
from analysis.words import text as _

FEW = 10  # partners: fewer carry no distribution
REFERENCE = 30  # accounts that a reference year needs
SEED = 2018


def F9(study) -> Exhibit:
    """How much of their yearly resources partners have from the group; in a list of grants, from their first funder."""
    if not study.has("accounts"):
        return _first_funder(study)
    accounts = _accounts(study)
    payer = study.known("agreements").set_index("agreement_id")["partner_id"]
    contributions = study.known("contributions")
    money = fragility.dependences(contributions.assign(partner_id=payer.reindex(contributions["agreement_id"]).array), accounts)
    known = money[money["dependence"].notna()]
    if len(known) < FEW:
        raise Unsupported(_("For fewer than ten partners both accounts and contributions are known: dependence cannot be shown."))
    confidence = study.parameters.confidence
    band = study.known("partners").set_index("partner_id")["budget_band"].reindex(known.index)
    in_kind = money[money["dependence_in_kind"].notna()]
    groups = {
        _("All partners, in cash"): known[["cash", "revenue", "dependence"]],
        _("All partners, cash and in kind"): pd.DataFrame(
            {
                "cash": in_kind["cash"] + in_kind["in_kind"],
                "revenue": in_kind["resources"],
                "dependence": in_kind["dependence_in_kind"],
            }
        ),
    }
    for value in tables.columns("partners")["budget_band"].values:
        if (band == value).sum() >= FEW:
            groups[_("Budget {band}, in cash").format(band=_(value))] = known.loc[
                band == value, ["cash", "revenue", "dependence"]
            ]
    each, together = _("mean of partners"), _("weighted by resources")
    rows = []
    for label, rowset in groups.items():
        mean = estimates.bootstrap(rowset["dependence"], "mean", seed=SEED, confidence=confidence)
        ratio = estimates.bootstrap(rowset[["cash", "revenue"]], "ratio", seed=SEED, confidence=confidence)
        first = (rowset[["cash", "revenue"]].max() / rowset[["cash", "revenue"]].sum()).max()
        rows += [dict(label=label, series=name, n=len(rowset), **one[["value", "low", "high"]], largest=largest)
                 for name, one, largest in ((each, mean, float("nan")), (together, ratio, first))]  # fmt: skip
    data = pd.DataFrame(rows)
    contradicted = int(money["contradicted"].sum())
    wrong = words.plural(
        contradicted,
        "{n} partner that received more than its revenue is left out.",
        "{n} partners that received more than their revenue are left out.",
    ).format(n=words.number(contradicted))
    above = int((known["dependence"] > lines.FRAGILITY["F1"].threshold).sum())
    share = estimates.wilson(above, len(known), confidence=confidence)
    mean, weighted = data.iloc[0], data.iloc[1]

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=marks.tall(len(groups), narrow, 1.05))
        top = min(1, math.ceil(max(0.1, data["high"].max()) * 25) / 25)
        points = marks.dots(axes, data, "fragility", narrow, sort=False, limits=(0, top), series=[each, together])
        axis_words(axes, x=_("Share of yearly resources"))
        return figure, points

    return Exhibit(
        **common(study),
        id="F9",
        family="fragility",
        title=_("{share} of partners depend on the Group for more than 30% of their resources").format(
            share=words.percent(share["value"])
        ),
        subtitle=_("Share of a partner's yearly resources that the Group brings, by size of budget, with interval"),
        reading=_(
            "The Group brings {mean} ({interval}) of the resources of a partner on average, and {weighted} of the resources of "
            "all partners together. {above} partners of {n} ({share}) are above 30%."
        ).format(
            mean=words.percent(mean["value"], 1),
            interval=words.interval(mean["low"], mean["high"], 1, share=True),
            weighted=words.percent(weighted["value"], 1),
            above=words.number(above),
            n=words.number(len(known)),
            share=words.interval(share["low"], share["high"], share=True),
        ),
        scope=_("{n} partners of {all} with a relation running: last accounts closed in the 24 months before {day}.").format(
            n=words.number(len(known)), all=words.number(live(study)["partner_id"].nunique()), day=words.date(study.day)
        ),
        note=_(
            "Cash paid over the fiscal year, all entities of the Group, over revenue; with in kind, valued contributions are "
            "added above and below. Flows of fiscal years that are not of 12 months are annualised. A partner for which no "
            "contribution of the year is recorded is unknown, not zero."
        )
        + (" " + wrong if contradicted else ""),
        n=len(known),
        n_unit=_("partners"),
        alt=_("Two dots per group, mean of partners and weighted by resources: {list}.").format(
            list=words.join(
                f"{row.label} {words.percent(row.value, 1)}" for row in data[data["series"] == each].itertuples()
            )
        ),
        data=data,
        labels={
            "label": _("Group"), "series": _("Weight"), "n": _("Partners"), "value": _("Dependence"), "low": _("Low"), "high": _("High"),
            "largest": _("Part of the first partner"),
        },
        formats={"label": "text", "series": "text", "n": "integer", **dict.fromkeys(("value", "low", "high", "largest"), "percent")},
        draw=draw,
    )  # fmt: skip


def _first_funder(study) -> Exhibit:
    """F9 where only grants are known: how much of the funding on record comes from each partner's first funder."""
    funding = given(study)
    if funding["entity"].nunique() < 2:
        raise Unsupported(
            _(
                "Dependence needs the partners' accounts, and the source has none; with a single funder on record, no share can"
                " be told."
            )
        )
    share = fragility.first_funder(funding["amount"], funding["partner_id"], funding["entity"])
    steps = [0, 0.5, 0.75, 0.999999, 1]
    band = [_("half or less"), _("half to three quarters"), _("three quarters to all"), _("all of it")]
    place = pd.cut(share["share"], steps, labels=band, include_lowest=True)
    each, together = _("of recipients"), _("of amounts")
    table = pd.DataFrame(
        {
            each: place.value_counts(sort=False, normalize=True),
            together: share["total"].groupby(place, observed=False).sum() / share["total"].sum(),
        }
    )
    data = table.rename_axis("label").reset_index().melt("label", var_name="series").astype({"label": "str"})
    data = data.assign(low=float("nan"), high=float("nan"))
    alone = table.loc[band[3], each]

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=marks.tall(4, narrow, 1.05))
        points = marks.dots(axes, data, "fragility", narrow, sort=False, limits=(0, 1), series=[each, together])
        axis_words(axes, x=_("Share of recipients, and of amounts"))
        return figure, points

    return Exhibit(
        **common(study),
        id="F9",
        family="fragility",
        title=_("{share} of recipients have a single funder on record").format(share=words.percent(alone)),
        subtitle=_("Recipients by the part of their funding on record that comes from their first funder"),
        reading=_("{share} of recipients have all their funding on record from one funder; they hold {money} of amounts.").format(
            share=words.percent(alone), money=words.percent(table.loc[band[3], together])
        ),
        scope=_("{n} recipients of {funders} funders, all years up to {day}.").format(
            n=words.number(len(share)), funders=words.number(funding["entity"].nunique()), day=words.date(study.day)
        ),
        note=_(
            "No accounts are known: this is a share of the funding on record, not of resources, and real dependence is lower. "
            "Other funders than those of the files are not seen."
        ),
        n=len(share),
        n_unit=_("recipients"),
        alt=_("Two dots per class, share of recipients and of amounts: {list}.").format(
            list=words.join(f"{label} {words.percent(value)}" for label, value in table[each].items())
        ),
        data=data,
        labels={
            "label": _("Part of the first funder"),
            "series": _("Counted"),
            "value": _("Share"),
            "low": _("Low"),
            "high": _("High"),
        },
        formats={"label": "text", "series": "text", **dict.fromkeys(("value", "low", "high"), "percent")},
        draw=draw,
    )


def F10(study) -> Exhibit:
    """On how many sources the partners' resources rest."""
    accounts = _accounts(study)
    found = fragility.ratios(accounts).join(accounts[list(fragility.REVENUE)].astype(float)).dropna(subset="hhi")
    if len(found) < FEW:
        raise Unsupported(_("The revenue of fewer than ten partners is known line by line: its concentration cannot be shown."))
    confidence = study.parameters.confidence
    mean = estimates.bootstrap(found["hhi"], "mean", seed=SEED, confidence=confidence)
    least = found["low"].mean()
    steps = [0, 1.5, 2, 3, 4, 5.001]
    bands = [words.interval(1, 1.5, 1), words.interval(1.5, 2, 1), "2–3", "3–4", "4–5"]
    counts = pd.cut(found["effective"].round(9), steps, labels=bands).value_counts(sort=False)
    said = {
        "public_grants": _("Public grants"), "gifts_sponsorship": _("Gifts and sponsorship"), "sales": _("Sales"),
        "dues": _("Dues"), "other_revenue": _("Other revenue"),
    }  # fmt: skip
    share = found[list(fragility.REVENUE)].fillna(0).div(found[list(fragility.REVENUE)].sum(axis=1), axis=0)
    rows = [dict(view=_("sources"), label=label, value=count / len(found), count=count) for label, count in counts.items()]
    for name, label in said.items():
        one = estimates.bootstrap(share[name], "mean", seed=SEED, confidence=confidence)
        rows.append(dict(view=_("lines"), label=label, count=int((share[name] >= 0.5).sum()), **one[["value", "low", "high"]]))
    data = pd.DataFrame(rows)[["view", "label", "value", "low", "high", "count"]]
    above = int((found["hhi"].round(9) >= 0.5).sum())
    half = estimates.wilson(above, len(found), confidence=confidence)

    def draw(data, narrow):
        figure, axes = new(narrow, height=2.9, panels=2, widths=(1.35, 1))
        table = data[data["view"] == _("sources")].set_index("label")[["value"]]
        points = marks.columns(axes[0], table, "fragility", narrow, write=words.percent)
        axes[0].set_ylim(top=axes[0].get_ylim()[1] * 1.08)
        heading(axes[0], _("Number of equal sources"), "fragility")
        lines_ = data[data["view"] == _("lines")]
        points += marks.dots(axes[1], lines_, "fragility", narrow, limits=(0, max(0.4, lines_["high"].max() * 1.05)))
        heading(axes[1], _("Mean share of each line"), "fragility")
        return figure, points

    return Exhibit(
        **common(study),
        id="F10",
        family="fragility",
        title=_("{share} of partners rest on two sources or fewer").format(share=words.percent(half["value"])),
        subtitle=_("Concentration of resources on five fixed lines of revenue: number of equal sources, mean share of each line"),
        reading=_(
            "For {above} partners of {n} ({interval}) the HHI is 0.5 or more: their resources are as concentrated as two equal "
            "sources, or more. Mean HHI {mean} ({low} to {high})."
        ).format(
            above=words.number(above),
            n=words.number(len(found)),
            interval=words.interval(half["low"], half["high"], share=True),
            mean=words.number(mean["value"], 2),
            low=words.number(mean["low"], 2),
            high=words.number(mean["high"], 2),
        ),
        scope=_("{n} partners with a relation running whose lines of revenue are known and add up, last accounts.").format(
            n=words.number(len(found))
        ),
        note=_(
            "HHI: sum of squared shares, 0.2 for five equal lines, 1 for a single one; number of equal sources: 1 / HHI. “Other” "
            "counts as one source; were it many small ones, the mean HHI would be {least}. Descriptive: two meta-analyses find "
            "little link between concentration and financial health."
        ).format(least=words.number(least, 2)),
        n=len(found),
        n_unit=_("partners"),
        alt=_("Columns of partners by number of equal sources: {list}; then a dot per line of revenue: {lines}.").format(
            list=words.join(f"{label} {words.percent(count / len(found))}" for label, count in counts.items()),
            lines=words.join(f"{row.label} {words.percent(row.value)}" for row in data[data["view"] == _("lines")].itertuples()),
        ),
        data=data,
        labels={
            "view": _("View"), "label": _("Class or line"), "value": _("Share"), "low": _("Low"), "high": _("High"),
            "count": _("Partners (for a line: those that have half of their resources or more from it)"),
        },
        formats={"view": "text", "label": "text", **dict.fromkeys(("value", "low", "high"), "percent"), "count": "integer"},
        draw=draw,
    )  # fmt: skip


def F11(study) -> Exhibit:
    """Tuckman and Chang's four ratios, against a declared reference year."""
    known = study.known("accounts")
    accounts = _accounts(study)
    year = known["year_end"].dt.year
    enough = year.value_counts().loc[lambda count: count >= REFERENCE].index
    if not len(enough) or len(accounts) < FEW:
        raise Unsupported(
            _("No year has the accounts of thirty partners to serve as a reference: financial health cannot be shown.")
        )
    reference = fragility.ratios(known[year == enough.min()])
    flags = fragility.tuckman_chang(fragility.ratios(accounts), reference)
    label = {
        "equity_ratio": _("Little equity"),
        "hhi": _("Concentrated revenue"),
        "administration_ratio": _("Lean administration"),
        "margin": _("Low margin"),
    }
    data = lines.prevalence(flags[list(label)], confidence=study.parameters.confidence).rename_axis("ratio").reset_index()
    data["label"] = data["ratio"].map(label)
    full = flags[flags["scored"] == 4]
    counts = full["flags"].value_counts().reindex(range(5), fill_value=0)
    data = pd.concat(
        [
            data.assign(view=_("ratio")),
            pd.DataFrame({"view": _("flags"), "label": [words.number(k) for k in counts.index], "yes": counts.array}),
        ]
    )[["view", "label", "yes", "no", "unknown", "share", "low", "high"]]
    risky = int((full["flags"] >= 1).sum())
    share = estimates.wilson(risky, len(full), confidence=study.parameters.confidence)

    def draw(data, narrow):
        heights = marks.tall(4, narrow, 1.1), 2.3
        figure, axes = new(narrow, height=sum(heights) / 2, panels=2, columns=1)
        axes[0].get_gridspec().set_height_ratios(heights)
        ratio = data[data["view"] == _("ratio")]
        points = marks.states(axes[0], ratio, "fragility", narrow)
        heading(axes[0], _("Worst fifth of {year}").format(year=enough.min()), "fragility")
        table = data[data["view"] == _("flags")].set_index("label")[["yes"]].astype(float)
        points += marks.columns(axes[1], table, "fragility", narrow)
        axes[1].set_ylim(top=axes[1].get_ylim()[1] * 1.08)
        heading(axes[1], _("Partners by number of such ratios"), "fragility")
        return figure, points

    return Exhibit(
        **common(study),
        id="F11",
        family="fragility",
        title=_("{share} of partners have at least one financial ratio in the worst fifth of {year}").format(
            share=words.percent(share["value"]), year=enough.min()
        ),
        subtitle=_(
            "Tuckman and Chang's four ratios of the last accounts, against the accounts of {year}"
        ).format(year=enough.min()),
        reading=_(
            "Of {n} partners whose four ratios are known, {risky} ({interval}) have at least one in the worst fifth, {all} all "
            "four."
        ).format(
            n=words.number(len(full)),
            risky=words.number(risky),
            interval=words.interval(share["low"], share["high"], share=True),
            all=words.number(int(counts[4])),
        ),
        scope=_(
            "{n} partners with a relation running and accounts closed in the 24 months before {day}; reference: {m} accounts of"
            " {year}."
        ).format(
            n=words.number(len(accounts)), day=words.date(study.day), m=words.number(len(reference)), year=enough.min()
        ),
        note=_(
            "One fifth is expected on each ratio if nothing changed. Low administration costs count as fragile: there is no "
            "slack to cut. The method flags exposure to a shock; it predicts no failure. {annualised} fiscal years of another "
            "length than 12 months have their flows annualised."
        ).format(annualised=words.number(int(fragility.annualised(accounts)["annualised"].sum()))),
        n=len(full),
        n_unit=_("partners"),
        alt=_(
            "One bar per ratio, in three parts; of those known, in the worst fifth: {list}; then columns by number of ratios."
        ).format(
            list=words.join(f"{row.label} {words.percent(row.share)}" for row in data[data["view"] == _("ratio")].itertuples())
        ),
        data=data,
        labels={
            "view": _("View"), "label": _("Ratio, or number of ratios"), "yes": _("In the worst fifth (or partners)"), "no": _("Not in it"),
            "unknown": _("Unknown"), "share": _("Share of those known"), "low": _("Low"), "high": _("High"),
        },
        formats={
            "view": "text", "label": "text", **dict.fromkeys(("yes", "no", "unknown"), "integer"),
            **dict.fromkeys(("share", "low", "high"), "percent"),
        },
        draw=draw,
    )  # fmt: skip


def _accounts(study) -> pd.DataFrame:
    """The last accounts of the partners of running relations, by partner; or the words that say there are none."""
    accounts = study.known("accounts")
    found = fragility.latest(accounts[accounts["partner_id"].isin(live(study)["partner_id"])], study.day)
    if found.empty:
        raise Unsupported(
            _("The source has no accounts of partners closed in the 24 months before {day}: their resources are unknown.").format(
                day=words.date(study.day)
            )
        )
    return found
