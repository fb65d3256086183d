"""Identifiers of legal persons in France: SIREN (9 digits), SIRET (14: a SIREN and the establishment), RNA (W and 9 more).

One that a spreadsheet destroyed or that fails its checksum is never a key: it is missing, and a fault.
"""

import importlib
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.parse.column import STRING, Read, distinct, flags, fold, like, reference, sub
from analysis.text import formatting

_ = formatting.text
_POST, _POST_OFFICE = "356000000", "35600000000048"
_RNA = r"^W[0-9][0-9AB][0-9]{7}$"
_ROUNDED = r"^[0-9][.,]?[0-9]*E\+?[0-9]+$|^[1-9][0-9]{3,8}0{5}$"


def _compact(text: pa.Array) -> pa.Array:
    bare = sub(sub(pc.utf8_upper(text), r"[.,]0{1,2}$"), r"^(?:SIRE[NT]|RNA) ?:? ?|[ '’\"\-]")
    return pc.if_else(pa.array(like(bare, "^[0-9.]+$")), pc.replace_substring(bare, ".", ""), bare)


def _luhn(digits: np.ndarray) -> np.ndarray:
    """Whether the Luhn sum is a multiple of ten, by row."""
    doubled = digits.copy()
    doubled[:, -2::-2] *= 2
    return (doubled - 9 * (doubled > 9)).sum(axis=1) % 10 == 0


def _valid(compact: pa.Array, width: int) -> tuple[pa.Array, np.ndarray]:
    """Numbers padded to `width` where up to two zeros were lost (others: null), and whether their checksum holds."""
    size = like(compact, rf"^[0-9]{{{width - 2},{width}}}$")
    numbers = pc.if_else(pa.array(size), pc.utf8_lpad(compact, width, "0"), pa.scalar(None, STRING))
    joined = pa.concat_arrays(
        [numbers.filter(pa.array(size)), pa.array(["0" * width], STRING)]
    ).buffers()[2]
    digits = np.frombuffer(joined, "u1")[: (size.sum() + 1) * width].reshape(-1, width)[
        :-1
    ] - np.uint8(ord("0"))
    sound = _luhn(digits) & digits[:, :9].any(axis=1)
    if width == 14:
        postal = flags(pc.starts_with(numbers, _POST)) & ~flags(pc.equal(numbers, _POST_OFFICE))
        sound = np.where(postal[size], digits.sum(axis=1) % 5 == 0, sound & _luhn(digits[:, :9]))
    holds = np.zeros(len(compact), bool)
    holds[size] = sound
    return numbers, holds


class _Numbers:
    """A column in which any of the three numbers may stand: each of them, and what is wrong with the cells that hold none."""

    def __init__(self, cells: pd.Series):
        self.column = distinct(cells)
        self.compact = _compact(self.column.text)
        self.known = flags(pc.is_valid(self.compact))
        self.destroyed, self.is_rna = like(self.compact, _ROUNDED), like(self.compact, _RNA)
        (self.long, sound), (self.short, self.is_short) = (
            _valid(self.compact, 14),
            _valid(self.compact, 9),
        )
        self.is_long = sound & ~self.destroyed
        self.sized = flags(pc.is_valid(self.long)) | flags(pc.is_valid(self.short))
        self.quiet = sound | self.is_short

    def spread(self, values: pa.Array, good: np.ndarray) -> pd.Series:
        return self.column.spread(pc.if_else(pa.array(good), values, pa.scalar(None, STRING)))

    def siren(self) -> pd.Series:
        value = pc.if_else(
            pa.array(self.is_long), pc.utf8_slice_codeunits(self.long, 0, 9), self.short
        )
        return self.spread(value, self.is_long | self.is_short)

    def siret(self) -> pd.Series:
        return self.spread(self.long, self.is_long)

    def rna(self) -> pd.Series:
        return self.spread(self.compact, self.is_rna)

    def faults(self, wanted: str, digits: int) -> pd.DataFrame:
        """Cells that hold no such number; a sound SIREN in the place of a SIRET, or the other way round, is no fault."""
        bad = self.known & ~self.is_long & ~self.is_short
        return self.column.faults(
            (
                bad & self.destroyed,
                "M05",
                _("destroyed by a spreadsheet (rounded): take it again from its source"),
            ),
            (
                bad & self.is_rna,
                "M07",
                _("an RNA number stands in the place of a {wanted}").format(wanted=wanted),
            ),
            (bad & self.sized, "M05", _("fails its checksum: no key, the name is used")),
            (
                bad,
                "M05",
                _("expected a {wanted} of {digits} digits").format(wanted=wanted, digits=digits),
            ),
        )


