"""Amounts that one figure tells (F18) and of which another tells shares (F10P), by name.

Shares told on two days give by how much an amount moved: they are hidden with it.
"""

import pandas as pd


def amount_name(year: float | str) -> str:
    """The name under which the money given to partners in a year is stated.

    >>> amount_name(2017.0)
    'amount.2017'
    """
    return f"amount.{int(year)}"


def amount_rows(brought: pd.DataFrame) -> dict[int, str]:
    """The rows of `strength.brought` that are money of a year, by name."""
    is_money = (brought["direction"] == "to partner") & (brought["kind"] == "cash")
    money = brought[is_money & (brought["unit"] == "EUR")]
    paid = money[money["stage"] == "paid"]
    rows = money if paid.empty else paid
    return {row: amount_name(year) for row, year in rows["year"].dropna().items()}


def shares_of_amounts(years: pd.Series, own_year: float) -> dict[str, tuple[tuple[int, str], ...]]:
    """The cells of shares of each year's amount, by its name; none of the figure's own year.

    >>> shares_of_amounts(pd.Series(["2016", "2017"], index=[40, 41]), 2017.0)
    {'amount.2016': ((40, 'value'),), 'amount.2017': ()}
    """
    shares = {amount_name(year): ((row, "value"),) for row, year in years.items()}
    return shares | {amount_name(own_year): ()}
