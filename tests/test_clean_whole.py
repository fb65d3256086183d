"""Whole folders cleaned: every row is accounted for, every line can be followed, bytes are the same."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import clean, explore, relations
from analysis.clean import ledger, review_lists
from analysis.clean.days import holes
from analysis.clean.several_lists.repeats import joined_key
from analysis.declare import schema
from analysis.declare.faults import Refused
from analysis.run import check_data
from conftest import ROOT
from mutations import mutated
from raw_lists import AGREEMENTS, HEADER, WRITTEN, balance, cleaned, fate
from tiny import files

DEMO = ROOT / "data/raw/demo"


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


@pytest.mark.parametrize(("renamed", "flagged"), [(33, []), (34, [2012])])
def test_a_break_finds_less_than_67_of_100_of_what_years_around_find(renamed, flagged):
    years, who = np.repeat(np.arange(2008, 2016), 100), np.tile(np.arange(100), 8)
    identifier = pd.Series(who.astype(str))
    name = identifier.mask((years >= 2012) & (who < renamed), "association " + identifier)
    found = review_lists.breaks(pd.Series("V", range(800)), pd.Series(years), identifier, name)
    assert found.loc[found["flag"], "year"].tolist() == flagged


@pytest.mark.parametrize(("most", "is_said"), [(3, False), (2, True)])
def test_more_spellings_than_are_compared_are_said(tmp_path, monkeypatch, most, is_said):
    monkeypatch.setattr(review_lists, "_MANY", most)  # of two partners, who have three
    told = cleaned(tmp_path, WRITTEN).quarantine["message"]
    assert told.str.contains("graphies").any() == is_said


def test_a_partner_without_siren_is_known_by_its_association_number(tmp_path):
    partners = (
        "Code partenaire;Nom;SIREN;RNA\nP1;Alpha;;W751234567\nP2;Beta;732829320;\nP3;Gamma;;\n"
    )
    signed = [f"C{n};P{n};Nord;01/01/2016;31/12/2016;10\n" for n in (1, 2, 3)]
    texts = {"partners.csv": partners, "agreements.csv": AGREEMENTS + "".join(signed)}
    identities = cleaned(tmp_path, texts).tables["identities"]
    assert identities["identifier_key"].tolist() == ["W751234567", "732829320", "P3"]


def test_planted_personal_data_reach_no_processed_file(demo):
    planted = pd.read_csv(DEMO / "truth/planted.csv", dtype="str", keep_default_na=False)
    planted = planted.query("rule == 'M27'")["original"]
    assert len(planted) > 50
    texts = [file.read_text(encoding="utf-8") for file in demo.glob("*.csv")]
    for file in demo.glob("*.parquet"):
        table = pd.read_parquet(file)
        texts += [
            "\n".join(table[name].astype("str").dropna().unique())
            for name in table.select_dtypes(["str", "category", "object"])
        ]
    whole = "\n".join(texts).replace('HYPERLINK("http://exemple.invalid', "")
    for word in ["exemple.invalid", "cancer", "handicap", "Dupont", "NIR", "maternité", *planted]:
        assert word not in whole, word


# Rules by which rows are set aside, joined or doubted: the cell that was planted reads as it is written, or is gone.
ABOUT_ROWS = {"M09", "M20", "M24", "M27", "M28", "R01", "R04", "R06", "R12", "R18", "R19"}


def test_the_demonstration_reads_as_it_was_planted(demo):
    quarantine = pd.read_csv(demo / "quarantine.csv", dtype="str")
    lines = pd.read_parquet(demo / "lines.parquet")
    lines = lines.astype({"source": "str", "table": "str", "fate": "str"})
    planted = pd.read_csv(DEMO / "truth/planted.csv", dtype="str", keep_default_na=False)
    no_dates = (planted["rule"] == "R12").sum()
    assert (quarantine["rule"] == "R12").sum() == no_dates
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
    by_key = {}
    for name in kept["table"].unique():
        table = pd.read_parquet(demo / f"{name}.parquet")
        by_key[name] = table.set_index(joined_key(table, schema.key(name)))
    for row in kept.itertuples():
        value = by_key[row.table].at[row.key, row.column]
        read = "" if pd.isna(value) else str(value).removesuffix(" 00:00:00")
        assert read == row.clean or float(read) == pytest.approx(float(row.clean)), row
    counts = balance(pd.read_csv(demo / "ledger.csv"))
    assert (counts["read"] == counts["told"]).all()


def test_cleaning_twice_is_cleaning_once(tmp_path, demo):
    clean.write(cleaned(tmp_path, WRITTEN + "V;Éole;;avril 2016;1,5 k€;x\n"), tmp_path / "grants")
    for once in (demo, tmp_path / "grants"):
        second = clean.clean(once)
        for name, table in second.tables.items():
            pd.testing.assert_frame_equal(pd.read_parquet(once / f"{name}.parquet"), table)
        package = json.loads((once / "datapackage.json").read_text(encoding="utf-8"))
        assert package["study"] == second.about
        tables = {resource["name"] for resource in package["resources"]}
        assert tables == set(second.tables)


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
    told = json.dumps(package["resources"], ensure_ascii=False)
    assert "Montant prévu" in told and "(€)" not in told  # a study may count in pounds


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


def test_a_study_without_a_row_is_told_and_not_run(english, tmp_path):
    result = cleaned(tmp_path, HEADER + ";;;;5;\n")
    assert [(fault.file, fault.rule) for fault in clean.nothing_left(result)] == [
        ("list.csv", "empty")
    ]
    assert "set aside 1 no recipient" in clean.nothing_left(result)[0].message
    assert clean.nothing_left(cleaned(tmp_path, HEADER + "V;A;;2018;5;\n")) == []


def test_agreements_none_of_which_has_a_start_are_a_fault_beside_partners(tmp_path):
    texts = {
        "partenaires.csv": "Code partenaire;Nom\nP1;Judo\n",
        "conventions.csv": AGREEMENTS + "C1;P1;DR;printemps;;\nC2;P1;DR;hiver;;\n",
    }
    (fault,) = clean.nothing_left(cleaned(tmp_path, texts))
    assert fault.file == "conventions.csv" and fault.rule == "empty"


def test_check_says_how_each_source_was_read(tmp_path):
    (tmp_path / "a.csv").write_text(
        "Bénéficiaire;Montant;Montant;Date\nA;1;1;2018\n", encoding="utf-8"
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


def test_a_folder_of_partners_alone_is_checked(tmp_path):
    (tmp_path / "partners.csv").write_text("partner_id;name;region\nP1;A;Bretagne\nP2;B;Corse\n")
    assert check_data.check(tmp_path).faults == []


def test_unread_cells_are_counted_and_three_of_each_kind_are_shown(tmp_path):
    rows = "".join(f"V;A{i};;30/02/2016;{i};x\n" for i in range(5)) + "V;B;;2016;many;x\n"
    rows += "".join(
        f"V;C{i};;2017;{3700 * i % 9100 + 100};x\n" for i in range(106)
    )  # with fewer it is asked
    (tmp_path / "a.csv").write_text(HEADER + rows)
    checked = check_data.check(tmp_path / "a.csv")
    assert checked.faults == []  # a run goes on without these cells
    dates = [line for line in checked.remarks if line.startswith("a.csv, date")]
    assert len(dates) == 1 and "(5 lignes sur 112\u00a0: " in dates[0] and dates[0].endswith("…)")
    one = [line for line in checked.remarks if "'many'" in line]
    assert len(one) == 1 and "(1 ligne sur 112\u00a0: " in one[0]


def test_a_second_line_of_headers_and_a_total_are_none_of_the_rows_of_a_list(tmp_path):
    rows = "Association;Convention;;Montant\n;Début;Fin;\nA;2016-02-01;2017-01-31;100\n"
    rows += "B;2016-02-30;2017-01-31;250\nC;2017-02-01;2018-01-31;170\nTotal;;;520\n"
    (tmp_path / "a.csv").write_text(rows)
    result = clean.clean(tmp_path, accept_guesses=True)
    assert {"header", "total"} <= set(result.ledger["rule"])
    told = check_data.unread_cells(result.quarantine, result.ledger)
    assert told and all("(1 ligne sur 3\u00a0: " in line for line in told)


def test_words_are_missing_dates_and_amounts_never_numbers(tmp_path):
    words = st.characters(blacklist_categories=("Cs",), blacklist_characters='\r\n";\x00')
    survived: list[list[str]] = []

    @settings(max_examples=4, deadline=None)
    @given(st.lists(st.text(words, max_size=20), min_size=1, max_size=12))
    def survives(cells):
        odd = "".join(f"V;A{cell};{cell};{cell};{cell};{cell}\n" for cell in cells)
        sound = "".join(f"V;B{i};;2016;1000;\n" for i in range(20 * len(cells) + 40))  # else asked
        try:
            result = cleaned(tmp_path, HEADER + odd + sound)
        except Refused:
            return  # a word that says something ("declin") is asked
        assert (balance(result.ledger)["read"] == balance(result.ledger)["told"]).all()
        assert not result.tables["contributions"]["value_eur"].isna().any()
        survived.append(cells)

    survives()
    assert survived


def test_no_accident_breaks_cleaning_or_loses_a_row(tmp_path):
    """A few of the 10,000 that `benchmarks/cleaning.py accidents` tries on more files."""
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
    for seed in range(10):
        name, base = list(bases.items())[seed % 4 if seed % 20 == 3 else seed % 3]
        (tmp_path / name).write_bytes(mutated(base, seed))
        try:
            result = clean.clean(tmp_path / name)
        except Refused as refusal:
            assert refusal.faults and all(fault.message for fault in refusal.faults)
            continue
        survived += 1
        assert (balance(result.ledger)["read"] == balance(result.ledger)["told"]).all(), (
            seed,
            balance(result.ledger),
        )
    assert survived > 3


def test_loire_atlantique_is_accounted_for_to_the_row(shared):
    result = clean.clean(shared / "data/loire-atlantique-2008-2018", identity="identifier")
    assert balance(result.ledger)[["read", "kept", "set aside"]].values.tolist() == [
        [18148, 18043, 105]
    ]
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
    counts = balance(result.ledger)
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
    counts = balance(clean.clean(shared / "data" / folder).ledger).sum()
    assert (counts["kept"], counts["set aside"]) == (kept, aside) and counts["read"] == counts[
        "told"
    ]


def test_a_dump_is_refused_in_words(shared, english):
    with pytest.raises(Refused, match="not a data file"):
        clean.clean(shared / "data/dlw-us-foundations/google-org.sql")


def test_an_agreement_of_a_list_bears_the_same_number_in_another_edition(tmp_path):
    rows = [f"V;Asso {i};;{2010 + i % 5};{5000 + 3700 * i % 10_100};x" for i in range(20)]
    first = cleaned(tmp_path, HEADER + "\n".join(rows)).tables["agreements"]
    later = HEADER + "V;Aaa;;2009;1;x\n" + "\n".join(rows[::-1])
    second = cleaned(tmp_path, later).tables["agreements"]
    by_name = cleaned(tmp_path, later, identity="name").tables["agreements"]
    key = ["agreement_id", "partner_id", "start"]
    assert len(first[key].merge(second[key])) == 20 and len(second[key].merge(by_name[key])) == 21


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


def test_a_row_without_its_number_is_told_in_words(tmp_path):
    text = AGREEMENTS + ";P1;DR;2016;;\n"
    text += "".join(f"C{n};P{n};DR;2016;;\n" for n in range(1, 25))
    lines = cleaned(tmp_path, {"conventions.csv": text}).quarantine
    assert lines[["line", "rule", "value"]].values.tolist() == [[2, "no agreement_id", ""]]
    checked = check_data.check(tmp_path / "raw")
    assert checked.faults == []


def test_a_publisher_is_named_in_its_own_words_and_its_currency(tmp_path):
    """`study.toml` says who gives, to whom, what and in which currency, where cells do not say it."""
    raw = tmp_path / "raw"
    raw.mkdir()
    rows = "Bénéficiaire;Montant;Date\nClub A;1000;2016-03-01\nClub B;500;2017-03-01\nClub C;90 €;2017-03-02\n"
    (raw / "dons.csv").write_text(rows, encoding="utf-8")
    words = 'publisher = "Fondation Y"\nrecipients = "des clubs"\ngrants = "des bourses"\n'
    study_file = raw / "study.toml"
    study_file.write_text(f'[study]\nname = "y"\n{words}currency = "CHF"\n', encoding="utf-8")
    result = clean.clean(raw, accept_guesses=True)  # of three amounts one is in euros: asked
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
