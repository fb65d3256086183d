"""Recapitulations below a list of dated grants: rows under a blank row or a title which bear no date
and add up to what stands above them ("Par domaine", "Sport;;4500", "Culture;;2000").
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from analysis.declare.shares import HALF
from analysis.layout.headers.outcome_columns import says_no_grant
from analysis.layout.rows.sums_in_rows import amount_of_rows, says_total
from analysis.parse.quantities import HALF_CENT
from analysis.read import Aside, Block, folded, matching
from analysis.read.total_words import BEYOND_FIGURES

_FEWEST_DETAILS = 3  # dated rows above, of fewer of which a sum may be met by chance
_TOTAL = "total"  # the rule of rows that are the sum of others


def without_recaps(block: Block, columns: Mapping[str, tuple[str, ...]]) -> Block:
    """The block of dated grants without the recapitulations below them, which are set aside as
    totals are.

    A recapitulation tells, beside its amounts, no more than what each row is called.
    """
    written = {folded(header): header for header in block.columns}
    known_columns = {
        name: tuple(written[folded(each)] for each in headers if folded(each) in written)
        for name, headers in columns.items()
    }
    is_recap = _rows_of_recaps(block, known_columns)
    if not is_recap.any():
        return block
    names = _names_of_rows(block, known_columns["amount"], is_recap)
    aside = [
        Aside(int(line), _TOTAL, name)
        for line, name in zip(block.lines[is_recap], names, strict=True)
    ]
    kept_columns = {header: column.rows(~is_recap) for header, column in block.columns.items()}
    lines = block.lines[~is_recap]
    return replace(block, columns=kept_columns, lines=lines, aside=[*block.aside, *aside])


def _rows_of_recaps(block: Block, columns: Mapping[str, tuple[str, ...]]) -> np.ndarray:
    """Which rows recapitulate those above them: all of a stretch between blank rows or titles, and
    their sum is that of the rows above, or of those since the recapitulation before.
    """
    none = np.zeros(len(block.lines), dtype=bool)
    dates, amounts = columns.get("date", ()), columns.get("amount", ())
    if not dates or not amounts:
        return none
    is_dated = np.any([block.columns[header].codes >= 0 for header in dates], axis=0)
    starts = [0, *(np.flatnonzero(np.diff(block.lines) > 1) + 1), len(block.lines)]
    stretches = [slice(*ends) for ends in zip(starts, starts[1:], strict=False)]
    undated = [stretch for stretch in stretches[1:] if not is_dated[stretch].any()]
    if not undated:
        return none
    is_total = says_total(block)
    is_bare = _bear_a_name_alone(block, amounts)
    amount_of_row = amount_of_rows(block, amounts)
    is_granted = ~says_no_grant(block, columns.get("outcome", ()))
    is_recap = none.copy()
    for stretch in undated:
        is_part = np.zeros_like(none)
        is_part[stretch] = ~is_total[stretch]
        if not is_part.any() or not is_bare[is_part].all() or (amount_of_row[is_part] <= 0).any():
            continue
        above = np.arange(len(none)) < stretch.start
        recaps_above = np.flatnonzero(is_recap)
        since = above & (np.arange(len(none)) > recaps_above.max(initial=-1))
        sum_of_part = amount_of_row[is_part].sum()
        for rows in (above, above & is_granted, since, since & is_granted):
            details = rows & ~is_total & ~is_recap & (amount_of_row != 0)
            is_enough = details.sum() >= max(_FEWEST_DETAILS, is_part.sum())
            if is_enough and is_dated[details].mean() > HALF:
                is_sum = abs(amount_of_row[details].sum() - sum_of_part) < HALF_CENT
                is_recap |= is_part & is_sum
    return is_recap


def _bear_a_name_alone(block: Block, amounts: tuple[str, ...]) -> np.ndarray:
    """Which rows bear words in one cell alone: figures beside it may be counts and shares."""
    n_words = np.zeros(len(block.lines), dtype=int)
    for header in block.columns.keys() - set(amounts):
        column = block.columns[header]
        has_words = np.append(matching(column.values, BEYOND_FIGURES), False)
        n_words += has_words[column.codes]
    return n_words == 1


def _names_of_rows(block: Block, amounts: tuple[str, ...], is_row: np.ndarray) -> list[str]:
    """What some rows are called, in the one cell that bears words."""
    names = np.full(int(is_row.sum()), "", dtype=object)
    for header in block.columns.keys() - set(amounts):
        column = block.columns[header].rows(is_row)
        has_words = np.append(matching(column.values, BEYOND_FIGURES), False)[column.codes]
        texts = np.append(column.values.to_numpy(object), "")[column.codes]
        names = np.where(has_words, texts, names)
    return [str(name) for name in names]
