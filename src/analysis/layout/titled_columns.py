"""Columns under the titles that a publisher's package gives them."""

from dataclasses import replace

from analysis.layout.header_names import known_names, spellings
from analysis.layout.header_words import senses
from analysis.read import Block


def with_titles(block: Block, titles: dict[str, str]) -> Block:
    """The block with its columns under the titles that its package gives, where the name means
    nothing and the title does.
    """
    names = {
        header: titles[header]
        for header in block.columns
        if header in titles and not _is_understood(header) and _is_understood(titles[header])
    }
    if not names or set(names.values()) & set(block.columns):
        return block
    columns = {names.get(header, header): column for header, column in block.columns.items()}
    return replace(block, columns=columns) if len(columns) == len(block.columns) else block


def _is_understood(header: str) -> bool:
    return any(name in known_names() or senses(name) for name in spellings(header))
