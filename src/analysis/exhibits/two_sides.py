"""What the two sides say of each other: question by question (F13), from wave to wave (F14)."""

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.charts import axis_words, curves, heading, marks, new_figure, stacked
from analysis.exhibits.phrases import share_facts
from analysis.exhibits.sums_elsewhere import end_classes
from analysis.indicators import survey
from analysis.stats import intervals, reliability
from analysis.study.once import once, result
from analysis.text import formatting
from analysis.text.facts import Count, Interval, Label, Listed, Number

_SEED = 2018
HALF_POINT = 0.5  # of ten: nearer than this, the two sides say the same
SURVEY_SIDES = ("partner", "group")
_DIMENSIONS = ("relationship", "co-construction")
STEP_COLUMNS = ["x", "wave", "value", "low", "high", "n", "change", "change_low", "change_high"]
STEP_COLUMNS += ["answered", "mean_all", "least", "most"]


@result
def pairs(study) -> pd.DataFrame:
    """What the two sides of each relation say, side by side, by wave and dimension
    (`survey.pairs`).
    """
    return survey.pairs(sides(study))


# ---- F13
def F13(study) -> Exhibit:
    """What each side says in the last wave, by question, how far apart the two of a pair are."""
    words = words_of(study, "F13")
    require_survey(study, words)
    by_item, level_of_pairs = sides(study, "item"), pairs(study)
    wave = survey.ordered(level_of_pairs)[-1]
    gaps = level_of_pairs.loc[wave].xs("relationship", level="dimension")["gap"].dropna()
    words.refuse_if(len(gaps) < study.conventions["percent_from"], "few")
    items = _item_means(study, by_item, wave)
    classes = _gap_classes(gaps, study.conventions["LF8"], words)
    data = words.views(gap=classes, item=items)[["view", "label", "a", "b", "n", "share"]]
    names = tuple(words.group(side) for side in SURVEY_SIDES)

    far_apart = classes["label"].iloc[[0, -1]].tolist()

    def draw(data, narrow):
        by_gap = words.view(data, "gap").rename(columns={"share": "value"})
        by_gap = by_gap.assign(is_pale=~by_gap["label"].isin(far_apart))
        questions = words.view(data, "item")
        rows = len(by_gap) + 3 * (not narrow)  # what the title tells is large
        heights = marks.tall(rows, narrow, 0.6), marks.tall(len(questions), narrow, 0.8)
        figure, (top, bottom) = stacked(narrow, heights)
        points = marks.bars(top, by_gap, "strength", narrow, write=formatting.percent)
        heading(top, words.picture("gaps"), "strength")
        points += marks.dumbbell(bottom, questions, names, "strength", narrow)
        heading(bottom, words.picture("questions"), "strength")
        return figure, points

    facts = _gap_facts(study, gaps, classes, items)
    facts |= {"wave": Label(wave), **_consistency(study, by_item, wave)}
    rules = Rules(sums=end_classes)
    return Exhibit.of(words, "strength", data, draw, n=len(gaps), facts=facts, rules=rules)


def _item_means(study, sides: pd.DataFrame, wave: str) -> pd.DataFrame:
    """The mean of each side on each question that both answered, its wording; * where reversed."""
    complete_pairs = survey.pairs(sides).loc[wave].dropna(subset=list(SURVEY_SIDES))
    means = complete_pairs.groupby("item")[list(SURVEY_SIDES)].mean().set_axis(["a", "b"], axis=1)
    means["n"] = complete_pairs.groupby("item").size()
    version = study.answers.loc[study.answers["wave"] == wave, "item_version"].mode()
    codebook = study.items[study.items["version"].isin(version)].set_index("item")
    wording = codebook["label"].reindex(means.index)
    wording = wording.fillna(pd.Series(means.index, means.index)).astype("str")
    wording = wording.map(lambda text: formatting.typeset(text).rstrip("."))
    is_reversed = codebook["reversed"].reindex(means.index).fillna(False).astype(bool)
    return means.assign(label=wording.where(~is_reversed, wording + " *"))


