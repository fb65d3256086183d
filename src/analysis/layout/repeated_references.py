"""Grants that a list writes on several lines: the amount of each may stand on all of them, and is asked."""

import re

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.cell_evidence import LOOKED_AT
from analysis.read import Block, Coded

_OF_A_GRANT = re.compile(
    r"(?i)convention|contrat|contract|agreement|grant|award|dossier|engagement|subvention|r[ée]f[ée]rence|"
    r"\bref|aktenzeichen|vorgang|bescheid|expediente|pratica"
)
_OF_SOMETHING_ELSE = re.compile(
    r"(?i)tiers|fourniss|b[ée]n[ée]f|associ|recipient|vendor|partner|charit|compan|d[ée]cision|d[ée]lib|url|program"
)
AMENDMENT = re.compile(r"(?i)\bamend|avenant|nachtrag|[äa]nderungsbescheid|addend")
FEWEST = 3  # references that stand on several lines
COMMON = 0.2  # share of the lines that such references take
MOST = 0.8  # share of these references of which what is asked must hold


def amendments(block: Block) -> tuple[str, ...]:
    """The header that numbers the amendments of a grant, where there is one."""
    return tuple([header for header in block.columns if AMENDMENT.search(header)][:1])


def repeated_reference(block: Block, columns: dict[str, tuple[str, ...]]) -> str:
    """The header of references that stand on several lines with one amount, with the parts of one,
    or with amendments; blank where none does.
    """
    amounts, recipient = columns.get("amount", ()), columns.get("recipient", ())
    if len(amounts) != 1 or not recipient:
        return ""
    taken = {*amounts, *recipient, *columns.get("date", ())}
    for header in [header for header in block.columns if header not in taken]:
        if not _OF_A_GRANT.search(header) or _OF_SOMETHING_ELSE.search(header):
            continue
        rows = pd.DataFrame(
            {
                "reference": block.columns[header].codes[:LOOKED_AT],
                "recipient": block.columns[recipient[0]].codes[:LOOKED_AT],
                "amount": _amounts(block.columns[amounts[0]]),
            }
        )
        if _stands_on_several_lines(rows[rows["reference"] >= 0], bool(amendments(block))):
            return header
    return ""


def _amounts(column: Coded) -> np.ndarray:
    codes = column.codes[:LOOKED_AT]
    used = np.unique(codes[codes >= 0])
    by_code = np.full(len(column.values) + 1, np.nan)
    numbers = parse.amounts(column.values.iloc[used])[0].astype("float64")
    by_code[used] = numbers.to_numpy()
    return by_code[codes]


def _stands_on_several_lines(rows: pd.DataFrame, is_amended: bool) -> bool:
    again = rows[rows.duplicated("reference", keep=False) & rows["amount"].notna()]
    by_reference = again.groupby("reference")
    if is_amended:
        return len(by_reference) > 0
    if len(by_reference) < FEWEST or len(again) < COMMON * len(rows):
        return False
    of_one = by_reference["recipient"].nunique().eq(1)
    same = by_reference["amount"].nunique().eq(1)
    largest, whole = by_reference["amount"].max(), by_reference["amount"].sum()
    in_parts = np.isclose(2 * largest, whole) & by_reference.size().gt(2)
    return bool(of_one.mean() >= MOST and (same | in_parts).mean() >= MOST)
