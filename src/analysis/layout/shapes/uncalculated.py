"""Formulas that a workbook holds without what they give: a program wrote it that does not
calculate.
"""

from analysis.declare.faults import Fault
from analysis.declare.shares import HALF
from analysis.layout.headers.header_names import says_money
from analysis.layout.mapping import Mapping
from analysis.read import Block, matching
from analysis.text.messages import say

_FORMULA = r"^=.*(?:[A-Za-z]\$?[0-9]|[A-Za-z.]+\()"  # of cells, or of functions


def uncalculated(block: Block, mapping: Mapping | None) -> list[Fault]:
    """One fault for each column of a table, or of money, that holds little but such formulas.

    No answer and no guess stands for them: what they give is to be calculated first.
    """
    if mapping is None:
        return []
    used = {header for headers in mapping.columns.values() for header in headers}
    faults = []
    for header, column in block.columns.items():
        codes = column.codes[column.codes >= 0]
        if not len(codes) or not (header in used or says_money(header)):
            continue
        is_formula = matching(column.values, _FORMULA)
        if is_formula[codes].mean() > HALF:
            example = str(column.values.to_numpy()[is_formula][0])
            message = say("layout.uncalculated")
            line = block.header_line or None
            faults.append(Fault(block.source, line, header, "uncalculated", example, message))
    return faults
