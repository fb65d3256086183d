"""Columns that no known header names, proposed by what a header resembles and by what its cells
look like.
"""

from collections.abc import Sequence
from functools import cache

import pandas as pd
from rapidfuzz import fuzz

from analysis import parse
from analysis.declare import schema
from analysis.declare.shares import NEARLY_ALL
from analysis.layout.amounts.debit_and_credit import is_booked
from analysis.layout.headers.cell_evidence import (
    DATES_OF_ENDS,
    dates_like,
    day_numbers,
    holds,
    sample,
)
from analysis.layout.headers.columns_offered import (
    days_of_grants,
    money_offered,
    most_complete,
    names_offered,
    says_currency_or_money,
)
from analysis.layout.headers.header_names import (
    known_headers,
    numbers_a_foreign_taxpayer,
    says_an_end,
    sense_of,
)
from analysis.layout.headers.table_match import BY_NAME, BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.partners.codes_of_names import stand_for_names
from analysis.layout.partners.numbers_of_recipients import take_numbers_of_recipients
from analysis.layout.partners.recipients_told import are_many, has_codes, without_numbers_of_rows
from analysis.layout.rows.sales_stages import tells_when_deals_closed
from analysis.layout.terms.pairs_of_days import starts_and_ends
from analysis.read import Block, folded, spaced

_ALIKE = 0.75  # likeness of a header to a known name from which it is proposed
DATES = {"grants": ("date", "planned_end"), "agreements": ("start", "planned_end")}
NUMBER = (  # folded headers of keys
    *("n", "no", "nr", "num", "numero", "number", "nummer"),
    *("id", "code", "codigo", "codice", "cod"),
    *("kennung", "ref", "reference", "referenz", "referentie", "referencia", "riferimento"),
)
MEANT = {  # columns of the programme that a word of grant lists names
    "partner_id": "recipient",
    "name": "recipient",
    "entity": "funder",
    "value_eur": "amount",
    "planned_amount_eur": "amount",
    "start": "planned_start",
    "planned_end": "planned_end",
    "date": "date",
    "status_as_given": "outcome",
}


def add_resembling(found: Match) -> None:
    """Headers that resemble a known name, or say in the words of grant lists what a column of the
    programme holds.
    """
    scores = []
    headers = [header for header in found.free if not is_booked(header)]  # "Débit" is no debt
    for position, header in enumerate(headers):
        for name in known_headers()[found.table]:
            if name.startswith("~") or name in found.columns:
                continue
            likeness = _resembles(found, header, name)
            if likeness >= _ALIKE and holds(found.block, header, schema.columns(found.table)[name]):
                scores.append((-likeness, position, name, header))
    for _score, _place, name, header in sorted(scores):
        if name not in found.columns and header in found.free:
            found.take(name, (header,), BY_WORDS)


def _resembles(found: Match, header: str, name: str) -> float:
    """How much a header resembles the names of a column, 0-1; not at all where it says money that
    was asked for, should tell rows apart and does not, was but estimated, or says a number of
    another country ("CIF beneficiari").
    """
    if says_currency_or_money(header) and says("amount asked for", spaced(header)):
        return 0.0
    if _tells_another_day(found, header, name) or _is_no_number(found, header, name):
        return 0.0
    likeness = max(_likeness(header, joined[0]) for joined in known_headers()[found.table][name])
    if found.table != "grants" and name in MEANT:
        # "Code tiers" is the code of whoever "Tiers" names
        named = _without_key_word(header) if name == "partner_id" else header
        if sense_of(named, MEANT[name]):
            likeness = max(likeness, 0.9)
    return likeness


def _tells_another_day(found: Match, header: str, name: str) -> bool:
    """Whether a header says a day of a record or of a deal, or what was but estimated, and no day of
    this column.
    """
    if says("only estimated", header):
        return True
    if name in DATES.get(found.table, ()) and says("day of a record", header):
        return True
    return name in DATES_OF_ENDS and tells_when_deals_closed(found.block, header)


def _is_no_number(found: Match, header: str, name: str) -> bool:
    """Whether a column of numbers is not what stands under a header."""
    if name != "recipient_id" and numbers_a_foreign_taxpayer(header):
        return True
    is_key = name == "reference" or schema.key(found.table) == [name]
    if is_key and not _may_be_key(found.block, header):
        return True
    if name == "recipient_id":
        return not has_codes(found.block, header)
    if name == "rna":
        return not parse.rna(sample(found.block.columns[header]))[0].notna().any()
    return False


def _without_key_word(header: str) -> str:
    """A header without the word for a key that it begins with.

    >>> _without_key_word("Code tiers"), _without_key_word("N° asso"), _without_key_word("Tiers")
    ('tiers', 'asso', 'Tiers')
    """
    first, _space, others = header.partition(" ")
    if others and folded(first) in NUMBER:
        return others
    return header


def _may_be_key(block: Block, header: str) -> bool:
    return tells_rows_apart(block, header) and not dates_like(block, header)


def add_keys(found: Match) -> None:
    """The number of each row, where a header says no more than that; of partners the code or the
    name that is missing.
    """
    key = schema.key(found.table)[0]
    for header in found.free if key not in found.columns and len(found.block.lines) else ():
        is_key = tells_rows_apart(found.block, header) or len(found.block.lines) < 2
        if found.table == "partners":  # which may have a row for each of their contacts
            is_key |= stand_for_names(found.block, header, found.columns.get("name", ()))
        if folded(header) in NUMBER and is_key:
            found.take(key, (header,), BY_WORDS)
            break
    if found.table == "partners" and "name" in found.columns:
        found.columns.setdefault("partner_id", found.columns["name"])
        found.how.setdefault("partner_id", BY_WORDS)


