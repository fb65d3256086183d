"""Sheets of amendments with one column of new ends, beside which another says of each whether it ends
the agreement early ("Résiliation anticipée") or prolongs it.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.layout.headers.cell_evidence import dates_like
from analysis.layout.headers.words import says, which_say
from analysis.read import Block

ENDS_EARLY = ("early end", "amendment that ends", "over")  # words of an amendment that does
PROLONGS = "change of a term"  # words of one that does not
_FEW_WORDS = 5  # of what is but a kind, beyond which a cell tells a story


def header_of_kinds(block: Block, dates: str) -> str:
    """The header above cells of which some say that their row's date is an early end, one of kinds
    first; blank where there is none.
    """
    is_dated = block.columns[dates].codes >= 0
    headers = [
        header
        for header in block.columns
        if not dates_like(block, header) and (_ends_early(block, header) & is_dated).any()
    ]
    return max(headers, key=lambda header: says("header of kinds", header), default="")


def tell_ends_apart(block: Block, kinds: str, dates: str) -> bool:
    """Whether the cells beside dates are but kinds, none of which says both that an agreement ended
    and that it went on.
    """
    is_dated = block.columns[dates].codes >= 0
    texts = block.columns[kinds].series()[is_dated].dropna()
    says_both = which_say_early_end(texts) & which_say(PROLONGS, texts)
    is_long = texts.str.split().str.len() > _FEW_WORDS
    return not (says_both | is_long).any()


def which_say_early_end(kinds: pd.Series) -> pd.Series:
    """Which kinds of amendments say that the agreement ends.

    >>> which_say_early_end(pd.Series(["Résiliation anticipée", "Prolongation", None])).tolist()
    [True, False, False]
    """
    says_so = [which_say(words, kinds) for words in ENDS_EARLY]
    return pd.Series(np.logical_or.reduce(says_so), kinds.index)


def of_kinds_of_amendments(columns: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the status of a row says which of both ends its only day is.

    >>> of_kinds_of_amendments({"status_as_given": ("A",), "end": ("B",), "planned_end": ("B",)})
    True
    """
    ends = columns.get("end")
    return bool(ends) and ends == columns.get("planned_end") and "status_as_given" in columns


def _ends_early(block: Block, header: str) -> np.ndarray:
    """Which rows have a cell that says so."""
    column = block.columns[header]
    return np.append(which_say_early_end(column.values).to_numpy(bool), False)[column.codes]
