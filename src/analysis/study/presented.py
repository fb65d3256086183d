"""An analyst's own figure, with all that a figure of the study has beside it: words, base, data,
disclosure.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pandas as pd
from matplotlib.ticker import ScalarFormatter

from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.article.table_export import usual_formats
from analysis.charts import axis_words, new_figure
from analysis.charts.decimal_comma import WithDecimalComma
from analysis.declare import schema as declared
from analysis.declare.faults import refusal, unknown
from analysis.study import published
from analysis.text import formatting
from analysis.text.messages import say
from analysis.text.typography import typeset

OWN_ID = re.compile(r"X\d+(-\w+)*")
AXES = ("x", "y", "hue", "style", "size", "weights")  # keywords that name a column
MAP = "Blues"  # of what is drawn as a map of colours; seaborn does not ask the style sheet
HEIGHT, NARROW_HEIGHT = 3.6, 3.4  # inches
MARGIN = 0.02  # of the axis on either side, so that no point is cut at the frame's edge


def present(
    study,
    data: pd.DataFrame | pd.Series | Exhibit,
    draw: Callable | None = None,
    *,
    id: str = "X1",
    title: str | dict[str, str] = "",
    reading: str | dict[str, str] = "",
    subtitle: str | dict[str, str] = "",
    scope: str | dict[str, str] = "",
    note: str | dict[str, str] = "",
    alt: str | dict[str, str] = "",
    family: str = "across",
    base: str = "",
    n: int | None = None,
    unit: str | dict[str, str] = "",
    labels: dict[str, str | dict[str, str]] | None = None,
) -> Exhibit:
    """An own figure as an exhibit: any frame, any function of matplotlib or seaborn with `ax`.

    `id` is X1, X2...; a missing `title` or `reading` is said; words may be given by language.
    Those left out (subtitle, scope, note, alt) have defaults, labels come from the dictionary;
    `unit` says of what `n` is the number.
    Outside the team, rows must stand for counts: `base` names the column that counts, small
    ones are suppressed. An exhibit of the study in place of the frame is amended: `draw` draws
    on it.

    >>> from functools import partial
    >>> import seaborn
    >>> from analysis import explore
    >>> study = explore.open("demo", lang="en")
    >>> draw = partial(seaborn.ecdfplot, x="duration_months", hue="level")
    >>> study.present(study.relations, draw, title="Local ones are shorter").data.columns.tolist()
    ['duration_months', 'level']
    """
    study.speak()
    if not OWN_ID.fullmatch(id):
        raise refusal("present", "expected an id of your own, such as X1", id)
    words = {
        "title": title,
        "reading": reading,
        "subtitle": subtitle,
        "scope": scope,
        "note": note or say("own_figure.note"),
        "alt": alt,
    }
    words = {name: _spoken(text, study.lang) for name, text in words.items()}
    words = {name: text for name, text in words.items() if text}
    frame = data.data if isinstance(data, Exhibit) else _frame(data, draw)
    drawing = _with_study_map(draw, data)
    labels = {name: _spoken(label, study.lang) for name, label in (labels or {}).items()}
    if frame.empty or any(frame[name].isna().all() for name in _drawn_columns(frame, drawing)):
        reason = say("own_figure.nothing")
        return Unsupported(reason, id, study.parameters.audience)
    if isinstance(data, Exhibit):
        words |= {} if n is None else {"n": int(n)}
        built = _amended(data, drawing, labels, id=id, family=family, **words)
    else:
        _refuse_rows(study, frame, base)
        names = _labels(frame, study.lang) | labels
        count = _count(frame, base) if n is None else int(n)
        if base:
            usual_unit = say("own_figure.relations")
        else:
            usual_unit = say("own_figure.rows")
        base_unit = _spoken(unit, study.lang) or usual_unit
        built = _own(
            study, frame, drawing, names, words, id=id, family=family, n=count, n_unit=base_unit
        )
    return published.for_audience(study, built)


def _amended(exhibit: Exhibit, draw: Callable | None, labels: dict[str, str], **given) -> Exhibit:
    names = exhibit.labels | labels
    drawing = _drawing(draw, names, exhibit) if draw else exhibit.draw
    visible = {name: names[name] for name in exhibit.data}
    return replace(exhibit, draw=drawing, labels=visible, states={}, **given)


def _own(
    study,
    frame: pd.DataFrame,
    draw: Callable | None,
    names: dict[str, str],
    words: dict[str, str],
    **given,
) -> Exhibit:
    default = {
        "title": say("own_figure.title"),
        "reading": say("own_figure.reading"),
        "subtitle": ", ".join(names[name] for name in frame),
        "scope": f"{study.scope_line[:1].upper()}{study.scope_line[1:]}.",
    }
    words = default | words
    words.setdefault("alt", f"{words['title'].rstrip('.')} ({words['subtitle']}).")
    return Exhibit(
        data=frame,
        draw=_drawing(draw, names) if draw else None,
        day=study.day,
        source=study.source_line,
        synthetic=study.synthetic,
        labels={name: names[name] for name in frame},
        formats=usual_formats(frame),
        sentences={},
        **words,
        **given,
    )


def _spoken(words: str | dict[str, str], lang: str) -> str:
    """Words, or those of the study's language: {"fr": ..., "en": ...}."""
    spoken = words if isinstance(words, str) else words.get(lang, "")
    return typeset(spoken, lang)


