"""What remarks tell of ends: what was only asked for, thought of or refused changes none; of two
extensions the last holds; one of which no day is told is a remark.
"""

import re

import pandas as pd
import pytest

from analysis import clean
from analysis.layout.days_in_remarks import WORDS_OF_ENDS, days_of_ends
from analysis.layout.only_asked import changes_that_hold
from analysis.run import check_data

COLUMN_END, EXTENDED = "2018-12-31", "prolongée jusqu'au 30/06/2019"


def written(folder, remarks: list[str]) -> None:
    lines = ["N° de convention;Partenaire;Entité;Début;Fin prévue;Montant (€);Remarques"]
    for number, remark in enumerate([EXTENDED, *remarks, ""]):
        lines.append(
            f"C{number};Club {'ABCDEFGH'[number]};RH;01/0{number + 1}/2018;31/12/2018;1000;{remark}"
        )
    (folder / "conventions.csv").write_text("\n".join(lines), encoding="utf-8")


def cleaned(folder, remarks: list[str]) -> clean.Cleaned:
    """Agreements of which the first is extended, with these remarks, their draft accepted."""
    written(folder, remarks)
    draft = re.sub(r" # \?$", "", check_data.check(folder).draft, flags=re.M)
    assert 'planned_end = ["Remarques", "Fin prévue"]' in draft
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    return clean.clean(folder, day="2021-12-31")


def ends(result: clean.Cleaned) -> list[str]:
    agreements = result.tables["agreements"].sort_values("agreement_id")
    return agreements["planned_end"].dt.strftime("%Y-%m-%d").tolist()


@pytest.mark.parametrize(
    "remark",
    [
        "prolongation demandée jusqu'au 31/12/2020, refusée",
        "prolongation demandée jusqu'au 31/12/2020",
        "Prolongation jusqu'au 31/12/2020 (refusée)",
        "prolongation proposée au 31/12/2020",
        "résiliation envisagée au 30/06/2018",
        "demande de résiliation au 30/06/2018",
        "pas de prolongation au 31/12/2020",
        "extension requested : extended to 31/12/2020 if approved by the board, declined",
        "Verlängerung bis 31.12.2020 beantragt",
        "Verlängerung bis 31.12.2020, abgelehnt",
        "verlenging tot 31/12/2020 aangevraagd",
        "prórroga solicitada hasta 31/12/2020",
        "proroga al 31/12/2020 respinta",
    ],
)
def test_what_was_only_asked_for_or_refused_changes_no_end(tmp_path, remark):
    result = cleaned(tmp_path, [remark])
    assert ends(result) == ["2019-06-30", COLUMN_END, COLUMN_END]
    agreements = result.tables["agreements"]
    assert "end" not in agreements or agreements["end"].isna().all()


@pytest.mark.parametrize(
    ("remark", "end"),
    [
        ("Prolongation accordée jusqu'au 31/12/2020", "2020-12-31"),
        ("Prolongation jusqu'au 31/12/2020 demandée, accordée le 03/05/2018", "2020-12-31"),
        ("Renouvellement refusé, prolongée au 31/03/2019", "2019-03-31"),
        ("prolongée jusqu'au 31/12/2020 à la demande du partenaire", "2020-12-31"),
        ("prolongée jusqu'au 30/09/2019 puis jusqu'au 31/12/2019", "2019-12-31"),
        ("extended until 30/09/2019, then until 31/12/2019", "2019-12-31"),
        ("verlängert bis 30.09.2019, dann bis 31.12.2019", "2019-12-31"),
        (
            "Prolongée jusqu'au 31/12/2019. Nouvelle prolongation demandée au 31/12/2020",
            "2019-12-31",
        ),
    ],
)
def test_what_was_granted_holds_and_the_last_extension(tmp_path, remark, end):
    assert ends(cleaned(tmp_path, [remark]))[1] == end


@pytest.mark.parametrize(
    ("remark", "day"),
    [
        ("Résiliée le 30/09/2017 à la demande du partenaire", "30/09/2017"),
        ("Résiliée le 30/09/2017, aide refusée par la mairie", "30/09/2017"),
        ("Résiliée au 30/09/2017 (prolongation refusée)", "30/09/2017"),
        ("rupture proposée par le partenaire et acceptée au 30/06/2019", "30/06/2019"),
        ("terminated 30/06/2018 - renewal request declined", "30/06/2018"),
        ("gekündigt zum 31.12.2017", "31.12.2017"),
        ("Annulée le 30/09/2017", "30/09/2017"),
        ("Projet abandonné le 30/09/2017", "30/09/2017"),
    ],
)
def test_an_end_beside_something_else_that_was_asked_for_holds(remark, day):
    assert days_of_ends(pd.Series([remark]), WORDS_OF_ENDS).tolist() == [day]


@pytest.mark.parametrize(
    "remark",
    [
        *("prolongée d'un an", "prorogée de 6 mois", "extended by one year"),
        *("um ein Jahr verlängert", "verlengd met 6 maanden", "prorrogada un año"),
    ],
)
def test_an_extension_without_a_day_is_told_and_not_reckoned(tmp_path, remark):
    result = cleaned(tmp_path, [remark])
    assert ends(result)[1] == COLUMN_END
    (told,) = [each for each in result.remarks if "prolongée" in each]
    assert "`Remarques`" in told and "ligne 3" in told


ABOUT_SOMETHING_ELSE = (
    "Le programme, voté pour trois ans puis prolongé de deux ans, réunit chaque automne des clubs "
    "de tout le département autour d'un tournoi"
)


@pytest.mark.parametrize(
    "remark",
    ["prolongation d'un an demandée", "bilan reçu le 15/06/2018", ABOUT_SOMETHING_ELSE],
)
def test_nothing_is_told_of_other_remarks(tmp_path, remark):
    result = cleaned(tmp_path, [remark])
    assert ends(result)[1] == COLUMN_END
    assert not [each for each in result.remarks if "prolongée" in each]


def test_a_remark_that_cannot_be_read_is_the_cell_to_correct(tmp_path):
    remark = "avenant 1 : prolongée au 30/06/2019, avenant 2 : prolongée au 31/12/2019"
    cleaned(tmp_path, [remark])
    (cell,) = check_data.check(tmp_path).to_mend[["column", "value"]].to_numpy().tolist()
    assert cell == ["Remarques", remark]


def test_long_columns_are_read_as_short_ones():
    remarks = pd.Series(
        [f"prolongation demandée jusqu'au 31/12/20{year}" for year in range(10, 99)]
    )
    assert changes_that_hold(remarks, "extended end").isna().all()
