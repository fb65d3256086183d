"""The numbers that METHOD sets: each stands once, may be moved by a study, and moves what it is the number of."""

import math
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import tiny
from analysis import charts, explore, relations
from analysis.article.captions import Unsupported
from analysis.article.exhibit_words import words_of
from analysis.article.rules import Rules
from analysis.charts import look, survival_curves
from analysis.clean import clean
from analysis.clean.amounts import totals
from analysis.clean.days import holes
from analysis.declare import conventions, parameters, schema
from analysis.declare.faults import Refused
from analysis.disclosure import cell_suppression
from analysis.disclosure import curves as disclosed_curves
from analysis.exhibits import (
    discontinuity,
    durability,
    followed_relations,
    group_durations,
    portrait,
    quality_points,
    running_relations,
    sensitivity,
    source_holes,
)
from analysis.indicators import (
    composite_indicator,
    contributions,
    finances,
    lines,
    proposals,
    support_comparison,
    survey,
    trajectory,
)
from analysis.indicators.certainty import Certainty
from analysis.stats import intervals, kaplan_meier, reliability, survival
from analysis.text.convention_facts import Convention


def test_a_study_moves_a_convention_and_leaves_the_others():
    moved = conventions.conventions({"LF1": 0.4})
    assert moved["LF1"] == 0.4
    assert {name: value for name, value in moved.items() if name != "LF1"} == {
        name: value for name, value in conventions.DEFAULTS.items() if name != "LF1"
    }
    assert conventions.DEFAULTS["LF1"] == 0.3


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"LF1": 40}, "expected a number from 0 to 1"),
        ({"LF1": "0.4"}, "expected a number from 0 to 1"),
        ({"LF1": float("nan")}, "expected a number from 0 to 1"),
        ({"secret_below": 5.5}, "expected a whole number from 2 to 100"),
        ({"secret_below": True}, "expected a whole number from 2 to 100"),
        ({"secretbelow": 3}, "did you mean secret_below?"),
        ({"grace_days": 90}, "give it as -p grace_days"),
    ],
)
def test_what_is_no_convention_or_out_of_range_is_refused_in_words(given, expected):
    with pytest.raises(Refused, match=expected.replace("?", r"\?")) as refused:
        conventions.conventions(given)
    assert refused.value.exit_code == 3


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(Refused) as refused:
        conventions.conventions({"LF1": 2, "LF2": 3, "nothing": 1})
    assert len(refused.value.faults) == 3


def test_nobody_changes_the_defaults():
    with pytest.raises(TypeError):
        conventions.DEFAULTS["LF1"] = 0.5
    with pytest.raises(TypeError):
        conventions.conventions()["LF1"] = 0.5


def test_every_convention_lies_in_its_range_and_is_said_in_both_languages():
    english, french = (conventions.declared(lang=lang) for lang in ("en", "fr"))
    assert (english["meaning"] != french["meaning"]).all()
    assert english["meaning"].notna().all() and french["meaning"].notna().all()
    for name in english["name"]:
        if name not in conventions.PARAMETERS:
            conventions.conventions({name: conventions.DEFAULTS[name]})


# ---- each number moves what it is the number of
def line(name: str, *values: float):
    """Whether a line holds at some values of its measure."""

    def holds(numbers):
        stated = lines.declared_lines(numbers)[name]
        return stated.holds(pd.DataFrame({stated.measure: values})).tolist()

    return holds


def lasted(numbers):
    relations = pd.DataFrame({"duration_months": [20.0]})
    studies = (
        SimpleNamespace(relations=relations + more, conventions=numbers) for more in (8, 15, 20)
    )
    return [portrait.standing(study, {"name": "P"})["lasted"] for study in studies]


DAY = pd.Timestamp("2018-06-27")
date = pd.Timestamp


def accounts_of(*years: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"partner_id": list("PQR")[: len(years)], "year_end": pd.to_datetime(years)}
    )


def kinds(numbers):
    dates = pd.to_datetime(["2016-01-31", "2016-07-01", "2018-01-01"])
    rows = pd.DataFrame({"date": dates, "year": dates.year, "kind": ["cash", "skills", "premises"]})
    relation = pd.Series(["A", "A", "A"])
    months = numbers["contributions_months"]
    return contributions.kinds_within(rows, relation, DAY, months).tolist()


def flagged(numbers):
    names = list(finances.WORST)
    reference = pd.DataFrame({name: range(1, 101) for name in names})
    looked_at = pd.DataFrame({name: [20.0, 21.0, 80.0, 81.0] for name in names})
    return finances.tuckman_chang(looked_at, reference, numbers["worst_part"])["flags"].tolist()


