"""Rows with money that name nobody: a total where they add up others, else money that the team is
asked about.
"""

import pandas as pd

from analysis.clean.records.rows import column, is_kept

NO_RECIPIENT = "no recipient"  # the rule of such rows


def alone_on_a_day(rows: pd.DataFrame, own_date: pd.Series) -> pd.Series:
    """Which rows bear a day that no other row of their source bears: no total of that day, and one
    of all rows would bear none.
    """
    by_day = own_date & column(rows, "date_precision").eq("day")
    return by_day & ~rows.duplicated(["source", "date"], keep=False)


def money_by_source(rows: pd.DataFrame) -> pd.DataFrame:
    """How many rows each source has, and how much money they give."""
    amount = column(rows, "amount", "Float64").astype("float64")
    by_source = amount.groupby(rows["source"].astype("str"))
    money = pd.DataFrame({"rows": by_source.size(), "amount": by_source.sum()})
    return money.rename_axis("source").reset_index()


def money_of_some(rows: pd.DataFrame, is_one: pd.Series) -> pd.DataFrame:
    """For each source of some rows: how many, how much, and how many (`kept`) and how much
    (`given`) all rows that it keeps are.
    """
    kept = money_by_source(rows[is_kept(rows)]).set_index("source")
    money = money_by_source(rows[is_one])
    return money.assign(
        kept=money["source"].map(kept["rows"]).astype("float64"),
        given=money["source"].map(kept["amount"]).astype("float64"),
    )


def money_of_nobody(rows: pd.DataFrame) -> pd.DataFrame:
    """For each source with rows that give money to nobody: how many, how much, and how much
    (`given`) all of its rows give.
    """
    is_nameless = rows["rule"].eq(NO_RECIPIENT) & rows["amount"].gt(0).fillna(False)
    amount_by_source = money_by_source(rows[is_kept(rows) | is_nameless]).set_index("source")[
        "amount"
    ]
    nameless = money_by_source(rows[is_nameless])
    return nameless.assign(given=nameless["source"].map(amount_by_source).astype("float64"))
