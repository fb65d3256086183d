"""Lists of all that a body spends, of which some lines are grants and others fees, staff or works."""

from collections.abc import Mapping

from analysis.layout.headers.words import says, which_say
from analysis.read import Block, spaced


def expenses_beside_grants(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The words below each header of kinds of expenses that speak of no grant, where others do:
    "Agency staff" beside "Grants to voluntary organisations".
    """
    numbers = {
        header for name in ("recipient", "amount", "date") for header in columns.get(name, ())
    }
    texts_by_header = {}
    for header in block.columns:
        if header in numbers or not says("kind of expense", spaced(header)):
            continue
        kinds = block.columns[header].used()
        is_grant = which_say("grant among expenses", kinds)
        if is_grant.any():
            texts_by_header[header] = list(kinds[~is_grant])
    return {header: texts for header, texts in texts_by_header.items() if texts}
