"""The first three years of projects (F23), support and change of scale (F24)."""

from functools import partial
from typing import NamedTuple

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import words_of
from analysis.article.rules import Rules
from analysis.charts import axis_words, curves, heading, marks, new_figure, stacked
from analysis.disclosure.curves import BESIDE
from analysis.exhibits.phrases import name
from analysis.exhibits.sums_elsewhere import first_rows
from analysis.indicators import domains, support_comparison, target_trial, trajectory
from analysis.stats import intervals, risk_difference
from analysis.study.once import result
from analysis.text.facts import Count, Label, Listed, Number, Points, Share, Years, labelled_shares

# From what matters most to what matters least: the order of the picture, from the bottom.
STATES_DRAWN = ("spread", "ended after spread", "supported", "funded", "running", "ended")
MARKED_MONTH = 12  # the month whose shares the reading tells
LAUREATES_SCALED, LAUREATES = 8, 18  # published: laureates that reached other territories
CONTRAST_COLUMNS = ["view", "label", "events", "n", "value", "low", "high", "compared", "p_value"]
CONTRAST_COLUMNS += ["crude", "crude_low", "crude_high", "e_value", "e_value_limit"]


@result
def steps(study) -> pd.DataFrame:
    """Where each project stands by month in its first years (`trajectory.monthly_states`)."""
    projects, months = study.projects, int(study.conventions["path_months"])
    funded_on = trajectory.funded_on(projects, _contributed(study))
    return trajectory.monthly_states(
        projects, funded_on, study.support, study.sites, study.day, months
    )


def _contributed(study) -> pd.DataFrame:
    """The contributions under agreements that the study knows, none of which was refused; what
    agreements but promise funds no project.
    """
    if study.has("contributions"):
        return study.resources
    return study.contributions


def F23(study) -> Exhibit:
    """Where projects stand in their first three years: running, funded, supported, spread, ended."""
    words = words_of(study, "F23")
    words.refuse_if(not study.has("sites"), "no_sites")
    states, months = steps(study), int(study.conventions["path_months"])
    words.refuse_if(len(states) < study.conventions["comparison_from"], "few")
    shares = trajectory.state_shares(states)
    told = {
        "funded": trajectory.tells_funding(study.projects, _contributed(study)),
        "supported": study.has("support"),
    }
    states_told = [state for state in STATES_DRAWN if told.get(state, True)]
    labels = {state: words.group(state.replace(" ", "_")) for state in states_told}
    drawn = shares[states_told].rename(columns=labels)
    data = drawn.reset_index().melt("month", var_name="state", value_name="share")
    data["count"] = (data["share"] * len(states)).round().astype("int64")
    last, early = shares.iloc[-1], shares.loc[MARKED_MONTH]
    had_spread = last["spread"] + last["ended after spread"]
    n, every = len(states), len(study.projects)
    facts = {
        "had_spread": Share(had_spread, of=n),
        "spread_then_ended": Share(last["ended after spread"], of=n),
        "ended": Share(last["ended"] + last["ended after spread"], of=n),
        "funded": Share(early["funded"], of=n),
        "supported": Share(early["supported"], of=n),
        "funding_told": told["funded"],
        "support_told": told["supported"],
        "month": Number(MARKED_MONTH),
        "years": Years(months / 12),
        "young": Count(every - n, of=every),
        **_start_facts(study),
        "at_the_end": labelled_shares(drawn.columns, drawn.iloc[-1]),
    }

    def draw(data, narrow):
        figure, (axes,) = new_figure(narrow, height=3.6, narrow_height=4.2)
        table = data.pivot(index="month", columns="state", values="share")
        order = list(labels.values())  # states told together stand where the first of them would
        table = table[sorted(table, key=lambda name: order.index(name.split(BESIDE)[0]))]
        above = next(name for name in table if labels["ended"] in name.split(BESIDE))
        below = table.drop(columns=above)
        points = curves.stack(
            axes, below, "across", narrow, horizon=months, rest=above, at_some_times=True
        )
        axis_words(axes, x=words.picture("time"), y=words.picture("share"))
        return figure, points

    return Exhibit.of(words, "across", data, draw, n=n, facts=facts)


