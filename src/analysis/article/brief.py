"""The decision brief: findings in rows of fact, change, how sure, who decides; as a page, a
notebook and paper show them.
"""

from dataclasses import asdict, dataclass, field, replace

import pandas as pd

from analysis.article.brief_pictures import picture, slope
from analysis.article.captions import MIME, as_written, stated, stylesheet, without_missing
from analysis.article.exhibit import Exhibit
from analysis.article.sureness_marks import Mark
from analysis.article.table_export import escaped, filled, to_csv
from analysis.text.facts import Day, Number
from analysis.text.sentences import Words

WHOLE = 5  # findings of a study that tells all: terms, survival, two fragilities, one strength
MOST_OF_GRANTS = 6  # of a list of grants, which has money besides


@dataclass(frozen=True, eq=False, kw_only=True)
class Finding:
    """One finding: its fact in words, its change since a year ago, the marks of how sure it is, and
    the team's decision.

    `exhibit` is the figure it comes from. `now` is its value and `before` that of a year ago, each
    among all that were known on its day; `change` tells of what was known on both. `parts` counts
    yes, no and unknown where it is of a line; `columns` has a row per month (label, now, before)
    where it is of terms, a row per year (label, now) where it is of amounts; `counts` are the
    others it rests on. Others than the team are told a finding of a figure, its `source`, where
    that tells these `cells` (row, column), which are all that it tells them but the figure's base;
    of `columns` each row is then named for that of the source. One that is `team_only` they are
    never told. `action` is written by the team in study.toml; None where it is still to be written.
    `outside_title` and `outside_detail` are the words for others than the team: blank where they
    are the same.
    """

    kind: str
    exhibit: str
    family: str
    title: str
    detail: str
    change: str
    verdict: str
    marks: tuple[Mark, ...]
    action: dict | None
    now: float | None
    before: float | None
    years: tuple[int, int]
    parts: dict[str, int] = field(default_factory=dict)
    columns: pd.DataFrame | None = None
    counts: tuple[int, ...] = ()
    outside_title: str = ""
    outside_detail: str = ""
    source: Exhibit | None = None
    cells: tuple[tuple[int, str], ...] = ()
    team_only: bool = False
    fact: str = ""
    """The name of what the finding states and other exhibits too (see `Exhibit.states`)."""

    @property
    def states(self) -> dict[str, float]:
        """What it states, as far as it is told: a share and its base, how many terms are due,
        survival.
        """
        if self.kind == "line":
            n_known = self.parts["yes"] + self.parts["no"]
            return {
                f"{self.fact}.known": n_known,
                f"{self.fact}.share": self.parts["yes"] / n_known,
            }
        is_of_terms = self.kind == "terms" and self.columns is not None
        value = self.columns["now"].sum() if is_of_terms else self.now
        return stated({self.fact: value})

    def outside(self) -> "Finding":
        """The finding without what only the team may know: its change and what goes with it."""
        columns = self.columns
        if columns is not None:
            columns = columns.drop(columns="before", errors="ignore")
        return replace(
            self,
            title=self.outside_title or self.title,
            detail=self.outside_detail or self.detail,
            change="",
            before=None,
            columns=columns,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Brief:
    """B1: the findings of a study, with the words that stand around them; `day` is a year before."""

    id: str
    words: Words
    day: pd.Timestamp
    findings: tuple[Finding, ...]
    synthetic: bool
    whole: int = WHOLE
    audience: str = "team"
    changed: str = ""

    @property
    def title(self) -> str:
        """How many findings it shows, and of how many the decision is written."""
        decided_count = sum(finding.action is not None for finding in self.findings)
        return self.words.written(
            "title",
            findings=Number(len(self.findings)),
            actions=Number(decided_count),
            missing=Number(len(self.findings) - decided_count),
            decides=self.decides,
        )

    @property
    def decides(self) -> bool:
        """Whether its readers decide: partners are not asked what the group will do."""
        return self.audience != "partners"

    @property
    def rule(self) -> str:
        """The rule by which findings are chosen, and what the words beside them mean."""
        return self.words.written(
            "rule",
            before=Day(self.day),
            changes=any(finding.change for finding in self.findings),
            most=Number(self.whole),
            some_missing=len(self.findings) < self.whole,
            of_team=self.audience == "team",
        )

    @property
    def headings(self) -> dict[str, str]:
        """What stands above the parts of a finding."""
        return self.words.names("headings")

    @property
    def states(self) -> dict[str, float]:
        """What its findings state and other exhibits too; for others than the team as words write
        it.
        """
        states = {fact: value for item in self.findings for fact, value in item.states.items()}
        if self.audience == "team":
            return states
        return {fact: as_written(fact, value) for fact, value in states.items()}

    @property
    def data(self) -> pd.DataFrame:
        """The findings as a frame, a row each."""
        return self.frame()

    def frame(self) -> pd.DataFrame:
        """One row per finding: what figures/B1.csv holds."""
        columns = {
            "figure": [finding.exhibit for finding in self.findings],
            "finding": [finding.title for finding in self.findings],
            "change": [finding.change for finding in self.findings],
            "verdict": [finding.verdict for finding in self.findings],
            "who": [(finding.action or {}).get("who", "") for finding in self.findings],
            "what": [(finding.action or {}).get("text", "") for finding in self.findings],
            "by": [(finding.action or {}).get("by", "") for finding in self.findings],
        }
        return pd.DataFrame(columns)

    def html(self) -> str:
        """The findings as a section of a page."""
        rows = "".join(self._finding(finding) for finding in self.findings)
        return (
            f'<section class="findings" id="{self.id}">{rows}'
            f'<p class="base">{escaped(self.rule)}</p></section>'
        )

    def _finding(self, finding: Finding) -> str:
        pictures = {"picture": picture(finding), "slope": slope(finding)}
        words = {"headings": self.headings, "decides": self.decides}
        return filled("finding", finding=finding, **words, **pictures)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        findings = []
        for finding in self.findings:
            record = asdict(replace(finding, source=None, cells=()))
            record["columns"] = []
            if finding.columns is not None:
                record["columns"] = finding.columns.to_dict("records")
            record["picture"] = picture(finding, plain=True)
            findings.append(record)
        record = {
            "kind": "brief",
            "id": self.id,
            "title": self.title,
            "rule": self.rule,
            "headings": self.headings,
            "findings": findings,
            "synthetic": self.synthetic,
            "audience": self.audience,
            "decides": self.decides,
            "csv": to_csv(self.frame()).decode("utf-8"),
            "states": self.states,
        }
        lines = [f"{finding.title} {finding.change}" for finding in self.findings]
        return {
            "text/html": stylesheet() + self.html(),
            "text/plain": "\n".join([self.title, *lines]),
            MIME: without_missing(record),
        }
