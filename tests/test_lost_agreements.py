"""Agreements that would be lost or read wrong: names that stand once, cells that cannot be read."""

import pytest

from test_team_habits import agreements_of, questions, with_answers, workbook

HEAD = ["N°", "Partenaire", "Direction", "Début", "Fin prévue", "Montant"]


def rows(count: int) -> list[list[object]]:
    """Agreements of as many partners, two of each direction after each other."""
    return [
        [n, f"Foyer {n}", f"Région {(n + 1) // 2}", f"0{n}/01/2016", f"0{n}/12/2018", 100 * n]
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("place", [1, 2])
def test_a_name_that_stands_once_for_several_agreements_is_asked(tmp_path, place):
    lines = rows(8)
    for line in lines[1::2]:
        line[place] = None
    folder = workbook(tmp_path, {"Conventions": [HEAD, *lines]}, "conventions.xlsx")
    (question,) = questions(folder).values()
    assert 'blank_cells = "above"' in question
    agreements = agreements_of(with_answers(folder))
    assert len(agreements) == 8 and agreements["planned_amount_eur"].sum() == 3600
    names = agreements["partner_id" if place == 1 else "entity"]
    assert names.value_counts().eq(2).all()
