"""Several raw columns as one: numbers added up, the first date, what was decided last, joined
texts.
"""

from functools import reduce

import pandas as pd

from analysis.read import Coded


def first_known(parts: list[pd.Series]) -> pd.Series:
    """For each row the first value that one of several columns holds."""
    return reduce(pd.Series.fillna, parts)


def summed(parts: list[pd.Series]) -> pd.Series:
    """Numbers added up row by row; missing where all are."""
    return pd.concat(parts, axis=1).sum(axis=1, min_count=1).astype("Float64")


def decided(parts: list[pd.Series]) -> pd.Series:
    """What became of each request: withdrawn if any column says so, else the first that tells."""
    outcomes = pd.concat(parts, axis=1)
    first = outcomes.where(outcomes.ne("running")).bfill(axis=1).iloc[:, 0]
    return first.mask(outcomes.eq("withdrawn").any(axis=1), "withdrawn").astype("str")


def joined(parts: list[Coded]) -> Coded:
    """Texts joined by a space, as codes into the distinct ones."""
    first, *others = (part.series().fillna("").str.strip() for part in parts)
    texts = first.str.cat(others, sep=" ").str.strip()
    return Coded.of(texts.mask(texts.eq("")))


def uncommented(column: Coded) -> Coded:
    """Cells without the comments of the SQL that a table was made from (`/* term */ 24`)."""
    if not column.values.str.startswith("/*", na=False).any():
        return column
    plain = column.values.str.replace(r"^\s*/\*.*?\*/\s*", "", regex=True).replace("NULL", "")
    return Coded(column.codes, plain)
