"""The analysts' door: open a cleaned study, look, filter, ask why, change what was chosen, keep what was found.

The study's own notebooks go through the same door, so that a number found by hand is the number of the report.
"""

from html import escape
from pathlib import Path

import pandas as pd

from analysis import lines, parameters, relations, scope, words
from analysis import tables as declared
from analysis.exhibit import Unsupported
from analysis.faults import Fault, Refused, nearest

_ = words.text


def open(data: str = "demo", **asked) -> "Study":
    """A cleaned study, by name under `data/processed` or by folder, as seen with these parameters.

    `impact-study params` lists the parameters; a blank one is as if not given.

    >>> open("demo", day="2017-12-31", lang="en").day
    Timestamp('2017-12-31 00:00:00')
    """
    given = parameters.parse({"data": data, **asked})
    return Study(scope.locate(given.data), given)


class Study(scope.Study):
    """A cleaned study that shows itself, gives any exhibit and tells why a number is what it is.

    >>> study = open("demo", lang="en")
    >>> study.where(region="Bretagne").on("2017-12-31").filters
    {'region': 'Bretagne'}
    """

    def __init__(self, folder: Path, asked: parameters.Parameters, read: dict | None = None, shown: list[str] | None = None):
        super().__init__(folder, asked, read)
        self.shown = [] if shown is None else shown
        """The exhibits looked at so far through this study and those made from it, as calls."""

    def with_(self, **changed) -> "Study":
        """The same study with other parameters; the first one stays as it is.

        >>> open("demo").with_(grace_days=365).parameters.grace_days
        365
        """
        asked = parameters.parse({**self.parameters.model_dump(), **changed})
        return Study(self.folder, asked, self._read, self.shown)

    def exhibit(self, name: str, **options):
        """A figure or table of the study with its words, by id; where the data do not support it, what comes back says why.

        >>> open("demo", lang="en").exhibit("F3").n > 1000
        True
        """
        from analysis import disclosure, exhibits

        words.use(self.lang)
        call = ", ".join([f'"{name}"', *(f"{option}={value!r}" for option, value in options.items())])
        if call not in self.shown:
            self.shown.append(call)
        try:
            built = exhibits.build(self, name, **options)
            among = len(exhibits.durability.followed(self.relations)) if name == "F4" else None
            asked = self.parameters
            return disclosure.disclosed(built, asked.audience, horizon=asked.horizon_months, known=among)
        except Unsupported as unsupported:
            return Unsupported(unsupported.reason, unsupported.id or name)

    def dictionary(self, table: str) -> pd.DataFrame:
        """The label, kind and unit of every column of a table, what it may hold, and how many of its values are known.

        >>> open("demo", lang="en").dictionary("votes").at["points", "unit"]
        'points'
        """
        if table not in declared.declared():
            raise Refused([scope._unknown("table", table, nearest(table, list(declared.declared())))], 2)
        frame = self.relations if table == "relations" else self.known(table)
        rows = [
            {
                "column": column.name, "label": column.label(self.lang), "kind": column.kind, "unit": column.unit,
                "values": ", ".join(column.values), "known": int(frame[column.name].notna().sum()), "rows": len(frame),
            }
            for column in declared.columns(table).values()
        ]  # fmt: skip
        return pd.DataFrame(rows).set_index("column")

    def why(self, relation_id: str) -> "Story":
        """The story of a relation: raw lines, agreements, events, how its status and each of its lines came about.

        >>> open("demo", lang="en").why("R0042").relation["relation_id"]
        'R0042'
        """
        found = self.all_relations
        if self.parameters.audience != "team":
            told = "the story of one relation is for the study team only"
            raise Refused([Fault("audience", None, "", "parameter", self.parameters.audience, told)], 2)
        if relation_id not in set(found["relation_id"]):
            known = list(found["relation_id"])
            raise Refused([scope._unknown("relation", relation_id, nearest(relation_id, known) or known[:3])], 2)
        words.use(self.lang)
        relation = found.set_index("relation_id", drop=False).loc[relation_id]
        signed = self.known("agreements")
        signed = signed[relations.membership(signed, found) == relation_id]
        events = self.known("events")
        events = events[events["agreement_id"].isin(signed["agreement_id"])].sort_values(["date", "event_id"])
        raw = self.raw("lines")
        raw = raw[(raw["table"].isin(["agreements", "grants"])) & raw["key"].isin(signed["agreement_id"])]
        seen = self if not self.filters else Study(self.folder, self.parameters.model_copy(update=dict.fromkeys(self.filters, "")), self._read)
        return Story(relation, signed, events, raw[["source", "line", "key", "fate"]], _statements(seen, relation_id), _status(self, relation))

    def panel(self):
        """Controls beside the key figures, in JupyterLab: day, grace, who is who, region, domain, level and form.

        >>> type(open("demo").panel()).__name__
        'Panel'
        """
        from analysis.panel import Panel

        return Panel(self)

    def save_notebook(self, path: str | Path) -> Path:
        """Write a parameterised notebook with the present parameters and every exhibit looked at; returns its path.

        `impact-study run --notebook PATH` renders it like the study's own.

        >>> import tempfile
        >>> open("demo").save_notebook(tempfile.mkdtemp() + "/question.ipynb").name
        'question.ipynb'
        """
        import nbformat
        from nbformat import v4

        path = Path(path)
        asked = self.parameters.model_dump() | {"data": self.about["name"]}
        if not asked["partner"]:
            del asked["partner"]
        written = "\n".join(f"{name} = {value!r}".replace("'", '"') for name, value in asked.items())
        given = ", ".join("data" if name == "data" else f"{name}={name}" for name in asked)
        cells = [
            v4.new_markdown_cell(f"# {path.stem.replace('-', ' ').capitalize()}"),
            v4.new_code_cell(written, metadata={"tags": ["parameters"]}),
            v4.new_code_cell(f"from analysis import explore\n\nstudy = explore.open({given})\nstudy"),
            *(v4.new_code_cell(f"study.exhibit({call})") for call in self.shown or ['"F3"']),
        ]
        for place, cell in enumerate(cells):
            cell["id"] = f"cell-{place}"
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}), path)
        return path

    def export(self, path: str | Path) -> Path:
        """Write a table, named by the file (`relations.xlsx`, `partners.csv`, `accounts.parquet`), with its dictionary.

        No cell can run as a formula. The rules of the study's audience apply: names and answers leave the team only in
        tables that may hold them. The dictionary is a sheet of the workbook, or a file beside.

        >>> import tempfile
        >>> open("demo").export(tempfile.mkdtemp() + "/relations.csv").name
        'relations.csv'
        """
        from analysis import disclosure
        from analysis.exhibit import to_csv

        path = Path(path)
        name, ending = path.stem, path.suffix.lower()
        faults = []
        if name not in declared.declared() or name == "grants":
            faults.append(scope._unknown("table", name, nearest(name, list(declared.declared()))))
        if ending not in (".xlsx", ".csv", ".parquet"):
            faults.append(Fault(path.name, None, "", "parameter", ending, "expected a name that ends in .xlsx, .csv or .parquet"))
        if faults:
            raise Refused(faults, 2)
        frame = disclosure.released(self.tables.get(name, declared.empty(name)), name, self.parameters.audience)
        meaning = self.dictionary(name).loc[list(frame.columns)].reset_index()
        path.parent.mkdir(parents=True, exist_ok=True)
        if ending == ".xlsx":
            _workbook(path, {name: frame, "dictionary": meaning})
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
        from analysis import disclosure

        found, audience = self.relations, self.parameters.audience
        status = {name: int((found["status"] == name).sum()) for name in ("running", "ended", "to confirm")}
        known = words.plural(len(found), "{n} relation is known", "{n} relations are known").format(n=disclosure.few(len(found), audience))
        if disclosure.together(status.values(), audience):
            known += _(": {running} running, {ended} ended, {confirm} to confirm.").format(
                running=words.number(status["running"]), ended=words.number(status["ended"]), confirm=words.number(status["to confirm"])
            )
        told = [_("Situation on {day}: {scope}.").format(day=words.date(self.day), scope=self.scope_line), known.rstrip(".") + "."]
        absent = [
            name
            for name, table in ((_("the survey"), "answers"), (_("the accounts"), "accounts"), (_("the events"), "events"))
            if not self.has(table)
        ]
        if absent:
            told.append(_("The sources do not hold {absent}: what depends on them is said to be unknown.").format(absent=words.join(absent)))
        return told

    def _repr_html_(self) -> str:
        words.use(self.lang)
        stamp = f'<p class="stamp">{escape(_("Demonstration data"))}</p>' if self.synthetic else ""
        sentences = " ".join(escape(sentence) for sentence in self.opening())
        rows = "".join(
            f"<tr><th scope='row'>{escape(name)}</th><td>{words.number(len(self.raw(name)))}</td></tr>"
            for name in declared.declared()
            if name not in ("grants", "relations") and self.has(name)
        )
        table = (
            f"<details class='tables'><summary>{escape(_('Tables and their rows'))}</summary>"
            f"<table><thead><tr><th scope='col'>{escape(_('Table'))}</th><th scope='col'>{escape(_('Rows'))}</th></tr></thead>"
            f"<tbody>{rows}</tbody></table></details>"
        )
        return f'<div class="opening">{stamp}<p>{sentences}</p><p class="source">{escape(self.source_line)}</p>{table}</div>'

    def __repr__(self) -> str:
        words.use(self.lang)
        return f"{self.title}\n" + "\n".join(self.opening())


