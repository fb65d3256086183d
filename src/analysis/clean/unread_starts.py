"""Agreements whose start cannot be read, and which therefore do not count: asked."""

import pandas as pd

from analysis.clean.rows import Tables, column
from analysis.clean.unclear_rows import FEWEST_UNREAD, UNCLEAR, cells_shown
from analysis.declare.faults import Fault
from analysis.text.messages import say


def questions_on_starts(by_table: Tables, unread: list[pd.DataFrame]) -> list[Fault]:
    """The question when agreements began whose start cannot be read, for each list in which these
    are more than a few rows: without them its counts and totals are false.
    """
    agreements, questions = by_table.get("agreements", pd.DataFrame()), []
    for cells in filter(len, unread) if "start" in agreements else ():
        wrong = cells[cells["column"].eq("start") & cells["value"].str.contains("[0-9]", na=False)]
        of_source = agreements[agreements["source"].isin(wrong["source"])]
        begun = of_source["start"].fillna(column(of_source, "signed_on", "datetime64[us]"))
        is_lost = begun.isna() & of_source["line"].isin(wrong["line"])
        if is_lost.sum() >= max(FEWEST_UNREAD, UNCLEAR * len(of_source)):
            message = say("layout.unread_starts", rows=int(is_lost.sum()), cells=cells_shown(wrong))
            source = wrong["source"].iloc[0]
            questions.append(Fault(source, None, "", "question", "", message))
    return questions
