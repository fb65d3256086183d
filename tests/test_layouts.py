"""Which raw column is which: recognised by headers, told by study.toml, or refused in words that help."""

import json

import numpy as np
import pandas as pd
import pytest

from analysis import clean, parse
from analysis import layout as layouts
from analysis.declare.faults import Refused
from analysis.layout import recognition
from analysis.layout.headers import header_matching, header_names, header_words, numbers_of_cells
from analysis.layout.shapes.numbered_agreements import by_agreement
from analysis.layout.shapes.titles import year_of
from analysis.layout.shapes.year_columns import by_year
from analysis.read import Aside, Block
from analysis.read.block import coded
from raw_lists import block_of, block_of_lines

STUDY = layouts.StudyDescription(name="fondation-x", title="Fondation X")


def block(*headers: str, titles=(), source="list.csv", **values) -> Block:
    """A block of two rows, or of none where no cells are given."""
    rows = 2 if values else 0
    columns = {
        name: coded(np.arange(rows), pd.Series(values.get(name, ["x", "y"])[:rows], dtype="str"))
        for name in headers
    }
    return Block(source, 1, columns, np.arange(2, 2 + rows), titles=list(titles))


def grants_read(file) -> pd.DataFrame:
    """The rows of a list as read, before it is decided what becomes of each; nothing is asked."""
    parts, *_others = clean.understood(file, layouts.study_file(file), None, False)
    return clean.read_all(parts, file.name)[0]["grants"]


def test_a_wide_range_looks_more_like_money_than_a_narrow_one():
    likeness = []
    for smallest in ("104.5", "4.5"):
        texts = pd.Series([smallest, "113.5", "117.5", "119.5", "131.5"], dtype="str")
        numbers = numbers_of_cells.Numbers(coded(np.arange(5), texts))
        likeness.append(numbers_of_cells.money_likeness(numbers))
    assert 0 < likeness[0] < likeness[1]


PUBLIC_LAYOUTS = {  # headers: their layout, and what one of them tells
    "nomAttribuant;nombeneficiaire;dateConvention;montant;IdRAE": "SCDL subsidies;"
    "recipient;nombeneficiaire",
    "Nom de l’attributaire;Nom du bénéficiaire;Date de la convention de subvention;"
    "Montant  total de la subvention": "SCDL subsidies;funder;Nom de l’attributaire",
    "COLL_NOM;ACTE_DATE;ATTRIB_NOM;SUB_MONTANT;SUB_DATE_FIN": "SCDL subsidies;"
    "planned_end;SUB_DATE_FIN",
    "Identifier;Award Date;Amount Awarded;Recipient Org:0:Name;Funding Org:0:Name;"
    "Currency": "360Giving;recipient;Recipient Org:0:Name",
    "Grantee Name;Amount Awarded;Date of Approval (listed as month/day/year);"
    "Duration of Grant (Months)": "grants in English;term_months;Duration of Grant (Months)",
    "Bénéficiaire;Montant;Exercice": "grants in French;date;Exercice",
    "Année budg\ufffdtaire;Nom du gestionnaire;Montant des aides vers\ufffdes": "grants in French;"
    "date;Année budg\ufffdtaire",
    "Zuwendungsempfänger;Betrag in Euro;Jahr": "grants in German;recipient;Zuwendungsempfänger",
    "Grantor;Grantee;Amount;Date": "grants in English;funder;Grantor",
    "Beneficiario;Importe concedido;Fecha de concesión": "grants in Italian or Spanish;"
    "amount;Importe concedido",
    "Entidad beneficiaria;Importe concedido;Fecha de concesión;"
    "Programa": "grants in Italian or Spanish;programme;Programa",
}


@pytest.mark.parametrize("headers", PUBLIC_LAYOUTS)
def test_public_layouts_are_known_in_all_their_spellings(headers):
    layout, column, header = PUBLIC_LAYOUTS[headers].split(";")
    found = layouts.recognise(block(*headers.split(";")), "list", STUDY)
    assert (found.layout, found.table, found.columns[column]) == (layout, "grants", (header,))


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Nom de l'association bénéficiaire", "recipient"),
        ("NOM_GESTIONNAIRE", "recipient"),
        ("Siret tiers", "siret"),
        ("N° SIRET de l’organisme", "siret"),
        ("Montant de la subvention votée (€)", "amount"),
        ("MontantAttribue", "amount"),
        ("Date de la commission permanente", "date"),
        ("Ann?e de d?cision", "date"),
        ("Service instructeur", "funder"),
        ("Legal Name", "recipient"),
        ("Durée du soutien (années)", "term_months"),
    ],
)
def test_headers_are_understood_by_their_words(header, column):
    assert {
        sense for name in header_names.spellings(header) for sense in header_words.senses(name)
    } == {column}


