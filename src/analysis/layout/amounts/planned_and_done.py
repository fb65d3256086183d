"""What was planned beside what was done of it ("Prévu" and "Réalisé"), on rows of their own or in
columns: added up, each amount would count twice, and which of them counts is the team's to say.
"""

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from analysis.declare.shares import HALF
from analysis.layout.amounts.sums_of_parts import tells_of_another_sum
from analysis.layout.headers.cell_evidence import dates_like, days_of_rows
from analysis.layout.headers.numbers_of_cells import Numbers
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.words import says, which_say
from analysis.read import Block

_MOST_KINDS = 6  # distinct texts of a column beyond which it tells no stages


def rows_of_another_stage(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The words for what was planned under a header that says of each row whether it is planned or
    done, and for what the two differ by, where most recipients have rows of both in a year.

    Where some rows say what was granted ("Engagé"), these count and all others are asked.
    """
    names = columns.get("recipient", ()) or columns.get("partner_id", ())
    if len(names) != 1:
        return {}
    dates = columns.get("date", ()) or columns.get("start", ())
    texts_by_header = {}
    for header, column in block.columns.items():
        codes = column.codes
        kinds = column.used()
        if header == names[0] or not 2 <= len(kinds) <= _MOST_KINDS:
            continue
        is_granted = which_say("grant in a kind", kinds)
        is_planned = which_say("planned in a kind", kinds) | is_granted
        is_done = which_say("done in a kind", kinds) & ~is_planned
        is_difference = which_say("difference in a kind", kinds)
        if not (is_planned | is_done | is_difference).all():
            continue
        recipient_and_year = _recipients_and_years(block, names[0], dates)
        planned = recipient_and_year[np.isin(codes, kinds.index[is_planned])]
        done = recipient_and_year[np.isin(codes, kinds.index[is_done])]
        if _are_of_the_same(planned, done):
            if is_granted.any():
                is_asked = ~is_granted
            else:
                is_asked = is_planned | is_difference
            texts_by_header[header] = list(kinds[is_asked])
    return texts_by_header


def _recipients_and_years(block: Block, name: str, dates: tuple[str, ...]) -> pd.Series:
    """The recipient and the year of each row; a name may stand on the first of
    several rows alone.
    """
    names = pd.Series(block.columns[name].codes)
    names = names.mask(names < 0).ffill()
    if not dates:
        return names.astype("str")
    years = days_of_rows(block.columns[dates[0]]).dt.year
    return names.astype("str") + " " + years.astype("str")


def _are_of_the_same(planned: pd.Series, done: pd.Series) -> bool:
    """Whether most rows of what was planned have one of what was done, and the other way round."""
    if planned.empty or done.empty:
        return False
    return bool(planned.isin(done).mean() >= HALF and done.isin(planned).mean() >= HALF)


def planned_instead(block: Block, paid: tuple[str, ...], free: Iterable[str]) -> tuple[str, ...]:
    """The column of what was planned in all ("Total prévu") of agreements of which another tells
    what was paid ("Total versé"), or the columns of all its years ("Prévu 2017", "Prévu 2018").
    """
    planned = planned_beside_paid(block, paid, free)
    whole = [header for header in planned if says("whole amount", header)]
    if whole or not planned:
        return tuple(whole[:1])
    names = {header: re.sub(r"\d+", "", header) for header in planned}
    return tuple(header for header in planned if names[header] == names[planned[0]])


def planned_beside_paid(
    block: Block, paid: tuple[str, ...], free: Iterable[str]
) -> tuple[str, ...]:
    """Of some headers those of planned amounts, where that of another says that it was paid."""
    if not paid or not all(says("paid amount", header) for header in paid):
        return ()
    planned = [header for header in free if says("planned amount", header)]
    return tuple(
        header
        for header in planned
        if not says("paid amount", header)
        and not says("header of no money", header)
        and not tells_of_another_sum(header)
        and _are_amounts(block, header)
    )


def paid_beside_planned(found: Match, planned: tuple[str, ...]) -> tuple[str, ...]:
    """Columns of what was paid, that in all before those of years, beside a planned amount that was
    taken instead.
    """
    paid = [header for header in found.free if says("paid amount", header)]
    paid = [header for header in paid if _are_amounts(found.block, header)]
    whole = [header for header in paid if says("whole amount", header)]
    is_instead = planned_instead(found.block, tuple(paid), planned) == planned
    if is_instead:
        return tuple(whole[:1] or paid)
    return ()


def _are_amounts(block: Block, header: str) -> bool:
    return Numbers(block.columns[header]).share > HALF and not dates_like(block, header)
