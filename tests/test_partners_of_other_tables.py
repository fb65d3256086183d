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


@pytest.mark.parametrize(
    ("stranger", "partner"),
    [
        ("Handisport", "P1"),
        ("Association du Judo Club", "P3"),
        ("AFH", None),
        ("AFH Lyon Judo Club", None),
    ],
)
def test_the_only_partner_that_shares_all_words_of_either_name_is_proposed(stranger, partner):
    names = ["AFH France Handisport", "AFH Lyon", "Judo Club"]
    partners = pd.DataFrame({"partner_id": ["P1", "P2", "P3"], "name": names}, dtype="str")
    none_likely = partner_matching.candidates(partners.iloc[:0])
    pairs = with_pairs_by_words(none_likely, [stranger], partners, None)
    expected = [] if partner is None else [[stranger, partner]]
    assert pairs[["left", "right"]].to_numpy().tolist() == expected


PROGRAMME = """[study]
name = "alliance"
day = 2020-12-31
[[source]]
files = "listed.csv"
table = "partners"
[source.columns]
partner_id = "%s"
name = "Name"
[[source]]
files = "agreements.csv"
table = "agreements"
entity = "Group"
[source.columns]
agreement_id = "Number"
partner_id = "Partner"
start = "Start"
planned_end = "End"
"""
LISTED = ["Surf pour Tous", "Judo Club", "Radio Ville", "Cuisine Nomade"]


@pytest.mark.parametrize("has_codes", [True, False])
def test_an_agreement_under_a_longer_name_in_the_same_years_is_proposed(tmp_path, has_codes):
    agreements = ["Number,Partner,Start,End"]
    for year in range(2010, 2020):
        for month, name in enumerate([*LISTED, "Assoc. Surf pour Tous"], 1):
            start, end = f"{year}-{month:02}-01", f"{year + 1}-{month:02}-01"
            agreements.append(f"C{len(agreements)},{name},{start},{end}")
    (tmp_path / "agreements.csv").write_text("\n".join(agreements), encoding="utf-8")
    partners = ["Code,Name,Department"]
    partners += [f"P{place},{name},64" for place, name in enumerate(LISTED)]
    (tmp_path / "listed.csv").write_text("\n".join(partners), encoding="utf-8")
    code_column = "Code" if has_codes else "Name"
    (tmp_path / "study.toml").write_text(PROGRAMME % code_column, encoding="utf-8")
    pairs = check_data.check(tmp_path).pairs
    names = pairs[["partner_name", "same_as_name"]].apply(frozenset, axis=1)
    assert [*names] == [{"Assoc. Surf pour Tous", "Surf pour Tous"}]
    assert len(clean.clean(tmp_path).tables["partners"]) == 5
    cleaned = clean.clean(tmp_path, aliases=pairs.assign(answer="same"))
    assert len(cleaned.tables["partners"]) == 4
