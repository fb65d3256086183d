"""Whether names that a list leaves blank in many rows go on from the row above, or are untold: the
likelier answer, which a draft proposes.
"""

import numpy as np

from analysis.declare.shares import FEW, HALF, NEARLY_ALL
from analysis.layout.headers.cell_evidence import dates_like, sample
from analysis.layout.mapping import Doubt, Mapping
from analysis.layout.shapes.blank_cells import MAY_STAND_ONCE, NAMED_ONCE
from analysis.read import Block, matching

_NAMES = {*MAY_STAND_ONCE, *NAMED_ONCE} - {"date"}
_OF_PARTNERS = ("recipient", "partner_id")
# What tells recipients apart besides their name.
_DETAILS = ("siret", "rna", "recipient_id", "town", "postcode", "commune_code")


def likeliest_of_blanks(block: Block, mapping: Mapping, doubt: Doubt) -> str:
    """The answer that a draft proposes for blank names: "unknown" where a name stands again in the
    next filled row, where rows without one have a place or a number of their own, or where each
    row begins with a title of its own; else "above".
    """
    names = [
        (name, header)
        for name, headers in mapping.columns.items()
        for header in headers
        if name in _NAMES and header in doubt.headers
    ]
    for name, header in names:
        if _stands_again(block, header) or _has_own_details(block, mapping, header):
            return "unknown"
        if name in _OF_PARTNERS and _follows_titles(block, header):
            return "unknown"
    return "above"


def _stands_again(block: Block, header: str) -> bool:
    """Whether filled rows repeat the name of the filled row before them, with all that is blank in
    the same rows: a list that leaves out what is the same would have left it out.
    """
    is_filled = block.columns[header].codes >= 0
    left_out_together = [
        column.codes[is_filled]
        for column in block.columns.values()
        if np.array_equal(column.codes >= 0, is_filled)
    ]
    rows = np.column_stack(left_out_together)
    repeats = int((rows[1:] == rows[:-1]).all(axis=1).sum())
    return repeats > FEW * len(rows)


def _has_own_details(block: Block, mapping: Mapping, header: str) -> bool:
    """Whether most rows without a name have another place or number than the row above that has
    one.
    """
    is_blank = block.columns[header].codes < 0
    last_named = np.maximum.accumulate(np.where(is_blank, 0, np.arange(len(is_blank))))
    for detail in _DETAILS:
        for told in mapping.columns.get(detail, ()):
            codes = block.columns[told].codes
            is_other = (codes >= 0) & (codes != codes[last_named])
            if is_other[is_blank].mean() > HALF:
                return True
    return False


def _follows_titles(block: Block, header: str) -> bool:
    """Whether a column before a name tells nearly all rows apart in words, as titles of projects
    do: what stands once for several rows stands before them.
    """
    before = list(block.columns)[: list(block.columns).index(header)]
    return any(_tells_rows_apart_in_words(block, title) for title in before)


def _tells_rows_apart_in_words(block: Block, header: str) -> bool:
    """Whether nearly all rows have words of their own under a header."""
    codes = block.columns[header].codes
    is_filled = codes >= 0
    if is_filled.mean() < NEARLY_ALL or len(np.unique(codes)) < NEARLY_ALL * len(codes):
        return False
    cells = sample(block.columns[header])
    letters, digits = cells.str.count(r"[^\W\d_]"), cells.str.count(r"\d")
    are_words = (letters >= 4) & (letters > 2 * digits) & ~matching(cells, r"@|://")
    return bool(are_words.mean() >= NEARLY_ALL and not dates_like(block, header))
