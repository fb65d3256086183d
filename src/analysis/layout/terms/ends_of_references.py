"""Ends of grants of several lines, as payments are, that one line alone tells: "Non versé : convention
résiliée le 30/06/2015" ends the grant of all of them.
"""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from analysis.layout.terms.changed_ends import header_of_days
from analysis.read import Block, Coded

OF_ONE_GRANT = (
    "once",
    "add",
)  # answers by which the lines of a reference are one grant, not versions


def with_ends_of_references(block: Block, columns: Mapping[str, tuple[str, ...]]) -> Block:
    """The block in which the day that one line of a grant tells beside its planned end holds for all
    lines of its recipient and reference, unless these tell several.
    """
    keys = [*columns.get("recipient", ()), *columns.get("reference", ())]
    if "reference" not in columns or not set(keys) <= block.columns.keys():
        return block
    *changes, last = columns.get("planned_end", ("",))
    if last.endswith(header_of_days("", "planned_end")):  # remarks alone, beside a term
        changes.append(last)
    lines = pd.DataFrame({key: block.columns[key].series().array for key in keys})
    has_reference = lines[list(columns["reference"])].notna().all(axis=1)
    filled = {}
    for header in set(changes) & block.columns.keys():
        days = pd.Series(block.columns[header].series().array, dtype="str")
        of_grant = days.groupby([lines[key] for key in keys], dropna=False)
        is_told_once = of_grant.transform("nunique").eq(1) & has_reference
        days = days.fillna(of_grant.transform("first").where(is_told_once))
        filled[header] = Coded.of(days.to_numpy())
    return replace(block, columns=block.columns | filled)
