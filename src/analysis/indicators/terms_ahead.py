"""Which of the terms ahead will be renewed: a model by term, learnt from terms that have passed,
tried on later ones.

A relation comes to a term, then to the next: renewal is a discrete-time hazard whose clock is the
number of the term (Tutz and Schmid 2016, *Modeling Discrete Time-to-Event Data*). The calendar of
terms with one rate for all is the benchmark: where the model does not beat it on years that it has
not seen, only the calendar is told. For the study team alone.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.indicators import durability
from analysis.stats import intervals, prediction_error, regression

_MONTHS = 12
_FEW = 30  # terms: with fewer, nothing is learnt or proven
_PENALTY = 1.0
PER_COVARIATE = 10  # outcomes of the rarer kind that pay for one covariate
DRAWS = 4000
COVARIATES = ("second_term", "later_term", "log_length", "tacit", "national", "kinds", "domains")


class Forecast(NamedTuple):
    """`publishable` where the model beats the calendar on terms that it was not fitted to.

    `score`: ``model, benchmark`` (Brier), ``skill, low, high`` (by partner), ``n, renewed`` on the
    test years; missing where too few terms have passed. `calibration`: by fifth of the predicted
    chance. `terms`: those ahead, ``partner_id, entity, term, chance`` of renewal (the model's if
    publishable, else the one rate). `renewed`: whether each of these (columns) is renewed in each
    draw (rows) of chances and renewals.
    """

    publishable: bool
    score: pd.Series
    calibration: pd.DataFrame
    terms: pd.DataFrame
    renewed: np.ndarray

    def expected(self, label: pd.Series, confidence: float = 0.95) -> pd.DataFrame:
        """The renewals to come by label of the terms (a month, say; missing: left out): ``terms,
        expected, low, high``, the interval being that of their number, not of its mean.
        """
        tail = (1 - confidence) / 2
        rows = {}
        for name in sorted(label.dropna().unique()):
            is_of_label = (label == name).fillna(False).to_numpy(bool)
            counts = self.renewed[:, is_of_label].sum(axis=1)
            low, high = np.quantile(counts, [tail, 1 - tail], method="inverted_cdf")
            expected = self.terms["chance"][is_of_label].sum(skipna=False)
            limits = {"low": low, "high": high}
            if np.isnan(expected):
                limits = {}
            rows[name] = {"terms": int(is_of_label.sum()), "expected": expected, **limits}
        columns = ["terms", "expected", "low", "high"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def terms_within_year(agreements: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The terms from a day to twelve months after it as known on it, one per pair of partner and
    entity, described by what was known.

    The term of a pair is the furthest planned end among its agreements begun and not ended by the
    day; one that falls on the day has not passed, since a relation runs to the end of its last day.
    Columns ``partner_id, entity, term``, and the covariates: number of the term in the pair's
    history, length of the agreement, tacit renewal, level, number of kinds and domains. The index
    is that of the agreement that bears the term.

    >>> agreements = pd.DataFrame({"partner_id": "P", "entity": "E", "start": pd.to_datetime(["2015-01-01", "2017-01-01"]),
    ...     "planned_end": pd.to_datetime(["2016-12-31", "2018-12-31"]), "end": pd.NaT, "tacit_renewal": False})
    >>> terms_within_year(agreements, pd.Timestamp("2018-06-27"))[["second_term", "term"]].astype(str).values.tolist()
    [['1.0', '2018-12-31']]
    >>> [len(terms_within_year(agreements, pd.Timestamp(day))) for day in ("2018-12-31", "2019-01-01")]
    [1, 0]
    """
    begun = agreements[agreements["start"] <= day]
    begun = begun.sort_values(["start", "planned_end"], kind="stable")
    pair = ["partner_id", "entity"]
    number = begun.groupby(pair, observed=True).cumcount() + 1
    running = begun[~(begun["end"] <= day) & begun["planned_end"].notna()]
    bearing = running.sort_values("planned_end", kind="stable").drop_duplicates(pair, keep="last")
    year_on = day + pd.DateOffset(months=_MONTHS)
    term = bearing["planned_end"]
    rows = bearing[term.between(day, year_on)]
    number = number.loc[rows.index]
    length = (rows["planned_end"] - rows["start"]).dt.days.clip(lower=1)

    def count_of(name: str) -> pd.Series:
        if name not in rows:
            return pd.Series(0.0, index=rows.index)
        return (rows[name].astype("str").str.count(r"\|") + 1).where(rows[name].notna(), 0.0)

    if "level" in rows:
        level = rows["level"]
    else:
        level = pd.Series("", index=rows.index)
    columns = {
        "partner_id": rows["partner_id"],
        "entity": rows["entity"],
        "term": rows["planned_end"],
        "second_term": (number == 2).astype(float),
        "later_term": (number > 2).astype(float),
        "log_length": np.log(length / 365.25),
        "tacit": rows["tacit_renewal"].fillna(False).astype(float),
        "national": (level == "national").astype(float),
        "kinds": count_of("kinds").astype(float),
        "domains": count_of("domains").astype(float),
    }
    return pd.DataFrame(columns)


