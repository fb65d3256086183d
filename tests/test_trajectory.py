"""Three years of a project, told on hand-made ones: who scaled, who is compared, and what the comparison may say."""

import numpy as np
import pandas as pd
import pytest

from analysis.charts import look
from analysis.indicators import support_comparison, trajectory
from analysis.stats import risk_difference
from analysis.text import formatting

DAY = pd.Timestamp("2018-06-27")
T0 = "2014-01-15"


def frame(columns: list[str], rows: list[tuple], dates: tuple[str, ...]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=columns)
    for name in columns:
        table[name] = pd.to_datetime(table[name]) if name in dates else table[name]
    return table


def projects(*ids: str, start: str = T0, end: str | None = None) -> pd.DataFrame:
    return frame(
        ["project_id", "start", "end"], [(name, start, end) for name in ids], ("start", "end")
    )


def sites(*rows: tuple) -> pd.DataFrame:
    return frame(
        ["project_id", "department", "opened", "closed"],
        [(*row, None)[:4] for row in rows],
        ("opened", "closed"),
    )


def support(*rows: tuple) -> pd.DataFrame:
    rows = [(name, kind, start, end, days) for name, kind, start, end, days in rows]
    return frame(["project_id", "kind", "start", "end", "days"], rows, ("start", "end"))


@pytest.mark.parametrize(
    ("what", "rows", "month"),
    [
        ("one territory more", [("35", T0), ("56", "2015-07-15")], 18.0),
        ("two sites of one territory: doubled", [("35", T0), ("35", "2015-01-15")], 12.0),
        (
            "base of two, one more in them: neither",
            [("35", T0), ("56", T0), ("35", "2015-01-15")],
            np.inf,
        ),
        ("the first site ever is the base", [("35", "2015-01-15")], np.inf),
        (
            "base after the start, then another territory",
            [("35", "2014-03-15"), ("56", "2014-07-15")],
            6.0,
        ),
        (
            "a move: closed, then opened elsewhere",
            [("35", T0, "2015-01-15"), ("56", "2015-02-15")],
            13.0,
        ),
        (
            "reopened where it was: no spread, never two at once",
            [("35", T0, "2015-01-15"), ("35", "2015-02-15")],
            np.inf,
        ),
        (
            "sites closed before the start are not its base",
            [("35", "2010-01-15", "2012-01-15"), ("56", T0)],
            np.inf,
        ),
    ],
)
def test_change_of_scale_is_a_new_territory_or_twice_the_base(what, rows, month):
    assert (
        trajectory.scaled_at(projects(what), sites(*[(what, *row) for row in rows]))[what] == month
    )


def test_a_project_with_no_site_is_unknown_not_small():
    assert np.isnan(
        trajectory.scaled_at(projects("no site"), sites(("other", "35", T0)))["no site"]
    )


def test_only_projects_whose_three_years_are_over_are_in_the_panel():
    starts = pd.Series(
        pd.to_datetime(["2015-06-27", "2015-06-28"]), index=["just over", "a day short"]
    )
    assert trajectory.observable(starts, DAY).tolist() == [True, False]


def test_states_follow_the_furthest_step_and_the_ended_stay():
    everyone = pd.concat(
        [
            projects("path"),
            projects("ended", end="2015-01-15"),
            projects("young", start="2017-01-01"),
        ]
    )
    funded = pd.Series(pd.to_datetime(["2014-03-15"]), index=["path"])
    helped = support(("path", "digital", "2014-07-15", None, 3))
    found = trajectory.monthly_states(
        everyone, funded, helped, sites(("path", "35", T0), ("path", "56", "2016-01-15")), DAY
    )
    assert found.index.tolist() == ["path", "ended"] and found.columns.tolist() == list(range(37))
    path = found.loc["path"]
    assert path[[0, 2, 6, 24, 36]].tolist() == [
        "running",
        "funded",
        "supported",
        "spread",
        "spread",
    ]
    assert found.loc["ended", [11, 12, 36]].tolist() == ["running", "ended", "ended"]
    assert trajectory.state_shares(found).sum(axis=1).round(12).eq(1).all()
    assert trajectory.state_shares(found).loc[36, "ended"] == 0.5


