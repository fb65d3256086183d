"""What the two sides say of each other: who answered (T3), question by question (F13), from wave to wave (F14)."""

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit, refuse_if
from analysis.charts import axis_words, curves, heading, marks, new, stacked
from analysis.declare.conventions import DEFAULTS
from analysis.exhibits.phrases import interval
from analysis.indicators import survey
from analysis.stats import intervals, reliability
from analysis.text import formatting
from analysis.text.formatting import text as _

FEW = DEFAULTS["percent_from"]  # pairs: fewer carry no mean
SEED = 2018


def T3(study) -> Exhibit:
    """How many of the relations alive at each wave answered, on each side."""
    said = _sides(study)
    found = survey.response(said, study.relations)
    refuse_if(found.empty, _("No wave of the survey is dated: who was asked cannot be told."))
    data = found.reset_index()
    data["side"] = data["side"].map(_side_names())
    least = data.loc[data["share"].idxmin()]
    fields = {
        **least[["wave", "side", "asked", "answered"]],
        "share": formatting.percent(least["share"]),
    }
    return Exhibit.of(
        study,
        "T3",
        "strength",
        data,
        n=data["answered"].sum(),
        unit=_("answers of one side"),
        columns={
            "wave": _("Wave"),
            "side": _("Side"),
            "asked": (_("Alive"), "integer"),
            "answered": (_("Have answered"), "integer"),
            "share": (_("Rate"), "percent"),
        },
        title=_("At the lowest, {share} of relations answered ({side}, wave {wave})", **fields),
        subtitle=_("Relations alive at each wave of the survey, and those that answered, by side"),
        reading=_(
            "In wave {wave}, {answered} of {asked} relations alive have an answer of this side: {side}.",
            **fields,
        ),
        scope=_(
            "{n} {n:relation|relations} known on {day}; {scope}.",
            n=len(study.relations),
            day=study.day,
            scope=study.scope_line,
        ),
        note=_(
            "All relations alive at a wave are taken as asked: where only a sample was asked, the rate among those asked is "
            "higher. An answer counts when at least 60% of the questions on a subject were answered."
        ),
        alt=_(
            "A table of {n} {n:row|rows}: {list}.",
            n=len(data),
            list=formatting.join(
                _(
                    "{wave}, {side}: {share}",
                    wave=row.wave,
                    side=row.side,
                    share=formatting.percent(row.share),
                )
                for row in data.itertuples()
            ),
        ),
    )


