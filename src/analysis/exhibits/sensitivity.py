"""What the choices of method change (T4)."""

from collections.abc import Iterator
from itertools import combinations, product

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.disclosure.secrecy_rules import Limits, is_small
from analysis.disclosure.solver import Sum
from analysis.exhibits.followed_relations import (
    charter,
    ended_by,
    followed_counts,
    followed_to_year_end,
    headline,
    headline_of,
    horizon_facts,
    require_followed_relations,
    rests_on_few,
    scope_facts,
    settled_relations,
)
from analysis.exhibits.source_holes import unsteady_sources
from analysis.indicators import calendar_time, durability
from analysis.study.once import result
from analysis.text.facts import Days, Label, Number, Share

_MEASURES = ("survival", "low", "high", "mean", "mean_low", "mean_high")
A_YEAR_MISSING = 400  # days of grace: in yearly data, a relation outlives one year without it


def other_graces(study) -> list[int]:
    """The graces in days tried against the one asked: a shorter, the method's own, a longer."""
    numbers = study.conventions
    graces = (numbers["grace_short_days"], numbers["grace_days"], numbers["grace_long_days"])
    return [days for days in graces if days != study.parameters.grace_days]


@result
def choices(study) -> pd.DataFrame:
    """Survival at the horizon and mean up to it under every choice of method, the study's own first
    (T4).

    Each choice follows its relations up to its own settled day; all but one follow those whose
    start is seen.
    """
    words = words_of(study, "T4")
    months, grace_days = headline(study).months, study.parameters.grace_days
    rows = [_choice_row(study, words.group("studied"), study.relations, grace_days, months)]
    for label, some_relations, choice_grace in _other_choices(study, words):
        if len(some_relations):
            rows.append(_choice_row(study, label, some_relations, choice_grace, months))
    to_year_end = followed_to_year_end(study)
    if to_year_end is not None:
        choice = words.group("year_end"), study.relations, grace_days, months, to_year_end
        rows.append(_choice_row(study, *choice))
    if not study.relations["start_seen"].all():
        every_start = study.relations.assign(start_seen=True)
        choice = words.group("every_start"), every_start, grace_days, months
        rows.append(_choice_row(study, *choice))
    return pd.DataFrame(rows)


def _choice_row(
    study, label: str, some_relations, grace_days: int, months: float, settled=None
) -> dict:
    if settled is None:
        settled = settled_relations(study, some_relations, grace_days)
    settled = settled[settled["start_seen"].astype("bool")]
    row = {
        "choice": label,
        "n": followed_counts(study, some_relations, grace_days)["base"],
        "ended": int(settled["ended"].sum()),
        "ended_by_horizon": ended_by(settled, months),
    }
    survival = mean = dict.fromkeys(("value", "low", "high"), float("nan"))
    if len(settled) >= study.conventions["curve_at_risk"]:
        _months, survival, mean = headline_of(study, settled, months)
    values = [part[column] for part in (survival, mean) for column in ("value", "low", "high")]
    return row | dict(zip(_MEASURES, values, strict=True))


def _other_choices(study, words: ExhibitWords) -> Iterator[tuple[str, pd.DataFrame, int]]:
    parameters, base = study.parameters, study.relations
    grace_days = parameters.grace_days
    for days in other_graces(study):
        yield words.group("grace", days=Days(days)), study.rechained(grace_days=days), days
    if (study.only("agreements", "start_precision")["start_precision"] == "year").mean() > 0.5:
        tolerant = study.rechained(grace_days=A_YEAR_MISSING)
        yield words.group("year_missing"), tolerant, A_YEAR_MISSING
    if (base["status"] == "to confirm").any():
        running_on, ended = durability.extremes(base, study.seen_until(base))
        yield words.group("confirm_running"), running_on, grace_days
        yield words.group("confirm_ended"), ended, grace_days
    if study.is_programme and (base["start"] < charter(study)).any():
        yield words.group("programme"), base[base["start"] >= charter(study)], grace_days
    if base["entity"].nunique() > 1:
        yield words.group("whole_group"), study.rechained(whole_group=True), grace_days
    course = calendar_time.courses(base, study.day)
    unsteady = base["entity"].isin(course[["faded_on", "silent_from"]].dropna(how="all").index)
    if unsteady.any() and not unsteady.all():
        yield words.group("steady"), base[~unsteady], grace_days
    if not study.filters and study.has("identities"):
        for rule in ("identifier", "name", "both"):
            if rule != parameters.identity:
                yield words.group(f"by_{rule}"), study.rechained(identity=rule), grace_days


