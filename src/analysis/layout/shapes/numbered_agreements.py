"""Lists with the agreements of a partner side by side, each in numbered columns of its own: "Début 1,
Fin 1, Montant 1, Début 2 …", or below "1re convention", "2e convention". One row for each.
"""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import NEARLY_ALL
from analysis.layout.headers.cell_evidence import dates_like, days_of_rows, sample, share_written
from analysis.layout.headers.grant_numbers import numbers_grants
from analysis.layout.headers.header_words import senses
from analysis.layout.payments.repeated_references import tells_grants_apart
from analysis.layout.rows.sums_in_rows import amount_of_rows
from analysis.layout.shapes.long_rows import lengthened
from analysis.layout.terms.changed_ends import tells_early_end
from analysis.layout.terms.days_in_remarks import WORDS_OF_ENDS, days_of_ends
from analysis.layout.terms.exits_of_partners import tells_when_a_partner_left
from analysis.layout.terms.renewals_in_columns import (
    INITIAL,
    WORDS_OF_RENEWALS,
    HeadersByNumber,
    headers_alike,
    renewals_by_place,
    renewals_follow,
    says_renewal,
)
from analysis.layout.terms.renewals_without_start import with_starts_of_renewals
from analysis.parse.month_arithmetic import last_day
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block, Coded, folded
from analysis.read.figures import FIGURE

_ORDINALS = (
    *("premi[eè]re?|first|erste[rs]?|eerste|primer[ao]?|prim[ao]",),
    *("deuxi[eè]me|seconde?|second|zweite[rs]?|tweede|segund[ao]",),
    *("troisi[eè]me|third|dritte[rs]?|derde|tercer[ao]?|terz[ao]|terceir[ao]",),
    *("quatri[eè]me|fourth|vierte[rs]?|vierde|cuart[ao]|quart[ao]",),
)
_FIGURE = r"(?:n[°o.]?\s*)?(?P<figure>[1-9])(?:re|er|[eè]re|e|[eè]me|nde?|st|nd|rd|th|º|ª|[.)])?"
_WORDS = "|".join(f"(?P<word{n}>{words})" for n, words in enumerate(_ORDINALS, 1))
_ORDINAL = re.compile(rf"(?i)(?<![^\W_])\(?(?:{_FIGURE}|{_WORDS})\)?(?![^\W_])")
_AGREEMENT = re.compile(
    r"(?i)\b(?:conventions?|contrats?|accords?|partenariats?|subventions?|dons?|p[ée]riodes?"
    r"|agreements?|contracts?|grants?|periods?|partnerships?|vertrag|vereinbarung|f[öo]rderung"
    r"|overeenkomst|contract|convenios?|contratos?|convenzion[ei]|contratt[oi])\b"
)


def by_agreement(block: Block, named: set[str] = frozenset()) -> Block:
    """The block with a row for each agreement of a partner, where numbered columns tell the start,
    the end and the amount of each.

    Columns of a further agreement that study.toml names (`named`, folded) stay as they are, and so do
    those of which an agreement lacks one of the three, or that begin on one day: these may be parts
    of one.
    """
    filled = [header for header, column in block.columns.items() if len(sample(column))]
    for columns in (_numbered(filled), renewals_by_place(block, filled)):
        if in_rows := _in_rows(block, columns, named):
            return in_rows
    begun, columns = with_starts_of_renewals(block, filled)
    return _in_rows(begun, columns, named, are_written=False) or block


