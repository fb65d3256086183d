"""What the report of a part would tell of its whole: what it rests on is the row of the whole that
bears its name, and that row may be hidden to protect another. A department is as large as its
region, or tells how large that is at least.
"""

from collections.abc import Mapping

from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import BASE, OPENING, Table
from analysis.disclosure.withheld import Withheld
from analysis.text import formatting

_Figures = Mapping[str, Table | None]


def untold_rows_of_wholes(
    name: Edition, figures: _Figures, released: Mapping[Edition, _Figures]
) -> Withheld:
    """The sizes of a part that its whole hid in a row of the part's name, or of what all of the
    part lies within; nothing of an edition that was released itself, which tells what it told.
    """
    sizes: set[int] = set()
    if name in released:
        return Withheld()
    for whole, figures_of_whole in released.items():
        if by := whole.parts_by(name):
            around = {value for _name, value in {*name.within} - {*whole.within}}
            for value in sorted({dict(name.filters)[by], *around}):
                names = value.split("|")
                labels = {*names, *map(formatting.text, names)}
                for id in figures.keys() & figures_of_whole.keys():
                    sizes |= _sizes_hidden(
                        labels, figures[id], figures_of_whole[id], figures.get(OPENING)
                    )
    return Withheld(sizes=frozenset(sizes))


def _sizes_hidden(
    labels: set[str], part: Table | None, whole: Table | None, opening: Table | None
) -> set[int]:
    """What a figure of a part counts in the rows of these labels that its whole hid, where the part
    rests on as many.
    """
    if part is None or whole is None:
        return set()
    bases = {part.value.get(BASE), *(opening.value.values() if opening else ())}
    hidden = {cell for cell in whole.hidden if labels & set(cell[0].split(" | "))}
    counts = [
        sum(
            number
            for (row, of), number in part.value.items()
            if of == column and labels & set(row.split(" | "))
        )
        for column in sorted({column for _row, column in hidden - whole.amounts})
    ]
    return {int(count) for count in counts if count in bases}
