"""The index of several reports of one study: what each says on the key numbers, side by side, with a link to each."""

from html import escape

from analysis import words
from analysis.exhibit import number_of
from analysis.report import html
from analysis.shown import said, written
from analysis.words import text as _


def compared(rows: list[tuple[str, str, list[dict], dict[str, str]]], by: str, meta: html.Meta) -> str:
    """The page that compares reports: (value, address of its page, key numbers as recorded, findings by figure) of each.

    A report whose key numbers are not known is linked and says so; where none has any, what each finds stands side by side.
    """
    names = {"region": _("Region"), "domain": _("Domain"), "level": _("Level"), "partner": _("Partner")}
    keys = dict((number["key"], number["label"]) for _value, _address, numbers, _findings in rows for number in numbers)
    found = {} if keys else {id: number_of(id) for _value, _address, _numbers, findings in rows for id in findings}
    body = []
    for value, address, numbers, findings in rows:
        held = {number["key"]: number for number in numbers}
        told = [_cell(held.get(key)) for key in keys] + [said(findings.get(id, words.number(None))) for id in found]
        body.append([f'<a href="{escape(address)}">{escape(_(value))}</a>', *told])
    heads = (names[by], *keys.values(), *found.values())
    table = html.grid([escape(name) for name in heads], body, ' class="num"' if keys else "")
    absent = words.number(None)
    table += f"<p>{escape(_('{mark}: not available', mark=absent))}</p>" if f">{absent}<" in table else ""
    title = {
        "region": _("# Region by region"), "domain": _("# Domain by domain"), "level": _("# Level by level"), "partner": _("# Partner by partner"),
    }[by]  # fmt: skip
    note = _(
        "Each row is a report of its own. Small numbers swing: two values whose intervals overlap are not told apart, and the first and the "
        "last of a list are often its smallest."
    )
    return html.composed([(f"{title}\n\n{note}", table)], meta)


def _cell(number: dict | None) -> str:
    if number is None or number["value"] is None:
        return escape(words.number(None))
    told = number["interval"], f"n = {written(number['n'], 'integer')}"
    return f"<b>{escape(number['written'])}</b> " + " ".join(f"<small>{escape(one)}</small>" for one in told)
