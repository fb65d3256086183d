"""Agreements that name their partner, where no table lists partners."""

import pandas as pd
import pytest

from analysis import clean, relations
from analysis.linkage import partner_matching as linkage

HEADER = "Convention;Partenaire;Direction;Date de début;Date de fin prévue;Montant €"
AGREEMENTS = [
    "C1;ADIE;Ouest;01/03/2023;28/02/2026;24000",
    "C2;Adie;Ouest;01/03/2026;28/02/2029;18000",
    "C3;Croix-Rouge française;Siège;01/01/2021;31/12/2023;60000",
    "C4;Croix Rouge Française;Siège;01/01/2024;31/12/2026;66000",
    "C5;Emmaüs Connect;Siège;01/05/2022;30/04/2025;45000",
    "C6;Emmaus Connect;Siège;01/05/2025;30/04/2028;48000",
    "C7;Emmaus Connect;Siège;01/05/2028;30/04/2031;48000",
]


def cleaned(folder, lines: list[str], more: str = ""):
    (folder / "conventions.csv").write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    (folder / "study.toml").write_text('[study]\nday = "2026-11-01"\n' + more, encoding="utf-8")
    return clean.clean(folder)


def test_case_accents_and_hyphens_make_no_other_partner(tmp_path):
    tables = cleaned(tmp_path, AGREEMENTS).tables
    names = ["ADIE", "Croix Rouge Française", "Emmaus Connect"]  # the most frequent spelling
    assert sorted(tables["agreements"]["partner_id"].unique()) == names
    assert sorted(tables["partners"]["name"]) == names
    known = relations.as_known_on(tables["agreements"], pd.Timestamp("2026-11-01"))
    assert known["renewals"].tolist() == [1, 1, 1]


def test_names_that_are_nearly_alike_are_asked_in_partners_csv(tmp_path):
    lines = [
        line.replace("Croix Rouge Française", "Croix Rouge Francaise (Asso)") for line in AGREEMENTS
    ]
    candidates = cleaned(tmp_path, lines).notes["candidates"]
    assert {tuple(sorted(pair)) for pair in candidates[["left", "right"]].to_numpy()} == {
        ("Croix Rouge Francaise (Asso)", "Croix-Rouge française")
    }


def test_codes_that_differ_in_case_stay_apart(tmp_path):
    codes = ["0015a", "0015A", "0016b", "0016B", "0017c", "0017C", "0018d"]
    lines = [
        ";".join([line.split(";")[0], partner_code, *line.split(";")[2:]])
        for line, partner_code in zip(AGREEMENTS, codes, strict=True)
    ]
    tables = cleaned(tmp_path, lines).tables
    assert "partners" not in tables
    assert tables["agreements"]["partner_id"].nunique() == len(codes)


def test_names_that_may_be_of_one_partner_are_told_with_what_decides_them(tmp_path):
    rows = ["SPF;2014-01-01;1000", "Secours populaire français;2015-01-01;1000"]
    rows += ["ADIE;2014-01-01;900", "Unis-Cité;2014-01-01;1200"]
    text = "\n".join(["Partenaire;Date;Montant (€)", *rows, ""])
    (tmp_path / "aides.csv").write_text(text, encoding="utf-8")
    (remark,) = [each for each in clean.clean(tmp_path).remarks if "SPF" in each]
    assert "Secours populaire français" in remark and "partners.csv" in remark
    decisions = "partner;same_as;answer\nSPF;Secours populaire français;same\n"
    (tmp_path / "partners.csv").write_text(decisions, encoding="utf-8")
    decided = clean.clean(tmp_path)
    assert len(decided.tables["partners"]) == 3
    assert not any("SPF" in each for each in decided.remarks)


def test_amounts_that_hardly_differ_in_a_list_say_nothing_of_who_is_who():
    names = ["SPF", "Secours populaire français", "ADIE", "Unis-Cité"]
    partners = pd.DataFrame({"partner_id": list("ABCD"), "name": names})
    partners["years"] = ["2014", "2015", "2014", "2014"]
    without = linkage.candidates(partners)
    (score,) = linkage.candidates(partners.assign(amount=[1000, 1000, 900, 1200]))["score"]
    assert score == without["score"].item()


WITH_ACRONYMS = {  # header of the acronym, it, the name with it
    "before": ("Sigle", "ARES", "ARES - Atelier réemploi"),
    "behind": ("Acronyme", "ARES", "Atelier réemploi – ARES"),
    "in brackets": ("Sigle de la structure", "Ares", "Atelier Réemploi (ARES)"),
    "in English": ("Short name", "ARES", "ARES: Atelier réemploi"),
    "twice one word": ("Sigle", "ATELIER RÉEMPLOI", "ATELIER RÉEMPLOI - Atelier réemploi"),
}


def partners_named(folder, header, acronym, second):
    lines = f"Organisme;{header};Date;Montant (€)\nAtelier réemploi;{acronym};2013-01-01;10\n"
    lines += f"{second};{acronym};2014-01-01;12\nWimoov;Wimoov;2014-01-01;12\n"
    (folder / "liste.csv").write_text(lines, encoding="utf-8")
    return clean.clean(folder, accept_guesses=True).tables["partners"]["name"].tolist()


@pytest.mark.parametrize("case", WITH_ACRONYMS)
def test_a_name_with_the_acronym_beside_it_is_that_name(tmp_path, case):
    assert len(partners_named(tmp_path, *WITH_ACRONYMS[case])) == 2


@pytest.mark.parametrize(
    ("header", "second"),
    [("Sigle", "ARES - Bibliothèque"), ("Ville", "ARES - Atelier réemploi")],
)
def test_another_name_behind_an_acronym_is_another_partner(tmp_path, header, second):
    assert len(partners_named(tmp_path, header, "ARES", second)) == 3
