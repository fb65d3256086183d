"""Days on which grants and agreements ended before their term, and to which these were extended,
which stand beside the planned end of all.
"""

from analysis.layout.cell_evidence import dates_like
from analysis.layout.money_words import says
from analysis.layout.table_match import BY_CELLS, BY_WORDS, Match
from analysis.read import Block

FEW = 0.5  # share of the rows up to which a column tells early ends; beyond it is asked


def with_changed_ends(found: Match) -> Match:
    """The match whose planned ends are the extended one where a row has it, and whose ends are the
    early one; of agreements the early one is the end, asked where most would have ended so.
    """
    planned = found.columns.get("planned_end", ())
    extended = tuple(header for header in found.free if tells_extended_end(found.block, header))
    if found.table in ("grants", "agreements") and planned and extended:
        found.columns["planned_end"] = (*extended, *planned)
    early = tuple(header for header in found.free if tells_early_end(found.block, header))
    if found.table == "grants" and early:
        found.columns["planned_end"] = (*early, *found.columns.get("planned_end", ()))
    if found.table == "agreements" and early and "end" not in found.columns:
        is_filled = found.block.columns[early[0]].codes >= 0
        found.take("end", early[:1], BY_WORDS if is_filled.mean() <= FEW else BY_CELLS)
    return found


def tells_early_end(block: Block, header: str) -> bool:
    """Whether a header says that a grant or an agreement was ended ("Date de résiliation"), not by
    when it may be ("Date limite de dénonciation"), above dates.
    """
    is_said = says("early end", header) and not says("notice of an end", header)
    return is_said and dates_like(block, header)


def tells_extended_end(block: Block, header: str) -> bool:
    """Whether a header says to which day terms were extended ("Prorogée au"), above dates."""
    return says("extended end", header) and dates_like(block, header)
