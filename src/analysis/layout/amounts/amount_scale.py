"""In thousands, in millions, in lakhs: what a header says of its amounts, or a title of those below
it.
"""

import re
from collections.abc import Iterable
from itertools import chain

import numpy as np
import pandas as pd

from analysis.declare.shares import HALF
from analysis.layout.headers.numbers_of_cells import Numbers
from analysis.read import Block, spaced

_CODES = r"(?:eur|usd|gbp|chf|cad|aud|pln|sek|nok|dkk)"
_MONEY = rf"(?:€|£|\$|euros?\b|{_CODES}\b)"
_THOUSANDS = (
    rf"(?-i:\b[kKT]) ?{_MONEY}|[$£€] ?(?:k\b|thousand)|\b{_CODES} ?k\b|\bt(?:kr|{_CODES})\b|\bkkr\b|"
    rf"\b(?:thousand|millier|migliaia|duizend|tausend|tsd|tys|miles (?:de\b|{_MONEY})|milhares)|\bmille euros|"
    # but no "23 000 €", which is a sum
    r"千[円元]|\b(?:tis\.|tis[ií]c|ezer\b|χιλ|тыс|bin tl|mii lei)|"
    rf"(?<!\d)(?<!\d[ .,\u00a0\u202f])(?:[$£€]? ?['’]? ?(?<=[$£€'’ ])000s?\b|\b000['’]?s?\)? ?{_MONEY}|\b000['’]?s\b)|\(000\)|"
    r"(?:\b(?:in|en|i)|[x×(]) ?[$£€]? ?1[ .,'’\u00a0\u202f]?000\b"
)
_MILLIONS = rf"(?-i:\bM) ?{_MONEY}|[$£€] ?(?:m|mn)\b|\b{_CODES} ?m\b|\bm(?:kr|{_CODES})\b|\b(?:million|mio|mln|mn|milh[õo]es|millones|млн|εκατ|milj(?!ard))|百万[円元]"
_SCALED = rf"(?P<k>{_THOUSANDS})|(?P<M>{_MILLIONS})|(?P<lakh>\blakhs?\b|(?:\brs\.?|₹|\binr)[ .(]*(?:in )?lacs?\b)|(?P<crore>\bcrores?\b|[₹.] ?cr\b)"
_IN_HEADER = re.compile(rf"(?i){_SCALED}|(?<=[^\W\d_] )(?P<last>k$)")  # "amount_k"
_CURRENCY = re.compile(rf"(?i){_MONEY}")
_HUNDREDTHS = re.compile(
    r"(?i)(?<!pour )(?<!per )\b(?:pence|pennies|centimes?|cents?|centesimi|c[ée]ntimos|rappen|groszy)\b"
)
UNTOLD_UNITS = ("units", "decimals", "small")  # reasons of doubts of which no answer is likelier
OF_UNITS = (*UNTOLD_UNITS, "hundredths", "turned")  # reasons of doubts that `unit` answers
_FEWEST = 3  # amounts from which their signs and their decimals tell something
_SMALL = 1000  # below which the middle of amounts in thousands or millions lies
_TINY = 100  # below which the middle of amounts lies that may be thousands if none reaches _SMALL
_FEWEST_TINY = 5
_MOST_UNITS = 12  # distinct cells of a column that names them
_NOISE = 6  # decimals from which computed sums are off
_FIGURES = r"(?:\b(?:figures|amounts|values|sums|montants|betr[äa]ge|bedragen)\b(?: are)?)"
_IN_TITLE = re.compile(rf"(?i)(?:\b(?:en|in|w|em|v)\b|[(:：]|{_FIGURES}) ?(?:{_SCALED}|{_MONEY})")
_ALONE = re.compile(rf"(?i)\s*(?:{_SCALED}|{_MONEY})\s*")  # a row of units below the headers


def written_unit(header: str) -> str:
    """The unit of the amounts under a header, as written there ("k€"); blank where it bears none.

    >>> [written_unit(header) for header in ("Montant (k€)", "amount_EUR_k", "sumMln", "Montant")]
    ['k€', 'EUR_k', 'Mln', '']
    """
    words = spaced(header)
    written = _IN_HEADER.search(words) or _CURRENCY.search(words)
    if not written:
        return ""
    as_in_header = re.escape(written[0]).replace(r"\ ", "[ _]?")
    return re.search(as_in_header, header)[0]


def scale_of(header: str, titles: Iterable[str] = ()) -> str | None:
    """Whether a header counts in thousands ("k"), millions ("M"), lakhs or crores, or the titles
    above it where it bears no unit; None where nothing says so.

    >>> [scale_of(header) for header in ("Montant (k€)", "Award £m", "Spent (Rs. in lakhs)", "Plus de 23 000 €")]
    ['k', 'M', 'lakh', None]
    >>> [scale_of(header) for header in ("sum_mln", "betrag_teur", "amountThousands", "montant_eur")]
    ['M', 'k', 'k', None]
    >>> [scale_of(header) for header in ("Rs. in lacs", "Montant Lac du Bourget", "Bedrag (miljard €)")]
    ['lakh', None, None]
    >>> scale_of("Montant", ["Subventions 2018 (en milliers d'euros)"]), scale_of("Kwota", ["(w tys. zł)"])
    ('k', 'k')
    >>> [scale_of("Award", [title]) for title in ("Awards (all figures £000)", "Grants ($ thousands)", "Amounts in £'000")]
    ['k', 'k', 'k']
    >>> scale_of("Betrag", ["Beiträge (in 1'000 Fr.)"])
    'k'
    >>> scale_of("Toegekend bedrag (x € 1.000)"), scale_of("Grants above £5,000"), scale_of("Aide de 1 000 €")
    ('k', None, None)
    """
    words = spaced(header)
    written = _IN_HEADER.search(words)
    if written:
        return written.lastgroup.replace("last", "k")
    if _CURRENCY.search(words):
        return None
    return next(filter(None, scales_of_titles(titles)), None)


