"""The marks of how sure a number is: each with a small picture, its name and its words."""

from dataclasses import dataclass
from html import escape

from analysis.article.table_export import escaped


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One mark of how sure a number is: its name, what it measures in words, whether it holds.

    `values` are what is drawn: the known share from 0, half the width of the interval in points, or
    the moves under other choices in points. `counts` are those that its words tell of, which a rule
    may hide.
    """

    name: str
    label: str
    text: str
    holds: bool
    values: tuple[float, ...] = ()  # none where it could not be measured
    counts: tuple[int, ...] = ()

    def html(self) -> str:
        """The mark as a list item: a small picture, its name, its words."""
        careful = "" if self.holds else ' class="careful"'
        return (
            f"<li{careful}>{mark_picture(self.name, self.values)}"
            f"<span><b>{escape(self.label)}</b> {escaped(self.text)}</span></li>"
        )


def mark_picture(name: str, values: tuple[float, ...]) -> str:
    """A bar filled to the known share; a whisker over ten points; or rings of other choices over
    five points.
    """
    if name == "coverage":
        filled = 45 * min(max(values[-1], 0), 1)
        drawn = (
            '<rect x=".5" y="2" width="45" height="8" fill="none" stroke="var(--axis)"/>'
            f'<rect x=".5" y="2" width="{filled:.1f}" height="8" fill="var(--ink)"/>'
        )
    elif name == "precision":
        drawn = '<rect x="6.5" y="1" width="33" height="10" fill="var(--no)"/>'
        for points in values:
            reach = 16.5 * min(points / 10, 1.35)
            drawn += (
                f'<path d="M{23 - reach:.1f} 2.5v7M{23 - reach:.1f} 6H{23 + reach:.1f}M{23 + reach:.1f} 2.5v7"'
                ' stroke="var(--ink)" stroke-width="1.7" fill="none"/>'
            )
    else:
        moves = [23 + 11.5 * min(max(value / 5, -1.7), 1.7) for value in values[1:]]
        rings = "".join(
            f'<circle cx="{move:.1f}" cy="6" r="2.1" fill="none" stroke="var(--ink)"/>'
            for move in moves
        )
        drawn = (
            '<rect x="11.5" y="1" width="23" height="10" fill="var(--no)"/>'
            f'{rings}<circle cx="23" cy="6" r="2.8" fill="var(--ink)"/>'
        )
    return f'<svg viewBox="0 0 46 12" aria-hidden="true">{drawn}</svg>'
