"""What is found out of the rows of a block, kept as long as the block is."""

from collections.abc import Callable, Mapping
from functools import wraps
from weakref import WeakKeyDictionary

from analysis.read import Block

_Columns = Mapping[str, tuple[str, ...]]
_TextsByHeader = dict[str, list[str]]


def once_a_block(
    look: Callable[[Block, _Columns], _TextsByHeader],
) -> Callable[[Block, _Columns], _TextsByHeader]:
    """A look at a block by what its columns mean that is taken once: the doubts, the questions and
    the draft ask for it alike. Each asker is given lists of its own.

    >>> from analysis.read.block import empty_block
    >>> looks = []
    >>> headers = once_a_block(lambda block, columns: looks.append(1) or {"Statut": ["vu"]})
    >>> block = empty_block("liste.csv", 1)
    >>> headers(block, {}) == headers(block, {}), len(looks)
    (True, 1)
    """
    texts_of_blocks: WeakKeyDictionary[Block, dict[tuple, _TextsByHeader]] = WeakKeyDictionary()

    @wraps(look)
    def once(block: Block, columns: _Columns) -> _TextsByHeader:
        by_columns = texts_of_blocks.setdefault(block, {})
        key = tuple(columns.items())
        if key not in by_columns:
            by_columns[key] = look(block, columns)
        return {header: list(texts) for header, texts in by_columns[key].items()}

    return once
