"""Periods in one cell that words behind them prolong."""

import pytest

from test_team_habits import MORE, TWO, agreements_of, workbook


@pytest.mark.parametrize(
    "cell",
    [
        "01.05.2017 – 30.04.2020, verlängert bis 30.04.2021",
        "Convention du 01/05/2017 au 30/04/2020\nAvenant du 01/04/2020 : prolongation jusqu’au 30/04/2021",
        "01/05/2017 to 30/04/2020 (extended until 30/04/2021)",
    ],
)
def test_a_period_that_was_extended_keeps_its_start(tmp_path, cell):
    head = ["N° convention", "Partenaire", "Entité", "Date de début", "Montant"]
    lines = [[*row[:3], f"{row[3]} au {row[4]}", row[5]] for row in [*TWO, *MORE]]
    lines[0][3] = cell
    folder = workbook(tmp_path, {"Conventions": [head, *lines]})
    agreements = agreements_of(folder, accept_guesses=True)
    row = agreements.set_index("agreement_id").loc["C1"]
    assert f"{row['start']:%Y-%m-%d}" == "2017-05-01"
    assert f"{row['planned_end']:%Y-%m-%d}" == "2021-04-30"
