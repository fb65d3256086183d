"""The index of several reports of one study: what each says on the key numbers, side by side, with a link to each."""

from html import escape

import nbformat

from analysis import words
from analysis.report import html
from analysis.shown import written
from analysis.words import text as _


def compared(rows: list[tuple[str, str, list[dict]]], by: str, meta: html.Meta) -> str:
    """The page that compares reports: (value, address of its page, key numbers as recorded) of each.

    A report whose key numbers are not known is linked and says so.
    """
    names = {"region": _("Region"), "domain": _("Domain"), "level": _("Level"), "partner": _("Partner")}
    keys = list(dict.fromkeys((number["key"], number["label"]) for _value, _address, numbers in rows for number in numbers))
    head = "".join(f'<th scope="col" class="num">{escape(label)}</th>' for _key, label in keys)
    body = ""
    for value, address, numbers in rows:
        held = {number["key"]: number for number in numbers}
        cells = "".join(f'<td class="num">{_cell(held.get(key))}</td>' for key, _label in keys)
        body += f'<tr><th scope="row"><a href="{escape(address)}">{escape(_(value))}</a></th>{cells}</tr>'
    table = f'<table><thead><tr><th scope="col">{escape(names[by])}</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    absent = words.number(None)
    table += f"<p>{escape(_('{mark}: not available').format(mark=absent))}</p>" if f">{absent}<" in table else ""
    notebook = nbformat.v4.new_notebook()
    title = {
        "region": _("# Region by region"), "domain": _("# Domain by domain"), "level": _("# Level by level"), "partner": _("# Partner by partner"),
    }[by]  # fmt: skip
    note = _(
        "Each row is a report of its own. Small numbers swing: two values whose intervals overlap are not told apart, and the first and the "
        "last of a list are often its smallest."
    )
    notebook.cells = [
        nbformat.v4.new_markdown_cell(f"{title}\n\n{note}"),
        nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data", {"text/html": table})]),
    ]
    return html.page(notebook, meta)


def _cell(number: dict | None) -> str:
    if number is None or number["value"] is None:
        return escape(words.number(None))
    told = number["interval"], f"n = {written(number['n'], 'integer')}"
    return f"<b>{escape(number['written'])}</b> " + " ".join(f"<small>{escape(one)}</small>" for one in told)
