"""Sheets of contributions with one column of amounts for each kind ("Numéraire", "Valorisation en
nature"), as one row for each.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from analysis.layout.headers.columns_offered import money_offered
from analysis.layout.headers.kinds_of_headers import kind_of_header
from analysis.layout.shapes.long_rows import lengthened
from analysis.layout.shapes.month_columns import columns_of_sums
from analysis.layout.shapes.year_columns import OF_YEARS, YEARLY, with_one_unit
from analysis.read import Block, Coded, folded

OF_KINDS = "Nature"  # the header of kinds that headers bore
MADE_OF_HEADERS = {OF_YEARS, OF_KINDS}
_AMOUNT = "Montant"


def by_period_and_kind(
    whole: Block,
    by_period: Block,
    table: str,
    stated: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> Block:
    """The rows of a table: `by_period` where each of its rows has its year (else `whole`), and of
    contributions a row for each kind (`by_kind`, with what `stated` is there).
    """
    rows = by_period if table in YEARLY else whole
    if table == "contributions":
        return by_kind(rows, stated)
    return rows


def by_kind(block: Block, stated: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> Block:
    """The block with each row once for every kind of contribution of which it has an amount, where
    the headers of two columns of money or more say a kind each. A column of their sum is left out.

    A row without any amount stays one row, without a kind. The block stays as it is where another
    column may hold amounts too, or where it has a column of kinds or study.toml states one, or one
    of its headers as the amount (`stated`: the headers of columns).
    """
    kinds = {header: kind for header in block.columns if (kind := kind_of_header(header))}
    likely = set(money_offered(block, kinds))
    kinds = {header: kind for header, kind in kinds.items() if header in likely}
    others = [header for header in block.columns if header not in kinds]
    has_kinds = OF_KINDS in others or not {OF_KINDS}.issuperset(stated.get("kind", ()))
    amounts = set(map(folded, stated.get("value_eur", ())))
    is_stated = not amounts.isdisjoint(map(folded, block.columns))
    if len(set(kinds.values())) < 2 or has_kinds or is_stated:
        return block
    sums = columns_of_sums(block, kinds, others)
    if not sums.issuperset(money_offered(block, others)):
        return block
    columns = {header: column for header, column in block.columns.items() if header not in sums}
    with_unit, unit = with_one_unit(replace(block, columns=columns), list(kinds))
    name = f"{_AMOUNT} {unit}".strip()
    long, position = lengthened(with_unit, {header: {name: header} for header in kinds})
    amounts = long.columns.pop(name)
    words = pd.Series(list(kinds.values()), dtype="str")
    long.columns |= {OF_KINDS: Coded(position, words), name: amounts}
    made_of = [written for header in kinds for written in block.made_of.get(header, (header,))]
    return replace(
        long,
        written_as=block.written_as | {OF_KINDS: "", name: next(iter(kinds))},
        made_of=block.made_of | {name: tuple(made_of)},
    )
