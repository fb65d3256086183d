"""What the parts of the page are made of: words that are read aloud, tables, buttons and fields."""

import html
from collections.abc import Callable

import ipywidgets as widgets

from analysis.text import formatting

LABELLED = {"description_width": "15em"}
WIDE = widgets.Layout(width="36em", max_width="100%")
IN_A_ROW = widgets.Layout(flex_flow="row wrap", align_items="center")


def words(markup: str, role: str = "") -> widgets.HTML:
    """A piece of the page in words; with a role, it is read aloud when it changes."""
    return widgets.HTML(read_aloud(markup, role))


def read_aloud(markup: str, role: str = "") -> str:
    """Markup that is read aloud when it changes, if it has a role."""
    if role:
        return f'<div role="{role}">{markup}</div>'
    return f"<div>{markup}</div>"


def paragraph(text: str) -> str:
    """A sentence as a paragraph."""
    return f"<p>{html.escape(text)}</p>"


def table_markup(rows: list[tuple[str, ...]]) -> str:
    """A table, its first row a header."""
    head, *body = rows
    lines = [
        "<tr>" + "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in head) + "</tr>"
    ]
    for row in body:
        cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:])
        lines.append(f'<tr><th scope="row">{html.escape(row[0])}</th>{cells}</tr>')
    return f"<table>{''.join(lines)}</table>"


def button(label: str, press: Callable[[], None], style: str = "") -> widgets.Button:
    """A button that does something when it is pressed."""
    widget = widgets.Button(
        description=label,
        button_style=style,
        layout=widgets.Layout(width="auto", align_self="flex-start", flex="0 0 auto"),
    )
    widget.on_click(in_language_of_now(lambda _button: press()))
    return widget


def on_change(field: widgets.Widget, call: Callable[[dict], None]) -> None:
    """Call this whenever the value of a field changes."""
    field.observe(in_language_of_now(call), "value")


def in_language_of_now(call: Callable) -> Callable:
    """The same call in the language that is spoken now: a kernel answers each event of the page in
    a context of its own, which speaks the first language again.
    """
    lang = formatting.language()

    def in_language(event: object) -> None:
        formatting.use(lang)
        call(event)

    return in_language
