"""Statuses of agreements: which say that nothing is signed, or leave it open."""

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import HALF
from analysis.layout.headers.words import number_of_words, says, which_say
from analysis.layout.rows.outcome_titles import outcome_said
from analysis.layout.terms.days_in_remarks import WORDS_OF_STOPS, days_of_ends
from analysis.read import Coded

_MOST_WORDS = 8  # of a remark on whether something is signed
_RANK = r"^\s*\d+\s*[-–.)]\s*"  # of a stage among others
_SIGNED = ("granted", "running")  # what parse.outcomes says of those that are


def not_signed(statuses: pd.Series) -> list[str]:
    """The statuses that say that nothing is signed, or that it was called off."""
    is_open = which_say("not in force", statuses) | which_say("not yet an agreement", statuses)
    is_open |= parse.await_signature(statuses)
    return list(statuses[is_open])


def unsigned_beside_signed(texts: pd.Series) -> list[str]:
    """The texts of any column that say that something is not signed, or only planned where others
    of the column say that it is signed ("3-Signé", "1-Prospect").

    >>> unsigned_beside_signed(pd.Series(["3-Signé", "1-Prospect", "Projet"]))
    ['1-Prospect', 'Projet']
    >>> unsigned_beside_signed(pd.Series(["Projet", "Fonctionnement"]))
    []
    """
    remarks = texts[number_of_words(texts) <= _MOST_WORDS]
    stages = remarks.str.replace(_RANK, "", regex=True)
    is_signed = parse.outcomes(stages)[0].isin(_SIGNED) | which_say("in force or over", stages)
    is_unsigned = which_say("not signed", stages) | parse.await_signature(stages)
    if is_signed.any():
        is_unsigned |= stages.isin(not_signed(stages))
    return list(remarks[is_unsigned])


def is_list_of_no_agreements(name: str, *, are_agreements: bool = True) -> bool:
    """Whether the name of a sheet or file says that what it lists is planned, a draft or called
    off; that it is a plan says so of agreements alone, since contributions may be promised.

    >>> is_list_of_no_agreements("Prévisionnel 2019"), is_list_of_no_agreements("Conventions 2019")
    (True, False)
    """
    if says("not in force", name) or says("sheet of no agreements", name):
        return True
    return are_agreements and (bool(outcome_said(name)) or says("sheet of plans", name))


def answers_not_signed(header: str, texts: pd.Series, *, has_blanks: bool) -> list[str]:
    """The answers that say no below a header that asks whether something is signed; blank ones say
    so beside marks ("x") of what is signed.
    """
    if not says("whether signed", header):
        return []
    is_signed = parse.booleans(texts)[0].astype("boolean")
    is_marked = has_blanks and len(texts) > 0 and bool(is_signed.fillna(False).all())
    if is_marked:
        return [""]
    return list(texts[is_signed.eq(False).fillna(False).astype(bool)])


def of_no_agreement(statuses: pd.Series, column: Coded) -> list[str]:
    """The statuses of agreements that say that nothing is signed or that it was called off, and
    those of which nothing is known, but for the most frequent of their column; none where others say
    whether agreements were renewed: what is not known yet ("À voir") is then a renewal.
    """
    is_open = statuses.isin(not_signed(statuses))
    outcomes = parse.outcomes(statuses)[0]
    is_known = outcomes.isin(_SIGNED) | which_say("in force or over", statuses)
    is_known |= which_say("running", statuses) | which_say("over", statuses)
    is_known |= days_of_ends(statuses, WORDS_OF_STOPS).notna()  # what stopped was in force
    is_known &= outcomes.ne("refused")  # "Closed Lost"
    if not _tell_renewals(statuses[is_known]):
        is_open |= ~is_known & statuses.ne(_most_frequent(column))
    return list(statuses[is_open])


def _tell_renewals(statuses: pd.Series) -> bool:
    """Whether statuses tell whether agreements were renewed.

    >>> _tell_renewals(pd.Series(["Renouvelée", "Non renouvelée", "Arrêt en 2016"]))
    True
    >>> _tell_renewals(pd.Series(["Signée", "Renouvelée"]))
    False
    """
    says_it = which_say("renewed or not", statuses)
    return bool(says_it.sum() > 1 and says_it.mean() >= HALF)


def _most_frequent(column: Coded) -> str:
    """The text that most rows hold, blank where none holds any."""
    counts = np.bincount(column.codes[column.codes >= 0], minlength=1)
    if counts.any():
        return str(column.values.iloc[counts.argmax()])
    return ""
