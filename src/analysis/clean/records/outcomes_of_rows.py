"""What became of requests: as their cells say it, study.toml, the cells that are left blank, or a
title above them and the name of their sheet.
"""

import re

import numpy as np
import pandas as pd

from analysis import layout, parse
from analysis.clean.records.row_completion import Form
from analysis.layout import BLANK, Mapping, Source, outcome_of_blanks
from analysis.layout.rows.outcome_titles import outcome_said
from analysis.layout.shapes.titles import name_of_list
from analysis.read import Block, folded

_PARTS = re.compile(r"\s*:\s+|\s+[-–—]\s+|(?<=^\w)[.)]\s*")
OUTCOME_BY_TABLE = {"grants": "outcome", "agreements": "status_as_given"}


def outcomes_as_stated(
    texts: pd.Series, header: str, stated: Source | None
) -> tuple[pd.Series, pd.DataFrame]:
    """What became of requests; what study.toml says of a word counts first."""
    read, wrong = parse.outcomes_under(header, texts)
    outcome_by_word = _stated_outcomes(stated)
    if not outcome_by_word:
        return read, wrong
    told = texts.map(lambda word: folded(word), na_action="ignore").map(
        {folded(word): outcome for word, outcome in outcome_by_word.items()}
    )
    return told.fillna(read).astype("str"), wrong[told.reindex(wrong.index).isna()]


def _stated_outcomes(stated: Source | None) -> dict[str, str]:
    if stated:
        return stated.outcomes
    return {}


def outcome_of_unmarked(form: Form, columns: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """What became of requests, where blank cells say it: by study.toml, or beside those marked."""
    headers = form.mapping.columns.get("outcome", ())
    outcome_when_blank = outcome_of_blanks(form.block, headers)
    outcome_when_blank = _stated_outcomes(form.stated).get(BLANK, outcome_when_blank)
    if not (headers and outcome_when_blank):
        return {}
    return {"outcome": columns["outcome"].fillna(outcome_when_blank)}


def outcome_of_titles(
    block: Block, mapping: Mapping, columns: dict[str, pd.Series]
) -> dict[str, pd.Series]:
    """What became of requests as titles say it, for rows of which no cell does."""
    name = OUTCOME_BY_TABLE.get(mapping.table)
    titles = title_of_each_row(block)
    if name is None or titles.isna().all():
        return {}
    if name == "outcome":
        outcome_of_title = titles.map(outcome_said, na_action="ignore")
    else:
        outcome_of_title = titles
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
