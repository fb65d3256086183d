"""Refusals that stand where an amount should ("REFUS", "1 200 (refusé)"): such a row is no grant."""

import pandas as pd

from analysis import parse
from analysis.clean.grants.exclusions import NOT_GRANTED
from analysis.clean.records.columns_together import first_known
from analysis.clean.records.rows import spread
from analysis.layout import Mapping
from analysis.read import Block


def outcome_of_amounts(
    block: Block, mapping: Mapping, columns: dict[str, pd.Series]
) -> dict[str, pd.Series]:
    """What became of requests as the cells of their amounts say it, for rows of which no other
    does.
    """
    headers = mapping.columns.get("amount", ())
    if mapping.table != "grants" or not headers:
        return {}
    outcome_of_row = first_known([_outcome(block, header) for header in headers])
    if outcome_of_row.isna().all():
        return {}
    return {
        "outcome": columns["outcome"].fillna(outcome_of_row)
        if "outcome" in columns
        else outcome_of_row
    }


def _outcome(block: Block, header: str) -> pd.Series:
    """That a request was not granted, as a cell says it alone or in brackets behind a figure."""
    column = block.columns[header]
    remark = column.values.str.extract(r"\d[^\d(]{0,3}\(([^)]*)\)$", expand=False)
    says_more = column.values.str.contains(r"\d", regex=True, na=True)
    remark_or_amount = remark.fillna(column.values.mask(says_more))
    outcome = parse.outcomes(remark_or_amount)[0]
    return spread(outcome.where(outcome.isin(NOT_GRANTED)), column.codes)