# ---- F24
class _Comparison(NamedTuple):
    shares: pd.DataFrame
    by_days: pd.DataFrame
    by_kind: pd.DataFrame
    projects: int
    left_out: pd.Series

    def standing_out(self, confidence: float) -> pd.DataFrame:
        """The kinds that go with more or fewer changes of scale, beyond chance."""
        return self.by_kind[self.by_kind["p_value"] < 1 - confidence]


def F24(study) -> Exhibit:
    """Support received by month 12 beside change of scale by month 36: an association among those
    still running at month 12.
    """
    words = words_of(study, "F24")
    words.refuse_if(not study.has("support") or not study.has("sites"), "no_record")
    comparison = _comparison(study, words)
    confidence = study.parameters.confidence
    views = {"share": words.group("share"), "difference": words.group("difference")}
    published = {
        "label": words.group("laureates"),
        "events": LAUREATES_SCALED,
        "n": LAUREATES,
        **intervals.wilson(LAUREATES_SCALED, LAUREATES, confidence=0.95),
    }
    shares = pd.concat([comparison.shares, pd.DataFrame([published])]).assign(view=views["share"])
    contrasts = pd.concat([comparison.by_days, comparison.by_kind])
    contrasts = contrasts.assign(view=views["difference"])
    data = pd.concat([shares, contrasts])[CONTRAST_COLUMNS]
    data[["events", "n", "compared"]] = data[["events", "n", "compared"]].astype("Int64")

    def draw(data, narrow):
        by_days = data[data["view"] == views["share"]]
        differences = data[data["view"] == views["difference"]]
        heights = [marks.tall(len(rows), narrow) for rows in (by_days, differences)]
        figure, (top, bottom) = stacked(narrow, heights)
        points = marks.dots(top, by_days, "across", narrow, sort=False)
        heading(top, words.picture("share"))
        furthest = max(0.2, differences[["low", "high"]].abs().max(axis=None))
        reach = min(1, furthest * 1.05)
        zero = (0, words.picture("no_difference"))
        points += marks.dots(
            bottom, differences, "across", narrow, _points, False, (-reach, reach), zero
        )
        heading(bottom, words.picture("difference"))
        return figure, points

    percent_from = study.conventions["percent_from"]
    facts = _comparison_facts(comparison, confidence, percent_from)
    facts |= _trial_facts(study) | _start_facts(study)
    formats = dict.fromkeys(("value", "crude", "crude_low", "crude_high"), "percent")
    formats["p_value"] = "p value"
    rules = Rules(sums=partial(first_rows, rows=len(comparison.shares)))
    given = {"facts": facts, "formats": formats, "rules": rules}
    given["differences"] = ("view", views["difference"])
    return Exhibit.of(words, "across", data, draw, n=comparison.projects, **given)


def _comparison(study, words) -> _Comparison:
    projects, confidence = study.projects, study.parameters.confidence
    compared, left_out = support_comparison.landmark(
        projects, study.sites, study.support, study.day, study.conventions
    )
    groups = compared.groupby("exposure", observed=False)["scaled"].agg(["sum", "size"])
    too_few = len(compared) < study.conventions["comparison_from"]
    alone = not groups.loc["none", "size"] or (groups["size"] > 0).sum() < 2
    words.refuse_if(too_few or alone, "few")
    labels = {
        level: words.group(level.replace(" ", "_")) for level in support_comparison.SUPPORT_LEVELS
    }
    shares = intervals.wilson(groups["sum"], groups["size"], confidence=confidence)
    shares = shares.assign(label=list(labels.values()), events=groups["sum"], n=groups["size"])
    strata = support_comparison.comparison_strata(
        projects, study.partners, domains.in_force(study.day), study.conventions
    )
    by_days = {}
    for level in support_comparison.SUPPORT_LEVELS[1:]:
        if groups.loc[level, "size"]:
            pair = compared[compared["exposure"].isin(["none", level])]
            label = words.group("against_none", level=Label(labels[level]))
            by_days[label] = risk_difference.contrast(
                pair["scaled"], pair["exposure"] == level, strata.reindex(pair.index), confidence
            )
    months = study.conventions["landmark_months"]
    by_kind = support_comparison.contrasts_by_kind(
        compared, projects, study.support, strata, confidence, months
    )
    by_kind["p_value"] = intervals.holm(by_kind["p_value"])
    columns = risk_difference.CONTRAST_FIELDS
    by_days = pd.DataFrame.from_dict(by_days, orient="index", columns=columns)
    return _Comparison(
        shares.reset_index(drop=True),
        by_days.assign(label=by_days.index),
        by_kind.assign(label=by_kind.index.map(name)),
        len(compared),
        left_out,
    )


