"""The two-sided survey in two waves. Those whose relation is strong answer more often: respondents look better than all."""

import numpy as np
import pandas as pd

from synthetic.parties import digits
from synthetic.wording import reference

WAVES = pd.DataFrame(
    {
        "wave": ["2016", "2018"],
        "version": ["v1", "v2"],
        "scale_min": [1, 0],
        "scale_max": [5, 10],
        "opening": np.array(["2016-03-01", "2018-03-05"], dtype="datetime64[D]"),
        "asked": [0.45, 0.60],  # share of the living relations
        "group_was_lower": [
            0.7,
            0.0,
        ],  # points of ten, against the last wave; half as much for partners
    }
)
ASKED_AT_MOST = 4_000  # relations in each wave
HIGH, APART = (
    0.38,
    0.25,
)  # both sides trust at 7 or more (LS1); of the others, differ by over 1.5 (LF8)
ANSWERS_HIGH, ANSWERS_LOW = 0.75, 0.45  # chance that a side answers, by whether trust is high


def item_table() -> pd.DataFrame:
    """The questions as each wave asked them."""
    items = reference("items").assign(reversed=lambda items: items["reversed"].notna())
    waves = WAVES[["version", "scale_min", "scale_max"]]
    return waves.merge(items, how="cross")


def draw_answers(rng: np.random.Generator, relations: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    """One row per answer, and the true share of running relations with high trust (all, and of those where both answered)."""
    n, items = len(relations), reference("items")
    high, apart = rng.random(n) < HIGH, rng.random(n) < APART
    centre = np.where(high, rng.uniform(7.9, 8.8, n), rng.uniform(4.0, 6.3, n))
    half_gap = np.where(apart & ~high, rng.uniform(1.1, 1.8, n), rng.uniform(0, 0.35, n))
    half_gap *= np.where(rng.random(n) < 0.6, 1, -1)
    side_centre = {"partner": centre + half_gap, "group": centre - half_gap}
    manner = np.where(rng.random((n, 1)) < 0.5, 0.0, rng.normal(0, 1.0, (n, len(items))))
    manner[:, items["dimension"] == "relationship"] = 0  # co-construction may be seen otherwise
    desk = pd.factorize(relations["entity"], sort=True)[0] * 10 + np.arange(n) % 4
    parts, answered = [], {}
    for wave in WAVES.itertuples():
        begun = relations["start"] < wave.opening - pd.Timedelta(days=90)
        alive = begun & relations["detailed"] & ~(relations["end"] < wave.opening)
        asked = np.flatnonzero(alive & (rng.random(n) < wave.asked))[:ASKED_AT_MOST]
        for side, lower in (("partner", wave.group_was_lower / 2), ("group", wave.group_was_lower)):
            answers = rng.random(len(asked)) < np.where(high[asked], ANSWERS_HIGH, ANSWERS_LOW)
            row = answered[wave.wave, side] = asked[answers]
            if side == "partner":
                row = np.repeat(row, rng.choice([1, 2, 3], len(row), p=[0.75, 0.2, 0.05]))
                rank = pd.Series(row).groupby(row).cumcount().map({0: "A", 1: "B", 2: "C"})
                respondent = "R" + digits(row, 5) + rank
            else:  # one person of the group answers for many relations of an entity
                respondent = "G" + digits(desk[row], 4)
            opinion = side_centre[side][row][:, None] - lower + manner[row]
            opinion = opinion + rng.normal(0, 0.7, opinion.shape)
            about = {"relation": row, "respondent": respondent}
            about["date"] = wave.opening + pd.to_timedelta(rng.integers(0, 50, len(row)), "D")
            parts.append(long_answers(rng, opinion, pd.DataFrame(about), items, wave, side))
    table = pd.concat(parts, ignore_index=True)
    of_answer = relations.loc[table["relation"]].reset_index(drop=True)
    table = table.assign(
        answer_id="S" + digits(table.index + 1, 5),
        partner_id=of_answer["partner_id"],
        entity=of_answer["entity"],
    )
    both = np.intersect1d(answered["2018", "partner"], answered["2018", "group"])
    running = relations["running"].to_numpy()
    both = both[running[both]]
    return table, {"running": high[running].mean(), "both answered": high[both].mean()}


def long_answers(
    rng, opinion, about: pd.DataFrame, items: pd.DataFrame, wave, side
) -> pd.DataFrame:
    """Opinions (respondents x items, points of ten) on the scale of the wave, one row per item that was not skipped."""
    is_reversed = items["reversed"].notna().to_numpy()
    opinion = np.clip(np.where(is_reversed, 10 - opinion, opinion), 0, 10)
    no_opinion, skipped = rng.random(opinion.shape) < 0.04, rng.random(opinion.shape) < 0.02
    value = np.round(wave.scale_min + opinion / 10 * (wave.scale_max - wave.scale_min))
    table = about.loc[about.index.repeat(len(items))].assign(
        item=np.tile(items["item"], len(about)),
        value=np.where(no_opinion, np.nan, value).ravel(),
        no_opinion=no_opinion.ravel(),
        wave=wave.wave,
        item_version=wave.version,
        side=side,
    )
    return table[~skipped.ravel()]
