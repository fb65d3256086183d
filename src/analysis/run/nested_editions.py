"""Which editions lie within others, by the relations that they look at: two filters may keep to the
same ones, and one to a part of those of another, whatever they are called.
"""

from collections.abc import Collection, Iterable, Mapping

from analysis.declare.faults import Fault, Refused
from analysis.disclosure.edition import Edition
from analysis.run.overlapping_editions import day_of
from analysis.study import filters
from analysis.text.messages import say

RelationsByFilters = dict[tuple[tuple[str, str], ...], frozenset[str]]


def relations_by_filters(editions: Iterable[Edition], study) -> RelationsByFilters:
    """The relations that each edition would look at on the day of a study; none where it asks for a
    partner who is known no more.
    """
    relations: RelationsByFilters = {}
    for edition in editions:
        if edition.filters in relations:
            continue
        try:
            in_scope = filters.kept_relations(
                study.all_relations, dict(edition.filters), study.folder
            )
            relations[edition.filters] = frozenset(in_scope["relation_id"])
        except Refused:
            relations[edition.filters] = frozenset()
    return relations


def with_editions_around(
    edition: Edition, editions: Collection[Edition], relations: RelationsByFilters
) -> Edition:
    """The edition that also lies within the filters of each other that looks at all its relations."""
    mine, own_names = relations[edition.filters], {name for name, _value in edition.filters}
    around = {
        (name, value)
        for other in editions
        if mine and mine <= relations[other.filters]
        for name, value in other.filters
        if name not in own_names
    }
    within = tuple(sorted({*edition.within, *around}))
    return Edition(edition.day, edition.filters, within)


def refuse_parts_by_several_filters(
    editions: Collection[Edition], released: Collection[Edition]
) -> None:
    """Refuse editions of which another is a part by several filters at once, or which are such a
    part: what one leaves of the other is judged by one filter after the other.
    """
    every = {*editions, *released}
    direct_parts = {each: {part for part in every if each.parts_by(part)} for each in every}
    faults = {}
    for edition in editions:
        for other in sorted(released):
            whole, part = _whole_and_part(edition, other)
            if part is not None and part not in _parts(whole, direct_parts):
                between = _filters_between(whole, part)
                message = say("withheld.part_by_several", between=between, day=day_of(other))
                values = " ".join(f"{name}={value}" for name, value in edition.filters)
                faults[edition, between] = Fault("-p", None, "", "parameter", values, message)
    if faults:
        raise Refused(list(faults.values()), exit_code=2)


def _whole_and_part(edition: Edition, other: Edition) -> tuple[Edition, Edition | None]:
    """Of two editions of other filters the whole and its part, the one of fewer filters where each
    is all of the other; no part where none is.
    """
    by_filters = sorted((edition, other), key=lambda each: len(each.filters))
    for whole, part in (by_filters, by_filters[::-1]):
        if whole.filters != part.filters and whole.holds(part):
            return whole, part
    return edition, None


def _parts(whole: Edition, direct_parts: Mapping[Edition, set[Edition]]) -> set[Edition]:
    """All parts of a whole, and theirs: each by one filter more than that of which it is one."""
    parts: set[Edition] = set()
    to_ask = {whole}
    while to_ask:
        to_ask = set().union(*(direct_parts[each] for each in to_ask)) - parts
        parts |= to_ask
    return parts


def _filters_between(whole: Edition, part: Edition) -> str:
    """The filters of an edition between a whole and its part, as the command is given them."""
    first_of_part = next(item for item in part.filters if item not in whole.filters)
    others = [item for item in whole.filters if item[0] != first_of_part[0]]
    return " ".join(f"-p {name}={value}" for name, value in [*others, first_of_part])
