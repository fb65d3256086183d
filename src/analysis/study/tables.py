"""The tables of a study as known on its day: before its filters, or in scope. Methods of `Study`."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis import relations
from analysis.declare import schema as declared


def known_rows(study, name: str, *columns: str) -> pd.DataFrame:
    """A table as known on the day, before the filters.

    Later rows are not there yet, later ends are not known. With `columns`, these alone are
    read, classes and sets as categories: of a large table a tenth.

    >>> from analysis import explore
    >>> events = explore.open("demo", day="2017-12-31").known("events")
    >>> events["date"].max() <= pd.Timestamp("2017-12-31")
    True
    """
    if name in study.own.frames:
        table = study.own.frames[name]
        if columns:
            return table[list(columns)]
        return table.copy(deep=False)
    if not columns:
        return relations.known(study.raw(name), name, study.day)
    table = study.folder.columns(name, _with_dates(name, columns))
    return relations.known(table, name, study.day)[list(columns)]


def only(study, name: str, *columns: str) -> pd.DataFrame:
    """Some columns of a table as known on the day and in scope, read as `known` reads them.

    >>> from analysis import explore
    >>> study = explore.open("demo")
    >>> study.only("agreements", "start")["start"].equals(study.agreements["start"])
    True
    """
    if study.filters or name in study.own.frames:
        return getattr(study, name)[list(columns)]
    return study.known(name, *columns)


def beside(study, keys: pd.Series, name: str, *columns: str) -> pd.DataFrame:
    """Columns of a table, as known on the day, beside each of its keys; else missing.

    >>> from analysis import explore
    >>> study = explore.open("demo")
    >>> regions = study.beside(study.relations["partner_id"], "partners", "region")
    >>> regions["region"].equals(study.relations["region"].astype("str"))
    True
    """
    key, needed = declared.key(name)[0], _with_dates(name, columns)
    if name == "agreements" and set(needed) <= set(relations.READ):
        table = study.folder.chains
    else:
        table = study.folder.columns(name, [key, *needed])
    position = relations.place(keys, table[key])
    has_row = np.flatnonzero(position >= 0)
    rows = {
        column: relations.as_text(table[column].take(position[has_row])).array for column in needed
    }
    known_columns = relations.known(pd.DataFrame(rows, has_row), name, study.day)[list(columns)]
    return known_columns.reindex(range(len(keys))).set_axis(keys.index)


def seen_until(study, rows: pd.DataFrame) -> pd.Series:
    """The last day that the source of each row (by its ``entity``) sees, at most the study's; of an
    agreement that was signed by then and starts later, its start.

    >>> from analysis import explore
    >>> study = explore.open("demo")
    >>> (study.seen_until(study.relations) <= study.day).all()
    np.True_
    """
    return relations.last_days_seen(rows, study.windows, study.day)


def seen_from(study, rows: pd.DataFrame) -> pd.Series:
    """The first day that the source of each row (by its ``entity``) sees, else missing.

    >>> from analysis import explore
    >>> study = explore.open("demo")
    >>> (study.seen_from(study.relations) <= study.relations["entry"]).all()
    np.True_
    """
    return relations.first_days_seen(rows, study.windows)


def _with_dates(name: str, columns: Iterable[str]) -> list[str]:
    dates = {relations.BEGINS.get(name), relations.ENDS.get(name), "year"}
    return list(dict.fromkeys([*columns, *sorted(dates & set(declared.columns(name)))]))
