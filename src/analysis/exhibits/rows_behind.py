"""The rows that a figure counts, with a column for each thing that tells its marks apart."""

import pandas as pd

from analysis.article.exhibit_words import words_of
from analysis.declare.faults import unknown
from analysis.exhibits import (
    discontinuity,
    fragility,
    group_durations,
    line_counts,
    partner_finances,
    renewal_forecast,
    renewals,
    running_relations,
    strength,
    themes,
    trajectory,
    two_sides,
)
from analysis.indicators import (
    calendar_time,
    contributions,
    domains,
    finances,
    proposals,
    support_comparison,
)
from analysis.indicators import trajectory as paths
from analysis.indicators.fragility import month_ahead
from analysis.relations import membership


def running_in_month(study, month: str = "") -> pd.DataFrame:
    """The relations that run at the end of a month ("2016-03"), or all that F1 counts at some time."""
    relations = study.relations
    if not month:
        return relations
    closes = min(
        pd.Timestamp(month) + pd.offsets.MonthEnd(0), running_relations.last_day_seen(study)
    )
    until = calendar_time.counted_until(relations, study.day)
    return relations[(relations["entry"] <= closes) & (until >= closes)]


def grouped_durations(study, by: str = "level") -> pd.DataFrame:
    """The followed relations of the groups that F4 draws."""
    group = group_durations.start_groups(study, by, words_of(study, "F4"))
    largest = group_durations.largest_groups(group, study.conventions)
    return study.followed[group.isin(largest)].assign(group=group)


def terms_by_year(study) -> pd.DataFrame:
    """The terms whose grace has elapsed, by year."""
    ripe = renewals.terms(study).dropna(subset="renewed")
    return ripe.assign(year=ripe["term"].dt.year)


def stated_lines(study, line: str = "", state: str = "yes") -> pd.DataFrame:
    """The living relations, or those that are yes, no or unknown on a line."""
    relations = line_counts.living(study)
    if not line:
        return relations
    stated = study.lines.loc[relations["relation_id"]]
    if line not in stated:
        raise unknown("line", line, stated, 3)
    states = stated[line].astype("object").map({True: "yes", False: "no"}).fillna("unknown")
    if state not in ("yes", "no", "unknown"):
        raise unknown("state", state, ("yes", "no", "unknown"), 3)
    return relations[(states == state).to_numpy()]


def dependent_partners(study) -> pd.DataFrame:
    """The last accounts of partners whose dependence is known."""
    money = partner_finances.partner_dependences(study, partner_finances.latest_accounts(study))
    return money.dropna(subset="dependence")


def terms_by_month(study) -> pd.DataFrame:
    """The terms of the next twelve months by month (0: passed), whether something renews them."""
    ahead = fragility.terms_to_count(study)
    months = int(study.conventions["terms_ahead_months"])
    month = month_ahead(ahead["term"], study.day, months)
    return ahead.assign(month=month, renewed=ahead["tacit"] | ahead["renewed"])


def profiled(study) -> pd.DataFrame:
    """The living relations by their lines of fragility and of strength that hold."""
    counted = strength.profiles(study)
    return counted.assign(
        fragility=strength.banded(counted["x"], strength.FRAGILITY_BANDS),
        strength=strength.banded(counted["y"], strength.STRENGTH_BANDS),
    )


def passed(study) -> pd.DataFrame:
    """The relations with two agreements or more, by the stage of the first and of the last."""
    agreements = study.agreements
    agreements = agreements.assign(relation_id=membership(agreements, study.relations))
    rows = agreements.dropna(subset="relation_id")
    rows = rows.sort_values(["relation_id", "start", "agreement_id"], kind="stable")
    stage = contributions.stage(rows["kinds"]).astype("str").fillna("unknown")
    ends = stage.groupby(rows["relation_id"]).agg(before="first", after="last", agreements="size")
    return ends[ends["agreements"] > 1]


def in_domains(study) -> pd.DataFrame:
    """The relations whose domain is known, in the terms in force on the day."""
    relations = study.relations
    domain = domains.recode(relations["domains"], domains.in_force(study.day))
    return relations.assign(domain=domain).dropna(subset="domain")


def in_networks(study) -> pd.DataFrame:
    """The relations of the networks in scope, by the state of their network."""
    relations = study.all_relations
    network = themes.network_of(study, relations["partner_id"])
    state = network.map(themes.articulations(study)["state"])
    is_counted = relations["level"].notna() & state.notna()
    return relations.assign(network=network, state=state)[is_counted]


def compared_projects(study) -> pd.DataFrame:
    """The projects that F24 compares, by support received and change of scale."""
    tables = study.projects, study.sites, study.support
    compared, _left_out = support_comparison.landmark(*tables, study.day, study.conventions)
    return compared


def sites_opened(study) -> pd.DataFrame:
    """The sites opened beside the first of each project, by year and mode."""
    sites = paths.placed(study.projects, study.sites)
    added = sites[~sites["base"]]
    return added.assign(year=added["opened"].dt.year, mode=added["mode"].fillna("unknown"))


ROWS = {
    "F1": running_in_month,
    "F2": lambda study: study.relations.assign(form=study.relations["kinds"]).dropna(subset="form"),
    "F3": lambda study: study.followed,
    "F3R": renewal_forecast.risks_ahead,
    "F4": grouped_durations,
    "F5": lambda study: study.followed,
    "F6": terms_by_year,
    "F6D": discontinuity.present,
    "F7": lambda study: study.followed.assign(cohort=study.followed["start"].dt.year),
    "F8": stated_lines,
    "F9": dependent_partners,
    "F10": lambda study: finances.ratios(partner_finances.latest_accounts(study)).dropna(
        subset="hhi"
    ),
    "F12": terms_by_month,
    "F13": two_sides.pairs,
    "F14": two_sides.pairs,
    "F15": stated_lines,
    "F16": profiled,
    "F17": passed,
    "F18": lambda study: study.resources,
    "F19": in_domains,
    "F20": lambda study: study.projects.dropna(subset="challenge"),
    "F21": in_networks,
    "F22": lambda study: study.relations[study.relations["status"] == "running"],
    "F23": lambda study: trajectory.steps(study).stack().rename("state").reset_index(),
    "F24": compared_projects,
    "F25": sites_opened,
    "F26": lambda study: study.votes,
    "F27": lambda study: proposals.active(study.offers, study.day, study.conventions["offer_days"]),
    "T2": lambda study: study.partners[
        study.partners["partner_id"].isin(study.relations["partner_id"])
    ],
    "T3": two_sides.sides,
}
