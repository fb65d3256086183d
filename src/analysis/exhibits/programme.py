"""How concentrated the programme itself is (F10P): amounts over partners, regions and entities."""

import pandas as pd

from analysis.article.exhibit import Exhibit, refuse_if
from analysis.charts import Point, axis_words, colour, heading, marks, new, shares
from analysis.declare.conventions import DEFAULTS
from analysis.exhibits.phrases import each
from analysis.indicators import fragility
from analysis.stats import intervals
from analysis.text import formatting
from analysis.text.formatting import text as _

FEW = DEFAULTS["percent_from"]  # partners: fewer are no distribution


def F10P(study) -> Exhibit:
    """How concentrated the programme itself is: amounts over partners, regions and entities."""
    funding = given(study)
    over = study.day.year - (not study.day.is_year_end)
    giving = funding[funding["year"] <= over].groupby("year")["entity"].nunique()
    refuse_if(giving.empty, _("No full year of amounts is over on {day}.", day=study.day))
    last = funding[funding["year"] == giving.index[giving >= giving.max() / 2].max()]
    year = str(int(last["year"].iloc[0]))
    units = {
        _("Partners"): last["partner_id"],
        _("Regions"): last["region"],
        _("Entities"): last["entity"],
    }
    found = {
        label: fragility.programme(last["amount"], unit)
        for label, unit in units.items()
        if unit.nunique() > 1
    }
    refuse_if(
        _("Partners") not in found,
        _("Amounts are known for a single partner: their concentration has no meaning."),
    )
    partners = found[_("Partners")]
    refuse_if(
        partners["n"] < FEW,
        _(
            "Fewer than ten partners received amounts in {year}: no concentration is drawn.",
            year=year,
        ),
    )
    curve = intervals.lorenz(last["amount"].groupby(last["partner_id"]).sum().clip(lower=0))
    steps = (
        int(min(20, partners["n"] // 5)) or 1
    )  # five partners or more between two points: no step is one partner's amount
    even = pd.DataFrame({"holders": [k / steps for k in range(steps + 1)]})
    curve = pd.merge_asof(even, curve.astype(float), on="holders")
    first, ten = _("the first"), _("the first ten")

    def held(view, label, one, series, of_partners):
        """The share of the largest holders of one distribution; how many they are, and the first one's part, of partners only."""
        holders, column = (1, "top_1") if series == first else (min(10, int(one["n"])), "top_10")
        row = {
            "view": view,
            "label": label,
            "series": series,
            "n": one["n"],
            "value": one[column],
            "hhi": one["hhi"],
        }
        return row | ({"units": holders, "largest": one["top_1"]} if of_partners else {})

    rows = [
        held(_("share"), label, one, series, one is partners)
        for label, one in found.items()
        for series in (first, ten)
    ]
    rows += [
        {"view": _("curve"), "label": formatting.percent(at), "x": at, "value": amount}
        for at, amount in curve.to_numpy()
    ]
    for at, given_then in funding.groupby("year"):
        one = fragility.programme(given_then["amount"], given_then["partner_id"])
        rows.append(held(_("year"), str(int(at)), one, None, True))
    withdrawn = _("A single entity gives: were it to withdraw, all would be lost.")
    if (entity := found.get(_("Entities"))) is not None:
        lost = fragility.withdrawal(study.relations, entity["first"])
        withdrawn = (
            _(
                "If {entity} withdrew, {money} of amounts, {relations} of running relations and {partners} of partners would be lost.",
                entity=entity["first"],
                money=formatting.percent(entity["top_1"]),
                relations=formatting.percent(lost["relations"]),
                partners=formatting.percent(lost["partners"]),
            )
            if lost["relations"]
            else _(
                "{entity} gave {money} of amounts; none of its relations runs any more.",
                entity=entity["first"],
                money=formatting.percent(entity["top_1"]),
            )
        )

    def draw(data, narrow):
        figure, axes = new(narrow, height=3.1, panels=2, widths=(1, 1))
        table = data[data["view"] == _("curve")]
        axes[0].plot([0, 1], [0, 1], color=colour("axis"), linestyle=(0, (1, 2)))
        axes[0].plot(table["x"], table["value"], color=colour("fragility"))
        axes[0].fill_between(
            table["x"],
            table["value"],
            table["x"],
            color=colour("fragility"),
            alpha=0.13,
            linewidth=0,
        )
        said = {"textcoords": "offset points", "ha": "right", "color": colour("mute")}
        axes[0].annotate(_("if all had the same"), (0.72, 0.72), (-8, 2), **said)
        shares(axes[0].xaxis, many=2)
        shares(axes[0].yaxis, many=2)
        axes[0].set_ylim(0, 1)
        told = lambda row: _(
            "the smallest {x} of partners\n{y} of amounts",
            x=row.label,
            y=formatting.percent(row.value),
        )
        points = [
            Point(axes[0], row.x, row.value, told(row)) for row in table.iloc[2:-1:3].itertuples()
        ]
        axis_words(axes[0], x=_("Partners, smallest first"))
        heading(axes[0], _("Share of amounts held"), "fragility")
        largest = (
            data[data["view"] == _("share")]
            .assign(low=float("nan"), high=float("nan"))
            .drop(columns="n")
        )
        both = largest.groupby("label")["value"].agg(
            lambda shares: " · ".join(map(formatting.percent, shares))
        )
        largest = largest.assign(said=largest["label"].map(both))
        points += marks.dots(axes[1], largest, "fragility", narrow, sort=False, limits=(0, 1))
        heading(axes[1], _("Share of the largest"), "fragility")
        return figure, points

    return Exhibit.of(
        study,
        "F10P",
        "fragility",
        pd.DataFrame(rows),
        draw,
        n=partners["n"],
        unit=_("partners"),
        columns={
            "view": _("View"),
            "label": _("Over what, or year"),
            "series": _("Whose share"),
            "x": (_("Share of partners"), "percent"),
            "units": (_("Partners who hold it"), "integer"),
            "n": (_("Number"), "integer"),
            "value": (_("Share of amounts"), "percent"),
            "hhi": (_("HHI"), "number"),
            "largest": (_("Part of the first partner"), "percent"),
        },
        title=_(
            "Ten partners receive {share} of the amounts of {year}",
            share=formatting.percent(partners["top_10"]),
            year=year,
        ),
        subtitle=_(
            "Concentration of amounts given over partners, regions and entities, {year}", year=year
        ),
        reading=_(
            "In {year}, {n} partners share {total}: HHI {hhi}, as if {equal} {equal:partner|partners} had the same.",
            year=year,
            n=partners["n"],
            total=formatting.money(partners["total"]),
            hhi=formatting.number(partners["hhi"], 4),
            equal=partners["effective"],
        )
        + f" {withdrawn}",
        scope=_(
            "Amounts to {n} partners in {year}, the last full year up to {day} in which at least half of the entities gave; "
            "the CSV holds all years.",
            n=partners["n"],
            year=year,
            day=study.day,
        ),
        note=_(
            "{what} A partner whose amounts of the year do not add up to more than zero is left out.",
            what=_("Amounts paid; promises are not counted.")
            if (funding["stage"] == "paid").any()
            else _("Amounts granted, counted in the year in which the grant starts."),
        ),
        alt=_(
            "A curve of the amounts held by the smallest partners (Gini {gini}), and dots of the share of the largest: {list}.",
            gini=formatting.number(partners["gini"], 2),
            list=each(found, (one["top_1"] for one in found.values())),
        ),
    )


def given(study) -> pd.DataFrame:
    """Money given to partners up to the day: partner_id, entity, region, year, amount, stage; paid where payments are known."""
    given = study.contributions
    given = given[
        (given["direction"] == "to partner")
        & (given["kind"] == "cash")
        & given["value_eur"].notna()
    ]
    paid = given["stage"] == "paid"
    given = given[paid] if paid.any() else given
    refuse_if(
        given.empty, _("No amount given to a partner is known: concentration cannot be shown.")
    )
    of = study.beside(given["agreement_id"], "agreements", "partner_id", "entity")
    region = study.beside(of["partner_id"], "partners", "region")["region"]
    return pd.DataFrame(
        {
            "partner_id": of["partner_id"].array,
            "entity": of["entity"].array,
            "region": region.array,
            "year": given["year"].array.astype(float),
            "amount": given["value_eur"].array.astype(float),
            "stage": given["stage"].array,
        }
    )
