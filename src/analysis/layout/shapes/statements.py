"""Statements of accounts as a partner hands them in: a line of income or of the balance sheet in each
row, and a year in each column. They are no lists of grants, and told in words.
"""

import re

from analysis.declare.faults import Fault
from analysis.declare.shares import HALF
from analysis.layout.headers.words import says
from analysis.read import Block
from analysis.read.figures import YEAR
from analysis.text.messages import say

_FEWEST_LINES = 3  # of accounts, from which a block is a statement
_OF_A_YEAR = re.compile(rf"\W*(?:\w+[. ]+)?{YEAR.pattern}\W*")  # "2017", "Exercice 2017"


def stands_as_statement(block: Block) -> bool:
    """Whether most cells of the first column name lines of accounts, beside columns of years alone,
    and one at least names what no purpose of a grant is (a result, charges, equity), or all do.
    """
    filled = [header for header, column in block.columns.items() if (column.codes >= 0).any()]
    if len(filled) < 2:
        return False
    first, *others = filled
    if not all(_OF_A_YEAR.fullmatch(header) for header in others):
        return False
    labels = block.columns[first].series().dropna().drop_duplicates()
    n_sure = sum(says("line of accounts", label) for label in labels)
    n_lines = n_sure + sum(_may_be_purpose(label) for label in labels)
    is_sure = n_sure > 0 or n_lines == len(labels)
    return is_sure and n_lines >= max(_FEWEST_LINES, HALF * len(labels))


def _may_be_purpose(label: str) -> bool:
    """Whether a label names a line of accounts that may as well be what a grant is for."""
    is_sure = says("line of accounts", label)
    return not is_sure and says("line of accounts or purpose", label)


def turn_accounts(block: Block) -> Fault:
    """What a person is told of a statement of accounts."""
    first = next(iter(block.columns))
    message = say("layout.statement", lines=first)
    return Fault(block.source, block.header_line, "", "layout", "", message)