def test_a_project_is_funded_by_the_first_cash_that_the_group_gave():
    """What the partner brings, and what is no cash, funds no project; a year alone counts once it is over."""
    everyone = projects("own", "by its agreement").assign(agreement_id=["A", "B"])
    rows = [
        ("to group", "cash", "2014-03-01", 2014, "own", "A"),
        ("to partner", "skills", "2014-04-01", 2014, "own", "A"),
        ("to partner", "cash", "2015-06-01", 2015, "own", "A"),
        ("to partner", "cash", "2016-06-01", 2016, "own", "A"),
        ("to group", "cash", "2014-03-01", 2014, None, "B"),
        ("to partner", "cash", None, 2014, None, "B"),
    ]
    columns = ["direction", "kind", "date", "year", "project_id", "agreement_id"]
    found = trajectory.funded_on(everyone, frame(columns, rows, ("date",)))
    assert found.to_dict() == {
        "own": pd.Timestamp("2015-06-01"),
        "by its agreement": pd.Timestamp("2014-12-31"),
    }


def test_support_counts_for_the_days_before_the_landmark_only():
    everyone = projects("half", "whole", "after", "none", "unknown days")
    table = support(
        (
            "half",
            "digital",
            "2014-12-16",
            "2015-02-13",
            10,
        ),  # 60 days long, 30 of them before the landmark
        ("whole", "digital", "2014-02-01", "2014-02-10", 4),
        ("after", "digital", "2015-01-15", None, 10),
        ("unknown days", "digital", "2014-02-01", None, None),
    )
    found = support_comparison.support_days(everyone, table)
    assert found[["half", "whole", "after", "none"]].tolist() == [5.0, 4.0, 0.0, 0.0] and pd.isna(
        found["unknown days"]
    )


def test_who_is_compared_and_why_others_are_not():
    everyone = pd.concat(
        [
            projects("scaled", "stayed", "no site", "early", "unknown days"),
            projects("ended early", end="2014-12-31"),
            projects("ended later", end="2016-01-15"),
            projects("young", start="2017-01-01"),
        ]
    )
    places = sites(
        *[
            (name, "35", T0)
            for name in ("scaled", "stayed", "early", "ended early", "ended later", "unknown days")
        ],
        ("young", "35", "2017-01-01"),
        ("scaled", "56", "2016-01-15"),
        ("early", "56", "2014-06-15"),
    )
    helped = support(
        ("scaled", "digital", "2014-02-15", None, 8),
        ("unknown days", "digital", "2014-02-15", None, None),
    )
    found, left_out = support_comparison.landmark(everyone, places, helped, DAY)
    assert found["scaled"].to_dict() == {"scaled": True, "stayed": False, "ended later": False}
    assert found["exposure"].astype(str).to_dict() == {
        "scaled": "over 5 days",
        "stayed": "none",
        "ended later": "none",
    }
    assert left_out.to_dict() == {
        "three years not over": 1,
        "ended before the landmark": 1,
        "no site recorded": 1,
        "scaled before the landmark": 1,
        "days of support unknown": 1,
        "compared": 3,
    }


def test_what_happens_on_the_landmark_itself_came_before_what_is_compared():
    """Twelve months after the start to the day: scaled or ended then, it is not compared; a day later it is."""
    on, after = "2015-01-15", "2015-01-16"
    lives = [projects("scaled on it", "scaled after", "stayed")]
    lives += [projects("ended on it", end=on), projects("ended after", end=after)]
    everyone = pd.concat(lives, ignore_index=True)
    places = [(name, "35", T0) for name in everyone["project_id"]]
    places += [("scaled on it", "56", on), ("scaled after", "56", after)]
    found, left_out = support_comparison.landmark(everyone, sites(*places), support(), DAY)
    assert found["scaled"].to_dict() == {
        "scaled after": True,
        "stayed": False,
        "ended after": False,
    }
    assert left_out["ended before the landmark"] == left_out["scaled before the landmark"] == 1