class Story:
    """What is known of one relation and how: `relation`, `agreements`, `events`, `raw_lines`, `lines`, `status`.

    >>> open("demo", lang="en").why("R0001").lines.columns.tolist()
    ['measure', 'threshold', 'holds']
    """

    def __init__(self, relation: pd.Series, agreements, events, raw_lines, held: pd.DataFrame, status: str):
        self.relation, self.agreements, self.events = relation, agreements, events
        self.raw_lines, self.lines, self.status = raw_lines, held, status

    def _parts(self) -> list[tuple[str, pd.DataFrame]]:
        shown = ["agreement_id", "start", "planned_end", "end", "tacit_renewal", "end_reason"]
        return [
            (_("Raw lines"), self.raw_lines), (_("Agreements"), self.agreements[shown]),
            (_("Events"), self.events[["date", "kind", "reason"]]), (_("Lines of fragility and of strength"), self.lines.reset_index()),
        ]  # fmt: skip

    def _repr_html_(self) -> str:
        parts = "".join(f"<h4>{escape(title)}</h4>{frame.to_html(index=False, escape=True, na_rep='')}" for title, frame in self._parts())
        return f"<h3>{escape(self.relation['relation_id'])}</h3><p>{escape(self.status)}</p>{parts}"

    def __repr__(self) -> str:
        parts = "\n\n".join(f"{title}\n{frame.to_string(index=False)}" for title, frame in self._parts())
        return f"{self.relation['relation_id']}: {self.status}\n\n{parts}"


