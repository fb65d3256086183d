"""The page of one entity, region, domain, level or partner among the others: its key numbers
against their nameless spread and its own of a year ago.
"""

import pandas as pd

from analysis.article.table_export import cell_text, clip, filled
from analysis.text import formatting
from analysis.text.facts import Count, Label, Number
from analysis.text.messages import say
from analysis.text.sentences import Words

LEFT, WIDTH = 8, 304  # of the axis, in units drawn at about 1:1


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
    remarks = []
    own, others, side = None, (), {}
    start, end = number["scale"]
    stands_out = ""
    if is_compared(row, key, pooled, together):
        own = pooled[key].loc[row.folder]
        others = pooled[key]["pooled"].drop(row.folder)
        side["count"] = words.written("among.others", others=Count(len(others)))
        side["is_right"] = others.mean() > (start + end) / 2  # its words stand where no tick does
        if own["stands_out"]:
            stands_out = words.written("among.stands_out")
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

    def place(value: float) -> float:
        return LEFT + WIDTH * clip((value - start) / (end - start))

    axis = {"place": place, "left": LEFT, "right": LEFT + WIDTH, **side}
    compared = {"own": own, "others": pd.Series(others, dtype=float).dropna().tolist()}
    facts = {"base": base, "stands_out": stands_out, "remarks": remarks}
    return filled("among", number=number, everyone=everyone, **axis, **compared, **facts)
