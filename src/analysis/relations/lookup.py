"""Texts looked up among others, and categories as text."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def place(keys: pd.Series, among: pd.Series) -> np.ndarray:
    """The place of each text among distinct ones, -1 where it is none (faster than pandas).

    >>> place(pd.Series(["b", None]), pd.Series(["a", "b"])).tolist()
    [1, -1]
    """
    if isinstance(keys.dtype, pd.CategoricalDtype):
        return np.append(place(keys.cat.categories.to_series(), among), -1)[keys.cat.codes]
    sought, known_keys = (pa.array(side.array, "large_string") for side in (keys, among))
    places = pc.index_in(sought, value_set=known_keys, skip_nulls=True)
    return places.fill_null(-1).to_numpy(zero_copy_only=False)


def as_text(category: pd.Series) -> pd.Series:
    """A category (or text) as text, several times faster than `astype`, which looks at each value.

    >>> as_text(pd.Series(["a", None], dtype="category")).dtype
    <StringDtype(na_value=nan)>
    """
    if not isinstance(category.dtype, pd.CategoricalDtype):
        return category
    words = category.cat.categories.astype("str").array.take(
        category.cat.codes.to_numpy(), allow_fill=True
    )
    return pd.Series(words, category.index, dtype="str")
