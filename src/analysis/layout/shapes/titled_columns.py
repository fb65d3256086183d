"""Columns under the titles that a publisher's package gives them, and those that stand as titles
between the rows.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.layout.headers.header_names import known_headers, known_names, sense_of, spellings
from analysis.layout.headers.header_words import senses
from analysis.layout.shapes.titles import titles_by_line, titles_of_rows
from analysis.read import Block, Coded, folded
from analysis.read.total_words import BEGINS_WITH_TOTAL, rows_with_label

_LABELLED = r"^\s*(?P<label>[^:]{2,40}?)\s*:\s*(?P<name>\S.*)$"  # "Partenaire : Amicale"


def with_titles(block: Block, titles: dict[str, str]) -> Block:
    """The block with its columns under the titles that its package gives, where the name means
    nothing and the title does.
    """
    names = {
        header: titles[header]
        for header in block.columns
        if header in titles and not _is_understood(header) and _is_understood(titles[header])
    }
    if not names or set(names.values()) & set(block.columns):
        return block
    columns = {names.get(header, header): column for header, column in block.columns.items()}
    if len(columns) == len(block.columns):
        return replace(block, columns=columns)
    return block


def _is_understood(header: str) -> bool:
    return any(name in known_names() or senses(name) for name in spellings(header))


def with_recipients_of_titles(block: Block) -> Block:
    """The block with a column of those who received, as titles between its rows name them below one
    label ("Partenaire : Amicale"), where each row stands below such a title.
    """
    titles = titles_of_rows(block)
    within = {title for line, title in titles_by_line(block) if line > block.header_line}
    used = np.unique(titles.codes)
    if len(used) < 2 or used[0] < 0 or not set(titles.values.iloc[used]) <= within:
        return block
    parts = titles.values.str.extract(_LABELLED)
    labels = parts["label"].iloc[used]
    label = labels.iloc[0]
    if labels.map(folded, na_action="ignore").nunique(dropna=False) > 1 or label in block.columns:
        return block
    if not isinstance(label, str) or not _names_recipients(label):
        return block
    codes, names = pd.factorize(parts["name"])
    of_rows = np.where(_are_sums(block), -1, codes[titles.codes]).astype(np.int32)
    column = Coded(of_rows, pd.Series(names, dtype="str"))
    return replace(block, columns={label: column} | block.columns)


def _names_recipients(header: str) -> bool:
    known = known_headers()["grants"]["recipient"]
    is_known = any((name,) in known for name in spellings(header))
    return is_known or sense_of(header, "recipient") is not None


def _are_sums(block: Block) -> np.ndarray:
    """Which rows bear the label of a total, and but one cell beside it."""
    columns = list(block.columns.values())
    n_filled = np.sum([column.codes >= 0 for column in columns], axis=0)
    return rows_with_label(block, BEGINS_WITH_TOTAL) & (n_filled <= 2)
