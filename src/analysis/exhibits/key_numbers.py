"""T8: eight key numbers of a study, each with its base, interval, caution, and how far it holds under other choices."""

from dataclasses import replace

import pandas as pd

from analysis import lines, words
from analysis.exhibit import KeyNumber, KeyNumbers
from analysis.exhibits import durability as shown
from analysis.exhibits import renewals, sensitivity

_, N_ = words.text, words.mark

STATED = {  # line: (family, what it says, caution)
    "F5": ("fragility", N_("come to their term within six months without a known sequel"), N_("Tacit renewals are left out.")),
    "F1": ("fragility", N_("depend on the group for more than 30% of their resources"), N_("Known only where accounts are.")),
    "F6": ("fragility", N_("rest on one contact on either side"), N_("Known only where contacts are recorded.")),
    "S1": ("strength", N_("trust each other on both sides (7 out of 10 or more)"), N_("Perceived trust, no effect on trust.")),
    "S5": ("strength", N_("join the local and the national"), N_("A framework agreement counts once.")),
}


def T8(study, tried: bool = True) -> KeyNumbers:
    """The eight numbers: what lasts, what is renewed, where it is fragile, where it is strong.

    Without `tried` they come alone: whether they hold under other choices, most of the work, is left out.
    """
    numbers = [*_durability(study, tried), *_lines(study, tried)]
    return KeyNumbers(
        numbers=numbers if tried else [replace(one, holds="") for one in numbers], day=study.day, source=study.source_line,
        synthetic=study.synthetic, confidence=study.parameters.confidence,
    )  # fmt: skip


def _holds(values: list[float], low: float, high: float, write) -> tuple[bool | None, str]:
    """Whether a number stays within its interval under every other choice, and the sentence that says so."""
    known = [value for value in values if value == value]
    if not known or low != low:
        return None, ""
    if min(known) >= low and max(known) <= high:
        return True, words.plural(len(known), "Holds under the other choice tried.", "Holds under all {n} choices tried.").format(
            n=len(known)
        )
    return False, _("Moves from {low} to {high} with the choices of method.").format(
        low=write(min(known)), high=write(max(known))
    )


def _durability(study, tried: bool) -> list[KeyNumber]:
    watched, asked = shown.followed(study.relations), study.parameters
    horizon, when = asked.horizon_months, shown.years(asked.horizon_months)
    kept = {"family": "durability", "n_unit": _("relations")}
    unknown = {"value": None, "low": None, "high": None, "solid": None}
    numbers = []
    if len(watched) < shown.FEW:
        few = _("Fewer than {few} relations are followed: no number is given.").format(few=shown.FEW)
        blank = {"n": len(watched), "caution": few, "holds": "", **unknown, **kept}
        numbers.append(
            KeyNumber(
                key="survival",
                label=_("of relations last more than {when}").format(when=when),
                scale=(0, 1),
                format="percent",
                **blank,
            )
        )
        numbers.append(
            KeyNumber(
                key="mean",
                label=_("lasted on average over the first {when}").format(when=when),
                scale=(0, horizon),
                format="months",
                **blank,
            )
        )
    else:
        here, mean = shown.headline(watched, study)
        others = sensitivity.choices(study)[1:] if tried else pd.DataFrame(columns=["survival", "mean"])
        solid, holds = _holds(list(others["survival"]), here["low"], here["high"], words.percent)
        short = here["value"] != here["value"]
        far = _("No relation could be followed for {when}: not known.").format(when=when)
        numbers.append(KeyNumber(
            key="survival", label=_("of relations last more than {when}").format(when=when), value=_plain(here["value"]), low=_plain(here["low"]),
            high=_plain(here["high"]), scale=(0, 1), format="percent", n=len(watched),
            caution=far if short else _("From the entry into observation on; an aim reached ends a relation too."), solid=solid, holds=holds, **kept,
        ))  # fmt: skip
        solid, holds = _holds(list(others["mean"]), mean["low"], mean["high"], lambda value: words.number(value, 1))
        numbers.append(KeyNumber(
            key="mean", label=_("lasted on average over the first {when}").format(when=when), value=_plain(mean["value"]), low=_plain(mean["low"]),
            high=_plain(mean["high"]), scale=(0, horizon), format="months", n=len(watched),
            caution=far if short else _("Mean restricted to the first {when}: what comes later does not count.").format(when=when), solid=solid, holds=holds, **kept,
        ))  # fmt: skip
    ripe = renewals.renewal_rate(study, asked.grace_days)
    graces = [grace for grace in sensitivity.GRACES if tried and grace != asked.grace_days]
    solid, holds = _holds(
        [renewals.renewal_rate(study, grace)["value"] for grace in graces], ripe["low"], ripe["high"], words.percent
    )
    numbers.insert(1, KeyNumber(
        key="renewal", label=_("of agreements that came to their term were renewed"), value=_plain(ripe["value"]), low=_plain(ripe["low"]),
        high=_plain(ripe["high"]), scale=(0, 1), format="percent", n=int(ripe["n"]),
        caution=_("Only terms whose grace of {n} days has elapsed.").format(n=asked.grace_days), solid=solid, holds=holds,
        family="durability", n_unit=_("terms"),
    ))  # fmt: skip
    return numbers


def _lines(study, tried: bool) -> list[KeyNumber]:
    running = study.relations.loc[study.relations["status"] != "ended"]
    held = study.lines.iloc[running.index][list(STATED)]
    found = lines.prevalence(held, running.set_index("relation_id")["partner_id"], study.parameters.confidence)
    moved = lines.sensitivity(study.measures.iloc[running.index], {name: lines.LINES[name] for name in STATED if tried})
    return [_line(name, row, moved, len(held)) for name, row in found.iterrows()]


def _line(name: str, row: pd.Series, moved: pd.DataFrame, relations: int) -> KeyNumber:
    family, label, caution = STATED[name]
    known = int(row["known"])
    enough = known >= 5
    others = moved.loc[name, ["lower", "higher"]].astype("float64").tolist() if enough and name in moved.index else []
    solid, holds = _holds(others, _number(row["low"]), _number(row["high"]), words.percent)
    base = _("known for {known} of {all} running relations").format(known=words.number(known), all=words.number(relations))
    value = {part: _plain(row[part]) if enough else None for part in ("share", "low", "high")}
    return KeyNumber(
        key=name, family=family, label=_(label), value=value["share"], low=value["low"], high=value["high"], scale=(0, 1), format="percent",
        n=known, n_unit=_("relations"), caution=_(caution) + (f" {base[:1].upper()}{base[1:]}." if known < relations else ""), solid=solid, holds=holds,
    )  # fmt: skip


def _number(value) -> float:
    return float("nan") if pd.isna(value) else float(value)


def _plain(value) -> float | None:
    return None if pd.isna(value) else float(value)
