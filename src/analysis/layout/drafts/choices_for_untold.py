"""Which columns a question offers for what no header tells, by the kind of what it asks."""

from analysis import parse
from analysis.declare import schema
from analysis.declare.shares import HALF
from analysis.layout.headers.cell_evidence import dates_like, holds, sample, share_written
from analysis.layout.headers.columns_offered import (
    MOST_OFFERED,
    amounts_offered,
    most_complete,
    names_offered,
)
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.words import says
from analysis.layout.payments.sides_of_contributions import are_sides, is_of_a_side
from analysis.layout.terms.planned_ends import is_day_of_payment
from analysis.read import Block, matching

_OF_NAMES = ("partner_id", "agreement_id")  # which tell whom or what rows are about
_OF_GROUPS = ("entity", "kind", "direction", "side")  # of which many rows share one
_SLIPS = 0.1  # share of rows that may be written wrong
_OF_A_REGISTER = r"[A-Z]{0,3}\d(?: ?\d){5,}"  # "732 829 320 00074", "W691000001"


def choices_for(found: Match, name: str) -> tuple[str, ...]:
    """Of the free headers of a block those whose cells may hold a column of its table, the likeliest
    first; for ends none that lies before the start here and there.
    """
    block, free = found.block, found.free
    column = schema.columns(found.table).get(name)
    if column is not None and column.kind == "date":
        days = [header for header in free if holds(block, header, column)]
        of_terms = [
            header
            for header in days
            if not is_day_of_payment(header) and not _lies_before(found, header)
        ]
        offered = most_complete(block, of_terms if name == "planned_end" else days)
    elif column is not None and column.unit == "EUR":
        offered = amounts_offered(block, free)
    elif name in _OF_NAMES:
        offered = names_offered(block, free)
        offered = offered or [header for header in free if _are_of_a_register(block, header)]
    elif name in _OF_GROUPS:
        groups = [header for header in free if _tells_groups(block, header, column)]
        offered = sorted(groups, key=lambda header: not _says(header, name))
    else:
        offered = []
    return tuple(offered[: MOST_OFFERED - 1])


def _lies_before(found: Match, header: str) -> bool:
    """Whether the dates under a header come before those of the start in more rows than may be slips."""
    starts = found.columns.get("start", ())
    if not starts:
        return False
    start, end = (
        parse.dates(found.block.columns[each].series())[0]["date"] for each in (starts[0], header)
    )
    is_told = start.notna() & end.notna()
    return bool((end < start)[is_told].mean() > _SLIPS)


def _are_of_a_register(block: Block, header: str) -> bool:
    """Whether most cells are numbers of registers, as identifiers of organisations are."""
    cells = sample(block.columns[header])
    are_days = parse.dates(cells)[0]["date"].notna().mean() > HALF  # "20180101"
    return not are_days and share_written(cells, _OF_A_REGISTER) > 0.5


def _says(header: str, name: str) -> bool:
    """Whether a header says in its words what a column of groups holds."""
    if name == "entity":
        return bool(sense_of(header, "entity") or sense_of(header, "perhaps_entity"))
    return name == "kind" and says("header of kinds", header)


def _tells_groups(block: Block, header: str, column: schema.Column) -> bool:
    """Whether the cells under a header are words that come again, as those of groups do, and one of
    them known, where the column knows but some.
    """
    cells = sample(block.columns[header])
    if not len(cells) or dates_like(block, header) or matching(cells, r"[0-9]").mean() > HALF:
        return False
    is_known = not column.values or parse.categories(cells, column)[0].notna().any()
    if column.name == "direction":
        is_known |= are_sides(cells) or is_of_a_side(header)
    if not is_known:
        return False
    texts = block.columns[header].values.nunique()
    return 1 < texts <= max(2, HALF * len(block.lines))
