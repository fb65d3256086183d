"""Key numbers without what is too small."""

from collections.abc import Iterable
from dataclasses import replace

from analysis.article.key_number_cards import KeyNumber
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.cell_suppression import SECRET, Limits, together
from analysis.disclosure.texts import SENTENCE, tells
from analysis.text import formatting

_ = formatting.text


def key_number(
    one: KeyNumber, ended: int | None, withheld: Iterable[int], limits: Limits = DEFAULTS
) -> KeyNumber:
    """A key number without what is too small: first its value, then its base; no duration on few ends."""
    base = None if formatting.missing(one.n) else int(one.n)
    caution = " ".join(
        sentence
        for sentence in SENTENCE.split(one.caution)
        if not tells(sentence, base or 0, apart=True, limits=limits)
    )
    told = (
        bool(base == 0 or together([base or 0], limits=limits))
        and caution == one.caution
        and base not in withheld
    )
    count = one.value * base if one.format == "percent" and one.value is not None and base else None
    is_few = (
        count is not None
        and abs(count - round(count)) < 1e-6
        and not together([round(count), base - round(count)], limits=limits)
    )
    notice = _("Too small a number to be shown.")
    is_few |= (
        one.key in ("survival", "mean")
        and ended is not None
        and not together([ended, (base or 0) - ended], limits=limits)
    )
    if told and not is_few and (base or 0) >= limits["percent_from"]:
        marks = tuple(
            mark for mark in one.marks if not mark.counts or together(mark.counts, limits=limits)
        )
        return replace(one, marks=marks)
    hidden = {
        "value": None,
        "low": None,
        "high": None,
        "solid": None,
        "holds": notice,
        "marks": (),
        "caution": caution or notice,
    }
    return replace(one, **hidden, n=one.n if told else SECRET)
