"""What is asked of two sources together: whether equal rows, or rows of one number, are the same
grants, and which of two versions of one list counts.
"""

import pandas as pd

from analysis.clean.records.rows import Tables
from analysis.clean.several_lists.list_versions import are_of_two_years
from analysis.declare.answers import LIST_VERSIONS, SAME_GRANTS
from analysis.declare.faults import Fault, question_about
from analysis.text.messages import say

SAME, OTHERS = "same_as_others = true", "same_as_others = false"


def questions_on_two_lists(notes: Tables) -> list[Fault]:
    """The question whether two sources hold the same grants, and which of two versions counts, for
    each pair of them (`grants_of_two_lists`). Takes what was noted of them out of the notes.
    """
    nothing = pd.DataFrame()
    alike, numbers = notes.pop("alike", nothing), notes.pop("numbers_alike", nothing)
    versions = notes.pop("versions", nothing)
    return [
        *(question_on_pair("layout.sources_alike", pair) for pair in alike.itertuples()),
        *(question_on_pair("layout.numbers_alike", pair) for pair in numbers.itertuples()),
        *map(_question_on_versions, versions.itertuples()),
    ]


def question_on_pair(message_key: str, pair) -> Fault:
    """The question whether rows of two sources are the same: `source`, `other`, how many `rows`, and
    where the recipients differ, the two of one row.
    """
    message = say(
        message_key,
        rows=pair.rows,
        other=pair.other,
        recipient=getattr(pair, "recipient", ""),
        other_recipient=getattr(pair, "other_recipient", ""),
        answer=SAME,
        else_answer=OTHERS,
        are_of_years=are_of_two_years(pair.source, pair.other),
    )
    return question_about(pair.source, message, SAME_GRANTS, f"# {SAME}")


def _question_on_versions(pair) -> Fault:
    answer = "precedence = 1"
    message = say(
        "layout.versions",
        rows=pair.rows,
        changed=pair.changed,
        example=pair.example,
        other=pair.other,
        sheet=_sheet_of_one_workbook(pair.source, pair.other),
        answer=answer,
        further_answer=SAME,
        else_answer=OTHERS,
    )
    return question_about(pair.source, message, LIST_VERSIONS, f"# {answer}", key="precedence")


def _sheet_of_one_workbook(source: str, other: str) -> str:
    """The sheet of a source, where the other one is a sheet of the same workbook; else blank.

    >>> _sheet_of_one_workbook("lists.xlsx#Final", "lists.xlsx#Draft")
    'Final'
    """
    file, _sign, sheet = source.partition("#")
    if other.partition("#")[0] == file:
        return sheet
    return ""
