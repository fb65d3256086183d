"""What stands apart in the names of partners and says that their agreement is off: "Club (non
signée)", "Club - RÉSILIÉE".
"""

import pandas as pd

from analysis.layout.called_off import remark_apart, says_called_off
from analysis.layout.words import which_say


def names_of_no_agreement(names: pd.Series) -> list[str]:
    """The names beside which a remark says that nothing is signed, that it was called off, or that
    it ended.

    >>> names = ["Club (non signée)", "Club - RÉSILIÉE", "Club (annulé)", "Club - Antenne de Lyon"]
    >>> names_of_no_agreement(pd.Series(names))
    ['Club (non signée)', 'Club - RÉSILIÉE', 'Club (annulé)']
    """
    remarks = names.map(remark_apart, na_action="ignore")
    is_off = says_called_off(names) | says_ended(names)
    for kind in ("not in force", "not yet an agreement", "not signed"):
        is_off |= which_say(kind, remarks)
    return list(names[is_off])


def says_ended(names: pd.Series) -> pd.Series:
    """Whether a remark beside each name says that an agreement ended: it was one, until a day that
    the name does not tell.
    """
    return which_say("ended by a word", names.map(remark_apart, na_action="ignore"))
