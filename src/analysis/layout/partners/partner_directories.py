"""Sheets that look like lists of grants and are directories of partners, with what each received in
all.
"""

import re

import pandas as pd

from analysis import parse
from analysis.layout.headers.cell_evidence import dates_like, mostly_years
from analysis.layout.headers.header_names import YEAR_IN_WORDS
from analysis.layout.headers.numbers_of_cells import tells_of_something_else
from analysis.layout.headers.table_words import names_table
from analysis.layout.headers.words import says
from analysis.layout.mapping import Mapping
from analysis.layout.shapes.titles import DAY
from analysis.read import Block, folded

SAME_NAMES = 0.5  # share of the names of either list that stand in the other

Mapped = tuple[Block, str, Mapping]  # a block, the name of its file, what it holds


def directories(blocks: list[Mapped]) -> list[int]:
    """The positions of lists of grants that may be directories of those whom a dated list beside
    them names: without a column of dates, one row for each.

    A list of a year of its own, which the dated list does not see, is none; nor are the lists of
    several years beside one that only sums them up.
    """
    grants = [(i, *mapped) for i, mapped in enumerate(blocks) if mapped[2].table == "grants"]
    of_one_year = [(block, mapping) for _i, block, _stem, mapping in grants]
    dated = [
        (block, mapping)
        for _i, block, _stem, mapping in grants
        if "date" in mapping.columns and not lists_of_its_years(block, mapping, of_one_year)
    ]
    return [
        position
        for position, block, stem, mapping in grants
        if "date" in mapping.constants
        and _one_row_each(block, mapping)
        and any(
            _is_beside(block, mapping, other[0])
            and _names_the_same(block, mapping, *other)
            and (_tells_a_day(block, stem) or _sees_year(*other, mapping.constants["date"]))
            for other in dated
        )
    ]


def lists_of_its_years(
    block: Block, mapping: Mapping, others: list[tuple[Block, Mapping]]
) -> list[int]:
    """The positions of the lists of one workbook that are each of one year which a list of years
    tells too: this one may but sum them up. None where they are not of several years.
    """
    dates = mapping.columns.get("date", ())
    if not dates or not mostly_years(block, dates[0]):
        return []
    file = block.source.partition("#")[0]
    positions = [
        position
        for position, (other, other_mapping) in enumerate(others)
        if other.source.partition("#")[0] == file
        and "date" in other_mapping.constants
        and _sees_year(block, mapping, other_mapping.constants["date"])
    ]
    years = {others[position][1].constants["date"] for position in positions}
    if len(years) > 1:
        return positions
    return []


def _is_beside(block: Block, mapping: Mapping, other: Block) -> bool:
    """Whether two lists stand in one workbook, or the header of the first says that it holds
    totals.
    """
    file, other_file = (each.source.partition("#")[0] for each in (block, other))
    return file == other_file or any(map(tells_of_something_else, mapping.columns["amount"]))


def _one_row_each(block: Block, mapping: Mapping) -> bool:
    codes = block.columns[mapping.columns["recipient"][0]].codes
    return len(codes) > 1 and not pd.Series(codes[codes >= 0]).duplicated().any()


def _names_the_same(block: Block, mapping: Mapping, other: Block, other_mapping: Mapping) -> bool:
    names, other_names = _names(block, mapping), _names(other, other_mapping)
    in_both = len(names & other_names)
    return in_both > 0 and in_both >= SAME_NAMES * min(len(names), len(other_names))


def _names(block: Block, mapping: Mapping) -> set[str]:
    values = block.columns[mapping.columns["recipient"][0]].values.dropna()
    return {folded(name) for name in values}


def tells_since_when(block: Block, header: str) -> bool:
    """Whether a header says since when someone is a partner ("Partner since"), above dates."""
    return says("partner since", header) and dates_like(block, header)


def _tells_a_day(block: Block, stem: str) -> bool:
    """Whether a title tells the day on which a list was made, or a name says that it is of
    partners.
    """
    sheet = block.source.partition("#")[2]
    on_a_day = any(DAY.search(title) for title in block.titles)
    return on_a_day or names_table(sheet or stem, "partners")


def _sees_year(block: Block, mapping: Mapping, date: str) -> bool:
    """Whether a dated list has grants of the year that an undated one is of."""
    years = re.findall(YEAR_IN_WORDS, date)
    cells = block.columns[mapping.columns["date"][0]].values.reset_index(drop=True)
    years_of_cells = parse.dates(cells)[0]["date"].dt.year
    return bool(years_of_cells.isin([int(year[-4:]) for year in years]).any())
