"""B1: the findings of the decision brief, each with its change since a year ago, how sure it is and
who decides what.

Chosen by a rule that the brief prints: first the terms that call for a decision within six months,
then how long relations last, then lines of fragility and of strength, the surest first, then those
that concern most relations.
"""

import numpy as np
import pandas as pd

from analysis.article.brief import Brief, Finding
from analysis.article.exhibit_words import line_names, words_of
from analysis.article.key_number_cards import Mark
from analysis.exhibits import key_numbers
from analysis.exhibits.followed_relations import headline
from analysis.exhibits.fragility import IN_ALL, expected_renewals
from analysis.exhibits.line_counts import living
from analysis.indicators import fragility, lines
from analysis.relations import membership
from analysis.stats import changes, influence
from analysis.study.study import once
from analysis.text import formatting
from analysis.text.facts import Count, Day, Interval, Label, Number, Points, Share
from analysis.text.sentences import Words

FRAGILITIES, STRENGTHS = 2, 1  # lines of each family on the brief
TERMS_LINE = "LF5"  # told by the finding on terms


def B1(study) -> Brief:
    """The findings of the brief: terms ahead, survival, the surest lines of fragility and of
    strength.
    """
    words = words_of(study, "brief")
    words.refuse_if(study.relations.empty, "none")
    earlier = key_numbers.year_before(study)
    findings = [
        _terms_finding(study, words, earlier),
        _survival_finding(study, words, earlier),
        *_line_findings(study, words, earlier),
    ]
    findings = [finding for finding in findings if finding is not None]
    words.refuse_if(not findings, "none")
    actions = sum(bool(finding.action) for finding in findings)
    facts = {
        "findings": Number(len(findings)),
        "actions": Number(actions),
        "missing": Number(len(findings) - actions),
        "before": Day(study.day - pd.DateOffset(years=1)),
    }
    return Brief(
        id="B1",
        title=words.written("title", **facts),
        rule=words.written("rule", **facts),
        headings={name: words.written(f"headings.{name}") for name in words.content["headings"]},
        findings=tuple(findings),
        synthetic=study.synthetic,
        rules_of_team=True,
    )


# ---- terms
def _terms_finding(study, words: Words, earlier) -> Finding | None:
    """Agreements that come to their term soon without a sequel, by month, beside those of a year
    ago and what became of them.
    """
    months = int(study.conventions["terms_near_months"])
    ahead = _open_terms(study, months)
    if ahead.empty:
        return None
    last_year = pd.DataFrame(columns=["month", "renewed_since"])
    if earlier is not None:
        last_year = _outcome_of_terms(study, earlier, months)
    lost = int((~last_year["renewed_since"].astype(bool)).sum())
    month_ahead = ahead.set_index("relation")["month"].astype("int64")
    renewals = expected_renewals(study, living(study), month_ahead)
    in_all = renewals.reindex([IN_ALL]).iloc[0]
    is_expected = bool(in_all.notna().all())
    not_renewed = (in_all["terms"] - in_all[["expected", "high", "low"]]).fillna(0).round()
    expected, low, high = not_renewed.astype("int64")
    by_month = pd.DataFrame(
        {
            "label": [_month_label(study.day, month) for month in range(months)],
            "now": ahead["month"].value_counts().reindex(range(months), fill_value=0),
            "before": last_year["month"].value_counts().reindex(range(months), fill_value=0),
        }
    )
    facts = {
        "due": Count(len(ahead)),
        "months": Number(months),
        "until": Day(study.day + pd.DateOffset(months=months), "month"),
        "expected": Count(expected),
        "expected_known": is_expected,
        "low": Count(low),
        "high": Count(high),
        "due_before": Count(len(last_year)),
        "lost_before": Count(lost),
        "rate_before": Share(lost / max(len(last_year), 1), of=len(last_year)),
    }
    mark = _terms_coverage(study, words)
    return _finding(
        study,
        words,
        "terms",
        "F12",
        "fragility",
        facts,
        marks=(mark,),
        columns=by_month,
        fact=f"terms.{months}",
    )