def test_support_that_lasts_because_the_project_lasts_is_no_effect():
    """Immortal time: longer lives meet more support. Counted at any time it seems to help; by month 12, it does not."""
    random = np.random.default_rng(11)
    n = 3000
    ids = [f"P{i}" for i in range(n)]
    start = pd.Timestamp(T0)
    life = random.exponential(30, n)
    everyone = pd.DataFrame(
        {
            "project_id": ids,
            "start": start,
            "end": start + pd.to_timedelta(life * 30.4375, unit="D"),
        }
    )
    met = random.exponential(20, n)
    scale = random.exponential(40, n)
    months = lambda values: start + pd.to_timedelta(values * 30.4375, unit="D")
    helped = pd.DataFrame(
        {"project_id": ids, "kind": "digital", "start": months(met), "end": pd.NaT, "days": 3.0}
    )[met < life]
    spread = pd.DataFrame(
        {"project_id": ids, "department": "56", "opened": months(scale), "closed": pd.NaT}
    )[scale < life]
    places = pd.concat([sites(*[(name, "35", T0) for name in ids]), spread])
    found, _ = support_comparison.landmark(everyone, places, helped, DAY)
    fair = risk_difference.contrast(
        found["scaled"], found["exposure"] != "none", pd.DataFrame({"all": 1}, index=found.index)
    )
    assert fair.low < 0 < fair.high
    ever = pd.Series(np.isin(ids, helped["project_id"]), index=ids)
    naive = risk_difference.contrast(
        trajectory.scaled_at(everyone, places) <= 36, ever, pd.DataFrame({"all": 1}, index=ids)
    )
    assert naive.low > 0.1


def hand_made(
    table: dict[str, tuple[int, int, int, int]],
) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    rows = []
    for stratum, (a, n1, b, n0) in table.items():
        rows += [(stratum, True, True)] * a + [(stratum, True, False)] * (n1 - a)
        rows += [(stratum, False, True)] * b + [(stratum, False, False)] * (n0 - b)
    frame = pd.DataFrame(rows, columns=["stratum", "exposed", "outcome"])
    return frame["outcome"], frame["exposed"], frame[["stratum"]]


def test_crude_difference_is_newcombes():
    """Newcombe 1998, method 10: 56/70 against 48/80 differs by 0.2, 0.0524 to 0.3339."""
    found = risk_difference.contrast(*hand_made({"all": (56, 70, 48, 80)}))
    assert found[2:5] == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)
    assert (found.events, found.n) == (56, 70)


def test_strata_undo_what_size_alone_did():
    """Large projects get support and scale more often; within each size support changes nothing."""
    found = risk_difference.contrast(
        *hand_made({"large": (40, 80, 10, 20), "small": (2, 20, 8, 80)})
    )
    assert found.crude > 0.2 and found.value == pytest.approx(0) and found.compared == 200


def test_strata_with_one_group_only_inform_nothing():
    found = risk_difference.contrast(
        *hand_made({"both": (5, 10, 2, 10), "all supported": (9, 9, 0, 0)})
    )
    assert found.compared == 20 and found.value == pytest.approx(0.3)


def test_with_nobody_exposed_there_is_no_difference():
    found = risk_difference.contrast(*hand_made({"all": (0, 0, 5, 10)}))
    assert np.isnan(found.crude) and np.isnan(found.e_value) and found.n == 0


def test_sparse_strata_keep_the_interval_honest():
    """Sato's variance: with 40 strata of about five projects, a 95 % interval holds no difference in about 95 % of draws."""
    random = np.random.default_rng(7)
    held = 0
    for _ in range(200):
        stratum = random.integers(0, 40, 200)
        exposed = pd.Series(random.random(200) < 0.4)
        outcome = pd.Series(random.random(200) < 0.15 + 0.3 * (stratum % 2))
        found = risk_difference.contrast(outcome, exposed, pd.DataFrame({"stratum": stratum}))
        held += found.low <= 0 <= found.high
    assert 0.91 <= held / 200 <= 0.99


def test_e_values_of_vanderweele_and_ding():
    """Annals of Internal Medicine 2017: risk ratio 3.9 (1.8 to 8.7), E-value 7.26, for the limit 3.0."""
    assert risk_difference.e_value(3.9) == pytest.approx(
        7.26, abs=5e-3
    ) and risk_difference.e_value(1.8) == pytest.approx(3.0)
    assert risk_difference.e_value(1 / 3.9) == pytest.approx(risk_difference.e_value(3.9))
    assert (
        round(risk_difference.e_value(0.8), 2) == 1.81
    )  # VanderWeele and Ding: a ratio below 1 is turned over first


