"""What is measured on each relation from all tables, as known on a day: what the lines then compare
with thresholds.

A measure is known or not by what was recorded, whatever its value; what is not known is missing,
never zero.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis import relations as chains
from analysis.declare.conventions import DEFAULTS
from analysis.indicators import contributions, fragility, measured_tables, survey
from analysis.parse.month_arithmetic import DAYS_A_MONTH

MEASURES = (
    "dependence",
    "hhi",
    "deficits",
    "equity_months",
    "days_to_term",
    "contacts",
    "contribution_kinds",
    "relationship_difference",
    "trouble_months",
    "footholds",
    "relationship_floor",
    "co-construction_floor",
    "domains",
    "levels",
    "deep_forms",
    "wider_renewals",
    "new_territories",
    "leverage",
    "review_months",
)


OF_SURVEY = ("relationship_difference", "relationship_floor", "co-construction_floor")
_KINDS_OF_EVENTS = {
    "trouble_months": ("suspension", "late payment"),
    "review_months": ("joint review",),
}


def of_relations(
    tables: Mapping[str, pd.DataFrame],
    relations: pd.DataFrame,
    day: pd.Timestamp,
    *,
    known: dict | None = None,
    conventions: Mapping[str, float] = DEFAULTS,
) -> pd.DataFrame:
    """All measures of each relation (index relation_id, columns MEASURES, floats, missing =
    unknown).

    `tables` are clean tables by name, whole: they are cut at the day here, and any may be absent or
    empty. Money counts for the partner over all entities of the group; `relations` says which
    relations are looked at. `known` is what `measured_tables.known_on` gave, for whoever
    measures several sets of relations on one day.

    dependence, leverage: the group's cash as a share of the partner's resources, and others' EUR
    per EUR of the group; hhi, deficits, equity_months: see `finances`, from the last accounts
    (closed in the last 24 months); days_to_term: days to the term of the last agreement, negative
    once passed, infinite where it renews itself or is renewed already, missing for ended relations;
    contacts: on the side that has fewest, both sides being known; contribution_kinds: in the last
    24 months; trouble_months, review_months: months since the last suspension or late payment,
    joint review, infinite for "never" in a relation whose events are recorded; relationship_floor,
    relationship_difference, co-construction_floor: last survey wave, 0-10 (see `survey`);
    footholds: departments with a site open, plus open sites run with a local carrier (franchise,
    dissemination, cooperation); new_territories: departments with a site open beyond those at entry
    (one at least: it began somewhere); domains, deep_forms: different domains, and economic
    cooperation or societal innovation (1 or 0), in the agreements in force; levels: of local and
    national, those at which the partner's network is bound to the group by an agreement in force;
    wider_renewals: see `contributions.widened`.

    >>> relation = {"relation_id": ["R1"], "partner_id": "P", "entity": "E", "start": pd.Timestamp("2014-01-01")}
    >>> from analysis.declare import schema
    >>> relations = schema.conform(pd.DataFrame(relation), "relations")
    >>> of_relations({}, relations, pd.Timestamp("2018-06-27")).isna().all(axis=None).item()
    True
    """
    if known is None:
        numbered = measured_tables.keyed_by_numbers(tables, conventions)
        known = measured_tables.known_on(numbered, day, conventions)
    relation = np.where(known["there"], chains.rows_of(known["chained"], relations), -1)
    relation = np.append(relation, -1)
    partner_rows = chains.place(relations["partner_id"], known["everyone"])
    names = ("contributions", "events", "projects", "signed")
    row = {name: relation[known[name]["agreement_id"]] for name in names}
    row["pairs"] = survey.relation_rows(known["pairs"], relations)
    built = np.full((len(relations), len(MEASURES)), np.nan, order="F")
    for first, end in chains.blocks_of(pd.Series(partner_rows)):
        part, partner = relations.iloc[first:end].reset_index(drop=True), partner_rows[first:end]
        tables_known = dict(known)
        # what belongs to the block; all projects, since some belong to a partner
        for name, at in row.items():
            inside = (at >= first) & (at < end)
            whole = name in ("contributions", "projects") or inside.all()
            rows = known[name] if whole else known[name][inside]
            tables_known[name] = rows.assign(
                relation=np.where(inside, at - first, -1) if whole else at[inside] - first
            )
        signed, stated_values = tables_known["signed"], tables_known["contributions"]
        begun = signed[signed["start"] <= day]
        by_relation = stated_values["relation"].where(stated_values["relation"] >= 0)
        months, single_kind = conventions["contributions_months"], conventions["single_kind"]
        measures = {
            **_survey(tables_known["pairs"]),
            **_sites(tables_known, part, day),
            **_events(tables_known["events"], day),
            **_scope(begun, part, day),
            "contribution_kinds": contributions.kinds_within(
                stated_values, by_relation, day, months, single_kind
            ),
            "days_to_term": _days_to_term(signed, tables_known["events"], part, day),
            "wider_renewals": contributions.widened(begun, begun["relation"]),
        }
        levels = known["levels"].reindex(known["family"][partner])
        of_partners = {name: values.reindex(partner) for name, values in known["money"].items()}
        for name, values in {**of_partners, "levels": levels}.items():
            measures[name] = values.reset_index(drop=True)
        for column, name in enumerate(MEASURES):
            values = measures[name].reindex(range(len(part)))
            built[first:end, column] = values.to_numpy(dtype=float, na_value=np.nan)
    index = pd.Index(relations["relation_id"])
    return pd.DataFrame(built, index=index, columns=MEASURES, copy=False)


def _survey(pairs: pd.DataFrame) -> dict[str, pd.Series]:
    pairs = pairs.reset_index("dimension").set_index("relation")
    trust = pairs[pairs["dimension"] == "relationship"]
    building = pairs[pairs["dimension"] == "co-construction"]
    return {
        "relationship_floor": trust["floor"],
        "relationship_difference": trust["gap"].abs(),
        "co-construction_floor": building["floor"],
    }


def _sites(
    held: Mapping[str, pd.DataFrame], relations: pd.DataFrame, day: pd.Timestamp
) -> dict[str, pd.Series]:
    projects = held["projects"]
    alone = relations["partner_id"].mask(relations["partner_id"].duplicated(keep=False))
    # without an agreement, of the only relation of its partner
    has_agreement = projects["agreement_id"] >= 0
    by_partner = chains.place(projects["partner_id"].mask(has_agreement), alone)
    relation = projects["relation"].where(has_agreement, by_partner)
    relation = relation.reindex(held["sites"]["project"], fill_value=-1).to_numpy()
    has_department = (relation >= 0) & held["sites"]["department"].notna().to_numpy()
    sites = held["sites"][has_department].assign(relation=relation[has_department])
    entry = relations["entry"].to_numpy()[sites["relation"]]
    now = sites[(sites["opened"] <= day) & ~(sites["closed"] <= day)]
    then = sites[(sites["opened"] <= entry) & ~(sites["closed"] <= entry)]
    territories = now.groupby("relation")["department"].nunique().astype(float)
    at_entry = then.groupby("relation")["department"].nunique()
    at_entry = at_entry.reindex(territories.index, fill_value=0)
    has_carrier = now["mode"].isin(["franchise", "dissemination", "cooperation"])
    carried = has_carrier.groupby(now["relation"]).sum()
    mode_is_known = now["mode"].notna().groupby(now["relation"]).all()
    return {
        "footholds": (territories + carried).where(mode_is_known),
        "new_territories": territories - at_entry.clip(lower=1),
    }


def _events(events: pd.DataFrame, day: pd.Timestamp) -> dict[str, pd.Series]:
    measures = {}
    for name, kinds in _KINDS_OF_EVENTS.items():
        last = events["date"].where(events["kind"].isin(kinds)).groupby(events["relation"]).max()
        measures[name] = ((day - last).dt.days / DAYS_A_MONTH).fillna(np.inf)
    return measures


def _scope(
    agreements: pd.DataFrame, relations: pd.DataFrame, day: pd.Timestamp
) -> dict[str, pd.Series]:
    moment = relations["end"].fillna(day).to_numpy()[agreements["relation"]]
    over = agreements["end"].fillna(agreements["planned_end"]) < moment
    last = ~agreements.sort_values(["start", "agreement_id"])["relation"].duplicated(keep="last")
    force = agreements[last.reindex(agreements.index) | ~over]
    group = force["relation"]
    contacts = force[list(chains.CONTACTS)].groupby(group).max()
    furthest = contributions.stage(force["kinds"]).cat.codes
    is_deep = furthest >= contributions.STAGES.index("economic cooperation")
    deep = is_deep.groupby(group).max()
    return {
        "contacts": contacts.min(axis=1, skipna=False),
        "domains": contributions.distinct_labels(force["domains"], group),
        "deep_forms": deep.astype(float).where(force["kinds"].notna().groupby(group).all()),
    }


def _days_to_term(
    signed: pd.DataFrame, events: pd.DataFrame, relations: pd.DataFrame, day: pd.Timestamp
) -> pd.Series:
    terms = fragility.next_terms(signed, signed["relation"], day, events)
    days = terms["days"].mask(terms["tacit"] | terms["renewed"], np.inf)
    return days[(relations["status"] != "ended").to_numpy()[days.index]]
