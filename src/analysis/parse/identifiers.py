"""Identifiers of legal persons in France: SIREN (9 digits), SIRET (14: a SIREN and the
establishment), RNA (W and 9 more).

One that a spreadsheet destroyed or that fails its checksum is never a key: it is missing, and a
fault.
"""

import importlib
import re
from collections.abc import Callable

import numpy as np
import pandas as pd
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from analysis.parse.column import Read, faults, fold, matching, reference_rows, sub, text
from analysis.text.messages import say

_RNA = r"^W[0-9][0-9AB][0-9]{7}$"
_ROUNDED = r"^[0-9][.,]?[0-9]*E\+?[0-9]+$|^[1-9][0-9]{3,8}0{5}$"
_NO_ONE = "0" * 9
NUMBERS = ["siret", "siren", "rna"]


def _numbers(cells: pd.Series) -> pd.DataFrame:
    """The numbers of cells in which any of the three may stand, `written` without spaces and marks,
    and whether a cell has the length of one (`is_sized`).

    Up to two zeros that a spreadsheet took from the front are put back. The sums are those of
    python-stdnum, which knows that the digits of the SIRET of the postal group (356000000...) add
    up to a multiple of five.
    """
    written = sub(text(cells).str.upper(), r"[.,]0{1,2}$")
    written = sub(written, r"^(?:SIRE[NT]|RNA) ?:? ?|[ '’\"\-]")
    written = written.mask(matching(written, "^[0-9.]+$"), sub(written, r"\."))
    siret = written.where(matching(written, "^[0-9]{12,14}$")).str.zfill(14)
    siren = written.where(matching(written, "^[0-9]{7,9}$")).str.zfill(9)
    is_sized = siret.notna() | siren.notna()
    is_siret = _are_sound(siret, stdnum_siret.is_valid)
    siret = siret.where(is_siret & ~matching(written, _ROUNDED))
    is_siren = _are_sound(siren, stdnum_siren.is_valid)
    siren = siret.str.slice(0, 9).fillna(siren.where(is_siren & siren.ne(_NO_ONE)))
    rna = written.where(matching(written, _RNA))
    numbers = {"siret": siret, "siren": siren, "rna": rna, "written": written}
    return pd.DataFrame(numbers).assign(is_sized=is_sized)


def _are_sound(numbers: pd.Series, is_valid: Callable[[str], bool]) -> pd.Series:
    """Which numbers pass a check, made once of each: one number is written in several ways."""
    codes, distinct_numbers = pd.factorize(numbers)
    is_sound = [bool(is_valid(number)) for number in distinct_numbers]
    return pd.Series(np.array([*is_sound, False])[codes], numbers.index)


def _faults_of(cells: pd.Series, numbers: pd.DataFrame, name: str, digits: int) -> pd.DataFrame:
    """Cells that hold no such number; a sound SIREN for a SIRET, or the reverse, is no fault."""
    unread = numbers["written"].notna() & numbers["siren"].isna()
    is_rounded = matching(numbers["written"], _ROUNDED)
    message = say("parse.rounded")
    is_rna = say("parse.rna_instead", wanted=name)
    expected = say("parse.digits", wanted=name, digits=digits)
    return faults(
        cells,
        (unread & is_rounded, "M05", message),
        (unread & numbers["rna"].notna(), "M07", is_rna),
        (unread & numbers["is_sized"], "M05", say("parse.checksum")),
        (unread, "M05", expected),
    )


def siren(cells: pd.Series) -> Read:
    """SIREN numbers, 9 digits, of a SIREN or a SIRET: lost zeros put back, checksums held.

    >>> siren(pd.Series(["732 829 320", "73282932000074", "73282932.0", "3,80476E+13", "732829321"]))[0].tolist()
    ['732829320', '732829320', nan, nan, nan]
    """
    numbers = _numbers(cells)
    return numbers["siren"], _faults_of(cells, numbers, "SIREN", 9)


