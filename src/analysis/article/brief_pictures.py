"""The pictures of the decision brief: columns by month or by year, a bar of yes, no and unknown, a
slope from last year to this one.
"""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING

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
    return _parts(finding, plain) if finding.parts else ""


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
    return (
        f'<svg class="slope" viewBox="0 0 190 40" role="img" aria-label="{escape(label)}">'
        f'<line x1="62" x2="122" y1="{17 + down:.1f}" y2="{17 - down:.1f}" stroke="var(--axis)" stroke-width="1.6"/>'
        f'<circle cx="62" cy="{17 + down:.1f}" r="4.5" fill="var(--axis)"/>'
        f'<circle cx="122" cy="{17 - down:.1f}" r="5.2" fill="var(--t)"/>'
        f'<text x="52" y="21" text-anchor="end" fill="var(--mute)" font-size="14">{escape(before)}</text>'
        f'<text x="132" y="21" fill="var(--tt)" font-weight="700" font-size="14">{escape(now)}</text>'
        f'<text x="52" y="37" text-anchor="end" fill="var(--mute)" font-size="11.5">{finding.years[0]}</text>'
        f'<text x="132" y="37" fill="var(--mute)" font-size="11.5">{finding.years[1]}</text></svg>'
    )


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
    return PLAIN_BAR_WIDTH if plain else BAR_WIDTH


def _months(finding: Finding, plain: bool) -> str:
    tone, rows = _colours(finding, plain), finding.columns
    is_amount = finding.kind == "amount"
    write = partial(formatting.money, is_named=True) if is_amount else formatting.number
    years = [name for name in ("before", "now") if name in rows]
    fills = {"before": tone["grey"], "now": tone["full"]}
    wide = 0.68 / len(years)  # of a month's step
    tallest = max(1, rows[years].max(axis=None))
    whole_width = 1.6 * _bar_width(plain)
    step = whole_width / len(rows)
    # on a phone, where words are larger, amounts of many years stand above each second column
    is_crowded = is_amount and len(rows) > MOST_AMOUNTS_ON_A_PHONE
    drawn = []
    for position, row in enumerate(rows.itertuples()):
        start_x = position * step
        is_second = is_crowded and (len(rows) - position) % 2 == 0
        seconds = ' class="second"' if is_second else ""
        for place, year in enumerate(years):
            count, fill = getattr(row, year), fills[year]
            height = 78 * max(count, 0) / tallest
            x = start_x + (0.12 + place * (wide + 0.02)) * step
            drawn.append(
                f'<rect x="{x:.1f}" y="{96 - height:.1f}" width="{wide * step:.1f}" height="{height:.1f}" fill="{fill}"/>'
                f'<text{seconds} x="{x + wide / 2 * step:.1f}" y="{91 - height:.1f}" font-size="11.5" text-anchor="middle"'
                f' fill="{tone["ink"]}">{escape(write(count))}</text>'
            )
        drawn.append(
            f'<text x="{start_x + 0.47 * step:.1f}" y="112" font-size="12" text-anchor="middle"'
            f' fill="{tone["mute"]}">{escape(row.label)}</text>'
        )
    described = ", ".join(
        say(
            "figures.drawn.value",
            when=row.label,
            value=" / ".join(write(getattr(row, year)) for year in years),
        )
        for row in rows.itertuples()
    )
    key = " / ".join(str(year) for year in finding.years[-len(years) :])
    label = escape(described if is_amount else f"{key} — {described}")
    return (
        f'<svg class="months" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole_width:.0f} 118" role="img"'
        f' aria-label="{label}"><line x1="0" x2="{whole_width:.0f}" y1="96" y2="96" stroke="{tone["grey"]}"/>'
        f"{''.join(drawn)}</svg>"
    )


def _parts(finding: Finding, plain: bool) -> str:
    tone = _colours(finding, plain)
    total = max(1, sum(finding.parts.values()))
    whole_width = _bar_width(plain)
    names = {part: say(f"figures.drawn.{part}") for part in finding.parts}
    fills = {"yes": tone["full"], "no": tone["no"], "unknown": "none"}
    texts = {"yes": tone["on"], "no": tone["ink"], "unknown": tone["ink"]}
    start_x, drawn, described = 0.0, [], []
    for part, count in finding.parts.items():
        width = whole_width * count / total
        described.append(f"{names[part]} {formatting.number(count)}")
        if count:
            dashes = ' stroke-dasharray="3 2"' if part == "unknown" else ""
            drawn.append(
                f'<rect x="{start_x:.1f}" y="18" width="{max(width - 1, 0.5):.1f}" height="22" fill="{fills[part]}"'
                f' stroke="{tone["grey"]}" stroke-width="{0.8 if part == "unknown" else 0}"{dashes}/>'
            )
        if width > 26:
            drawn.append(
                f'<text x="{start_x + width / 2:.1f}" y="33.5" font-size="12.5" font-weight="600" text-anchor="middle"'
                f' fill="{texts[part]}">{formatting.number(count)}</text>'
            )
            end = part == "unknown"
            position = start_x + width if end else start_x
            anchor = ' text-anchor="end"' if end else ""
            drawn.append(
                f'<text x="{position:.1f}" y="12" font-size="12"{anchor} fill="{tone["mute"]}">{escape(names[part])}</text>'
            )
        start_x += width
    return (
        f'<svg class="parts" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole_width} 44" role="img"'
        f' aria-label="{escape(", ".join(described))}">{"".join(drawn)}</svg>'
    )
