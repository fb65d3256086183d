"""Amounts below zero in a list of grants belong to the grant that they take back."""

import pandas as pd
import pytest

from analysis.clean.grants.amounts_taken_back import with_amounts_taken_back
from raw_lists import cleaned, fate

HEADER = "Association;Financeur;Date;Montant\n"
GRANTED = "Amicale;Ville;01/03/2017;4000\nBouée;Ville;01/03/2017;2500\n"

TAKEN_BACK = {  # a row, starts and amounts of all agreements, the first ones of Amicale
    "of the last grant": (
        "Amicale;Ville;02/06/2018;-1500",
        [("2017-03-01", 2500), ("2017-03-01", 2500)],
    ),
    "before any grant": (
        "Amicale;Ville;02/06/2016;-1500",
        [("2016-06-02", -1500), ("2017-03-01", 2500), ("2017-03-01", 4000)],
    ),
    "by another funder": (
        "Amicale;Région;02/06/2018;-1500",
        [("2017-03-01", 2500), ("2017-03-01", 4000), ("2018-06-02", -1500)],
    ),
    "of another recipient": (
        "Cabane;Ville;02/06/2018;-1500",
        [("2017-03-01", 2500), ("2017-03-01", 4000), ("2018-06-02", -1500)],
    ),
}


@pytest.mark.parametrize(("row", "expected"), TAKEN_BACK.values(), ids=TAKEN_BACK)
def test_an_amount_taken_back_begins_and_prolongs_nothing(tmp_path, row, expected):
    result = cleaned(tmp_path, f"{HEADER}{GRANTED}{row}\n", day="2018-12-31")
    agreements = result.tables["agreements"]
    starts = agreements["start"].dt.strftime("%Y-%m-%d")
    assert sorted(zip(starts, agreements["planned_amount_eur"], strict=True)) == expected
    assert result.tables["contributions"]["value_eur"].sum() == 6500 - 1500
    assert result.ledger.loc[result.ledger["action"].eq("kept"), "rows"].sum() == 3


def test_a_grant_taken_back_whole_is_no_agreement(tmp_path):
    """It stayed as an agreement of 0 EUR, and its partner with it."""
    row = "Amicale;Ville;02/06/2018;-4000"
    result = cleaned(tmp_path, f"{HEADER}{GRANTED}{row}\n", day="2018-12-31")
    assert list(result.tables["agreements"]["planned_amount_eur"]) == [2500]
    assert list(result.tables["contributions"]["value_eur"]) == [2500]
    assert len(result.tables["partners"]) == 1
    assert fate(result, "nothing given") == 2
    assert result.ledger.loc[result.ledger["action"].eq("kept"), "rows"].sum() == 1


def test_of_a_grant_that_a_cent_is_left_of_the_agreement_stays(tmp_path):
    row = "Amicale;Ville;02/06/2018;-3999,99"
    result = cleaned(tmp_path, f"{HEADER}{GRANTED}{row}\n", day="2018-12-31")
    assert sorted(result.tables["agreements"]["planned_amount_eur"]) == [0.01, 2500]


def test_of_two_grants_the_one_before_gives_it_back(tmp_path):
    later = "Amicale;Ville;01/09/2018;700\n"
    text = f"{HEADER}{GRANTED}{later}Amicale;Ville;02/06/2018;-1500\n"
    agreements = cleaned(tmp_path, text, day="2018-12-31").tables["agreements"]
    assert sorted(agreements["planned_amount_eur"]) == [700, 2500, 2500]


def test_a_reference_tells_which_grant_gives_it_back():
    grants = pd.DataFrame(
        {
            "source": "list.csv",
            "line": [2, 3, 4],
            "funder": "Ville",
            "~who": "Amicale",
            "reference": ["17-01", "18-01", "17-01"],
            "amount": pd.Series([4000, 700, -1500], dtype="Float64"),
            "start": pd.to_datetime(["2017-03-01", "2018-03-01", "2018-06-02"]),
            "end": pd.to_datetime(["2018-02-28", "2019-02-28", "2019-06-01"]),
            "term_assumed": [False, True, True],
        }
    )
    of_first = grants.loc[0, ["start", "end", "term_assumed"]].tolist()
    result = with_amounts_taken_back(grants)
    assert result.loc[2, ["start", "end", "term_assumed"]].tolist() == of_first
    assert result.loc[:1].equals(grants.loc[:1])
    of_last = grants.loc[1, ["start", "end", "term_assumed"]].tolist()
    without = with_amounts_taken_back(grants.drop(columns="reference"))
    assert without.loc[2, ["start", "end", "term_assumed"]].tolist() == of_last
