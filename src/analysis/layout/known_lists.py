"""Sheets whose columns need no word of the team: they follow a public standard, are headed as the
tables are declared, or are lists of a publisher that were read and compared before.
"""

from functools import cache

from analysis.declare import schema
from analysis.layout.headers.header_names import known_headers, names_money
from analysis.layout.mapping import Mapping
from analysis.parse.column import reference_rows
from analysis.read import folded

STANDARDS = ("360Giving", "SCDL subsidies")
TABLES_OF_MONEY = ("agreements", "contributions", "grants")
WHO_GIVES = {"funder", "entity"}  # one for all rows where the study is of one


def is_known_list(mapping: Mapping, *, has_titles: bool = False) -> bool:
    """Whether the headers of a sheet tell beyond doubt what its agreements, grants or contributions
    are.

    Words of publishers ("Montant", "Organisation") leave doubt: they name other things elsewhere.
    So do a header beside the known ones ("Montant restitué"), one that is written with more ("Amount
    (k)"), what the sheet does not tell and its name does, and titles and notes of the sheet, which
    may tell of a unit. Beside the names of the columns themselves ("planned_end") only a header of
    money leaves doubt, and the one funder or entity of all rows leaves none.

    >>> is_known_list(Mapping("", "grants", {"recipient": ("recipient",), "amount": ("amount",)}, {}))
    True
    >>> is_known_list(Mapping("", "grants", {"recipient": ("Association",), "amount": ("Montant",)}, {}))
    False
    """
    if mapping.table not in TABLES_OF_MONEY:
        return True
    headers = [header for of_column in mapping.columns.values() for header in of_column]
    if _is_read_before([*headers, *mapping.unread], mapping.table):
        return True
    if has_titles or mapping.split:
        return False
    told_elsewhere = mapping.constants.keys() - {"currency"}
    if _bears_own_names(mapping):
        tells_more_money = any(map(names_money, mapping.unread))
        return told_elsewhere <= WHO_GIVES and not tells_more_money
    if told_elsewhere:
        return False
    if any(folded(header) not in _declared_names(mapping.table) for header in mapping.unread):
        return False
    return all(
        len(of_column) == 1 and folded(of_column[0]) in _declared_names(mapping.table, column)
        for column, of_column in mapping.columns.items()
        if not column.startswith("~")
    )


def _is_read_before(headers: list[str], table: str) -> bool:
    """Whether a sheet has the headers of a list that was read before, and none of money that
    neither the list nor a standard has.
    """
    names_of_sheet = set(map(folded, headers))
    lists = [names | other for names, other in _known_lists() if names <= names_of_sheet]
    expected = _declared_names(table).union(*lists)
    further = [header for header in headers if folded(header) not in expected]
    return bool(lists) and not any(map(names_money, further))


def _bears_own_names(mapping: Mapping) -> bool:
    """Whether a sheet is written as tables are declared ("planned_end"), which only those do who
    have read what these hold.
    """
    return all(
        headers == (column,)
        for column, headers in mapping.columns.items()
        if not column.startswith("~")
    )


@cache
def _declared_names(table: str, column: str = "") -> frozenset[str]:
    """The folded names of a column in the tables and in public standards; without one, of all."""
    if not column:
        return frozenset().union(*(_declared_names(table, name) for name in known_headers()[table]))
    layouts = known_headers()[table].get(column, {}).items()
    names = {header[0] for header, layout in layouts if layout in STANDARDS and len(header) == 1}
    names.add(folded(column))
    own = schema.columns(table).get(column)
    if own and table != "grants":  # whose labels are words of everybody: "Montant"
        names |= {folded(own.label_fr), folded(own.label_en)}
    return frozenset(names)


@cache
def _known_lists() -> list[tuple[frozenset[str], frozenset[str]]]:
    """The folded headers that tell each list that was read before, and those of its other money."""
    return [
        tuple(frozenset(map(folded, row[name].split("|"))) for name in ("headers", "other_money"))
        for row in reference_rows("known_lists")
    ]
