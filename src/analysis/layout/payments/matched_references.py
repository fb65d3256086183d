"""Which column holds the references of grants, where several rows bear one."""

import pandas as pd

from analysis.layout.amounts.shared_amounts import SHARED, shared_reference
from analysis.layout.amounts.whole_agreements import WHOLE_AGREEMENT, repeats_a_whole
from analysis.layout.headers.contacts import told_once_a_contact
from analysis.layout.headers.grant_numbers import numbers_of_grants
from analysis.layout.headers.header_names import known_headers
from analysis.layout.headers.made_columns import FIRST, OF_PAYMENTS
from analysis.layout.headers.table_match import BY_WORDS, Match
from analysis.layout.headers.version_columns import reference_of_versions
from analysis.layout.payments.paid_in_parts import paid_in_parts
from analysis.layout.payments.payments_by_reference import PAYMENTS_LIKELY, seem_to_be_payments
from analysis.layout.payments.payments_of_grants import reference_of_instalments
from analysis.layout.payments.repeated_references import (
    amendment_dates,
    amendments,
    repeated_reference,
)
from analysis.read import Block, folded

_OF_UNIQUE_NUMBERS = "360Giving"  # its documentation: no two grants have one identifier
_FEWEST_OF_STANDARD = 4  # columns of its names that tell a list of the standard
ON_SEVERAL_LINES = "on several lines"  # references of grants that are written on several lines


def match_references(found: Match) -> None:
    """The references of grants on several lines, or of several recipients that share an amount, or
    the recipients where each has one amount on the lines of its years; their amendments. Known ones
    stay where some come again, asked where they are these; those of amendments belong to the first.
    """
    if FIRST in found.block.columns:
        if found.how.get("reference") != ON_SEVERAL_LINES:
            found.take("reference", (FIRST,), ON_SEVERAL_LINES)
        return
    if OF_PAYMENTS in found.block.columns and "reference" not in found.columns:
        found.take("reference", (OF_PAYMENTS,), ON_SEVERAL_LINES)
        return
    if headers := told_once_a_contact(found.block, found.columns):
        found.take("reference", found.columns.get("reference", headers), ON_SEVERAL_LINES)
        return
    _match_repeated(found)
    if _repeats_unique_numbers(found):
        found.take("reference", found.columns["reference"], ON_SEVERAL_LINES)
    if "reference" not in found.columns:
        found.take("reference", reference_of_instalments(found.block, found.columns), BY_WORDS)
    if "reference" not in found.columns:
        found.take("reference", numbers_of_grants(found.block, found.free), BY_WORDS)
    if "reference" not in found.columns:
        found.take("reference", reference_of_versions(found), ON_SEVERAL_LINES)
    if "reference" in found.columns:
        _tell_payments(found)
        found.take("~amendment", amendments(found.block, found.free), BY_WORDS)
        found.take("~amended_on", amendment_dates(found.block, found.free), BY_WORDS)


def _match_repeated(found: Match) -> None:
    """References that stand on several lines, are shared by several recipients, or are recipients
    with one amount on the lines of its years.
    """
    on_several_lines = repeated_reference(found.block, found.columns)
    header = on_several_lines or shared_reference(found.block, found.columns)
    known_headers = found.columns.get("reference", (header,))
    is_open = known_headers == (header,) or _tell_rows_apart(found.block, known_headers)
    if header and is_open:
        found.take("reference", (header,), ON_SEVERAL_LINES if on_several_lines else SHARED)
    is_whole = "reference" not in found.columns and repeats_a_whole(found.block, found.columns)
    if is_whole and not paid_in_parts(found.block, found.columns):  # which is asked by itself
        found.take("reference", found.columns["recipient"], WHOLE_AGREEMENT)


def _repeats_unique_numbers(found: Match) -> bool:
    """Whether a list of a standard whose numbers of grants are unique bears one on rows that differ:
    one grant told twice, or two by mistake. Equal rows are one without a question.
    """
    known = known_headers()["grants"]
    layouts = [
        known.get(column, {}).get((folded(headers[0]),))
        for column, headers in found.columns.items()
        if len(headers) == 1
    ]
    is_of_standard = layouts.count(_OF_UNIQUE_NUMBERS) >= _FEWEST_OF_STANDARD
    headers = found.columns.get("reference", ())
    if not is_of_standard or len(headers) != 1 or found.how.get("reference") == ON_SEVERAL_LINES:
        return False
    rows = pd.DataFrame({header: column.codes for header, column in found.block.columns.items()})
    numbered = rows[rows[headers[0]] >= 0].drop_duplicates()
    return bool(numbered[headers[0]].duplicated().any())


def _tell_rows_apart(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether what stands under some headers never comes again, as addresses of pages and numbers of
    rows: nothing of it tells which rows are of one grant.
    """
    cells = [block.columns[header].codes for header in headers]
    return all(not pd.Series(codes[codes >= 0]).duplicated().any() for codes in cells)


def _tell_payments(found: Match) -> None:
    """Notes that the rows of a reference which is not asked yet may be payments of one grant; those
    that amendments tell apart are its versions.
    """
    is_asked = found.how.get("reference") in (ON_SEVERAL_LINES, SHARED, WHOLE_AGREEMENT)
    are_versions = amendments(found.block, found.free) or amendment_dates(found.block, found.free)
    if not (is_asked or are_versions) and seem_to_be_payments(found.block, found.columns):
        found.how["reference"] = PAYMENTS_LIKELY
