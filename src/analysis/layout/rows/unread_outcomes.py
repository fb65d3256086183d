"""Words for what became of a request that nobody can read, or that may be said of a request as well
as of a grant: asked, since a refusal is no grant.
"""

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.headers.outcome_columns import disagree, leaves_rows_open, marks, rows_decided
from analysis.layout.headers.words import says, which_say
from analysis.layout.payments.paid_all_the_same import words_of_paid
from analysis.layout.rows.kinds_of_rows import say_in_kind
from analysis.read import Block, folded

UNREAD, DISAGREE = "unread outcomes", "outcomes disagree"  # reasons of doubts
BLANK = ""  # the word of blank cells


def open_outcomes(block: Block, headers: tuple[str, ...]) -> str:
    """Why some headers of outcomes leave open what was granted; blank where they do not."""
    if unread_outcomes(block, headers):
        return UNREAD
    if disagree(block, headers):
        return DISAGREE
    return ""


def unread_outcomes(block: Block, headers: tuple[str, ...]) -> list[str]:
    """The words under some headers of outcomes that tell none, or that nothing was given though it
    was paid, in the order of the file; last that of blank cells, where they are to be told.
    """
    words = []
    for header in headers:
        texts = parse.text(block.columns[header].values.reset_index(drop=True)).dropna()
        _outcomes, unread = parse.outcomes_under(header, texts)
        is_asked = texts.index.isin(unread.index)
        if holds_decisions(block, header):
            others = tuple(other for other in headers if other != header)
            is_asked |= _run_undecided(block, header, others)[texts.index]
        words += [" ".join(text.split()) for text in texts[is_asked]] + marks(block, header)
    words += words_of_paid(block, headers)
    words += [BLANK] * leaves_rows_open(block, headers)
    return list(dict.fromkeys(words))


def holds_decisions(block: Block, header: str) -> bool:
    """Whether some cells below a header say that a request was refused, or decided for: what is
    "active" or "open" beside them may then be a request that is still voted on.
    """
    texts = parse.text(block.columns[header].values.reset_index(drop=True)).dropna()
    outcomes = parse.outcomes_under(header, texts)[0]
    return bool(outcomes.eq("refused").any() or which_say("decided for a request", texts).any())


def _run_undecided(block: Block, header: str, others: tuple[str, ...]) -> np.ndarray:
    """Which distinct texts below a header say that something is open or runs, on a row of which no
    other column says what was decided.
    """
    column = block.columns[header]
    texts = parse.text(column.values.reset_index(drop=True))
    runs = parse.outcomes_under(header, texts)[0].eq("running")
    runs &= which_say("open or running", texts)
    codes_of_open_rows = column.codes[~rows_decided(block, others)]
    return runs.to_numpy(bool) & np.isin(np.arange(len(texts)), codes_of_open_rows)


def all_told(words: list[str], outcomes: dict[str, str]) -> bool:
    """Whether study.toml says of each of these words what it means."""
    return {folded(word) for word in words} <= {folded(word) for word in outcomes}


def likeliest_outcomes(block: Block, headers: tuple[str, ...]) -> dict[str, str]:
    """What each word that tells no outcome seems to say: what runs ("Lopend") was granted, unless
    other words there say how requests were decided and none how agreements ended; so was what was
    paid, and what was given in kind.
    """
    texts = pd.concat([block.columns[header].values for header in headers])
    is_of_agreements = which_say("end of an agreement that ran", texts).any()
    decides = any(holds_decisions(block, header) for header in headers) and not is_of_agreements
    paid = words_of_paid(block, headers)
    return {
        word: _likeliest_outcome(word, decides=decides, is_paid=word in paid)
        for word in unread_outcomes(block, headers)
    }


def _likeliest_outcome(word: str, *, decides: bool, is_paid: bool) -> str:
    is_open = says("open or running", word)
    is_whole = " " not in word or says("votes for a request", word)  # not "in principle"
    is_decided = says("decided for a request", word) and is_whole
    is_given = is_paid or bool(say_in_kind(pd.Series([word])).iloc[0])
    is_granted = says("in force or over", word) or is_decided or is_given or is_open
    if is_granted and not (is_open and decides):
        return "granted"
    return "undecided"
