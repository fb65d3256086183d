"""Raw files become clean tables: nothing is lost, nothing is invented, and each line can be followed."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import clean, explore, relations
from analysis.clean import (
    content_ids,
    grant_tables,
    holes,
    ledger,
    malformed_records,
    review_lists,
)
from analysis.clean.personal_data import masked
from analysis.clean.repeats import joined_key
from analysis.declare import schema
from analysis.declare.faults import Refused
from analysis.run import check_data
from conftest import ROOT
from mutations import mutated
from tiny import files

DEMO = ROOT / "data/raw/demo"
HEADER = "nomAttribuant;nomBeneficiaire;idBeneficiaire;dateConvention;montant;objet\n"
PARTNERS = "Code partenaire;Raison sociale;N° siren;Région\n"
AGREEMENTS = "N° de convention;Code partenaire;Entité du Groupe;Début;Échéance;Montant prévu\n"


def cleaned(tmp_path, text, name="list.csv", **asked):
    raw = tmp_path / "raw"
    raw.mkdir(exist_ok=True)
    for file, content in (text if isinstance(text, dict) else {name: text}).items():
        (raw / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return clean.clean(raw, **asked)


@pytest.fixture(scope="module")
def cleaned_demonstration():
    """The demonstration, cleaned once for this file; look at it only."""
    return clean.clean(DEMO)


def balance(result) -> pd.DataFrame:
    """Rows read, and rows accounted for, by source."""
    counts = result.ledger.pivot_table(
        index="source", columns="action", values="rows", aggfunc="sum", fill_value=0
    )
    counts = counts.reindex(columns=["read", "kept", "merged", "set aside"], fill_value=0)
    return counts.assign(told=counts[["kept", "merged", "set aside"]].sum(axis=1))


def fate(result, rule: str) -> int:
    return int(result.ledger.loc[result.ledger["rule"] == rule, "rows"].sum())


# One grant


def test_a_grant_becomes_a_partner_an_agreement_and_a_contribution(tmp_path):
    result = cleaned(
        tmp_path, HEADER + 'Ville;Judo Club;732 829 320 00074;03/04/2016;"1 234,50 €";Tatamis\n'
    )
    partner, agreement, contribution = (
        result.tables[name].iloc[0] for name in ("partners", "agreements", "contributions")
    )
    assert (partner["partner_id"], partner["siren"], partner["name"]) == (
        "732829320",
        "732829320",
        "Judo Club",
    )
    assert (str(agreement["start"].date()), str(agreement["planned_end"].date())) == (
        "2016-04-03",
        "2017-04-02",
    )
    assert (agreement["entity"], agreement["planned_amount_eur"], contribution["value_eur"]) == (
        "Ville",
        1234.5,
        1234.5,
    )
    assert result.notes["windows"].astype(str).values.tolist() == [
        ["Ville", "2016-04-03", "2016-04-03"]
    ]
    for name in ("partners", "agreements", "contributions"):
        pd.testing.assert_frame_equal(
            result.tables[name], schema.conform(result.tables[name], name)
        )


def test_a_request_that_was_not_granted_is_no_grant(tmp_path):
    states = [
        "Accordé",
        "Refusée",
        "Non retenu",
        "En instruction",
        "Abandonné",
        "Declined",
        "Inconnu",
    ]
    rows = "".join(f"A{place};2018;{place + 1};{state}\n" for place, state in enumerate(states))
    result = cleaned(tmp_path, f"Demandeur;Année;Montant accordé;Statut\n{rows}")
    assert sorted(result.tables["contributions"]["value_eur"]) == [
        1,
        7,
    ]  # what cannot be read is no refusal
    assert [
        fate(result, f"{outcome} request") for outcome in ("refused", "undecided", "withdrawn")
    ] == [3, 1, 1]


def test_a_record_written_with_another_separator_is_a_row(tmp_path):
    result = cleaned(
        tmp_path, "Association;Date;Montant\nA;2018;10\nB,2018,5\nC\t2018\t7\nDons, legs, autres\n"
    )
    assert (
        result.tables["contributions"]["value_eur"].tolist() == [10, 5, 7]
        and fate(result, "title") == 1
    )


@pytest.mark.parametrize(
    "header",
    [
        "Association;Date;Montant;\n;;Fonctionnement;Investissement",
        "Association;Date;Fonctionnement Montant;Investissement Montant",
    ],
)
def test_two_amounts_under_one_title_are_one_grant(tmp_path, header):
    result = cleaned(tmp_path, f"{header}\nA;2018;10,5;5\nB;2018;;7\n")
    assert result.tables["contributions"]["value_eur"].tolist() == [15.5, 7]


@pytest.mark.parametrize(
    ("columns", "cells", "start", "end"),
    [
        ("date", "2016", "2016-01-01", "2016-12-31"),
        ("date", "04/2016", "2016-04-01", "2017-03-31"),
        (
            "date;planned_start;planned_end",
            "2016-04-03;2016-05-01;2018-04-30",
            "2016-05-01",
            "2018-04-30",
        ),
        ("date;planned_end", "2016-04-03;2018", "2016-04-03", "2018-12-31"),
        ("date;term_months", "2016-01-31;1", "2016-01-31", "2016-02-28"),
        ("date;term_months", "2016;24", "2016-01-01", "2017-12-31"),
        (
            "date;planned_end",
            "2016-04-03;2015-01-01",
            "2016-04-03",
            "2017-04-02",
        ),  # ends before it starts
    ],
)
def test_what_a_grant_covers(tmp_path, columns, cells, start, end):
    result = cleaned(tmp_path, f"funder;recipient;amount;{columns}\nF;A;10;{cells}\n")
    found = result.tables["agreements"].iloc[0]
    assert (str(found["start"].date()), str(found["planned_end"].date())) == (start, end)
    assert found["term_assumed"] == (
        columns == "date" or cells.endswith("2015-01-01")
    )  # told by nothing that could be used


def test_a_precision_column_makes_a_date_coarser(tmp_path):
    result = cleaned(
        tmp_path,
        "donor,donee,amount,donation_date,donation_date_precision\nF,A,5,2016-01-01,year\nF,B,5,2016-01-01,day\n",
    )
    made = result.tables["agreements"].sort_values("partner_id")
    assert made["planned_end"].astype(str).tolist() == ["2016-12-31", "2016-12-31"]
    assert made["start_precision"].tolist() == ["year", "day"]


def test_grants_of_one_period_are_one_agreement(tmp_path):
    result = cleaned(tmp_path, HEADER + "V;A;;2016;0,10;x\nV;A;;2016;0,20;y\nV;A;;2017;1;z\n")
    assert sorted(result.tables["agreements"]["planned_amount_eur"]) == [0.3, 1.0]


def test_a_missing_amount_is_missing_and_no_zero(tmp_path):
    result = cleaned(tmp_path, HEADER + "V;A;;2016;NC;x\nV;B;;2016;5;y\n")
    made = result.tables["agreements"].sort_values("partner_id")
    assert made["planned_amount_eur"].tolist() == [pd.NA, 5.0]
    assert len(result.tables["contributions"]) == 1


def test_a_row_of_nothing_gives_no_relation_unless_something_else_is_given(tmp_path):
    text = (
        "nomAttribuant;nomBeneficiaire;dateConvention;montant;objet;nature;Montant du prêt\n"
        "V;Nothing;2016;0;fonctionnement;aide en numéraire;\n"
        "V;Rooms;2016;0;;aide en numéraire;aide en nature\n".replace(";;aide en numéraire;", ";;")
        + "V;Loan;2016;0;;;1000\n"
        "V;Words;2016;0,00 €;mise à disposition de locaux;;\n"
        "V;Zero loan;2016;0;;;0\n"
        "V;Silent;2016;NC;;;\n"
    )
    result = cleaned(tmp_path, text)
    assert sorted(result.tables["partners"]["name"]) == ["Loan", "Rooms", "Silent", "Words"]
    assert fate(result, "nothing given") == 2


def test_private_persons_together_are_no_partner(tmp_path):
    lines = ["V;PARTICULIERS;;2016;5;x", "V;Divers particuliers;;2016;5;x", "V;Judo;;2016;5;x"]
    result = cleaned(tmp_path, HEADER + "\n".join(lines))
    assert result.tables["partners"]["name"].tolist() == ["Judo"]
    assert fate(result, "private persons") == 2


@pytest.mark.parametrize(
    ("status", "rule"),
    [
        ("Refusée", "refused request"),
        ("abgelehnt", "refused request"),
        ("annulée", "withdrawn request"),
        ("Cancelled", "withdrawn request"),
        ("zurückgezogen", "withdrawn request"),
        ("en attente de décision", "undecided request"),
        ("in Prüfung", "undecided request"),
        ("échue", ""),
        ("en attente de renouvellement", ""),
        ("refus de renouvellement", ""),
    ],
)
def test_an_agreement_that_was_not_granted_is_none(tmp_path, status, rule):
    header = AGREEMENTS.replace("Montant prévu", "Statut")
    files = {"conventions.csv": header + f"C1;P1;DR;2016;;en cours\nC2;P2;DR;2016;;{status}\n"}
    result = cleaned(tmp_path, files)
    kept = result.tables["agreements"]["agreement_id"].tolist()
    assert kept == (["C1"] if rule else ["C1", "C2"])
    assert fate(result, rule or "refused request") == bool(rule)


def test_an_agreement_of_nothing_is_none_unless_something_is_given_under_it(tmp_path):
    files = {
        "conventions.csv": AGREEMENTS.replace("Montant prévu", "Formes;Montant prévu")
        + "C1;P1;DR;2016;;;0\nC2;P2;DR;2016;;mécénat;0\nC3;P3;DR;2016;;RSE;0\nC4;P4;DR;2016;;;\nC5;P5;DR;2016;;;0\n",
        "contributions.csv": "N° de contribution;N° de convention;Année;Sens;Nature;Quantité;Valeur (€)\n"
        "K1;C5;2016;vers le partenaire;compétences;3;\nK2;C2;2016;vers le partenaire;Numéraire;;0\n",
    }
    result = cleaned(tmp_path, files)
    assert result.tables["agreements"]["agreement_id"].tolist() == ["C3", "C4", "C5"]
    assert fate(result, "nothing given") == 2


def test_an_amount_in_another_currency_is_not_used(tmp_path):
    result = cleaned(tmp_path, 'grantee,amount,date\nA,"$1,000",2016\nB,"$10",2016\nC,£5,2016\n')
    made = result.tables["agreements"].sort_values("partner_id")
    assert made["planned_amount_eur"].tolist() == [1000.0, 10.0, pd.NA]
    assert result.about["currency"] == "USD" and result.tables["contributions"]["unit"].isna().all()


# Who is who

WRITTEN = HEADER + (
    "V;Judo Club;732829320;2016;1;\nV;JUDO-CLUB;;2017;1;\nV;Arts Martiaux;732829320;2018;1;\nV;Solo;304865000;2016;1;\n"
)  # the last identifier fails its checksum


@pytest.mark.parametrize(
    ("rule", "partners", "aside"),
    [
        ("both", ["732829320", "solo"], 0),
        ("identifier", ["732829320"], 2),
        ("name", ["arts martiaux", "judo club", "solo"], 0),
    ],
)
def test_the_identity_rule_says_who_is_one_partner(tmp_path, rule, partners, aside):
    result = cleaned(tmp_path, WRITTEN, identity=rule)
    assert result.tables["partners"]["partner_id"].tolist() == partners
    assert fate(result, "no identifier") == aside
    assert result.quarantine.query("rule == 'M05'")["value"].tolist() == ["304865000"]
    assert len(result.tables["identities"]) == 4


def test_the_team_decides_in_aliases_csv(tmp_path):
    files = {
        "list.csv": HEADER + "V;Foyer rural;;2016;1;\nV;F.R. du bourg;;2017;1;\n",
        "aliases.csv": "partner,same_as,decision\nF.R. du bourg,Foyer rural,same\n",
    }
    assert cleaned(tmp_path, files).tables["partners"]["partner_id"].tolist() == ["foyer rural"]


def test_the_team_names_partners_by_code_or_name(tmp_path):
    files = {
        "partenaires.csv": PARTNERS + "P1;Alpha;;\nP2;Beta;;\nP3;Gamma;;\nP4;Delta;;\n",
        "aliases.csv": "partner;same_as;decision\np2;ALPHA;same\nDelta;p3;same\nP9;P3;same\n",
        "conventions.csv": AGREEMENTS
        + "C1;P2;DR;2016;;\nC2;P4;DR;2016;;\nC3;P9;DR;2016;;\nC4;P8;DR;2016;;\n",
    }
    made = cleaned(tmp_path, files).tables
    assert made["partners"]["partner_id"].tolist() == ["P1", "P3"]
    assert made["agreements"]["partner_id"].tolist() == ["P1", "P3", "P3", "P8"]
    (tmp_path / "raw/partenaires.csv").unlink()  # codes still say who is who
    (tmp_path / "raw/aliases.csv").write_text(
        "partner,same_as,decision\nP9,p2,same\nP8,Gamma,same\n"
    )
    assert clean.clean(tmp_path / "raw").tables["agreements"]["partner_id"].tolist() == [
        "P2",
        "P4",
        "P2",
        "P8",
    ]


def test_one_funder_under_two_spellings_is_one(tmp_path):
    lines = ["VILLE D'ÉVRY;A;;2016;1;", "Ville d'Evry;A;;2017;1;", "Ville d'Evry;B;;2017;1;"]
    assert cleaned(tmp_path, HEADER + "\n".join(lines)).notes["windows"]["entity"].tolist() == [
        "Ville d'Evry"
    ]


def test_rows_of_one_key_in_two_sources_are_one_and_each_line_leads_to_it(tmp_path):
    files = {
        "partenaires_2016.csv": PARTNERS + "p001;Alpha;;Bretagne\nP002;Beta;732829320;\n",
        "partenaires_2018.csv": PARTNERS + "P001.0;Alpha SA;732829320;\nP003;Gamma;;\n",
        "conventions.csv": AGREEMENTS
        + "C1;P002;DR;01/01/2015;31/12/2015;\nc1;p001;DR;;;7\nC2.0;P003;DR;2016;;\n;P003;DR;2016;;\n",
    }
    result = cleaned(tmp_path, files)
    assert (balance(result)["read"] == balance(result)["told"]).all()
    known = (
        result.tables["partners"][["partner_id", "name", "siren", "region"]]
        .fillna("")
        .values.tolist()
    )
    assert known == [
        ["P001", "Alpha SA", "732829320", "Bretagne"],
        ["P003", "Gamma", "", ""],
    ]  # a SIREN told by another row
    told = result.notes["conflicts"]
    assert told[["key", "column", "kept", "dropped", "source"]].values.tolist() == [
        ["P001", "name", "Alpha SA", name, "partenaires_2016.csv"] for name in ("Alpha", "Beta")
    ]
    assert result.tables["agreements"][["agreement_id", "partner_id"]].values.tolist() == [
        ["C1", "P001"],
        ["C2", "P003"],
    ]
    clean.write(result, tmp_path / "out")
    fates = [clean.trace(tmp_path / "out", "partenaires_2016.csv", line) for line in (2, 3)]
    assert all(said.endswith("merged: same key, in partners as P001") for said in fates)
    assert "set aside: no agreement_id" in clean.trace(tmp_path / "out", "conventions.csv", 5)


def test_an_end_of_which_the_year_is_known_is_its_last_day(tmp_path):
    files = {
        "conventions.csv": AGREEMENTS + "C1;P1;DR;03/2015;2015;1\nC2;P1;DR;2016;2015;1\n",
        "comptes.csv": "Code partenaire;Clôture;Subventions publiques;Ventes\nP1;2015;40;\np1;31/12/2015;;2\n",
        "contributions.csv": "N° de contribution;N° de convention;Année;Date;Sens;Nature\nK1;C1;;2015;vers le partenaire;Numéraire\n",
    }
    made = cleaned(tmp_path, files).tables
    assert made["agreements"]["planned_end"].astype("str").fillna("").tolist() == ["2015-12-31", ""]
    assert made["accounts"][["year_end", "public_grants", "sales"]].astype(
        "str"
    ).values.tolist() == [["2015-12-31", "40.0", "2.0"]]
    assert (
        made["contributions"]["year"].tolist() == [2015]
        and made["contributions"]["date"].isna().all()
    )


def test_a_day_that_nobody_states_is_the_last_on_which_something_had_happened(tmp_path):
    rows = "C1;P1;DR;2016-02-01;2031-01-31;1\nC2;P2;DR;2017-03-01;2019-02-28;1\n"
    files = {"conventions.csv": AGREEMENTS + rows}
    result = cleaned(tmp_path, files)
    assert result.about["day"] == "2017-03-01"  # no source sees a planned end
    assert result.notes["windows"]["last"].astype("str").tolist() == ["2017-03-01"]
    assert "2017-03-01" in clean.day_taken(result.about)
    payments = "N° de contribution;N° de convention;Date;Sens;Nature;Stade\n"
    payments += "K1;C1;2018-05-04;vers le partenaire;Numéraire;versé\n"
    payments += "K2;C1;2030-05-04;vers le partenaire;Numéraire;engagé\n"
    result = cleaned(tmp_path, files | {"contributions.csv": payments})
    assert result.about["day"] == "2018-05-04"
    assert result.about["day_seen_in"] == "contributions"
    stated = clean.clean(tmp_path / "raw", day="2018-06-27")
    assert not clean.day_taken(stated.about)


def test_what_a_date_tells_need_not_stand_in_a_column_of_its_own(tmp_path):
    files = {
        "conventions.csv": "N° de convention;Code partenaire;Entité du Groupe;Signée le\nC1;P1;DR;12/03/2015\n",
        "contributions.csv": "N° de contribution;N° de convention;Date;Sens;Nature\nK1;C1;2016;vers le partenaire;Numéraire\n",
        "comptes.csv": "Code partenaire;Exercice;Ventes\nP1;2015;2\n",
    }
    result = cleaned(tmp_path, files)
    made = result.tables
    assert made["agreements"][["start", "start_precision"]].astype("str").values.tolist() == [
        ["2015-03-12", "day"]
    ]
    assert fate(result, "start from signature") == 1
    assert (
        made["contributions"]["year"].tolist() == [2016]
        and made["contributions"]["date"].isna().all()
    )
    assert made["accounts"]["year_end"].astype("str").tolist() == ["2015-12-31"]


def test_numbers_that_but_count_the_rows_of_a_file_tell_no_row_alone(tmp_path):
    header = "N°;N° de convention;Année;Sens;Nature;Valeur (€)\n"
    files = {
        year: header
        + f"1;C1;{year};vers le partenaire;Numéraire;10\n2;C2;{year};vers le partenaire;Numéraire;20\n"
        for year in (2016, 2017)
    }
    files = {f"contributions_{year}.csv": text for year, text in files.items()}
    made = cleaned(tmp_path, files).tables["contributions"]
    assert made["contribution_id"].is_unique and made["value_eur"].tolist() == [10, 10, 20, 20]
    files["contributions_2018.csv"] = (
        header + "1;C1;2016;vers le partenaire;Numéraire;11\n"
    )  # a later edition of the first
    assert cleaned(tmp_path, files).tables["contributions"]["value_eur"].tolist() == [
        11,
        10,
        20,
        20,
    ]
    (tmp_path / "raw/contributions_2017.csv").unlink()
    assert clean.clean(tmp_path / "raw").tables["contributions"]["contribution_id"].tolist() == [
        "1",
        "2",
    ]


def test_programme_tables_may_be_wide_by_year(tmp_path):
    files = {
        "conventions.csv": "N° de convention;Code partenaire;Entité du Groupe;Début;Montant 2016;Montant 2017\nC1;P1;DR;2016;100;200\n",
        "contributions.csv": "N° de contribution;N° de convention;Sens;Nature;2016;2017\nK1;C1;vers le partenaire;Numéraire;10;20\n",
    }
    made = cleaned(tmp_path, files).tables
    assert made["agreements"]["planned_amount_eur"].tolist() == [300]
    assert made["contributions"][["contribution_id", "year", "value_eur"]].values.tolist() == [
        ["K1 2016", 2016, 10],
        ["K1 2017", 2017, 20],
    ]


def test_of_two_dates_of_one_key_the_finer_is_taken_where_they_agree(tmp_path):
    rows = [
        "C1;P1;DR;2015;2016;3",
        "C1;P1;DR;17/06/2015;30/06/2016;",
        "C2;P1;DR;2015;2017;3",
        "C2;P1;DR;01/02/2016;;",
    ]
    result = cleaned(tmp_path, {"conventions.csv": AGREEMENTS + "\n".join(rows) + "\n"})
    made = result.tables["agreements"][
        ["start", "start_precision", "planned_end", "planned_amount_eur"]
    ].astype("str")
    assert made.values.tolist() == [
        ["2015-06-17", "day", "2016-06-30", "3.0"],
        ["2015-01-01", "year", "2017-12-31", "3.0"],
    ]
    assert result.notes["conflicts"]["key"].unique().tolist() == ["C2"]


def test_a_key_may_have_a_column_that_no_source_holds(tmp_path):
    text = "Code projet;Accompagnement;Début;Fin\nJ1;ingénierie;01/01/2016;\nJ1;ingénierie;01/01/2016;01/05/2016\n"
    assert cleaned(tmp_path, text).tables["support"]["end"].astype("str").tolist() == ["2016-05-01"]


def test_a_year_in_which_names_change_is_named():
    years = np.repeat(np.arange(2008, 2016), 40)
    who = np.tile(np.arange(40), 8)
    identifier = pd.Series(who.astype(str))
    name = pd.Series(
        [
            f"{'asso' if year < 2012 else 'association'} {number}"
            for year, number in zip(years, who, strict=True)
        ]
    )
    found = review_lists.breaks(pd.Series("V", range(320)), pd.Series(years), identifier, name)
    assert found.loc[found["flag"], "year"].tolist() == [2012]
    assert found.loc[found["year"] == 2012, ["by_identifier", "by_name"]].values.tolist() == [
        [1.0, 0.0]
    ]


# Totals, repeats, sources


def test_totals_are_found_by_label_or_by_sum(tmp_path):
    lines = [
        "V;A;;2016;10;",
        "V;B;;2016;20;",
        ";;;2016;30;",
        "V;A;;2017;5;",
        "V;B;;2017;5;",
        ";Total 2017;;;11;",
        "V;TOTAL FRANCE;;2016;7;",
    ]
    result = cleaned(tmp_path, HEADER + "\n".join(lines))
    assert (
        fate(result, "total") == 2
        and "total france" in result.tables["partners"]["partner_id"].tolist()
    )
    assert result.notes["totals"][["label", "given", "computed", "difference"]].values.tolist() == [
        ["", 30.0, 30.0, 0.0],
        ["Total 2017", 11.0, 10.0, 1.0],
    ]


@pytest.mark.parametrize("label", ["Yhteensä", "Gesamtsumme", "Ensemble", "T O T A L", "s/total :"])
def test_a_row_that_sums_all_others_is_their_total_whatever_it_is_called(tmp_path, label):
    rows = "".join(f"Asso {i};{i}00,25\n" for i in range(1, 7))
    result = cleaned(tmp_path, {"list-2018.csv": f"Association;Montant\n{rows}{label};2101,50\n"})
    assert result.tables["contributions"]["value_eur"].sum() == 2101.5 and result.notes["totals"][
        "difference"
    ].tolist() == [0]
    (tmp_path / "few").mkdir()
    few = cleaned(tmp_path / "few", {"list-2018.csv": "Association;Montant\nA;1\nB;2\nC;3\n"})
    assert len(few.tables["contributions"]) == 3  # three amounts tell nothing


def test_lines_that_fit_no_header_keep_their_notes_to_themselves(tmp_path):
    rows = "Asso A;10;2018;x;a été malade\nAsso B;10;2018;x;y;z;un cancer\n"
    (value,) = cleaned(
        tmp_path, f"Bénéficiaire;Montant;Date;Objet;Commentaire libre\n{rows}"
    ).quarantine.query("rule == 'cells'")["value"]
    assert value == "Asso B…"


def test_repeats_that_cannot_be_told_apart_are_kept_and_flagged(tmp_path):
    result = cleaned(tmp_path, HEADER + "V;A;;2016;10;x\n" * 2)
    assert fate(result, "undecided repeat") == 1 and result.tables["agreements"][
        "planned_amount_eur"
    ].tolist() == [20.0]


def test_repeats_of_one_reference_are_one(tmp_path):
    lines = "".join(f"G{i};F;A{i};2016-01-0{1 + i % 9};10\n" for i in range(60))
    result = cleaned(
        tmp_path, "reference;funder;recipient;date;amount\n" + lines + "G7;F;A7;2016-01-08;10\n"
    )
    assert fate(result, "exact repeat") == 1 and len(result.tables["agreements"]) == 60


def test_a_record_in_two_files_counts_once(tmp_path):
    once = HEADER + "V;Éole;;03/04/2016;1 000,00;Bal\nV;Éole;;03/04/2016;1 000,00;Bal\n"
    other = "Nom de l'attribuant,Nom du bénéficiaire,Date de la convention de subvention,Montant total de la subvention,Objet de la subvention\nV,EOLE,2016-04-03,1000.0,BAL\n"
    result = cleaned(tmp_path, {"a-2017.csv": once.encode("cp1252"), "b-2018.csv": other})
    assert fate(result, "record in another source") == 1 and fate(result, "undecided repeat") == 1
    assert result.tables["agreements"]["planned_amount_eur"].tolist() == [2000.0]


def test_the_better_source_is_believed_and_the_conflict_logged(tmp_path):
    agreement = (
        "N° de convention;Code partenaire;Entité;Début;Montant prévu\nC1;P1;E;2016-01-01;{}\n"
    )
    study = '[study]\nname = "x"\n[[source]]\nfiles = "a.csv"\ntable = "agreements"\nprecedence = {}\n[[source]]\nfiles = "b.csv"\ntable = "agreements"\nprecedence = 2\n'
    for first, kept in ((1, 20.0), (3, 10.0)):
        result = cleaned(
            tmp_path,
            {
                "a.csv": agreement.format(10),
                "b.csv": agreement.format(20),
                "study.toml": study.format(first),
            },
        )
        assert result.tables["agreements"]["planned_amount_eur"].tolist() == [kept]
        (conflict,) = result.notes["conflicts"].to_dict("records")
        assert (conflict["key"], conflict["column"]) == ("C1", "planned_amount_eur") and float(
            conflict["kept"]
        ) == kept


def test_references_that_begin_anew_each_year_name_other_grants(tmp_path):
    header = HEADER.replace("objet", "objet;referenceDecision")
    files = {
        f"{year}.csv": header + f"V;A;;{year}-01-02;{year};x;1\nV;B;;{year}-01-03;7;x;2\n"
        for year in (2017, 2018)
    }
    assert sorted(cleaned(tmp_path, files).tables["contributions"]["value_eur"]) == [
        7,
        7,
        2017,
        2018,
    ]
    files["2018.csv"] = header + "V;A SA;;2017-01-02;2017;x;1\nV;B;;2017-01-03;8;x;2\n"  # corrected
    assert sorted(cleaned(tmp_path, files).tables["contributions"]["value_eur"]) == [8, 2017]


def test_a_title_above_the_rows_may_give_their_year(tmp_path):
    study = '[study]\nname = "x"\n[[source]]\nfiles = "list.csv"\ntable = "grants"\nfunder = "F"\nsplit = "date"\n[source.columns]\nrecipient = "Grantee"\namount = "Sum"\n'
    rows = "Grantee,Sum,Town\n2017 Grants,,\nA,1,X\n\n2016 Grants,,\nB,2,Y\n"
    result = cleaned(tmp_path, {"list.csv": rows, "study.toml": study})
    made = result.tables["agreements"].sort_values("partner_id")
    assert made["start"].dt.year.tolist() == [2017, 2016]


# Records that lie


@pytest.mark.parametrize(
    ("record", "amount"),
    [
        (
            "V,Amis, anciens et nouveaux,2016-04-03,24 975,00,bal",
            24975.0,
        ),  # a comma in a name, another before the cents
        ("V,Amis,2016-04-03,24 975,bal", 24975.0),
        ('"V,Amis,2016-04-03,24 975,00,""bal"""', 24975.0),  # the whole record in quotes
    ],
)
def test_a_record_with_one_reading_is_repaired(tmp_path, record, amount):
    header = "nomAttribuant,nomBeneficiaire,dateConvention,montant,objet\n"
    result = cleaned(tmp_path, header + "V,A,2016-01-01,5,x\n" + record + "\n")
    assert result.tables["agreements"].loc[
        lambda found: found["start"].dt.month == 4, "planned_amount_eur"
    ].tolist() == [amount]


