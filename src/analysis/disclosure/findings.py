"""The findings of the decision brief that may leave the study team."""

from dataclasses import replace

from analysis.article.brief import Brief, Finding
from analysis.article.captions import Unsupported, as_written
from analysis.article.sureness_marks import Mark
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.audiences import protected_table
from analysis.disclosure.cell_suppression import together
from analysis.disclosure.key_number_counts import coverage_of
from analysis.disclosure.key_numbers import rounded_mark, without_coverage
from analysis.disclosure.secrecy_rules import Limits
from analysis.disclosure.withheld import Withheld
from analysis.text.messages import say


def public_brief(
    brief: Brief, audience: str, limits: Limits = DEFAULTS, withheld: Withheld = Withheld()
) -> Brief:
    """The findings that may leave the study team, in the words for others.

    A share stands on enough units, of which none or not too few are apart; terms are told to
    directors, as F12 is, where each month has none or not too few and F12 shows them all; survival
    and renewal where T8 may tell them; what a figure tells where that figure does.
    """
    untold_facts = {*withheld.facts, *withheld.cells.get(brief.id, ())}
    published_findings = []
    for finding in brief.findings:
        is_reserved = finding.team_only or (audience == "partners" and finding.kind == "terms")
        if is_reserved or not finding.states.keys().isdisjoint(untold_facts):
            continue
        if any(coverage_of(fact) in withheld.facts for fact in finding.states):
            finding = replace(finding, marks=without_coverage(finding.marks))
        if finding.source is not None:
            told = _as_its_figure_tells(finding, audience, limits, withheld)
            published_findings += [] if told is None else [told]
        elif _may_leave(finding, limits, withheld):
            published_findings.append(_as_told(finding, limits))
    if not published_findings:
        raise Unsupported(say("withheld.all"), brief.id)
    return replace(brief, findings=tuple(published_findings[: brief.whole]))


def _as_its_figure_tells(
    finding: Finding, audience: str, limits: Limits, withheld: Withheld
) -> Finding | None:
    """A finding with as much as the table of its figure tells this audience; None where the figure
    is refused or hides one of the finding's cells.
    """
    figure = finding.source
    try:
        prepared = protected_table(figure, audience, withheld=withheld, limits=limits)
    except Unsupported:
        return None
    if prepared is None:
        return _as_told(finding, limits)
    hidden = prepared.hidden
    if any(hidden[column].iloc[row] for row, column in finding.cells):
        return None
    told = _as_told(finding, limits)
    # what is not known of the source is its figure's own secret
    whole_marks = tuple(
        mark for mark in told.marks if mark.name != "coverage" or not any(mark.counts[1:])
    )
    is_drawn = (
        finding.columns is not None and not hidden["quantity"].iloc[finding.columns.index].any()
    )
    return replace(told, marks=whole_marks, columns=told.columns if is_drawn else None)


def _as_told(finding: Finding, limits: Limits) -> Finding:
    """A finding without what only the team may know, its value with no more decimals than are read."""
    if finding.now is None:
        now = None
    else:
        now = as_written(finding.fact, finding.now)
    # beside all ends, those by the horizon would tell how few came after it
    marks, counts = _marks_told(finding, limits), finding.counts[:1]
    return replace(finding.outside(), marks=marks, now=now, counts=counts)


def _may_leave(finding: Finding, limits: Limits, withheld: Withheld) -> bool:
    """Whether a finding, without what only the team may know, tells of no few."""
    if finding.exhibit in withheld.figures:
        return False
    if finding.columns is not None:
        months = {row + 1 for row in range(len(finding.columns))}  # F12 begins with what is past
        hidden = {row for row, _column in withheld.cells.get(finding.exhibit, ())}
        return together(finding.columns["now"], limits=limits) and months.isdisjoint(hidden)
    if finding.parts:
        parts = list(finding.parts.values())
        is_enough = sum(parts[:2]) >= limits["percent_from"] and together(parts, limits=limits)
        return is_enough and sum(parts) not in withheld.bases
    known, ended = finding.counts
    is_few = not together([known, ended, known - ended], limits=limits)
    return known >= limits["percent_from"] and not is_few and known not in withheld.bases


def _marks_told(finding: Finding, limits: Limits) -> tuple[Mark, ...]:
    """The marks of a finding that tell of no few, drawn as exactly as its base bears."""
    if finding.counts:
        base = finding.counts[0]
    else:
        base = sum(finding.parts.values())
    return tuple(
        rounded_mark(mark, len(str(base)))
        for mark in finding.marks
        if together(mark.counts, limits=limits)
    )
