"""What leaves the study team: small numbers are hidden, and no way of adding up what is published brings one back."""

import re
import shutil
from collections.abc import Callable
from functools import cache, partial
from itertools import product
from pathlib import Path
from types import FunctionType, SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import tiny
from analysis import explore
from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.article.key_number_cards import KeyNumbers
from analysis.article.rules import Rules
from analysis.charts import marks
from analysis.declare.conventions import DEFAULTS
from analysis.declare.faults import Refused
from analysis.disclosure import (
    audiences,
    cell_suppression,
    concentration,
    source_rows,
)
from analysis.disclosure.curves_side_by_side import told_at_risk
from analysis.disclosure.sentences import is_few
from analysis.disclosure.solver import Sum, protected
from analysis.disclosure.withheld import Withheld
from analysis.exhibits import first_funder, sensitivity, sums_elsewhere
from analysis.indicators import finances, territories
from analysis.study import published
from analysis.study.published import modules
from analysis.text import formatting
from analysis.text.facts import Count, Days, Number, Share
from analysis.text.sentences import Sentence, spoken

PORTRAITS = ("P1", "P2", "P3")
FIGURES = [(name, {}) for name in modules() if name not in (*PORTRAITS, "F4")]
FIGURES += [("F4", {"by": by}) for by in ("level", "domain", "kind", "region", "cohort")]
NOT_COUNTS = {
    "merged",
    "set aside",
    "rank",
    "rank_partner",
    "rank_group",
    "tile_column",
    "tile_row",
    "exposure",
    "x",
    "cohort",
    "month",
    "months",
    "fifth",
    "year",
    "low",
    "high",
}
OFFERS = ("F27", "F27P", "T6", "T9")  # nothing in them counts partners


def exhibit(data: pd.DataFrame, **changed) -> Exhibit:
    formats = {
        name: "text"
        if values.dtype == "str"
        else "percent"
        if name in ("share", "low", "high")
        else "integer"
        for name, values in data.items()
    }
    given = dict(
        id="F21",
        family="across",
        title="A finding",
        subtitle="Relations by region",
        reading="It reads so.",
        scope="All.",
        source="Files.",
        note="A note.",
        n=63,
        n_unit="relations",
        day=pd.Timestamp("2018-06-27"),
        alt="A table.",
        data=data,
        labels={name: name for name in data},
        formats=formats,
        draw=None,
        synthetic=False,
    )
    return Exhibit(**given | changed)


pytestmark = pytest.mark.usefixtures("english")


# ---- the rule on one table
def test_a_mean_of_counts_times_its_base_leaves_the_sum_open():
    counts = {"label": list("abcde"), "n": [117, 51, 49, 3, 0]}
    sums = np.array([80, 37, 33, 2, 0])
    data = pd.DataFrame(counts | {"x": sums / np.array([117, 51, 49, 3, np.nan])})
    formats = {"label": "text", "n": "integer", "x": "number"}
    means = exhibit(data, formats=formats, n=220, rules=Rules(count_means=("x",)))
    shown = audiences.disclosed(means, "partners").data
    assert shown["n"].tolist() == [117, 51, "s", "s", 0] or shown["n"].tolist()[3:] == ["s", "s"]
    for n, x, total in zip(shown["n"], shown["x"], sums, strict=True):
        if x != "s" and n:
            possible = [t for t in range(1000) if round(t / n, 1) == round(float(x), 1)]
            assert total in possible and len(possible) >= DEFAULTS["secret_below"]
    assert shown["x"].tolist()[2:4] == ["s", "s"]


def test_a_blank_mean_beside_a_hidden_count_does_not_tell_that_it_is_none():
    # one small count alone: a zero is hidden with it, as nothing else is left
    data = pd.DataFrame({"label": ["a", "b"], "n": [3, 0], "x": [1.5, np.nan]})
    data = pd.concat([data] * 2, ignore_index=True).assign(label=list("abcd"), view=list("vvww"))
    formats = {"label": "text", "n": "integer", "x": "number", "view": "text"}
    means = exhibit(data, formats=formats, n=3, rules=Rules(count_means=("x",)))
    hidden = cell_suppression.secret(data, formats, 80, means.rules, DEFAULTS, {(1, "n"), (3, "n")})
    assert hidden.loc[hidden["n"], "x"].all()


def test_the_team_sees_all_and_others_no_count_under_five():
    table = exhibit(
        pd.DataFrame(
            {
                "label": list("abcd"),
                "count": [40, 20, 3, 0],
                "base": 63,
                "share": [40 / 63, 20 / 63, 3 / 63, 0],
            }
        )
    )
    assert audiences.disclosed(table, "team") is table
    shown = audiences.disclosed(table, "partners").data
    assert shown["count"].tolist() == [40, 0, "s", "s"] or shown["count"].tolist() == [
        40,
        "s",
        "s",
        0,
    ]
    assert shown.loc[shown["count"] == "s", "share"].eq("s").all()
    assert shown.loc[shown["label"] == "d", "count"].item() == 0  # none is no secret


def test_five_to_nine_are_counted_without_a_percentage():
    data = pd.DataFrame(
        {"label": ["a", "b"], "count": [6, 20], "base": [6, 40], "share": [1.0, 0.5]}
    )
    shown = audiences.disclosed(exhibit(data, n=400), "directors").data
    assert shown["count"].tolist() == [6, 20] and shown["share"].tolist() == ["s", 0.5]


def test_all_but_a_few_is_a_few():
    data = pd.DataFrame({"label": ["a", "b"], "count": [38, 20], "base": 40, "share": [0.95, 0.5]})
    assert audiences.disclosed(exhibit(data, n=400), "partners").data["count"].tolist() == [
        "s",
        20,
    ]


@pytest.mark.parametrize("share", [1 / 26, 25 / 26])
def test_a_share_alone_tells_its_count_and_what_it_leaves(share):
    data = pd.DataFrame({"label": ["a", "b"], "known": [26, 26], "share": [share, 0.5]})
    assert audiences.disclosed(exhibit(data, n=60), "partners").data["share"].tolist() == [
        "s",
        0.5,
    ]


def test_secret_unknown_and_zero_stay_three_things():
    data = pd.DataFrame(
        {
            "label": list("abc"),
            "count": pd.array([3, 0, None], dtype="Int64"),
            "base": pd.array([60, 60, None], dtype="Int64"),
        }
    )
    csv = audiences.disclosed(exhibit(data, rules=Rules(by=""), n=400), "partners").csv().decode()
    assert csv.splitlines()[1:] == [
        "b,0,60",
        "c,,",
        "a,s,60",
    ]  # sorted by size: what hides something comes last


def open_to(unknown: list[str], sums: list[tuple[dict, float]], cell: str) -> float:
    """How many values a hidden count may have where all are one at least and these sums hold."""
    rows = [[parts.get(name, 0) for name in unknown] for parts, _total in sums]
    ends = []
    for sign in (1, -1):
        aim = [sign * (name == cell) for name in unknown]
        found = linprog(aim, A_eq=rows, b_eq=[total for _parts, total in sums], bounds=(1, None))
        ends.append(sign * found.fun)
    return np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6) + 1


def test_the_pairs_far_apart_that_one_figure_counts_tell_no_class_of_another():
    # F8 tells 21 pairs 1.5 points apart or more: 17 in the one end class leave 4 in the other
    data = pd.DataFrame({"view": "gap", "label": list("abcdefg"), "n": [4, 12, 29, 95, 34, 21, 17]})
    classes = exhibit(data, n=212, rules=Rules(sums=sums_elsewhere.end_classes))
    shown = dict(zip("abcdefg", audiences.disclosed(classes, "partners").data["n"], strict=True))
    hidden = [name for name, count in shown.items() if count == "s"]
    told = sum(count for count in shown.values() if count != "s")
    sums = [(dict.fromkeys(hidden, 1), 212 - told), ({"a": 1, "g": 1}, 21)]
    assert "g" in hidden and all(open_to(hidden, sums, name) >= 3 for name in hidden)