def test_a_record_with_several_readings_goes_to_quarantine_with_its_line(tmp_path):
    header = "nomAttribuant,nomBeneficiaire,objet,dateConvention,montant\n"
    result = cleaned(tmp_path, header + "V,A,x,2016-01-01,5\nV,Amis,anciens,bal,2016-04-03,7\n")
    (told,) = result.quarantine.query("rule == 'cells'").to_dict("records")
    assert told["line"] == 3 and told["value"] == "V,Amis,anciens,bal,2016-04-03,7"
    assert balance(result)[["read", "kept", "set aside"]].values.tolist() == [[2, 1, 1]]


def test_a_record_that_fits_in_no_way_is_given_up_at_once():
    kinds = ["text"] * 25 + ["number"]
    assert (
        malformed_records._fits([*"abcdefghij" * 6, "no number"], ";", kinds) == []
    )  # some 10^16 ways to try one by one
    assert malformed_records._fits(["x"] * 500, ";", kinds) == []
    assert malformed_records._fits([*"ab", "1"], ";", ["text", "number"]) == [["a;b", "1"]]


# Personal data


@pytest.mark.parametrize(
    "said",
    [
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06\u00a012\u202f34 56 78",
        "+33 6 12 34 56 78",
        "+33(0)612345678",
        "0033 6 12 34 56 78",
        "(0)6 12 34 56 78",
        "+262 692 12 34 56",
        "a.b@asso.example",
        "a.b (at) asso.example",
        "a.b [arobase] asso [point] example",
        "a.b arobase asso.example",
        "1 85 05 78 006 012 36",
        "285057800601236",
        "1-85-05-2A-006-012",
        "FR76 3000 6000 0112 3456 7890 189",
    ],
)
def test_what_identifies_a_person_is_masked(said):
    assert masked(pd.Series([f"voir {said}, merci"])).tolist() == ["voir […], merci"]


