"""The study: a cleaned folder as known on a day, kept to a region, domain, level, form or partner.

Notebooks, reports, the panel and analysts all look through it, so that the same parameters give
the same numbers everywhere. A `Study` never changes: `where`, `on` and `with_` return another one.
"""

from datetime import datetime
from pathlib import Path

import pandas as pd

from analysis.article.exhibit import OPENING_MIME
from analysis.declare import parameters
from analysis.declare.faults import refusal, unknown
from analysis.study import notebook_writer, opening, published, table_files
from analysis.study.cleaned_folder import CleanedFolder
from analysis.study.filters import FILTERS as FILTERS
from analysis.study.once import once as once
from analysis.study.relation_history import Story
from analysis.study.scoped import ScopedTables
from analysis.text import formatting


class Study(ScopedTables):
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
    ):
        if isinstance(folder, Path):
            folder = CleanedFolder(folder, asked.identity)
        super().__init__(folder, asked)
        self.shown = [] if shown is None else shown
        """What was looked at through this study and those made from it: parameters, call."""
        self.speak()

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

    # ---- how it says what it is
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
        return opening.about_line(self)

    def opening(self) -> list[str]:
        """The sentences with which every notebook opens: day, scope, how many, what is unknown.

        >>> from analysis import explore
        >>> explore.open("demo", lang="en").opening()[0]
        'Situation on 27 June 2018: all relations.'
        """
        self.speak()
        return opening.sentences(self)

    def _repr_html_(self) -> str:
        self.speak()
        return opening.html(self)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        record = {"kind": "opening", "audience": self.parameters.audience}
        shown = {"text/html": self._repr_html_(), "text/plain": repr(self)}
        return shown | {OPENING_MIME: record}

    def __repr__(self) -> str:
        return f"{self.title}\n" + "\n".join(self.opening())

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
        asked = parameters.parse({**self.parameters.model_dump(), **changed})
        return type(self)(self.folder.identified(asked.identity), asked, self.shown)

    @parameters.keywords
    def where(self, **kept) -> "Study":
        """The same study kept to a region, domain, level, form or partner.

        >>> from analysis import explore
        >>> explore.open("demo").where(region="Bretagne").relations["region"].unique().tolist()
        ['Bretagne']
        """
        return self.with_(**kept)

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

        >>> from analysis import explore
        >>> explore.open("demo", lang="en").exhibit("F3").n > 1000
        True
        """
        self.speak()
        written = [f"{option}={value!r}" for option, value in options.items()]
        call = ", ".join([f'"{name}"', *written])
        if (self.parameters, call) not in self.shown:
            self.shown.append((self.parameters, call))
        return published.disclosed(self, name, **options)

    def dictionary(self, table: str) -> pd.DataFrame:
        """The label, kind and unit of every column of a table, its values, and how many are known.

        >>> from analysis import explore
        >>> explore.open("demo", lang="en").dictionary("votes").at["points", "unit"]
        'points'
        """
        return table_files.dictionary(self, table)

    def why(self, relation_id: str) -> Story:
        """The story of a relation: raw lines, agreements, events, its status and each of its lines.

        >>> from analysis import explore
        >>> study = explore.open("demo", lang="en")
        >>> first = study.relations["relation_id"].iloc[0]
        >>> study.why(first).relation["relation_id"] == first
        True
        """
        if self.parameters.audience != "team":
            expected = "the story of one relation is for the study team only"
            raise refusal("audience", expected, self.parameters.audience)
        known = list(self.all_relations["relation_id"])
        if relation_id not in known:
            raise unknown("relation", relation_id, known, 3)
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

    def save_notebook(self, path: str | Path) -> Path:
        """Write a notebook with the present parameters and every exhibit looked at; returns its path.

        An exhibit looked at under a choice of its own (`study.with_(grace_days=365).exhibit("F3")`)
        keeps that choice. `impact-study run --notebook PATH` renders the notebook like the study's
        own, also `--by region`.

        >>> import tempfile
        >>> from analysis import explore
        >>> explore.open("demo").save_notebook(tempfile.mkdtemp() + "/question.ipynb").name
        'question.ipynb'
        """
        return notebook_writer.save(self, Path(path))

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
        return table_files.export(self, Path(path))
