"""Files made to harm: each ends in one sentence that names it and says what to do, and nothing beside the data is run."""

import gzip
import io
import json
import os
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from analysis import clean, layout, read
from analysis.clean.team import corrections
from analysis.declare import parameters
from analysis.declare.faults import Refused
from analysis.files import own_files
from analysis.read import cell_comments, cell_signs, delimited, limits, row_styles
from analysis.read.apart import Reader
from analysis.read.workbook import read_pages
from analysis.report import result_cache
from analysis.run import check_data, clean_tables
from analysis.run import project as projects

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(rows: str) -> bytes:
    """An xlsx of one sheet that holds these rows."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    part = '<Override PartName="/xl/{}" ContentType="' + kind + '.{}+xml"/>'
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        + part.format("workbook.xml", "sheet.main")
        + part.format("worksheets/sheet1.xml", "worksheet")
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}',
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in files.items():
            book.writestr(name, content)
    return written.getvalue()


def cell(place: str) -> str:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{place}"><v>1</v></c></row>'


def packed_over(times: int) -> bytes:
    """A table as gzip packs it so many times over."""
    content = b"a;b\n1;2\n"
    for _time in range(times):
        content = gzip.compress(content)
    return content


def within_zip(content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.csv", content)
    return written.getvalue()


SPANS = '<tr><td rowspan="1000" colspan="1000">x</td></tr>'
HOSTILE = {
    "repeated.xlsx": (workbook("<row>" + "<c a>" * 40000 + "<f"), "cannot be read as a workbook"),
    "far.xlsx": (
        workbook(cell("A1") + cell("XFD1048576") + "</sheetData></worksheet>"),
        "delete what stands far from the table",
    ),
    "spans.html": (f"<table>{SPANS * 9}</table>".encode(), "span more than 2000000 cells"),
    "bomb.csv.gz": (gzip.compress(b"a;b\n" + b"0" * (70 << 20)), "once unpacked"),
    "wide.csv": (b"a;" * 300_000 + b"\n1;2\n", "first line is longer"),
    "names.json": (
        ("[" + ",".join(f'{{"a{i}": 1}}' for i in range(20_000)) + "]").encode(),
        "different names",
    ),
    "deep.json": (b"[" * 100_000, "not valid JSON"),
    "cut.parquet": (b"PAR1\x00\x00\x00", "7 bytes"),  # as its reader says
    "wider.csv": (b"a;b\n" + b"1;" * 100_000 + b"\n", "more than 16,384 columns"),
}


LONG = "<table><tr><td>a<td>b" + f"<tr><td rowspan=999>{'x' * 30_000}<td>1" + "<tr><td>1" * 998
HOSTILE |= {
    "merged.html": (LONG.encode(), "the merged cells of table 1 would fill its rows"),
    "deep.csv.gz": (packed_over(5), "an archive within an archive"),
    "deep.zip": (within_zip(packed_over(1)), "an archive within an archive"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_limit_that_is_met_is_one_sentence(tmp_path, english, name):
    content, words = HOSTILE[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused) as refusal:
        read.blocks(tmp_path / name, name)
    (fault,) = refusal.value.faults
    assert fault.file.partition("#")[0] == name and words in fault.message, fault


def test_a_parquet_of_too_many_cells_is_refused_before_it_is_unpacked(tmp_path, english):
    table = pa.table({str(place): pa.nulls(3_000_000) for place in range(80)})
    parquet.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(Refused, match="3000000 rows of 80 columns"):
        read.blocks(tmp_path / "a.parquet", "a.parquet")


def test_cells_that_an_ods_repeats_are_counted(english):
    row = "<table:table-row><table:table-cell{}>{}</table:table-cell></table:table-row>"
    far = row.format(' table:number-columns-repeated="4294967295"', "<text:p>x</text:p>")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as book:
        book.writestr("content.xml", f'<table:table table:name="S">{far}</table:table>')
    with pytest.raises(ValueError, match="span more than"):
        read_pages(written.getvalue(), None, 1000, row_styles, cell_comments, cell_signs)


def test_quotes_that_run_over_lines_are_looked_after_within_a_limit(monkeypatch):
    lines = ['a;"b', 'c"']
    assert [record.cells for record in delimited._records(lines, ";")] == [["a", "b\nc"]]
    monkeypatch.setattr(limits, "QUOTE_EFFORT", 0)
    assert [record.line for record in delimited._records(lines, ";")] == [1, 2]


def test_columns_of_parquet_that_pandas_cannot_take_are_texts(tmp_path):
    far, broken = pa.scalar(2**30, pa.date32()), pa.py_buffer(b"caf\xe9")
    letters = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\4\0\0\0"), broken)
    moments = pa.array([0], pa.timestamp("us", tz="Nowhere/At_all"))
    arrays = {
        "item": pa.array([{"x": 1}]),
        "list": pa.array([["é", None]]),
        "pairs": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        "day": pa.array([0], pa.date32()),
        "far": pa.array([far]),
        "letters": letters,
        "moment": moments,
    }
    arrays = [*arrays.items(), ("item", pa.array([7]))]  # one name twice
    table = pa.Table.from_arrays([array for _name, array in arrays], [name for name, _ in arrays])
    # an index of pandas is a column of the file like all others
    notes = {b"pandas": b'{"index_columns": ["day"], "columns": [], "column_indexes": []}'}
    parquet.write_table(table.replace_schema_metadata(notes), tmp_path / "a.parquet")
    (block,) = read.blocks(tmp_path / "a.parquet", "a.parquet")
    values = {name: column.series()[0] for name, column in block.columns.items()}
    assert len(values.pop("far")) > 4
    assert values == {
        "item": '{"x": 1}',
        "list": '["é", null]',
        "pairs": '[["a", 1]]',
        "day": "1970-01-01",
        "letters": "caf\ufffd",
        "moment": "1970-01-01",
        "item 2": "7",
    }


def test_a_separator_of_several_bytes_and_a_broken_lzma_are_met(tmp_path, english):
    (tmp_path / "a.csv").write_text("sep=€\nNom€Montant\nA€1\nB€2\n", encoding="utf-8")
    (block,) = read.blocks(tmp_path / "a.csv", "a.csv", vocabulary=frozenset({"nom", "montant"}))
    assert block.columns["Montant"].series().tolist() == ["1", "2"]
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", "a;b\n1;2\n" * 9)
    content = (tmp_path / "a.zip").read_bytes()
    begin = content.index(b"a.csv") + len(b"a.csv") + 4  # the properties of the packing
    (tmp_path / "a.zip").write_bytes(content[:begin] + b"\xff" * 5 + content[begin + 5 :])
    with pytest.raises(Refused, match="cannot be unpacked"):
        read.blocks(tmp_path / "a.zip", "a.zip")


def test_a_reader_that_dies_is_told_and_begun_anew():
    reader = Reader()
    try:
        assert reader.read("markup", b"<table><tr><td>a</td></tr></table>")
        reader.process.kill()
        reader.process.wait()
        assert reader.read("markup", b"<table><tr><td>a</td></tr></table>")
    finally:
        reader.stop()


def test_nothing_that_lies_beside_the_data_is_run(tmp_path, monkeypatch):
    for name in ("python_calamine", "lxml", "pickle", "analysis"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'run')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    reader = Reader()
    try:
        pages = reader.read("workbook", workbook(cell("A1") + "</sheetData></worksheet>"))
    finally:
        reader.stop()
    assert pages[0][2] == [[1.0]] and not (tmp_path / "run").exists()


def test_a_quote_that_never_closes_costs_no_row(tmp_path):
    rows = "".join(f"A{place};{place};x\n" for place in range(3000))
    (tmp_path / "a.csv").write_text('Bénéficiaire;Montant;Objet\nB;5;"ouvert\n' + rows)
    (block,) = read.blocks(tmp_path / "a.csv", "a.csv")
    assert len(block.lines) == 3001 and block.lines[-1] == 3002
    assert block.columns["Objet"].series()[0] == '"ouvert'


def test_links_and_patterns_that_lead_out_of_the_folder_are_refused(tmp_path, english):
    raw, outside = tmp_path / "raw", tmp_path / "secret.csv"
    raw.mkdir()
    outside.write_text("Bénéficiaire;Montant;Date\nA;1;2018\n")
    (raw / "list.csv").symlink_to(outside)
    with pytest.raises(Refused, match="leads out of the folder"):
        clean.clean(raw)
    (raw / "list.csv").unlink()
    for pattern in ("../secret.csv", str(outside)):
        text = f'[study]\nname = "x"\n[[source]]\nfiles = "{pattern}"\ntable = "grants"\n'
        (raw / "study.toml").write_text(text)
        with pytest.raises(Refused, match="leads out of the folder"):
            layout.study_file(raw)


OWN = {
    "study.toml": layout.study_file,
    "corrections.csv": corrections.corrections_of,
    "partners.csv": clean.decisions.pairs_of,
    "datapackage.json": layout.about_clean_tables,
}


@pytest.mark.parametrize(("name", "read_it"), OWN.items(), ids=OWN)
def test_what_a_team_writes_is_a_plain_file_of_the_folder(tmp_path, english, name, read_it):
    raw, elsewhere = tmp_path / "raw", tmp_path / "elsewhere"
    raw.mkdir()
    elsewhere.write_bytes(b"secret words\n")
    for path, told in (
        (elsewhere, "leads out of the folder"),
        (Path("/dev/null"), "leads out of the folder"),
        (raw, "no plain file"),
    ):
        (raw / name).symlink_to(path)
        with pytest.raises(Refused, match=told):
            read_it(raw)
        (raw / name).unlink()
    (raw / name).write_bytes(b"partner;same_as\n" + b"0" * own_files.OWN_BYTES)
    with pytest.raises(Refused, match="larger than 10 MB"):
        read_it(raw)


def test_nothing_is_written_through_a_link(tmp_path, english):
    raw, elsewhere = tmp_path / "raw", tmp_path / "elsewhere"
    raw.mkdir()
    beside = f".study.toml.{os.getpid()}.new"
    for name in ("study.toml", beside, "partners.csv", "corrections.csv"):
        (raw / name).symlink_to(elsewhere)
    rows = pd.DataFrame({"partner": ["A"], "same_as": ["B"]})
    with pytest.raises(Refused, match="is a link"):
        check_data.write_draft(raw, "[study]\n")
    with pytest.raises(Refused, match="is a link"):
        clean.decisions.add_rows(raw / "partners.csv", rows, ["partner", "same_as"])
    assert not elsewhere.exists()
    (raw / "study.toml").unlink()
    assert check_data.write_draft(raw, "[study]\n").read_text().startswith("[study]\n")
    assert not elsewhere.exists() and not (raw / beside).is_symlink()


def test_a_run_follows_no_link_before_it_is_refused(tmp_path, english, monkeypatch):
    (tmp_path / "a.csv").symlink_to("/etc/passwd")
    raw = clean_tables.Raw(tmp_path, None, projects.current())
    hashed = []
    monkeypatch.setattr(result_cache, "key_of", lambda *given, **ways: hashed.append(given))
    with pytest.raises(Refused, match="leads out of the folder"):
        clean_tables.cleaned(raw, parameters.parse({}), tmp_path / "out", False, False, False)
    assert hashed == []


SLIPS = {
    "digits": "[study]\ncontrol_total = " + "9" * 5000,
    "nested lists": "a = " + "[" * 3000,
    "nested tables": "a = " + "{a = " * 3000,
    "stars": '[[source]]\nfiles = "**foo"\ntable = "grants"',
    "more stars": '[[source]]\nfiles = "***"\ntable = "grants"',
    "a point": '[[source]]\nfiles = "."\ntable = "grants"',
    "nothing": '[[source]]\nfiles = [""]\ntable = "grants"',
    "a long name": f'[[source]]\nfiles = "{"x" * 5000}"\ntable = "grants"',
}


@pytest.mark.parametrize("text", SLIPS.values(), ids=SLIPS)
def test_a_study_file_that_cannot_be_read_is_told_in_words(tmp_path, english, text):
    (tmp_path / "a.csv").write_text("x;y\n1;2\n")
    (tmp_path / "study.toml").write_text(text)
    with pytest.raises(Refused, match="^study.toml"):
        clean.parts_of(tmp_path, layout.study_file(tmp_path))


@pytest.mark.parametrize(
    "slip",
    [{"name": None}, {"name": "../x"}, {"day": "zzz"}, {"day": [1]}, {"words": [1]}],
    ids=str,
)
def test_a_package_of_clean_tables_that_says_nothing_of_use_is_told(tmp_path, english, slip):
    about = {"grants": 1, "name": "x", "title": "t", "synthetic": False, "day": ""} | slip
    package = tmp_path / "datapackage.json"
    package.write_text(json.dumps({"study": about}), encoding="utf-8")
    with pytest.raises(Refused, match="^datapackage.json"):
        layout.study_file(tmp_path)
    package.write_text('{"study": {"grants": 1}}', encoding="utf-8")
    with pytest.raises(Refused, match="^datapackage.json, name: required"):
        layout.study_file(tmp_path)
    package.write_text("[" * 100_000, encoding="utf-8")
    assert layout.study_file(tmp_path).day is None  # as one that is no JSON


def test_a_package_of_the_frictionless_standard_names_its_columns(tmp_path):
    (tmp_path / "a.csv").write_text(
        "benef,mt,dt\nAsso A,1500.50,2018-03-01\nAsso B,20,2018-04-01\n"
    )
    (tmp_path / "datapackage.json").write_text(
        '{"profile": "tabular-data-package", "title": "Subventions", "resources": [{"path": "a.csv",'
        ' "schema": {"fields": [{"name": "benef", "title": "Bénéficiaire"},'
        ' {"name": "mt", "title": "Montant accordé"}, {"name": "dt", "title": "Date"}]}}]}'
    )
    result = clean.clean(tmp_path)
    assert result.about["title"] == "Subventions"
    assert result.tables["contributions"]["value_eur"].sum() == 1520.5


# ---- rows that would vanish
ROWS = "<Row><Cell><Data>{}</Data></Cell><Cell><Data>{}</Data></Cell></Row>"
SAVED = ROWS.format("Bénéficiaire", "Montant") + ROWS.format("A", "1")
SHEET = '<Worksheet ss:Protected="1" ss:Name="{}"><Table>{}</Table></Worksheet>'


@pytest.mark.parametrize(
    ("sheets", "names"),
    [
        (SHEET.format("A", SAVED) + SHEET.format("B", SAVED), ["A", "B"]),
        (SHEET.format("A", SAVED) + SHEET.format("A", SAVED), ["A", "A 2"]),
        (SHEET.format("A", f"{SAVED}</Table><Table>{SAVED}"), ["A", "A 2"]),
    ],
)
def test_each_table_of_a_workbook_saved_as_xml_is_read_by_its_name(tmp_path, sheets, names):
    page = f'<?xml version="1.0"?><Workbook>{sheets}</Workbook>'
    (tmp_path / "a.xls").write_text(page, encoding="utf-8")
    blocks = read.blocks(tmp_path / "a.xls", "a.xls")
    assert [block.sheet for block in blocks] == names
    assert [len(block.lines) for block in blocks] == [1, 1]
    (block,) = read.blocks(tmp_path / "a.xls", "a.xls", sheet=names[1])
    assert block.source == f"a.xls#{names[1]}"


def test_two_sheets_or_files_of_one_name_are_refused(tmp_path, english):
    one = '<sheet name="S" sheetId="1" r:id="rId1"/>'
    content = workbook(cell("A1") + "</sheetData></worksheet>")
    (tmp_path / "a.xlsx").write_bytes(replaced(content, one, one + one.replace('"1"', '"2"')))
    with pytest.raises(Refused, match="two of its sheets are called S: rename one"):
        read.blocks(tmp_path / "a.xlsx", "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, "Bénéficiaire;Montant\nA;1\n")
    assert len(read.blocks(tmp_path / "a.zip", "a.zip")) == 2
    doubled = (tmp_path / "a.zip").read_bytes().replace(b"b.csv", b"a.csv")
    (tmp_path / "a.zip").write_bytes(doubled)
    with pytest.raises(Refused, match=r"two of its files are called a\.csv; unpack it"):
        read.blocks(tmp_path / "a.zip", "a.zip")


def replaced(book: bytes, old: str, new: str) -> bytes:
    """A workbook with one text of its parts put for another."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(written, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(old.encode(), new.encode()))
    return written.getvalue()


def test_a_linked_folder_that_leads_out_is_refused(tmp_path, english):
    raw, outside = tmp_path / "raw", tmp_path / "outside"
    raw.mkdir()
    outside.mkdir()
    (raw / "2019").symlink_to(outside)
    with pytest.raises(Refused, match="2019.*leads out of the folder"):
        read.data_files(raw)


def test_a_broken_workbook_of_two_sheets_is_told_once(tmp_path):
    (tmp_path / "suivi.xlsx").write_bytes(b"PK\x03\x04 cut off")
    sheet = '[[source]]\nfiles = ["suivi.xlsx"]\ntable = "{0}"\nsheet = "{0}"\n'
    study = "".join(sheet.format(name) for name in ("partners", "agreements"))
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        clean.clean(tmp_path, day="2020-12-31")
    messages = [fault.message for fault in refusal.value.faults if fault.rule == "unreadable"]
    assert len(messages) == 1
