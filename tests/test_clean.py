"""Raw files become clean tables: nothing is lost, nothing is invented, and each line can be followed."""

import numpy as np
import pandas as pd
import pytest

from analysis import clean
from analysis.clean.grants import exclusions, grant_lists, grant_tables
from analysis.clean.partners.funder_names import with_one_name_per_funder
from analysis.clean.partners.personal_data import masked
from analysis.clean.programme import payments_by_partner
from analysis.clean.programme.programme_rows import with_dates_told
from analysis.clean.programme.programme_tables import last_seen
from analysis.clean.several_lists import content_ids
from analysis.declare import schema
from raw_lists import (
    AGREEMENTS,
    HEADER,
    PARTNERS,
    WRITTEN,
    balance,
    block_of_lines,
    cleaned,
    fate,
    rows_of,
)


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
        ["Ville", "2016-04-03", "2016-04-03", "2016-04-03"]
    ]
    for name in ("partners", "agreements", "contributions"):
        pd.testing.assert_frame_equal(
            result.tables[name], schema.conform(result.tables[name], name)
        )


def test_telephone_numbers_in_names_tell_partners_apart_and_make_no_others(tmp_path):
    names = ["Club 0612345678", "Club 06 12 34 56 78", "Club 0698765432"]
    names += ["Ludothèque 0612345678", "LUDOTHÈQUE"]  # noted beside a name
    rows = "".join(f"{name};{n}00;0{n}/05/2018\n" for n, name in enumerate(names, 1))
    partners = cleaned(tmp_path, f"Bénéficiaire;Montant;Date\n{rows}").tables["partners"]
    assert len(partners) == 3 and not partners["name"].str.contains("0612|0698").any()
    assert "ludotheque" in set(partners["partner_id"])


def test_a_request_that_was_not_granted_is_no_grant(tmp_path):
    states = ["Accordé", "Refusée", "Non retenu", "En instruction", "Abandonné", "Declined"]
    states.append("Inconnu")  # what cannot be read is no refusal
    rows = "".join(f"A{place};2018;{place + 1};{state}\n" for place, state in enumerate(states))
    result = cleaned(tmp_path, f"Demandeur;Année;Montant accordé (€);Statut\n{rows}")
    assert sorted(result.tables["contributions"]["value_eur"]) == [1, 7]
    outcomes = ("refused", "undecided", "withdrawn")
    assert [fate(result, f"{outcome} request") for outcome in outcomes] == [3, 1, 1]


COVERED = {  # columns of a grant, its cells, and what it covers
    "year": ("date", "2016", "2016-01-01", "2016-12-31"),
    "month": ("date", "04/2016", "2016-04-01", "2017-03-31"),
    "planned": (
        "date;planned_start;planned_end",
        "2016-04-03;2016-05-01;2018-04-30",
        "2016-05-01",
        "2018-04-30",
    ),
    "end": ("date;planned_end", "2016-04-03;2018", "2016-04-03", "2018-12-31"),
    "term": ("date;term_months", "2016-01-31;1", "2016-01-31", "2016-02-28"),
    "years": ("date;term_months", "2016;24", "2016-01-01", "2017-12-31"),
    "turned": ("date;planned_end", "2016-04-03;2015-01-01", "2016-04-03", "2017-04-02"),
}


def test_what_a_grant_covers(tmp_path):
    lists = {
        f"{name}.csv": f"funder;recipient;amount;{columns}\n{name};A;10;{cells}\n"
        for name, (columns, cells, _start, _end) in COVERED.items()
    }
    stated = '[study]\nname = "terms"\n'
    for name in lists:  # one is named as if nothing in it were decided
        stated += f'[[source]]\nfiles = "{name}"\ntable = "grants"\noutcome = "granted"\n'
    lists["study.toml"] = stated
    agreements = cleaned(tmp_path, lists).tables["agreements"].set_index("entity")
    days = agreements[["start", "planned_end"]].astype("str")
    covered = {name: (days.at[name, "start"], days.at[name, "planned_end"]) for name in days.index}
    assert covered == {name: case[2:] for name, case in COVERED.items()}
    is_assumed = agreements["term_assumed"]  # told by nothing that could be used
    assert set(is_assumed[is_assumed].index) == {"year", "month", "turned"}


