"""The study: a cleaned folder as known on a day, kept to a region, domain, level, form or partner.

Notebooks, reports, the panel and analysts all look through it, so that the same parameters give
the same numbers everywhere. A `Study` never changes: `where`, `on` and `with_` return another one,
and every frame that is handed out is a copy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis.article.exhibit import OPENING_MIME, Unsupported
from analysis.declare import conventions, parameters
from analysis.declare import schema as declared
from analysis.declare.faults import NoSuchName, refusal, unknown
from analysis.indicators import lines
from analysis.study import (
    catalogue,
    filters,
    line_sources,
    notebook_writer,
    opening,
    presented,
    published,
    questions,
    relation_history,
    relations_on_day,
    table_files,
    tables,
)
from analysis.study.cleaned_folder import CleanedFolder, distinct
from analysis.study.filters import FILTERS as FILTERS
from analysis.study.once import once as once
from analysis.study.once import result as result
from analysis.study.own import FRAMES, Own, chosen_ids, differ, keyed
from analysis.text import formatting


class Study:
    """A cleaned study that shows itself, gives any exhibit and tells why a number is what it is.

    >>> from analysis import explore
    >>> explore.open("demo", lang="en").where(region="Bretagne").on("2017-12-31").filters
    {'region': 'Bretagne'}
    """

    # Asked of a study, each in the module of its subject.
    known, only, beside = tables.known, tables.only, tables.beside
    seen_from, seen_until = tables.seen_from, tables.seen_until
    rechained = relations_on_day.rechained
    behind, explode, compare = questions.behind, questions.explode, questions.compare
    why = relation_history.why
    present = presented.present
    dictionary, export = table_files.dictionary, table_files.export
    save_notebook = notebook_writer.save_notebook

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
    def folder(self) -> CleanedFolder:
        """The cleaned folder, from which every row comes: shut in a study opened for partners."""
        if not self._shows_rows:
            expected = "a study opened for partners shows exhibits only"
            way = "draw the data of an exhibit, or open it for the team to look at rows"
            raise refusal("rows", f"{expected}; {way}")
        return self._folder

    @cached_property
    def _with_rows(self) -> "Study":
        """The same study, which may look at rows: what exhibits and sentences are made from."""
        if self._shows_rows:
            return self
        return Study(self._folder, self.parameters, self.shown, self.own)

    # ---- what it is
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
    def source_line(self) -> str:
        """The words under every figure that say where its data come from."""
        self.speak()
        return opening.source_line(self)

    @property
    def scope_line(self) -> str:
        """The words that say which relations are looked at."""
        self.speak()
        return opening.scope_line(self)

    @property
    def about_line(self) -> str:
        """As of when and on how many, in one line above a page's title."""
        self.speak()
        return opening.about_line(self._with_rows)

    def opening(self) -> list[str]:
        """The sentences with which every notebook opens: day, scope, how many, what is unknown.

        >>> from analysis import explore
        >>> explore.open("demo", lang="en").opening()[0]
        'Situation on 27 June 2018: all relations.'
        """
        self.speak()
        return opening.sentences(self._with_rows)

    def _repr_html_(self) -> str:
        self.speak()
        return opening.html(self._with_rows)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        record = {"kind": "opening", "audience": self.parameters.audience}
        bundle = {"text/html": self._repr_html_(), "text/plain": repr(self)}
        return bundle | {OPENING_MIME: record}

    def __repr__(self) -> str:
        return f"{self.title}\n" + "\n".join(self.opening())

    # ---- other studies
    def _made(self, **changed) -> "Study":
        parts = {"folder": self._folder, "asked": self.parameters, "shown": self.shown}
        return Study(**parts | {"own": self.own, "shows_rows": self._shows_rows} | changed)

    @parameters.keywords
    def with_(self, **changed) -> "Study":
        """The same study with other parameters; the first one stays as it is.

        >>> from analysis import explore
        >>> explore.open("demo").with_(grace_days=365).parameters.grace_days
        365

        `thresholds` moves conventions of the method by name, those moved before included:

        >>> explore.open("demo").with_(thresholds={"LF1": 0.5}).conventions["LF1"]
        0.5
        """
        asked = parameters.parse({**self.parameters.model_dump(), **changed})
        if not self._shows_rows and asked.audience != "partners":
            expected = "a study opened for partners stays theirs; open it anew for others"
            raise refusal("audience", expected, asked.audience)
        folder = self._folder.identified(asked.identity)
        return self._made(folder=folder, asked=asked, own=replace(self.own, frames={}))

    @parameters.keywords
    def where(self, mask=None, **kept) -> "Study":
        """The same study kept to a region, domain, level, form or partner, or to relations of one's
        own.

        A filter takes one value or several. `mask` says yes or no for each relation. Any other
        column of relations is a filter too, those that were joined (see `join`) included.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> study.where(region="Bretagne").relations["region"].unique().tolist()
        ['Bretagne']
        >>> renewed = study.where(study.relations["renewals"] > 0)
        >>> int(renewed.relations["renewals"].min())
        1
        """
        by_column = [name for name in kept if name not in parameters.FIELDS]
        by_column = [name for name in by_column if name in self.relations]
        values_by_column = {name: kept.pop(name) for name in by_column}
        study = self.with_(**kept) if kept else self
        for name, wanted in values_by_column.items():
            values = wanted if isinstance(wanted, list | tuple | set) else [wanted]
            cells = study.relations[name]
            holding = [questions.holding(cells, name, value) for value in values]
            study = study.where(pd.concat(holding, axis=1).any(axis=1))
        if mask is not None:
            chosen = chosen_ids(study.relations, mask)
            study = study._made(own=study.own.choose(chosen))
        return study

    def using(self, **frames: pd.DataFrame) -> "Study":
        """The same study with frames of yours in place of its own: exhibits and their words follow.

        A frame that is the study's own changes nothing; one changed by hand marks every exhibit.

        >>> from analysis import explore
        >>> study = explore.open("demo", lang="en")
        >>> study.using(followed=study.followed) is study
        True
        """
        for name in frames:
            if name not in FRAMES:
                raise unknown("using", name, FRAMES, len(FRAMES))
        return self._changed({name: (frame, getattr(self, name)) for name, frame in frames.items()})

    def _changed(self, pairs: dict[str, tuple]) -> "Study":
        """The same study with what is given in place of its own, where the two differ."""
        changed = {name: given for name, (given, own) in pairs.items() if differ(given, own)}
        return self._made(own=self.own.with_frames(changed)) if changed else self

    def join(self, columns: pd.DataFrame) -> "Study":
        """The same study with own columns beside its relations: to group by, and to filter by.

        The frame has one row for each relation_id, partner_id, entity, department or region.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> size = study.partners[["partner_id", "budget_band"]]
        >>> "budget_band" in study.join(size).relations
        True
        """
        return self._made(own=self.own.join(keyed(columns, self.relations)))

    def on(self, day) -> "Study":
        """The same study as known on another day, given as a date or as text.

        >>> from analysis import explore
        >>> explore.open("demo").on("2017-12-31").day
        Timestamp('2017-12-31 00:00:00')
        """
        return self.with_(day=day.date() if isinstance(day, datetime) else day)

    # ---- exhibits
    def exhibit(
        self,
        id: str,
        *,
        by: str | list[str] | None = None,
        tried: bool = True,
        **frames: pd.DataFrame,
    ):
        """A figure or table with its words, by id; where the data do not support it, why not.

        `by` draws its groups; `tried=False` leaves out what other choices of method would give.
        A frame given by its name takes the place of the study's own (`followed`, `relations` or
        a table), or of a result that the exhibit computes (column `takes` of `exhibits()`): the
        figure and its words follow it, with a mark where it was changed.

        >>> from analysis import explore
        >>> study = explore.open("demo", lang="en")
        >>> study.exhibit("F3").n > 1000
        True
        >>> study.exhibit("F3", followed=study.followed.query("level == 'local'")).changed
        'frame changed by hand'
        """
        if not self._shows_rows:
            return self._with_rows.exhibit(id, by=by, tried=tried, **frames)
        self.speak()
        published.function(id)  # refuses what is no exhibit
        options = {} if by is None else {"by": by}
        options |= {} if tried else {"tried": False}
        computed = catalogue.results_of(id)
        own_frames = {name: frame for name, frame in frames.items() if name in FRAMES}
        results = {name: frame for name, frame in frames.items() if name in computed}
        options |= {name: frames[name] for name in frames if name not in {*own_frames, *results}}
        study = self.using(**own_frames)
        study = study._changed({name: (results[name], computed[name](study)) for name in results})
        exhibit = published.disclosed(study, id, **options)
        if study.own.frames and not isinstance(exhibit, Unsupported):
            exhibit = replace(exhibit, changed=formatting.text("frame changed by hand"))
        written = [f"{option}={value!r}" for option, value in options.items()]
        call = ", ".join([f'"{id}"', *written])
        # what was chosen or changed by hand no notebook can say by parameters
        is_by_hand = study.own.chosen is not None or bool(study.own.frames)
        if not is_by_hand and (self.parameters, call) not in self.shown:
            self.shown.append((self.parameters, call))
        return exhibit

    def exhibits(self) -> pd.DataFrame:
        """Every exhibit by id: what it shows, its options, the functions that compute it.

        >>> from analysis import explore
        >>> explore.open("demo").exhibits().loc["F3", "options"]
        'by=None'
        """
        return catalogue.exhibits()

    def panel(self):
        """Controls beside the key figures, in JupyterLab: day, grace, who is who and the filters.

        >>> from analysis import explore
        >>> type(explore.open("demo").panel()).__name__
        'Panel'
        """
        from analysis.study.panel import Panel

        return Panel(self)

    # ---- tables
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
        return self._folder.has(name)

    def values(self, by: str) -> list[str]:
        """The values of a filter, or of a column of relations, that this study holds.

        Partners are named only where they consent to a portrait.

        >>> from analysis import explore
        >>> explore.open("demo").values("level")
        ['local', 'national', 'regional']
        """
        if by == "partner":
            projects = self._with_rows.known("projects")
            consents = projects["portrait_consent"].fillna(False).astype(bool)
            return sorted(set(projects.loc[consents, "partner_id"].dropna()))
        is_filter = by in filters.FILTERS
        relations = (self._with_rows if is_filter else self).relations
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
        names = [name for name in declared.declared() if name not in ("grants", "relations")]
        return [*(name for name in names if self.has(name)), "relations"]

    def _frame(self, name: str, compute) -> pd.DataFrame:
        """A frame of the study, computed once and handed out as a copy."""
        if name not in self._frames:
            self._frames[name] = compute()
        return self._frames[name].copy(deep=False)

    def _table(self, name: str) -> pd.DataFrame:
        if not self.has(name):
            return declared.empty(name)
        return filters.belonging(name, self.known(name), self)

    def __getattr__(self, name: str) -> pd.DataFrame:
        """A declared table as an attribute: `study.partners`..., empty where the sources have none."""
        if name.startswith("_"):
            raise AttributeError(name)
        if hasattr(type(self), name):  # its own attribute, which met an AttributeError: show that
            return object.__getattribute__(self, name)
        if name not in declared.declared():
            public = [each for each in dir(self) if not each.startswith("_")]
            raise NoSuchName(unknown("study", name, sorted(public)).faults, 2)
        return self._frame(name, lambda: self._table(name))

    def __dir__(self) -> Iterable[str]:
        return {*super().__dir__(), *declared.declared()}

    def __getitem__(self, name: str):
        """A table by its name, an exhibit by its id, or the study of one region or entity: Tab
        completes what is in the brackets.

        >>> from analysis import explore
        >>> explore.open("demo", lang="en")["Bretagne"]["F3"].id
        'F3'
        """
        if name in published.modules():
            return self.exhibit(name)
        if name in declared.declared():
            return getattr(self, name)
        if self._shows_rows and name in self.values("entity"):
            return self.where(entity=name)
        return self.where(region=name)

    def _ipython_key_completions_(self) -> list[str]:
        entities = self.values("entity") if self._shows_rows else []
        return [*published.modules(), *self._table_names(), *self.values("region"), *entities]
