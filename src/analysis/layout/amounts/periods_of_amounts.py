"""A column that says of each amount of which period it is ("annuel", "ponctuel"): an amount of each
year of a term counts for all of them, one that is given once does not.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.headers.cell_evidence import sample
from analysis.layout.headers.words import says, which_say
from analysis.read import Block

OF_PERIODS = "amounts of periods"  # the reason of such a doubt
OF_ALL_ROWS = ("year", "grant")  # what `amount_per` may say of all rows, instead of naming a column
ONCE = 0  # how often a year an amount is given that is given once
_TIMES = {  # kind of words -> how often a year
    "once a grant": ONCE,
    "each year": 1,
    "each half year": 2,
    "each quarter": 4,
    "each month": 12,
}


def times_a_year(texts: pd.Series) -> pd.Series:
    """How often a year an amount is given, by the word for its period; 0 for one given once,
    missing where no word is known.

    >>> times_a_year(pd.Series(["Annuel", "par mois", "Eenmalig", "Sport"])).tolist()
    [1.0, 12.0, 0.0, nan]
    """
    says_so = [which_say(kind, texts) for kind in _TIMES]
    return pd.Series(np.select(says_so, [*_TIMES.values()], np.nan), texts.index)


def periods_of(block: Block, headers: Iterable[str]) -> tuple[str, ...]:
    """Of some headers the one below which each cell names the period of an amount, one of them
    again and again; or that says so itself, above at least one such cell.
    """
    for header in headers:
        words = sample(block.columns[header])
        times = times_a_year(words)
        is_told = times.notna().all() or says("header of periods", header)
        if len(words) and times.gt(ONCE).any() and is_told:
            return (header,)
    return ()


def unread_periods(block: Block, header: str) -> list[str]:
    """The cells under a header of periods that name none."""
    texts = parse.text(block.columns[header].values.reset_index(drop=True)).dropna()
    return list(texts[times_a_year(texts).isna()])


def likeliest_period(block: Block, columns: Mapping[str, tuple[str, ...]]) -> str:
    """Whose amounts those of a year are likelier to be: the year's, as their words say, but where a
    partner has several rows of one term, as each year of it has one, the row's own ("grant").
    """
    partners = columns.get("partner_id", ()) or columns.get("recipient", ())
    names = ("start", "planned_start", "date", "planned_end", "end", "term_months")
    term = [header for name in names for header in columns.get(name, ())]
    headers = [header for header in (*partners, *term) if header in block.columns]
    rows = pd.DataFrame({header: block.columns[header].codes for header in headers})
    if headers and rows.duplicated().any():
        return "grant"
    return "year"