def concentrated(numbers):
    rows = [[50.0, 30.0, 0.0, 0.0, 20.0, total] for total in (100.9, 101.1)]
    accounts = pd.DataFrame(rows, columns=[*finances.REVENUE_LINES, "revenue_total"])
    known = finances.resources_concentration(accounts, numbers["revenue_tolerance"])["hhi"]
    return known.notna().tolist()


def scored(numbers):
    answers = pd.DataFrame(
        [
            (str(person), f"q{item}", 8.0 if item < person else None)
            for person in (5, 6, 7)
            for item in range(10)
        ],
        columns=["partner_id", "item", "score"],
    ).assign(wave="2018", entity="E", side="group", date=pd.NaT, respondent="r", dimension="trust")
    return len(survey.sides(answers, share=numbers["survey_share"]))


def ranked(numbers):
    shares = pd.DataFrame(np.random.default_rng(1).dirichlet(np.ones(6), size=12))
    found = proposals.ranking(shares, seed=1, confidence=numbers["rank_confidence"])
    return found[["low", "high"]].to_numpy().tolist()


def among_first(numbers):
    shares = pd.DataFrame(np.random.default_rng(1).dirichlet(np.ones(12), size=12))
    found = proposals.ranking(shares, seed=1, draws=50, top=numbers["top_ranks"])
    return round(found["first"].sum(), 6)


def suggested(numbers):
    rows = [(0.5, 5, 4), (0.5, 3, 3), (0.45, 5, 4), (0.6, 3, 3.5), (0.6, 2.5, 3)]
    return proposals.suggestion(
        pd.DataFrame(rows, columns=["first", "impact", "effort"]), numbers
    ).tolist()


def secret(numbers):
    counts = [3, 4, 5, 6, 40]
    data = pd.DataFrame({"region": [f"r{k}" for k in range(len(counts))], "count": counts})
    formats = {"region": "text", "count": "integer"}
    return cell_suppression.secret(data, formats, 10_000, Rules(), numbers)["count"].tolist()


def without_percentage(numbers):
    data = pd.DataFrame({"region": ["a", "b"], "known": [9, 10], "share": [0.551, 0.449]})
    formats = {"region": "text", "known": "integer", "share": "percent"}
    return cell_suppression.secret(data, formats, 10_000, Rules(), numbers)["share"].tolist()


def dominated(numbers):
    data = pd.DataFrame({"kind": ["a", "b"], "amount": [1e5, 1e5], "largest": [0.8, 0.9]})
    formats = {"kind": "text", "amount": "money", "largest": "percent"}
    return cell_suppression.secret(data, formats, 10_000, Rules(), numbers)["amount"].tolist()


def worked_out_by_the_second(numbers):
    data = pd.DataFrame({"kind": ["a", "b"], "amount": [1e5, 2e5], "largest": [0.5, 0.5]})
    formats = {"kind": "text", "amount": "money", "largest": "percent"}
    rules = Rules(two_largest=(0.945, 0.955))
    return cell_suppression.secret(data, formats, 10_000, rules, numbers)["amount"].tolist()


def left_open(numbers):
    """Two hidden numbers that make 4, of which three values are open to each; and that make 3: two are."""
    found = []
    for small in ([2, 2, 20, 40], [2, 1, 20, 40]):
        data = pd.DataFrame({"region": list("abcd"), "count": small})
        formats = {"region": "text", "count": "integer"}
        hidden = cell_suppression.secret(data, formats, sum(small), Rules(total=True), numbers)
        found.append(hidden["count"].tolist())
    return found


def told_months(numbers):
    steps = np.arange(1.0, 25.0)
    curve = pd.DataFrame(
        {"stratum": "all", "months": steps, "at_risk": 500 - 5 * steps, "ended": 5, "censored": 0}
    ).assign(survival=1 - 5 * steps / 500, low=0.5, high=1.0)
    exhibit = SimpleNamespace(id="F3", n=500, sentences={})  # all that were followed
    return disclosed_curves._survival(curve, 24, exhibit, numbers)["months"].tolist()


def fallen(numbers):
    return [durability.falls_off(numbers, fall, 100) for fall in (0.0199, 0.0201)]


