"""The findings of the decision brief that may leave the study team."""

from dataclasses import replace

from analysis.article.brief import Brief, Finding
from analysis.article.captions import Unsupported, as_written
from analysis.article.sureness_marks import Mark
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.cell_suppression import Limits, together
from analysis.disclosure.key_numbers import rounded_mark
from analysis.disclosure.withheld import Withheld
from analysis.text.messages import say


def public_brief(
    brief: Brief, audience: str, limits: Limits = DEFAULTS, withheld: Withheld = Withheld()
) -> Brief:
    """The findings that may leave the study team, in the words for others.

    A share stands on enough units, of which none or not too few are apart; terms are told to
    directors, as F12 is, where each month has none or not too few and F12 shows them all; survival
    where T8 may tell it.
    """
    published_findings = [
        _as_told(finding, limits)
        for finding in brief.findings
        if not (audience == "partners" and finding.columns is not None)
        and _may_leave(finding, limits, withheld)
        and finding.states.keys().isdisjoint({*withheld.facts, *withheld.cells.get(brief.id, ())})
    ]
    if not published_findings:
        raise Unsupported(say("withheld.all"), brief.id)
    return replace(brief, findings=tuple(published_findings))


def _as_told(finding: Finding, limits: Limits) -> Finding:
    """A finding without what only the team may know, its value with no more decimals than are read."""
    now = None if finding.now is None else as_written(finding.fact, finding.now)
    return replace(finding.outside(), marks=_marks_told(finding, limits), now=now)


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
        return sum(parts[:2]) >= limits["percent_from"] and together(parts, limits=limits)
    known, ended = finding.counts
    is_few = not together([known, ended, known - ended], limits=limits)
    return known >= limits["percent_from"] and not is_few and known not in withheld.sizes


def _marks_told(finding: Finding, limits: Limits) -> tuple[Mark, ...]:
    """The marks of a finding that tell of no few, drawn as exactly as its base bears."""
    base = finding.counts[0] if finding.counts else sum(finding.parts.values())
    return tuple(
        rounded_mark(mark, len(str(base)))
        for mark in finding.marks
        if together(mark.counts, limits=limits)
    )
