"""Columns whose header itself says what may have become of a request ("Accordé", "Refus", "Date
d'annulation"): their cells answer whether it did, by a yes or no, a mark, a day, or a reason.
"""

from functools import cache, lru_cache

import numpy as np
import pandas as pd

from analysis.parse.categories import outcome_words, outcomes
from analysis.parse.column import (
    Read,
    faults,
    fold,
    mapped,
    matching,
    reference_rows,
    synonyms,
    text,
)
from analysis.parse.moments import dates
from analysis.parse.remembered import remembered
from analysis.text.messages import say

YES, NO = "yes", "no"


@cache
def _words() -> dict[str, str]:
    """The words of `reference/outcome_headers.csv`, with those of refusals, as patterns."""
    rows = reference_rows("outcome_headers")
    words = {row["says"]: f"(?:{row['beginnings']})" for row in rows}
    words |= {says: outcome_words()[says] for says in ("refused", "withdrawn", "not")}
    return words | {"withdrawn": f"(?:{words['withdrawn']}|{words['deleted']})"}  # of a record


@cache
def _headers() -> dict[str, str]:
    """The patterns of folded headers that say an outcome, and nothing else but words beside it."""
    words = _words()
    beside = "|".join(words[name] for name in ("beside", "request", "reason", "day"))
    before, after = rf"^(?:(?:{beside}) )*", rf"[a-z]*(?: (?:{beside}))*$"
    patterns = {"denied": rf"{before}{words['not']} {words['granted']}{after}"}
    for outcome in ("refused", "withdrawn", "granted", "undecided"):
        patterns[outcome] = before + words[outcome] + after
    return patterns


def _is(header: str, pattern: str) -> bool:
    return bool(matching(fold(pd.Series([header], dtype="str")), pattern).any())


@lru_cache(1 << 12)
def outcome_of_header(header: str) -> str:
    """What a header says that may have become of a request; blank where it says more, or less.

    >>> [outcome_of_header(header) for header in ("Accordé ?", "Non retenu", "Refusé le", "Motif du rejet")]
    ['granted', 'refused', 'refused', 'refused']
    >>> [outcome_of_header(header) for header in ("Date d'annulation", "En attente", "Dossier complet", "Déjà accordé en 2017")]
    ['withdrawn', 'undecided', '', '']
    """
    outcome = next((outcome for outcome, form in _headers().items() if _is(header, form)), "")
    if outcome == "denied":
        return "refused"
    return outcome


@lru_cache(1 << 12)
def may_tell(header: str) -> str:
    """The answer, yes or no, by which a header may say that nothing was given, though it says no
    outcome: "no" to "Versée", "Éligible", "yes" to "Déjà refusée"; blank where it says no such
    thing.

    >>> may_tell("Versée"), may_tell("Déjà refusée en 2017"), may_tell("Dossier complet")
    ('no', 'yes', '')
    """
    if outcome_of_header(header):
        return ""
    words = _words()
    if _is(header, rf"\b(?:{words['refused']}|{words['withdrawn']})"):
        return YES
    if _is(header, rf"\b(?:{words['granted']}|{words['paid']})"):
        return NO
    return ""


@remembered
def answers(cells: pd.Series) -> pd.Series:
    """Yes or no, as people write it or mark it; missing where a cell says something else.

    >>> answers(pd.Series(["OUI", "x", "Nein", "0", "✓", "Hors critères"])).tolist()
    ['yes', 'yes', 'no', 'no', 'yes', nan]
    """
    texts = text(cells)
    marked = mapped(texts.str.lower(), synonyms("boolean"))
    plain = fold(cells)
    is_yes = marked.eq("true").to_numpy(bool) | matching(plain, rf"^{_words()['yes']}$")
    is_no = marked.eq("false").to_numpy(bool) | matching(plain, rf"^{_words()['no']}$")
    answer = np.select([is_yes, is_no], [YES, NO], "")
    return pd.Series(answer, cells.index, dtype="str").mask(answer == "")


def outcomes_under(header: str, cells: pd.Series) -> Read:
    """What became of requests, as the cells under a header say, and the header itself.

    Yes to a refusal is one, no to it says nothing; no to a grant is a refusal. What a header of
    reasons or days of refusals heads is one, whatever it says.

    >>> outcomes_under("Refus", pd.Series(["OUI", "NON", "Hors délai"]))[0].tolist()
    ['refused', nan, nan]
    >>> outcomes_under("Motif du refus", pd.Series(["Déjà financé", "Aucun"]))[0].tolist()
    ['refused', nan]
    """
    outcome = outcome_of_header(header)
    read, wrong = outcomes(cells)
    if not outcome:
        return read, wrong
    answer = answers(cells)
    is_yes, is_no = answer.eq(YES).to_numpy(bool), answer.eq(NO).to_numpy(bool)
    if outcome == "granted":
        read = read.mask(is_yes, "granted").mask(is_no, "refused")
        return read.astype("str"), wrong[read.reindex(wrong.index).isna()]
    is_no = is_no | matching(fold(cells), rf"^{_words()['nothing']}$")
    is_open = text(cells).notna().to_numpy(bool) & ~is_no
    is_said = is_open
    if not _gives_reasons(header):  # "Accordé" under "Refus" is to be asked
        is_refusal = read.isin(["refused", "withdrawn"]).to_numpy(bool)
        is_said = is_open & (is_yes | is_refusal | _are_days(cells))
    read = pd.Series(np.where(is_said, outcome, ""), cells.index, dtype="str")
    return read.mask(read == ""), faults(cells, (is_open & ~is_said, "M16", say("parse.outcome")))


def _gives_reasons(header: str) -> bool:
    """Whether a header heads reasons: any words below it are one."""
    return _is(header, rf"{_words()['reason']}\b")


def _are_days(cells: pd.Series) -> np.ndarray:
    return dates(cells)[0]["date"].notna().to_numpy(bool)
