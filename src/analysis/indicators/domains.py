"""What relations are about: forms, domains, challenges, levels and needs, which a relation may hold
several of.

Several answers per row are never a partition: shares of values may sum above one, and only
combinations are exclusive. The nomenclature of domains changed twice (five axes in 2014, three
domains in 2018, twelve later); the passage from one to the next is data (`reference/domains.csv`),
with its sources.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.declare.schema import reference
from analysis.indicators import lines
from analysis.stats import intervals
from analysis.stats.array_checks import as_series, require_alike, z_of

OTHER = "other"  # a domain that the nomenclature asked for does not hold
_NONE = "none"  # an empty set, which is known to hold nothing (a missing set is unknown)


@cache
def nomenclature() -> pd.DataFrame:
    """The domains of each scheme, with the day from which it holds, its labels, what each becomes
    next, and its source.

    Of the twelve domains of 2022 those are listed that a public page names, and those of 2018, of
    which no page says that they ended.

    >>> nomenclature().query("scheme == '2018'")["domain"].tolist()
    ['shared places', 'skills sponsorship', 'responsible purchasing']
    """
    return reference("domains").assign(valid_from=lambda table: pd.to_datetime(table["valid_from"]))


def in_force(day: pd.Timestamp) -> str:
    """The scheme in force on a day; the first one for days before it.

    >>> in_force(pd.Timestamp("2018-06-26")), in_force(pd.Timestamp("2018-06-27"))
    ('2014', '2018')
    """
    begun = nomenclature().query("valid_from <= @day")["scheme"]
    if len(begun):
        return begun.max()
    return nomenclature()["scheme"].min()


def passage(scheme: str) -> dict[str, str]:
    """What each domain ever listed is called in a scheme; "other" where that scheme has no place
    for it.

    >>> passage("2018")["professional mobility"], passage("2018")["energy transition"]
    ('skills sponsorship', 'other')
    """
    table = nomenclature()
    scheme_domains = table.loc[table["scheme"] == scheme, "domain"]
    earlier = table.dropna(subset="becomes").query("scheme < @scheme")
    forward = earlier.set_index("domain")["becomes"].to_dict()
    domain_of = {}
    for domain in table["domain"].unique():
        now, ahead = domain, dict(forward)
        while now not in scheme_domains.values and now in ahead:
            now = ahead.pop(now)  # once each: a domain may have become itself
        domain_of[domain] = now if now in scheme_domains.values else OTHER
    return domain_of


def recode(sets: pd.Series, scheme: str) -> pd.Series:
    """Sets of domains in the terms of one scheme; what it cannot hold is "other", what is missing
    stays missing.

    >>> recode(pd.Series(["professional mobility|shared places", "energy transition", None], dtype="str"), "2018").tolist()
    ['shared places|skills sponsorship', 'other', nan]
    """
    new_name = passage(scheme)
    parts = {
        text: {new_name.get(part, OTHER) for part in text.split("|") if part}
        for text in sets.dropna().unique()
    }
    recoded = {text: "|".join(sorted(members)) for text, members in parts.items()}
    return sets.map(recoded).astype("str")


def counts(
    sets: pd.Series, values: list[str] | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """How many of the known rows hold each value: count, base, share and its Wilson interval,
    largest first.

    A row that holds two values counts in both, so that shares may sum above one: this is no
    partition. Rows whose set is missing are in no base; a row with an empty set is in the base and
    in no count. Values asked for and never met count 0.

    >>> counts(pd.Series(["a|b", "a", "", None], dtype="str"))[["count", "base"]].values.tolist()
    [[2, 3], [1, 3]]
    """
    known_sets = sets.dropna()
    opened = known_sets.str.get_dummies("|").drop(columns="", errors="ignore")
    if values is None:
        opened = opened
    else:
        opened = opened.reindex(columns=values, fill_value=0)
    by_domain = pd.DataFrame({"count": opened.sum().astype("int64"), "base": len(known_sets)})
    by_domain[["share", "low", "high"]] = _shares(by_domain["count"], by_domain["base"], confidence)
    return _largest_first(by_domain).rename_axis(sets.name)


def _largest_first(found: pd.DataFrame) -> pd.DataFrame:
    return found.iloc[np.lexsort([found.index.astype("str"), -found["count"]])]


def _shares(count: pd.Series, base: pd.Series, confidence: float) -> pd.DataFrame:
    return intervals.wilson(count, base, confidence=confidence).set_axis(
        ["share", "low", "high"], axis=1
    )


def combinations(sets: pd.Series) -> pd.DataFrame:
    """How many known rows hold exactly each combination of values, and their share: these do sum to
    one.

    >>> combinations(pd.Series(["a|b", "a", "a", "", None], dtype="str"))["count"].to_dict()
    {'a': 2, 'a|b': 1, 'none': 1}
    """
    exact = sets.dropna().astype("str").replace("", _NONE).value_counts().rename("count").to_frame()
    exact["share"] = exact["count"] / exact["count"].sum()
    return _largest_first(exact).rename_axis("combination")


class CoderAgreement(NamedTuple):
    """Two coders' agreement: Cohen's kappa with its interval, on `n` rows coded by both."""

    kappa: float
    low: float
    high: float
    observed: float
    n: int


def agreement(first: pd.Series, second: pd.Series, confidence: float = 0.95) -> CoderAgreement:
    """How far two coders agree beyond chance (Cohen 1960; interval by the variance of Fleiss, Cohen
    and Everitt 1969).

    Rows that one coder left open are left out. With no row, or where chance alone would give full
    agreement (both used one single value), kappa is missing: it says nothing.

    >>> a = pd.Series(["x", "x", "y", "y"]); agreement(a, a).kappa
    1.0
    """
    require_alike(first, second)
    codes, labels = pd.factorize(
        pd.concat([as_series(coder).astype(object) for coder in (first, second)])
    )
    one, two = codes.reshape(2, -1)
    both_coded = (one >= 0) & (two >= 0)
    n, many = int(both_coded.sum()), len(labels)
    if n == 0:
        return CoderAgreement(*[np.nan] * 4, 0)
    pairs = np.bincount(one[both_coded] * many + two[both_coded], minlength=many**2)
    p = pairs.reshape(many, many) / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = np.trace(p), rows @ columns
    if np.isclose(expected, 1):
        return CoderAgreement(np.nan, np.nan, np.nan, float(observed), n)
    kappa = (observed - expected) / (1 - expected)
    diagonal = np.diag(p) @ (1 - (rows + columns) * (1 - kappa)) ** 2
    off_diagonal = p - np.diag(np.diag(p))
    spread = (off_diagonal * (columns[:, None] + rows[None, :]) ** 2).sum()
    beside = (1 - kappa) ** 2 * spread
    by_chance = (kappa - expected * (1 - kappa)) ** 2
    variance = (diagonal + beside - by_chance) / (n * (1 - expected) ** 2)
    half = z_of(confidence) * np.sqrt(max(variance, 0))
    limits = float(max(kappa - half, -1)), float(min(kappa + half, 1))
    return CoderAgreement(float(kappa), *limits, float(observed), n)


def articulation(level: pd.Series, network: pd.Series) -> pd.DataFrame:
    """For each network, its national frame beside its regional and local relations, which are never
    summed require_alike.

    `network` names the network of each relation (the partner itself where it belongs to none).
    State: "national and local" where a national relation meets at least one regional or local one,
    "national only", "local only"; relations without a level count nowhere, and a network with none
    of them known is missing from the table.

    >>> articulation(pd.Series(["national", "local", "local"]), pd.Series(["N1", "N1", "N2"]))["state"].to_dict()
    {'N1': 'national and local', 'N2': 'local only'}
    """
    table = pd.crosstab(network, level)
    table = table.reindex(columns=["national", "regional", "local"], fill_value=0)
    nearby = table["regional"] + table["local"] > 0
    framed = table["national"] > 0
    table["state"] = np.select(
        [nearby & framed, nearby], ["national and local", "local only"], "national only"
    )
    return table.rename_axis(index="network", columns=None)


def value_stands_out(
    sets: pd.Series, values: list[str], partner: pd.Series, confidence: float = 0.95
) -> bool:
    """Whether the first of some values is held by more of the known rows than each other one,
    beyond chance.

    Differences are paired by row, and rows of a partner count as alike; Holm over all of them.
    `partner` has the index of `sets`.

    >>> sets = pd.Series(["a"] * 30 + ["b"] * 20 + ["c"] * 5)
    >>> value_stands_out(sets, ["a", "b", "c"], pd.Series(range(55))), value_stands_out(sets, ["a", "c"], pd.Series(range(55)))
    (False, True)
    """
    known_sets = sets.dropna()
    holds = known_sets.str.get_dummies("|").reindex(columns=values, fill_value=0).astype(bool)
    return lines.stands_out(holds, values[0], partner.loc[known_sets.index], confidence)


def needs_stated(
    projects: pd.DataFrame, support: pd.DataFrame, relations: pd.DataFrame, day: pd.Timestamp
) -> pd.DataFrame:
    """The needs of the relations that run on a day, a row each: need, relation_id, partner_id,
    answered (by a support begun by then).

    A project states its needs (set) from its start; a support answers a need when its kind does
    (`reference/needs.csv`, a convention of this study), from its own start on. Relations without
    any stated need have no row: nothing says that they need nothing.
    """
    stated = projects.loc[~(projects["start"] > day), ["project_id", "partner_id", "need"]]
    stated = stated.dropna(subset="need")
    stated = stated.assign(need=stated["need"].str.split("|")).explode("need").query("need != ''")
    begun = support.loc[support["start"] <= day, ["project_id", "kind"]]
    answers = begun.merge(reference("needs"), left_on="kind", right_on="support_kind")
    answers = answers[["project_id", "need"]].drop_duplicates().assign(answered=True)
    is_running = (relations["start"] <= day) & ~(relations["end"] < day)
    running = relations.loc[is_running, ["relation_id", "partner_id"]]
    pairs = stated.merge(answers, on=["project_id", "need"], how="left")
    pairs["answered"] = pairs["answered"].notna()
    by_relation = pairs.merge(running, on="partner_id").groupby(["need", "relation_id"])
    return by_relation.agg({"partner_id": "first", "answered": "any"}).reset_index()


def needs_answered(
    projects: pd.DataFrame,
    support: pd.DataFrame,
    relations: pd.DataFrame,
    days: pd.DatetimeIndex,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """On each day, of the running relations that state a need, the share whose partner's projects
    had support answering it.

    Columns: day, need, answered, base, share, low, high; a day without base has a missing share.
    See `needs_stated`.
    """
    needs = pd.Index(sorted(set(reference("needs")["need"])), name="need")
    tables = []
    for day in days:
        stated = needs_stated(projects, support, relations, day)
        counts = stated.groupby("need").agg(answered=("answered", "sum"), base=("answered", "size"))
        tables.append(counts.reindex(needs, fill_value=0).reset_index().assign(day=day))
    table = pd.concat(tables, ignore_index=True).astype({"answered": "int64", "base": "int64"})
    table[["share", "low", "high"]] = _shares(table["answered"], table["base"], confidence)
    return table[["day", "need", "answered", "base", "share", "low", "high"]]


def need_stands_out(stated: pd.DataFrame, needs: list[str], confidence: float = 0.95) -> bool:
    """Whether the first of some needs is answered more often than each other one, beyond chance.

    `stated` is that of `needs_stated`. The two shares of a difference may rest on some of the same
    relations: its spread is that of its sums by partner (linearised). Holm over all differences.

    >>> stated = pd.DataFrame({"need": ["a"] * 40 + ["b"] * 40, "partner_id": range(80), "answered": [True] * 30 + [False] * 50})
    >>> need_stands_out(stated, ["a", "b"]), need_stands_out(stated, ["b", "a"])
    (True, False)
    """
    from scipy.special import ndtr

    by_need = stated.groupby("need")["answered"]
    share = by_need.mean()
    share_difference = (stated["answered"] - stated["need"].map(share)) / by_need.transform("size")
    by_partner = share_difference.groupby([stated["partner_id"], stated["need"]]).sum()
    by_partner = by_partner.unstack(fill_value=0)
    first, *others = needs
    p_values = []
    for need in others:
        difference = share[first] - share[need]
        if difference <= 0:
            return False
        spread = np.sqrt(((by_partner[first] - by_partner[need]) ** 2).sum())
        p_values.append(2 * ndtr(-difference / spread) if spread > 0 else 0.0)
    return bool((intervals.holm(p_values) <= 1 - confidence).all())
