"""What the twenty lines say in words, and the figure that counts them: yes, no and unknown side by side."""

import pandas as pd

from analysis import lines, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.figures import marks, new
from analysis.words import text as _


def names() -> dict[str, str]:
    """Each line as a reader says it."""
    return {
        "F1": _("More than 30% of resources come from the Group"),
        "F2": _("Resources rest on two sources or fewer"),
        "F3": _("Two years of deficit running"),
        "F4": _("Equity below one month of expenses"),
        "F5": _("Term within 180 days, no renewal"),
        "F6": _("A single contact on one side"),
        "F7": _("A single kind of contribution"),
        "F8": _("The two sides see it 1.5 points apart or more"),
        "F9": _("Suspension or late payment in 12 months"),
        "F10": _("One territory, no local carrier"),
        "S1": _("Both sides rate the relation 7 or more"),
        "S2": _("Both sides rate co-construction 7 or more"),
        "S3": _("Three kinds of contribution or more"),
        "S4": _("Two domains or more"),
        "S5": _("Local and national at once"),
        "S6": _("Economic cooperation or societal innovation"),
        "S7": _("A renewal with wider scope"),
        "S8": _("Two territories more than at entry"),
        "S9": _("One euro of others per euro of the Group"),
        "S10": _("Joint review in 12 months"),
    }


def live(study) -> pd.DataFrame:
    """The relations in scope that are not ended, or the words that say there is none: lines speak of what still can be kept."""
    found = study.relations[study.relations["status"] != "ended"]
    if found.empty:
        raise Unsupported(
            _("No relation is running on {day}: there is nothing to read lines on.").format(day=words.date(study.day))
        )
    return found


def scope_words(study, relations: pd.DataFrame) -> str:
    return _("{n} relations running or to confirm on {day}; {scope}.").format(
        n=words.number(len(relations)), day=words.date(study.day), scope=study.scope_line
    )


def common(study) -> dict:
    """What every exhibit of a study shares."""
    return {"source": study.source_line, "day": study.day, "synthetic": study.synthetic}


def counted(study, family: str, declared: dict[str, lines.Line], note: str) -> Exhibit:
    """F8 and F15: the lines of one family among the relations that run."""
    relations = live(study)
    stated = study.lines.iloc[relations.index][list(declared)]
    partner = relations.set_index("relation_id")["partner_id"]
    found = lines.prevalence(stated, cluster=partner, confidence=study.parameters.confidence)
    known = found[found["known"] > 0]
    if known.empty:
        raise Unsupported(_("No source tells any of these lines: all ten are unknown for all relations."))
    label = names()
    data = found.reset_index()
    data.insert(1, "label", data["line"].map(label))
    first = known["share"].idxmax()
    top = known.loc[first]
    profile = lines.profile(stated)
    title = {
        "fragility": _("The most frequent fragility: “{line}”, {share} of the {known} relations where it is known"),
        "strength": _("The most frequent strength: “{line}”, {share} of the {known} relations where it is known"),
    }[family]
    silent = [label[name] for name in found.index[found["known"] == 0]]
    told = _("Not told by any source here: {lines}.").format(lines=words.join(silent)) if silent else ""

    def draw(data, narrow):
        shown = data[data["known"] > 0]
        figure, (axes,) = new(narrow, height=marks.tall(len(shown), narrow))
        return figure, marks.states(axes, shown, family, narrow)

    share, interval = words.percent(top["share"]), words.interval(top["low"], top["high"], share=True)
    return Exhibit(
        **common(study),
        id={"fragility": "F8", "strength": "F15"}[family],
        family=family,
        title=title.format(line=label[first], share=share, known=words.number(top["known"])),
        subtitle={
            "fragility": _("Share of relations on each line of fragility: yes, no, unknown"),
            "strength": _("Share of relations on each line of strength: yes, no, unknown"),
        }[family],
        reading=_(
            "“{line}”: {yes} relations yes, {no} no, {unknown} unknown; that is {share} ({interval}) of the {known} known. If "
            "all the unknown were alike, between {least} and {most} of all relations."
        ).format(
            line=label[first],
            **{name: words.number(top[name]) for name in ("yes", "no", "unknown", "known")},
            share=share,
            interval=interval,
            least=words.percent(top["least"]),
            most=words.percent(top["most"]),
        ),
        scope=scope_words(study, relations),
        note=" ".join(
            part
            for part in (
                _(
                    "Thresholds are conventions of this study (table T5 moves them). A relation shows {yes} of its {known} "
                    "known lines on average. Intervals allow for the relations that share a partner. What is unknown is never "
                    "counted as no."
                ).format(yes=words.number(profile["yes"].mean(), 1), known=words.number(profile["known"].mean(), 1)),
                note,
                told,
            )
            if part
        ),
        n=len(relations),
        n_unit=_("relations"),
        alt=_("One bar per line, in three parts (yes, no, unknown). Of those known, yes: {list}.").format(
            list=words.join(f"{label[name]} {words.percent(row['share'])}" for name, row in known.iterrows())
        ),
        data=data,
        labels={
            "line": _("Line"), "label": _("Statement"), "yes": _("Yes"), "no": _("No"), "unknown": _("Unknown"),
            "known": _("Known"), "share": _("Yes, of those known"), "low": _("Low"), "high": _("High"),
            "least": _("If all unknown were no"), "most": _("If all unknown were yes"),
        },
        formats={
            **dict.fromkeys(("line", "label"), "text"),
            **dict.fromkeys(("yes", "no", "unknown", "known"), "integer"),
            **dict.fromkeys(("share", "low", "high", "least", "most"), "percent"),
        },
        draw=draw,
    )  # fmt: skip
