"""Lists that tell what partners got in each year, which is what the rows of other lists add up to:
they list nothing of their own.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import layout, parse, read
from analysis.clean.sheets.sheets_apart import (
    SCALES,
    left_out_until_told,
    name_without_figures,
    parts_of_table,
    set_sheets_aside,
)
from analysis.clean.team.source_overlaps import BlockOfSource
from analysis.declare.shares import HALF
from analysis.layout.headers.outcome_columns import says_no_grant
from analysis.layout.rows.sums_in_rows import amount_of_rows, are_sums
from analysis.parse.quantities import HALF_CENT

_NAMES = ("recipient", "partner_id", "agreement_id")  # of payments the agreement, or whose it is
_DATES = ("date", "planned_start", "start", "year")
_AMOUNTS = ("amount", "planned_amount_eur", "value_eur")
_OF_A_GRANT = ("reference", "purpose", "planned_end")  # columns that a list of sums has not
_SUMMED_UP = ("grants", "contributions")  # tables whose rows may but sum up others
_FEWEST = 2  # sums that tell of other rows
_FEWEST_UNNAMED = 3  # where the name of the list does not say that it sums up
_DIFFERENT = 0.25  # share of the sums that may differ where it is asked


def without_sums_by_partner_and_year(parts: Sequence[BlockOfSource]) -> None:
    """Set aside the lists of which study.toml says nothing and whose amounts by partner and year are
    the sums of the rows of another list, or of all others: of every partner of these years.
    """
    lists = _Lists(parts)
    for part in parts:
        if not _may_sum_up(part, lists):
            continue
        amounts = lists.sums(part, _year_of(part)).of_all
        is_named = layout.says("sums of others", name_without_figures(part.block))
        fewest = _FEWEST if is_named else _FEWEST_UNNAMED
        if len(amounts) >= fewest and any(
            _are_all_sums(scale * amounts, sums)
            for sums in _sums_of_others(part, lists)
            if amounts.index.isin(sums.index).any()
            for scale in SCALES
        ):
            set_sheets_aside(part.block, "recapitulation")
            part.mapping = None


def ask_about_sums_by_partner_and_year(parts: Sequence[BlockOfSource]) -> None:
    """Ask of lists whose amounts by partner and year are nearly all the sums of the rows of others,
    or that are called sums and tell of the same partners and years, whether they sum these up.
    """
    lists = _Lists(parts)
    for part in parts_of_table(parts, "grants"):
        if "outcome" in part.mapping.constants or not _may_sum_up(part, lists):
            continue
        amounts = lists.sums(part, "date").of_all
        is_named = layout.says("sums of others", name_without_figures(part.block))
        if any(
            _may_be_sums(scale * amounts, sums, is_named=is_named)
            for sums in _sums_of_others(part, lists)
            if amounts.index.isin(sums.index).any()
            for scale in SCALES
        ):
            part.mapping = left_out_until_told(part.mapping, "sums of others")


class _Sums(NamedTuple):
    """What the rows of a list add up to by partner and year: all, and those that were granted."""

    of_all: pd.Series
    granted: pd.Series


class _Lists:
    """The rows and sums of lists by partner and year, worked out once for each list."""

    def __init__(self, parts: Sequence[BlockOfSource]):
        self.parts = parts
        self._partner_of = _partners_of_numbers(parts)
        self._rows: dict[tuple[int, str], pd.DataFrame] = {}
        self._sums: dict[tuple[int, str], _Sums] = {}

    def rows(self, part: BlockOfSource, date: str) -> pd.DataFrame:
        """The rows of a list whose year a column of dates tells."""
        key = (id(part), date)
        if key not in self._rows:
            self._rows[key] = _rows(part, date, self._partner_of)
        return self._rows[key]

    def sums(self, part: BlockOfSource, date: str) -> _Sums:
        """What these rows add up to."""
        key = (id(part), date)
        if key not in self._sums:
            rows = self.rows(part, date)
            self._sums[key] = _Sums(_summed(rows), _summed(rows[rows["is_granted"]]))
        return self._sums[key]


def _may_sum_up(part: BlockOfSource, lists: _Lists) -> bool:
    """Whether a list tells one amount of each partner and year, and nothing of single grants."""
    mapping = part.mapping
    if part.stated is not None or mapping is None or mapping.table not in _SUMMED_UP:
        return False
    if not _tells_amounts(part) or any(name in mapping.columns for name in _OF_A_GRANT):
        return False
    if not any(_tells_amounts(other) for other in lists.parts if other is not part):
        return False
    if mapping.table == "contributions" and not _looks_like_sums(part):
        return False  # equal parts of one sum may stand in two lists of payments
    rows = lists.rows(part, _year_of(part))
    return bool(rows["is_year"].all()) and not rows.duplicated(["name", "year"]).any()


def _looks_like_sums(part: BlockOfSource) -> bool:
    """Whether a list has a column for each year, or is called one of sums."""
    is_named = layout.says("sums of others", name_without_figures(part.block))
    return layout.OF_YEARS in part.block.written_as or is_named


def _year_of(part: BlockOfSource) -> str:
    """The column by which a list that may sum up others tells the year of its sums."""
    if "year" in part.mapping.columns:
        return "year"
    return "date"


def _partners_of_numbers(parts: Sequence[BlockOfSource]) -> dict[str, str]:
    """The partner of each number of an agreement and the name of each code of a partner, folded, as
    lists of agreements and of partners tell them.
    """
    partner_of: dict[str, str] = {}
    for table, key, value in (
        ("agreements", "agreement_id", "partner_id"),
        ("partners", "partner_id", "name"),
    ):
        for part in parts_of_table(parts, table):
            keys, values = (part.mapping.columns.get(name, ()) for name in (key, value))
            if len(keys) == 1 and values and keys != values[:1]:
                columns = part.block.columns
                cells = [columns[header].series().to_numpy() for header in (keys[0], values[0])]
                pairs = pd.DataFrame(dict(zip(("key", "value"), cells, strict=True))).dropna()
                folded = pairs.map(read.folded)
                partner_of |= dict(zip(folded["key"], folded["value"], strict=True))
    return partner_of


def _tells_amounts(part: BlockOfSource) -> bool:
    """Whether a list is read that says who got how much."""
    columns = part.mapping.columns if part.mapping is not None else {}
    has_names = any(columns.get(name) for name in _NAMES)
    return has_names and any(columns.get(name) for name in _AMOUNTS)


def _sums_of_others(part: BlockOfSource, lists: _Lists) -> list[pd.Series]:
    """What the rows of each other list, and of all, add up to by partner and year, with and without
    those of no grant: of lists that have more rows than this one has years and partners, or tell
    of more than the year.
    """
    number = len(lists.rows(part, _year_of(part)))
    others = [source for source in lists.parts if source is not part and _tells_amounts(source)]
    others = [source for source in others if layout.OF_YEARS not in source.block.written_as]
    is_paid = part.mapping.table == "contributions"  # which may be as much as was granted
    others = [source for source in others if (source.mapping.table == "contributions") == is_paid]
    sums: list[pd.Series] = []
    for name in _DATES:
        dated = [source for source in others if name in _dates_of(source)]
        for source in dated:
            rows = lists.rows(source, name)
            has_more = len(rows) > number or not rows["is_year"].all()
            if len(dated) > 1 or has_more or is_paid:  # sums of payments look like sums
                sums += lists.sums(source, name)
        if len(dated) > 1:
            together = zip(*(lists.sums(source, name) for source in dated), strict=True)
            sums += [_added_up(pd.concat(of_lists)) for of_lists in together]
    return sums


def _dates_of(part: BlockOfSource) -> set[str]:
    return {*part.mapping.columns, *part.mapping.constants}.intersection(_DATES)


def _summed(rows: pd.DataFrame) -> pd.Series:
    """What rows add up to, by the folded name of the partner and the year; nothing where 0."""
    return _added_up(rows.set_index(["name", "year"])["amount"])


def _added_up(amounts: pd.Series) -> pd.Series:
    sums = amounts.groupby(["name", "year"]).sum()
    return sums[sums.ne(0)]


def _rows(part: BlockOfSource, date: str, partner_of: Mapping[str, str]) -> pd.DataFrame:
    """The rows of a list that name somebody and are no totals: folded `name`, `year` of a column of
    dates, whether the date `is_year` alone, `amount`, and whether it `is_granted`; `partner_of` tells
    the partner of numbers of agreements, and the name of codes.
    """
    columns, block = part.mapping.columns, part.block
    names = [header for name in _NAMES for header in columns.get(name, ())]
    headers = tuple(header for name in _AMOUNTS for header in columns.get(name, ()))
    amount = amount_of_rows(block, headers)
    if columns.get(date):
        written = block.columns[columns[date][0]].series()
    else:
        written = pd.Series(part.mapping.constants.get(date), range(len(amount)), dtype="str")
    dates = parse.dates(written.reset_index(drop=True), yearly=True)[0]
    name = block.columns[names[0]].series().map(read.folded, na_action="ignore")
    for _number_then_code in range(2):  # an agreement's number is its partner's, a code is a name
        name = name.map(lambda text: partner_of.get(text, text), na_action="ignore")
    rows = pd.DataFrame(
        {
            "name": name.to_numpy(),
            "year": dates["date"].dt.year.to_numpy(),
            "is_year": dates["precision"].eq("year").to_numpy(bool, na_value=False),
            "amount": amount,
            "is_granted": ~says_no_grant(block, columns.get("outcome", ())),
        }
    )
    is_sum = are_sums(block, columns, amount)
    return rows[~is_sum & np.not_equal(amount, 0)].dropna(subset=["name", "year"])


def _are_all_sums(amounts: pd.Series, sums: pd.Series) -> bool:
    """Whether the amounts of a list are the sums of others, and these have none of the same years
    that the list has not.
    """
    years = amounts.index.get_level_values("year")
    of_years = sums[sums.index.get_level_values("year").isin(years)]
    return len(of_years) == len(amounts) and _number_of_equal(amounts, sums) == len(amounts)


def _may_be_sums(amounts: pd.Series, sums: pd.Series, *, is_named: bool) -> bool:
    """Whether nearly all amounts of a list are the sums of others, or, where it is called a list of
    sums, half of them are of the same partners and years.
    """
    number = len(amounts)
    different = number - _number_of_equal(amounts, sums)
    is_nearly_equal = different <= max(1, _DIFFERENT * number) and number - different >= _FEWEST
    is_of_the_same = amounts.index.isin(sums.index).sum() >= max(1, HALF * number)
    return bool(is_nearly_equal or (is_named and is_of_the_same))


def _number_of_equal(amounts: pd.Series, sums: pd.Series) -> int:
    """How many amounts are those of the same partner and year, to the cent."""
    difference = amounts - sums.reindex(amounts.index)
    return int((difference.abs() < HALF_CENT).sum())
