"""Does fragility foretell?

Lines as they stood a year ago beside what has ended since; associations, never causes.
"""

import numpy as np
import pandas as pd

from analysis.stats import intervals, regression

FEW = 10  # relations with a yes, and with a no: below, a line is not compared
FEW_ENDS = 5


def ends_by_line(
    lines: pd.DataFrame,
    ended: pd.Series,
    calendar: pd.Series,
    *,
    partner: pd.Series | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Ends within a year among relations with each line and without, and what is left of it beyond
    the calendar of terms.

    `lines` (yes, no or unknown; a row per relation then running, a column per line), `ended`
    (within the year, missing where not known) and `calendar` (what the calendar of terms said then:
    whether, or in which quarter, the term fell within the year) describe the same relations. One
    row per line: ``yes, no, unknown`` (relations), ``ended_yes, ended_no`` (shares), ``difference,
    low, high`` between them, ``beyond, beyond_low, beyond_high`` between relations of like
    calendar, its ``p_value, p_holm``, and whether the line is ``informative`` beyond the calendar
    (p_holm below 1 - confidence). Differences are least squares' with errors clustered by partner;
    none with fewer than ten relations on a side or five ends.

    >>> lines = pd.DataFrame({"LF5": pd.array([True, False] * 20)})
    >>> ended = pd.Series([True, False, False, False] * 10)
    >>> table = ends_by_line(lines, ended, pd.Series([True, True, False, False] * 10))
    >>> table[["ended_yes", "ended_no", "difference"]].round(3).values.tolist()
    [[0.5, 0.0, 0.5]]
    """
    rows = {}
    for name, line in lines.items():
        is_known = line.notna() & ended.notna() & calendar.notna()
        yes, gone = line[is_known].astype(bool), ended[is_known].astype(bool)
        counts = {
            "yes": int(yes.sum()),
            "no": int((~yes).sum()),
            "unknown": int(line.isna().sum()),
            "ended_yes": gone[yes].mean(),
            "ended_no": gone[~yes].mean(),
        }
        enough = min(counts["yes"], counts["no"]) >= FEW and gone.sum() >= FEW_ENDS
        if not enough:
            rows[name] = counts
            continue
        cluster = None if partner is None else partner[is_known]
        alone = pd.DataFrame({"line": yes.astype(float)})
        plain = _of_line(gone, alone, cluster, confidence)
        within = alone.assign(calendar=calendar[is_known].astype("str"))
        beyond = _of_line(gone, within, cluster, confidence)
        rows[name] = counts | {
            "difference": plain["value"],
            "low": plain["low"],
            "high": plain["high"],
            "beyond": beyond["value"],
            "beyond_low": beyond["low"],
            "beyond_high": beyond["high"],
            "p_value": beyond["p_value"],
        }
    columns = [
        *("yes", "no", "unknown", "ended_yes", "ended_no", "difference", "low", "high"),
        *("beyond", "beyond_low", "beyond_high", "p_value"),
    ]
    table = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=columns)
    table["p_holm"] = intervals.holm(table["p_value"])
    return table.assign(informative=table["p_holm"] < 1 - confidence).rename_axis("line")


def _of_line(gone: pd.Series, covariates: pd.DataFrame, cluster, confidence: float) -> pd.Series:
    """The coefficient of the line; missing where the calendar says the same as the line."""
    varying = covariates.loc[:, covariates.nunique() > 1]
    try:
        fit = regression.linear(gone.astype(float), varying, cluster=cluster)
    except ValueError:
        return pd.Series(np.nan, index=["value", "std_error", "low", "high", "p_value"])
    return fit.table(confidence).loc["line"]
