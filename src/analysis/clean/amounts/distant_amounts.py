"""Amounts of agreements that are likely slips between euros and thousands: hundreds of times what
was paid under their number, or a fraction of it. Asked; written again in `corrections.csv`, they
count.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.clean.days.distant_dates import is_confirmed
from analysis.clean.records.rows import FAULTS, column
from analysis.clean.unclear_rows import cells_shown
from analysis.declare.answers import IN_THOUSANDS
from analysis.declare.faults import Fault, question_about
from analysis.text import formatting
from analysis.text.messages import say

TIMES = 500  # what was paid, or the part of it, from which an amount is asked about
_AMOUNT = "planned_amount_eur"


def distant_amounts(
    by_table: Mapping[str, pd.DataFrame],
    headers: Mapping[str, Mapping[str, str]],
    corrected: Sequence[pd.DataFrame],
) -> tuple[list[Fault], list[pd.DataFrame]]:
    """The question whether amounts of agreements are right that are far from what was paid, for each
    source; and these cells. `headers` and `corrected` as of `distant_dates`.
    """
    agreements = by_table.get("agreements", pd.DataFrame())
    contributions = by_table.get("contributions", pd.DataFrame())
    if not {"agreement_id", _AMOUNT} <= {*agreements} or "agreement_id" not in contributions:
        return [], []
    paid = agreements["agreement_id"].map(paid_in_cash(contributions))
    times_paid = agreements[_AMOUNT].astype("float64") / paid.astype("float64")
    is_tiny = times_paid.between(0, 1 / TIMES, inclusive="right")
    is_distant = (times_paid >= TIMES) | is_tiny
    distant = agreements[is_distant]
    cells = pd.DataFrame(
        {
            "source": distant["source"].astype("str"),
            "line": distant["line"],
            "column": _AMOUNT,
            "rule": "M03",
            "value": distant[_AMOUNT].map(formatting.number).astype("str"),
            "message": say("parse.far_from_payments"),
        }
    )[FAULTS]
    questions, cells_asked = [], []
    for source, of_source in cells.groupby("source"):
        header = headers.get(_AMOUNT, {}).get(str(source), "")
        of_source = of_source[~is_confirmed(of_source, header, corrected)]
        if len(of_source):
            message = say(
                "layout.distant_amounts",
                header=header,
                rows=len(of_source),
                cells=cells_shown(of_source),
            )
            if is_tiny[of_source.index].all():
                choice = IN_THOUSANDS
            else:
                choice = None
            questions.append(question_about(str(source), message, choice))
            cells_asked.append(of_source)
    return questions, cells_asked


def paid_in_cash(contributions: pd.DataFrame) -> pd.Series:
    """What partners were given in money, by the number of their agreement.

    >>> paid = {"agreement_id": ["C1", "C1", "C2"], "value_eur": [5, 7, 9], "kind": ["cash", None, "goods"]}
    >>> paid_in_cash(pd.DataFrame(paid)).to_dict()
    {'C1': 12.0}
    """
    is_cash = column(contributions, "kind").fillna("cash").eq("cash")
    is_to_partner = column(contributions, "direction").fillna("to partner").eq("to partner")
    cash = contributions[is_cash & is_to_partner]
    paid = column(cash, "value_eur", "Float64").groupby(cash["agreement_id"]).sum()
    return paid[paid > 0].astype("float64")
