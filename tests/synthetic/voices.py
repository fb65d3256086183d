"""What people said: the two-sided survey in two waves, workshop proposals and votes, and the offers of support."""

from functools import partial

import numpy as np
import pandas as pd

from analysis.declare.schema import reference
from synthetic import wording
from synthetic.agreements import Made
from synthetic.parties import digits
from synthetic.process import DAY, OPEN
from synthetic.projects import CHALLENGES, NEEDS, PHASES
from synthetic.wording import texts

WAVES = {  # version, scale, opening, share, shift
    "2016": ("v1", 1, 5, "2016-03-01", 0.18, 0.7),
    "2018": ("v2", 0, 10, "2018-03-05", 0.25, 0.0),
}
PAIRS = 2_000  # relations asked at most in each wave
HIGH, APART = (
    0.38,
    0.25,
)  # chance that both sides trust at 7 or more (LS1); among the others, that they differ by over 1.5 (LF8)
WORKSHOPS = ["Financer", "Accompagner", "Essaimer", "Coopérer"]
OFFERS = ["Tremplin", "Relais", "Boussole", "Élan", "Passerelle"]


def items() -> pd.DataFrame:
    """The questions as each wave asked them."""
    asked = wording.reference("items").assign(reversed=lambda items: items["reversed"].notna())
    scales = (
        dict(zip(("version", "scale_min", "scale_max"), wave, strict=False))
        for wave in WAVES.values()
    )
    return pd.concat(asked.assign(**scale) for scale in scales)


def answers(rng: np.random.Generator, made: Made) -> pd.DataFrame:
    """Two latent opinions per relation, lower in the first wave for the group; each respondent answers around its side's."""
    n, asked = len(made.partner), wording.reference("items")
    turned, many = asked["reversed"].notna().to_numpy(), len(asked)
    high, apart = rng.random(n) < HIGH, rng.random(n) < APART
    centre = np.where(high, rng.uniform(7.9, 8.8, n), rng.uniform(4.0, 6.3, n))
    half = np.where(apart & ~high, rng.uniform(1.1, 1.8, n), rng.uniform(0, 0.35, n)) * np.where(
        rng.random(n) < 0.6, 1, -1
    )
    manner = np.where(
        rng.random((n, 1)) < 0.5, 0.0, rng.normal(0, 1.0, (n, many))
    )  # co-construction may be seen otherwise
    manner[:, asked["dimension"] == "relationship"] = 0
    desk = np.unique(made.entity.astype(str), return_inverse=True)[1] * 10 + np.arange(n) % 4
    parts = []
    for wave, (version, least, most, opening, share, shift) in WAVES.items():
        opening = np.datetime64(opening)
        alive = (
            (made.process.start < opening - 90) & (made.process.end > opening + 60) & made.detailed
        )
        seen = np.flatnonzero(alive & (rng.random(n) < share))[:PAIRS]
        for side, latent, lower in (
            ("partner", centre + half, shift / 2),
            ("group", centre - half, shift),
        ):
            row = seen[rng.random(len(seen)) < 0.88]
            if side == "partner":
                row = np.repeat(row, rng.choice([1, 2, 3], len(row), p=[0.75, 0.2, 0.05]))
                rank = pd.Series(row).groupby(row).cumcount().map({0: "A", 1: "B", 2: "C"})
                who = "R" + digits(row, 5) + rank
            else:  # one person of the group answers for many relations of an entity: a cluster
                who = "G" + digits(desk[row], 4)
            opinion = (
                latent[row][:, None] - lower + manner[row] + rng.normal(0, 0.7, (len(row), many))
            )
            opinion = np.clip(np.where(turned, 10 - opinion, opinion), 0, 10)
            silent, skipped = (rng.random(opinion.shape) < chance for chance in (0.04, 0.02))
            value = np.where(silent, np.nan, np.round(least + opinion / 10 * (most - least)))
            each, date = partial(np.repeat, repeats=many), opening + rng.integers(0, 50, len(row))
            answered = {"relation": each(row), "respondent": each(who), "date": each(date)}
            answered |= {
                "item": np.tile(asked["item"], len(row)),
                "value": value.ravel(),
                "no_opinion": silent.ravel(),
            }
            answered = pd.DataFrame(answered)
            parts.append(
                answered.assign(wave=wave, side=side, item_version=version)[~skipped.ravel()]
            )
    table = pd.concat(parts, ignore_index=True)
    partner = made.agreements["partner_id"].groupby(made.relation).first()
    number, relation = digits(table.index + 1, 5), table["relation"]
    return table.assign(
        answer_id="S" + number, partner_id=partner[relation].array, entity=made.entity[relation]
    )