def pale(numbers):
    at_risk = [12.0, 11.0, 10.0, 9.0, 8.0, 7.0]
    curve = pd.DataFrame({"months": [1.0, 2, 3, 4, 5, 6], "at_risk": at_risk, "stratum": "all"})
    curve = curve.assign(survival=0.9, low=0.8, high=1.0)
    with look.style(False):
        axes = charts.new_figure(False, height=3)[1][0]
        survival_curves.survival(axes, curve, "durability", False, 6, numbers["curve_at_risk"])
    return [len(drawn.get_xdata()) for drawn in axes.lines if drawn.get_alpha() == 0.4]


def waiting(numbers):
    agreements = schema.conform(
        pd.DataFrame(
            {
                "agreement_id": list("abcd"),
                "partner_id": list("abcd"),
                "entity": "E",
                "start": date("2014-01-01"),
                "planned_end": date("2015-12-31"),
                "tacit_renewal": True,
            }
        ),
        "agreements",
    )
    last = pd.to_datetime(["2016-11-30", "2017-01-15", "2016-06-01", "2017-05-01"])
    chained = relations.in_chains(agreements)
    sign = pd.Series(last, index=chained.index)
    months = numbers["silence_months"]
    found = relations.as_known_on(chained, DAY, last_sign=sign, silence_months=months)
    return found.set_index("partner_id")["status"].astype("str").to_dict()


def consistent(numbers):
    """Of how many complete respondents reliability is told."""
    drawn = np.random.default_rng(2).normal(size=(40, 3)).round(2) + np.arange(40)[:, None] / 10
    told = [
        reliability.reliability(
            pd.DataFrame(drawn[:n]), seed=1, draws=20, least=numbers["reliability_from"]
        )["value"]
        .notna()
        .any()
        for n in (25, 29, 30, 35)
    ]
    return [bool(one) for one in told]


def renewed(numbers):
    """How many relations four agreements of one partner are: 150, 175 and 210 days lie between them."""
    start = pd.to_datetime(["2010-01-01", "2011-05-31", "2012-11-22", "2014-06-20"])
    end = pd.to_datetime(["2011-01-01", "2012-05-31", "2013-11-22", "2015-06-20"])
    rows = {"agreement_id": list("abcd"), "partner_id": "P", "entity": "E", "start": start}
    agreements = schema.conform(pd.DataFrame(rows).assign(end=end), "agreements")
    return len(relations.as_known_on(agreements, DAY, grace_days=numbers["grace_days"]))


def scaled(numbers):
    """One territory more, two more; two thirds more sites than at the start, twice as many."""
    opened = {
        "one": ["35", "35", "56"],
        "two": ["35", "35", "35", "56", "22"],
        "more": ["35"] * 5,
        "twice": ["35"] * 4,
    }
    base = {"one": 2, "two": 3, "more": 3, "twice": 2}
    rows = [
        (name, department, date("2015-01-01") if at < base[name] else date("2016-01-01"))
        for name, departments in opened.items()
        for at, department in enumerate(departments)
    ]
    sites = pd.DataFrame(rows, columns=["project_id", "department", "opened"]).assign(closed=pd.NaT)
    projects = pd.DataFrame({"project_id": list(opened), "start": date("2015-01-01")})
    when = trajectory.scaled_at(
        projects, sites, numbers["scale_territories"], numbers["scale_sites"]
    )
    return np.isfinite(when).tolist()


def followed(numbers):
    """Projects supported or scaled at 10, 12 and 14 months, and scaled at 30, 36 and 43 months, begun long before the day."""
    months = [10, 12.5, 14, 30, 36.5, 43]
    names = [str(at) for at in months]
    start = date("2010-01-01")
    projects = pd.DataFrame({"project_id": names, "start": start, "end": pd.NaT})
    later = [start + pd.DateOffset(days=int(30.4375 * at)) for at in months]
    sites = pd.concat(
        [
            pd.DataFrame({"project_id": names, "department": "35", "opened": start}),
            pd.DataFrame({"project_id": names, "department": "56", "opened": later}),
        ]
    ).assign(closed=pd.NaT)
    support = pd.DataFrame(
        {"project_id": names, "kind": "legal", "start": later, "end": later, "days": 4.0}
    )
    found, _reasons = support_comparison.landmark(projects, sites, support, DAY, numbers)
    return found["scaled"].astype(bool).to_dict()


def strata(numbers):
    partners = pd.DataFrame(
        {
            "partner_id": list("abc"),
            "staff_fte": [9.0, 11.0, 13.0],
            "created_on": pd.to_datetime(["2006-01-01", "2004-01-01", "2002-12-01"]),
        }
    )
    projects = pd.DataFrame(
        {
            "project_id": list("abc"),
            "partner_id": list("abc"),
            "start": date("2015-01-01"),
            "domain": None,
        }
    )
    return support_comparison.comparison_strata(projects, partners, "2018", numbers)[
        ["size", "age"]
    ].values.tolist()