def _in_rows(
    block: Block, columns: HeadersByNumber, named: set[str], *, are_written: bool = True
) -> Block | None:
    """The block with a row for each agreement whose headers stand in `columns`, of which the starts
    `are_written` or made; None where these are not such agreements.
    """
    headers = {header for of_one in columns.values() for header in of_one.values()}
    names = {name for of_one in columns.values() for name in of_one}  # which a draft names
    if len(columns) < 2 or not named.isdisjoint(map(folded, headers - names)):
        return None
    starts_and_amounts = [_start_and_amount(block, of_one) for of_one in columns.values()]
    if not all(starts_and_amounts) or _begin_together(
        block, [start for start, _amount in starts_and_amounts]
    ):
        return None
    is_to_follow = are_written and any(map(says_renewal, headers))
    if is_to_follow and not renewals_follow(block, columns):
        return None
    own_amounts = [
        header for header in block.columns if header not in headers and _is_money(header)
    ]
    if not _are_sums(block, own_amounts, [amount for _start, amount in starts_and_amounts]):
        return None
    columns_kept = {
        name: column for name, column in block.columns.items() if name not in own_amounts
    }
    starts = {number: of[0] for number, of in zip(columns, starts_and_amounts, strict=True)}
    kept = replace(block, columns=columns_kept)
    in_rows, position = lengthened(*_with_ends_of_each(kept, columns, starts))
    numbers = [header for header in columns_kept if header not in headers]
    numbers = [header for header in numbers if _numbers_rows(block, header)]
    counted = {header: _counted(in_rows.columns[header], position) for header in numbers}
    return replace(in_rows, columns={**in_rows.columns, **counted})


def _numbers_rows(block: Block, header: str) -> bool:
    """Whether a header of agreements stands above numbers of which each row has its own."""
    codes = block.columns[header].codes
    is_of_agreements = tells_grants_apart(header) or numbers_grants(header)
    return is_of_agreements and bool((codes >= 0).any()) and len(np.unique(codes)) == len(codes)


def _counted(numbers: Coded, position: np.ndarray) -> Coded:
    """The numbers of which those behind the first agreement of a row are counted: "C12 (2)"."""
    places = pd.Series(position + 1).astype("str")
    texts = numbers.series().reset_index(drop=True)
    return Coded.of(texts.mask(position > 0, texts + " (" + places + ")"))


def _with_ends_of_each(
    block: Block, columns: HeadersByNumber, starts: dict[str, str]
) -> tuple[Block, HeadersByNumber]:
    """The block in which a day that one column tells for all agreements of a row, as one on which
    something ended, stands in a column of each of them: that of the last that had begun by then.
    """
    of_agreements = {header for of_one in columns.values() for header in of_one.values()}
    begins = pd.concat([days_of_rows(block.columns[start]) for start in starts.values()], axis=1)
    kept, by_number = dict(block.columns), columns
    for header in [name for name in block.columns if name not in of_agreements]:
        days = _days_of_ends(block, header)
        if not days.notna().any():
            continue
        has_begun = begins.le(days, axis=0).to_numpy()
        number_of_row = np.where(has_begun, np.arange(1, len(starts) + 1), 1).max(axis=1)
        column = kept.pop(header)
        for place, number in enumerate(starts, 1):
            is_of_another = days.notna().to_numpy() & (number_of_row != place)
            codes = np.where(is_of_another, -1, column.codes).astype(np.int32)
            kept[f"{header} {number}"] = Coded(codes, column.values)
            by_number = by_number | {number: by_number[number] | {header: f"{header} {number}"}}
    return replace(block, columns=kept), by_number


def _days_of_ends(block: Block, header: str) -> pd.Series:
    """The day of each row on which something ended: under a header that says so, or in remarks."""
    column = block.columns[header]
    texts = days_of_ends(column.values, WORDS_OF_ENDS)
    if tells_when_a_partner_left(block, header) or tells_early_end(block, header):
        texts = column.values
    days = parse.dates(texts.reset_index(drop=True), of_ends=True)[0]
    last = last_day(days["date"], days["precision"])
    return last.reindex(column.codes).reset_index(drop=True)  # a blank cell has the code -1


def _numbered(headers: list[str]) -> HeadersByNumber:
    """The headers of each number, by what else they say; a header without one, as the first of
    several of a name or a meaning is, is of the first. What only some of the agreements tell stays apart.
    """
    columns: HeadersByNumber = {}
    without_number = []
    for header in headers:
        name, number = name_and_number(header)
        if number:
            columns.setdefault(number, {})[name] = header
        else:
            without_number.append(header)
    if "1" not in columns:
        first = headers_alike(columns.get("2", {}), without_number)
        columns = {"1": first} | columns if first else {}
    telling = [of_one for of_one in columns.values() if any(map(_tells_of_agreement, of_one))]
    names = set.intersection(*map(set, telling)) if telling else set()
    return {
        number: {name: header for name, header in of_one.items() if name in names}
        for number, of_one in columns.items()
        if of_one in telling
    }


