"""The story of one relation: the raw lines that it rests on, its agreements and events, how its
status and each line came about.

What is not recorded is said to be unknown: an empty list of events is no quiet relation, it may be
one that nobody wrote down.
"""

from html import escape

import numpy as np
import pandas as pd

from analysis import relations
from analysis.article.captions import stylesheet
from analysis.article.exhibit_table import table
from analysis.article.exhibit_words import line_names, values_of_sides
from analysis.article.table_export import escaped
from analysis.declare import schema as declared
from analysis.declare.faults import unknown
from analysis.indicators import lines
from analysis.study import questions
from analysis.text import formatting
from analysis.text.facts import Number
from analysis.text.messages import entries, say

AGREEMENTS = ("agreement_id", "start", "planned_end", "end", "tacit_renewal", "end_reason")
EVENTS = ("date", "kind", "reason")


class Story:
    """What is known of one relation and how: frames `agreements`, `events`, `raw_lines`, `lines`,
    the sentences `status`.

    `relation` is its row; `raw_lines` says in which file and line each row of each table stands
    that tells of it; `lines` has the measure that each line of fragility and strength was read
    from, what it is compared with, and whether it holds: missing is unknown, infinite is never.

    >>> from analysis import explore
    >>> study = explore.open("demo", lang="en")
    >>> told = study.why(study.relations["relation_id"].iloc[0])
    >>> told.lines.loc["LF6"].astype(str).tolist()[::3]
    ['A single contact on one side', '<= 1']
    """

    def __init__(self, study, relation_id: str):
        of_relation = study.all_relations
        self.lang, self.day = study.lang, study.day
        self.relation = of_relation.set_index("relation_id", drop=False).loc[relation_id]
        signed = study.known("agreements")
        signed = signed[(relations.membership(signed, of_relation) == relation_id).to_numpy()]
        self.agreements = signed.sort_values(["start", "agreement_id"])
        table_names = ("accounts", "answers", "contributions", "events", "partners", "projects")
        mine = {name: self._rows(study, name) for name in table_names}
        mine["sites"] = study.known("sites")[
            lambda sites: sites["project_id"].isin(mine["projects"]["project_id"])
        ]
        self.events = mine["events"].sort_values(["date", "event_id"])
        self.raw_lines = _raw_lines(
            study, mine | {"agreements": self.agreements, "grants": self.agreements}
        )
        self.declared_lines = lines.declared_lines(study.conventions)
        self.lines = _lines(study.where(**dict.fromkeys(study.filters, "")), relation_id)
        self.status = self._status(study)

    def _rows(self, study, name: str) -> pd.DataFrame:
        rows, relation = study.known(name), self.relation
        if name in ("contributions", "events"):
            return rows[rows["agreement_id"].isin(self.agreements["agreement_id"])]
        of_partner = rows["partner_id"] == relation["partner_id"]
        if name == "answers":
            of_partner &= rows["entity"] == relation["entity"]
        return rows[of_partner]

    def _status(self, study) -> str:
        relation, silence = self.relation, study.conventions["silence_months"]
        grace = pd.Timedelta(days=study.parameters.grace_days)
        is_tacit, cause = False, ""
        seen_until = study.seen_until(relation.to_frame().T).iloc[0]
        was_seen_to_the_last = seen_until < study.day and relation["last_known"] >= seen_until
        if relation["ended"] and relation["cause"] != "unknown":
            cause = values_of_sides(study).get(relation["cause"])
            cause = cause or formatting.text(relation["cause"])
        if len(self.agreements):
            last = self.agreements.iloc[-1]
            is_tacit = pd.notna(last["tacit_renewal"]) and bool(last["tacit_renewal"])
            is_tacit &= pd.isna(last["end"])
        return say(
            "story.status",
            **{name: relation[name] for name in ("start", "entry", "last_known")},
            n=relation["agreements"],
            months=Number(relation["duration_months"], digits=1),
            interruptions=relation["interruptions"],
            is_seen_later=relation["entry"] > relation["start"],
            is_running=relation["status"] == "running",
            is_ended=relation["status"] == "ended",
            is_tacit=is_tacit,
            is_unseen=was_seen_to_the_last or relation["last_known"] + grace < study.day,
            day=study.day,
            grace=grace.days,
            silence=silence,
            until=relation["last_known"] + grace,
            cause=cause,
        )

    def _parts(self) -> list[tuple[str, pd.DataFrame, dict[str, str], dict[str, str]]]:
        raw_lines = self.raw_lines.assign(line=self.raw_lines["line"].astype("str"))
        by_file = raw_lines.groupby(["table", "source"], sort=False)["line"]
        raw = by_file.agg(", ".join).reset_index()
        states = self.lines.reset_index().drop(columns="measure")
        states["value"] = [_measured(value) for value in states["value"]]
        states["threshold"] = [_compared(self.declared_lines[name]) for name in states["line"]]
        states["holds"] = states["holds"].map(_said)
        names, read = entries("story.raw"), entries("story.columns")
        return [
            (say("story.raw_lines"), raw, names, dict.fromkeys(names, "text")),
            (say("story.agreements"), *self._declared("agreements", self.agreements, AGREEMENTS)),
            (say("story.events"), *self._declared("events", self.events, EVENTS)),
            (say("story.lines"), states, read, dict.fromkeys(read, "text")),
        ]

    def _declared(
        self, name: str, rows: pd.DataFrame, shown: tuple[str, ...]
    ) -> tuple[pd.DataFrame, dict, dict]:
        kinds = {column: declared.columns(name)[column] for column in shown}
        texts = [column for column in shown if kinds[column].kind != "date"]
        words_by_column = {column: rows[column].map(_said) for column in texts}
        formats = dict.fromkeys(shown, "date") | dict.fromkeys(texts, "text")
        labels = {column: kind.label(self.lang) for column, kind in kinds.items()}
        return rows[list(shown)].assign(**words_by_column), labels, formats

    def _repr_html_(self) -> str:
        formatting.use(self.lang)
        parts = ""
        for title, rows, labels, formats in self._parts():
            part = f"<p>{escape(say('story.none'))}</p>"
            if len(rows):
                part = f'<div class="picture">{table(rows, labels, formats, title)}</div>'
            parts += f"<h4>{escape(title)}</h4>{part}"
        title = " · ".join(self.relation[["relation_id", "partner_id", "entity"]].astype("str"))
        head = f"<h3>{escaped(title)}</h3><p>{escaped(self.status)}</p>"
        return f'{stylesheet()}<article class="exhibit across story">{head}{parts}</article>'

    def __repr__(self) -> str:
        formatting.use(self.lang)
        parts = [f"{self.relation['relation_id']}: {self.status}"]
        for title, rows, labels, _formats in self._parts():
            rows_as_text = say("story.none")
            if len(rows):
                rows_as_text = rows.rename(columns=labels).to_string(index=False)
            parts.append(f"{title}\n{rows_as_text}")
        return "\n\n".join(parts)


