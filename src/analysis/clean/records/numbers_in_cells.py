"""Which cells that are no amount tell of one all the same, which is lost unless it is asked."""

import pandas as pd

from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.words import pattern_of, which_match, which_say
from analysis.parse.column import bare_letters, faults
from analysis.text.messages import say

_FIGURE_OR_FAULT = r"[0-9]|^\s*#"  # "1 300 ou 1 500", "#REF!"
_MARK_ALONE = r"^\W*$"  # "-", "/"


def hold_a_number(cells: pd.Series) -> pd.Series:
    """Which cells hold a figure, a number in words, or the fault of a formula; a word alone says that
    nothing is known, or stands in the wrong column.

    >>> hold_a_number(pd.Series(["mille trois cents euros", "l 500", "à définir"])).tolist()
    [True, True, False]
    """
    return cells.str.contains(_FIGURE_OR_FAULT, na=False) | which_say("number in words", cells)


def amounts_put_off(cells: pd.Series) -> pd.DataFrame:
    """The faults of cells which say that an amount is still to be told, and so pass for blank ones.

    >>> amounts_put_off(pd.Series(["TBD", "à préciser", "n.c.", "1 300"]))["value"].tolist()
    ['TBD', 'à préciser']
    """
    plain = bare_letters(cells.astype("str"))
    is_put_off = which_match(plain, pattern_of("amount not told yet"))
    return faults(cells, (is_put_off, "M02", say("parse.amount")))


def tell_of_an_amount(cells: pd.Series) -> pd.Series:
    """Which cells that cannot be read tell of an amount, by a word alone too ("voir convention"):
    all but those which say that nothing was given, and headers written a second time.

    >>> tell_of_an_amount(pd.Series(["à définir", "selon barème", "gratuit", "-", "Betrag"])).tolist()
    [True, True, False, False, False]
    """
    says_nothing = which_say("nothing was paid", cells) | cells.str.contains(_MARK_ALONE, na=True)
    is_header = cells.map(lambda text: sense_of(str(text), "amount") is not None).astype(bool)
    return hold_a_number(cells) | ~(says_nothing | is_header)
