"""A finding of the brief in its words: what it says to the team and to others, the marks of how
sure it is, the team's decision.
"""

from itertools import compress

import numpy as np

from analysis.article.brief import Finding
from analysis.article.exhibit_words import words_of
from analysis.exhibits import headline_estimates, key_numbers
from analysis.stats import changes
from analysis.text.facts import Count, Points
from analysis.text.sentences import Words


def change_facts(change: changes.PairedChange | None, *, is_clear: bool) -> dict:
    """The facts of a paired change, as the sentence `change` of shared.toml tells them; whether it is
    clear depends on those told beside it (`changes.clear_ones`).
    """
    has_interval = change is not None and not np.isnan(change.low)
    if not has_interval:
        change = changes.PairedChange(np.nan, np.nan, np.nan, 0)
    return {
        "change_known": has_interval,
        "moved": bool(change.low != 0 or change.high != 0),
        "clear": is_clear,
        "rises": change.value > 0,
        "change": Points(change.value),
        "change_low": Points(change.low),
        "change_high": Points(change.high),
        "pairs": Count(change.n),
    }


def change_between(before: float, now: float) -> Points:
    """The change from one share to another, both of which are told in whole percents: in tenths of
    a point where whole points would not be their difference (41% and 39%, but −2.8 points).
    """
    in_percents = np.round(100 * now) - np.round(100 * before)
    in_points = np.round(100 * (now - before))
    return Points(now - before, in_tenths=in_percents != in_points)


def finding_in_words(
    study,
    words: Words,
    kind: str,
    exhibit: str,
    family: str,
    facts: dict,
    outside: dict,
    estimate: headline_estimates.Estimate | None = None,
    estimated: str = "",
    before: float = np.nan,
    **look,
) -> Finding:
    """A finding in its words; `outside` are the facts that others than the team are told in place
    of its own; `estimated` is the key number or line of which `estimate` is, whose marks it bears.
    """
    actions = study.about.get("actions", ())
    own_actions = [action for action in actions if action["line"] in (estimated, exhibit)]
    years = (study.day.year - 1, study.day.year)
    look = {"now": None, "verdict": "", "years": years} | look
    if estimate is not None:
        mark_words = words_of(study, "key_numbers")
        marks = key_numbers.marks_of(study, mark_words, estimated, estimate)
        solid = estimate.certainty.is_solid(study.conventions)
        look["now"] = estimate.value
        look["verdict"] = key_numbers.verdict(mark_words, marks, solid)
        # the verdict says it where no other choice was tried
        is_told = [mark.name != "robustness" or len(mark.values) > 1 for mark in marks]
        look["marks"] = tuple(compress(marks, is_told))
    has_slope = facts.get("change_known", False) and not np.isnan(before)
    return Finding(
        kind=kind,
        exhibit=exhibit,
        family=family,
        title=words.written(f"{kind}.title", **facts),
        detail=words.written(f"{kind}.detail", **facts),
        change=words.written(f"{kind}.change", **facts),
        outside_title=words.written(f"{kind}.title", **facts | outside),
        outside_detail=words.written(f"{kind}.detail", **facts | outside),
        action=next(iter(own_actions), None),
        before=before if has_slope else None,
        **look,
    )
