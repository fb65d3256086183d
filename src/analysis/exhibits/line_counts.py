"""What the twenty lines say in words, and the figure that counts them: yes, no and unknown side by side."""

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit, refuse_if
from analysis.charts import marks
from analysis.exhibits.phrases import bounds, each, interval
from analysis.indicators import lines
from analysis.relations import SILENCE
from analysis.study.study import once
from analysis.text import formatting
from analysis.text.formatting import text as _


def names() -> dict[str, str]:
    """Each line as a reader says it."""
    return {name: _(line.label) for name, line in lines.LINES.items()}


def alive(study) -> np.ndarray:
    """Which relations in scope are not ended, among those whose source still sees: lines speak of what still can be kept."""
    relations = study.relations
    return (
        (relations["status"] != "ended") & (study.seen_until(relations) >= study.day - SILENCE)
    ).to_numpy()


def living(study, *columns: str) -> pd.DataFrame:
    """The relations that are alive, or some columns of them."""
    return study.relations.loc[alive(study), list(columns) or slice(None)]


def live(study, *columns: str) -> pd.DataFrame:
    """The living relations (or some columns of them), or the words that say there is none."""
    found = living(study, *columns)
    refuse_if(
        found.empty,
        _("No relation is running on {day}: there is nothing to read lines on.", day=study.day),
    )
    return found


@once
def prevalence(study) -> pd.DataFrame:
    """How many living relations are yes, no and unknown on each line, as `lines.prevalence`; a partner's count as alike."""
    stated = study.lines[kept := alive(study)]
    partner = study.relations["partner_id"][kept].set_axis(stated.index)
    return lines.prevalence(stated, partner, study.parameters.confidence)


def scope_words(study, n: int) -> str:
    return _(
        "{n} {n:relation|relations} running or to confirm on {day}; {scope}.",
        n=n,
        day=study.day,
        scope=study.scope_line,
    )


def counted(
    study,
    id: str,
    family: str,
    declared: dict[str, lines.Line],
    title: str,
    subtitle: str,
    note: str,
) -> Exhibit:
    """F8 and F15: the lines of one family among the relations that run; `title` is filled with the line most often seen."""
    n = len(live(study, "relation_id"))
    found = prevalence(study).loc[list(declared)].reset_index()
    data = found.assign(label=found["line"].map(names()))
    known = data[data["known"] > 0]
    refuse_if(
        known.empty, _("No source tells any of these lines: all ten are unknown for all relations.")
    )
    top, mean = known.loc[known["share"].idxmax()], known[["yes", "known"]].sum() / n
    fields = {
        "line": top["label"],
        **top[["yes", "no", "unknown", "known"]],
        "interval": interval(top),
    }
    fields |= {part: formatting.percent(top[part]) for part in ("share", "least", "most")}
    silent = data.loc[data["known"] == 0, "label"]
    told = (
        " "
        + _(
            "Not told by any source here: {lines}.",
            lines=formatting.join(_("“{line}”", line=line) for line in silent),
        )
        if len(silent)
        else ""
    )

    draw = marks.on_rows(marks.states, family, shown=lambda data: data[data["known"] > 0])
    return Exhibit.of(
        study,
        id,
        family,
        data,
        draw,
        n=n,
        unit=_("relations"),
        columns={
            "line": _("Line"),
            "label": _("Statement"),
            "yes": (_("Yes"), "integer"),
            "no": (_("No"), "integer"),
            "unknown": (_("Unknown"), "integer"),
            "known": (_("Known"), "integer"),
            "share": (_("Yes, of those known"), "percent"),
            **bounds(),
            "least": (_("If all unknown were no"), "percent"),
            "most": (_("If all unknown were yes"), "percent"),
        },
        title=_(title, **fields),
        subtitle=subtitle,
        reading=_(
            "“{line}”: {yes} {yes:relation|relations} yes, {no} no, {unknown} unknown; that is {share} ({interval}) of the {known} known.",
            **fields,
        )
        + (
            " "
            + _(
                "If all the unknown were alike, between {least} and {most} of all relations.",
                **fields,
            )
            if top["unknown"]
            else ""
        ),
        scope=scope_words(study, n),
        note=_(
            "Thresholds are conventions of this study (table T5 moves them). On average {known} {known:line is|lines are} known of a relation, {yes} of which yes. Intervals allow for the relations that share a partner. What is unknown is never counted as no.",
            yes=formatting.mean(mean["yes"]),
            known=formatting.mean(mean["known"]),
        )
        + f" {note}{told}",
        alt=_(
            "One bar per line, in three parts (yes, no, unknown). Of those known, yes: {list}.",
            list=each(known["label"], known["share"]),
        ),
    )