def test_the_yes_of_all_ratios_tell_no_number_of_partners_with_so_many_flags():
    yes, flags = [15, 15, 14, 12], [34, 30, 11, 0, 1]  # 11 of two and 1 of four make 56 with the 30
    data = pd.DataFrame(
        {
            "view": ["ratio"] * 4 + ["flags"] * 5,
            "label": list("abcd01234"),
            "yes": [*yes, *flags],
            "no": pd.array([76 - count for count in yes] + [None] * 5, dtype="Int64"),
        }
    )
    numbers = exhibit(data, n=76, rules=Rules(sums=sums_elsewhere.flagged))
    shown = audiences.disclosed(numbers, "partners").data.set_index("label")["yes"]
    hidden = [name for name in "01234" if shown[name] == "s"]
    rest = {name: shown[name] for name in "01234" if name not in hidden}
    sums = [
        (dict.fromkeys(hidden, 1), 76 - sum(rest.values())),
        ({n: int(n) for n in hidden}, 56 - sum(int(n) * count for n, count in rest.items())),
        ({n: 1 for n in hidden if n != "0"}, 42 - sum(rest[n] for n in rest if n != "0")),
    ]
    assert "4" in hidden and all(shown[name] != "s" for name in "abcd")
    assert all(open_to(hidden, sums, name) >= 3 for name in hidden)


@pytest.mark.parametrize("asked", [{}, {"level": "national"}, {"region": "Île-de-France"}])
def test_partners_whose_ratios_are_all_known_tell_no_side_of_the_only_unknown_ratio(asked, opened):
    """Of 26 national partners F11 rests on 24, since two tell no administration: 21 not lean leave 3."""
    health = opened(lang="en", **asked).exhibit("F11")
    team = health.data[health.data["view"].eq(health.data["view"].iloc[0])]
    row = team.index[team["unknown"].gt(0)]
    assert len(row) == 1 and (team.loc[row, ["yes", "no"]].sum(axis=1) == health.n).all()
    told = opened(lang="en", audience="partners", **asked).exhibit("F11").data.loc[row[0]]
    sides = [
        "s" if team.loc[row[0], "yes"] < 5 else team.loc[row[0], side] for side in ("yes", "no")
    ]
    assert told[["yes", "no"]].tolist() == sides


@pytest.mark.parametrize(("seed", "unknown"), [(1, 0), (2, 1), (3, 3), (4, 4), (5, 6)])
def test_the_partners_of_equal_sources_tell_neither_side_of_concentrated_revenue(
    seed, unknown, tmp_path
):
    """F10 rests on all whose concentration F11 knows: what one side leaves of them is the other."""
    study = explore.open(_with_accounts(tmp_path, seed, unknown), lang="en", audience="partners")
    sources, health = study.exhibit("F10"), study.exhibit("F11").data
    sides = health.set_index("label").loc["Concentrated revenue", ["yes", "no"]]
    assert sources.n == 60 - unknown
    assert (sides == "s").sum() in (0, 2)
    if not (sides == "s").any():
        assert sides.sum() == sources.n and sides.min() >= 5


def _with_accounts(folder: Path, seed: int, unknown: int) -> Path:
    """60 partners and their accounts, of whom so many tell no line of their revenue."""
    random = np.random.default_rng(seed)
    codes = [f"P{place:02}" for place in range(60)]
    agreements = pd.DataFrame({"agreement_id": codes, "partner_id": codes, "entity": "Siège"})
    dates = {"start": pd.Timestamp("2016-01-01"), "planned_end": pd.Timestamp("2019-12-31")}
    revenue = random.dirichlet([0.6] * 5, 60) * random.uniform(2e4, 9e5, (60, 1))
    revenue[random.choice(60, unknown, replace=False)] = np.nan
    accounts = pd.DataFrame(revenue.round(), columns=list(finances.REVENUE_LINES))
    total = accounts.sum(axis=1).where(accounts.notna().any(axis=1), 5e4)
    accounts = accounts.assign(
        partner_id=codes,
        year_end=pd.Timestamp("2017-12-31"),
        months=12,
        revenue_total=total,
        expenses_total=total * random.uniform(0.8, 1.2, 60),
        administration=total * random.uniform(0.02, 0.3, 60),
        equity=total * random.normal(0.2, 0.3, 60),
        debts=total * random.uniform(0, 0.5, 60),
        assets_total=total * random.uniform(0.5, 1, 60),
    )
    before = accounts.assign(year_end=pd.Timestamp("2016-12-31"))  # the reference of F11
    accounts = pd.concat([before, accounts], ignore_index=True)
    return tiny.cleaned(folder, agreements=agreements.assign(**dates), accounts=accounts)


def test_classes_of_equal_sources_tell_no_count_of_a_line():
    # 33 of the lowest class have half or more from one line: 14, 6 and 10 leave 3
    classes, lines = [33, 0, 0, 0, 0, 0, 8, 27], [14, 6, 10, 3, 0]
    labels = [*"abcdefgh", *"vwxyz"]
    data = pd.DataFrame({"label": labels, "count": [*classes, *lines]})
    data.insert(0, "view", ["sources"] * 8 + ["lines"] * 5)
    made = exhibit(data, n=68, rules=Rules(sums=partial(sums_elsewhere.halves, concentrated=[33])))
    shown = audiences.disclosed(made, "partners").data.set_index("label")["count"]
    hidden = [name for name in "vwxyz" if shown[name] == "s"]
    rest = sum(shown[name] for name in "vwxyz" if name not in hidden)
    assert "y" in hidden and len(hidden) > 1
    assert all(
        open_to(hidden, [(dict.fromkeys(hidden, 1), 33 - rest)], name) >= 3 for name in hidden
    )


def test_the_concentrated_that_a_line_counts_tell_no_class_of_equal_sources():
    # F8 counts 15 of two equal sources at most: 15 - 11 is the class that is hidden
    classes, lines = [4, 11, 6, 6, 0, 0, 8, 8], [14, 6, 10, 8, 0]
    data = pd.DataFrame({"label": [*"abcdefgh", *"vwxyz"], "count": [*classes, *lines]})
    data.insert(0, "view", ["sources"] * 8 + ["lines"] * 5)
    rules = Rules(sums=partial(sums_elsewhere.halves, concentrated=[15]))
    shown = audiences.disclosed(exhibit(data, n=43, rules=rules), "partners").data
    assert shown.set_index("label")["count"][["a", "b"]].tolist() == ["s", "s"]


@pytest.mark.parametrize(("counted", "is_known"), [(15, True), (12, False), (4, False)])
def test_only_what_whole_classes_make_up_and_is_told_is_a_sum_of_them(counted, is_known):
    data = pd.DataFrame({"view": [*["sources"] * 8, "lines"], "count": [4, 11, 6, 6, *[8] * 5]})
    sums = list(sums_elsewhere.halves(data, data[["count"]], [counted]))
    assert [item.parts for item in sums[1:]] == [[(0, "count"), (1, "count")]] * is_known


def test_bands_that_a_line_counts_tell_no_band(opened):
    # F8 counts who is not dependent: the bands up to the threshold, of which one was hidden
    for entity in ("Direction régionale Île-de-France", "Branche Courrier"):
        study = opened(lang="en", audience="partners", entity=entity)
        shown = study.exhibit("F9").data
        bands = shown[shown["series"].isna()]["n"].tolist()[:3]
        assert bands.count("s") != 1


def test_the_departments_of_a_region_and_what_lies_in_none_of_them_make_it_up(opened):
    exhibit = opened(lang="en").exhibit("F22")
    counts = exhibit.data[["count"]].astype(float)
    counts.loc[exhibit.data["view"] == "Department"] //= 2  # the others are of no department
    sums = list(exhibit.rules.sums(exhibit.data, counts))
    assert len(sums) > 10 and all(
        sum(counts.at[part] for part in item.parts) - counts.at[item.whole] == item.total
        for item in sums
    )


