"""Lists of the payments of grants that another sheet or file lists: added up, each would count
twice.
"""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis import layout
from analysis.clean.sheets.sheets_apart import (
    given_by_name,
    left_out_until_told,
    name_without_figures,
    parts_of_table,
)
from analysis.clean.team.source_overlaps import BlockOfSource
from analysis.declare.shares import NEARLY_ALL
from analysis.parse.quantities import HALF_CENT

_FEWEST = 3  # recipients from which a list may be one of payments
_NO_GRANTS = ("undecided", "refused", "withdrawn")
# Doubts about lines of one grant, which nobody needs to end where none of them counts.
_OF_LINES = ("repeated reference", "amended reference", "shared amount")


def ask_about_payments(parts: Sequence[BlockOfSource]) -> None:
    """Ask whether a list whose headers or name speak of payments pays the grants of others."""
    grants = [
        part
        for part in parts_of_table(parts, "grants")
        if len(part.block.lines) and {"recipient", "amount"} <= set(part.mapping.columns)
    ]
    payments = [part for part in grants if _is_of_payments(part)]
    granted = [part for part in grants if part not in payments and _is_counted(part)]
    for part in payments if granted else ():
        if _is_told(part):
            continue
        if _pays(given_by_name(part), pd.concat([given_by_name(other) for other in granted])):
            part.mapping = left_out_until_told(part.mapping, "payments of others")
    for part in grants:
        if part.mapping.constants.get("outcome") in _NO_GRANTS:
            doubts = [doubt for doubt in part.mapping.doubts if doubt.reason not in _OF_LINES]
            part.mapping = replace(part.mapping, doubts=tuple(doubts))


def _is_of_payments(part: BlockOfSource) -> bool:
    """Whether a list speaks of payments; one without dates of its own is a directory, or of a year."""
    if "date" not in part.mapping.columns:
        return False
    texts = [name_without_figures(part.block), *part.mapping.columns["amount"]]
    return any(layout.says("payments", text) for text in texts)


def _is_counted(part: BlockOfSource) -> bool:
    return part.mapping.constants.get("outcome") not in _NO_GRANTS


def _is_told(part: BlockOfSource) -> bool:
    return "outcome" in part.mapping.columns or "outcome" in part.mapping.constants


def _pays(paid: pd.Series, granted: pd.Series) -> bool:
    """Whether nearly all recipients of payments were granted as much or more."""
    paid_by_name = paid.groupby(level=0).sum()
    granted_by_name = granted.groupby(level=0).sum().reindex(paid_by_name.index, fill_value=0)
    is_within = paid_by_name <= granted_by_name + HALF_CENT
    return len(paid_by_name) >= _FEWEST and bool(is_within.mean() >= NEARLY_ALL)