def _gap_classes(gaps: pd.Series, apart: float, words: ExhibitWords) -> pd.DataFrame:
    steps = [*np.arange(HALF_POINT, apart, HALF_POINT), apart]
    edges = [*(-step for step in reversed(steps)), *steps]
    rounded = gaps.round(9)
    class_of_gap = np.searchsorted(edges, rounded.to_numpy())
    class_of_gap += rounded.isin(steps).to_numpy()
    counts = np.bincount(class_of_gap, minlength=len(edges) + 1)
    between = [
        {"least": Number(least, digits=1), "most": Number(most, digits=1)}
        for least, most in pairwise(steps)
    ]
    labels = [words.group("group_far")]
    labels += [words.group("group_higher", **step) for step in reversed(between)]
    labels += [words.group("alike")]
    labels += [words.group("partner_higher", **step) for step in between]
    labels += [words.group("partner_far")]
    return pd.DataFrame({"label": labels, "n": counts, "share": counts / len(gaps)})


def _gap_facts(study, gaps: pd.Series, classes: pd.DataFrame, items: pd.DataFrame) -> dict:
    n = len(gaps)
    partners = gaps.index.get_level_values("partner_id")
    is_apart = gaps.abs().round(9) >= study.conventions["LF8"]
    effect = intervals.design_effect(is_apart, pd.Series(partners, gaps.index))
    means_apart = (items["a"] - items["b"]).abs()
    by_item = [
        (Label(row.label), Number(row.a, digits=1), Number(row.b, digits=1))
        for row in items.itertuples()
    ]
    return {
        **share_facts(study, is_apart.sum() / effect, n / effect, base=n),
        "apart": Count(is_apart.sum(), of=n),
        "group_far": Count(int(classes["n"].iloc[0]), of=n),
        "partner_far": Count(int(classes["n"].iloc[-1]), of=n),
        "gap_least": Number(means_apart.min(), digits=1),
        "gap_most": Number(means_apart.max(), digits=1),
        "item_means": Listed(by_item),
    }


def _consistency(study, sides: pd.DataFrame, wave: str) -> dict:
    is_asked = study.items["dimension"] == "relationship"
    items = set(study.items.loc[is_asked, "item"])
    scores = sides["score"].xs((wave, "partner"), level=("wave", "side")).unstack("item")
    scores = scores[[item for item in scores.columns if item in items]]
    partner = pd.Series(scores.index.get_level_values("partner_id"), index=scores.index)
    table = reliability.reliability(
        scores,
        cluster=partner,
        seed=_SEED,
        confidence=study.parameters.confidence,
        least=study.conventions["reliability_from"],
    )
    alpha, omega = table.loc["alpha"], table.loc["omega"]
    return {
        "answering": Count(int(alpha["n"])),
        "alpha": Number(alpha["value"], digits=2),
        "alpha_interval": Interval(alpha["low"], alpha["high"], digits=2, share=False),
        "omega": Number(omega["value"], digits=2),
    }


