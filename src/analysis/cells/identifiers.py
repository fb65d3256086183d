"""Identifiers of legal persons in France: SIREN (9 digits), SIRET (14: a SIREN and the establishment), RNA (W and 9 more).

One that a spreadsheet destroyed or that fails its checksum is never a key: it is missing, and a fault.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import words
from analysis.cells.column import STRING, Read, distinct, flags, like, sub

_ = words.text
_POST, _POST_OFFICE = "356000000", "35600000000048"
_RNA = r"^W[0-9][0-9AB][0-9]{7}$"
_ROUNDED = r"^[0-9][.,]?[0-9]*E\+?[0-9]+$|^[1-9][0-9]{3,8}0{5}$"


def _compact(text: pa.Array) -> pa.Array:
    bare = sub(sub(pc.utf8_upper(text), r"[.,]0{1,2}$"), r"^(?:SIRE[NT]|RNA) ?:? ?|[ '’\"\-]")
    return pc.if_else(pa.array(like(bare, "^[0-9.]+$")), pc.replace_substring(bare, ".", ""), bare)


def _digits(numbers: pa.Array, width: int) -> np.ndarray:
    """Texts of `width` digits each -> one row of digits per text."""
    joined = "".join(numbers.to_pylist()).encode("ascii")
    return np.frombuffer(joined, "u1").reshape(-1, width).astype("i8") - ord("0")


def _luhn(digits: np.ndarray) -> np.ndarray:
    """Whether the Luhn sum is a multiple of ten, by row."""
    doubled = digits.copy()
    doubled[:, -2::-2] *= 2
    return (doubled - 9 * (doubled > 9)).sum(axis=1) % 10 == 0


def _valid(compact: pa.Array, width: int) -> tuple[pa.Array, np.ndarray]:
    """Numbers padded to `width` where up to two zeros were lost (others: null), and whether their checksum holds."""
    size = like(compact, rf"^[0-9]{{{width - 2},{width}}}$")
    numbers = pc.if_else(pa.array(size), pc.utf8_lpad(compact, width, "0"), pa.scalar(None, STRING))
    digits = _digits(numbers.filter(pa.array(size)), width)
    sound = _luhn(digits) & digits[:, :9].any(axis=1)
    if width == 14:
        postal = flags(pc.starts_with(numbers, _POST)) & ~flags(pc.equal(numbers, _POST_OFFICE))
        by_post = postal[size]
        sound = np.where(by_post, digits.sum(axis=1) % 5 == 0, sound & _luhn(digits[:, :9]))
    holds = np.zeros(len(compact), bool)
    holds[size] = sound
    return numbers, holds


def _read(cells: pd.Series, wanted: str) -> Read:
    column = distinct(cells)
    compact = _compact(column.text)
    known = flags(pc.is_valid(compact))
    destroyed, of_rna = like(compact, _ROUNDED), like(compact, _RNA)
    long, long_holds = _valid(compact, 14)
    short, short_holds = _valid(compact, 9)
    long_holds &= ~destroyed
    if wanted == "SIREN":
        value = pc.if_else(pa.array(long_holds), pc.utf8_slice_codeunits(long, 0, 9), short)
        good, quiet = long_holds | short_holds, short_holds
    else:
        value, good, quiet = long, long_holds, short_holds
    digits = 9 if wanted == "SIREN" else 14
    sized = flags(pc.is_valid(long)) | flags(pc.is_valid(short))
    faults = column.faults(
        (known & destroyed & ~good & ~quiet, "M05", _("destroyed by a spreadsheet (rounded): take it again from its source")),
        (known & of_rna, "M07", _("an RNA number stands in the place of a {wanted}").format(wanted=wanted)),
        (known & sized & ~good & ~quiet, "M05", _("fails its checksum: no key, the name is used")),
        (
            known & ~good & ~quiet,
            "M05",
            _("expected a {wanted} of {digits} digits").format(wanted=wanted, digits=digits),
        ),
    )
    return column.spread(pc.if_else(pa.array(good), value, pa.scalar(None, STRING))), faults


def siren(cells: pd.Series) -> Read:
    """SIREN numbers, 9 digits as text: of a SIREN or of a SIRET, lost zeros put back, checksums held.

    SIRET of the postal group (356000000...) follow its own rule: their digits add up to a multiple of five.

    >>> siren(pd.Series(["732 829 320", "73282932000074", "73282932.0", "3,80476E+13", "732829321"]))[0].tolist()
    ['732829320', '732829320', nan, nan, nan]
    """
    return _read(cells, "SIREN")


def siret(cells: pd.Series) -> Read:
    """SIRET numbers, 14 digits as text. A sound SIREN in their place is missing without fault: `siren` reads it.

    >>> siret(pd.Series(["732 829 320 00074", "35600000049837", "732829320"]))[0].tolist()
    ['73282932000074', '35600000049837', nan]
    """
    return _read(cells, "SIRET")


def rna(cells: pd.Series) -> Read:
    """RNA numbers of associations: W, then nine digits (2A or 2B in Corsica). Sound SIREN and SIRET are missing without fault.

    >>> rna(pd.Series(["w442 001 234", "W2A1000123", "0442001234"]))[0].tolist()
    ['W442001234', 'W2A1000123', nan]
    """
    column = distinct(cells)
    compact = _compact(column.text)
    good = like(compact, _RNA)
    quiet = _valid(compact, 14)[1] | _valid(compact, 9)[1]
    bad = flags(pc.is_valid(compact)) & ~good & ~quiet
    faults = column.faults((bad, "M07", _("expected an RNA number: W and nine digits (older prefecture numbers are no key)")))
    return column.spread(pc.if_else(pa.array(good), compact, pa.scalar(None, STRING))), faults
