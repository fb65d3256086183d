"""Requests that were not granted, or not yet, as a title above them, or the name of their sheet,
says.
"""

import re

import numpy as np
import pandas as pd

from analysis import layout
from analysis.layout import Mapping
from analysis.layout.rows.outcome_titles import outcome_said
from analysis.layout.shapes.titles import name_of_list
from analysis.read import Block

_PARTS = re.compile(r"\s*:\s+|\s+[-–—]\s+|(?<=^\w)[.)]\s*")
OUTCOME_BY_TABLE = {"grants": "outcome", "agreements": "status_as_given"}


def outcome_of_titles(
    block: Block, mapping: Mapping, columns: dict[str, pd.Series]
) -> dict[str, pd.Series]:
    """What became of requests as titles say it, for rows of which no cell does."""
    name = OUTCOME_BY_TABLE.get(mapping.table)
    titles = title_of_each_row(block)
    if name is None or titles.isna().all():
        return {}
    outcome_of_title = titles.map(outcome_said, na_action="ignore") if name == "outcome" else titles
    return {name: columns[name].fillna(outcome_of_title) if name in columns else outcome_of_title}


def title_of_each_row(block: Block) -> pd.Series:
    """The title above each row that says its requests were refused, withdrawn or are not decided;
    else missing.

    The last title above a row counts, else the name of its sheet, or of a file without sheets.
    """
    # notes speak of the rows that bear their mark, wherever these stand or stood
    notes = {aside.value for aside in block.aside if aside.rule == layout.LEFT_OUT}
    notes |= set(layout.notes_of_marks(block))
    titles = sorted(
        (aside.line, aside.value)
        for aside in block.aside
        if aside.rule == "title" and aside.value not in notes
    )
    told = [_telling_part(text) if line > block.header_line else text for line, text in titles]
    texts = [name_of_list(block), *told]
    says_outcome = np.array([bool(outcome_said(text)) for text in texts])
    # A title that speaks of nothing of the kind ends what one before it said, but not what a sheet says.
    says_outcome[1:] |= says_outcome[0]
    above = np.searchsorted([line for line, _text in titles], block.lines)
    values = pd.Series(texts, dtype="str").where(says_outcome)
    return values.iloc[above].reset_index(drop=True)


def _telling_part(title: str) -> str:
    """Of a title between rows what says so, be it behind a number or another word ("II - Liste
    complémentaire", "Pour mémoire : demandes refusées"); the title where nothing does.
    """
    return next(filter(outcome_said, [title, *_PARTS.split(title)]), title)