def test_projects_compared_add_up_beside_what_is_published_of_others(opened):
    # of 32 projects 7 had no support and 21 much of it: the 4 others were hidden alone
    shown = opened(lang="en", audience="partners", region="Grand Est").exhibit("F24").data
    projects = shown.set_index("label")["n"].iloc[:4]
    assert projects.tolist()[:3].count("s") > 1 and projects["Laureates 2021 (published)"] == 18


def test_two_traits_of_the_same_groups_hide_the_same_ones():
    # families and legal forms: two of 14, of which each trait hid another beside the 3
    groups = [
        frozenset(range(start, end)) for start, end in ((0, 14), (20, 34), (40, 43), (50, 90))
    ]
    family, form = ["b", "a", "c", "d"], ["A", "B", "C", "D"]
    members = [*groups, *groups]
    counts = [len(group) for group in members]
    data = pd.DataFrame({"trait": ["family"] * 4 + ["form"] * 4, "value": [*family, *form]})
    data = data.assign(partners=counts, known=71)
    rules = Rules(sums=partial(sums_elsewhere.nested_traits, members=members))
    shown = audiences.disclosed(exhibit(data, n=71, rules=rules), "partners").data["partners"]
    assert shown.tolist()[:4] == shown.tolist()[4:] and shown.tolist().count("s") == 4
    of_one = [*groups, groups[0] | groups[1], *groups[2:]]  # two forms are of one family
    data = data.iloc[:7].assign(trait=["form"] * 4 + ["family"] * 3)
    data["partners"] = [len(group) for group in of_one]
    rules = Rules(sums=partial(sums_elsewhere.nested_traits, members=of_one))
    made = list(sums_elsewhere.nested_traits(data, data[["partners"]], of_one))
    assert Sum([(0, "partners"), (1, "partners")], (4, "partners"), 0.0, False) in made


def test_both_traits_of_partners_hide_the_same_groups(opened):
    # of 14 each, social enterprises were hidden as a legal form and cooperatives as a family
    shown = opened(lang="en", audience="partners", region="Grand Est").exhibit("T2").data
    partners = shown.set_index("value")["partners"].astype("str")
    pairs = [("social enterprise", "SAS"), ("cooperative", "SCIC"), ("foundation", "Fondation")]
    assert all(partners[family] == partners[form] for family, form in pairs)


def test_ends_by_cause_are_drawn_as_they_are_told(opened):
    for entity in ("Branche Colis", "Direction régionale Bretagne", "Branche Banque"):
        study = opened(lang="en", audience="partners", entity=entity)
        made = study.exhibit("F5")
        if not isinstance(made, Unsupported):
            assert not made.data["incidence"].astype("str").eq("s").any()


def test_terms_that_a_line_counts_tell_no_month():
    # F8 counts 15 within six months: 15 - 11 leaves 4 to the months that are hidden
    months = [11, 1, 0, 1, 1, 0, 1, 8, 9, 12, 6, 7, 10]
    data = pd.DataFrame({"month": range(13), "without": months})
    rules = Rules(sums=partial(sums_elsewhere.terms_of_line, months=6))
    shown = audiences.disclosed(exhibit(data, n=67, rules=rules), "directors").data
    assert shown["without"].tolist()[:2] == ["s", "s"]


def test_a_base_is_not_hidden_in_one_row_and_told_in_its_twin(opened):
    for entity in ("Branche Courrier", "Branche Banque", "Branche Immobilier"):
        study = opened(lang="en", audience="partners", entity=entity)
        means = study.exhibit("F9").data.dropna(subset="series")
        assert means.groupby("label", sort=False)["n"].nunique().eq(1).all()


def test_ends_by_cause_tell_not_how_few_came_later(opened):
    for entity in ("Branche Colis", "Branche Banque", "Direction régionale Hauts-de-France"):
        study = opened(lang="en", entity=entity)
        full = published.build(study, "F5")
        ended = full.states["ended"]
        try:
            told = audiences.disclosed(full, "partners", limits=study.conventions).data
        except Unsupported:
            continue
        for _month, rows in told.groupby("months"):
            counts = pd.to_numeric(rows["ended"], errors="coerce")
            assert counts.isna().any() or not 0 < ended - counts.sum() < 5


def test_a_spread_in_points_is_as_rounded_as_its_shares(opened):
    told = opened(lang="en", audience="partners").exhibit("T5").data
    shares = told.apply(pd.to_numeric, errors="coerce")[["lower", "share", "higher", "spread"]]
    assert (
        (shares.dropna() * 10_000)
        .map(lambda share: abs(share - round(share)) < 1e-6)
        .all(axis=None)
    )


def test_a_hidden_amount_is_open_on_both_its_sides():
    """Beside 5 alone, 1,000 of 1,005 is told from above: it cannot be a tenth more."""
    value = {"a": 1000.0, "b": 5.0, "c": 400.0}
    known = Sum(list(value), None, sum(value.values()), False)
    protection = protected(value, [known], {"a", "b"}, DEFAULTS, amounts=set(value))
    assert protection.hidden == {"a", "b", "c"}


def test_an_hhi_tells_the_first_amount_where_it_is_closed_on_one_side():
    """Of 60, 30 and 10 the HHI is 0.46: were the first 66, it would be 0.493 at least."""
    amounts = pd.Series([60.0, 30.0, 10.0])
    for half_digit, told in ((0.03, True), (0.04, False)):
        assert concentration.hhi_tells_first(amounts, half_digit, DEFAULTS) is told


def test_an_amount_of_which_one_partner_holds_more_than_85_percent_is_hidden():
    data = pd.DataFrame(
        {
            "label": ["a", "b"],
            "quantity": [100.0, 100.0],
            "partners": [12, 12],
            "largest": [0.86, 0.84],
        }
    )
    formats = {"label": "text", "quantity": "euros", "partners": "integer", "largest": "percent"}
    shown = audiences.disclosed(exhibit(data, id="F18", formats=formats, n=40), "partners").data
    assert shown["quantity"].tolist() == ["s", 100.0]
    assert "largest" not in shown


def told(text: str, *facts) -> tuple[Sentence, ...]:
    return (Sentence(text, facts),)


@pytest.mark.parametrize(
    ("totals", "told"),
    [
        ([[100, 500, 20], [30] * 9, [20] * 28], [None, None, 28]),  # three of 40 recipients
        ([[900] + [10] * 5, [80] * 9, [90] * 28], [6, 9, 28]),  # one brings nearly all of a class
    ],
)
def test_classes_of_a_share_are_counts_and_their_amounts_are_of_enough(totals, told):
    shares = [0.6, 0.9, 1.0]
    amounts = [amount for of_class in totals for amount in of_class]
    share = [s for s, of_class in zip(shares, totals, strict=True) for _amount in of_class]
    labels = ["half", "most", "nearly all", "all"]
    recipients = pd.DataFrame({"total": amounts, "share": share}, dtype=float)
    classes = first_funder.classes_of(recipients, labels)
    views = [("recipients", np.nan), ("amounts", classes["largest"])]
    data = pd.concat(
        [classes.assign(series=n, share=classes[n], largest=largest) for n, largest in views],
        ignore_index=True,
    )[["label", "series", "count", "share", "largest"]].astype({"series": "str"})
    two_largest = (*[np.nan] * 4, *classes["two_largest"])
    rules = Rules(sums=first_funder.counted_twice, two_largest=two_largest)
    made = exhibit(data, n=len(amounts), rules=rules)
    in_both_views = list(first_funder.counted_twice(data, data))
    assert sorted((*each.parts, each.whole) for each in in_both_views) == [
        ((row, "count"), (row + 4, "count")) for row in range(4)
    ]
    assert not any(each.rest or each.total for each in in_both_views)  # the same number twice
    made.formats["largest"] = "percent"
    shown = audiences.disclosed(made, "partners").data
    counted = [None if count == "s" else count for count in shown["count"]]
    assert counted == [0, *told] * 2
    in_amounts = shown.loc[shown["series"] == "amounts", "share"]
    assert (in_amounts == "s").tolist() == [False, True, True, False]


