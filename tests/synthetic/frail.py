"""Relations of another shape than the demonstration's: few partners that differ much, yearly terms, gaps below the grace.

A partner has one to five relations, and a factor of its own by which each of their terms may be the last. Half of the terms
(`at_years_end`) run to the end of a year, the others for twelve months from any day; four renewals in ten leave a gap below the grace. The source
sees from 2013 on what began from 2009 on. Frames are those of `synthetic.relations`.
"""

import numpy as np
import pandas as pd

from synthetic.recording import codes
from synthetic.relations import DAY, add_months

OBSERVED_FROM = np.datetime64("2013-01-01")
END_CHANCE, PARTNER_SHAPE = 0.30, 2.0
CAUSES = {"aim reached": 0.4, "not renewed by group": 0.6}


def draw_process(
    rng: np.random.Generator, n: int, until=DAY, at_years_end: float = 0.5
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """About n relations with their true end (missing after `until`), and their agreements begun by then.

    >>> relations, agreements = draw_process(np.random.default_rng(1), 100)
    >>> 90 < len(relations) < 110, agreements["relation"].nunique() == len(relations)
    (True, True)
    """
    sizes = rng.choice([1, 2, 3, 5], n, p=[0.6, 0.2, 0.1, 0.1])
    partner = np.repeat(np.arange(n), sizes)[:n]
    factor = rng.gamma(PARTNER_SHAPE, 1 / PARTNER_SHAPE, n)[partner]
    first_start = np.datetime64("2009-01-01") + rng.integers(0, 3440, n)
    begin, relation, parts = first_start, np.arange(n), []
    while len(relation):
        years_end = (begin.astype("datetime64[Y]") + 1).astype("datetime64[D]") - 1
        whole_year = add_months(begin, 12) - 1
        to_years_end = (rng.random(len(relation)) < at_years_end) & (
            years_end - begin > np.timedelta64(60)
        )
        term = np.where(to_years_end, years_end, whole_year)
        chance = np.minimum(END_CHANCE * factor[relation], 0.95)
        renewed = rng.random(len(relation)) >= chance
        agreements = {"relation": relation, "rank": len(parts), "start": begin, "term": term}
        parts.append(pd.DataFrame(agreements | {"end": term, "renewed": renewed}))
        gap = rng.integers(1, 170, len(relation)) * (rng.random(len(relation)) < 0.4)
        begin = term + 1 + gap
        goes_on = renewed & (begin <= until)
        begin, relation = begin[goes_on], relation[goes_on]
    agreements = pd.concat(parts).sort_values(["relation", "rank"], ignore_index=True)
    agreements = agreements.assign(broken=False, names_predecessor=False)
    last = agreements.groupby("relation").last()
    relations = pd.DataFrame({"partner": partner, "start": first_start, "tacit": False})
    relations["entity"] = relations.groupby("partner").cumcount()
    return relations.assign(end=last["end"].mask(last["renewed"])), agreements


def record(rng: np.random.Generator, n: int, at_years_end: float = 0.5) -> pd.DataFrame:
    """The table `agreements` of about n relations that the source sees, all recorded by the day."""
    relations, agreements = draw_process(rng, round(n * 1.25), DAY, at_years_end)
    seen = relations[~(relations["end"] < OBSERVED_FROM)]
    agreements = agreements[agreements["relation"].isin(seen.index)].reset_index(drop=True)
    of_relation = seen.loc[agreements["relation"]].reset_index(drop=True)
    cause = rng.choice(list(CAUSES), len(agreements), p=list(CAUSES.values()))
    return pd.DataFrame(
        {
            "agreement_id": codes("C", np.arange(len(agreements))),
            "partner_id": codes("P", of_relation["partner"]),
            "entity": "Entité " + of_relation["entity"].astype("str"),
            "start": agreements["start"],
            "signed_on": agreements["start"],
            "planned_end": agreements["term"],
            "tacit_renewal": False,
            "end_reason": pd.Series(cause, dtype="str").where(~agreements["renewed"]),
        }
    )
