"""The twenty lines among the relations that run: yes, no and unknown side by side (F8, F15)."""

import numpy as np
import pandas as pd

from analysis import relations
from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, line_names, words_of
from analysis.charts import marks
from analysis.indicators import fragility_outcomes, line_measures, lines, survey
from analysis.relations import month_ends
from analysis.study import relations_on_day
from analysis.study.once import once, result
from analysis.text.facts import (
    Count,
    Interval,
    Label,
    Listed,
    Number,
    Points,
    Share,
    labelled_shares,
    mean,
)

_COUNTED = [
    "line",
    "label",
    "yes",
    "no",
    "unknown",
    "known",
    "share",
    "low",
    "high",
    "least",
    "most",
]


def F8(study) -> Exhibit:
    """Yes, no and unknown on each line of fragility."""
    return line_counts(study, "F8", "fragility", lines.FRAGILITY, _outcome_facts(study))


def F15(study) -> Exhibit:
    """Yes, no and unknown on each line of strength."""
    return line_counts(study, "F15", "strength", lines.STRENGTH)


def line_counts(
    study, id: str, family: str, asked: tuple[str, ...], more_facts: dict | None = None
) -> Exhibit:
    """F8 and F15: the lines of one family among the relations that run."""
    words = words_of(study, id)
    n = len(live(study, words, "relation_id"))
    counts = prevalence(study).loc[list(asked)].reset_index()
    counts["label"] = counts["line"].map(line_names(study))
    known_lines = counts[counts["known"] > 0]
    words.refuse_if(known_lines.empty, "all_unknown")
    silent = counts.loc[counts["known"] == 0, "label"]
    with_shares = known_lines[known_lines["known"] >= study.conventions["percent_from"]]
    facts = {
        **_first_lines(study, known_lines, n),
        "mean_known": mean(known_lines["known"].sum() / n, of=n),
        "mean_yes": mean(known_lines["yes"].sum() / n, of=n),
        "shares": labelled_shares(with_shares["label"], with_shares["share"], with_shares["known"]),
        "silent": Listed([Label(label) for label in silent]),
        "only_line": len(known_lines) == 1,
        **(more_facts or {}),
    }
    states = {"living": n, **line_states(counts, study.conventions["percent_from"])}
    draw = marks.on_rows(marks.state_bars, family, shown=lambda data: data[data["known"] > 0])
    return Exhibit.of(words, family, counts[_COUNTED], draw, n=n, facts=facts, states=states)


def line_states(counts: pd.DataFrame, few: int) -> dict[str, float]:
    """The share and base of every line, as several exhibits state them; no share on fewer than
    `few`.
    """
    states = {}
    for counted in counts.itertuples():
        states[f"line.{counted.line}.known"] = counted.known
        if counted.known >= few:
            states[f"line.{counted.line}.share"] = counted.share
    return states


def _first_lines(study, known: pd.DataFrame, n: int) -> dict:
    ranked = lines.ranked(known.set_index("line"), study.conventions["coverage"])
    if len(ranked):
        first = ranked.iloc[0]
    else:
        first = known.loc[known["known"].idxmax()]
    second = ranked.iloc[1] if len(ranked) > 1 else None
    return {
        "ranked": len(ranked),
        "stands_out": len(ranked) > 0 and most_frequent(study, tuple(known["line"])) is not None,
        "line": Label(first["label"]),
        "share": Share(first["share"], of=first["known"]),
        "interval": Interval(first["low"], first["high"]),
        "yes": Count(first["yes"], of=first["known"]),
        "no": Count(first["no"], of=first["known"]),
        "known": Count(first["known"], of=n),
        "unknown": Count(first["unknown"], of=n),
        "least": Share(first["least"], of=n),
        "most": Share(first["most"], of=n),
        "second": Label("" if second is None else second["label"]),
        "second_share": None if second is None else Share(second["share"], of=second["known"]),
        "second_known": None if second is None else Count(second["known"], of=n),
    }


@once
def year_before(study):
    """The study as known one year earlier; None where it then knew of no relation."""
    day = study.day - pd.DateOffset(years=1)
    if day < study.folder.first_start():
        return None
    earlier = study.on(day.date())
    if earlier.relations.empty:
        return None
    return earlier


def lines_on_another_scale(study, earlier) -> set[str]:
    """The lines that are read from the last wave of the survey, where that of a year earlier asked on
    another scale: their shares are not compared but in F14, which says so.
    """
    scales = survey.scales(study.answers, study.items)
    with_scale = scales.index.unique("wave")
    last_waves = [survey.ordered(year.answers.set_index("wave"))[-1:] for year in (earlier, study)]
    then_and_now = [wave for wave in sum(last_waves, []) if wave in with_scale]
    if len(then_and_now) < 2 or not survey.is_rescaled(scales, *then_and_now):
        return set()
    return {name for name, line in lines.LINES.items() if line.measure in line_measures.OF_SURVEY}


