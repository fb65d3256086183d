"""Sheets beside agreements that may be no table of the study, as one of events or of hours given:
whether they count at all is asked before what each of their columns means.
"""

from collections.abc import Sequence

from analysis.declare.faults import Fault
from analysis.layout.mapping import Doubt, Mapping
from analysis.read import Block
from analysis.text.messages import say

# Reasons of doubts about what columns mean, where no header says it.
_OF_COLUMNS = ("unnamed", "pivot", "no scale", "no dimension")
_FEWEST = 2  # such questions on a sheet from which these are asked as one
_OF_A_LIST = ("agreements", "partners")  # tables that a workbook of agreements is about

_Mapped = tuple[Block, Mapping]


def asked_of_sheets(
    questions: Sequence[tuple[Doubt, Sequence[_Mapped], Fault]], blocks: Sequence[_Mapped]
) -> list[Fault]:
    """The questions of doubts, each with the blocks that it is asked of, where those on what the
    columns of one sheet beside agreements mean are one: whether it counts, else to leave it out.
    """
    faults = [fault for _doubt, _alike, fault in questions]
    if not any(mapping.table == "agreements" for _block, mapping in blocks):
        return faults
    for source in dict.fromkeys(block.source for block, _mapping in blocks):
        of_sheet = [
            fault
            for doubt, alike, fault in questions
            if [block.source for block, _mapping in alike] == [source]
            and alike[0][1].table not in _OF_A_LIST
            and doubt.reason in _OF_COLUMNS
        ]
        if len(of_sheet) < _FEWEST:
            continue
        asked = " ; ".join(fault.message for fault in of_sheet)
        message = say("layout.whether_sheet_counts", n=len(of_sheet), questions=asked)
        first = faults.index(of_sheet[0])
        faults[first] = of_sheet[0]._replace(message=message)
        faults = [fault for fault in faults if fault not in of_sheet[1:]]
    return faults
