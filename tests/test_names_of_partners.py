"""Agreements that name their partner, where no table lists partners."""

import pandas as pd

from analysis import clean, relations

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