@pytest.mark.parametrize(
    "said",
    [
        "73282932000074",
        "732 829 320 00074",
        "W442001234",
        "1 234 567,89 €",
        "2016-04-03",
        "03/04/2016",
        "Festival @ Nantes",
        "24 975 000",
    ],
)
def test_numbers_that_identify_nobody_stay(said):
    assert masked(pd.Series([said])).tolist() == [said]


def test_planted_personal_data_reach_no_processed_file(tmp_path, cleaned_demonstration):
    clean.write(cleaned_demonstration, tmp_path)
    planted = pd.read_csv(DEMO / "truth/planted.csv", dtype="str", keep_default_na=False).query(
        "rule == 'M27'"
    )["original"]
    assert len(planted) > 50
    texts = [file.read_text(encoding="utf-8") for file in tmp_path.glob("*.csv")]
    for file in tmp_path.glob("*.parquet"):
        table = pd.read_parquet(file)
        texts += [
            "\n".join(table[name].astype("str").dropna().unique())
            for name in table.select_dtypes(["str", "category", "object"])
        ]
    whole = "\n".join(texts)
    for word in ["exemple.invalid", "cancer", "handicap", "Dupont", "NIR", "maternité", *planted]:
        assert word not in whole.replace('HYPERLINK("http://exemple.invalid', ""), word


