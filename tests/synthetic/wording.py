"""Words of the demonstration programme, kept as data: spellings of values, and names, subjects and notes that are invented.

Personal data in the notes are invented too; none may reach a processed file.
"""

from functools import cache
from pathlib import Path

import pandas as pd

REFERENCE = Path(__file__).parent / "reference"


def reference(name: str) -> pd.DataFrame:
    """A table of the folder `reference/` of the demonstration, as text.

    >>> list(reference("words"))
    ['list', 'text']
    """
    return pd.read_csv(REFERENCE / f"{name}.csv", dtype="str")


@cache
def spellings(table: str, column: str) -> dict[str, list[str]]:
    """How French teams write each value of a column, the usual way first; nothing where they write what the table holds.

    >>> spellings("contributions", "stage")
    {'committed': ['engagé'], 'paid': ['versé', 'payé']}
    """
    known = reference("spellings")
    own = known[known["column"] == f"{table}.{column}"]
    mine = (
        own if len(own) else known[known["column"] == ("domains" if column == "domain" else column)]
    )
    return {
        value: spelt.split("|")
        for value, spelt in zip(mine["value"], mine["spellings"], strict=True)
    }


@cache
def texts(name: str) -> list[str]:
    """One list of texts.

    >>> texts("month")[3]
    'avril'
    """
    table = reference("words")
    return table.loc[table["list"] == name, "text"].tolist()
