"""How relations of the drawn programme truly begin, renew and end.

A relation is a chain of agreements of one partner with one entity. Agreements begin on any day of the year, most often on
1 January, 1 September and 31 December, and last 6 to 60 months. At each term the relation renews or ends, with a chance
that depends on the kind of partnership, the domain, the age and the partner; some are broken off before their term.
Renewals leave gaps below the grace, begin before the term that they renew, or come after more than the grace and name
their predecessor. Nothing depends on the calendar: relations begun before and after the charter last alike, and so do
local and regional ones.
"""

import numpy as np
import pandas as pd

DAY = np.datetime64("2018-06-27")
OBSERVED_FROM = np.datetime64("2014-01-01")
GRACE_DAYS = 180

END_CHANCE = {  # at the first term, by the kind of the agreement that comes to its term
    "philanthropy": 0.36,
    "responsible practice": 0.30,
    "economic cooperation": 0.20,
    "societal innovation": 0.28,
}
KINDS, KIND_SHARES = list(END_CHANCE), [0.45, 0.20, 0.18, 0.17]
DOMAIN_FACTORS = {  # of the chance to end
    "shared places": 0.8,
    "professional mobility": 1.0,
    "skills sponsorship": 1.0,
    "responsible purchasing": 1.25,
    "energy transition": 1.0,
    "banking and finance": 1.0,
}
DOMAINS, DOMAIN_SHARES = list(DOMAIN_FACTORS), [0.30, 0.15, 0.15, 0.25, 0.10, 0.05]
AGE_FACTORS = np.array([1.2, 1.1, 1.0, 0.9, 0.75])  # in the 1st, 2nd … 5th year and later
PARTNER_SHAPE = 6.0  # of the gamma by which partners differ; its mean is 1
BROKEN_OFF = 0.07  # chance that an agreement is broken off before its term
USUAL_MONTHS, USUAL_SHARES = [6, 12, 24, 36, 48, 60], [0.10, 0.38, 0.17, 0.25, 0.04, 0.06]
YEARS = np.arange(2007, 2019)
YEAR_SHARES = np.array([25, 25, 30, 30, 35, 40, 45, 200, 180, 160, 150, 80]) / 1000
RETURNS = 0.15  # chance that an ended relation begins anew after more than the grace
CHANGES_KIND = 0.15  # chance that a renewal is of another kind
NAMES_PREDECESSOR = 0.6  # of renewals
PARALLEL = 0.10  # relations that have a second agreement beside their chain


