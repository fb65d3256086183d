"""Rows of a list that are the sum of others though nothing labels them: a programme with the sum of
the grants below it. A few round amounts add up so by chance, which is asked.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.clean.records.rows import column
from analysis.parse.quantities import HALF_CENT
from analysis.read.total_words import BARE, matching_labels

SURE, IN_DOUBT = "sure", "in doubt"
_LIKELY = 0.001  # chance of adding up so beyond which the sums may be grants after all


def sums_of_groups(rows: pd.DataFrame, measure: str, somebody: pd.Series) -> pd.Series:
    """Which rows are the sum of those below them, or above, where a whole source is made of such
    groups: `SURE`, or `IN_DOUBT` where few round amounts may well add up so by chance; else missing.

    Each group begins with its sum, or ends with it, and two or more hold several rows. A total of
    all is not among them; a line of columns by year is a row of each year. Where one of these sums
    is `somebody`, a recipient on a day of its own, it counts if chance explains it, or is in doubt.
    """
    kind = pd.Series(pd.NA, index=rows.index, dtype="str")
    details = rows[~matching_labels(column(rows, "~label"), BARE)]
    is_by_year = bool(details.duplicated(["source", "line"]).any()) and "date" in rows
    for _source, of_source in details.groupby("source", observed=True):
        if is_by_year:
            period = of_source["date"]
        else:
            period = pd.Series("all", of_source.index)
        of_periods = [of_period for _period, of_period in of_source.groupby(period)]
        groups = pd.concat([_groups_with_sums(of_period, measure) for of_period in of_periods])
        is_chance = _chance(groups) > _LIKELY
        is_dated = not is_by_year and _have_days(of_source) and somebody[groups.index].any()
        if is_dated and is_chance:
            continue  # recipients on days of their own, of round amounts
        kind[groups.index] = IN_DOUBT if is_dated or is_chance else SURE
    return kind


def names_in_doubt(rows: pd.DataFrame, in_doubt: pd.Series) -> pd.DataFrame:
    """What is to be asked of rows that may be sums of groups: for each source that study.toml does
    not say it of, their names, how many rows they are and how much they give.
    """
    is_stated = column(rows, "~recipients_left_out", "boolean").fillna(False).astype(bool)
    sums = rows[in_doubt & ~is_stated & rows["recipient"].notna()]
    if sums.empty:
        return pd.DataFrame(columns=["source", "names", "rows", "amount"])
    by_source = sums.groupby(sums["source"].astype("str"))
    asked = by_source.agg(
        names=("recipient", lambda names: list(names.unique())),
        rows=("line", "size"),
        amount=("amount", "sum"),
    )
    return asked.rename_axis("source").reset_index()


def _have_days(rows: pd.DataFrame) -> bool:
    """Whether rows bear days that differ: a programme may well bear the year of its grants."""
    days = column(rows, "date").where(column(rows, "date_precision").eq("day"))
    return bool(days.nunique() > 1)


def _groups_with_sums(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The groups that rows are made of, by the index of the row of their sum: their `amounts` and,
    as `chance`, how likely a sum of such amounts is met by chance: one of as many as the mean of
    its details holds units, a unit being what all amounts are multiples of.
    """
    in_order = rows.sort_values("line")
    amounts = column(in_order, measure, "Float64").astype("float64").to_numpy()
    heads = _heads(amounts)
    if not heads:  # the sums may stand below
        in_order, amounts = in_order[::-1], amounts[::-1]
        heads = _heads(amounts)
    if heads:
        unit = np.gcd.reduce(np.rint(amounts * 100).astype(int)) / 100
    else:
        unit = 1.0
    groups = [tuple(amounts[head:end]) for head, end in pairwise([*heads, len(amounts)])]
    chances = [min(1.0, unit / np.mean(group[1:])) for group in groups]
    return pd.DataFrame({"amounts": groups, "chance": chances}, index=in_order.index[heads])


def _chance(groups: pd.DataFrame) -> float:
    """How likely amounts add up so in all groups; those that come again tell nothing more."""
    return float(groups.drop_duplicates("amounts")["chance"].prod())


def _heads(amounts: np.ndarray) -> list[int]:
    """The places of the sums; none where the amounts are not all in groups that begin with theirs.

    >>> _heads(np.array([1000.0, 400, 600, 900, 200, 700]))
    [0, 3]
    >>> _heads(np.array([1000.0, 400, 600, 900, 200, 600]))
    []
    """
    heads, groups_of_several, place = [], 0, 0
    if not (amounts > 0).all():
        return []
    up_to = np.cumsum(amounts)  # with each row, the sum of all rows up to it
    while place < len(amounts):
        end_of_group = up_to[place] + amounts[place]
        last = int(np.searchsorted(up_to, end_of_group - HALF_CENT))
        if last == len(amounts) or abs(up_to[last] - end_of_group) > HALF_CENT:
            return []
        heads.append(place)
        groups_of_several += last > place + 1
        place = last + 1
    if groups_of_several > 1:
        return heads
    return []
