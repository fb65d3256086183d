"""Lists whose dates are left blank and stand in the period of payment instead."""

from dataclasses import replace

import pandas as pd

from analysis import parse
from analysis.layout.headers.header_names import known_headers, spellings
from analysis.read import Block, Coded, folded

START = " (start)"  # what the name of a column of starts ends with
SPARSE = 0.5  # share of rows with a date below which the periods are looked at


def with_period_starts(block: Block) -> Block:
    """The block with the starts of its periods of payment as a column of their own, where most rows
    have no date.

    The French standard for subsidies has both `dateConvention` and `datesPeriodeVersement`; some
    publishers fill only the second ("2018-03-12/2018-12-31").
    """
    periods = [header for header in block.columns if _is(header, "~period")]
    dates = [header for header in block.columns if _is(header, "date")]
    if not periods or not dates or not len(block.lines):
        return block
    if max(float((block.columns[header].codes >= 0).mean()) for header in dates) >= SPARSE:
        return block
    column = block.columns[periods[0]]
    read = parse.periods(column.values)[0]
    day = read["start"].dt.strftime("%Y-%m-%d")
    starts = day.mask(read["precision"].eq("year"), read["start"].dt.strftime("%Y"))
    starts = pd.Series(starts.reset_index(drop=True), dtype="str")
    codes = column.codes.copy()
    codes[(codes >= 0) & starts.isna().to_numpy()[codes]] = -1
    return replace(block, columns={**block.columns, periods[0] + START: Coded(codes, starts)})


def _is(header: str, column: str) -> bool:
    headers = known_headers()["grants"][column]
    return any((name,) in headers for name in spellings(header)) and not folded(header).endswith(
        folded(START)
    )
