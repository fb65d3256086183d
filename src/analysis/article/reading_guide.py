"""What a reader must know before the first figure, each sentence beside a drawn sample."""

from html import escape

from analysis.charts.look import FAMILIES
from analysis.text import formatting
from analysis.text.messages import say


def guide(confidence: float) -> str:
    """How to read, as list items."""
    share = formatting.percent(confidence)
    absent = formatting.number(None)
    texts = {
        "estimate": say("figures.guide.estimate", share=share),
        "unknown": say("figures.guide.unknown"),
        "families": say("figures.guide.families"),
        "base": say("figures.guide.base", mark=absent),
    }
    hatch = "".join(f'<path d="M{x} 21 {x + 16} 4" stroke="var(--axis)"/>' for x in range(0, 40, 7))
    tiles = "".join(
        f'<rect x="{18 * k}" y="4" width="17" height="17" fill="var(--{name})"/>'
        for k, name in enumerate(FAMILIES[:3])
    )
    samples = {
        "estimate": '<line x1="4" x2="50" y1="12" y2="12" stroke="var(--durability)" '
        'stroke-width="5" stroke-linecap="round" opacity=".45"/>'
        '<circle cx="28" cy="12" r="4.5" fill="var(--durability)"/>',
        "unknown": f'{hatch}<rect x=".5" y="3.5" width="53" height="18" fill="none" '
        'stroke="var(--axis)"/>',
        "families": tiles,
        "base": '<text x="0" y="18" font-size="15" font-weight="600" fill="var(--ink)">'
        "n = 34</text>",
    }
    return "".join(
        f'<li><svg viewBox="0 0 54 24" aria-hidden="true">{samples[name]}</svg>'
        f"<span>{escape(text)}</span></li>"
        for name, text in texts.items()
    )