@pytest.mark.parametrize(
    "header",
    [
        "Montant demandé",
        "Montant du projet",
        "Nature juridique du bénéficiaire",
        "Adresse du bénéficiaire",
        "Date de création",
        "Date de naissance",
        "Nombre d'associations",
        "SIRET de l'attribuante du financeur",
        "Amount Applied For",
        "la" * 40,
    ],
)
def test_headers_of_something_else_are_not_understood(header):
    assert not header_words.senses(header_names.spellings(header)[0])


def test_whom_one_speaks_to_is_neither_read_nor_shown():
    contacts = ["Referente", "Référente", "Interlocuteur", "Nom du contact", "Lead contact"]
    contacts += ["Ansprechpartner", "Kontaktperson", "Contactpersoon", "Persona de contacto"]
    contacts += ["Contatto"]
    cells = {
        **{header: ["Anna Rossi", "Luc Noir", "Eva Blanc"] for header in contacts},
        "Data": ["01/03/2018", "02/03/2018", "03/03/2018"],
        "Importo concesso": ["500", "1200", "900"],
        "Beneficiario": ["Auser", "Caritas", "Arci"],
    }
    found = layouts.recognise(block(*cells, **cells), "list", STUDY)
    assert [header for header in contacts if header not in found.unread] == []
    assert "Rossi" not in layouts.draft([(block(*cells, **cells), found)], STUDY)


def test_cells_that_contradict_a_header_are_not_taken():
    cells = {
        "Association": ["A", "B"],
        "Montant accordé": ["oui", "non"],
        "Montant versé": ["5", "6"],
        "Exercice": ["2017", "2018"],
    }
    assert layouts.recognise(block(*cells, **cells), "list", STUDY).columns["amount"] == (
        "Montant versé",
    )


@pytest.mark.parametrize(
    ("header", "cells", "column"),
    [
        ("Region", ["North", "South West", "London"], None),
        ("Région", ["Bretagne", "PACA", "Nord"], "region"),
        ("Department", ["Adult services", "Leisure", "Housing"], None),
        ("Département", ["44", "Ain", "2A"], "department"),
    ],
)
def test_places_of_partners_are_those_of_france(header, cells, column):
    lines = [
        f"Code;Name;{header}",
        *(f"P{row};Club {row};{cell}" for row, cell in enumerate(cells)),
    ]
    columns = recognition.matched_as("partners", block_of_lines(lines), "partners").columns
    assert [name for name in ("region", "department") if name in columns] == [column] * bool(column)


def test_no_year_of_a_file_stands_for_dates_that_it_holds():
    cells = {
        "Association": ["A", "B"],
        "Montant": ["5", "6"],
        "Passage": ["12/03/2017", "13/04/2017"],
    }
    assert layouts.recognise(block(*cells, **cells), "list-2020", STUDY) is None


def test_layouts_may_be_mixed_and_headers_misspelt():
    mixed = layouts.recognise(
        block("Funder", "Bénéficiaire", "dateDecision", "Amount Awarded (£)"), "list", STUDY
    )
    assert mixed.columns["recipient"] == ("Bénéficiaire",) and mixed.columns["funder"] == (
        "Funder",
    )
    slips = layouts.recognise(
        block("nomAttribuant", "nomBeneficiere", "idbeneficiare", "dateConvention", "montant"),
        "list",
        STUDY,
    )
    assert slips.columns["recipient"] == ("nomBeneficiere",) and slips.columns["siret"] == (
        "idbeneficiare",
    )
    assert (
        layouts.recognise(block("nom", "datte", "montent"), "list", STUDY) is None
    )  # short words differ by a letter in earnest


def test_a_header_a_sheet_or_the_titles_tell_the_year():
    assert (
        layouts.recognise(block("Association", "Montant 2019", "Objet"), "list", STUDY).constants[
            "date"
        ]
        == "2019"
    )
    sheet = block("Bénéficiaire", "Montant", "Objet", source="book.xlsx#2017")
    assert layouts.recognise(sheet, "2016-2018", STUDY).constants["date"] == "2017"
    titled = block("Bénéficiaire", "Montant", "Objet", titles=["2016", "2017"], Montant=["1", "2"])
    titled.aside = [Aside(1, "title", "2016"), Aside(3, "title", "Exercice 2017")]
    assert layouts.recognise(titled, "list", STUDY).split == "date"


def test_the_start_of_a_contract_is_its_date():
    found = layouts.recognise(block("Structure", "Début", "Fin", "Montant annuel"), "list", STUDY)
    assert found.columns["date"] == ("Début",) and found.columns["planned_end"] == ("Fin",)


