"""Requests beside which no amount was granted: refused, not decided, or granted and not yet told."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.headers.outcome_columns import says_no_grant
from analysis.read import Block, folded

BLANK_CELL = ""  # by which `leave_out` names the rows whose cell is blank
_REQUEST = ("demand", "sollicit", "request", "applied", "beantragt", "aangevraagd", "solicitad")
_REQUEST += ("richiest", "gesuch")


def amounts_left_blank(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The header of amounts whose cells are blank in rows that ask for an amount, where others of
    these bear one.
    """
    amounts, names = columns.get("amount", ()), columns.get("recipient", ())
    if len(amounts) != 1 or len(names) != 1 or "~part" in columns:
        return {}
    asked = [header for header in block.columns if _says_request(header) and header not in amounts]
    if not asked:
        return {}
    blank = (block.columns[amounts[0]].codes < 0) & (block.columns[names[0]].codes >= 0)
    if not blank.any() or blank.all():
        return {}
    blank &= ~says_no_grant(block, columns.get("outcome", ()))
    requested = np.any([_is_number(block, header) for header in asked], axis=0)
    is_open = bool((blank & requested).any() and (~blank & requested).any())
    if is_open:
        return {amounts[0]: [BLANK_CELL]}
    return {}


def _says_request(header: str) -> bool:
    return any(word in folded(header) for word in _REQUEST)


def _is_number(block: Block, header: str) -> np.ndarray:
    column = block.columns[header]
    is_number = parse.amounts(pd.Series(column.values))[0].gt(0).fillna(False).to_numpy(bool)
    return np.append(is_number, False)[column.codes]
