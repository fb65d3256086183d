"""Whether relations of some groups last longer than those of others (F4)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import relations
from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.declare import schema
from analysis.declare.conventions import DEFAULTS
from analysis.declare.faults import unknown
from analysis.disclosure import permissions
from analysis.exhibits.followed_relations import (
    assumes_terms,
    charter,
    estimator_columns,
    followed_base,
    horizon_facts,
    reachable_horizon,
    require_followed_relations,
    scope_facts,
)
from analysis.exhibits.relation_curves import CURVE, curve_drawing
from analysis.indicators import durability
from analysis.stats import differences, group_tests, pseudo_observations, survival
from analysis.study.filters import FILTERS
from analysis.text import formatting
from analysis.text.facts import Count, Interval, Label, Listed, Months, Number

GROUPS = {key: FILTERS[key].column for key in ("level", "domain", "kind", "region")}
GROUPS |= {"cohort": "start"}


def start_groups(study, by: str | list[str], words: ExhibitWords) -> pd.Series:
    """The group of each followed relation at its start, by one name or several combined."""
    first, *others = [_groups_of(study, name, words) for name in group_names(by)]
    return first.str.cat(others, sep=" · ") if others else first


def group_names(by: str | list[str]) -> list[str]:
    """The names of one grouping, or of those combined."""
    return [by] if isinstance(by, str) else list(by)


def _groups_of(study, by: str, words: ExhibitWords) -> pd.Series:
    followed = study.followed
    is_column = by in followed and permissions.may_group_by_any_column(study)
    if by not in GROUPS and not is_column:
        raise unknown("by", by, GROUPS, len(GROUPS))
    if by == "cohort":
        names = {True: words.group("since"), False: words.group("before")}
        return (followed["start"] >= charter(study)).map(names)
    values = relations.as_text(followed[GROUPS.get(by, by)]).astype("str")
    labels = values.map(formatting.text, na_action="ignore")
    if by in ("domain", "kind"):
        is_several = values.str.contains("|", regex=False, na=False)
        labels = labels.mask(is_several, words.group("several"))
    return labels


def _name_of_groups(study, by: str, words: ExhibitWords) -> str:
    if by in GROUPS:
        return words.group(f"by_{by}")
    column = schema.columns("relations").get(by)
    label = column.label(study.lang) if column else by.replace("_", " ")
    return label[:1].lower() + label[1:]


def largest_groups(group: pd.Series, conventions: Mapping[str, float]) -> list[str]:
    """The largest groups, in decreasing order (ties: row): large enough for a curve, few enough."""
    few, many = conventions["curve_at_risk"], conventions["groups_compared"]
    sizes = group.value_counts(sort=False).sort_values(ascending=False, kind="stable")
    return list(sizes.index[sizes >= few][:many])


class GroupComparison(NamedTuple):
    """How long groups last up to a horizon, whether they differ, and how surely.

    `means`: restricted mean by group, in months; `pairs`: each difference by partner, with
    `p_holm`, the longer first; `pace`: the log-rank test by partner. All groups were followed from
    month `since` to `horizon`; means are of relations that reached `since`.
    """

    since: float
    horizon: float
    means: pd.Series
    pairs: pd.DataFrame
    pace: pd.DataFrame

    def apart(self, confidence: float) -> pd.DataFrame:
        """The pairs that differ for sure, Holm over all pairs, the surest first.

        Where a group is not followed from its start, few relations bear its first months: the
        log-rank test must agree (without it 9 to 16 % of like groups were told apart,
        benchmarks/RESULTS.md).
        """
        surest_first = self.pairs.sort_values("p_holm", kind="stable")
        is_apart = surest_first["p_holm"] < 1 - confidence
        if self.since > 0:
            is_apart &= self.pace["p_value"].iloc[0] < 1 - confidence
        return surest_first[is_apart]

    def stands_out(self, confidence: float) -> bool:
        """Whether the group that lasts longest lasts longer than every other, for sure."""
        longest = self.means.idxmax()
        beaten = self.apart(confidence)["longer"] == longest
        return bool(beaten.sum() == len(self.means) - 1)


def larger_first(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs of groups, each turned so that its difference is positive: larger, smaller, limits.

    >>> table = differences.of_survival([1, 3, 2, 4], [1, 1, 1, 0], list("aabb"), 3)
    >>> larger_first(table)[["larger", "smaller", "value"]].values.tolist()
    [['b', 'a', 0.5]]
    """
    rows = pairs.reset_index()
    is_turned = rows["value"] < 0
    columns = {
        "larger": rows["group"].mask(is_turned, rows["other"]),
        "smaller": rows["other"].mask(is_turned, rows["group"]),
        "value": rows["value"].abs(),
        "low": rows["low"].mask(is_turned, -rows["high"]),
        "high": rows["high"].mask(is_turned, -rows["low"]),
        "p_holm": rows["p_holm"],
    }
    return pd.DataFrame(columns)


