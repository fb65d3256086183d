"""Questions that only rows leave open have the line that answers them in the draft."""

import pytest

from analysis.declare.faults import Refused
from analysis.run.check_data import check
from raw_lists import accepted, workbook

HEAD = ["N° convention", "Partenaire", "Entité", "Date de début", "Échéance", "Montant"]
AGREEMENTS = [
    ["C1", "Alpha", "Nord", "01/01/2016", "31/12/2018", 3000],
    ["C2", "Bravo", "Sud", "01/01/2017", "30/06/2018", 2000],
    ["C3", "Foyer", "Sud", "01/02/2017", "31/07/2018", 1000],
]
AMENDMENT = ["C1", "Alpha", "Nord", "01/07/2018", "31/12/2019", 3500]
GIVEN_ONCE = "Association;Date;Montant\nAmicale;01/02/2019;10000\nBouée;01/03/2019;4000\n"


def amount_and_ends(result):
    agreements = result.tables["agreements"]
    ends = agreements["planned_end"].dt.year.value_counts().to_dict()
    return agreements["planned_amount_eur"].sum(), ends


def test_a_draft_proposes_that_amendments_replace_and_is_asked_nothing_once_confirmed(tmp_path):
    folder = workbook(tmp_path / "raw", {"Conventions": [HEAD, *AGREEMENTS, AMENDMENT]})
    draft = check(folder).draft
    assert amount_and_ends(accepted(folder, draft)) == (3500 + 3000, {2018: 2, 2019: 1})
    proposed = 'same_reference = "last"'
    added = accepted(folder, draft, (proposed, 'same_reference = "add"'))
    assert amount_and_ends(added) == (6500 + 3000, {2018: 2, 2019: 1})


CHOICES = {  # lists, the choice in the draft, the total by what is chosen
    "rows of two lists": (
        {"versements 2019.csv": GIVEN_ONCE, "versements 2020.csv": GIVEN_ONCE},
        "# same_as_others = true",
        {"same_as_others = true": 14_000, "same_as_others = false": 28_000},
    ),
    "mark in amounts": (
        {"liste.csv": "Bénéficiaire;Année;Montant\nA;2018;10,000\nB;2018;1,250\nC;2018;300\n"},
        '# decimal = "."',
        {'decimal = "."': 11_550, 'decimal = ","': 311.25},
    ),
}


@pytest.mark.parametrize(("lists", "choice", "totals"), CHOICES.values(), ids=CHOICES)
def test_a_draft_holds_what_nothing_tells_as_a_choice_that_says_nothing_until_it_is_made(
    tmp_path, lists, choice, totals
):
    for name, text in lists.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    draft = check(tmp_path).draft
    with pytest.raises(Refused) as refused:
        accepted(tmp_path, draft)
    assert [fault.rule for fault in refused.value.faults] == ["question"]
    for chosen, total in totals.items():
        result = accepted(tmp_path, draft, (choice, chosen))
        assert result.tables["contributions"]["value_eur"].sum() == total
