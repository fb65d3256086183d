"""Raw files as they lie: encodings, separators, headers, sheets. What is read is what stands there, each row with its line."""

import gzip
import io
import json
import zipfile

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import read
from analysis.declare.faults import Refused
from analysis.read import delimited, grid
from analysis.read.block import Request, folded
from analysis.read.encodings import decoded, modern

KNOWN = frozenset(map(read.folded, ["Bénéficiaire", "Montant", "Date", "Objet"]))
HEADER = "Bénéficiaire;Montant;Date\n"


def only(tmp_path, data: bytes, name="list.csv", **asked) -> read.Block:
    (block,) = [block for block in blocks(tmp_path, data, name, **asked) if block.columns]
    return block


def blocks(tmp_path, data: bytes, name="list.csv", **asked):
    (tmp_path / name).write_bytes(data)
    return read.blocks(tmp_path / name, name, vocabulary=KNOWN, **asked)


def rows(block: read.Block) -> list[list[str]]:
    columns = [column.series().fillna("").tolist() for column in block.columns.values()]
    return [[line, *cells] for line, *cells in zip(block.lines.tolist(), *columns, strict=True)]


def archived(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, inner in files.items():
            archive.writestr(name, inner)
    return data.getvalue()


def packed(four: str) -> bytes:
    number = int.from_bytes(four.encode(), "little")
    return bytes([0xFC] + [0x80 | number >> shift & 0x3F for shift in (24, 18, 12, 6, 0)])


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Číslo;IČO;Žadatel;Částka;Příjemce;Město\nŠkola žáků;1;Nový;5;Dům;Třeboň\n", "cp1250"),
        ("Tytuł;Należność\nDziałalność;1\nŚwietlica długa;2\n", "cp1250"),
        ("Başlangıç;Dernek Adı\nKuruluş;Bitiş\n", "cp1254"),
        ("Bénéficiaire;Reçu\nŽižek, Dušan, Željko près de là;5\n", "cp1252"),
        ("Modtager;Beløb;Ansøgt beløb;Søgt\nSøby Færge på Ærø;5;6;7\n", "cp1252"),
        ("Styrkþegi;Fjárhæð\nÞjóðminjasafn það;5\n", "cp1252"),
    ],
)
def test_letters_of_other_countries_are_told_by_the_words_that_they_make(text, encoding):
    assert decoded(modern(text.encode(encoding))) == text


@pytest.mark.parametrize(
    "written",
    [
        (HEADER + "Éole;12;2018\n").encode(),
        (HEADER + "Éole;12;2018\n").encode("cp1252"),
        b"\xef\xbb\xbf" + (HEADER + "Éole;12;2018\n").encode(),
        b"\xef\xbb\xbf" + (HEADER + "Éole;12;2018\n").encode("cp1252"),  # the mark lies
        (HEADER + "Éole;12;2018\n").encode("utf-16"),
        (HEADER + "Éole;12;2018\n").encode("utf-16-le"),  # no mark
        (HEADER + "Éole;12;2018\n").encode("utf-32"),
        (HEADER + "Éole;12;2018\n").encode("mac_roman"),
        (HEADER + "Éole;12;2018\n").encode("cp850"),
        "".join(
            f'"{line}"\n' for line in (HEADER + "Éole;12;2018\n").splitlines()
        ).encode(),  # whole records in quotes
        HEADER.encode() + "Éole;12;2018\n".encode("cp1252"),  # two encodings in one file
        HEADER.encode() + packed("<c9>") + b"ole;12;2018\n",  # as R packs a foreign byte
        gzip.compress((HEADER + "Éole;12;2018\n").encode(), mtime=0),
        archived(
            {"lisez-moi.txt": b"bonjour", "2018/list.csv": (HEADER + "Éole;12;2018\n").encode()}
        ),
        (HEADER + "Éole;12;2018\n").replace("\n", "\r\n").encode(),
        (HEADER + "Éole;12;2018\n").replace("\n", "\r").encode(),
        (HEADER + "Éole;12;2018\n").replace(";", "\t").encode(),
        (HEADER + "Éole;12;2018\n").replace(";", ",").encode(),
        (HEADER + "Éole;12;2018\n").encode("utf-7").replace(b"+ADs-", b";"),
        (HEADER + "Éole;12;2018\n").encode("utf-7"),
        (
            HEADER.replace("Date", "Date;") + "Éole;12;2018\n"
        ).encode(),  # only the header ends in a separator
    ],
)
def test_encodings_and_separators_that_lie_read_the_same(tmp_path, written):
    assert rows(only(tmp_path, written)) == [[2, "Éole", "12", "2018"]]