def test_a_column_for_each_year_gives_a_row_for_each_year():
    wide = {
        "Association": ["A", "B"],
        "Subvention demandée 2018": ["9", "9"],
        "Subvention 2017": ["1 000 €", ""],
        "Subvention 2018": ["2", ""],
    }
    long = by_year(block(*wide, **wide))
    names = ["Association", "Subvention demandée 2018", "Année", "Montant"]
    assert list(long.columns) == names and long.lines.tolist() == [2, 2, 3]
    read = [long.columns[name].series().fillna("") for name in ("Association", "Année", "Montant")]
    rows = [("A", "2017", "1 000 €"), ("A", "2018", "2"), ("B", "", "")]
    assert list(zip(*read, strict=True)) == rows
    texts = {"Association": ["A", "B"], "Montant 2017": ["voté", "x"], "Montant 2018": ["oui", "y"]}
    assert list(by_year(block(*texts, **texts)).columns) == list(texts)


def test_a_list_of_amounts_in_a_record_gives_a_row_for_each(tmp_path):
    (tmp_path / "list.json").write_text(
        '{"total": 2, "data": {"rows": [{"association": "A", "montant": 7.5, "aides": [{"annee": 2017, "montant": 5}, {"annee": 2018, "montant": 2.5}]},'
        ' {"association": "B", "aides": [{"annee": 2018, "montant": 1}]}]}}'
    )
    rows = grants_read(tmp_path / "list.json")
    made = zip(rows["recipient"], rows["date"].dt.year, rows["amount"], strict=True)
    assert list(made) == [("A", 2017, 5), ("A", 2018, 2.5), ("B", 2018, 1)]


@pytest.mark.parametrize(
    "written",
    [
        '[["beneficiaire", "montant", "annee"], ["A", 5, 2018], ["B", 6, 2018]]',
        '{"columns": ["beneficiaire", "montant", "annee"], "data": [["A", 5, 2018], ["B", 6, 2018]]}',
        '{"meta": {"columns": [{"name": "beneficiaire"}, {"name": "montant"}, {"name": "annee"}]}, "data": [["A", 5, 2018], ["B", 6, 2018]]}',
        '{"result": {"fields": [{"id": "n"}, {"id": "m"}, {"id": "p"}, {"id": "q"}], "records": [{"id": 1, "beneficiaire": "A", "montant": 5, "annee": 2018, "x": 0},'
        ' {"id": 2, "beneficiaire": "B", "montant": 6, "annee": 2018}]}}',
        '{"result": {"fields": [{"id": "beneficiaire", "type": "text", "info": 1}, {"id": "montant", "type": "int", "info": 1}, {"id": "annee", "type": "int", "info": 1}, {"id": "w"}],'
        ' "records": [{"beneficiaire": "A", "montant": 5, "annee": 2018}, {"beneficiaire": "B", "montant": 6, "annee": 2018}]}}',
    ],
)
def test_tables_of_portals_are_read_as_json_writes_them(tmp_path, written):
    (tmp_path / "list.json").write_text(written)
    rows = grants_read(tmp_path / "list.json")
    assert rows["date"].dt.year.tolist() == [2018, 2018] and rows["amount"].tolist() == [5, 6]


def test_lists_of_the_same_records_are_one(tmp_path):
    grants = {
        str(year): [
            {"recipient": {"name": name}, "amount": 5, "date": f"{year}-05-01"} for name in "AB"
        ]
        for year in (2017, 2018)
    }
    publishers = [{"name": "X", "site": "y", "mail": "z"}] * 3
    text = json.dumps({"grants": grants, "publishers": publishers})
    (tmp_path / "list.json").write_text(text)
    years = grants_read(tmp_path / "list.json")["date"].dt.year
    assert sorted(years) == [2017, 2017, 2018, 2018]


def test_a_path_of_names_is_read_from_its_end():
    cells = {
        "beneficiaire:id": ["73282932000074", "38012986646850"],
        "beneficiaire:nom": ["A", "B"],
        "montant": ["5", "6"],
        "date": ["2017", "2018"],
    }
    found = layouts.recognise(block(*cells, **cells), "list", STUDY).columns
    assert (found["siret"], found["recipient"]) == (("beneficiaire:id",), ("beneficiaire:nom",))


def test_a_code_is_no_funder():
    cells = {
        "Tiers": ["A", "B"],
        "Imputation": ["6574", "6574"],
        "Montant voté": ["5", "6"],
        "Année": ["2017", "2018"],
    }
    assert layouts.recognise(block(*cells, **cells), "list", STUDY).constants == {
        "funder": "Fondation X"
    }


def test_exports_of_the_programme_are_known_by_labels_and_aliases():
    found = layouts.recognise(
        block(" Code partenaire ", "Raison sociale", "N° SIRET", "Dép."), "partenaires", STUDY
    )
    assert (found.layout, found.table) == (header_names.PROGRAMME, "partners")
    assert found.columns == {
        "partner_id": (" Code partenaire ",),
        "name": ("Raison sociale",),
        "siret": ("N° SIRET",),
        "department": ("Dép.",),
    }


