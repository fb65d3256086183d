"""The relations written by hand come out of the library as they are on paper."""

import pandas as pd
import pytest

from analysis import relations as chains
from analysis.indicators import durability
from analysis.stats.survival import kaplan_meier
from synthetic import small


@pytest.fixture(scope="module")
def settled() -> pd.DataFrame:
    known = chains.as_known_on(
        small.agreements(), small.DAY, windows=small.windows(), last_sign=small.last_signs()
    )
    return chains.settled(known, small.DAY, small.GRACE_DAYS)


def test_relations_are_those_written_by_hand(settled):
    ours = settled.rename(columns={"duration_months": "months"}).sort_values(
        ["partner_id", "start"]
    )
    ours = ours[["partner_id", "start", "months", "ended"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(ours, small.relations(), check_dtype=False, rtol=1e-9)


def test_survival_is_that_on_paper(settled):
    curve = kaplan_meier(
        settled["duration_months"], settled["ended"], entry=settled["entry_months"]
    )
    curve = curve.set_index("time")["survival"]
    for months, share in small.SURVIVAL.items():
        assert curve.at[months] == pytest.approx(share)


def test_terms_are_renewed_as_on_paper():
    agreements = small.agreements()
    terms = durability.terms(agreements, small.DAY, grace=pd.Timedelta(days=small.GRACE_DAYS))
    renewed = terms["renewed"].set_axis(agreements["agreement_id"])
    assert sorted(renewed[renewed.fillna(False)].index) == small.RENEWED
    assert sorted(renewed[~renewed.fillna(True)].index) == small.NOT_RENEWED
