"""Renewals in columns beside those of what they renew: "Renouvelée le, Jusqu'au, Nouveau montant"."""

import re
from collections.abc import Iterable
from itertools import pairwise

import pandas as pd

from analysis.declare.shares import NEARLY_ALL
from analysis.layout.headers.cell_evidence import dates_like, days_of_rows, sample, share_written
from analysis.layout.headers.header_words import senses
from analysis.read import Block, folded
from analysis.read.figures import FIGURE

# number of an agreement -> what a column tells -> header
HeadersByNumber = dict[str, dict[str, str]]

WORDS_OF_RENEWALS = re.compile(
    r"(?i)\b(?:renouvellements?|reconductions?|renewals?|\w*erneuerung(?:en)?|verl[äa]ngerung(?:en)?"
    r"|verlenging(?:en)?|renovaci[oó]n(?:es)?|rinnov[oi]|renova[cç](?:[aã]o|[oõ]es))\b"
)
_RENEWED = re.compile(
    r"(?i)\b(?:renouvel[ée]+e?s?|reconduite?s?|renewed|erneuert|verl[äa]ngert|verlengd|renovad[oa]s?"
    r"|rinnovat[oaie])\b"
)
INITIAL = re.compile(
    r"(?i)\b(?:initiale?s?|initial[ae]?s?|original|urspr[üu]nglich\w*|oorspronkelijk\w*|inicial"
    r"|inizial[ei])\b"
)
_NEW = re.compile(r"(?i)\b(?:nouve(?:au|lle)|new|neue?[rs]?|nieuwe?|nuev[oa]|nuov[oa]|nov[oa])\b")
_ORDINAL = re.compile(
    r"(?i)\b(?:[1-9](?:er|re|e|[eè]me|nde?|st|nd|rd|th)|n\s?[°o]\s*[1-9])(?![^\W_])"
)
_NUMBER = re.compile(r"\s*(?:n\s?[°o]\s*)?[1-9]$")
_MEANINGS = (("planned_start", "date"), ("planned_end",), ("amount",))


def says_renewal(header: str) -> bool:
    """Whether a header speaks of a renewal.

    >>> says_renewal("1er renouvellement Fin"), says_renewal("Renouvelée le"), says_renewal("Fin")
    (True, True, False)
    """
    return bool(WORDS_OF_RENEWALS.search(header) or _RENEWED.search(header))


def without_renewal(header: str) -> str:
    """What a header says besides that it is of a renewal, and of which.

    >>> without_renewal("Montant du 1er renouvellement"), without_renewal("Fin")
    ('Montant du', 'Fin')
    """
    rest = _NEW.sub(" ", _NUMBER.sub("", _ORDINAL.sub(" ", header)))
    return " ".join(_RENEWED.sub(" ", WORDS_OF_RENEWALS.sub(" ", rest)).split())


def headers_alike(names: Iterable[str], headers: list[str]) -> dict[str, str]:
    """The header of each name: that which is the name, or the only one that means the same start,
    end or amount.

    >>> headers_alike(["Début", "Fin"], ["Partenaire", "Date de début", "Fin"])
    {'Début': 'Date de début', 'Fin': 'Fin'}
    """
    alike = {}
    for name in names:
        meant = [header for header in headers if _meaning(header) == _meaning(name) is not None]
        if name in headers:
            alike[name] = name
        elif len(meant) == 1:
            alike[name] = meant[0]
    return alike


def renewals_by_place(block: Block, headers: list[str]) -> HeadersByNumber:
    """The headers of a first agreement and of each renewal behind it, by the headers of the first:
    a header of renewals above dates is a start, behind which stand an end and an amount; none where
    the first has not one start, one end and one amount, or a renewal has not.
    """
    starts = [
        place
        for place, header in enumerate(headers)
        if says_renewal(header) and dates_like(block, header) and _meaning(header) != _MEANINGS[1]
    ]
    initial = headers[: starts[0]] if starts else []
    first = [header for header in initial if _meaning(header)]
    if sorted(map(_meaning, first)) != sorted(_MEANINGS):
        return {}
    start, end, amount = (
        next(header for header in first if _meaning(header) == meaning) for meaning in _MEANINGS
    )
    columns = {"1": {header: header for header in (start, end, amount)}}
    for number, place in enumerate(starts, 2):
        behind = headers[place + 1 : place + 3]
        ends = [header for header in behind if _meaning_of_new(header) == _MEANINGS[1]]
        amounts = [header for header in behind if _meaning_of_new(header) == _MEANINGS[2]]
        are_told = len(ends) == len(amounts) == 1 and dates_like(block, ends[0])
        if not are_told or not are_figures(block, amounts[0]):
            return {}
        columns[str(number)] = {start: headers[place], end: ends[0], amount: amounts[0]}
    return columns


def renewals_follow(block: Block, columns: HeadersByNumber) -> bool:
    """Whether nearly all renewals begin after what they renew ends."""
    starts, ends = (
        [
            next((header for name, header in of_one.items() if _meaning(name) == meaning), "")
            for of_one in columns.values()
        ]
        for meaning in _MEANINGS[:2]
    )
    if not all((*starts, *ends)):
        return False
    terms = [
        pd.DataFrame(
            {
                "start": days_of_rows(block.columns[start]),
                "end": days_of_rows(block.columns[end], to_the_last=True),
            }
        )
        for start, end in zip(starts, ends, strict=True)
    ]
    for term, renewal in pairwise(terms):
        is_renewed = term["end"].notna() & renewal["start"].notna()
        follows = renewal["start"] > term["end"]
        if not is_renewed.any() or follows[is_renewed].mean() < NEARLY_ALL:
            return False
    return True


def _meaning(header: str) -> tuple[str, ...] | None:
    """Whether a header means a start, an end or an amount, as the columns that tell it."""
    columns = senses(folded(header))
    return next((names for names in _MEANINGS if not columns.keys().isdisjoint(names)), None)


def _meaning_of_new(header: str) -> tuple[str, ...] | None:
    """What a header means without saying that it is new, renewed or which renewal's ("Nouveau
    montant 2").
    """
    return _meaning(without_renewal(header))


def are_figures(block: Block, header: str) -> bool:
    """Whether most cells under a header are figures."""
    cells = sample(block.columns[header])
    return share_written(cells, FIGURE) > 0.5
