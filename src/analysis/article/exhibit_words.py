"""The sentences of an exhibit, from `text/<language>/<family>.toml`, filled with its facts and
those of its study.
"""

import pandas as pd

from analysis.article.captions import Unsupported
from analysis.declare import conventions
from analysis.indicators import lines
from analysis.text import formatting
from analysis.text.convention_facts import of_unit
from analysis.text.facts import Count, Day
from analysis.text.formatting import typeset
from analysis.text.sentences import Words


class ExhibitWords(Words):
    """The words of one exhibit of a study."""

    def __init__(self, study, id: str):
        super().__init__(id, study.lang, standing_facts(study))
        self.study = study

    def refuse_if(self, lacking: bool, reason: str, **facts) -> None:
        """Show a sentence of the table `refusals` in the figure's place where the data lack what it
        takes; how many there are is told to the team alone (to others it is none: "too few").
        """
        if lacking:
            if self.study.parameters.audience != "team":
                facts = {name: _uncounted(fact) for name, fact in facts.items()}
            raise Unsupported(self.refusal(reason, **facts), self.id)

    def column(self, name: str, **facts) -> str:
        """The header of a column: the exhibit's own, else the one that many exhibits share."""
        if name in self.content.get("columns", {}):
            return self.written(f"columns.{name}", **facts)
        return Words("columns", self.lang, {}).written(name)

    def group(self, name: str, **facts) -> str:
        """The label of a group, as the data bear it."""
        return self.written(f"groups.{name}", **facts)

    def views(self, **rows_by_view: pd.DataFrame) -> pd.DataFrame:
        """The rows of an exhibit that draws several pictures: the column `view` tells which."""
        views = [rows.assign(view=self.group(view)) for view, rows in rows_by_view.items()]
        return pd.concat(views)

    def view(self, data: pd.DataFrame, view: str) -> pd.DataFrame:
        """The rows of one picture among those of several."""
        return data[data["view"] == self.group(view)]

    def refusal(self, reason: str, **facts) -> str:
        """Why an exhibit, or some of its readers, do without what it would show: its own reason, or
        one that many share.
        """
        if reason in self.content.get("refusals", {}):
            return self.written(f"refusals.{reason}", **facts)
        return Words("refusals", self.lang, self.standing).written(reason, **facts)

    def picture(self, name: str, **facts) -> str:
        """Words in the drawing: an axis, a heading."""
        return self.written(f"picture.{name}", **facts)


def _uncounted(fact):
    if isinstance(fact, Count):
        return None
    return fact


def words_of(study, id: str) -> ExhibitWords:
    """The words of an exhibit in the language of a study."""
    study.speak()
    return ExhibitWords(study, id)


def standing_facts(study) -> dict[str, object]:
    """What every sentence may tell: the day, the scope, and each convention and number asked for by
    its name.
    """
    parameter_values = {name: getattr(study.parameters, name) for name in conventions.PARAMETERS}
    numbers = {**study.conventions, **parameter_values}
    facts: dict[str, object] = {
        name: of_unit(number, conventions.unit(name)) for name, number in numbers.items()
    }
    return facts | {
        "day": Day(study.day),
        "scope_line": study.scope_line,
        "filtered": bool(study.filters),
        "silent_sources": study.leaves_silent_sources_out,
        "synthetic": study.synthetic,
        "grants": study.is_grants,
        "several_funders": study.names_several_funders,
        "publisher": study.about.get("words", {}).get("publisher", ""),
    }


def values_of_sides(study) -> dict[str, str]:
    """The values of clean tables that name one of the two sides, as this study calls it: in that of
    another publisher, as in a list of grants, the Group is the funder.
    """
    facts = standing_facts(study)
    facts["publisher"] = facts["publisher"] or study.title * study.is_grants
    return Words("method", study.lang, facts).names("values")


def table_name(study, table: str) -> str:
    """What a table of a study holds, as a reader says it: of a list of grants, agreements are
    grants.
    """
    names = Words("method", study.lang, standing_facts(study)).names("tables")
    return names.get(table, formatting.text(table))


def line_names(study) -> dict[str, str]:
    """Each line of fragility and of strength as a reader says it, with the thresholds of the study.

    A line without a sentence of its own in `text/<language>/lines.toml` is called what its
    convention means.
    """
    meanings = conventions.declared(lang=study.lang).set_index("name")["meaning"]
    meanings = meanings.loc[list(lines.LINES)].map(lambda text: typeset(text, study.lang))
    return meanings.to_dict() | Words("lines", study.lang, standing_facts(study)).names("")
