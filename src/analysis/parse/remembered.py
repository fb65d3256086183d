"""Readers of texts that keep what they made of columns."""

import hashlib
import inspect
from collections.abc import Callable
from functools import lru_cache, wraps
from inspect import Parameter
from typing import Concatenate, ParamSpec, TypeVar

import pandas as pd

from analysis.read import TEXTS_REMEMBERED, as_tuple
from analysis.text.language import language

ReaderOptions = ParamSpec("ReaderOptions")
Reading = TypeVar("Reading", bound=pd.Series | tuple[pd.Series | pd.DataFrame, pd.DataFrame])
READINGS_KEPT = 1024  # readings of short columns that are kept of each reader
LONG_READINGS_KEPT = 6  # of columns of more texts than TEXTS_REMEMBERED


def remembered(
    reader: Callable[Concatenate[pd.Series, ReaderOptions], Reading],
) -> Callable[Concatenate[pd.Series, ReaderOptions], Reading]:
    """A reader of texts that reads the same column once, in each language that faults are told in:
    before a list is cleaned, its columns are looked at many times for what they may be. Of long
    columns the last few readings are kept.

    >>> lengths = []
    >>> lower = remembered(lambda cells: lengths.append(len(cells)) or cells.str.lower())
    >>> lower(pd.Series(["Ain"])).tolist(), lower(pd.Series(["Ain"], index=[7])).index.tolist()
    (['ain'], [7])
    >>> lengths
    [1]
    """

    declared = list(inspect.signature(reader).parameters.values())[1:]
    names = [option.name for option in declared]
    defaults = {
        option.name: option.default for option in declared if option.default is not Parameter.empty
    }

    @lru_cache(READINGS_KEPT)
    def of_texts(texts: tuple, name: str, _language: str, **options) -> Reading:
        return reader(pd.Series(texts, dtype="str", name=name), **options)

    of_long_columns: dict[tuple, Reading] = {}

    def of_long_column(cells: pd.Series, **options) -> Reading:
        key = (_digest(cells), cells.name, language(), tuple(options.items()))
        if key not in of_long_columns:
            if len(of_long_columns) >= LONG_READINGS_KEPT:
                del of_long_columns[next(iter(of_long_columns))]
            of_long_columns[key] = reader(cells.reset_index(drop=True), **options)
        return of_long_columns[key]

    @wraps(reader)
    def read(cells: pd.Series, *args: ReaderOptions.args, **form: ReaderOptions.kwargs) -> Reading:
        if cells.dtype != "str":
            return reader(cells, *args, **form)
        # a default and the same said in words, by place or by name, are one reading
        options = defaults | dict(zip(names, args, strict=False)) | form
        if len(cells) > TEXTS_REMEMBERED:
            return _indexed(of_long_column(cells, **options), cells.index)
        result = of_texts(as_tuple(cells), cells.name, language(), **options)
        return _indexed(result, cells.index)

    return read


def _digest(cells: pd.Series) -> bytes:
    """What tells the texts of a long column from those of all others, without keeping them."""
    import pyarrow as pa

    texts = pa.array(cells.array, pa.large_string(), from_pandas=True)
    digest = hashlib.blake2b()
    for batch in pa.table({"texts": texts}).to_batches():
        digest.update(batch.serialize())
    return digest.digest()


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