def test_amounts_in_two_columns_are_both_taken():
    headers = [
        "Nom de l'organisme bénéficiaire",
        "Montant de la subvention de fonctionnement (1)",
        "Montant de la subvention d'investissement (1)",
    ]
    assert layouts.recognise(block(*headers), "subventions 2017", STUDY).columns["amount"] == tuple(
        headers[1:]
    )
    whole = header_matching.matched(
        block("Tiers", "Investissement voté", "Fonctionnement voté", "Montant voté"), "grants"
    )
    assert whole["amount"] == ("Montant voté",)  # the sum stands beside its parts


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("Statut", "Refusé"),
        ("État du dossier", "En instruction"),
        ("Application status", "Withdrawn"),
    ],
)
def test_what_became_of_a_request_is_known_by_header_and_cells(header, asked):
    cells = {
        "Association": ["A", "B"],
        "Montant": ["5", "6"],
        "Année": ["2017", "2018"],
        header: [asked, "Accordé"],
    }
    assert layouts.recognise(block(*cells, **cells), "list", STUDY).columns["outcome"] == (header,)
    cells[header] = ["Association loi 1901", "Fondation"]
    assert "outcome" not in layouts.recognise(block(*cells, **cells), "list", STUDY).columns


def test_notes_are_never_read():
    found = layouts.recognise(block("grantee", "amount", "date", "notes"), "list", STUDY)
    assert found.unread == ("notes",)


def test_the_funder_of_a_bare_list_is_the_study_or_the_title():
    headers = ["Bénéficiaire", "Montant", "Date"]
    assert layouts.recognise(block(*headers), "list", STUDY).constants == {"funder": "Fondation X"}
    told = layouts.recognise(
        block(*headers, titles=["DEPARTEMENT DE LA SARTHE 227 200 029 00014"]), "list", STUDY
    ).constants
    assert told == {"funder": "DEPARTEMENT DE LA SARTHE", "funder_id": "227 200 029 00014"}


@pytest.mark.parametrize(
    ("stem", "titles", "year"),
    [
        ("reserve-2014", [], "2014"),
        ("liste", ["Année : 2017"], "2017"),
        ("plf-2012-versees-en-2010", [], "2010"),
        ("2009-2010", [], ""),
        ("liste", [], ""),
        ("a20189", [], ""),
    ],
)
def test_a_year_is_taken_from_the_file_where_it_tells_one(stem, titles, year):
    assert year_of(block("Bénéficiaire", titles=titles), stem) == year


def test_unknown_headers_are_refused_with_the_nearest_layout(english):
    fault = layouts.unrecognised(block("Bénéficiaire", "Combien", "Quand"))
    assert (
        "Bénéficiaire, Combien, Quand" in fault.message
        and "table grants, which also needs date, amount" in fault.message
    )


def toml(tmp_path, text: str):
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    return layouts.study_file(tmp_path)


def test_study_toml_is_read(tmp_path):
    study = toml(
        tmp_path,
        '[study]\nname = "x"\nday = 2019-12-31\n[[source]]\nfiles = "*.csv"\ntable = "grants"\nfunder = "F"\n'
        '[source.columns]\nrecipient = ["Organisation", "Antenne"]\ndate = "Exercice"\n',
    )
    (source,) = study.source
    assert (
        str(study.day) == "2019-12-31"
        and source.files == ["*.csv"]
        and source.constants == {"funder": "F"}
    )
    assert source.columns == {"recipient": ["Organisation", "Antenne"], "date": ["Exercice"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[study]\nnme = "x"\n', "did you mean name"),
        ('[study]\nname = "x"\n[[source]]\nfiles = "a"\ntable = "grant"\n', "did you mean grants"),
        (
            '[study]\nname = "x"\n[[source]]\nfiles = "a"\ntable = "grants"\nfundr = "F"\n',
            "did you mean funder",
        ),
        (
            '[study]\nname = "x"\n[[source]]\nfiles = "a"\ntable = "grants"\n[source.columns]\nrecipients = "A"\n',
            "did you mean recipient",
        ),
        ('[study]\nname = "x"\n[[source]]\ntable = "grants"\n', "required, and not there"),
        ('[study]\nname = "a/b"\n', "folder name"),
        ("[study\n", "not valid TOML"),
        ("[studi]\n", "did you mean study"),
        ("day = 2019-12-31\n[study]\nday = 2018-12-31\n", "write it below a line [study]"),
        ('table = "grants"\n', "write it below a line [[source]]"),
        (
            '[[source]]\nfiles = "a"\ntable = "partners"\nhomonyms = "apart"\n',
            "a key of sources of the table grants alone",
        ),
        (
            '[[source]]\nfiles = "a"\ntable = "grants"\nscale = [0, 10]\n',
            "a key of sources of the table answers alone",
        ),
        ("[target]\nrenewl = 0.7\n", "did you mean renewal"),
        ("[target]\nrenewal = 70\n", "from 0 to 1"),
    ],
)
def test_a_slip_in_study_toml_is_said(tmp_path, english, text, said):
    with pytest.raises(Refused) as refusal:
        toml(tmp_path, text)
    assert said in str(refusal.value) and refusal.value.exit_code == 3


