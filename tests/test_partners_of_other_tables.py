"""Answers beside a list of grants belong to its partners, whatever the spelling of their names."""

import pandas as pd
import pytest

from analysis import clean
from analysis.clean.partners.partners_of_other_tables import with_pairs_by_words
from analysis.linkage import partner_matching
from analysis.run import check_data

GRANTS = [
    "Bénéficiaire;SIREN;Date;Montant",
    "Les Apprentis d’Ici;;01/04/2022;15000",
    "Les Apprentis d’Ici;;01/04/2023;18000",
    "Môm’artiste;;05/06/2023;7500",
    "AFH France Handisport;;12/09/2022;12000",
    "Ain Rugby;732829320;03/02/2023;4000",
]
ANSWERS = [
    "Organisme;Nous nous parlons franchement;Nous décidons ensemble",
    "LES APPRENTIS D'ICI;5;4",
    "Mom artiste;4;NSP",
    "AFH;3;2",
    "732 829 320;4;4",
]
STUDY = """[study]
name = "liste"
[[source]]
files = "Subventions.csv"
table = "grants"
funder = "Ville"
[source.columns]
recipient = "Bénéficiaire"
siret = "SIREN"
date = "Date"
amount = "Montant"
[[source]]
files = "Enquête.csv"
table = "answers"
wave = "2024"
side = "partner"
entity = "Ville"
scale = [1, 5]
[source.questions]
"Nous nous parlons franchement" = "relationship"
"Nous décidons ensemble" = "relationship"
[source.columns]
partner_id = "Organisme"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "Subventions.csv").write_text("\n".join(GRANTS), encoding="utf-8")
    (tmp_path / "Enquête.csv").write_text("\n".join(ANSWERS), encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def answering(cleaned: clean.Cleaned) -> set[str]:
    """The names of the partners who answered; the code where no partner bears it."""
    name_by_code = cleaned.tables["partners"].set_index("partner_id")["name"]
    codes = cleaned.tables["answers"]["partner_id"]
    return {*codes.map(name_by_code).fillna(codes)}


def test_answers_belong_to_the_partners_of_the_grants(folder):
    cleaned = clean.clean(folder)
    assert answering(cleaned) == {"Les Apprentis d’Ici", "Môm’artiste", "AFH", "Ain Rugby"}
    unknown, pairs = [text for text in cleaned.remarks if "partners.csv" in text]
    assert "AFH" in unknown and "AFH France Handisport" in pairs
    assert len(cleaned.tables["partners"]) == 4


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_short_name_is_proposed_as_a_partner_and_decided(folder, is_turned):
    pairs = check_data.check(folder).pairs
    sides = ["partner", "same_as"]
    decided = pairs.loc[pairs["partner"].eq("AFH"), sides].assign(answer="même")
    assert pairs.loc[decided.index, "same_as_name"].tolist() == ["AFH France Handisport"]
    if is_turned:
        decided = decided.rename(columns=dict(zip(sides, sides[::-1], strict=True)))
    decided.to_csv(folder / "partners.csv", sep=";", index=False)
    cleaned = clean.clean(folder)
    assert "AFH France Handisport" in answering(cleaned) and "AFH" not in answering(cleaned)
    assert not [text for text in cleaned.remarks if "partners.csv" in text]


def test_a_short_name_that_is_another_is_proposed_no_more(folder):
    pairs = check_data.check(folder).pairs
    pairs.assign(answer="différent").to_csv(folder / "partners.csv", sep=";", index=False)
    assert check_data.check(folder).pairs.empty


def test_the_only_partner_that_has_all_words_of_a_name_is_proposed():
    names = ["AFH France Handisport", "AFH Lyon", "Judo Club"]
    partners = pd.DataFrame({"partner_id": ["P1", "P2", "P3"], "name": names}, dtype="str")
    answers = pd.DataFrame({"partner_id": ["AFH", "Handisport", "P3"]}, dtype="str")
    none_likely = partner_matching.candidates(partners.iloc[:0])
    tables = {"partners": partners, "answers": answers}
    pairs = with_pairs_by_words(none_likely, tables, None)
    assert pairs[["left", "right"]].to_numpy().tolist() == [["Handisport", "P1"]]
