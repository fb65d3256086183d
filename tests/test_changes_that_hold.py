"""What remarks tell of ends: what was only asked for, thought of or refused changes none; of two
extensions the last holds; one of which no day is told is a remark.
"""

import pandas as pd
import pytest

from analysis import clean
from analysis.layout.terms.days_in_remarks import WORDS_OF_ENDS, days_of_ends
from analysis.layout.terms.only_asked import changes_that_hold
from analysis.run import check_data
from raw_lists import accepted

COLUMN_END, EXTENDED = "2018-12-31", "prolongée jusqu'au 30/06/2019"


def written(folder, remarks: list[str]) -> None:
    lines = ["N° de convention;Partenaire;Entité;Début;Fin prévue;Montant (€);Remarques"]
    for number, remark in enumerate([EXTENDED, *remarks, ""]):
        start = f"01/{1 + number % 12:02}/2018"
        lines.append(f"C{number:02};Club n{number:02};RH;{start};31/12/2018;1000;{remark}")
    (folder / "conventions.csv").write_text("\n".join(lines), encoding="utf-8")


def cleaned(folder, remarks: list[str]) -> clean.Cleaned:
    """Agreements of which the first is extended, with these remarks, their draft accepted."""
    written(folder, remarks)
    draft = check_data.check(folder).draft
    assert 'planned_end = ["Remarques", "Fin prévue"]' in draft
    return accepted(folder, draft, day="2021-12-31")


def ends(result: clean.Cleaned) -> list[str]:
    agreements = result.tables["agreements"].sort_values("agreement_id")
    return agreements["planned_end"].dt.strftime("%Y-%m-%d").tolist()


ASKED_OR_REFUSED = [
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
]


def test_what_was_only_asked_for_or_refused_changes_no_end(tmp_path):
    result = cleaned(tmp_path, ASKED_OR_REFUSED)
    end_of = dict(zip(ASKED_OR_REFUSED, ends(result)[1:], strict=False))
    assert ends(result)[0] == "2019-06-30" and ends(result)[-1] == COLUMN_END
    assert end_of == dict.fromkeys(ASKED_OR_REFUSED, COLUMN_END)
    agreements = result.tables["agreements"]
    assert "end" not in agreements or agreements["end"].isna().all()


GRANTED = {
    "Prolongation accordée jusqu'au 31/12/2020": "2020-12-31",
    "Prolongation jusqu'au 31/12/2020 demandée, accordée le 03/05/2018": "2020-12-31",
    "Renouvellement refusé, prolongée au 31/03/2019": "2019-03-31",
    "prolongée jusqu'au 31/12/2020 à la demande du partenaire": "2020-12-31",
    "prolongée jusqu'au 30/09/2019 puis jusqu'au 31/12/2019": "2019-12-31",
    "extended until 30/09/2019, then until 31/12/2019": "2019-12-31",
    "verlängert bis 30.09.2019, dann bis 31.12.2019": "2019-12-31",
    "Prolongée jusqu'au 31/12/2019. Nouvelle prolongation demandée au 31/12/2020": "2019-12-31",
}


def test_what_was_granted_holds_and_the_last_extension(tmp_path):
    result = cleaned(tmp_path, [*GRANTED])
    assert dict(zip(GRANTED, ends(result)[1:], strict=False)) == GRANTED


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


def test_an_extension_without_a_day_is_told_and_not_reckoned(tmp_path):
    by_a_while = ["prolongée d'un an", "prorogée de 6 mois", "extended by one year"]
    by_a_while += ["um ein Jahr verlängert", "verlengd met 6 maanden", "prorrogada un año"]
    result = cleaned(tmp_path, by_a_while)
    assert ends(result)[1:-1] == [COLUMN_END] * 6
    (remark,) = [remark for remark in result.remarks if "prolongée" in remark]
    assert "6 remarques" in remark and "`Remarques`" in remark and "lignes 3" in remark


ABOUT_SOMETHING_ELSE = (
    "Le programme, voté pour trois ans puis prolongé de deux ans, réunit chaque automne des clubs "
    "de tout le département autour d'un tournoi"
)


def test_nothing_is_told_of_other_remarks(tmp_path):
    remarks = ["prolongation d'un an demandée", "bilan reçu le 15/06/2018", ABOUT_SOMETHING_ELSE]
    result = cleaned(tmp_path, remarks)
    assert ends(result)[1:] == [COLUMN_END] * 4
    assert not [remark for remark in result.remarks if "prolongée" in remark]


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
