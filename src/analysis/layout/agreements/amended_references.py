"""Amendments of grants that a list writes on lines of their own, with a reference of their own or
none: which grant each belongs to.
"""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.layout.headers.header_matching import lists_grants, match
from analysis.layout.headers.made_columns import FIRST, OF_PAYMENTS
from analysis.layout.headers.words import number_of_words, which_say
from analysis.layout.payments.repeated_references import OF_A_GRANT, says_amendment
from analysis.read import Block, Coded, folded

_NUMBER = re.compile(r"(?i)^n(?:[°ºo]|um[ée]ro|umber|r)?\b")
# How the reference of an amendment ends: "2017-001-A1", "2018/002 AV1", "12 avenant n° 2".
ENDING_OF_AMENDMENT = (
    r"(?i)[\s/_.,-]+\(?(?:a|av|avt|aven\w*|am|amd|amend\w*|add\w*|nt?|nachtrag|w|mod\w*|rev\w*|p|prorr\w*"
    r"|prorog\w*|prol\w*|ext\w*|verl\w*)"
    r"\.?\s*(?:n?[°º]|no\.?)?[\s-]*\d+\)?$"
)
_COUNTED = r"[\s/_.-]\d{1,2}$"  # how it ends where other cells say that it is one
_FEW_WORDS = 4
_LEAST, _MOST = 0.02, 0.9  # share of the rows that amendments are in a list that tells them apart


def with_first_references(block: Block) -> Block:
    """The block with the grant of each row as a column of its own, where some rows amend others: by
    the beginning of their reference, else by their recipient.

    A column that numbers the amendments tells them well enough.
    """
    if FIRST in block.columns or any(map(says_amendment, block.columns)):
        return block
    is_amendment = _say_amendment(block)
    references = [
        header
        for header, column in block.columns.items()
        if (OF_A_GRANT.search(header) or _NUMBER.search(header))
        and (is_amendment.any() or _some_end(column))
    ]
    if not references and not is_amendment.any():
        return block
    columns = match(block, "grants").columns
    if not lists_grants(columns):
        return block
    names = block.columns[columns["recipient"][0]].series().reset_index(drop=True)
    names = names.map(folded, na_action="ignore")
    by_reference = {
        header: _amended_by_reference(block.columns[header], is_amendment, names)
        for header in references
    }
    header = max(by_reference, key=lambda name: int((by_reference[name] >= 0).sum()), default="")
    is_told = bool(header) and bool((by_reference[header] >= 0).any())
    none = np.full(len(block.lines), -1)
    amended = by_reference[header] if is_told else none
    of_name = _amended_by_recipient(names, is_amendment)
    amended = np.where(amended >= 0, amended, of_name)
    if (amended < 0).all():
        return block
    known = (header,) if is_told else columns.get("reference", ())
    first = _first_of_each(block, known, amended)
    return replace(block, columns={**block.columns, FIRST: first})


def _say_amendment(block: Block) -> np.ndarray:
    """Whether a cell of each row says that it amends a grant, where some rows of the list do and
    others do not.
    """
    is_amendment = np.zeros(len(block.lines), dtype=bool)
    for column in block.columns.values():
        says_so = np.append(_amends(column.values), False)[column.codes]
        if says_so.any() and _LEAST <= says_so.mean() <= _MOST:
            is_amendment |= says_so
    return is_amendment


def _amends(texts: pd.Series) -> np.ndarray:
    """Which texts say in few words that a row is an amendment, or in more which one, or to what it
    brings an amount: "avenant à la convention de 2017" may be for a grant of its own.
    """
    says_so = which_say("amendment", texts)
    if says_so.any():
        says_so &= number_of_words(texts) <= _FEW_WORDS
    return (says_so | which_say("amendment in a sentence", texts)).to_numpy()


def _some_end(column: Coded) -> bool:
    """Whether some references end as those of amendments do."""
    return bool(
        column.values.astype("str").str.contains(ENDING_OF_AMENDMENT, regex=True, na=False).any()
    )


def _amended_by_reference(column: Coded, is_amendment: np.ndarray, names: pd.Series) -> np.ndarray:
    """The row of the same recipient whose reference that of each amendment begins with, or bears
    too; -1: none.
    """
    reference = column.series().reset_index(drop=True)
    of_ending = reference.str.replace(ENDING_OF_AMENDMENT, "", regex=True)
    counted = reference.str.replace(_COUNTED, "", regex=True)
    is_first = ~is_amendment & (of_ending == reference).fillna(False).to_numpy(bool)
    firsts = pd.Series(np.arange(len(reference)), index=reference.map(folded, na_action="ignore"))
    firsts = firsts[is_first & reference.notna().to_numpy()]
    firsts = firsts[~firsts.index.duplicated()]
    begun = of_ending.where(of_ending != reference, counted.where(is_amendment))
    same = reference.where(is_amendment)
    amended = begun.map(folded, na_action="ignore").map(firsts)
    amended = amended.fillna(same.map(folded, na_action="ignore").map(firsts))
    amended = amended.where(~is_first).fillna(-1).astype(int).to_numpy()
    is_of_one = names.eq(names.iloc[amended].set_axis(names.index)).to_numpy(bool)
    return np.where(is_of_one, amended, -1)


def _amended_by_recipient(names: pd.Series, is_amendment: np.ndarray) -> np.ndarray:
    """The last row above each amendment, else the next one below, that has its recipient and amends
    nothing; -1: none.
    """
    place = pd.Series(np.arange(len(names)), dtype="Float64").mask(is_amendment)
    above = place.groupby(names).ffill()
    nearest = above.fillna(place.groupby(names).bfill())
    return nearest.where(is_amendment).fillna(-1).astype(int).to_numpy()


def _first_of_each(block: Block, known: tuple[str, ...], amended: np.ndarray) -> Coded:
    """What names the grant of each row: the reference of its first row, else the line of that row;
    a row that nothing amends and that has no reference needs none.
    """
    first = np.where(amended >= 0, amended, np.arange(len(amended)))
    is_of_several = np.isin(first, amended[amended >= 0])
    line = pd.Series(block.lines).astype("str").radd("line ").where(is_of_several)
    names = line
    if known:
        names = block.columns[known[0]].series().reset_index(drop=True).fillna(line)
    return Coded.of(names.iloc[first])


def share_of_additions(block: Block) -> float:
    """Of the rows that amend others, the share whose words say that they add to an amount ("Complément
    de subvention"), 0-1; 0 where no row amends another.
    """
    if FIRST not in block.columns:
        return 0.0
    amends = _say_amendment(block)
    adds = np.zeros(len(amends), dtype=bool)
    for header, column in block.columns.items():
        if header != FIRST:
            says_so = which_say("added to an amount", column.values).to_numpy(bool)
            adds |= np.append(says_so, False)[column.codes]
    if not amends.any():
        return 0.0
    return float(adds[amends].mean())


def reason_of_references(headers: tuple[str, ...]) -> str:
    """Why references that stand on several lines are asked: lines that amend a grant, pay it or
    repeat it.
    """
    if headers == (OF_PAYMENTS,):
        return "payments told"
    if headers == (FIRST,):
        return "amended reference"
    return "repeated reference"