def test_words_that_tell_a_hidden_number_give_way():
    corse, bretagne = Share(3 / 63, of=63), Share(24 / 63, of=63)
    sentences = {
        "title": told("5% are in Corse", corse),
        "reading": told("In Bretagne, 38%.", bretagne)
        + told("In Corse, 5%.", corse)
        + told("Nothing more."),
        "alt": told("Corse 5%.", corse),
        "scope": told("3 relations of 63.", Count(3, of=63)),
    }
    data = pd.DataFrame(
        {
            "label": ["Corse", "Bretagne", "Occitanie"],
            "count": [3, 24, 36],
            "base": 63,
            "share": [3 / 63, 24 / 63, 36 / 63],
        }
    )
    texts = {field: spoken(parts) for field, parts in sentences.items()}
    shown = audiences.disclosed(exhibit(data, sentences=sentences, **texts), "partners")
    assert shown.title == shown.subtitle
    assert "5%" not in shown.reading and "Nothing more." in shown.reading
    assert "Corse 5%" not in shown.alt and shown.alt.startswith(shown.subtitle)
    assert "3 relations" not in shown.scope
    title = {"title": told("40% are in Occitanie", Share(36 / 90, of=90))}
    plain = exhibit(
        data.assign(count=[30, 24, 36]), n=90, sentences=title, title="40% are in Occitanie"
    )
    assert audiences.disclosed(plain, "partners").title == "40% are in Occitanie"


def test_numbers_of_an_analysts_own_text_stay_with_the_team():
    data = pd.DataFrame({"label": ["a", "b"], "count": [40, 20]})
    own = exhibit(data, title="Two in three are in a", scope="60 projects of 63.")
    shown = audiences.disclosed(own, "partners")
    assert shown.title == own.title and "63" not in shown.scope
    assert audiences.disclosed(own, "team").scope == own.scope


@pytest.mark.parametrize(
    ("fact", "n", "tells"),
    [
        (Share(1 / 23, of=23), 439, True),  # one partner
        (Share(1 / 23), 23, True),
        (Count(1), 439, True),
        (Count(60), 63, False),
        (Count(60, of=63), 63, True),  # tells 3 unknown
        (Count(60, of=70), 70, False),
        (Share(0.57), 1553, False),
        (Share(24 / 25, of=25), 60, True),  # all but one
        (Number(2), 1141, False),  # lines
        (Days(180), 60, False),
    ],
)
def test_which_facts_tell(fact, n, tells):
    assert is_few(fact, n) is tells


def test_a_count_that_tells_is_hidden_with_another():
    """Of three counts that add up to 60, one that is hidden alone is what the others leave."""
    data = pd.DataFrame({"label": list("abc"), "count": [30, 10, 20]})
    formats, rules = {"label": "text", "count": "integer"}, Rules(telling=((1, "count"),))
    hidden = cell_suppression.secret(data, formats, 60, rules)
    assert hidden["count"].tolist() == [False, True, True]


@given(st.lists(st.integers(0, 9), min_size=2, max_size=5))
@settings(max_examples=60)
def test_no_hidden_count_of_a_partition_is_known_from_its_total(counts):
    data = pd.DataFrame({"label": list("abcde")[: len(counts)], "count": counts})
    total = sum(counts)
    hidden = cell_suppression.secret(data, {"label": "text", "count": "integer"}, total)
    if hidden is None or total < 5:
        return
    closed = hidden["count"].to_numpy()
    values = np.array(counts)
    assert closed[(values > 0) & (values < 5)].all()
    least = 0 if (values[closed] == 0).any() else 1  # a reader knows whether zeros are told
    rest = total - values[~closed].sum()
    possible = [
        one for one in product(range(least, rest + 1), repeat=int(closed.sum())) if sum(one) == rest
    ]
    for place in range(int(closed.sum())):
        assert len({one[place] for one in possible}) >= DEFAULTS["open_values"]


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
@settings(max_examples=60)
def test_no_part_of_yes_no_unknown_is_known_from_the_others(yes, no, unknown):
    n = yes + no + unknown
    data = pd.DataFrame(
        {"line": ["LF1"], "yes": [yes], "no": [no], "unknown": [unknown], "known": [yes + no]}
    )
    hidden = cell_suppression.secret(
        data, {"line": "text"} | dict.fromkeys(("yes", "no", "unknown", "known"), "integer"), n
    )
    if hidden is None:
        return
    row, told = hidden.iloc[0], data.iloc[0]
    names = ("yes", "no", "unknown")
    possible = [
        one
        for one in product(range(n + 1), repeat=3)
        if sum(one) == n
        and all(row[name] or value == told[name] for name, value in zip(names, one, strict=True))
        and all(
            not row[name] or value > 0 or told[name] == 0
            for name, value in zip(names, one, strict=True)
        )
        and (row["known"] or one[0] + one[1] == told["known"])
    ]
    for place, name in enumerate(names):
        if 0 < told[name] < 5 and n >= 5:
            assert row[name]
        if row[name] and n >= 8:
            assert len({one[place] for one in possible}) >= DEFAULTS["open_values"]


def test_no_picture_is_left_of_years_that_all_hide_something():
    rows = [
        (year, mode, opened)
        for year in (2016, 2017)
        for mode, opened in (("own", 20), ("franchise", 3), ("other", 30))
    ]
    data = pd.DataFrame(rows, columns=["year", "mode", "opened"]).astype({"year": "str"})
    sites = exhibit(
        data,
        rules=Rules(stacked="year", margin="mode"),
        n=106,
        draw=lambda data, narrow: pytest.fail("drawn"),
    )
    assert audiences.disclosed(sites, "partners").draw is None


def test_what_a_choice_of_method_leaves_out_is_no_small_number():
    data = pd.DataFrame(
        {
            "choice": list("abc"),
            "n": [80, 77, 60],
            "ended": [30, 30, 25],
            "survival": [0.5, 0.52, 0.55],
        }
    )
    formats = {"choice": "text", "n": "integer", "ended": "integer", "survival": "percent"}
    hidden = cell_suppression.secret(data, formats, 80, Rules(sums=sensitivity.left_out))
    assert hidden["n"].tolist() == [False, True, False] and hidden["survival"].tolist() == [
        False,
        True,
        False,
    ]


def test_a_choice_near_the_studys_own_is_hidden_and_not_what_other_figures_tell():
    """1,594 relations by other choices, 1,590 as studied: F3 tells the second whatever T4 hides."""
    sizes = [1590, 1594, 1590, 1200, 1197, 900]
    data = pd.DataFrame({"choice": list("abcdef"), "n": sizes, "survival": 0.5})
    formats = {"choice": "text", "n": "integer", "survival": "percent"}
    rules = sensitivity.secrecy_rules(data.assign(ended_by_horizon=300), DEFAULTS, 36)
    hidden = cell_suppression.secret(data, formats, 1590, rules)
    shown = data.loc[~hidden["n"], "n"].tolist()
    assert shown == [1590, 1590, 1200, 900]


@pytest.mark.parametrize(("more", "is_told"), [(0, True), (2, False), (4, False), (5, True)])
def test_two_choices_of_as_many_relations_do_not_tell_apart_a_few_ends(more, is_told):
    """Those to confirm taken as ended: of the same 1,590 relations, so many more had ended."""
    tried = pd.DataFrame({"n": [1590, 1200, 1590], "ended_by_horizon": [315, 317, 315 + more]})
    rules = sensitivity.secrecy_rules(tried, DEFAULTS, 36)
    assert ((2, "survival") not in rules.telling) == is_told
    assert {row for row, _measure in rules.telling} <= {2}


