"""Amounts that are given each year or month, as what they give over the whole term."""

from collections.abc import Mapping
from functools import reduce

import pandas as pd

from analysis.clean.records.rows import column
from analysis.layout.amounts.periods_of_amounts import ONCE
from analysis.parse.month_arithmetic import DAYS_A_MONTH
from analysis.text.messages import say

_WITHOUT_TERM = "~without_term"  # the column of amounts of a year that are unknown for want of one


def with_amounts_of_all_years(rows: pd.DataFrame, measure: str, times: pd.Series) -> pd.DataFrame:
    """Grants or agreements of which amounts are given so many times a year, as what they give over
    their term; unknown where their term is (`~without_term`). One that is given once stays as it is.
    """
    if times.eq(ONCE).all():
        return rows
    months = rows.get("term_months", pd.Series(pd.NA, rows.index)).astype("Float64")
    if "planned_end" in rows:
        names = ("planned_start", "date", "start", "signed_on")
        starts = [rows[name] for name in names if name in rows]
        start = reduce(pd.Series.fillna, starts)
        days = (rows["planned_end"] - start).dt.days + 1
        months = months.fillna((days / DAYS_A_MONTH).round().astype("Float64"))
    over_all_years = (rows[measure] * times * months / 12).mask(times.eq(ONCE), rows[measure])
    is_lost = rows[measure].notna() & over_all_years.isna()
    return rows.assign(**{measure: over_all_years, _WITHOUT_TERM: is_lost})


def remarks_on_yearly_amounts(by_table: Mapping[str, pd.DataFrame]) -> list[str]:
    """How many amounts of each source stay unknown because no term tells how often they are given.

    >>> rows = pd.DataFrame({"source": "dons.csv", "amount": [100.0]})
    >>> given_yearly = with_amounts_of_all_years(rows, "amount", pd.Series([1.0]))
    >>> len(remarks_on_yearly_amounts({"grants": given_yearly}))
    1
    """
    remarks = []
    for rows in by_table.values():
        is_lost = column(rows, _WITHOUT_TERM, "boolean").fillna(False).astype(bool)
        for source, count in rows.loc[is_lost, "source"].value_counts(sort=False).items():
            if count:
                remarks.append(say("clean.yearly_amounts_without_term", source=source, rows=count))
    return remarks
