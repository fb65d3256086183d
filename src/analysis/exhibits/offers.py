"""The support on offer: how much where (F27), and which serve a project, as a table that its reader narrows without a script (F27P)."""

from dataclasses import dataclass
from html import escape

import pandas as pd

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.charts import grids, new
from analysis.declare import schema
from analysis.exhibits.phrases import name
from analysis.exhibits.territories import exposure
from analysis.indicators import proposals, territories
from analysis.text import formatting
from analysis.text.formatting import text as _


@dataclass(frozen=True, eq=False, kw_only=True)
class Filtered(Exhibit):
    """A table with a list of choices above it for each of several subjects; the style sheet hides the rows not chosen.

    `choices`: subject -> (values to choose from, for each row those it answers to). A row that answers to none answers to
    all: a national offer serves every region. Value `k` of subject `a` is the class `a-k` of its option and of its rows
    (`style.choices`).
    """

    choices: dict[str, tuple[list[str], list[set[str]]]]

    def json(self) -> dict:
        return {key: value for key, value in super().json().items() if key != "choices"}

    def html(self) -> str:
        """The article, its table under the lists of choices."""
        lists, classes = "", [""] * len(self.data)
        for subject, (label, (values, held)) in zip("abcdefgh", self.choices.items(), strict=False):
            options = "".join(
                f'<option class="{subject}-{k}">{escape(value)}</option>'
                for k, value in enumerate(values)
            )
            lists += f"<label>{escape(label)} <select><option>{escape(_('no filter'))}</option>{options}</select></label>"
            for row, own in enumerate(held):
                kept = [
                    f"{subject}-{k}" for k, value in enumerate(values) if not own or value in own
                ]
                classes[row] += " ".join(["", *kept])
        before, opened, after = super().html().partition("<tbody>")
        rows = after.split("<tr>")
        marked = rows[0] + "".join(
            f'<tr class="{its.strip()}">{row}' for its, row in zip(classes, rows[1:], strict=False)
        )
        picture = '<div class="picture">'
        return (
            before.replace(
                picture, f'<div class="picture filtered"><div class="choices">{lists}</div>'
            )
            + opened
            + marked
        )


def active_offers(study) -> pd.DataFrame:
    """The offers active on the day, or the words that say there is none."""
    offers = proposals.active(study.offers, study.day, study.conventions["offer_days"])
    refuse_if(offers.empty, _("No active support offer is recorded: the offer cannot be shown."))
    return offers


def F27(study) -> Exhibit:
    """How many active offers each region has by phase and kind, the national ones apart, and where none is recorded."""
    offers = active_offers(study)
    phases, kinds = (list(schema.columns("offers")[column].values) for column in ("phase", "kind"))
    regions = (
        pd.Index([study.parameters.region])
        if study.parameters.region
        else territories.regions().index
    )
    found = proposals.offer_matrix(offers, regions, phases, kinds)
    exposed, per, said = exposure()
    data = found.assign(
        rate=found["offers"] / found["region"].map(exposed).astype("float64") * per,
        region=[
            _("National") if region == proposals.NATIONAL else region for region in found["region"]
        ],
        phase=[name(phase) for phase in found["phase"]],
        kind=[name(kind) for kind in found["kind"]],
    )
    inside = data[data["region"] != _("National")]
    gaps = inside[inside["offers"] == 0]
    barest = gaps.groupby("region", sort=False).size().sort_values(ascending=False, kind="stable")
    barest = barest if len(barest) else pd.Series({"–": 0})
    last = offers["verified_on"].where(offers["verified_on"] <= study.day).max()

    def draw(data, narrow):
        rows = data["region"].unique()
        figure, axes = new(narrow, height=0.27 * len(rows) + 1.1, panels=len(kinds))
        points, most = [], data["offers"].max()
        for panel, kind in zip(axes, kinds, strict=True):
            table = data[data["kind"] == name(kind)].pivot(
                index="region", columns="phase", values="offers"
            )
            table = table.loc[rows, [name(phase) for phase in phases]].astype("float64")
            table = table.where(table > 0)
            table = table.rename(index=territories.regions()["short_name"]) if narrow else table
            points += grids.matrix(
                panel,
                table,
                "across",
                narrow,
                limits=(1, most),
                missing=_("none recorded"),
                columns=name(kind),
            )
            if not narrow and panel is not axes[0]:
                panel.set_yticklabels([])
        return figure, points

    return Exhibit.of(
        study,
        "F27",
        "across",
        data,
        draw,
        n=len(offers),
        unit=_("offers"),
        rules=Rules(open=True),
        columns={
            "region": _("Region"),
            "phase": _("Phase"),
            "kind": _("Kind"),
            "offers": (_("Active offers"), "integer"),
            "rate": (name(said), "number"),
            "checked": (_("Last check"), "date"),
            "stale": (_("To be checked"), "integer"),
        },
        title=_(
            "{gaps} of {cells} cells of the regional offer {gaps:has|have} no offer recorded",
            gaps=len(gaps),
            cells=len(inside),
        ),
        subtitle=_(
            "Active support offers by region, phase of the project and kind; national offers on a row of their own"
        ),
        reading=_(
            "{national} national {national:offer serves|offers serve} every region; besides, {region} has {n} empty {n:cell|cells} of {all}.",
            national=(offers["scope"] == proposals.NATIONAL).sum(),
            region=barest.index[0],
            n=barest.iloc[0],
            all=len(phases) * len(kinds),
        ),
        scope=_("{n} {n:offer|offers} active on {day}.", n=len(offers), day=study.day),
        note=_(
            "Hatched: none recorded, which does not mean that none exists. An offer that covers several regions counts in each; national ones are added to none. Last check: {last}; {stale} {stale:offer was|offers were} not checked for a year, or never.",
            last=last,
            stale=offers["stale"].sum(),
        ),
        alt=_(
            "A grid of regions by phase, for support and for finance. Regions with most empty cells: {list}.",
            list=formatting.join(
                f"{region} ({formatting.number(n)})" if n else region
                for region, n in barest.head(3).items()
            ),
        ),
    )


