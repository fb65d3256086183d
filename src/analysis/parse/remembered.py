"""Readers of texts that keep what they made of short columns."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

import pandas as pd

from analysis.read import TEXTS_REMEMBERED, as_tuple
from analysis.text.language import language

ReaderOptions = ParamSpec("ReaderOptions")
Reading = TypeVar("Reading", bound=pd.Series | tuple[pd.Series | pd.DataFrame, pd.DataFrame])
READINGS_KEPT = 1024  # readings that are kept of each reader


def remembered(
    reader: Callable[Concatenate[pd.Series, ReaderOptions], Reading],
) -> Callable[Concatenate[pd.Series, ReaderOptions], Reading]:
    """A reader of texts that reads the same short column once, in each language that faults are
    told in: before a list is cleaned, its columns are looked at many times for what they may be.

    >>> lengths = []
    >>> lower = remembered(lambda cells: lengths.append(len(cells)) or cells.str.lower())
    >>> lower(pd.Series(["Ain"])).tolist(), lower(pd.Series(["Ain"], index=[7])).index.tolist()
    (['ain'], [7])
    >>> lengths
    [1]
    """

    @lru_cache(READINGS_KEPT)
    def of_texts(texts: tuple, name: str, _language: str, *args, **form) -> Reading:
        return reader(pd.Series(texts, dtype="str", name=name), *args, **form)

    @wraps(reader)
    def read(cells: pd.Series, *args: ReaderOptions.args, **form: ReaderOptions.kwargs) -> Reading:
        if len(cells) > TEXTS_REMEMBERED or cells.dtype != "str":
            return reader(cells, *args, **form)
        result = of_texts(as_tuple(cells), cells.name, language(), *args, **form)
        return _indexed(result, cells.index)

    return read


def _indexed(result: Reading, index: pd.Index) -> Reading:
    """What was read of a column, at the index of another that has the same texts; faults are of
    some of its cells.
    """
    if isinstance(result, pd.Series):
        return result.set_axis(index)
    read, wrong = result
    if index.equals(read.index):
        return read.copy(deep=False), wrong.copy(deep=False)
    return read.set_axis(index), wrong.set_axis(index[wrong.index])