def stale(numbers):
    checked = DAY - pd.to_timedelta([300, 365, 366, 430], unit="D")
    offers = pd.DataFrame(
        {"active_from": DAY - pd.DateOffset(years=3), "active_to": pd.NaT, "verified_on": checked}
    )
    return proposals.active(offers, DAY, numbers["offer_days"])["stale"].tolist()


def moved_thresholds(numbers):
    measures = pd.DataFrame({"dependence": [0.23, 0.25, 0.27, 0.29, 0.32, 0.34, 0.355, 0.365]})
    only = {"LF1": lines.LINES["LF1"]}
    return lines.threshold_sensitivity(measures, only, numbers["threshold_move"]).values.tolist()


def composite_known(numbers):
    items = pd.DataFrame([[1.0] * known + [None] * (10 - known) for known in (5, 6, 7, 8)])
    return composite_indicator.composite(items, known=numbers["composite_share"]).notna().tolist()


# name: what it decides, computed with all conventions; and what that is with those of the method
CASES = {
    "LF1": (line("LF1", 0.3, 0.31), [False, True]),
    "LF2": (line("LF2", 0.49, 0.5), [False, True]),
    "LF3": (line("LF3", 1, 2), [False, True]),
    "LF4": (line("LF4", 0.9, 1.1), [True, False]),
    "LF5": (line("LF5", 180, 181), [True, False]),
    "LF6": (line("LF6", 1, 2), [True, False]),
    "LF7": (line("LF7", 1, 2), [True, False]),
    "LF8": (line("LF8", 1.4, 1.5), [False, True]),
    "LF9": (line("LF9", 11, 12), [True, False]),
    "LF10": (line("LF10", 1, 2), [True, False]),
    "LS1": (line("LS1", 6.9, 7), [False, True]),
    "LS2": (line("LS2", 6.9, 7), [False, True]),
    "LS3": (line("LS3", 2, 3), [False, True]),
    "LS4": (line("LS4", 1, 2), [False, True]),
    "LS5": (line("LS5", 1, 2), [False, True]),
    "LS6": (line("LS6", 0, 1), [False, True]),
    "LS7": (line("LS7", 0, 1), [False, True]),
    "LS8": (line("LS8", 1, 2), [False, True]),
    "LS9": (line("LS9", 0.9, 1), [False, True]),
    "LS10": (line("LS10", 11, 12), [True, False]),
    "threshold_move": (moved_thresholds, [[8, 0.3, 0.875, 0.5, 0.125]]),
    "accounts_months": (
        lambda numbers: len(
            finances.latest(
                accounts_of("2017-12-31", "2016-07-01", "2016-06-01"),
                DAY,
                numbers["accounts_months"],
            )
        ),
        2,
    ),
    "contributions_months": (kinds, [2.0]),
    "worst_part": (flagged, [3, 0, 0, 1]),
    "revenue_tolerance": (concentrated, [True, False]),
    "survey_share": (scored, 2),
    "composite_share": (composite_known, [False, True, True, True]),
    "scale_territories": (scaled, [True, True, False, True]),
    "scale_sites": (scaled, [True, True, False, True]),
    "size_fte": (strata, [["small", "young"], ["large", "old"], ["large", "old"]]),
    "age_years": (strata, [["small", "young"], ["large", "old"], ["large", "old"]]),
    "offer_days": (stale, [False, False, True, True]),
    "path_months": (
        lambda numbers: trajectory.observable(
            pd.Series(DAY - pd.to_timedelta([1000, 1095, 1097, 1500], unit="D")),
            DAY,
            numbers["path_months"],
        ).tolist(),
        [False, False, True, True],
    ),
    "lasted_months": (lasted, [False, False, True]),
    "landmark_months": (
        followed,
        {"12.5": True, "14": True, "30": True, "36.5": False, "43": False},
    ),
    "scale_months": (followed, {"12.5": True, "14": True, "30": True, "36.5": False, "43": False}),
    "support_days": (
        lambda numbers: support_comparison.support_level(
            pd.Series([4.5, 5, 5.5]), numbers["support_days"]
        ).tolist(),
        ["1-5 days", "1-5 days", "over 5 days"],
    ),
    "rank_confidence": (ranked, [[1, 5], [1, 5], [1, 6], [1, 5], [2, 6], [4, 6]]),
    "secret_below": (
        secret,
        [True, True, False, False, False],
    ),
    "percent_from": (
        without_percentage,
        [True, False],
    ),
    "open_values": (
        left_open,
        [[True, True, False, False], [True, True, True, False]],
    ),
    "dominance": (dominated, [False, True]),
    "prior_percent": (worked_out_by_the_second, [False, True]),
    "curve_step_months": (
        told_months,
        [6.0, 12.0, 18.0, 24.0],
    ),
    "curve_at_risk": (pale, [4]),
    "silence_months": (
        waiting,
        {"a": "to confirm", "b": "running", "c": "to confirm", "d": "running"},
    ),
    "reliability_from": (
        consistent,
        [False, False, True, True],
    ),
    "grace_days": (renewed, 2),
    "confidence": (
        lambda numbers: (
            intervals.wilson(8, 18, confidence=numbers["confidence"])[["low", "high"]]
            .round(3)
            .tolist()
        ),
        [0.246, 0.663],
    ),
}


