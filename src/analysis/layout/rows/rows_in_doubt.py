"""Rows of a grant list that another column says to be no grants: loans, refunds, refused requests.

Which of them count is the team's to say, under `[source.leave_out]` of study.toml.
"""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.agreements.kinds_of_amendments import of_kinds_of_amendments
from analysis.layout.agreements.statuses_of_agreements import (
    answers_not_signed,
    is_list_of_no_agreements,
    not_signed,
    of_no_agreement,
    unsigned_beside_signed,
)
from analysis.layout.amounts.blank_amounts import amounts_left_blank
from analysis.layout.amounts.merged_amounts import partners_sharing_amounts
from analysis.layout.amounts.planned_and_done import rows_of_another_stage
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.numbers_of_cells import amounts_of_rows
from analysis.layout.headers.outcome_columns import (
    answers_of_no_grant,
    says_no_grant,
    texts_that_tell,
)
from analysis.layout.headers.words import number_of_words, which_say
from analysis.layout.partners.heads_of_networks import heads_of_branches
from analysis.layout.payments.cancelled_payments import cancelled_payments
from analysis.layout.payments.commitments_and_payments import payments_by_codes
from analysis.layout.payments.matched_references import FIRST
from analysis.layout.payments.payments_of_grants import payments_of_grants, receipts_beside_grants
from analysis.layout.payments.sides_of_transfers import other_sides
from analysis.layout.rows.balance_rows import rows_of_balances
from analysis.layout.rows.called_off import says_called_off
from analysis.layout.rows.coloured_rows import colours_in_doubt
from analysis.layout.rows.expenses_beside_grants import expenses_beside_grants
from analysis.layout.rows.explained_marks import notes_of_no_grant
from analysis.layout.rows.kinds_of_no_grant import (
    LONGEST_REMARK,
    REFUSED_OR_OPEN,
    blank_kind,
    lent_amounts,
    loans_in_purposes,
    texts_of_no_grant,
)
from analysis.layout.rows.kinds_of_rows import rows_in_kind
from analysis.layout.rows.marked_rows import marked_lines
from analysis.layout.rows.provisional_rows import provisional_by_letter
from analysis.layout.rows.remarks_in_names import closed_records, names_of_no_agreement
from analysis.layout.rows.remembered_looks import once_a_block
from analysis.layout.rows.rows_of_funders import rows_of_other_funders
from analysis.layout.rows.rows_of_nobody import rows_of_nobody
from analysis.layout.rows.rows_proposed import replaces_another
from analysis.layout.rows.said_in_languages import languages_beside_the_first
from analysis.layout.rows.sales_stages import not_yet_sure, tells_deals
from analysis.layout.rows.subtracted_rows import rows_to_subtract
from analysis.layout.rows.sums_in_rows import sums_of_all_others, totals_of_nothing
from analysis.layout.rows.titles_of_no_grant import titles_of_no_grant
from analysis.layout.shapes.side_tables import (
    OF_SHEETS,
    OF_TITLES,
)
from analysis.layout.shapes.titles import name_of_list
from analysis.layout.terms.ends_of_begun import ended_after_start, tell_ends_of_begun
from analysis.read import Block, matching