def random(seed: int, subject: str) -> np.random.Generator:
    """A stream of its own for each subject, so that a change in one table leaves the others as they were."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *subject.encode()])))


def add_months(dates: np.ndarray, months: np.ndarray | int) -> np.ndarray:
    """The same day of the month so many months later, or the month's last day where it is shorter.

    >>> add_months(np.array(["2016-01-31"], dtype="datetime64[D]"), 1)
    array(['2016-02-29'], dtype='datetime64[D]')
    """
    month = dates.astype("datetime64[M]")
    day_of_month = dates - month.astype("datetime64[D]")
    later = month + months
    last_day = (later + 1).astype("datetime64[D]") - 1
    return np.minimum(later.astype("datetime64[D]") + day_of_month, last_day)


def first_days(rng: np.random.Generator, n: int) -> np.ndarray:
    """First days of relations: half on any day of the year, half on 1 January, 1 September and 31 December."""
    year = rng.choice(YEARS, n, p=YEAR_SHARES) - 1970
    new_year = year.astype("datetime64[Y]").astype("datetime64[D]")
    september = year.astype("datetime64[Y]").astype("datetime64[M]") + 8
    years_end = (year + 1).astype("datetime64[Y]").astype("datetime64[D]") - 1
    any_day = new_year + rng.integers(0, 365, n)
    days = [any_day, new_year, september.astype("datetime64[D]"), years_end]
    return np.choose(rng.choice(4, n, p=[0.5, 0.25, 0.17, 0.08]), days)


def draw_relations(rng: np.random.Generator, n: int, networks: int = 0) -> pd.DataFrame:
    """Who is bound to whom from when: `networks` national relations, `n` local and regional ones, those that come back.

    One row per relation begun by the end of 2018: partner (number), entity (-1 headquarters, 0 the partner's regional
    directorate, 1-5 a branch), start, level, tacit, kind and domain (places in `KINDS` and `DOMAINS`), second_kind and
    second_domain (-1: none), proneness (the partner's factor of the chance to end).
    """
    total = n + networks
    national = np.arange(total) < networks
    partner = np.arange(total)
    entity = np.where(rng.random(total) < 0.75, 0, rng.integers(1, 6, total))
    further = rng.permutation(np.arange(networks, total))[: n // 3]
    second, host = further[: len(further) // 2], further[-(len(further) // 2) :]
    partner[second] = host  # a second relation of a partner, with another kind of entity
    entity[second] = np.where(entity[host] == 0, rng.integers(1, 6, len(second)), 0)
    start = first_days(rng, total)
    since_charter = np.datetime64("2014-10-13") + rng.integers(0, 1200, total)
    second_kind = (rng.integers(0, len(KINDS), total) + 1) * (rng.random(total) < 0.3) - 1
    second_domain = (rng.integers(0, len(DOMAINS), total) + 1) * (rng.random(total) < 0.3) - 1
    return pd.DataFrame(
        {
            "partner": partner,
            "entity": np.where(national, -1, entity),
            "start": np.where(national, since_charter, start),
            "level": np.select(
                [national, rng.random(total) < 0.15], ["national", "regional"], "local"
            ),
            "tacit": rng.random(total) < 0.25,
            "kind": rng.choice(len(KINDS), total, p=KIND_SHARES),
            "domain": rng.choice(len(DOMAINS), total, p=DOMAIN_SHARES),
            "second_kind": second_kind,
            "second_domain": second_domain,
            "proneness": rng.gamma(PARTNER_SHAPE, 1 / PARTNER_SHAPE, total)[partner],
        }
    )


def end_chance(kind, domain, age_years, proneness) -> np.ndarray:
    """Chance that a relation ends at a term, by kind and domain (places in the lists), age and partner.

    >>> end_chance(np.array([0]), np.array([0]), np.array([1]), np.array([1.0])).round(3).tolist()
    [0.317]
    """
    by_kind = np.array(list(END_CHANCE.values()))[kind]
    by_domain = np.array(list(DOMAIN_FACTORS.values()))[domain]
    by_age = AGE_FACTORS[np.minimum(age_years, len(AGE_FACTORS) - 1)]
    return np.minimum(by_kind * by_domain * by_age * proneness, 0.95)


def last_days(rng: np.random.Generator, begin: np.ndarray) -> np.ndarray:
    """Terms of agreements: half after a usual number of months, a quarter at the end of a year, a quarter on any day."""
    n = len(begin)
    after_months = add_months(begin, rng.choice(USUAL_MONTHS, n, p=USUAL_SHARES)) - 1
    years_end = (begin.astype("datetime64[Y]") + rng.integers(1, 4, n)).astype("datetime64[D]") - 1
    years_end = np.where(years_end - begin < np.timedelta64(180, "D"), after_months, years_end)
    any_day = begin + rng.integers(183, 1826, n)
    return np.choose(rng.choice(3, n, p=[0.5, 0.25, 0.25]), [after_months, years_end, any_day])


def gaps(rng: np.random.Generator, tacit: np.ndarray) -> np.ndarray:
    """Days from a term to the renewal: most none, some below the grace, some before the term, few beyond the grace."""
    n = len(tacit)
    sorts = [np.zeros(n, int), rng.integers(5, 175, n), -rng.integers(10, 60, n)]
    sorts.append(rng.integers(GRACE_DAYS + 20, 500, n))
    return np.where(tacit, 0, np.choose(rng.choice(4, n, p=[0.65, 0.28, 0.05, 0.02]), sorts))


def draw_chain(rng: np.random.Generator, relations: pd.DataFrame, until) -> pd.DataFrame:
    """The agreements of each relation, one after the other, until it ends or the next would begin after `until`.

    Columns relation (row label), rank, start, term, end (the term, or the day when it was broken off), broken, renewed,
    kind, names_predecessor (always where it comes after more than the grace).
    """
    going = relations[["start", "kind", "domain", "tacit", "proneness"]]
    going = going.assign(begun=relations["start"], gap=0)
    ranks = []
    while len(going):
        n = len(going)
        start, begun = (going[name].to_numpy("datetime64[D]") for name in ("start", "begun"))
        kind, tacit = going["kind"].to_numpy(), going["tacit"].to_numpy()
        term = last_days(rng, start)
        length = (term - start).astype(int)
        broken = rng.random(n) < BROKEN_OFF
        end = np.where(broken, start + (length * rng.uniform(0.2, 0.95, n)).astype(int), term)
        age_years = (term - begun).astype(int) // 365
        chance = end_chance(
            kind, going["domain"].to_numpy(), age_years, going["proneness"].to_numpy()
        )
        renewed = ~broken & (rng.random(n) >= chance)
        gap = gaps(rng, tacit)
        agreements = {"relation": going.index, "rank": len(ranks), "start": start, "term": term}
        agreements |= {"end": end, "broken": broken, "renewed": renewed, "kind": kind}
        gap_before = going["gap"].to_numpy()
        is_named = (rng.random(n) < NAMES_PREDECESSOR) | (gap_before > GRACE_DAYS)
        agreements["names_predecessor"] = is_named & (len(ranks) > 0)
        ranks.append(pd.DataFrame(agreements))
        other_kind = (kind + rng.integers(1, len(KINDS), n)) % len(KINDS)
        changes = ~tacit & (rng.random(n) < CHANGES_KIND)
        going = going.assign(
            start=term + 1 + gap, gap=gap, kind=np.where(changes, other_kind, kind)
        )
        going = going[renewed & (going["start"] <= until)]
    return pd.concat(ranks, ignore_index=True).sort_values(["relation", "rank"], ignore_index=True)


def draw_parallel(
    rng: np.random.Generator, relations: pd.DataFrame, chain: pd.DataFrame
) -> pd.DataFrame:
    """Agreements that begin beside one of a chain: same partner and entity, rank -1; they may outlast the chain."""
    beside = chain[~chain["relation"].map(relations["tacit"]) & (rng.random(len(chain)) < PARALLEL)]
    start, term = (beside[name].to_numpy("datetime64[D]") for name in ("start", "end"))
    start = start + (rng.uniform(0.05, 0.95, len(beside)) * (term - start).astype(int)).astype(int)
    end = add_months(start, rng.integers(3, 25, len(beside))) - 1
    return beside.assign(
        rank=-1,
        start=start,
        term=end,
        end=end,
        broken=False,
        renewed=False,
        names_predecessor=False,
    )


def draw_process(
    rng: np.random.Generator, n: int, networks: int = 0, until=DAY + 500
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The true relations (see `draw_relations`, with their true `end`, missing where it lies after `until`) and agreements.

    >>> relations, agreements = draw_process(random(1, "example"), 100)
    >>> len(relations) > 100, len(agreements) > 200
    (True, True)
    """
    relations = draw_relations(rng, n, networks)
    relations, agreements = with_ends(rng, relations, until)
    comes_back = relations["end"].notna() & (relations["entity"] >= 0)
    comes_back &= rng.random(len(relations)) < RETURNS
    again = relations[comes_back].drop(columns="end")
    pause_days = rng.integers(GRACE_DAYS + 20, 1200, len(again))
    again["start"] = relations.loc[comes_back, "end"] + pd.to_timedelta(pause_days, "D")
    again = again[again["start"] <= DAY]
    if again.empty:
        return relations, agreements
    again, further = with_ends(rng, again.reset_index(drop=True), until)
    further["relation"] += len(relations)
    relations = pd.concat([relations, again], ignore_index=True)
    return relations, pd.concat([agreements, further], ignore_index=True)


def with_ends(rng, relations: pd.DataFrame, until) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The relations with their true ends, and their agreements."""
    chain = draw_chain(rng, relations, until)
    agreements = pd.concat([chain, draw_parallel(rng, relations, chain)], ignore_index=True)
    goes_on = chain.groupby("relation")["renewed"].last()
    end = agreements.groupby("relation")["end"].max().mask(goes_on)
    return relations.assign(end=end), agreements.sort_values(["relation", "start", "rank"])
