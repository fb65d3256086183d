"""Rows whose colour says something that a note or a legend of the workbook explains: asked."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Color, Font, PatternFill

from analysis import clean, prepare
from analysis.clean.sheets.sources import parts_of
from analysis.layout import study_file
from analysis.layout.rows.coloured_rows import colours_in_doubt, rows_of_colour
from analysis.read import row_styles
from analysis.run.check_data import check
from raw_lists import accepted, only_question
from test_false_totals import AMOUNTS, GRANTED, NAMES, money, total
from test_prepare import field

COLOURED = (3, 5)  # lines
LEFT = GRANTED - AMOUNTS[1] - AMOUNTS[3]


def filled(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)


def write(folder, looks: dict, *, lines=COLOURED, columns="ABC", legend=lambda book, sheet: None):
    """A list whose header is blue, with some rows that look otherwise than the others."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Bénéficiaire", "Date", "Montant accordé"])
    for column in "ABC":
        sheet[f"{column}1"].fill = filled("4472C4")
    for name, amount in zip(NAMES, AMOUNTS, strict=True):
        sheet.append([name, "03/03/2018", amount])
    for cell in [f"{column}{line}" for line in lines for column in columns]:
        for name, look in looks.items():
            setattr(sheet[cell], name, look)
    legend(book, sheet)
    book.save(folder / "liste.xlsx")


def note_below(book, sheet):
    sheet["A10"] = "Lignes grisées : demandes refusées"


def two_words_below(book, sheet):
    sheet["A10"], sheet["B10"] = "Gris", "refusé"


def word_right_of_a_cell_below(book, sheet):
    sheet["A10"].fill, sheet["B10"] = filled("D9D9D9"), "Refusé"


def word_in_a_cell_below(book, sheet):
    sheet["A10"], sheet["B10"] = "Refusé", "Accordé"
    sheet["A10"].fill, sheet["B10"].fill = filled("D9D9D9"), filled("C6EFCE")


def legend_beside(book, sheet):
    sheet["E1"], sheet["F2"], sheet["F3"] = "Légende", "Annulé", "Refusé"
    sheet["E2"].fill, sheet["E3"].fill = filled("FF0000"), filled("D9D9D9")


def sheet_of_the_legend(book, sheet):
    other = book.create_sheet("Légende")
    other["A1"].fill, other["B1"] = filled("D9D9D9"), "Refusé"


LEGENDS = (
    *(note_below, two_words_below, word_right_of_a_cell_below, word_in_a_cell_below),
    *(legend_beside, sheet_of_the_legend),
)


def explained(folder) -> dict[str, tuple[str, tuple[int, ...]]]:
    """The colours that are asked about, with what is said of each and the lines that bear it."""
    parts, _strays, _faults = parts_of(folder, study_file(folder))
    (part,) = [part for part in parts if part.mapping]
    said = colours_in_doubt(part.block, part.mapping.columns)
    lines = {
        colour: part.block.lines[rows_of_colour(part.block, colour, texts).codes >= 0]
        for colour, texts in said.items()
    }
    return {colour: (text, tuple(lines[colour].tolist())) for colour, (text,) in said.items()}


def question_and_money(folder) -> tuple[str, float]:
    """The only question about a list, and what it gives once its draft is accepted."""
    checked = check(folder)
    return only_question(checked), money(accepted(folder, checked.draft))


@pytest.mark.parametrize("legend", LEGENDS)
def test_a_legend_explains_the_rows_of_a_colour(tmp_path, legend):
    write(tmp_path, {"fill": filled("D9D9D9")}, legend=legend)
    ((colour, (text, lines)),) = explained(tmp_path).items()
    assert (colour, lines) == ("fill #D9D9D9 grey", COLOURED) and "refus" in text.casefold()


def test_rows_of_a_colour_that_a_legend_explains_are_asked(tmp_path):
    write(tmp_path, {"fill": filled("D9D9D9")}, legend=note_below)
    message, amount = question_and_money(tmp_path)
    assert "refus" in message.casefold() and amount == LEFT


@pytest.mark.parametrize(
    ("looks", "note"),
    [
        ({"fill": PatternFill("solid", fgColor=Color(theme=0, tint=-0.149))}, "Gris = refusé"),
        ({"fill": PatternFill("lightGray")}, "Lignes hachurées : refusées"),
        ({"font": Font(color="FFFF0000")}, "En rouge : abandonné"),
        ({"fill": filled("FFFF00")}, "Highlighted in yellow: withdrawn"),
        ({"fill": filled("C6EFCE")}, "grün hinterlegt: abgelehnt"),
    ],
)
@pytest.mark.parametrize("columns", ["ABC", "A"])
def test_fills_and_fonts_are_seen_as_notes_name_them(tmp_path, looks, note, columns):
    write(tmp_path, looks, columns=columns, legend=lambda book, sheet: sheet.append([note]))
    assert [*explained(tmp_path).values()] == [(note, COLOURED)]


def test_what_does_not_say_that_nothing_was_given_is_no_guess_but_a_choice(tmp_path):
    note = "En jaune : nouvelles associations"
    write(tmp_path, {"fill": filled("FFFF00")}, legend=lambda book, sheet: sheet.append([note]))
    checked = check(tmp_path)
    message = only_question(checked)
    line = f'"fill #FFFF00 yellow" = ["{note}"]'
    assert line in message and "2 lignes" in message and "ses cellules jaunes" in message
    with pytest.raises(clean.Refused):
        accepted(tmp_path, checked.draft)
    assert money(accepted(tmp_path, checked.draft, (f"# {line}", line))) == LEFT
    counted = (f"# {line}", '"fill #FFFF00 yellow" = []')
    assert money(accepted(tmp_path, checked.draft, counted)) == GRANTED


