"""Grants that a list writes on several lines: the amount of each may stand on all of them, and is
asked.
"""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import MOST
from analysis.layout.headers.cell_evidence import dates_like, sample
from analysis.layout.headers.grant_numbers import numbers_grants, numbers_something_else
from analysis.layout.headers.header_names import names_money
from analysis.layout.headers.version_columns import tells_versions
from analysis.layout.headers.words import says
from analysis.parse.remembered import remembered
from analysis.read import Block, Coded, matching, spaced

OF_A_GRANT = re.compile(
    r"(?i)convention|contrat|contract|agreement|grant|award|dossier|engagement|subvention|r[ée]f[ée]rence|"
    r"\bref|aktenzeichen|vorgang|bescheid|expediente|pratica"
)
AMENDMENT = re.compile(
    r"(?i)\bamend|avenant|nachtrag|[äa]nderungsbescheid|addend"
    r"|(?:num[ée]ro|\bn[°º]) (?:de |de la )?modification|modification n(?:umber|o)\b"
)
_VALUE = re.compile(r"(?i)value|valeur|wert")
# Headers of the day on which a row was changed, as lists of versions bear it.
_CHANGED = re.compile(
    r"(?i)modifi|r[ée]vis|mis(?:e|es)? [àa] jour|\bupdate|\bversion|[äa]nderung|ge[äa]ndert"
)
_PART_OF_SEVERAL = (
    r"(?i)^\s*(?:(?:year|yr|instal?lment|payment|part|tranche|versement|ann[ée]e|jahr|rate|teil|jaar|termijn|deel|"
    r"a[ñn]o|pago|plazo|anno|rata)\b[ .n°º]*)?\d{1,2} ?(?:of|/|sur|de|von|van|di) ?\d{1,2}\s*$"
)
FEWEST = 3  # references that stand on several lines
COMMON_SHARE = 0.2  # share of the lines that such references take


def amendments(block: Block, headers: list[str]) -> tuple[str, ...]:
    """Of some headers the one that numbers the amendments or the versions of a grant, where there
    is one.
    """
    named = [header for header in headers if _amends(header)]
    numbering = [header for header in named if not dates_like(block, header)]
    numbering += [header for header in headers if tells_versions(block, header)]
    return tuple(numbering[:1])


def says_amendment(header: str) -> bool:
    """Whether a header speaks of amendments.

    >>> says_amendment("grant_amendment"), says_amendment("Avenant"), says_amendment("Grant")
    (True, True, False)
    """
    return AMENDMENT.search(spaced(header)) is not None


def _amends(header: str) -> bool:
    return says_amendment(header) and not _of_money(header)


def _of_money(header: str) -> bool:
    """Whether a header speaks of an amount, as that by which an amendment changes a grant."""
    return names_money(header) or bool(_VALUE.search(header))


def amendment_dates(block: Block, headers: list[str]) -> tuple[str, ...]:
    """Of some headers the one that dates the amendments of a grant, else the changes of its rows."""
    named = [
        header
        for word in (AMENDMENT, _CHANGED)
        for header in headers
        if word.search(spaced(header))
    ]
    return tuple([header for header in named if dates_like(block, header)][:1])


def repeated_reference(block: Block, columns: dict[str, tuple[str, ...]]) -> str:
    """The header of references that stand on several lines with one amount, with the parts of one,
    with amendments, or with instalments that are counted; blank where none does.
    """
    amounts, recipient = columns.get("amount", ()), columns.get("recipient", ())
    if len(amounts) != 1 or not recipient:
        return ""
    taken = {*amounts, *recipient, *columns.get("date", ())}
    is_amended = any(map(says_amendment, block.columns))
    in_instalments = any(_count_instalments(block, header) for header in block.columns)
    for header in [header for header in block.columns if header not in taken]:
        is_known = header in columns.get("reference", ()) and not numbers_something_else(header)
        if not (is_known or tells_grants_apart(header) or numbers_grants(header)):
            continue
        rows = pd.DataFrame(
            {
                "reference": block.columns[header].codes,
                "recipient": block.columns[recipient[0]].codes,
                "amount": amounts_by_row(block.columns[amounts[0]]),
            }
        )
        of_reference = rows[rows["reference"] >= 0]
        if _stands_on_several_lines(of_reference, is_amended, in_instalments=in_instalments):
            return header
    return ""


def stand_on_several_days(block: Block, columns: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether rows of one reference bear several dates, as payments of a grant do: nothing tells
    these from an amount that each row repeats.
    """
    references, dates = (columns.get(name, ()) for name in ("reference", "date"))
    if not references or not dates:
        return False
    rows = pd.DataFrame({header: block.columns[header].codes for header in references})
    rows = rows.assign(day=block.columns[dates[0]].codes)
    days = rows[rows[references[0]] >= 0].groupby([*references])["day"].nunique()
    return bool((days > 1).any())


def tells_grants_apart(header: str) -> bool:
    """Whether a header speaks of the reference of a grant.

    >>> tells_grants_apart("N° de dossier"), tells_grants_apart("Subvention demandée")
    (True, False)
    """
    words = spaced(header)
    is_asked_for = says("amount asked for", words) and not numbers_grants(header)
    is_other = is_asked_for or numbers_something_else(header) or names_money(header)
    return bool(OF_A_GRANT.search(words)) and not is_other


def amounts_by_row(column: Coded) -> np.ndarray:
    """The amount of each row; NaN where a cell is none.

    They are but compared, so a mark that may stand before cents ("5,000") parts thousands.
    """
    return column.each(_amounts_compared).to_numpy(float)


@remembered
def _amounts_compared(texts: pd.Series) -> pd.Series:
    numbers = parse.amounts(texts)[0]
    for mark in (",", ".") if numbers.isna().any() else ():
        numbers = numbers.fillna(parse.amounts(texts, groups=mark)[0])
    return numbers.astype("float64")


def _count_instalments(block: Block, header: str) -> bool:
    """Whether cells say of how many parts of a grant each row is which ("Year 1 of 3")."""
    cells = sample(block.columns[header])
    return len(cells) > 0 and bool(matching(cells, _PART_OF_SEVERAL).mean() >= MOST)


def _stands_on_several_lines(rows: pd.DataFrame, is_amended: bool, *, in_instalments: bool) -> bool:
    again = rows[rows.duplicated("reference", keep=False) & rows["amount"].notna()]
    by_reference = again.groupby("reference")
    if is_amended:
        return len(by_reference) > 0
    if len(by_reference) < FEWEST or len(again) < COMMON_SHARE * len(rows):
        return False
    of_one = by_reference["recipient"].nunique().eq(1)
    same = by_reference["amount"].nunique().eq(1)
    largest, whole = by_reference["amount"].max(), by_reference["amount"].sum()
    in_parts = np.isclose(2 * largest, whole) & by_reference.size().gt(2)
    is_of_several_lines = (same | in_parts).mean() >= MOST or in_instalments
    return bool(of_one.mean() >= MOST and is_of_several_lines)