@pytest.mark.parametrize("table", [(56, 70, 48, 80), (48, 80, 56, 70)])
def test_the_e_value_of_the_limit_is_that_of_the_end_nearest_to_no_effect(table):
    """Katz: a risk ratio of 4/3 has the limits 1.077 and 1.651; turned over, the same E-values."""
    found = risk_difference.contrast(*hand_made({"all": table}))
    near = np.exp(np.log(4 / 3) - 1.959964 * np.sqrt(1 / 56 - 1 / 70 + 1 / 48 - 1 / 80))
    assert found.e_value == pytest.approx(2.0)
    assert found.e_value_limit == pytest.approx(near + np.sqrt(near * (near - 1)), abs=1e-5)


def test_what_may_be_no_effect_needs_nothing_to_explain_it_away():
    found = risk_difference.contrast(*hand_made({"all": (6, 10, 5, 10)}))
    assert found.e_value > 1 and found.e_value_limit == 1
    with pytest.raises(ValueError, match="above 0"):
        risk_difference.e_value(0)


def test_one_kind_does_not_borrow_what_another_does():
    """Advice works, legal help does not, and who has one often has the other."""
    random = np.random.default_rng(5)
    n = 4000
    ids = [f"P{i}" for i in range(n)]
    keen = random.random(n) < 0.5
    advised, legal = random.random(n) < 0.2 + 0.6 * keen, random.random(n) < 0.2 + 0.6 * keen
    scaled = random.random(n) < 0.1 + 0.4 * advised
    compared = pd.DataFrame({"scaled": scaled}, index=ids)
    rows = [
        (name, "advice", "2014-02-15", None, 4)
        for name, had in zip(ids, advised, strict=True)
        if had
    ]
    rows += [
        (name, "legal", "2014-02-15", None, 4) for name, had in zip(ids, legal, strict=True) if had
    ]
    found = support_comparison.contrasts_by_kind(
        compared, projects(*ids), support(*rows), pd.DataFrame({"all": 1}, index=ids)
    )
    assert found.loc["advice", "low"] > 0.3 and found.loc["legal", "crude"] > 0.1
    assert found.loc["legal", "low"] < 0 < found.loc["legal", "high"]


def test_spread_is_openings_less_closings():
    table = sites(
        ("A", "35", "2015-03-01"),
        ("A", "56", "2015-05-01", "2017-02-01"),
        ("B", "75", "2017-01-01"),
    ).assign(mode=["own", "own", None])
    found = trajectory.net_openings(table).set_index(["year", "mode"])
    assert found.loc[(2015, "own")].tolist() == [2, 0, 2, 2] and found.loc[
        (2017, "own")
    ].tolist() == [0, 1, -1, 1]
    assert found.loc[(2016, "own"), "net"] == 0 and found.loc[(2017, "unknown"), "open"] == 1


def test_no_site_at_all_gives_an_empty_table():
    assert trajectory.net_openings(sites().assign(mode=pd.Series(dtype="str"))).empty


def test_states_told_together_are_drawn_as_the_others(opened):
    exhibit = opened().exhibit("F23")
    data = exhibit.data
    funded, unseen = "financé", "aucune étape relevée"
    assert {funded, unseen} <= set(data["state"])
    together = data["state"].replace([funded, unseen], f"{funded} / {unseen}")
    told = data.assign(state=together).groupby(["month", "state"], as_index=False).sum()
    with look.style(False):
        figure, _points = exhibit.draw(told, False)
    ended = told.loc[told["state"].eq("terminé sans avoir essaimé"), "share"].iloc[-1]
    words = [text.get_text().replace("\n", " ") for text in figure.axes[0].texts]
    assert f"terminé sans avoir essaimé {formatting.percent(ended)}" in words


def test_the_reading_of_steps_tells_who_was_funded_and_supported_after_a_year(opened):
    exhibit = opened().exhibit("F23")
    after_a_year = exhibit.data.query("month == 12").set_index("state")["share"]
    funded, supported = (
        formatting.percent(after_a_year[name]) for name in ("financé", "accompagné")
    )
    assert f"{funded} des projets étaient financés et {supported} accompagnés" in exhibit.reading


def test_a_picture_of_steps_is_told_in_words_by_its_last_month(opened):
    exhibit = opened().exhibit("F23")
    at_the_end = exhibit.data[exhibit.data["month"] == exhibit.data["month"].max()]
    shares = zip(at_the_end["state"], map(formatting.percent, at_the_end["share"]), strict=True)
    assert all(f"{state} {share}" in exhibit.alt for state, share in shares)
