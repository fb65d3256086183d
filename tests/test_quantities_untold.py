"""Hours, days and people of a platform of volunteers: told, and no term of an agreement."""

import pytest

from analysis.run import check_data
from raw_lists import accepted

NAMES = ["Foyer rural de Brou", "Ateliers Soudés", "Radio Bocage", "Maison du Numérique"]


def missions(folder, headers: str, *cells: str):
    """A list of missions with the same cells in each row, and its draft accepted as it is."""
    lines = [f"Association;Date de début;{headers}"]
    for month, name in enumerate(NAMES, 1):
        lines.append(";".join([name, f"05/{month:02}/2018", *cells]))
    (folder / "missions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return accepted(folder, check_data.check(folder).draft)


@pytest.mark.parametrize(
    "header",
    [
        "Nombre d'heures",
        "Nb de jours",
        "Hours",
        "Number of volunteers",
        "Stunden",
        "Nombre de bénévoles",
    ],
)
def test_a_quantity_of_work_beside_money_is_told(tmp_path, header):
    """It was lost without a word."""
    result = missions(tmp_path, f"{header};Montant attribué (€)", "7", "350")
    (remark,) = [remark for remark in result.remarks if header in remark]
    assert remark.startswith("missions.csv") and "4 lignes" in remark


@pytest.mark.parametrize("header", ["Jours ouvrés de la structure", "Objet des heures", "Durée"])
def test_other_numbers_are_no_quantity_of_work(tmp_path, header):
    result = missions(tmp_path, f"{header};Montant attribué (€)", "7", "350")
    assert not [remark for remark in result.remarks if "`" in remark]


def test_a_duration_beside_hours_and_days_is_no_term(tmp_path):
    """Seven hours made an agreement of seven months."""
    result = missions(tmp_path, "Durée;Unité;Montant attribué (€)", "7", "heures", "350")
    agreements = result.tables["agreements"]
    assert agreements["term_assumed"].all()
    (remark,) = [remark for remark in result.remarks if "`Durée`" in remark]
    assert "4 lignes" in remark
