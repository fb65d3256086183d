"""What a draft proposes about rows of a list that writes its own total below them."""

import pytest

from analysis.clean import clean
from analysis.run import check_data

HEAD = "N°;Partenaire;Signée le;Début;Fin;Montant (k€);Statut;Observations"
LINES = {
    "CV-01": "Club A;12/01/2018;01/02/2018;31/01/2021;30;Échue;",
    "CV-02": "Club B;05/03/2018;01/04/2018;31/03/2019;8;Échue;",
    "CV-03": "Club C;20/09/2018;01/10/2018;30/09/2020;12;Échue;convention annulée, jamais versée",
    "CV-04": "Club D;10/10/2019;01/11/2019;31/10/2021;16;Échue;prolongée par avenant",
    "CV-04 av.1": "Club D;20/10/2021;01/11/2021;31/12/2022;5;Échue;",
    "CV-05": "Club E;02/06/2020;15/06/2020;14/06/2023;15;Résiliée;",
    "CV-06": "Club F;;01/09/2021;31/08/2022;10;Refusée;",
    "CV-07": "Club G;30/01/2024;01/02/2024;31/01/2027;36;En cours;",
    "CV-08": "Club H;21/05/2025;01/06/2025;31/05/2028;50;En cours;",
}
ALL_THAT_RAN = 172  # with the amendment and the agreement that was called off


def a_list(folder, total=None, lines=LINES):
    rows = [f"{number};{line}" for number, line in lines.items()]
    rows += [f"Total des conventions signées;;;;;{total};;"] if total else []
    (folder / "soutiens.csv").write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    return folder


def draft_of(folder) -> str:
    return check_data.check(folder).draft


def test_what_runs_beside_agreements_that_ended_was_granted(tmp_path):
    assert '"En cours" = "granted"' in draft_of(a_list(tmp_path))


def test_what_runs_beside_requests_alone_is_undecided(tmp_path):
    lines = {
        number: line.replace("Échue", "Accordée").replace("Résiliée", "Accordée")
        for number, line in LINES.items()
    }
    assert '"En cours" = "undecided"' in draft_of(a_list(tmp_path, lines=lines))


@pytest.mark.parametrize(
    ("total", "same_reference", "is_left_out"),
    [
        (ALL_THAT_RAN, "add", False),
        (ALL_THAT_RAN - 12, "add", True),
        (ALL_THAT_RAN - 16, "last", False),
        (ALL_THAT_RAN - 12 - 16, "last", True),
        (None, "last", True),
        (999, "last", True),
    ],
)
def test_a_draft_proposes_what_the_own_total_of_a_list_bears_out(
    tmp_path, total, same_reference, is_left_out
):
    draft = draft_of(a_list(tmp_path, total))
    assert f'same_reference = "{same_reference}"' in draft
    assert ('"Observations" = ["convention annulée, jamais versée"' in draft) == is_left_out


def test_the_confirmed_draft_adds_up_to_the_own_total(tmp_path):
    folder = a_list(tmp_path, ALL_THAT_RAN)
    (folder / "study.toml").write_text(draft_of(folder).replace(" # ?", ""), encoding="utf-8")
    agreements = clean(folder, day="2026-11-01").tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == 1000 * ALL_THAT_RAN


def test_the_total_of_quarters_bears_out_money_that_came_back(tmp_path):
    quarters = "Association;T1 2019;T2 2019;T3 2019;T4 2019;Commentaire"
    rows = ["Alpha;1000;;500;;", "Bravo;;250;;;", "Dune;;;-200;800;trop perçu"]
    lines = [quarters, *rows, "Total;1000;250;300;800;"]
    (tmp_path / "versements.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert '"Commentaire" = []' in draft_of(tmp_path)


def test_two_totals_bear_out_nothing(tmp_path):
    folder = a_list(tmp_path, ALL_THAT_RAN)
    path = folder / "soutiens.csv"
    path.write_text(path.read_text("utf-8") + "Total des autres;;;;;7;;\n", encoding="utf-8")
    assert 'same_reference = "last"' in draft_of(folder)
