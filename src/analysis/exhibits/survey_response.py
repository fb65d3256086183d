"""Who answered the survey, beside all who could have, and how many answers the next wave needs
(T3).
"""

from functools import partial

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.exhibits.sums_elsewhere import one_side_alone
from analysis.exhibits.two_sides import SURVEY_SIDES, pairs, require_survey, sides
from analysis.indicators import survey, survey_weights
from analysis.stats import intervals
from analysis.study.once import result
from analysis.text import formatting
from analysis.text.facts import Count, Interval, Label, Listed, Number, Share

_SAID = ("small", "large", "unknown")  # categories that words name
RESPONSE_COLUMNS = ["view", "wave", "side", "category", "asked", "answered", "share"]
RESPONSE_COLUMNS += ["share_all", "share_answered", "needed_10", "needed_5"]


@result
def response(study) -> pd.DataFrame:
    """How many of the relations alive at each wave answered, on each side (`survey.response_rate`)."""
    return survey.response_rate(sides(study), study.relations)


def T3(study) -> Exhibit:
    """How many of the relations alive at each wave answered, on each side."""
    words = words_of(study, "T3")
    require_survey(study, words)
    words.refuse_if(response(study).empty, "undated")
    data = response(study).reset_index()
    data["side"] = data["side"].map({side: words.group(side) for side in SURVEY_SIDES})
    data["category"] = words.group("all")
    lowest = data.loc[data["share"].idxmin()]
    highest = data.loc[data["share"].idxmax()]
    with_rate = data[data["asked"] >= study.conventions["percent_from"]]
    rates = [
        (Label(row.wave), Label(row.side), Share(row.share, of=row.asked))
        for row in with_rate.itertuples()
    ]
    facts = {
        "wave": Label(lowest["wave"]),
        "side": Label(lowest["side"]),
        "asked": Count(lowest["asked"]),
        "answered": Count(lowest["answered"], of=lowest["asked"]),
        "low": Share(lowest["share"], of=lowest["asked"]),
        "high": Share(highest["share"], of=highest["asked"]),
        "relations": Count(len(study.relations)),
        "rates": Listed(rates),
        **_weighted_facts(study),
    }
    n = data["answered"].sum()
    data = words.views(rate=data, who=respondents(study, words))
    effects = answers_alike(study)
    of_row = data["side"].map({words.group(side): effects.get(side, 1.0) for side in SURVEY_SIDES})
    for points in (10, 5):
        data[f"needed_{points}"] = survey_weights.answers_needed(
            data["asked"], points / 100, design_effect=of_row
        )
    data = data[RESPONSE_COLUMNS]
    levels = pairs(study)["level"].xs("relationship", level="dimension").dropna()
    of_waves = levels.groupby("wave").size().to_dict()
    rules = Rules(team_views="view", sums=partial(one_side_alone, pairs=of_waves))
    formats = {"share_all": "percent", "share_answered": "percent"}
    # which count nobody, and tell how many were asked
    formats |= {"needed_10": "plain number", "needed_5": "plain number"}
    return Exhibit.of(words, "strength", data, n=n, facts=facts, formats=formats, rules=rules)


def answers_alike(study) -> pd.Series:
    """By side, the design effect of a person who answers for several relations, on the share that
    reach the threshold of trust (LS1) in the last wave.
    """
    relations_asked, _traits = _last_wave(study)
    keys = ["wave", "partner_id", "entity", "side"]
    respondent = study.known("answers").groupby(keys)["respondent"].first()
    answers = sides(study).reset_index().join(respondent, on=keys)
    is_last = answers["wave"] == relations_asked["wave"].iloc[0]
    of_wave = answers[is_last & (answers["dimension"] == "relationship")]
    person = of_wave["respondent"].fillna(of_wave["partner_id"])
    reached = of_wave["score"] >= study.conventions["LS1"]
    effects = {
        side: intervals.design_effect(part, person[part.index])
        for side, part in reached.groupby(of_wave["side"])
    }
    return pd.Series(effects, dtype=float)


def respondents(study, words: ExhibitWords) -> pd.DataFrame:
    """In the last wave, by side and by what is known of all: those who answered beside all, and how
    many answers would do for the next wave.
    """
    relations_asked, traits = _last_wave(study)
    tables = []
    for side, rows in relations_asked.groupby("side"):
        answered = rows.set_index("relation_id")["answered"]
        table = survey_weights.beside_all(traits.loc[answered.index], answered).reset_index()
        table["side"] = words.group(side)
        tables.append(table.assign(wave=rows["wave"].iloc[0]))
    table = pd.concat(tables, ignore_index=True)
    fact = table["fact"].map({name: words.group(name) for name in traits})
    value = table["category"].map(
        lambda text: words.group(text) if text in _SAID else formatting.text(text)
    )
    table["category"] = fact + " " + value
    return table.rename(columns={"all": "asked", "rate": "share"})


def _last_wave(study) -> tuple[pd.DataFrame, pd.DataFrame]:
    relations_asked = survey.asked_relations(sides(study), study.relations)
    dated_waves = [
        wave for wave in survey.ordered(pairs(study)) if wave in set(relations_asked["wave"])
    ]
    relations_asked = relations_asked[relations_asked["wave"] == dated_waves[-1]]
    relations = study.relations.set_index("relation_id")
    staff = study.partners.drop_duplicates("partner_id").set_index("partner_id")["staff_fte"]
    staff_fte = relations["partner_id"].map(staff).astype("float64")
    edges = [-1, study.conventions["size_fte"], np.inf]
    size = pd.cut(staff_fte, edges, labels=["small", "large"], right=False)
    traits = relations[["level", "region"]].assign(size=size).astype("str").fillna("unknown")
    return relations_asked, traits


def _weighted_facts(study) -> dict:
    relations_asked, traits = _last_wave(study)
    answers = sides(study)
    answers = answers.assign(relation_id=survey.related(answers, study.relations))
    wave = relations_asked["wave"].iloc[0]
    of_wave = answers.reset_index()
    of_wave = of_wave[(of_wave["wave"] == wave) & (of_wave["side"] == "partner")]
    of_wave = of_wave[of_wave["dimension"] == "relationship"].drop_duplicates("relation_id")
    scores = of_wave.set_index("relation_id")["score"]
    of_partners = relations_asked[relations_asked["side"] == "partner"].set_index("relation_id")
    scores = scores.reindex(of_partners.index)
    means = pd.DataFrame(np.nan, ["plain", "weighted"], ["value", "low", "high"])
    if scores.notna().sum() >= study.conventions["percent_from"]:
        partner = study.relations.set_index("relation_id")["partner_id"].loc[scores.index]
        means = survey_weights.weighted_beside_plain(
            scores,
            traits.loc[scores.index],
            scores.notna(),
            respondent=partner,
            confidence=study.parameters.confidence,
        )
    facts = {"last_wave": Label(wave)}
    for name, mean in means.iterrows():
        facts |= {name: None, f"{name}_interval": None}
        if mean[["value", "low", "high"]].notna().all():
            facts[name] = Number(mean["value"], digits=2)
            facts[f"{name}_interval"] = Interval(mean["low"], mean["high"], digits=2, share=False)
    return facts
