"""Notes below the rows of a list of two columns: "Source : service des sports"."""

import numpy as np

from analysis.read.block import Block, matching
from analysis.read.total_words import BEGINS_WITH_TOTAL, matching_labels

_NOTE = (  # what nobody is called
    r"(?i)^\s*(?:[*†‡]|\(\*?[0-9]{0,2}\)|(?:sources?|nota(?: bene)?|notes?|n\.?b\.?|remarques?|quellen?"
    r"|hinweis|anmerkung|bron|fuentes?|fonti?e?)\s*:|(?:les )?montants? (?:exprim[ée]s? )?en |montants exprim"
    r"|(?:alle )?betr[äa]ge in |amounts? (?:are )?in |bedragen in |importes? en |importi in )"
)


def notes_below(block: Block, n_filled: np.ndarray) -> np.ndarray:
    """Which rows of a list of two columns are notes: the first cell alone is filled, and it reads
    as a note, or stands below a blank row or a total, with nothing but notes between.

    A recipient whose amount is blank, among the others, is none.
    """
    is_note = np.zeros(len(n_filled), dtype=bool)
    if len(block.columns) != 2:
        return is_note
    first = next(iter(block.columns.values()))
    alone = (n_filled == 1) & (first.codes >= 0)
    if not alone.any():
        return is_note
    reads_as_note = np.append(matching(first.values, _NOTE), False)[first.codes]
    is_total = np.append(matching_labels(first.values, BEGINS_WITH_TOTAL), False)[first.codes]
    opens = (n_filled == 0) | (is_total & (n_filled == 2))
    for row in np.flatnonzero(alone):
        is_below = row > 0 and (opens[row - 1] or is_note[row - 1])
        is_note[row] = reads_as_note[row] or is_below
    return is_note
