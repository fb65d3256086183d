"""Who answers a survey beside all who could, weights that make up for it, and how many answers the
next wave needs.
"""

import numpy as np
import pandas as pd

from analysis.stats import intervals, raking

_FEW = 5  # answers: a category with fewer is joined to others before raking


def beside_all(known_of_all: pd.DataFrame, answered: pd.Series) -> pd.DataFrame:
    """Respondents beside all who were asked, on what is known of both.

    `known_of_all` has a row per relation asked and a column per fact (size, level, age, domain);
    `answered`, indexed alike, says who did. Rows ``fact, category``; columns ``all, answered``
    (numbers), ``share_all, share_answered, difference`` and ``rate`` (answered of all) with
    Wilson's ``low, high``. A missing fact is the category "unknown".

    >>> table = beside_all(pd.DataFrame({"level": ["local", "local", "national"]}), pd.Series([True, False, True]))
    >>> table[["all", "answered", "difference"]].round(2).values.tolist()
    [[2.0, 1.0, -0.17], [1.0, 1.0, 0.17]]
    """
    answered = answered.astype(bool)
    tables = {}
    for name, fact in known_of_all.items():
        fact = fact.astype("str").fillna("unknown").rename("category")
        counts = answered.groupby(fact).agg(["size", "sum"])
        counts = counts.set_axis(["all", "answered"], axis=1).astype("int64")
        tables[name] = counts.assign(
            share_all=counts["all"] / len(answered),
            share_answered=counts["answered"] / max(answered.sum(), 1),
        )
    table = pd.concat(tables, names=["fact"])
    rate = intervals.wilson(table["answered"], table["all"]).rename(columns={"value": "rate"})
    return table.assign(difference=table["share_answered"] - table["share_all"]).join(rate)


def weights(known_of_all: pd.DataFrame, answered: pd.Series, *, few: int = _FEW) -> pd.Series:
    """The weight of each relation that answered, raked so that respondents are like all on every
    fact.

    Categories with fewer than `few` answers are joined into one of their fact (and to the largest,
    while that has still too few): a weight that rests on one answer tells of one answer. A fact
    that is then the same for all is left out; with none left, all weigh the same.

    >>> known = pd.DataFrame({"level": ["local"] * 6 + ["national"] * 4})
    >>> weights(known, pd.Series([True] * 2 + [False] * 4 + [True] * 2 + [False] * 2), few=1).tolist()
    [3.0, 3.0, 2.0, 2.0]
    """
    answered = answered.astype(bool)
    facts = known_of_all.astype("str").fillna("unknown")
    joined = pd.DataFrame({name: _join_few(fact, answered, few) for name, fact in facts.items()})
    joined = joined.loc[:, joined.nunique() > 1]
    respondents = joined[answered]
    if joined.empty or not answered.any():
        equal = len(answered) / max(answered.sum(), 1)
        return pd.Series(equal, index=answered.index[answered], name="weight")
    totals = {name: fact.value_counts() for name, fact in joined.items()}
    return raking.rake(respondents, totals)


def _join_few(fact: pd.Series, answered: pd.Series, few: int) -> pd.Series:
    counts = answered.groupby(fact).sum().sort_values(kind="stable")
    too_few = counts.index[counts < few]
    if len(too_few) and counts[too_few].sum() < few:
        largest = counts.index[counts >= few][-1:]  # none where all have few
        too_few = too_few.union(largest)
    return fact.mask(fact.isin(too_few), "joined")


def weighted_beside_plain(
    scores: pd.Series,
    known_of_all: pd.DataFrame,
    answered: pd.Series,
    *,
    respondent: pd.Series | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The mean of a score among those who answered, as it is and weighted: rows ``plain,
    weighted``.

    Columns of `raking.calibrated_mean`. `scores` and `respondent` are indexed like `known_of_all`;
    the population is all who were asked, so that a census with few missing has a narrow interval
    (about the answers that are missing; not about those who would answer something else). The
    weighted row is missing where no weights agree with what is known of all.

    >>> known = pd.DataFrame({"level": ["local"] * 6 + ["national"] * 4})
    >>> said = pd.Series([8.0, 6, None, None, None, None, 4, 4, None, None])
    >>> weighted_beside_plain(said, known, said.notna())["value"].tolist()
    [5.5, 5.5]
    """
    is_scored = answered.astype(bool) & scores.notna()
    values = scores[is_scored].astype(float)
    facts = known_of_all[is_scored].astype("str").fillna("unknown")
    cluster = None if respondent is None else respondent[is_scored]
    options = {"cluster": cluster, "population": len(known_of_all), "confidence": confidence}
    even = pd.Series(1.0, index=values.index)
    means = pd.DataFrame({"plain": raking.calibrated_mean(values, even, facts[[]], **options)})
    try:
        raked = weights(known_of_all, is_scored)
    except raking.NoWeights:
        means["weighted"] = np.nan
    else:
        means["weighted"] = raking.calibrated_mean(values, raked, facts, **options)
    return means.T


def answers_needed(
    population: pd.Series | int,
    half_width: float,
    *,
    share: float = 0.5,
    design_effect: pd.Series | float = 1.0,
    confidence: float = 0.95,
) -> pd.Series | int:
    """How many answers a share needs to be known within `half_width` (0.05 or 0.1), of a finite
    population.

    Wilson's interval with the finite population factor, as a proportion is published; `share` is
    the one expected (0.5 needs the most), `design_effect` how alike one respondent's answers are.
    All of them where even all are too few. One number per entry of `population`, such as relations
    by side and region.

    >>> answers_needed(pd.Series({"Bretagne": 300, "Corse": 12}), 0.1).to_dict()
    {'Bretagne': 71, 'Corse': 11}
    """
    if isinstance(population, pd.Series):
        effects = pd.Series(design_effect, index=population.index)
        options = {"share": share, "confidence": confidence}
        needed = [
            answers_needed(int(size), half_width, design_effect=effect, **options)
            for size, effect in zip(population, effects, strict=True)
        ]
        return pd.Series(needed, index=population.index, dtype="int64", name="answers_needed")
    if not half_width > 0:
        raise ValueError(f"a half-width is above 0, such as 0.05, not {half_width!r}")
    answers = np.arange(1, population + 1)
    effective_answers = answers / design_effect
    interval = intervals.wilson(
        share * effective_answers,
        effective_answers,
        population=np.full(len(answers), population / design_effect),
        confidence=confidence,
    )
    enough = ((interval["high"] - interval["low"]) / 2 <= half_width).to_numpy()
    if enough.any():
        return int(answers[enough][0])
    return int(population)
