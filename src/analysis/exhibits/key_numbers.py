"""T8: eight key numbers, each with base, interval, caution, and the marks of how sure it is."""

import numpy as np

from analysis.article.exhibit_words import line_names, standing_facts
from analysis.article.key_number_cards import KeyNumber, KeyNumbers, YearBefore
from analysis.article.sureness_marks import Mark
from analysis.declare.key_numbers import KEY_NUMBERS, LINES_TOLD
from analysis.disclosure import permissions
from analysis.exhibits.headline_estimates import (
    Estimate,
    durability_estimates,
    ended_by_horizon,
    line_estimates,
)
from analysis.exhibits.line_counts import lines_on_another_scale, year_before
from analysis.indicators import lines
from analysis.indicators.certainty import MARKS
from analysis.text.facts import Count, Days, Label, Months, Number, Share
from analysis.text.sentences import Words, spoken

# The lines among the eight numbers, and the family of each.
# The figure that shows each of the eight numbers whole.
FIGURES = {
    **{"survival": "F3", "mean": "F3", "renewal": "F6", "LF5": "F12", "LF1": "F8"},
    **{"LF6": "F8", "LS1": "F15", "LS5": "F15"},
}


def T8(study, tried: bool = True) -> KeyNumbers:
    """The eight numbers: what lasts, what is renewed, where it is fragile, where it is strong.

    Without `tried` they come alone: whether they hold under other choices, most of the work, is
    left out.
    """
    study.speak()
    words = Words("key_numbers", study.lang, standing_facts(study))
    by_line = line_estimates(study, tried)
    lines_told = {line: by_line[line] for line in LINES_TOLD}
    estimates = {**durability_estimates(study, tried), **lines_told}
    before = _values_before(study) if tried else {}
    return KeyNumbers(
        ended=ended_by_horizon(study),
        numbers=[
            _key_number(study, words, key, estimate, before.get(key))
            for key, estimate in estimates.items()
        ],
        day=study.day,
        source=study.source_line,
        synthetic=study.synthetic,
        states=_states(study, estimates),
    )


def _values_before(study) -> dict[str, YearBefore]:
    earlier = year_before(study)
    if earlier is None:
        return {}
    estimates = {**durability_estimates(earlier, False), **line_estimates(earlier, False)}
    ended = ended_by_horizon(earlier)
    on_another_scale = lines_on_another_scale(study, earlier)
    return {
        key: YearBefore(estimate.value, estimate.known, ended, earlier.day.year)
        for key, estimate in estimates.items()
        if not np.isnan(estimate.value) and key not in on_another_scale
    }


def _states(study, estimates: dict[str, Estimate]) -> dict[str, float]:
    months = study.parameters.horizon_months
    states = {
        f"survival.{months}": estimates["survival"].value,
        f"mean.{months}": estimates["mean"].value,
        "followed": estimates["survival"].known,
        "relations": estimates["survival"].all_units,
        "living": estimates[next(iter(LINES_TOLD))].all_units,
        "renewal": estimates["renewal"].value,
        "renewal.n": estimates["renewal"].known,
    }
    for line in LINES_TOLD:
        states[f"line.{line}.share"] = estimates[line].value
        states[f"line.{line}.known"] = estimates[line].known
    return states


# ---- words
def _key_number(
    study, words: Words, key: str, estimate: Estimate, before: YearBefore | None
) -> KeyNumber:
    is_known = not np.isnan(estimate.value)
    marks, solid = (), None
    if is_known:
        marks = marks_of(study, words, key, estimate)
        solid = estimate.certainty.is_solid(study.conventions)
    facts = _facts(study, key, estimate)
    is_unknown_line = key in lines.LINES and not is_known
    caution_key = "unknown_line" if is_unknown_line else key
    cautions = words.sentences(f"cautions.{caution_key}", facts)
    label = words.written(f"labels.{key}", **facts)
    title = f"titles.{'line' if key in lines.LINES else key}"
    return KeyNumber(
        key=key,
        family=KEY_NUMBERS[key],
        label=label,
        title=words.written(title, label=Label(label), **facts),
        value=_known(estimate.value),
        low=_known(estimate.low),
        high=_known(estimate.high),
        scale=(0, estimate.scale),
        format="months" if key == "mean" else "percent",
        n=estimate.known,
        n_unit=words.written("units.terms" if key == "renewal" else "units.relations"),
        caution=spoken(cautions),
        sentences=cautions,
        solid=solid,
        holds=verdict(words, marks, solid),
        marks=marks,
        figure=_figure_of(study, key),
        before=before,
        target=study.about.get("targets", {}).get(key),
    )


