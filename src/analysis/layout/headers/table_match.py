"""Which headers of a block serve which columns of a table, and how each was recognised."""

from dataclasses import dataclass, field

from analysis.read import Block

BY_NAME, BY_WORDS, BY_SLIP, BY_CELLS = "name", "words", "slip", "cells"


@dataclass
class Match:
    """Headers of a block by column, and how each was recognised: by name, words, despite a slip."""

    block: Block
    table: str
    headers: list[str]
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)

    @property
    def free(self) -> list[str]:
        """The headers that serve no column yet."""
        used = {header for headers in self.columns.values() for header in headers}
        return [header for header in self.headers if header not in used]

    def take(self, column: str, headers: tuple[str, ...], how: str) -> None:
        if headers:
            self.columns[column] = headers
            self.how[column] = how
