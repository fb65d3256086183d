"""Columns that say which version of a record each row is ("Version": V1, V2)."""

import pandas as pd

from analysis import parse
from analysis.layout.headers.cell_evidence import dates_like, sample
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.words import says
from analysis.parse.column import Read
from analysis.read import Block

_VERSION = r"(?i)\s*(?:v|vers|version|versie|fassung|r|rev|n[°o])?[. ]*(\d{1,2}(?:\.\d{1,2})?)\s*"


def tells_versions(block: Block, header: str) -> bool:
    """Whether a header says versions, and its cells number them: more than one, and no dates."""
    if not says("version of a record", header) or dates_like(block, header):
        return False
    cells = sample(block.columns[header])
    return len(cells) > 1 and bool(cells.str.fullmatch(_VERSION).all())


def reference_of_versions(found: Match) -> tuple[str, ...]:
    """The headers of who received and when, where they bear several versions of a grant that has no
    number; else none.
    """
    headers = (*found.columns.get("recipient", ())[:1], *found.columns.get("date", ())[:1])
    versions = [header for header in found.free if tells_versions(found.block, header)]
    if len(headers) < 2 or not versions:
        return ()
    rows = pd.DataFrame(
        {header: found.block.columns[header].codes for header in (*headers, versions[0])}
    )
    of_grant = rows.groupby([*headers])[versions[0]]
    if of_grant.nunique().gt(1).any() and not rows.duplicated().any():
        return headers
    return ()


def numbers_of_versions(texts: pd.Series) -> Read:
    """How many versions stand before each, by what distinct cells call it: the first is amended.

    >>> numbers_of_versions(pd.Series(["V1", "v. 3", "V2"]))[0].tolist()
    [0.0, 2.0, 1.0]
    """
    numbers, wrong = parse.amounts(texts.str.replace(_VERSION, r"\1", regex=True))
    return numbers - numbers.min(), wrong
