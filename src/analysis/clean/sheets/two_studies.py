"""A folder that holds lists of grants beside the tables of a programme: one of the two is the study."""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.declare.faults import refusal
from analysis.text.messages import say

_OF_A_PROGRAMME = {"partners", "agreements", "contributions"}


def refuse_two_studies(folder: str, by_table: Mapping[str, Sequence[pd.DataFrame]]) -> None:
    """Raise Refused where sources are read as grants and others as tables of a programme."""
    tables = sorted(_OF_A_PROGRAMME & set(by_table))
    if "grants" in by_table and tables:
        lists = {str(rows["source"].iloc[0]) for rows in by_table["grants"] if len(rows)}
        lists_named = {"tables": ", ".join(tables), "grants": ", ".join(sorted(lists))}
        raise refusal(folder, say("clean.two_studies", **lists_named), rule="two studies")
