"""Requests as a tool of sales or a board of cards lists them: in stages, of which the last are won
and lost.
"""

from collections.abc import Mapping

import pandas as pd

from analysis import parse
from analysis.declare.shares import HALF
from analysis.layout.headers.cell_evidence import dates_like, sample
from analysis.layout.headers.words import says
from analysis.read import Block, spaced

_MOST_STAGES = 20  # distinct cells beyond which a column tells no stages


def tells_deals(block: Block, header: str) -> bool:
    """Whether some cells of few under a header say that a request was won or lost ("Closed Won");
    one bare word ("Won") only where the header speaks of a stage, or others say the opposite.
    """
    cells = sample(block.columns[header])
    if not 0 < len(cells) <= _MOST_STAGES:
        return False
    deals = cells[parse.are_deals(cells)]
    if not len(deals):
        return False
    is_of_two_words = deals.str.contains(r"\w\W+\w").any()
    is_of_both = set(parse.outcomes(deals)[0]) >= {"granted", "refused"}
    return bool(is_of_two_words or is_of_both or says("stage of a sale", header))


def tells_lists_of_a_board(block: Block, header: str) -> bool:
    """Whether few words that recur under a header are the lists of a board, or its stages: the
    header says so, beside cards or a word that tells what became of a request.
    """
    cells = sample(block.columns[header])
    is_few = 2 <= len(cells) <= min(_MOST_STAGES, HALF * len(block.lines))
    is_of_a_list = says("list of a board", spaced(header))
    is_of_a_sale = says("stage of a sale", header) and not says("name of a deal", spaced(header))
    if not is_few or not (is_of_a_list or is_of_a_sale):
        return False
    if parse.booleans(cells)[0].notna().any() or dates_like(block, header):
        return False
    has_cards = any(says("card of a board", spaced(name)) for name in block.columns)
    tells_some = parse.outcomes(cells)[0].isin(["granted", "refused", "withdrawn"]).any()
    return bool(tells_some or (is_of_a_list and has_cards))


def lists_deals(block: Block) -> bool:
    """Whether a list is that of a tool of sales: a header names deals, or cells say that some were
    won or lost.
    """
    return any(says("name of a deal", spaced(h)) or tells_deals(block, h) for h in block.columns)


def tells_when_deals_closed(block: Block, header: str) -> bool:
    """Whether a header says, in a list of a tool of sales, on which day each deal was closed: that of
    its decision, be it won or lost, and no end of what was agreed.
    """
    return says("day a deal closed", spaced(header)) and lists_deals(block)


def not_yet_sure(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The chances of less than a hundred in a hundred under a header that tells how likely each row
    is ("Probabilité"), where other rows are sure and no column tells what became of them.
    """
    if "outcome" in columns:
        return {}
    headers = [header for header in block.columns if says("chance", header)]
    return {header: _below_sure(sample(block.columns[header])) for header in headers}


def _below_sure(texts: pd.Series) -> list[str]:
    numbers = texts.str.replace(r"[\s%]", "", regex=True).str.replace(",", ".")
    chances = pd.to_numeric(numbers, errors="coerce")
    sure = 100 if texts.str.contains("%").any() or chances.max() > 1 else 1
    if chances.ge(sure).any():
        return list(texts[chances.lt(sure)])
    return []