def _figure_of(study, key: str) -> str:
    # the calendar of terms, which counts those of LF5 month by month, is not for partners
    if key == "LF5" and not permissions.may_see_terms_ahead(study):
        return "F8"
    return FIGURES[key]


def _known(number: float) -> float | None:
    if np.isnan(number):
        return None
    return number


def _facts(study, key: str, estimate: Estimate) -> dict:
    followed, few = study.followed, study.conventions["curve_at_risk"]
    is_line = key in lines.LINES
    unknown = estimate.all_units - estimate.known
    least = most = np.nan
    if estimate.all_units:
        least = estimate.value * estimate.known / estimate.all_units
        most = least + unknown / estimate.all_units
    is_known = not np.isnan(estimate.value)
    bounded = is_line and is_known and estimate.certainty.coverage < study.conventions["coverage"]
    return {
        "months": Months(study.parameters.horizon_months),
        "years": Number(study.parameters.horizon_months / 12, digits=0),
        "whole_years": study.parameters.horizon_months % 12 == 0,
        "grace": Days(study.parameters.grace_days),
        "known_value": is_known,
        "no_end": len(followed) >= few and not followed["ended"].any(),
        "few": len(followed) < few,
        "least_followed": Number(few),
        "known": Count(estimate.known, of=estimate.all_units),
        "all": Count(estimate.all_units),
        "partial": is_line and unknown > 0,
        "bounded": bounded,
        "least": Share(least, of=estimate.all_units),
        "most": Share(most, of=estimate.all_units),
        "line": Label(line_names(study).get(key, "")),
    }


def marks_of(study, words: Words, key: str, estimate: Estimate) -> tuple[Mark, ...]:
    """The three marks of an estimate, each named, with its value in words and whether it holds."""
    marks = estimate.certainty
    failing = marks.failing(study.conventions)
    in_months = key == "mean"
    spread = [estimate.value, *estimate.others]
    unit = estimate.scale / 100
    # a share that fails is not written as the limit that it fails
    looks_enough = round(marks.coverage, 2) >= study.conventions["coverage"]
    coverage_digits = int("coverage" in failing and looks_enough)
    facts = {
        "coverage": Share(marks.coverage, of=estimate.all_units, digits=coverage_digits),
        "half_width": Number(marks.precision_points * (unit if in_months else 1), digits=1),
        "lowest": _value(min(spread), estimate, in_months),
        "highest": _value(max(spread), estimate, in_months),
        "tried": bool(estimate.others),
        "is_interval_known": not np.isnan(marks.precision_points),
        "in_months": in_months,
    }
    counts = {
        "coverage": (estimate.known, estimate.all_units - estimate.known),
        "robustness": estimate.steps,
    }
    values = {
        "coverage": (0.0, marks.coverage),
        "precision": () if np.isnan(marks.precision_points) else (marks.precision_points,),
        "robustness": tuple(100 * (tried - estimate.value) / estimate.scale for tried in spread),
    }
    return tuple(
        Mark(
            name=mark,
            label=words.written(f"mark_names.{mark}"),
            text=words.written(f"marks.{mark}", fails=mark in failing, **facts),
            holds=mark not in failing,
            values=values[mark],
            counts=counts.get(mark, ()),
        )
        for mark in MARKS
    )


def _value(value: float, estimate: Estimate, in_months: bool) -> Number | Share:
    if in_months:
        return Number(value, digits=1)
    return Share(value, of=estimate.known)


def verdict(words: Words, marks: tuple[Mark, ...], solid: bool | None) -> str:
    """Solid, what was not measured, or what calls for caution: the marks that fail, by name."""
    if solid is None:
        is_imprecise = any(mark.name == "precision" and not mark.values for mark in marks)
        if marks:
            return words.written("verdicts.unmeasured", precision=is_imprecise)
        return ""
    if solid:
        return words.written("verdicts.solid")
    failing = dict.fromkeys(("fails_coverage", "fails_precision", "fails_robustness"), False)
    failing |= {f"fails_{mark.name}": not mark.holds for mark in marks}
    return words.written("verdicts.caution", **failing)