@pytest.mark.parametrize(("late", "is_told"), [(1, False), (0, True)])
def test_a_choice_with_few_ends_by_the_horizon_tells_no_survival_there(late, is_told, tmp_path):
    """Of 40, four ended after two years and one after 40 months: T8 withholds, and so does T4."""
    ends = ["2016-07-31"] * (5 - late) + ["2017-11-30"] * late + ["2019-02-28"] * 35
    codes = [f"P{place}" for place in range(40)]
    agreements = pd.DataFrame({"agreement_id": codes, "partner_id": codes, "entity": "Siège"})
    starts = ["2014-08-01"] * 25 + ["2016-02-01"] * 15  # of these nobody knows two years yet
    dates = {"start": pd.to_datetime(starts), "planned_end": pd.to_datetime(ends)}
    folder = tiny.cleaned(tmp_path, agreements=agreements.assign(**dates))
    study = explore.open(folder, lang="en", audience="directors")
    survival = study.exhibit("T8").numbers[0]
    assert (survival.key, survival.value is not None) == ("survival", is_told)
    choices = study.exhibit("T4")
    assert (choices.data.loc[0, ["survival", "low", "mean"]] != "s").all() == is_told
    assert ("survival.36" in choices.states) == is_told


@pytest.mark.parametrize(("unsure", "is_told"), [(2, False), (6, True)])
def test_a_cohort_does_not_tell_how_few_of_it_are_to_confirm(unsure, is_told, tmp_path):
    """Of 40 begun in one year some renewed tacitly and gave no sign of life since: 38 are known."""
    ends = ["2015-01-31"] * unsure + ["2015-07-31"] * 8 + ["2019-02-28"] * (32 - unsure)
    codes = [f"P{place}" for place in range(40)]
    agreements = pd.DataFrame({"agreement_id": codes, "partner_id": codes, "entity": "Siège"})
    dates = {"start": pd.Timestamp("2014-08-01"), "planned_end": pd.to_datetime(ends)}
    tacit = [place < unsure for place in range(40)]
    folder = tiny.cleaned(tmp_path, agreements=agreements.assign(**dates, tacit_renewal=tacit))
    cohorts = explore.open(folder, lang="en", audience="directors").exhibit("F7").data
    known = 40 - unsure if is_told else "s"
    assert cohorts["n"].eq(40).all() and cohorts["known"].eq(known).all()


@pytest.mark.parametrize(("pairs", "hidden"), [(12, True), (13, False), (8, False), (0, False)])
def test_pairs_leave_of_the_answers_no_few_of_one_side_alone(pairs, hidden):
    """Both sides of 12 relations answered, as F13 tells: of 13 partners one did alone."""
    data = pd.DataFrame({"wave": "2018", "side": list("ab"), "asked": 40, "answered": [13, 20]})
    formats = {"wave": "text", "side": "text", "asked": "integer", "answered": "integer"}
    rules = Rules(sums=partial(sums_elsewhere.one_side_alone, pairs={"2018": pairs}))
    cells = cell_suppression.secret(data, formats, 33, rules)
    assert cells["answered"].tolist() == [hidden] * 2 and not cells["asked"].any()


def test_a_response_rate_heeds_the_pairs_of_its_wave(opened):
    study = opened(lang="en", region="Centre-Val de Loire")
    pairs, response = published.build(study, "F13").n, published.build(study, "T3")
    alone = response.data.loc[response.data["wave"].eq("2018"), "answered"] - pairs
    told = audiences.disclosed(response, "directors", limits=study.conventions).data
    assert alone.tolist()[:2] == [1, 1] and told["answered"].eq("s").all()


def test_answers_needed_tell_no_number_of_those_asked_that_is_withheld(opened):
    """Of 43 asked, 29 and 39 answers would do: of 42 or 43 alone. As counts, they were hidden in
    other reports beside which an `asked` was.
    """
    response = published.build(opened(lang="en", region="Bourgogne-Franche-Comté"), "T3")
    needed, last = ["needed_10", "needed_5"], response.data["wave"].eq("2018")
    rows = response.data.index[last & response.data["asked"].notna()][:2]
    assert response.data.loc[rows[0], ["asked", *needed]].tolist() == [43, 29, 39]
    withheld = Withheld(cells={"T3": tuple((int(row), "asked") for row in rows)})
    told = audiences.disclosed(response, "partners", withheld=withheld).data
    assert told.loc[rows, ["asked", *needed]].eq("s").all(axis=None)
    assert not {*needed} & {*cell_suppression.counts_of(response.data, response.formats)}


@pytest.mark.parametrize(
    ("audience", "words", "is_drawn"),
    [("team", "median 32 months", True), ("directors", "median between 30 and 36 months", False)],
)
def test_no_median_tells_others_the_month_in_which_one_relation_ended(
    audience, words, is_drawn, tmp_path
):
    """Of 60, 29 end before 30 months and one after 32: with it, half have ended."""
    ends = ["2016-02-15"] * 29 + ["2017-03-31"] + ["2017-06-30"] * 6 + ["2019-02-28"] * 24
    codes = [f"P{place}" for place in range(60)]
    agreements = pd.DataFrame({"agreement_id": codes, "partner_id": codes, "entity": "Siège"})
    dates = {"start": pd.Timestamp("2014-08-01"), "planned_end": pd.to_datetime(ends)}
    folder = tiny.cleaned(tmp_path, agreements=agreements.assign(**dates))
    curve = explore.open(folder, lang="en", audience=audience).exhibit("F3")
    assert f"; {words};" in curve.reading and curve.alt.endswith(f"{words}.")
    drawn = [text.get_text().replace("\n", " ") for text in curve.axes().texts]
    assert any("half have ended" in text for text in drawn) == is_drawn


@pytest.mark.parametrize(("soon", "is_told"), [(3, False), (0, True)])
def test_no_title_says_of_hidden_rows_that_nothing_moves_them(soon, is_told, tmp_path):
    """Terms in two months pass under each threshold: where they are few, their row is hidden."""
    ends = ["2018-08-15"] * soon + ["2019-02-28"] * (40 - soon)
    codes = [f"P{place}" for place in range(40)]
    agreements = pd.DataFrame({"agreement_id": codes, "partner_id": codes, "entity": "Siège"})
    dates = {"start": pd.Timestamp("2014-08-01"), "planned_end": pd.to_datetime(ends)}
    folder = tiny.cleaned(tmp_path, agreements=agreements.assign(**dates))
    lines = explore.open(folder, lang="en", audience="directors").exhibit("T5")
    assert (lines.data["spread"] == "s").any() != is_told
    assert ("does not depend on it" in lines.title) == is_told


# ---- curves
def test_a_curve_tells_no_few_that_another_follows_in_the_same_month():
    """Beside how many both follow, 30 of one curve would tell the 4 of the other."""
    rows = [("a", 6, 40), ("a", 12, 30), ("b", 6, 9), ("b", 12, 4)]
    data = pd.DataFrame(rows, columns=["stratum", "months", "at_risk"]).assign(survival=1.0)
    told = data.iloc[:2]
    assert told_at_risk(SimpleNamespace(data=data), told, 36) == {(1, "at_risk")}


def test_a_curve_tells_no_few_that_others_lost_from_one_month_to_the_next():
    """Beside how many both follow, 40, 30 and 22 of one curve tell 16, 15 and 9 of the other."""
    followed = {"a": {6: 40, 12: 30, 18: 22}, "b": {6: 16, 12: 15, 18: 9}}
    rows = [(name, *of_month) for name, months in followed.items() for of_month in months.items()]
    data = pd.DataFrame(rows, columns=["stratum", "months", "at_risk"]).assign(survival=1.0)
    made, told = SimpleNamespace(data=data), data.iloc[:3]
    assert told_at_risk(made, told, 36) == {(1, "at_risk")}
    assert told_at_risk(made, told, 12) == {(0, "at_risk")}


def curve(ended: list[int], at_risk: list[int]) -> pd.DataFrame:
    survival = np.cumprod(1 - np.array(ended) / np.array(at_risk))
    months = 6.0 * np.arange(1, len(ended) + 1)
    return pd.DataFrame(
        {
            "stratum": "all",
            "months": months,
            "at_risk": at_risk,
            "ended": ended,
            "censored": 0,
            "survival": survival,
            "low": survival,
            "high": survival,
        }
    )


CURVE = (
    {"stratum": "text", "months": "months"}
    | dict.fromkeys(("at_risk", "ended", "censored"), "integer")
    | dict.fromkeys(("survival", "low", "high"), "percent")
)