def first_month_followed(
    columns: dict, group: np.ndarray, horizon: float, few: float = DEFAULTS["curve_at_risk"]
) -> float | None:
    """The first whole month from which on `few` relations of every group are followed.

    >>> columns = {"duration": np.full(20, 30.0), "entry": np.repeat([0.0, 4.2], 10)}
    >>> first_month_followed(columns, np.repeat(["since", "before"], 10), 36)
    5.0
    """
    for month in np.arange(horizon):
        is_followed = (columns["entry"] <= month) & (columns["duration"] > month)
        sizes = pd.Series(is_followed).groupby(group).sum()
        if sizes.min() >= few:
            return float(month)
    return None


def compare_groups(
    followed: pd.DataFrame,
    group: pd.Series,
    horizon: float,
    confidence: float,
    few: float = DEFAULTS["curve_at_risk"],
) -> GroupComparison | None:
    """Compare how long the relations of groups last; a partner's relations count as alike.

    `followed` has duration_months, ended, entry_months and partner_id; `group` names its rows. They
    are compared between the months at which all groups are followed. None where none are left.
    """
    columns = estimator_columns(followed)
    names = group.to_numpy(object)
    parts = durability.curve(**columns, strata=names).groupby("stratum", sort=False)
    reached = min(reachable_horizon(part, horizon, few) for _name, part in parts)
    since = first_month_followed(columns, names, reached, few)
    if since is None:
        return None
    partner = followed["partner_id"].to_numpy(object)
    pace = group_tests.logrank(**columns, group=names, cluster=partner)
    lasted = columns["duration"] > since
    later = {
        "duration": columns["duration"][lasted] - since,
        "ended": columns["ended"][lasted],
        "entry": np.maximum(columns["entry"][lasted] - since, 0),
    }
    curves = durability.curve(**later, strata=names[lasted], confidence=confidence)
    means = since + survival.rmst(curves, reached - since, confidence=confidence)["value"]
    pairs = differences.of_restricted_means(
        **later,
        group=names[lasted],
        horizon=reached - since,
        cluster=partner[lasted],
        confidence=confidence,
    )
    pairs = larger_first(pairs).rename(columns={"larger": "longer", "smaller": "shorter"})
    return GroupComparison(since, reached, means, pairs, pace)


def F4(study, by: str | list[str] = "level") -> Exhibit:
    """Durability of groups, compared by restricted means and log-rank test."""
    words, names = words_of(study, "F4"), group_names(by)
    every_group = start_groups(study, by, words)
    largest = largest_groups(every_group, study.conventions)
    group = every_group[every_group.isin(largest)]
    compared = require_followed_relations(study, words).loc[group.index]
    words.refuse_if(len(largest) < 2, "few_groups")
    horizon, confidence = study.parameters.horizon_months, study.parameters.confidence
    columns, strata = estimator_columns(compared), group.to_numpy(object)
    curves = durability.curve(**columns, strata=strata, confidence=confidence)
    data = curves.rename(columns={"time": "months"})[CURVE]
    data = data.sort_values("stratum", key=pd.Index(largest).get_indexer, kind="stable")
    few = study.conventions["curve_at_risk"]
    comparison = compare_groups(compared, group, horizon, confidence, few)
    words.refuse_if(comparison is None, "not_together")
    known_count = int(every_group.notna().sum())
    facts = _facts(comparison, group, confidence)
    facts |= alike_facts(study, names, group, facts, comparison)
    facts |= horizon_facts(comparison.horizon) | scope_facts(study)
    facts |= {
        "by": formatting.join(_name_of_groups(study, name, words) for name in names),
        "grouping": "-".join(names),
        "of_groups": words.group(f"of_{by}" if by in list(GROUPS) else "of_others"),
        "elsewhere": Count(known_count - len(group)),
        "ungrouped": Count(len(every_group) - known_count),
        "groups": Listed([Label(label) for label in largest]),
        "assumed_terms": assumes_terms(study),
    }
    draw = curve_drawing(study, words, comparison.horizon, [], 4.4, 5.6)
    rules, n = Rules(chosen_from=max(followed_base(study), len(every_group))), len(compared)
    exhibit = Exhibit.of(words, "durability", data, draw, n=n, facts=facts, rules=rules)
    return replace(exhibit, id="-".join(["F4", *names]))


