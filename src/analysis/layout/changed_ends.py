"""Days on which grants and agreements ended before their term, and to which these were extended,
which stand beside the planned end of all.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.cell_evidence import dates_like
from analysis.layout.mapping import Doubt
from analysis.layout.money_words import says, which_say
from analysis.layout.table_match import BY_CELLS, BY_WORDS, Match
from analysis.read import Block, Coded, folded

_DAY = r"\b(\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d)\b"
FEW = 0.5  # share of the rows up to which a column tells early ends; beyond it is asked


def with_changed_ends(found: Match) -> Match:
    """The match whose planned ends are the extended one where a row has it, and whose ends are the
    early one; of agreements the early one is the end, asked where most would have ended so.
    """
    planned = found.columns.get("planned_end", ())
    extended = tuple(header for header in found.free if tells_extended_end(found.block, header))
    if found.table in ("grants", "agreements") and planned and extended:
        found.columns["planned_end"] = (*extended, *planned)
    early = tuple(header for header in found.free if tells_early_end(found.block, header))
    if found.table == "grants" and early:
        found.columns["planned_end"] = (*early, *found.columns.get("planned_end", ()))
    if found.table == "agreements" and early and "end" not in found.columns:
        is_filled = found.block.columns[early[0]].codes >= 0
        found.take("end", early[:1], BY_WORDS if is_filled.mean() <= FEW else BY_CELLS)
    return found


def ends_in_remarks(found: Match) -> tuple[Doubt, ...]:
    """The question whether remarks tell when agreements ended ("Résiliée le 30/09/2017"), where no
    column does.
    """
    if found.table != "agreements" or "end" in found.columns:
        return ()
    served = {header for headers in found.columns.values() for header in headers}
    headers = [
        header
        for header, column in found.block.columns.items()
        if header not in served and _days_of_ends(column.values).notna().any()
    ]
    return (Doubt("end", (headers[0],), tuple(headers[1:3]), "unnamed"),) if headers else ()


def with_days_of_remarks(block: Block, headers: Sequence[str]) -> Block:
    """The block whose remarks under some headers hold the day of an end alone where they tell one,
    and nothing where they are no date.
    """
    names = {folded(header) for header in headers}
    columns = {}
    for header, column in block.columns.items():
        days = _days_of_ends(column.values) if folded(header) in names else pd.Series(dtype="str")
        if days.notna().any():
            is_date = parse.dates(column.values)[0]["date"].notna()
            values = days.fillna(column.values.where(is_date))
            codes = np.where(values.isna().to_numpy()[column.codes], -1, column.codes)
            columns[header] = Coded(np.where(column.codes < 0, -1, codes), values.fillna(""))
    return replace(block, columns={**block.columns, **columns}) if columns else block


def _days_of_ends(texts: pd.Series) -> pd.Series:
    """The day that each text tells beside the words that something ended early; missing: none."""
    day = texts.astype("str").str.extract(_DAY, expand=False)
    return day.where(which_say("early end", texts))


def tells_early_end(block: Block, header: str) -> bool:
    """Whether a header says that a grant or an agreement was ended ("Date de résiliation"), not by
    when it may be ("Date limite de dénonciation"), above dates.
    """
    is_said = says("early end", header) and not says("notice of an end", header)
    return is_said and dates_like(block, header)


def tells_extended_end(block: Block, header: str) -> bool:
    """Whether a header says to which day terms were extended ("Prorogée au"), above dates."""
    return says("extended end", header) and dates_like(block, header)
