"""Titles between the rows of a list that speak of loans, of refunds or perhaps of refusals."""

import re

from analysis.layout.headers.words import says
from analysis.layout.rows.kinds_of_no_grant import LONGEST_REMARK, OTHER_KINDS
from analysis.layout.rows.outcome_titles import may_say_refused
from analysis.layout.shapes.titles import titles_by_line
from analysis.read import Block


def titles_of_no_grant(block: Block) -> list[str]:
    """The titles between the rows that speak of loans, of refunds or perhaps of refusals."""
    last_line = max(block.lines, default=0)  # below it stand notes and legends
    titles = [text for line, text in titles_by_line(block) if block.header_line < line < last_line]
    short = [text for text in titles if len(text.split()) <= LONGEST_REMARK]
    return [
        text
        for text in short
        if OTHER_KINDS.search(text)
        or says("money back", text)
        or _names_requests(text)
        or may_say_refused(text)
    ]


def _names_requests(title: str) -> bool:
    """Whether a title only says that requests stand below it ("Demandes 2019")."""
    return says("requests", re.sub(r"[\d_./-]+", " ", title).strip())
