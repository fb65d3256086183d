"""The index of several reports of one study: what each says on the key numbers, side by side, with a link to each."""

from html import escape

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
    body = []
    for value, address, numbers in rows:
        held = {number["key"]: number for number in numbers}
        body.append([f'<a href="{escape(address)}">{escape(_(value))}</a>', *(_cell(held.get(key)) for key, _label in keys)])
    table = html.grid([escape(name) for name in (names[by], *(label for _key, label in keys))], body, ' class="num"')
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
