"""What the workshops proposed and voted, and the offers of support and of finance."""

import numpy as np
import pandas as pd

from analysis.declare.schema import reference
from synthetic.projects import CHALLENGES, NEEDS, PHASES
from synthetic.relations import DAY
from synthetic.wording import texts

WORKSHOPS = ["Financer", "Accompagner", "Essaimer", "Coopérer"]
TWICE = 6  # proposals that a second workshop made too
VOTERS = {"partner": 55, "group": 35}
OFFERS, OFFERS_NATIONAL = 84, 14
OFFER_NAMES = ["Tremplin", "Relais", "Boussole", "Élan", "Passerelle"]


def draw_proposals(rng: np.random.Generator) -> pd.DataFrame:
    """Proposals of four workshops, some made twice."""
    ideas = texts("idea")
    again = rng.choice(len(ideas), TWICE, replace=False)
    rewritten = [
        ideas[i].replace("Créer", "Mettre en place").replace("Ouvrir", "Rendre accessibles")
        for i in again
    ]
    n = len(ideas) + TWICE
    ids = np.array([f"PR{i + 1:02d}" for i in range(n)], dtype=object)
    return pd.DataFrame(
        {
            "proposal_id": ids,
            "workshop": np.resize(np.array(WORKSHOPS, dtype=object), n),
            "challenge": rng.choice(np.array(CHALLENGES, dtype=object), n),
            "text": ideas + [f"{text} (bis)" for text in rewritten],
            "duplicate_of": [None] * len(ideas) + list(ids[again]),
            "impact": np.round(rng.uniform(1.5, 5, n), 1),
            "effort": np.round(rng.uniform(1, 5, n), 1),
        }
    )


def draw_votes(rng: np.random.Generator, proposal_ids: np.ndarray) -> pd.DataFrame:
    """Ten points of each voter, shared by a taste that is common for six parts in ten and its side's for the rest."""
    alike = np.full(len(proposal_ids), 0.6)
    common = rng.dirichlet(alike)
    sides, points = [], []
    for side, voters in VOTERS.items():
        taste = 0.6 * common + 0.4 * rng.dirichlet(alike)
        points += [rng.multinomial(10, taste) for _ in range(voters)]
        sides += [side] * voters
    points = np.array(points)
    voter, proposal = np.nonzero(points)
    return pd.DataFrame(
        {
            "proposal_id": proposal_ids[proposal],
            "voter": [f"V{i + 1:03d}" for i in voter],
            "side": np.array(sides)[voter],
            "points": points[voter, proposal],
        }
    )


def draw_offers(rng: np.random.Generator) -> pd.DataFrame:
    """Offers by invented operators; some regions and phases have none, some were long not checked."""
    regions = reference("regions")["region"].to_numpy()
    is_national = np.arange(OFFERS) < OFFERS_NATIONAL
    weight = np.linspace(1, 3, len(regions))
    home = rng.choice(len(regions), OFFERS, p=weight / weight.sum())
    second = np.where(rng.random(OFFERS) < 0.15, (home + 1) % len(regions), home)
    pairs = ["|".join(sorted({regions[a], regions[b]})) for a, b in zip(home, second, strict=True)]
    local_scope = np.where(rng.random(OFFERS) < 0.75, "regional", "departmental")
    begin = np.datetime64("2012-01-01") + rng.integers(0, 2200, OFFERS)
    over = begin + rng.integers(300, 1500, OFFERS)
    checked = pd.Series(DAY - rng.integers(20, 900, OFFERS))
    kind = np.where(rng.random(OFFERS) < 0.68, "support", "finance")
    names = rng.choice(OFFER_NAMES, OFFERS)
    return pd.DataFrame(
        {
            "offer_id": [f"O{i + 1:03d}" for i in range(OFFERS)],
            "operator": [f"Opérateur démo {i}" for i in rng.integers(1, 25, OFFERS)],
            "name": [f"Offre {word} {i + 1}" for i, word in enumerate(names)],
            "scope": np.where(is_national, "national", local_scope),
            "regions": pd.Series(pairs).where(~is_national),
            "phase": rng.choice(
                np.array(PHASES, dtype=object), OFFERS, p=[0.12, 0.2, 0.3, 0.28, 0.1]
            ),
            "kind": kind,
            "need": ["|".join(sorted(set(rng.choice(NEEDS, 2)))) for _ in range(OFFERS)],
            "active_from": begin,
            "active_to": pd.Series(over).where(rng.random(OFFERS) < 0.12),
            "verified_on": checked.where(rng.random(OFFERS) < 0.93),
        }
    )
