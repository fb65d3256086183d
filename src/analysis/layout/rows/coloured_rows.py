"""Rows that a workbook colours where a note or a legend says what a colour means: "lignes grisées :
refusées", or a cell of that colour beside the word "refusé".
"""

import colorsys
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.layout.headers.outcome_columns import says_no_grant
from analysis.layout.headers.words import says
from analysis.layout.rows.sums_in_rows import amount_of_rows, are_totals
from analysis.read import Block, Coded, folded

_CODE = re.compile(r"#([0-9A-F]{6})$")
# The degrees of a colour wheel that may be called by each name; where two meet, either may be said.
_HUES = {
    "red": ((340, 361), (-1, 18)),
    "orange": ((12, 52),),
    "yellow": ((38, 72),),
    "green": ((66, 175),),
    "blue": ((165, 262),),
    "purple": ((248, 325),),
    "pink": ((295, 361), (-1, 18)),
}
_COLOURFUL = 0.12  # range of red, green and blue below which a colour is a grey
_ALTERNATING = 0.9  # share of the rows that differ from the one above in a banded list
_FEW = 6  # rows below which nothing tells bands from meanings


def is_of_colours(header: str) -> bool:
    """Whether a header of study.toml names rows by their colour.

    >>> is_of_colours("fill #D9D9D9 grey"), is_of_colours("Type")
    (True, False)
    """
    return re.match("(?:fill|font) #", header) is not None


def rows_of_colour(block: Block, header: str, texts: list[str]) -> Coded:
    """Whether each row bears the colour of a header: what study.toml says of it, else blank."""
    named = {folded(_name_of(colour)): lines for colour, lines in block.colours.items()}
    bears = np.isin(block.lines, list(named.get(folded(header), ())))
    word = next(filter(None, texts), header)
    return Coded(np.where(bears, 0, -1).astype(np.int32), pd.Series([word], dtype="str"))


def weight_of_colour(
    block: Block, columns: Mapping[str, tuple[str, ...]], header: str, texts: list[str]
) -> dict[str, tuple[int, float]]:
    """With what is said of a colour, how many rows bear it and what they add up to."""
    is_marked = rows_of_colour(block, header, texts).codes >= 0
    headers = columns.get("amount", ()) or columns.get("planned_amount_eur", ())
    if headers:
        amount_of_row = amount_of_rows(block, headers)
    else:
        amount_of_row = np.zeros(len(is_marked))
    return {text: (int(is_marked.sum()), float(amount_of_row[is_marked].sum())) for text in texts}


def colours_in_doubt(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The colours that some rows bear and not all, with what a legend or a note says of them; none
    of bands, of totals, and of requests that another column says to be refused.
    """
    if not block.colours:
        return {}
    titles = [aside.value for aside in block.aside if aside.rule == "title"]
    notes = list(dict.fromkeys([*titles, *block.notes_elsewhere, *block.columns]))
    of_any = [note for note in notes if says("colour", note)]
    is_row = ~are_totals(block)
    is_grant = is_row & ~says_no_grant(block, columns.get("outcome", ()))
    explained = {}
    for colour, lines in block.colours.items():
        bears = np.isin(block.lines, list(lines))
        if not (bears & is_grant).any() or (bears | ~is_row).all():
            continue
        if colour in block.legend:
            explained[_name_of(colour)] = [block.legend[colour]]
        elif naming := [note for note in notes if _names(note, colour)]:
            explained[_name_of(colour)] = [" / ".join(naming)]
        elif of_any and not _alternate(bears[is_row]):
            explained[_name_of(colour)] = [" / ".join(of_any)]
    return explained


def _names(note: str, colour: str) -> bool:
    """Whether a note calls a colour by one of its names."""
    return any(says(name, note) for name in _names_of(colour))


def _name_of(colour: str) -> str:
    """How a question names a colour.

    >>> _name_of("fill #D9D9D9"), _name_of("font #FF0000")
    ('fill #D9D9D9 grey', 'font #FF0000 red')
    """
    names = _names_of(colour)
    if names:
        return f"{colour} {names[0]}"
    return colour


def _names_of(colour: str) -> list[str]:
    """What a colour may be called, the likeliest name first."""
    code = _CODE.search(colour)
    if not code:
        if "gray" in colour.casefold():
            return ["grey"]
        return []
    parts = [int(code[1][place : place + 2], 16) / 255 for place in (0, 2, 4)]
    if max(parts) - min(parts) < _COLOURFUL:
        return ["grey"]
    degrees = 360 * colorsys.rgb_to_hls(*parts)[0]
    names = {
        name: min(abs(degrees - (first + last) / 2) for first, last in ranges)
        for name, ranges in _HUES.items()
        if any(first <= degrees < last for first, last in ranges)
    }
    return sorted(names, key=names.__getitem__)


def _alternate(bears: np.ndarray) -> bool:
    """Whether a colour stands in about every other row, as bands do."""
    return len(bears) >= _FEW and bool((bears[1:] != bears[:-1]).mean() >= _ALTERNATING)
