"""What the comments of a workbook's cells say is read as a remark on their row."""

import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment

from analysis import clean
from analysis.run.check_data import check
from test_team_habits import agreements_of, workbook

HEAD = ["Number", "Partner", "Entity", "Start date", "End date", "Amount"]
LINES = [[f"A{n}", f"Foyer {n}", "North", "01/01/2016", "31/12/2018", 100] for n in range(1, 9)]
OF_A_THREAD = (
    "[Threaded comment]\n\nYour version of Excel allows you to read this threaded comment; see more."
    "\n\nComment:\n    storniert"
)
COLUMN = "commentaires / comments"


def commented(folder, text: str, cell: str = "B4"):
    workbook(folder, {"Agreements": [HEAD, *LINES]})
    book = openpyxl.load_workbook(folder / "suivi.xlsx")
    book.active[cell].comment = Comment(text, "Marie Martin")
    book.save(folder / "suivi.xlsx")
    return folder


@pytest.mark.parametrize("text", ["storniert", "Marie Martin:\nstorniert", OF_A_THREAD])
def test_a_comment_that_calls_an_agreement_off_is_asked(tmp_path, text):
    draft = check(commented(tmp_path, text)).draft
    assert f'"{COLUMN}" = ["storniert"]' in draft
    (tmp_path / "study.toml").write_text(draft.replace(" # ?", ""), encoding="utf-8")
    assert set(agreements_of(tmp_path)["agreement_id"]) == {f"A{n}" for n in (1, 2, 4, 5, 6, 7, 8)}


def test_a_comment_that_ends_an_agreement_early_is_asked(tmp_path):
    draft = check(commented(tmp_path, "Résiliée le 30/06/2017")).draft
    assert f'end = "{COLUMN}"' in draft
    (tmp_path / "study.toml").write_text(draft.replace(" # ?", ""), encoding="utf-8")
    ends = agreements_of(tmp_path).set_index("agreement_id")["end"].dropna()
    assert ends.dt.strftime("%d/%m/%Y").to_dict() == {"A3": "30/06/2017"}


@pytest.mark.parametrize("cell", ["B1", "B30"])
def test_comments_beside_the_rows_change_nothing(tmp_path, cell):
    assert COLUMN not in check(commented(tmp_path, "storniert", cell)).draft


def test_a_comment_without_meaning_is_told_as_not_used_and_never_read(tmp_path):
    commented(tmp_path, "Jeanne Dubois appelle")
    assert f'# "{COLUMN}"' in check(tmp_path).draft
    result = clean.clean(tmp_path, day="2018-12-31", accept_guesses=True)
    assert "Dubois" not in str(result.tables) + str(result.quarantine)


def test_an_ods_has_comments_too(tmp_path):
    def row(cells, note=""):
        noted = f"<office:annotation><text:p>{note}</text:p></office:annotation>" if note else ""
        texts = [f"<text:p>{cell}</text:p>" for cell in cells]
        inner = [noted + texts[0], *texts[1:]]
        written = "".join(
            f'<table:table-cell office:value-type="string">{cell}</table:table-cell>'
            for cell in inner
        )
        return f"<table:table-row>{written}</table:table-row>"

    rows = [row(HEAD), *(row(line, "storniert" if line[0] == "A3" else "") for line in LINES)]
    names = ("office", "table", "text")
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names
    )
    table = f'<table:table table:name="Agreements">{"".join(rows)}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(tmp_path / "suivi.ods", "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr(
            "content.xml", f"<office:document-content {spaces}>{body}</office:document-content>"
        )
    assert f'"{COLUMN}" = ["storniert"]' in check(tmp_path).draft
