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


def words_of_name(stem: str, sheet: str) -> str:
    """The name of a file and its sheet as far as they tell what the sheet holds: the sheet's alone
    where it names a table, as "Versements" in "Conventions.xlsx".
    """
    names_itself = any(names_table(sheet, table) for table in _table_words())
    if names_itself:
        return sheet
    return f"{stem} {sheet}"


@cache
def _table_words() -> dict[str, list[str]]:
    return {
        row["table"]: [folded(word) for word in row["words"].split("|")]
        for row in reference_rows("tables")
    }