def F13(study) -> Exhibit:
    """What each side says, question by question, in the last wave, and how far apart the two of a pair are."""
    said, pairs = _sides(study, "item"), _pairs(study)
    wave = survey.ordered(pairs)[-1]
    items = survey.pairs(said).loc[wave].dropna(subset=["partner", "group"])
    both = items.groupby("item").agg(a=("partner", "mean"), b=("group", "mean"), n=("gap", "size"))
    gaps = pairs.loc[wave].xs("relationship", level="dimension")["gap"].dropna()
    refuse_if(
        len(gaps) < FEW,
        _(
            "Fewer than ten pairs answered on both sides in the last wave: the two sides cannot be compared."
        ),
    )
    version = study.answers.loc[study.answers["wave"] == wave, "item_version"].mode()
    book = study.items[study.items["version"].isin(version)].set_index("item")
    asked, turned = book["label"], book.index[book["reversed"].fillna(False)]
    both["label"] = [
        formatting.typeset(str(asked.get(one) or one)).rstrip(".") + " *" * (one in turned)
        for one in both.index
    ]
    classes = [
        _("Group higher by 1.5 or more"),
        _("Group higher by 0.5 to 1.5"),
        _("Within half a point"),
        _("Partner higher by 0.5 to 1.5"),
        _("Partner higher by 1.5 or more"),
    ]
    # Read to nine decimals and closed outwards, so that a gap of exactly 1.5 counts as one, as line LF8 does.
    place = np.searchsorted([-1.5, -0.5, 0.5, 1.5], gaps.round(9).to_numpy())
    place = np.where(np.isin(gaps.round(9), [0.5, 1.5]), place + 1, place)
    counts = np.bincount(place, minlength=5)
    apart_by = pd.DataFrame(
        {"view": _("gap"), "label": classes, "n": counts, "share": counts / len(gaps)}
    )
    data = pd.concat([both.assign(view=_("item")), apart_by])
    widest = both.loc[(both["a"] - both["b"]).abs().idxmax()]
    apart = int(counts[[0, 4]].sum())
    far = intervals.wilson(apart, len(gaps), confidence=study.parameters.confidence)
    sides = _side_names()

    def draw(data, narrow):
        item = data[data["view"] == _("item")]
        gap = data[data["view"] == _("gap")].rename(columns={"share": "value"})
        figure, axes = stacked(
            narrow, (marks.tall(len(item), narrow, 1.1), marks.tall(len(gap), narrow, 0.6))
        )
        points = marks.dumbbell(axes[0], item, tuple(sides.values()), "strength", narrow)
        heading(axes[0], _("Question by question, 0 to 10"), "strength")
        points += marks.bars(axes[1], gap, "strength", narrow, write=formatting.percent)
        heading(axes[1], _("Pairs by their difference"), "strength")
        return figure, points

    return Exhibit.of(
        study,
        "F13",
        "strength",
        data,
        draw,
        n=len(gaps),
        unit=_("pairs"),
        columns={
            "view": _("View"),
            "label": _("Question or class"),
            "a": (sides["partner"], "number"),
            "b": (sides["group"], "number"),
            "n": (_("Pairs"), "integer"),
            "share": (_("Share of pairs"), "percent"),
        },
        title=_(
            "In {share} of pairs the two sides see the relation 1.5 points apart or more",
            share=formatting.percent(far["value"]),
        ),
        subtitle=_(
            "Answers of partners and of the Group about the same relations, wave {wave}, 0 to 10",
            wave=wave,
        ),
        reading=_(
            "“{item}”: {a} for partners, {b} for the Group. Relation as a whole: {apart} {apart:pair|pairs} of {n} ({interval}) {apart:is|are} apart.",
            item=widest["label"],
            a=formatting.number(widest["a"], 1),
            b=formatting.number(widest["b"], 1),
            apart=apart,
            n=len(gaps),
            interval=interval(far),
        ),
        scope=_(
            "{n} pairs of a partner and an entity of the Group, both of which answered in wave {wave}.",
            n=len(gaps),
            wave=wave,
        ),
        note=_(
            "Perceived trust, not an impact on trust. Scales brought to 0-10, reversed questions (*) turned, “no opinion” "
            "left out; several respondents of one organisation are averaged first. A mean hides pairs that disagree: the "
            "lower panel shows them. Those who ended their relation before the wave did not answer."
        )
        + " "
        + _consistency(study, said, wave),
        alt=_(
            "Two dots per question, joined: {list}.",
            list=formatting.join(
                _(
                    "{item} {a} against {b}",
                    item=row.label,
                    a=formatting.number(row.a, 1),
                    b=formatting.number(row.b, 1),
                )
                for row in both.itertuples()
            ),
        ),
    )


