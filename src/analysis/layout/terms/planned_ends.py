"""Ends that were planned, under headers whose other words say nothing ("nsf_expected_end_date")."""

import re
from functools import cache

from analysis.layout.headers.cell_evidence import dates_like
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.words import says
from analysis.read import Block, spaced


def tells_planned_end(block: Block, header: str) -> bool:
    """Whether a word of a header says an end, and none that it came early or later, above dates."""
    return _says_planned_end(header) and dates_like(block, header)


def is_day_of_payment(header: str) -> bool:
    """Whether a header of dates says that something was paid on them, and no end.

    >>> is_day_of_payment("Date du solde"), is_day_of_payment("ausgezahlt am")
    (True, True)
    >>> is_day_of_payment("Échéance"), is_day_of_payment("Fin des versements")
    (False, False)
    """
    return says("paid amount", header) and not _says_planned_end(header)


@cache
def _says_planned_end(header: str) -> bool:
    """Whether a word of a header says an end that is to come.

    >>> [_says_planned_end(header) for header in ("nsf_expected_end_date", "Actual end date")]
    [True, False]
    >>> [_says_planned_end(header) for header in ("expected_payment_date", "Date de fin réelle")]
    [False, False]
    """
    words = re.split(r"[\W_]+", spaced(header))
    is_end = any(sense_of(word, "planned_end") for word in words if word)
    others = ("early end", "extended end", "renewed end", "notice of an end", "day of a record")
    return is_end and not any(says(kind, spaced(header)) for kind in others)