def _frame(data: pd.DataFrame | pd.Series, draw: Callable | None) -> pd.DataFrame:
    if isinstance(data, pd.Series):
        data = data.rename(data.name or "value").to_frame()
    if not isinstance(data, pd.DataFrame):
        raise refusal("present", "expected a frame, a series or an exhibit", type(data).__name__)
    if not isinstance(data.index, pd.RangeIndex) and data.index.names != [None]:
        data = data.reset_index()
    data = data.set_axis([str(name) for name in data.columns], axis=1)
    data = data[_drawn_columns(data, draw) or list(data)]
    texts = data.select_dtypes(["category", "str", "object", "bool", "boolean"]).columns
    return data.assign(**{name: _texts(data[name]) for name in texts}).reset_index(drop=True)


def _drawn_columns(data: pd.DataFrame, draw: Callable | None) -> list[str]:
    if not isinstance(draw, partial):
        return []
    for axis in AXES:
        name = draw.keywords.get(axis)
        if isinstance(name, str) and name not in data:
            raise unknown("present", name, list(data), 5)
    named = [value for value in draw.keywords.values() if isinstance(value, str)]
    return [name for name in data if name in named]


def _with_study_map(draw: Callable | None, data) -> Callable | None:
    if not isinstance(draw, partial) or draw.func.__name__ != "heatmap":
        return draw
    numbers_shown = draw.keywords.get("annot", False)  # a frame of them, maybe
    keywords = {"cmap": MAP, "cbar": numbers_shown is False} | draw.keywords
    rows = [name for name in data.index.names if name is not None]
    across = pd.DataFrame(data).columns.name

    def heatmap(frame: pd.DataFrame, ax) -> None:
        frame = frame.set_index(rows) if rows else frame
        draw.func(frame, *draw.args, ax=ax, **keywords)
        ax.tick_params(axis="y", labelrotation=0)
        ax.set_xlabel(across or ax.get_xlabel())

    return heatmap


def _texts(values: pd.Series) -> pd.Series:
    kinds = {type(value) for value in values.dropna()}
    if kinds and kinds <= {int, float}:
        return pd.to_numeric(values)
    return values.astype("str").map(formatting.text, na_action="ignore")


def _refuse_rows(study, frame: pd.DataFrame, base: str) -> None:
    if study.parameters.audience == "team":
        return
    expected = "rows about single partners stay within the study team"
    if base not in frame:
        raise refusal("present", f"{expected}; group them, and say with base= which column counts")
    identifiers = [name for name in frame if name in _identifiers()]
    if identifiers:
        raise refusal("present", f"{expected}; leave out what names them", ", ".join(identifiers))
    if not pd.api.types.is_integer_dtype(frame[base]):
        raise refusal("present", "expected whole numbers in the column that counts", base)


def _identifiers() -> set[str]:
    names = {"name", "siren", "siret", "rna", "acronym", "respondent", "voter", "text"}
    for table in declared.declared_tables():
        columns = declared.columns(table).values()
        names |= {column.name for column in columns if column.kind == "id"}
    return names


def _labels(frame: pd.DataFrame, lang: str) -> dict[str, str]:
    label_by_name = {}
    for table in reversed(list(declared.declared_tables())):
        for column in declared.columns(table).values():
            label_by_name[column.name] = column.label(lang)
    return {
        name: label_by_name.get(name)
        or name.replace("_", " ")[:1].upper() + name.replace("_", " ")[1:]
        for name in frame
    }


def _count(frame: pd.DataFrame, base: str) -> int:
    if base and base not in frame:
        raise refusal("present", "no such column to count by", base)
    if base:
        return int(frame[base].sum())
    return len(frame)


def _drawing(draw: Callable, names: dict[str, str], amended: Exhibit | None = None) -> Callable:
    def drawn(data: pd.DataFrame, narrow: bool):
        if amended:
            figure, points = amended.draw(data, narrow)
            axes = figure.axes[0]
        else:
            figure, (axes,) = new_figure(narrow, height=HEIGHT, narrow_height=NARROW_HEIGHT)
            axes.margins(x=MARGIN)
            points = []
        try:
            draw(data, ax=axes)
        except TypeError as error:
            if "'ax'" not in str(error):
                raise
            expected = "expected a function of the data that takes ax, such as draw(data, ax)"
            raise refusal("present", expected, getattr(draw, "__name__", "")) from None
        _name_axes(axes, names)
        return figure, points

    return drawn


def _name_axes(axes, names: dict[str, str]) -> None:
    measures = {
        "Count": say("own_figure.count"),
        "Proportion": say("own_figure.proportion"),
        "Density": say("own_figure.density"),
    }
    names = measures | names
    for axis in (axes.xaxis, axes.yaxis) if formatting.language() == "fr" else ():
        if isinstance(axis.get_major_formatter(), ScalarFormatter):
            axis.set_major_formatter(WithDecimalComma(axis.get_major_formatter()))
    axes.set_xlabel(names.get(axes.get_xlabel(), axes.get_xlabel()))
    axes.set_ylabel(names.get(axes.get_ylabel(), axes.get_ylabel()))
    axes.yaxis.label.set_visible(False)  # what it says stands above, read across as all text
    axis_words(axes, y=axes.get_ylabel())
    legend = axes.get_legend()
    if legend is not None:
        title = legend.get_title()
        title.set_text(names.get(title.get_text(), title.get_text()))