def test_letters_of_other_languages_may_be_written_in_seven_bits(tmp_path):
    assert (
        rows(
            only(
                tmp_path,
                (HEADER + "Niño Müßig Łódź;12;2018\n").encode("utf-7").replace(b"+ADs-", b";"),
            )
        )[0][1]
        == "Niño Müßig Łódź"
    )


def test_a_code_that_would_be_no_letter_in_seven_bits_is_left_as_it_is():
    written = b"Lot C+AzE-;12;2018\n"
    assert modern(written) == written


def test_a_separator_may_be_told_and_a_quote_written_as_databases_do(tmp_path):
    told = f"sep=^\r\n{HEADER}Éole;12;2018\n".replace(";", "^")
    assert rows(only(tmp_path, told.encode())) == [[3, "Éole", "12", "2018"]]
    assert rows(only(tmp_path, (HEADER + '"Le \\"Bal\\"";12;2018\n').encode())) == [
        [2, 'Le "Bal"', "12", "2018"]
    ]


def test_each_line_end_ends_a_record_in_a_file_that_mixes_them(tmp_path):
    data = HEADER + "A;1;2018\r\nB;2;2018\rC;3;2018\nD;4;2018"
    assert [row[:2] for row in rows(only(tmp_path, data.encode()))] == [
        [2, "A"],
        [3, "B"],
        [4, "C"],
        [5, "D"],
    ]


def test_a_cell_may_be_as_long_as_it_likes(tmp_path):
    assert (
        len(
            rows(only(tmp_path, (HEADER + f'"{"x" * 200_000}";1;2018\nB "y";2;2018;\n').encode()))[
                0
            ][1]
        )
        == 200_000
    )


def test_an_amount_alone_is_a_total_and_a_year_alone_a_title(tmp_path):
    block = only(tmp_path, (HEADER + "2017;;\nA;1;2018\nB;2;2018\n;3,00;\n").encode())
    assert rows(block)[-1] == [5, "", "3,00", ""] and block.titles == ["2017"]


def test_headers_encoded_twice_read_as_meant(tmp_path):
    block = only(tmp_path, (HEADER + "Éole;12;2018\n").encode().decode("latin-1").encode())
    assert list(block.columns) == ["Bénéficiaire", "Montant", "Date"]


def test_one_bad_line_harms_no_other(tmp_path):
    data = (
        (HEADER + "Été;1;2018\n").encode()
        + "Hiver à Évian;2;2018\n".encode("cp1252")
        + "Œuvre;3;2018\n".encode()
    )
    assert [row[1] for row in rows(only(tmp_path, data))] == ["Été", "Hiver à Évian", "Œuvre"]


def test_lines_are_those_of_the_file(tmp_path):
    data = HEADER + '"deux\nlignes";1;2018\n\nA;2;2018\n'
    assert [row[0] for row in rows(only(tmp_path, data.encode()))] == [2, 5]


def test_a_quote_that_never_closes_is_a_character(tmp_path):
    data = HEADER + '"tuyau;1;2018\nB;2;2018\n'
    assert [row[1] for row in rows(only(tmp_path, data.encode()))] == ['"tuyau', "B"]


