"""T8: eight key numbers of a study, each with its base, interval, caution, and how far it holds under other choices."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from analysis.article.key_number_cards import KeyNumber, KeyNumbers
from analysis.exhibits import durability as shown
from analysis.exhibits import renewals, sensitivity
from analysis.exhibits.followed_relations import followed_counts, followed_relations, headline
from analysis.exhibits.line_counts import living, prevalence
from analysis.exhibits.phrases import span
from analysis.indicators import lines
from analysis.text import formatting

_, N_ = formatting.text, formatting.mark

STATED = {  # line: (family, what it says, caution)
    "LF5": (
        "fragility",
        N_("have come to term, or will within six months, no sequel known"),
        N_("Tacit renewals are left out."),
    ),
    "LF1": (
        "fragility",
        N_("depend on the group for more than 30% of their resources"),
        N_("Known only where accounts are."),
    ),
    "LF6": (
        "fragility",
        N_("rest on one contact on either side"),
        N_("Known only where contacts are recorded."),
    ),
    "LS1": (
        "strength",
        N_("trust each other on both sides (7 out of 10 or more)"),
        N_("Perceived trust, no effect on trust."),
    ),
    "LS5": (
        "strength",
        N_("join the local and the national"),
        N_("A framework agreement counts once."),
    ),
}
UNKNOWN = dict.fromkeys(("value", "low", "high"), float("nan"))


def T8(study, tried: bool = True) -> KeyNumbers:
    """The eight numbers: what lasts, what is renewed, where it is fragile, where it is strong.

    Without `tried` they come alone: whether they hold under other choices, most of the work, is left out.
    """
    numbers = [*_durability(study, tried), *_lines(study, tried)]
    watched = followed_relations(study)
    by_horizon = watched["duration_months"] <= study.parameters.horizon_months
    return KeyNumbers(
        ended=int((watched["ended"] & by_horizon).sum()),
        numbers=numbers if tried else [replace(one, holds="") for one in numbers],
        day=study.day,
        source=study.source_line,
        synthetic=study.synthetic,
        confidence=study.parameters.confidence,
    )


def _durability(study, tried: bool) -> list[KeyNumber]:
    asked, watched = study.parameters, followed_relations(study)
    n = followed_counts(study, study.relations, asked.grace_days).base
    told = headline(study) if len(watched) >= shown.FEW and watched["ended"].any() else None
    when, first = shown.years(asked.horizon_months), shown.first_years(asked.horizon_months)
    here, mean, others = UNKNOWN, UNKNOWN, {"survival": (), "mean": ()}
    if len(watched) >= shown.FEW and not told:
        lasting = mean_told = shown.unended_words()
    elif not told:
        lasting = mean_told = _(
            "Fewer than {few} relations are followed: no number is given.", few=shown.FEW
        )
    else:
        if (
            told.months == asked.horizon_months
        ):  # the same horizon in every report, as they are set side by side
            here, mean = told.survival, told.mean
        others = sensitivity.choices(study)[1:] if tried else others
        far = (
            _("No relation could be followed for {when}: not known.", when=when)
            if formatting.missing(here["value"])
            else ""
        )
        lasting = far or _("Relations whose start is seen; an aim reached ends a relation too.")
        mean_told = far or _(
            "Mean restricted to {first}: what comes later does not count.", first=first
        )
    ripe = renewals.renewal_rate(study, asked.grace_days)
    graces = [grace for grace in sensitivity.GRACES if tried and grace != asked.grace_days]
    rates = [renewals.renewal_rate(study, grace)["value"] for grace in graces]
    due = _("Only terms whose grace of {n} days has elapsed.", n=asked.grace_days)
    if ripe["n"] < shown.FEW:
        ripe, due = (
            {**ripe, **UNKNOWN},
            _(
                "Fewer than {few} terms are known whose grace has elapsed: no number is given.",
                few=shown.FEW,
            ),
        )
    return [
        _key(
            "survival",
            _("of relations last more than {when}", when=when),
            here,
            n,
            lasting,
            others["survival"],
        ),
        _key(
            "renewal",
            _("of agreements that came to their term were renewed"),
            ripe,
            ripe["n"],
            due,
            rates,
            n_unit=_("terms"),
        ),
        _key(
            "mean",
            _("lasted on average over {first}", first=first),
            mean,
            n,
            mean_told,
            others["mean"],
            scale=(0, asked.horizon_months),
            format="months",
        ),
    ]


def _lines(study, tried: bool) -> Iterator[KeyNumber]:
    running = living(study)
    found = prevalence(study).loc[list(STATED)]
    declared = lines.declared(study.conventions)
    moved = lines.sensitivity(
        study.measures.iloc[running.index],
        {name: declared[name] for name in STATED if tried},
        study.conventions["threshold_move"],
    )
    for name, row in found.rename(columns={"share": "value"}).iterrows():
        family, label, caution = STATED[name]
        enough = row["known"] >= shown.FEW
        base = _(
            "known for {known} of {all} running relations", known=row["known"], all=len(running)
        )
        told = _(caution) + (
            f" {base[:1].upper()}{base[1:]}." if row["known"] < len(running) else ""
        )
        others = (
            moved.loc[name, ["lower", "higher"]].astype("float64")
            if enough and name in moved.index
            else ()
        )
        yield _key(
            name, _(label), row if enough else UNKNOWN, row["known"], told, others, family=family
        )


def _key(
    key: str, label: str, row, n: float, caution: str, others: Iterable[float], **fields
) -> KeyNumber:
    """A number (value, low, high) and whether it stays within its interval under every other choice, with the words for it."""
    fields = {
        "family": "durability",
        "n_unit": _("relations"),
        "scale": (0, 1),
        "format": "percent",
    } | fields
    value, low, high = (
        None if pd.isna(row[part]) else float(row[part]) for part in ("value", "low", "high")
    )
    known = [value for value in others if value == value]
    solid, holds = None, ""
    if known and low is not None:
        solid = bool(min(known) >= low and max(known) <= high)
        told = _("Holds under {n:the other choice|the {n} other choices} tried.", n=len(known))
        tenths = lambda value: formatting.number(value, 1)
        moved = span(
            min(known), max(known), formatting.percent if fields["format"] == "percent" else tenths
        )
        if fields["format"] == "months":
            moved = _("{n} {n:month|months}", n=formatting.written(moved, max(known)))
        holds = told if solid else _("With other choices of method: {span}.", span=moved)
    return KeyNumber(
        key=key,
        label=label,
        value=value,
        low=low,
        high=high,
        n=int(n),
        caution=caution,
        solid=solid,
        holds=holds,
        **fields,
    )
