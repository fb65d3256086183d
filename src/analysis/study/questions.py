"""What analysts ask of the relations of a study: rows behind a mark, sets one by one, two studies
side by side.
"""

from collections.abc import Callable
from importlib import import_module

import numpy as np
import pandas as pd

from analysis.declare.faults import did_you_mean, refusal, unknown
from analysis.study import catalogue, published
from analysis.text import formatting

COMPARED = ("start", "end", "status", "agreements", "renewals", "duration_months")


def behind(
    study,
    id: str,
    *,
    by: str | None = None,
    line: str | None = None,
    month: str | int | None = None,
    **columns,
) -> pd.DataFrame:
    """The rows that a figure counts, or those behind one of its marks: a year, a line, a region.

    `by`, `line` and `month` are options of some figures; any column of the rows that stand behind
    a figure keeps those of a value.

    >>> from analysis import explore
    >>> study = explore.open("demo")
    >>> counted = study.exhibit("F8").data.set_index("line")["yes"]
    >>> len(study.behind("F8", line="LF6")) == int(counted["LF6"])
    True
    """
    refuse_others(study, "rows of single relations")
    published.function(id)  # refuses what is no exhibit
    rows_of = counted_rows()
    if id not in rows_of:
        expected = f"no rows can be shown behind it, only behind {', '.join(rows_of)}"
        raise refusal("behind", expected, id)
    options_taken = catalogue.options(rows_of[id])
    marks = {"by": by, "line": line, "month": month}
    marks = {name: value for name, value in marks.items() if value is not None} | columns
    options = {name: marks.pop(name) for name in list(marks) if name in options_taken}
    rows = rows_of[id](study, **options)
    if rows.index.names != [None]:
        rows = rows.reset_index()
    for name, value in marks.items():
        if name not in rows:
            with_rows = [*options_taken, *rows]
            near = did_you_mean(name, with_rows, told=len(with_rows))
            raise refusal("behind", f"{id} has no such mark{near}", name)
        rows = rows[holding(rows[name], name, value)]
    return rows


def refuse_others(study, what: str) -> None:
    """Refuse to others than the study team what tells of single relations."""
    if study.parameters.audience != "team":
        expected = f"{what} are for the study team only"
        raise refusal("audience", expected, study.parameters.audience)


def counted_rows() -> dict[str, Callable]:
    """The function that gives the rows behind each figure, by its id."""
    return import_module("analysis.exhibits.rows_behind").ROWS


def holding(cells: pd.Series, name: str, value) -> pd.Series:
    """Which cells hold a value, or its label; a cell of several holds each.

    A text that none holds is refused.
    """
    texts = cells.astype("str")
    wanted = str(value).lower()
    parts_of_text: dict[str, set[str]] = {
        text: {part.lower() for item in text.split("|") for part in (item, formatting.text(item))}
        for text in texts.dropna().unique()
    }
    holding = [text for text, parts in parts_of_text.items() if wanted in parts]
    if isinstance(value, str) and not holding:
        raise unknown(name, value, {item for text in parts_of_text for item in text.split("|")}, 5)
    is_equal = (cells == value).fillna(False).astype(bool)
    return texts.isin(holding) | is_equal


def explode(study, column: str, table: str = "") -> pd.DataFrame:
    """Relations (or another table) with one row for each value of a column of sets.

    >>> from analysis import explore
    >>> bool(explore.open("demo").explode("domains")["domains"].str.contains("|", regex=False).any())
    False
    """
    named = ["relations", "agreements", "projects", "offers"]
    if table:
        named = [table]
    tables_with_column = [name for name in named if column in getattr(study, name)]
    if not tables_with_column:
        sets = [
            name
            for name in study.relations
            if study.relations[name].astype("str").str.contains("|", regex=False).any()
        ]
        raise unknown("explode", column, sets, 5)
    frame = getattr(study, tables_with_column[0])
    values = frame[column].astype("str").str.split("|")
    return frame.assign(**{column: values}).explode(column, ignore_index=True)


def compare(study, other) -> pd.DataFrame:
    """The relations that differ between this study and another, by relation_id.

    >>> from analysis import explore
    >>> study = explore.open("demo")
    >>> len(study.compare(study)), "status_before" in study.on("2016-12-31").compare(study)
    (0, True)
    """
    before, after = (compared.relations.set_index("relation_id") for compared in (study, other))
    columns = [name for name in COMPARED if name in before and name in after]
    changes = before[columns].join(after[columns], how="outer", suffixes=("_before", "_after"))
    changes = changes[[f"{name}_{side}" for name in columns for side in ("before", "after")]]
    texts = changes.astype("str").fillna("")
    moved = pd.Series(False, index=changes.index)
    for name in columns:
        if name != "duration_months":  # which grows from day to day
            moved |= texts[f"{name}_before"] != texts[f"{name}_after"]
    is_old, is_new = ~changes.index.isin(after.index), ~changes.index.isin(before.index)
    state = np.select([is_old, is_new], ["only in the first", "only in the second"], "changed")
    changes.insert(0, "what", state)
    partner = after["partner_id"].reindex(changes.index).fillna(before["partner_id"])
    changes.insert(0, "partner_id", partner)
    return changes[moved].sort_index()


def line_dictionary(study) -> pd.DataFrame:
    """What each line says, what it compares with what, and for how many relations it is known."""
    from analysis.article.exhibit_words import line_names
    from analysis.declare import conventions
    from analysis.indicators import lines

    stated = study.lines
    rows = {}
    for name, line in lines.declared_lines(study.conventions).items():
        row = {"label": line_names(study)[name], "measure": line.measure, "sign": line.sign}
        row |= {"threshold": line.threshold, "unit": conventions.unit(name)}
        rows[name] = row | {"known": int(stated[name].notna().sum()), "rows": len(stated)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("line")


def measure_dictionary(study) -> pd.DataFrame:
    """What the lines are read from: the unit of each measure, the lines that read it, how many are
    known.
    """
    by_line, measures = line_dictionary(study).reset_index(), study.measures
    rows = {}
    for name in measures:
        read = by_line[by_line["measure"] == name]
        row = {"unit": next(iter(read["unit"]), ""), "lines": ", ".join(read["line"])}
        row |= {"labels": " / ".join(read["label"]), "known": int(measures[name].notna().sum())}
        rows[name] = row | {"rows": len(measures)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")
