"""What the name of a sheet and its headers tell of all payments that it lists."""

from analysis.layout.money_words import says
from analysis.layout.table_match import Match


def constants_of_payments(found: Match, name: str) -> dict[str, str]:
    """What all rows of contributions are that their sheet, or headers of days and amounts, call
    payments: money to partners, paid, or committed where it is still to come; of money received, not
    which way it went.
    """
    headers = [
        header for column in ("value_eur", "date") for header in found.columns.get(column, ())
    ]
    texts = [name, *headers]
    if found.table != "contributions" or not any(says("payments", text) for text in texts):
        return {}
    stage = "committed" if any(says("payments ahead", text) for text in texts) else "paid"
    told = {"kind": "cash", "direction": "to partner", "stage": stage}
    if any(says("received", text) for text in texts):
        del told["direction"]
    return {column: value for column, value in told.items() if column not in found.columns}
