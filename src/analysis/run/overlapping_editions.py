"""Editions that overlap in part, as `region=A|B` and `region=B|C`: what they tell together, with others
beside them, cannot be counted up, so that the second is not released to others than the team.
"""

from collections.abc import Collection, Iterable

import pandas as pd

from analysis.declare.faults import Fault, Refused
from analysis.disclosure.edition import Edition
from analysis.text.formatting import date
from analysis.text.messages import say


def refuse_overlaps(editions: Collection[Edition], released: Iterable[Edition]) -> None:
    """Refuse editions of which a filter names some values of one that was released, on whatever
    day, and others beside them.
    """
    faults = {}
    for earlier in released:
        for edition in editions:
            if by := edition.crosses(earlier) or earlier.crosses(edition):
                values, others = (
                    dict(each.filters).get(by, each.filters[0][1]) for each in (edition, earlier)
                )
                message = say("withheld.overlap", others=others, day=_day_in_words(earlier))
                faults[edition, others] = Fault(f"-p {by}", None, "", "parameter", values, message)
    if faults:
        raise Refused(list(faults.values()), exit_code=2)


def _day_in_words(edition: Edition) -> str:
    return date(pd.Timestamp(edition.day.split(" ")[0]))
