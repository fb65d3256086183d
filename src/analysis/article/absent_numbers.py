"""The sentences that stand in the place of key numbers without a value: those that could not be
measured, those that their audience is not told, and those that no source records.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.text.facts import Label
from analysis.text.messages import say

if TYPE_CHECKING:
    from analysis.article.key_number_cards import KeyNumber


def sentences_of_absent(numbers: Sequence["KeyNumber"]) -> list[str]:
    """Which of these numbers have no value and why, those of one reason together; then which lines
    the sources do not tell.
    """
    without_value = [number for number in numbers if number.recorded and not number.has_card]
    measured = [number for number in without_value if number.untold]
    unknown = [number for number in without_value if not number.untold]
    sentences = [
        *_by_reason("figures.kept_back", measured, [number.untold for number in measured]),
        *_by_reason("figures.unknown", unknown, [number.caution for number in unknown]),
    ]
    labels = [number.label for number in numbers if not number.recorded]
    if labels:
        sentences.append(say("figures.untold", labels=Label("; ".join(labels))))
    return sentences


def _by_reason(message: str, numbers: Sequence["KeyNumber"], reasons: Sequence[str]) -> list[str]:
    titles: dict[str, list[str]] = {}
    for number, reason in zip(numbers, reasons, strict=True):
        title = number.title or number.label
        titles.setdefault(reason, []).append(title[:1].lower() + title[1:])
    return [
        say(message, titles=Label("; ".join(names)), why=Label(reason))
        for reason, names in titles.items()
    ]
