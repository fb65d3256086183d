"""Columns of numbers and of names in any usual form (lists, arrays, Series), refused in words or
brought to plain arrays.

The ground under the estimators. Columns are taken in the order given; Series (and frames) must then
share one index.
"""

import numpy as np
import pandas as pd


def refuse(bad: np.ndarray, what: str) -> None:
    """Raise a ValueError that says how many rows are bad, in what, and which is the first.

    >>> refuse(np.array([False, True]), "durations are negative")
    Traceback (most recent call last):
    ValueError: 1 of 2 durations are negative (the first at position 1)
    """
    if np.any(bad):
        raise ValueError(
            f"{np.sum(bad)} of {len(bad)} {what} (the first at position {np.argmax(bad)})"
        )


def upper_tail(confidence: float) -> float:
    """The part of a distribution beyond each limit of a two-sided interval.

    >>> round(upper_tail(0.95), 3)
    0.025
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence lies between 0 and 1, such as 0.95, not {confidence!r}")
    return (1 - confidence) / 2


def z_of(confidence: float) -> float:
    """How many standard errors to each side a normal interval of this confidence reaches.

    >>> round(z_of(0.95), 3)
    1.96
    """
    from scipy.special import ndtri

    return float(-ndtri(upper_tail(confidence)))


def student_limits(
    value: float, error: float, df: float, confidence: float
) -> tuple[float, float, float]:
    """Student's limits of an estimate, and the p-value of none (missing without an error).

    >>> [round(float(number), 3) for number in student_limits(2.0, 1.0, 10, 0.95)]
    [-0.228, 4.228, 0.073]
    """
    from scipy.special import stdtr, stdtrit

    reach = stdtrit(df, 1 - upper_tail(confidence)) * error
    p_value = np.nan
    if error > 0:
        p_value = 2 * stdtr(df, -abs(value) / error)
    return value - reach, value + reach, p_value


def ratio(top, bottom) -> np.ndarray:
    """A quotient that is missing where its divisor is 0.

    >>> ratio([1, 1], [2, 0]).tolist()
    [0.5, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.asarray(bottom) != 0, np.divide(top, bottom), np.nan)


def as_series(values) -> pd.Series:
    if isinstance(values, pd.Series):
        return values
    return pd.Series(values, copy=False)


def index_of(values) -> pd.Index | None:
    """The index of a Series; other columns have none."""
    if isinstance(values, pd.Series):
        return values.index
    return None


def some_rows(values, rows: np.ndarray) -> np.ndarray | None:
    """Some rows of a column, as an array; None where there is no column."""
    if values is None:
        return None
    return np.asarray(values)[rows]


def require_alike(*columns) -> None:
    """Refuse columns that are not of one length or, for Series and frames, one index; None is no
    column.
    """
    present_columns = [column for column in columns if column is not None]
    lone = [
        column
        for column in present_columns
        if not hasattr(column, "__len__") or isinstance(column, str)
    ]
    if lone:
        raise ValueError(f"columns are needed, not {', '.join(map(repr, lone))}")
    if len({len(column) for column in present_columns}) > 1:
        raise ValueError(
            f"columns of one length are needed, not {', '.join(str(len(column)) for column in present_columns)}"
        )
    indexes = [
        column.index for column in present_columns if isinstance(column, pd.Series | pd.DataFrame)
    ]
    if any(not index.equals(indexes[0]) for index in indexes[1:]):
        raise ValueError("the Series given are indexed differently: align them first")


def numbers(values, name: str) -> np.ndarray:
    """Values as a plain numeric array without missing ones."""
    if not (isinstance(values, np.ndarray) and values.dtype.kind in "biuf"):
        series = as_series(values).infer_objects()
        absent = f"values of {name} are missing: leave these rows out, and count them"
        refuse(series.isna().to_numpy(), absent)
        if len(series) and series.dtype.kind not in "biuf":
            raise ValueError(f"{name} must be numbers, not {series.dtype}")
        kinds = {"b": "bool", "i": "int64", "u": "int64"}
        values = np.asarray(series, dtype=kinds.get(series.dtype.kind, "float64"))
    if values.ndim != 1:
        raise ValueError(f"{name} must be one column, not of shape {values.shape}")
    if values.dtype.kind == "f":
        unsound = f"values of {name} are missing or infinite: leave these rows out, and count them"
        refuse(~np.isfinite(values), unsound)
    return values


