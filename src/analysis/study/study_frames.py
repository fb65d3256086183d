"""The frames of a study: the relations in scope, what they are read from, every table that the
sources gave. Each is computed once and handed out as a copy.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Self

import pandas as pd

from analysis.declare import conventions, parameters
from analysis.declare import schema as declared
from analysis.declare.faults import NoSuchName, refusal, unknown
from analysis.indicators import lines
from analysis.study import filters, line_sources, planned_amounts, relations_on_day, tables
from analysis.study.cleaned_folder import CleanedFolder, distinct
from analysis.study.own import Own
from analysis.text import formatting
from analysis.text.messages import say


class StudyFrames:
    """What a `Study` hands out as frames; see there."""

    # Asked of a study, each in the module of its subject.
    known, only, beside = tables.known_rows, tables.only, tables.beside
    seen_from, seen_until = tables.seen_from, tables.seen_until
    rechained = relations_on_day.rechained

    def __init__(
        self,
        folder: Path | CleanedFolder,
        asked: parameters.Parameters,
        shown: list | None = None,
        own: Own = Own(),
        shows_rows: bool = True,
    ):
        if isinstance(folder, Path):
            folder = CleanedFolder(folder, asked.identity)
        self.parameters, self.own, self.about = asked, own, folder.about
        self.shown = [] if shown is None else shown
        """What was looked at through this study and those made from it: parameters, call."""
        self._folder, self._shows_rows = folder, shows_rows
        self._frames: dict[str, pd.DataFrame] = dict(own.frames)
        filters.refuse_unknown(asked, folder)
        self.speak()

    @property
    def lang(self) -> str:
        """The language that the study speaks, "fr" or "en"."""
        return self.parameters.lang

    @property
    def title(self) -> str:
        """The name of the study, as its sources or their study.toml give it."""
        return self.about["title"]

    @property
    def synthetic(self) -> bool:
        """Whether the data are drawn, not observed: every page is then stamped."""
        return bool(self.about["synthetic"])

    @property
    def is_grants(self) -> bool:
        """Whether the sources are grant lists: no survey, no accounts, a funder's choice."""
        return bool(self.about["grants"])

    @property
    def names_several_funders(self) -> bool:
        """Whether its files name several entities or funders, on whatever day."""
        return self._folder.raw("agreements")["entity"].nunique() > 1

    @property
    def leaves_silent_sources_out(self) -> bool:
        """Whether relations that have not ended are left out of what runs, since their source has
        been silent for longer than the convention `silence_months`.
        """
        return relations_on_day.leaves_silent_sources_out(self.with_rows)

    @property
    def is_programme(self) -> bool:
        """Whether the sources are the alliance's own: its charter, its calendar and what was
        published of it mean nothing in another publisher's study.
        """
        return not (self.is_grants or self.about.get("words", {}).get("publisher"))

    @cached_property
    def day(self) -> pd.Timestamp:
        """The observation date: what happens later is not known; refused where nothing tells it."""
        day = self.parameters.day or self.about["day"]
        if not day:
            message = say("layout.which_day", answer="day = 2018-12-31")
            raise refusal(str(self.about["name"]), message, rule="question")
        return pd.Timestamp(day)

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

    def speak(self) -> None:
        """Let words be in the study's language and money in its currency.

        Studies that are open side by side may differ.

        >>> from analysis import explore
        >>> first, second = explore.open("demo", lang="en"), explore.open("demo", lang="fr")
        >>> first.speak(), formatting.language()
        (None, 'en')
        """
        formatting.use(self.lang)
        formatting.count_in(self.about.get("currency", "EUR"))

    @property
    def folder(self) -> CleanedFolder:
        """The cleaned folder, from which every row comes: shut in a study opened for partners."""
        if not self._shows_rows:
            expected = "a study opened for partners shows exhibits only"
            way = "draw the data of an exhibit, or open it for the team to look at rows"
            raise refusal("rows", f"{expected}; {way}")
        return self._folder

    @cached_property
    def with_rows(self) -> Self:
        """The same study, which may look at rows: what exhibits and sentences are made from."""
        if self._shows_rows:
            return self
        return type(self)(self._folder, self.parameters, self.shown, self.own)

    def raw(self, name: str) -> pd.DataFrame:
        """A clean table, or one of the notes of the cleaning: before the day and the filters.

        >>> from analysis import explore
        >>> explore.open("demo").raw("windows").columns.tolist()
        ['entity', 'first', 'last', 'last_start']
        """
        return self.folder.raw(name)

    def has(self, name: str) -> bool:
        """Whether the study's sources gave any row of this table.

        >>> from analysis import explore
        >>> explore.open("demo").has("answers")
        True
        """
        return self._folder.has(name)

    def values(self, by: str) -> list[str]:
        """The values of a filter, or of a column of relations, that this study holds.

        Partners are named only where they consent to a portrait.

        >>> from analysis import explore
        >>> explore.open("demo").values("level")
        ['local', 'national', 'regional']
        """
        if by == "partner":
            projects = self.with_rows.known("projects")
            consents = projects["portrait_consent"].fillna(False).astype(bool)
            return sorted(set(projects.loc[consents, "partner_id"].dropna()))
        is_filter = by in filters.FILTERS
        relations = (self.with_rows if is_filter else self).relations
        column = filters.FILTERS[by].column if is_filter else by
        if column not in relations:
            raise unknown("filter", by, filters.FILTERS, 5)
        return sorted(distinct(relations[column]))

    @property
    def windows(self) -> pd.DataFrame:
        """From when to when the source sees each entity of the group: columns entity, first, last."""
        return self.raw("windows")

    @property
    def ledger(self) -> pd.DataFrame:
        """What became of every raw row: columns source, rule, action, rows."""
        return self._frame("ledger", lambda: self.folder.ledger)

    @property
    def quarantine(self) -> pd.DataFrame:
        """What could not be used, and remarks on sources: source, line, column, rule, value,
        message.
        """
        return self._frame("quarantine", lambda: self.folder.quarantine)

    @property
    def candidates(self) -> pd.DataFrame:
        """Pairs of partners that may be one, for the team to decide."""
        return self.folder.candidates.copy(deep=False)

    @property
    def all_relations(self) -> pd.DataFrame:
        """Every relation known on the day, before the filters."""
        return relations_on_day.all_known(self)

    @property
    def relations(self) -> pd.DataFrame:
        """The relations in scope, as known on the day (table `relations`).

        Columns of few values are categories, those that occur here: `astype("str")` before another
        value is put in.
        """
        return self._frame("relations", lambda: relations_on_day.in_scope(self, self.all_relations))

    @property
    def followed(self) -> pd.DataFrame:
        """The relations that durations are read from: their start is seen, every end is known.

        They are followed up to the settled day of their source (see `relations.settled`).
        """
        return self._frame("followed", lambda: relations_on_day.followed(self))

    @property
    def resources(self) -> pd.DataFrame:
        """What each side brings (table `contributions`); where no source records it, what agreements
        plan, as money promised to partners in the year in which each begins.
        """
        return self._frame("resources", lambda: planned_amounts.resources(self))

    @property
    def measures(self) -> pd.DataFrame:
        """What the lines of fragility and strength are read from, by relation_id.

        Everything that is known counts, whatever the filters: a network's national agreement lies
        outside every region.
        """
        measured = self._frame("measures", lambda: line_sources.measured(self))
        if self.filters and "measures" not in self.own.frames:
            return measured.loc[self.relations["relation_id"]]
        return measured

    @property
    def lines(self) -> pd.DataFrame:
        """The lines LF1-LF10 and LS1-LS10 of each relation in scope, by relation_id.

        Boolean, missing = unknown.
        """
        declared_lines = lines.declared_lines(self.conventions)
        return self._frame("lines", lambda: lines.statements(self.measures, declared_lines))

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table that the sources gave, as known and in scope, by name; relations among them."""
        return {name: getattr(self, name) for name in self._table_names()}

    def _table_names(self) -> list[str]:
        names = [name for name in declared.declared_tables() if name not in ("grants", "relations")]
        return [*(name for name in names if self.has(name)), "relations"]

    def _frame(self, name: str, compute) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = compute()
        return self._frames[name].copy(deep=False)

    def _table(self, name: str) -> pd.DataFrame:
        if not self.has(name):
            return declared.empty(name)
        return filters.belonging(name, self.known(name), self)

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_"):
            raise AttributeError(name)
        if hasattr(type(self), name):  # its own attribute, which met an AttributeError: show that
            return object.__getattribute__(self, name)
        if name not in declared.declared_tables():
            public = [name for name in dir(self) if not name.startswith("_")]
            raise NoSuchName(unknown("study", name, sorted(public)).faults, 2)
        return self._frame(name, lambda: self._table(name))

    def __dir__(self) -> Iterable[str]:
        return {*super().__dir__(), *declared.declared_tables()}
