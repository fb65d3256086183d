"""What study.toml says of all rows of a source, as columns that only cleaning looks at."""

import pandas as pd

from analysis.layout import Mapping, Source, header_of_one_year, instalments
from analysis.layout.partners.names_in_places import places_of_rows
from analysis.read import Block, folded


def stated_of_rows(block: Block, mapping: Mapping, stated: Source | None) -> dict[str, pd.Series]:
    """How rows of one reference count, whether rows of other sources are the same or amended, which
    source to believe, whether recipients that do not count are stated, and the places by which
    homonyms are told apart.
    """
    columns: dict[str, pd.Series] = {}
    every = range(len(block.lines))
    if stated and stated.same_reference:
        columns["~same_reference"] = pd.Series(stated.same_reference, every)
    elif mapping.table == "grants":
        is_part = instalments(block, *map(mapping.columns.get, ("reference", "recipient")))
        columns["~same_reference"] = pd.Series(is_part, every).map({True: "add"}).astype("str")
    if stated and stated.same_as_others is not None:
        columns["~same_as_others"] = pd.Series(stated.same_as_others, every, dtype="boolean")
    recipient_headers = {folded(header) for header in mapping.columns.get("recipient", ())}
    if stated and recipient_headers & {folded(header) for header in stated.leave_out}:
        columns["~recipients_left_out"] = pd.Series(True, every, dtype="boolean")
    if mapping.amends:
        columns["~amends"] = pd.Series(True, every)
    if stated and stated.precedence:
        columns["~precedence"] = pd.Series(stated.precedence, every, dtype="Int64")
    header = header_of_one_year(mapping.columns.get("planned_amount_eur", ()))
    if header:
        columns["~amount_header"] = pd.Series(header, every)
    is_apart = stated is not None and stated.homonyms == "apart"
    places = places_of_rows(block, mapping.columns) if is_apart else None
    if places is not None:
        columns["~place"] = places
    return columns