def roadmap(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Proposals of four workshops, some told twice, and how 90 people shared ten points each among them."""
    text, twins = texts("idea"), rng.choice(len(texts("idea")), 6, replace=False)
    text = text + [
        text[i].replace("Créer", "Mettre en place").replace("Ouvrir", "Rendre accessibles")
        + " (bis)"
        for i in twins
    ]
    ids = np.array([f"PR{i + 1:02d}" for i in range(len(text))], dtype=object)
    workshop = np.resize(np.array(WORKSHOPS, dtype=object), len(ids))
    proposals = pd.DataFrame({"proposal_id": ids, "text": text, "workshop": workshop})
    proposals["impact"], proposals["effort"] = (
        np.round(rng.uniform(least, 5, len(ids)), 1) for least in (1.5, 1)
    )
    proposals["challenge"] = rng.choice(np.array(CHALLENGES, dtype=object), len(ids))
    proposals["duplicate_of"] = [None] * (len(ids) - 6) + list(ids[twins])
    sides = np.where(np.arange(90) < 55, "partner", "group")
    taste = {side: rng.dirichlet(np.full(len(ids), 0.6)) for side in ("partner", "group", "common")}
    points = np.array(
        [rng.multinomial(10, 0.6 * taste["common"] + 0.4 * taste[side]) for side in sides]
    )
    voter, proposal = np.nonzero(points)
    votes = {
        "proposal_id": ids[proposal],
        "voter": [f"V{i + 1:03d}" for i in voter],
        "side": sides[voter],
    }
    return {
        "proposals": proposals,
        "votes": pd.DataFrame(votes | {"points": points[voter, proposal]}),
    }


def offers(rng: np.random.Generator) -> pd.DataFrame:
    """Offers of support and of finance by invented operators; some regions and phases have none, some were long not checked."""
    regions, many = reference("regions")["region"].to_numpy(), 84
    scope = np.where(
        np.arange(many) < 14,
        "national",
        np.where(rng.random(many) < 0.75, "regional", "departmental"),
    )
    weight = np.linspace(1, 3, len(regions))
    home = rng.choice(len(regions), many, p=weight / weight.sum())
    beside = np.where(rng.random(many) < 0.15, (home + 1) % len(regions), home)
    held = pd.Series(
        ["|".join(sorted({regions[a], regions[b]})) for a, b in zip(home, beside, strict=True)]
    )
    phase = rng.choice(np.array(PHASES, dtype=object), many, p=[0.12, 0.2, 0.3, 0.28, 0.1])
    need = ["|".join(sorted(set(rng.choice(NEEDS, 2)))) for _ in range(many)]
    begin = np.datetime64("2012-01-01") + rng.integers(0, 2200, many)
    over = np.where(rng.random(many) < 0.12, begin + rng.integers(300, 1500, many), OPEN)
    operator = [f"Opérateur démo {i}" for i in rng.integers(1, 25, many)]
    name = [f"Offre {word} {i + 1}" for i, word in enumerate(rng.choice(OFFERS, many))]
    kind = np.where(rng.random(many) < 0.68, "support", "finance")
    checked = pd.Series(DAY - rng.integers(20, 900, many)).where(rng.random(many) < 0.93)
    return pd.DataFrame(
        {
            "offer_id": [f"O{i + 1:03d}" for i in range(many)],
            "operator": operator,
            "name": name,
            "scope": scope,
            "regions": held.where(scope != "national"),
            "phase": phase,
            "kind": kind,
            "need": need,
            "active_from": begin,
            "active_to": over,
            "verified_on": checked,
        }
    )