def test_a_curve_is_told_where_five_have_ended_since_it_was_told_last():
    data = curve([6, 2, 3, 0, 1, 9], [80, 74, 66, 60, 54, 48])
    shown = audiences.disclosed(exhibit(data, id="F3", formats=CURVE, n=80), "partners").data
    assert shown["months"].tolist() == [6.0, 18.0, 24.0, 36.0]
    assert "ended" not in shown and "censored" not in shown


def test_a_curve_is_told_where_five_are_lost_since_it_was_told_last():
    """From 74 to 72 and from 67 to 66 few are lost, whether they ended or are followed no longer."""
    data = curve([6, 0, 5, 0, 6, 7], [80, 74, 72, 67, 66, 53])
    shown = audiences.disclosed(exhibit(data, id="F3", formats=CURVE, n=80), "partners").data
    assert shown["at_risk"].tolist() == [80, 74, 67, 53]


def test_the_horizon_of_the_words_is_told_before_the_times_before_it():
    data = curve([6, 5, 5, 5, 6, 2], [80, 74, 69, 64, 59, 53])
    shown = audiences.disclosed(
        exhibit(data, id="F3", formats=CURVE, n=80), "partners", horizon=36
    ).data
    assert shown["months"].tolist() == [6.0, 12.0, 18.0, 24.0, 36.0]
    with pytest.raises(Unsupported):
        audiences.disclosed(
            exhibit(
                curve([1, 0, 1, 0, 0, 1], [80, 79, 79, 78, 78, 78]), id="F3", formats=CURVE, n=80
            ),
            "partners",
        )


def test_a_group_left_out_of_a_comparison_is_not_told_by_the_others():
    data = curve([6, 5, 5, 5, 6, 6], [80, 74, 69, 64, 59, 53])
    with pytest.raises(Unsupported):
        chosen = exhibit(data, id="F4-level", formats=CURVE, n=80, rules=Rules(chosen_from=83))
        audiences.disclosed(chosen, "partners")


# ---- who sees what
def test_a_figure_kept_from_an_audience_says_so():
    table = pd.DataFrame({"label": ["a"], "count": [60]})
    team_only, not_partners = (
        exhibit(table, n=60, rules=Rules(**{name: "No."})) for name in ("team_only", "not_partners")
    )
    for told, audience in (
        (team_only, "directors"),
        (team_only, "partners"),
        (not_partners, "partners"),
    ):
        with pytest.raises(Unsupported, match="No."):
            audiences.disclosed(told, audience)
    assert audiences.disclosed(not_partners, "directors").data["count"].tolist() == [60]


def test_which_figures_are_kept_from_whom(opened):
    kept = {"F3R": ("directors", "partners"), "F6D": ("directors", "partners")}
    kept |= {"F12": ("partners",), "T7": ("partners",)}
    team = opened(lang="en")
    for name, audiences_without in kept.items():
        built = published.build(team, name)
        for audience in ("directors", "partners"):
            told = team.with_(audience=audience)
            if audience in audiences_without:
                with pytest.raises(Unsupported):
                    published.for_audience(told, built)
            else:
                assert isinstance(published.for_audience(told, built), Exhibit)


def test_the_choice_of_figures_by_audience_stands_in_one_place():
    from conftest import ROOT

    for file in (ROOT / "src/analysis/exhibits").glob("*.py"):
        assert "parameters.audience" not in file.read_text(encoding="utf-8"), file.name


def test_rows_of_answers_leave_with_the_team_only():
    answers = pd.DataFrame({"answer_id": ["A1"]})
    assert audiences.released(answers, "answers", "team") is answers
    for name, audience in (
        ("answers", "directors"),
        ("votes", "directors"),
        ("answers", "partners"),
        ("partners", "partners"),
        ("relations", "partners"),
    ):
        with pytest.raises(Refused) as refused:
            audiences.released(answers, name, audience)
        assert refused.value.exit_code == 2
    assert audiences.released(answers, "agreements", "directors") is answers


def test_no_door_gives_one_sides_answers_by_name(opened, tmp_path):
    for audience in ("directors", "partners"):
        study = opened(lang="en", audience=audience)
        with pytest.raises(Refused):
            study.why(study.all_relations["relation_id"].iloc[0])
        for name in ("answers.csv", "votes.xlsx"):
            with pytest.raises(Refused):
                study.export(tmp_path / name)
        portrait = study.where(partner=study.values("partner")[0])
        assert isinstance(portrait.exhibit("P3"), Unsupported)
    assert isinstance(
        opened(lang="en", partner=study.values("partner")[0]).exhibit("P3"),
        Exhibit,
    )