def test_a_precision_column_makes_a_date_coarser(tmp_path):
    text = "donor,donee,amount,donation_date,donation_date_precision\n"
    text += "F,A,5,2016-01-01,year\nF,B,5,2016-01-01,day\n"
    made = cleaned(tmp_path, text).tables["agreements"].sort_values("partner_id")
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
    (told,) = result.remarks
    assert "2 lignes de particuliers (10 en tout) ne comptent pas" in told


STATUSES = {
    "Refusée": "refused",
    "abgelehnt": "refused",
    "annulée": "withdrawn",
    "Cancelled": "withdrawn",
    "zurückgezogen": "withdrawn",
    "en attente de décision": "undecided",
    "in Prüfung": "undecided",
    "échue": "",
    "en attente de renouvellement": "",
    "refus de renouvellement": "",
}


def test_an_agreement_that_was_not_granted_is_none(tmp_path):
    outcomes = exclusions.outcome_of_agreements(pd.Series(list(STATUSES), dtype="str"))
    assert dict(zip(STATUSES, outcomes.fillna(""), strict=True)) == STATUSES
    header = AGREEMENTS.replace("Montant prévu", "Statut")
    rows = "C1;P1;DR;2016;;en cours\nC2;P2;DR;2016;;Refusée\nC3;P3;DR;2016;;échue\n"
    result = cleaned(tmp_path, {"conventions.csv": header + rows})
    assert result.tables["agreements"]["agreement_id"].tolist() == ["C1", "C3"]
    assert fate(result, "refused request") == 1


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
    lines = 'grantee,amount,date\nA,"$1,000",2016\nB,"$10",2016\nC,£5,2016\n'
    result = cleaned(tmp_path, lines, accept_guesses=True)  # else it is asked
    made = result.tables["agreements"].sort_values("partner_id")
    assert made["planned_amount_eur"].tolist() == [1000.0, 10.0, pd.NA]
    assert result.about["currency"] == "$" and result.tables["contributions"]["unit"].isna().all()


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
    assert made["partners"]["partner_id"].tolist() == ["P1", "P3", "P8"]
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


@pytest.mark.parametrize("step", [1, -1])
def test_of_equally_frequent_spellings_of_a_funder_one_is_its_name_in_any_order_of_rows(step):
    names = [f"{word} {place}" for place in range(60) for word in ("VILLE", "Ville", "ville")]
    rows = pd.DataFrame({"funder": names[::step]})
    assert with_one_name_per_funder(rows)["funder"].str.startswith("VILLE").all()


def test_a_funder_without_its_number_bears_that_of_its_name():
    rows = pd.DataFrame({"funder": ["Ville X", "Mairie de X", "Ville X"]})
    rows["funder_id"] = pd.Series(["732829320", "732829320", None], dtype="str")
    assert with_one_name_per_funder(rows)["funder"].tolist() == ["Ville X"] * 3


def test_grants_without_an_end_are_agreements_apart():
    names = pd.Series(["alpha", "beta", "gamma"], dtype="str")
    rows = pd.DataFrame({"partner_id": names, "name_key": names, "funder": "Ville"})
    rows = rows.assign(identifier=pd.Series(dtype="str"), start=pd.Timestamp("2018-01-01"))
    rows["end"] = pd.Series(pd.NaT, rows.index, dtype="datetime64[us]")
    assert grant_lists._numbered(rows)["agreement_id"].is_unique


def test_rows_of_one_key_in_two_sources_are_one_and_each_line_leads_to_it(tmp_path):
    files = {
        "partenaires_2016.csv": PARTNERS + "p001;Alpha;;Bretagne\nP002;Beta;732829320;\n",
        "partenaires_2018.csv": PARTNERS + "P001.0;Alpha SA;732829320;\nP003;Gamma;;\n",
        "conventions.csv": AGREEMENTS
        + "C1;P002;DR;01/01/2015;31/12/2015;\nc1;p001;DR;;;7\nC2.0;P003;DR;2016;;\n;P003;DR;2016;;\n",
    }
    result = cleaned(tmp_path, files, accept_guesses=True)  # half of the agreements lack a cell
    assert (balance(result.ledger)["read"] == balance(result.ledger)["told"]).all()
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


