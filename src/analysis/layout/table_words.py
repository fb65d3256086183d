"""The words by which names of files and sheets tell which table they hold."""

from functools import cache

from analysis.parse.column import reference_rows
from analysis.read import folded


def names_table(text: str, table: str) -> bool:
    """Whether the name of a file or a sheet names a table.

    >>> names_table("Conventions 2018", "agreements"), names_table("Conventions 2018", "sites")
    (True, False)
    """
    return any(word in folded(text) for word in _table_words()[table])


@cache
def _table_words() -> dict[str, list[str]]:
    return {
        row["table"]: [folded(word) for word in row["words"].split("|")]
        for row in reference_rows("tables")
    }