def hole_years(rows: dict[int, int], name: str):
    """The years that are holes among so many rows a year, as a convention has it."""

    def compute(numbers):
        dates = pd.to_datetime([f"{year}-06-01" for year in rows for _row in range(rows[year])])
        last = pd.Timestamp(max(rows), 12, 31)
        windows = pd.DataFrame({"entity": ["V"], "first": dates.min(), "last": last})
        dated = pd.DataFrame({"entity": "V", "date": dates})
        only = {**conventions.DEFAULTS, name: numbers[name]}
        return holes.source_holes(dated, windows, only)["year"].tolist()

    return compute


def unfinished(numbers) -> list[str]:
    """Which of two sources that are last seen in June has a last year that is not over: in the years before it, 9 and 11 % of their rows came later."""
    late_rows = {"early": 9, "late": 11}
    months = {who: ["05"] * (100 - late) + ["09"] * late for who, late in late_rows.items()}
    dated = pd.DataFrame(
        [
            (who, f"{year}-{month}-01")
            for who in months
            for year in (2016, 2017, 2018)
            for month in months[who]
            if (year, month) <= (2018, "06")
        ],
        columns=["entity", "date"],
    ).astype({"date": "datetime64[us]"})
    windows = pd.DataFrame({"entity": list(months), "last": pd.Timestamp("2018-06-30")})
    return holes.source_holes(dated, windows, numbers)["entity"].tolist()


def unseen_sources(numbers):
    """The sources for which 2017 is not compared with 2016: "A" alone sees 2016, and of 100 of 2017
    "B" gives 4.50 and "C" 5.50."""
    windows = pd.DataFrame({"entity": list("ABC"), "last": date("2017-12-31")})
    windows["first"] = [date("2016-01-01"), date("2017-01-01"), date("2017-01-01")]
    agreements = pd.DataFrame({"entity": list("ABC"), "start": windows["first"]})
    tables = {"windows": windows, "holes": pd.DataFrame(), "agreements": agreements}
    study = SimpleNamespace(conventions=numbers, raw=tables.get, day=date("2017-12-31"))
    amounts = {
        "entity": list("AABC"),
        "year": [2016, 2017, 2017, 2017],
        "amount": [80, 90, 4.5, 5.5],
    }
    return source_holes.missing_money(study, pd.DataFrame(amounts), 2017)["entity"].tolist()


def counted_by_start(numbers):
    """Whether grants of 300, 366 and 430 days are told by the years in which they start."""
    agreements = pd.DataFrame({"start": [date("2016-02-01")] * 3})
    agreements["end"] = agreements["start"] + pd.to_timedelta([300, 366, 430], unit="D")
    grants = [agreements.iloc[[row]] for row in range(3)]
    return [
        discontinuity.counts_payments(
            SimpleNamespace(
                conventions=numbers,
                is_grants=True,
                day=DAY,
                raw=lambda table, grant=grant: grant,
                only=lambda *columns: pd.DataFrame({"term_assumed": [False]}),
            )
        )
        for grant in grants
    ]


def tells_of_kinds(numbers):
    """Whether kinds are known of a source with 980, and of one with 995 gifts of money in a thousand."""
    known = []
    for gifts in (980, 995):
        kinds = ["cash"] * gifts + ["skills"] * (1000 - gifts)
        rows = pd.DataFrame({"kind": kinds, "date": date("2018-01-31"), "year": 2018})
        relation = pd.Series("R1", index=rows.index)
        counts = contributions.kinds_within(rows, relation, DAY, single_kind=numbers["single_kind"])
        known.append(len(counts) > 0)
    return known