# ---- the attack: everything that an edition publishes, together
class Edition:
    """What an edition publishes (`shown`), what is true (`true`), and what an attacker knows of how counts add up."""

    def __init__(self, everything: explore.Study, audience: str):
        outside = everything.with_(audience=audience)
        self.shown, self.true = {}, {}
        for name, options in FIGURES:
            named = outside if name in ("T1", "T7") else everything  # as each may know its sources
            try:
                built = published.build(named, name, **options)
                told = published.for_audience(outside, built)
            except Unsupported:
                continue
            if isinstance(told, Exhibit | KeyNumbers):
                self.shown[told.id], self.true[told.id] = told, built
        self.value, self.hidden, self.sums = {}, set(), []
        for name, told in self.shown.items():
            if (
                isinstance(told, Exhibit)
                and name not in OFFERS
                and "survival" not in told.data
                and "incidence" not in told.data
            ):
                self._read(name, told)
        self._add_up()

    @staticmethod
    def headings(table: Exhibit) -> list[str]:
        names = [
            name
            for name in table.data
            if table.formats[name] in ("text", "date")
            or name in ("month", "months", "cohort", "fifth", "rank")
        ]
        return [name for name in names if name not in ("why", "beyond_chance")]

    def _read(self, name: str, told: Exhibit) -> None:
        """The counts of a figure, each named by figure, headings and column; what the team sees gives the true ones."""
        by = self.headings(told)
        truth = {
            tuple(row[one] for one in by): row
            for row in self.true[name].data.astype(object).to_dict("records")
        }
        columns = [
            one for one in told.data if told.formats[one] == "integer" and one not in NOT_COUNTS
        ]
        for row in told.data.astype(object).to_dict("records"):
            key = tuple(row[one] for one in by)
            if key not in truth:  # put together from several
                continue
            for column in columns:
                if not formatting.is_missing(row[column]):
                    cell = (name, key, column)
                    self.value[cell] = float(truth[key][column])
                    if row[column] == "s":
                        self.hidden.add(cell)
                    else:
                        assert float(row[column]) == self.value[cell]
                        assert not 0 < self.value[cell] < 5, cell

    def cells(self, name: str, column: str) -> dict[tuple, tuple]:
        return {cell[1]: cell for cell in self.value if cell[0] == name and cell[2] == column}

    def know(self, parts: list, whole=None, rest: bool = False) -> None:
        """Parts make the whole (a cell, or a published number: what they truly add up to), with something untold where `rest`."""
        if parts:
            self.sums.append((parts, whole, rest))

    def _add_up(self) -> None:
        for name in self.shown:
            n = getattr(self.true[name], "n", None)
            for column in {cell[2] for cell in self.value if cell[0] == name}:
                cells = self.cells(name, column)
                groups = [list(cells.values())]
                depth = len(next(iter(cells)))
                for place in range(depth):
                    kinds = {key[place] for key in cells}
                    groups += [
                        [cell for key, cell in cells.items() if key[place] == kind]
                        for kind in kinds
                    ]
                for group in groups:
                    if len(group) > 1 and sum(self.value[cell] for cell in group) == n:
                        self.know(group)
        for name in ("F8", "F15"):
            for key, yes in self.cells(name, "yes").items():
                cell = lambda column, name=name, key=key: (name, key, column)
                self.know([yes, cell("no")], cell("known"))
                self.know([cell("known"), cell("unknown")])
                line = next(
                    (other for other in self.cells("T5", "known") if other[0] == key[0]), None
                )
                if line:
                    self.know([("T5", line, "known")], cell("known"))
                if key[0] in self._lines_with_a_share():
                    self.know([yes])
                if name == "F8" and key[0] == "F8":
                    gaps = self.cells("F13", "n")
                    far = [one for label, one in gaps.items() if "1.5 or more" in label[1]]
                    if far and sum(self.value[one] for one in far) == self.value[yes]:
                        self.know(far, yes)
        within = {
            "count": "base",
            "answered": "asked",
            "yes": "known",
            "partners": "known",
            "renewed": "n",
            "events": "n",
            "kept": "known",
            "known": "n",
        }
        for name, key, column in list(self.value):
            base = within.get(column)
            for whole in ((name, key, base), (name, key, "base")):
                if whole in self.value and whole[2] != column:
                    self.know([(name, key, column)], whole, rest=True)
            if column == "explicit":
                self.know([(name, key, "explicit"), (name, key, "tacit")], (name, key, "renewed"))
            if column == "read":
                true = next(
                    row
                    for row in self.true["T1"].data.to_dict("records")
                    if row["source"] == key[0]
                )
                if true["merged"] + true["set aside"] == 0:
                    self.know([(name, key, "kept")], (name, key, "read"))
        self._figures_of_their_own()

    def _lines_with_a_share(self) -> set[str]:
        """The lines whose share is told with its base by another table or number: their count is the product."""
        tried = (
            self.shown["T5"].data.astype(object)
            if "T5" in self.shown
            else pd.DataFrame({"share": [], "known": [], "line": []})
        )
        told = set(tried.loc[(tried["share"] != "s") & (tried["known"] != "s"), "line"])
        return told | {one.key for one in self.shown["T8"].numbers if one.value is not None}

    def _figures_of_their_own(self) -> None:
        trait = self.cells("T2", "partners")
        for kind in {key[0] for key in trait}:
            group = [cell for key, cell in trait.items() if key[0] == kind]
            known = next(
                self.true["T2"]
                .data.loc[lambda data, kind=kind: data["trait"] == kind, "known"]
                .items()
            )[1]
            if sum(self.value[cell] for cell in group) == known:
                self.know(group)
        forms = self.cells("F2", "count")
        for (view, form), cell in forms.items():
            if view == "form":
                self.know(
                    [
                        one
                        for (other, label), one in forms.items()
                        if other != "form" and form in label.split(" + ")
                    ],
                    cell,
                )
        self.know([cell for (view, _label), cell in forms.items() if view != "form"])
        places, region_of = self.cells("F22", "count"), territories.departments()["region"]
        for key, cell in places.items():
            if key[0] == "Region":
                inside = [
                    one
                    for other, one in places.items()
                    if other[0] != "Region" and region_of.get(other[2]) == key[1]
                ]
                if sum(self.value[one] for one in inside) == self.value[cell]:
                    self.know(inside, cell)
        for column in ("opened", "closed"):
            sites = self.cells("F25", column)
            self.know(list(sites.values()))
            for mode in {key[1] for key in sites}:
                group = [cell for key, cell in sites.items() if key[1] == mode]
                if not 0 < sum(self.value[cell] for cell in group) < 5:
                    self.know(group)
        events = {key[1]: cell for key, cell in self.cells("F24", "events").items()}
        for label, cell in events.items():
            if label.endswith(" / none") and label.removesuffix(" / none") in events:
                one = events[label.removesuffix(" / none")]
                if self.value[cell] == self.value[one] + self.value[events["No support"]]:
                    self.know([one, events["No support"]], cell)
        for key, after in self.cells("F7", "kept").items():
            before = ("F7", (key[0], key[1] - 12), "kept")
            if before in self.value:
                self.know([after], before, rest=True)

    def solved(self) -> list:
        """The hidden counts, and the small ones that a rest is, with fewer than three possible values."""
        rests = [place for place, (_parts, _whole, rest) in enumerate(self.sums) if rest]
        unknown = {
            name: column for column, name in enumerate([*sorted(self.hidden, key=str), *rests])
        }
        matrix, right = np.zeros((len(self.sums), len(unknown))), np.zeros(len(self.sums))
        rest_of = {}
        for row, (parts, whole, rest) in enumerate(self.sums):
            terms = [(cell, 1) for cell in parts] + ([(whole, -1)] if whole else [])
            true = sum(sign * self.value[cell] for cell, sign in terms)
            right[row] = 0 if whole else true
            rest_of[row] = -true
            for cell, sign in terms:
                if cell in unknown:
                    matrix[row, unknown[cell]] += sign
                else:
                    right[row] -= sign * self.value[cell]
            if rest:
                matrix[row, unknown[row]] = 1
        zeros = {cell[0] for cell in self.hidden if self.value[cell] == 0}
        bounds = [(0 if isinstance(name, int) or name[0] in zeros else 1, None) for name in unknown]
        used = matrix.any(axis=1)
        found = []
        for name, column in unknown.items():
            if matrix[:, column].any() and (not isinstance(name, int) or 0 < rest_of[name] < 5):
                ends = [
                    linprog(
                        sign * np.eye(len(unknown))[column],
                        A_eq=matrix[used],
                        b_eq=right[used],
                        bounds=bounds,
                        method="highs",
                    )
                    for sign in (1, -1)
                ]
                if (
                    all(end.status == 0 for end in ends)
                    and -ends[1].fun - ends[0].fun < DEFAULTS["open_values"] - 1 - 1e-6
                ):
                    found.append(
                        (
                            self.sums[name] if isinstance(name, int) else name,
                            ends[0].fun,
                            -ends[1].fun,
                        )
                    )
        return found


SOME_EDITIONS = [
    ("", "partners"),
    ("Bretagne", "partners"),
    ("Corse", "directors"),
    ("Guyane", "partners"),
]


def test_a_drawing_of_nothing_is_told_in_words():
    data = pd.DataFrame({"label": [*"abcd"], "yes": [2, 1, 0, 0], "no": [1, 2, 0, 0]})
    data = data.assign(unknown=63 - data["yes"] - data["no"], low=0.1, high=0.9)
    known = lambda data: data[data["yes"] + data["no"] > 0]  # noqa: E731
    bars = marks.on_rows(marks.state_bars, "strength", shown=known)
    lines = exhibit(data, draw=bars)
    assert lines.svg().count("<text") > 6
    with pytest.raises(Unsupported, match="too small"):
        audiences.disclosed(lines, "directors")


def test_directors_read_a_rounded_share_alike_in_words_and_table(opened):
    figure = opened(lang="en", audience="directors").exhibit("F26")
    first = re.search(r"<tbody><tr>.*?</tr>", figure.html())[0]
    share = re.search(r"most points, ([\d.]+%)", figure.reading)[1]
    assert f"<td>{share}</td>" in first


@pytest.fixture(scope="module")
def editions(opened):
    return cache(lambda region, audience: Edition(opened(lang="en", region=region), audience))


@pytest.mark.parametrize(("region", "audience"), SOME_EDITIONS)
def test_no_suppressed_cell_of_an_edition_can_be_solved(editions, region, audience):
    edition = editions(region, audience)
    assert len(edition.hidden) > 10 and len(edition.sums) > 10
    assert edition.solved() == []


@pytest.mark.parametrize(("region", "audience"), SOME_EDITIONS)
def test_no_word_or_label_of_an_edition_tells_a_hidden_number(editions, region, audience):
    edition = editions(region, audience)
    noun = r"(relations?|partners|pairs|networks?|projects?|terms|sites|contributions|answers|voters|departments)\b"
    for name, told in edition.shown.items():
        if name in (*OFFERS, "F26"):
            continue
        said = (
            [one.caution + one.holds for one in told.numbers]
            if isinstance(told, KeyNumbers)
            else [told.title, told.reading, told.scope, told.note, told.alt]
        )
        for text in said:
            assert not re.search(rf"(?<![\w.,–])[1-4] {noun}", text), (name, text)
        if isinstance(told, KeyNumbers) or not told.draw:
            continue
        column = next(
            (one for one in ("label", "territory", "region", "need") if one in told.data), None
        )
        if column is None:
            continue
        table = told.data.astype(object)
        closed = (
            table.drop(columns=["shrunken"], errors="ignore")
            .eq("s")
            .any(axis=1)
            .groupby(table[column])
            .all()
        )
        for label in closed.index[closed]:
            for point in re.findall(r'aria-label="([^"]*)"', told.drawings[0]):
                if point.startswith(label):
                    assert not re.search(r"\d", point.removeprefix(label)), (name, point)


