"""The study: a cleaned folder as known on a day, kept to a region, domain, level, form or partner.

Notebooks, reports, the panel and analysts all look through it, so that the same parameters give
the same numbers everywhere. A `Study` never changes: `where`, `on` and `with_` return another one,
and every frame that is handed out is a copy.
"""

from dataclasses import replace
from datetime import datetime

import pandas as pd

from analysis.article.captions import OPENING_MIME, Unsupported
from analysis.declare import parameters
from analysis.declare import schema as declared
from analysis.declare.faults import refusal, unknown
from analysis.study import (
    catalogue,
    notebook_writer,
    opening,
    presented,
    published,
    questions,
    relation_history,
    table_files,
)
from analysis.study.own import FRAMES, chosen_ids, differ, keyed, refuse_wrong_frame
from analysis.study.study_frames import StudyFrames


class Study(StudyFrames):
    """A cleaned study that shows itself, gives any exhibit and tells why a number is what it is.

    >>> from analysis import explore
    >>> explore.open("demo", lang="en").where(region="Bretagne").on("2017-12-31").filters
    {'region': 'Bretagne'}
    """

    # Asked of a study, each in the module of its subject.
    behind, explode, compare = questions.behind, questions.explode, questions.compare
    why = relation_history.why
    present = presented.present
    dictionary, export = table_files.dictionary, table_files.export
    save_notebook = notebook_writer.save_notebook

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
        return opening.about_line(self.with_rows)

    def opening(self) -> list[str]:
        """The sentences with which every notebook opens: day, scope, how many, what is unknown.

        >>> from analysis import explore
        >>> explore.open("demo", lang="en").opening()[0]
        'Situation on 27 June 2018: all relations.'
        """
        self.speak()
        return opening.sentences(self.with_rows)

    def _repr_html_(self) -> str:
        self.speak()
        return opening.html(self.with_rows)

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
        new_parameters = parameters.parse({**self.parameters.model_dump(), **changed})
        if not self._shows_rows and new_parameters.audience != "partners":
            expected = "a study opened for partners stays theirs; open it anew for others"
            raise refusal("audience", expected, new_parameters.audience)
        folder = self._folder.identified(new_parameters.identity)
        return self._made(folder=folder, asked=new_parameters, own=replace(self.own, frames={}))

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
        columns = {name for name in kept if name not in parameters.FIELDS}
        columns = columns and columns & set(self.relations)
        filters_kept = {name: kept.pop(name) for name in list(kept) if name not in columns}
        if filters_kept:
            return self.where(mask, **kept).with_(**filters_kept)
        own_parts = self.own
        for name, wanted in kept.items():
            values = [wanted]
            if isinstance(wanted, list | tuple | set):
                values = wanted
            cells = self.relations[name]
            holds = pd.concat([questions.holding(cells, name, value) for value in values], axis=1)
            own_parts = own_parts.choose(chosen_ids(self.relations, holds.any(axis=1)))
        if mask is not None:
            own_parts = own_parts.choose(chosen_ids(self.relations, mask))
        if own_parts is not self.own:
            return self._made(own=own_parts)
        return self

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
        for name, (new_frame, own_frame) in pairs.items():
            refuse_wrong_frame(name, new_frame, own_frame)
        changed = {
            name: new_frame
            for name, (new_frame, own_frame) in pairs.items()
            if differ(new_frame, own_frame)
        }
        if changed:
            return self._made(own=self.own.with_frames(changed))
        return self

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
            return self.with_rows.exhibit(id, by=by, tried=tried, **frames)
        own_frames = {name: frames.pop(name) for name in FRAMES if name in frames}
        if own_frames:
            return self.using(**own_frames).exhibit(id, by=by, tried=tried, **frames)
        self.speak()
        published.function(id)  # refuses what is no exhibit
        computed = catalogue.results_of(id)
        results = {name: frames.pop(name) for name in computed if name in frames}
        options = {} if by is None else {"by": by}
        options |= {} if tried else {"tried": False}
        options |= frames
        published.refuse_other_options(id, options, [*computed, "followed", "relations"])
        pairs = {name: (frame, computed[name](self)) for name, frame in results.items()}
        study = self._changed(pairs)
        exhibit = published.exhibit_for_audience(study, id, **options)
        if study.own.frames and not isinstance(exhibit, Unsupported):
            has_own_result = study is not self
            exhibit = published.marked_as_changed(exhibit, has_own_result=has_own_result)
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

    def __getitem__(self, name: str):
        """A table by name, an exhibit by id, or the study of one region or entity, with Tab.

        >>> from analysis import explore
        >>> explore.open("demo", lang="en")["Bretagne"]["F3"].id
        'F3'
        """
        if name in published.modules():
            return self.exhibit(name)
        if name in declared.declared_tables():
            return getattr(self, name)
        if self._shows_rows and name in self.values("entity"):
            return self.where(entity=name)
        return self.where(region=name)

    def _ipython_key_completions_(self) -> list[str]:
        entities = []
        if self._shows_rows:
            entities = self.values("entity")
        return [*published.modules(), *self._table_names(), *self.values("region"), *entities]
