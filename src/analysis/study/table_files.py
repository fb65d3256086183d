"""Tables of a study as files to take away, each with the meaning of its columns."""

from pathlib import Path

import pandas as pd

from analysis.article import workbook_export
from analysis.article.table_export import printable, to_csv
from analysis.declare import schema as declared
from analysis.declare.faults import Refused, refusal, unknown
from analysis.disclosure import audiences
from analysis.study import questions

ENDINGS = (".xlsx", ".csv", ".parquet")
OF_LINES = {"lines": questions.line_dictionary, "measures": questions.measure_dictionary}


def dictionary(study, table: str) -> pd.DataFrame:
    """The label, kind and unit of every column of a table, its values, and how many are known.

    Of "measures" and "lines": what each says, reads and compares.

    >>> from analysis import explore
    >>> explore.open("demo", lang="en").dictionary("votes").at["points", "unit"]
    'points'
    >>> explore.open("demo").dictionary("lines").at["LF1", "measure"]
    'dependence'
    """
    study.speak()
    if table in OF_LINES:
        return OF_LINES[table](study)
    if table not in declared.declared_tables():
        raise unknown("table", table, declared.declared_tables())
    frame = study.relations if table == "relations" else study.known(table)
    currency = {"EUR": study.about.get("currency", "EUR")}  # what amounts of this study are in
    rows = [
        {
            "column": column.name,
            "label": column.label(study.lang),
            "kind": column.kind,
            "unit": currency.get(column.unit, column.unit),
            "values": ", ".join(column.values),
            "known": int(frame[column.name].notna().sum()),
            "rows": len(frame),
        }
        for column in declared.columns(table).values()
    ]
    return pd.DataFrame(rows).set_index("column")


def export(study, path: str | Path) -> Path:
    """Write a table, named by the file (`relations.xlsx`, `partners.csv`, `accounts.parquet`).

    No cell can run as a formula. The rules of the study's audience apply: names and answers
    leave the team only in tables that may hold them. The meaning of its columns comes with it,
    as a sheet of the workbook or a file beside.

    >>> import tempfile
    >>> from analysis import explore
    >>> explore.open("demo").export(tempfile.mkdtemp() + "/relations.csv").name
    'relations.csv'
    """
    path = Path(path)
    name, ending = path.stem, path.suffix.lower()
    names = [table for table in declared.declared_tables() if table != "grants"]
    if name in names:
        faults = []
    else:
        faults = unknown("table", name, names, len(names)).faults
    if ending not in ENDINGS:
        expected = "expected a name that ends in .xlsx, .csv or .parquet"
        faults += refusal(path.name, expected, ending).faults
    if faults:
        raise Refused(faults, 2)
    frame = audiences.released(getattr(study, name), name, study.parameters.audience)
    meaning = dictionary(study, name).loc[list(frame.columns)].reset_index()
    path.parent.mkdir(parents=True, exist_ok=True)
    if ending == ".xlsx":
        sheets = {name: _rows(frame), "dictionary": _rows(meaning)}
        workbook_export.write_workbook(path, sheets)
        return path
    if ending == ".csv":
        path.write_bytes(to_csv(frame))
    else:
        frame.to_parquet(path, index=False)
    path.with_name(f"{name}.dictionary.csv").write_bytes(to_csv(meaning))
    return path


def _rows(frame: pd.DataFrame) -> list[list]:
    columns = []
    for name in frame:
        cells = frame[name].tolist()
        columns.append([printable(cell) if isinstance(cell, str) else cell for cell in cells])
    return [list(frame.columns), *(list(row) for row in zip(*columns, strict=True))]
