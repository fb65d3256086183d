"""What the two sides say of each other: who answered (T3), question by question (F13), from wave to wave (F14)."""

import numpy as np
import pandas as pd

from analysis import estimates, strength, survey, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.exhibits.statements import common
from analysis.figures import axis_words, heading, lines, marks, new
from analysis.words import text as _

FEW = 10  # pairs: fewer carry no mean
SEED = 2018


def T3(study) -> Exhibit:
    """How many of the relations alive at each wave answered, on each side."""
    said = _sides(study)
    found = survey.response(said, study.relations)
    if found.empty:
        raise Unsupported(_("No wave of the survey is dated: who was asked cannot be told."))
    data = found.reset_index()
    data["side"] = data["side"].map(_side_names())
    least = data.loc[data["share"].idxmin()]
    return Exhibit(
        **common(study),
        id="T3",
        family="strength",
        title=_("At the lowest, {share} of relations answered ({side}, wave {wave})").format(
            share=words.percent(least["share"]), side=least["side"], wave=least["wave"]
        ),
        subtitle=_("Relations alive at each wave of the survey, and those that answered, by side"),
        reading=_("In wave {wave}, {answered} of {asked} relations alive have an answer of this side: {side}.").format(
            wave=least["wave"], answered=words.number(least["answered"]), asked=words.number(least["asked"]), side=least["side"]
        ),
        scope=_("{n} relations known on {day}; {scope}.").format(
            n=words.number(len(study.relations)), day=words.date(study.day), scope=study.scope_line
        ),
        note=_(
            "All relations alive at a wave are taken as asked: where only a sample was asked, the rate among those asked is "
            "higher. An answer counts when at least 60% of the questions on a subject were answered."
        ),
        n=int(data["answered"].sum()),
        n_unit=_("answers of one side"),
        alt=_("A table of {n} rows: {list}.").format(
            n=words.number(len(data)),
            list=words.join(
                _("{wave}, {side}: {share}").format(wave=row.wave, side=row.side, share=words.percent(row.share))
                for row in data.itertuples()
            ),
        ),
        data=data,
        labels={"wave": _("Wave"), "side": _("Side"), "asked": _("Alive"), "answered": _("Have answered"), "share": _("Rate")},
        formats={"wave": "text", "side": "text", "asked": "integer", "answered": "integer", "share": "percent"},
        draw=None,
    )


