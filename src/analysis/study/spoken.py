"""A study in words: its language, its currency, and what it says of itself."""

from analysis.article.exhibit import OPENING_MIME
from analysis.study import opening
from analysis.study.scoped import ScopedTables
from analysis.text import formatting


class SpokenStudy(ScopedTables):
    """The tables of a study, and the words in which it says what they are."""

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
        bundle = {"text/html": self._repr_html_(), "text/plain": repr(self)}
        return bundle | {OPENING_MIME: record}

    def __repr__(self) -> str:
        return f"{self.title}\n" + "\n".join(self.opening())