def test_headers_named_in_vain_and_missing_columns_are_told_together(english):
    source = layouts.Source(
        files="*", table="grants", columns={"recipient": "Organisme", "amount": "Somme"}
    )
    told = block("Organisateur", "Somme")
    _, faults = layouts.as_told(told, source, "list", STUDY)
    assert [(fault.rule, fault.column) for fault in faults] == [
        ("header", "recipient"),
        ("required", "date"),
    ]
    assert "did you mean Organisateur" in faults[0].message


def drafted(tmp_path, cells: dict, study=STUDY):
    """The draft of a block, and the one source of the study.toml that it makes."""
    draft = layouts.draft([layouts.drafted(block(*cells, **cells), "list", study)], study)
    (source,) = toml(tmp_path, draft).source
    return draft, source


def test_the_draft_of_an_unknown_file_is_a_study_toml_that_marks_its_guesses(tmp_path):
    cells = {
        "Nom asso": ["Judo", "Vélo"],
        "Somme versée": ["1 200,00 €", "250"],
        "Quand": ["12/03/2018", "2018"],
        "Annexe": ["", ""],
    }
    draft, source = drafted(tmp_path, cells)
    assert source.columns == {
        "recipient": ["Nom asso"],
        "date": ["Quand"],
        "amount": ["Somme versée"],
    }
    assert source.guessed == {"date"}  # no header says it; the others are understood
    assert '"Somme versée"  # 1 200,00 € | 250' in draft and '# "Annexe"' in draft


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        (
            {
                "N° tiers": ["1001", "1002"],
                "Qui": ["Judo Club", "Foyer rural"],
                "Pour": ["Projet 1", "Projet 2"],
                "Millésime": ["2016", "2017"],
                "Engagé": ["1000", "2000"],
                "Jusqu'au": ["31/12/2018", "31/12/2019"],
                "Effet": ["01/02/2016", "01/03/2017"],
            },
            {
                "recipient": ["Qui"],
                "date": ["Millésime"],
                "amount": ["Engagé"],
                "planned_start": ["Effet"],
                "planned_end": ["Jusqu'au"],
            },
        ),
        (
            {
                "Rang": ["1", "2"],
                "Rubrique": ["6574", "6574"],
                "Qui": ["Judo Club", "Foyer rural"],
                "Quand": ["2016", "2017"],
                "Débit": ["10,50", "20"],
            },
            {"recipient": ["Qui"], "date": ["Quand"], "amount": ["Débit"]},
        ),
    ],
    ids=["amounts and ends", "rows and accounts"],
)
def test_the_draft_tells_amounts_from_other_numbers_and_starts_from_ends(tmp_path, cells, columns):
    assert drafted(tmp_path, cells)[1].columns == columns


def test_a_list_told_in_study_toml_is_read_in_its_language(tmp_path):
    told = layouts.Source(files="*", table="grants", columns={"amount": "Net value"}, date="2018")
    assert layouts.as_told(block("Grantee Name", "Net value"), told, "list", STUDY)[
        0
    ].layout.endswith("grants in English")


def test_the_draft_takes_no_number_with_zeros_before_it_for_money_and_no_year_for_a_start(tmp_path):
    cells = {
        "Wer": ["Judo Club", "Foyer rural"],
        "Nr": ["0012", "0013"],
        "Wieviel": ["1000", "2000,50"],
        "Jahrgang": ["2018", "2018"],
        "Wann": ["12/03/2018", "13/03/2018"],
    }
    source = drafted(tmp_path, cells)[1]
    assert source.columns["amount"] == ["Wieviel"] and "planned_end" not in source.columns


def test_the_later_name_is_the_later_source():
    assert (
        layouts.dated("data-2018-11-23")
        < layouts.dated("data-2019")
        < layouts.dated("export 20190328")
    )


