"""A grant of money and in kind on the same day: each part in its kind where the lines say so, else a
kind that is not stated, and no trace.
"""

import pytest

from analysis import clean, explore
from analysis.clean import data_package
from raw_lists import cleaned

HEADER = "nomAttribuant;nomBeneficiaire;dateConvention;montant;nature;objet"
ROWS = [  # the first two are one grant: same funder, recipient and day
    "Aude;Arts Vivants;2018-06-26;137000;en numéraire;fonctionnement",
    "Aude;Arts Vivants;2018-06-26;21000;en nature;loyer des locaux",
    "Aude;Cinéma;2018-04-16;75000;en numéraire;diffusion",
    "Aude;Théâtre;2018-06-18;20800;en nature;technicien",
    "Aude;Judo Club;2019-01-15;500;en numéraire;fonctionnement",
]


TOTAL_OF_2018 = 137000 + 21000 + 75000 + 20800


@pytest.fixture
def result(tmp_path) -> clean.Cleaned:
    return cleaned(tmp_path, "\n".join([HEADER, *ROWS, ""]), accept_guesses=True)


def test_a_grant_of_two_kinds_is_told_by_kind(result):
    contributions = result.tables["contributions"]
    by_kind = contributions.groupby("kind")["value_eur"].sum()
    assert by_kind.to_dict() == {"cash": 137000 + 75000 + 500, "goods": 21000 + 20800}
    assert contributions["contribution_id"].is_unique
    assert len(result.tables["agreements"]) == 4


@pytest.mark.parametrize(("lang", "unstated"), [("en", "not stated"), ("fr", "non précisé")])
def test_what_each_side_brings_says_a_kind_that_is_not_stated(tmp_path, result, lang, unstated):
    contributions = result.tables["contributions"]
    result.tables["contributions"] = contributions.assign(
        kind=contributions["kind"].mask(contributions["value_eur"] == 137000)
    )
    data_package.write(result, tmp_path / "clean")
    figure = explore.open(tmp_path / "clean", lang=lang).exhibit("F18")
    quantities = figure.data[figure.data["year"] == "2018"].set_index("kind")["quantity"]
    assert quantities[unstated] == 137000
    assert quantities.sum() == TOTAL_OF_2018
    assert unstated.capitalize() in figure.drawings[0]
