"""What remarks tell of changes that did not come about: "prolongation demandée jusqu'au 31/12/2020,
refusée", "résiliation envisagée au 30/06/2019".
"""

import re
from functools import partial

import pandas as pd

from analysis.layout.headers.words import pattern_of, which_say
from analysis.parse.column import without_accents

# Marks between the parts of a remark, none of which stands inside a date.
_BETWEEN_PARTS = re.compile(r"\s*[(),;!?\n\r]+\s*|[.:]\s+|\s+[-–—/|]+\s+|\s*\.$")
_OPENING = re.compile(
    r"(?:mais|puis|et|finalement|but|then|and|finally|aber|dann|und|maar|pero|ma|mas)\s+"
)
# Kinds of words between which a refusal may stand, "prolongation refusée jusqu'au"; words of others
# may be one themselves: "Annulée le".
_REFUSED_BETWEEN = ("extended end",)


def changes_that_hold(texts: pd.Series, kind: str) -> pd.Series:
    """The texts without the parts that speak of an end or an extension in words of a kind and say
    that it was only asked for, thought of, or refused; missing where nothing else is left.

    What stands behind such a part and has no words of a change itself belongs to it. What was asked
    for and granted after all holds.

    >>> texts = ["prolongation jusqu'au 31/12/2020 (refusée)", "Renouvellement refusé, résiliée au 30/06/2019"]
    >>> changes_that_hold(pd.Series(texts), "early end").tolist()
    [nan, 'résiliée au 30/06/2019']
    """
    may_not_hold = which_say("only asked for", texts) | which_say("refused change", texts)
    if not may_not_hold.any():
        return texts
    holding = texts[may_not_hold].map(partial(_what_holds, kind=kind), na_action="ignore")
    return texts.where(~may_not_hold, holding.reindex(texts.index)).astype("str")


def _what_holds(text: str, kind: str) -> str | None:
    """The parts of one text that hold, with what stands before the first change; None for none."""
    spans = _spans_of_parts(text)
    parts = [_plain(text[start:end]) for start, end in spans]
    tells_change = [_tells_a_change(part, kind) for part in parts]
    heads = [number for number, is_change in enumerate(tells_change) if is_change]
    if not heads:
        return text
    before = text[: spans[heads[0]][0]].strip()
    holding = [before] if heads[0] > 0 else []
    for head, following in zip(heads, [*heads[1:], len(parts)], strict=True):
        if not _is_only_asked(parts[head], parts[head + 1 : following], kind):
            holding.append(text[spans[head][0] : spans[following - 1][1]])
    return " ; ".join(holding) or None


def _spans_of_parts(text: str) -> list[tuple[int, int]]:
    """From where to where the parts of a text stand between marks; blank ones are none."""
    marks = [mark.span() for mark in _BETWEEN_PARTS.finditer(text)]
    starts = [0, *(end for _start, end in marks)]
    ends = [*(start for start, _end in marks), len(text)]
    return [span for span in zip(starts, ends, strict=True) if span[0] < span[1]]


def _plain(text: str) -> str:
    return str(without_accents(pd.Series([text], dtype="str")).iloc[0])


def _tells_a_change(part: str, kind: str) -> bool:
    kinds = (kind, "change of an end")
    return any(pattern_of(each).search(part) for each in kinds)


def _is_only_asked(head: str, behind: list[str], kind: str) -> bool:
    """Whether a part that tells of a change, with what stands behind it, says that it was refused,
    or that it was asked for and not that it was granted. Behind it such words come first.
    """
    openings = [_OPENING.sub("", part, count=1) for part in behind]
    if kind in _REFUSED_BETWEEN:
        beside = head
    else:
        beside = pattern_of(kind).sub(" ", head)
    texts_by_words = {"only asked for": head, "granted change": head, "refused change": beside}
    said = {
        words: bool(pattern_of(words).search(text)) or any(map(pattern_of(words).match, openings))
        for words, text in texts_by_words.items()
    }
    is_open = said["only asked for"] and not said["granted change"]
    return said["refused change"] or is_open
