"""Rows with money that name nobody: a total where they add up others, else money that the team is
asked about.
"""

import pandas as pd

from analysis.clean.rows import column, is_kept

NO_RECIPIENT = "no recipient"  # the rule of such rows
NAMELESS = ["source", "rows", "amount", "given"]


def alone_on_a_day(rows: pd.DataFrame, own_date: pd.Series) -> pd.Series:
    """Which rows bear a day that no other row of their source bears: no total of that day, and one of
    all rows would bear none.
    """
    by_day = own_date & column(rows, "date_precision").eq("day")
    return by_day & ~rows.duplicated(["source", "date"], keep=False)


def money_of_nobody(rows: pd.DataFrame) -> pd.DataFrame:
    """For each source with rows that give money to nobody: how many, how much, and how much all of
    its rows give.
    """
    amount = column(rows, "amount", "Float64").astype("float64")
    money = pd.DataFrame({"source": rows["source"].astype("str"), "amount": amount})
    is_nameless = rows["rule"].eq(NO_RECIPIENT) & amount.gt(0)
    nameless = money[is_nameless].groupby("source")["amount"].agg(["size", "sum"])
    counted = money[is_kept(rows) | is_nameless].groupby("source")["amount"].sum()
    table = nameless.join(counted.rename("given")).reset_index()
    return table.set_axis(NAMELESS, axis=1)
