"""Lists of several years with the same headers: one question and one source for all, and no row read twice."""

import tomllib

import openpyxl
import pytest

from analysis import clean, prepare
from analysis.declare.faults import Refused
from analysis.prepare.choices import Choices
from analysis.prepare.columns_part import ColumnsPart
from analysis.run import check_data
from test_prepare import field

OVERLAP = "Rows of another list"
YEARS = (2020, 2021, 2022)
WHEN = "Année de début d'octroi"  # no known header of a date


@pytest.fixture
def lists(tmp_path):
    """Three lists of two grants each, of which it is asked what tells the date."""
    for year in YEARS:
        lines = [f"Nom du bénéficiaire;{WHEN};Montant octroyé (€)"]
        lines += [f"Club nautique;{year};100", f"Judo club;{year};200"]
        (tmp_path / f"liste_{year}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def total(folder) -> float:
    return clean.clean(folder).tables["contributions"]["value_eur"].sum()


def test_the_same_doubt_about_several_files_is_one_question(lists):
    with pytest.raises(Refused) as refused:
        clean.clean(lists)
    (fault,) = refused.value.faults
    assert str(fault).startswith("liste_2020.csv")
    assert "liste_2021.csv, liste_2022.csv" in fault.message


def test_the_draft_has_one_source_for_files_read_alike(lists):
    text = check_data.check(lists).draft
    (source,) = tomllib.loads(text)["source"]
    assert source["files"] == [f"liste_{year}.csv" for year in YEARS]
    (lists / "study.toml").write_text(text.replace(" # ?", ""), encoding="utf-8")
    assert total(lists) == 3 * 300


def test_a_file_read_in_another_way_has_a_source_of_its_own(lists):
    other = (
        f"Nom du bénéficiaire;{WHEN};Subvention versée\nClub nautique;2023;50\nJudo club;2023;70\n"
    )
    (lists / "liste_2023.csv").write_text(other, encoding="utf-8")
    sources = tomllib.loads(check_data.check(lists).draft)["source"]
    assert [
        len([source["files"]] if isinstance(source["files"], str) else source["files"])
        for source in sources
    ] == [3, 1]


def test_one_answer_on_the_page_holds_for_all_files_asked_alike(lists):
    choices = Choices(lists)
    part = ColumnsPart(choices, lambda: None)
    (field,) = [row.children[0] for row in part.rows.children if row.children[0].value == "?"]
    field.value = "date"
    assert [len(sheet.doubts) for sheet in choices.sheets] == [0, 0, 0]
    choices.save()
    assert total(lists) == 3 * 300


STATED = '[[source]]\nfiles = "liste_*.csv"\ntable = "grants"\n[source.columns]\ndate = "{when}"\n'


def test_a_source_of_several_files_stays_one_when_the_page_writes_it(lists):
    (lists / "study.toml").write_text(STATED.format(when=WHEN), encoding="utf-8")
    choices = Choices(lists)
    choices.sheets[0].is_changed = True
    choices.save()
    (source,) = tomllib.loads((lists / "study.toml").read_text(encoding="utf-8"))["source"]
    assert source["files"] == ["liste_*.csv"]
    assert total(lists) == 3 * 300


def test_a_file_that_is_read_in_another_way_leaves_the_source_of_several(lists):
    (lists / "study.toml").write_text(STATED.format(when=WHEN), encoding="utf-8")
    choices = Choices(lists)
    choices.sheets[1].choose("Montant octroyé (€)", "")
    sources = tomllib.loads(choices.study_toml())["source"]
    assert [source["files"] for source in sources] == [
        ["liste_2020.csv", "liste_2022.csv"],
        ["liste_2021.csv"],
    ]
    assert sources[1]["columns"]["amount"] == []


def test_two_sources_that_read_the_same_columns_are_refused(lists):
    source = STATED.format(when=WHEN)
    (lists / "study.toml").write_text(source + source, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        clean.clean(lists)
    assert {fault.rule for fault in refused.value.faults} == {"twice"}
    assert len(refused.value.faults) == len(YEARS)


def test_two_sources_may_read_two_tables_of_one_file(lists):
    (lists / "conventions.csv").write_text(
        "N° de convention;Code partenaire;Raison sociale;Entité du Groupe;Début;Fin prévue\nC1;P1;Club nautique;DR Nord;01/02/2016;31/01/2018\n",
        encoding="utf-8",
    )
    for year in YEARS:
        (lists / f"liste_{year}.csv").unlink()
    sources = [
        f'[[source]]\nfiles = "conventions.csv"\ntable = "{table}"\n'
        for table in ("agreements", "partners")
    ]
    (lists / "study.toml").write_text(
        "[study]\nday = 2018-06-27\n" + "".join(sources), encoding="utf-8"
    )
    tables = clean.clean(lists).tables
    assert len(tables["agreements"]) == len(tables["partners"]) == 1


# ---- one list in two languages
NAMES = [f"Organisation {letter}" for letter in "ABCDEFGHIJKL"]


@pytest.fixture
def in_two_languages(tmp_path):
    """Twelve grants, each in a list in English and in one in French."""
    for name, header, purpose in (
        ("grants.csv", "Recipient;Award date;Amount awarded (CAD);Purpose", "Youth"),
        (
            "subventions.csv",
            "Bénéficiaire;Date de décision;Montant accordé (CAD);Objet",
            "Jeunesse",
        ),
    ):
        lines = [
            f"{who};2021-03-{day:02};{100 * day};{purpose} {day}"
            for day, who in enumerate(NAMES, 1)
        ]
        (tmp_path / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return tmp_path


def test_whether_two_lists_hold_the_same_grants_is_asked(in_two_languages):
    with pytest.raises(Refused) as refused:
        clean.clean(in_two_languages)
    (fault,) = refused.value.faults
    assert fault.rule == "question"
    assert "same_as_others = true" in fault.message


@pytest.mark.parametrize(("answer", "times"), [("true", 1), ("false", 2)])
def test_the_answer_counts_them_once_or_twice(in_two_languages, answer, times):
    sources = [
        '[[source]]\nfiles = "grants.csv"\ntable = "grants"\n',
        f'[[source]]\nfiles = "subventions.csv"\ntable = "grants"\nsame_as_others = {answer}\n',
    ]
    text = '[study]\ncurrency = "CAD"\n' + "".join(sources)
    (in_two_languages / "study.toml").write_text(text, encoding="utf-8")
    assert total(in_two_languages) == times * 100 * sum(range(1, 13))


@pytest.mark.parametrize(("answer", "times"), [("same", 1), ("apart", 2)])
def test_the_page_asks_whether_two_lists_hold_the_same_grants(in_two_languages, answer, times):
    page = prepare.open(in_two_languages, "en", in_two_languages / "reports")
    ((source, sentences),) = page.choices.questions_of_rows.keys
    assert sentences == "prepare.overlap"
    columns = page.parts["columns"]
    columns.sheet.value = [sheet.source for sheet in page.choices.sheets].index(source)
    answers = dict.fromkeys(value for _label, value in field(columns, OVERLAP).options)
    assert list(answers) == ["", "same", "apart"]  # neither is a version of the other
    field(columns, OVERLAP).value = answer
    page.save()
    assert total(in_two_languages) == times * 100 * sum(range(1, 13))


def test_lists_of_other_grants_are_not_asked(in_two_languages):
    other = (
        (in_two_languages / "subventions.csv").read_text(encoding="utf-8").replace("2021", "2022")
    )
    (in_two_languages / "subventions.csv").write_text(other, encoding="utf-8")
    assert total(in_two_languages) == 2 * 100 * sum(range(1, 13))


# ---- a header without rows, and a sheet of refusals
def test_two_lines_of_headers_give_a_draft_that_is_read(tmp_path):
    lines = ["Bénéficiaire;Date de décision;Montant octroyé", "Begunstigde;Datum;Toegekend bedrag"]
    lines += [f"{who};0{day}/03/2021;{100 * day}" for day, who in enumerate(NAMES[:9], 1)]
    (tmp_path / "fonds.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert total(tmp_path) == 4500
    (tmp_path / "study.toml").write_text(check_data.check(tmp_path).draft, encoding="utf-8")
    assert total(tmp_path) == 4500


def test_a_sheet_of_refusals_without_amounts_asks_nothing(tmp_path):
    book = openpyxl.Workbook()
    granted, refused = book.active, book.create_sheet("Denegadas")
    granted.append(["Entidad", "Fecha de resolución", "Importe concedido"])
    refused.append(["Solicitante", "Fecha", "Motivo"])
    for day, who in enumerate(NAMES, 1):
        granted.append([who, f"2021-03-{day:02}", 100 * day])
        refused.append([f"{who} bis", f"2021-03-{day:02}", "Fuera de plazo"])
    book.save(tmp_path / "ayudas.xlsx")
    assert total(tmp_path) == 100 * sum(range(1, 13))


def test_payments_of_one_reference_are_one_grant(tmp_path):
    lines = ["Grant reference;Recipient;Payment date;Amount (€)"]
    for number, who in enumerate(NAMES[:6], 1):
        lines += [f"G{number};{who};2021-{month:02}-15;{100 * number}" for month in (1, 4, 7, 10)]
    (tmp_path / "payments.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    source = '[[source]]\nfiles = "payments.csv"\ntable = "grants"\nsame_reference = "add"\n'
    (tmp_path / "study.toml").write_text(source, encoding="utf-8")
    agreements = clean.clean(tmp_path).tables["agreements"]
    assert len(agreements) == 6
    assert agreements["planned_amount_eur"].sum() == 4 * 100 * sum(range(1, 7))
    assert (agreements["start"].dt.month == 1).all()
    assert agreements["planned_end"].max().year == 2022
