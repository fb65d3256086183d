"""The one look of all drawings: colours by what they mean, the style of lines and letters.

Colours are in `reference/colours.csv`, lines and letters in `study.mplstyle` and
`study-narrow.mplstyle`.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources

import matplotlib

HOUSE = resources.files("analysis")
with (HOUSE / "reference/colours.csv").open(encoding="utf-8") as table:
    ROLES = {row["role"]: row for row in csv.DictReader(table)}
# role: (on light paper, on dark paper). A hex stands for one role only: the SVG's colours are
# exchanged by it.
COLOURS = {role: (row["light"], row["dark"]) for role, row in ROLES.items()}
with (HOUSE / "reference/drawing_room.csv").open(encoding="utf-8") as table:
    _ROOM = {
        row["name"]: (float(row["wide"]), float(row["narrow"])) for row in csv.DictReader(table)
    }
HATCH = "//////"
FAMILIES = ("durability", "fragility", "strength", "across", "quality")
STYLES = (("-", "o"), ((0, (5, 2)), "s"), ((0, (1.3, 1.5)), "D"), ((0, (7, 1.8, 1.5, 1.8)), "^"))


def colour(role: str) -> str:
    """The colour of a role on light paper ("quality" is drawn as "across").

    >>> colour("fragility")
    '#cc3311'
    """
    return COLOURS[role.replace("quality", "across")][0]


def groups(family: str, many: int) -> list[tuple[str, object, str]]:
    """(colour, line style, marker) of each of up to four groups: told apart without colour too.

    >>> [marker for _, _, marker in groups("durability", 3)]
    ['o', 's', 'D']
    """
    if many > len(STYLES):
        raise ValueError(f"{many} groups in one drawing: at most {len(STYLES)} can be told apart")
    roles = (family, "ink", "axis", f"{family}-deep")
    if family in ("across", "quality"):
        roles = ("ink", "axis", "mute", "across")
    return [(colour(role), *style) for role, style in zip(roles[:many], STYLES, strict=False)]


def room(name: str, narrow: bool) -> float:
    """What a drawing of one width has room for (`reference/drawing_room.csv`).

    >>> room("years", narrow=True), room("row", narrow=False)
    (5, 0.34)
    """
    size = _ROOM[name][narrow]
    if size == int(size):
        return int(size)
    return size


def readable(tone: str) -> str:
    """The colour for words that belong to a mark of this colour: as near as 4.5 : 1 on paper
    allows.

    >>> readable(colour("strength")) == colour("strength-text")
    True
    """
    roles = {"axis": "mute"} | {family: f"{family}-text" for family in FAMILIES[:-1]}
    return {colour(mark): colour(text) for mark, text in roles.items()}.get(tone, tone)


@contextmanager
def style(narrow: bool) -> Iterator[None]:
    """The look of the study, for what is drawn and saved inside."""
    with matplotlib.rc_context(matplotlib.rcParamsDefault | _settings(narrow)):
        yield


@cache
def _settings(narrow: bool) -> dict:
    settings: dict = {}
    for name in ["study.mplstyle", "study-narrow.mplstyle"][: 1 + narrow]:
        with resources.as_file(HOUSE / name) as sheet:
            settings |= matplotlib.rc_params_from_file(sheet, use_default_template=False)
    in_cycle = sorted((row["cycle"], row["light"]) for row in ROLES.values() if row["cycle"])
    settings["axes.prop_cycle"] = matplotlib.cycler(color=[light for _place, light in in_cycle])
    for row in ROLES.values():
        settings |= dict.fromkeys(row["settings"].split(), row["light"])
    return settings
