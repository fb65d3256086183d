"""One style for pages, brief and exhibits: the colours by role, then the style sheets of `template/`."""

from functools import cache
from importlib import resources

from analysis.figures import COLOURS


def variables(dark: bool) -> str:
    """The colour of every role, for light or dark paper."""
    return "".join(f"--{role}:{pair[dark]};" for role, pair in COLOURS.items())


@cache
def _sheet(name: str) -> str:
    return (resources.files("analysis") / "template" / f"{name}.css").read_text("utf-8")


def exhibits() -> str:
    """For what the study shows outside its report: on JupyterLab's paper, light or dark, before whose rules ours stand."""
    shown = ".exhibit,.keys,.unsupported,.verdict,.opening"
    return (
        f":is({shown}){{{variables(False)}background:var(--paper);color:var(--ink);padding:1rem}}"
        f'[data-jp-theme-light="false"] :is({shown}){{{variables(True)}color-scheme:dark}}' + _sheet("exhibit") + _sheet("lab")
    )


def page() -> str:
    """For a page of the report: follows the reader's preference; paper is always light."""
    return (
        f":root{{color-scheme:light dark;{variables(False)}}}@media screen and (prefers-color-scheme:dark){{:root{{{variables(True)}}}}}"
        + _sheet("exhibit")
        + _sheet("page")
    )