def _choices(found: pd.DataFrame) -> dict[str, tuple[list[str], list[set[str]]]]:
    """What the offers may be chosen by: every region, phase and need, told of each row."""
    sets = lambda column: [set(value.split("|")) - {""} for value in found[column].fillna("")]
    said = lambda column: (
        [name(value) for value in schema.columns("offers")[column].values],
        [set(map(name, own)) for own in sets(column)],
    )
    regions = sorted(territories.regions().index), sets("regions")
    return {_("Region"): regions, _("Phase"): said("phase"), _("Need"): said("need")}


def F27P(study) -> Exhibit:
    """Which active offers serve each project of the partner looked at (its region, phase, needs); else all active offers."""
    offers = active_offers(study)
    asked = study.parameters.partner
    if asked:
        region_of = (
            study.only("partners", "partner_id", "region")
            .drop_duplicates("partner_id")
            .set_index("partner_id")["region"]
        )
        served = [offers.head(0)]
        for row in study.projects.itertuples():
            stated = (region_of.get(row.partner_id), row.phase, row.need)
            near = proposals.serving(
                offers, *(None if formatting.missing(value) else value for value in stated)
            )
            served.append(near.assign(project=row.name))
        found = pd.concat(served)
        refuse_if(
            found.empty, _("No recorded offer serves a project of this partner; others may exist.")
        )
    else:
        near = proposals.serving(offers, study.parameters.region or None, None, None)
        found = near.assign(needs_met=near["need"])
    parts = lambda column, said: [
        formatting.join(map(said, value.split("|"))) if value else "–"
        for value in found[column].fillna("")
    ]
    data = found.assign(
        **{column: [name(value) for value in found[column]] for column in ("phase", "kind")},
        place=[where if where != "–" else _("National") for where in parts("regions", str)],
        needs_met=parts("needs_met", name),
        state=[_("to be checked") if stale else _("up to date") for stale in found["stale"]],
    )
    first, n = (
        data.iloc[0][["name", "operator", "kind", "phase"]].rename({"name": "offer"}),
        found["offer_id"].nunique(),
    )
    return Filtered.of(
        study,
        "F27-offers",
        "across",
        data,
        n=n,
        unit=_("offers"),
        rules=Rules(open=True),
        columns={
            "name": _("Offer"),
            **({"project": _("Project")} if asked else {}),
            "place": _("Where"),
            "phase": _("Phase"),
            "kind": _("Kind"),
            "needs_met": _("Needs met"),
            "operator": _("Operator"),
            "verified_on": (_("Last check"), "date"),
            "state": _("State"),
        },
        title=_("{n} recorded {n:offer serves|offers serve} the projects of this partner", n=n)
        if asked
        else _("{n} support {n:offer is|offers are} recorded as active", n=n),
        subtitle=_("Offers by place, phase, kind and need, with the date of their last check"),
        reading=_(
            "“{offer}” of {operator} is an offer of kind “{kind}” for the phase “{phase}”.", **first
        ),
        scope=_("Offers active on {day}.", day=study.day),
        note=_(
            "An offer serves a project if it is national or of its region, of its phase, and meets a need that it states; "
            "what the project leaves open does not narrow the choice; an offer that names no need meets any. Other offers may "
            "exist."
        ),
        alt=_("A table of {n} {n:offer|offers}.", n=len(data)),
        choices=_choices(found),
    )
