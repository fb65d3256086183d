"""B1: the findings of the decision brief, each with its change since a year ago, how sure it is and
who decides what.

The brief prints the rule by which they are chosen.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.article.brief import MOST_OF_GRANTS, WHOLE, Brief, Finding
from analysis.article.exhibit_words import line_names, words_of
from analysis.article.sureness_marks import Mark
from analysis.disclosure import permissions
from analysis.exhibits import headline_estimates
from analysis.exhibits.finding_words import change_facts, finding_in_words
from analysis.exhibits.followed_relations import headline
from analysis.exhibits.fragility import IN_ALL, expected_renewals
from analysis.exhibits.grant_findings import money_findings, renewal_finding, return_finding
from analysis.exhibits.line_counts import lines_on_another_scale, living, year_before
from analysis.indicators import fragility, lines
from analysis.relations import membership, month_ends
from analysis.stats import changes, influence
from analysis.study.once import once
from analysis.text import formatting
from analysis.text.facts import Count, Day, Interval, Label, Number, Share
from analysis.text.sentences import Words

FRAGILITIES, STRENGTHS = 2, 1  # lines of each family on the brief
_TERMS_LINE = "LF5"  # told by the finding on terms


def B1(study) -> Brief:
    """The findings of the brief: terms ahead, survival, the surest lines of fragility and of
    strength; of a list of grants, its money first.
    """
    words = words_of(study, "brief")
    words.refuse_if(study.relations.empty, "none", open_year=None)
    earlier = year_before(study)
    terms = _terms_finding(study, words, earlier)
    told_lines = _told_lines(study, {_TERMS_LINE} if terms else set())
    shown = _shown_changes(study, earlier, told_lines)
    survival = _survival_finding(study, words, shown)
    in_order = [terms, survival]
    if study.is_grants:
        renewal = renewal_finding(study, words, earlier)
        back = return_finding(study, words)
        in_order = [*money_findings(study, words), terms, back, survival, renewal]
    findings = [finding for finding in in_order if finding is not None]
    findings += [_line_finding(study, words, line, shown) for line in told_lines]
    words.refuse_if(not findings, "none", open_year=_open_year(study))
    whole = MOST_OF_GRANTS if study.is_grants else WHOLE
    is_all_told = permissions.may_name_partners(study)  # to others, some of them may be withheld
    return Brief(
        id="B1",
        words=words,
        day=study.day - pd.DateOffset(years=1),
        findings=tuple(findings[:whole] if is_all_told else findings),
        whole=whole,
        synthetic=study.synthetic,
    )


def _open_year(study) -> Label | None:
    """The year of a list of grants that is of one open year."""
    is_over = study.day.is_year_end or (study.relations["start"].dt.year != study.day.year).any()
    if study.is_grants and not is_over:
        return Label(str(study.day.year))
    return None


# ---- changes
class ShownChanges(NamedTuple):
    """The changes since a year ago that one brief tells, by line or "survival": each value `before`,
    and which of them are `clear` beside the others (METHOD 9.2).
    """

    by_name: dict[str, changes.PairedChange]
    before: dict[str, float]
    clear: set[str]

    def facts(self, name: str) -> dict:
        """What the sentence on one of them tells, or that it is not known."""
        return change_facts(self.by_name.get(name), is_clear=name in self.clear)


def _shown_changes(study, earlier, told_lines: list[str]) -> ShownChanges:
    found = {}
    if earlier is not None:
        on_another = lines_on_another_scale(study, earlier)
        comparable = [line for line in told_lines if line not in on_another]
        found = {line: _line_change(study, earlier, line) for line in comparable}
        survival_change = _survival_change(study, earlier)
        if survival_change is not None:
            found["survival"] = survival_change
    by_name = {name: change for name, (change, _before) in found.items()}
    before = {name: value for name, (_change, value) in found.items()}
    return ShownChanges(by_name, before, changes.clear_ones(by_name, study.parameters.confidence))


# ---- terms
def _terms_finding(study, words: Words, earlier) -> Finding | None:
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
    expects_all = not is_expected or in_all["terms"] == len(ahead)
    not_renewed = (in_all["terms"] - in_all[["expected", "high", "low"]]).fillna(0).round()
    expected, low, high = not_renewed.astype("int64")
    _day, *days = month_ends(study.day, months)
    numbers = range(1, months + 1)
    columns = {
        "label": [formatting.date(day, "month").split()[0] for day in days],
        "now": ahead["month"].value_counts().reindex(numbers, fill_value=0).to_list(),
        "before": last_year["month"].value_counts().reindex(numbers, fill_value=0).to_list(),
    }
    by_month = pd.DataFrame(columns)
    facts = {
        "due": Count(len(ahead)),
        "months": Number(months),
        "until": Day(days[-1]),
        "expected": Count(expected),
        "expected_known": is_expected,
        "low": Count(low),
        "high": Count(high),
        "foreseen": None if expects_all else Count(int(in_all["terms"])),
        "known_before": earlier is not None,
        "due_before": Count(len(last_year)),
        "lost_before": Count(lost),
        "rate_before": Share(lost / max(len(last_year), 1), of=len(last_year)),
    }
    look = {"marks": (_terms_coverage(study, words),), "columns": by_month}
    fact = f"terms.{months}"
    # what is expected and what became of last year's terms would tell single renewals
    outside = {"expected_known": False, "due_before": Count(0)}
    return finding_in_words(
        study, words, "terms", "F12", "fragility", facts, outside, fact=fact, **look
    )


def _terms_coverage(study, words: Words) -> Mark:
    relations = living(study)
    agreements = study.raw("agreements")
    terms = fragility.next_terms(agreements, membership(agreements, relations), study.day)
    known_count = int(terms["term"].notna().sum())
    share = known_count / max(len(relations), 1)
    holds = share >= study.conventions["coverage"]
    facts = {"coverage": Share(share, of=len(relations)), "fails": not holds}
    return Mark(
        name="coverage",
        label=words_of(study, "key_numbers").written("mark_names.coverage"),
        text=words.written("terms.coverage", **facts),
        holds=holds,
        values=(0.0, share),
        counts=(known_count, len(relations) - known_count),
    )


def _open_terms(study, months: int) -> pd.DataFrame:
    agreements = study.raw("agreements")
    relation = membership(agreements, living(study))
    terms = fragility.next_terms(agreements, relation, study.day, study.known("events"))
    terms = terms[terms["term"].notna() & ~terms["tacit"] & ~terms["renewed"]]
    month = fragility.month_ahead(terms["term"], study.day, months)
    return terms.assign(month=month)[month >= 1].reset_index()


def _outcome_of_terms(study, earlier, months: int) -> pd.DataFrame:
    terms = _open_terms(earlier, months)
    now = study.relations.set_index("relation_id")
    last_known = now["last_known"].reindex(terms["relation"]).array
    return terms.assign(renewed_since=pd.Series(last_known > terms["term"].array, terms.index))


# ---- durability
def _survival_finding(study, words: Words, shown: ShownChanges) -> Finding | None:
    estimate = headline_estimates.durability_estimates(study, True)["survival"]
    if np.isnan(estimate.value):
        return None
    months = study.parameters.horizon_months
    # those that end on the very day of the horizon reach it (METHOD 9.3)
    reach = _survival_on(study, months - 1e-6).value
    facts = {
        "share": Share(estimate.value, of=estimate.known),
        "interval": Interval(estimate.low, estimate.high),
        "years": Number(months / 12, digits=int(months % 12 > 0)),
        "reach": Share(reach, of=estimate.known),
        **shown.facts("survival"),
    }
    fact = f"survival.{months}"
    counts = (estimate.known, headline_estimates.ended_by_horizon(study))
    look = {"estimate": estimate, "fact": fact, "estimated": "survival"}
    look["before"] = shown.before.get("survival", np.nan)
    outside = {"reach": facts["share"]}  # how many end on that very day is the team's
    return finding_in_words(
        study, words, "survival", "F3", "durability", facts, outside, counts=counts, **look
    )


def _survival_change(study, earlier) -> tuple[changes.PairedChange, float] | None:
    months = study.parameters.horizon_months
    estimate = headline_estimates.durability_estimates(study, True)["survival"]
    if np.isnan(estimate.value) or headline(earlier).months != months:
        return None
    on_days = [_survival_on(study, months), _survival_on(earlier, months)]
    clusters = [known_on.followed["partner_id"] for known_on in (study, earlier)]
    now_and_then = on_days[0], clusters[0], on_days[1], clusters[1]
    change = changes.of_influences(*now_and_then, study.parameters.confidence)
    return change, on_days[1].value


def _survival_on(study, months: float):
    followed = study.followed
    spans = followed["duration_months"], followed["ended"], months
    return influence.of_survival(*spans, entry=followed["entry_months"])


# ---- lines
def _told_lines(study, told_elsewhere: set[str]) -> list[str]:
    estimates = headline_estimates.line_estimates(study, True)

    def by_sureness(line: str) -> tuple:
        failing = len(estimates[line].certainty.failing(study.conventions))
        return failing, -estimates[line].value * estimates[line].known, line

    told = []
    for ids, wanted in ((lines.FRAGILITY, FRAGILITIES), (lines.STRENGTH, STRENGTHS)):
        # one that no relation bears is neither widespread nor a finding
        borne = [line for line in ids if estimates[line].value > 0]
        told += sorted(set(borne) - told_elsewhere, key=by_sureness)[:wanted]
    return told


def _line_finding(study, words: Words, line: str, shown: ShownChanges) -> Finding:
    estimate = headline_estimates.line_estimates(study, True)[line]
    family = "fragility" if line in lines.FRAGILITY else "strength"
    yes = round(estimate.value * estimate.known)
    facts = {
        "line": Label(line_names(study)[line]),
        "share": Share(estimate.value, of=estimate.known),
        "interval": Interval(estimate.low, estimate.high),
        "yes": Count(yes, of=estimate.known),
        "known": Count(estimate.known, of=estimate.all_units),
        **shown.facts(line),
    }
    parts = {
        "yes": yes,
        "no": estimate.known - yes,
        "unknown": estimate.all_units - estimate.known,
    }
    exhibit = {"fragility": "F8", "strength": "F15"}[family]
    look = {"estimate": estimate, "fact": f"line.{line}", "estimated": line}
    look["before"] = shown.before.get(line, np.nan)
    return finding_in_words(study, words, "line", exhibit, family, facts, {}, parts=parts, **look)


def _line_change(study, earlier, line: str) -> tuple[changes.PairedChange, float]:
    stated = [_line_of_living(known_on, line) for known_on in (study, earlier)]
    partner = study.relations.set_index("relation_id")["partner_id"]
    change = changes.of_shares(*stated, partner, study.parameters.confidence)
    known_before = stated[1].dropna().astype(float)
    return change, known_before.mean()


@once
def _line_of_living(study, line: str) -> pd.Series:
    alive = living(study, "relation_id")
    return study.lines.iloc[alive.index][line]
