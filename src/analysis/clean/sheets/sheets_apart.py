"""Sheets beside a list of grants that hold nothing of their own: directories of its recipients, and
recapitulations of its amounts. They are set aside with a word; those that may be some, or list
money that came back, are asked about.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import layout, parse, read
from analysis.clean.team.source_overlaps import BlockOfSource
from analysis.declare.shares import HALF, NEARLY_ALL
from analysis.layout.rows.outcome_titles import outcome_said
from analysis.layout.shapes.titles import name_of_list
from analysis.parse.quantities import HALF_CENT
from analysis.read.total_words import BEGINS_WITH_TOTAL

_PROGRAMME = ("agreements", "contributions")  # tables that partners belong to
_FEWEST = 3  # sums from which a sheet is one of sums
SCALES = (1, 1000, 0.001)  # sums in thousands of what is listed in units, and the reverse


def set_sheets_aside(block: read.Block, rule: str) -> None:
    """Make of a block one that holds no row, all of them set aside by a rule."""
    lines = dict.fromkeys([*block.lines.tolist(), *(line for line, _text in block.ragged)])
    block.aside += [read.Aside(line, rule, "") for line in lines]
    block.columns, block.lines, block.ragged = {}, block.lines[:0], []


def without_sheets_of_nothing(parts: Sequence[BlockOfSource]) -> None:
    """Set aside the directories and recapitulations beside lists of grants; where a sheet beside
    others tells no date, say in its question that it may be one; ask of others what they are.
    """
    of_table = {part.mapping.table for part in parts if part.mapping is not None}
    if "grants" not in of_table:
        return
    if of_table.isdisjoint(_PROGRAMME):
        for part in parts_of_table(parts, "partners"):
            _set_aside(part, "directory")
    _without_sums_by_year(parts_of_table(parts, "grants"))
    grants = parts_of_table(parts, "grants")
    dated = [part for part in grants if not _is_undated(part.mapping)]
    if dated:
        _without_recapitulations(grants, dated)
    if not of_table.isdisjoint(_PROGRAMME):
        _ask_beside_a_programme(grants)
    for part in grants if len(grants) > 1 else ():
        _ask_what_it_is(part, [other for other in dated if other is not part])


def _ask_beside_a_programme(grants: Sequence[BlockOfSource]) -> None:
    """Ask of sheets without a date beside agreements but whether they sum these up."""
    for part in grants:
        if _is_undated(part.mapping):
            asked = _asked_as_recapitulation(part.mapping)
            of_date = tuple(doubt for doubt in asked.doubts if doubt.column == "date")
            part.mapping = replace(asked, doubts=of_date)


def ask_whether_decided(parts: Sequence[BlockOfSource]) -> None:
    """Ask what lists count as whose name alone says that nothing is decided ("Prévisionnel"), or
    that they hold requests ("Demandes") where another list does not say so.
    """
    grants = parts_of_table(parts, "grants")
    are_requests = [_is_named_for_requests(part) for part in grants]
    are_plans = [layout.says("sheet of plans", name_of_list(part.block)) for part in grants]
    for part, is_request, is_plan in zip(grants, are_requests, are_plans, strict=True):
        if "outcome" in part.mapping.columns or "outcome" in part.mapping.constants:
            continue
        is_open = outcome_said(name_of_list(part.block)) == "undecided"
        is_beside_others = (is_request and not all(are_requests)) or (
            is_plan and not all(are_plans)
        )
        if is_open or is_beside_others:
            part.mapping = left_out_until_told(part.mapping, "not decided")


def _is_named_for_requests(part: BlockOfSource) -> bool:
    """Whether the name of a list says that it holds requests, and no header that these were
    granted.
    """
    amounts = part.mapping.columns.get("amount", ())
    is_granted = any(layout.says("granted amount", header) for header in amounts)
    return not is_granted and layout.says("requests", name_without_figures(part.block))


def parts_of_table(parts: Sequence[BlockOfSource], table: str) -> list[BlockOfSource]:
    """The parts that are still read as rows of a table."""
    return [part for part in parts if part.mapping is not None and part.mapping.table == table]


def _set_aside(part: BlockOfSource, why: str) -> None:
    set_sheets_aside(part.block, why)
    part.mapping = None


def _without_recapitulations(
    grants: Sequence[BlockOfSource], dated: Sequence[BlockOfSource]
) -> None:
    """Set aside the sheets without a date that tell the sums of the others, or ask whether they do."""
    for part in grants:
        if not _is_undated(part.mapping):
            continue
        if _recapitulates(part.block, dated):
            _set_aside(part, "recapitulation")
        else:
            part.mapping = _asked_as_recapitulation(part.mapping)


def _ask_what_it_is(part: BlockOfSource, others: Sequence[BlockOfSource]) -> None:
    """Set aside, or ask of, a sheet whose name or amounts say that it holds no grants of its own."""
    if part.mapping is None:
        return
    name = name_without_figures(part.block)
    if outcome_said(name):
        return  # its name says what became of its requests, or is asked (`ask_whether_decided`)
    if layout.says("money back", name) or layout.says("money back in a kind", name):
        part.mapping = left_out_until_told(part.mapping, "money back")
    elif layout.says("example", name):
        part.mapping = left_out_until_told(part.mapping, "example")
    elif layout.says("other kind of list", name):
        part.mapping = left_out_until_told(part.mapping, "other kind of list")
    elif any(doubt.reason == "directory" for doubt in part.mapping.doubts):
        others = [
            other for other in parts_of_table(others, "grants") if "date" in other.mapping.columns
        ]
        is_named = layout.says("sums of others", name)
        is_equal = bool(others) and _recapitulates(part.block, others, fewest=0)
        if is_named and is_equal:
            _set_aside(part, "recapitulation")
        elif is_named or is_equal:
            part.mapping = left_out_until_told(part.mapping, "sums of others")


def name_without_figures(block: read.Block) -> str:
    """The name of a sheet, or of a file without sheets, without numbers and days."""
    return re.sub(r"[\d_./-]+", " ", name_of_list(block)).strip()


def left_out_until_told(mapping: layout.Mapping, reason: str) -> layout.Mapping:
    """The mapping of a sheet whose rows count for nothing unless the team says that they are
    granted.
    """
    columns = {name: headers for name, headers in mapping.columns.items() if name != "outcome"}
    doubts = [doubt for doubt in mapping.doubts if doubt.reason != "directory"]
    doubts = [doubt for doubt in doubts if doubt.column != "outcome"]
    doubts.append(layout.Doubt("outcome", (), (), reason))
    constants = {**mapping.constants, "outcome": "undecided"}
    return replace(mapping, columns=columns, constants=constants, doubts=tuple(doubts))


def _without_sums_by_year(grants: Sequence[BlockOfSource]) -> None:
    """Set aside a list of years that repeats what the sheets of these years list; ask of one that
    names the same recipients with other amounts.
    """
    blocks = [(part.block, part.mapping) for part in grants]
    for part in grants:
        positions = layout.lists_of_its_years(part.block, part.mapping, blocks)
        sheets = [grants[position] for position in positions]
        if not sheets or not all(map(_names_and_amounts, [part, *sheets])):
            continue
        sums = _given_by_year(part)
        amount_by_year = (
            pd.concat([_given_by_year(sheet) for sheet in sheets]).groupby(level=0).sum()
        )
        met = sums[sums.index.isin(amount_by_year.index)]
        equal = (met - amount_by_year.loc[met.index]).abs() <= HALF_CENT
        is_named = layout.says("sums of others", name_without_figures(part.block))
        if equal.all() and len(met) == len(sums) >= _FEWEST:
            _set_aside(part, "recapitulation")
        elif is_named or len(met) >= HALF * len(sums):
            part.mapping = left_out_until_told(part.mapping, "sums of others")


def _names_and_amounts(part: BlockOfSource) -> bool:
    return {"recipient", "amount"} <= set(part.mapping.columns)


def _given_by_year(part: BlockOfSource) -> pd.Series:
    """The sum that a list gives to each name in each year, by both."""
    amounts_of_part = given_by_name(part)
    mapping = part.mapping
    if "date" in mapping.columns:
        dates = part.block.columns[mapping.columns["date"][0]].series()
    else:
        dates = pd.Series(mapping.constants["date"], range(len(part.block.lines)), dtype="str")
    dates = dates.reset_index(drop=True)[_is_row(part)]
    year = parse.dates(dates, yearly=True)[0]["date"].dt.year.astype("str")
    by_both = amounts_of_part.groupby(
        amounts_of_part.index.to_series().str.cat(year.to_numpy(), sep="|").to_numpy()
    )
    sums = by_both.sum()
    return sums[sums.ne(0)]


def _is_undated(mapping: layout.Mapping) -> bool:
    """Whether nothing seems to tell the date of a list of grants."""
    return any(
        doubt.column == "date" and not doubt.headers and doubt.reason == "unnamed"
        for doubt in mapping.doubts
    )


def _asked_as_recapitulation(mapping: layout.Mapping) -> layout.Mapping:
    doubts = tuple(
        replace(doubt, reason="recapitulation") if doubt.column == "date" else doubt
        for doubt in mapping.doubts
    )
    return replace(mapping, doubts=doubts)


def _recapitulates(
    block: read.Block, dated: Sequence[BlockOfSource], fewest: int = _FEWEST
) -> bool:
    """Whether the amounts of a sheet of names are the sums of what dated lists give to each name,
    of several amounts each for the `fewest` names.
    """
    amounts_of_years = pd.concat([given_by_name(part) for part in dated])
    return any(_are_sums_of(sums, amounts_of_years, fewest) for sums in _sums(block))


def given_by_name(part: BlockOfSource) -> pd.Series:
    """The amounts of a list of grants, by the folded name of the recipient."""
    columns = part.mapping.columns if part.mapping is not None else {}
    names = part.block.columns[columns["recipient"][0]].series()
    amounts = [layout.amounts_of_rows(part.block.columns[header]) for header in columns["amount"]]
    amount = pd.concat(amounts, axis=1).sum(axis=1)
    is_row = _is_row(part)
    return pd.Series(amount[is_row].to_numpy(float), index=names[is_row].map(read.folded))


def _is_row(part: BlockOfSource) -> np.ndarray:
    """Whether each row of a list names somebody, and no total."""
    names = part.block.columns[part.mapping.columns["recipient"][0]].series()
    return (names.ne("") & ~names.str.match(BEGINS_WITH_TOTAL, na=True)).to_numpy(bool)


def _sums(block: read.Block) -> Iterator[pd.Series]:
    """Each column of numbers, by each column of texts that has no text twice."""
    numbers, names = [], []
    for column in block.columns.values():
        texts = column.series()
        number = parse.amounts(texts)[0]
        if number.notna().mean() >= NEARLY_ALL:
            numbers.append(number)
        elif not texts.dropna().duplicated().any():
            names.append(texts.fillna("").map(read.folded))
    for name in names:
        for number in numbers:
            yield pd.Series(number.to_numpy(float), index=name)


def _are_sums_of(sums: pd.Series, given: pd.Series, fewest: int) -> bool:
    """Whether nearly all names of a sheet are those of the lists beside it, with their sums: of
    several amounts, since one amount may be given again in another year.
    """
    by_name = given.groupby(level=0).agg(["sum", "size"])
    sums = sums[sums.index.isin(by_name.index)]
    expected = by_name.loc[sums.index]
    several = int((expected["size"] > 1).sum())
    if several < fewest or len(sums) < NEARLY_ALL * len(by_name):
        return False
    total = expected["sum"]
    # sums in thousands are rounded further than those in units
    tolerated = {scale: 0.5 if scale == 1 else 0.005 * total.abs() for scale in SCALES}
    return any(
        bool(((sums * scale - total).abs() <= tolerated[scale]).mean() >= NEARLY_ALL)
        for scale in SCALES
    )
