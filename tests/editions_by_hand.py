"""Editions of invented relations, so that tests name an edition by its filters alone."""

from itertools import product

from analysis.disclosure.edition import Edition

DAY = "2018-06-27"
_LEVELS = ("local", "regional", "national", "p", "q", "other")
_ENTITIES = ("A", "B", "C", "D", "other")
_DEPARTMENTS = {
    "Bretagne": ("22", "29"),
    "Normandie": ("14", "50"),
    "Corse": ("2A", "2B"),
    "Mayotte": ("976",),
    "Guadeloupe": ("971",),
    "c": ("44",),
} | {name: (f"of {name}",) for name in "xyzvwabd"}
_RELATIONS = {
    f"{department} {level} {entity}": {
        "region": region,
        "department": department,
        "level": level,
        "entity": entity,
    }
    for region, departments in _DEPARTMENTS.items()
    for department, level, entity in product(departments, _LEVELS, _ENTITIES)
}


def edition(day: str = DAY, **filters: str) -> Edition:
    """The edition of these filters, with the relations that pass them."""
    kept = {
        name: row
        for name, row in _RELATIONS.items()
        if all(row[by] in value.split("|") for by, value in filters.items())
    }
    regions = {row["region"] for row in kept.values()}
    lies_in = {"|".join(sorted(regions))} if "department" in filters else set()
    name = Edition(day, tuple(sorted(filters.items())))
    return name.looking_at(frozenset(kept), frozenset(lies_in))