def _start_facts(study) -> dict:
    """Whether the start of some project is unknown: whether its three years are over is too."""
    return {"start_unknown": bool(study.projects["start"].isna().any())}


def _comparison_facts(comparison: _Comparison, confidence: float, percent_from: float) -> dict:
    shares, longest = comparison.shares, comparison.by_days.iloc[-1]
    standing_out = comparison.standing_out(confidence)
    unclear = comparison.by_kind.drop(index=standing_out.index)
    clear = standing_out[standing_out["value"] > 0]
    rarer = standing_out.drop(index=clear.index)
    left_out = comparison.left_out
    n = comparison.projects
    none, many = shares.iloc[0], shares.iloc[-1]
    with_share = shares[shares["n"] >= percent_from]
    reasons = {
        "young": "three years not over",
        "ended": "ended before the landmark",
        "early": "scaled before the landmark",
        "without_site": "no site recorded",
        "without_days": "days of support unknown",
    }
    return {
        **{fact: Count(left_out[reason]) for fact, reason in reasons.items()},
        "clear": _in_a_sentence(clear["label"]),
        "unclear": _in_a_sentence(unclear["label"]),
        "rarer": _in_a_sentence(rarer["label"]),
        "e_value": Number(min(clear["e_value"], default=None), digits=1),
        "e_value_limit": Number(min(clear["e_value_limit"], default=None), digits=1),
        "events": Count(shares["events"].sum(), of=n),
        "few": bool(min(none["n"], many["n"]) < percent_from),
        "most": Share(many["value"], of=many["n"]),
        "most_scaled": Count(many["events"], of=many["n"]),
        "most_projects": Count(many["n"], of=n),
        "without": Share(none["value"], of=none["n"]),
        "without_scaled": Count(none["events"], of=none["n"]),
        "without_projects": Count(none["n"], of=n),
        "difference": Points(longest["value"]),
        "low": Points(longest["low"]),
        "high": Points(longest["high"]),
        "informing": Count(longest["compared"], of=n),
        "laureates_scaled": Number(LAUREATES_SCALED),
        "laureates": Number(LAUREATES),
        "shares": labelled_shares(with_share["label"], with_share["value"], with_share["n"]),
    }


def _trial_facts(study) -> dict:
    numbers, parameters = study.conventions, study.parameters
    strata = support_comparison.comparison_strata(
        study.projects, study.partners, domains.in_force(study.day), numbers
    )
    trial, projects = target_trial.support_and_scale(
        study.projects,
        study.sites,
        study.support,
        strata,
        study.day - pd.Timedelta(days=parameters.grace_days),
        grace_months=int(numbers["landmark_months"]),
        horizon_months=int(numbers["scale_months"]),
        confidence=parameters.confidence,
    )
    difference = trial.difference
    return {
        "trial": bool(difference.notna().all()),
        "trial_projects": Count(projects["compared"]),
        "trial_difference": Points(difference["value"]),
        "trial_low": Points(difference["low"]),
        "trial_high": Points(difference["high"]),
    }


def _in_a_sentence(labels) -> Listed:
    return Listed([Label(label[:1].lower() + label[1:]) for label in labels])


def _points(difference: float) -> str:
    return Points(difference).written()
