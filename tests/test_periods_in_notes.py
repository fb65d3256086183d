"""From when to when grants run, where a column of notes alone tells it: asked, then read."""

import pandas as pd
import pytest

from analysis import clean
from analysis.layout.terms.periods_in_notes import ends_of_periods
from analysis.run import check_data
from test_changed_amounts import AMOUNTS, GRANTED, NAMES, answered, asked, total, written

NOTE = "dal 18/03/2020 al 10/05/2021"


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Grant period: 2013 - 2015", "2015"),
        ("Grant period: 2013", "2013"),
        ("Période de la subvention : 01/01/2013 au 31/12/2015", "31/12/2015"),
        ("convention pluriannuelle 2013-2015", "2015"),
        ("pour les années 2013 à 2015", "2015"),
        ("Projektlaufzeit: 01.03.2013 – 28.02.2015", "28.02.2015"),
        ("Laufzeit bis 2015", "2015"),
        ("for 2013/14 to 2015/16", "2015/16"),
        ("Core support, for 2013-15", "2015"),
        ("Looptijd 2013 t/m 2015", "2015"),
        ("Periodo de ejecución: 2013-2015", "2015"),
        ("250,000 over 18 months (2018-2019)", "2019"),
        ("accordé sur 18 mois (2018-2019)", "2019"),
        ("Förderung über 18 Monate (2018-2019)", "2019"),
        ("Project period January 2013 to March 2015", "march 2015"),
    ],
)
def test_the_end_of_a_period_is_read_from_a_text(text, end):
    assert ends_of_periods(pd.Series([text])).tolist() == [end]


@pytest.mark.parametrize(
    "text",
    [
        "Dossier 2013-2015",
        "durée de 3 ans",
        "paid in 2015",
        "for 2015",
        "period: 2013-2015; term: 2016-2018",
    ],
)
def test_other_texts_tell_no_period(text):
    assert ends_of_periods(pd.Series([text])).isna().all()


def with_notes(folder, header: str, *texts: str):
    """A list of grants of 2018 and before, each with one of some texts in turn."""
    lines = [f"Association;Année;Montant;{header}"]
    for number, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True)):
        lines.append(f"{name};2018;{amount};{texts[number % len(texts)]}")
    return written(folder, lines)


@pytest.mark.parametrize("header", ["Notes", "Commentaire", "Objet"])
def test_periods_of_notes_and_purposes_are_asked_and_read(tmp_path, header):
    with_notes(tmp_path, header, "Période : 2018 - 2020", "Période : 2018")
    assert f'planned_end = "{header}"' in asked(tmp_path)
    agreements = clean.clean(answered(tmp_path)).tables["agreements"]
    assert not agreements["term_assumed"].any()
    assert sorted(agreements["planned_end"].dt.year.unique()) == [2018, 2020]
    assert total(tmp_path) == GRANTED


def test_a_period_that_no_grant_is_of_is_not_asked(tmp_path):
    with_notes(tmp_path, "Objet", "Exposition sur la période 1914-1918", "Fête")
    assert total(tmp_path) == GRANTED


def test_check_says_that_ends_are_assumed(tmp_path):
    with_notes(tmp_path, "Objet", "Fête")
    said = " ".join(check_data.check(tmp_path).understood)
    assert "aucune source ne dit quand finissent 6 subventions sur 6" in said


def test_check_says_how_many_grants_bear_no_amount(tmp_path):
    lines = [
        f"{name};2018;{amount or ''};2019"
        for name, amount in zip(NAMES, [0, *AMOUNTS[1:]], strict=True)
    ]
    written(tmp_path, ["Association;Année;Montant;Date de fin", *lines])
    said = " ".join(check_data.check(tmp_path).understood)
    assert "1 subvention sur 6 n’a pas de montant" in said
    assert "aucune source ne dit quand" not in said


def test_a_period_in_one_column_is_asked_under_the_header_of_the_file(tmp_path):
    """What a draft asks, asked again of the draft that nobody has touched, names the same column."""
    lines = "".join(
        f"2020-0{n}-01;Amis {n};{n}000,50;{NOTE if n == 2 else ''}\n" for n in range(1, 8)
    )
    (tmp_path / "liste.csv").write_text("date;bénéficiaire;montant;note\n" + lines)
    for _time in range(2):
        checked = check_data.check(tmp_path)
        said = checked.draft + " ".join(fault.message + fault.answer for fault in checked.faults)
        assert '= "note"' in said and "(planned_end)" not in said
        check_data.write_draft(tmp_path, checked.draft)
