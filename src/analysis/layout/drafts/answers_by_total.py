"""The answers that a draft proposes about the rows of a list: the usual ones, unless the total that
the list writes below its rows contradicts them and bears others out.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.drafts.likeliest_answers import KEYS_ASKED, likeliest_answer
from analysis.layout.headers.cell_evidence import days_of_rows
from analysis.layout.headers.outcome_columns import says_no_grant
from analysis.layout.mapping import Mapping
from analysis.layout.payments.repeated_references import amounts_by_row
from analysis.layout.rows.kinds_of_rows import agreements_in_kind
from analysis.layout.rows.rows_in_doubt import rows_in_doubt
from analysis.layout.rows.rows_left_out import is_proposed, without_rows
from analysis.layout.rows.rows_proposed import texts_to_leave_out
from analysis.layout.rows.rows_that_say import rows_that_say
from analysis.layout.rows.subtracted_rows import texts_to_subtract
from analysis.layout.rows.unread_outcomes import UNREAD, likeliest_outcomes
from analysis.layout.shapes.year_columns import OF_YEARS
from analysis.parse.quantities import HALF_CENT
from analysis.read import Block
from analysis.read.total_words import BEGINS_WITH_TOTAL, rows_with_label

_AMOUNTS = ("amount", "planned_amount_eur")
_DAYS = ("date", "planned_start", "start")  # which no row of a total bears
_MOST_CHANGES = 3  # of the usual answers for which a total may speak at once
_MOST_QUESTIONS = 12  # beyond which some answers would meet a total by chance

# What is asked of rows of one reference -> the answers, and which of the rows each counts.
COUNTED_OF_REFERENCE = {
    "amended reference": {"last": "latest", "add": "all"},
    "repeated reference": {"once": "largest", "last": "latest", "add": "all"},
}


@dataclass(frozen=True)
class Answers:
    """What is proposed of rows of one reference, of words of outcomes, and which texts leave rows
    out, subtract their amounts, or say that these are no money, by header.
    """

    same_reference: str
    outcomes: dict[str, str]
    leave_out: dict[str, list[str]]
    subtract: dict[str, list[str]]
    in_kind: dict[str, list[str]]


def answers_by_total(block: Block, mapping: Mapping) -> Answers:
    """The usual answers, or those nearest to them that meet the total below the rows, where these
    miss it and a few others do not.
    """
    usual = _usual_answers(block, mapping)
    total = _own_total(block, mapping)
    if total is None or _meets(block, mapping, usual, total):
        return usual
    changes = list(_changes(block, mapping, usual))
    if len(changes) > _MOST_QUESTIONS:
        return usual
    for n_changed in range(1, _MOST_CHANGES + 1):
        for chosen in itertools.combinations(changes, n_changed):
            answers = _changed(usual, chosen)
            if _meets(block, mapping, answers, total):
                return answers
    return usual


def _usual_answers(block: Block, mapping: Mapping) -> Answers:
    """What is proposed of a list whatever it adds up to."""
    same_reference = next(
        (
            likeliest_answer(block, mapping, doubt)
            for doubt in mapping.doubts
            if KEYS_ASKED.get(doubt.reason, ("",))[0] == "same_reference"
        ),
        "",
    )
    is_asked = any(doubt.reason == UNREAD for doubt in mapping.doubts)
    if is_asked:
        outcomes = likeliest_outcomes(block, mapping.columns["outcome"])
    else:
        outcomes = {}
    in_doubt = rows_in_doubt(block, mapping.columns)
    subtract = texts_to_subtract(block, mapping.columns, in_doubt)
    in_kind = agreements_in_kind(block, mapping.columns)
    leave_out = {}
    for header, texts in in_doubt.items():
        of_no_grant = texts_to_leave_out(block, mapping.columns, header, texts)
        said_elsewhere = [*subtract.get(header, []), *in_kind.get(header, [])]
        leave_out[header] = [text for text in of_no_grant if text not in said_elsewhere]
    return Answers(same_reference, outcomes, leave_out, subtract, in_kind)


def _own_total(block: Block, mapping: Mapping) -> float | None:
    """The amount of the one line that calls itself a total and bears no day, on all rows made of
    it; None where no line or several do, and where no column alone holds the amounts.
    """
    is_total = _are_totals(block, mapping)
    amount = _amounts(block, mapping)
    if amount is None or len(np.unique(block.lines[is_total])) != 1:
        return None
    total = float(amount[is_total].sum())
    if np.isnan(total):
        return None
    return total


def _are_totals(block: Block, mapping: Mapping) -> np.ndarray:
    """Which rows bear a label of a total and no day of a grant."""
    is_labelled = rows_with_label(block, BEGINS_WITH_TOTAL)
    for name in _DAYS:
        for header in mapping.columns.get(name, ()):
            if header != OF_YEARS:  # which each row bears of a list with a column for each quarter
                is_labelled &= block.columns[header].codes < 0
    return is_labelled


def _amounts(block: Block, mapping: Mapping) -> np.ndarray | None:
    """The amount of each row; None where no column alone holds it."""
    headers = next((mapping.columns[name] for name in _AMOUNTS if name in mapping.columns), ())
    if len(headers) != 1:
        return None
    return amounts_by_row(block.columns[headers[0]])


def totals_of_references(block: Block, mapping: Mapping) -> dict[str, float]:
    """What the rows add up to by each answer about those of one reference, by that answer."""
    usual = _usual_answers(block, mapping)
    totals = {
        answer: _total(block, mapping, replace(usual, same_reference=answer))
        for answer in _references_asked(mapping)
    }
    return {answer: total for answer, total in totals.items() if total is not None}


def _total(block: Block, mapping: Mapping, answers: Answers) -> float | None:
    """What the rows that count after some answers add up to; None where no column alone holds the
    amounts.
    """
    amounts = _amounts(block, mapping)
    if amounts is None:
        return None
    for header, texts in answers.subtract.items():
        amounts = np.where(_bear(block, header, texts)[: len(amounts)], -amounts, amounts)
    amounts = np.where(rows_that_say(block, answers.in_kind), 0, amounts)
    return float(np.nansum(amounts[_are_counted(block, mapping, answers)]))


def _meets(block: Block, mapping: Mapping, answers: Answers, total: float) -> bool:
    """Whether the rows that count after some answers add up to a total."""
    of_rows = _total(block, mapping, answers)
    return of_rows is not None and abs(of_rows - total) < HALF_CENT


def _are_counted(block: Block, mapping: Mapping, answers: Answers) -> np.ndarray:
    """Which rows count after some answers."""
    headers = mapping.columns.get("outcome", ())
    is_counted = ~_are_totals(block, mapping) & ~says_no_grant(block, headers)
    not_granted = [word for word, outcome in answers.outcomes.items() if outcome != "granted"]
    for header in headers:
        is_counted &= ~_bear(block, header, not_granted)
    left_out = {
        header: texts
        for header, texts in answers.leave_out.items()
        if texts and is_proposed(block, header, texts)
    }
    is_counted &= np.isin(block.lines, without_rows(block, left_out).lines)
    return is_counted & _are_of_their_reference(block, mapping, answers, is_counted)


def _bear(block: Block, header: str, words: list[str]) -> np.ndarray:
    """Which rows bear one of some words under a header."""
    column = block.columns[header]
    texts = column.values.map(lambda text: " ".join(str(text).split()))
    return np.append(texts.isin(words).to_numpy(bool), False)[column.codes]


def _are_of_their_reference(
    block: Block, mapping: Mapping, answers: Answers, is_counted: np.ndarray
) -> np.ndarray:
    """Which of the counted rows of one reference and recipient count, as cleaning decides it: that
    of the largest amount, the latest that tells an amount, or all.
    """
    headers = mapping.columns.get("reference", ())
    amounts = _amounts(block, mapping)
    counting = _references_asked(mapping).get(answers.same_reference, "all")
    if counting == "all" or amounts is None or len(headers) != 1 or headers[0] not in block.columns:
        return np.ones(len(block.lines), dtype=bool)
    codes = block.columns[headers[0]].codes
    rows = pd.DataFrame({"reference": codes, "recipient": _recipient_names(block, mapping)})
    order = _largest_first(amounts) if counting == "largest" else _latest_first(block, mapping)
    rows = rows.iloc[order]
    may_count = is_counted & ~np.isnan(amounts) & (codes >= 0)
    is_repeat = rows[may_count[rows.index]].duplicated()
    return ~is_repeat.reindex(range(len(codes)), fill_value=False).to_numpy(bool)


def _recipient_names(block: Block, mapping: Mapping) -> list[str]:
    """Who received each row, in letters that case and accents do not change."""
    header = next(iter(mapping.columns.get("recipient", ())), "")
    if header not in block.columns:
        return [""] * len(block.lines)
    names = block.columns[header].series()
    return parse.once_each(parse.fold, names).fillna("").tolist()


def _largest_first(amounts: np.ndarray) -> np.ndarray:
    """The places of rows, those of the largest amounts first."""
    return np.argsort(-amounts, kind="stable")


def _latest_first(block: Block, mapping: Mapping) -> np.ndarray:
    """The places of rows by their amendments, the days of these, their own days and their lines,
    the latest first.
    """
    order = [-block.lines]
    for name in ("date", "~amended_on", "~amendment"):
        read = amounts_by_row if name == "~amendment" else days_of_rows
        header = next(iter(mapping.columns.get(name, ())), "")
        if header in block.columns:
            ranks = pd.Series(read(block.columns[header])).rank().fillna(0)
            order.append(-ranks.to_numpy())
    return np.lexsort(order)


def _references_asked(mapping: Mapping) -> dict[str, str]:
    """The answers that may be given about rows of one reference, and which of them each counts."""
    reasons = {doubt.reason for doubt in mapping.doubts}
    asked = [answers for reason, answers in COUNTED_OF_REFERENCE.items() if reason in reasons]
    return asked[0] if asked else {}


def _changes(block: Block, mapping: Mapping, usual: Answers) -> Iterator[tuple[str, str, str]]:
    """Each answer that may be another than the usual one: of what, of which word or header, and the
    other answer or the text.
    """
    for answer in _references_asked(mapping):
        if answer != usual.same_reference:
            yield "same_reference", "", answer
    for header, texts in rows_in_doubt(block, mapping.columns).items():
        if is_proposed(block, header, texts):
            yield from (("leave_out", header, text) for text in texts)
    yield from (("in_kind", header, "") for header in usual.in_kind)
    for word, outcome in usual.outcomes.items():
        yield "outcomes", word, "undecided" if outcome == "granted" else "granted"


def _changed(usual: Answers, changes: tuple[tuple[str, str, str], ...]) -> Answers:
    """The usual answers but for some."""
    answers = usual
    for kind, name, answer in changes:
        if kind == "same_reference":
            answers = replace(answers, same_reference=answer)
        elif kind == "outcomes":
            answers = replace(answers, outcomes=answers.outcomes | {name: answer})
        elif kind == "in_kind":  # all are money
            answers = replace(answers, in_kind=answers.in_kind | {name: []})
        else:
            proposed = answers.leave_out[name]
            others = [text for text in proposed if text != answer]
            texts = others if answer in proposed else [*proposed, answer]
            answers = replace(answers, leave_out=answers.leave_out | {name: texts})
    return answers
