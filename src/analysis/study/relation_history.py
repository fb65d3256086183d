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
from analysis.article.exhibit_words import line_names
from analysis.article.table_export import escaped, table
from analysis.declare import schema as declared
from analysis.declare.faults import unknown
from analysis.indicators import lines
from analysis.study import questions
from analysis.text import formatting

_ = formatting.text

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
        """The rows of a table that tell of the relation: by its agreements, else by its partner
        (and entity).
        """
        rows, relation = study.known(name), self.relation
        if name in ("contributions", "events"):
            return rows[rows["agreement_id"].isin(self.agreements["agreement_id"])]
        of_partner = rows["partner_id"] == relation["partner_id"]
        return (
            rows[of_partner & (rows["entity"] == relation["entity"])]
            if name == "answers"
            else rows[of_partner]
        )

    def _status(self, study) -> str:
        relation, last = self.relation, self.agreements.iloc[-1] if len(self.agreements) else None
        fields = {
            name: formatting.date(relation[name]) for name in ("start", "entry", "last_known")
        } | {
            "n": formatting.number(relation["agreements"]),
            "months": formatting.number(relation["duration_months"], 1),
            "grace": formatting.number(study.parameters.grace_days),
            "cause": _(relation["cause"]) if relation["ended"] else "",
            "until": formatting.date(
                relation["last_known"] + pd.Timedelta(days=study.parameters.grace_days)
            ),
        }
        sentences = [_("Begun on {start}: {n} {n:agreement|agreements}, {months} months.")]
        if many := relation["interruptions"]:
            sentences.append(
                _("{n} {n:interruption|interruptions} shorter than the grace.", n=many)
            )
        if relation["entry"] > relation["start"]:
            sentences.append(
                _("Its source sees it from {entry} on; what came before is not counted.")
            )
        if relation["status"] == "running":
            sentences.append(
                _("Running: an agreement covers the last day that its source sees, {last_known}.")
            )
        elif relation["status"] == "ended":
            sentences.append(
                _(
                    "Ended: the last term came on {last_known}, and {grace} days have passed without a new agreement."
                )
            )
            sentences.append(
                _("Cause recorded: {cause}.")
                if relation["cause"] != "unknown"
                else _("The cause is not recorded.")
            )
        elif (
            last is not None
            and pd.notna(last["tacit_renewal"])
            and last["tacit_renewal"]
            and pd.isna(last["end"])
        ):
            silence = _(
                "To confirm: the agreement renews itself, but nothing has been heard since {last_known}, more than 18 months."
            )
            sentences.append(silence)
        elif relation["last_known"] + pd.Timedelta(days=study.parameters.grace_days) < study.day:
            sentences.append(
                _(
                    "To confirm: its source has ceased to see, and what came after {last_known} is not known."
                )
            )
        else:
            sentences.append(
                _(
                    "To confirm: the last term came on {last_known}, and a new agreement may still be signed until {until}."
                )
            )
        return " ".join(sentences).format(**fields)

    def _parts(self) -> list[tuple[str, pd.DataFrame, dict[str, str], dict[str, str]]]:
        """The title, rows, labels and formats of each part, as it is read."""
        raw_lines = self.raw_lines.assign(line=self.raw_lines["line"].astype("str"))
        raw = (
            raw_lines.groupby(["table", "source"], sort=False)["line"].agg(", ".join).reset_index()
        )
        line_states = self.lines.reset_index().drop(columns="measure")
        line_states["value"] = [_measured(value) for value in line_states["value"]]
        line_states["threshold"] = [
            _compared(self.declared_lines[name]) for name in line_states["line"]
        ]
        line_states["holds"] = line_states["holds"].map(_said)
        names = {"table": _("Table"), "source": _("File"), "line": _("Lines in the file")}
        read = {
            "line": _("Line"),
            "statement": _("Statement"),
            "value": _("Measured"),
            "threshold": _("Compared with"),
        }
        read["holds"] = _("Holds")
        return [
            (_("Raw lines"), raw, names, dict.fromkeys(names, "text")),
            (_("Agreements"), *self._declared("agreements", self.agreements, AGREEMENTS)),
            (_("Events"), *self._declared("events", self.events, EVENTS)),
            (
                _("Lines of fragility and of strength"),
                line_states,
                read,
                dict.fromkeys(read, "text"),
            ),
        ]

    def _declared(
        self, name: str, rows: pd.DataFrame, shown: tuple[str, ...]
    ) -> tuple[pd.DataFrame, dict, dict]:
        kinds = {column: declared.columns(name)[column] for column in shown}
        declared_rows = rows[list(shown)].assign(
            **{column: rows[column].map(_said) for column in shown if kinds[column].kind != "date"}
        )
        formats = {
            column: "date" if kind.kind == "date" else "text" for column, kind in kinds.items()
        }
        return (
            declared_rows,
            {column: kind.label(self.lang) for column, kind in kinds.items()},
            formats,
        )

    def _repr_html_(self) -> str:
        formatting.use(self.lang)
        parts, none = "", f"<p>{escape(_('None is recorded.'))}</p>"
        for title, rows, labels, formats in self._parts():
            tables_html = (
                f'<div class="picture">{table(rows, labels, formats, title)}</div>'
                if len(rows)
                else none
            )
            parts += f"<h4>{escape(title)}</h4>{tables_html}"
        title = f"{self.relation['relation_id']} · {self.relation['partner_id']} · {self.relation['entity']}"
        return f'{stylesheet()}<article class="exhibit across story"><h3>{escaped(title)}</h3><p>{escaped(self.status)}</p>{parts}</article>'

    def __repr__(self) -> str:
        formatting.use(self.lang)
        sentences = [f"{self.relation['relation_id']}: {self.status}"]
        for title, rows, labels, _formats in self._parts():
            table_texts = (
                rows.rename(columns=labels).to_string(index=False)
                if len(rows)
                else _("None is recorded.")
            )
            sentences.append(f"{title}\n{table_texts}")
        return "\n\n".join(sentences)


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
    """A recorded value as it is read."""
    if formatting.missing(value):
        return _("unknown")
    return {"True": _("yes"), "False": _("no")}.get(str(value)) or _(str(value))


def _measured(value: float) -> str:
    if value != value or np.isinf(value):
        return _("unknown") if value != value else _("never")
    return formatting.number(value, 0 if value == int(value) else 2)


def _compared(line: lines.Line) -> str:
    sign = {">=": "\u2265", "<=": "\u2264"}.get(line.sign, line.sign)
    return f"{sign} {formatting.number(line.threshold, 0 if line.threshold == int(line.threshold) else 1)}"


def _raw_lines(study, mine: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Where the rows that tell of a relation stand: columns table, source, line, key, fate."""
    raw = study.raw("lines")
    first = raw["key"].str.partition("|")[0]
    is_of_relation = pd.Series(False, index=raw.index)
    for name, rows in mine.items():
        key = "agreement_id" if name == "grants" else declared.key(name)[0]
        is_of_relation |= (raw["table"] == name) & first.isin(rows[key])
    lines_of_relation = raw.loc[is_of_relation, ["table", "source", "line", "key", "fate"]]
    order = lines_of_relation["table"].map(
        {
            name: position
            for position, name in enumerate(dict.fromkeys(["agreements", "grants", *mine]))
        }
    )
    return lines_of_relation.iloc[
        np.lexsort((lines_of_relation["line"], lines_of_relation["source"], order))
    ].reset_index(drop=True)


def _lines(study, relation_id: str) -> pd.DataFrame:
    """What each line was read from: its statement, the measure, its value, what it is compared
    with, and whether it holds.
    """
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
