"""Which lines are headers, and those below a line that names groups of them."""

import re
from collections import Counter

from analysis.declare.shares import HALF
from analysis.read.block import Record, folded
from analysis.read.figures import YEAR, is_amount, without_remark

ROWS_BELOW = 20  # of a header, in which figures are looked for

# What a line below a name only adds to it: "(date)", "k€", "Date".
_ONLY_A_REMARK = re.compile(r"(?i)\(.*\)|date|datum|fecha|data|jour|day|[km]?(?:€|eur|euros?)")


def under_groups(cells: list[str], above: list[str]) -> list[str]:
    """A header of repeated names, each with the group that the line above names; what only adds to
    the name right above it, of no group, stands behind that.

    >>> under_groups(["Fin", "Fin", "(date)"], ["Convention", "Avenant", "Arrêt"])
    ['Convention Fin', 'Avenant Fin', 'Arrêt (date)']
    """
    counts = Counter(cell.strip() for cell in cells)
    repeated = {name for name, count in counts.items() if name and count > 1}
    if not repeated or sum(bool(cell.strip()) for cell in above) < 2:
        return cells
    names, group = [], ""
    labels = [label.strip() for label in above] + [""] * len(cells)
    for cell, label, next_label in zip(cells, labels, [*labels[1:], "", ""], strict=False):
        group, name = label or group, cell.strip()
        adds_to_label = name.startswith("(") or next_label or len(names) == len(cells) - 1
        if name in repeated:
            names.append(f"{group} {name}".strip())
        elif label and adds_to_label and _ONLY_A_REMARK.fullmatch(name):
            names.append(f"{label} {name}")
        else:  # a name that two lines share may stand on the first
            names.append(cell if name else label)
    return names


def is_header(cells: list[str], vocabulary: frozenset[str]) -> bool:
    """Whether two cells, and half of those filled, are known header names, and none an amount."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < 2 or any(is_amount(cell) for cell in filled):
        return False
    is_known = [
        folded(cell) in vocabulary or folded(without_remark(cell)) in vocabulary for cell in filled
    ]
    return sum(is_known) >= max(2, len(filled) / 2)


def completes(under: list[str], above: list[str]) -> bool:
    """Whether a line of labels fills gaps of the header above it."""
    padded = [*above, *[""] * len(under)]
    pairs = zip(under, padded, strict=False)
    gaps = any(cell.strip() and not label.strip() for cell, label in pairs)
    return gaps and not any(re.search(r"\d", YEAR.sub("", cell)) for cell in under)


def joined_header(
    records: list[Record], head: int, following: int, vocabulary: frozenset[str]
) -> tuple[list[str], int]:
    """The header with a second line below it or a line of groups above it; and where rows begin."""
    cells, below = list(records[head].cells), head + 1
    under = records[below].cells if below < following else []
    is_group_above = not cells[0].strip() and all(cell.strip() for cell in under)
    if completes(under, cells) and (
        not under[0].strip()
        or is_group_above
        or is_header(under, vocabulary)
        or _name_figures(under, records[below + 1 : following])
    ):
        cells += [""] * (len(under) - len(cells))
        group = ""
        for i, cell in enumerate(under):
            group = cells[i].strip() or group
            if cell.strip() and cell.strip() != group:
                cells[i] = f"{group} {cell}".strip()
        return cells, below + 1
    if head:
        cells = under_groups(cells, records[head - 1].cells)
    return cells, below


def _name_figures(labels: list[str], rows: list[Record]) -> bool:
    """Whether two labels or more stand above figures, as only those of headers do, and none above
    what it says itself ("NC").
    """
    cells_below = [
        [row.cells[i].strip() for row in rows[:ROWS_BELOW] if i < len(row.cells)]
        for i in range(len(labels))
    ]
    of_figures = [
        label.strip()
        for label, cells in zip(labels, cells_below, strict=True)
        if label.strip() and sum(cell[:1].isdigit() for cell in cells) > HALF * len(cells)
    ]
    texts_below = {cell for cells in cells_below for cell in cells}
    return len(set(of_figures)) > 1 and texts_below.isdisjoint(of_figures)
