"""Remarks by how long an agreement or a grant was extended, without the day until which it runs:
"prolongée d'un an". Its end may have been changed already: told, and never reckoned.
"""

from collections.abc import Mapping

import numpy as np

from analysis.layout.headers.words import number_of_words, which_say
from analysis.layout.terms.days_in_remarks import days_of_ends
from analysis.layout.terms.only_asked import changes_that_hold
from analysis.read import Block

_MOST_WORDS = 12  # of a remark, beyond which a text tells of something else


def extended_by_a_while(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[int]]:
    """The headers of remarks that serve no column but ends, with the lines on which one says by how
    long something was extended, and tells no day; none where no column tells a planned end.
    """
    if "planned_end" not in columns and "term_months" not in columns:
        return {}
    served = {header for headers in columns.values() for header in headers}
    lines_by_header = {}
    for header, remarks in block.columns.items():
        if header in served:
            continue
        is_short = number_of_words(remarks.values) <= _MOST_WORDS
        tells_a_while = is_short & which_say("extended by a while", remarks.values)
        texts = remarks.values[tells_a_while]
        is_day_told = days_of_ends(texts, ("extended end",)).notna()
        tells_a_while[tells_a_while] = (
            changes_that_hold(texts, "extended end").notna() & ~is_day_told
        )
        is_told = np.append(tells_a_while.to_numpy(bool), False)[remarks.codes]
        if is_told.any():
            lines_by_header[header] = [int(line) for line in block.lines[is_told]]
    return lines_by_header
