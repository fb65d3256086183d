"""The decision brief: findings in rows of fact, change, how sure, who decides; as a page, a
notebook and paper show them.
"""

from dataclasses import asdict, dataclass, field
from html import escape

import pandas as pd

from analysis.article.captions import MIME, stated, stylesheet
from analysis.article.sureness_marks import Mark
from analysis.article.table_export import escaped, to_csv
from analysis.text import formatting
from analysis.text.messages import say

BAR_WIDTH = 330  # units of the pictures of the brief, drawn at about 1:1
PLAIN_BAR_WIDTH = 250  # on paper, where a cell is narrower and no text may be smaller than 7 pt


@dataclass(frozen=True, eq=False, kw_only=True)
class Finding:
    """One finding: its fact in words, its change since a year ago, the marks of how sure it is, and
    the team's decision.

    `exhibit` is the figure it comes from. `now` is its value and `before` that of a year ago, each
    among all that were known on its day; `change` tells of what was known on both. `parts` counts
    yes, no and unknown where it is of a line; `columns` has a row per month (label, now, before)
    where it is of terms. `action` is written by
    the team in study.toml; None where it is still to be written.
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
        value = self.now if self.columns is None else self.columns["now"].sum()
        return stated({self.fact: value})


@dataclass(frozen=True, eq=False, kw_only=True)
class Brief:
    """B1: the findings of a study, with the words that stand around them and the rule by which they
    were chosen.
    """

    id: str
    title: str
    rule: str
    headings: dict[str, str]
    findings: tuple[Finding, ...]
    synthetic: bool
    rules_of_team: bool = True
    audience: str = "team"
    changed: str = ""

    @property
    def states(self) -> dict[str, float]:
        """What its findings state and other exhibits too."""
        return {fact: value for item in self.findings for fact, value in item.states.items()}

    @property
    def data(self) -> pd.DataFrame:
        """The findings as a frame, a row each."""
        return self.frame()

    def frame(self) -> pd.DataFrame:
        """One row per finding: what figures/B1.csv holds."""
        return pd.DataFrame(
            {
                "figure": [finding.exhibit for finding in self.findings],
                "finding": [finding.title for finding in self.findings],
                "change": [finding.change for finding in self.findings],
                "verdict": [finding.verdict for finding in self.findings],
                "who": [(finding.action or {}).get("who", "") for finding in self.findings],
                "what": [(finding.action or {}).get("text", "") for finding in self.findings],
                "by": [(finding.action or {}).get("by", "") for finding in self.findings],
            }
        )

    def html(self) -> str:
        """The findings as a section of a page."""
        rows = "".join(self._finding(finding) for finding in self.findings)
        return (
            f'<section class="findings" id="{self.id}">{rows}'
            f'<p class="base">{escaped(self.rule)}</p></section>'
        )

    def _finding(self, finding: Finding) -> str:
        marks = "".join(mark.html() for mark in finding.marks)
        sure = f'<p class="verdict">{escaped(finding.verdict)}</p>' if finding.verdict else ""
        link = f'<a href="#{finding.exhibit}">{escape(finding.exhibit)}</a>'
        return (
            f'<article class="finding {finding.family}"><div class="fact"><h3>{escaped(finding.title)}</h3>'
            f'<p class="sub">{escaped(finding.detail)}&nbsp;{link}</p>{picture(finding)}</div>'
            f'<div><p class="cell">{escaped(self.headings["change"])}</p>{slope(finding)}<p>{escaped(finding.change)}</p></div>'
            f'<div><p class="cell">{escaped(self.headings["sure"])}</p>{sure}<ul class="sureness">{marks}</ul></div>'
            f"{self._action(finding)}</article>"
        )

    def _action(self, finding: Finding) -> str:
        asked = "no_action" if finding.action is None else "action"
        heading = f'<p class="cell">{escaped(self.headings[asked])}</p>'
        if finding.action is None:
            blanks = "".join(f"<span>{escaped(self.headings[name])}</span>" for name in BLANKS)
            return f'<div class="action ask">{heading}<div class="blank">{blanks}</div></div>'
        who, by = escaped(finding.action["who"]), escaped(finding.action["by"])
        text = escaped(finding.action["text"])
        return f'<div class="action">{heading}<p><b>{who}</b> {text} <b>{by}</b></p></div>'

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        findings = []
        for finding in self.findings:
            record = asdict(finding)
            record["columns"] = (
                [] if finding.columns is None else finding.columns.to_dict("records")
            )
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
            "csv": to_csv(self.frame()).decode("utf-8"),
            "states": self.states,
        }
        lines = [f"{finding.title} {finding.change}" for finding in self.findings]
        return {
            "text/html": stylesheet() + self.html(),
            "text/plain": "\n".join([self.title, *lines]),
            MIME: record,
        }


BLANKS = ("who", "what", "when")


# ---- pictures
def picture(finding: Finding, plain: bool = False) -> str:
    """What a finding looks like: columns by month, or a bar of yes, no and unknown; nothing for a
    share alone.
    """
    if finding.columns is not None:
        return _months(finding, plain)
    return _parts(finding, plain) if finding.parts else ""


def slope(finding: Finding) -> str:
    """The value a year ago and now, joined: those of the title and of the key numbers."""
    if finding.now is None or finding.before is None:
        return ""
    now, before = formatting.percent(finding.now), formatting.percent(finding.before)
    down = 30 * min(max(finding.now - finding.before, -0.4), 0.4)
    label = f"{finding.years[0]} : {before} ; {finding.years[1]} : {now}"
    return (
        f'<svg class="slope" viewBox="0 0 190 40" role="img" aria-label="{escape(label)}">'
        f'<line x1="62" x2="122" y1="{17 + down:.1f}" y2="{17 - down:.1f}" stroke="var(--axis)" stroke-width="1.6"/>'
        f'<circle cx="62" cy="{17 + down:.1f}" r="4.5" fill="var(--axis)"/>'
        f'<circle cx="122" cy="{17 - down:.1f}" r="5.2" fill="var(--t)"/>'
        f'<text x="52" y="21" text-anchor="end" fill="var(--mute)" font-size="14">{escape(before)}</text>'
        f'<text x="132" y="21" fill="var(--tt)" font-weight="700" font-size="14">{escape(now)}</text>'
        f'<text x="52" y="37" text-anchor="end" fill="var(--mute)" font-size="11.5">{finding.years[0]}</text>'
        f'<text x="132" y="37" fill="var(--mute)" font-size="11.5">{finding.years[1]}</text></svg>'
    )


def _colours(finding: Finding, plain: bool) -> dict[str, str]:
    from analysis.charts import colour

    if plain:
        names = {"full": finding.family, "grey": "axis", "no": "no", "ink": "ink", "mute": "mute"}
        return {name: colour(role) for name, role in names.items()} | {"on": colour("on")}
    return {
        "full": "var(--t)",
        "grey": "var(--axis)",
        "no": "var(--no)",
        "ink": "var(--ink)",
        "mute": "var(--mute)",
        "on": "var(--paper)",
    }


def _bar_width(plain: bool) -> int:
    return PLAIN_BAR_WIDTH if plain else BAR_WIDTH


def _months(finding: Finding, plain: bool) -> str:
    """Terms by month: last year's in grey beside this year's, each with its number."""
    tone, rows = _colours(finding, plain), finding.columns
    tallest = max(1, rows[["now", "before"]].max(axis=None))
    whole_width = 1.6 * _bar_width(plain)
    step = whole_width / len(rows)
    drawn = []
    for position, row in enumerate(rows.itertuples()):
        start_x = position * step
        for shift, count, fill in ((0.12, row.before, tone["grey"]), (0.48, row.now, tone["full"])):
            height = 78 * count / tallest
            x = start_x + shift * step
            drawn.append(
                f'<rect x="{x:.1f}" y="{96 - height:.1f}" width="{0.34 * step:.1f}" height="{height:.1f}" fill="{fill}"/>'
                f'<text x="{x + 0.17 * step:.1f}" y="{91 - height:.1f}" font-size="11.5" text-anchor="middle"'
                f' fill="{tone["ink"]}">{formatting.number(count)}</text>'
            )
        drawn.append(
            f'<text x="{start_x + 0.47 * step:.1f}" y="112" font-size="12" text-anchor="middle"'
            f' fill="{tone["mute"]}">{escape(row.label)}</text>'
        )
    described = ", ".join(
        f"{row.label} : {formatting.number(row.before)} / {formatting.number(row.now)}"
        for row in rows.itertuples()
    )
    key = f"{finding.years[0]} / {finding.years[1]}"
    label = escape(f"{key} — {described}")
    return (
        f'<svg class="months" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole_width:.0f} 118" role="img"'
        f' aria-label="{label}"><line x1="0" x2="{whole_width:.0f}" y1="96" y2="96" stroke="{tone["grey"]}"/>'
        f"{''.join(drawn)}</svg>"
    )


def _parts(finding: Finding, plain: bool) -> str:
    """Yes, no and unknown as parts of one bar, each with its number where it has room."""
    tone = _colours(finding, plain)
    total = max(1, sum(finding.parts.values()))
    whole_width = _bar_width(plain)
    names = {part: say(f"figures.drawn.{part}") for part in finding.parts}
    fills = {"yes": tone["full"], "no": tone["no"], "unknown": "none"}
    texts = {"yes": tone["on"], "no": tone["ink"], "unknown": tone["ink"]}
    start_x, drawn, described = 0.0, [], []
    for part, count in finding.parts.items():
        width = whole_width * count / total
        described.append(f"{names[part]} {formatting.number(count)}")
        if count:
            dashes = ' stroke-dasharray="3 2"' if part == "unknown" else ""
            drawn.append(
                f'<rect x="{start_x:.1f}" y="18" width="{max(width - 1, 0.5):.1f}" height="22" fill="{fills[part]}"'
                f' stroke="{tone["grey"]}" stroke-width="{0.8 if part == "unknown" else 0}"{dashes}/>'
            )
        if width > 26:
            drawn.append(
                f'<text x="{start_x + width / 2:.1f}" y="33.5" font-size="12.5" font-weight="600" text-anchor="middle"'
                f' fill="{texts[part]}">{formatting.number(count)}</text>'
            )
            end = part == "unknown"
            position = start_x + width if end else start_x
            anchor = ' text-anchor="end"' if end else ""
            drawn.append(
                f'<text x="{position:.1f}" y="12" font-size="12"{anchor} fill="{tone["mute"]}">{escape(names[part])}</text>'
            )
        start_x += width
    return (
        f'<svg class="parts" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole_width} 44" role="img"'
        f' aria-label="{escape(", ".join(described))}">{"".join(drawn)}</svg>'
    )
