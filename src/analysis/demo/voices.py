"""What people said: the two-sided survey in two waves, workshop proposals and votes, and the offers of support."""

import numpy as np
import pandas as pd

from analysis.demo.agreements import Made
from analysis.demo.process import DAY
from analysis.demo.projects import CHALLENGES, NEEDS, PHASES
from analysis.demo.wording import reference, texts

ITEMS = [  # item, dimension, reversed, label
    ("Q01", "relationship", False, "Nous nous faisons confiance."),
    ("Q02", "relationship", False, "Chacun tient ses engagements."),
    ("Q03", "relationship", False, "Nos échanges sont réguliers et utiles."),
    ("Q04", "relationship", True, "Les désaccords restent longtemps sans réponse."),
    ("Q05", "relationship", False, "L'autre partie reconnaît notre apport."),
    ("Q06", "co-construction", False, "Les actions sont définies ensemble."),
    ("Q07", "co-construction", True, "Les décisions importantes sont prises par une seule partie."),
    ("Q08", "co-construction", False, "Les contributions de chacun sont équilibrées."),
    ("Q09", "understanding", False, "Chacun comprend les contraintes de l'autre."),
    ("Q10", "renewal", False, "Nous renouvellerions ce partenariat."),
]
WAVES = {
    "2016": ("v1", 1, 5, "2016-03-01", 0.18, 0.7),
    "2018": ("v2", 0, 10, "2018-03-05", 0.25, 0.0),
}  # version, scale, opening, share, shift
PAIRS = 2_000  # relations asked at most in each wave
HIGH, APART = 0.38, 0.25  # chance that both sides trust at 7 or more (S1); among the others, that they differ by over 1.5 (F8)
WORKSHOPS = ["Financer", "Accompagner", "Essaimer", "Coopérer"]


def items() -> pd.DataFrame:
    rows = [
        (item, version, dimension, turned, least, most, label)
        for version, least, most, *_ in WAVES.values()
        for item, dimension, turned, label in ITEMS
    ]
    return pd.DataFrame(rows, columns=["item", "version", "dimension", "reversed", "scale_min", "scale_max", "label"])


def answers(rng: np.random.Generator, made: Made) -> pd.DataFrame:
    """Two latent opinions per relation, lower in the first wave for the group; each respondent answers around its side's."""
    n = len(made.partner)
    high, apart = rng.random(n) < HIGH, rng.random(n) < APART
    centre = np.where(high, rng.uniform(7.9, 8.8, n), rng.uniform(4.0, 6.3, n))
    half = np.where(apart & ~high, rng.uniform(1.1, 1.8, n), rng.uniform(0, 0.35, n)) * np.where(rng.random(n) < 0.6, 1, -1)
    latent = {"partner": centre + half, "group": centre - half}
    turned = np.array([reversed_ for _, _, reversed_, _ in ITEMS])
    manner = np.where(rng.random((n, 1)) < 0.5, 0.0, rng.normal(0, 1.0, (n, 10)))  # co-construction may be seen otherwise
    manner[:, :5] = 0
    entities, codes = np.unique(made.entity.astype(str), return_inverse=True)
    parts = []
    for wave, (version, least, most, opening, share, shift) in WAVES.items():
        opening = np.datetime64(opening)
        alive = (made.process.start < opening - 90) & (made.process.end > opening + 60) & made.detailed
        asked = np.flatnonzero(alive & (rng.random(n) < share))[:PAIRS]
        for side in ("partner", "group"):
            answered = asked[rng.random(len(asked)) < 0.88]
            heads = (
                rng.choice([1, 2, 3], len(answered), p=[0.75, 0.2, 0.05]) if side == "partner" else np.ones(len(answered), int)
            )
            row = np.repeat(answered, heads)
            rank = np.arange(len(row)) - np.repeat(np.cumsum(heads) - heads, heads)
            # One person of the group answers for many relations of an entity: a cluster.
            who = pd.Series(np.char.add("G", np.char.zfill((codes[row] * 10 + row % 4).astype(str), 4)) if side == "group" else
                            np.char.add(np.char.add("R", np.char.zfill(row.astype(str), 5)), np.array(["A", "B", "C"])[rank]))  # fmt: skip
            opinion = (
                latent[side][row][:, None]
                - (shift if side == "group" else shift / 2)
                + manner[row]
                + rng.normal(0, 0.7, (len(row), 10))
            )
            opinion = np.clip(np.where(turned, 10 - opinion, opinion), 0, 10)
            value = np.round(least + opinion / 10 * (most - least))
            silent = rng.random(value.shape) < 0.04
            skipped = rng.random(value.shape) < 0.02
            date = np.repeat(opening + rng.integers(0, 50, len(row)), 10)
            parts.append(
                pd.DataFrame(
                    {
                        "wave": wave, "relation": np.repeat(row, 10), "side": side, "respondent": np.repeat(who.to_numpy(), 10),
                        "item": np.tile([item for item, *_ in ITEMS], len(row)), "item_version": version,
                        "value": np.where(silent, np.nan, value).ravel(), "no_opinion": silent.ravel(), "date": date,
                    }
                )[~skipped.ravel()]
            )  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    first = pd.Series(made.agreements["partner_id"].array, index=made.relation)
    partner = first[~first.index.duplicated()]
    table["partner_id"] = partner.reindex(table["relation"]).array
    table["entity"] = made.entity[table.pop("relation")]
    table.insert(0, "answer_id", "S" + pd.Series(np.arange(1, len(table) + 1)).astype("str").str.zfill(5))
    return table


