"""Whether the column that is taken for those who received may be that of others: asked."""

from analysis.declare import schema
from analysis.layout.headers.cell_evidence import holds
from analysis.layout.headers.contacts import tells_of_a_person
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.table_match import BY_NAME, Match
from analysis.layout.headers.unexplained import FEWEST_FILLED
from analysis.layout.headers.words import says
from analysis.layout.partners.several_partners import (
    IN_CELLS,
    IN_COLUMNS,
    are_partners_in_cells,
    partners_in_columns,
)
from analysis.read import Block

_MANY_MORE_NAMES = 1.5  # times as many as under the header that was taken


def about_recipient(block: Block, found: Match) -> tuple[str, tuple[str, ...]]:
    """Why the column of those who received is in doubt, and which other headers may be meant: it
    names several in a row, one in all rows, or fewer than another column; blank where it is sure.
    """
    headers = found.columns["recipient" if found.table == "grants" else "partner_id"]
    if others := partners_in_columns(block, headers, found.free):
        return IN_COLUMNS, others
    if are_partners_in_cells(block, headers):
        return IN_CELLS, ()
    if found.table != "grants" or found.how.get("recipient") == BY_NAME:
        return "", ()
    names = block.columns[headers[0]].values.nunique()
    rivals = tuple(header for header in found.free if _may_name_more(block, header, names))
    if names == 1 and len(block.lines) >= FEWEST_FILLED:
        return "one value", rivals
    return ("unnamed", rivals) if rivals else ("", ())


def _may_name_more(block: Block, header: str, names: int) -> bool:
    """Whether a column may be that of the recipients, and the one of fewer names that was taken of
    those who gave or applied ("Naam" beside "Organisatie").
    """
    of_persons = any(map(tells_of_a_person, block.columns))
    may_be_so = says("name of anybody", header) and not of_persons
    says_so = may_be_so or bool(sense_of(header, "recipient"))
    are_more = block.columns[header].values.nunique() > _MANY_MORE_NAMES * names
    declared = schema.columns("grants")["recipient"]
    return says_so and are_more and holds(block, header, declared)
