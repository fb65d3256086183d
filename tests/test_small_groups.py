"""Surveys weighted and planned, small groups drawn together: planted programmes with known truth."""

import numpy as np
import pandas as pd
import pytest

from analysis import explore
from analysis.article.exhibit_words import standing_facts
from analysis.article.table_export import column_texts
from analysis.declare import parameters
from analysis.declare.faults import Refused
from analysis.exhibits import survey_response
from analysis.indicators import durability, small_groups, survey_weights
from analysis.report import among_page, assemble, by_index
from analysis.stats import intervals
from analysis.study import opening
from analysis.text.facts import Share
from analysis.text.sentences import Words


def test_respondents_beside_all():
    known = pd.DataFrame({"size": ["small"] * 6 + ["large"] * 3 + [None]})
    answered = pd.Series([True, False, False, False, False, True, True, True, False, False])
    table = survey_weights.beside_all(known, answered).loc["size"]
    assert table.loc["large", ["all", "answered"]].tolist() == [3, 2]
    assert table.loc["large", "difference"] == pytest.approx(2 / 4 - 3 / 10)
    assert table.loc["unknown", ["all", "answered", "rate"]].tolist() == [1, 0, 0]
    assert table["difference"].sum() == pytest.approx(0)


def test_a_mean_is_not_weighted_where_no_weights_agree_with_all():
    size, level = ["small"] * 10 + ["large"] * 10, ["local"] * 15 + ["national"] * 5
    known = pd.DataFrame({"size": size, "level": level})
    answered = pd.Series([True] * 5 + [False] * 10 + [True] * 5)  # small and local, or neither
    scores = pd.Series(np.arange(20.0)).where(answered)
    means = survey_weights.weighted_beside_plain(scores, known, answered)
    assert means.loc["plain", "value"] == 9.5 and means.loc["weighted"].isna().all()