# Lists as publishers of the same families write them: header, two rows, what they hold.
PUBLISHED = {
    "Paris": (
        "Numéro de dossier;Année budgétaire;Collectivité;Nom Bénéficiaire;Numéro Siret;Objet du dossier;Montant voté;Direction;Nature de la subvention",
        "2019_01;2018;Ville de Paris;ASSO A;73282932000074;Fonct;1000;DASES;F",
    ),
    "Île-de-France": (
        "Exercice;Commission;Libellé dossier;Bénéficiaire;SIRET;Code postal;Montant proposé;Montant voté",
        "2018;CP du 12/03/2018;P;ASSO A;73282932000074;75011;9 999;1 000,00 €",
    ),
    "Nantes": (
        "Année;Collectivité attribuante;Nom de l'association;N° SIRET;Nature juridique;Objet de la subvention;Montant de la subvention votée (€);Date du conseil",
        "2018;Ville de Nantes;ASSO A;73282932000074;Association;F;1000;2018-06-10",
    ),
    "Rennes": (
        "Exercice;Budget;Secteur;Tiers bénéficiaire;Siret tiers;Objet du mandat;Montant mandaté",
        "2018;Ville;Culture;ASSO A;73282932000074;F;1000,00",
    ),
    "Lyon": (
        "nom_beneficiaire,siret_beneficiaire,adresse,ville,date_deliberation,numero_deliberation,montant_subvention,objet_subvention",
        "ASSO A,73282932000074,1 rue,LYON,10/06/2018,2018-1,1000,F",
    ),
    "jaune of later years": (
        "Ministère;Programme;Numéro SIRET;Numéro RNA;Nom de l'association;Objet;Montant en euros;Convention pluriannuelle;Année",
        "Culture;131;73282932000074;W442001234;ASSO A;F;1000;N;2018",
    ),
    "politique de la ville": (
        "Année;Code département;Bénéficiaire;N° SIRET;Intitulé de l'action;Montant attribué (P147);Thématique",
        "2018;44;ASSO A;73282932000074;Act;1000;Emploi",
    ),
    "data.subvention": (
        "Service instructeur;Dispositif;Intitulé de l'action;Année de la demande;SIRET du demandeur;Nom du demandeur;Montants demandés;Montants accordés",
        "DDCS 44;FDVA;Act;2018;73282932000074;ASSO A;9999;1000",
    ),
    "a foundation": (
        "Fondation;Organisme;Projet soutenu;SIREN;Montant du don;Date du comité",
        "Fondation X;ASSO A;p;732829320;1 000 €;10/06/2018",
    ),
    "360Giving, flattened with slashes": (
        "id,title,currency,amountAwarded,awardDate,recipientOrganization/0/id,recipientOrganization/0/name,fundingOrganization/0/name",
        "360G-1,T,GBP,1000,2018-06-10,GB-CHC-1,ASSO A,Big Fund",
    ),
    "Gates": (
        "GRANT ID,GRANTEE,PURPOSE,DIVISION,DATE COMMITTED,DURATION (MONTHS),AMOUNT COMMITTED",
        "INV-1,ASSO A,p,Global,2018-06,36,1000",
    ),
    "MacArthur": (
        "Organization,Title,Amount,Year Approved,Duration,City",
        'ASSO A,T,"$1,000",2018,3 years,Chicago',
    ),
    "by fiscal year": ("Recipient,Fiscal Year,Grant Amount (USD),State", "ASSO A,FY18,1000,NY"),
    "Berlin": (
        "Name;Geber;Art;Jahr;Anschrift;Politikbereich;Zweck;Betrag",
        "ASSO A;Senat;Projekt;2018;Str. 1;Kultur;z;1.000,00",
    ),
    "Poland": (
        "Lp.;Nazwa organizacji;Nazwa zadania;Kwota dotacji;Rok",
        "1;ASSO A;z;1 000,00 zł;2018",
    ),
    "Sweden": (
        "Mottagare;Organisationsnummer;Ändamål;Beviljat belopp (kr);År",
        "ASSO A;802000-1234;ä;1 000;2018",
    ),
    "Denmark": (
        "Modtager;CVR-nr.;Formål;Bevilget beløb;Bevillingsdato",
        "ASSO A;12345678;f;1.000,00;12-04-2018",
    ),
    "Norway": (
        "Organisasjonsnavn;Orgnr;Tildelt beløp;Søkt beløp;Vedtaksdato;Status",
        "ASSO A;987654321;1000;20000;12.04.2018;Innvilget",
    ),
    "Finland": (
        "Saaja;Y-tunnus;Käyttötarkoitus;Myönnetty avustus (€);Päätöspäivä",
        "ASSO A;1234567-8;k;1 000,00;12.4.2018",
    ),
    "Canada, in French": (
        "Numéro de référence;Nom légal du bénéficiaire;Valeur de l'entente en dollars canadiens;Date de début de l'entente;Date de fin de l'entente",
        "GC-2018;ASSO A;1000.00;2018-04-01;2020-03-01",
    ),
    "a canton": ("Bénéficiaire;Montant (CHF);Année;But", "ASSO A;1'000.00;2018;z"),
}


