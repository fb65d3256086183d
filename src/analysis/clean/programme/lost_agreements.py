"""Agreements and contributions that would be lost, or agreements that lose an end or an amount: cells
that cannot be read, and rows set aside because they lack what their table requires. Where these are
more than a few, they are asked.
"""

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.records.numbers_in_cells import hold_a_number, tell_of_an_amount
from analysis.clean.records.rows import FAULTS, column
from analysis.clean.unclear_rows import FEW_ROWS, FEWEST_UNREAD, MONEY, UNCLEAR, cells_shown
from analysis.declare import schema
from analysis.declare.answers import rows_left_out
from analysis.declare.faults import Fault, question_about
from analysis.layout.drafts.questions_about_rows import quoted
from analysis.layout.terms.term_units import YEARS_OR_MONTHS
from analysis.text import formatting
from analysis.text.messages import say

_AMOUNT = "planned_amount_eur"
_TERMS = ("planned_end", "term_months")  # one of which tells until when an agreement goes
# The columns of which each cell that cannot be read is asked, by table; other questions ask of the
# amounts and dates of grants.
_READ = {"agreements": ("start", *_TERMS, "end", _AMOUNT), "grants": _TERMS}
_INCOMPLETE = "no "  # how the rules begin by which rows lack what they require
_LINES_SHOWN = 5


def unread_agreements(
    by_table: Mapping[str, pd.DataFrame],
    unread: Sequence[pd.DataFrame],
    headers: Mapping[str, Mapping[str, str]],
) -> list[Fault]:
    """The question what cells of starts, ends, terms and amounts say, for each column of a list of
    agreements of which more than a twentieth cannot be read, of a short list any amount; and what
    the terms of grants say.

    `headers` are those of each column, by source.
    """
    questions = []
    for table, names in _READ.items():
        rows = by_table.get(table, pd.DataFrame(columns=["source", "line"]))
        questions += _unread_columns(rows, names, unread, headers)
    return questions


def _unread_columns(
    rows: pd.DataFrame,
    names: tuple[str, ...],
    unread: Sequence[pd.DataFrame],
    headers: Mapping[str, Mapping[str, str]],
) -> list[Fault]:
    """The question what cells say, for each of some columns of a table of which more than a
    twentieth cannot be read.
    """
    questions = []
    for cells in filter(len, unread):
        source = cells["source"].iloc[0]
        of_source = rows[rows["source"].eq(source) & column(rows, "~label").isna()]
        for name in [name for name in names if name in of_source]:
            is_short = name == _AMOUNT and len(of_source) < FEW_ROWS
            wrong = _cells_lost(of_source, cells, name, is_short)
            lost_count = wrong["line"].nunique()
            filled_count = of_source[name].notna().sum() + lost_count
            tolerated = 0 if is_short else UNCLEAR * filled_count
            if name == "end":  # of few agreements, in remarks: one alone is told
                tolerated = max(tolerated, FEWEST_UNREAD - 1)
            if lost_count > tolerated:
                header = headers.get(name, {}).get(source, "…")
                questions.append(_about_cells(source, header, wrong))
    return questions


def _cells_lost(
    rows: pd.DataFrame, cells: pd.DataFrame, name: str, are_words_amounts: bool
) -> pd.DataFrame:
    """The cells of a column that say something unread, the words alone too where they are amounts
    of a short list; of an end or a term, where the other is missing too.
    """
    if name in _TERMS:
        telling = [other for other in _TERMS if other in rows]
    else:
        telling = [name]
    lines = rows.loc[rows[telling].isna().all(axis=1), "line"]
    is_of_column = cells["column"].eq(name) & cells["line"].isin(lines)
    return cells[is_of_column & _is_to_be_read(cells, are_words_amounts)]


def _is_to_be_read(cells: pd.DataFrame, are_words_amounts: bool) -> pd.Series:
    """Whether cells say a number, or years and months in words; which mark parts thousands, what a
    bound is, and what amounts in another currency are worth, is asked apart.
    """
    says_term = cells["value"].str.contains(YEARS_OR_MONTHS, na=False)
    says_term &= cells["column"].eq("term_months")
    is_open = cells["rule"].isin(["M03", "M19"]) | cells["message"].eq(say("parse.at_most"))
    which_tell = tell_of_an_amount if are_words_amounts else hold_a_number
    return (which_tell(cells["value"]) | says_term) & ~is_open


def _about_cells(source: str, header: str, cells: pd.DataFrame) -> Fault:
    message = say(
        "layout.unread_cells",
        header=header,
        count=cells["line"].nunique(),
        cells=cells_shown(cells),
    )
    return question_about(source, message)