EARLY_ENDS = {  # of two agreements begun by 2016-02-01: header, ends; the day
    "after the last start": ("Date de résiliation", ("2016-09-30", ""), "2016-09-30"),
    "later than a term renewed": ("Date de rupture", ("2017-06-30", ""), "2017-06-30"),
    "in English": ("Actual end", ("2016-09-30", ""), "2016-09-30"),
    "before the last start": ("Date de résiliation", ("2015-09-30", ""), "2016-02-01"),
    "as planned": ("Fin effective", ("2016-12-31", ""), "2016-02-01"),
}


def test_a_cell_may_hold_several_kinds_of_support_but_one_level_only():
    lines = [
        "agreement_id;partner_id;entity;start;planned_end;kinds;level",
        "C1;A;N;2014-01-01;2015-12-31;Mécénat, RSE;régional",
        "C2;A;N;2014-01-01;2016-12-31;RSE;local, régional",
    ]
    rows = rows_of("agreements", block_of_lines(lines))
    assert rows["kinds"].tolist() == ["philanthropy|responsible practice", "responsible practice"]
    assert rows["level"].fillna("").tolist() == ["regional", ""]


@pytest.mark.parametrize("case", EARLY_ENDS)
def test_the_day_follows_an_end_that_was_not_planned(case):
    header, ends, day = EARLY_ENDS[case]
    rows = rows_of("agreements", block_of_lines(ended(header, ends)), "conventions")
    agreements = with_dates_told(rows, "agreements").assign(signed_on=pd.NaT)
    assert str(last_seen({"agreements": agreements})["agreements"].date()) == day


def ended(header: str, ends: tuple[str, ...]) -> list[str]:
    """Two agreements with a column of ends that came."""
    head = f"N° convention;Partenaire;Direction;Date de début;Date de fin prévue;{header}"
    rows = ["C1;Alpha;DR;2014-01-01;2016-12-31", "C2;Beta;DR;2016-02-01;2019-01-31"]
    return [head, *(f"{row};{end}" for row, end in zip(rows, ends, strict=True))]


def test_an_end_that_was_not_planned_is_a_fact_that_the_day_follows(tmp_path):
    header, ends, day = EARLY_ENDS["after the last start"]
    result = cleaned(tmp_path, {"conventions.csv": "\n".join([*ended(header, ends), ""])})
    assert result.about["day"] == day
    assert result.notes["windows"]["last"].astype("str").tolist() == [day]