def test_titles_footers_and_repeated_headers_are_no_rows(tmp_path):
    data = (
        "Subventions 2018;;\n"
        + HEADER
        + "A;1;2018\n;;\n"
        + HEADER
        + "B;2;2018\nExtraction du 24/02/2015 à 14h00\n"
    )
    block = only(tmp_path, data.encode())
    assert rows(block) == [[3, "A", "1", "2018"], [6, "B", "2", "2018"]]
    assert [(aside.line, aside.rule) for aside in sorted(block.aside)] == [
        (1, "title"),
        (5, "repeated header"),
        (7, "title"),
    ]
    assert "Subventions 2018" in block.titles


def test_both_lines_of_a_header_that_comes_again_are_accounted_for(tmp_path):
    header = "Association;Convention;;Montant\n;Début;Fin;\n"
    terms = ";01/02/2019;31/12/2019;"
    block = only(tmp_path, f"{header}A{terms}1\n{header}B{terms}2\n".encode())
    assert [row[1] for row in rows(block)] == ["A", "B"]
    lines = sorted((aside.line, aside.rule) for aside in block.aside)
    assert lines == [(2, "header"), (4, "repeated header"), (5, "repeated header")]


def test_a_name_that_is_a_title_too_stays_in_its_row(tmp_path):
    block = only(tmp_path, (HEADER + "Sport;;\nA;1;2018\nSport;2;2018\n").encode())
    assert rows(block) == [[3, "A", "1", "2018"], [4, "Sport", "2", "2018"]]


def test_an_unknown_header_is_told_where_it_stands_once_more(tmp_path):
    (tmp_path / "list.csv").write_text("Qui;Combien\nA;5\nQui;Combien\nB;6\n")
    (block,) = read.blocks(tmp_path / "list.csv", "list.csv")
    assert rows(block) == [[2, "A", "5"], [4, "B", "6"]]


def test_a_column_without_a_name_is_kept_where_it_is_filled(tmp_path):
    book = io.BytesIO()
    pd.DataFrame([["Bénéficiaire", "Montant", None], ["A", 5, "x"]]).to_excel(
        book, index=False, header=False
    )
    assert list(only(tmp_path, book.getvalue(), "list.xlsx").columns)[2] == "Montant 2"


def test_stacked_blocks_each_have_their_header(tmp_path):
    first, second = blocks(
        tmp_path, (HEADER + "A;1;2018\n\nObjet;Date;Bénéficiaire\nBal;2017;B\n").encode()
    )
    assert list(second.columns) == ["Objet", "Date", "Bénéficiaire"]
    assert rows(first) == [[2, "A", "1", "2018"]] and rows(second) == [[5, "Bal", "2017", "B"]]


def test_records_of_another_width_are_kept_apart_with_their_line(tmp_path):
    block = only(tmp_path, (HEADER + "A;1;2018\nB;1;234;2018\nC;2;2018\nD;5\n").encode())
    assert [row[1] for row in rows(block)] == ["A", "C"] and block.ragged == [
        (3, "B;1;234;2018"),
        (5, "D;5"),
    ]


def test_a_header_on_two_lines_is_joined(tmp_path):
    data = "Bénéficiaire;Montant;;Date\n;fonctionnement;investissement;\nA;1;2;2018\n"
    assert list(only(tmp_path, data.encode()).columns) == [
        "Bénéficiaire",
        "Montant fonctionnement",
        "Montant investissement",
        "Date",
    ]


def test_an_unknown_header_is_the_first_wide_line_without_figures(tmp_path):
    block = only(tmp_path, b"Registre\nQui;Combien;Quand\nA;1;2018\n")
    assert list(block.columns) == ["Qui", "Combien", "Quand"] and block.header_line == 2


def test_a_header_may_number_what_it_names(tmp_path):
    block = only(tmp_path, b"Empf;1. Rate (70 %);am;2. Rate (30 %)\nA;1;2018;2\n")
    assert block.header_line == 1 and "2. Rate (30 %)" in block.columns
    items = only(tmp_path, b"1(a) Name of organization;(d) Cash grant;2) Year\nA;1;2018\n")
    assert items.header_line == 1 and [*items.columns][0] == "1(a) Name of organization"
    days = only(tmp_path, b"Club;5. Mai 2018;1200\nVerein;6. Mai 2018;900\n")
    assert days.header_line == 0 and len(days.lines) == 2


