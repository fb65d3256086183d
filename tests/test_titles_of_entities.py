"""Titles between the agreements of a list that names no entity: asked whether each is one."""

import re

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data

TITLES = ["DIRECTION SUD", "DIRECTION NORD", "SIÈGE"]


def write(folder, titles: list[str]) -> None:
    lines = ["Partenaire;Début;Échéance;Montant"]
    for number, title in enumerate(titles):
        lines.append(f"{title};;;")
        for row in range(4):
            name = f"Association {'ABCDEFGHIJKL'[4 * number + row]}"
            lines.append(f"{name};01/0{row + 1}/2015;28/1{row % 3}/2017;{1000 + 100 * row}")
    (folder / "Conventions.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")


@pytest.fixture
def draft(tmp_path) -> str:
    write(tmp_path, TITLES)
    with pytest.raises(Refused, match="« DIRECTION SUD », « DIRECTION NORD », « SIÈGE »"):
        clean.clean(tmp_path, day="2018-12-31")
    return check_data.check(tmp_path).draft


def entities(folder, draft: str) -> set[str]:
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    return set(clean.clean(folder, day="2018-12-31").tables["agreements"]["entity"])


def test_titles_name_the_entities_where_that_is_confirmed(tmp_path, draft):
    assert entities(tmp_path, re.sub(r" # \?$", "", draft, flags=re.M)) == set(TITLES)


def test_the_draft_as_it_stands_is_still_asked(tmp_path, draft):
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    with pytest.raises(Refused, match="DIRECTION SUD"):
        clean.clean(tmp_path, day="2018-12-31")


def test_all_may_be_of_one_entity(tmp_path, draft):
    one = re.sub(r"^split = .*$", 'entity = "Fondation X"', draft, flags=re.M)
    assert entities(tmp_path, re.sub(r" # \?$", "", one, flags=re.M)) == {"Fondation X"}


@pytest.mark.parametrize("titles", [["DIRECTION SUD"], ["Conventions 2015", "Conventions 2016"]])
def test_one_title_or_titles_of_years_are_no_entities(tmp_path, titles):
    write(tmp_path, titles)
    assert clean.clean(tmp_path, day="2018-12-31").tables["agreements"]["entity"].nunique() == 1


@pytest.mark.parametrize("label", ["Partenaire", "Association", "Bénéficiaire", "Grantee"])
def test_titles_with_a_label_name_who_received_the_grants_below(tmp_path, label):
    """As a printed list does; what each was paid for ("Fonctionnement") is no partner."""
    lines = ["Aides par partenaire;;;", "Date;N° dossier;Libellé;Montant versé"]
    lines += [f"{label} : Amicale;;;", "12/03/2018;D1;Fonctionnement;1000"]
    lines += ["12/03/2019;D5;Fonctionnement;1100", "Sous-total;;;2100"]
    lines += [f"{label} : Bouée;;;", "15/04/2018;D2;Matériel;500", "Sous-total;;;500"]
    lines += ["Total général;;;2600"]
    (tmp_path / "aides.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    result = clean.clean(tmp_path).tables
    paid = result["agreements"].groupby("partner_id")["planned_amount_eur"].sum()
    assert paid.to_dict() == {"amicale": 2100, "bouee": 500}


def test_titles_with_another_label_name_nobody(tmp_path):
    lines = ["Association;Date;Montant", "Secteur : Nord;;", "Amicale;12/03/2018;1000"]
    lines += ["Secteur : Sud;;", "Bouée;15/04/2018;500"]
    (tmp_path / "aides.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    partners = clean.clean(tmp_path).tables["partners"]
    assert {*partners["name"]} == {"Amicale", "Bouée"}