def F13(study) -> Exhibit:
    """What each side says, question by question, in the last wave, and how far apart the two of a pair are."""
    said, pairs = _sides(study, "item"), _pairs(study)
    wave = survey.ordered(pairs)[-1]
    items = survey.pairs(said).loc[wave].dropna(subset=["partner", "group"])
    both = items.groupby("item").agg(a=("partner", "mean"), b=("group", "mean"), n=("gap", "size"))
    gaps = pairs.loc[wave].xs("relationship", level="dimension")["gap"].dropna()
    if len(gaps) < FEW:
        raise Unsupported(_("Fewer than ten pairs answered on both sides in the last wave: the two sides cannot be compared."))
    version = study.answers.loc[study.answers["wave"] == wave, "item_version"].mode()
    book = study.items[study.items["version"].isin(version)].set_index("item")["label"]
    turned = study.items[study.items["version"].isin(version) & study.items["reversed"].fillna(False)]["item"]
    label = {item: words.typeset(str(book.get(item) or item)).rstrip(".") for item in both.index}
    both["label"] = [said + " *" * (item in set(turned)) for item, said in label.items()]
    classes = [
        _("Group higher by 1.5 or more"), _("Group higher by 0.5 to 1.5"), _("Within half a point"),
        _("Partner higher by 0.5 to 1.5"), _("Partner higher by 1.5 or more"),
    ]  # fmt: skip
    # Read to nine decimals and closed outwards, so that a gap of exactly 1.5 counts as one, as line F8 does.
    place = np.searchsorted([-1.5, -0.5, 0.5, 1.5], gaps.round(9).to_numpy())
    place = np.where(np.isin(gaps.round(9), [0.5, 1.5]), place + 1, place)
    counts = np.bincount(place, minlength=5)
    data = pd.concat(
        [
            both.reset_index(drop=True).assign(view=_("item")),
            pd.DataFrame({"view": _("gap"), "label": classes, "n": counts, "share": counts / len(gaps)}),
        ]
    )[["view", "label", "a", "b", "n", "share"]]
    widest = both.loc[(both["a"] - both["b"]).abs().idxmax()]
    apart = int(counts[[0, 4]].sum())
    far = estimates.wilson(apart, len(gaps), confidence=study.parameters.confidence)
    consistent = _consistency(study, said, wave)
    sides = _side_names()

    def draw(data, narrow):
        item = data[data["view"] == _("item")]
        gap = data[data["view"] == _("gap")].rename(columns={"share": "value"})
        heights = marks.tall(len(item), narrow, 1.1), marks.tall(len(gap), narrow, 0.6)
        figure, axes = new(narrow, height=sum(heights) / 2, panels=2, columns=1)
        axes[0].get_gridspec().set_height_ratios(heights)
        points = marks.dumbbell(axes[0], item.drop(columns="share"), (sides["partner"], sides["group"]), "strength", narrow)
        heading(axes[0], _("Question by question, 0 to 10"), "strength")
        points += marks.bars(axes[1], gap[["label", "value", "n"]], "strength", narrow, write=words.percent, sort=False)
        heading(axes[1], _("Pairs by their difference"), "strength")
        return figure, points

    return Exhibit(
        **common(study),
        id="F13",
        family="strength",
        title=_("In {share} of pairs the two sides see the relation 1.5 points apart or more").format(
            share=words.percent(far["value"])
        ),
        subtitle=_("Answers of partners and of the Group about the same relations, wave {wave}, 0 to 10").format(wave=wave),
        reading=_(
            "“{item}”: {a} for partners, {b} for the Group. Relation as a whole: {apart} pairs of {n} ({interval}) are apart."
        ).format(
            item=widest["label"],
            a=words.number(widest["a"], 1),
            b=words.number(widest["b"], 1),
            apart=words.number(apart),
            n=words.number(len(gaps)),
            interval=words.interval(far["low"], far["high"], share=True),
        ),
        scope=_("{n} pairs of a partner and an entity of the Group, both of which answered in wave {wave}.").format(
            n=words.number(len(gaps)), wave=wave
        ),
        note=_(
            "Perceived trust, not an impact on trust. Scales brought to 0-10, reversed questions (*) turned, “no opinion” left out;"
            " several respondents of one organisation are averaged first. A mean hides pairs that disagree: the lower panel "
            "shows them. Those who ended their relation before the wave did not answer."
        )
        + f" {consistent}",
        n=len(gaps),
        n_unit=_("pairs"),
        alt=_("Two dots per question, joined: {list}.").format(
            list=words.join(
                _("{item} {a} against {b}").format(item=row.label, a=words.number(row.a, 1), b=words.number(row.b, 1))
                for row in both.itertuples()
            )
        ),
        data=data,
        labels={
            "view": _("View"), "label": _("Question or class"), "a": sides["partner"], "b": sides["group"], "n": _("Pairs"),
            "share": _("Share of pairs"),
        },
        formats={"view": "text", "label": "text", "a": "number", "b": "number", "n": "integer", "share": "percent"},
        draw=draw,
    )  # fmt: skip


