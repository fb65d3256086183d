"""What the measures of relations read of the clean tables: whole numbers for names, cut at a day."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis import relations as chains
from analysis.declare import schema
from analysis.declare.conventions import DEFAULTS
from analysis.indicators import finances, survey

READ_COLUMNS = {  # what is read of each table; of the agreements, what `relations.in_chains` keeps
    "accounts": (
        "partner_id",
        "year_end",
        "months",
        *finances.REVENUE_LINES,
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


def keyed_by_numbers(
    tables: Mapping[str, pd.DataFrame], conventions: Mapping[str, float] = DEFAULTS
) -> dict:
    """What is read of the tables, whatever the day, with whole numbers as keys: a million names are
    looked up once, not at every step.

    An agreement is its place in the chains (`relations.in_chains`), so that ties do not depend on
    the order of rows; a partner is its place in `everyone`, and `family` is that of each: the
    network's head, else itself.
    """
    numbered_tables = {
        name: (tables[name] if name in tables else schema.empty(name))[list(columns)]
        for name, columns in READ_COLUMNS.items()
    }
    chained = chains.in_chains(tables.get("agreements", schema.empty("agreements")))
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
    ratios = finances.ratios(accounts, conventions["revenue_tolerance"])
    ratios = ratios[["margin", "hhi", "equity_months"]]
    numbered_tables["accounts"] = accounts[columns].join(ratios)
    sites, projects = numbered_tables["sites"], numbered_tables["projects"]
    project = chains.place(sites["project_id"], projects["project_id"])
    numbered_tables["sites"] = sites.assign(project=project)
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

    >>> known_on(keyed_by_numbers({}), pd.Timestamp("2018-06-27"))["there"].tolist()
    []
    """
    known_tables = numbered | {
        name: chains.known(numbered[name], name, day) for name in READ_COLUMNS if name in numbered
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
    years = finances.latest(held["accounts"], day, months)
    money = finances.dependence_by_partner(held["contributions"], years)
    paid = money["cash"].where(money["dependence"] > 0)
    measures = {
        "dependence": money["dependence"],
        "leverage": (money["revenue"] - paid) / paid,
        **years[["hhi", "equity_months"]],
    }
    measures["deficits"] = finances.deficits(held["accounts"], day, months)
    return {name: values[values.index >= 0] for name, values in measures.items()}


def _pairs(answers: pd.DataFrame, items: pd.DataFrame, share: float) -> pd.DataFrame:
    last = answers.groupby("wave")["date"].max()
    wave = None
    if last.notna().any():
        wave = last[last == last.max()].index.max()
    scored = survey.scored(answers[answers["wave"] == wave], items)
    return survey.pairs(survey.sides(scored, share=share))


def _levels(agreements: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    tacit = agreements["tacit_renewal"].fillna(False).astype(bool) & agreements["end"].isna()
    bound = agreements[tacit | ~(agreements["end"].fillna(agreements["planned_end"]) < day)]
    is_at = pd.DataFrame({name: bound["level"] == name for name in ("local", "national")})
    met = is_at.groupby(bound["family"]).max().sum(axis=1).astype(float)
    return met.where(bound["level"].notna().groupby(bound["family"]).all())
