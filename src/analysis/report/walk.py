"""The way from a figure to what made it: its cell in the notebook, the functions, the raw rows."""

from html import escape

from analysis.article.captions import MIME, cited
from analysis.exhibits.rows_behind import ROWS
from analysis.study import catalogue, published
from analysis.text.messages import say

END_OF_TOOLS = "</details></div></article>"  # of an exhibit's HTML: what is added stands before it


def walked(shown: str, cell: dict, notebook: str, of_team: bool) -> str:
    """What a cell shows, each of its figures with the cell and the functions that made it; for the
    team, with the calls that lead on to its rows.
    """
    outputs = cell.get("outputs", [])
    records = [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]
    ids = [record["id"] for record in records if record["kind"] == "exhibit"]
    before, *after = shown.split(END_OF_TOOLS)
    if not notebook or len(after) != len(ids):
        return shown
    for id, rest in zip(ids, after, strict=True):
        before += _made_by(id, cell, notebook, of_team) + END_OF_TOOLS + rest
    return before


def functions(id: str) -> list[str]:
    """The function that builds an exhibit, then those that compute what it shows; none for a
    drawing of a notebook's own.

    >>> functions("F22")[0], functions("X1")
    ('exhibits.territories.F22', [])
    """
    name = id.partition("-")[0]
    if name not in published.modules():
        return []
    return [f"exhibits.{published.modules()[name]}.{name}", *catalogue.functions_of(name)]


def _made_by(id: str, cell: dict, notebook: str, of_team: bool) -> str:
    link = f'<a href="notebooks/{escape(notebook)}">{escape(notebook)}{cited(id)}</a>'
    origin = f"{say('figures.made')} {link} (<code>{escape(cell.get('id', ''))}</code>)"
    if cell["metadata"].get("work"):
        origin += f' · <a href="#work-{id}">{say("figures.computed")}{cited(id)}</a>'
    names = ", ".join(f"<code>{escape(name)}</code>" for name in functions(id))
    lines = [origin, f"{say('figures.functions')} {names}" if names else ""]
    if of_team and id.partition("-")[0] in ROWS:
        behind = f'study.behind("{id.partition("-")[0]}")'
        calls = (behind, "study.why(relation)", "impact-study trace")
        code = ", ".join(f"<code>{escape(call)}</code>" for call in calls)
        lines.append(f"{say('figures.to_rows')} {code}")
    return "".join(f"<p>{line}</p>" for line in lines if line)