@pytest.mark.parametrize(("header", "row"), PUBLISHED.values(), ids=PUBLISHED)
def test_lists_of_other_publishers_need_no_configuration(tmp_path, header, row):
    other = row
    for mine, theirs in {
        "ASSO A": "ASSO B",
        "732829320": "552081317",
        "360G-1": "360G-2",
        "CHC-1": "CHC-2",
    }.items():
        other = other.replace(mine, theirs)
    (tmp_path / "list.csv").write_text(f"{header}\n{row}\n{other}\n")
    rows = grants_read(tmp_path / "list.csv")
    assert rows["amount"].tolist() == [1000, 1000]
    assert set(rows["date"].dt.year) == {2018}
    assert rows["recipient"].tolist() == ["ASSO A", "ASSO B"]
    assert "732829320" not in row or "732829320" in set(rows["siren"])


def test_a_word_that_lost_its_accents_is_no_shorter_word():
    assert "amount" in header_words.senses("maara") and not header_words.senses(
        "mars"
    )  # the Finnish "määrä"


@pytest.mark.parametrize(
    "headers",
    [
        ("Ref", "Partner", "Branch", "From", "To"),
        ("N° de convention", "Partenaire", "Entité", "Début", "Échéance"),
        ("Vertrag Nr.", "Partner", "Filiale", "Von", "Bis"),
        ("Ref", "Partner", "Branch", "Desde", "Hasta"),
        ("Contractnummer", "Partner", "Branch", "Van", "Tot"),
        ("Contract number", "Partner", "Business unit", "Begin", "Until"),
    ],
)
def test_agreements_have_their_start_and_term_under_plain_headers(headers):
    cells = [["A1", "A2"], ["Judo", "Vélo"], ["Nord", "Sud"], ["01/02/2016", "03/02/2017"]]
    cells.append(["31/01/2018", "02/02/2019"])
    told = block(*headers, **dict(zip(headers, cells, strict=True)))
    mapping = layouts.drafted(told, "agreements", STUDY)[1]
    assert mapping.table == "agreements" and not mapping.doubts
    assert mapping.columns["start"] == headers[3:4]
    assert mapping.columns["planned_end"] == headers[4:]


def test_dates_that_no_header_explains_are_asked():
    cells = {
        "Ref": ["A1", "A2"],
        "Partner": ["Judo", "Vélo"],
        "Branch": ["Nord", "Sud"],
        "Kick-off": ["01/02/2016", "03/02/2017"],
        "Wrap-up": ["31/01/2018", "02/02/2019"],
    }
    draft = layouts.drafted(block(*cells, **cells), "agreements", STUDY)[1]
    asked = [(doubt.column, doubt.headers) for doubt in draft.doubts]
    assert asked == [("start", ("Kick-off",)), ("planned_end", ("Wrap-up",))]
    known = cells | {"Start": cells.pop("Kick-off"), "N° de convention": cells.pop("Ref")}
    found = layouts.recognise(block(*known, **known), "agreements", STUDY)
    assert [(doubt.column, doubt.headers) for doubt in found.doubts] == [
        ("planned_end", ("Wrap-up",))
    ]


def test_days_as_spreadsheets_count_them_and_recipients_in_two_languages_are_proposed(tmp_path):
    cells = {
        "Fundacja / Foundation": ["Judo", "Vélo"],
        "Zadanie": ["Obóz", "Turniej"],
        "Kwota / Amount (PLN)": ["1 200,00", "250,50"],
        "Kiedy": ["43281", "43646"],
    }
    _draft, source = drafted(tmp_path, cells)
    assert source.columns["recipient"] == ["Fundacja / Foundation"]
    assert source.columns["date"] == ["Kiedy"] and source.guessed == {"date"}


def test_a_header_may_count_in_lakhs_and_years_bear_a_currency(tmp_path):
    (tmp_path / "csr.csv").write_text(
        "NGO,Amount Spent (Rs. in lakh),Year\nA,1.50,2018\nB,0.25,2018\n"
    )
    assert grants_read(tmp_path / "csr.csv")["amount"].tolist() == [150_000, 25_000]
    (tmp_path / "josei.csv").write_text("NGO,Amount (千円),Year\nA,15,2018.\nB,2,2018.\n")
    assert grants_read(tmp_path / "josei.csv")["amount"].tolist() == [15_000, 2_000]
    (tmp_path / "wide.csv").write_text(
        "Grants of a borough;;;\nOrganisation;Service;2016/17 £;2017/18 £\nA;x;5.50;-\nB;y;6.50;7.50\n"
    )
    rows = grants_read(tmp_path / "wide.csv")
    assert rows["amount"].tolist() == [5.5, 6.5, 7.5]  # a dash is no grant of that year
    assert rows["date"].dt.year.tolist() == [2016, 2016, 2017]


