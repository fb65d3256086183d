"""The pictures of the decision brief: columns by month or by year, a bar of yes, no and unknown, a
slope from last year to this one.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from analysis.article.table_export import filled
from analysis.text import formatting
from analysis.text.messages import say

if TYPE_CHECKING:
    from analysis.article.brief import Finding

BAR_WIDTH = 330  # units of the pictures of the brief, drawn at about 1:1
PLAIN_BAR_WIDTH = 250  # on paper, where a cell is narrower and no text may be smaller than 7 pt
MOST_AMOUNTS_ON_A_PHONE = 6  # beside each other, in words of 16 pixels


def picture(finding: Finding, plain: bool = False) -> str:
    """What a finding looks like: columns by month or by year, or a bar of yes, no and unknown;
    nothing for a share alone.
    """
    if finding.columns is not None:
        return _months(finding, plain)
    if finding.parts:
        return _parts(finding, plain)
    return ""


def slope(finding: Finding) -> str:
    """The value a year ago and now, joined: those of the title and of the key numbers."""
    if finding.now is None or finding.before is None:
        return ""
    now, before = formatting.percent(finding.now), formatting.percent(finding.before)
    down = 30 * min(max(finding.now - finding.before, -0.4), 0.4)
    label = ", ".join(
        say("figures.drawn.value", when=str(year), value=share)
        for year, share in zip(finding.years, (before, now), strict=True)
    )
    shares = {"before": before, "now": now, "down": down, "label": label}
    return filled("slope", years=finding.years, **shares)


def _colours(finding: Finding, plain: bool) -> dict[str, str]:
    from analysis.charts import colour

    if plain:
        names = {"full": finding.family, "grey": "axis", "no": "no", "ink": "ink", "mute": "mute"}
        return {name: colour(role) for name, role in names.items()} | {"on": colour("on")}
    return {
        "full": "var(--t)",
        "grey": "var(--axis)",
        "no": "var(--no)",
        "ink": "var(--ink)",
        "mute": "var(--mute)",
        "on": "var(--paper)",
    }


def _bar_width(plain: bool) -> int:
    if plain:
        return PLAIN_BAR_WIDTH
    return BAR_WIDTH


def _months(finding: Finding, plain: bool) -> str:
    tone, rows = _colours(finding, plain), finding.columns
    is_amount = finding.kind == "amount"
    if is_amount:
        write = partial(formatting.money, is_named=True)
    else:
        write = formatting.number
    years = [name for name in ("before", "now") if name in rows]
    fills = {"before": tone["grey"], "now": tone["full"]}
    tallest = max(1, rows[years].max(axis=None))
    width = 1.6 * _bar_width(plain)
    # on a phone, where words are larger, amounts of many years stand above each second column
    is_crowded = is_amount and len(rows) > MOST_AMOUNTS_ON_A_PHONE
    described = ", ".join(
        say(
            "figures.drawn.value",
            when=row.label,
            value=" / ".join(write(getattr(row, year)) for year in years),
        )
        for row in rows.itertuples()
    )
    key = " / ".join(str(year) for year in finding.years[-len(years) :])
    scale = {"tallest": tallest, "width": width, "step": width / len(rows)}
    look = {"tone": tone, "fills": fills, "is_crowded": is_crowded, "write": write}
    return filled(
        "months",
        rows=rows.to_dict("records"),
        years=years,
        label=described if is_amount else f"{key} — {described}",
        **scale,
        **look,
    )


def _parts(finding: Finding, plain: bool) -> str:
    tone = _colours(finding, plain)
    total = max(1, sum(finding.parts.values()))
    whole_width = _bar_width(plain)
    start, parts = 0.0, []
    for name, count in finding.parts.items():
        width, written = whole_width * count / total, formatting.number(count)
        label = say(f"figures.drawn.{name}")
        part = {"name": name, "start": start, "width": width, "count": count}
        parts.append(part | {"label": label, "written": written})
        start += width
    look = {
        "tone": tone,
        "fills": {"yes": tone["full"], "no": tone["no"], "unknown": "none"},
        "texts": {"yes": tone["on"], "no": tone["ink"], "unknown": tone["ink"]},
    }
    label = ", ".join(f"{part['label']} {part['written']}" for part in parts)
    return filled("parts", parts=parts, width=whole_width, label=label, **look)
