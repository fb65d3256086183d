"""Words for what became of a request that nobody can read: asked, since a refusal is no grant."""

import pandas as pd

from analysis import parse
from analysis.read import Block, folded


def unread_outcomes(block: Block, headers: tuple[str, ...]) -> list[str]:
    """The words under some headers of outcomes that tell none, in the order of the file."""
    texts = pd.concat([block.columns[header].values for header in headers], ignore_index=True)
    words = parse.text(texts).dropna()
    untold = parse.outcomes(words)[0].isna()
    return list(dict.fromkeys(" ".join(word.split()) for word in words[untold]))


def all_told(words: list[str], outcomes: dict[str, str]) -> bool:
    """Whether study.toml says of each of these words what it means."""
    return {folded(word) for word in words} <= {folded(word) for word in outcomes}
