"""What a column beside the grants says that is no grant: loans, guarantees, money back, requests
that were not granted.
"""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import FEW, HALF
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.words import number_of_words, says, which_say
from analysis.read import Block, folded

OTHER_KINDS = re.compile(
    r"(?i)\b(?:loans?|pr[êe]ts?|darlehen|pr[ée]stamos?|prestit[oi]|empr[ée]stimos?"
    r"|leningen|lening|\w*lån|laina|takaus|pożyczk[ai]|poręczeni[ea]|"
    r"(?:(?<!\w )|(?:private|preferred|and|or) |quasi[- ])equity(?: (?:investments?|stakes?|shares?|capital|financ\w+))?(?! \w)|\w+ remboursables?|avances? r[ée]cup[ée]rables?|repayable|recoverable"
    r"|r[üu]ckzahlbar\w*|terugbetaalba\w+|guarantees?|garanties?|garant[íi]as?|\w*garantie?n?"
    r"|garanzi[ae]|waarborg\w*|\w*b[üu]rgschaft\w*|cautionnements?|avales?|fideiussion[ei]"
    r"|remboursements?)\b"
)
_DENIED = re.compile(r"(?i)\b(?:non|not|no|nicht|niet|n[ãa]o)[ -]\w")  # "Non-repayable" is granted
REFUSED_OR_OPEN = ("refused", "withdrawn", "undecided")
# Answers to another question than whether a request was granted.
_ANSWERS = ("non", "no", "n", "nein", "nee", "nej", "nie")
_MOST_KINDS = 20  # distinct texts of a column beyond which it tells no kinds
LONGEST_REMARK = 4  # words, beyond which it says more than what became of a request
_AMOUNTS = ("amount", "planned_amount_eur", "value_eur")
_FEW_BLANKS = 0.2  # share of the rows with money whose blank kind is asked beside those of loans


def texts_of_no_grant(header: str, texts: pd.Series) -> list[str]:
    """Of the texts below a header those that speak of no grant, where others of their column do.

    >>> themes = pd.Series(["Racial Equity", "Environment", "Loans"], dtype="str")
    >>> texts_of_no_grant("Theme", themes)
    ['Loans']
    >>> texts_of_no_grant("Instrumento", pd.Series(["PRÉSTAMOS", "SUBVENCIÓN SIN CONTRAPRESTACIÓN A UNA ENTIDAD"]))
    ['PRÉSTAMOS']

    "Réduction" is money back below a header of kinds, and elsewhere perhaps what a grant is for; of
    themes ("Racial Equity") none speaks of it that says anything else beside it.
    """
    short = texts[number_of_words(texts) <= LONGEST_REMARK]
    short = short[~short.map(folded).isin(_ANSWERS)]
    if sense_of(header, "outcome") is None:
        short = short[~which_say("answer that denies", short)]
    is_lent = short.str.contains(OTHER_KINDS) & ~short.str.contains(_DENIED)
    if _are_themes(header, texts):
        is_lent &= short.str.fullmatch(OTHER_KINDS) & ~short.str.fullmatch("(?i)equity")
    is_in_doubt = is_lent | which_say("money back", short)
    if says("header of kinds", header):
        is_in_doubt |= which_say("money back in a kind", short)
    tells_nothing_else = is_in_doubt.all() and (number_of_words(texts) <= LONGEST_REMARK).all()
    if tells_nothing_else or len(texts) > _MOST_KINDS:
        is_in_doubt[:] = False
    outcome = parse.outcomes(short)[0]
    if outcome.isin(REFUSED_OR_OPEN[:2]).any():
        is_in_doubt |= outcome.isin(REFUSED_OR_OPEN)
    return list(short[is_in_doubt])


def lent_amounts(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The amounts that say themselves that they were lent or bought shares ("$200K loans")."""
    headers = [header for name in _AMOUNTS for header in columns.get(name, ())]
    texts = {header: block.columns[header].values for header in headers if header in block.columns}
    return {
        header: list(amounts[which_say("lent in an amount", amounts)])
        for header, amounts in texts.items()
        if amounts.str.contains(r"[^\W\d_]{4}", na=False).any()
    }


def _are_themes(header: str, texts: pd.Series) -> bool:
    """Whether a header says what grants are about, or many of its texts list several themes."""
    are_lists = texts.str.contains(r"[^\W\d_]\s*[,;|]\s*[^\W\d_]", na=False)
    return says("header of themes", header) or bool(are_lists.mean() >= HALF)


def blank_kind(is_blank: np.ndarray, telling: list[str]) -> list[str]:
    """The text of blank cells of a column that says of others that they are loans or the like, where
    they are but a few of the rows with money: what nothing is said of may be no grant either.

    >>> blank_kind(np.array([True] + 9 * [False]), ["Loan"]), blank_kind(np.array([True, False]), ["Loan"])
    ([''], [])
    """
    are_few = 0 < is_blank.mean() <= _FEW_BLANKS if len(is_blank) else False
    is_lent = any(OTHER_KINDS.search(text) for text in telling)
    if are_few and is_lent:
        return [""]
    return []


def loans_in_purposes(purposes: pd.Series, codes: np.ndarray) -> list[str]:
    """The purposes that speak of a loan, a guarantee or a gift in kind, where those that surely do
    are more than a few of the rows that give money (`codes`, the purpose of each) and not all: a
    list may well name a lending library.
    """
    is_sure = which_say("no grant in a purpose", purposes)
    if not is_sure.any():
        return []
    if len(codes):
        share = np.isin(codes, purposes[is_sure].index).mean()
    else:
        share = 0.0
    is_said = is_sure | which_say("beside such purposes", purposes)
    if FEW < share < 1:
        return list(purposes[is_said])
    return []
