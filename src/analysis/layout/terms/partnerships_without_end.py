"""Lists that tell when partnerships began and not when they end: no grants of an assumed term."""

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import FEW
from analysis.layout.headers.cell_evidence import dates_like, sample
from analysis.layout.headers.columns_offered import amounts_offered, names_offered
from analysis.layout.headers.header_names import says_an_end
from analysis.layout.headers.table_match import BY_CELLS, Match
from analysis.layout.headers.words import which_say
from analysis.layout.mapping import Doubt
from analysis.layout.partners.partner_directories import tells_since_when
from analysis.layout.terms.starts_of_relations import ASSUMED_MONTHS
from analysis.read import Block

RUNS_ON = "runs on"  # the reason of a doubt
_ENDS = {"planned_end", "term_months"}
_MOST_STATUSES = 8  # distinct texts of a column of statuses


def lists_partnerships(found: Match) -> bool:
    """Whether the dates of a list of grants are those since when partners are some, and no column
    tells the end.
    """
    dates = dates_of_grants(found)
    is_since = any(tells_since_when(found.block, header) for header in dates)
    return is_since and _ENDS.isdisjoint(found.columns)


def lists_partners_without_amounts(as_agreements: Match) -> bool:
    """Whether a block tells on which days something began, and by the words of its headers with
    whom, or until when though nothing stands below it yet; and no money.
    """
    block = as_agreements.block
    starts = [header for header in block.columns if not says_an_end(header)]
    blank_ends = _blank_ends(block)
    tells_of_partners = bool(blank_ends) or "partner_id" in as_agreements.columns
    tells_of_partners &= len(starts) + len(blank_ends) == len(block.columns)
    tells_days = any(dates_like(block, header) for header in starts)
    return tells_of_partners and tells_days and not amounts_offered(block, block.columns)


def take_names_and_blank_ends(as_agreements: Match) -> None:
    """Take, to be asked, what looks most like names of partners and the column in which no end
    stands yet, where no other tells them.
    """
    block = as_agreements.block
    proposed = {
        "partner_id": names_offered(block, as_agreements.free),
        "planned_end": _blank_ends(block),
    }
    for column, headers in proposed.items():
        if column not in as_agreements.columns:
            as_agreements.take(column, tuple(headers[:1]), BY_CELLS)


def _blank_ends(block: Block) -> list[str]:
    """The headers that say an end of which nothing stands below them."""
    ends = filter(says_an_end, block.columns)
    return [header for header in ends if not len(sample(block.columns[header]))]


def runs_beyond_assumed_ends(found: Match) -> tuple[Doubt, ...]:
    """The question when grants end of which a status says that they still run, though they began
    more than a year before the last of their list and nothing tells their term.
    """
    dates = dates_of_grants(found)
    if found.table != "grants" or not dates or not _ENDS.isdisjoint(found.columns):
        return ()
    rows_running = [rows_said_to_run(found.block, header) for header in found.block.columns]
    if not any(is_running.any() for is_running in rows_running):
        return ()
    cells = found.block.columns[dates[0]].series().reset_index(drop=True)
    days = parse.dates(cells)[0]["date"]
    is_old = days < days.max() - pd.DateOffset(months=ASSUMED_MONTHS)
    is_old = (is_old & parse.range_ends(cells).isna()).to_numpy(bool)
    is_asked = any((is_running & is_old).mean() > FEW for is_running in rows_running)
    if is_asked:
        return (Doubt("planned_end", (), (), RUNS_ON),)
    return ()


def dates_of_grants(found: Match) -> tuple[str, ...]:
    """The headers of the dates of grants; of a list without any those of their starts."""
    return found.columns.get("date", ()) or found.columns.get("planned_start", ())


def rows_said_to_run(block: Block, header: str) -> np.ndarray:
    """Which rows a status says to be running; none where a header has many texts below it."""
    column = block.columns[header]
    if not 0 < len(column.values) <= _MOST_STATUSES:
        return np.zeros(len(block.lines), dtype=bool)
    says_so = which_say("running", column.values).to_numpy(bool)
    return np.append(says_so, False)[column.codes]
