"""What an exhibit that leaves the team still states by name, for other figures and editions."""

from collections.abc import Mapping

import pandas as pd

from analysis.article.captions import still_stated
from analysis.article.exhibit import Exhibit
from analysis.disclosure.additive import PLACES
from analysis.disclosure.cell_suppression import ABOUT_ONE
from analysis.disclosure.secrecy_rules import Limits, is_small
from analysis.disclosure.sentences import counts_in_words
from analysis.disclosure.withheld import Withheld
from analysis.text.sentences import Sentence


def facts_left(
    exhibit: Exhibit,
    data: pd.DataFrame,
    hidden: pd.DataFrame,
    sentences: Mapping[str, tuple[Sentence, ...]],
    withheld: Withheld,
    limits: Limits,
) -> dict[str, float]:
    """What an exhibit states of what its cells and its base still show.

    A cell may hold the same count by chance: a count that only words that were left out tell is
    stated no more, nor one that leaves few of the base.
    """
    left_out = {*exhibit.rules.heeded, ABOUT_ONE, *PLACES}
    cells = data.drop(columns=list(left_out), errors="ignore")
    cells = cells.apply(pd.to_numeric, errors="coerce").astype("float64")
    closed = hidden[cells.columns].to_numpy(bool)
    values, n = cells.to_numpy(), float(exhibit.n)
    untold = counts_in_words(exhibit.sentences) - counts_in_words(sentences) - {n}
    states = {
        fact: value
        for fact, value in exhibit.states.items()
        if fact not in withheld.facts
        and value not in untold
        and not (value.is_integer() and is_small(n - value, limits["secret_below"]))
    }
    return still_stated(states, [*values[~closed], n], values[closed])