def _terms_coverage(study, words: Words) -> Mark:
    """The share of living relations whose term is known: of the others, nothing says when they fall
    due.
    """
    relations = living(study)
    agreements = study.raw("agreements")
    terms = fragility.next_terms(agreements, membership(agreements, relations), study.day)
    known_count = int(terms["term"].notna().sum())
    share = known_count / max(len(relations), 1)
    holds = share >= study.conventions["coverage"]
    facts = {"coverage": Share(share, of=len(relations)), "fails": not holds}
    return Mark(
        name="coverage",
        label=_mark_words(study).written("mark_names.coverage"),
        text=words.written("terms.coverage", **facts),
        holds=holds,
        values=(0.0, share),
        counts=(known_count, len(relations) - known_count),
    )


def _open_terms(study, months: int) -> pd.DataFrame:
    """The terms of living relations within so many months that nothing renews yet: relation, term,
    month from 0.
    """
    relations = living(study)
    agreements = study.raw("agreements")
    relation = membership(agreements, relations)
    terms = fragility.next_terms(agreements, relation, study.day, study.known("events"))
    terms = terms[terms["term"].notna() & ~terms["tacit"] & ~terms["renewed"]]
    edges = [study.day + pd.DateOffset(months=month) for month in range(months + 1)]
    month = pd.cut(terms["term"], edges, labels=range(months))
    return terms.assign(month=month).dropna(subset="month").reset_index()


def _outcome_of_terms(study, earlier, months: int) -> pd.DataFrame:
    """The terms that lay ahead a year ago, and whether their relation was known to go on past them
    since.
    """
    terms = _open_terms(earlier, months)
    now = study.relations.set_index("relation_id")
    last_known = now["last_known"].reindex(terms["relation"]).array
    return terms.assign(renewed_since=pd.Series(last_known > terms["term"].array, terms.index))


def _month_label(day: pd.Timestamp, place: int) -> str:
    return formatting.date(day + pd.DateOffset(months=place + 1), "month").split()[0]


# ---- durability
def _survival_finding(study, words: Words, earlier) -> Finding | None:
    estimate = key_numbers.durability_estimates(study, True)["survival"]
    if np.isnan(estimate.value):
        return None
    months = study.parameters.horizon_months
    change = None
    before = np.nan
    if earlier is not None:
        change, before = _survival_change(study, earlier, months)
    facts = {
        "share": Share(estimate.value, of=estimate.known),
        "interval": Interval(estimate.low, estimate.high),
        "years": Number(months / 12, digits=0 if months % 12 == 0 else 1),
        "reach": Share(_reaching(study, months), of=estimate.known),
        **_change_facts(change, before),
    }
    marks = key_numbers.marks_of(study, _mark_words(study), "survival", estimate)
    return _finding(
        study,
        words,
        "survival",
        "F3",
        "durability",
        facts,
        estimate,
        marks,
        before,
        fact=f"survival.{months}",
    )


def _reaching(study, months: float) -> float:
    """The share that reach the end of the horizon: those that end on that very day among them
    (METHOD 9.3).
    """
    followed = study.followed
    just_before = influence.of_survival(
        followed["duration_months"],
        followed["ended"],
        months - 1e-6,
        entry=followed["entry_months"],
    )
    return just_before.value


def _survival_change(study, earlier, months: float) -> tuple[changes.PairedChange | None, float]:
    if headline(earlier).months != months:
        return None, np.nan
    days = []
    for known_on in (study, earlier):
        followed = known_on.followed
        on_day = influence.of_survival(
            followed["duration_months"], followed["ended"], months, entry=followed["entry_months"]
        )
        days += [on_day, followed["partner_id"]]
    return changes.of_influences(*days, study.parameters.confidence), days[2].value


# ---- lines
def _line_findings(study, words: Words, earlier) -> list[Finding]:
    estimates = key_numbers.line_estimates(study, True)
    findings = []
    for family, ids, wanted in (
        ("fragility", lines.FRAGILITY, FRAGILITIES),
        ("strength", lines.STRENGTH, STRENGTHS),
    ):
        line_ids = [line for line in ids if line != TERMS_LINE]
        line_ids = [line for line in line_ids if not np.isnan(estimates[line].value)]
        failing = {
            line: len(estimates[line].certainty.failing(study.conventions)) for line in line_ids
        }
        touched = {line: estimates[line].value * estimates[line].known for line in line_ids}
        ranked = sorted(line_ids, key=lambda line: (failing[line], -touched[line], line))
        for line in ranked[:wanted]:
            findings.append(_line_finding(study, words, earlier, line, family, estimates[line]))
    return findings