# ---- what became of relations since their lines were read
_TERMS_LINE = "LF5"  # the calendar of terms itself
QUARTERS = [-np.inf, 0, 91, 182, np.inf]  # days to the term as known then


@result
def ends_by_line(study) -> pd.DataFrame:
    """How many more relations have ended of those that had each line of fragility a year ago
    (`fragility_outcomes.ends_since`), up to the settled day.
    """
    earlier = year_before(study)
    if earlier is None:
        return fragility_outcomes.ends_since(*[pd.DataFrame()] * 4)
    stated, partner = _stated(earlier)
    last_seen, holes = study.seen_until(study.relations), study.raw("holes")
    settled_day = relations.settled_days(
        study.relations, last_seen, study.parameters.grace_days, holes
    )
    since = study.relations.assign(settled_day=settled_day).set_index("relation_id")
    since = since.reindex(stated.index)
    ended = since["end"] <= since["settled_day"]
    is_followed = ended | (since["last_known"] >= since["settled_day"])
    asked = [line for line in lines.FRAGILITY if line != _TERMS_LINE]
    term = pd.cut(earlier.measures.loc[stated.index, "days_to_term"], QUARTERS)
    return fragility_outcomes.ends_since(
        stated.loc[is_followed, asked], ended, term, partner, study.parameters.confidence
    )


def _outcome_facts(study) -> dict:
    outcomes = ends_by_line(study).dropna(subset="p_value")
    if outcomes.empty:
        return {"followed_lines": Number(0), "foretells": False, "foretelling": Label("")} | {
            name: Points(np.nan) for name in ("more_ends", "more_low", "more_high")
        }
    surest = outcomes.loc[outcomes["p_value"].idxmin()]
    is_clear = surest["p_holm"] < 1 - study.parameters.confidence
    return {
        "followed_lines": Number(len(outcomes)),
        "foretells": bool(is_clear and surest["value"] > 0),
        "foretelling": Label(line_names(study)[surest.name]),
        "more_ends": Points(surest["value"]),
        "more_low": Points(surest["low"]),
        "more_high": Points(surest["high"]),
    }


# ---- the relations that lines are read on
def living(study, *columns: str) -> pd.DataFrame:
    """The relations that are alive, or some columns of them."""
    return study.relations.loc[relations_on_day.alive(study), list(columns) or slice(None)]


def live(study, words: ExhibitWords, *columns: str) -> pd.DataFrame:
    """The living relations (or some columns of them), or the words that say there is none."""
    relations = living(study, *columns)
    words.refuse_if(relations.empty, "none_running")
    return relations


@result
def prevalence(study) -> pd.DataFrame:
    """How many living relations are yes, no and unknown on each line (`lines.prevalence`)."""
    stated, partner = _stated(study)
    return lines.prevalence(stated, partner, study.parameters.confidence)


@once
def most_frequent(study, family: tuple[str, ...]) -> str | None:
    """The line of some that is more frequent than all others, whatever the unknown are, if any.

    Every claim of a "most frequent" line comes from here: figures and front page agree.
    """
    ranked = lines.ranked(prevalence(study).loc[list(family)], study.conventions["coverage"])
    if ranked.empty:
        return None
    stated, partner = _stated(study)
    first = ranked.index[0]
    confidence = study.parameters.confidence
    if lines.stands_out(stated[list(family)], first, partner, confidence):
        return first
    return None


def _stated(study) -> tuple[pd.DataFrame, pd.Series]:
    is_alive = relations_on_day.alive(study)
    stated = study.lines[is_alive]
    return stated, study.relations["partner_id"][is_alive].set_axis(stated.index)


def terms_beside_moved(study, relations: pd.DataFrame) -> tuple[int, ...]:
    """How many terms lie between the threshold of LF5, a part nearer and a part further, and the
    months before and after it, which F12 counts one by one.
    """
    days = study.measures.loc[relations["relation_id"], "days_to_term"].dropna().astype("float64")
    months = int(study.conventions["terms_ahead_months"])
    _day, *ends = month_ends(study.day, months)
    edges = [-1, *((end - study.day).days for end in ends)]  # a term of the day has not passed
    threshold, move = study.conventions["LF5"], study.conventions["threshold_move"]
    nearer, _as_it_is, further = lines.moved_thresholds(threshold, move)
    counts = []
    for moved in (nearer, further):
        before = max((edge for edge in edges if edge <= moved), default=moved)
        after = min((edge for edge in edges if edge > moved), default=moved)
        counts += [days.between(before, moved, "right").sum()]
        counts += [days.between(moved, after, "right").sum()]
    return tuple(map(int, counts))
