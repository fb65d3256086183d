"""Covariates as columns of numbers: what is named becomes indicators, the same for the rows fitted
and for new ones.
"""

import numpy as np
import pandas as pd

from analysis.stats import array_checks


def covariate_frame(given) -> pd.DataFrame:
    """Covariates given as a frame, a Series, a dict or an array, as a frame."""
    if isinstance(given, pd.Series):
        given = given.to_frame(given.name or "x")
    return pd.DataFrame(given).infer_objects()


def design(covariates: pd.DataFrame, rows: int) -> pd.DataFrame:
    """Covariates as floats, in their order: text, categories and booleans become indicators against
    their first level met.

    >>> design(pd.DataFrame({"x": [1, 2], "level": ["local", "national"]}), 2).columns.tolist()
    ['x', 'level_national']
    """
    if len(covariates) != rows:
        raise ValueError(f"covariates have {len(covariates)} rows, durations {rows}")
    columns = []
    for number, name in enumerate(covariates):
        column = covariates.iloc[:, number]
        if column.dtype.kind in "biufmM":
            columns.append((name, array_checks.numbers(column, name)))
            continue
        codes, names = array_checks.levels(column, name)
        levels_met = np.unique(codes)
        if len(levels_met) < 2:
            columns.append((name, np.zeros(rows)))
        columns += [(f"{name}_{names[code]}", codes == code) for code in levels_met[1:]]
    if not columns:
        raise ValueError("no covariate is given")
    names, values = zip(*columns, strict=True)
    return pd.DataFrame(
        np.column_stack(values).astype(float), columns=list(names), index=covariates.index
    )


def designs_alike(covariates, new) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The design of the rows fitted, and that of new rows with the same columns; a level never
    fitted is refused.

    >>> designs_alike({"level": ["local", "national"]}, {"level": ["national"]})[1].values.tolist()
    [[1.0]]

    Where nothing is to be predicted, the second has no row.

    >>> designs_alike({"x": [1, 2]}, {"x": []})[1].shape
    (0, 1)
    """
    fitted, to_predict = covariate_frame(covariates), covariate_frame(new)
    if set(fitted) != set(to_predict):
        raise ValueError(
            f"fitted are {', '.join(map(str, fitted))}, to predict are {', '.join(map(str, to_predict))}"
        )
    unseen = []
    for name, column in fitted.items():
        if column.dtype.kind not in "biuf":
            unseen += [f"{name} {value}" for value in set(to_predict[name]) - set(column)]
    if unseen:
        raise ValueError(f"no fitted row has {', '.join(sorted(unseen))}")
    designs = pd.concat([fitted, to_predict])
    columns = design(designs, len(designs))
    return columns.iloc[: len(fitted)], columns.iloc[len(fitted) :]
