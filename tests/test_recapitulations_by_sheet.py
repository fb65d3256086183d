"""Sheets that but tell what the other sheets of their workbook add up to."""

import pytest

from analysis.run import check_data
from test_agreements_in_kind import RECAPITULATION, directions


def test_a_sheet_of_what_the_other_sheets_add_up_to_is_not_asked(tmp_path):
    checked = check_data.check(directions(tmp_path))
    assert 'sheet = "Récap"' not in checked.draft
    assert not any("Récap" in fault.file and fault.rule == "question" for fault in checked.faults)


@pytest.mark.parametrize(("row", "amount"), [(1, 15600), (2, 2300)])
def test_a_sheet_that_tells_other_sums_is_asked(tmp_path, row, amount):
    recapitulation = [list(line) for line in RECAPITULATION]
    recapitulation[row][2] = amount
    checked = check_data.check(directions(tmp_path, recapitulation))
    assert any("Récap" in fault.file and fault.rule == "question" for fault in checked.faults)
