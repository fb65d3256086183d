"""Amounts that are given each year or month, as what they give over the whole term."""

from collections.abc import Mapping
from functools import reduce

import pandas as pd

from analysis.clean.records.rows import column
from analysis.layout.amounts.periods_of_amounts import ONCE
from analysis.parse.month_arithmetic import DAYS_A_MONTH
from analysis.text.messages import say

_WITHOUT_TERM = "~without_term"  # the column of amounts of a year that are unknown for want of one
_PLANNED = "planned_amount_eur"
_A_MONTH = "~amount_a_month"  # the column of what such amounts come to a month


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
        months = months.fillna(_months_up_to_planned_end(rows, reduce(pd.Series.fillna, starts)))
    a_month = rows[measure] * times / 12
    over_all_years = (a_month * months).mask(times.eq(ONCE), rows[measure])
    is_lost = rows[measure].notna() & over_all_years.isna()
    a_month = a_month.mask(times.eq(ONCE))
    return rows.assign(**{measure: over_all_years, _WITHOUT_TERM: is_lost, _A_MONTH: a_month})


def _months_up_to_planned_end(rows: pd.DataFrame, start: pd.Series) -> pd.Series:
    days = (rows["planned_end"] - start).dt.days + 1
    return (days / DAYS_A_MONTH).round().astype("Float64")


def with_amounts_of_new_terms(agreements: pd.DataFrame, amends: pd.Series) -> pd.DataFrame:
    """Agreements given by the year: a row that amends one, and tells another term but no amount,
    bears what the agreement comes to over this term, which replaces what it came to before.
    """
    a_month = column(agreements, _A_MONTH, "Float64")
    if not a_month.notna().any():
        return agreements
    number, amount = agreements["agreement_id"], column(agreements, _PLANNED, "Float64")
    first = agreements.assign(a_month=a_month)[~amends].groupby("agreement_id")[
        ["start", "a_month"]
    ]
    first_by_number = first.first()
    months = _months_up_to_planned_end(agreements, number.map(first_by_number["start"]))
    over_new_term = number.map(first_by_number["a_month"]).astype("Float64") * months
    over_new_term = over_new_term.where(amends & amount.isna())
    versions = column(agreements, "~same_reference").mask(over_new_term.notna(), "last")
    return agreements.assign(
        **{_PLANNED: amount.fillna(over_new_term), "~same_reference": versions}
    )


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
