"""Whether the numbers under a header of terms ("Durée") count years or months."""

import re
from collections.abc import Sequence

from analysis import parse
from analysis.layout.headers.cell_evidence import sample
from analysis.read import Block, spaced

OF_TERMS = "unit of terms"  # the reason of the doubt
YEARS = r"(?i)\b(?:an(?:s|n[ée]es?)|years?|yrs?|jahre?n?|ja(?:ar|ren)|a[nñ]os?|anni)\b"
_MONTHS = r"(?i)\b(?:mois|months?|mths?|monate?n?|maand(?:en)?|mnd|mes(?:es)?|mesi)\b"
YEARS_OR_MONTHS = f"{YEARS}|{_MONTHS.removeprefix('(?i)')}"
_MOST_YEARS = 10  # a larger number is one of months


def unit_is_open(block: Block, headers: Sequence[str]) -> bool:
    """Whether bare numbers that may be years stand under headers that name no unit."""
    heading = spaced(" ".join(headers))
    if re.search(YEARS, heading) or re.search(_MONTHS, heading):
        return False
    cells = sample(block.columns[headers[0]])
    bare = parse.amounts(cells)[0].dropna()
    return bool(len(bare)) and bool((bare <= _MOST_YEARS).all())