def siret(cells: pd.Series) -> Read:
    """SIRET numbers, 14 digits; a sound SIREN is missing without fault: `siren` reads it.

    >>> siret(pd.Series(["732 829 320 00074", "35600000049837", "732829320"]))[0].tolist()
    ['73282932000074', '35600000049837', nan]
    """
    numbers = _numbers(cells)
    return numbers["siret"], _faults_of(cells, numbers, "SIRET", 14)


def rna(cells: pd.Series) -> Read:
    """RNA numbers: W, nine digits (2A, 2B in Corsica). Sound SIREN and SIRET are no fault.

    >>> rna(pd.Series(["w442 001 234", "W2A1000123", "0442001234"]))[0].tolist()
    ['W442001234', 'W2A1000123', nan]
    """
    numbers = _numbers(cells)
    unread = numbers["written"].notna() & numbers["rna"].isna() & numbers["siren"].isna()
    message = say("parse.rna")
    return numbers["rna"], faults(cells, (unread, "M07", message))


def persons(cells: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The columns `siret`, `siren`, `rna` of cells that may hold any of them; faults of `siret`.

    >>> persons(pd.Series(["73282932000074", "W442001234"]))[0].to_numpy().tolist()
    [['73282932000074', '732829320', nan], [nan, nan, 'W442001234']]
    """
    numbers = _numbers(cells)
    return numbers[NUMBERS], _faults_of(cells, numbers, "SIRET", 14)


def company_numbers(cells: pd.Series, header: str) -> Read:
    """Numbers by which other countries know a company or charity, as "US-EIN-123456789": the
    scheme, then the number.

    The header of the column says which register is meant ("EIN", "KvK-nummer"), or the cell does,
    as 360Giving writes it ("GB-CHC-1164883"). One that is no number of its register, or fails its
    checksum, is missing and a fault (rule M05); what no register is named for stays as it is
    written. Registers and their forms: `reference/company_numbers.csv`.

    >>> company_numbers(pd.Series(["0403.449.823", "0403449824"]), "Numéro BCE")[0].tolist()
    ['BE-BCE_KBO-0403449823', nan]
    """
    registers = reference_rows("company_numbers")
    header = fold(pd.Series([header], dtype="str")).fillna("")[0]
    of_header = [row for row in registers if row["header"] and re.search(row["header"], header)]

    def number_of(cell: str) -> str | None:
        prefixed = [row for row in registers if cell.upper().startswith(f"{row['scheme']}-")]
        register = [*prefixed, *of_header][:1]
        if register:
            return _number_in(cell, register[0])
        return cell

    written = text(cells)
    values = written.map(number_of, na_action="ignore").astype("str")
    message = say("parse.register")
    return values, faults(cells, (written.notna() & values.isna(), "M05", message))


def is_company_number(texts: pd.Series) -> pd.Series:
    """Which texts are a number as `company_numbers` writes it, sound by the rule of its register.

    >>> numbers = ["BE-BCE_KBO-0403449823", "BE-BCE_KBO-0403449824", "GB-COH-00445790"]
    >>> is_company_number(pd.Series(numbers)).tolist()
    [True, False, True]
    """
    registers = reference_rows("company_numbers")

    def is_sound(text: str) -> bool:
        of_scheme = [row for row in registers if text.startswith(f"{row['scheme']}-")]
        return bool(of_scheme) and _number_in(text, of_scheme[0]) is not None

    return texts.map(is_sound, na_action="ignore").eq(True)


def _number_in(cell: str, register: dict[str, str]) -> str | None:
    """A number with its scheme; None where the register knows no such number."""
    scheme = register["scheme"]
    number = re.sub(r"\.0$", "", cell.upper().removeprefix(f"{scheme}-")).strip()
    if register["module"]:
        checks = importlib.import_module(f"stdnum.{register['module']}")
        if checks.is_valid(number):
            return f"{scheme}-{checks.compact(number)}"
        return None
    number = re.sub(r"[\s.]", "", number)
    if not re.fullmatch(register["form"], number):
        return None
    digits = 8 if scheme == "GB-COH" else 0  # of which spreadsheets lose the zeros
    return f"{scheme}-{number.zfill(digits)}"
