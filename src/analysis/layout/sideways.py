"""Lists that stand sideways: a recipient in each column, its amount and date one below the other."""

import pandas as pd

from analysis import parse
from analysis.declare.faults import Fault
from analysis.layout.header_names import sense_of
from analysis.read import NAMELESS, Block
from analysis.text.messages import say

_FEWEST_NAMES = 3  # columns from which names may stand side by side
_MOST_LABELS = 20  # rows beyond which the first column holds no headers
_MEANINGS = ("recipient", "amount", "date", "purpose", "funder", "reference", "siret")
_MOSTLY = 0.5


def stands_sideways(block: Block) -> bool:
    """Whether the first column of a block holds headers, and its headers hold none: what the row of
    the amount bears are numbers, and the headers are names.
    """
    headers = list(block.columns)
    if len(headers) <= _FEWEST_NAMES or not 1 < len(block.lines) <= _MOST_LABELS:
        return False
    corner, *names = headers
    labels = block.columns[corner].series().fillna("")
    if any(_meanings(name) for name in names) or not all(map(_is_name, names)):
        return False
    meanings = [_meanings(label) for label in labels]
    of_amount = [row for row, meaning in enumerate(meanings) if "amount" in meaning]
    is_of_recipients = sense_of(corner, "recipient") is not None or "date" in set().union(*meanings)
    if not of_amount or not is_of_recipients or not all(meanings):
        return False
    cells = pd.Series([block.columns[name].series().iloc[of_amount[0]] for name in names])
    return bool(parse.amounts(cells.astype("str"))[0].notna().mean() > _MOSTLY)


def turn_it(block: Block) -> Fault:
    """What a person is told of a list that stands sideways."""
    names = list(block.columns)[1:3]
    message = say("layout.sideways", names=", ".join(f"`{name}`" for name in names))
    return Fault(block.source, block.header_line, "", "layout", "", message)


def _meanings(text: str) -> set[str]:
    return {name for name in _MEANINGS if sense_of(text, name) is not None}


def _is_name(header: str) -> bool:
    return header != NAMELESS and any(letter.isalpha() for letter in header)
