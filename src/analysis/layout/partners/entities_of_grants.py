"""The entity of the company that signs each grant of a team's list: taken where its header surely
says it ("Filiale"), asked where it may as well say a place or a theme ("Pôle") and matters.
"""

import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.declare.shares import HALF
from analysis.layout.headers.cell_evidence import dates_like, holds
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.table_match import BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.shapes.blank_cells import stands_once_a_group
from analysis.read.total_words import BEGINS_WITH_TOTAL, matching_labels

MAY_BE_ENTITY = "perhaps an entity"  # the reason of a doubt whether a column tells who signs
_OF_TERMS = ({"planned_start", "date"}, {"planned_end", "term_months"})
_OF_PUBLIC_LISTS = {"siret", "rna", "recipient_id", "town", "funder_id"}  # beside places
_FEW = 4  # entities that even a short list may have


def take_entities(found: Match) -> None:
    """Take who signs in a list of grants that tells from when to when they are, and no funder."""
    if "funder" in found.columns or len(found.columns.get("recipient", ())) != 1:
        return
    if any(names.isdisjoint(found.columns) for names in _OF_TERMS):
        return
    sure = [header for header in found.free if _surely_tells_entities(found, header)]
    if sure:
        found.take("funder", (sure[0],), BY_WORDS)
        return
    found.take("funder", possible_entities(found)[:1], MAY_BE_ENTITY)


def possible_entities(found: Match) -> tuple[str, ...]:
    """The free headers that may say who signs, and without which one partner of two entities would
    be one relation.
    """
    if not _OF_PUBLIC_LISTS.isdisjoint(found.columns):
        return ()
    return tuple(header for header in found.free if _may_tell_entities(found, header))


def _surely_tells_entities(found: Match, header: str) -> bool:
    entities = found.block.columns[header].values.nunique()
    are_few = entities <= max(_FEW, HALF * len(found.block.lines))
    if not says("entity that signs", header) or not are_few:
        return False
    is_told = _stands_once(found, header) or _is_filled(found, header)
    return is_told and _are_no_partners(found, header)


def _may_tell_entities(found: Match, header: str) -> bool:
    may_say_it = (
        says("entity that signs", header)  # though some rows lack one
        or says("perhaps who signs", header)
        or sense_of(header, "entity")
        or sense_of(header, "perhaps_entity")
    )
    entities = found.block.columns[header].values.nunique()
    come_again = 2 <= entities <= max(2, HALF * len(found.block.lines))
    if not may_say_it or not come_again or says("header of themes", header):
        return False
    return _are_no_partners(found, header) and _some_partner_has_several(found, header)


def _are_no_partners(found: Match, header: str) -> bool:
    """Whether the cells under a header are texts that name none of those who received."""
    (recipient,) = found.columns["recipient"]
    texts, partners = (found.block.columns[name].values for name in (header, recipient))
    are_texts = holds(found.block, header, schema.columns("grants")["funder"])
    return are_texts and not dates_like(found.block, header) and not texts.isin(partners).any()


def _is_filled(found: Match, header: str) -> bool:
    """Whether each row of a recipient, but those of totals, has a text under a header."""
    (recipient,) = found.columns["recipient"]
    partners = found.block.columns[recipient].series().reset_index(drop=True)
    is_of_partner = partners.notna() & ~matching_labels(partners, BEGINS_WITH_TOTAL)
    is_filled = found.block.columns[header].codes >= 0
    return bool(is_filled[is_of_partner.to_numpy(bool)].all())


def _stands_once(found: Match, header: str) -> bool:
    """Whether a header has a text but on the first row of each group, as is then asked."""
    return stands_once_a_group(found.block, found.columns | {"funder": (header,)}, "funder")


def _some_partner_has_several(found: Match, header: str) -> bool:
    """Whether a partner stands on rows of different texts under a header, or of one and none."""
    (recipient,) = found.columns["recipient"]
    names, texts = (
        found.block.columns[name].series().reset_index(drop=True) for name in (recipient, header)
    )
    if _stands_once(found, header):
        texts = texts.ffill()
    partners = parse.once_each(parse.fold, names)
    rows = pd.DataFrame({"partner": partners, "text": texts.fillna("")})
    return bool(rows.groupby("partner")["text"].nunique().gt(1).any())