OF_PROGRAMMES = {"agreement_id", "contribution_id"}  # columns that lists of grants lack
# Headers of what is done with a grant, whose fate is not the grant's.
_OF_A_PROJECT = re.compile(r"(?i)\b(?:proje[ck]?t|action|travaux|works)")
NAMES_AND_PURPOSES = ("recipient", "purpose")  # whose texts may say what became of a grant
_ASKERS = (
    *(sums_of_all_others, totals_of_nothing, rows_of_nobody, amounts_left_blank),
    *(payments_of_grants, receipts_beside_grants, notes_of_no_grant, colours_in_doubt),
    *(rows_of_another_stage, not_yet_sure, rows_of_other_funders, rows_in_kind, other_sides),
    *(closed_records, heads_of_branches, payments_by_codes, provisional_by_letter),
    *(partners_sharing_amounts, rows_of_balances, lent_amounts, rows_to_subtract),
    expenses_beside_grants,
)
_ASKERS_OF_PROGRAMMES = (
    *(notes_of_no_grant, rows_of_another_stage, not_yet_sure, closed_records),
    *(payments_by_codes, provisional_by_letter, partners_sharing_amounts, rows_of_balances),
    *(lent_amounts, rows_to_subtract, cancelled_payments, rows_in_kind),
)
_EXAMPLE = (
    r"(?i)^\s*(?:ligne d.)?(?:exemple|example|beispiel|voorbeeld|ejemplo|esempio)\s*(?:[:–-].*)?$"
)


def _texts_of_no_grant(
    block: Block, columns: Mapping[str, tuple[str, ...]], header: str, texts: pd.Series
) -> list[str]:
    """The texts below a header that serves no column which say that a row is no grant."""
    is_blank = block.columns[header].codes[_gives_money(block, columns)] < 0
    telling = texts_of_no_grant(header, texts)
    telling += blank_kind(is_blank, telling)
    if telling or sense_of(header, "outcome"):
        telling += not_signed(texts)
    telling += unsigned_beside_signed(texts)
    telling += _called_off(block, columns, header, texts)
    return telling or texts_that_tell(header, texts)


