"""How a question shows a column: its header, some of its cells, what its rows add up to."""

import json
import re
from dataclasses import replace

import pandas as pd

from analysis import parse
from analysis.layout.amounts.changed_amounts import CHANGED
from analysis.layout.amounts.given_in_kind import IN_KIND, WITHIN
from analysis.layout.drafts.questions_about_rows import place_of_rows
from analysis.layout.headers.cell_evidence import DATES_OF_ENDS, SAMPLE
from analysis.layout.headers.columns_offered import stood_in_years
from analysis.layout.headers.contacts import names_a_contact
from analysis.layout.headers.header_matching import DROPPED
from analysis.layout.headers.made_columns import is_made
from analysis.layout.headers.numbers_of_cells import amounts_of_rows, tells_of_something_else
from analysis.layout.headers.words import says
from analysis.layout.mapping import Doubt, Mapping
from analysis.layout.rows.sums_in_rows import are_sums
from analysis.layout.shapes.year_columns import OF_YEARS
from analysis.layout.terms.changed_ends import header_of_days
from analysis.layout.terms.days_in_remarks import WORDS_OF_ENDS, days_of_ends
from analysis.read import Block, folded, spaced
from analysis.read.tables import OF_COMMENTS
from analysis.text import formatting
from analysis.text.messages import say

_AMOUNTS = ("amount", "planned_amount_eur")
# Reasons of doubts about one of several columns.
_WHICH_AMOUNT = ("rival", "unnamed", CHANGED, IN_KIND, WITHIN)
YEARS_SHOWN = 6  # headers of years of which one column was made
LINES_SHOWN = 3  # grants of which the lines are told
FREE_TEXT = 80  # letters of a cell, as a mean, from which a column is free text


def as_in_file(block: Block, mapping: Mapping) -> tuple[Block, Mapping]:
    """The block and its mapping with the headers of the file alone, where days that remarks tell are
    read under headers of their own.
    """
    written = {
        header_of_days(header, name): header for header in block.columns for name in DATES_OF_ENDS
    }

    def of_file(headers: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(written.get(header, header) for header in headers)

    cells = {header: column for header, column in block.columns.items() if header not in written}
    columns = {name: of_file(headers) for name, headers in mapping.columns.items()}
    doubts = [replace(doubt, headers=of_file(doubt.headers)) for doubt in mapping.doubts]
    mapping = replace(mapping, columns=columns, doubts=tuple(doubts))
    return replace(block, columns=cells), mapping


def shown_column(block: Block, mapping: Mapping, header: str, doubt: Doubt) -> str:
    """A header with examples; of one of several amounts also what its rows add up to; in words what
    is no column.
    """
    if header not in block.columns and (place := place_of_rows(header)):
        return place
    shown = examples_and_sum(block, mapping, header, doubt)
    if is_made(header):
        return shown
    if shown:
        return f"`{header}` ({shown})"
    return f"`{header}`"


def examples_and_sum(block: Block, mapping: Mapping, header: str, doubt: Doubt | None) -> str:
    """The first values under a header; where it is in doubt which of several columns is the amount,
    also what all add up to.
    """
    shown = examples(block, header)
    is_in_doubt = doubt is not None and doubt.column in _AMOUNTS and doubt.reason in _WHICH_AMOUNT
    if not is_in_doubt or is_made(header) or header not in block.columns:
        return shown
    total = formatting.number(_total(block, mapping, header))
    return say("layout.adds_up_to", examples=shown, total=total)


def _lines_together(block: Block, header: str) -> str:
    """The first lines of a file that a made column says to be of one grant ("8 avec 3")."""
    lines = pd.Series(block.lines).groupby(block.columns[header].codes)
    groups = [list(map(str, own)) for code, own in lines if code >= 0 and len(own) > 1]
    texts = [say("layout.with_line", others=", ".join(own[1:]), first=own[0]) for own in groups]
    return " ; ".join(texts[:LINES_SHOWN])


def _total(block: Block, mapping: Mapping, header: str) -> float:
    """What the rows of a column add up to but for those of totals; each line of the file once where
    the column was not one for each year.
    """
    amounts = amounts_of_rows(block.columns[header]).to_numpy(float, na_value=0)
    is_counted = ~are_sums(block, mapping.columns, amounts)
    if OF_YEARS in block.columns and not stood_in_years(block, header):
        is_counted &= ~pd.Series(block.lines).duplicated().to_numpy()
    return float(amounts[is_counted].sum())


def examples(block: Block, header: str) -> str:
    """The first three values under a header, with the file's own headers where it was made of those
    of several years; none of free text or contacts, which tell of persons, but for the days of
    ends in it. Of a column that only tells which rows belong together, their lines.
    """
    if header not in block.columns:
        return ""
    if is_made(header):
        return _lines_together(block, header)
    values = parse.text(block.columns[header].values.iloc[:SAMPLE]).dropna()
    is_free = len(values) > 0 and values.str.len().mean() > FREE_TEXT
    if is_free or DROPPED.match(folded(header)) or names_a_contact(header):
        return _free_text(header, values)
    shown = " | ".join(" ".join(text.split())[:40] for text in values.iloc[:3])
    made_of = block.made_of.get(header, ())
    if not made_of:
        return shown
    listed = ", ".join(f"`{written}`" for written in made_of[:YEARS_SHOWN])
    more = ", …" if len(made_of) > YEARS_SHOWN else ""
    return say("layout.columns_of_years", headers=listed + more, examples=shown)


def _free_text(header: str, remarks: pd.Series) -> str:
    """That a column is free text, or the comments of cells, and the first days that it tells beside
    words of an end: no more of it is ever read or shown.
    """
    days = days_of_ends(remarks, (*WORDS_OF_ENDS, "extended end"))
    days_alone = days[days.notna() & days.ne(remarks)]  # several days leave the remark as it is
    shown = " | ".join(days_alone.iloc[:3])
    return say("layout.free_text", is_of_cells=header == OF_COMMENTS, days=shown)


def both_added(doubt: Doubt, headers: list[str]) -> str:
    """The answer that the two likeliest of several columns are parts of the amount, which no header
    says, where these have a word in common ("Part du fonds", "Part de l'État"); else blank.
    """
    if (doubt.column, doubt.reason) != ("amount", "unnamed") or len(headers) < 2:
        return ""
    both = headers[:2]
    # with and without tax, or before and after a decision
    if any(says("changed amount", header) or tells_of_something_else(header) for header in both):
        return ""
    first, second = (set(re.findall(r"\w{4,}", spaced(header).casefold())) for header in both)
    return f"amount = {json.dumps(both, ensure_ascii=False)}" if first & second else ""