def test_blank_and_repeated_headers_are_numbered(tmp_path):
    block = only(tmp_path, b"Objet ;;Montant;Montant;Date\nA;B;1;2;2018\n")
    assert list(block.columns) == ["Objet", "Objet 2", "Montant", "Montant 2", "Date"]


def workbook(**sheets) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    if "Vieux" in sheets:
        book["Vieux"].sheet_state = "hidden"
    if "Fusion" in sheets:
        book["Fusion"].merge_cells("A2:A3")
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


TABLE = (
    "<table><tr><th rowspan=2>Bénéficiaire</th><th colspan=2>Aide</th></tr><tr><th>Montant</th><th>Date</th></tr>"
    "<tr><td>&Eacute;ole</td><td>12</td><td>2018</td></tr></table>"
)
UNCLOSED = "<table><tr><td>Bénéficiaire<td>Montant<td>Date<tr><td>&Eacute;ole<td>12<td>2018</table>"
DETAIL = TABLE.replace("Éole", "").replace("&Eacute;ole", "&Eacute;ole<table><tr><td>x</table>")
SAID = [["Bénéficiaire", "Montant", "Date"], ["Éole", "12", "2018"]]
SAVED = "".join(
    "<Row>" + "".join(f"<Cell><Data>{text}</Data></Cell>" for text in row) + "</Row>"
    for row in SAID
)


@pytest.mark.parametrize(
    "written",
    [
        f"<html><meta charset=utf-8><p>2018{TABLE}",
        UNCLOSED,
        f"<table><tr><td><td>{TABLE}</table>",
        f"<table><tr><td>{UNCLOSED}",
        UNCLOSED.replace("<table><tr>", "<!-- <td> --><table>"),
        DETAIL,
        f'<?xml version="1.0"?><Workbook><Worksheet ss:Name="F"><Table>{SAVED}</Table></Worksheet></Workbook>',
    ],
)
def test_tables_of_web_pages_and_xml_that_call_themselves_workbooks_are_read(tmp_path, written):
    block = only(tmp_path, written.encode(), "list.xls")
    assert [row[1:] for row in rows(block)] == [["Éole", "12", "2018"]] and next(
        iter(block.columns)
    ) == "Bénéficiaire"


def test_one_table_of_a_web_page_is_read_where_it_is_named(tmp_path):
    page = "".join(UNCLOSED.replace("12", amount) for amount in ("12", "13")).encode()
    both = blocks(tmp_path, page, "list.html")
    assert [block.source for block in both] == ["list.html#table 1", "list.html#table 2"]
    block = only(tmp_path, page, "list.html", sheet="table 2")
    assert (block.source, rows(block)[0][2]) == ("list.html#table 2", "13")
    with pytest.raises(Refused) as refusal:
        blocks(tmp_path, page, "list.html", sheet="table 3")
    assert "table 1, table 2" in refusal.value.faults[0].message


def test_a_merged_amount_holds_once_and_a_formula_without_value_stands_as_written(tmp_path):
    import openpyxl

    page = [
        ["Bénéficiaire", "Montant", "Date"],
        ["A", 10.5, 2018],
        ["B", None, None],
        ["C", "=B2*2", 2018],
        ["D", "#REF!", 2018],
    ]
    book = openpyxl.load_workbook(io.BytesIO(workbook(Feuil1=page)))
    for area in ("B2:B3", "C2:C3"):
        book.active.merge_cells(area)
    book.save(written := io.BytesIO())
    assert [row[2:] for row in rows(only(tmp_path, written.getvalue(), "list.xlsx"))] == [
        ["10.5", "2018"],
        ["", "2018"],
        ["=B2*2", "2018"],
        ["#REF!", "2018"],
    ]


def test_a_file_without_header_has_columns_named_by_their_places(tmp_path):
    block = only(tmp_path, b"A;1;2018\nB;2;2018\n")
    assert list(block.columns) == ["column", "column 2", "column 3"] and rows(block)[0] == [
        1,
        "A",
        "1",
        "2018",
    ]
    assert rows(only(tmp_path, HEADER.encode() + b"A;1;2018\n", header_row=0))[0] == [
        1,
        "Bénéficiaire",
        "Montant",
        "Date",
    ]


