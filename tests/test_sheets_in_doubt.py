"""Of a sheet beside agreements that may be no table of the study, it is first asked whether it counts."""

import pytest

from test_codes_of_partners import AGREEMENTS
from test_team_programme import questions, workbook

SHEETS = {
    "hours given": [
        ["N°", "Année", "Nb salariés", "Jours"],
        ["C1", 2018, 12, 4],
        ["C2", 2019, 3, 1],
    ],
    "events": [
        ["Date", "Type", "Code partenaire", "Coût (€)"],
        ["2018-05-12", "Gala", "P01", 1800],
        ["2019-05-12", "Course solidaire", "P02", 2700],
    ],
}


@pytest.mark.parametrize("case", SHEETS)
def test_what_the_columns_of_such_a_sheet_mean_is_one_question(tmp_path, case):
    folder = workbook(tmp_path / "d", {"Conventions": AGREEMENTS, "Divers": SHEETS[case]})
    asked = [question for question in questions(folder) if "#Divers" in question]
    assert len(asked) == 1
    assert "[[source]]" in asked[0] and asked[0].count("quelle colonne donne") >= 2
