"""The tables of a study as known on its day, before its filters."""

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from analysis import relations
from analysis.declare import conventions, parameters
from analysis.declare import schema as declared
from analysis.declare.faults import Fault, Refused
from analysis.study import filters
from analysis.study.cleaned_folder import CleanedFolder
from analysis.study.own import Own


class KnownTables:
    """The tables of a cleaned study as known on its day.

    Every frame that is handed out is a copy: what is set in it does not change the study.
    """

    def __init__(self, folder: CleanedFolder, asked: parameters.Parameters, own: Own):
        self.folder, self.parameters, self.own = folder, asked, own
        self.about = folder.about
        self._frames: dict[str, pd.DataFrame] = dict(own.frames)
        filters.refuse_unknown(asked, folder)
        refuse_late_thresholds(asked.thresholds, folder.about.get("conventions") or {})

    # ---- what it is
    @cached_property
    def day(self) -> pd.Timestamp:
        """The observation date: what happens later is not known."""
        return pd.Timestamp(self.parameters.day or self.about["day"])

    @property
    def filters(self) -> dict[str, str]:
        """What the study is kept to, by parameter: nothing where all relations are looked at."""
        chosen_filters = filters.chosen(self.parameters)
        if self.own.chosen is not None:
            chosen_filters[filters.BY_HAND] = str(len(self.own.chosen))
        return chosen_filters

    @cached_property
    def conventions(self) -> Mapping[str, float]:
        """The numbers that the method sets, by name: the defaults, and those that the study gives
        in their place.

        >>> from analysis import explore
        >>> explore.open("demo").conventions["secret_below"]
        5
        """
        own_conventions = self.about.get("conventions") or {}
        return conventions.conventions(own_conventions | self.parameters.thresholds)

    # ---- as the folder holds them
    def raw(self, name: str) -> pd.DataFrame:
        """A clean table, or one of the notes of the cleaning: before the day and the filters.

        >>> from analysis import explore
        >>> explore.open("demo").raw("windows").columns.tolist()
        ['entity', 'first', 'last']
        """
        return self.folder.raw(name)

    def has(self, name: str) -> bool:
        """Whether the study's sources gave any row of this table.

        >>> from analysis import explore
        >>> explore.open("demo").has("answers")
        True
        """
        return self.folder.has(name)

    @property
    def windows(self) -> pd.DataFrame:
        """From when to when the source sees each entity of the group: columns entity, first, last."""
        return self.folder.raw("windows")

    @property
    def ledger(self) -> pd.DataFrame:
        """What became of every raw row: columns source, rule, action, rows."""
        return self._frames.get("ledger", self.folder.ledger).copy(deep=False)

    @property
    def quarantine(self) -> pd.DataFrame:
        """What could not be used, and remarks on sources: source, line, column, rule, value,
        message.
        """
        return self._frames.get("quarantine", self.folder.quarantine).copy(deep=False)

    @property
    def candidates(self) -> pd.DataFrame:
        """Pairs of partners that may be one, for the team to decide."""
        return self.folder.candidates.copy(deep=False)

    # ---- as known on the day
    def known(self, name: str, *columns: str) -> pd.DataFrame:
        """A table as known on the day, before the filters.

        Later rows are not there yet, later ends are not known. With `columns`, these alone are
        read, classes and sets as categories: of a large table a tenth.

        >>> from analysis import explore
        >>> events = explore.open("demo", day="2017-12-31").known("events")
        >>> events["date"].max() <= pd.Timestamp("2017-12-31")
        True
        """
        if name in self.own.frames:
            table = self.own.frames[name]
            return table[list(columns)] if columns else table.copy(deep=False)
        if not columns:
            return relations.known(self.raw(name), name, self.day)
        table = self.folder.columns(name, _with_dates(name, columns))
        return relations.known(table, name, self.day)[list(columns)]

    def only(self, name: str, *columns: str) -> pd.DataFrame:
        """Some columns of a table as known on the day and in scope, read as `known` reads them.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> study.only("agreements", "start")["start"].equals(study.agreements["start"])
        True
        """
        if self.filters or name in self._frames:
            return getattr(self, name)[list(columns)]
        return self.known(name, *columns)

    def beside(self, keys: pd.Series, name: str, *columns: str) -> pd.DataFrame:
        """Columns of a table, as known on the day, beside each of its keys; else missing.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> regions = study.beside(study.relations["partner_id"], "partners", "region")
        >>> regions["region"].equals(study.relations["region"].astype("str"))
        True
        """
        key, needed = declared.key(name)[0], _with_dates(name, columns)
        if name == "agreements" and set(needed) <= set(relations.READ):
            table = self.folder.chains
        else:
            table = self.folder.columns(name, [key, *needed])
        position = relations.place(keys, table[key])
        has_row = np.flatnonzero(position >= 0)
        rows = {
            column: relations.as_text(table[column].take(position[has_row])).array
            for column in needed
        }
        known_columns = relations.known(pd.DataFrame(rows, has_row), name, self.day)[list(columns)]
        return known_columns.reindex(range(len(keys))).set_axis(keys.index)

    def seen_until(self, rows: pd.DataFrame) -> pd.Series:
        """The last day that the source of each row (by its ``entity``) sees, at most the study's.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> (study.seen_until(study.relations) <= study.day).all()
        np.True_
        """
        return self._window(rows, "last").fillna(self.day).clip(upper=self.day)

    def seen_from(self, rows: pd.DataFrame) -> pd.Series:
        """The first day that the source of each row (by its ``entity``) sees, else missing.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> (study.seen_from(study.relations) <= study.relations["entry"]).all()
        np.True_
        """
        return self._window(rows, "first")

    def _window(self, rows: pd.DataFrame, side: str) -> pd.Series:
        windows = self.windows
        if windows.empty:
            windows = pd.DataFrame(columns=["entity", side])
        position = relations.place(rows["entity"], windows["entity"])
        dates = windows[side].astype("datetime64[us]").array
        return pd.Series(dates.take(position, allow_fill=True), rows.index)


def refuse_late_thresholds(thresholds: Mapping[str, float], cleaned: Mapping[str, float]) -> None:
    """Refuse to move, in a folder that is clean, what the cleaning has read already."""
    expected = (
        "decided when the sources are cleaned: write it under [conventions] in study.toml,"
        " and clean again"
    )
    used = conventions.conventions(cleaned)
    faults = [
        Fault("thresholds", None, name, "conventions", str(number), expected)
        for name, number in thresholds.items()
        if name in conventions.AT_CLEANING and number != used[name]
    ]
    if faults:
        raise Refused(faults, 2)


def _with_dates(name: str, columns: Iterable[str]) -> list[str]:
    """Some columns of a table, and those that tell from when to when its rows are there."""
    dates = {relations.BEGINS.get(name), relations.ENDS.get(name), "year"}
    return list(dict.fromkeys([*columns, *sorted(dates & set(declared.columns(name)))]))
