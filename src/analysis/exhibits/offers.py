"""Which support offers serve a project (F27P): a table that its reader narrows by region, phase and need, without a script."""

from dataclasses import dataclass
from html import escape

import pandas as pd

from analysis import roadmap, tables, territories, words
from analysis.exhibit import Exhibit, refuse_if
from analysis.exhibits.phrases import name
from analysis.exhibits.roadmap import active_offers
from analysis.words import text as _


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
            options = "".join(f'<option class="{subject}-{k}">{escape(value)}</option>' for k, value in enumerate(values))
            lists += f"<label>{escape(label)} <select><option>{escape(_('no filter'))}</option>{options}</select></label>"
            for row, own in enumerate(held):
                kept = [f"{subject}-{k}" for k, value in enumerate(values) if not own or value in own]
                classes[row] += " ".join(["", *kept])
        before, opened, after = super().html().partition("<tbody>")
        rows = after.split("<tr>")
        marked = rows[0] + "".join(f'<tr class="{its.strip()}">{row}' for its, row in zip(classes, rows[1:], strict=False))
        picture = '<div class="picture">'
        return before.replace(picture, f'<div class="picture filtered"><div class="choices">{lists}</div>') + opened + marked


def _choices(found: pd.DataFrame) -> dict[str, tuple[list[str], list[set[str]]]]:
    """What the offers may be chosen by: every region, phase and need, told of each row."""
    sets = lambda column: [set(value.split("|")) - {""} for value in found[column].fillna("")]
    said = lambda column: (
        [name(value) for value in tables.columns("offers")[column].values], [set(map(name, own)) for own in sets(column)]
    )  # fmt: skip
    regions = sorted(territories.regions().index), sets("regions")
    return {_("Region"): regions, _("Phase"): said("phase"), _("Need"): said("need")}


def F27P(study) -> Exhibit:
    """Which active offers serve each project of the partner looked at (its region, phase, needs); else all active offers."""
    offers = active_offers(study)
    asked = study.parameters.partner
    if asked:
        region_of = study.partners.drop_duplicates("partner_id").set_index("partner_id")["region"]
        served = [offers.head(0)]
        for row in study.projects.itertuples():
            stated = (region_of.get(row.partner_id), row.phase, row.need)
            near = roadmap.serving(offers, *(None if words.missing(value) else value for value in stated))
            served.append(near.assign(project=row.name))
        found = pd.concat(served)
        refuse_if(found.empty, _("No recorded offer serves a project of this partner; others may exist."))
    else:
        near = roadmap.serving(offers, study.parameters.region or None, None, None)
        found = near.assign(needs_met=near["need"])
    parts = lambda column, said: [words.join(map(said, value.split("|"))) if value else "–" for value in found[column].fillna("")]
    data = found.assign(
        **{column: [name(value) for value in found[column]] for column in ("phase", "kind")},
        place=[where if where != "–" else _("National") for where in parts("regions", str)], needs_met=parts("needs_met", name),
        state=[_("to be checked") if stale else _("up to date") for stale in found["stale"]],
    )  # fmt: skip
    first, n = data.iloc[0][["name", "operator", "kind", "phase"]].rename({"name": "offer"}), found["offer_id"].nunique()
    return Filtered.of(study, "F27-offers", "across", data, n=n, unit=_("offers"),
        columns={"name": _("Offer"), **({"project": _("Project")} if asked else {}), "place": _("Where"), "phase": _("Phase"),
            "kind": _("Kind"), "needs_met": _("Needs met"), "operator": _("Operator"), "verified_on": (_("Last check"), "date"),
            "state": _("State")},
        title=_("{n} recorded offers serve the projects of this partner", n=n) if asked
        else _("{n} support offers are recorded as active", n=n),
        subtitle=_("Offers by place, phase, kind and need, with the date of their last check"),
        reading=_("“{offer}” of {operator} is an offer of kind “{kind}” for the phase “{phase}”.", **first),
        scope=_("Offers active on {day}.", day=study.day),
        note=_("An offer serves a project if it is national or of its region, of its phase, and meets a need that it states; "
               "what the project leaves open does not narrow the choice; an offer that names no need meets any. Other offers may "
               "exist."),
        alt=_("A table of {n} offers.", n=len(data)),
        choices=_choices(found),
    )  # fmt: skip