CASES |= {
    "single_kind": (tells_of_kinds, [True, False]),
    "source_share": (unseen_sources, ["C"]),
    "year_grant_days": (counted_by_start, [True, True, False]),
    "cliff_points": (fallen, [False, True]),
    "hole_share": (
        hole_years(
            {2010: 100, 2011: 100, 2012: 45, 2013: 100, 2014: 100, 2015: 55, 2016: 100},
            "hole_share",
        ),
        [2012],
    ),
    "hole_deviations": (
        hole_years(
            {2010: 16, 2011: 16, 2012: 3, 2013: 16, 2014: 16, 2015: 5, 2016: 16, 2017: 16},
            "hole_deviations",
        ),
        [2012],
    ),
    "late_share": (unfinished, ["late"]),
    "top_ranks": (among_first, 5.0),
    "wanted_part": (suggested, ["plan", "do first", "not now", "plan", "to discuss"]),
    "impact_from": (suggested, ["plan", "do first", "not now", "plan", "to discuss"]),
    "effort_to": (suggested, ["plan", "do first", "not now", "plan", "to discuss"]),
}


def moved(name: str) -> list[dict]:
    """All conventions with one of them a fifth lower, and a fifth higher, as far as its range goes."""
    number = conventions.DEFAULTS[name]
    step = max(1, math.ceil(number / 5)) if isinstance(number, int) else number / 5
    if conventions.unit(name) == "calendar year":
        step = 1
    low, high = conventions.bounds(name)
    return [
        {**conventions.DEFAULTS, name: value}
        for value in (number - step, number + step)
        if low <= value <= high
    ]


# ---- numbers that an exhibit reads itself: a small study by hand, opened under all conventions
@cache
def handmade_folder() -> Path:
    """A cleaned study: terms ahead, accounts, projects, votes and columns that are partly known."""
    people = [f"P{place:03}" for place in range(40)]
    regions = ["Bretagne"] * 27 + ["Occitanie"] * 13
    partners = pd.DataFrame({"partner_id": people, "name": people, "region": regions})
    # one term a month: 1 to 15 months after the day, the others later
    terms = [DAY + pd.DateOffset(months=1 + place, days=-1) for place in range(15)]
    terms += [date("2021-12-31")] * 25
    agreements = pd.DataFrame(
        {"agreement_id": people, "partner_id": people, "entity": "E", "start": date("2013-01-01")}
    ).assign(planned_end=terms, tacit_renewal=False)
    accounts = [
        {"partner_id": person, "year_end": date(f"{year}-12-31"), "months": 12}
        | {"sales": 60.0, "dues": 40.0, "public_grants": 0.0, "gifts_sponsorship": 0.0}
        | {"other_revenue": 0.0, "revenue_total": 100.0, "expenses_total": 95.0 + place}
        | {"administration": 10.0, "equity": 20.0, "debts": 5.0, "assets_total": 50.0}
        for year, count in {2014: 22, 2015: 28, 2016: 30, 2017: 40}.items()
        for place, person in enumerate(people[:count])
    ]
    many = [f"{person}{copy}" for person in people for copy in "ab"]
    projects = pd.DataFrame({"project_id": many, "start": date("2014-01-01"), "end": pd.NaT})
    projects["partner_id"] = projects["project_id"].str[:4]
    few = {"Bretagne": 27, "Occitanie": 33}  # Occitanie's partners have two projects or three
    wanted = projects["partner_id"].map(dict(zip(people, regions, strict=True)))
    projects = projects.groupby(wanted, group_keys=False).head(27)
    more = projects[projects["partner_id"] >= "P027"].head(7)
    projects = pd.concat([projects, more.assign(project_id=more["project_id"] + "c")])
    assert (
        projects["partner_id"].map(dict(zip(people, regions, strict=True))).value_counts().to_dict()
        == few
    )
    random = np.random.default_rng(4)
    proposals = pd.DataFrame({"proposal_id": [f"R{place}" for place in range(9)]})
    proposals = proposals.assign(workshop="W", text=proposals["proposal_id"], impact=3, effort=3)
    votes = pd.DataFrame(
        [
            (f"R{place}", f"V{voter:02}", ["partner", "group"][voter % 2], points)
            for voter in range(14)
            for place, points in enumerate(random.poisson(np.linspace(4, 1, 9)))
        ],
        columns=["proposal_id", "voter", "side", "points"],
    )
    folder = tiny.cleaned(
        Path(mkdtemp()),
        partners=partners,
        agreements=agreements,
        accounts=pd.DataFrame(accounts),
        projects=projects.assign(name=projects["project_id"]),
        sites=pd.DataFrame({"project_id": many[:1], "department": "35", "opened": DAY}),
        proposals=proposals,
        votes=votes,
    )
    known = {"legal_form": 62, "region": 78, "name": 82, "commune_code": 97}
    completeness = pd.DataFrame({"table": "partners", "column": list(known), "rows": 100})
    completeness.assign(known=list(known.values())).to_parquet(folder / "completeness.parquet")
    return folder


