"""A grant of money and in kind on the same day is told with a kind that is not stated, in no trace."""

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


def test_the_kind_of_a_grant_of_two_kinds_is_unknown(result):
    contributions = result.tables["contributions"]
    assert contributions["value_eur"].sum() == TOTAL_OF_2018 + 500
    assert contributions.loc[contributions["kind"].isna(), "value_eur"].tolist() == [158000]


@pytest.mark.parametrize(("lang", "unstated"), [("en", "not stated"), ("fr", "non précisé")])
def test_what_each_side_brings_says_a_kind_that_is_not_stated(tmp_path, result, lang, unstated):
    data_package.write(result, tmp_path / "clean")
    figure = explore.open(tmp_path / "clean", lang=lang).exhibit("F18")
    quantities = figure.data[figure.data["year"] == "2018"].set_index("kind")["quantity"]
    assert quantities[unstated] == 158000
    assert quantities.sum() == TOTAL_OF_2018
    assert unstated.capitalize() in figure.drawings[0]
