"""Renewals that stand in further columns of the row of what they renew."""

import pytest

from analysis import clean
from analysis.run import check_data

TERMS = [
    ("Aides et Répit", "01/01/2018;31/12/2019;10000", "01/01/2020;31/12/2022;18000"),
    ("Club Mob", "01/06/2019;31/05/2021;8000", "01/07/2021;31/05/2024;13500"),
    ("Solid’R", "15/09/2021;14/09/2024;24000", ";;"),
]


def renewed_list(folder, first, second, terms=TERMS):
    """Three partners, of whom two are renewed in columns of the same row."""
    header = ";".join(["Organisme", "Direction", *first, *second])
    rows = [f"{name};Nord;{initial};{renewed}" for name, initial, renewed in terms]
    (folder / "suivi.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return folder


def asked(folder):
    return [str(fault) for fault in check_data.check(folder).faults]


@pytest.mark.parametrize(
    "second",
    [
        ("Date début 2", "Date fin 2", "Montant 2 (€)"),
        ("2e convention Date début", "2e convention Date fin", "2e convention Montant (€)"),
        ("Renouvelée le", "Jusqu’au", "Nouveau montant"),
        ("Reconduite du", "Nouvelle échéance", "Nouveau montant"),
        ("Renouvellement début", "Renouvellement fin", "Montant du renouvellement"),
    ],
)
def test_second_columns_beside_unnumbered_ones_are_agreements(tmp_path, second):
    folder = renewed_list(tmp_path, ("Date début", "Date fin", "Montant (€)"), second)
    amounts = clean.clean(folder).tables["agreements"]["planned_amount_eur"]
    assert (len(amounts), amounts.sum()) == (5, 73_500)


@pytest.mark.parametrize(
    ("initial", "renewal"),
    [
        ("Convention initiale {}", "1er renouvellement {}"),
        ("{} initial", "{} renouvellement 1"),
        ("Initiale {}", "Reconduction {}"),
    ],
)
def test_renewals_below_titles_are_agreements(tmp_path, initial, renewal):
    names = ("Début", "Fin", "Montant (€)")
    first, second = ([title.format(name) for name in names] for title in (initial, renewal))
    folder = renewed_list(tmp_path, first, second)
    amounts = clean.clean(folder).tables["agreements"]["planned_amount_eur"]
    assert (len(amounts), amounts.sum()) == (5, 73_500)


def test_a_total_below_each_group_of_columns_bears_out_what_remarks_say(tmp_path):
    terms = [
        (name, first, f"{second};{remark}")
        for (name, first, second), remark in zip(TERMS, ("", "", "sans suite"), strict=True)
    ]
    terms.append(("Total", ";;42000", ";;31500;"))
    first = ("Convention initiale Début", "Convention initiale Fin", "Convention initiale Montant")
    second = ("1er renouvellement Début", "1er renouvellement Fin", "1er renouvellement Montant")
    folder = renewed_list(tmp_path, first, (*second, "Remarques"), terms)
    assert '"Remarques" = []' in check_data.check(folder).draft


def test_renewals_that_begin_before_the_first_end_are_not_read_as_such(tmp_path):
    terms = [(name, first, first) for name, first, _second in TERMS]
    second = ("Renouvelée le", "Jusqu’au", "Nouveau montant")
    folder = renewed_list(tmp_path, ("Début", "Fin", "Montant (€)"), second, terms)
    assert len(clean.clean(folder, accept_guesses=True).tables["agreements"]) == 3


@pytest.mark.parametrize(
    "second",
    [
        ("Suite du", "Suite au", "Somme"),
        ("Date de renouvellement", "Date du bilan", "Bénéficiaires"),
        ("Date début 2", "Date fin 2", "Somme"),
    ],
)
def test_terms_after_the_first_end_that_nothing_reads_are_asked(tmp_path, second):
    folder = renewed_list(tmp_path, ("Date début", "Date fin", "Montant (€)"), second)
    assert any(f"`{second[0]}`" in question and "Début 2" in question for question in asked(folder))


def test_other_days_after_an_end_are_no_further_term(tmp_path):
    terms = [
        (name, first, second and f"0{n}/03/2025;1{n}/06/2025;{n}")
        for n, (name, first, second) in enumerate(TERMS, 1)
    ]
    second = ("Bilan reçu le", "Solde payé le", "Visites")
    folder = renewed_list(tmp_path, ("Date début", "Date fin", "Montant (€)"), second, terms)
    assert not any("Bilan" in question for question in asked(folder))


def renewed_twice(folder, totals=()):
    """Three partners, of whom two are renewed and one of them twice, under headers of which only
    the last say which renewal they tell.
    """
    renewals = ("Date reconduction{}", "Nouvelle échéance{}", "Montant reconduction{}")
    further = [header.format(number) for number in ("", " 2") for header in renewals]
    third = [(";;",), ("01/06/2024;31/05/2026;9000",), (";;",)]
    terms = [
        (name, first, f"{second};{last}")
        for (name, first, second), (last,) in zip(TERMS, third, strict=True)
    ]
    first = ("Date de signature", "Échéance", "Montant")
    return renewed_list(folder, first, further, [*terms, *totals])


def test_two_renewals_of_which_one_has_a_number_are_agreements(tmp_path):
    amounts = clean.clean(renewed_twice(tmp_path)).tables["agreements"]["planned_amount_eur"]
    assert (len(amounts), amounts.sum()) == (6, 82_500)


def test_totals_below_columns_of_renewals_are_compared_with_their_own(tmp_path):
    totals = [("Total", ";;42000", ";;31500;;;9000")]
    result = clean.clean(renewed_twice(tmp_path, totals))
    assert result.tables["agreements"]["planned_amount_eur"].sum() == 82_500
    assert not any("Total" in remark for remark in result.remarks)