def test_what_two_parties_have_alike_is_no_two_tables():
    headers = [
        f"{who} {what}" for who in ("Donor", "Recipient") for what in ("name", "town", "number")
    ]
    parties = block(*headers, **dict.fromkeys(headers, ["x", "y"]))
    assert layouts.by_side(parties) is parties


def test_tables_side_by_side_that_study_toml_names_stay_apart():
    headers = [
        f"{title} {what}" for title in ("SPORT", "ART") for what in ("Association", "Montant")
    ]
    tables = block(*headers, **dict.fromkeys(headers, ["x", "y"]))
    assert layouts.by_side(tables, {"sportmontant"}) is tables
    assert list(layouts.by_side(tables).columns) == ["Association", "Montant", "title"]


_SIDE_BY_SIDE = [
    ("Début {n}", "Fin {n}", "Montant {n}"),
    ("Début ({n})", "Fin ({n})", "Montant ({n})"),
    ("start_{n}", "end_{n}", "amount_{n}"),
    ("Montant convention n°{n}", "Date début convention n°{n}", "Date fin convention n°{n}"),
    ("Vertrag {n}: Beginn", "Vertrag {n}: Ende", "Vertrag {n}: Betrag"),
    ("{n}e convention Début", "{n}e convention Fin", "{n}e convention Montant"),
]


def side_by_side(names, further=lambda amounts: [], header=()) -> list[list]:
    """Four partners with up to three agreements each, side by side."""
    head = ["Partenaire", "Direction"]
    head += [name.format(n=n) for n in (1, 2, 3) for name in names]
    is_amount_first = names[0].startswith("Montant")
    lines = []
    for place in range(1, 5):
        cells, amounts = [], [100 * place + n for n in range(1, 1 + max(1, place - 1))]
        for n, amount in enumerate(amounts):
            days = [f"0{place}/02/{2014 + n}", f"0{place}/01/{2015 + n}"]
            cells += [amount, *days] if is_amount_first else [*days, amount]
        cells += [""] * (9 - len(cells))
        lines.append([f"Foyer {place}", "Nord", *cells, *further(amounts)])
    return [[*head, *header], *lines]


@pytest.mark.parametrize("names", _SIDE_BY_SIDE)
def test_numbered_columns_of_agreements_are_a_row_for_each(names):
    long = by_agreement(block_of(*side_by_side(names)))
    columns = layouts.recognise(long, "historique", STUDY).columns
    cells = {
        column: long.columns[columns[column][0]].series()
        for column in ("amount", "date", "planned_end")
    }
    amounts = [101, 201, 301, 302, 401, 402, 403]
    assert sorted(cells["amount"].astype(int)) == amounts
    starts, ends = (parse.dates(cells[name])[0]["date"] for name in ("date", "planned_end"))
    assert starts.dt.year.value_counts().to_dict() == {2014: 4, 2015: 2, 2016: 1}
    assert (ends > starts).all()


def test_a_total_beside_numbered_agreements_counts_for_none(tmp_path):
    lines = side_by_side(_SIDE_BY_SIDE[0], lambda each: [sum(each)], ["Montant total"])
    text = "\n".join(";".join(map(str, line)) for line in lines)
    (tmp_path / "historique.csv").write_text(text, encoding="utf-8")
    agreements = clean.clean(tmp_path).tables["agreements"]
    assert (len(agreements), agreements["planned_amount_eur"].sum()) == (7, 2111)


FORM = ["Partenaire :;Foyer {n}", "Date de début :;01/0{n}/2016", "Durée :;12 mois"]
FORM += ["Montant :;{n} 000 €", "Direction :;Siège", ";"]


def test_forms_are_refused_in_words(tmp_path):
    lines = [line.format(n=n) for n in range(1, 5) for line in FORM]
    (tmp_path / "Fiches.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(Refused, match="une fiche") as refused:
        clean.clean(tmp_path, day="2018-12-31")
    assert len(refused.value.faults) == 1


def test_years_below_names_are_refused_in_words(tmp_path):
    lines = ["Année;Foyer rural;Judo club;Recyclerie;Emmaüs"]
    lines += [f"201{n};{n}00;{n}50;;{n}20" for n in range(3, 8)]
    (tmp_path / "tableau.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(Refused, match="transposant"):
        clean.clean(tmp_path, day="2018-12-31")


@pytest.mark.parametrize("order", [1, -1])
def test_words_of_everybody_are_no_standard_in_whatever_order(order):
    """A draft writes columns in an order of its own: euros came and went with it."""
    header_by_column = {"purpose": "Objet", "amount": "Montant", "recipient": "Association"}
    header_by_column["date"] = "Date de signature"
    columns = {name: (header,) for name, header in [*header_by_column.items()][::order]}
    of_list = recognition.layout_of(block(*header_by_column.values()), "grants", columns)
    assert of_list == "grants in French"
