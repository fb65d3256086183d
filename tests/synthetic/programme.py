"""The clean tables of the demonstration programme, and the truth that they were drawn from.

Every subject is drawn by a stream of its own. What the lines of fragility and strength say is drawn first, with known
chances, and the figures after it, well away from the thresholds: what a study finds can be held to what was planted.
"""

import numpy as np
import pandas as pd

from analysis.declare import schema as declared
from synthetic import agreements, money, parties, process, projects, voices
from synthetic.process import DAY, DOMAINS, KINDS, OBSERVED_FROM, random

NETWORKS = 53
DETAILED = 20_000  # side tables (money, accounts, projects, events, survey) cover that many local partnerships at most


def draw(
    seed: int, relations: int = 1500, *, part: int = 0
) -> tuple[dict[str, pd.DataFrame], dict]:
    """The clean tables of one programme, and its truth (plain numbers and texts, ready for JSON).

    `relations` local partnerships, and 53 national networks; side tables cover the first 20,000. `part` draws a further
    part of one large programme: partners and agreements only, without networks, with codes of its own.

    >>> tables, truth = draw(1, relations=50)
    >>> len(tables["agreements"]) > 100, truth["networks"]
    (True, 53)
    """
    subject = lambda name: random(seed, f"{name} {part}" if part else name)
    networks = NETWORKS if part == 0 else 0
    drawn = process.draw_process(subject("relations"), relations + networks)
    n = len(drawn.start)
    detailed = np.arange(n) < (0 if part else DETAILED + networks)
    partner, entity, partners = parties.parties(subject("parties"), drawn, networks, part)
    tacit = detailed & (subject("tacit").random(n) < 0.3)  # signs of life are in the side tables
    # Silent relations are old ones, seen for three years and more: what they hide cannot bear on S(36).
    old = drawn.running & (drawn.start < np.datetime64("2013-01-01"))
    silent = tacit & old & (subject("silence").random(n) < 0.7)
    partner_id = partners["partner_id"].to_numpy()[partner]
    signed = agreements.agreements(
        subject("agreements"), drawn, partner_id, entity, tacit, np.arange(n) < networks, part
    )
    made = agreements.Made(drawn, partner, entity, tacit, silent, detailed, partners, *signed)
    built, of_partners = {"partners": partners, "agreements": made.agreements}, {}
    if part == 0:
        built["contributions"] = money.contributions(subject("contributions"), made)
        built["accounts"], of_partners = money.accounts(
            subject("accounts"), made, built["contributions"]
        )
        built["events"], built["answers"] = (
            agreements.events(subject("events"), made),
            voices.answers(subject("survey"), made),
        )
        built |= projects.draw(subject("projects"), made) | voices.roadmap(subject("votes"))
        built |= {"items": voices.items(), "offers": voices.offers(subject("offers"))}
        for name, named in zip(
            ("partners", "projects"), projects.portraits(len(partners)), strict=True
        ):
            built[name] = pd.concat([built[name], named], ignore_index=True)
    built = {
        name: declared.conform(frame.reset_index(drop=True), name) for name, frame in built.items()
    }
    return built, _truth(seed, made, networks, of_partners)


def draw_relations(seed: int, n: int) -> pd.DataFrame:
    """Only the relations of a programme, as known on its day: the fast path for coverage over many draws.

    Columns start, end (missing unless its grace has elapsed), entry, entry_months, duration_months, ended, kind, domain.

    >>> len(draw_relations(1, 1500))
    1500
    """
    return process.as_seen(process.draw_process(random(seed, "relations"), n))


def _truth(seed: int, made: agreements.Made, networks: int, of_partners: dict[str, float]) -> dict:
    """What the tables were drawn from, and what it came to: the numbers that a study of them is held to."""
    rounded = lambda value: round(float(value), 6)
    return {
        "seed": seed,
        "day": str(DAY),
        "observed_from": str(OBSERVED_FROM),
        "grace_days": process.GRACE_DAYS,
        "networks": networks,
        "relations": len(made.process.start),
        "ended": int(process.as_seen(made.process)["ended"].sum()),
        "silent": int(made.silent.sum()),
        "survival": {
            str(months): rounded(process.survival(months)) for months in (12, 24, 36, 48, 60)
        },
        "survival_36_by_kind": {kind: rounded(process.survival(36, kind=kind)) for kind in KINDS},
        "survival_36_by_domain": {
            domain: rounded(process.survival(36, domain=domain)) for domain in DOMAINS
        },
        "incidence_36_by_cause": {
            cause: rounded((1 - process.survival(36)) * share)
            for cause, share in process.CAUSES.items()
        },
        "chance_of_line": {  # for a running relation on which the line is known
            "LF2": money.CONCENTRATED,
            "LF3": money.LOSING,
            "LF4": money.BARE,
            "LF6": agreements.LONELY,
            "LF7": money.HOW_MANY[0],
            "LF9": agreements.TROUBLED,
            "LS1": voices.HIGH,
            "LS3": rounded(sum(money.HOW_MANY[2:])),
            "LS10": agreements.REVIEWED,
        },
        "share_of_partners": of_partners,
        "support": projects.truth(),
    }
