"""Rows whose amounts are written above zero and taken back all the same: refunds among payments,
and one side of a column of debit and credit.

Whether they are to be subtracted is the team's to say, under `[source.subtract]` of study.toml.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.headers.words import number_of_words, says, which_say
from analysis.layout.payments.sides_of_transfers import other_sides
from analysis.layout.rows.kinds_of_no_grant import LONGEST_REMARK
from analysis.layout.rows.rows_proposed import amounts_by_text
from analysis.layout.rows.rows_that_say import rows_that_say
from analysis.read import Block, Coded, matching

_AMOUNTS = ("amount", "value_eur", "planned_amount_eur")
_OF_PAYMENTS = "value_eur"  # the column of amounts that only contributions have
# What a column of debit and credit holds, in small letters: one of these pairs and nothing else.
_SIGNS = (
    *({"s", "h"}, {"soll", "haben"}, {"d", "c"}, {"dr", "cr"}, {"debit", "credit"}),
    *({"débit", "crédit"}, {"debe", "haber"}, {"dare", "avere"}, {"af", "bij"}, {"+", "-"}),
)
_CALLED_OFF = ("withdrawn", "refused")  # of what was called off nothing was paid
_BELOW_ZERO = r"^\s*[-−–(]"

_TextsByHeader = dict[str, list[str]]


def rows_to_subtract(block: Block, columns: Mapping[str, tuple[str, ...]]) -> _TextsByHeader:
    """The texts of rows that may take back what other rows gave, by header: in a column of debit
    and credit the rarer of its two signs, where no amount is below zero; among payments, what
    says that money came back, where the amount beside it is above zero.
    """
    used = {header for headers in columns.values() for header in headers}
    used |= other_sides(block, columns).keys()  # which are asked as such
    texts_by_header = {}
    for header, column in block.columns.items():
        if header in used:
            continue
        if says("header of debit and credit", header):
            texts = _rarer_sign(column)
        elif _OF_PAYMENTS in columns:
            texts = _that_take_back(header, column.values)
        else:
            continue
        amounts = amounts_by_text(block, columns, header, texts)
        texts_by_header[header] = [text for text in texts if _are_above_zero(amounts, text)]
    return {header: texts for header, texts in texts_by_header.items() if texts}


def texts_to_subtract(
    block: Block, columns: Mapping[str, tuple[str, ...]], in_doubt: Mapping[str, list[str]]
) -> _TextsByHeader:
    """Of the texts of rows in doubt, by header, those whose amounts a draft proposes to subtract:
    they say that money was taken back, and their amounts are written above zero.
    """
    signs = rows_to_subtract(block, columns)
    texts_by_header = {}
    for header, texts in in_doubt.items():
        if header not in block.columns:
            continue
        amounts = amounts_by_text(block, columns, header, texts)
        back = _that_take_back(header, pd.Series(texts, dtype="str"), may_be_all=True)
        back += [text for text in signs.get(header, []) if text in texts and text not in back]
        texts_by_header[header] = [text for text in back if _are_above_zero(amounts, text)]
    return {header: texts for header, texts in texts_by_header.items() if texts}


def with_rows_subtracted(
    block: Block, subtract: Mapping[str, list[str]], columns: Mapping[str, tuple[str, ...]]
) -> Block:
    """The block with a minus before the amounts of the rows that bear one of some texts under a
    header; amounts that are below zero already stay as they are.
    """
    is_subtracted = rows_that_say(block, subtract)
    if not is_subtracted.any():
        return block
    headers = [header for name in _AMOUNTS for header in columns.get(name, ())]
    subtracted = {
        header: _with_minus(block.columns[header], is_subtracted)
        for header in headers
        if header in block.columns
    }
    return replace(block, columns=block.columns | subtracted)


def _with_minus(amounts: Coded, is_subtracted: np.ndarray) -> Coded:
    """Amounts with a minus before some of them."""
    texts = amounts.series().str.strip()
    is_above_zero = ~matching(texts, _BELOW_ZERO)
    changes = is_subtracted & is_above_zero & texts.notna().to_numpy()
    return Coded.of(texts.mask(changes, "-" + texts))


def _rarer_sign(column: Coded) -> list[str]:
    """The sign of fewer rows in a column that holds two signs and nothing else; blank cells stand
    beside neither.
    """
    codes, counts = np.unique(column.codes[column.codes >= 0], return_counts=True)
    texts = column.values.iloc[codes]
    if {text.strip().casefold() for text in texts} not in _SIGNS:
        return []
    return [texts.iloc[int(np.argmin(counts))]]


def _that_take_back(header: str, texts: pd.Series, may_be_all: bool = False) -> list[str]:
    """The short texts below a header that say that money came back, and not that nothing came of
    it, where others do not.
    """
    short = texts[number_of_words(texts) <= LONGEST_REMARK]
    is_back = which_say("money back", short)
    if says("header of kinds", header):
        is_back |= which_say("money back in a kind", short)
    is_back &= ~parse.outcomes(short)[0].isin(_CALLED_OFF)
    is_told_apart = may_be_all or int(is_back.sum()) < len(texts)
    if is_told_apart:
        return list(short[is_back])
    return []


def _are_above_zero(amounts: Mapping[str, np.ndarray], text: str) -> bool:
    """Whether amounts stand beside a text, all of them above zero."""
    beside = amounts.get(text, np.array([]))
    return bool(len(beside) and (beside > 0).all())