def name_and_number(header: str) -> tuple[str, str]:
    """What a header says but for a number, and the number; blank where it has none, or several. What
    is initial is the first, and the first renewal the second.

    >>> name_and_number("Montant 2 (€)"), name_and_number("Montant (€)")
    (('Montant (€)', '2'), ('Montant (€)', ''))
    >>> name_and_number("Convention initiale Fin"), name_and_number("1er renouvellement Fin")
    (('Fin', '1'), ('Fin', '2'))
    """
    ordinals = list(_ORDINAL.finditer(header))
    if len(ordinals) > 1:
        return header, ""
    number = _number(ordinals[0]) if ordinals else ""
    name = _without(header, ordinals[0]) if ordinals else header
    if renewal := WORDS_OF_RENEWALS.search(name):
        return _without(name, renewal), str(int(number or 1) + 1)
    initial = INITIAL.search(name)
    if initial and not number:
        return (_without(name, initial), "1")
    return (name, number)


def _tells_of_agreement(name: str) -> bool:
    """Whether a name says when something starts or ends, or how much it gives."""
    return not {"planned_start", "date", "planned_end", "amount"}.isdisjoint(senses(folded(name)))


def _number(ordinal: re.Match) -> str:
    """The number that an ordinal says.

    >>> [_number(_ORDINAL.search(text)) for text in ("Fin 2", "1re convention", "Third grant")]
    ['2', '1', '3']
    """
    words = [name for name, text in ordinal.groupdict().items() if text]
    return ordinal["figure"] or words[0].removeprefix("word")


def _without(header: str, ordinal: re.Match) -> str:
    """What a header says without its number, and without the word for what is numbered."""
    rest = header[: ordinal.start()] + header[ordinal.end() :]
    bare = _AGREEMENT.sub(" ", rest)
    if senses(folded(bare)) or not senses(folded(rest)):
        name = bare
    else:
        name = rest
    return (
        re.sub(r"^[\W_]+|[^\w)€$£]+$|_+$", "", re.sub(r"\(\s*\)|[_\s]+", " ", name)) or rest.strip()
    )


def _start_and_amount(block: Block, of_one: dict[str, str]) -> tuple[str, str] | None:
    """The headers of the start and the amount of an agreement whose columns tell its end too; none
    where they do not.
    """
    by_sense = {sense: header for name, header in of_one.items() for sense in senses(folded(name))}
    start = by_sense.get("planned_start", by_sense.get("date", ""))
    end = by_sense.get("planned_end", by_sense.get("term_months", ""))
    amount = by_sense.get("amount", "")
    is_told = start and end and amount and len({start, end, amount}) == 3
    if not is_told or not dates_like(block, start):
        return None
    are_figures = share_written(sample(block.columns[amount]), FIGURE) > 0.5
    if are_figures:
        return (start, amount)
    return None


def _is_money(header: str) -> bool:
    return "amount" in senses(folded(header))


def _are_sums(block: Block, own_amounts: list[str], amounts: list[str]) -> bool:
    """Whether each amount that partners have of their own is the sum of those of their agreements."""
    of_agreements = amount_of_rows(block, tuple(amounts))
    own = [amount_of_rows(block, (header,)) for header in own_amounts]
    return all((np.abs(amount_of_row - of_agreements) < HALF_CENT).all() for amount_of_row in own)


def _begin_together(block: Block, starts: list[str]) -> bool:
    """Whether the first two agreements of partners begin on one day, as parts of one do."""
    first, second = (block.columns[header].series() for header in starts[:2])
    in_both = first.notna() & second.notna()
    return bool(in_both.any()) and bool((first != second)[in_both].mean() < NEARLY_ALL)
