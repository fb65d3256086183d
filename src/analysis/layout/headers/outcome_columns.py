"""Columns whose header says what may have become of a request, and whose cells whether it did:
which they are, what their blank cells say, and whether several of them agree.
"""

import re
from itertools import permutations

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import HALF, NEARLY_ALL
from analysis.layout.headers.cell_evidence import dates_like, sample
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS, Match
from analysis.layout.rows.sales_stages import tells_deals, tells_lists_of_a_board
from analysis.read import Block
from analysis.read.total_words import BEGINS_WITH_TOTAL

_OF_PLACES = re.compile(r"(?i)(?:state|[ée]tat|estado|stato)s?$")  # where two letters are a place
REFUSALS = ("refused", "withdrawn")
BOTH_ANSWERS = {"yes", "no"}
MOST_CODES = 6  # distinct cells beyond which short ones are no codes of what became of requests
LONGEST_CODE = 3  # letters
_MARKS = r"[*†‡#+!]{1,3}"  # beside blank cells: some legend elsewhere says what they mean


def answers_its_header(block: Block, header: str) -> bool:
    """Whether a header says an outcome, and its cells whether that came: yes or no, marks, days or
    reasons, and no amounts.
    """
    outcome = parse.outcome_of_header(header)
    cells = sample(block.columns[header]) if outcome else []
    if not len(cells):
        return False
    answers = parse.answers(cells)
    are_numbers = parse.amounts(cells)[0].notna() & answers.isna()
    if outcome in REFUSALS:
        return not are_numbers.mean() > HALF or dates_like(block, header)
    return bool(answers.notna().mean() >= HALF and not are_numbers.any())


def are_codes(block: Block, header: str) -> bool:
    """Whether a header speaks of what became of requests, and its cells are codes that recur, or
    marks of some rows.
    """
    if sense_of(header, "outcome") is None:
        return False
    cells = sample(block.columns[header])
    if signs := marks(block, header):
        return bool(cells.isin(signs).all())
    longest = 1 if _OF_PLACES.match(header) else LONGEST_CODE
    few = 2 <= len(cells) <= min(MOST_CODES, len(block.lines) / 2)
    return bool(few and cells.str.fullmatch(rf"\w{{1,{longest}}}").all())


def marks(block: Block, header: str) -> list[str]:
    """The marks below a header of outcomes, which elsewhere stand for nothing: beside cells that
    are blank they say something of a request.
    """
    values = block.columns[header].values.dropna().str.strip()
    return list(values[values.str.fullmatch(_MARKS)].drop_duplicates())


def texts_that_tell(header: str, texts: pd.Series) -> list[str]:
    """The yes or no under a header by which it may say that nothing was given ("Versée": non),
    where other rows answer otherwise.
    """
    telling = parse.may_tell(header)
    answers = parse.answers(texts) if telling else pd.Series(dtype="str")
    is_of_answers = set(answers.dropna()) == BOTH_ANSWERS and answers.notna().mean() > HALF
    if is_of_answers:
        return list(texts[answers.eq(telling)])
    return []


def answers_of_no_grant(header: str, texts: pd.Series) -> list[str]:
    """The yes or no by which a header of outcomes says that nothing was given, where most texts
    below it are such answers.

    >>> answers_of_no_grant("Annulée", pd.Series(["oui", "non"]))
    ['oui']
    >>> answers_of_no_grant("Accordée ?", pd.Series(["oui", "non"]))
    ['non']
    """
    outcome, answers = parse.outcome_of_header(header), parse.answers(texts)
    if not outcome or not answers.notna().mean() > HALF:
        return []
    return list(texts[answers.eq("no" if outcome == "granted" else "yes")])


def outcome_of_blanks(block: Block, headers: tuple[str, ...]) -> str:
    """What rows are that no column marks as granted, where one but marks those that are: undecided,
    as far as the list tells. Blank where no column does so.
    """
    for header in headers:
        texts = parse.text(block.columns[header].values).dropna()
        if _says_granted(header):
            marks = set(parse.answers(texts))
        else:
            marks = set()
        if marks == {"yes"} and _rows(block, header).isna().any():
            return "undecided"
    return ""


def leaves_rows_open(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether a column says yes or no of grants but for some rows, which no other column tells."""
    answered = [header for header in headers if _says_granted(header)]
    answers = [set(parse.answers(block.columns[header].values).dropna()) for header in answered]
    if BOTH_ANSWERS not in answers:
        return False
    is_told = pd.concat([_rows(block, header).notna() for header in headers], axis=1).any(axis=1)
    is_row = pd.Series(True, index=is_told.index)
    for header in block.columns:
        texts = parse.text(block.columns[header].series()).reset_index(drop=True)
        if header not in headers and texts[is_told].notna().all():
            is_row &= texts.notna()  # a total lacks what all grants bear
        is_row &= ~texts.str.contains(BEGINS_WITH_TOTAL, na=False)
    return bool((~is_told & is_row).any())


def disagree(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether a column whose header says that requests were granted marks one that another column
    says to be refused.
    """
    outcomes_by_header = {header: _rows(block, header) for header in headers if len(headers) > 1}
    pairs = permutations(outcomes_by_header, 2)
    return any(
        bool(
            (
                outcomes_by_header[granting].eq("granted") & outcomes_by_header[other].eq("refused")
            ).any()
        )
        for granting, other in pairs
        if _says_granted(granting)
    )


def says_no_grant(block: Block, headers: tuple[str, ...]) -> np.ndarray:
    """Whether one of some columns says of a row that its request was not granted, or not yet."""
    is_none = np.zeros(len(block.lines), dtype=bool)
    for header in headers:
        is_none |= _rows(block, header).isin([*REFUSALS, "undecided"]).to_numpy()
    return is_none


def rows_decided(block: Block, headers: tuple[str, ...]) -> np.ndarray:
    """Whether one of some columns says what became of the request of a row, more than that it runs."""
    is_decided = np.zeros(len(block.lines), dtype=bool)
    for header in headers:
        outcomes = _rows(block, header)
        is_decided |= (outcomes.notna() & outcomes.ne("running")).to_numpy(bool)
    return is_decided


def _says_granted(header: str) -> bool:
    return parse.outcome_of_header(header) == "granted"


def _rows(block: Block, header: str) -> pd.Series:
    """What became of the request of each row, as one column says."""
    column = block.columns[header]
    outcomes = parse.outcomes_under(header, column.values.reset_index(drop=True))[0]
    return outcomes.reindex(column.codes).reset_index(drop=True)  # a blank cell has the code -1


def take_outcomes(found: Match) -> None:
    """What became of requests, told by cells alone: granted some, refused or withdrawn others; in
    codes, which are asked; or in the stages of a sale or the lists of a board.
    """
    if "outcome" in found.columns:
        return
    stages = [header for header in found.free if tells_deals(found.block, header)]
    if stages:
        found.take("outcome", (stages[0],), BY_WORDS)
        return
    for header in found.free:
        if tells_lists_of_a_board(found.block, header) or are_codes(found.block, header):
            found.take("outcome", (header,), BY_WORDS)
            return
        cells = sample(found.block.columns[header])
        if not 2 <= len(cells) <= 20 or parse.booleans(cells)[0].notna().any():
            continue
        outcomes = parse.outcomes(cells)[0]
        is_refusal = outcomes.isin(REFUSALS)
        differ = outcomes.eq("granted").any() and is_refusal.any()
        if differ and outcomes.notna().mean() > NEARLY_ALL:
            found.take("outcome", (header,), BY_CELLS)
            return