def flags(values, name: str) -> np.ndarray:
    """Values that say yes or no, as booleans: True and False or 1 and 0, nothing else."""
    values = numbers(values, name)
    if values.dtype.kind == "b":
        return values
    if len(values) and not ((values == 0) | (values == 1)).all():
        neither = (values != 0) & (values != 1)
        refuse(neither, f"values of {name} are neither 1 (or True) nor 0 (or False)")
    return values.astype(bool)


def codes(labels, name: str, sort: bool = True) -> tuple[np.ndarray, pd.Index]:
    """The code of each label and the labels met, sorted or in the order met."""
    label_codes, names = pd.factorize(as_series(labels), sort=sort)
    refuse(label_codes < 0, f"values of {name} are missing: leave these rows out, or name them")
    return label_codes, pd.Index(names)


def cluster_codes(cluster, rows: int) -> tuple[np.ndarray, int]:
    """Each row's cluster and how many; by default its own."""
    if cluster is None:
        return np.arange(rows), rows
    clusters, names = codes(cluster, "cluster")
    return clusters, len(names)


def levels(labels, name: str) -> tuple[np.ndarray, pd.Index]:
    """The code of each label and the labels, sorted; a categorical keeps its order. Some levels may
    have no row.

    Of a frame of several columns, a label for each combination: "energy · Bretagne".
    """
    if isinstance(labels, pd.DataFrame):
        series = combined(labels, name)
    else:
        series = as_series(labels)
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "iu" and len(series):
        label_codes = series.to_numpy()
        lowest, highest = int(label_codes.min()), int(label_codes.max())
        if highest - lowest < 1024:  # few whole numbers need no hashing
            return label_codes - lowest if lowest else label_codes, pd.RangeIndex(
                lowest, highest + 1
            )
    if not isinstance(series.dtype, pd.CategoricalDtype):
        return codes(series, name)
    label_codes = series.cat.codes.to_numpy()
    refuse(label_codes < 0, f"values of {name} are missing: leave these rows out, or name them")
    return label_codes, pd.Index(series.cat.categories)


def combined(columns: pd.DataFrame, name: str) -> pd.Series:
    """One label for the values of several columns.

    >>> combined(pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}), "strata").tolist()
    ['x · 1', 'y · 2']
    """
    missing = columns.isna().any(axis=1).to_numpy()
    refuse(missing, f"values of {name} are missing: leave these rows out, or name them")
    return columns.astype("str").agg(" · ".join, axis=1)


def causes(cause) -> tuple[np.ndarray, pd.Index]:
    """The number of each row's cause of end, from 1 in sorted order and 0 where it is missing, and
    the causes.

    >>> causes(["stop", None, "aim"])[0].tolist()
    [2, 0, 1]
    """
    numbers_from_zero, names = pd.factorize(as_series(cause), sort=True)
    return numbers_from_zero + 1, pd.Index(names)


def numeric_items(items) -> pd.DataFrame:
    """Items as a frame of floats, units x items."""
    frame = pd.DataFrame(items)
    if all(dtype == "float64" for dtype in frame.dtypes):
        return frame
    wrong = [
        str(name)
        for name, column in frame.items()
        if column.dtype.kind not in "biuf" and not _numeric(column)
    ]
    if wrong:
        raise ValueError(f"items must be numbers: {', '.join(wrong)}")
    return frame.astype(float)


def _numeric(column: pd.Series) -> bool:
    known_values = column.dropna().infer_objects()
    return known_values.empty or known_values.dtype.kind in "biuf"