def behind(drawing: Callable, met: set) -> list[tuple[str, str]]:
    """The frames, numbers in rows and studies that a drawing could read beside what it is handed."""
    names = zip(drawing.__code__.co_freevars, drawing.__closure__ or (), strict=True)
    rows = pd.DataFrame, pd.Series, np.ndarray, explore.Study
    frames = []
    for name, cell in names:
        content = cell.cell_contents
        if isinstance(content, FunctionType) and content not in met:
            met.add(content)
            frames += behind(content, met)
        parts = content.values() if isinstance(content, dict) else [content]
        frames += [(drawing.__qualname__, name) for part in parts if isinstance(part, rows)]
    return frames


def test_a_drawing_sees_the_protected_rows_alone(editions):
    of_all = editions("", "partners").true
    drawings = [told.draw for told in of_all.values() if isinstance(told, Exhibit) and told.draw]
    assert len(drawings) > 15
    assert [frame for drawing in drawings for frame in behind(drawing, set())] == []


def test_titles_stay_informative_where_nothing_is_hidden(editions):
    edition = editions("", "partners")
    whole = {
        name: told
        for name, told in edition.shown.items()
        if isinstance(told, Exhibit) and not told.data.astype(object).eq("s").any(axis=None)
    }
    assert len(whole) > 12
    for name, told in whole.items():
        assert told.title != told.subtitle and told.title == edition.true[name].title, name


def test_key_numbers_hide_what_the_figures_hide(editions):
    edition = editions("Corse", "directors")
    numbers = {one.key: one for one in edition.shown["T8"].numbers}
    lines = edition.shown["F8"].data.set_index("line")
    for line in ("LF1", "LF5", "LF6"):
        if (lines.loc[line] == "s").any():
            assert numbers[line].value is None
        if lines.loc[line, "known"] == "s":
            assert numbers[line].n == "s" and not re.search(r"\d", numbers[line].caution)
    assert "F3" not in edition.shown and numbers["survival"].value is None


def smallest_regions(study: explore.Study) -> list[str]:
    """Regions by their number of running relations, the smallest first."""
    relations = study.relations
    return (
        relations.loc[relations["status"] != "ended", "region"].value_counts().index[::-1].tolist()
    )


def test_a_region_alone_too_small_is_not_told_by_all_the_others(demo, opened, tmp_path):
    """One region alone has fewer than five running relations: the next smallest keeps its own number too."""
    folder = shutil.copytree(demo, tmp_path / "demo")
    first, *_ = smallest_regions(opened(lang="en"))
    partners = pd.read_parquet(folder / "partners.parquet")
    gone = partners.loc[partners["region"] == first, "partner_id"]
    agreements = pd.read_parquet(folder / "agreements.parquet")
    agreements[~agreements["partner_id"].isin(gone)].to_parquet(folder / "agreements.parquet")
    alone, second, third = smallest_regions(explore.open(folder, lang="en"))[:3]
    told = {
        region: explore.open(str(folder), lang="en", region=region, audience="partners")
        for region in (alone, second, third)
    }
    shown = {region: isinstance(one.exhibit("F8"), Exhibit) for region, one in told.items()}
    assert list(shown.values()) == [False, False, True]
    numbers = told[second].exhibit("T8").numbers
    assert {one.n for one in numbers if one.key in ("LF5", "LS5")} == {"s"}


def test_what_opens_a_page_tells_no_small_number(opened):
    region = smallest_regions(opened(lang="en"))[0]
    study = opened(lang="en", region=region, audience="partners")
    of_team = opened(lang="en", region=region)
    n = len(of_team.relations)
    running, ended, to_confirm = (
        (of_team.relations["status"] == status).sum()
        for status in ("running", "ended", "to confirm")
    )
    assert 0 < ended < 5 <= n  # known less those not ended, under F8, would tell it
    assert study.opening()[1:] == [] and f"{n}\u00a0relations" not in study.about_line
    assert f"{n}\u00a0relations" in of_team.about_line
    assert of_team.opening()[1] == (
        f"{n}\u00a0relations are known: "
        f"{running}\u00a0running, {ended} ended, {to_confirm} to confirm."
    )


def test_a_hidden_measure_is_told_however_it_is_rounded():
    labels = ["aaaa", "bbbb", "cccc", "dddd"]
    counts, values = [3, 4, 40, 60], [3.41, 2.5, 1.5, 1.25]
    data = pd.DataFrame({"label": labels, "count": counts, "e_value": values})
    formats = {"label": "text", "count": "integer", "e_value": "number"}
    note = told("It would take at least 3.4.", Number(3.41, digits=1)) + told("A table of groups.")
    given = {"sentences": {"note": note}, "note": spoken(note), "n": 107}
    shown = audiences.disclosed(exhibit(data, formats=formats, **given), "partners")
    assert shown.data["e_value"].iloc[0] == "s"
    assert "3.4" not in shown.note and "A table of groups." in shown.note


def test_few_rows_of_a_source_are_told_with_those_of_others(opened):
    of_team = opened(lang="en").exhibit("T1")
    study = opened(lang="en", audience="directors")
    shown = study.exhibit("T1")
    assert not any(0 < count < 5 for name in ("merged", "set aside") for count in shown.data[name])
    counted = ["read", "kept", "merged", "set aside"]
    assert shown.data.iloc[-1][counted].equals(of_team.data.iloc[-1][counted])
    assert shown.data[counted].iloc[:-1].sum().equals(of_team.data[counted].iloc[:-1].sum())
    assert not any(re.search(r"\d", why) for why in shown.data["why"])
    assert [name for name in shown.data["source"] if "few rows" in name] == [
        shown.data["source"].iloc[-2]
    ]
    points = study.exhibit("T7").data
    assert not set(points.loc[points["subject"] == "Requests not granted", "value"]) & set("1234")


@pytest.mark.parametrize(
    ("merged", "alone"),
    [
        ([0, 7, 9], [True, True, True]),
        ([0, 2, 3, 9], [True, False, False, True]),  # five together
        ([0, 1, 2, 9, 8], [True, False, False, True, False]),  # three were few still
        ([0, 2, 0], [False, False, False]),
    ],
)
def test_sources_with_few_rows_stand_together(opened, merged, alone):
    counts = pd.DataFrame({"merged": merged, "set aside": 0})
    study = opened(lang="en", audience="partners")
    assert source_rows.told_alone(study, counts).tolist() == alone
    assert source_rows.told_alone(study.with_rows.with_(audience="team"), counts).all()


@pytest.mark.parametrize("region", ["Corse", "Mayotte"])
def test_a_refusal_tells_others_no_count(opened, region):
    study = opened(lang="en", region=region)
    for name in ("F1", "F3", "F4", "T4"):
        assert study.exhibit(name).reason.startswith("Only ")
        for audience in ("partners", "directors"):
            reason = study.with_(audience=audience).exhibit(name).reason
            assert reason.startswith("Too few relations") and reason.endswith("from 10 on.")


def test_a_vote_hides_no_rank_that_is_as_large_as_a_withheld_number(opened):
    """Of the nine relations of Corse seven run; the table of ranks beside the vote tells all ranks."""
    told = opened(region="Corse", lang="en", audience="directors").exhibit("F26").data
    whole = opened(lang="en", audience="directors").exhibit("F26").data
    ranks = ["rank", "low", "high"]
    assert (whole[ranks] == 7).any(axis=None)
    pd.testing.assert_frame_equal(told[ranks], whole[ranks], check_dtype=False)