def roadmap(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Proposals of four workshops, some told twice, and how 90 people shared ten points each among them."""
    ideas = texts("idea")
    many = len(ideas)
    ids = [f"PR{i + 1:02d}" for i in range(many + 6)]
    twin = rng.choice(many, 6, replace=False)
    text = [
        *ideas,
        *[ideas[i].replace("Créer", "Mettre en place").replace("Ouvrir", "Rendre accessibles") + " (bis)" for i in twin],
    ]
    impact, effort = rng.uniform(1.5, 5, len(ids)), rng.uniform(1, 5, len(ids))
    proposals = pd.DataFrame(
        {
            "proposal_id": ids, "workshop": np.array(WORKSHOPS, dtype=object)[np.arange(len(ids)) % 4],
            "challenge": np.array(CHALLENGES, dtype=object)[rng.integers(0, 3, len(ids))], "text": text,
            "duplicate_of": [None] * many + [ids[i] for i in twin], "impact": np.round(impact, 1), "effort": np.round(effort, 1),
        }
    )  # fmt: skip
    sides = np.where(np.arange(90) < 55, "partner", "group")
    taste = {side: rng.dirichlet(np.full(len(ids), 0.6)) for side in ("partner", "group")}
    common = rng.dirichlet(np.full(len(ids), 0.6))
    points = np.array([rng.multinomial(10, 0.6 * common + 0.4 * taste[side]) for side in sides])
    voter, proposal = np.nonzero(points)
    votes = pd.DataFrame(
        {
            "proposal_id": np.array(ids, dtype=object)[proposal], "voter": [f"V{i + 1:03d}" for i in voter],
            "side": sides[voter], "points": points[voter, proposal],
        }
    )  # fmt: skip
    return {"proposals": proposals, "votes": votes}


def offers(rng: np.random.Generator) -> pd.DataFrame:
    """Offers of support and of finance by invented operators; some regions and phases have none, some were long not checked."""
    regions = reference("regions.csv")["region"].to_numpy()
    many = 84
    scope = np.where(np.arange(many) < 14, "national", np.where(rng.random(many) < 0.75, "regional", "departmental")).astype(
        object
    )
    home = rng.choice(len(regions), many, p=np.linspace(1, 3, len(regions)) / np.linspace(1, 3, len(regions)).sum())
    beside = np.where(rng.random(many) < 0.15, (home + 1) % len(regions), home)
    held = pd.Series(["|".join(sorted({regions[a], regions[b]})) for a, b in zip(home, beside, strict=True)])
    phase = rng.choice(5, many, p=[0.12, 0.2, 0.3, 0.28, 0.1])
    needs = [sorted(set(rng.choice(NEEDS, 2))) for _ in range(many)]
    begin = np.datetime64("2012-01-01") + rng.integers(0, 2200, many)
    over = np.where(rng.random(many) < 0.12, begin + rng.integers(300, 1500, many), np.datetime64("NaT"))
    return pd.DataFrame(
        {
            "offer_id": [f"O{i + 1:03d}" for i in range(many)],
            "operator": [f"Opérateur démo {i}" for i in rng.integers(1, 25, many)],
            "name": [
                f"Offre {word} {i + 1}"
                for i, word in enumerate(rng.choice(["Tremplin", "Relais", "Boussole", "Élan", "Passerelle"], many))
            ],
            "scope": scope,
            "regions": held.where(scope != "national"),
            "phase": np.array(PHASES, dtype=object)[phase],
            "kind": np.where(rng.random(many) < 0.68, "support", "finance"),
            "need": ["|".join(pair) for pair in needs],
            "active_from": begin,
            "active_to": over,
            "verified_on": pd.Series(DAY - rng.integers(20, 900, many)).where(pd.Series(rng.random(many) < 0.93)),
        }
    )
