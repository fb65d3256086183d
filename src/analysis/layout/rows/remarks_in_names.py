"""What is written in the names of partners and says that their rows tell of no agreement: "Club (non
signée)", "Club - RÉSILIÉE", "ZZ_Club", "TEST ne pas toucher".
"""

from collections.abc import Mapping

import pandas as pd

from analysis import parse
from analysis.layout.headers.words import number_of_words, which_say
from analysis.layout.rows.called_off import MOST_WORDS, remark_apart, says_called_off
from analysis.read import Block, matching

# Names that are put at the end of a sorted list: "ZZ_Club", "zzz Club", "XX-Club", "_Z_Club".
_PUT_LAST = r"^\W*_?(?:[zZ]{2,}(?:[\W_A-Z]|$)|[xX]{2,}\s*[_:*–-]|[xX]{3,}(?:\s|$)|[zZxX]_)"


def names_of_no_agreement(names: pd.Series) -> list[str]:
    """The names beside which a remark says that nothing is signed, that it was called off, or that
    it ended.

    >>> names = ["Club (non signée)", "Club - RÉSILIÉE", "Club (annulé)", "Club - Antenne de Lyon"]
    >>> names_of_no_agreement(pd.Series(names))
    ['Club (non signée)', 'Club - RÉSILIÉE', 'Club (annulé)']
    """
    remarks = names.map(remark_apart, na_action="ignore")
    is_off = says_called_off(names) | says_ended(names) | parse.await_signature(remarks)
    for kind in ("not in force", "not yet an agreement", "not signed"):
        is_off |= which_say(kind, remarks)
    return list(names[is_off])


def says_ended(names: pd.Series) -> pd.Series:
    """Whether a remark beside each name says that an agreement ended: it was one, until a day that
    the name does not tell.
    """
    return which_say("ended by a word", names.map(remark_apart, na_action="ignore"))


def closed_records(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The headers of partners with the names of records that are closed, or that only try the
    database; and other headers with remarks that say so.
    """
    headers_of_partners = {*columns.get("recipient", ()), *columns.get("partner_id", ())}
    texts_by_header = {}
    for header, column in block.columns.items():
        texts = column.values.dropna()
        if header in headers_of_partners:
            is_closed = are_of_closed_records(texts)
        else:
            is_closed = which_say("record not to use", texts)
            if is_closed.any():
                is_short = number_of_words(texts) <= MOST_WORDS
                texts, is_closed = texts[is_short], is_closed[is_short]
        if is_closed.any() and not is_closed.all():
            texts_by_header[header] = list(texts[is_closed])
    return texts_by_header


def are_of_closed_records(names: pd.Series) -> pd.Series:
    """Whether each name marks a record of a database as closed, or as one that only tries it.

    >>> names = ["ZZ_Club", "TEST ne pas toucher", "Test Valley Council", "DUMMY"]
    >>> are_of_closed_records(pd.Series(names, dtype="str")).tolist()
    [True, True, False, True]
    """
    is_closed = pd.Series(matching(names, _PUT_LAST), names.index)
    return is_closed | which_say("name of a test", names) | which_say("record not to use", names)
