"""Renewals told by the years in which they began ("2015, 2016"), or by their number, beside the first
end of an agreement: until when the last of them runs, as a column of its own.
"""

from dataclasses import replace

import pandas as pd

from analysis.declare.shares import MOST
from analysis.layout.headers.cell_evidence import days_of_rows, sample, share_written
from analysis.layout.headers.header_matching import match
from analysis.layout.headers.words import says
from analysis.layout.terms.renewals_without_start import last_days
from analysis.parse.month_arithmetic import DAYS_A_MONTH, later
from analysis.read import Block, Coded

_YEAR = r"(?:19|20)\d\d"
_YEARS = rf"{_YEAR}(?:(?:\s*[,;/+&|-]\s*|\s+(?:et|and|und|en|y|e)\s+|\s+){_YEAR})*"
_COUNT = r"[0-9]"
# The header of the ends that renewals tell: plain, or such that it is asked what they prolong.
PLAIN, ASKED = "Fin après renouvellement ({})", "{} (renouvellement) : fin"
_DATES = {  # columns of the start and of the first end, by table
    "agreements": (("start",), ("planned_end", "term_months")),
    "grants": (("planned_start", "date"), ("planned_end", "term_months")),
}


def with_renewed_ends(block: Block) -> Block:
    """The block with the end of the last renewal as a column, where a header of renewals stands
    above lists of years, or numbers, and others tell the first term.

    A renewal lasts as long as the first term, and begins in the last of the years. Where that is not
    when the term before it ends, it is asked whether renewals prolong what they stand beside.
    """
    renewals = [header for header in block.columns if _lists_renewals(block, header)]
    if len(renewals) != 1:
        return block
    for table, (starts, ends) in _DATES.items():
        columns = match(block, table).columns
        headers = [header for name in starts for header in columns.get(name, ())][:1]
        headers += [header for name in ends for header in columns.get(name, ())][:1]
        if len(headers) == 2 and len({*headers, *renewals}) == 3:
            rows = _last_renewals(block, *headers, renewals[0])
            follows = rows["begins"].eq(rows["before_ends"]) | rows["begins"].isna()
            name = ASKED if not follows.all() else PLAIN
            ends = Coded.of(rows["ends"].dt.strftime("%Y-%m-%d"))
            return replace(block, columns={**block.columns, name.format(renewals[0]): ends})
    return block


def _lists_renewals(block: Block, header: str) -> bool:
    """Whether a header of renewals stands above years, or numbers of renewals."""
    if not says("renewals", header) or says("renewals that may come", header):
        return False
    cells = sample(block.columns[header])
    return share_written(cells, f"{_YEARS}|{_COUNT}") > MOST


def _last_renewals(block: Block, start: str, end: str, renewals: str) -> pd.DataFrame:
    """When the last renewal of each row begins and ends, and when the term before it ends; missing
    where a row has none.
    """
    starts = days_of_rows(block.columns[start])
    day_after = last_days(block, starts, end) + pd.Timedelta(days=1)
    term = ((day_after - starts).dt.days / DAYS_A_MONTH).round()
    texts = block.columns[renewals].series().reset_index(drop=True)
    years = texts.str.extractall(rf"({_YEAR})")[0].astype("float").groupby(level=0)
    numbers = pd.to_numeric(texts.where(texts.str.fullmatch(_COUNT).eq(True)))
    count = years.size().reindex(texts.index).fillna(numbers)
    before_ends = _months_later(starts, term * count)
    years_later = years.max().reindex(texts.index) - starts.dt.year
    begins = _months_later(starts, 12 * years_later).fillna(before_ends)
    is_renewed = count.gt(0) & term.ge(1)
    new_ends = _months_later(begins, term) - pd.Timedelta(days=1)
    rows = {"begins": begins, "before_ends": before_ends, "ends": new_ends}
    return pd.DataFrame(rows).where(is_renewed)


def _months_later(days: pd.Series, months: pd.Series) -> pd.Series:
    """Days so many months later each; missing where either is."""
    return later(days, months.fillna(0).to_numpy("int64")).where(months.notna())
