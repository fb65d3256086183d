"""The page of one entity, region, domain, level or partner among the others: its key numbers
against their nameless spread and its own of a year ago.
"""

from html import escape

import pandas as pd

from analysis.article.key_number_cards import clip
from analysis.article.table_export import cell_text, escaped
from analysis.text import formatting
from analysis.text.facts import Count, Label, Number
from analysis.text.messages import say
from analysis.text.sentences import Words

LEFT, WIDTH = 8, 304  # of the axis, in units drawn at about 1:1
OTHERS, OWN, EARLIER = 12, 38, 60  # heights of the three lanes


def among_parts(
    words: Words, row, rows: list, pooled: dict[str, pd.DataFrame], together: dict[str, dict]
) -> list[tuple[str, str]]:
    """The page as texts in Markdown, each with the HTML under it; `together` holds the key numbers
    of all.
    """
    compared = [key for key in row.numbers if is_compared(row, key, pooled, together)]
    out = [key for key in compared if pooled[key].loc[row.folder, "stands_out"]]
    small = sum(all(other.folder not in table.index for table in pooled.values()) for other in rows)
    facts = {
        "name": Label(row.name),
        "compared": Number(len(compared)),
        "out": Number(len(out)),
        "small": Number(small),
        "discs": Number(sum(number["value"] is not None for number in together.values())),
    }
    articles = "".join(
        _article(words, row, key, pooled, together) for key in row.numbers if key in together
    )
    reading = [
        words.written(f"among.{name}", **facts) for name in ("recentred", "no_rank", "nameless")
    ]
    key = words.written("among.key", **facts)
    return [
        (f"# {words.written('among.title', **facts)}", ""),
        (f"## {words.written('among.heading')}\n\n{key}", articles),
        ("\n\n".join([f"## {words.written('among.how')}", *reading]), ""),
    ]


def is_compared(row, key: str, pooled: dict[str, pd.DataFrame], together: dict[str, dict]) -> bool:
    """Whether a key number is set beside those of others: known of enough, and of most relations."""
    is_drawn = key in pooled and row.folder in pooled[key].index
    return is_drawn and not _is_unknown(together.get(key))


def _is_unknown(number: dict | None) -> bool:
    marks = [] if number is None else number["marks"]
    return any(mark["name"] == "coverage" and not mark["holds"] for mark in marks)


def value_in_words(number: dict, value: float) -> str:
    """A value written as the key number is.

    >>> formatting.use("en"); value_in_words({"format": "months"}, 30.2)
    '30 months'
    """
    if number["format"] == "percent":
        return formatting.percent(value)
    return say("figures.months", months=round(value))


def _article(words: Words, row, key: str, pooled: dict, together: dict[str, dict]) -> str:
    number, everyone = row.numbers[key], together[key]
    drawing = _drawing(words, row, key, pooled, together)
    remarks = []
    stands_out = False
    if is_compared(row, key, pooled, together):
        own = pooled[key].loc[row.folder]
        stands_out = bool(own["stands_out"])
        value = Label(value_in_words(number, own["pooled"]))
        remarks.append(words.written("among.shrunken", value=value))
    elif _is_unknown(everyone):
        remarks.append(words.written("among.unknown"))
    remarks.append(number.get("beside", ""))
    if everyone["value"] is not None:
        remarks.append(words.written("among.all", value=Label(everyone["written"])))
    base = f"{number['interval']} · n = {cell_text(number['n'], 'integer')}"
    if number["value"] is None:
        base = words.written("among.few")
    verdict = f"<b>{escape(words.written('among.stands_out'))}</b> " if stands_out else ""
    return (
        f'<article class="among {number["family"]}"><div><p class="family">{escape(number["family_name"])}</p>'
        f"<h3>{escaped(number['label'])}</h3></div>{drawing}<div>"
        f'<p><b class="value">{escaped(number["written"])}</b> {escaped(base)}</p>'
        f"<p>{verdict}{escaped(' · '.join(remark for remark in remarks if remark))}</p></div></article>"
    )


def _drawing(words: Words, row, key: str, pooled: dict, together: dict[str, dict]) -> str:
    number, everyone = row.numbers[key], together[key]
    start, end = number["scale"]

    def across(value: float) -> float:
        return LEFT + WIDTH * clip((value - start) / (end - start))

    drawn = [
        f'<line x1="{LEFT}" x2="{LEFT + WIDTH}" y1="{OWN}" y2="{OWN}" stroke="var(--axis)"/>',
        f'<text x="{LEFT}" y="82">{escape(number["ends"][0])}</text>',
        f'<text x="{LEFT + WIDTH}" y="82" text-anchor="end">{escape(number["ends"][1])}</text>',
    ]
    if is_compared(row, key, pooled, together):
        others = pooled[key]["pooled"].drop(row.folder)
        ticks = "".join(f"M{across(value):.1f} {OTHERS - 6}v12" for value in others.dropna())
        count = words.written("among.others", others=Count(len(others)))
        drawn.append(f'<path d="{ticks}" stroke="var(--axis)" stroke-width="1.4"/>')
        is_right = others.mean() > (start + end) / 2  # its words stand where no tick does
        side = f'x="{LEFT}"' if is_right else f'x="{LEFT + WIDTH}" text-anchor="end"'
        drawn.append(f'<text {side} y="12">{escape(count)}</text>')
    if everyone["value"] is not None:
        x = across(everyone["value"])
        drawn.append(f'<path d="M{x:.1f} {OTHERS}V{EARLIER}" class="all"/>')
        drawn.append(f'<circle cx="{x:.1f}" cy="{OTHERS}" r="4.5" fill="var(--t)"/>')
    if number["value"] is not None and number["low"] is not None:
        low, high = across(number["low"]), across(number["high"])
        drawn.append(f'<path d="M{low:.1f} {OWN}H{high:.1f}" class="interval"/>')
    if number["value"] is not None:
        drawn.append(_diamond(across(number["value"]), OWN, "own"))
    if is_compared(row, key, pooled, together):
        drawn.append(_diamond(across(pooled[key].loc[row.folder, "pooled"]), OWN, "pooled"))
    if number.get("before") is not None and number["value"] is not None:
        drawn.append(_diamond(across(number["before"]), EARLIER, "before"))
    return f'<svg viewBox="0 0 320 86" aria-hidden="true">{"".join(drawn)}</svg>'


def _diamond(x: float, y: float, name: str) -> str:
    return f'<path d="M{x:.1f} {y - 6}l6 6l-6 6l-6-6z" class="{name}"/>'
