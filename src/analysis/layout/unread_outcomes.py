"""Words for what became of a request that nobody can read: asked, since a refusal is no grant."""

from analysis import parse
from analysis.layout.outcome_columns import disagree, leaves_rows_open
from analysis.read import Block, folded

UNREAD, DISAGREE = "unread outcomes", "outcomes disagree"  # reasons of doubts
BLANK = ""  # the word of blank cells


def open_outcomes(block: Block, headers: tuple[str, ...]) -> str:
    """Why some headers of outcomes leave open what was granted; blank where they do not."""
    if unread_outcomes(block, headers):
        return UNREAD
    return DISAGREE if disagree(block, headers) else ""


def unread_outcomes(block: Block, headers: tuple[str, ...]) -> list[str]:
    """The words under some headers of outcomes that tell none, in the order of the file; last that
    of blank cells, where they are to be told.
    """
    words = []
    for header in headers:
        texts = parse.text(block.columns[header].values.reset_index(drop=True)).dropna()
        _outcomes, unread = parse.outcomes_under(header, texts)
        words += [" ".join(text.split()) for text in texts[unread.index]]
    words += [BLANK] * leaves_rows_open(block, headers)
    return list(dict.fromkeys(words))


def all_told(words: list[str], outcomes: dict[str, str]) -> bool:
    """Whether study.toml says of each of these words what it means."""
    return {folded(word) for word in words} <= {folded(word) for word in outcomes}