def _statements(study: Study, relation_id: str) -> pd.DataFrame:
    """What each line was read from: the measure, the threshold it is compared with, and whether it holds."""
    measured, held = study.measures.loc[relation_id], study.lines.loc[relation_id]
    rows = {
        name: (measured[line.measure], f"{line.measure} {line.sign} {line.threshold:g}", held[name]) for name, line in lines.LINES.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["measure", "threshold", "holds"]).rename_axis("line")


def _status(study: Study, relation: pd.Series) -> str:
    """How the status of a relation came about, in one sentence."""
    fields = {
        "start": words.date(relation["start"]), "last": words.date(relation["last_known"]), "grace": words.number(study.parameters.grace_days),
        "n": words.number(relation["agreements"]), "months": words.number(relation["duration_months"], 1),
    }  # fmt: skip
    begun = _("Begun on {start}, {n} agreement(s), {months} months.").format(**fields)
    how = {
        "running": _("Running: an agreement covers the day."),
        "ended": _("Ended: the last term came on {last}, and {grace} days have passed without a new agreement."),
        "to confirm": _("To confirm: last sign of life on {last}; a new agreement may still come, or a tacit renewal is silent."),
    }[relation["status"]].format(**fields)
    return f"{begun} {how}"


def _workbook(path: Path, sheets: dict[str, pd.DataFrame]) -> None:
    """A workbook whose texts are texts: nothing in it runs."""
    from openpyxl import Workbook

    from analysis.exhibit import printable

    book = Workbook(write_only=True)
    for title, frame in sheets.items():
        sheet = book.create_sheet(title)
        sheet.append(list(frame.columns))
        for row in frame.itertuples(index=False, name=None):
            cells = [None if words.missing(value) else value for value in row]
            sheet.append([_text_cell(sheet, printable(value)) if isinstance(value, str) else _plain(value) for value in cells])
    book.save(path)


def _text_cell(sheet, value: str):
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _plain(value):
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value.item() if hasattr(value, "item") else value