def tells_rows_apart(block: Block, header: str) -> bool:
    """Whether nearly all rows have something under a header, and no two the same."""
    codes = pd.Series(block.columns[header].codes)
    return bool(len(codes) and (codes >= 0).mean() > NEARLY_ALL and codes.is_unique)


@cache
def _likeness(header: str, known: str) -> float:
    """How alike a header and a known folded name are, 0-1; an abbreviation is like the word that it
    begins.
    """
    name = folded(header)
    whole = fuzz.ratio(name, known) / 100
    shorter, longer = sorted((name, known), key=len)
    begins = len(shorter) >= 4 and longer.startswith(shorter)
    return max(whole, 0.8 if begins else 0.0)


def add_by_cells(found: Match) -> None:
    """Columns of a grant list that only their cells tell: identifiers, amounts, who received, dates
    and ends.
    """
    block = found.block
    for header in found.free:
        if "siret" not in found.columns and _are_identifiers(block, header):
            found.take("siret", (header,), BY_WORDS)
    amounts = money_offered(block, found.free)
    if "amount" not in found.columns and amounts:
        found.take("amount", (amounts[0],), BY_WORDS)
    if "recipient" not in found.columns:
        _add_funders_beside(found)
        _add_names(found)
    without_numbers_of_rows(found)
    _add_unread(found)
    add_dates(found)
    take_numbers_of_recipients(found)


def _add_unread(found: Match) -> None:
    """What a header says to be the amount or the date though no cell can be read so: asked."""
    for name in ("amount", "date"):
        telling_headers = [
            header
            for header in found.free
            if sense_of(header, name) and (found.block.columns[header].codes >= 0).any()
        ]
        if name == "amount":  # "Notifiée le" may tell the day
            telling_headers = [h for h in telling_headers if not dates_like(found.block, h)]
        if name not in found.columns and telling_headers:
            found.take(name, (telling_headers[0],), BY_WORDS)


def _add_names(found: Match) -> None:
    """Who received: what looks most like names; a purpose ("Intitulé") where nothing else does.

    A header of funders ("Foundation") above the names of many may be of those who received.
    """
    by_words = {
        name: found.columns[name]
        for name in ("funder", "purpose", "town")
        if found.how.get(name) == BY_WORDS
    }
    funders = [h for h in by_words.get("funder", ()) if are_many(found.block, h)]
    others = [*by_words.get("purpose", ()), *by_words.get("town", ())]
    for headers in ([*funders, *found.free], others):
        names = names_offered(found.block, headers)
        if names:
            for name in [name for name, taken in by_words.items() if names[0] in taken]:
                del found.columns[name]
            found.take("recipient", (names[0],), BY_WORDS)
            return


def _add_funders_beside(found: Match) -> None:
    """Who gave ("From"), where another header of names says the other side ("To")."""
    names = names_offered(found.block, found.free)
    givers = [header for header in names if says("where money leaves", header)]
    receivers = [header for header in names if says("where money goes", header)]
    if "funder" not in found.columns and givers and receivers:
        found.take("funder", (givers[0],), BY_NAME)


def _are_identifiers(block: Block, header: str) -> bool:
    """Whether nearly all cells hold a SIREN or SIRET whose checksum is right, and they differ."""
    cells = sample(block.columns[header])
    return len(cells) > 1 and bool(parse.siren(cells)[0].notna().mean() > NEARLY_ALL)


def add_dates(found: Match) -> None:
    """Of two columns of dates that follow each other in nearly every row, the first is the date (or
    the start) and the second the end; numbers of days as spreadsheets count them, where no other
    column holds dates. No column that leaves rows without a date comes before one that does not,
    and none before the one whose header says the date or the start. What a header says to be an
    end is never the first.
    """
    first_date, end = DATES[found.table]
    if {first_date, end} <= set(found.columns):
        return
    headers = _columns_of_days(found, first_date)
    named = found.columns.get(first_date, ())
    starts = named or found.columns.get("planned_start", ())  # which serve as the date too
    dates = [*starts, *most_complete(found.block, days_of_grants(headers))]
    for first, last in starts_and_ends(found.block, headers, starts, dates)[:1]:
        if named or not starts:
            found.take(first_date, named or (first,), found.how.get(first_date, BY_WORDS))
        if end not in found.columns:
            found.take(end, (last,), BY_WORDS)
    others = [header for header in dates if header in found.free and not says_an_end(header)]
    if starts:
        others = [header for header in others if _may_be_the_date(found.block, header, starts)]
    if first_date not in found.columns and others:
        found.take(first_date, (others[0],), BY_WORDS)


def _may_be_the_date(block: Block, header: str, starts: Sequence[str]) -> bool:
    """Whether a column of days may come before starts: the day on which a list was made is no
    better, nor one that most rows lack.
    """
    if says("day of a record", header) or tells_when_deals_closed(block, header):
        return False
    return _is_dated_as_often(block, header, starts)


def _is_dated_as_often(block: Block, header: str, starts: Sequence[str]) -> bool:
    """Whether a column of dates has at least half as many as the first of the starts."""
    dated, started = (int((block.columns[each].codes >= 0).sum()) for each in (header, starts[0]))
    return 2 * dated >= started


def _columns_of_days(found: Match, first_date: str) -> list[str]:
    """The free columns of dates; where no column holds any, those of days as numbers."""
    headers = [header for header in found.free if dates_like(found.block, header)]
    if headers or first_date in found.columns:
        return headers
    return [header for header in found.free if day_numbers(found.block, header)]
