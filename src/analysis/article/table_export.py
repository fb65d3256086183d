"""Values as those who read them see them: as text in a page, as cells of a table, as a CSV that no
spreadsheet will run.

Whatever a name holds (markup, formulas, control characters, right-to-left marks), it is shown as it
is.
"""

import csv
import io
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import resources

import jinja2
import numpy as np
import pandas as pd

from analysis.text import formatting
from analysis.text.facts import Points
from analysis.text.messages import say
from analysis.text.p_values import p_value
from analysis.text.typography import within_quotes


def _number(value: float) -> str:
    # 38 days are not measured to a hundredth; a score of ten keeps its decimals
    if abs(value) >= 1000 or (abs(value) >= 10 and value == round(value)):
        return formatting.number(value, 0)
    if abs(value) >= 100:
        return formatting.number(value, 1)
    return formatting.number(value, 2)


def _plain_number(value: float) -> str:
    """With no more decimals than the number has, and two at most: thresholds, medians of counts."""
    digits = 2
    if round(value, 1) == value:
        digits = 1
    if round(value) == value:
        digits = 0
    return formatting.number(value, digits)


FORMATS = {
    "percent": lambda value: formatting.percent(value, 1),
    "whole percent": formatting.percent,
    "number": _number,
    "plain number": _plain_number,
    "p value": p_value,
    "points": lambda value: formatting.number(100 * value, 1),
    "signed points": lambda value: Points(value).written(),
    "signed tenths of points": lambda value: Points(value, in_tenths=True).written(),
    "months": lambda value: formatting.number(value, 1),
    "integer": lambda value: formatting.number(value),
    "euros": formatting.money,
    "date": formatting.date,
    "month": lambda day: formatting.date(day, "month"),
    "text": str,
}
_OF_DIFFERENCES = {"percent": "signed tenths of points", "whole percent": "signed points"}
NOT_NUMBERS = frozenset(("text", "date", "month"))
SHARES = frozenset(("share", "low", "high", "least", "most", "lower", "higher", "spread"))
SHARES |= {"survival", "incidence", "predicted", "largest", "first"}
SHARES |= {"crude", "crude_low", "crude_high"}
_FORMAT_BY_NAME = dict.fromkeys(SHARES, "percent")
_FORMAT_BY_NAME |= dict.fromkeys(("months", "mean", "mean_low", "mean_high"), "months")
_UNSAFE = ("=", "+", "-", "@", "\t", "\r")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def usual_formats(data: pd.DataFrame) -> dict[str, str]:
    """The format of each column, where nothing else is said: by its type, and of decimals by
    whether its name is one of `SHARES` or `MONTHS`.

    >>> usual_formats(pd.DataFrame({"label": ["a"], "yes": [1], "share": [0.5], "score": [7.25]}))
    {'label': 'text', 'yes': 'integer', 'share': 'percent', 'score': 'number'}
    """
    kinds = pd.api.types
    formats = {}
    for name, values in data.items():
        if kinds.is_datetime64_any_dtype(values):
            formats[name] = "date"
        elif kinds.is_integer_dtype(values):
            formats[name] = "integer"
        elif kinds.is_float_dtype(values):
            formats[name] = _FORMAT_BY_NAME.get(name, "number")
        else:
            formats[name] = "text"
    return formats


def printable(text: object) -> str:
    """Any text as characters that a page or a CSV can hold; control characters show as a
    replacement mark, lines break one way.

    >>> printable("a\\x00b\\rc")
    'a\\ufffdb\\nc'
    """
    return _UNPRINTABLE.sub("\ufffd", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def escaped(text: object) -> str:
    """Any text as HTML that shows it, whatever it holds, in the typography of the language, and
    that cannot turn its neighbours around.

    >>> formatting.use("en"); escaped("<b>Les Amis</b> & Cie")
    '&lt;b&gt;Les Amis&lt;/b&gt; &amp; Cie'
    """
    text = formatting.typeset(printable(text))
    turned = any(
        character in text for character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200f\u061c"
    ) or any("\u0590" <= character <= "\u08ff" for character in text)
    html_text = re.sub(r"\b1er\b", "1<sup>er</sup>", escape(text))
    if turned:
        return f"<bdi>{html_text}</bdi>"
    return html_text


def clip(share: float) -> float:
    """A share within its scale: from 0 to 1.

    >>> clip(1.2)
    1
    """
    return min(max(share, 0), 1)


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters |= {"e": escape, "escaped": escaped, "printable": printable}
    environment.filters |= {"tenths": "{:.1f}".format, "within_quotes": within_quotes}
    environment.tests["missing"] = formatting.is_missing
    environment.globals |= {"say": say, "clip": clip}
    return environment


@cache
def _template(name: str) -> jinja2.Template:
    file = resources.files("analysis") / "template/parts" / f"{name}.html.j2"
    return _environment().from_string(re.sub(r"\n\s*", "", file.read_text("utf-8")))


def filled(name: str, **content: object) -> str:
    """HTML of a template of `template/parts`, whose lines are joined without a space.

    In it a text is escaped by `e`, a text of the data by `escaped`; what neither marks is HTML.
    """
    return _template(name).render(content)


def to_csv(data: pd.DataFrame) -> bytes:
    """A frame as CSV: dates in ISO form, 12 significant digits, missing empty, no text that a
    spreadsheet would run.

    >>> to_csv(pd.DataFrame({"name": ["=1+1", "Les Amis"], "share": [0.5, None]}))
    b"name,share\\n'=1+1,0.5\\nLes Amis,\\n"
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([_safe(name) for name in data.columns])
    columns = [
        ["" if _missing(value) else _cell(value) for value in data[name].tolist()]
        for name in data.columns
    ]
    writer.writerows(zip(*columns, strict=True))
    return written.getvalue().encode("utf-8")


def _missing(value: object) -> bool:
    # somebody may be called "nan"
    return not isinstance(value, str) and formatting.is_missing(value)


def _cell(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, str):
        return _safe(value)
    return str(value)


def _safe(text: object) -> str:
    text = printable(text)
    if text.startswith(_UNSAFE):
        return "'" + text
    return text


def cell_text(value: object, format: str) -> str:
    """One value as its reader sees it: by its format; "s" and other words as they are; missing as
    "nd".
    """
    if _missing(value):
        return formatting.number(None)
    if isinstance(value, str):
        return value
    return FORMATS[format](value)


def column_texts(
    values: pd.Series, format: str, is_difference: Sequence[bool] | None = None
) -> list[str]:
    """The values of a column as their reader sees them; percentages without the tenths that none of
    them has: what disclosure rounded is not told as if it were exact. Where `is_difference`, the
    value is one share less another, and is told in points.

    >>> formatting.use("en"); column_texts(pd.Series([0.11, 0.98]), "percent")
    ['11%', '98%']
    >>> column_texts(pd.Series([0.107, 0.98]), "percent")
    ['10.7%', '98.0%']
    >>> column_texts(pd.Series([0.241, -0.019]), "percent", [False, True])
    ['24.1%', '−1.9 points']
    """
    numbers = pd.to_numeric(values, errors="coerce").dropna()
    if format == "percent" and np.allclose(numbers, numbers.round(2), rtol=0, atol=1e-9):
        format = "whole percent"
    formats = [format] * len(values)
    if is_difference is not None and format in _OF_DIFFERENCES:
        in_points = _OF_DIFFERENCES[format]
        formats = [in_points if differs else format for differs in is_difference]
    return [cell_text(value, own) for value, own in zip(values.tolist(), formats, strict=True)]