def programme(seed: int, n: int = 240) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Relations with a size and a level; large ones are happier and answer more often."""
    random = np.random.default_rng(seed)
    size = random.choice(["small", "large"], n, p=[0.7, 0.3])
    known = pd.DataFrame({"size": size, "level": random.choice(["local", "national"], n)})
    score = pd.Series(5 + 3 * (size == "large") + random.normal(0, 1, n))
    answered = pd.Series(random.random(n) < np.where(size == "large", 0.8, 0.3))
    return known, score, answered


def test_weights_make_up_for_who_answers():
    gaps, held = {"plain": [], "weighted": []}, {"plain": [], "weighted": []}
    for seed in range(80):
        known, score, answered = programme(seed)
        table = survey_weights.weighted_beside_plain(score.where(answered), known, answered)
        for name, row in table.iterrows():
            gaps[name].append(row["value"] - score.mean())
            held[name].append(row["low"] <= score.mean() <= row["high"])
    assert np.mean(gaps["plain"]) > 0.5 and abs(np.mean(gaps["weighted"])) < 0.05
    assert np.mean(held["plain"]) < 0.2 and np.mean(held["weighted"]) >= 0.88


def test_categories_with_few_answers_are_joined():
    known = pd.DataFrame({"domain": ["a"] * 20 + ["b"] * 20 + ["c"] * 6 + ["d"] * 4})
    answered = pd.Series(
        ([True] * 10 + [False] * 10) * 2 + [True] + [False] * 5 + [True] + [False] * 3
    )
    weights = survey_weights.weights(known, answered)
    assert weights.sum() == pytest.approx(50)
    assert weights.max() < 3  # c and d, two answers for ten, are joined to another domain
    alone = survey_weights.weights(known, answered, few=1)
    assert alone.max() == pytest.approx(6)


@pytest.mark.parametrize("largest", ["a", "z"])
def test_few_answers_are_joined_to_the_largest_category(largest):
    sizes = {largest: (60, 30), "b": (12, 6), "c": (4, 1)}  # all, and those who answered
    known = pd.DataFrame({"domain": [name for name in sizes for _n in range(sizes[name][0])]})
    answered = pd.Series(
        [place < answers for size, answers in sizes.values() for place in range(size)]
    )
    weights = survey_weights.weights(known, answered, few=5)
    by_domain = weights.groupby(known["domain"]).first()
    assert by_domain.to_dict() == pytest.approx({largest: 64 / 31, "b": 2, "c": 64 / 31})


def test_few_answers_that_together_are_enough_are_joined_to_no_other_category():
    known = pd.DataFrame({"domain": ["a"] * 20 + ["b"] * 12 + ["c"] * 8})
    answered = pd.Series(
        [True] * 10 + [False] * 10 + [True] * 3 + [False] * 9 + [True] * 2 + [False] * 6
    )
    weights = survey_weights.weights(known, answered, few=5)
    by_domain = weights.groupby(known["domain"]).first()
    assert by_domain.to_dict() == {"a": 20 / 10, "b": 20 / 5, "c": 20 / 5}


@pytest.mark.parametrize("share", [0.5, 0.2])
@pytest.mark.parametrize("half_width", [0.05, 0.1])
def test_the_planned_answers_are_just_enough(share, half_width):
    needed = survey_weights.answers_needed(400, half_width, share=share)

    def half(n):
        row = intervals.wilson(share * n, n, population=400)
        return (row["high"] - row["low"]) / 2

    assert half(needed) <= half_width < half(needed - 1)
    # Cochran's formula: n0 = z^2 p (1 - p) / e^2, n = n0 / (1 + (n0 - 1) / N)
    simple = 1.959964**2 * share * (1 - share) / half_width**2
    assert needed == pytest.approx(simple / (1 + (simple - 1) / 400), abs=3)
    assert survey_weights.answers_needed(400, half_width, share=share, design_effect=2) > needed


def test_respondents_stand_beside_all_and_the_next_wave_is_planned(demo):
    """Each trait shares out all who were asked and all who answered; others than the team see the rates alone."""
    asked = parameters.parse({"lang": "en"})
    table = explore.Study(demo, asked).exhibit("T3")
    rates, who = (rows for _view, rows in table.data.groupby("view", sort=False))
    last = rates[rates["wave"] == who["wave"].iloc[0]].set_index("side")
    for _trait, rows in who.groupby(["side", who["category"].str.split(":").str[0]]):
        of_side = last.loc[rows["side"].iloc[0]]
        assert rows["asked"].sum() == of_side["asked"]
        assert rows["answered"].sum() == of_side["answered"]
        assert rows["share_all"].sum() == pytest.approx(1)
    assert (who["needed_10"] <= who["needed_5"]).all() and (who["needed_5"] <= who["asked"]).all()
    written = column_texts(rates["needed_5"], table.formats["needed_5"], False)
    assert list(written) == [str(answers) for answers in rates["needed_5"]]
    assert "raked to what is known of all" in table.reading
    directors = asked.model_copy(update={"audience": "directors"})
    assert explore.Study(demo, directors).exhibit("T3").data["category"].unique().tolist() == [
        "all"
    ]


def test_the_next_wave_is_planned_for_persons_who_answer_for_several_relations(demo, monkeypatch):
    """Were each entity's answers those of one person, far more would be needed to know a share as well."""
    study = explore.Study(demo, parameters.parse({"lang": "en"}))
    needed = survey_response.T3(study).data["needed_10"].dropna().sum()
    answers, said = study.known("answers"), survey_response.sides(study)
    is_second = said.index.get_level_values("entity") > said.index.get_level_values("entity").min()
    monkeypatch.setattr(survey_response, "sides", lambda _: said.assign(score=10.0 * is_second))
    monkeypatch.setattr(study, "known", lambda _: answers.assign(respondent=answers["entity"]))
    assert (survey_response.answers_alike(study) > 5).all()
    assert survey_response.T3(study).data["needed_10"].dropna().sum() > 1.5 * needed


def regions(seed: int, likeness: float = 4.0) -> pd.DataFrame:
    """Thirteen regions of the same truth and very different sizes; partners are alike in themselves."""
    random = np.random.default_rng(seed)
    sizes = np.array([8, 10, 12, 15, 18, 20, 25, 30, 35, 40, 60, 80, 120])
    region = np.repeat(np.arange(13), sizes)
    partner = np.arange(len(region)) // 2 * 100 + region
    chance = random.beta(0.6 * likeness, 0.4 * likeness, partner.max() + 1)[partner]
    pace = random.gamma(likeness, 1 / likeness, partner.max() + 1)[partner]
    lasts, watched = random.exponential(70 / pace), random.uniform(30, 90, len(region))
    return pd.DataFrame(
        {
            "region": region,
            "partner": partner,
            "renewed": random.random(len(region)) < chance,
            "months": np.minimum(lasts, watched),
            "ended": lasts <= watched,
        }
    )


