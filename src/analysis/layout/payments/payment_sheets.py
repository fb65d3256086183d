"""What the name of a sheet and its headers tell of all payments that it lists, and which columns
hold their days and amounts.
"""

from analysis.layout.amounts.given_in_kind import is_in_kind
from analysis.layout.headers.cell_evidence import dates_like, mostly_years
from analysis.layout.headers.columns_offered import money_offered
from analysis.layout.headers.header_names import names_money
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS, Match
from analysis.layout.headers.words import says


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
    are_said_paid = bool(amounts) and all(says("paid amount", header) for header in amounts)
    others = [] if are_said_paid else found.free
    if any(says("payments ahead", header) for header in [*days, *others]):
        del constants["stage"]  # some of them may be still to come
    if any(says("received", text) or says("money of others", text) for text in texts):
        del constants["direction"]
    if any(map(is_in_kind, amounts)):
        del constants["kind"]
    return {column: value for column, value in constants.items() if column not in found.columns}


def take_days_and_amounts(found: Match, *, are_payments: bool) -> None:
    """Take what headers and cells say to be the day, or the year, and the amount of payments; of a
    list that is known to be one (`are_payments`) also the likeliest amount by its cells alone, which
    is asked.
    """
    if {"date", "year"}.isdisjoint(found.columns):
        days = [header for header in found.free if dates_like(found.block, header)]
        years = [header for header in days if mostly_years(found.block, header)]
        found.take("year", tuple(years[:1]), BY_WORDS)
        found.take("date", () if years else tuple(days[:1]), BY_WORDS)
    if "value_eur" in found.columns:
        return
    free = [header for header in found.free if not dates_like(found.block, header)]
    named = [header for header in free if names_money(header)]
    named.sort(key=lambda header: not says("paid amount", header))  # before what was planned
    if are_payments and not named:
        offered = money_offered(found.block, free)
    else:
        offered = []
    paid = [header for header in offered if says("payments", header)]
    found.take("value_eur", tuple([*named, *paid][:1]), BY_WORDS)
    if "value_eur" not in found.columns:
        found.take("value_eur", tuple(offered[:1]), BY_CELLS)
