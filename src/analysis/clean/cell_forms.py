"""How the cells of a block are written: as its mapping, its headers and study.toml say."""

import re
from typing import NamedTuple

from analysis.clean.currency import ENGLISH
from analysis.layout import Mapping, Source
from analysis.read import Block

OTHERS = tuple(
    f"grants in {name}"
    for name in ("German", "Dutch", "Italian or Spanish", "Polish", "Scandinavian", "Finnish")
)
# The mark between thousands where a list is in such a language; in French it is a space.
GROUPED = {",": ENGLISH, ".": OTHERS}
SCALE = (
    r"\b([kKM])(?:€|EUR|£|\$|euros?)|[$£€] ?([kKmM])\b|"
    r"(?i:\b(thousand|millier|migliaia|duizend|tausend|tsd|miles de)|\b(million))|"
    r"([$£€'’] ?000s?\b|\b000s? ?[$£€]|[x×] ?1[ .,]?000\b)"
)


class Form(NamedTuple):
    """How the cells of a block are written: as its mapping and study.toml say."""

    block: Block
    mapping: Mapping
    stated: Source | None
    usual_order: str  # of an unclear date: day or month first


def amount_form(form: Form, headers: tuple[str, ...]) -> dict[str, str | None]:
    """How the amounts under some headers are written."""
    layout = form.mapping.layout
    groups = [mark for mark, layouts in GROUPED.items() if layout.endswith(layouts)]
    return {
        "decimal": (form.stated and form.stated.decimal) or form.block.decimal,
        "unit": _unit(headers, form.stated),
        "groups": groups[0] if groups else None,
    }


def _unit(headers: tuple[str, ...], stated: Source | None) -> str | None:
    """The scale that a column bears in its header ("k€", "M€"), unless study.toml says it."""
    if stated and stated.unit:
        return stated.unit
    columns_read = re.search(SCALE, " ".join(headers))
    if not columns_read:
        return None
    millions = columns_read[4] or (columns_read[1] or columns_read[2] or "").upper() == "M"
    return "M" if millions else "k"