# ---- F14
def F14(study) -> Exhibit:
    """The same pairs from one wave to the next: those that answered both waves of each step."""
    words = words_of(study, "F14")
    require_survey(study, words)
    level_of_pairs = pairs(study)
    labels = {name: words.group(name.replace("-", "_")) for name in _DIMENSIONS}
    few = study.conventions["percent_from"]
    rows = []
    for step in pairwise(survey.ordered(level_of_pairs)):
        for dimension, label in labels.items():
            levels = survey.by_wave(level_of_pairs, dimension)[list(step)]
            rows += [{"group": label, **row} for row in _step_rows(study, levels, few)]
    data = pd.DataFrame(rows)
    words.refuse_if(data.empty, "few")
    data["step"] = data["before"] + " → " + data["after"]
    last = data[data["group"] == labels["relationship"]].tail(2)
    words.refuse_if(last.empty, "few")
    first_wave, last_wave = last.iloc[0], last.iloc[1]
    n = int(last_wave["n"])
    drawn_steps = list(dict.fromkeys(data["step"]))
    scales = survey.scales(study.answers, study.items)
    level_names = (data["group"] + " " + data["wave"]).map(Label)
    level_values = [Number(level, digits=1) for level in data["value"]]
    facts = {
        "clear": bool(last_wave["change_low"] > 0 or last_wave["change_high"] < 0),
        "first": Number(first_wave["value"], digits=1),
        "last": Number(last_wave["value"], digits=1),
        "before": Label(last_wave["before"]),
        "after": Label(last_wave["after"]),
        "first_interval": _tenths(first_wave["low"], first_wave["high"]),
        "last_interval": _tenths(last_wave["low"], last_wave["high"]),
        "change": Number(last_wave["change"], digits=1),
        "change_interval": _tenths(last_wave["change_low"], last_wave["change_high"]),
        "answered": Count(int(last_wave["answered"])),
        "least": Number(last_wave["least"], digits=1),
        "most": Number(last_wave["most"], digits=1),
        "scale_changed": survey.is_rescaled(scales, last_wave["before"], last_wave["after"]),
        "levels": Listed(list(zip(level_names, level_values, strict=True))),
    }

    def draw(data, narrow):
        figure, panels = new_figure(narrow, height=3.4, panels=len(drawn_steps), share=True)
        points = []
        for panel, step in zip(panels, drawn_steps, strict=True):
            levels = data[data["step"] == step]
            points += curves.bands(
                panel, levels, "strength", narrow, write=marks.tenths, limits=(0, 10)
            )
            panel.set_xticks([0, 1], list(dict.fromkeys(levels["wave"])))
        axis_words(panels[0], x=words.picture("wave"), y=words.picture("level"))
        return figure, points

    data = data[["step", "group", *STEP_COLUMNS]]
    formats = dict.fromkeys(data.select_dtypes("float"), "number")
    return Exhibit.of(words, "strength", data, draw, n=n, facts=facts, formats=formats)


def _step_rows(study, levels: pd.DataFrame, few: int) -> list[dict]:
    before, after = levels.columns
    complete = levels.dropna()
    if len(complete) < few:
        return []
    clusters = complete.index.get_level_values("partner_id")
    drawn = {"seed": _SEED, "confidence": study.parameters.confidence, "cluster": clusters}
    change = intervals.bootstrap(complete[after] - complete[before], "mean", **drawn)
    all_answers = survey.over_waves(levels)
    rows = []
    for x, wave in enumerate(levels):
        row = {"before": before, "after": after, "x": x, "wave": wave, "n": len(complete)}
        row |= dict(intervals.bootstrap(complete[wave], "mean", **drawn))
        everyone = all_answers.loc[wave]
        row |= {"answered": int(everyone["answered"]), "mean_all": everyone["mean_all"]}
        rows.append(row | {"least": everyone["low"], "most": everyone["high"]})
    rows[-1] |= {"change": change["value"]}
    rows[-1] |= {"change_low": change["low"], "change_high": change["high"]}
    return rows


def _tenths(low: float, high: float) -> Interval:
    return Interval(low, high, digits=1, share=False)


@once
def sides(study, by: str = "dimension") -> pd.DataFrame:
    """What each side says, about relations in scope that were alive (`survey.sides`)."""
    scored = survey.scored(study.answers, study.items)
    spoken = survey.sides(scored, by=by, share=study.conventions["survey_share"])
    return spoken[survey.related(spoken, study.relations).notna()]


def require_survey(study, words: ExhibitWords) -> None:
    """Say in words that there is no survey, or none of relations in scope."""
    words.refuse_if(study.answers.empty or study.items.empty, "no_survey")
    words.refuse_if(sides(study).empty, "none_alive")
