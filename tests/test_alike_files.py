"""Lists of several years with the same headers: one question and one source for all, and no row read twice."""

import tomllib

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.prepare.choices import Choices
from analysis.prepare.columns_part import ColumnsPart
from analysis.run import check_data

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
