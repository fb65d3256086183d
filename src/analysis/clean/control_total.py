"""The control total: what the team's own books say that all grants add up to, beside what is read."""

import pandas as pd

from analysis.clean.nameless_rows import money_by_source
from analysis.clean.rows import FATES, Tables
from analysis.declare.faults import Fault, Refused
from analysis.layout import StudyDescription
from analysis.parse.quantities import CENT
from analysis.text import formatting
from analysis.text.messages import say

CONTROL_TOTAL = "control total"  # the rule that such a fault breaks
MOST_NAMED = 3  # rows that alone would explain a difference, beyond which none is named


def refuse_another_total(
    decided: list[pd.DataFrame],
    tables: Tables,
    study: StudyDescription,
    also: list[Fault],
    unread: list[pd.DataFrame],
) -> None:
    """Raises Refused where the grants that are kept do not add up to the total that `study.toml`
    states.

    `decided` are the rows with what became of them. A difference up to the tolerance of totals
    passes. The message says by how much, what each source gave and what was left out of it, and
    which row alone is of that amount, and asks `also` what stands in the cells that are `unread`. A
    study without a list of grants has nothing to compare.
    """
    stated = study.control_total
    if not stated:
        return
    if "contributions" not in tables:
        raise _refused(study, say("layout.control_of_grants"))
    difference = granted(tables) - stated
    if abs(difference) <= study.numbers["totals_tolerance_eur"]:
        return
    rows = pd.concat(decided, ignore_index=True)
    message = say(
        "layout.control_differs",
        read=written_amount(granted(tables)),
        stated=written_amount(stated),
        difference=written_amount(abs(difference)),
        is_more=difference > 0,
        sources="; ".join(money_by_fate(rows)),
        row=_of_this_amount(rows, abs(difference), is_kept=difference > 0),
    )
    refused = _refused(study, message)
    raise Refused(refused.faults + also, cells=pd.concat(unread) if also else ())


def granted(tables: Tables) -> float:
    """What all grants add up to, in the study's currency: what was taken back is taken off."""
    return float(tables["contributions"]["value_eur"].sum())


def total_read(tables: Tables, *, is_stated: bool) -> str:
    """What was read of a list of grants, to be held against the team's books; blank where it holds
    no amount, or where its total is stated and equal.
    """
    if is_stated or "contributions" not in tables or not granted(tables):
        return ""
    agreements = tables["agreements"]
    is_told = formatting.currency_is_told(formatting.currency_code.get())
    currency = formatting.currency() if is_told else ""
    return say(
        "layout.total_read",
        total=f"{written_amount(granted(tables))} {currency}".rstrip(),
        grants=len(agreements),
        recipients=agreements["partner_id"].nunique(),
    )


def money_by_fate(rows: pd.DataFrame) -> list[str]:
    """What the rows of each source amount to, by what became of them.

    >>> rows = pd.DataFrame({"source": "a.csv", "fate": ["kept", "merged"], "amount": [900.0, 100.0]})
    >>> formatting.use("en"); money_by_fate(rows)
    ['a.csv: kept 900 (1), merged 100 (1)']
    """
    by_fate = {fate: money_by_source(rows[rows["fate"] == fate]) for fate in FATES}
    sources = sorted(rows["source"].dropna().astype("str").unique())
    lines = []
    for source in sources:
        sums = [
            f"{formatting.text(fate)} {written_amount(row.amount)} ({row.rows})"
            for fate, money in by_fate.items()
            for row in money[money["source"] == source].itertuples()
        ]
        lines.append(f"{source}: {', '.join(sums)}")
    return lines


def _of_this_amount(rows: pd.DataFrame, amount: float, *, is_kept: bool) -> str:
    """Where the rows stand that alone explain a difference: one too many, or one left out; blank
    where none does, or many.
    """
    may_explain = rows[rows["fate"].eq("kept") == is_kept]
    alone = may_explain[may_explain["amount"].astype("float64").sub(amount).abs() < CENT]
    if len(alone) > MOST_NAMED:
        return ""
    places = zip(alone["source"].astype("str"), alone["line"], strict=True)
    line = formatting.text("line {line}")
    return "; ".join(f"{source}, {line.format(line=number)}" for source, number in places)


def written_amount(value: float) -> str:
    """An amount as it is told beside another: with its cents, where it has any.

    >>> formatting.use("en"); written_amount(1200.5), written_amount(900.0)
    ('1,200.50', '900')
    """
    return formatting.number(value, 0 if float(value).is_integer() else 2)


def _refused(study: StudyDescription, message: str) -> Refused:
    stated = f"{study.control_total:g}"
    return Refused([Fault("study.toml", None, "control_total", CONTROL_TOTAL, stated, message)])
