"""Whether a column numbers the rows of its table: its cells must tell them apart."""

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.declare.shares import NEARLY_ALL
from analysis.read import Block

_NUMBERED = ("contributions", "agreements")  # tables whose amounts a wrong number makes one of


def are_numbers(block: Block, header: str) -> bool:
    """Whether the cells under a header may be codes or names: not where they say yes and no.

    A "1" alone or an "N" may be a code: yes and no come again and again.
    """
    codes = block.columns[header].codes
    filled = codes[codes >= 0]
    if len(filled) < 3 or len(np.unique(filled)) == len(filled):
        return True
    texts = parse.text(block.columns[header].values.reset_index(drop=True)).dropna()
    says_yes_or_no = parse.booleans(texts)[0].notna()
    if texts.empty or not says_yes_or_no.all():
        return True
    return bool(texts.str.fullmatch(r"\d+(?:\.0)?").any())


def repeat(block: Block, table: str, columns: dict[str, tuple[str, ...]], name: str) -> bool:
    """Whether rows that differ bear the same number (`name`) of a table, by its `columns`: then
    either the column numbers something else, or rows are versions of one.

    Numbers that begin anew in each agreement or year are told apart by these.
    """
    if table not in _NUMBERED or "~amendment" in columns:
        return False
    if name != schema.key(table)[0] or len(columns[name]) != 1:
        return False
    codes = pd.DataFrame({header: column.codes for header, column in block.columns.items()})
    rows = codes.drop_duplicates()
    rows = rows[rows[columns[name][0]] >= 0]
    if len(rows) < 3:
        return False
    required = [name for name, column in schema.columns(table).items() if column.required]
    beside = [header for name in required for header in columns.get(name, ()) if header in rows]
    for headers in (list(columns[name]), list(dict.fromkeys(beside))):
        if len(rows.drop_duplicates(headers)) >= NEARLY_ALL * len(rows):
            return False
    return True