def forecast(
    agreements: pd.DataFrame,
    day: pd.Timestamp,
    *,
    grace: pd.Timedelta,
    terms_seen: pd.Series | None = None,
    years: int = 10,
    tests: int = 2,
    seed: int,
    confidence: float = 0.95,
) -> Forecast:
    """Expected renewals of the terms of the next twelve months, with what the last years say of
    such forecasts.

    Past windows of twelve months lie one after the other, the last one ending the grace before
    `day`, so that every outcome is known. Each of the `tests` latest is forecast from those before
    it alone, by outcomes as they were known then. `terms_seen` says of each agreement whether its
    source could see what became of its term (by default, all could). Chances are drawn with the
    coefficients' uncertainty, then renewals. It cannot foresee a year in which all changes (a
    budget, a law).
    """
    if terms_seen is None:
        known_terms = agreements
    else:
        known_terms = agreements.assign(term_seen=terms_seen)
    last = day - grace
    starts = [last - pd.DateOffset(months=_MONTHS * (back + 1)) for back in range(years)]
    year = pd.DateOffset(months=_MONTHS)
    windows = {start: _after(terms_within_year(known_terms, start), start) for start in starts}
    renewed_since = _renewed(known_terms, day, grace)
    trials = []
    for then in starts[:tests]:
        settled = [start for start in starts if start + year <= then - grace]
        learnt = _ripe([windows[start] for start in settled], _renewed(known_terms, then, grace))
        tried = _ripe([windows[then]], renewed_since)
        names = []
        if len(learnt) >= _FEW:
            names = _affordable(learnt)
        if names and len(tried):
            chance = regression.chances(_fit(learnt), tried[names])
            rate = (learnt["renewed"].sum() + 0.5) / (len(learnt) + 1)
            trials.append(tried.assign(chance=chance, rate=rate))
    score, calibrated = _judge(trials, seed, confidence)
    publishable = bool(score["low"] > 0)
    every = _ripe(list(windows.values()), renewed_since)
    terms, renewed = _expected(terms_within_year(agreements, day), every, publishable, seed)
    return Forecast(publishable, score, calibrated, terms, renewed)


def _after(terms: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The window before holds those of the day itself."""
    return terms[terms["term"] > day]


def _renewed(agreements: pd.DataFrame, known_on: pd.Timestamp, grace: pd.Timedelta) -> pd.Series:
    renewed = durability.terms(agreements, known_on, grace=grace)["renewed"]
    if "term_seen" in agreements:
        return renewed.where(agreements["term_seen"])
    return renewed


def _ripe(windows: list[pd.DataFrame], renewed: pd.Series) -> pd.DataFrame:
    if not windows:
        return pd.DataFrame(columns=["partner_id", *COVARIATES, "renewed"])
    rows = pd.concat(windows)
    rows["renewed"] = renewed.loc[rows.index].to_numpy()
    rows = rows[rows["renewed"].notna()].reset_index(drop=True)
    return rows.assign(renewed=rows["renewed"].astype(bool))


def _affordable(rows: pd.DataFrame) -> list[str]:
    rarer = min(rows["renewed"].sum(), (~rows["renewed"]).sum())
    names: list[str] = []
    for name in COVARIATES:
        unusual = (rows[name] != rows[name].mode().iloc[0]).sum()
        values = rows[[*names, name]].to_numpy(dtype=float)
        rank = np.linalg.matrix_rank(values - values.mean(axis=0), tol=1e-6)
        if unusual >= PER_COVARIATE and rank > len(names):
            names.append(name)
    return names[: rarer // PER_COVARIATE]


def _fit(rows: pd.DataFrame) -> regression.Fit:
    return regression.logistic(
        rows["renewed"], rows[_affordable(rows)], penalty=_PENALTY, cluster=rows["partner_id"]
    )


def _judge(trials: list[pd.DataFrame], seed: int, confidence: float):
    names = ["model", "benchmark", "skill", "low", "high", "n", "renewed"]
    if not trials or sum(map(len, trials)) < _FEW:
        return pd.Series(np.nan, index=names), pd.DataFrame()
    tried = pd.concat(trials, ignore_index=True)
    happened = tried["renewed"].astype(float)
    score = prediction_error.skill(
        (tried["chance"] - happened) ** 2,
        (tried["rate"] - happened) ** 2,
        cluster=tried["partner_id"],
        seed=seed,
        confidence=confidence,
    )
    score["n"], score["renewed"] = len(tried), int(happened.sum())
    calibrated = prediction_error.calibration(
        tried["chance"], tried["renewed"], confidence=confidence
    )
    return score[names], calibrated


def _expected(terms, learnt, publishable: bool, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(seed)
    if publishable:
        model = _fit(learnt)
        columns = terms[_affordable(learnt)]
        chance = regression.chances(model, columns).to_numpy()
        coefficients = random.multivariate_normal(model.coefficients, model.covariance, DRAWS)
        design = np.column_stack([np.ones(len(columns)), columns.to_numpy(dtype=float)])
        drawn = 1 / (1 + np.exp(-(coefficients @ design.T)))
    else:
        yes, term_count = learnt["renewed"].sum(), len(learnt)
        effect = 1.0
        if term_count:
            effect = intervals.design_effect(learnt["renewed"], learnt["partner_id"])
        chance = np.full(len(terms), (yes + 0.5) / (term_count + 1) if term_count else np.nan)
        rates = random.beta((yes + 0.5) / effect, (term_count - yes + 0.5) / effect, DRAWS)
        drawn = np.repeat(rates[:, None], len(terms), axis=1)
    terms = terms[["partner_id", "entity", "term"]].assign(chance=chance)
    return terms, random.random(drawn.shape) < drawn
