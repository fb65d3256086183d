"""How concentrated the programme itself is (F10P): amounts over partners, regions and entities."""

import pandas as pd

from analysis import estimates, fragility, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.exhibits.statements import common
from analysis.figures import Point, axis_words, colour, heading, marks, new, shares
from analysis.words import text as _


def F10P(study) -> Exhibit:
    """How concentrated the programme itself is: amounts over partners, regions and entities."""
    funding = given(study)
    over = study.day.year - (not study.day.is_year_end)
    giving = funding[funding["year"] <= over].groupby("year")["entity"].nunique()
    if giving.empty:
        raise Unsupported(_("No full year of amounts is over on {day}.").format(day=words.date(study.day)))
    year = int(giving.index[giving >= giving.max() / 2].max())
    last = funding[funding["year"] == year]
    units = {_("Partners"): last["partner_id"], _("Regions"): last["region"], _("Entities"): last["entity"]}
    found = {label: fragility.programme(last["amount"], unit) for label, unit in units.items() if unit.nunique() > 1}
    if _("Partners") not in found:
        raise Unsupported(_("Amounts are known for a single partner: their concentration has no meaning."))
    partners = found[_("Partners")]
    curve = estimates.lorenz(last["amount"].groupby(last["partner_id"]).sum().clip(lower=0))
    steps = int(min(20, partners["n"] // 5)) or 1  # five partners or more between two points: no step is one partner's amount
    even = pd.DataFrame({"holders": [k / steps for k in range(steps + 1)]})
    curve = pd.merge_asof(even, curve.astype(float), on="holders")
    series = funding.groupby("year").apply(
        lambda rows: fragility.programme(rows["amount"], rows["partner_id"]), include_groups=False
    )
    of_partners = lambda one, holders: {"units": holders, "largest": one["top_1"]}
    rows = [
        dict(view=_("share"), label=label, series=name, n=one["n"], value=one[column], hhi=one["hhi"])
        | (of_partners(one, holders) if one is partners else {})
        for label, one in found.items()
        for name, column, holders in ((_("the first"), "top_1", 1), (_("the first ten"), "top_10", min(10, int(one["n"]))))
    ]
    rows += [
        dict(view=_("curve"), label=words.percent(row.holders), x=row.holders, value=row.amount) for row in curve.itertuples()
    ]
    rows += [
        dict(
            view=_("year"),
            label=str(int(at)),
            n=one["n"],
            value=one["top_10"],
            hhi=one["hhi"],
            **of_partners(one, min(10, int(one["n"]))),
        )
        for at, one in series.iterrows()
    ]
    data = pd.DataFrame(rows, columns=["view", "label", "series", "x", "units", "n", "value", "hhi", "largest"])
    entity = found.get(_("Entities"))
    lost = fragility.withdrawal(study.relations, entity["first"]) if entity is not None else None
    withdrawn = (
        _(
            "If {entity} withdrew, {money} of amounts, {relations} of running relations and {partners} of partners would be lost."
        ).format(
            entity=entity["first"],
            money=words.percent(entity["top_1"]),
            relations=words.percent(lost["relations"]),
            partners=words.percent(lost["partners"]),
        )
        if lost is not None
        else _("A single entity gives: were it to withdraw, all would be lost.")
    )

    def draw(data, narrow):
        figure, axes = new(narrow, height=3.1, panels=2, widths=(1, 1))
        table = data[data["view"] == _("curve")]
        axes[0].plot([0, 1], [0, 1], color=colour("axis"), linestyle=(0, (1, 2)))
        axes[0].plot(table["x"], table["value"], color=colour("fragility"))
        axes[0].fill_between(table["x"], table["value"], table["x"], color=colour("fragility"), alpha=0.13, linewidth=0)
        axes[0].annotate(
            _("if all had the same"), (0.72, 0.72), (-8, 2), textcoords="offset points", ha="right", color=colour("mute")
        )
        shares(axes[0].xaxis, many=2)
        shares(axes[0].yaxis, many=2)
        axes[0].set_ylim(0, 1)
        points = [
            Point(
                axes[0],
                row.x,
                row.value,
                _("the smallest {x} of partners\n{y} of amounts").format(x=row.label, y=words.percent(row.value)),
            )
            for row in table.iloc[2:-1:3].itertuples()
        ]
        axis_words(axes[0], x=_("Partners, smallest first"))
        heading(axes[0], _("Share of amounts held"), "fragility")
        largest = data[data["view"] == _("share")].assign(low=float("nan"), high=float("nan")).drop(columns="n")
        points += marks.dots(
            axes[1], largest, "fragility", narrow, sort=False, limits=(0, 1), series=[_("the first"), _("the first ten")]
        )
        heading(axes[1], _("Share of the largest"), "fragility")
        return figure, points

    return Exhibit(
        **common(study),
        id="F10P",
        family="fragility",
        title=_(
            "Ten partners receive {share} of the amounts of {year}"
        ).format(share=words.percent(partners["top_10"]), year=year),
        subtitle=_("Concentration of amounts given over partners, regions and entities, {year}").format(year=year),
        reading=" ".join(
            [
                _("In {year}, {n} partners share {total}: HHI {hhi}, as if {equal} partners had the same.").format(
                    year=year,
                    n=words.number(partners["n"]),
                    total=words.money(partners["total"]),
                    hhi=words.number(partners["hhi"], 4),
                    equal=words.number(partners["effective"]),
                ),
                withdrawn,
            ]
        ),
        scope=_(
            "Amounts to {n} partners in {year}, the last full year up to {day} in which at least half of the entities gave; the CSV holds "
            "all years."
        ).format(n=words.number(partners["n"]), year=year, day=words.date(study.day)),
        note=_("{what} A partner whose amounts of the year do not add up to more than zero is left out.").format(
            what=_("Amounts paid; promises are not counted.")
            if (funding["stage"] == "paid").any()
            else _("Amounts granted, counted in the year in which the grant starts.")
        ),
        n=int(partners["n"]),
        n_unit=_("partners"),
        alt=_(
            "A curve of the amounts held by the smallest partners (Gini {gini}), and dots of the share of the largest: {list}."
        ).format(
            gini=words.number(partners["gini"], 2),
            list=words.join(f"{label} {words.percent(one['top_1'])}" for label, one in found.items()),
        ),
        data=data,
        labels={
            "view": _("View"), "label": _("Over what, or year"), "series": _("Whose share"), "x": _("Share of partners"),
            "units": _("Partners who hold it"), "n": _("Number"), "value": _("Share of amounts"), "hhi": _("HHI"),
            "largest": _("Part of the first partner"),
        },
        formats={
            **dict.fromkeys(("view", "label", "series"), "text"), "x": "percent", "units": "integer", "n": "integer", "value": "percent",
            "hhi": "number", "largest": "percent",
        },
        draw=draw,
    )  # fmt: skip


def given(study) -> pd.DataFrame:
    """Money given to partners up to the day: partner_id, entity, region, year, amount, stage; paid where payments are known."""
    given = study.contributions
    given = given[(given["direction"] == "to partner") & (given["kind"] == "cash") & given["value_eur"].notna()]
    paid = given["stage"] == "paid"
    given = given[paid] if paid.any() else given
    if given.empty:
        raise Unsupported(_("No amount given to a partner is known: concentration cannot be shown."))
    of = study.agreements.set_index("agreement_id")[["partner_id", "entity"]].reindex(given["agreement_id"])
    region = study.partners.set_index("partner_id")["region"].reindex(of["partner_id"])
    return pd.DataFrame(
        {
            "partner_id": of["partner_id"].array, "entity": of["entity"].array, "region": region.array,
            "year": given["year"].array.astype(float), "amount": given["value_eur"].array.astype(float), "stage": given["stage"].array,
        }
    )  # fmt: skip
