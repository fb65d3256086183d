"""Rows that equal earlier ones of their source: of agreements one row written twice, or payments of
equal parts; of grants the same one, or a further one.
"""

import pandas as pd

from analysis.clean.amounts.nameless_rows import money_by_source
from analysis.clean.records.rows import column
from analysis.text import formatting
from analysis.text.messages import say

_AMOUNT = "planned_amount_eur"
_EQUAL = ["source", "agreement_id", "partner_id", "start", "planned_end", _AMOUNT]


def equal_payments(agreements: pd.DataFrame) -> pd.DataFrame:
    """For each source with rows equal to an earlier one in their number, partner, dates and amount,
    of which study.toml does not say whether they add up: how many `rows` and how much money
    (`amount`) these are, of how many (`kept`) and how much (`given`).

    >>> rows = pd.DataFrame({"agreement_id": ["C1", "C1", "C2"], "planned_amount_eur": [500, 500, 70]})
    >>> rows = rows.assign(source="a.csv", partner_id="P", start=pd.Timestamp("2015-01-01"))
    >>> equal_payments(rows).to_dict("records")
    [{'source': 'a.csv', 'rows': 1, 'amount': 500.0, 'kept': 3.0, 'given': 1070.0}]
    """
    amount = column(agreements, _AMOUNT, "Float64")
    is_known = amount.gt(0).fillna(False) & agreements["agreement_id"].notna()
    rows = agreements.assign(amount=amount)
    names = [name for name in _EQUAL if name in rows]
    is_equal = is_known & rows.duplicated(names) & column(rows, "~same_reference").isna()
    money = money_by_source(rows[is_equal])
    of_source = money_by_source(rows).set_index("source")
    return money.assign(
        kept=money["source"].map(of_source["rows"]).astype("float64"),
        given=money["source"].map(of_source["amount"]).astype("float64"),
    )


def repeats_counted(money: pd.DataFrame) -> list[str]:
    """That rows equal to an earlier one in every cell count too, for each source of such rows."""
    return [
        say(
            "layout.repeats_counted",
            source=row.source,
            rows=row.rows,
            amount=formatting.number(row.amount),
        )
        for row in money.itertuples()
    ]