def T4(study) -> Exhibit:
    """Sensitivity: what each choice of method does to survival at the horizon and to the mean."""
    words = words_of(study, "T4")
    words.refuse_if(not require_followed_relations(study, words)["ended"].any(), "unended")
    data = choices(study)
    horizon = headline(study).months
    rules = secrecy_rules(data, study.conventions, horizon)
    data = data.drop(columns="ended_by_horizon")
    headline_row, known_choices = data.iloc[0], data.dropna(subset="survival")
    others = known_choices.drop(index=0, errors="ignore")
    words.refuse_if(others.empty or pd.isna(headline_row["survival"]), "no_choice")
    low = known_choices.loc[known_choices["survival"].idxmin()]
    high = known_choices.loc[known_choices["survival"].idxmax()]
    moved = 100 * (others["survival"] - headline_row["survival"]).abs()  # in points
    facts = horizon_facts(horizon) | scope_facts(study)
    facts |= {
        "own": Share(headline_row["survival"], of=int(headline_row["n"])),
        "low": Share(low["survival"], of=int(low["n"])),
        "high": Share(high["survival"], of=int(high["n"])),
        "least": Label(low["choice"]),
        "most": Label(high["choice"]),
        "others": Number(len(others)),
        "holds": bool(moved.max() <= study.conventions["robustness_points"]),
        "few": rests_on_few(study, int(headline_row["n"]), len(study.relations)),
        "unsteady": any(unsteady_sources(study).values()),
    }
    states = {
        f"survival.{horizon:g}": headline_row["survival"],
        f"mean.{horizon:g}": headline_row["mean"],
        "followed": headline_row["n"],
        "ended": headline_row["ended"],
    }
    n = headline_row["n"]
    return Exhibit.of(words, "durability", data, n=n, facts=facts, rules=rules, states=states)


def secrecy_rules(tried: pd.DataFrame, limits: Limits, horizon: float) -> Rules:
    """The choices that are told: the study's own, which other figures tell whatever is hidden here,
    and in their order those that differ from all told before by none or enough relations. What
    they come to is not told where few had ended by the horizon, or all but few, or a few more or less
    than by another choice of as many relations: their survivals side by side would tell how many.
    Ends after the horizon, which a survival does not know, make them no more. Where the study's own
    survival is withheld, so is that of a choice of as many relations with nearly as many ends.

    >>> tried = pd.DataFrame({"n": [1590, 1594, 1590, 1200, 1197], "ended_by_horizon": [9, 9, 9, 4, 9]})
    >>> rules = secrecy_rules(tried, {"secret_below": 5}, 36)
    >>> rules.elsewhere, rules.telling[:2]
    (((0, 'n'), (2, 'n'), (3, 'n')), ((3, 'survival'), (3, 'low')))
    """
    apart: list[int] = []
    sizes, ended, few = tried["n"], tried["ended_by_horizon"], limits["secret_below"]
    is_few = is_small(ended, few) | is_small(sizes - ended, few)
    for row, size in enumerate(sizes):
        if not any(is_small(abs(size - sizes[other]), few) for other in apart):
            apart.append(row)
        as_many = ended[(sizes == size) & ~is_few].loc[: row - 1]
        is_few[row] |= is_small(abs(as_many - ended[row]), few).any()
    telling = tuple(product(tried.index[is_few], _MEASURES))
    elsewhere = tuple((row, "n") for row in apart if not is_small(sizes[row], few))
    is_near = (sizes == sizes[0]) & (abs(ended - ended[0]) < few)
    rests_on = {f"survival.{horizon:g}": tuple(product(tried.index[is_near], _MEASURES))}
    return Rules(
        heeded=("ended",), sums=left_out, elsewhere=elsewhere, telling=telling, rests_on=rests_on
    )


def left_out(_data, numbers: pd.DataFrame) -> Iterator[Sum]:
    """What a choice of method leaves out, or adds, is the difference to any other choice, the
    study's own among them.
    """
    for rows in combinations(numbers.index, 2):
        less, more = sorted([(row, "n") for row in rows], key=lambda cell: numbers.at[cell])
        yield Sum([less], more, 0.0, True)
