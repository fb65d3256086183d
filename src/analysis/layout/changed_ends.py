"""Days on which grants and agreements ended before their term, and to which these were extended,
which stand beside the planned end of all.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.cell_evidence import dates_like
from analysis.layout.mapping import Doubt
from analysis.layout.money_words import pattern_of, says, which_say
from analysis.layout.table_match import BY_CELLS, BY_WORDS, Match
from analysis.parse.column import without_accents
from analysis.read import Block, Coded, folded

# Days in remarks, in small letters without accents: 30/09/2017, 2017-09-30, 30 septembre 2017.
_DAY = re.compile(
    r"\b(?:\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d"
    r"|\d{1,2}(?:er|\.)? (?:de )?[a-z]{3,12}\.? (?:del? )?(?:19|20)\d\d)\b"
)
# What stands between the words of an end and its day, and before the day on which it takes effect.
_AT_ONCE = re.compile(r"\W*(?:(?:le|au|on|am|zum|per|el|il|op|em|desde)\W+)?")
_IN_EFFECT = re.compile(
    r"(?:\b(?:effet|effect\w*|efectos?|effetto|efeitos?)\b(?: \w+)?|\b(?:zum|per|au|a partir du))\W*$"
)
FEW = 0.5  # share of the rows up to which a column tells early ends; beyond it is asked


def with_changed_ends(found: Match) -> Match:
    """The match whose planned ends are the extended one where a row has it, the last of several, and
    whose ends are the early one, which is asked where nothing tells the planned one; of agreements
    the early one is the end, asked where most would have ended so.
    """
    planned = found.columns.get("planned_end", ())
    extended = [header for header in found.free if tells_extended_end(found.block, header)]
    if found.table in ("grants", "agreements") and planned and extended:
        found.columns["planned_end"] = (*reversed(extended), *planned)
    early = tuple(header for header in found.free if tells_early_end(found.block, header))
    if early and found.table == "grants":
        _end_grants_early(found, early)
    if early and found.table == "agreements" and "end" not in found.columns:
        is_filled = found.block.columns[early[0]].codes >= 0
        found.take("end", early[:1], BY_WORDS if is_filled.mean() <= FEW else BY_CELLS)
    return found


def _end_grants_early(found: Match, early: tuple[str, ...]) -> None:
    if "planned_end" in found.columns:
        found.columns["planned_end"] = (*early, *found.columns["planned_end"])
    elif "term_months" not in found.columns:
        found.take("planned_end", early, BY_CELLS)


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
    """The day that each text tells beside the words that something ended early, or the text itself
    where several days may be meant; missing: no such words, or no day.
    """
    texts = texts.astype("str")
    ended = texts[which_say("early end", texts)]
    plain = without_accents(ended)
    days = plain.map(_day_of_an_end, na_action="ignore").astype("str")
    as_written = days.mask(days == plain, ended)
    return as_written.reindex(texts.index)


def _day_of_an_end(remark: str) -> str | None:
    """The day on which a remark says that something ended: the one that takes effect, else the one
    right behind the words, else the only one behind them, else the last one before.

    >>> _day_of_an_end("signee le 01/01/2016, resiliee le 30/09/2017 (lettre du 02/05/2017)")
    '30/09/2017'
    >>> _day_of_an_end("gekundigt am 01.06.2017 zum 31.12.2017")
    '31.12.2017'
    >>> _day_of_an_end("rupture : courrier du 02/05/2017, solde le 30/09/2017")
    'rupture : courrier du 02/05/2017, solde le 30/09/2017'
    """
    days = list(_DAY.finditer(remark))
    if not days:
        return None
    words = pattern_of("early end").search(remark)
    behind = [day for day in days if words and day.start() > words.start()]
    in_effect = [day for day in behind if _IN_EFFECT.search(remark[: day.start()])]
    at_once = [day for day in behind if _AT_ONCE.fullmatch(remark[words.end() : day.start()])]
    likely = in_effect or at_once or behind or days[-1:]
    likely_days = {day.group() for day in likely}
    return likely_days.pop() if len(likely_days) == 1 else remark


def tells_early_end(block: Block, header: str) -> bool:
    """Whether a header says that a grant or an agreement was ended ("Date de résiliation"), not by
    when it may be ("Date limite de dénonciation"), above dates.
    """
    is_said = says("early end", header) and not says("notice of an end", header)
    return is_said and dates_like(block, header)


def tells_extended_end(block: Block, header: str) -> bool:
    """Whether a header says to which day terms were extended ("Prorogée au"), above dates."""
    return says("extended end", header) and dates_like(block, header)
