"""Fragility: the lines seen (F8), terms ahead (F12), what moving thresholds does (T5)."""

import pandas as pd

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.charts import axis_words, colour, marks, new, swatches
from analysis.exhibits.line_counts import counted, live, names, scope_words
from analysis.exhibits.phrases import name, span
from analysis.indicators import fragility, lines
from analysis.relations import membership
from analysis.text import formatting
from analysis.text.formatting import mark
from analysis.text.formatting import text as _


def F8(study) -> Exhibit:
    """Yes, no and unknown on each line of fragility."""
    return counted(
        study,
        "F8",
        "fragility",
        lines.FRAGILITY,
        title=mark(
            "The most frequent fragility: “{line}”, {share} of the {known} {known:relation|relations} where it is known"
        ),
        subtitle=_("Share of relations on each line of fragility: yes, no, unknown"),
        note=_("A line of fragility is no fault: it says where a relation could break."),
    )


def F12(study) -> Exhibit:
    """Which terms lie ahead, month by month, and which of them nothing renews yet."""
    relations = live(study)
    agreements = study.raw("agreements")
    found = fragility.terms(
        agreements, membership(agreements, relations), study.day, study.known("events")
    )
    known = found[found["term"].notna()]
    refuse_if(
        known.empty,
        _("No running relation tells the term of its agreement: no calendar can be shown."),
    )
    ahead = [study.day + pd.DateOffset(months=month) for month in range(13)]
    month = pd.cut(known["term"], ahead, labels=range(1, 13))
    safe = known["tacit"] | known["renewed"]
    open_, kept = _("no renewal yet"), _("renews itself, or renewed")
    count = {
        open_: month[~safe].value_counts(sort=False),
        kept: month[safe].value_counts(sort=False),
    }
    data = pd.DataFrame(count).rename_axis("month").reset_index().astype({"month": "int64"})
    passed = int((known["term"][~safe] <= study.day).sum())
    half, whole = int(data[open_].head(6).sum()), int(data[open_].sum())
    fields = {
        "half": half,
        "whole": whole,
        "rest": whole - half,
        "passed": passed,
        "next": int(data[open_].iloc[0]),
        "day": study.day,
    }
    data = pd.concat([pd.DataFrame({"month": [0], open_: [passed]}), data]).astype({kept: "Int64"})

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.2)
        table = data.assign(
            month=data["month"].map(lambda month: str(month or _("passed")))
        ).set_index("month")
        points = marks.columns(axes, table, "fragility", narrow, name=False)
        swatches(axes, [(open_, colour("fragility"), 1), (kept, colour("fragility"), 0.28)])
        axis_words(
            axes, x=_("Months from {day}", day=study.day), y=_("Relations that come to term")
        )
        return figure, points

    return Exhibit.of(
        study,
        "F12",
        "fragility",
        data,
        draw,
        n=len(known),
        unit=_("relations"),
        rules=Rules(
            total=True,
            not_partners=_("The calendar of terms is kept for the team and the directors."),
        ),
        columns={
            "month": (_("Month ahead (0: passed)"), "integer"),
            open_: (name(open_), "integer"),
            kept: (name(kept), "integer"),
        },
        title=_(
            "{half} {half:relation comes|relations come} to term within six months without a renewal, {whole} within twelve"
            if whole > half
            else "{half} {half:relation comes|relations come} to term within six months without a renewal, none more within twelve",
            **fields,
        ),
        subtitle=_(
            "Relations by the month in which their last agreement comes to term, with and without a renewal"
        ),
        reading=_(
            "In the month that follows {day}, {next} {next:relation comes to term and nothing renews it|relations come to term and nothing renews them} yet; {passed} {passed:has passed its|have passed theirs}, within a grace that still runs.",
            **fields,
        ),
        scope=_(
            "{n} {n:relation|relations} of {all} running or to confirm whose term is known; {scope}.",
            n=len(known),
            all=len(relations),
            scope=study.scope_line,
        ),
        note=_(
            "An agreement that renews itself unless told otherwise, one of which a renewal is recorded, and one followed by "
            "another already signed are not counted as without a renewal. A term that has passed is no end before its grace "
            "of {grace} days.",
            grace=study.parameters.grace_days,
        ),
        alt=_(
            "Stacked columns, terms passed and then twelve months: without a renewal {passed} passed, {half} in the first six months, {rest} in the next six.",
            **fields,
        ),
    )


def T5(study) -> Exhibit:
    """What happens to the lines when their thresholds move by a fifth."""
    relations = live(study, "relation_id")
    conventions = study.conventions
    found = lines.sensitivity(
        study.measures.iloc[relations.index],
        lines.declared(conventions),
        conventions["threshold_move"],
    )
    found = found[found["known"] > 0]
    refuse_if(found.empty, _("No line with a threshold is known: there is nothing to move."))
    tried = found[["lower", "share", "higher"]].astype(float)
    data = found.assign(spread=tried.max(axis=1) - tried.min(axis=1)).reset_index()
    data["label"] = data["line"].map(names())
    moved = data.loc[data["spread"].idxmax()]
    spread = span(*sorted([moved["lower"], moved["higher"]]))
    fields = {"line": moved["label"]} | {
        name: formatting.percent(moved[name]) for name in ("share", "lower", "higher")
    }
    return Exhibit.of(
        study,
        "T5",
        "fragility",
        data,
        n=len(relations),
        unit=_("relations"),
        columns={
            "line": _("Line"),
            "label": _("Statement"),
            "known": (_("Known"), "integer"),
            "threshold": (_("Threshold"), "number"),
            "lower": (_("20% lower"), "percent"),
            "share": (_("As it is"), "percent"),
            "higher": (_("20% higher"), "percent"),
            "spread": (_("Spread"), "percent"),
        },
        title=_(
            "The line that depends most on its threshold is “{line}”: {span}", span=spread, **fields
        )
        if fields["lower"] != fields["higher"]
        else _(
            "No line depends on its threshold: a fifth lower or higher, the shares stay as they are"
        ),
        subtitle=_(
            "Share of relations on each line, of those known, with its threshold 20% lower, as it is, and 20% higher"
        ),
        reading=_(
            "“{line}”: {share} of relations at the threshold of the study, {lower} with one 20% lower, {higher} with one "
            "20% higher.",
            **fields,
        ),
        scope=scope_words(study, len(relations)),
        note=_(
            "Only lines whose threshold is a quantity are moved; a number of territories or of kinds has no fifth. "
            "Thresholds: share of resources (LF1), HHI (LF2), months of expenses (LF4), days (LF5), points of ten (LF8, LS1, LS2), "
            "months (LF9, LS10), euros (LS9)."
        ),
        alt=_("A table of {n} {n:line|lines} with three shares each.", n=len(data)),
    )
