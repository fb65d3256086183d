"""Hours, days and people that lists of grants tell and no table of theirs carries: told."""

from analysis import layout
from analysis.clean.sheets.parts_of_files import Part
from analysis.declare.shares import HALF
from analysis.text.messages import say

_OF_MONEY = ("grants", "agreements")


def remarks_on_quantities(parts: list[Part]) -> list[str]:
    """On each column of hours, days or people of a list of grants or agreements: how many rows bear
    a number there.
    """
    remarks = []
    for part in parts:
        if part.mapping is None or part.mapping.table not in _OF_MONEY:
            continue
        for header in part.mapping.unread:
            is_of_work = layout.says("quantity of work", header)
            is_of_a_unit = layout.says("duration", header) and layout.tells_units_of_work(
                part.block
            )
            if not (is_of_work or is_of_a_unit):
                continue
            numbers = layout.amounts_of_rows(part.block.columns[header])
            if numbers.notna().mean() > HALF:
                values = {"source": part.block.source, "header": header}
                remarks.append(say("clean.quantity_untold", rows=int(numbers.count()), **values))
    return remarks
