"""The share of each entity beside the whole amount of an agreement, which stands on the row of each
of them: added up by row the whole would count once for each entity.
"""

import pandas as pd

from analysis.declare.shares import HALF, NEARLY_ALL
from analysis.layout.amounts.sums_of_parts import tells_of_another_sum
from analysis.layout.headers.numbers_of_cells import Numbers
from analysis.layout.headers.table_match import BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.payments.repeated_references import FEWEST, amounts_by_row
from analysis.read import Block

_WHOLE = "~whole"  # the column of whole amounts, which count for no row
# What the rows of one agreement have in common, besides its amount.
_IN_COMMON = ("recipient", "partner_id", "date", "start", "planned_start", "planned_end", "end")
_EURO = 1.0  # by which rounded shares may miss it


def take_shares(found: Match, measure: str) -> None:
    """Take for the amount the shares that add up to it over the rows of each agreement: their
    header says that they are some ("Quote-part de la direction"), or each row has an entity of its
    own.
    """
    wholes = found.columns.get(measure, ())
    if len(wholes) != 1 or says("share of an amount", wholes[0]):
        return
    says_share = [header for header in found.free if says("share of an amount", header)]
    if not says_share and "entity" not in found.columns:
        return
    rows = _rows_of_agreements(found, wholes[0])
    if not rows.duplicated("agreement").any():
        return
    are_of_entities = "entity" in rows and not rows.duplicated(["agreement", "entity"]).any()
    for header in found.free if are_of_entities else says_share:
        if _may_be_amounts(found.block, header):
            shares = pd.Series(amounts_by_row(found.block.columns[header]))
            if _add_up(rows.assign(share=shares)):
                found.take(measure, (header,), BY_WORDS)
                found.take(_WHOLE, wholes, BY_WORDS)
                return


def _rows_of_agreements(found: Match, whole: str) -> pd.DataFrame:
    """The rows with a number for each agreement, which those of one partner, time and amount share,
    and the entity of each.
    """
    columns = found.block.columns
    names = [name for column in _IN_COMMON for name in found.columns.get(column, ())]
    rows = pd.DataFrame({name: columns[name].codes for name in names})
    rows[_WHOLE] = amounts_by_row(columns[whole])
    numbered = pd.DataFrame({"whole": rows[_WHOLE]})
    numbered["agreement"] = rows.groupby([*names, _WHOLE], dropna=False).ngroup()
    for entity in found.columns.get("entity", ()):
        numbered["entity"] = columns[entity].codes
    return numbered


def _may_be_amounts(block: Block, header: str) -> bool:
    """Whether a column holds numbers that are neither asked for nor paid."""
    if tells_of_another_sum(header) or says("paid amount", header):
        return False
    return Numbers(block.columns[header]).share > HALF


def _add_up(rows: pd.DataFrame) -> bool:
    """Whether the shares of nearly all agreements of several rows add up to their amount."""
    of_several = rows[rows.duplicated("agreement", keep=False)].groupby("agreement")
    rest = of_several["whole"].first() - of_several["share"].sum()
    return len(rest) >= FEWEST and bool(rest.abs().le(_EURO).mean() >= NEARLY_ALL)
