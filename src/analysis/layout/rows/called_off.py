"""Sentences, names and purposes that say that a grant was called off: "Subvention annulée par
délibération du 12/12/2018", "Club de lecture (annulé)".
"""

import re
from functools import cache, partial

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.headers.words import which_match, which_say
from analysis.layout.terms.only_asked import changes_that_hold
from analysis.parse.column import reference_rows

# What sets a remark apart from what it stands beside: brackets, a colon, a slash, a dash.
_ASIDE = re.compile(r"\s*[()\[\]:;/|*]+\s*|\s+[-–—]+\s+")
MOST_WORDS = 4  # of a remark in brackets


@cache
def _sentence() -> re.Pattern:
    """The pattern of folded texts that say it: of the grant, or as their first words.

    The words of `reference/called_off.csv` that may say something else ("refus scolaire",
    "annulation de dette") count where money granted, or a reason, stands beside them. So do those
    of a recipient that is no more, of money that comes back, of a grant put off to another year, of
    one that is still open, and of one told twice.
    """
    words = {row["says"]: f"(?:{row['words']})" for row in reference_rows("called_off")}
    called_off = f"(?:{words['called off']}|{words['not given']})"
    of_grant = f"(?:{words['money']}|{words['request']})"
    of_recipient = f"(?:{words['gives up']}|{words['gone']})"
    link = rf"(?: \d+)?(?: {words['auxiliary']})?"
    sentences = [
        rf"^(?:{of_grant}{link} )?{called_off}(?: {called_off})?$",
        rf"^{called_off} (?:{words['reason']}|\d+)\b",
        rf"^{words['not given']}\b",
        rf"^(?:{of_grant}{link} )?{words['not done']}(?: {words['reason']}\b.*)?$",
        rf"\b{of_grant}{link} {called_off}\b",
        rf"^{words['of money']}(?: {words['article']})* {words['money']}\b",
        rf"\b{words['negation']} {words['done']}\b",
        # the recipient, by up to four words, gives it up or is no more
        rf"^(?:{words['article']} )?{words['recipient']}(?: \w+){{0,4}}? {of_recipient}\b",
        rf"^{of_recipient}$|^{words['gone']} (?:\w+ )?\d+\b",
        # the money comes back: "Don rendu par l'association", "vom Verein zurückgezahlt"
        rf"\b{words['money']}{link} {words['given back']}\b",
        rf"^{words['given back']} {words['by']} ",
        rf"^(?:{words['by']}|{words['recipient']})(?: \w+){{1,4}} {words['given back']}$",
        rf"^(?:{words['article']} )?{words['recipient']} {words['gives back']}"
        rf"(?: {words['article']}| its| their| son| sa| ses)* {words['money']}\b",
        rf"^(?:{of_grant}{link} )?{words['later']}(?: \w+){{1,3}} \d{{4}}$",
        rf"^(?:{of_grant}{link} )?{words['open']}(?: (?:{words['article']})\b.*)?$",
        rf"^{words['twice']}(?: {words['beside twice']}\b.*)?$",
    ]
    return re.compile("|".join(sentences))


def says_called_off(texts: pd.Series) -> pd.Series:
    """Whether each text says that a grant was called off, in a sentence or a remark beside a name;
    what was refused of an extension ("prolongation jusqu'au 31/12/2020 (refusée)") is no grant's fate.

    >>> texts = ["Refusée en CM du 12/03", "Club (ANNULÉ)", "Report de la subvention 2017"]
    >>> says_called_off(pd.Series(texts)).tolist()
    [True, True, True]
    >>> texts = ["Prévention du refus scolaire", "Sans annulation de dette", "Refuge (chats abandonnés)"]
    >>> says_called_off(pd.Series(texts)).tolist()
    [False, False, False]
    """
    remarks = [texts.map(partial(remark_apart, at=at), na_action="ignore") for at in (0, -1)]
    is_said = [which_match(parse.fold(remark), _sentence()) for remark in (texts, *remarks)]
    is_off = pd.Series(np.logical_or.reduce(is_said), texts.index)
    if is_off.any():
        is_off[is_off] = ~_of_an_extension(texts[is_off])
    return is_off


def _of_an_extension(texts: pd.Series) -> pd.Series:
    """Whether each text says no more than that an extension until some day was not granted."""
    kind = "extended end"
    return which_say(kind, texts) & changes_that_hold(texts, kind).isna()


def remark_apart(text: str, at: int = -1) -> str:
    """The few words that stand apart at the beginning (0) or the end (-1) of a text; blank where
    none do.

    >>> remark_apart("Club de lecture (non signé)"), remark_apart("Club de lecture")
    ('non signé', '')
    """
    parts = [part for part in _ASIDE.split(text) if part]
    is_remark = len(parts) > 1 and len(parts[at].split()) <= MOST_WORDS
    if is_remark:
        return parts[at]
    return ""
