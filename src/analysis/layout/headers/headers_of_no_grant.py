"""Headers that tell nothing of a grant: a share of a whole, whom one speaks to, or the rows of a
pivot table.
"""

import re

from analysis.layout.headers.contacts import names_a_contact
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.numbers_of_cells import Numbers
from analysis.read import Block, folded

# Headers of shares of a whole.
PERCENT = re.compile(r"(?i)%|\bpct\b|pou?rcent|percent|\b(?:taux|rate|quote-part)\b")
_RATE_IN_BRACKETS = re.compile(r"[(\[][^)\]]*\d\s*%[^)\]]*[)\]]")  # "(max 50%)", and no "(%)"
PIVOT = {"etiquettesdelignes", "rowlabels", "zeilenbeschriftungen", "rijlabels", "etiquetasdefila"}
_HUNDRED = 100  # beyond which a number is no share in percent


def is_of_no_grant(block: Block, header: str) -> bool:
    """Whether a header names a share of a whole or a contact. A rate in brackets is but a remark on
    amounts ("Union cofinancing (max 50%)") where the cells below are more than shares.
    """
    if "%" in _RATE_IN_BRACKETS.sub("", header):
        return True
    if "%" in header and not _exceed_shares(block, header):
        return True
    return names_a_contact(header) and not sense_of(header, "recipient")


def _exceed_shares(block: Block, header: str) -> bool:
    """Whether numbers under a header are more than shares in percent."""
    amounts = Numbers(block.columns[header]).values.dropna()
    return bool((amounts > _HUNDRED).any())


def heads_a_pivot_table(headers: tuple[str, ...]) -> bool:
    """Whether a header is what spreadsheets put above the rows of a pivot table."""
    return folded(headers[0]) in PIVOT