def handmade(numbers):
    """The study by hand under all conventions that differ from the method's."""
    moved_here = {
        name: value
        for name, value in numbers.items()
        if value != conventions.DEFAULTS[name] and name not in conventions.PARAMETERS
    }
    return explore.open(str(handmade_folder()), lang="en", thresholds=moved_here)


def under(**numbers) -> SimpleNamespace:
    """What a function of a study reads where it reads conventions alone."""
    return SimpleNamespace(conventions=numbers, parameters=parameters.Parameters(), day=DAY)


def told(exhibit, field: str) -> list:
    """What the sentences of an exhibit tell, the conventions themselves apart."""
    facts = [fact for sentence in exhibit.sentences[field] for fact in sentence.facts]
    return [fact.value for fact in facts if not isinstance(fact, Convention)]


def set_aside_points(numbers):
    """What the quality sheet says of sources with so many of a thousand rows set aside."""
    study = handmade(numbers)
    apart = [7, 9, 11, 13, 35, 45, 55, 65]
    rows = pd.DataFrame({"read": 1000, "set aside": apart, "no_data": 0, "not_granted": 0})
    rows.index = [f"{count} rows" for count in apart]
    points = quality_points._exclusions(study, words_of(study, "T7"), rows)
    return [(point.what, point.action[:5]) for point in points]


def incomplete(numbers):
    """How many columns of a table the quality sheet names as incomplete."""
    study = handmade(numbers)
    points = quality_points._incomplete_columns(study, words_of(study, "T7"))
    return [point.value.count("%") for point in points]


def shown_paths(numbers):
    """Whether the paths of 27 and of 33 projects are drawn."""
    study = handmade(numbers)
    parts = [study.where(region=region) for region in ("Bretagne", "Occitanie")]
    return [not isinstance(part.exhibit("F23"), Unsupported) for part in parts]


def terms_shown(numbers):
    exhibit = handmade(numbers).exhibit("F12")
    return told(exhibit, "title"), len(exhibit.data)


def reference_year(numbers):
    """The year before the last whose accounts serve as a reference; None where none has enough."""
    health = handmade(numbers).exhibit("F11")
    if isinstance(health, Unsupported):
        return None
    return told(health, "title")[-1]


def sized(numbers):
    sizes = {"a": 60, "b": 50, "c": 40, "d": 30, "e": 20, "f": 11, "g": 9}
    group = pd.Series([name for name, size in sizes.items() for _row in range(size)])
    return group_durations.largest_groups(group, numbers)


def told_on_few(numbers):
    study = under(**numbers)
    return [
        followed_relations.rests_on_few(study, known, every)
        for known, every in [(28, 28), (33, 33), (450, 1000), (550, 1000)]
    ]


def marks_that_fail(numbers):
    """Which marks fail of a value that is a little good, and of one that is a little bad, on each."""
    good, bad = Certainty(0.72, 9.5, 4.5), Certainty(0.68, 10.5, 5.5)
    return good.failing(numbers), bad.failing(numbers)


def sums_that_agree(numbers):
    """Which totals without a label, off by 0.90, 1.00 and 1.10, are the sum of the rows before them."""
    found = []
    for off in (0.9, 1.0, 1.1):
        rows = pd.DataFrame({"source": "s.csv", "amount": [100.0, 200.0, 300.0, 600 + off]})
        rows = rows.astype({"amount": "Float64", "source": "category"}).assign(
            line=range(2, 6), **{"~label": None}
        )
        nameless = pd.Series([False, False, False, True])
        is_total, _compared = totals.total_rows(
            rows, "amount", nameless, tolerance_eur=numbers["totals_tolerance_eur"]
        )
        found.append(bool(is_total.iloc[-1]))
    return found


