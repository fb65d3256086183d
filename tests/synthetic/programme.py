"""The clean tables of the drawn programme, and the truth that they were drawn from.

Every subject is drawn by a stream of its own. What the lines of fragility and strength say is drawn first, with known
chances, and the figures after it, well away from the thresholds: what a study finds can be held to what was planted.
"""

import numpy as np
import pandas as pd

from analysis.declare import schema
from synthetic import (
    accounts,
    parties,
    projects,
    recording,
    relations,
    survey,
    traces,
    truth,
    workshops,
)
from synthetic.relations import DAY, GRACE_DAYS, OBSERVED_FROM, random

NETWORKS = 53
SEEN = 1.13  # relations drawn for one that is seen: others had ended before, or begin after the day
DETAILED = 20_000  # side tables cover the first so many relations


def draw_agreements(
    rng: np.random.Generator, n: int, networks: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The relations that the source sees, and their true agreements: those that had ended before it began to look are gone.

    About `n` local and regional relations.
    """
    drawn, agreements = relations.draw_process(rng, round(n * SEEN), networks)
    seen = drawn[(drawn["start"] <= DAY) & ~(drawn["end"] < OBSERVED_FROM)]
    agreements = agreements[agreements["relation"].isin(seen.index)]
    numbers = pd.Series(np.arange(len(seen)), seen.index)
    agreements = agreements.assign(relation=agreements["relation"].map(numbers))
    partner = pd.factorize(seen["partner"], sort=True)[0]
    return seen.assign(partner=partner).reset_index(drop=True), agreements.reset_index(drop=True)


def record_relations(
    rng: np.random.Generator, n: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """The relations that the source sees, their agreements as recorded by the day, and a last sign of life of each agreement.

    What the other tables of a programme are drawn around, without them: the fast path for coverage over many draws.

    >>> relations, agreements, last_sign = record_relations(random(1, "example"), 100)
    >>> 80 < len(relations) < 120, len(agreements) == len(last_sign) > 100
    (True, True)
    """
    drawn, true_agreements = draw_agreements(rng, n)
    drawn = recording.draw_habits(rng, drawn)
    drawn["partner_id"] = recording.codes("P", drawn["partner"])
    drawn["entity"] = "Entité " + drawn["entity"].astype("str")
    agreements = recording.record(rng, drawn, true_agreements)
    return drawn, agreements, recording.last_traces(rng, drawn, agreements)


def draw(seed: int, n: int = 1500, *, part: int = 0) -> tuple[dict[str, pd.DataFrame], dict]:
    """The clean tables of one programme, and its truth (plain numbers and texts, ready for JSON).

    About `n` local partnerships, and 53 national networks; side tables cover the first 20,000. `part` draws a further
    part of one large programme: partners and agreements only, without networks, with codes of its own.

    >>> tables, truth = draw(1, 50)
    >>> len(tables["agreements"]) > 100, truth["networks"]
    (True, 53)
    """

    def stream(subject: str) -> np.random.Generator:
        return random(seed, f"{subject} {part}" if part else subject)

    networks = 0 if part else NETWORKS
    drawn, true_agreements = draw_agreements(stream("relations"), n, networks)
    partners = parties.draw_partners(stream("partners"), drawn["partner"].max() + 1, networks, part)
    partner = drawn["partner"].to_numpy()
    drawn = recording.draw_habits(stream("habits"), drawn).assign(
        partner_id=partners["partner_id"].to_numpy()[partner],
        entity=parties.entity_names(partner, drawn["entity"].to_numpy(), partners),
        region=partners["region"].to_numpy()[partner],
        running=~(drawn["end"] <= DAY),
        last=drawn["end"].fillna(pd.Timestamp(DAY)).clip(upper=pd.Timestamp(DAY)),
        detailed=(drawn.index < DETAILED) & (part == 0),
    )
    agreements = recording.record(stream("agreements"), drawn, true_agreements, part)
    tables, shares = {"partners": partners, "agreements": agreements}, {}
    if part == 0:
        tables, shares = with_side_tables(stream, drawn, tables)
    shares |= {
        "seed": seed,
        "networks": networks,
        "relations": len(drawn),
        "ended_by_settled_day": int((drawn["end"] <= DAY - GRACE_DAYS).sum()),
        "silent": int(drawn["silent_from"].notna().sum()),
    }
    tables = {
        name: schema.conform(table.reset_index(drop=True), name) for name, table in tables.items()
    }
    return tables, truth.rounded(truth.of_all_programmes() | shares)


def with_side_tables(stream, drawn: pd.DataFrame, tables: dict) -> tuple[dict, dict]:
    """All tables, and the shares that were planted in them."""
    partners, agreements = tables["partners"], tables["agreements"]
    contributions = traces.draw_contributions(stream("contributions"), drawn, agreements)
    is_cash = (contributions["kind"] == "cash") & (contributions["stage"] == "paid")
    cash = contributions[is_cash]
    relation = agreements.set_index("agreement_id")["relation"].loc[cash["agreement_id"]]
    cash = cash.assign(partner=drawn["partner"].to_numpy()[relation])
    accounts_, of_partners = accounts.draw_accounts(stream("accounts"), drawn, partners, cash)
    answers, high_trust = survey.draw_answers(stream("survey"), drawn)
    proposals = workshops.draw_proposals(stream("proposals"))
    of_projects = projects.draw_projects(stream("projects"), drawn, agreements, partners)
    partners, of_projects["projects"] = projects.with_portraits(partners, of_projects["projects"])
    shares = {
        "share_of_running_relations": {
            "LF6": recording.LONELY,
            "LF7": traces.HOW_MANY_KINDS[0],
            "LF9": traces.TROUBLED,
            "LS10": traces.REVIEWED,
        },
        "share_of_partners": of_partners,
        "high_trust": high_trust,
    }
    return {
        "partners": partners,
        "agreements": agreements,
        "contributions": contributions,
        "accounts": accounts_,
        "events": traces.draw_events(stream("events"), drawn, agreements),
        "answers": answers,
        "items": survey.item_table(),
        **of_projects,
        "proposals": proposals,
        "votes": workshops.draw_votes(stream("votes"), proposals["proposal_id"].to_numpy()),
        "offers": workshops.draw_offers(stream("offers")),
    }, shares
