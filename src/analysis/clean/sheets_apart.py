"""Sheets beside a list of grants that hold nothing of their own: directories of its recipients, and
recapitulations of its amounts. They are set aside with a word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from analysis import layout, parse, read
from analysis.clean.source_overlaps import BlockOfSource
from analysis.read.total_words import BEGINS_WITH_TOTAL

_PROGRAMME = ("agreements", "contributions")  # tables that partners belong to
_FEWEST = 3  # sums from which a sheet is one of sums
_NEARLY_ALL = 0.9  # share of the names of a recapitulation whose amount is the sum of the others
SCALES = (1, 1000, 0.001)  # sums in thousands of what is listed in units, and the reverse


def set_sheets_aside(block: read.Block, rule: str) -> None:
    """Make of a block one that holds no row, all of them set aside by a rule."""
    lines = [*block.lines.tolist(), *(line for line, _text in block.ragged)]
    block.aside += [read.Aside(line, rule, "") for line in lines]
    block.columns, block.lines, block.ragged = {}, block.lines[:0], []


def without_sheets_of_nothing(parts: Sequence[BlockOfSource]) -> None:
    """Set aside the directories and recapitulations beside lists of grants; where a sheet beside
    others tells no date, say in its question that it may be one.
    """
    of_table = {part.mapping.table for part in parts if part.mapping is not None}
    if "grants" not in of_table:
        return
    if of_table.isdisjoint(_PROGRAMME):
        for part in parts:
            if part.mapping is not None and part.mapping.table == "partners":
                set_sheets_aside(part.block, "directory")
                part.mapping = None
    grants = [part for part in parts if part.mapping is not None and part.mapping.table == "grants"]
    dated = [part for part in grants if not _is_undated(part.mapping)]
    for part in [part for part in grants if _is_undated(part.mapping)]:
        if dated and _recapitulates(part.block, dated):
            set_sheets_aside(part.block, "recapitulation")
            part.mapping = None
        elif dated:
            part.mapping = _asked_as_recapitulation(part.mapping)


def _is_undated(mapping: layout.Mapping) -> bool:
    """Whether nothing seems to tell the date of a list of grants."""
    return any(
        doubt.column == "date" and not doubt.headers and doubt.reason == "unnamed"
        for doubt in mapping.doubts
    )


def _asked_as_recapitulation(mapping: layout.Mapping) -> layout.Mapping:
    doubts = tuple(
        doubt._replace(reason="recapitulation") if doubt.column == "date" else doubt
        for doubt in mapping.doubts
    )
    return replace(mapping, doubts=doubts)


def _recapitulates(block: read.Block, dated: Sequence[BlockOfSource]) -> bool:
    """Whether the amounts of a sheet of names are the sums of what dated lists give to each name."""
    given = pd.concat([_given(part) for part in dated])
    return any(_are_sums_of(sums, given) for sums in _sums(block))


def _given(part: BlockOfSource) -> pd.Series:
    """The amounts of a list of grants, by the folded name of the recipient."""
    columns = part.mapping.columns if part.mapping is not None else {}
    names = part.block.columns[columns["recipient"][0]].series()
    amounts = [
        parse.amounts(part.block.columns[header].series())[0] for header in columns["amount"]
    ]
    amount = pd.concat(amounts, axis=1).sum(axis=1)
    is_row = names.ne("") & ~names.str.match(BEGINS_WITH_TOTAL, na=True)
    return pd.Series(amount[is_row].to_numpy(float), index=names[is_row].map(read.folded))


def _sums(block: read.Block) -> Iterator[pd.Series]:
    """Each column of numbers, by each column of texts that has no text twice."""
    numbers, names = [], []
    for column in block.columns.values():
        texts = column.series()
        number = parse.amounts(texts)[0]
        if number.notna().mean() >= _NEARLY_ALL:
            numbers.append(number)
        elif not texts.dropna().duplicated().any():
            names.append(texts.fillna("").map(read.folded))
    for name in names:
        for number in numbers:
            yield pd.Series(number.to_numpy(float), index=name)


def _are_sums_of(sums: pd.Series, given: pd.Series) -> bool:
    """Whether nearly all names of a sheet are those of the lists beside it, with their sums: of
    several amounts, since one amount may be given again in another year.
    """
    by_name = given.groupby(level=0).agg(["sum", "size"])
    sums = sums[sums.index.isin(by_name.index)]
    expected = by_name.loc[sums.index]
    several = int((expected["size"] > 1).sum())
    if several < _FEWEST or len(sums) < _NEARLY_ALL * len(by_name):
        return False
    total = expected["sum"]
    # sums in thousands are rounded further than those in units
    tolerated = {scale: 0.5 if scale == 1 else 0.005 * total.abs() for scale in SCALES}
    return any(
        bool(((sums * scale - total).abs() <= tolerated[scale]).mean() >= _NEARLY_ALL)
        for scale in SCALES
    )