@once_a_block
def rows_in_doubt(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Headers with the texts below them that speak of no grant: of those that serve no other
    column, of names and purposes that say that a grant was called off or was a loan, of names whose
    amount is the sum of all others, of recipients that are but called "Total", of money that is
    nobody's yet, of blank amounts beside requests, of payments beside the grants that they pay, of
    rows that a workbook strikes through or hides, and of rows whose mark or colour a note or a
    legend explains.
    """
    is_programme = bool(OF_PROGRAMMES & columns.keys())
    if is_programme:
        return _rows_of_a_programme(block, columns)
    return _rows_of_grants(block, columns)


def _rows_of_grants(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """`rows_in_doubt` of a list of grants."""
    served = _served(columns, but_for=("kind", "programme"))
    texts_by_header = {OF_TITLES: titles_of_no_grant(block), **marked_lines(block)}
    for header, column in block.columns.items():
        texts = column.used()
        if header not in served:
            texts = texts[~tell_ends_of_begun(block, columns, header, texts)]
        if header not in served and not _OF_A_PROJECT.search(header):
            texts_by_header[header] = _texts_of_no_grant(block, columns, header, texts)
        elif any(header in columns.get(name, ()) for name in NAMES_AND_PURPOSES):
            # a purpose of one word may be the word of a form
            sentences = texts[number_of_words(texts) > 1]
            texts_by_header[header] = _called_off(block, columns, header, sentences)
            if header in columns.get("purpose", ()):
                codes = column.rows(_gives_money(block, columns)).codes
                texts_by_header[header] += loans_in_purposes(texts, codes)
    for header in block.columns:
        texts_by_header[header] = [*texts_by_header.get(header, []), *_examples(block, header)]
    for asks in _ASKERS:
        for header, texts_asked in asks(block, columns).items():
            texts_by_header[header] = [*texts_by_header.get(header, []), *texts_asked]
    texts_by_header |= languages_beside_the_first(block)
    if FIRST in block.columns:  # which rows amend each grant is asked by itself
        texts_by_header = {
            header: [text for text in texts if not replaces_another(text)]
            for header, texts in texts_by_header.items()
        }
    return _without_repeats(texts_by_header)


def _rows_of_a_programme(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The same of agreements and contributions: rows that a workbook strikes through or hides,
    those of which a remark or a status says that nothing came of them, and a sheet of what is not
    in force.
    """
    texts_by_header = marked_lines(block)
    name = name_of_list(block)
    if is_list_of_no_agreements(name, are_agreements="start" in columns):
        texts_by_header[OF_SHEETS] = [name]
    for header in columns.get("status_as_given", ()):
        statuses = block.columns[header].used()
        is_told = parse.outcomes(statuses)[0].isin(REFUSED_OR_OPEN)  # no agreements anyway
        statuses = statuses[~is_told.to_numpy(bool)]
        texts_by_header[header] = of_no_agreement(statuses, block.columns[header])
        if of_kinds_of_amendments(columns):
            texts_by_header[header] = list(statuses[which_say("not in force", statuses)])
    for header in columns.get("partner_id", ()) if "start" in columns else ():
        texts_by_header[header] = names_of_no_agreement(block.columns[header].used())
    is_open = ~ended_after_start(block, columns)
    for header in block.columns.keys() - _served(columns):
        texts = block.columns[header].rows(is_open).used()
        texts = texts[~tell_ends_of_begun(block, columns, header, texts)]
        remarks = texts[number_of_words(texts) <= LONGEST_REMARK]
        is_status = sense_of(header, "outcome") or tells_deals(block, header)
        if "start" in columns and is_status:  # of agreements
            unsigned = of_no_agreement(remarks, block.columns[header])
        else:
            unsigned = list(remarks[which_say("not in force", remarks)])
        unsigned += answers_of_no_grant(header, texts)
        texts_by_header[header] = unsigned + _called_off(block, columns, header, texts)
    for header in block.columns:
        texts_by_header[header] = [*texts_by_header.get(header, []), *_examples(block, header)]
    for asks in _ASKERS_OF_PROGRAMMES:
        for header, texts_asked in asks(block, columns).items():
            texts_by_header[header] = [*texts_by_header.get(header, []), *texts_asked]
    return _without_repeats({header: texts_by_header[header] for header in sorted(texts_by_header)})


def _served(columns: Mapping[str, tuple[str, ...]], but_for: tuple[str, ...] = ()) -> set[str]:
    """The headers that serve a column of the table."""
    return {
        header
        for name, headers in columns.items()
        if name not in but_for and not name.startswith("~")
        for header in headers
    }


def _without_repeats(texts_by_header: dict[str, list[str]]) -> dict[str, list[str]]:
    """The headers with texts, each text once."""
    return {
        header: list(dict.fromkeys(telling))
        for header, telling in texts_by_header.items()
        if telling
    }


def _called_off(
    block: Block, columns: Mapping[str, tuple[str, ...]], header: str, texts: pd.Series
) -> list[str]:
    """The texts that say that a grant was called off, of rows that count as grants so far."""
    said = texts[says_called_off(texts)]
    if not len(said):
        return []
    counts = ~says_no_grant(block, columns.get("outcome", ())) & _gives_money(block, columns)
    counts &= ~ended_after_start(block, columns)  # what ended had begun
    counted = block.columns[header].rows(counts).used()
    return list(said[said.index.isin(counted.index)])


def _examples(block: Block, header: str) -> list[str]:
    """The texts that say that their row only shows how a row is written ("Exemple : nom"), or that
    nothing is signed yet.
    """
    column = block.columns[header]
    texts, has_blanks = column.used(), bool((column.codes < 0).any())
    unsigned = answers_not_signed(header, texts, has_blanks=has_blanks)
    return [*texts[matching(texts, _EXAMPLE)], *unsigned]


def _gives_money(block: Block, columns: Mapping[str, tuple[str, ...]]) -> np.ndarray:
    """Which rows bear an amount above zero: one below takes back what was granted before, none
    gives nothing. All, where no column holds amounts.
    """
    if "amount" not in columns:
        return np.ones(len(block.lines), dtype=bool)
    amounts = [amounts_of_rows(block.columns[name]) for name in columns["amount"]]
    return pd.concat(amounts, axis=1).gt(0).any(axis=1).to_numpy(bool)
