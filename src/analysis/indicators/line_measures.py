"""What is measured on each relation from all tables, as known on a day: what the lines then compare
with thresholds.

A measure is known or not by what was recorded, whatever its value; what is not known is missing,
never zero.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis import relations as chains
from analysis.declare import schema as declared
from analysis.declare.conventions import DEFAULTS
from analysis.indicators import contributions, fragility, survey

MONTH = 30.4375  # days
READ = {  # what is read of each table; of the agreements, what `relations.in_chains` keeps
    "accounts": (
        "partner_id",
        "year_end",
        "months",
        *fragility.REVENUE,
        "revenue_total",
        "expenses_total",
        "administration",
        "equity",
        "in_kind_valued",
    ),
    "answers": (
        "wave",
        "partner_id",
        "entity",
        "side",
        "respondent",
        "item",
        "item_version",
        "value",
        "no_opinion",
        "date",
    ),
    "contributions": (
        "agreement_id",
        "year",
        "date",
        "direction",
        "kind",
        "quantity",
        "unit",
        "value_eur",
        "stage",
    ),
    "events": ("agreement_id", "date", "kind"),
    "items": ("item", "version", "dimension", "reversed", "scale_min", "scale_max"),
    "partners": ("partner_id", "network_id"),
    "projects": ("project_id", "agreement_id", "partner_id", "start"),
    "sites": ("project_id", "department", "opened", "closed", "mode"),
}
COLUMNS = (
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


def of_relations(
    tables: Mapping[str, pd.DataFrame],
    relations: pd.DataFrame,
    day: pd.Timestamp,
    *,
    known: dict | None = None,
    conventions: Mapping[str, float] = DEFAULTS,
) -> pd.DataFrame:
    """All measures of each relation (index relation_id, columns COLUMNS, floats, missing =
    unknown).

    `tables` are clean tables by name, whole: they are cut at the day here, and any may be absent or
    empty. Money counts for the partner over all entities of the group; `relations` says which
    relations are looked at. `known` is what `known_on(numbered(tables), day)` gave, for whoever
    measures several sets of relations on one day.

    dependence, leverage: the group's cash as a share of the partner's resources, and others' EUR
    per EUR of the group; hhi, deficits, equity_months: see `fragility`, from the last accounts
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
    wider_renewals: see `exchange.widened`.

    >>> relation = {"relation_id": ["R1"], "partner_id": "P", "entity": "E", "start": pd.Timestamp("2014-01-01")}
    >>> relations = declared.conform(pd.DataFrame(relation), "relations")
    >>> of_relations({}, relations, pd.Timestamp("2018-06-27")).isna().all(axis=None).item()
    True
    """
    known = known_on(numbered(tables, conventions), day, conventions) if known is None else known
    relation = np.append(
        np.where(known["there"], chains.rows_of(known["chained"], relations), -1), -1
    )
    partner_rows = chains.place(relations["partner_id"], known["everyone"])
    row = {
        name: relation[known[name]["agreement_id"]]
        for name in ("contributions", "events", "projects", "signed")
    }
    row["pairs"] = survey.rows_of(known["pairs"], relations)
    built = np.full((len(relations), len(COLUMNS)), np.nan, order="F")
    for first, end in chains.blocks_of(pd.Series(partner_rows)):
        part, partner = relations.iloc[first:end].reset_index(drop=True), partner_rows[first:end]
        tables_known = dict(known)
        for (
            name,
            at,
        ) in row.items():  # what belongs to the block; all projects, since some belong to a partner
            inside = (at >= first) & (at < end)
            whole = name in ("contributions", "projects") or inside.all()
            rows = known[name] if whole else known[name][inside]
            tables_known[name] = rows.assign(
                relation=np.where(inside, at - first, -1) if whole else at[inside] - first
            )
        signed, stated_values = tables_known["signed"], tables_known["contributions"]
        begun = signed[signed["start"] <= day]
        measures = {
            **{
                name: values.reindex(partner).reset_index(drop=True)
                for name, values in known["money"].items()
            },
            **_survey(tables_known["pairs"]),
            **_sites(tables_known, part, day),
            **_events(tables_known["events"], day),
            **_scope(begun, part, day),
            "levels": known["levels"].reindex(known["family"][partner]).reset_index(drop=True),
            "contribution_kinds": contributions.kinds_within(
                stated_values,
                stated_values["relation"].where(stated_values["relation"] >= 0),
                day,
                conventions["contributions_months"],
            ),
            "days_to_term": _days_to_term(signed, tables_known["events"], part, day),
            "wider_renewals": contributions.widened(begun, begun["relation"]),
        }
        for column, name in enumerate(COLUMNS):
            built[first:end, column] = (
                measures[name].reindex(range(len(part))).to_numpy(dtype=float, na_value=np.nan)
            )
    return pd.DataFrame(
        built, index=pd.Index(relations["relation_id"]), columns=COLUMNS, copy=False
    )


def numbered(
    tables: Mapping[str, pd.DataFrame], conventions: Mapping[str, float] = DEFAULTS
) -> dict:
    """What is read of the tables, whatever the day, with whole numbers as keys: a million names are
    looked up once, not at every step.

    An agreement is its place in the chains (`relations.in_chains`), so that ties do not depend on
    the order of rows; a partner is its place in `everyone`, and `family` is that of each: the
    network's head, else itself.
    """
    numbered_tables = {
        name: (tables[name] if name in tables else declared.empty(name))[list(columns)]
        for name, columns in READ.items()
    }
    chained = chains.in_chains(tables.get("agreements", declared.empty("agreements")))
    networks = numbered_tables.pop("partners").dropna(subset="network_id")
    numbered_tables |= {
        name: numbered_tables[name].reset_index(drop=True) for name in ("accounts", "projects")
    }
    ids, names = chained["agreement_id"], chained["partner_id"].cat.categories.to_series()
    beyond = pd.concat(
        [numbered_tables["accounts"]["partner_id"], networks["network_id"]]
    ).drop_duplicates()
    everyone = pd.concat([names, beyond[chains.place(beyond, names) < 0]])
    family = np.append(np.arange(len(everyone)), -1)
    family[chains.place(networks["partner_id"], everyone)] = chains.place(
        networks["network_id"], everyone
    )
    family[-1] = -1
    partner = chained["partner_id"].cat.codes.to_numpy()
    for name in ("contributions", "events", "projects"):
        numbered_tables[name] = numbered_tables[name].assign(
            agreement_id=chains.place(numbered_tables[name]["agreement_id"], ids)
        )
    numbered_tables["contributions"]["partner_id"] = np.append(partner, -1)[
        numbered_tables["contributions"]["agreement_id"]
    ]
    accounts = numbered_tables["accounts"].assign(
        partner_id=chains.place(numbered_tables["accounts"]["partner_id"], everyone)
    )
    columns = ["partner_id", "year_end", "months", "revenue_total", "in_kind_valued"]
    numbered_tables["accounts"] = accounts[columns].join(
        fragility.ratios(accounts, conventions["revenue_tolerance"])[
            ["margin", "hhi", "equity_months"]
        ]
    )
    numbered_tables["sites"] = numbered_tables["sites"].assign(
        project=chains.place(
            numbered_tables["sites"]["project_id"], numbered_tables["projects"]["project_id"]
        )
    )
    signed = chained.drop(
        columns=["partner_id", "entity", "end_reason", "department", "region"], errors="ignore"
    )
    signed = signed.assign(
        agreement_id=np.arange(len(chained), dtype=np.int32),
        family=family[partner].astype(np.int32),
    )
    return numbered_tables | {
        "chained": chained,
        "signed": signed,
        "everyone": everyone,
        "family": family,
        "said": {},
    }


def known_on(
    numbered: dict, day: pd.Timestamp, conventions: Mapping[str, float] = DEFAULTS
) -> dict:
    """What numbered tables tell on a day, whatever the relations drawn from them.

    `there` says which agreements are known: also those signed by the day that start later, since a
    renewal may be known before it starts.

    >>> relation = {"relation_id": ["R1"], "partner_id": "P", "entity": "E", "start": pd.Timestamp("2014-01-01")}
    >>> relations, day = declared.conform(pd.DataFrame(relation), "relations"), pd.Timestamp("2018-06-27")
    >>> of_relations({}, relations, day, known=known_on(numbered({}), day)).equals(of_relations({}, relations, day))
    True
    """
    known_tables = numbered | {
        name: chains.known(numbered[name], name, day) for name in READ if name in numbered
    }
    signed = numbered["signed"]
    begun = signed["start"] <= day
    answered, answers = numbered["said"], known_tables["answers"]
    share = conventions["survey_share"]
    cache_key = len(answers), share  # on two days that know as many answers, they are the same
    if cache_key not in answered:
        answered.clear()
        answered[cache_key] = _pairs(answers, known_tables["items"], share)
    return known_tables | {
        "there": (begun | (signed["signed_on"] <= day)).to_numpy(),
        "money": _money(known_tables, day, conventions["accounts_months"]),
        "levels": _levels(
            signed.loc[begun, ["tacit_renewal", "end", "planned_end", "level", "family"]], day
        ),
        "pairs": answered[cache_key],
    }


def _money(
    held: Mapping[str, pd.DataFrame], day: pd.Timestamp, months: int
) -> dict[str, pd.Series]:
    years = fragility.latest(held["accounts"], day, months)
    money = fragility.dependences(held["contributions"], years)
    paid = money["cash"].where(money["dependence"] > 0)
    measures = {
        "dependence": money["dependence"],
        "leverage": (money["revenue"] - paid) / paid,
        **years[["hhi", "equity_months"]],
    }
    measures["deficits"] = fragility.deficits(held["accounts"], day, months)
    return {name: values[values.index >= 0] for name, values in measures.items()}


def _pairs(answers: pd.DataFrame, items: pd.DataFrame, share: float) -> pd.DataFrame:
    """What both sides said in the last wave."""
    last = answers.groupby("wave")["date"].max()
    wave = last[last == last.max()].index.max() if last.notna().any() else None
    scored = survey.scored(answers[answers["wave"] == wave], items)
    return survey.pairs(survey.sides(scored, share=share))


def _survey(pairs: pd.DataFrame) -> dict[str, pd.Series]:
    pairs = pairs.reset_index("dimension").set_index("relation")
    trust, building = (
        pairs[pairs["dimension"] == name] for name in ("relationship", "co-construction")
    )
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
    by_partner = chains.place(
        projects["partner_id"].where(projects["agreement_id"] < 0), alone
    )  # its only relation
    relation = pd.Series(
        np.where(projects["agreement_id"] >= 0, projects["relation"], by_partner), projects.index
    )
    relation = relation.reindex(held["sites"]["project"], fill_value=-1).to_numpy()
    has_department = (relation >= 0) & held["sites"]["department"].notna().to_numpy()
    sites = held["sites"][has_department].assign(relation=relation[has_department])
    entry = relations["entry"].to_numpy()[sites["relation"]]
    now = sites[(sites["opened"] <= day) & ~(sites["closed"] <= day)]
    then = sites[(sites["opened"] <= entry) & ~(sites["closed"] <= entry)]
    territories = now.groupby("relation")["department"].nunique().astype(float)
    at_entry = (
        then.groupby("relation")["department"].nunique().reindex(territories.index, fill_value=0)
    )
    carried = (
        now["mode"]
        .isin(["franchise", "dissemination", "cooperation"])
        .groupby(now["relation"])
        .sum()
    )
    mode_is_known = now["mode"].notna().groupby(now["relation"]).all()
    return {
        "footholds": (territories + carried).where(mode_is_known),
        "new_territories": territories - at_entry.clip(lower=1),
    }


def _events(events: pd.DataFrame, day: pd.Timestamp) -> dict[str, pd.Series]:
    measures = {}
    for name, kinds in (
        ("trouble_months", ("suspension", "late payment")),
        ("review_months", ("joint review",)),
    ):
        last = events["date"].where(events["kind"].isin(kinds)).groupby(events["relation"]).max()
        measures[name] = ((day - last).dt.days / MONTH).fillna(np.inf)
    return measures


def _scope(
    agreements: pd.DataFrame, relations: pd.DataFrame, day: pd.Timestamp
) -> dict[str, pd.Series]:
    """Measures of the agreements in force at the relation's last moment: those not over by then,
    and the last begun.
    """
    moment = relations["end"].fillna(day).to_numpy()[agreements["relation"]]
    over = agreements["end"].fillna(agreements["planned_end"]) < moment
    last = ~agreements.sort_values(["start", "agreement_id"])["relation"].duplicated(keep="last")
    force = agreements[last.reindex(agreements.index) | ~over]
    group = force["relation"]
    contacts = force[list(chains.CONTACTS)].groupby(group).max()
    deep = (
        (
            contributions.stage(force["kinds"]).cat.codes
            >= contributions.STAGES.index("economic cooperation")
        )
        .groupby(group)
        .max()
    )
    return {
        "contacts": contacts.min(axis=1, skipna=False),
        "domains": contributions.distinct(force["domains"], group),
        "deep_forms": deep.astype(float).where(force["kinds"].notna().groupby(group).all()),
    }


def _levels(agreements: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """By family, how many of local and national are met by an agreement in force; missing where a
    level is not recorded.
    """
    tacit = agreements["tacit_renewal"].fillna(False).astype(bool) & agreements["end"].isna()
    bound = agreements[tacit | ~(agreements["end"].fillna(agreements["planned_end"]) < day)]
    met = (
        pd.DataFrame({name: bound["level"] == name for name in ("local", "national")})
        .groupby(bound["family"])
        .max()
    )
    return (
        met.sum(axis=1).astype(float).where(bound["level"].notna().groupby(bound["family"]).all())
    )


def _days_to_term(
    signed: pd.DataFrame, events: pd.DataFrame, relations: pd.DataFrame, day: pd.Timestamp
) -> pd.Series:
    terms = fragility.terms(signed, signed["relation"], day, events)
    days = terms["days"].mask(terms["tacit"] | terms["renewed"], np.inf)
    return days[(relations["status"] != "ended").to_numpy()[days.index]]
