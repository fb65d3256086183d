"""Rows of a list whose name is nobody's: money that is not given yet ("Reste à répartir"), what
stands below the total of all ("Pour mémoire 2022"), and what many together received, where it is
much of the money ("Aides aux particuliers", "Divers"). Asked, since somebody may be called so.
"""

from collections.abc import Mapping

import numpy as np

from analysis import parse
from analysis.declare.shares import FEW
from analysis.layout.headers.words import which_say
from analysis.layout.rows.sums_in_rows import amount_of_rows, have_dates_of_their_own, says_total
from analysis.parse.column import fold, synonyms
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block, Coded, matching

# "TOTAL", "Total général", "TOTAL 2023", not "Total Sport".
_OF_ALL = r"(?i)^\s*(?:grand[\s-]*)?(?:total|totaux)(?:\s+g[ée]n[ée]ral)?(?:\s+(?:19|20)[0-9]{2})?\s*:?\s*$"


def rows_of_nobody(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The header of recipients with the names of money that is not given yet, of its sum with the
    rest, of what many together received, and of what stands below the total of all.
    """
    names, amounts = columns.get("recipient", ()), columns.get("amount", ())
    if len(names) != 1 or not amounts:
        return {}
    name = block.columns[names[0]]
    amount_of_row = amount_of_rows(block, amounts)
    is_named = (name.codes >= 0) & ~says_total(block)
    says_nobody = np.append(which_say("nobody yet", name.values).to_numpy(bool), False)[name.codes]
    asked = is_named & says_nobody & (amount_of_row != 0)
    for header in columns.get("siret", ()):  # somebody called "ECART" is in a register
        sirens = block.columns[header].rows(asked).each(lambda texts: parse.siren(texts)[0])
        asked[asked] = sirens.isna()
    if asked.any():  # their sum with the grants is none of the grants alone
        detail = np.where(is_named, amount_of_row, 0.0)
        asked |= is_named & (np.abs(detail.sum() - 2 * detail) < HALF_CENT)
    asked |= _of_many_together(name, amount_of_row, is_named)
    is_dated = have_dates_of_their_own(block, columns)
    asked |= _below_the_total(block, names[0], amount_of_row, is_named) & ~is_dated
    if asked[is_named].all():
        return {}
    texts = name.rows(asked).used()
    if len(texts):
        return {names[0]: list(texts)}
    return {}


def _of_many_together(name: Coded, amount_of_row: np.ndarray, is_named: np.ndarray) -> np.ndarray:
    """Which rows name nobody of those who received, where these are more than a twentieth of the
    money; private persons together are set aside unasked (METHOD R19).
    """
    is_set_aside = fold(name.values).isin(synonyms("private persons"))
    says_nobody = which_say("nobody by name", name.values) & ~is_set_aside
    says_many = np.append(says_nobody.to_numpy(bool), False)
    is_of_many = is_named & says_many[name.codes] & (amount_of_row > 0)
    given = np.where(is_named, amount_of_row, 0.0).clip(min=0)
    is_much = given[is_of_many].sum() > FEW * given.sum()
    if is_much:
        return is_of_many
    return np.zeros_like(is_of_many)


def _below_the_total(
    block: Block, header: str, amount_of_row: np.ndarray, is_named: np.ndarray
) -> np.ndarray:
    """Which rows with an amount stand below the total of all that stand above it, and are fewer."""
    name = block.columns[header]
    says_all = np.append(matching(name.values, _OF_ALL), False)[name.codes]
    detail = np.where(is_named, amount_of_row, 0.0)
    is_total = (
        says_all & (np.abs(np.cumsum(detail) - amount_of_row) < HALF_CENT) & (amount_of_row != 0)
    )
    below = np.zeros(len(detail), dtype=bool)
    if is_total.any():
        at_total = int(np.flatnonzero(is_total)[-1])
        below[at_total + 1 :] = (detail != 0)[at_total + 1 :]
    if below.sum() < np.count_nonzero(detail) / 2:
        return below
    return np.zeros_like(below)
