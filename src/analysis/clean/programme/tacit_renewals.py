"""Agreements of which the cell of their end or term says that they renew themselves: "31/12/2016
(TR)", "2 ans puis tacite reconduction".
"""

import pandas as pd

from analysis.clean.records.rows import spread
from analysis.layout import Mapping
from analysis.layout.headers.words import which_say
from analysis.read import Block

_TELLING = ("planned_end", "term_months", "start")  # a period may stand under the last


def with_tacit_renewals(rows: pd.DataFrame, block: Block, mapping: Mapping) -> pd.DataFrame:
    """The rows with the tacit renewals that other cells of theirs tell, where no column of agreements
    is of these.
    """
    is_told = "tacit_renewal" in mapping.columns or "tacit_renewal" in mapping.constants
    if mapping.table != "agreements" or is_told:
        return rows
    renews_itself = pd.Series(False, rows.index)
    for name in _TELLING:
        for header in mapping.columns.get(name, ()):
            cells = block.columns[header]
            says_so = which_say("tacit renewal", cells.values)
            says_so &= ~which_say("no tacit renewal", cells.values)
            renews_itself |= spread(says_so, cells.codes).eq(True).fillna(False).astype(bool)
    if not renews_itself.any():
        return rows
    return rows.assign(tacit_renewal=renews_itself.where(renews_itself).astype("boolean"))