# Whole folders


# Rules by which rows are set aside, joined or doubted: the cell that was planted reads as it is written, or is gone.
ABOUT_ROWS = {"M09", "M20", "M24", "M27", "M28", "R01", "R04", "R06", "R12", "R18", "R19"}


def test_the_demonstration_reads_as_it_was_planted(cleaned_demonstration):
    result = cleaned_demonstration
    lines = result.notes["lines"].astype({"source": "str", "table": "str", "fate": "str"})
    planted = pd.read_csv(DEMO / "truth/planted.csv", dtype="str", keep_default_na=False)
    planted = planted[(planted["line"] != "") & ~planted["rule"].isin(ABOUT_ROWS)]
    met = planted.assign(line=planted["line"].astype(int)).merge(lines, on=["source", "line"])
    assert len(met) >= len(planted)
    kept = met[met["fate"] == "kept"]
    kept = kept[
        [
            column in schema.columns(table)
            for column, table in zip(kept["column"], kept["table"], strict=True)
        ]
    ]
    assert len(kept) > 200
    by_key = {
        name: table.set_index(joined_key(table, schema.key(name)))
        for name, table in result.tables.items()
        if name in schema.declared()
    }
    for row in kept.itertuples():
        value = by_key[row.table].at[row.key, row.column]
        read = "" if pd.isna(value) else str(value).removesuffix(" 00:00:00")
        assert read == row.clean or float(read) == pytest.approx(float(row.clean)), row
    assert (balance(result)["read"] == balance(result)["told"]).all()
    assert (result.quarantine["rule"] == "R12").sum() == (
        pd.read_csv(DEMO / "truth/planted.csv", dtype="str")["rule"] == "R12"
    ).sum()


@pytest.mark.parametrize("which", ["demo", "grants"])
def test_cleaning_twice_is_cleaning_once(tmp_path, which, cleaned_demonstration):
    first = cleaned_demonstration
    if which == "grants":
        first = cleaned(tmp_path, WRITTEN + "V;Éole;;avril 2016;1,5 k€;x\n")
    clean.write(first, tmp_path / "once")
    second = clean.clean(tmp_path / "once")
    clean.write(second, tmp_path / "twice")
    assert set(first.tables) == set(second.tables)
    for name, table in first.tables.items():
        pd.testing.assert_frame_equal(table, second.tables[name])
        written = (
            pd.read_parquet(tmp_path / f"{time}/{name}.parquet") for time in ("once", "twice")
        )
        pd.testing.assert_frame_equal(*written)
    assert second.about == first.about


def test_the_order_of_rows_changes_nothing_and_bytes_are_the_same(tmp_path):
    head, *lines = (
        HEADER + "\n".join(f"V{i % 3};Asso {i % 17};;{2010 + i % 7};{i},5;x{i}" for i in range(200))
    ).split("\n")
    results = [
        cleaned(tmp_path, "\n".join([head, *order])) for order in (lines, lines[::-1], lines)
    ]
    for name, table in results[0].tables.items():
        pd.testing.assert_frame_equal(table, results[1].tables[name])
    for place, result in enumerate(results[::2]):
        clean.write(result, tmp_path / str(place))
    assert files(tmp_path / "0") == files(tmp_path / "1")


