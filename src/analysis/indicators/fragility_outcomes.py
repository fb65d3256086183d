"""Do lines of fragility foretell ends? What became of relations since their lines were read."""

import pandas as pd

from analysis.stats import intervals, regression

_FEWEST = 10  # relations with a line, and without it: with fewer nothing is compared
_COLUMNS = ["known", "ended_with", "ended_without", "value", "low", "high", "p_value"]


def ends_since(
    stated: pd.DataFrame,
    ended: pd.Series,
    term: pd.Series,
    partner: pd.Series,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How many more relations have ended since of those that a line held for, by line.

    `stated` are lines as read then (boolean, missing = unknown, one row per relation), `ended` what
    became of each since, `term` when it was to come to term as known then (any labels, missing a
    label of its own). ``ended_with, ended_without`` are shares of the ``known``; ``value, low,
    high`` the difference among relations of one term, so that it tells what the calendar of terms
    does not (least squares; errors by partner, Student's t for P - 1); ``p_holm`` over all lines.
    An association. Lines that fewer than ten relations have, or lack, are left out.

    >>> stated = pd.DataFrame({"LF6": [True] * 20 + [False] * 20})
    >>> ended = pd.Series([True, False] * 10 + [False] * 20)
    >>> table = ends_since(stated, ended, pd.Series(["soon", "later"] * 20), pd.Series(range(40)))
    >>> table[["ended_with", "ended_without", "value"]].round(3).values.tolist()
    [[0.5, 0.0, 0.5]]
    """
    rows = {}
    for name, line in stated.items():
        line = line.dropna().astype("bool")
        if min(line.sum(), (~line).sum()) < _FEWEST:
            continue
        happened = ended[line.index].astype("float64")
        calendar = term[line.index].astype("str").fillna("none")
        frame = pd.DataFrame({"line": line.astype("float64"), "term": calendar})
        frame = frame.loc[:, frame.nunique() > 1].reset_index(drop=True)
        fit = regression.linear(happened.to_numpy(), frame, cluster=partner[line.index].to_numpy())
        estimate = fit.table(confidence).loc["line", ["value", "low", "high", "p_value"]]
        rows[name] = [len(line), happened[line].mean(), happened[~line].mean(), *estimate]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=_COLUMNS, dtype="float64")
    return table.assign(p_holm=intervals.holm(table["p_value"])).rename_axis("line")
