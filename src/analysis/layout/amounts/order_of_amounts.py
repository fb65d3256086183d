"""Which of several columns of amounts comes first where the words of all say an amount."""

from analysis.layout.amounts.grants_of_funds import grants_of_funds_first
from analysis.layout.headers.words import says
from analysis.read import Block


def likeliest_amounts_first(block: Block, amounts: list[str]) -> list[str]:
    """Headers of amounts in the order of their words; behind the others what most rows leave blank,
    unless it is the first and says that it was granted, and what all sides paid together beside
    the grant of a fund.
    """
    if not amounts or says("granted amount", amounts[0]):
        return amounts
    half = len(block.lines) / 2
    filled_first = sorted(
        amounts, key=lambda header: bool((block.columns[header].codes < 0).sum() > half)
    )
    return grants_of_funds_first(filled_first)
