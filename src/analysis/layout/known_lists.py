"""Sheets whose columns need no word of the team: they follow a public standard, are named as the
programme's own exports are, or are lists of a publisher that were read and compared before.
"""

from functools import cache

from analysis.layout.headers.header_names import PROGRAMME, known_headers, spellings
from analysis.layout.mapping import Mapping
from analysis.parse.column import reference_rows
from analysis.read import folded

STANDARDS = ("360Giving", "SCDL subsidies")
TABLES_OF_MONEY = ("agreements", "contributions", "grants")


def is_known_list(mapping: Mapping) -> bool:
    """Whether the headers of a sheet tell beyond doubt what its agreements, grants or contributions
    are.

    Words of publishers ("Montant", "Organisation") leave doubt: they name other things elsewhere.

    >>> is_known_list(Mapping("", "grants", {"recipient": ("recipient",), "amount": ("amount",)}, {}))
    True
    >>> is_known_list(Mapping("", "grants", {"recipient": ("Association",), "amount": ("Montant",)}, {}))
    False
    """
    if mapping.table not in TABLES_OF_MONEY:
        return True
    headers = {header for of_column in mapping.columns.values() for header in of_column}
    names = {name for header in (*headers, *mapping.unread) for name in spellings(header)}
    if any(publishers_list <= names for publishers_list in _lists_of_publishers()):
        return True
    return all(
        _is_declared(mapping.table, column, of_column)
        for column, of_column in mapping.columns.items()
        if not column.startswith("~")
    )


def _is_declared(table: str, column: str, headers: tuple[str, ...]) -> bool:
    if headers == (column,):
        return True
    layouts = STANDARDS if table == "grants" else (PROGRAMME, *STANDARDS)
    declared = known_headers()[table].get(column, {})
    one_header = headers[0] if len(headers) == 1 else ""
    spelt = [(name,) for name in spellings(one_header)]
    return any(declared.get(name) in layouts for name in spelt)


@cache
def _lists_of_publishers() -> list[frozenset[str]]:
    """The folded headers that tell each list that was read before."""
    return [
        frozenset(map(folded, row["headers"].split("|"))) for row in reference_rows("known_lists")
    ]