def test_what_a_date_tells_need_not_stand_in_a_column_of_its_own(tmp_path):
    files = {
        "conventions.csv": "N° de convention;Code partenaire;Entité du Groupe;Signée le;Échéance\nC1;P1;DR;12/03/2015;11/03/2018\n",
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
    given = "vers le partenaire;Numéraire"
    files = {
        f"contributions_{year}.csv": f"{header}1;C1;{year};{given};10\n2;C2;{year};{given};20\n"
        for year in (2016, 2017)
    }
    made = cleaned(tmp_path, files).tables["contributions"]
    assert made["contribution_id"].is_unique and made["value_eur"].tolist() == [10, 10, 20, 20]
    # a later edition of the first
    files["contributions_2018.csv"] = f"{header}1;C1;2016;{given};11\n"
    made = cleaned(tmp_path, files).tables["contributions"]
    assert made["value_eur"].tolist() == [11, 10, 20, 20]
    (tmp_path / "raw/contributions_2017.csv").unlink()
    made = clean.clean(tmp_path / "raw").tables["contributions"]
    assert made["contribution_id"].tolist() == ["1", "2"]


def test_programme_tables_may_be_wide_by_year(tmp_path):
    files = {
        "conventions.csv": "N° de convention;Code partenaire;Entité du Groupe;Début;Échéance;Montant 2016;Montant 2017\nC1;P1;DR;2016;2017;100;200\n",
        "contributions.csv": "N° de contribution;N° de convention;Sens;Nature;2016;2017\nK1;C1;vers le partenaire;Numéraire;10;20\n",
    }
    made = cleaned(tmp_path, files).tables
    assert made["agreements"]["planned_amount_eur"].tolist() == [300]
    contributions = made["contributions"][["contribution_id", "year", "value_eur"]]
    assert contributions.values.tolist() == [["K1 2016", 2016, 10], ["K1 2017", 2017, 20]]


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


def test_repeats_that_cannot_be_told_apart_are_kept_and_flagged(tmp_path):
    result = cleaned(tmp_path, HEADER + "V;A;;2016;10;x\n" * 2)
    assert fate(result, "undecided repeat") == 1 and result.tables["agreements"][
        "planned_amount_eur"
    ].tolist() == [20.0]


def test_repeats_of_one_reference_are_one(tmp_path):
    lines = "".join(f"G{i};F;A{i};2016-01-0{1 + i % 9};1000\n" for i in range(60))
    result = cleaned(
        tmp_path, "reference;funder;recipient;date;amount\n" + lines + "G7;F;A7;2016-01-08;1000\n"
    )
    assert fate(result, "exact repeat") == 1 and len(result.tables["agreements"]) == 60


def test_a_record_in_two_files_counts_once(tmp_path):
    once = HEADER + "V;Éole;;03/04/2016;1 000,00;Bal\nV;Éole;;03/04/2016;1 000,00;Bal\n"
    other = "Nom de l'attribuant,Nom du bénéficiaire,Date de la convention de subvention,Montant total de la subvention,Objet de la subvention\nV,EOLE,2016-04-03,1000.0,BAL\n"
    result = cleaned(tmp_path, {"a-2017.csv": once.encode("cp1252"), "b-2018.csv": other})
    assert fate(result, "record in another source") == 1 and fate(result, "undecided repeat") == 1
    assert result.tables["agreements"]["planned_amount_eur"].tolist() == [2000.0]


def test_a_payment_on_the_first_or_last_day_of_an_agreement_is_of_it():
    agreements = pd.DataFrame(
        {
            "agreement_id": ["A1", "A2"],
            "partner_id": "Foyer Nord",
            "start": pd.to_datetime(["2016-01-01", "2017-01-01"]),
            "planned_end": pd.to_datetime(["2016-12-31", "2017-12-31"]),
            "end": pd.to_datetime([None, None]),
        }
    )
    days = pd.to_datetime(["2016-12-31", "2017-01-01", "2017-12-31", "2018-01-01"])
    payments = pd.DataFrame({"agreement_id": "Foyer Nord", "date": days, "year": days.year})
    partners = pd.DataFrame({"partner_id": ["Foyer Nord"], "name": ["Foyer Nord"]})
    found = payments_by_partner.with_agreements_of_partners(payments, agreements, partners, {})
    assert found["agreement_id"].tolist() == ["A1", "A2", "A2", "A2"]
    assert found["~attachment"].tolist() == ["by partner"] * 3 + ["none ran"]


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
    amounts = cleaned(tmp_path, files).tables["contributions"]["value_eur"]
    assert sorted(amounts) == [7, 7, 2017, 2018]
    files["2018.csv"] = header + "V;A SA;;2017-01-02;2017;x;1\nV;B;;2017-01-03;8;x;2\n"  # corrected
    amounts = cleaned(tmp_path, files).tables["contributions"]["value_eur"]
    assert sorted(amounts) == [8, 2017]


def test_references_that_begin_anew_in_each_region_name_other_grants(tmp_path):
    header = "N° dossier;Association;Date;Montant\n"
    north = [(1, "Alpha", 100), (2, "Bravo", 200), (3, "Club", 500)]
    south = [(1, "Delta", 1000), (2, "Écho", 2000), (3, "Foyer", 500)]
    files = {
        f"{region}.csv": header
        + "".join(f"{n};{name};0{n}/03/2018;{amount}\n" for n, name, amount in rows)
        for region, rows in (("nord", north), ("sud", south))
    }
    result = cleaned(tmp_path, files, day="2018-12-31")
    assert result.tables["contributions"]["value_eur"].sum() == 4300
    again = [(1, "Alpha", 100), (2, "Bravo", 200), (3, "Club SA", 500)]
    files["sud.csv"] = header + "".join(
        f"{n};{name};0{n}/03/2018;{amount}\n" for n, name, amount in again
    )
    assert len(cleaned(tmp_path, files, day="2018-12-31").tables["contributions"]) == 3


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
        "nguyễn.văn@asso.example",
        "陈伟@例子.cn",
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


def list_with_numbers(rows: list[str], number: str) -> str:
    """A list with a column of numbers beside the names of its recipients."""
    header = f"Bénéficiaire;{number};Montant octroyé;Date\n"
    return header + "".join(f"{row};{100 + n};0{n + 1}/05/2018\n" for n, row in enumerate(rows))


def test_sound_numbers_of_companies_are_no_telephone_numbers(tmp_path):
    rows = ["Judo;0403.449.823", "Danse;403227515", "Voile;0203430576", "Judo;403449823"]
    partners = cleaned(tmp_path, list_with_numbers(rows, "Numéro BCE")).tables["partners"]
    assert partners["partner_id"].tolist() == [
        f"BE-BCE_KBO-{number}" for number in ("0203430576", "0403227515", "0403449823")
    ]


def test_what_is_masked_keeps_partners_apart(tmp_path):
    numbers = {
        "A": ["0312345678", "0412345678", "0512345678"],
        "B": ["ORG-0512345678", "ORG-0512345679", "ORG-0512345677"],
        "C": ["+33612345678", "+33612345679", "+33698765432"],
        "D": ["judo@asso.example", "ju.do@asso.example", "voile@asso.example"],
    }
    lists = {}
    for code, of_list in numbers.items():
        rows = [f"{code}{n};{number}" for n, number in enumerate(of_list)]
        lists[f"{code}.csv"] = list_with_numbers([*rows, *rows], "Identifiant du bénéficiaire")
    partners = cleaned(tmp_path, lists).tables["partners"]
    assert partners["name"].str[0].value_counts().to_dict() == dict.fromkeys("ABCD", 3)
    assert not partners["partner_id"].str.contains("asso|[0-9]{8}").any()


def test_partners_known_by_their_address_stay_apart_and_unread(tmp_path):
    rows = [
        "A1;judo@asso.example;2018-01-01",
        "A2;Judo@asso.example;2018-06-01",
        "A3;p2;2018-02-01",
    ]
    rows = [f"{row};2019-12-31;Paris" for row in rows]
    files = {
        "agreements.csv": "\n".join(
            ["agreement_id;partner_id;start;planned_end;entity", *rows, ""]
        ),
        "partners.csv": "partner_id;name\njudo@asso.example;Judo club\np2;Danse\n",
    }
    tables = cleaned(tmp_path, files, day="2019-12-31").tables
    partners = tables["partners"].set_index("name")["partner_id"]
    assert partners["Danse"] == "P2" and "asso" not in partners["Judo club"]
    n_agreements = tables["agreements"]["partner_id"].value_counts()
    assert n_agreements[partners["Judo club"]] == 2


def test_a_partner_of_many_bears_its_own_name():
    many = 50_000  # times as many texts passes 2^31
    names = pd.Series(np.arange(many), dtype="str")
    usual = grant_tables.usual_values(names, names)
    assert usual.index.tolist() == usual.tolist() and len(usual) == many


def test_equal_contents_are_told_apart():
    content = pd.DataFrame({"who": ["a", "a", "a"], "day": [1, 1, 1]})
    numbers = content_ids.content_ids("A", content, pd.Series(["x", "y", "y"]))
    assert numbers.is_unique


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


def test_an_agreement_names_the_one_that_it_renews(tmp_path):
    header = AGREEMENTS.replace("Montant prévu", "Convention précédente")
    made = cleaned(tmp_path, {"conventions.csv": header + "C1;P1;DR;2016;;\nC2;P1;DR;2018;;c1\n"})
    assert made.tables["agreements"]["previous_id"].tolist()[1] == "C1"