def test_groups_above_a_full_line_of_headers_are_joined_to_it(tmp_path):
    page = [
        ["Objet", None, "Montant", None],
        ["Bénéficiaire", "Date", "2017", "2018"],
        ["A", "x", 1, 2],
    ]
    page[1][2:] = ["voté", "versé"]
    block = only(tmp_path, workbook(Feuil1=page), "list.xlsx")
    assert list(block.columns) == [
        "Objet Bénéficiaire",
        "Objet Date",
        "Montant voté",
        "Montant versé",
    ]


SECOND_LINES = {  # the name above the last column, what stands below it, how it is read
    "a day in brackets": ("Arrêt anticipé", "(date)", "Arrêt anticipé (date)"),
    "its form": ("Date de résiliation", "(jj/mm/aaaa)", "Date de résiliation (jj/mm/aaaa)"),
    "a unit": ("Montant total", "(k€)", "Montant total (k€)"),
    "a unit without brackets": ("Montant total", "k€", "Montant total k€"),
    "a day": ("Early end", "Date", "Early end Date"),
    "a name of its own": ("Suites", "Motif", "Motif"),
    "nothing above": (None, "(date)", "(date)"),
}


@pytest.mark.parametrize("case", SECOND_LINES)
def test_what_a_second_line_adds_to_a_name_beside_groups_stands_behind_it(tmp_path, case):
    above, below, read = SECOND_LINES[case]
    groups = ["Partenaire", "Convention", None, None, "Renouvellement", None, None, above]
    names = [None, "Début", "Fin", "Montant", "Début", "Fin", "Montant", below]
    row = ["A", "2014-01-01", "2015-12-31", 5, "2016-01-01", "2017-12-31", 6, "x"]
    block = only(tmp_path, workbook(Feuil1=[groups, names, row]), "list.xlsx")
    last, second = list(block.columns)[-1], list(block.columns)[1]
    assert (last, second) == (read, "Convention Début")


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("a.csv", b"<!DOCTYPE html><p>404", "unreadable"),
        ("a.json", b"[" * 100_000, "unreadable"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"\xef\xbb\xbf;;\n\n", "empty"),
        ("a.xlsx", b"no workbook\x01", "unreadable"),
        ("a.xlsx", b"PK\x03\x04zip", "unreadable"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(26) + b"\x20\x00\x06\x00" + bytes(600), "unreadable"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0" + bytes(900) + "EncryptedPackage".encode("utf-16-le"),
            "unreadable",
        ),
        ("a.json", b'{"a": ', "unreadable"),
        ("a.json", b"{}", "empty"),
        ("a.csv", b"word\n", "header"),
        ("a.csv", "\n\n".encode("utf-16"), "header"),
        ("a.csv", b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\n", "unreadable"),
        ("a.csv", bytes(range(256)) * 9, "unreadable"),
        ("a.zip", b"PK\x03\x04zip", "unreadable"),
        ("a.gz", b"\x1f\x8bnone", "unreadable"),
        ("a.csv", b"a;" * 20_000, "unreadable"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path, name, data, rule):
    with pytest.raises(Refused) as refusal:
        blocks(tmp_path, data, name)
    (fault,) = refusal.value.faults
    assert (fault.file, fault.rule) == (name, rule) and fault.message


def test_a_workbook_whose_list_of_parts_is_damaged_is_refused_in_words(tmp_path, english):
    data = workbook(Feuil1=[["Bénéficiaire", "Montant"], ["A", 1]])
    at = data.rindex(b"PK\x01\x02")
    damaged = data[:at] + b"\xd1" + data[at + 1 :]
    with pytest.raises(Refused, match="cannot be read as a workbook"):
        blocks(tmp_path, damaged, "a.xlsx")
    with pytest.raises(Refused, match="open it and save it again"):
        blocks(tmp_path, b"PK\x03\x04 cut off", "b.xlsx")


CELL = st.sampled_from(
    [
        "Éole",
        "12",
        "",
        "Total",
        '"Éole"',
        '"a\nb"',
        '"a\r\nb;c"',
        '"',
        'a"b',
        '"a""b"',
        '"a',
        'b"',
        '"a" b',
        'a\\"b',
        "a\rb",
        "\r",
    ]
)
LINE = st.tuples(
    st.one_of(
        st.just(["a", "1", "2018"]),
        st.lists(st.one_of(st.just("Éole"), CELL), min_size=3, max_size=3),
        st.lists(CELL, max_size=4).filter(lambda cells: len(cells) < 4 or cells[3].strip()),
    ),
    st.sampled_from(["utf-8", "cp1252"]),
    st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n"]),
)


@settings(max_examples=120)
@given(st.lists(LINE, max_size=30))
def test_a_text_is_the_same_read_by_arrow_and_record_by_record(lines):
    data = HEADER.encode() + b"".join(
        (";".join(cells) + end).encode(encoding) for cells, encoding, end in lines
    )
    ways = []
    for by_arrow in (delimited._by_arrow, lambda *arguments: None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delimited, "_by_arrow", by_arrow)
            (block,) = delimited.from_text(data, Request("list.csv", KNOWN))
        ways.append((rows(block), block.ragged, sorted(block.aside), block.encoding))
    assert ways[0] == ways[1]


def test_quotes_that_are_letters_hide_no_row(tmp_path):
    many = "".join(f"A{i};{i};2018\n" for i in range(100))
    inches = only(
        tmp_path, (HEADER + '21" screen;1;2018\n' + many + '17" screen;1;2018\nsum;5\n').encode()
    )
    assert len(inches.lines) == 102 and len(inches.ragged) == 1
    unclosed = only(tmp_path, (HEADER + '"A;1;2018\n' + many + '"B;2;2018\n').encode())
    assert len(unclosed.lines) == 102
    few = only(tmp_path, (HEADER + '"A;1;2018\nB;2;2018\n"C;3;2018\n').encode())
    assert len(few.lines) == 3


def test_a_row_with_a_sum_is_no_header():
    years, sums = ["Club", "2016/17 £"], ["Club X", "2000 €"]
    assert grid.is_header(years, frozenset(map(folded, years)))
    assert not grid.is_header(sums, frozenset(map(folded, sums)))


def test_lists_of_an_object_whose_first_records_are_alike_are_one_table(tmp_path):
    lists = {
        "2018": [{"nom": "A", "montant": 1}, {"nom": "B", "montant": 2}],
        "2019": [{"nom": "C", "montant": 3}, {"remarque": "provisoire"}],
    }
    (tmp_path / "a.json").write_text(json.dumps(lists), encoding="utf-8")
    (block,) = read.blocks(tmp_path / "a.json", "a.json")
    assert block.columns["nom"].series().dropna().tolist() == ["A", "B", "C"]


def lines_of_two_headers(first_row: str) -> bytes:
    rows = [f"2018.{n};{n}/02/2018;Club {n};{n}00;{n}0" for n in range(1, 5)]
    return "\n".join(["Gesuch;;Gesuchsteller;Beitrag;", first_row, *rows]).encode()


def test_a_second_line_of_labels_above_figures_is_part_of_the_header(tmp_path):
    """Its first cell is filled, and no list of words knows it."""
    block = only(tmp_path, lines_of_two_headers("Lfd.;Tag;;verlangt;gesprochen"))
    headers = [
        "Gesuch Lfd.",
        "Gesuch Tag",
        "Gesuchsteller",
        "Beitrag verlangt",
        "Beitrag gesprochen",
    ]
    assert list(block.columns) == headers
    assert len(block.lines) == 4


@pytest.mark.parametrize("row", ["X;NC;Club 0;NC;NC", "A;B;Club 0;100;10"])
def test_a_first_row_is_no_second_line_of_the_header(tmp_path, row):
    """Nothing is known of it yet, or it has figures itself."""
    assert len(only(tmp_path, lines_of_two_headers(row)).lines) == 5