def _line_finding(study, words, earlier, line: str, family: str, estimate) -> Finding:
    change, before = None, np.nan
    if earlier is not None:
        change, before = _line_change(study, earlier, line)
    yes = round(estimate.value * estimate.known)
    facts = {
        "line": Label(line_names(study)[line]),
        "share": Share(estimate.value, of=estimate.known),
        "interval": Interval(estimate.low, estimate.high),
        "yes": Count(yes, of=estimate.known),
        "known": Count(estimate.known, of=estimate.all_units),
        **_change_facts(change, before),
    }
    parts = {
        "yes": yes,
        "no": estimate.known - yes,
        "unknown": estimate.all_units - estimate.known,
    }
    marks = key_numbers.marks_of(study, _mark_words(study), line, estimate)
    exhibit = "F8" if family == "fragility" else "F15"
    return _finding(
        study,
        words,
        "line",
        exhibit,
        family,
        facts,
        estimate,
        marks,
        before,
        line=line,
        parts=parts,
        fact=f"line.{line}",
    )


def _line_change(study, earlier, line: str) -> tuple[changes.PairedChange, float]:
    """The change of a line on the relations known on both days, and its share among those a year
    ago.
    """
    stated = [_line_of_living(known_on, line) for known_on in (study, earlier)]
    partner = study.relations.set_index("relation_id")["partner_id"]
    change = changes.of_shares(*stated, partner, study.parameters.confidence)
    in_both = stated[1][stated[0].reindex(stated[1].index).notna() & stated[1].notna()]
    return change, float(in_both.astype(float).mean()) if len(in_both) else np.nan


@once
def _line_of_living(study, line: str) -> pd.Series:
    alive = living(study, "relation_id")
    return study.lines.iloc[alive.index][line]


# ---- words
def _mark_words(study) -> Words:
    return words_of(study, "key_numbers")


def _change_facts(change: changes.PairedChange | None, before: float) -> dict:
    has_interval = change is not None and not np.isnan(change.low)
    return {
        "change_known": has_interval,
        "clear": has_interval and change.is_clear,
        "rises": has_interval and change.value > 0,
        "change": Points(change.value if has_interval else np.nan),
        "change_low": Points(change.low if has_interval else np.nan),
        "change_high": Points(change.high if has_interval else np.nan),
        "pairs": Count(change.n if has_interval else 0),
        "before": Share(before),
        "after": Share(before + change.value if has_interval else np.nan),
    }


def _finding(
    study,
    words: Words,
    kind: str,
    exhibit: str,
    family: str,
    facts: dict,
    estimate=None,
    marks=(),
    before: float = np.nan,
    line: str = "",
    parts: dict | None = None,
    columns: pd.DataFrame | None = None,
    fact: str = "",
) -> Finding:
    actions = study.about.get("actions", ())
    own_actions = [action for action in actions if action["line"] in (line or exhibit, exhibit)]
    solid = None if estimate is None else estimate.certainty.is_solid(study.conventions)
    verdict = key_numbers.verdict(_mark_words(study), marks, solid) if estimate else ""
    # the verdict says it where no other choice was tried
    shown = tuple(mark for mark in marks if mark.name != "robustness" or len(mark.values) > 1)
    return Finding(
        kind=kind,
        exhibit=exhibit,
        family=family,
        title=words.written(f"{kind}.title", **facts),
        detail=words.written(f"{kind}.detail", **facts),
        change=words.written(f"{kind}.change", **facts),
        verdict=verdict,
        marks=shown,
        action=own_actions[0] if own_actions else None,
        now=None if estimate is None else estimate.value,
        before=None if np.isnan(before) else before,
        after=facts["after"].value if facts.get("change_known") else None,
        years=(study.day.year - 1, study.day.year),
        parts=parts or {},
        columns=columns,
        fact=fact,
    )