def F14(study) -> Exhibit:
    """The same pairs from wave to wave: relationship and co-construction."""
    pairs = _pairs(study)
    waves = survey.ordered(pairs)
    named = {"relationship": _("relationship"), "co-construction": _("co-construction")}
    drawn = {"seed": SEED, "confidence": study.parameters.confidence}
    rows = []
    for dimension, label in named.items():
        levels = survey.by_wave(pairs, dimension)
        found, level = (
            survey.over_waves(levels).rename(columns={"low": "least", "high": "most"}),
            levels.dropna(),
        )
        cluster = level.index.get_level_values("partner_id")
        for place, wave in enumerate(waves):
            row = {
                "group": label,
                "x": place,
                "wave": wave,
                "value": np.nan,
                "low": np.nan,
                "high": np.nan,
                "n": len(level),
            }
            if len(level) >= FEW:
                row |= intervals.bootstrap(level[wave], "mean", cluster=cluster, **drawn)[
                    ["value", "low", "high"]
                ]
            rows.append(row | found.loc[wave, ["answered", "mean_all", "least", "most"]].to_dict())
    data = pd.DataFrame(rows)
    trust = data[data["group"] == named["relationship"]]
    refuse_if(
        len(waves) < 2 or trust["value"].isna().all(),
        _(
            "Fewer than ten pairs answered in two waves or more: no change can be followed on the same pairs."
        ),
    )
    first, last = trust.iloc[0], trust.iloc[-1]
    level = survey.by_wave(pairs, "relationship").dropna()
    change = intervals.bootstrap(
        level[waves[-1]] - level[waves[0]],
        "mean",
        cluster=level.index.get_level_values("partner_id"),
        **drawn,
    )
    told = {
        "n": first["n"],
        "first": formatting.number(first["value"], 1),
        "last": formatting.number(last["value"], 1),
    }

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.4)
        points = curves.bands(axes, data, "strength", narrow, write=marks.tenths, limits=(0, 10))
        axes.set_xticks(range(len(waves)), waves)
        axis_words(axes, x=_("Wave of the survey"), y=_("Mean level of the two sides, 0 to 10"))
        return figure, points

    return Exhibit.of(
        study,
        "F14",
        "strength",
        data,
        draw,
        n=first["n"],
        unit=_("pairs"),
        columns={
            "group": _("Subject"),
            "x": (_("Rank of the wave"), "integer"),
            "wave": _("Wave"),
            "value": (_("Mean, same pairs"), "number"),
            "low": (_("Low"), "number"),
            "high": (_("High"), "number"),
            "n": (_("Same pairs"), "integer"),
            "answered": (_("Pairs that answered"), "integer"),
            "mean_all": (_("Mean, all that answered"), "number"),
            "least": (_("If those lost were at 0"), "number"),
            "most": (_("If those lost were at 10"), "number"),
        },
        title=_(
            "On the same pairs, the level of the relationship goes from {first} to {last}", **told
        )
        if change["low"] > 0 or change["high"] < 0
        else _(
            "On the {n} pairs that always answered, the level of the relationship does not clearly move ({first}, then {last})",
            **told,
        ),
        subtitle=_(
            "Mean level of both sides on the pairs that answered in every wave, 0 to 10, with interval"
        ),
        reading=_(
            "Relationship, {n} pairs: {a} in {first} ({low}), {b} in {last} ({high}).",
            n=first["n"],
            a=formatting.number(first["value"], 1),
            first=first["wave"],
            low=formatting.interval(first["low"], first["high"], 1),
            b=formatting.number(last["value"], 1),
            last=last["wave"],
            high=formatting.interval(last["low"], last["high"], 1),
        ),
        scope=_(
            "{n} pairs that answered in every wave, of {all} that answered in the last one.",
            n=first["n"],
            all=last["answered"],
        ),
        note=_(
            "Level: mean of the two sides; perceived trust, not an impact on trust. Pairs that stopped answering are not "
            "those that stay: had all of them ended at 0 or at 10, the mean of the first wave's pairs would lie between {low} "
            "and {high} in the last. Intervals by partner.",
            low=formatting.number(last["least"], 1),
            high=formatting.number(last["most"], 1),
        ),
        alt=_(
            "Two lines over {waves} waves: {list}.",
            waves=len(waves),
            list=formatting.join(
                f"{row.group} {row.wave} {formatting.number(row.value, 1)}"
                for row in data.itertuples()
            ),
        ),
    )


def _side_names() -> dict[str, str]:
    return {"partner": _("Partners"), "group": _("Group")}


def _sides(study, by: str = "dimension") -> pd.DataFrame:
    """What each side says, about relations in scope that were alive; or the words that say there is no survey."""
    refuse_if(
        study.answers.empty or study.items.empty,
        _("The source has no survey: what the two sides think of the relation is unknown."),
    )
    said = survey.sides(survey.scored(study.answers, study.items), by=by)
    said = said[survey.related(said, study.relations).notna()]
    refuse_if(
        said.empty,
        _(
            "No answer of the survey speaks of a relation that was alive then: nothing can be shown."
        ),
    )
    return said


def _pairs(study) -> pd.DataFrame:
    return survey.pairs(_sides(study))


def _consistency(study, said: pd.DataFrame, wave: str) -> str:
    """How far the questions on the relationship say one thing, in a sentence: partners' side of one wave."""
    asked = study.items.loc[study.items["dimension"] == "relationship", "item"]
    answers = said["score"].xs((wave, "partner"), level=("wave", "side")).unstack("item")
    answers = answers[[item for item in answers.columns if item in set(asked)]]
    partner = pd.Series(answers.index.get_level_values("partner_id"), index=answers.index)
    found = reliability.reliability(
        answers, cluster=partner, seed=SEED, confidence=study.parameters.confidence
    )
    alpha, omega = found.loc["alpha"], found.loc["omega"]
    if formatting.missing(alpha["value"]):
        return _(
            "Fewer than 30 partners answered all questions on the relationship: their consistency is not told."
        )
    return _(
        "Consistency of the questions on the relationship ({n} partners' answers): alpha {alpha} ({low} to {high}), omega "
        "{omega} (maximum likelihood).",
        n=alpha["n"],
        alpha=formatting.number(alpha["value"], 2),
        low=formatting.number(alpha["low"], 2),
        high=formatting.number(alpha["high"], 2),
        omega=formatting.number(omega["value"], 2),
    )
