"""What the name of a sheet and its headers tell of all payments that it lists."""

from analysis.layout.given_in_kind import is_in_kind
from analysis.layout.table_match import Match
from analysis.layout.words import says


def constants_of_payments(found: Match, name: str) -> dict[str, str]:
    """What all rows of contributions are that their sheet, or headers of days and amounts, call
    payments: money to partners, paid, or committed where it is still to come; of money received, or
    of others, not which way it went, and beside what was given in kind not of which kind.
    """
    amounts, days = (found.columns.get(column, ()) for column in ("value_eur", "date"))
    texts = [name, *amounts, *days]
    if found.table != "contributions" or not any(says("payments", text) for text in texts):
        return {}
    is_ahead = any(says("payments ahead", text) for text in [name, *amounts])
    constants = {
        "kind": "cash",
        "direction": "to partner",
        "stage": "committed" if is_ahead else "paid",
    }
    if any(says("payments ahead", header) for header in [*days, *found.free]):
        del constants["stage"]  # some of them may be still to come
    if any(says("received", text) or says("money of others", text) for text in texts):
        del constants["direction"]
    if any(map(is_in_kind, amounts)):
        del constants["kind"]
    return {column: value for column, value in constants.items() if column not in found.columns}
