"""Dependence, concentration, finances, terms ahead: facts of hand-made accounts and published values."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.declare import schema
from analysis.indicators import finances, fragility
from analysis.relations import as_known_on

DAY = pd.Timestamp("2018-06-27")


def accounts(**rows: dict) -> pd.DataFrame:
    """Accounts whose partners are named for what they are; sound ones unless said otherwise."""
    sound = dict(
        year_end=pd.Timestamp("2017-12-31"),
        months=12,
        public_grants=50.0,
        gifts_sponsorship=30.0,
        sales=20.0,
        dues=0.0,
        other_revenue=0.0,
        revenue_total=100.0,
        expenses_total=90.0,
        administration=18.0,
        equity=45.0,
        in_kind_valued=0.0,
    )
    return schema.conform(
        pd.DataFrame(
            [{**sound, "partner_id": name.replace("_", " "), **row} for name, row in rows.items()]
        ),
        "accounts",
    )


def paid(**rows: dict) -> pd.DataFrame:
    usual = dict(year=2017, direction="to partner", kind="cash", value_eur=30.0, stage="paid")
    made = pd.DataFrame([{**usual, "contribution_id": name, **row} for name, row in rows.items()])
    return schema.conform(made, "contributions").assign(partner_id=made["partner_id"].array)


class TestConcentration:
    def test_three_lines_of_50_30_20(self):
        found = finances.resources_concentration(accounts(P={})).loc[0]
        assert found["hhi"] == pytest.approx(0.38) and found["effective"] == pytest.approx(
            2.63, abs=0.005
        )

    def test_department_of_justice_example(self, shared):
        example = json.loads(
            (shared / "oracles/concentration/expected_published.json").read_text()
        )["hhi_doj"]
        names = ["public_grants", "gifts_sponsorship", "sales", "dues"]
        four = accounts(P=dict(zip(names, map(float, example["shares_pct"]), strict=True)))
        assert 10_000 * finances.resources_concentration(four)["hhi"].item() == pytest.approx(
            example["hhi"]
        )

    def test_other_is_one_source_or_many(self):
        found = finances.resources_concentration(
            accounts(P=dict(sales=0.0, other_revenue=20.0))
        ).loc[0]
        assert (found["low"], found["high"]) == (pytest.approx(0.34), pytest.approx(0.38))

    def test_what_cannot_be_trusted_is_missing(self):
        found = finances.resources_concentration(
            accounts(
                missing_line_and_total_not_reached=dict(sales=None),
                missing_line_but_total_reached=dict(dues=None),
                lines_miss_the_total=dict(revenue_total=120.0),
                lines_within_one_percent=dict(revenue_total=100.9),
                negative_line=dict(sales=-20.0, revenue_total=60.0),
                nothing_received=dict(
                    public_grants=0.0, gifts_sponsorship=0.0, sales=0.0, revenue_total=0.0
                ),
            )
        )
        assert found["hhi"].notna().tolist() == [False, True, False, True, False, False]

    @given(
        st.lists(
            st.floats(0, 1e9).filter(lambda amount: amount == 0 or amount > 1e-3),
            min_size=5,
            max_size=5,
        )
    )
    def test_between_equal_shares_and_one_line(self, amounts):
        lines = pd.DataFrame([amounts], columns=list(finances.REVENUE_LINES)).assign(
            revenue_total=sum(amounts)
        )
        found = finances.resources_concentration(lines).loc[0]
        if sum(amounts) == 0:
            assert np.isnan(found["hhi"])
        else:
            assert (
                0.2 - 1e-12 <= found["hhi"] <= 1 + 1e-12 and -1e-12 <= found["low"] <= found["high"]
            )
            assert -1e-12 <= found["hhi_star"] <= 1 + 1e-12


class TestAnnualised:
    def test_flows_of_18_months_shrink_and_stocks_stay(self):
        year = finances.annualised(
            accounts(long=dict(months=18, equity=45.0), short=dict(months=9), usual={})
        )
        assert year["sales"].round(6).tolist() == [13.333333, 26.666667, 20.0]
        assert year["equity"].tolist() == [45.0, 45.0, 45.0]
        assert year["annualised"].tolist() == [True, True, False]

    def test_unknown_length_is_a_year(self):
        assert finances.annualised(accounts(P=dict(months=None)))["sales"].tolist() == [20.0]

    def test_margin_is_the_same_whatever_the_length(self):
        assert finances.ratios(accounts(long=dict(months=18), usual={}))["margin"].round(
            9
        ).tolist() == [0.1, 0.1]

    def test_equity_is_counted_in_months_of_a_yearly_expense(self):
        assert finances.ratios(accounts(P=dict(months=18, expenses_total=180.0, equity=10.0)))[
            "equity_months"
        ].tolist() == [1.0]


class TestLatest:
    def test_accounts_closed_after_the_day_are_not_known(self):
        last = finances.latest(
            pd.concat([accounts(P={}), accounts(P=dict(year_end=pd.Timestamp("2018-06-30")))]), DAY
        )
        assert last["year_end"].tolist() == [pd.Timestamp("2017-12-31")]

    def test_old_accounts_say_nothing_of_today(self):
        assert finances.latest(accounts(P=dict(year_end=pd.Timestamp("2015-12-31"))), DAY).empty


class TestDeficits:
    @pytest.mark.parametrize(
        "name, first, second, expected",
        [
            ("two bad years", dict(expenses_total=110.0), dict(expenses_total=101.0), 2),
            ("one bad year", dict(expenses_total=110.0), {}, 1),
            ("two good years", {}, {}, 0),
            ("a year without expenses is unknown", dict(expenses_total=None), {}, None),
            (
                "years that do not follow each other",
                dict(year_end=pd.Timestamp("2015-12-31")),
                dict(expenses_total=110.0),
                None,
            ),
        ],
    )
    def test_two_years_running(self, name, first, second, expected):
        both = pd.concat(
            [accounts(P=dict(year_end=pd.Timestamp("2016-12-31")) | first), accounts(P=second)]
        )
        found = finances.deficits(both, DAY)["P"]
        assert np.isnan(found) if expected is None else found == expected

    def test_one_year_known_is_not_enough_even_when_good(self):
        assert np.isnan(finances.deficits(accounts(P={}), DAY)["P"])

    def test_a_changed_closing_day_still_follows(self):
        changed = accounts(
            P=dict(months=18, year_end=pd.Timestamp("2018-06-27"), expenses_total=110.0)
        )
        both = pd.concat(
            [accounts(P=dict(year_end=pd.Timestamp("2016-12-31"), expenses_total=110.0)), changed]
        )
        assert finances.deficits(both, DAY)["P"] == 2


class TestDependence:
    def test_in_kind_is_added_above_and_below(self):
        years = finances.latest(accounts(P=dict(in_kind_valued=50.0)), DAY)
        rows = paid(
            money=dict(partner_id="P"), days=dict(partner_id="P", kind="skills", value_eur=30.0)
        )
        found = finances.dependence_by_partner(rows, years).loc["P"]
        assert found["dependence"] == pytest.approx(0.30) and found[
            "dependence_in_kind"
        ] == pytest.approx(60 / 150)

    def test_nothing_recorded_is_unknown_and_recorded_without_cash_is_zero(self):
        years = finances.latest(
            accounts(nothing={}, in_kind_only={}, promised_only={}, unknown_value={}), DAY
        )
        rows = paid(
            a=dict(partner_id="in kind only", kind="skills"),
            b=dict(partner_id="promised only", stage="committed"),
            c=dict(partner_id="unknown value", value_eur=None),
        )
        found = finances.dependence_by_partner(rows, years)["dependence"]
        assert found["in kind only"] == 0
        assert found[["nothing", "promised only", "unknown value"]].isna().all()

    def test_only_the_fiscal_year_counts(self):
        years = finances.latest(accounts(P=dict(year_end=pd.Timestamp("2018-03-31"))), DAY)
        rows = paid(
            first=dict(partner_id="P", date=pd.Timestamp("2017-04-01"), value_eur=2.0),
            last=dict(partner_id="P", date=pd.Timestamp("2018-03-31"), year=2018, value_eur=8.0),
            before=dict(partner_id="P", date=pd.Timestamp("2017-03-31"), value_eur=100.0),
            after=dict(partner_id="P", date=pd.Timestamp("2018-04-01"), year=2018, value_eur=100.0),
        )
        assert finances.received(rows, years)["cash"].tolist() == [10.0]

    def test_dated_money_of_18_months_is_brought_to_twelve(self):
        years = finances.latest(accounts(P=dict(months=18, revenue_total=150.0)), DAY)
        rows = paid(inside=dict(partner_id="P", date=pd.Timestamp("2016-09-01"), value_eur=30.0))
        found = finances.dependence_by_partner(rows, years).loc["P"]
        assert found["cash"] == pytest.approx(20.0) and found["dependence"] == pytest.approx(0.2)

    def test_more_than_all_resources_is_a_contradiction_not_a_share(self):
        found = finances.dependence_by_partner(
            paid(a=dict(partner_id="P", value_eur=130.0)), finances.latest(accounts(P={}), DAY)
        ).loc["P"]
        assert np.isnan(found["dependence"]) and found["contradicted"]

    @given(st.lists(st.tuples(st.floats(0, 1e9), st.floats(0, 1e9)), min_size=1, max_size=20))
    def test_a_share_or_missing(self, pairs):
        received, resources = pd.DataFrame(pairs).T.to_numpy()
        share = finances.dependence(pd.Series(received), pd.Series(resources)).dropna()
        assert share.between(0, 1).all()


class TestTuckmanChang:
    reference = pd.DataFrame({name: np.arange(1.0, 101.0) for name in finances.WORST})

    def test_low_administration_is_the_fragile_side(self):
        low, high = (
            pd.DataFrame({**dict.fromkeys(finances.WORST, [50.0]), "administration_ratio": [value]})
            for value in (5.0, 95.0)
        )
        assert finances.tuckman_chang(low, self.reference)["flags"].tolist() == [1]
        assert finances.tuckman_chang(high, self.reference)["flags"].tolist() == [0]

    def test_a_fifth_of_the_reference_is_flagged_on_each(self):
        assert (
            finances.tuckman_chang(self.reference, self.reference)[list(finances.WORST)]
            .mean()
            .round(9)
            .eq(0.2)
            .all()
        )

    def test_unknown_is_not_scored_and_not_flagged(self):
        one = pd.DataFrame(
            {"equity_ratio": [1.0], "hhi": [None], "administration_ratio": [None], "margin": [50.0]}
        )
        found = finances.tuckman_chang(one, self.reference).loc[0]
        assert (found["flags"], found["scored"]) == (1, 2) and found["hhi"] is pd.NA

    def test_severe_is_four_of_four(self):
        worst = pd.DataFrame(
            {"equity_ratio": [1.0], "hhi": [100.0], "administration_ratio": [1.0], "margin": [1.0]}
        )
        assert finances.tuckman_chang(worst, self.reference)["flags"].tolist() == [4]


class TestTerms:
    def agreements(self, **rows):
        usual = dict(
            partner_id="P",
            entity="E",
            start=pd.Timestamp("2016-01-01"),
            planned_end=pd.Timestamp("2018-07-27"),
        )
        return schema.conform(
            pd.DataFrame([{**usual, "agreement_id": name, **row} for name, row in rows.items()]),
            "agreements",
        )

    def test_last_agreement_decides(self):
        rows = self.agreements(
            first={},
            renewal=dict(start=pd.Timestamp("2018-01-01"), planned_end=pd.Timestamp("2020-12-31")),
        )
        assert fragility.next_terms(rows, pd.Series(["R", "R"]), DAY)["term"].tolist() == [
            pd.Timestamp("2020-12-31")
        ]

    @pytest.mark.parametrize(
        ("longer", "days", "tacit"),
        [
            (dict(planned_end=pd.Timestamp("2020-06-26")), 730, False),
            (dict(planned_end=pd.NaT), None, False),
            (dict(planned_end=pd.Timestamp("2018-04-30"), tacit_renewal=True), -58, True),
            (dict(planned_end=pd.Timestamp("2017-02-28"), tacit_renewal=True), -10, False),
        ],
    )
    def test_a_parallel_agreement_that_ends_sooner_is_no_term(self, longer, days, tacit):
        """The second begins in 2017-04: the first, if it renewed itself, is over where its term came before."""
        parallel = dict(start=pd.Timestamp("2017-04-01"), planned_end=pd.Timestamp("2018-06-17"))
        rows = self.agreements(longer=longer, parallel=parallel)
        found = fragility.next_terms(rows, pd.Series(["R", "R"]), DAY)
        assert found["days"].dropna().tolist() == ([] if days is None else [days])
        assert found["tacit"].tolist() == [tacit]
        relation = as_known_on(rows, DAY)
        assert (relation["status"].item() == "running") == (days != -10)

    def test_a_renewal_signed_by_the_day_counts_though_it_starts_later(self):
        later = dict(start=pd.Timestamp("2018-07-28"), planned_end=pd.Timestamp("2020-07-27"))
        for signed, days in ((DAY, 761), (DAY + pd.Timedelta(days=1), 30), (pd.NaT, 30)):
            rows = self.agreements(present={}, renewal=later | {"signed_on": signed})
            assert fragility.next_terms(rows, pd.Series(["R", "R"]), DAY)["days"].tolist() == [days]

    def test_a_renewal_recorded_as_an_event_counts(self):
        events = pd.DataFrame(
            {"agreement_id": ["present"], "kind": ["renewal"], "date": [pd.Timestamp("2018-05-01")]}
        )
        assert fragility.next_terms(self.agreements(present={}), pd.Series(["R"]), DAY, events)[
            "renewed"
        ].tolist() == [True]

    def test_a_year_alone_has_no_term(self):
        rows = self.agreements(
            grant=dict(
                start=pd.Timestamp("2018-01-01"),
                start_precision="year",
                planned_end=pd.Timestamp("2018-12-31"),
            )
        )
        assert fragility.next_terms(rows, pd.Series(["R"]), DAY)["term"].isna().all()

    def test_a_term_that_no_source_tells_is_none(self):
        rows = self.agreements(grant=dict(start=pd.Timestamp("2017-07-28"), term_assumed=True))
        assert fragility.next_terms(rows, pd.Series(["R"]), DAY)["term"].isna().all()

    def test_an_end_that_has_come_is_the_term(self):
        rows = self.agreements(stopped=dict(end=pd.Timestamp("2018-05-31"), tacit_renewal=True))
        found = fragility.next_terms(rows, pd.Series(["R"]), DAY)
        assert found["days"].tolist() == [-27] and not found["tacit"].any()


class TestProgramme:
    def test_first_is_what_is_lost(self):
        found = fragility.programme(pd.Series([50.0, 30.0, 20.0]), pd.Series(["a", "b", "c"]))
        assert (
            found["first"] == "a"
            and found["top_1"] == pytest.approx(0.5)
            and found["hhi"] == pytest.approx(0.38)
        )

    def test_money_taken_back_is_no_share(self):
        assert fragility.programme(pd.Series([50.0, -10.0]), pd.Series(["a", "b"]))["hhi"] == 1

    def test_partners_held_by_one_entity_alone_are_lost_with_it(self):
        relations = pd.DataFrame(
            {
                "partner_id": ["only A", "both", "both", "ended with A"],
                "entity": ["A", "A", "B", "A"],
                "status": ["running", "running", "to confirm", "ended"],
            }
        )
        assert fragility.withdrawal(relations, "A").tolist() == [pytest.approx(2 / 3), 0.5]
