"""Tables of the same headers that stand side by side in one sheet, as one table."""

import re
from dataclasses import replace
from itertools import product

import pandas as pd

from analysis.layout.headers.header_words import senses
from analysis.layout.shapes.long_rows import lengthened
from analysis.layout.shapes.year_columns import OF_YEARS
from analysis.read import Block, Coded, folded
from analysis.read.figures import YEAR

# Under which study.toml names the rows that a workbook strikes through, those that it hides, those
# of a sheet by its name, and those that an amount merged downwards covers.
OF_STRIKES, OF_HIDDEN, OF_SHEETS, OF_MERGED = "strikethrough", "hidden", "sheet", "merged"
OF_NOTES = "footnote"  # the rows that a note of the list speaks of, by a mark that they bear
OF_TITLES = "title"  # the header of the titles that stood above tables side by side


def by_side(block: Block, named: set[str] = frozenset()) -> Block:
    """The block with tables of the same headers that stand side by side one below the other.

    The headers are told apart by numbers ("Association; Montant; Date; Association 2; Montant 2;
    Date 2"), or by the title above each table ("SPORT Association; SPORT Montant; CULTURE
    Association; CULTURE Montant") or behind it ("Association 2018"), which then becomes a column:
    "Année" where the titles bear years.
    Headers with a title that study.toml names (`named`, folded) stay as they are.
    """
    filled = [header for header, column in block.columns.items() if (column.codes >= 0).any()]
    numbered = _numbered(block, filled)
    if numbered or not named.isdisjoint(map(folded, filled)):
        return numbered or block
    return _titled(block, filled) or block


def _numbered(block: Block, filled: list[str]) -> Block | None:
    """Tables whose headers are told apart by numbers, one below the other; None where none are."""
    if not any(header.endswith(" 2") for header in block.columns):
        return None
    names = [re.sub(r" \d+$", "", header) for header in filled]
    width = len(set(names))
    if width < 3 or len(filled) < 2 * width:
        return None
    if names != names[:width] * (len(filled) // width):
        return None
    tables = _tables(filled, width)
    steps = {
        str(number): dict(zip(names[:width], table, strict=True))
        for number, table in enumerate(tables)
    }
    return lengthened(block, steps)[0]


def _titled(block: Block, filled: list[str]) -> Block | None:
    """Tables of recipients under a title each, one below the other; None where none are."""
    widths = range(2, len(filled) // 2 + 1)
    for width, common in product(widths, (_common_end, _common_start)):
        if len(filled) % width:
            continue
        tables = _tables(filled, width)
        names = [common(headers) for headers in zip(*tables, strict=True)]
        titles = [_common_title(table, names) for table in tables]
        if not all(titles) or len(set(titles)) < len(titles) or not _are_of_grants(names):
            continue
        steps = {
            title: dict(zip(names, table, strict=True))
            for title, table in zip(titles, tables, strict=True)
        }
        long, table_of_row = lengthened(block, steps)
        years = [YEAR.findall(title) for title in titles]
        header = OF_TITLES
        if all(len(years_of_table) == 1 for years_of_table in years):
            header, titles = OF_YEARS, [year for (year,) in years]
        if header in long.columns:
            return long
        title = Coded(table_of_row, pd.Series(titles, dtype="str"))
        columns = long.columns | {header: title}
        return replace(long, columns=columns, written_as=long.written_as | {header: ""})
    return None


def _are_of_grants(names: list[str]) -> bool:
    """Whether headers say an amount and who receives it, or have columns enough to say so.

    What two parties have alike (name, town, number) is no table of grants.
    """
    meanings = [senses(folded(name)) for name in names]
    says_amount = any("amount" in meaning for meaning in meanings)
    says_recipient = any("recipient" in meaning for meaning in meanings)
    return says_amount and (says_recipient or len(names) > 2)


def _tables(filled: list[str], width: int) -> list[list[str]]:
    return [filled[first : first + width] for first in range(0, len(filled), width)]


def _common_end(headers: tuple[str, ...]) -> str:
    """The words with which all of the headers end.

    >>> _common_end(("SPORT Date du vote", "CULTURE Date du vote"))
    'Date du vote'
    """
    words = [header.split() for header in headers]
    n_words = 0
    while len({tuple(each[-n_words - 1 :]) for each in words}) == 1:
        if n_words == min(map(len, words)):
            break
        n_words += 1
    return " ".join(words[0][len(words[0]) - n_words :])


def _common_start(headers: tuple[str, ...]) -> str:
    """The words with which all of the headers begin.

    >>> _common_start(("Montant voté 2018", "Montant voté 2019"))
    'Montant voté'
    """
    turned = tuple(" ".join(reversed(header.split())) for header in headers)
    return " ".join(reversed(_common_end(turned).split()))


def _common_title(table: list[str], names: list[str]) -> str:
    """What stands before or behind the names in all headers of a table; nothing where they differ."""
    titles = {
        (header.removesuffix(name) if header.endswith(name) else header.removeprefix(name)).strip()
        for header, name in zip(table, names, strict=True)
    }
    if len(titles) == 1 and all(names):
        return titles.pop()
    return ""
