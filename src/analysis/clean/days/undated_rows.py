"""Rows with money that are set aside for want of a date or a name, though the total that their list
writes counts them, or those without a date though they are more than a few: asked, or told.
"""

from collections.abc import Iterable, Set

import pandas as pd

from analysis import parse
from analysis.clean.amounts.nameless_rows import NO_RECIPIENT
from analysis.clean.ledger import quarantine
from analysis.clean.records.rows import is_kept
from analysis.clean.sheets.parts_of_files import Part
from analysis.clean.team.control_total import written_amount
from analysis.clean.unclear_rows import FEW_ROWS, FEWEST_UNREAD, UNCLEAR, cells_shown
from analysis.declare.answers import Choice, rows_left_out
from analysis.declare.faults import Fault, question_about
from analysis.read.total_words import POSSIBLE_LABEL, matching_labels
from analysis.text.messages import say

NO_DATE = "no date"  # the rule of rows without a date
_AMOUNT_AT_THE_END = r"^(.*?)\W*?(-?\d[\d.,'\s\u00a0\u202f]*)\D{0,5}$"
_QUESTIONS = {NO_DATE: "layout.undated", NO_RECIPIENT: "layout.nameless_of_a_total"}
_LACKING = {NO_DATE: "date", NO_RECIPIENT: "recipient"}


def questions_on_undated(
    decided: Iterable[pd.DataFrame],
    totals: pd.DataFrame,
    asides: pd.DataFrame,
    headers: dict[str, str],
    tolerance_eur: float,
    dates_unknown: Set[str] = frozenset(),
) -> list[Fault]:
    """The question when grants without a date were given, or who received those that name nobody,
    for each list that writes a total of its own which they complete: it counts them. Of a short
    list those without a date are asked too where they are several and more than a twentieth.
    `headers` are those of the dates of each source; `dates_unknown` are the sources of which
    study.toml says that nobody knows the dates left blank.
    """
    beside = totals, asides, headers, tolerance_eur, dates_unknown
    return [question for rows in decided for question in _of_list(rows, *beside)]


def cells_of_undated(decided: list[pd.DataFrame]) -> pd.DataFrame:
    """The cells that rows without a date or a name lack, for the team to write."""
    rows = quarantine(decided, [])
    return rows.assign(column=rows["rule"].map(_LACKING)).dropna(subset="column")


def remarks_on_undated(decided: Iterable[pd.DataFrame]) -> list[str]:
    """That rows without a date do not count, for each source of whose rows or money they are more
    than a twentieth.
    """
    remarks = []
    for rows in decided:
        amount = rows["amount"].astype("float64").fillna(0.0).clip(lower=0)
        is_lost = rows["rule"].eq(NO_DATE) & amount.gt(0)
        of_list = is_kept(rows) | is_lost
        for source, of_source in rows[of_list].groupby("source", observed=True):
            lost, money = is_lost[of_source.index], amount[of_source.index]
            if max(lost.mean(), money[lost].sum() / max(money.sum(), 1)) > UNCLEAR:
                lost_amount = written_amount(float(money[lost].sum()))
                message = say(
                    "layout.undated_told",
                    source=source,
                    rows=int(lost.sum()),
                    amount=lost_amount,
                )
                remarks.append(message)
    return remarks


def _choice(header: str, total: str) -> Choice | None:
    """Whether rows without a date are left out, or nobody knows when they were, which is no answer
    where a `total` counts them.
    """
    unknown = {} if total else {"unknown": {"blank_cells": "unknown"}}
    if not header:
        if unknown:
            return Choice("prepare.undated", unknown)
        return None
    return rows_left_out("prepare.undated", header, [""], **unknown)


def with_dates_unknown(parts: Iterable[Part]) -> set[str]:
    """The sources of which study.toml says that nobody knows what their blank cells mean."""
    return {
        part.block.source
        for part in parts
        if part.stated is not None and part.stated.blank_cells == "unknown"
    }


def _of_list(
    rows: pd.DataFrame,
    totals: pd.DataFrame,
    asides: pd.DataFrame,
    headers: dict[str, str],
    tolerance_eur: float,
    dates_unknown: Set[str],
) -> list[Fault]:
    amount = rows["amount"].astype("float64").fillna(0.0)
    source = rows["source"].astype("str")
    kept = amount[is_kept(rows)].groupby(source).sum()
    kept_count = is_kept(rows).groupby(source).sum()
    questions = []
    for rule, message_key in _QUESTIONS.items():
        is_lost = rows["rule"].eq(rule) & amount.gt(0)
        for name, lost in amount[is_lost].groupby(source[is_lost]):
            given, money = kept.get(name, 0.0), float(lost.sum())
            if rule == NO_RECIPIENT and money > UNCLEAR * (given + money):
                continue  # asked by itself
            total = _total_of(given + money, name, totals, asides, tolerance_eur)
            row_count = len(lost) + kept_count.get(name, 0)
            are_many = len(lost) >= max(FEWEST_UNREAD, UNCLEAR * row_count)
            may_be_asked = rule == NO_DATE and name not in dates_unknown
            is_asked = may_be_asked and are_many and row_count < FEW_ROWS
            if not given or not (total or is_asked):
                continue
            message = say(
                message_key,
                rows=len(lost),
                amount=written_amount(money),
                lines=cells_shown(rows.loc[lost.index].assign(value=rows["shown"])),
                total=total,
                header=headers.get(name, ""),
            )
            questions.append(question_about(name, message, _choice(headers.get(name, ""), total)))
    return questions


def _total_of(
    sum_of_rows: float,
    source: str,
    totals: pd.DataFrame,
    asides: pd.DataFrame,
    tolerance_eur: float,
) -> str:
    """The total of a source, in a row or a title, that is the sum of some rows, as it is written;
    blank where none is.
    """
    written = [
        (f"{total.label} {written_amount(total.given)}".strip(), total.given)
        for total in totals.itertuples()
        if total.source == source
    ]
    titles = asides[asides["source"].eq(source) & asides["rule"].eq("title")]["value"].astype("str")
    parts = titles.str.extract(_AMOUNT_AT_THE_END).dropna()
    parts = parts[matching_labels(parts[0], POSSIBLE_LABEL)]
    figures = parts[1].str.strip()
    amounts = parse.amounts(figures)[0]
    for mark in (",", "."):  # but compared: a mark that may stand before cents parts thousands
        amounts = amounts.fillna(parse.amounts(figures, groups=mark)[0])
    amounts = amounts.astype("float64")
    written += list(zip(titles[parts.index], amounts, strict=True))
    equal = [label for label, given in written if abs(given - sum_of_rows) <= tolerance_eur]
    if equal:
        return equal[0]
    return ""
