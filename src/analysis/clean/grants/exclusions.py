"""Rows that are no partnership: requests that were not granted (R18), rows that give nothing and
private persons together (R19).
"""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.amounts.nameless_rows import money_by_source
from analysis.clean.ledger import CORRECTED
from analysis.clean.team.control_total import written_amount
from analysis.layout import LEFT_OUT, Mapping
from analysis.layout.rows.kinds_of_rows import say_in_kind
from analysis.parse.column import reference_rows, synonyms
from analysis.read import Block, matching
from analysis.text.messages import say

# What is no grant and no agreement, by which rule.
NOT_GRANTED = {outcome: f"{outcome} request" for outcome in ("refused", "undecided", "withdrawn")}
NOTHING_GIVEN, PRIVATE_PERSONS = "nothing given", "private persons"
PART_OF_AMOUNT = "part of an amount"
RENEWAL = r"(?i)renouvel|reconduct|renew|prolong|verl[äa]nger|erneuer"
NOTHING = r"^(?:[-–]?0*[.,]?0*\s*(?:€|euros?)?|(?i:non?|nein|nee|aucune?|none|n[eé]ant))$"
# Records that are no rows, and what else is set aside without being anybody's fault.
NO_ROWS = ("title", "header", "repeated header", "hidden sheet", "no known layout", "not read")
NO_ROWS += ("notes", "directory", "recapitulation")
EXPECTED_RULES = (
    *(*NO_ROWS, "total", "funder", "candidates", LEFT_OUT, CORRECTED),
    *(PART_OF_AMOUNT, NOTHING_GIVEN, PRIVATE_PERSONS, *NOT_GRANTED.values()),
)


def outcome_of_agreements(status: pd.Series) -> pd.Series:
    """What became of agreements by status; one that speaks of a renewal tells of a later one.

    >>> outcome_of_agreements(pd.Series(["Refusée", "annulée", "échue", "en attente de renouvellement"])).tolist()
    ['refused', 'withdrawn', nan, nan]
    """
    outcomes, _unread = parse.outcomes(status)
    return outcomes.mask(matching(status, RENEWAL))


def beside_money(block: Block, mapping: Mapping) -> np.ndarray:
    """Whether each row tells of something in kind, a loan or a guarantee."""
    words = {row["stands_in"]: row["words"] for row in reference_rows("beside_money")}
    told_in_words = {*mapping.columns.get("kind", ()), *mapping.columns.get("purpose", ())}
    amounts = _headers_of(mapping, "amount", "~part")
    tells_other_money = _nothing_but_in_kind(block, mapping)
    plain_headers = parse.fold(pd.Series(list(block.columns), dtype="str")).fillna("")
    for (header, column), plain_header in zip(block.columns.items(), plain_headers, strict=True):
        if header in told_in_words:
            tells = matching(parse.fold(column.values), words["cell"])
        elif header not in amounts and re.search(words["header"], plain_header):
            filled = parse.text(column.values)
            tells = filled.notna().to_numpy() & ~matching(filled, NOTHING)
        else:
            continue
        tells_other_money |= np.append(tells, False)[column.codes]
    return tells_other_money


def _headers_of(mapping: Mapping, *names: str) -> set[str]:
    return {header for name in names for header in mapping.columns.get(name, ())}


def _nothing_but_in_kind(block: Block, mapping: Mapping) -> np.ndarray:
    """Whether each row gives no money, and a cell beside its name says in a few words that what was
    given was in kind ("en nature seulement").
    """
    amounts = _headers_of(mapping, "amount", "planned_amount_eur")
    columns_of_amounts = [block.columns[header] for header in amounts & block.columns.keys()]
    gives_nothing = np.zeros(len(block.lines), dtype=bool)
    for column in columns_of_amounts:
        is_zero = parse.amounts(column.values)[0].eq(0).fillna(False).to_numpy(bool)
        gives_nothing |= np.append(is_zero, False)[column.codes]
    is_said = np.zeros(len(block.lines), dtype=bool)
    others = amounts | _headers_of(mapping, "recipient", "partner_id", "funder", "entity")
    for header in block.columns.keys() - others if gives_nothing.any() else ():
        cells = block.columns[header].rows(gives_nothing)
        tells = say_in_kind(cells.values).to_numpy(bool)
        is_said[gives_nothing] |= np.append(tells, False)[cells.codes]
    return is_said


def private_persons(names: pd.Series) -> np.ndarray:
    """Which normalised names are no partner but private persons together.

    >>> private_persons(pd.Series(["divers particuliers", "judo club"])).tolist()
    [True, False]
    """
    return names.isin(synonyms("private persons")).to_numpy()


def remarks_on_private_persons(decided: Iterable[pd.DataFrame]) -> list[str]:
    """How many rows of each source are private persons together, and how much they received: their
    list, and the books, count them.
    """
    return [
        say(
            "layout.private_persons_told",
            source=money.source,
            rows=money.rows,
            amount=written_amount(money.amount),
        )
        for rows in decided
        for money in money_by_source(rows[rows["rule"].eq(PRIVATE_PERSONS)]).itertuples()
    ]