def scales_of_titles(titles: Iterable[str]) -> list[str]:
    """The scale of each title that names a unit: "k", "M", or blank for single euros or dollars.

    >>> scales_of_titles(["Culture (en k€)", "Sport (en €)", "Ville de X", "k€"])
    ['k', '', 'k']
    """
    written = [_IN_TITLE.search(title) or _ALONE.fullmatch(title) for title in titles]
    return [unit.lastgroup or "" for unit in written if unit]


def titles_above(block: Block) -> list[str]:
    """What may tell the scale of the amounts of a block: its titles, the name of its sheet, and
    remarks in parentheses beside its headers.
    """
    remarks = [
        header
        for header, column in block.columns.items()
        if header.startswith("(") and not (column.codes >= 0).any()
    ]
    return [*block.titles, block.sheet or block.source.partition("#")[2], *remarks]


def bears_single_units(cell: str) -> bool:
    """Whether a cell says a currency and no scale: a title in thousands is not about it.

    >>> [bears_single_units(cell) for cell in ("12 000 €", "12 k€", "12 000")]
    [True, False, False]
    """
    return bool(written_unit(cell)) and scale_of(cell) is None


def unit_in_doubt(block: Block, headers: tuple[str, ...]) -> str:
    """Why it is open in which unit, or with which sign, the amounts under some headers are written:
    several units are named, a header says hundredths, most amounts are small and finer than cents,
    as thousands and millions are, or most are below zero, as those that leave an account; else blank.
    """
    if in_several_units(block, headers):
        return "units"
    numbers = [Numbers(block.columns[header]) for header in headers]
    if any(map(says_hundredths, headers)) and all(number.whole for number in numbers):
        return "hundredths"
    amounts = _amounts_given(numbers)
    if len(amounts) < _FEWEST:
        return ""
    if not any(scale_of(header, titles_above(block)) for header in headers) and _are_fine(amounts):
        return "decimals"
    if (amounts < 0).mean() > HALF:
        return "turned"
    return ""


def are_small_without_unit(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether all amounts under some headers are small, as those of a list in thousands that does
    not say so, and nothing names a currency or a unit.
    """
    amounts = np.abs(_amounts_given([Numbers(block.columns[header]) for header in headers]))
    if len(amounts) < _FEWEST_TINY or np.median(amounts) >= _TINY or amounts.max() >= _SMALL:
        return False
    return not _tells_units(block, headers)


def _amounts_given(columns: list[Numbers]) -> np.ndarray:
    """The amounts of some columns that are known and not zero."""
    amounts = [float(amount) for column in columns for amount in column.values.dropna()]
    return np.array([amount for amount in amounts if amount])


def _are_fine(amounts: np.ndarray) -> bool:
    """Whether most amounts are small and have more decimals than cents, beyond the noise of sums."""
    is_finer = amounts.round(_NOISE) != amounts.round(2)
    return bool(is_finer.mean() > HALF and np.median(np.abs(amounts)) < _SMALL)


def _tells_units(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether headers, titles, cells or a column beside name a currency, be it in thousands or not."""
    texts = (block.columns[header].values.dropna() for header in headers)
    told = [written_unit(header) for header in headers]
    told += [written_unit(text) for text in chain.from_iterable(texts)]
    told += [_are_units(column.values) for column in block.columns.values()]
    return any(told) or bool(scales_of_titles(titles_above(block)))


def _are_units(texts: pd.Series) -> bool:
    """Whether all cells of a column are units or currencies ("k€", "EUR")."""
    units = [_ALONE.fullmatch(text) for text in texts.dropna()]
    return 0 < len(units) <= _MOST_UNITS and all(units)


def says_hundredths(header: str) -> bool:
    """Whether a header counts in hundredths of a currency.

    >>> [says_hundredths(header) for header in ("amount_pence", "montantCentimes", "Pour cent", "Centre")]
    [True, True, False, False]
    """
    return _HUNDREDTHS.search(spaced(header)) is not None


def in_several_units(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether titles of a block count in several units, or in another than its header or its cells
    say.
    """
    between_rows = (aside.value for aside in block.aside if aside.rule == "title")
    scales = set(scales_of_titles([*titles_above(block), *between_rows]))
    written = {scale_of(header) or "" for header in headers if written_unit(header)}
    if written:
        return len(scales) == 1 and scales != written
    if len(scales) != 1 or scales == {""}:
        return len(scales) > 1
    texts = (block.columns[header].values.dropna() for header in headers)
    return any(map(bears_single_units, chain.from_iterable(texts)))