def lasting(numbers):
    """What still runs at the horizon where one relation in a hundred ends each month."""
    ends = np.arange(1.0, 101.0)
    curve = kaplan_meier.kaplan_meier(ends, np.ones(100, dtype=bool))
    return round(float(survival.at(curve, numbers["horizon_months"])["value"].iloc[0]), 9)


NAMED = [(f"{rows} rows", "nothi") for rows in (11, 13, 35, 45)]
NAMED += [(f"{rows} rows", "look ") for rows in (55, 65)]
MARKS = ((), ("coverage", "precision", "robustness"))
CASES |= {
    "charter_year": (
        lambda numbers: followed_relations.charter(under(**numbers)),
        date("2014-01-01"),
    ),
    "comparison_from": (shown_paths, [False, True]),
    "complete_from": (incomplete, [2]),
    "coverage": (marks_that_fail, MARKS),
    "precision_points": (marks_that_fail, MARKS),
    "robustness_points": (marks_that_fail, MARKS),
    "exclusions_small": (set_aside_points, NAMED),
    "exclusions_large": (set_aside_points, NAMED),
    "grace_short_days": (lambda numbers: sensitivity.other_graces(under(**numbers)), [90, 365]),
    "grace_long_days": (lambda numbers: sensitivity.other_graces(under(**numbers)), [90, 365]),
    "groups_compared": (sized, ["a", "b", "c", "d"]),
    "half_known": (told_on_few, [True, False, True, False]),
    "interval_below": (told_on_few, [True, False, True, False]),
    "horizon_months": (lasting, 0.64),
    "provisional_months": (
        lambda numbers: running_relations.provisional_from(under(**numbers)),
        date("2017-12-27"),
    ),
    "reference_accounts": (reference_year, "2016"),
    "sure_part": (lambda numbers: told(handmade(numbers).exhibit("F26"), "title"), [4]),
    "terms_ahead_months": (terms_shown, ([6, 12], 13)),
    "terms_near_months": (terms_shown, ([6, 12], 13)),
    "totals_tolerance_eur": (sums_that_agree, [True, True, False]),
}


def test_every_convention_has_a_case():
    assert set(CASES) == set(conventions.DEFAULTS)


@pytest.mark.parametrize("name", CASES)
def test_each_number_of_the_method_decides_what_it_says(name):
    compute, expected = CASES[name]
    assert compute(conventions.DEFAULTS) == expected


@pytest.mark.parametrize("name", CASES)
def test_a_convention_moved_by_a_fifth_moves_what_it_decides(name):
    compute, expected = CASES[name]
    others = moved(name)
    assert others and all(compute(numbers) != expected for numbers in others)


def test_parameters_begin_at_their_convention():
    asked = parameters.Parameters()
    for name in conventions.PARAMETERS:
        assert getattr(asked, name) == conventions.DEFAULTS[name]


# ---- a study's own numbers reach every use
def test_a_study_moves_the_limits_of_disclosure():
    study = handmade({"secret_below": 41}).with_(audience="partners")
    assert "Fewer than 41" in study.exhibit("F1").reason
    assert handmade({}).with_(audience="partners").exhibit("F1").n == 40


def test_a_study_moves_the_silence_after_which_a_relation_is_to_confirm():
    later = {months: handmade({"silence_months": months}).on("2019-12-01") for months in (18, 12)}
    running = {
        months: int((study.relations["status"] == "running").sum())
        for months, study in later.items()
    }
    assert running[18] > 0 and running[12] == 0


def test_a_study_moves_how_many_make_a_curve():
    study = handmade({"curve_at_risk": 41})
    assert "41" in study.exhibit("F3").reason and "41" not in handmade({}).exhibit("F3").reason


def test_conventions_of_a_study_file_reach_the_cleaning(tmp_path):
    others = [row for row in tiny.agreements() if not row[5].startswith("2015")]
    signed = others + [row for row in tiny.agreements() if row[5].startswith("2015")][:8]
    for share, is_hole in ((0.5, False), (0.6, True)):
        folder = tiny.programme(tmp_path / str(share), signed=signed)
        with (folder / "study.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n[conventions]\nhole_share = {share}\nhole_deviations = 0.0\n")
        assert (2015 in clean(folder).notes["holes"]["year"].tolist()) == is_hole


def test_what_the_cleaning_read_is_not_moved_afterwards():
    with pytest.raises(Refused, match=r"hole_share.*when the sources are cleaned"):
        handmade({"hole_share": 0.4})
    assert handmade({"hole_share": 0.5}).conventions["hole_share"] == 0.5
