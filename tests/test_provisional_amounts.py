"""Agreements with a provisional amount, and a final one once their accounts are made."""

import pytest

from test_team_habits import HEAD, MORE, TWO, agreements_of, questions, with_answers, workbook

STAGES = {"Montant prévisionnel": "Montant définitif", "Provisional amount": "Final amount"}
STAGES |= {
    "Montant provisoire (€)": "Montant final (€)",
    "Vorläufiger Betrag": "Endgültiger Betrag",
}


@pytest.mark.parametrize("provisional", STAGES)
def test_agreements_of_which_no_final_amount_is_known_yet_keep_the_provisional_one(
    tmp_path, provisional
):
    """Either alone would count what was never paid, or nothing for those that run."""
    final = STAGES[provisional]
    amounts = [(30000, 30000), (18000, 15500), (36000, None), (20000, None), (5000, 4250)]
    lines = [
        [f"C{row}", f"Foyer {row}", "Nord", "01/02/2016", "31/12/2018", *of_row]
        for row, of_row in enumerate(amounts, 1)
    ]
    folder = workbook(tmp_path, {"Conventions": [[*HEAD[:5], provisional, final], *lines]})
    (question,) = questions(folder).values()
    answer = f'planned_amount_eur = "{final}" ; "~part" = "{provisional}"'
    assert answer in question
    guess = f'planned_amount_eur = "{provisional}"'
    stated = with_answers(folder, (guess, answer.replace(" ; ", "\n")))
    assert agreements_of(stated)["planned_amount_eur"].sum() == 105_750


def test_a_final_amount_alone_is_that_of_the_agreements(tmp_path):
    lines = [[*row[:5], row[5], 7] for row in [*TWO, *MORE]]
    head = [*HEAD[:5], "Montant définitif", "Enveloppe de la direction"]
    agreements = agreements_of(workbook(tmp_path, {"Conventions": [head, *lines]}))
    assert agreements["planned_amount_eur"].sum() == sum(row[5] for row in lines)


def list_of_grants(folder, *final: str):
    """A list of four grants whose final amounts are these."""
    lines = ["Association;Date;Montant prévisionnel;Montant définitif"]
    lines += [f"Foyer {row};0{row}/03/2019;{row}000;{cell}" for row, cell in enumerate(final, 1)]
    (folder / "grants.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder


def test_grants_without_a_final_amount_are_asked_too(tmp_path):
    folder = list_of_grants(tmp_path, "1000", "1500", "", "")
    (question,) = questions(folder).values()
    answer = 'amount = "Montant définitif" ; "~part" = "Montant prévisionnel"'
    assert answer in question
    stated = with_answers(folder, ('amount = "Montant prévisionnel"', answer.replace(" ; ", "\n")))
    assert agreements_of(stated)["planned_amount_eur"].sum() == 9500


def test_final_amounts_of_all_grants_count_unasked(tmp_path):
    agreements = agreements_of(list_of_grants(tmp_path, "1000", "1500", "3000", "0"))
    assert agreements["planned_amount_eur"].sum() == 5500
