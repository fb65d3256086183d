"""One style for pages, brief and exhibits: the colours by role, then the style sheets of
`template/`.
"""

from collections.abc import Iterable
from functools import cache
from importlib import resources

from analysis.charts.look import COLOURS


def colour_variables(dark: bool) -> str:
    """The colour of every role, for light or dark paper."""
    return "".join(f"--{role}:{pair[dark]};" for role, pair in COLOURS.items())


@cache
def _sheet(name: str) -> str:
    return (resources.files("analysis") / "template" / f"{name}.css").read_text("utf-8")


def row_choices(names: Iterable[str]) -> str:
    """The rules by which a table shows only the rows that are chosen above it; a value is named as
    its option's class is.

    >>> row_choices(["a-0"])
    '.filtered:has(option.a-0:checked) tbody tr:not(.a-0){display:none}'
    """
    return "".join(
        f".filtered:has(option.{name}:checked) tbody tr:not(.{name}){{display:none}}"
        for name in names
    )


def exhibit_styles() -> str:
    """For what the study shows outside its report: on JupyterLab's paper, light or dark, before
    whose rules ours stand.
    """
    selectors = ".exhibit,.keys,.unsupported,.opening"
    return (
        f":is({selectors}){{{colour_variables(False)}background:var(--paper);color:var(--ink);padding:1rem}}"
        f'[data-jp-theme-light="false"] :is({selectors}){{{colour_variables(True)}color-scheme:dark}}'
        + _sheet("exhibit")
        + _sheet("lab")
        + row_choices(f"{subject}-{value}" for subject in "abc" for value in range(20))
    )


def page_styles(chosen: Iterable[str] = ()) -> str:
    """For a page of the report: follows the reader's preference; paper is always light; `chosen` is
    what its tables filter by.
    """
    return (
        f":root{{color-scheme:light dark;{colour_variables(False)}}}@media screen and (prefers-color-scheme:dark){{:root{{{colour_variables(True)}}}}}"
        + _sheet("exhibit")
        + _sheet("page")
        + row_choices(chosen)
    )