def bands(book, sheet):
    sheet["A9"] = "Une couleur pour deux lignes"


def column_of_no(book, sheet):
    sheet["E1"] = "Clos"
    for line in (2, 4, 6):
        sheet[f"E{line}"] = "Non"


def total_row(book, sheet):
    sheet.append(["Total", "", GRANTED])
    for column in "ABC":
        sheet[f"{column}8"].fill = filled("FFFF00")
    sheet["A10"] = "En jaune : le total"


UNTOLD = {
    "no legend": ({"fill": filled("D9D9D9")}, {}),
    "bands": ({"fill": filled("DDEBF7")}, {"lines": (2, 4, 6), "legend": bands}),
    "bands with a column of no behind a blank one": (
        {"fill": filled("DDEBF7")},
        {"lines": (2, 4, 6), "columns": "ABCE", "legend": column_of_no},
    ),
    "a total": ({}, {"legend": total_row}),
    "a column": (
        {"fill": filled("D9D9D9")},
        {"lines": range(2, 8), "columns": "B", "legend": note_below},
    ),
    "all rows": ({"fill": filled("D9D9D9")}, {"lines": range(2, 8), "legend": note_below}),
    "another colour": ({"fill": filled("C6EFCE")}, {"legend": note_below}),
}


@pytest.mark.parametrize(("looks", "how"), UNTOLD.values(), ids=UNTOLD.keys())
def test_colours_that_nothing_explains_are_not_asked(tmp_path, looks, how):
    write(tmp_path, looks, **how)
    assert explained(tmp_path) == {}


def test_refused_requests_that_are_grey_too_are_not_asked(tmp_path):
    def statuses(book, sheet):
        for line in range(1, 8):
            word = "Refusé" if line in COLOURED else "Accordé"
            sheet[f"D{line}"] = "Statut" if line == 1 else word
        note_below(book, sheet)

    write(tmp_path, {"fill": filled("D9D9D9")}, legend=statuses)
    assert total(tmp_path) == LEFT


@pytest.mark.parametrize(("answer", "exact"), [("out", LEFT), ("count", GRANTED)])
def test_the_page_asks_of_each_colour(tmp_path, answer, exact):
    raw = tmp_path / "raw"
    raw.mkdir()
    write(raw, {"fill": filled("D9D9D9")}, legend=note_below)
    page = prepare.open(raw, "fr", tmp_path / "reports")
    columns = page.parts["columns"]
    (label,) = [
        row.children[0].description
        for row in columns.rows.children
        if "grisées" in row.children[0].description
    ]
    field(columns, label).value = answer
    assert page.save()
    assert money(clean.clean(raw)) == exact


ODS = """<office:document-content xmlns:office="o" xmlns:style="s" xmlns:fo="f" xmlns:table="t"
xmlns:text="x"><office:automatic-styles><style:style style:name="ce1" style:family="table-cell">
{}</style:style></office:automatic-styles><office:body><office:spreadsheet>
<table:table table:name="Liste"><table:table-column table:number-columns-repeated="3"/>{}
</table:table></office:spreadsheet></office:body></office:document-content>"""


@pytest.mark.parametrize(
    ("style", "note", "of_row", "granted"),
    [
        ('<style:table-cell-properties fo:background-color="#cccccc"/>', "Gris : refusé", "", LEFT),
        ('<style:text-properties style:text-line-through-style="solid"/>', "barré", "", LEFT),
        ("", "", ' table:visibility="filter"', GRANTED),
    ],
)
def test_an_ods_tells_its_colours_strikes_and_hidden_rows_too(
    tmp_path, style, note, of_row, granted
):
    rows = [["Bénéficiaire", "Date", "Montant accordé"]]
    rows += [[name, "03/03/2018", f"{amount}"] for name, amount in zip(NAMES, AMOUNTS, strict=True)]
    rows += [["", "", ""], [note, "", ""]]
    cell = '<table:table-cell{} office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = []
    for line, texts in enumerate(rows, 1):
        look = ' table:style-name="ce1"' if line in COLOURED else ""
        cells = [cell.format(look, text) if text else "<table:table-cell/>" for text in texts]
        hides = of_row if line in COLOURED else ""
        lines.append(f"<table:table-row{hides}>{''.join(cells)}</table:table-row>")
    with zipfile.ZipFile(tmp_path / "liste.ods", "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        xml = ODS.format(style, "".join(lines))
        for short, whole in {"o": "office", "s": "style", "t": "table", "x": "text"}.items():
            name = f"urn:oasis:names:tc:opendocument:xmlns:{whole}:1.0"
            xml = xml.replace(f'xmlns:{whole}="{short}"', f'xmlns:{whole}="{name}"')
        name = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
        book.writestr("content.xml", xml.replace('xmlns:fo="f"', f'xmlns:fo="{name}"'))
    assert question_and_money(tmp_path)[1] == granted


def test_a_row_of_an_ods_is_counted_behind_as_many_as_are_repeated_above_it():
    xml = (
        '<office xmlns:t="t"><automatic-styles><style t:name="gone">'
        '<text-properties t:text-line-through-style="solid"/></style></automatic-styles>'
        '<table t:name="2018"><table-row t:number-rows-repeated="1000"><table-cell/></table-row>'
        '<table-row t:visibility="collapse"><table-cell t:style-name="gone"><p>Club</p></table-cell>'
        "</table-row></table></office>"
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as book:
        book.writestr("content.xml", xml)
    data = written.getvalue()
    sheet = row_styles.sheets_of_ods(data, row_styles.styles_of(data))["2018"]
    assert sheet.struck == sheet.hidden == {1001}