def F14(study) -> Exhibit:
    """The same pairs from wave to wave: relationship and co-construction."""
    pairs = _pairs(study)
    waves = survey.ordered(pairs)
    named = {"relationship": _("relationship"), "co-construction": _("co-construction")}
    rows = []
    for dimension, label in named.items():
        found = survey.over_waves(pairs, dimension)
        level = (
            pairs[pairs.index.get_level_values("dimension") == dimension]["level"].unstack("wave").reindex(columns=waves).dropna()
        )
        for place, wave in enumerate(waves):
            mean = {"value": np.nan, "low": np.nan, "high": np.nan}
            if len(level) >= FEW:
                cluster = level.index.get_level_values("partner_id")
                mean = estimates.bootstrap(
                    level[wave], "mean", cluster=cluster, seed=SEED, confidence=study.parameters.confidence
                )[["value", "low", "high"]]  # fmt: skip
            rows.append(
                dict(group=label, x=place, wave=wave, **mean, n=len(level), answered=found.loc[wave, "answered"],
                     mean_all=found.loc[wave, "mean_all"], least=found.loc[wave, "low"], most=found.loc[wave, "high"])
            )  # fmt: skip
    data = pd.DataFrame(rows)
    trust = data[data["group"] == named["relationship"]]
    if len(waves) < 2 or trust["value"].isna().all():
        raise Unsupported(_("Fewer than ten pairs answered in two waves or more: no change can be followed on the same pairs."))
    first, last = trust.iloc[0], trust.iloc[-1]

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.4)
        points = lines.bands(axes, data, "strength", narrow, write=marks.tenths, limits=(0, 10))
        axes.set_xticks(range(len(waves)), waves)
        axis_words(axes, x=_("Wave of the survey"), y=_("Mean level of the two sides, 0 to 10"))
        return figure, points

    return Exhibit(
        **common(study),
        id="F14",
        family="strength",
        title=_("On the same pairs, the level of the relationship goes from {first} to {last}").format(
            first=words.number(first["value"], 1), last=words.number(last["value"], 1)
        ),
        subtitle=_("Mean level of both sides on the pairs that answered in every wave, 0 to 10, with interval"),
        reading=_("Relationship, {n} pairs: {a} in {first} ({low}), {b} in {last} ({high}).").format(
            n=words.number(first["n"]),
            a=words.number(first["value"], 1),
            first=first["wave"],
            low=words.interval(first["low"], first["high"], 1),
            b=words.number(last["value"], 1),
            last=last["wave"],
            high=words.interval(last["low"], last["high"], 1),
        ),
        scope=_("{n} pairs that answered in every wave, of {all} that answered in the last one.").format(
            n=words.number(first["n"]), all=words.number(last["answered"])
        ),
        note=_(
            "Level: mean of the two sides; perceived trust, not an impact on trust. Pairs that stopped answering are not those "
            "that stay: had all of them ended at 0 or at 10, the mean of the first wave's pairs would lie between {low} and "
            "{high} in the last. Intervals by partner."
        ).format(low=words.number(last["least"], 1), high=words.number(last["most"], 1)),
        n=int(first["n"]),
        n_unit=_("pairs"),
        alt=_("Two lines over {waves} waves: {list}.").format(
            waves=words.number(len(waves)),
            list=words.join(f"{row.group} {row.wave} {words.number(row.value, 1)}" for row in data.itertuples()),
        ),
        data=data,
        labels={
            "group": _("Subject"), "x": _("Rank of the wave"), "wave": _("Wave"), "value": _("Mean, same pairs"), "low": _("Low"),
            "high": _("High"), "n": _("Same pairs"), "answered": _("Pairs that answered"), "mean_all": _("Mean, all that answered"),
            "least": _("If those lost were at 0"), "most": _("If those lost were at 10"),
        },
        formats={
            "group": "text", "x": "integer", "wave": "text", "n": "integer", "answered": "integer",
            **dict.fromkeys(("value", "low", "high", "mean_all", "least", "most"), "number"),
        },
        draw=draw,
    )  # fmt: skip


def _side_names() -> dict[str, str]:
    return {"partner": _("Partners"), "group": _("Group")}


def _sides(study, by: str = "dimension") -> pd.DataFrame:
    """What each side says, about relations in scope that were alive; or the words that say there is no survey."""
    if study.answers.empty or study.items.empty:
        raise Unsupported(_("The source has no survey: what the two sides think of the relation is unknown."))
    said = survey.sides(survey.scored(study.answers, study.items), by=by)
    said = said[survey.related(said, study.relations).notna()]
    if said.empty:
        raise Unsupported(_("No answer of the survey speaks of a relation that was alive then: nothing can be shown."))
    return said


def _pairs(study) -> pd.DataFrame:
    return survey.pairs(_sides(study))


def _consistency(study, said: pd.DataFrame, wave: str) -> str:
    """How far the questions on the relationship say one thing, in a sentence: partners' side of one wave."""
    asked = study.items.loc[study.items["dimension"] == "relationship", "item"]
    answers = said["score"].xs((wave, "partner"), level=("wave", "side")).unstack("item")
    answers = answers[[item for item in answers.columns if item in set(asked)]]
    partner = pd.Series(answers.index.get_level_values("partner_id"), index=answers.index)
    found = strength.reliability(answers, cluster=partner, seed=SEED, confidence=study.parameters.confidence)
    alpha, omega = found.loc["alpha"], found.loc["omega"]
    if words.missing(alpha["value"]):
        return _("Fewer than 30 partners answered all questions on the relationship: their consistency is not told.")
    return _(
        "Consistency of the questions on the relationship ({n} partners' answers): alpha {alpha} ({low} to {high}), omega "
        "{omega} (maximum likelihood)."
    ).format(
        n=words.number(alpha["n"]),
        alpha=words.number(alpha["value"], 2),
        low=words.number(alpha["low"], 2),
        high=words.number(alpha["high"], 2),
        omega=words.number(omega["value"], 2),
    )
