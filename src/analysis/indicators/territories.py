"""Where relations are: counts and rates by region, how much of their differences is chance, and
where each tile sits.
"""

from functools import cache

import numpy as np
import pandas as pd

from analysis.declare.schema import reference
from analysis.stats import intervals
from analysis.stats.funnel import overdispersion, rate_z

TILE = ("tile_column", "tile_row")


@cache
def regions() -> pd.DataFrame:
    """The 18 regions by name, as clean tables name them: code, tile, population with its year, ESS
    structures.

    >>> regions().loc["Nouvelle-Aquitaine", "region_code"]
    '75'
    """
    table = reference("regions").merge(reference("population"), on="region_code", how="left")
    whole_numbers = ("population", "ess_establishments", "year", *TILE)
    return table.astype(dict.fromkeys(whole_numbers, "Int64")).set_index("region")


@cache
def departments() -> pd.DataFrame:
    """The departments by code: name, present region and the one before 2016, tile (missing for
    those without one).

    >>> departments().loc["86", ["former_region", "region"]].tolist()
    ['Poitou-Charentes', 'Nouvelle-Aquitaine']
    """
    return reference("departments").astype(dict.fromkeys(TILE, "Int64")).set_index("department")


def population_exposed() -> tuple[pd.Series, float]:
    """What rates are divided by: ESS structures (per 1,000) where every region's is known, else
    inhabitants (per 100,000).
    """
    table = regions()
    if table["ess_establishments"].notna().all():
        return table["ess_establishments"], 1_000.0
    return table["population"], 100_000.0


def counts_by_place(places: pd.Series, index: pd.Index) -> pd.Series:
    """How many rows fall in each place; a place without any counts 0, rows without a place count
    nowhere.

    >>> counts_by_place(pd.Series(["53", "53", None], dtype="str"), pd.Index(["53", "94"])).to_dict()
    {'53': 2, '94': 0}
    """
    return places.value_counts().reindex(index, fill_value=0).astype("int64").rename("count")


def rates(
    count: pd.Series, exposed: pd.Series, per: float, confidence: float = 0.95
) -> pd.DataFrame:
    """Rate of each place per so many exposed, with its exact Poisson interval; missing where the
    exposure is unknown or 0.

    A place with no relation has rate 0 and an upper bound above 0: none seen is not none possible.

    >>> rates(pd.Series({"A": 0}), pd.Series({"A": 100_000}), 100_000)["high"].round(2).tolist()
    [3.69]
    """
    exposed = exposed.reindex(count.index).astype("float64")
    exposed = exposed.where(exposed > 0)
    interval = intervals.poisson_rate(count, exposed / per, confidence=confidence)
    interval = interval.rename(columns={"value": "rate"})
    return pd.DataFrame({"count": count, "exposure": exposed}).join(interval)


def funnel_limits(
    exposed: np.ndarray, rate: float, confidence: float, dispersion: float = 1.0
) -> pd.DataFrame:
    """Between which rates a place of each size falls by chance alone, if all shared one rate
    (Spiegelhalter 2005).

    Exact Poisson limits, interpolated between counts so that the curves are smooth: columns low,
    high, by size. With overdispersion a place tells as much as one that many times smaller would.

    >>> funnel_limits(np.array([1e6]), 2e-5, 0.95).mul(1e5).round(2).values.tolist()
    [[1.12, 2.97]]
    """
    from scipy.stats import poisson

    size = np.asarray(exposed, dtype=float) / dispersion
    expected, bounds = size * rate, {}
    for name, tail in (("low", (1 - confidence) / 2), ("high", (1 + confidence) / 2)):
        count = poisson.ppf(tail, expected)
        excess = (poisson.cdf(count, expected) - tail) / poisson.pmf(count, expected)
        beyond = name == "high"  # the first count outside must itself be rarer than the tail
        bounds[name] = np.clip(count + beyond - excess, 0, None) / size
    return pd.DataFrame(bounds, index=exposed)


def dispersion(count: pd.Series, exposed: pd.Series) -> float:
    """How many times more places differ than chance makes them, the outermost winsorised; 1 where
    they do not.

    >>> dispersion(pd.Series([10, 10, 10]), pd.Series([1e3, 1e3, 1e3]))
    1.0
    """
    exposed = exposed.reindex(count.index).astype("float64")
    is_known = exposed > 0
    rate = count[is_known].sum() / exposed[is_known].sum()
    return overdispersion(rate_z(count[is_known], exposed[is_known] * rate))


def confidence_of_all(confidence: float, places: int) -> float:
    """The confidence at which each of some places is tested, for all of them together to keep one
    (Bonferroni).

    >>> round(confidence_of_all(0.95, 18), 4)
    0.9972
    """
    return 1 - (1 - confidence) / places


def beyond_chance(count: pd.Series, exposed: pd.Series, confidence: float = 0.95) -> pd.Series:
    """Whether each place lies "above" or "below" the funnel of the common rate, or "within" it;
    missing without exposure.

    The funnel allows for the ordinary spread of places (`dispersion`) and for their number: where
    all share one rate, none is named in at least `confidence` of samples.
    """
    exposed = exposed.reindex(count.index).astype("float64")
    is_known = exposed > 0
    size, observed = exposed[is_known].to_numpy(), count[is_known].to_numpy(dtype=float)
    confidence_of_each = confidence_of_all(confidence, len(size))
    limits = funnel_limits(
        size, observed.sum() / size.sum(), confidence_of_each, dispersion(count, exposed)
    )
    low, high = limits.to_numpy().T
    rate = observed / size
    state = np.select([rate > high, rate < low], ["above", "below"], "within")
    state = pd.Series(state, index=count.index[is_known], dtype="str", name="beyond_chance")
    return state.reindex(count.index)


def shrink(count: pd.Series, exposed: pd.Series) -> pd.DataFrame:
    """Observed rates beside rates drawn to the common one, the more so the smaller the place
    (empirical Bayes).

    Gamma-Poisson with its prior by moments (Marshall 1991): shrunken = common + weight x (observed
    - common), and weight = between / (between + common / exposure). Where places differ no more
    than chance makes them, the weight is 0 and all take the common rate. Rates are per one exposed;
    places without exposure are missing.

    >>> shrink(pd.Series({"A": 10, "B": 10}), pd.Series({"A": 1000.0, "B": 1000.0}))["shrunken"].tolist()
    [0.01, 0.01]
    """
    exposed = exposed.reindex(count.index).astype("float64")
    exposed = exposed.where(exposed > 0)
    observed_count = count.where(exposed.notna()).astype("float64")
    observed, common = observed_count / exposed, observed_count.sum() / exposed.sum()
    spread = (exposed * (observed - common) ** 2).sum() / exposed.sum()
    between = max(spread - common / exposed.mean(), 0.0)
    if between > 0:
        weight = between / (between + common / exposed)
    else:
        weight = exposed * 0
    return pd.DataFrame(
        {"observed": observed, "shrunken": common + weight * (observed - common), "weight": weight}
    )
