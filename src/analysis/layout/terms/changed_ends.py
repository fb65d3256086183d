"""Days on which grants and agreements ended before their term, and to which these were extended,
which stand beside the planned end of all.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import HALF
from analysis.layout.headers.cell_evidence import dates_like
from analysis.layout.headers.header_matching import ONE_END
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS, Match
from analysis.layout.headers.words import says, which_say
from analysis.layout.mapping import Doubt
from analysis.layout.terms.days_in_remarks import (
    CALLED_OFF,
    WORDS_OF_ENDS,
    days_of_ends,
    has_a_day,
)
from analysis.layout.terms.ends_of_begun import tell_ends_of_begun
from analysis.layout.terms.exits_of_partners import (
    MAY_HAVE_LEFT,
    ends_of_terms,
    exits_without_outcome,
    possible_exits,
    tells_when_a_partner_left,
    told_exits,
)
from analysis.layout.terms.only_asked import changes_that_hold
from analysis.layout.terms.periods_in_notes import ends_of_periods
from analysis.layout.terms.planned_ends import tells_planned_end
from analysis.layout.terms.statuses_by_year import is_end_of_statuses
from analysis.read import Block, Coded, folded

IN_REMARKS, RENEWED = "end in remarks", "renewed ends"  # reasons of doubts
WORDS_OF_DAYS = {  # of remarks, by the column that their days change
    "agreements": {"end": WORDS_OF_ENDS, "planned_end": ("extended end",)},
    "grants": {"planned_end": (*WORDS_OF_ENDS, "extended end")},
}
_OF_STATUS = ("status_as_given", "outcome")  # columns whose words may tell such a day too


def with_changed_ends(found: Match) -> Match:
    """The match whose planned ends are the extended one where a row has it, the last of several, and
    whose ends are the early one, which is asked where nothing tells the planned one; of agreements
    the early one is the end, asked where most would have ended so.
    """
    planned = found.columns.get("planned_end", ())
    extended = [
        header
        for header in found.free
        if tells_extended_end(found.block, header) or tells_renewed_end(found.block, header)
    ]
    has_term = bool(planned) or "term_months" in found.columns
    if found.table in ("grants", "agreements") and has_term and extended:
        found.columns["planned_end"] = (*reversed(extended), *planned)
    early = tuple(header for header in found.free if tells_early_end(found.block, header))
    if found.table == "grants":
        _end_grants_early(found, early)
        _end_grants_of_those_who_left(found)
    if found.table == "agreements" and "end" not in found.columns:
        _end_agreements_early(found, early)
    return found


def _end_grants_early(found: Match, early: tuple[str, ...]) -> None:
    """Take the early end where a row has one, else the planned one; asked where no known header
    tells the planned one, and where most would have ended early, what seems to tell it.
    """
    if not early:
        return
    if "planned_end" in found.columns:
        found.columns["planned_end"] = (*early, *found.columns["planned_end"])
    elif "term_months" not in found.columns:
        planned = tuple(each for each in found.free if tells_planned_end(found.block, each))[:1]
        is_early = found.block.columns[early[0]].codes >= 0
        ends = planned if planned and is_early.mean() > HALF else (*early, *planned)
        found.take("planned_end", ends, BY_CELLS)


def _end_grants_of_those_who_left(found: Match) -> None:
    """Take the day on which a partner left where a row has one, else the planned end; asked where
    it is not plain that it is such a day.
    """
    planned, how = found.columns.get("planned_end", ()), found.how.get("planned_end", BY_WORDS)
    if not planned and "term_months" not in found.columns:
        how = BY_CELLS  # nothing tells when those end who did not leave
    if withdrawals := exits_without_outcome(found):
        found.take("planned_end", (*withdrawals[:1], *planned), MAY_HAVE_LEFT)
    elif exits := told_exits(found):
        found.take("planned_end", (*exits, *planned), how)
    elif how != BY_CELLS and (possible := possible_exits(found)):
        found.take("planned_end", (*possible[:1], *planned), MAY_HAVE_LEFT)


def _end_agreements_early(found: Match, early: tuple[str, ...]) -> None:
    """Take the end that came as a header says it; else, to be asked, the year from which statuses by
    year say that it is over, days that stand where a status says so, or days before the planned
    end of some rows.
    """
    ends = early or tuple(
        header for header in found.free if tells_when_a_partner_left(found.block, header)
    )
    if ends:
        is_filled = found.block.columns[ends[0]].codes >= 0
        found.take("end", ends[:1], BY_WORDS if is_filled.mean() <= HALF else BY_CELLS)
        if found.how.get("planned_end") == ONE_END:  # the other end is the planned one
            found.how["planned_end"] = BY_WORDS
    else:
        by_year = [each for each in found.free if is_end_of_statuses(found.block, each)]
        by_cells = [*by_year, *dated_where_over(found)] or possible_exits(found)
        found.take("end", tuple(by_cells[:1]), BY_CELLS)


def ends_in_remarks(found: Match) -> tuple[Doubt, ...]:
    """The questions whether remarks tell when agreements ended ("Résiliée le 30/09/2017"), where no
    column does, and until when terms were extended; of grants both change the planned end.
    """
    doubts = []
    if found.table == "agreements" and "end" not in found.columns:
        headers = _remarks_with_days(found, "end")
        doubts += [
            Doubt("end", (header,), tuple(headers[1:3]), "unnamed") for header in headers[:1]
        ]
    planned = found.columns.get("planned_end", ())
    tells_terms = planned or (found.table == "grants" and "term_months" in found.columns)
    if found.table in WORDS_OF_DAYS and tells_terms:
        remarks = _remarks_with_days(found, "planned_end")
        if not planned:
            remarks = [header for header in remarks if _are_beside_terms(found, header)]
        doubts += [
            Doubt("planned_end", (remark, *planned), tuple(remarks[1:]), IN_REMARKS)
            for remark in remarks[:1]
        ]
    return tuple(doubts)


def _remarks_with_days(found: Match, name: str) -> list[str]:
    """The headers that serve nothing, or tell a status, above remarks that tell days of ends."""
    served = {
        header
        for column, headers in found.columns.items()
        if column not in _OF_STATUS
        for header in headers
    }
    words = tuple(kind for kind in WORDS_OF_DAYS[found.table][name] if kind != CALLED_OFF)
    headers = []
    for header, column in found.block.columns.items():
        if header in served:
            continue
        texts = column.values
        tells_ends = days_of_ends(texts, words).notna().any()
        if not tells_ends and CALLED_OFF in WORDS_OF_DAYS[found.table][name]:
            tells_ends = tell_ends_of_begun(found.block, found.columns, header, texts).any()
        if tells_ends:
            headers.append(header)
    return headers


def _are_beside_terms(found: Match, header: str) -> bool:
    """Whether most rows with a remark that tells the day of an end say how long they last."""
    column = found.block.columns[header]
    words = WORDS_OF_DAYS["grants"]["planned_end"]
    tells_an_end = days_of_ends(column.values, words).notna()
    is_row = np.isin(column.codes, np.flatnonzero(tells_an_end))
    return bool(ends_of_terms(found)[is_row].notna().mean() > HALF)


def with_days_of_remarks(
    block: Block, columns: Mapping[str, tuple[str, ...]], table: str
) -> tuple[Block, dict[str, tuple[str, ...]]]:
    """The block in which the headers of ends stand above the day alone that a remark tells, and
    above nothing where it is no date, but among dates; and the columns with these headers.

    What is no column of one end alone stays as it is beside them: a status that tells a day, a
    period of which the start is read too, remarks that change both ends.
    """
    words_by_end = WORDS_OF_DAYS.get(table, {})
    written = {folded(header): header for header in block.columns}
    uses = Counter(folded(header) for headers in columns.values() for header in headers)
    ends = Counter(folded(header) for name in words_by_end for header in columns.get(name, ()))
    changed: dict[str, Coded] = {}
    named = dict(columns)
    for name, words in words_by_end.items():
        headers = []
        for header in columns.get(name, ()):
            known_header = written.get(folded(header), "")
            remarks = block.columns.get(known_header)
            days = pd.Series() if remarks is None else _ends_told(remarks.values, words, name)
            are_dates = remarks is not None and dates_like(block, known_header)
            is_told_apart = ends[folded(header)] > 1 and not are_dates
            if remarks is not None and (is_told_apart or days.notna().any()):
                is_of_this_end = are_dates and uses[folded(header)] == 1
                header = known_header if is_of_this_end else header_of_days(header, name)
                changed[header] = _with_days(remarks, days, keeps_others=are_dates)
            headers.append(header)
        named |= {name: tuple(headers)} if headers else {}
    return replace(block, columns={**block.columns, **changed}) if changed else block, named


def header_of_days(header: str, name: str) -> str:
    """The header above the days that the remarks below another tell of a column."""
    return f"{header} ({name})"


def days_not_read(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[int]]:
    """The headers of remarks whose days of ends are read, with the lines on which a remark seems to
    speak of an end and a day, and none is read.
    """
    lines_by_header = {}
    for header in block.columns:
        of_days = [header_of_days(header, name) for name in ("end", "planned_end")]
        read = [days for days in of_days if any(days in headers for headers in columns.values())]
        if not read:
            continue
        remarks = block.columns[header]
        may_tell = which_say("perhaps an end in a remark", remarks.values)
        may_tell &= has_a_day(remarks.values)
        codes = np.flatnonzero(may_tell)
        is_unread = np.isin(remarks.codes, codes)
        for days in read:
            is_unread &= block.columns[days].codes < 0
        if is_unread.any():
            lines_by_header[header] = [int(line) for line in block.lines[is_unread]]
    return lines_by_header


def _ends_told(remarks: pd.Series, words: tuple[str, ...], name: str) -> pd.Series:
    """The day that each remark tells beside words of an end, else the end of its period."""
    days = days_of_ends(remarks, words)
    if name != "planned_end":
        return days
    return days.fillna(ends_of_periods(changes_that_hold(remarks, "extended end")))


def _with_days(remarks: Coded, days: pd.Series, *, keeps_others: bool) -> Coded:
    """The days that remarks tell, and what is a date itself; blank for all others, unless these
    are kept.
    """
    is_date = parse.dates(remarks.values, of_ends=True)[0]["date"].notna()
    values = days.fillna(remarks.values.where(is_date | keeps_others))
    codes = np.where(values.isna().to_numpy()[remarks.codes], -1, remarks.codes)
    return Coded(np.where(remarks.codes < 0, -1, codes), values.fillna(""))


def tells_early_end(block: Block, header: str) -> bool:
    """Whether a header says that a grant or an agreement was ended ("Date de résiliation"), not by
    when it may be ("Date limite de dénonciation"), above dates.
    """
    is_said = says("early end", header) and not says("notice of an end", header)
    return is_said and dates_like(block, header)


def tells_extended_end(block: Block, header: str) -> bool:
    """Whether a header says to which day terms were extended ("Prorogée au"), above dates."""
    return says("extended end", header) and dates_like(block, header)


def tells_renewed_end(block: Block, header: str) -> bool:
    """Whether a header says until when a renewal runs ("1er renouvellement jusqu'au"), above dates."""
    return says("renewed end", header) and dates_like(block, header)


def renewals_in_the_row(found: Match) -> tuple[Doubt, ...]:
    """The question whether renewals beside a planned end prolong it: they are agreements of their
    own elsewhere.
    """
    headers = found.columns.get("planned_end", ())
    is_asked = any(
        says("renewed end", header)
        and (not says("extended end", header) or any(map(str.isdigit, header)))
        for header in headers
    )
    return (Doubt("planned_end", headers, (), RENEWED),) if is_asked and len(headers) > 1 else ()


def dated_where_over(found: Match) -> list[str]:
    """The headers of dates that serve nothing and stand only where a status
    says that an agreement is over ("Date de changement" beside "Situation": "Résilié").
    """
    (status, *_others) = found.columns.get("status_as_given", ("",))
    if status not in found.block.columns:
        return []
    statuses = found.block.columns[status]
    is_over_by_status = np.append(which_say("over", statuses.values).to_numpy(bool), False)
    is_over = is_over_by_status[statuses.codes]
    headers = []
    for header in found.free:
        is_dated = found.block.columns[header].codes >= 0
        stands_there = is_dated.any() and not (is_dated & ~is_over).any() and not is_dated.all()
        if stands_there and dates_like(found.block, header):
            headers.append(header)
    return headers
