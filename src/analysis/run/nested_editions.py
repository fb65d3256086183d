"""Which editions lie within others, by the relations that they look at: two filters may keep to the
same ones, and one to a part of those of another, whatever they are called.
"""

from collections.abc import Collection, Iterable, Mapping, Set
from typing import Any

from analysis.declare.faults import Fault, Refused
from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import Table
from analysis.run.overlapping_editions import day_of
from analysis.study import filters
from analysis.text.messages import say

RelationsByFilters = dict[tuple[tuple[str, str], ...], frozenset[str]]


def names_by_relations(
    studies: Mapping[Edition, Any], released: Collection[Edition]
) -> dict[Edition, Edition]:
    """The editions now (with their studies) and before, each within all that look at its relations;
    one now by the filters of a released one that looks at the same, unless another now does.
    """
    editions = {*studies, *released}
    relations = relations_by_filters(editions, next(iter(studies.values())))
    names = {each: with_editions_around(each, editions, relations) for each in editions}
    as_before = {
        each: with_editions_around(named_as_before(each, released, relations), editions, relations)
        for each in studies
    }
    if len({*as_before.values()}) < len(as_before):
        return names
    return names | as_before


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
    return Edition(edition.day, edition.filters, edition.within, tuple(sorted(around)))


def named_as_before(
    edition: Edition, released: Iterable[Edition], relations: RelationsByFilters
) -> Edition:
    """The edition by the filters of the first released one that looks at the same relations: these
    are its relations on another day, or by another choice of method.
    """
    mine = relations[edition.filters]
    alike = (each.filters for each in released if mine and relations[each.filters] == mine)
    return Edition(edition.day, next(alike, edition.filters), edition.within)


def without_figure_between(
    editions: Iterable[Edition], tables: Mapping[Edition, Table | None]
) -> set[Edition]:
    """The editions that must do without a figure: each is a part by several filters of one that
    shows it, or holds such a part, and no edition between them of the day of either shows it.
    """
    shown = {each for each, table in tables.items() if table is not None}
    without = set()
    for edition in editions:
        for other in shown - {edition}:
            whole, part = _whole_and_part(edition, other)
            if part is None or whole.parts_by(part):
                continue
            of_days = {each for each in shown if each.day in (whole.day, part.day)} | {whole, part}
            if part not in _parts(whole, _direct_parts(of_days)):
                without.add(edition)
    return without


def refuse_parts_by_several_filters(
    editions: Collection[Edition], released: Collection[Edition]
) -> None:
    """Refuse editions of which another is a part by several filters at once, or which are such a
    part: what one leaves of the other is judged by one filter after the other.
    """
    direct_parts = _direct_parts({*editions, *released})
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


def _direct_parts(editions: Set[Edition]) -> dict[Edition, set[Edition]]:
    """The parts of each edition by one filter."""
    return {each: {part for part in editions if each.parts_by(part)} for each in editions}


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