def _facts(comparison: GroupComparison, group: pd.Series, confidence: float) -> dict:
    pairs_that_differ = comparison.apart(confidence)
    pairs = pairs_that_differ
    if pairs.empty:
        pairs = comparison.pairs.sort_values("value", ascending=False)
    stands_out = comparison.stands_out(confidence)
    if stands_out:
        is_longest = pairs["longer"] == comparison.means.idxmax()
        pairs = pairs[is_longest].sort_values("value", ascending=False)
    pair = pairs.iloc[0]
    sizes = group.value_counts()
    pace = comparison.pace
    means = comparison.means.round(1)  # as they are told: who subtracts them finds the difference
    return {
        "apart": bool(len(pairs_that_differ)),
        "stands_out": stands_out,
        "since": Months(comparison.since) if comparison.since else None,
        "longer": Label(pair["longer"]),
        "shorter": Label(pair["shorter"]),
        "longer_mean": Months(means[pair["longer"]], digits=1),
        "shorter_mean": Months(means[pair["shorter"]], digits=1),
        "longer_n": Count(int(sizes[pair["longer"]])),
        "shorter_n": Count(int(sizes[pair["shorter"]])),
        "difference": Months(means[pair["longer"]] - means[pair["shorter"]], digits=1),
        "difference_interval": Interval(pair["low"], pair["high"], digits=1, share=False),
        "p_holm": Number(pair["p_holm"], digits=3),
        "p_pace": Number(pace["p_value"].iloc[0], digits=3),
        "ends": Count(int(pace["observed"].sum())),
    }


def alike_facts(study, by: list[str], group, facts: dict, comparison: GroupComparison) -> dict:
    """The difference of the pair told, were its relations alike in all else at the start."""
    followed = study.followed.loc[group.index]
    pair = [facts["longer"].value, facts["shorter"].value]
    is_compared = group.isin(pair) & (followed["duration_months"] > comparison.since)
    rows, names = followed[is_compared], group[is_compared]
    columns = estimator_columns(rows)
    traits = at_start(study, rows).drop(columns=by, errors="ignore")
    traits = traits.loc[:, traits.nunique() > 1]
    if traits.empty or names.nunique() < 2:
        return {"alike": None, "alike_interval": None}
    table = pseudo_observations.standardised_differences(
        columns["duration"] - comparison.since,
        columns["ended"],
        names.to_numpy(object),
        traits,
        comparison.horizon - comparison.since,
        entry=np.maximum(columns["entry"] - comparison.since, 0),
        cluster=rows["partner_id"].to_numpy(object),
        confidence=study.parameters.confidence,
    )
    row = table.iloc[0]
    value, low, high = row["value"], row["low"], row["high"]
    if table.index[0][0] != pair[0]:
        value, low, high = -value, -high, -low
    interval = Interval(low, high, digits=1, share=False)
    return {"alike": Months(value, digits=1), "alike_interval": interval}


def at_start(study, some_relations: pd.DataFrame) -> pd.DataFrame:
    """Level, domain, form and partner's size; rare values joined."""
    partners = study.partners.drop_duplicates("partner_id").set_index("partner_id")
    staff = some_relations["partner_id"].map(partners["staff_fte"]).astype("float64")
    is_large = (staff >= study.conventions["size_fte"]).astype("str").where(staff.notna())
    facts = pd.DataFrame({"size": is_large})
    for name in ("level", "domain", "kind"):
        facts[name] = relations.as_text(some_relations[GROUPS[name]])
    facts = facts.fillna("unknown")
    for name in facts:
        rows_alike = facts.groupby(name)[name].transform("size")
        is_rare = rows_alike < study.conventions["percent_from"]
        facts[name] = facts[name].mask(is_rare, "other")
    return facts
