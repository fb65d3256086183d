"""Surveys with one column for each question, as one row for each answer, and the questions
themselves as a table.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import MOST
from analysis.layout.headers.words import says
from analysis.layout.shapes.long_rows import lengthened
from analysis.read import Block, Coded, folded, spaced

NUMBERED = re.compile(r"(?i)\s*(?:q|question|item)\s*[.°]?\s*(\d{1,2})\b")
_SCALE = re.compile(  # the words of its ends may stand in brackets: "de 1 (jamais) à 5 (toujours)"
    r"(?i)(?:\b(?:de|from|entre|between|von|scale|[ée]chelle|skala)\s*:?\s+)(\d{1,2})(?:\s*\([^)]*\))?"
    r"\s*(?:à|a|et|to|and|bis|-|–)\s*(\d{1,3})\b"
    r"|\(\s*(\d{1,2})\s*(?:à|to|-|–)\s*(\d{1,3})\s*\)"
    r"|\b(\d{1,2})\s*=[^;=\d]*[;,–…]\s*(\d{1,3})\s*="
)
REVERSED = re.compile(r"(?i)\binvers|\brevers|\bumgekehrt|à l['’]envers")
_MARK = re.compile(r"\s*(\(?[*†°]+\)?)")  # before a note, and after the header that it is about
_SIDES = {
    "group": re.compile(r"(?i)groupe|\bgroup\b|direction"),
    "partner": re.compile(r"(?i)partenaires?\b|partners?\b"),
}
_FEWEST = 3  # questions that make a survey
# The programme's questions by their number (METHOD, survey).
DIMENSIONS = {
    **dict.fromkeys(range(1, 6), "relationship"),
    **dict.fromkeys(range(6, 9), "co-construction"),
    9: "understanding",
    10: "renewal",
}
ANSWER_COLUMNS = {  # of the rows that are made, and the headers that they get
    "answer_id": "N° de réponse",
    "wave": "Vague",
    "item": "Question",
    "item_version": "Version de la question",
    "value": "Réponse",
}


class Survey(NamedTuple):
    """The questions of a wide survey: header -> its dimension (blank: not known), the scale of the
    answers (None: not known), and the headers of questions whose low answers are the good ones.
    """

    questions: dict[str, str]
    scale: tuple[float, float] | None
    reversed_questions: frozenset[str]
    wave: str


def survey_of(block: Block, wave: str, unnumbered: Iterable[str] = ()) -> Survey | None:
    """The survey that a block seems to be: numbered questions in its headers, else those headers of
    columns of small numbers that may be `unnumbered` questions. None where fewer than three are.
    """
    questions = [header for header in block.columns if NUMBERED.match(header)]
    if len(questions) < _FEWEST:
        asked = [name for name in unnumbered if not says("housekeeping of a form", spaced(name))]
        questions = [header for header in asked if _mostly_on_a_scale(block, [header], 10)]
    if len(questions) < _FEWEST or not _mostly_on_a_scale(block, questions):
        return None
    numbers = {h: int(number[1]) for h in questions if (number := NUMBERED.match(h))}
    is_programme = sorted(numbers.values()) == sorted(DIMENSIONS)
    dimensions = {h: DIMENSIONS[numbers[h]] if is_programme else "" for h in questions}
    low_is_good = _low_is_good(block, questions, numbers)
    scales = {scale for text in [*block.titles, *questions] if (scale := _scale(text))}
    scale = scales.pop() if len(scales) == 1 else None
    return Survey(dimensions, scale, low_is_good, wave)


def _low_is_good(block: Block, questions: list[str], numbers: dict[str, int]) -> frozenset[str]:
    """The questions that they or a title say are asked the other way round: a title names them by
    number, or begins with a mark that their headers end with.
    """
    turned = {header for header in questions if REVERSED.search(header)}
    for title in filter(REVERSED.search, block.titles):
        named = set(map(int, re.findall(r"(?i)\bq(?:uestion)?\s*(\d{1,2})", title)))
        turned |= {header for header, number in numbers.items() if number in named}
        if mark := _MARK.match(title):
            turned |= {header for header in questions if header.endswith(mark[1])}
    return frozenset(turned)


def _scale(text: str) -> tuple[float, float] | None:
    match = _SCALE.search(text)
    if match is None:
        return None
    least, most = (float(number) for number in match.groups() if number is not None)
    if least < most <= 100:
        return (least, most)
    return None


def _mostly_on_a_scale(block: Block, headers: list[str], most: int = 100) -> bool:
    """Whether most filled cells under the questions are numbers up to `most`; the others may say
    that there is no opinion.
    """
    cells = pd.concat([block.columns[header].series() for header in headers])
    cells = cells[parse.missing(cells).isna() & ~parse.declined(cells)].dropna()
    numbers = parse.amounts(cells)[0]
    return bool(len(cells) and numbers.between(0, most).fillna(False).mean() > MOST)


def side_of(text: str) -> str:
    """Which side a sheet or file of answers is of, by its name; blank where it names none or both.

    >>> [side_of(name) for name in ("Réponses des partenaires", "partenaires et Groupe", "partnerships")]
    ['partner', '', '']
    """
    sides = [side for side, words in _SIDES.items() if words.search(text)]
    if len(sides) == 1:
        return sides[0]
    return ""


def by_question(block: Block, survey: Survey) -> Block:
    """The block with one row for each answer; a question that nobody answered on a row gives none."""
    steps = {name: {ANSWER_COLUMNS["value"]: name} for name in survey.questions}
    others = [header for header in block.columns if header not in ANSWER_COLUMNS.values()]
    narrow = replace(block, columns={header: block.columns[header] for header in others})
    long, step = lengthened(narrow, steps)
    answered = step >= 0
    long.columns = {name: column.rows(answered) for name, column in long.columns.items()}
    long.lines, step = long.lines[answered], step[answered]
    items = pd.Series([item_of(header) for header in survey.questions], dtype="str")
    sheet = block.source.partition("#")[2] or block.source
    ids = pd.Series(
        [f"{sheet}-{line}-{item}" for line, item in zip(long.lines, items[step], strict=True)]
    )
    every = np.zeros(len(step), dtype=np.int32)
    columns = {
        "answer_id": Coded(np.arange(len(step), dtype=np.int32), ids.astype("str")),
        "item": Coded(step, items),
        "wave": Coded(every, pd.Series([survey.wave], dtype="str")),
        "item_version": Coded(every, pd.Series([survey.wave], dtype="str")),
    }
    long.columns |= {ANSWER_COLUMNS[name]: column for name, column in columns.items()}
    return long


def item_of(header: str) -> str:
    """The code of a question: its number as headers write it, else its words.

    >>> item_of("Q 4. Lourdeur (inversée)"), item_of("Confiance")
    ('Q04', 'Confiance')
    """
    match = NUMBERED.match(header)
    if match:
        return f"Q{int(match[1]):02}"
    return header.strip()


def questions_of(block: Block, survey: Survey) -> Block:
    """The questions of a survey as a table of items, one row each, read from the line of the
    headers.
    """
    least, most = survey.scale or ("", "")
    texts = {
        "Question": [item_of(header) for header in survey.questions],
        "Version": [survey.wave] * len(survey.questions),
        "Dimension": list(survey.questions.values()),
        "Échelle inversée": [
            _yes_no(header, survey.reversed_questions) for header in survey.questions
        ],
        "Minimum": [str(least)] * len(survey.questions),
        "Maximum": [str(most)] * len(survey.questions),
        "Libellé": list(survey.questions),
    }
    columns = {}
    for name, values in texts.items():
        columns[name] = Coded.of(pd.Series(values, dtype="str").replace("", pd.NA))
    lines = np.full(len(survey.questions), block.header_line)
    return Block(f"{block.source} (questions)", block.header_line, columns, lines)


def _yes_no(header: str, chosen: Iterable[str]) -> str:
    if header in chosen:
        return "oui"
    return "non"


def stated_survey(
    block: Block, questions: dict[str, str], scale: list[float], low_is_good: list[str], wave: str
) -> Survey:
    """The survey that study.toml describes; what it does not say of scale and wave is read from
    headers and titles.
    """
    by_name = {folded(header): header for header in block.columns}
    stated = {
        by_name[folded(name)]: to for name, to in questions.items() if folded(name) in by_name
    }
    survey = survey_of(block, wave)
    reversed_questions = {by_name[folded(name)] for name in low_is_good if folded(name) in by_name}
    if scale:
        return Survey(stated, (scale[0], scale[1]), frozenset(reversed_questions), wave)
    return Survey(stated, survey.scale if survey else None, frozenset(reversed_questions), wave)
