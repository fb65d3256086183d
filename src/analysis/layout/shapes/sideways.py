"""Lists that stand sideways, a recipient in each column, and forms, one below the other or one a
sheet: what a row of a list says stands below each other. Refused in words.
"""

import re

import pandas as pd

from analysis import parse
from analysis.declare.faults import Fault
from analysis.declare.shares import HALF
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.words import says
from analysis.read import NAMELESS, Block
from analysis.read.figures import YEAR
from analysis.text.messages import say

_FEWEST_NAMES = 3  # columns from which names may stand side by side
_MOST_LABELS = 20  # rows beyond which the first column holds no headers
_MEANINGS = ("recipient", "amount", "date", "purpose", "funder", "reference", "siret")
_OF_FORMS = ("planned_start", "planned_end", "term_months", "entity")  # what forms tell besides
_FEWEST_LABELS = 2  # labels of a form but for that of the name


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
    return bool(parse.amounts(cells.astype("str"))[0].notna().mean() > HALF)


def stands_as_forms(block: Block) -> bool:
    """Whether a block is a form of two columns, labels and what each says: the first label is that
    of a name, and the others are headers of lists, among them that of an amount.
    """
    filled = [header for header, column in block.columns.items() if (column.codes >= 0).any()]
    if len(filled) != 2:
        return False
    first, name = filled
    if not _labels_a_name(first) or _meanings(name) or not _is_name(name):
        return False
    labels = block.columns[first].series().dropna().drop_duplicates()
    meanings = [_meanings(_bare(label), (*_MEANINGS, *_OF_FORMS)) for label in labels]
    meant = set().union(*meanings) - {"recipient"}
    n_known = sum(map(bool, meanings))
    is_mostly_labels = bool(meanings) and n_known >= HALF * len(meanings)
    return is_mostly_labels and n_known >= _FEWEST_LABELS and "amount" in meant


def years_stand_below_names(block: Block) -> bool:
    """Whether a block has a year in each row, each once, and a name above each column of amounts."""
    corner, *names = block.columns
    labels = block.columns[corner].series().fillna("")
    are_years = len(labels) > 1 and all(re.fullmatch(YEAR, label.strip()) for label in labels)
    if not are_years or labels.duplicated().any() or len(names) < _FEWEST_NAMES:
        return False
    return all(_is_name(name) and _holds_no_words(block, name) for name in names)


def _holds_no_words(block: Block, header: str) -> bool:
    """Whether a column is blank, or most of what it holds are amounts."""
    cells = block.columns[header].series().dropna()
    return cells.empty or bool(parse.amounts(cells)[0].notna().mean() > HALF)


def turn_it(block: Block) -> Fault:
    """What a person is told of a list that stands sideways, or as forms."""
    if stands_as_forms(block):
        label, name = list(block.columns)[:2]
        message = say("layout.forms", label=_bare(label), name=name)
    else:
        names = list(block.columns)[1:3]
        message = say("layout.sideways", names=", ".join(f"`{name}`" for name in names))
    return Fault(block.source, block.header_line, "", "layout", "", message)


def _labels_a_name(label: str) -> bool:
    bare = _bare(label)
    return "recipient" in _meanings(bare) or says("header of names", bare)


def _bare(label: str) -> str:
    """A label without the colon behind it."""
    return label.strip().rstrip(":").strip()


def _meanings(text: str, possible: tuple[str, ...] = _MEANINGS) -> set[str]:
    return {name for name in possible if sense_of(text, name) is not None}


def _is_name(header: str) -> bool:
    return header != NAMELESS and any(letter.isalpha() for letter in header)
