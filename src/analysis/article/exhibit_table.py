"""A frame as an HTML table: which rows are shown, what stands above them, what stands below."""

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from analysis.article.table_export import NOT_NUMBERS, column_texts, escaped, filled
from analysis.text import formatting
from analysis.text.facts import Number
from analysis.text.messages import say

ROWS_UNDER_WORDS = 3  # on average, from which words stand above rows and not in a column


def rows_of_differences(
    data: pd.DataFrame, differences: tuple[str, str] | None
) -> list[bool] | None:
    """Which rows of a frame bear a text in a column; None where no column and text are given.

    >>> rows_of_differences(pd.DataFrame({"view": ["share", "gap"]}), ("view", "gap"))
    [False, True]
    """
    if differences is None:
        return None
    column, text = differences
    return (data[column] == text).tolist()


def readable_rows(data: pd.DataFrame, rows: int) -> pd.DataFrame:
    """As many rows of a frame as are read: of a curve (column `months`), where it stands at the end
    of each year.

    >>> curve = pd.DataFrame({"months": [3.0, 11.9, 12.5, 30.0], "survival": [0.9, 0.8, 0.7, 0.6]})
    >>> readable_rows(curve, 3)
       months  survival
    1    11.9       0.8
    2    12.5       0.7
    3    30.0       0.6
    """
    if len(data) <= rows or "months" not in data or not is_numeric_dtype(data["months"]):
        return data.head(rows)
    year = np.ceil(data["months"] / 12)
    words = [name for name in data if not is_numeric_dtype(data[name])]
    return data[~data[words].assign(year=year).duplicated(keep="last")].head(rows)


def table(
    data: pd.DataFrame,
    labels: dict[str, str],
    formats: dict[str, str],
    caption: str,
    rows: int | None = None,
    differences: tuple[str, str] | None = None,
) -> str:
    """A frame as an HTML table: figures stand to the right, missing and secret cells are explained
    below. Rows that bear a text in a column (`differences`) are differences of shares.

    Where the same words head many rows ("from the Group to partners · cash · euros"), they stand
    once above those rows, and no longer in columns: what a narrow screen shows then tells what it
    is about. Else the first column of words heads the rows; what it repeats is read once.
    """
    first_rows = data if rows is None else readable_rows(data, rows)
    differs = rows_of_differences(first_rows, differences)
    columns = {
        name: [escaped(text) for text in column_texts(first_rows[name], formats[name], differs)]
        for name in data.columns
    }
    is_text = {name: formats[name] in NOT_NUMBERS for name in data.columns}
    above = _words_above_rows(pd.DataFrame(columns), is_text)
    below = [name for name in data.columns if name not in above]
    heads = next((name for name in below if is_text[name]), below[0])
    figures = " ".join(
        f"n{position}" for position, name in enumerate(below, 1) if not is_text[name]
    )  # the columns that the style sets to the right
    cells = pd.DataFrame(columns)
    words = []
    if above:
        words = cells[above].agg(" · ".join, axis=1).tolist()
    elif is_text[heads] and heads == below[0]:
        is_told = cells[heads] == cells[heads].shift()
        cells[heads] = cells[heads].mask(
            is_told, '<span class="hidden">' + cells[heads] + "</span>"
        )
    marks = {cell for column in columns.values() for cell in column}
    legend = []
    if "s" in marks:
        legend.append(say("figures.hidden"))
    if formatting.number(None) in marks:
        legend.append(say("figures.absent", mark=Number(None)))
    if len(first_rows) < len(data):
        legend.append(say("figures.rows", shown=len(first_rows), all=len(data)))
    names = {"labels": labels, "caption": caption, "below": below, "heads": heads}
    rows_below = cells[below].to_dict("records")
    look = {"figures": figures, "legend": legend}
    return filled("table", rows=rows_below, above=words, **names, **look)


def _words_above_rows(cells: pd.DataFrame, is_text: dict[str, bool]) -> list[str]:
    """The first columns whose words together change at every third row at most.

    >>> cells = pd.DataFrame({"way": list("aaaaaabbbbbb"), "year": list("123456123456")})
    >>> _words_above_rows(cells, {"way": True, "year": False})
    ['way']
    """
    above: list[str] = []
    if cells.empty:
        return above
    changes = pd.Series(False, cells.index)
    for name in cells.columns[:-1]:
        changes |= cells[name].ne(cells[name].shift())
        if not is_text[name] or changes.sum() > len(cells) / ROWS_UNDER_WORDS:
            break
        above.append(name)
    return above
