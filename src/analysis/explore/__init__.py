"""The analysts' door: open a cleaned study, look, filter, ask why, change what was chosen, keep what was found.

The study's own notebooks go through the same door, so that a number found by hand is the number of the report.
"""

import json
from html import escape
from pathlib import Path

import pandas as pd

from analysis import exhibits
from analysis.article import workbook_export
from analysis.article.exhibit import Unsupported, stylesheet
from analysis.article.table_export import printable, said, to_csv
from analysis.clean import cleaned_folder
from analysis.declare import parameters
from analysis.declare import schema as declared
from analysis.declare.faults import Refused, refusal, unknown
from analysis.disclosure import audiences
from analysis.exhibits.followed_relations import followed_relations
from analysis.explore.relation_history import Story
from analysis.study import study
from analysis.text import formatting

_ = formatting.text


def open(data: str | Path = "demo", **asked) -> "Study":
    """A cleaned study, by name under `data/processed` or by folder, as seen with these parameters.

    `impact-study params` lists the parameters; a blank one is as if not given.

    >>> open("demo", day="2017-12-31", lang="en").day
    Timestamp('2017-12-31 00:00:00')
    """
    given = parameters.parse({"data": data, **asked})
    return Study(cleaned_folder.locate(given.data), given)


class Study(study.Study):
    """A cleaned study that shows itself, gives any exhibit and tells why a number is what it is.

    >>> study = open("demo", lang="en")
    >>> study.where(region="Bretagne").on("2017-12-31").filters
    {'region': 'Bretagne'}
    """

    def __init__(self, *given):
        super().__init__(*given)
        self.shown = []
        """What has been looked at so far through this study and those made from it: parameters and call of each exhibit."""

    def with_(self, **changed) -> "Study":
        """The same study with other parameters; the first one stays as it is.

        >>> open("demo").with_(grace_days=365).parameters.grace_days
        365
        """
        other = super().with_(**changed)
        other.shown = self.shown
        return other

    def exhibit(self, name: str, **options):
        """A figure or table of the study with its words, by id; where the data do not support it, what comes back says why.

        >>> open("demo", lang="en").exhibit("F3").n > 1000
        True
        """
        self.speak()
        call = ", ".join(
            [f'"{name}"', *(f"{option}={value!r}" for option, value in options.items())]
        )
        if (self.parameters, call) not in self.shown:
            self.shown.append((self.parameters, call))
        try:
            built = exhibits.build(self, name, **options)
            if self.parameters.audience == "team":
                return built
            horizon = self.parameters.horizon_months
            followed = followed_relations(self)
            ended = int((followed["ended"] & (followed["duration_months"] <= horizon)).sum())
            known = {"F4": len(followed), "T8": ended}.get(
                name
            )  # what the disclosure of these depends on beside them
            part = next(
                ((by, value) for by, value in self.filters.items() if by in ("region", "level")),
                None,
            )
            withheld = audiences.companions(self.all_relations, *part) if part else set()
            return audiences.disclosed(
                built, self.parameters.audience, horizon=horizon, known=known, withheld=withheld
            )
        except Unsupported as unsupported:
            return Unsupported(unsupported.reason, unsupported.id or name)

    def dictionary(self, table: str) -> pd.DataFrame:
        """The label, kind and unit of every column of a table, what it may hold, and how many of its values are known.

        >>> open("demo", lang="en").dictionary("votes").at["points", "unit"]
        'points'
        """
        if table not in declared.declared():
            raise unknown("table", table, declared.declared())
        frame = self.relations if table == "relations" else self.known(table)
        rows = [
            {
                "column": column.name,
                "label": column.label(self.lang),
                "kind": column.kind,
                "unit": column.unit,
                "values": ", ".join(column.values),
                "known": int(frame[column.name].notna().sum()),
                "rows": len(frame),
            }
            for column in declared.columns(table).values()
        ]
        return pd.DataFrame(rows).set_index("column")

    def why(self, relation_id: str) -> Story:
        """The story of a relation: raw lines, agreements, events, how its status and each of its lines came about.

        >>> open("demo", lang="en").why("R0042").relation["relation_id"]
        'R0042'
        """
        if self.parameters.audience != "team":
            raise refusal(
                "audience",
                "the story of one relation is for the study team only",
                self.parameters.audience,
            )
        known = list(self.all_relations["relation_id"])
        if relation_id not in known:
            raise unknown("relation", relation_id, known, 3)
        self.speak()
        return Story(self, relation_id)

    def panel(self):
        """Controls beside the key figures, in JupyterLab: day, grace, who is who, region, domain, level and form.

        >>> type(open("demo").panel()).__name__
        'Panel'
        """
        from analysis.explore.panel import Panel

        return Panel(self)

    def save_notebook(self, path: str | Path) -> Path:
        """Write a parameterised notebook with the present parameters and every exhibit looked at; returns its path.

        An exhibit looked at under a choice of its own (`study.with_(grace_days=365).exhibit("F3")`) keeps that choice.
        `impact-study run --notebook PATH` renders the notebook like the study's own, also `--by region`.

        >>> import tempfile
        >>> open("demo").save_notebook(tempfile.mkdtemp() + "/question.ipynb").name
        'question.ipynb'
        """
        import nbformat
        from nbformat import v4

        path = Path(path)
        asked = self.parameters.model_dump()
        written = "\n".join(f"{name} = {_literal(value)}" for name, value in asked.items())
        given = ", ".join("data" if name == "data" else f"{name}={name}" for name in asked)
        shown = [f"study{self._apart(seen)}.exhibit({call})" for seen, call in self.shown] or [
            'study.exhibit("F3")'
        ]
        cells = [
            v4.new_markdown_cell(f"# {path.stem.replace('-', ' ').replace('_', ' ').capitalize()}"),
            v4.new_code_cell(written, metadata={"tags": ["parameters"]}),
            v4.new_code_cell(
                f"from analysis import explore\n\nstudy = explore.open({given})\nstudy"
            ),
            *(v4.new_code_cell(call) for call in dict.fromkeys(shown)),
        ]
        for place, cell in enumerate(cells):
            cell["id"] = f"cell-{place}"
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(
            v4.new_notebook(
                cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}
            ),
            path,
        )
        return path

    def _apart(self, seen: parameters.Parameters) -> str:
        """The call that leads from this study to the one through which something was seen; what was left at its default then
        follows this study's choice."""
        now, default = self.parameters.model_dump(), parameters.Parameters().model_dump()
        told = seen.model_dump(exclude={"lang", "data"}).items()
        own = [
            f"{name}={_literal(value)}"
            for name, value in told
            if value not in (now[name], default[name])
        ]
        return f".with_({', '.join(own)})" if own else ""

    def export(self, path: str | Path) -> Path:
        """Write a table, named by the file (`relations.xlsx`, `partners.csv`, `accounts.parquet`), with its dictionary.

        No cell can run as a formula. The rules of the study's audience apply: names and answers leave the team only in
        tables that may hold them. The dictionary is a sheet of the workbook, or a file beside.

        >>> import tempfile
        >>> open("demo").export(tempfile.mkdtemp() + "/relations.csv").name
        'relations.csv'
        """
        path = Path(path)
        name, ending = path.stem, path.suffix.lower()
        names = [table for table in declared.declared() if table != "grants"]
        faults = [] if name in names else unknown("table", name, names, len(names)).faults
        if ending not in (".xlsx", ".csv", ".parquet"):
            faults += refusal(
                path.name, "expected a name that ends in .xlsx, .csv or .parquet", ending
            ).faults
        if faults:
            raise Refused(faults, 2)
        frame = audiences.released(getattr(self, name), name, self.parameters.audience)
        meaning = self.dictionary(name).loc[list(frame.columns)].reset_index()
        path.parent.mkdir(parents=True, exist_ok=True)
        if ending == ".xlsx":
            workbook_export.write(
                path,
                {title: _rows(sheet) for title, sheet in ((name, frame), ("dictionary", meaning))},
            )
            return path
        if ending == ".csv":
            path.write_bytes(to_csv(frame))
        else:
            frame.to_parquet(path, index=False)
        path.with_name(f"{name}.dictionary.csv").write_bytes(to_csv(meaning))
        return path

    def opening(self) -> list[str]:
        """The sentences with which every notebook opens: the day, what is kept, how many relations, what is unknown.

        >>> open("demo", lang="en").opening()[0]
        'Situation on 27 June 2018: all relations.'
        """
        self.speak()
        found, audience = self.relations, self.parameters.audience
        status = {
            name: int((found["status"] == name).sum())
            for name in ("running", "ended", "to confirm")
        }
        known = _("{n} {n:relation is|relations are} known", n=audiences.few(len(found), audience))
        if audiences.together(status.values(), audience):
            counts = {name.removeprefix("to "): many for name, many in status.items()}
            known += _(": {running} running, {ended} ended, {confirm} to confirm.", **counts)
        situation = _("Situation on {day}: {scope}.", day=self.day, scope=self.scope_line)
        told = [situation, known.rstrip(".") + "."]
        sources = {
            "answers": _("the survey"),
            "accounts": _("the accounts"),
            "events": _("the events"),
        }
        if absent := [name for table, name in sources.items() if not self.has(table)]:
            lacking = _(
                "The sources do not hold {absent}: what depends on them is said to be unknown.",
                absent=formatting.join(absent),
            )
            told.append(lacking)
        return told

    def _repr_html_(self) -> str:
        self.speak()
        stamp = f'<p class="stamp">{escape(_("Demonstration data"))}</p>' if self.synthetic else ""
        sentences = " ".join(escape(sentence) for sentence in self.opening())
        rows = "".join(
            f"<tr><th scope='row'>{escape(_(name))}</th><td>{audiences.few(len(self.known(name)), self.parameters.audience)}</td></tr>"
            for name in declared.declared()
            if name not in ("grants", "relations") and self.has(name)
        )
        table = (
            f"<details class='tables'><summary>{escape(_('Tables and their rows'))}</summary>"
            f"<table><thead><tr><th scope='col'>{escape(_('Table'))}</th><th scope='col'>{escape(_('Rows'))}</th></tr></thead>"
            f"<tbody>{rows}</tbody></table></details>"
        )
        title = f'<p class="of"><strong>{said(self.title)}</strong></p>'
        return f'{stylesheet()}<div class="opening">{title}{stamp}<p>{sentences}</p><p class="source">{said(self.source_line)}</p>{table}</div>'

    def __repr__(self) -> str:
        self.speak()
        return f"{self.title}\n" + "\n".join(self.opening())


def _literal(value) -> str:
    """A value as a notebook's parameter: text in double quotes, whatever it holds.

    >>> _literal('Les "Amis"'), _literal(180)
    ('"Les \\\\"Amis\\\\""', '180')
    """
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _rows(frame: pd.DataFrame) -> list[list]:
    """A frame as the rows of a sheet, header first, its texts without what a sheet cannot hold."""
    columns = [
        [printable(value) if isinstance(value, str) else value for value in frame[name].tolist()]
        for name in frame
    ]
    return [list(frame.columns), *(list(row) for row in zip(*columns, strict=True))]