def siren(cells: pd.Series) -> Read:
    """SIREN numbers, 9 digits as text: of a SIREN or of a SIRET, lost zeros put back, checksums held.

    SIRET of the postal group (356000000...) follow their own rule: their digits add up to a multiple of five.

    >>> siren(pd.Series(["732 829 320", "73282932000074", "73282932.0", "3,80476E+13", "732829321"]))[0].tolist()
    ['732829320', '732829320', nan, nan, nan]
    """
    numbers = _Numbers(cells)
    return numbers.siren(), numbers.faults("SIREN", 9)


def siret(cells: pd.Series) -> Read:
    """SIRET numbers, 14 digits as text. A sound SIREN in their place is missing without fault: `siren` reads it.

    >>> siret(pd.Series(["732 829 320 00074", "35600000049837", "732829320"]))[0].tolist()
    ['73282932000074', '35600000049837', nan]
    """
    numbers = _Numbers(cells)
    return numbers.siret(), numbers.faults("SIRET", 14)


def rna(cells: pd.Series) -> Read:
    """RNA numbers of associations: W, then nine digits (2A or 2B in Corsica). Sound SIREN and SIRET are missing without fault.

    >>> rna(pd.Series(["w442 001 234", "W2A1000123", "0442001234"]))[0].tolist()
    ['W442001234', 'W2A1000123', nan]
    """
    numbers = _Numbers(cells)
    bad = numbers.known & ~numbers.is_rna & ~numbers.quiet
    message = _("expected an RNA number: W and nine digits (older prefecture numbers are no key)")
    return numbers.rna(), numbers.column.faults((bad, "M07", message))


def company_numbers(cells: pd.Series, header: str) -> Read:
    """Numbers by which other countries know a company or charity, as "US-EIN-123456789": the scheme, then the number.

    The header of the column says which register is meant ("EIN", "KvK-nummer"), or the cell does, as 360Giving writes it
    ("GB-CHC-1164883"). One that is no number of its register, or fails its checksum, is missing and a fault (rule M05);
    what no register is named for stays as it is written. Registers and their forms: `reference/company_numbers.csv`.

    >>> company_numbers(pd.Series(["0403.449.823", "0403449824"]), "Numéro BCE")[0].tolist()
    ['BE-BCE_KBO-0403449823', nan]
    """
    column = distinct(cells)
    registers = reference("company_numbers")
    plain_header = fold(pd.Series([header], dtype="str"))[0]
    by_header = (
        row for row in registers if row["header"] and re.search(row["header"], plain_header)
    )
    usual = next(by_header, None)
    values, wrong = [], []
    for text in column.text.to_pylist():
        own = (row for row in registers if str(text).upper().startswith(f"{row['scheme']}-"))
        register = next(own, usual)
        number = _number_of(text, register) if text and register else text
        values.append(number)
        wrong.append(bool(text) and number is None)
    message = _("no number of its register, or its checksum fails: no key, the name is used")
    return column.spread(pa.array(values, STRING)), column.faults(
        (np.array(wrong, dtype=bool), "M05", message)
    )


def _number_of(text: str, register: dict[str, str]) -> str | None:
    """A number with its scheme; None where the register knows no such number."""
    scheme = register["scheme"]
    number = re.sub(r"\.0$", "", text.upper().removeprefix(f"{scheme}-")).strip()
    if register["module"]:
        checks = importlib.import_module(f"stdnum.{register['module']}")
        return f"{scheme}-{checks.compact(number)}" if checks.is_valid(number) else None
    number = re.sub(r"[\s.]", "", number)
    if not re.fullmatch(register["form"], number):
        return None
    digits = 8 if scheme == "GB-COH" else 0  # of which spreadsheets lose the zeros
    return f"{scheme}-{number.zfill(digits)}"


def persons(cells: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The columns `siret`, `siren` and `rna` of cells in which any of them may stand, with the faults of `siret`.

    >>> persons(pd.Series(["73282932000074", "W442001234"]))[0].to_numpy().tolist()
    [['73282932000074', '732829320', nan], [nan, nan, 'W442001234']]
    """
    numbers = _Numbers(cells)
    found = {"siret": numbers.siret(), "siren": numbers.siren(), "rna": numbers.rna()}
    return pd.DataFrame(found), numbers.faults("SIRET", 14)
