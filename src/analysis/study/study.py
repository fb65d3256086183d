"""The study: a cleaned folder as known on a day, kept to a region, domain, level, form or partner.

Notebooks, reports, the panel and analysts all look through it, so that the same parameters give
the same numbers everywhere. A `Study` never changes: `where`, `on` and `with_` return another one.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from analysis.article.exhibit import Unsupported
from analysis.declare import parameters
from analysis.declare.faults import refusal, unknown
from analysis.study import catalogue, notebook_writer, presented, published, questions
from analysis.study import table_files as files
from analysis.study.cleaned_folder import CleanedFolder
from analysis.study.filters import FILTERS as FILTERS
from analysis.study.once import once as once
from analysis.study.once import result as result
from analysis.study.own import FRAMES, Own, chosen_ids, differ, keyed
from analysis.study.relation_history import Story
from analysis.study.spoken import SpokenStudy
from analysis.text import formatting


class Study(SpokenStudy):
    """A cleaned study that shows itself, gives any exhibit and tells why a number is what it is.

    >>> from analysis import explore
    >>> explore.open("demo", lang="en").where(region="Bretagne").on("2017-12-31").filters
    {'region': 'Bretagne'}
    """

    def __init__(
        self,
        folder: Path | CleanedFolder,
        asked: parameters.Parameters,
        shown: list | None = None,
        own: Own = Own(),
    ):
        if isinstance(folder, Path):
            folder = CleanedFolder(folder, asked.identity)
        super().__init__(folder, asked, own)
        self.shown = [] if shown is None else shown
        """What was looked at through this study and those made from it: parameters, call."""
        self.speak()

    # ---- other studies
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
        chosen_parameters = parameters.parse({**self.parameters.model_dump(), **changed})
        folder = self.folder.identified(chosen_parameters.identity)
        return type(self)(folder, chosen_parameters, self.shown, replace(self.own, frames={}))

    def _by_hand(self, own: Own) -> "Study":
        return type(self)(self.folder, self.parameters, self.shown, own)

    @parameters.keywords
    def where(self, mask=None, **kept) -> "Study":
        """The same study kept to a region, domain, level, form or partner, or to relations of one's
        own.

        A filter takes one value or several. `mask` says yes or no for each relation. Columns that
        were joined (see `join`) are filters too.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> study.where(region="Bretagne").relations["region"].unique().tolist()
        ['Bretagne']
        >>> renewed = study.where(study.relations["renewals"] > 0)
        >>> int(renewed.relations["renewals"].min())
        1
        """
        by_column = {name: kept.pop(name) for name in list(kept) if name in self._own_columns()}
        study = self.with_(**kept) if kept else self
        for name, wanted in by_column.items():
            values = wanted if isinstance(wanted, list | tuple | set) else [wanted]
            chosen = chosen_ids(study.relations, study.relations[name].isin(values))
            study = study._by_hand(study.own.choose(chosen))
        if mask is not None:
            study = study._by_hand(study.own.choose(chosen_ids(study.relations, mask)))
        return study

    def _own_columns(self) -> set[str]:
        return {name for columns in self.own.columns for name in columns}

    def using(self, **frames: pd.DataFrame) -> "Study":
        """The same study with frames of yours in place of its own: exhibits and their words follow.

        A frame that is the study's own changes nothing; one changed by hand marks every exhibit.

        >>> from analysis import explore
        >>> study = explore.open("demo", lang="en")
        >>> study.using(followed=study.followed) is study
        True
        """
        changed = {}
        for name, frame in frames.items():
            if name not in FRAMES:
                raise unknown("using", name, FRAMES, len(FRAMES))
            if differ(frame, getattr(self, name)):
                changed[name] = frame
        return self._by_hand(self.own.with_frames(changed)) if changed else self

    def _with_results(self, id: str, results: dict[str, pd.DataFrame]) -> "Study":
        """The same study with results of yours in the place of those that an exhibit computes."""
        computed = catalogue.results_of(id)
        changed = {
            name: given for name, given in results.items() if differ(given, computed[name](self))
        }
        return self._by_hand(self.own.with_frames(changed)) if changed else self

    def join(self, columns: pd.DataFrame) -> "Study":
        """The same study with own columns beside its relations: to group by, and to filter by.

        The frame has one row for each relation_id, partner_id, entity, department or region.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> size = study.partners[["partner_id", "budget_band"]]
        >>> "budget_band" in study.join(size).relations
        True
        """
        return self._by_hand(self.own.join(keyed(columns, self.relations)))

    def on(self, day) -> "Study":
        """The same study as known on another day, given as a date or as text.

        >>> from analysis import explore
        >>> explore.open("demo").on("2017-12-31").day
        Timestamp('2017-12-31 00:00:00')
        """
        return self.with_(day=day.date() if isinstance(day, datetime) else day)

    # ---- what analysts ask
    def exhibit(self, name: str, **options):
        """A figure or table with its words, by id; where the data do not support it, why not.

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
        self.speak()
        published.function(name)  # refuses what is no exhibit
        frames = {key: options.pop(key) for key in list(options) if key in FRAMES}
        computed = catalogue.results_of(name)
        results = {key: options.pop(key) for key in list(options) if key in computed}
        study = self.using(**frames)._with_results(name, results)
        exhibit = published.disclosed(study, name, **options)
        if study.own.frames and not isinstance(exhibit, Unsupported):
            exhibit = replace(exhibit, changed=formatting.text("frame changed by hand"))
        written = [f"{option}={value!r}" for option, value in options.items()]
        call = ", ".join([f'"{name}"', *written])
        if study is self and not self._is_by_hand() and (self.parameters, call) not in self.shown:
            self.shown.append((self.parameters, call))
        return exhibit

    def _is_by_hand(self) -> bool:
        """Whether relations were chosen or changed by hand, which no notebook can say by
        parameters.
        """
        return self.own.chosen is not None or bool(self.own.frames)

    def __getitem__(self, name: str):
        """A table by its name, an exhibit by its id, or the study of one region: Tab completes what
        is in the brackets.

        >>> from analysis import explore
        >>> explore.open("demo", lang="en")["Bretagne"]["F3"].id
        'F3'
        """
        if name in published.modules():
            return self.exhibit(name)
        if name in self.tables:
            return self.tables[name]
        return self.where(region=name)

    def _ipython_key_completions_(self) -> list[str]:
        return [*published.modules(), *self.tables, *self.values("region")]

    def exhibits(self) -> pd.DataFrame:
        """Every exhibit by id: what it shows, its options, the functions that compute it.

        >>> from analysis import explore
        >>> explore.open("demo").exhibits().loc["F3", "options"]
        'by=None'
        """
        return catalogue.exhibits()

    def present(self, data, draw=None, **words):
        """An own figure as an exhibit: any frame, any function of matplotlib or seaborn with `ax`.

        `id` is X1, X2...; a missing `title` or `reading` is said; words may be given by language.
        Those left out (subtitle, scope, note, alt) have defaults, labels come from the dictionary.
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
        self.speak()
        return presented.presented(self, data, draw, **words)

    def behind(self, id: str, **mark) -> pd.DataFrame:
        """The rows that a figure counts, or those behind one of its marks: a year, a line, a
        region.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> counted = study.exhibit("F8").data.set_index("line")["yes"]
        >>> len(study.behind("F8", line="LF6")) == int(counted["LF6"])
        True
        """
        self._refuse_others("rows of single relations")
        return questions.behind(self, id, **mark)

    def explode(self, column: str, table: str = "") -> pd.DataFrame:
        """Relations (or another table) with one row for each value of a column of sets.

        >>> from analysis import explore
        >>> bool(explore.open("demo").explode("domains")["domains"].str.contains("|", regex=False).any())
        False
        """
        return questions.exploded(self, column, table)

    def compare(self, other: "Study") -> pd.DataFrame:
        """The relations that differ between this study and another, by relation_id.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> len(study.compare(study)), "status_before" in study.on("2016-12-31").compare(study)
        (0, True)
        """
        return questions.compared(self, other)

    def dictionary(self, table: str) -> pd.DataFrame:
        """The label, kind and unit of every column of a table, its values, and how many are known.

        Of "measures" and "lines": what each says, reads and compares.

        >>> from analysis import explore
        >>> explore.open("demo", lang="en").dictionary("votes").at["points", "unit"]
        'points'
        >>> explore.open("demo").dictionary("lines").at["LF1", "measure"]
        'dependence'
        """
        self.speak()
        of_lines = {"lines": questions.line_dictionary, "measures": questions.measure_dictionary}
        return of_lines[table](self) if table in of_lines else files.dictionary(self, table)

    def _refuse_others(self, what: str) -> None:
        if self.parameters.audience != "team":
            expected = f"{what} are for the study team only"
            raise refusal("audience", expected, self.parameters.audience)

    def why(self, relation_id: str) -> Story:
        """The story of a relation: raw lines, agreements, events, its status and each of its lines.

        >>> from analysis import explore
        >>> study = explore.open("demo", lang="en")
        >>> first = study.relations["relation_id"].iloc[0]
        >>> study.why(first).relation["relation_id"] == first
        True
        """
        self._refuse_others("stories of single relations")
        relation_ids = list(self.all_relations["relation_id"])
        if relation_id not in relation_ids:
            raise unknown("relation", relation_id, relation_ids, 3)
        self.speak()
        return Story(self, relation_id)

    def panel(self):
        """Controls beside the key figures, in JupyterLab: day, grace, who is who and the filters.

        >>> from analysis import explore
        >>> type(explore.open("demo").panel()).__name__
        'Panel'
        """
        from analysis.study.panel import Panel

        return Panel(self)

    def save_notebook(self, path: str | Path, overwrite: bool = False) -> Path:
        """Write a notebook with the present parameters and every exhibit looked at.

        A notebook that is there is written over only with `overwrite`, and keeps the cells that are
        yours. An exhibit looked at under a choice of its own
        (`study.with_(grace_days=365).exhibit("F3")`) keeps that choice. `impact-study run
        --notebook PATH` renders the notebook like the study's own, also `--by region`.

        >>> import tempfile
        >>> from analysis import explore
        >>> explore.open("demo").save_notebook(tempfile.mkdtemp() + "/question.ipynb").name
        'question.ipynb'
        """
        return notebook_writer.save(self, Path(path), overwrite)

    def export(self, path: str | Path) -> Path:
        """Write a table, named by the file (`relations.xlsx`, `partners.csv`, `accounts.parquet`).

        No cell can run as a formula. The rules of the study's audience apply: names and answers
        leave the team only in tables that may hold them. The meaning of its columns comes with it,
        as a sheet of the workbook or a file beside.

        >>> import tempfile
        >>> from analysis import explore
        >>> explore.open("demo").export(tempfile.mkdtemp() + "/relations.csv").name
        'relations.csv'
        """
        return files.export(self, Path(path))
