"""How the rows of a block become rows of a table, and what of it is not sure."""

from dataclasses import dataclass

from analysis.layout.headers.header_words import PART
from analysis.layout.headers.made_columns import is_made
from analysis.layout.shapes.wide_survey import Survey

LESS = "~less"  # what is taken off an amount again
OF_ENTITIES = "lists of entities"  # the reason of a doubt whether each is of one, as it is named
SINCE_BEGINNING = "since the beginning"  # the reason of a doubt about cumulated amounts
FRAMEWORK = "framework"  # the reason of a doubt about amounts within those of a framework agreement
ABOUT_FRAMEWORKS = "~framework"  # the column by which it goes
QUESTIONS_OF_A_SURVEY = "questions of a survey"  # the layout of what stood in its headers


@dataclass(frozen=True)
class Doubt:
    """A column that carries numbers and is not sure: the likeliest headers (none: nothing seems to
    hold it), the next likeliest, and why it is not sure (a reason of `text/en/layout.toml`), though
    it may be what study.toml states.
    """

    column: str
    headers: tuple[str, ...]
    others: tuple[str, ...]
    reason: str
    is_stated: bool = False


@dataclass(frozen=True)
class Mapping:
    """Raw headers of each column, constants, headers left unread; `split` is a column that holds
    the last title above each row.

    >>> print(Mapping("study.toml", "grants", {"recipient": ("Qui",), "~code": ("N°",)}, {"date": "2016"}, ("Notes",)))
    grants: recipient = Qui; date: 2016; not used: N°, Notes
    """

    layout: str
    table: str
    columns: dict[str, tuple[str, ...]]
    constants: dict[str, str]
    unread: tuple[str, ...] = ()
    split: str | None = None
    doubts: tuple[Doubt, ...] = ()
    survey: Survey | None = None  # whose questions were columns
    amends: bool = False  # the rows change agreements that another sheet lists
    named_by_study: frozenset[str] = frozenset()  # constants that but repeat the study's name

    def __str__(self) -> str:
        clauses = []
        not_used: list[str] = []
        for name, headers in self.columns.items():
            if name in (PART, LESS) or any(map(is_made, headers)):
                continue
            if name.startswith("~"):
                not_used += headers
            else:
                clauses.append(f"{name} = {' + '.join(headers)}")
        if PART in self.columns:
            clauses.append(f"where blank, amount = {' + '.join(self.columns[PART])}")
        if LESS in self.columns:
            clauses.append(f"taken off amount = {' + '.join(self.columns[LESS])}")
        clauses += [f"{name}: {value}" for name, value in self.constants.items()]
        if self.amends:
            clauses.append("amends: true")
        if self.split:
            clauses.append(f"{self.split}: the title above")
        not_used += self.unread
        if not_used:
            clauses.append(f"not used: {', '.join(not_used)}")
        return f"{self.table}: {'; '.join(clauses)}".replace("\n", " ")


ONE_FOR_ALL_ROWS = ("entity", "funder")  # where no column tells them, one gave or signed all
_EXAMPLES = {"date": "2018"}  # of what all rows hold


def constant_line(column: str) -> str:
    """A line of study.toml by which all rows hold the same of a column.

    >>> constant_line("entity"), constant_line("date")
    ('entity = "…"', 'date = "2018"')
    """
    example = _EXAMPLES.get(column, "…")
    return f'{column} = "{example}"'