def drawn_together(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The renewals and the survivals of regions, each known by its number and interval alone."""
    terms = pd.DataFrame({"renewed": rows["renewed"].astype("boolean"), "how": "explicit"})
    renewals = durability.renewal_rate(terms, rows["region"], partner=rows["partner"])
    survivals = {
        region: durability.by_partner(part["months"], part["ended"], part["partner"], 24)
        for region, part in rows.groupby("region")
    }
    survivals = pd.DataFrame({name: table.loc["survival"] for name, table in survivals.items()}).T
    survivals["n"] = rows.groupby("region").size()
    return (
        small_groups.of_numbers(renewals, "share"),
        small_groups.of_numbers(survivals, "survival"),
    )


def test_no_region_is_named_where_all_are_alike():
    named = {"renewed": [], "going": []}
    for seed in range(25):
        renewed, going = drawn_together(regions(seed))
        named["renewed"].append(renewed["stands_out"].any())
        named["going"].append(going["stands_out"].any())
        spread = renewed["pooled"].max() - renewed["pooled"].min()
        assert spread < renewed["value"].max() - renewed["value"].min()
    assert np.mean(named["renewed"]) <= 0.08 and np.mean(named["going"]) <= 0.08


def test_a_region_that_differs_is_named_and_the_others_are_not():
    rows = regions(1)
    planted = rows["region"] == 12
    rows.loc[planted, "renewed"] = np.arange(planted.sum()) % 10 == 0
    table, _going = drawn_together(rows)
    assert table.index[table["stands_out"]].tolist() == [12]
    assert table.loc[12, "pooled_high"] < table.loc[10, "pooled_low"]


def test_a_group_that_tells_nothing_is_given_what_is_likely_for_any():
    rows = regions(2)
    rows.loc[rows["region"] == 0, "ended"] = False
    _renewed, table = drawn_together(rows)
    assert table.loc[0, "value"] == 1 and np.isnan(table.loc[0, "z"])
    assert table.loc[0, "pooled_low"] < table["pooled"].mean() < table.loc[0, "pooled_high"]
    assert not table.loc[0, "stands_out"]


def test_clusters_that_cancel_out_do_not_make_a_region_certain():
    # every partner of region 0 has one relation that ended and one that goes on: their influences sum to nothing
    rows = regions(2)
    rows.loc[rows["region"] == 0, "months"] = [10.0, 60.0] * 4
    rows.loc[rows["region"] == 0, "ended"] = [True, False] * 4
    rows.loc[rows["region"] == 0, "partner"] = np.repeat([9001, 9002, 9003, 9004], 2)
    _renewed, table = drawn_together(rows)
    assert table.loc[0, "value"] == 0.5 and table.loc[0, "low"] < 0.3 < 0.7 < table.loc[0, "high"]
    assert table["z"].notna().all() and not table.loc[0, "stands_out"]


@pytest.mark.parametrize(("scale", "spread"), [("share", 0.1), ("survival", 0.1), ("mean", 3.0)])
def test_numbers_are_drawn_together_the_more_so_the_fewer_they_rest_on(scale, spread):
    value = np.array([0.5, 0.5, 0.6, 0.5, 0.8]) * (30 if scale == "mean" else 1)
    width = spread * np.array([0.4, 0.4, 2.5, 0.4, 0.4])
    numbers = pd.DataFrame({"value": value, "low": value - width, "high": value + width})
    numbers["n"] = [600, 600, 15, 600, 600]
    pooled = small_groups.of_numbers(numbers, scale)
    assert pooled["stands_out"].tolist() == [False, False, False, False, True]
    assert value[0] < pooled.loc[2, "pooled"] < value[2]
    assert pooled["own_weight"].idxmin() == 2


def number(value: float | None, coverage: bool = True) -> dict:
    spread = {"value": value, "low": None, "high": None}
    if value is not None:
        spread |= {"low": value - 0.1, "high": value + 0.1}
    written = {"written": f"{value}", "interval": "", "ends": ["0%", "100%"], "label": "last"}
    marks = [{"name": "coverage", "holds": coverage}]
    family = {"family": "durability", "family_name": "Durability", "format": "percent"}
    return {**spread, **written, **family, "n": 60, "scale": (0, 1), "marks": marks}


def test_those_of_few_cases_are_told_together_but_never_one_alone(english, opened):
    study = opened(lang="en")
    few = study.relations["entity"].value_counts().index[-3:].tolist()
    both = opened(lang="en", entity="|".join(few)).exhibit("T8", tried=False)
    told = by_index.others(study, "entity", few)
    assert {key: item["value"] for key, item in told.items()} == {
        item.key: item.value for item in both.numbers
    }
    directors = opened(lang="en", audience="directors")
    assert by_index.others(study, "entity", few[:1]) == {}
    assert by_index.others(directors, "entity", few) == {}  # no release plans them
    rows = [by_index.Row(name, name, {"LF6": number(0.5)}, {}) for name in ("Brest", "Nantes")]
    rows += [by_index.Row("Lyon", "Lyon", {"LF6": number(None)}, {})]
    words = Words("pages", "en", standing_facts(study))
    table = by_index._table(words, "", rows, by_index._pooled(rows, 0.95), {"LF6": number(0.4)})
    assert 'Lyon</a></th><td class="num"><b>0.4</b>' in table
    assert table.count("All others together, of fewer than ten known cases each") == 1


def test_one_among_others_is_compared_without_their_names(english, opened):
    values = {"Brest": 0.5, "Nantes": 0.6, "Lyon": None}
    rows = [by_index.Row(name, name, {"LF6": number(value)}, {}) for name, value in values.items()]
    pooled = by_index._pooled(rows, 0.95)
    assert list(pooled["LF6"].index) == ["Brest", "Nantes"], "too few is in no spread"
    words = Words("pages", "en", standing_facts(opened(lang="en")))
    page = str(among_page.among_parts(words, rows[0], rows, pooled, {"LF6": number(0.55)}))
    assert "Brest: one comparable indicator, none stands out" in page and "1 other<" in page
    assert '<line x1="8" x2="312"' in page, "the axis is as long as its places"
    assert "<h3>last</h3>" in page and "Nantes" not in page and "Lyon" not in page
    unknown = {"LF6": number(0.55, coverage=False)}
    page = str(among_page.among_parts(words, rows[0], rows, pooled, unknown))
    assert "nothing can be compared" in page and 'class="pooled"' not in page
    page = str(among_page.among_parts(words, rows[2], rows, pooled, {"LF6": number(0.55)}))
    assert "too few for a number" in page and 'class="own"' not in page


def test_pages_of_reports_for_others_tell_the_study_and_the_day_and_no_count(tmp_path, opened):
    entity = opened(lang="en").relations["entity"].iloc[0]
    for audience, tells in (("team", True), ("partners", False)):
        whole = opened(lang="en", audience=audience)
        study = whole.with_(entity=entity)
        edition = assemble.edition(study, "brest", [], "key")
        report = tmp_path / audience / "brest"
        report.mkdir(parents=True)
        (report / "manifest.json").write_text('{"edition": "1"}', encoding="utf-8")
        by_index.write_index(report.parent, [edition], "entity", report.parent, "key")
        page = (report.parent / "index.html").read_text(encoding="utf-8")
        assert opening.study_and_day(whole) in page
        assert (whole.about_line in page) == tells, audience


def test_the_disc_of_all_is_explained_only_where_it_is_drawn(english, opened):
    rows = [by_index.Row(name, name, {"LF6": number(0.5)}, {}) for name in ("Brest", "Nantes")]
    words = Words("pages", "en", standing_facts(opened(lang="en")))
    pooled = by_index._pooled(rows, 0.95)
    drawn = str(among_page.among_parts(words, rows[0], rows, pooled, {"LF6": number(0.55)}))
    untold = str(among_page.among_parts(words, rows[0], rows, pooled, {"LF6": number(None)}))
    assert "Disc: all together" in drawn and "<circle" in drawn
    assert "Disc: all together" not in untold and "<circle" not in untold


@pytest.mark.parametrize("region", ["Corse", "Mayotte", "Martinique", "La Réunion", "Bretagne"])
def test_no_sentence_gives_a_percentage_of_fewer_than_ten(opened, region):
    """METHOD 5, small numbers: 5-9 counts only; the team counts fewer, too."""
    study = opened(region=region)
    told, of_few = 0, []
    for name in study.exhibits().index:
        try:
            exhibit = study.exhibit(name)
        except Refused:
            continue
        for field, sentences in getattr(exhibit, "sentences", {}).items():
            facts = [fact for sentence in sentences for fact in sentence.facts or ()]
            shares = [fact for fact in facts if isinstance(fact, Share)]
            told += len(shares)
            of_few += [(name, field, fact.of) for fact in shares if fact.of and fact.of < 10]
    assert of_few == []
    assert told or region != "Bretagne"
