"""What is measured on each relation from all tables, as known on a day: what the lines then compare with thresholds.

A measure is known or not by what was recorded, whatever its value; what is not known is missing, never zero.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import exchange, fragility, survey
from analysis import relations as chains
from analysis import tables as declared

MONTH = 30.4375  # days
TABLES = ("accounts", "answers", "contributions", "events", "items", "partners", "projects", "sites")
SIGNED = (
    "agreement_id", "partner_id", "entity", "level", "kinds", "domains", "signed_on", "start", "start_precision", "planned_end",
    "term_assumed", "end", "tacit_renewal", "contacts_partner", "contacts_group",
)  # fmt: skip
COLUMNS = (
    "dependence", "hhi", "deficits", "equity_months", "days_to_term", "contacts", "contribution_kinds",
    "relationship_difference", "trouble_months", "footholds", "relationship_floor", "co-construction_floor", "domains",
    "levels", "deep_forms", "wider_renewals", "new_territories", "leverage", "review_months",
)  # fmt: skip


def of_relations(
    tables: Mapping[str, pd.DataFrame],
    relations: pd.DataFrame,
    day: pd.Timestamp,
    *,
    window_months: int = 24,
    stale_months: int = 24,
    known: dict | None = None,
) -> pd.DataFrame:
    """All measures of each relation (index relation_id, columns COLUMNS, floats, missing = unknown).

    `tables` are clean tables by name, whole: they are cut at the day here, and any may be absent or empty. Money counts
    for the partner over all entities of the group; `relations` says which relations are looked at. `known` is what
    `known_on(tables, day)` gave, for whoever measures several sets of relations on one day.

    dependence, leverage: the group's cash as a share of the partner's resources, and others' EUR per EUR of the group;
    hhi, deficits, equity_months: see `fragility`, from the last accounts (closed in the last `stale_months`);
    days_to_term: days to the term of the last agreement, negative once passed, infinite where it renews itself or is
    renewed already, missing for ended relations; contacts: on the side that has fewest, both sides being known;
    contribution_kinds: in the last `window_months`; trouble_months, review_months: months since the last suspension or
    late payment, joint review, infinite for "never" in a relation whose events are recorded;
    relationship_floor, relationship_difference, co-construction_floor: last survey wave, 0-10 (see `survey`);
    footholds: departments with a site open, plus open sites run with a local carrier (franchise, dissemination,
    cooperation); new_territories: departments with a site open beyond those at entry (one at least: it began somewhere);
    domains, deep_forms: different domains, and economic cooperation or societal innovation (1 or 0), in the agreements in
    force; levels: of local and national, those at which the partner's network is bound to the group by an agreement in force;
    wider_renewals: see `exchange.widened`.

    >>> relation = {"relation_id": ["R1"], "partner_id": "P", "entity": "E", "start": pd.Timestamp("2014-01-01")}
    >>> relations = declared.conform(pd.DataFrame(relation), "relations")
    >>> of_relations({}, relations, pd.Timestamp("2018-06-27")).isna().all(axis=None).item()
    True
    """
    held = _related(known_on(tables, day, stale_months=stale_months) if known is None else known, relations)
    signed, events, partner = held["signed"], held["events"], held["partner"]
    own = signed[(signed["start"] <= day) & (signed["relation"] >= 0)]
    given = held["contributions"][held["contributions"]["relation"] >= 0]
    found = {
        **{name: values.reindex(partner["partner"]).set_axis(partner.index) for name, values in held["money"].items()},
        **_survey(held["pairs"], relations),
        **_sites(held, relations, day),
        **_events(events, day),
        **_scope(own, relations, day),
        "levels": held["levels"].reindex(partner["family"]).set_axis(partner.index),
        "contribution_kinds": exchange.kinds_within(given, given["relation"], day, window_months),
        "days_to_term": _days_to_term(signed[signed["relation"] >= 0], events, relations, day),
        "wider_renewals": exchange.widened(own, own["relation"]),
    }
    rows = range(len(relations))
    columns = {name: found[name].reindex(rows).to_numpy(dtype=float, na_value=np.nan) for name in COLUMNS}
    return pd.DataFrame(columns, index=pd.Index(relations["relation_id"]))


def known_on(tables: Mapping[str, pd.DataFrame], day: pd.Timestamp, *, stale_months: int = 24) -> dict:
    """What the tables tell on a day, whatever the relations drawn from them, with whole numbers as keys.

    A million names are looked up once, not at every step. Agreements are numbered in the order of their names, so that ties
    do not depend on the order of rows. `signed` holds also the agreements signed by the day that start later: a renewal
    may be known before it starts. `family` is that of each partner: the network's head, else itself.

    >>> relation = {"relation_id": ["R1"], "partner_id": "P", "entity": "E", "start": pd.Timestamp("2014-01-01")}
    >>> relations, day = declared.conform(pd.DataFrame(relation), "relations"), pd.Timestamp("2018-06-27")
    >>> of_relations({}, relations, day, known=known_on({}, day)).equals(of_relations({}, relations, day))
    True
    """
    table = lambda name: declared.conform(tables.get(name, pd.DataFrame()), name)
    held = {name: chains.known(table(name), name, day) for name in TABLES}
    signed = declared.conform(tables.get("agreements", declared.empty("agreements")), "agreements", only=SIGNED)
    signed = signed.sort_values("agreement_id")
    signed = signed[(signed["start"] <= day) | (signed["signed_on"] <= day)].reset_index(drop=True)
    partners = held["partners"].dropna(subset="network_id")
    everyone = pd.concat([signed["partner_id"], held["accounts"]["partner_id"], partners["network_id"]]).drop_duplicates()
    family = np.append(np.arange(len(everyone)), -1)
    family[_place(partners["partner_id"], everyone)] = _place(partners["network_id"], everyone)
    family[-1] = -1
    partner = _place(signed["partner_id"], everyone)
    for name in ("contributions", "events", "projects"):
        held[name] = held[name].assign(agreement_id=_place(held[name]["agreement_id"], signed["agreement_id"]))
    held["contributions"]["partner_id"] = np.append(partner, -1)[held["contributions"]["agreement_id"]]
    held["accounts"]["partner_id"] = _place(held["accounts"]["partner_id"], everyone)
    held["sites"] = held["sites"].assign(project=_place(held["sites"]["project_id"], held["projects"]["project_id"]))
    held["chained"] = signed[["partner_id", "entity", "start"]]
    signed = signed.assign(agreement_id=np.arange(len(signed)), partner_id=partner, family=family[partner])
    held["signed"] = signed.astype({name: "category" for name in ("level", "kinds", "domains", "start_precision", "entity")})
    begun = held["signed"][signed["start"] <= day]
    return held | {
        "everyone": everyone, "family": family, "money": _money(held, day, stale_months), "levels": _levels(begun, day),
        "pairs": _pairs(held["answers"], held["items"]),
    }  # fmt: skip


def _related(known: dict, relations: pd.DataFrame) -> dict:
    """The same with `relation`, the row of `relations` that each row belongs to (-1: none), and of each relation its partner."""
    relation = np.append(chains.rows_of(known["chained"], relations), -1)
    own = _place(relations["partner_id"], known["everyone"])
    told = ("contributions", "events", "projects", "signed")
    held = {name: known[name].assign(relation=relation[known[name]["agreement_id"]]) for name in told}
    return known | held | {"partner": pd.DataFrame({"partner": own, "family": known["family"][own]})}


def _place(keys: pd.Series, among: pd.Series) -> np.ndarray:
    """The place of each text among distinct texts, -1 where it is none of them (Arrow's look-up is several times pandas')."""
    found = pc.index_in(pa.array(keys, "string"), value_set=pa.array(among, "string"), skip_nulls=True)
    return found.fill_null(-1).to_numpy(zero_copy_only=False)


def _money(held: Mapping[str, pd.DataFrame], day: pd.Timestamp, stale_months: int) -> dict[str, pd.Series]:
    years = fragility.latest(held["accounts"], day, stale_months)
    ratios = fragility.ratios(years)
    money = fragility.dependences(held["contributions"], years)
    paid = money["cash"].where(money["dependence"] > 0)
    found = {"dependence": money["dependence"], "leverage": (money["revenue"] - paid) / paid, **ratios[["hhi", "equity_months"]]}
    found["deficits"] = fragility.deficits(held["accounts"], day, stale_months)
    return {name: values[values.index >= 0] for name, values in found.items()}


def _pairs(answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """What both sides said in the last wave."""
    last = answers.groupby("wave")["date"].max()
    wave = last[last == last.max()].index.max() if last.notna().any() else None
    return survey.pairs(survey.sides(survey.scored(answers[answers["wave"] == wave], items)))


def _survey(pairs: pd.DataFrame, relations: pd.DataFrame) -> dict[str, pd.Series]:
    relation = _place(survey.related(pairs, relations), relations["relation_id"])
    pairs = pairs.reset_index("dimension").set_axis(relation)[relation >= 0]
    trust, building = (pairs[pairs["dimension"] == name] for name in ("relationship", "co-construction"))
    return {
        "relationship_floor": trust["floor"],
        "relationship_difference": trust["gap"].abs(),
        "co-construction_floor": building["floor"],
    }


def _sites(held: Mapping[str, pd.DataFrame], relations: pd.DataFrame, day: pd.Timestamp) -> dict[str, pd.Series]:
    projects = held["projects"]
    alone = relations["partner_id"].mask(relations["partner_id"].duplicated(keep=False))
    by_partner = _place(projects["partner_id"].where(projects["agreement_id"] < 0), alone)  # its only relation
    relation = np.append(np.where(projects["agreement_id"] >= 0, projects["relation"], by_partner), -1)
    relation = relation[held["sites"]["project"]]
    kept = (relation >= 0) & held["sites"]["department"].notna().to_numpy()
    sites = held["sites"][kept].assign(relation=relation[kept])
    entry = relations["entry"].to_numpy()[sites["relation"]]
    now = sites[(sites["opened"] <= day) & ~(sites["closed"] <= day)]
    then = sites[(sites["opened"] <= entry) & ~(sites["closed"] <= entry)]
    territories = now.groupby("relation")["department"].nunique().astype(float)
    at_entry = then.groupby("relation")["department"].nunique().reindex(territories.index, fill_value=0)
    carried = now["mode"].isin(["franchise", "dissemination", "cooperation"]).groupby(now["relation"]).sum()
    told = now["mode"].notna().groupby(now["relation"]).all()
    return {"footholds": (territories + carried).where(told), "new_territories": territories - at_entry.clip(lower=1)}


def _events(events: pd.DataFrame, day: pd.Timestamp) -> dict[str, pd.Series]:
    events = events[events["relation"] >= 0]
    found = {}
    for name, kinds in (("trouble_months", ("suspension", "late payment")), ("review_months", ("joint review",))):
        last = events["date"].where(events["kind"].isin(kinds)).groupby(events["relation"]).max()
        found[name] = ((day - last).dt.days / MONTH).fillna(np.inf)
    return found


def _scope(agreements: pd.DataFrame, relations: pd.DataFrame, day: pd.Timestamp) -> dict[str, pd.Series]:
    """Measures of the agreements in force at the relation's last moment: those not over by then, and the last begun."""
    moment = relations["end"].fillna(day).to_numpy()[agreements["relation"]]
    over = agreements["end"].fillna(agreements["planned_end"]) < moment
    last = ~agreements.sort_values(["start", "agreement_id"])["relation"].duplicated(keep="last")
    force = agreements[last.reindex(agreements.index) | ~over]
    group = force["relation"]
    contacts = force[["contacts_partner", "contacts_group"]].astype(float).groupby(group).max()
    deep = (exchange.stage(force["kinds"]).cat.codes >= exchange.STAGES.index("economic cooperation")).groupby(group).max()
    return {
        "contacts": contacts.min(axis=1, skipna=False),
        "domains": exchange.distinct(force["domains"], group),
        "deep_forms": deep.astype(float).where(force["kinds"].notna().groupby(group).all()),
    }


def _levels(agreements: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """By family, how many of local and national are met by an agreement in force; missing where a level is not recorded."""
    tacit = agreements["tacit_renewal"].fillna(False).astype(bool) & agreements["end"].isna()
    bound = agreements[tacit | ~(agreements["end"].fillna(agreements["planned_end"]) < day)]
    met = pd.DataFrame({name: bound["level"] == name for name in ("local", "national")}).groupby(bound["family"]).max()
    return met.sum(axis=1).astype(float).where(bound["level"].notna().groupby(bound["family"]).all())


def _days_to_term(signed: pd.DataFrame, events: pd.DataFrame, relations: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    terms = fragility.terms(signed, signed["relation"], day, events)
    days = terms["days"].mask(terms["tacit"] | terms["renewed"], np.inf)
    return days[(relations["status"] != "ended").to_numpy()[days.index]]
