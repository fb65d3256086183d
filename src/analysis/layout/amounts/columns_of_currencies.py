"""Columns of currencies that no header names ("cur", "Dev."): their cells alone say it."""

import pandas as pd

from analysis import parse
from analysis.declare.shares import NEARLY_ALL
from analysis.layout.headers.cell_evidence import sample
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS, Match
from analysis.layout.headers.words import which_say
from analysis.read import Block, matching

_MOST_CURRENCIES = 40  # distinct cells beyond which a column holds something else
_SIGN_OR_WORD = (
    r"(?i)^[^0-9]*[€$£¥₹₺₽₴₩₦][^0-9]*$|^(?:euros?|(?:us )?dollars|pounds|francs suisses)$"
)


def take_currencies(found: Match, column: str) -> None:
    """The header whose cells name currencies as the currency of each amount (`column`), where no
    header said so: one that is free, or that tells units ("Unit"). Of several the one that stands
    beside the amounts, which is asked.
    """
    if column in found.columns:
        return
    possible = [*found.free, *found.columns.get("~unit", ())]
    headers = [header for header in possible if names_currencies(found.block, header)]
    if headers:
        how = BY_WORDS if len(headers) == 1 else BY_CELLS
        found.take(column, (_nearest_to_amounts(found, headers),), how)


def names_currencies(block: Block, header: str) -> bool:
    """Whether nearly all cells under a header are codes, signs or names of currencies, one of them
    common; a word that is the code of a rare one too ("ALL", "TOP") is not enough.
    """
    cells = sample(block.columns[header])
    if not 0 < len(cells) <= _MOST_CURRENCIES:
        return False
    is_code = which_say("code of a currency", cells)
    is_named = is_code | matching(cells, _SIGN_OR_WORD)
    return bool(is_named.mean() >= NEARLY_ALL and _is_common(cells[is_named]))


def _is_common(cells: pd.Series) -> bool:
    return bool(parse.currencies(cells).notna().any())


def _nearest_to_amounts(found: Match, headers: list[str]) -> str:
    """Of some headers the one next to the first column of money, else the first."""
    place = {header: number for number, header in enumerate(found.headers)}
    measures = ("amount", "planned_amount_eur", "value_eur")
    of_money = [place[name] for measure in measures for name in found.columns.get(measure, ())]
    if not of_money:
        return headers[0]
    return min(headers, key=lambda header: abs(place[header] - of_money[0]))
