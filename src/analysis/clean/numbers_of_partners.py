"""Numbers that several partners have, as where agreements are numbered anew each year."""

import pandas as pd

from analysis.clean.rows import Tables, numbers_by_source

_TOLD = ("start", "planned_end", "planned_amount_eur")  # in which two agreements differ


def numbered_by_partner(agreements: pd.DataFrame) -> tuple[pd.DataFrame, set[str]]:
    """The agreements, those of one number with several partners each under a number of its own, and
    these numbers.

    Rows that tell one term and one amount are the same agreement, whoever a source says it is with.

    >>> rows = {"agreement_id": ["1", "1", "2"], "partner_id": ["Ain", "Var", "Ain"]}
    >>> rows["start"] = pd.to_datetime(["2016-01-01", "2017-01-01", "2016-01-01"])
    >>> agreements, numbers = numbered_by_partner(pd.DataFrame(rows))
    >>> agreements["agreement_id"].tolist(), numbers
    (['1 Ain', '1 Var', '2'], {'1'})
    """
    number, partner = agreements["agreement_id"], agreements["partner_id"]
    is_of_several = partner.groupby(number).transform("nunique").gt(1)
    columns = ["agreement_id", *(name for name in _TOLD if name in agreements)]
    partner = agreements.groupby(columns, dropna=False)["partner_id"].transform("min")
    is_shared = is_of_several & partner.groupby(number).transform("nunique").gt(1)
    if not is_shared.any():
        return agreements, set()
    shared = set(number[is_shared])
    own_number = number + " " + partner
    agreements = agreements.assign(agreement_id=number.mask(is_shared, own_number))
    if "previous_id" in agreements:
        previous = agreements["previous_id"]
        agreements["previous_id"] = previous.mask(previous.isin(shared), previous + " " + partner)
    return agreements, shared


def note_shared_numbers(rows: pd.DataFrame, shared: set[str], notes: Tables) -> None:
    """Note the rows of another table whose number is that of several agreements, to be asked."""
    of_several = rows[rows["agreement_id"].isin(shared)]
    if not len(of_several):
        return
    counted = numbers_by_source(of_several)
    notes["shared_numbers"] = pd.concat([notes.get("shared_numbers", counted.head(0)), counted])
