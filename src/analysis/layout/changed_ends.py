"""Days on which grants and agreements ended before their term, and to which these were extended,
which stand beside the planned end of all.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.cell_evidence import LOOKED_AT, dates_like
from analysis.layout.mapping import Doubt
from analysis.layout.table_match import BY_CELLS, BY_WORDS, Match
from analysis.layout.words import pattern_of, says, which_say
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
IN_REMARKS = "end in remarks"  # the reason of a doubt
WORDS_OF_DAYS = {  # of remarks, by the column that their days change
    "agreements": {"end": ("early end",), "planned_end": ("extended end",)},
    "grants": {"planned_end": ("early end", "extended end")},
}
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
    """The questions whether remarks tell when agreements ended ("Résiliée le 30/09/2017"), where no
    column does, and until when terms were extended; of grants both change the planned end.
    """
    doubts = []
    if found.table == "agreements" and "end" not in found.columns:
        headers = _remarks_with_days(found, "end")
        doubts += [
            Doubt("end", (header,), tuple(headers[1:3]), "unnamed") for header in headers[:1]
        ]
    planned = found.columns.get("planned_end", ())
    if found.table in WORDS_OF_DAYS and planned:
        remarks = tuple(_remarks_with_days(found, "planned_end"))
        doubts += [Doubt("planned_end", planned, remarks, IN_REMARKS)] if remarks else []
    return tuple(doubts)


def _remarks_with_days(found: Match, name: str) -> list[str]:
    """The headers that serve nothing, above remarks that tell days of ends."""
    served = {header for headers in found.columns.values() for header in headers}
    words = WORDS_OF_DAYS[found.table][name]
    return [
        header
        for header, column in found.block.columns.items()
        if header not in served
        and _days_of_ends(column.values.iloc[:LOOKED_AT], words).notna().any()
    ]


def with_days_of_remarks(
    block: Block, columns: Mapping[str, tuple[str, ...]], table: str
) -> tuple[Block, dict[str, tuple[str, ...]]]:
    """The block whose remarks under the headers of ends hold a day alone where they tell one, and
    nothing where they are no date, but among dates; and the columns, where remarks that serve both ends stand under
    two headers.
    """
    written = {folded(header): header for header in block.columns}
    changed: dict[str, Coded] = {}
    named = dict(columns)
    for name, words in WORDS_OF_DAYS.get(table, {}).items():
        headers = []
        for header in columns.get(name, ()):
            remarks = block.columns.get(written.get(folded(header), ""))
            days = pd.Series() if remarks is None else _days_of_ends(remarks.values, words)
            serves_both = written.get(folded(header)) in changed
            new_header = written.get(folded(header), header)
            if serves_both:
                new_header = f"{header} ({name})"
            if remarks is not None and (serves_both or days.notna().any()):
                are_dates = dates_like(block, written[folded(header)])
                changed[new_header] = _with_days(remarks, days, keeps_others=are_dates)
            headers.append(new_header)
        named |= {name: tuple(headers)} if headers else {}
    return replace(block, columns={**block.columns, **changed}) if changed else block, named


def _with_days(remarks: Coded, days: pd.Series, *, keeps_others: bool) -> Coded:
    """The days that remarks tell, and what is a date itself; blank for all others, unless these
    are kept.
    """
    is_date = parse.dates(remarks.values)[0]["date"].notna()
    values = days.fillna(remarks.values.where(is_date | keeps_others))
    codes = np.where(values.isna().to_numpy()[remarks.codes], -1, remarks.codes)
    return Coded(np.where(remarks.codes < 0, -1, codes), values.fillna(""))


def _days_of_ends(texts: pd.Series, kinds_of_words: tuple[str, ...]) -> pd.Series:
    """The day that each text tells beside words of some kinds, those of the first kind first, or
    the text itself where several days may be meant; missing: no such words, or no day.
    """
    texts = texts.astype("str")
    days = pd.Series(np.nan, texts.index, dtype="str")
    for kind in kinds_of_words:
        telling = texts[which_say(kind, texts) & days.isna()]
        plain = without_accents(telling)
        days_of_kind = plain.map(partial(_day_of_an_end, kind=kind), na_action="ignore").astype(
            "str"
        )
        as_written = days_of_kind.mask(days_of_kind == plain, telling)
        days = days.fillna(as_written.reindex(texts.index))
    return days


def _day_of_an_end(remark: str, kind: str = "early end") -> str | None:
    """The day on which a remark says, in words of a kind, that something ended or until when it was
    extended: the one that takes effect, else the one right behind the words, else the only one
    behind them, else the last one before.

    >>> _day_of_an_end("signee le 01/01/2016, resiliee le 30/09/2017 (lettre du 02/05/2017)")
    '30/09/2017'
    >>> _day_of_an_end("gekundigt am 01.06.2017 zum 31.12.2017")
    '31.12.2017'
    >>> _day_of_an_end("rupture : courrier du 02/05/2017, solde le 30/09/2017")
    'rupture : courrier du 02/05/2017, solde le 30/09/2017'
    >>> _day_of_an_end("avenant du 03/02/2017, prolongee jusqu'au 31/12/2019", "extended end")
    '31/12/2019'
    """
    days = list(_DAY.finditer(remark))
    if not days:
        return None
    words = pattern_of(kind).search(remark)
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