def test_the_package_describes_its_tables(tmp_path):
    clean.write(cleaned(tmp_path, WRITTEN), tmp_path / "out")
    package = json.loads((tmp_path / "out/datapackage.json").read_text(encoding="utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert (
        set(resources) == {"partners", "agreements", "contributions", "identities"}
        and package["study"]["grants"]
    )
    field = next(
        field
        for field in resources["agreements"]["schema"]["fields"]
        if field["name"] == "planned_end"
    )
    assert field["type"] == "date" and field["titles"] == {"fr": "Échéance", "en": "Planned end"}


def test_a_raw_line_can_be_followed(tmp_path):
    result = cleaned(tmp_path, WRITTEN, identity="identifier")
    clean.write(result, tmp_path / "out")
    made = result.tables["agreements"].set_index("start")["agreement_id"]
    assert f"kept, in grants as {made['2016-01-01']}" in clean.trace(
        tmp_path / "out", "list.csv", 2
    )
    assert "set aside: no identifier" in clean.trace(
        tmp_path / "out", "list.csv", 5
    ) and "304865000" in clean.trace(tmp_path / "out", "list.csv", 5)
    assert "no record begins there" in clean.trace(tmp_path / "out", "list.csv", 1)
    with pytest.raises(Refused):
        clean.trace(tmp_path / "out", "other.csv", 1)


def test_a_record_that_nothing_accounts_for_stops_the_cleaning(tmp_path):
    counts = cleaned(tmp_path, WRITTEN).ledger
    assert ledger.checked(counts) is counts
    with pytest.raises(ValueError, match="list.csv"):
        ledger.checked(counts.assign(rows=counts["rows"] + counts["action"].eq("kept")))


def test_a_line_merged_into_another_leads_to_the_row_kept(tmp_path):
    header = HEADER.replace("objet", "objet;referenceDecision")
    files = {
        "a_2018.csv": header + "V;A;;2018-01-02;5;x;R1\n" * 2 + "V;B;;2018-01-03;6;y;R2\n",
        "b_2017.csv": header + "V;B;;2018-01-03;6;y;\nV;A;;2018-01-02;5;x;R1\n",
        "c.csv": header,
    }
    result = cleaned(tmp_path, files)
    made = result.tables["agreements"].set_index("partner_id")["agreement_id"]
    clean.write(result, tmp_path / "out")
    lines = [("a_2018.csv", 3), ("b_2017.csv", 2), ("b_2017.csv", 3)]
    said = [clean.trace(tmp_path / "out", *line).rpartition(": ")[2] for line in lines]
    assert said == [
        f"exact repeat, in grants as {made['a']}",
        f"record in another source, in grants as {made['b']}",
        f"reference in another source, in grants as {made['a']}",
    ]
    assert "no record begins there" in clean.trace(tmp_path / "out", "c.csv", 1)


@pytest.mark.parametrize(
    ("text", "currency", "amounts"),
    [
        (
            "Funder,Grantee,Award Date,Amount (£)\nF,A,2018-01-01,100\nF,B,2018-01-01,200\n",
            "GBP",
            [100, 200],
        ),
        (
            "Funder,Grantee,Award Date,Amount\nF,A,2018-01-01,100\nF,B,2018-01-01,200\n",
            "",
            [100, 200],
        ),
        (
            "Funder,Grantee,Award Date,Currency,Amount\nF,A,2018-01-01,usd,1\nF,B,2018-01-01,$,2\nF,C,2018-01-01,GBP,3\n",
            "USD",
            [1, 2, None],
        ),
        ("Financeur;Bénéficiaire;Date;Montant\nF;A;2018-01-01;100\n", "EUR", [100]),
    ],
)
def test_the_currency_is_what_the_source_says_and_euros_in_french_lists_only(
    tmp_path, text, currency, amounts
):
    result = cleaned(tmp_path, text)
    read = result.tables["agreements"].sort_values("partner_id")["planned_amount_eur"]
    assert (
        result.about["currency"] == currency
        and [None if pd.isna(each) else each for each in read] == amounts
    )


def test_dates_of_a_list_in_dollars_stand_month_first(tmp_path):
    result = cleaned(
        tmp_path, "Funder,Grantee,Award Date,Amount (USD),Term (years)\nF,A,3/4/2018,100,2\n"
    )
    assert result.tables["agreements"][["start", "planned_end"]].astype(str).values.tolist() == [
        ["2018-03-04", "2020-03-03"]
    ]


@pytest.mark.parametrize(
    ("headers", "amounts"),
    [
        ("Begunstigde;Datum;Bedrag", [10_000, 1_250]),
        ("Zuwendungsempfänger;Jahr;Betrag", [10_000, 1_250]),
        ("Beneficiario;Fecha;Importe", [10_000, 1_250]),
        ("Beneficjent;Rok;Kwota dotacji", [10_000, 1_250]),
    ],
)
def test_the_language_of_a_list_says_what_stands_between_thousands(tmp_path, headers, amounts):
    result = cleaned(tmp_path, f"{headers}\nA;2018;10.000\nB;2018;1.250\n")
    assert result.tables["contributions"]["value_eur"].tolist() == amounts
    assert not len(result.quarantine)


@pytest.mark.parametrize(
    ("headers", "mark", "decimal"),
    [("Bénéficiaire;Année;Montant", ",", "."), ("Recipient;Year;Amount", ".", ",")],
)
def test_what_a_mark_in_amounts_means_is_asked_where_nothing_shows_it(
    tmp_path, headers, mark, decimal
):
    rows = f"{headers}\nA;2018;10{mark}000\nB;2018;1{mark}250\nC;2018;300\n"
    with pytest.raises(Refused) as refused:
        cleaned(tmp_path, rows)
    (question,) = refused.value.faults
    answer = f'decimal = "{decimal}"'
    assert question.rule == "question" and f"10{mark}000" in question.message
    assert answer in question.message.split("else")[0].split("sinon")[0]
    guessed = clean.clean(tmp_path / "raw", accept_guesses=True)
    assert guessed.about["guesses"] == [str(question)]
    source = f'[[source]]\nfiles = "*.csv"\ntable = "grants"\n{answer}\n'
    (tmp_path / "raw/study.toml").write_text(f"[study]\nname = 'x'\n{source}")
    amounts = clean.clean(tmp_path / "raw").tables["contributions"]["value_eur"]
    assert sorted(amounts) == [300, 1_250, 10_000]


@pytest.mark.parametrize(
    ("headers", "currency"),
    [
        ("Funder,Grantee,Province,Award Date,Amount", "CAD"),
        ("Funder,Grantee,State/Province,Award Date,Amount", "USD"),
        ("Canada Fund,Grantee,City,Award Date,Amount (CA$)", "CAD"),
        ("Funder,Grantee,Website (.org.au),Award Date,Amount", "AUD"),
    ],
)
def test_the_dollar_is_that_of_the_country_that_a_list_names(tmp_path, headers, currency):
    assert (
        cleaned(tmp_path, f"{headers}\nF,A,X,2018-01-01,$100\nF,B,Y,2018-01-01,$200\n").about[
            "currency"
        ]
        == currency
    )


def test_a_decimal_comma_makes_no_currency(tmp_path):
    text = (
        "Funder,Grantee,Award Date,Currency,Amount\n"
        + "F,A,2018-01-01,USD,100\n" * 3
        + "F,B,2018-01-02,USD,2,500.50\n"
    )
    result = cleaned(tmp_path, text)
    assert fate(result, "cells") == 1 and balance(result).eval("read == told").all()


def test_a_list_that_is_wide_by_year_keeps_every_row_and_its_totals(tmp_path):
    result = cleaned(tmp_path, "Association;2017;2018\nA;100;110\nB;;210\nC;;\nTotal;100;320\n")
    assert (
        result.tables["agreements"]["planned_amount_eur"].sum() == 420
        and fate(result, "title") == 1
    )
    assert (
        result.notes["totals"]["difference"].tolist() == [0, 0]
        and balance(result).eval("read == told").all()
    )


def test_a_study_without_a_row_is_told_and_not_run(english, tmp_path):
    result = cleaned(tmp_path, HEADER + ";;;;5;\n")
    assert [(fault.file, fault.rule) for fault in clean.nothing_left(result)] == [
        ("list.csv", "empty")
    ]
    assert "set aside 1 no recipient" in clean.nothing_left(result)[0].message
    assert clean.nothing_left(cleaned(tmp_path, HEADER + "V;A;;2018;5;\n")) == []


def test_check_says_how_each_source_was_read(tmp_path):
    (tmp_path / "a.csv").write_text(
        "Bénéficiaire;Montant;Montant;Date\nA;1;2;2018\n", encoding="utf-8"
    )
    checked = check_data.check(tmp_path / "a.csv")
    assert checked.faults == []
    assert any(
        "amount = Montant; funder: a; not used: Montant 2" in line for line in checked.understood
    )


def test_all_that_makes_a_folder_unusable_is_said_at_once(tmp_path):
    with pytest.raises(Refused) as refusal:
        cleaned(
            tmp_path,
            {"a.csv": "", "b.xlsx": "\1no workbook", "c.csv": "Qui;Combien;Quand\nA;1;2\n"},
        )
    assert [(fault.file, fault.rule) for fault in refusal.value.faults] == [
        ("a.csv", "empty"),
        ("b.xlsx", "unreadable"),
        ("c.csv", "layout"),
    ]
    assert refusal.value.exit_code == 3


def test_unread_cells_are_counted_and_three_of_each_kind_are_shown(tmp_path):
    rows = "".join(f"V;A{i};;30/02/2016;{i};x\n" for i in range(5)) + "V;B;;2016;many;x\n"
    (tmp_path / "a.csv").write_text(HEADER + rows)
    checked = check_data.check(tmp_path / "a.csv")
    assert checked.faults == []  # a run goes on without these cells
    dates = [line for line in checked.remarks if line.startswith("a.csv, date")]
    assert len(dates) == 1 and "(5: " in dates[0] and dates[0].endswith("…)")
    assert sum("'many'" in line for line in checked.remarks) == 1


def test_words_are_missing_dates_and_amounts_never_numbers(tmp_path):
    words = st.characters(blacklist_categories=("Cs",), blacklist_characters='\r\n";\x00')

    @settings(max_examples=4, deadline=None)
    @given(st.lists(st.text(words, max_size=20), min_size=1, max_size=12))
    def survives(cells):
        odd = "".join(f"V;A{cell};{cell};{cell};{cell};{cell}\n" for cell in cells)
        result = cleaned(tmp_path, HEADER + odd + "V;B;;2016;1;\n")
        assert (balance(result)["read"] == balance(result)["told"]).all()
        assert not result.tables["contributions"]["value_eur"].isna().any()

    survives()


def test_no_accident_breaks_cleaning_or_loses_a_row(tmp_path):
    """A sample of what benchmarks/cleaning.py tries 10,000 times."""
    lines = [
        f"V;Asso {i % 9};{[732829320, 304865000, ''][i % 3]};0{1 + i % 9}/04/201{i % 8};{i} 0{i % 10}0,50 €;bal n° {i}"
        for i in range(40)
    ]
    bases = {
        "list.csv": (HEADER + "\n".join(lines)).encode("cp1252"),
        "votes.csv": (DEMO / "votes.csv").read_bytes()[:2000],
        "evenements.csv": (DEMO / "evenements.csv").read_bytes()[:4000],
        "corse.xlsx": (DEMO / "conventions/corse.xlsx").read_bytes(),
    }
    survived = 0
    for seed in range(40):
        name, base = list(bases.items())[seed % 4 if seed % 20 == 3 else seed % 3]
        (tmp_path / name).write_bytes(mutated(base, seed))
        try:
            result = clean.clean(tmp_path / name)
        except Refused as refusal:
            assert refusal.faults and all(fault.message for fault in refusal.faults)
            continue
        survived += 1
        assert (balance(result)["read"] == balance(result)["told"]).all(), (seed, balance(result))
    assert survived > 12


# Public files


def test_loire_atlantique_is_accounted_for_to_the_row(shared):
    result = clean.clean(shared / "data/loire-atlantique-2008-2018", identity="identifier")
    assert balance(result)[["read", "kept", "set aside"]].values.tolist() == [[18148, 18043, 105]]
    assert fate(result, "nothing given") == 12 and not len(result.notes["holes"])
    assert result.notes["totals"][["given", "difference"]].values.tolist() == [[34692695.75, 0.0]]
    assert (result.quarantine["rule"] == "M05").sum() == 5
    assert result.notes["breaks"].loc[lambda found: found["flag"], "year"].tolist() == [
        2010,
        2011,
        2017,
    ]
    share = result.notes["breaks"]["by_identifier"].round(3).tolist()
    assert share == pytest.approx(
        [0.769, 0.718, 0.756, 0.719, 0.754, 0.736, 0.700, 0.701, 0.727, 0.739], abs=0.0021
    )
    for grace, counts in ((180, (5594, 4208)), (400, (4675, 2938))):
        found = relations.as_known_on(
            result.tables["agreements"],
            pd.Timestamp("2018-12-31"),
            grace_days=grace,
            windows=result.notes["windows"],
        )
        assert (len(found), int(found["ended"].sum())) == counts


def test_fifteen_files_of_four_publishers(shared):
    result = clean.clean(
        shared / "data/pays-de-la-loire-conventions",
        study_file=ROOT / "tests/studies/pays-de-la-loire-conventions.toml",
    )
    counts = balance(result)
    assert (counts["read"] == counts["told"]).all()
    vendee = counts[counts.index.str.startswith("85-")]
    assert (vendee["read"].sum(), vendee["kept"].sum()) == (238, 238)
    # The aggregated file holds Mayenne, Vendée and one of Sarthe's files once more, and its twin in another encoding all of it.
    assert counts.loc["donnees_subventions_agregees_PDL.csv", ["merged", "set aside"]].tolist() == [
        18699,
        20,
    ]
    assert set(result.notes["windows"]["entity"]) >= {
        "Conseil Départemental de la Vendée",
        "Département de Maine-et-Loire",
    }


def test_the_totals_of_the_jaune_agree_with_its_details(shared):
    result = clean.clean(shared / "data/jaune-associations-2010")
    assert (
        fate(result, "total") == 17485
        and result.tables["contributions"]["value_eur"].sum() == 1483995024
    )
    assert (result.notes["totals"]["difference"].abs() <= 1).all()


@pytest.mark.parametrize(
    ("folder", "kept", "aside"),
    [
        ("unbound-philanthropy", 468, 23),
        ("good-ventures-grants", 2272, 17),
        ("trafford-360giving", 555, 0),
        ("scdl-exemples-departements", 274, 1),
    ],
)
def test_public_lists_need_no_configuration(shared, folder, kept, aside):
    counts = balance(clean.clean(shared / "data" / folder)).sum()
    assert (counts["kept"], counts["set aside"]) == (kept, aside) and counts["read"] == counts[
        "told"
    ]


def test_a_dump_is_refused_in_words(shared, english):
    with pytest.raises(Refused, match="not a data file"):
        clean.clean(shared / "data/dlw-us-foundations/google-org.sql")


def test_a_partner_of_many_bears_its_own_name():
    many = 50_000  # times as many texts passes 2^31
    names = pd.Series(np.arange(many), dtype="str")
    usual = grant_tables.usual_values(names, names)
    assert usual.index.tolist() == usual.tolist() and len(usual) == many


def test_an_agreement_of_a_list_bears_the_same_number_in_another_edition(tmp_path):
    rows = [f"V;Asso {i};;{2010 + i % 5};{50 + 37 * i % 101};x" for i in range(20)]
    first = cleaned(tmp_path, HEADER + "\n".join(rows)).tables["agreements"]
    later = HEADER + "V;Aaa;;2009;1;x\n" + "\n".join(rows[::-1])
    second = cleaned(tmp_path, later).tables["agreements"]
    by_name = cleaned(tmp_path, later, identity="name").tables["agreements"]
    key = ["agreement_id", "partner_id", "start"]
    assert len(first[key].merge(second[key])) == 20 and len(second[key].merge(by_name[key])) == 21


def test_equal_contents_are_told_apart():
    content = pd.DataFrame({"who": ["a", "a", "a"], "day": [1, 1, 1]})
    numbers = content_ids.content_ids("A", content, pd.Series(["x", "y", "y"]))
    assert numbers.is_unique


def test_holes_of_a_source_are_its_empty_thin_and_unfinished_years():
    rows = {2010: 40, 2011: 44, 2013: 39, 2014: 12, 2015: 41, 2016: 38, 2017: 10}
    dates = [f"{year}-{1 + i % 12:02}-15" for year, many in rows.items() for i in range(many)]
    dated = pd.DataFrame({"entity": "V", "date": pd.to_datetime(dates)})
    dated = dated[dated["date"] <= "2017-04-30"]
    windows = pd.DataFrame(
        {"entity": ["V"], "first": dated["date"].min(), "last": dated["date"].max()}
    )
    found = holes.source_holes(dated, windows)
    assert found[["year", "kind"]].values.tolist() == [
        [2012, "no rows"],
        [2014, "few rows"],
        [2017, "not over"],
    ]
    assert str(found["first"].iloc[2].date()) == "2017-04-16"


def test_a_lasting_change_or_a_small_list_is_no_hole():
    rows = {2010: 90, 2011: 95, 2012: 30, 2013: 31, 2014: 28}
    few = {2010: 3, 2012: 4, 2013: 1}
    for years in (rows, few):
        dates = pd.to_datetime(
            [f"{year}-06-01" for year, many in years.items() for _ in range(many)]
        )
        windows = pd.DataFrame(
            {"entity": ["V"], "first": dates.min(), "last": pd.Timestamp("2014-12-31")}
        )
        if years is few:
            windows["last"] = pd.Timestamp("2013-12-31")
        assert not len(holes.source_holes(pd.DataFrame({"entity": "V", "date": dates}), windows))


def test_a_range_of_years_gives_both_ends_and_a_bound_is_no_amount(tmp_path):
    text = 'Grantee,Year,Amount\nA,2015 - 2022,"Up To $500,000"\nB,2019/20 - 2021/22,$10\nC,2017/18,$20\n'
    made = cleaned(tmp_path, text).tables["agreements"].sort_values("partner_id")
    columns = ["start", "planned_end", "planned_amount_eur", "amount_limit_eur"]
    assert made[columns].astype("str").fillna("").values.tolist() == [
        ["2015-01-01", "2022-12-31", "", "500000.0"],
        ["2019-01-01", "2021-12-31", "10.0", ""],
        ["2017-01-01", "2017-12-31", "20.0", ""],
    ]


def test_a_grant_without_a_date_is_of_when_it_is_paid(tmp_path):
    header = "nomAttribuant;nomBeneficiaire;dateConvention;montant;datesPeriodeVersement\n"
    rows = "V;A;;5;2017-03-01/2018-02-28\nV;B;2016-04-03;5;2017-01-01\nV;C;;5;\n"
    result = cleaned(tmp_path, header + rows)
    made = result.tables["agreements"].sort_values("partner_id")
    assert made["start"].astype("str").tolist() == ["2017-03-01", "2016-04-03"]
    assert fate(result, "no date") == 1


def test_a_foreign_number_is_a_key_only_where_its_register_knows_it(tmp_path):
    text = "Grantee,Year,Amount,EIN\nA,2015,1,12-3456789\nAlpha,2016,2,123456789\nB,2016,3,99\n"
    result = cleaned(tmp_path, text)
    assert result.tables["partners"]["partner_id"].tolist() == ["US-EIN-123456789", "b"]
    assert result.quarantine.query("rule == 'M05'")["value"].tolist() == ["99"]


def test_a_row_without_its_number_is_told_in_words(tmp_path):
    text = AGREEMENTS + ";P1;DR;2016;;\nC1;P1;DR;2016;;\n"
    lines = cleaned(tmp_path, {"conventions.csv": text}).quarantine
    assert lines[["line", "rule", "value"]].values.tolist() == [[2, "no agreement_id", ""]]
    checked = check_data.check(tmp_path / "raw")
    assert checked.faults == []


def test_an_agreement_names_the_one_that_it_renews(tmp_path):
    header = AGREEMENTS.replace("Montant prévu", "Convention précédente")
    made = cleaned(tmp_path, {"conventions.csv": header + "C1;P1;DR;2016;;\nC2;P1;DR;2018;;c1\n"})
    assert made.tables["agreements"]["previous_id"].tolist()[1] == "C1"


LISTS = {  # a list as published, its years and its amounts
    "a year, its parts in two units": (
        "Année;Association;Fonctionnement (k€);Investissement (€)\n2018;A;12;500\n",
        [(2018, 12_500)],
    ),
    "parts by year": (
        "Association;Acompte 2017;Solde 2017;Acompte 2018\nA;10;20;30\n",
        [(2017, 30), (2018, 30)],
    ),
    "a part also without a year": (
        "Association;Acompte;Acompte 2017;Solde 2017;Acompte 2018\nA;7;10;20;30\n",
        [(2017, 30), (2018, 30)],
    ),
    "aids by year": ("Association;Aide 2017;Aide 2018\nA;5;6\n", [(2017, 5), (2018, 6)]),
    "financial years": (
        "Recipient,Financial Year,Amount\nA,2009-10,5\nB,2011-12,7\n",
        [(2009, 5), (2011, 7)],
    ),
    "thousands": ("Zuwendungsempfänger;Jahr;Betrag (Tsd. €)\nA;2018;1,5\n", [(2018, 1_500)]),
    "thousands, the German way": ("Träger;Jahr;Förderung (T€)\nA;2018;1,5\n", [(2018, 1_500)]),
    "years in thousands, the German way": (
        "Träger;2017 (TEUR);2018 (TEUR)\nA;1,5;2\n",
        [(2017, 1_500), (2018, 2_000)],
    ),
    "thousands told by a title": (
        "Subventions (en milliers d'euros);;\nAssociation;Année;Montant\nA;2018;1,5\n",
        [(2018, 1_500)],
    ),
    "a title of thousands over euros": (
        "Budget en k€;;\nAssociation;Année;Montant (€)\nA;2018;1500\n",
        [(2018, 1_500)],
    ),
    "refusals in Portuguese": (
        "Entidade beneficiária;Valor atribuído;Ano;Estado\nA;5;2018;Aprovado\nB;6;2018;Indeferido\nC;7;2018;Revogado\n",
        [(2018, 5)],
    ),
    "a threshold in a header": (
        "Association;Année;Montant (aides > 23 000 €)\nA;2018;25000\n",
        [(2018, 25_000)],
    ),
    "a state of the recipient": (
        "Association;Année;Montant;Statut;Décision\nA;2018;1;En activité;Accordé\nB;2018;2;Active;Refusé\n",
        [(2018, 1)],
    ),
    "yes and no": ("Association;Année;Montant;Décision\nA;2018;1;Oui\nB;2018;2;Non\n", [(2018, 1)]),
    "a reason for a refusal": (
        "Association;Année;Montant;Statut\nA;2018;1;Voté\nB;2018;2;Refusé (bilan 2017 manquant)\n",
        [(2018, 1)],
    ),
    "an opinion, and a decision that says otherwise": (
        "Association;Année;Montant;Avis de la commission;Décision\nA;2018;1;Favorable;\nB;2018;2;Avis défavorable;\nC;2018;3;Défavorable;Accordé\n",
        [(2018, 1), (2018, 3)],
    ),
    "a decision, and what came of it": (
        "Association;Année;Montant;Statut;Décision\nA;2018;1;Clos;Refusé\nB;2018;2;Annulé;Accordé\nC;2018;3;Clos;Accordé\n",
        [(2018, 3)],
    ),
    "a proposition": (
        "Association;Année;Montant;Proposition\nA;2018;1;Favorable\nB;2018;2;Défavorable\n",
        [(2018, 1)],
    ),
    "years with a remark": (
        "Association;Montant 2018 (réalisé);Montant 2019 (voté)\nA;1;2\nB;;3\n",
        [(2018, 1), (2019, 2), (2019, 3)],
    ),
    "a financial year and a unit": (
        'Organisation,Revenue Grant 2017/18 (£),Capital Grant 2017/18 (£)\nA,"1,000",500\nB,250,\n',
        [(2017, 250), (2017, 1_500)],
    ),
    "years in thousands": (
        "Association;2018 (k€);2019 (k€)\nA;1,5;2\n",
        [(2018, 1_500), (2019, 2_000)],
    ),
    "years in two units": (
        "Association;Montant 2018 (en k€);Montant 2019 (en €)\nA;1,5;2000\nB;;300\n",
        [(2018, 1_500), (2019, 300), (2019, 2_000)],
    ),
    "years in dollars": (
        'Organization,FY2017 Award,FY2018 Award\nA,"$1,000",$500\n',
        [(2017, 1_000), (2018, 500)],
    ),
    "financial years as headers": (
        'Applicant,Project,2018/19 (£),2019/20 (£)\nA,p,"10,000","5,000"\n',
        [(2018, 10_000), (2019, 5_000)],
    ),
    "headers in two languages": (
        "Nom du bénéficiaire/Beneficiary name;Date de début/Start date;Montant UE programmé/EU amount\nA;01/01/2018;5000,00\n",
        [(2018, 5_000)],
    ),
    "a decision of a body": (
        "Gestionnaire;Exercice;Montant accordé;Date CASD;Décision CASD\nA;2018;1;15/03/2018;Accord\nB;2018;2;15/03/2018;Refus\nC;2019;3;;Accord\n",
        [(2018, 1), (2019, 3)],
    ),
    "one year, its header on every page": (
        "Association;Année;Montant\nA;2018;1\nAssociation;Année;Montant\nB;2018;2\n",
        [(2018, 1), (2018, 2)],
    ),
    "years above amounts, the name on the first line": (
        "Association;2017;;2018;\n;Montant demandé;Montant voté;Montant demandé;Montant voté\nA;9;1;9;2\n",
        [(2017, 1), (2018, 2)],
    ),
    "thousands the English way": (
        "Recipient,Year,Amount ($000)\nA,2018,5\nB,2018,7.5\n",
        [(2018, 5_000), (2018, 7_500)],
    ),
    "millions the English way": ("Recipient,Year,Amount (£m)\nA,2018,0.5\n", [(2018, 500_000)]),
    "thousands by a factor": ("Association;Année;Montant (x 1 000 €)\nA;2018;5\n", [(2018, 5_000)]),
    "tables side by side": (
        "Association;Année;Montant;;Association;Année;Montant\nA;2017;1;;A;2018;2\nB;2017;3;;;;\n",
        [(2017, 1), (2017, 3), (2018, 2)],
    ),
    "units in a column": (
        "Association;Année;Montant;Unité\nA;2018;12;k€\nB;2018;500;€\n",
        [(2018, 500), (2018, 12_000)],
    ),
    "a column that names a service": (
        "Association;Année;Montant;Unité\nA;2018;12;Sports\n",
        [(2018, 12)],
    ),
    "a total's label among years": (
        "N°;Association;Année;Montant\n1;A;2018;5\n;;TOTAL;5\n",
        [(2018, 5)],
    ),
    "years and amounts with footnotes": (
        "Association;Année;Montant\nA;2018*;5 €*\nB;2018;6**\n",
        [(2018, 5), (2018, 6)],
    ),
    "a state of the project": (
        "Association;Année;Montant;Etat du projet\nA;2018;1;Abandonné\n",
        [(2018, 1)],
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_what_lists_hold_is_neither_lost_nor_taken_twice(tmp_path, name):
    text, expected = LISTS[name]
    (tmp_path / "subventions.csv").write_text(text)
    held = clean.clean(tmp_path).tables["contributions"]
    assert sorted(zip(held["year"], held["value_eur"], strict=True)) == expected


def test_amounts_in_two_currencies_are_told_and_not_added(tmp_path):
    result = cleaned(
        tmp_path,
        "Association;Année;Fonctionnement;Investissement\nA;2018;500 €;300 $\nB;2018;1 €;2 €\nC;2018;3;\nD;2018;;4 $\n",
    )
    assert sorted(result.tables["contributions"]["value_eur"]) == [3, 3]
    assert result.quarantine[["line", "rule"]].values.tolist() == [[2, "M19"], [5, "M19"]]
    assert result.notes["currencies"].values.tolist() == [["EUR", 2], ["USD", 1], ["EUR+USD", 1]]


def test_rows_that_say_no_currency_are_counted_in_that_of_the_others(tmp_path):
    result = cleaned(tmp_path, 'grantee,amount,date\nA,"$1,000",2018\nB,2000,2018\nC,3000,2018\n')
    assert result.notes["currencies"].values.tolist() == [["USD", 3]]


@pytest.mark.parametrize(
    "text",
    [
        "Recipient,Year,Revenue,Capital\nA,2018,9,8\n",
        "Association;Année;Acompte;Solde;Taux\nA;2018;50;50;100\nB;2018;30;70;100\n",
        "Association;Année;Acompte;Solde\nA;2018;50 %;50 %\nB;2018;30 %;70 %\n",
    ],
)
def test_neither_means_nor_percentages_are_amounts(tmp_path, text):
    with pytest.raises(Refused, match="amount"):
        cleaned(tmp_path, text)


def test_parts_that_add_up_to_100_are_amounts_where_nothing_says_percent(tmp_path):
    result = cleaned(tmp_path, "Association;Année;Acompte;Solde\nA;2018;50;50\nB;2018;30;70\n")
    assert result.tables["contributions"]["value_eur"].tolist() == [100, 100]


@pytest.mark.parametrize(("total", "of"), [(30, "rows of its column"), (41, "")])
def test_a_total_may_be_of_a_column_that_some_rows_leave_to_its_parts(tmp_path, total, of):
    text = f"Association;Année;Montant voté;Fonctionnement;Investissement\nA;2018;10;;\nB;2018;;5;6\nC;2018;20;;\nTotal;;{total};;\n"
    result = cleaned(tmp_path, text)
    assert result.tables["contributions"]["value_eur"].tolist() == [10, 11, 20]
    assert result.notes["totals"][["difference", "of"]].values.tolist() == [[0, of]]


@pytest.mark.parametrize(
    ("header", "rows", "totals"),
    [
        ("Montant voté;Total", "A;2018;10;10\nB;2018;20;20\nTotal;;;31\n", [(31, 30)]),
        (
            "Montant;Total des subventions",
            "A;2018;10;\nA;2018;5;\nA;2018;;15\nB;2018;20;\nTotal;;;35\n",
            [(15, 15), (35, 35)],
        ),
        ("Montant;Total versé", "A;2018;10;\nB;2018;;20\n", []),
    ],
)
def test_a_total_may_stand_in_a_column_of_totals_only(tmp_path, header, rows, totals):
    result = cleaned(tmp_path, f"Association;Année;{header}\n{rows}")
    assert result.notes["totals"][["given", "computed"]].values.tolist() == [
        [*each] for each in totals
    ]
    assert result.tables["partners"]["name"].tolist() == ["A", "B"]


@pytest.mark.parametrize(("total", "of"), [(15, "all rows"), (11, "rows kept")])
def test_a_total_says_whether_requests_that_were_refused_are_in_it(tmp_path, total, of):
    text = f"Association;Année;Montant;Statut\nA;2018;1;Voté\nB;2018;4;Refusé\nC;2018;10;Voté\nTotal;;{total};\n"
    assert cleaned(tmp_path, text).notes["totals"][["difference", "of"]].values.tolist() == [
        [0, of]
    ]


def test_numbers_of_a_workbook_that_counts_from_1904_are_days(tmp_path):
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (
        ["Bénéficiaire", "Montant", "Date"],
        ["A", 39814, 39814],
        ["B", 6, pd.Timestamp("2013-01-02")],
    ):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    result = clean.clean(tmp_path / "list.xlsx")
    assert result.tables["agreements"]["start"].dt.strftime("%Y-%m-%d").tolist() == [
        "2013-01-02",
        "2013-01-02",
    ]
    assert sorted(result.tables["contributions"]["value_eur"]) == [6, 39814]


def test_a_sheet_that_sums_up_the_others_is_no_list_of_its_own(tmp_path):
    sheets = {
        "2017": [["A", 5], ["B", 6]],
        "2018": [["A", 7], ["C", 1]],
        "Cumul 2017-2018": [["A", 12], ["B", 6], ["C", 1], ["Total", 19]],
        "2019": [["A", 12], ["B", 6], ["C", 2]],
    }
    with pd.ExcelWriter(tmp_path / "subventions_2019.xlsx") as book:
        for name, rows in list(sheets.items())[:3]:
            pd.DataFrame(rows, columns=["Association", "Montant"]).to_excel(
                book, sheet_name=name, index=False
            )
    result = clean.clean(tmp_path)
    assert (
        sorted(result.tables["contributions"]["value_eur"]) == [1, 5, 6, 7]
        and fate(result, "total") == 4
    )
    assert result.notes["totals"]["difference"].tolist() == [0, 0, 0, 0]
    with pd.ExcelWriter(tmp_path / "subventions_2019.xlsx") as book:
        for name, rows in [each for each in sheets.items() if "Cumul" not in each[0]]:
            pd.DataFrame(rows, columns=["Association", "Montant"]).to_excel(
                book, sheet_name=name, index=False
            )
    assert fate(clean.clean(tmp_path), "total") == 0


def test_no_row_of_a_workbook_is_a_header(tmp_path):
    rows = [
        ["Bénéficiaire", "Type", "Objet", "Montant"],
        ["A", "Association", "Tournoi", 500],
        ["B", "Association", "Fonctionnement", 1000],
    ]
    pd.DataFrame(rows).to_excel(tmp_path / "subventions_2018.xlsx", index=False, header=False)
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].tolist() == [500, 1000]


def test_an_archive_may_hold_workbooks_and_what_systems_leave_in_it(tmp_path):
    import zipfile

    pd.DataFrame({"Association": ["A"], "Année": ["2018"], "Montant": [5]}).to_excel(
        tmp_path / "list.xlsx", index=False
    )
    with zipfile.ZipFile(
        tmp_path / "raw.zip", "w"
    ) as archive:  # as it is, so that its bytes are those of a workbook
        archive.write(tmp_path / "list.xlsx", "list.xlsx")
        archive.writestr("__MACOSX/._list.csv", b"\x00\x05\x16\x07")
    result = clean.clean(tmp_path / "raw.zip")
    assert (
        result.tables["contributions"]["value_eur"].tolist() == [5]
        and fate(result, "not read") == 1
    )


def test_an_amount_of_a_record_is_taken_once(tmp_path):
    (tmp_path / "list.json").write_text(
        '[{"beneficiaire": "A", "annee": 2018, "montant_accorde": 1500, "paiements": [{"montant_paye": 1000}, {"montant_paye": 500}]}]'
    )
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].tolist() == [1500]


def test_a_publisher_is_named_in_its_own_words_and_its_currency(tmp_path):
    """`study.toml` says who gives, to whom, what and in which currency, where cells do not say it."""
    raw = tmp_path / "raw"
    raw.mkdir()
    rows = "Bénéficiaire;Montant;Date\nClub A;1000;2016-03-01\nClub B;500;2017-03-01\nClub C;90 €;2017-03-02\n"
    (raw / "dons.csv").write_text(rows, encoding="utf-8")
    words = 'publisher = "Fondation Y"\nrecipients = "des clubs"\ngrants = "des bourses"\n'
    study_file = raw / "study.toml"
    study_file.write_text(f'[study]\nname = "y"\n{words}currency = "CHF"\n', encoding="utf-8")
    result = clean.clean(raw)
    assert result.about["currency"] == "CHF"
    assert result.tables["contributions"]["value_eur"].sum() == 1500  # the euros are set aside
    clean.write(result, tmp_path / "y")
    assert clean.clean(tmp_path / "y").about["words"] == result.about["words"]
    study = explore.open(tmp_path / "y", lang="fr")
    assert "Fondation Y" in study.source_line and "substitut" not in study.source_line
    assert (
        "Ici, les partenaires sont des clubs et les conventions des bourses." in study._repr_html_()
    )
    study_file.write_text('[study]\nname = "y"\ncurrency = "francs"\n', encoding="utf-8")
    with pytest.raises(Refused, match="CHF"):
        clean.clean(raw)


def test_the_name_of_an_only_sheet_tells_the_scale_of_its_amounts(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Subventions 2018 (k€)"
    for row in (["Association", "Montant", "Date"], ["A", 1.5, "03/04/2018"], ["B", 2, "2018"]):
        book.active.append(row)
    book.save(tmp_path / "liste.xlsx")
    result = clean.clean(tmp_path / "liste.xlsx")
    assert sorted(result.tables["contributions"]["value_eur"]) == [1500, 2000]
