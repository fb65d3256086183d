"""A grant of money and in kind on the same day: each part in its kind where the lines say so, else a
kind that is not stated, and no trace.
"""

import pandas as pd
import pytest

from analysis import clean, explore
from analysis.clean import data_package
from analysis.indicators import contributions
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
    given = result.tables["contributions"]
    by_kind = given.groupby("kind")["value_eur"].sum()
    assert by_kind.to_dict() == {"cash": 137000 + 75000 + 500, "goods": 21000 + 20800}
    assert given["contribution_id"].is_unique
    assert len(result.tables["agreements"]) == 4


@pytest.mark.parametrize(("lang", "unstated"), [("en", "not stated"), ("fr", "non précisé")])
def test_what_each_side_brings_says_a_kind_that_is_not_stated(tmp_path, result, lang, unstated):
    given = result.tables["contributions"]
    kind = given["kind"].mask(given["value_eur"] == 137000)
    result.tables["contributions"] = given.assign(kind=kind)
    data_package.write(result, tmp_path / "clean")
    figure = explore.open(tmp_path / "clean", lang=lang).exhibit("F18")
    quantities = figure.data[figure.data["year"] == "2018"].set_index("kind")["quantity"]
    assert quantities[unstated] == 137000
    assert quantities.sum() == TOTAL_OF_2018
    assert unstated.capitalize() in figure.drawings[0]


@pytest.mark.parametrize(("in_money", "is_told"), [(99, True), (100, False)])
def test_one_row_in_kind_of_a_hundred_and_one_does_not_tell_the_kinds_of_all(in_money, is_told):
    kinds = ["cash"] * in_money + ["goods"]
    rows = pd.DataFrame({"date": pd.Timestamp("2018-01-01"), "year": 2018, "kind": kinds})
    relation = pd.Series(range(len(rows)))
    known = contributions.kinds_within(rows, relation, pd.Timestamp("2018-06-27"))
    assert len(known) == (len(rows) if is_told else 0)
