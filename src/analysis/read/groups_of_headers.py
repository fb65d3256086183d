"""Headers below a line that names groups of them."""

import re
from collections import Counter

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
