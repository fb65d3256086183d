"""A line of dashes below a header, as SQL tools write it, is part of the header and no row to mend."""

import openpyxl
import pytest

from analysis import clean, read
from analysis.run import check_data

HEADER = ["AANVRAGER", "JAAR", "BEDRAG_VERLEEND"]
ROWS = [["Vzw De Brug", "2016", "4000.00"], ["Stichting Alfa", "2017", "1250.50"]]
TOTAL = 5250.50


def written(folder, *lines) -> None:
    text = "\n".join(",".join(line) for line in lines) + "\n"
    (folder / "subsidies.csv").write_text(text, encoding="utf-8")


def test_dashes_below_a_header_are_no_row(tmp_path):
    written(tmp_path, HEADER, ["-" * len(header) for header in HEADER], *ROWS)
    result = clean.clean(tmp_path, accept_guesses=True)
    assert result.tables["contributions"]["value_eur"].sum() == TOTAL
    assert sorted(result.tables["partners"]["name"]) == sorted(name for name, *_rest in ROWS)
    assert check_data.check(tmp_path).to_mend.empty


def test_dashes_below_a_header_of_a_workbook_are_no_row(tmp_path):
    book = openpyxl.Workbook()
    lines = [HEADER, ["---------", "----", "---------------"], *ROWS, ["====", "", "===="]]
    for line in lines:
        book.active.append(line)
    book.save(tmp_path / "subsidies.xlsx")
    assert check_data.check(tmp_path).to_mend.empty
    result = clean.clean(tmp_path, accept_guesses=True)
    assert result.tables["contributions"]["value_eur"].sum() == TOTAL
    assert sorted(result.tables["partners"]["name"]) == sorted(name for name, *_rest in ROWS)


@pytest.mark.parametrize("cells", [["Club --", "2018", "--"], ["-", "-", "-"], ["--", "", ""]])
def test_dashes_for_what_nobody_knows_stay_a_row_or_a_title(tmp_path, cells):
    """A row that names somebody, or of single marks, and a mark that stands alone."""
    written(tmp_path, HEADER, *ROWS, cells)
    (block,) = read.blocks(tmp_path / "subsidies.csv", "subsidies.csv")
    assert "header" not in {aside.rule for aside in block.aside}
