"""The amount of a project that stands on the row of each of its partners: added up by row it would
count once for each of them.
"""

import re

import pandas as pd

from analysis.declare.shares import FEW, HALF, NEARLY_ALL
from analysis.layout.headers.grant_numbers import numbers_grants, numbers_something_else
from analysis.layout.payments.repeated_references import FEWEST, OF_A_GRANT, amounts_by_row
from analysis.read import Block, spaced

SHARED = "shared amount"  # how such a reference was found, and the reason of the doubt about it
_OF_A_PROJECT = re.compile(
    r"(?i)proje[ck]?t|progetto|proyecto|vorhaben|\baction|\btitre|\btitle|intitul|op[ée]ration"
)
_OF_SOMETHING_ELSE = re.compile(
    r"(?i)tiers|b[ée]n[ée]f|associ|recipient|partner|partenaire|porteur|program|"
    r"co[uû]t|cost|kosten|montant|amount|betrag|budget|"
    r"\bnbr?e?\b|\bnombre d|\bnumber of|\bcount\b|\banzahl|\baantal|\bn[úu]mero (?:de|di) \w+[sei]\b"
)
_DIFFER = 0.75  # share of these projects that have an amount of their own: others are fixed rates


def shared_reference(block: Block, columns: dict[str, tuple[str, ...]]) -> str:
    """The header of references or titles that several recipients bear with one amount; blank where
    none does.
    """
    amounts, recipient = columns.get("amount", ()), columns.get("recipient", ())
    if len(amounts) != 1 or len(recipient) != 1:
        return ""
    taken = {*amounts, *recipient, *columns.get("date", ())}
    known = columns.get("reference", ())
    named = [header for header in block.columns if header not in taken and _may_name(header)]
    for header in dict.fromkeys([*known, *named]):
        rows = pd.DataFrame(
            {
                "project": block.columns[header].codes,
                "recipient": block.columns[recipient[0]].codes,
                "amount": amounts_by_row(block.columns[amounts[0]]),
            }
        )
        is_known = header in known and not numbers_something_else(header)
        is_number = is_known or numbers_grants(header)
        if _are_shared(rows[rows["project"].ge(0) & rows["amount"].gt(0)], is_number=is_number):
            return header
    return ""


def _may_name(header: str) -> bool:
    words = spaced(header)
    is_named = OF_A_GRANT.search(words) or _OF_A_PROJECT.search(words)
    return bool(is_named) and not _OF_SOMETHING_ELSE.search(header)


def _are_shared(rows: pd.DataFrame, *, is_number: bool) -> bool:
    """Whether nearly all projects of several rows name one amount and as many recipients as rows.

    Under the number of a grant or project few such rows are asked about, and equal amounts of many
    projects too: one amount is then that of the number, more likely than a fixed rate.
    """
    of_several = rows[rows.duplicated("project", keep=False)]
    by_project = of_several.groupby("project")
    least = FEW if is_number else HALF
    if len(by_project) < FEWEST or len(of_several) < least * len(rows):
        return False
    is_shared = by_project["amount"].nunique().eq(1)
    is_shared &= by_project["recipient"].nunique().eq(by_project.size())
    first = by_project["amount"].first()
    differ = first.nunique() >= _DIFFER * len(first)
    return bool(is_shared.mean() >= NEARLY_ALL and (differ or is_number))