def lost_agreements(
    decided: Sequence[pd.DataFrame],
    headers: Mapping[str, Mapping[str, str]],
    unread: Sequence[pd.DataFrame],
) -> tuple[list[Fault], list[pd.DataFrame]]:
    """The question what rows of agreements, contributions, grants or answers lack that are set aside
    as incomplete, for each source of which they are more than a twentieth of the rows or of the money;
    and the cells to fill in.

    A row is one of an agreement where it tells two of: with whom, when, and how much; titles and
    totals tell one. One of a contribution tells how much, and of which agreement; one of a grant
    all but who gave, for what else it may lack is asked apart. One of an answer tells what was
    answered to what.
    """
    questions, cells = [], []
    for rows in decided:
        table = str(rows["table"].iloc[0]) if len(rows) else ""
        if table not in _TELL_ENOUGH:
            continue
        is_incomplete = rows["fate"].eq("set aside") & rows["rule"].str.startswith(_INCOMPLETE)
        is_lost = is_incomplete & _TELL_ENOUGH[table](rows)
        amount = column(rows, MONEY.get(table, ""), "Float64").astype("float64").fillna(0)
        is_counted = is_lost | rows["fate"].ne("set aside")
        for source, of_source in rows[is_counted].groupby("source", observed=True):
            lost = is_lost[of_source.index]
            money = amount[of_source.index]
            is_much = money[lost].sum() > UNCLEAR * money.sum() > 0
            if lost.mean() > UNCLEAR or is_much:
                question = _about_rows(
                    str(source), of_source[lost], len(lost), table, headers, unread
                )
                questions.append(question)
                lost_rows = of_source[lost].drop(columns="value", errors="ignore")  # of answers
                blank_cells = lost_rows.rename(columns={"shown": "value"})
                cells.append(blank_cells.assign(column="")[FAULTS].astype({"source": "str"}))
    return questions, cells


def _is_agreement(rows: pd.DataFrame) -> pd.Series:
    """Whether each row tells two of: with whom an agreement is, when, and how much it gives."""
    dates = [column(rows, name).notna() for name in ("start", "signed_on", *_TERMS, "end")]
    told = [column(rows, "partner_id").notna(), np.logical_or.reduce(dates)]
    told.append(column(rows, _AMOUNT).notna())
    is_total = column(rows, "~label").notna()
    return (np.sum(told, axis=0) >= 2) & ~is_total


def _is_contribution(rows: pd.DataFrame) -> pd.Series:
    """Whether each row tells how much a contribution gives, and under which agreement."""
    is_told = column(rows, "value_eur").notna() & column(rows, "agreement_id").notna()
    return is_told & column(rows, "~label").isna()


def _is_grant(rows: pd.DataFrame) -> pd.Series:
    """Whether each row, which tells who received and when, is one of a grant: no total."""
    return rows["rule"].eq("no funder") & rows["date"].notna() & column(rows, "~label").isna()


def _is_answer(rows: pd.DataFrame) -> pd.Series:
    """Whether each row tells what somebody answered to a question."""
    return column(rows, "value").notna() & column(rows, "item").notna()


_TELL_ENOUGH = {
    "agreements": _is_agreement,
    "answers": _is_answer,
    "contributions": _is_contribution,
    "grants": _is_grant,
}


def _about_rows(
    source: str,
    lost: pd.DataFrame,
    row_count: int,
    table: str,
    headers: Mapping[str, Mapping[str, str]],
    unread: Sequence[pd.DataFrame],
) -> Fault:
    """The question what the rows lack, with the headers under which it is missing, what stands there
    unread, and the words that may.
    """
    columns = lost["rule"].str.removeprefix(_INCOMPLETE).drop_duplicates()
    language = formatting.language()
    labels = schema.columns(table)
    lacking = [headers.get(name, {}).get(source, labels[name].label(language)) for name in columns]
    lines = [str(line) for line in lost["line"].sort_values().head(_LINES_SHOWN)]
    first = columns.iloc[0]
    values = _values_unread(source, lost["line"], first, unread)
    message = say(
        "layout.lost_agreements",
        rows=len(lost),
        all_rows=row_count,
        columns=", ".join(f"`{header}`" for header in lacking),
        lines=", ".join([*lines, *["…"] * (len(lost) > _LINES_SHOWN)]),
        header=lacking[0],
        values=", ".join(map(quoted, values)),
        words=", ".join(parse.words_for_values(labels[first])) if values else "",
        left_out=json.dumps(values or [""], ensure_ascii=False),
        are_agreements=table == "agreements",
        are_grants=table == "grants",
        are_answers=table == "answers",
    )
    header = headers.get(first, {}).get(source, "")
    return question_about(
        source, message, rows_left_out("prepare.lost", header, values or [""]), key="leave_out"
    )


def _values_unread(
    source: str, lines: pd.Series, name: str, unread: Sequence[pd.DataFrame]
) -> list[str]:
    """What stands in the cells of a column on some lines and could not be read."""
    values: list[str] = []
    for cells in unread:
        is_there = cells["source"].eq(source) & cells["column"].eq(name) & cells["line"].isin(lines)
        values += cells.loc[is_there, "value"].tolist()
    return list(dict.fromkeys(values))
