"""Days on which grants ended before their term, which stand beside the planned end of all."""

from analysis.layout.cell_evidence import dates_like
from analysis.layout.money_words import says
from analysis.layout.table_match import BY_WORDS, Match
from analysis.read import Block


def with_early_ends(found: Match) -> Match:
    """The match whose ends are the early one where a row has it, else the planned one; of agreements
    the early one is the end.
    """
    early = tuple(header for header in found.free if tells_early_end(found.block, header))
    if found.table == "grants" and early:
        found.columns["planned_end"] = (*early, *found.columns.get("planned_end", ()))
    if found.table == "agreements" and early and "end" not in found.columns:
        found.take("end", early[:1], BY_WORDS)
    return found


def tells_early_end(block: Block, header: str) -> bool:
    """Whether a header says that a grant or an agreement was ended ("Date de résiliation"), above dates."""
    return says("early end", header) and dates_like(block, header)