def why(study, relation_id: str) -> Story:
    """The story of a relation: raw lines, agreements, events, its status and each of its lines.

    >>> from analysis import explore
    >>> study = explore.open("demo", lang="en")
    >>> first = study.relations["relation_id"].iloc[0]
    >>> study.why(first).relation["relation_id"] == first
    True
    """
    questions.refuse_others(study, "stories of single relations")
    relation_ids = list(study.all_relations["relation_id"])
    if relation_id not in relation_ids:
        raise unknown("relation", relation_id, relation_ids, 3)
    study.speak()
    return Story(study, relation_id)


def _said(value) -> str:
    if formatting.is_missing(value):
        return say("story.unknown")
    if isinstance(value, bool | np.bool_):
        if value:
            return say("story.yes")
        return say("story.no")
    return formatting.text(str(value))


def _measured(value: float) -> str:
    if np.isnan(value):
        return say("story.unknown")
    if np.isinf(value):
        return say("story.never")
    return formatting.number(value, 0 if value == int(value) else 2)


def _compared(line: lines.Line) -> str:
    sign = {">=": "\u2265", "<=": "\u2264"}.get(line.sign, line.sign)
    return f"{sign} {formatting.number(line.threshold, 0 if line.threshold == int(line.threshold) else 1)}"


def _raw_lines(study, mine: dict[str, pd.DataFrame]) -> pd.DataFrame:
    raw = study.raw("lines")
    first = raw["key"].str.partition("|")[0]
    is_of_relation = pd.Series(False, index=raw.index)
    for name, rows in mine.items():
        key = "agreement_id" if name == "grants" else declared.key(name)[0]
        is_of_relation |= (raw["table"] == name) & first.isin(rows[key])
    lines_of_relation = raw.loc[is_of_relation, ["table", "source", "line", "key", "fate"]]
    tables = dict.fromkeys(["agreements", "grants", *mine])
    order = lines_of_relation["table"].map(dict(zip(tables, range(len(tables)), strict=True)))
    keys = lines_of_relation["line"], lines_of_relation["source"], order
    return lines_of_relation.iloc[np.lexsort(keys)].reset_index(drop=True)


def _lines(study, relation_id: str) -> pd.DataFrame:
    measured, line_states = study.measures.loc[relation_id], study.lines.loc[relation_id]
    statement = line_names(study)
    rows = {
        name: (
            statement[name],
            line.measure,
            measured[line.measure],
            f"{line.sign} {line.threshold:g}",
            line_states[name],
        )
        for name, line in lines.declared_lines(study.conventions).items()
    }
    columns = ["statement", "measure", "value", "threshold", "holds"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("line")
