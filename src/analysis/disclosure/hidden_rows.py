"""Which rows of a table hide something, and what they are called."""

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.disclosure.cell_suppression import POOLED

LABELS = ("label", "territory", "region", "value", "need", "stratum", "year", "cohort")


def closed_rows(hidden: pd.DataFrame) -> list[bool]:
    """Which rows hide something of their own, and not only what rests on the whole table."""
    return hidden.drop(columns=list(POOLED), errors="ignore").any(axis=1).tolist()


def hidden_labels(exhibit: Exhibit, data: pd.DataFrame, hidden: pd.DataFrame) -> set[str]:
    """What the rows with something hidden are called: who gives a number of theirs gives a hidden
    one.
    """
    column = next(
        (name for name in LABELS if name in data and exhibit.formats[name] == "text"), None
    )
    if column is None:
        return set()
    closed = pd.Series(closed_rows(hidden), data.index).groupby(data[column]).all()
    return {str(label) for label in closed.index[closed] if len(str(label)) > 3}
