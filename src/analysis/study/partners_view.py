"""A study opened for partners: what it says of itself and its exhibits, disclosed; no table and no
row.
"""

from analysis.declare import parameters
from analysis.declare import schema as declared
from analysis.declare.faults import refusal
from analysis.study.study import Study
from analysis.text import formatting

OPEN = (  # what says nothing of single relations
    "about_line",
    "conventions",
    "day",
    "filters",
    "is_grants",
    "lang",
    "opening",
    "parameters",
    "save_notebook",
    "scope_line",
    "shown",
    "source_line",
    "speak",
    "synthetic",
    "title",
    "exhibits",
    "_repr_html_",
    "_repr_mimebundle_",
)


class PartnersView:
    """A study opened for partners. Its exhibits are disclosed; raw access is refused in words.

    >>> from analysis import explore
    >>> shared = explore.open("demo", lang="en", audience="partners")
    >>> shared.exhibit("F8").audience
    'partners'
    >>> shared.relations
    Traceback (most recent call last):
    analysis.declare.faults.Refused: relations: a study opened for partners shows exhibits only; open it for the team to look at rows
    """

    def __init__(self, study: Study):
        self._study = study

    def exhibit(self, name: str, **options):
        """A figure or table with its words, as partners may see it; else why there is none."""
        return self._study.exhibit(name, **options)

    def present(self, data, draw=None, **words):
        """An own figure of what partners may see, such as the data of an exhibit."""
        return self._study.present(data, draw, **words)

    @parameters.keywords
    def with_(self, **changed) -> "PartnersView":
        """The same study with other parameters, for partners still."""
        audience = changed.get("audience", "partners")
        if audience != "partners":
            expected = "a study opened for partners stays theirs; open it anew for others"
            raise refusal("audience", expected, audience)
        return PartnersView(self._study.with_(**changed))

    @parameters.keywords
    def where(self, **kept) -> "PartnersView":
        """The same study kept to a region, domain, level, form or partner."""
        return self.with_(**kept)

    def on(self, day) -> "PartnersView":
        """The same study as known on another day."""
        return PartnersView(self._study.on(day))

    def values(self, by: str) -> list[str]:
        """The values of a filter that this study holds."""
        return self._study.values(by)

    def __getattr__(self, name: str):
        if name in OPEN:
            return getattr(self._study, name)
        if name.startswith("_"):
            raise AttributeError(name)
        if name in declared.declared() or hasattr(type(self._study), name):
            expected = "a study opened for partners shows exhibits only"
            raise refusal(name, f"{expected}; open it for the team to look at rows")
        return getattr(self._study, name)  # refuses it, with the nearest names

    def __dir__(self) -> list[str]:
        public = [name for name in OPEN if not name.startswith("_")]
        return [*super().__dir__(), *public]

    def __repr__(self) -> str:
        formatting.use(self._study.lang)
        return repr(self._study)
