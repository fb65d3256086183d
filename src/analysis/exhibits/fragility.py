"""Fragility: the lines seen (F8), terms ahead (F12), what moving thresholds does (T5)."""

import pandas as pd

from analysis import fragility, lines, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.exhibits.statements import common, counted, live, names, scope_words
from analysis.figures import axis_words, colour, marks, new, swatches
from analysis.relations import membership
from analysis.words import text as _


def F8(study) -> Exhibit:
    """Yes, no and unknown on each line of fragility."""
    return counted(
        study, "fragility", lines.FRAGILITY, _("A line of fragility is no fault: it says where a relation could break.")
    )


def F12(study) -> Exhibit:
    """Which terms lie ahead, month by month, and which of them nothing renews yet."""
    relations = live(study)
    agreements = study.raw("agreements")
    found = fragility.terms(agreements, membership(agreements, relations), study.day, study.known("events"))
    known = found[found["term"].notna()]
    if known.empty:
        raise Unsupported(_("No running relation tells the term of its agreement: no calendar can be shown."))
    ahead = [study.day + pd.DateOffset(months=month) for month in range(13)]
    month = pd.cut(known["term"], ahead, labels=range(1, 13))
    safe = known["tacit"] | known["renewed"]
    open_, kept = _("no renewal yet"), _("renews itself, or renewed")
    count = {open_: month[~safe].value_counts(sort=False), kept: month[safe].value_counts(sort=False)}
    data = pd.DataFrame(count).rename_axis("month").reset_index().astype({"month": "int64"})
    passed = int((known["term"][~safe] <= study.day).sum())
    half, whole = int(data[open_].head(6).sum()), int(data[open_].sum())

    def draw(data, narrow):
        figure, (axes,) = new(narrow, height=3.2)
        table = data.assign(month=data["month"].map(words.number)).set_index("month")
        points = marks.columns(axes, table, "fragility", narrow, name=False)
        swatches(axes, [(open_, colour("fragility"), 1), (kept, colour("fragility"), 0.28)])
        axis_words(axes, x=_("Months from {day}").format(day=words.date(study.day)), y=_("Relations that come to term"))
        return figure, points

    return Exhibit(
        **common(study),
        id="F12",
        family="fragility",
        title=(
            _("{half} relations come to term within six months without a renewal, {whole} within twelve")
            if whole > half
            else _("{half} relations come to term within six months without a renewal, none more within twelve")
        ).format(half=words.number(half), whole=words.number(whole)),
        subtitle=_("Relations by the month in which their last agreement comes to term, with and without a renewal"),
        reading=_(
            "In the month that follows {day}, {next} relations come to term and nothing renews them yet; {passed} have passed "
            "theirs."
        ).format(day=words.date(study.day), next=words.number(int(data[open_].iloc[0])), passed=words.number(passed)),
        scope=_("{n} relations of {all} running or to confirm whose term is known; {scope}.").format(
            n=words.number(len(known)), all=words.number(len(relations)), scope=study.scope_line
        ),
        note=_(
            "An agreement that renews itself unless told otherwise, one of which a renewal is recorded, and one followed by "
            "another already signed are not counted as without a renewal. A term that has passed is no end before its grace of "
            "{grace} days."
        ).format(grace=words.number(study.parameters.grace_days)),
        n=len(known),
        n_unit=_("relations"),
        alt=_(
            "Stacked columns over twelve months: {half} terms without a renewal in the first six, {rest} in the next six."
        ).format(half=words.number(half), rest=words.number(whole - half)),
        data=data,
        labels={"month": _("Month ahead"), open_: _("No renewal yet"), kept: _("Renews itself, or renewed")},
        formats=dict.fromkeys(("month", open_, kept), "integer"),
        draw=draw,
    )


def T5(study) -> Exhibit:
    """What happens to the lines when their thresholds move by a fifth."""
    relations = live(study)
    found = lines.sensitivity(study.measures.loc[relations["relation_id"]])
    found = found[found["known"] > 0]
    if found.empty:
        raise Unsupported(_("No line with a threshold is known: there is nothing to move."))
    label = names()
    data = found.reset_index()
    data.insert(1, "label", data["line"].map(label))
    data["spread"] = (data[["lower", "share", "higher"]].max(axis=1) - data[["lower", "share", "higher"]].min(axis=1)).astype(
        float
    )
    moved = data.loc[data["spread"].idxmax()]
    return Exhibit(
        **common(study),
        id="T5",
        family="fragility",
        title=_("The line that depends most on its threshold is “{line}”: {low} to {high}").format(
            line=moved["label"],
            low=words.percent(min(moved["lower"], moved["higher"])),
            high=words.percent(max(moved["lower"], moved["higher"])),
        ),
        subtitle=_("Share of relations on each line, of those known, with its threshold 20% lower, as it is, and 20% higher"),
        reading=_(
            "“{line}”: {share} of relations at the threshold of the study, {lower} with one 20% lower, {higher} with one 20% "
            "higher."
        ).format(
            line=moved["label"], **{name: words.percent(moved[name]) for name in ("share", "lower", "higher")}
        ),
        scope=scope_words(study, relations),
        note=_(
            "Only lines whose threshold is a quantity are moved; a number of territories or of kinds has no fifth. Thresholds: "
            "share of resources (F1), HHI (F2), months of expenses (F4), days (F5), points of ten (F8, S1, S2), months (F9, "
            "S10), euros (S9)."
        ),
        n=len(relations),
        n_unit=_("relations"),
        alt=_("A table of {n} lines with three shares each.").format(n=words.number(len(data))),
        data=data,
        labels={
            "line": _("Line"), "label": _("Statement"), "known": _("Known"), "threshold": _("Threshold"), "lower": _("20% lower"),
            "share": _("As it is"), "higher": _("20% higher"), "spread": _("Spread"),
        },
        formats={
            "line": "text", "label": "text", "known": "integer", "threshold": "number",
            **dict.fromkeys(("lower", "share", "higher", "spread"), "percent"),
        },
        draw=None,
    )  # fmt: skip
