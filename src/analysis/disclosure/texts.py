"""What may be said of an exhibit whose words are texts: numbers are read from its sentences, for want of typed facts.

Exhibits whose sentences are content (`sentences`) do without: this goes with the last family that is not.
"""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.table_export import FORMATS
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.cell_suppression import Limits, together
from analysis.disclosure.hidden_rows import hidden_labels
from analysis.text import formatting

_ = formatting.text

_THIN = "\u202f\u00a0 "
_NUMBER = {
    lang: re.compile(
        rf"(?<![\w.,–−+-])(?:\d{{1,3}}(?:[{thousands}]\d{{3}})+|\d+)(?:[{point}]\d+)?(?!\w|[.,]\d)"
    )
    for lang, thousands, point in (("en", ",", "."), ("fr", _THIN, ","))
}
_RANGE = re.compile(
    rf"\d[\d.,]*[{_THIN}]?%?–\d[\d.,]*(?:[{_THIN}]?%)?|(?<![\d.,])\d{{1,2}}(?:er)? [^\W\d_]+ \d{{4}}"
)  # intervals and dates
_UNIT = re.compile(  # what is measured or drawn, not how many are concerned
    rf"[{_THIN}]?(?:%|[kM]?[€£$]|–|\+|/|for a|pour une?|to \d|à \d|of twenty|sur vingt|(?:years?|ans?|months?|mois|days?|jours?|points?|lines?|lignes?|chances?"
    r"|rows?|forms?|formes?|waves?|vagues?|sources?|panels?|points?)\b)"
)
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")


def plain_texts(
    exhibit: Exhibit, data: pd.DataFrame, hidden: pd.DataFrame, limits: Limits = DEFAULTS
) -> dict[str, str]:
    """Words without what they should not tell: sentences that do are left out, and a title that does gives way to the subtitle."""
    some = limits["percent_from"]
    secrets = _secrets(exhibit, data, hidden, some)
    rows = hidden_labels(exhibit, data, hidden)
    n = None if exhibit.rules.ranks else exhibit.n
    wholly = exhibit.rules.total and hidden.any(axis=None)  # its words add up cells

    def told(text, apart=False):
        return wholly or tells(text, n, secrets, rows, apart, limits)

    notice = _("Some numbers are too small to be shown: they are marked s.")
    plain = {"title": exhibit.subtitle} if told(exhibit.title) else {}
    for field in ("reading", "scope", "note", "alt"):
        sentences = SENTENCE.split(getattr(exhibit, field))
        kept = [
            one for one in sentences if not told(one, apart=field == "scope")
        ]  # "1,116 projects of 1,119" tells 3 unknown
        if len(kept) < len(sentences):
            plain[field] = " ".join(kept) or (
                f"{exhibit.subtitle}. {notice}" if field == "alt" else notice
            )
    if hidden.any(axis=None) and notice not in plain.values():
        plain["note"] = f"{plain.get('note', exhibit.note)} {notice}"
    return plain


def _secrets(exhibit: Exhibit, data: pd.DataFrame, hidden: pd.DataFrame, some: float) -> set[str]:
    """The hidden numbers as a sentence would write them, those left out that any sentence may hold."""
    written = set()
    for name in data.columns:
        kind = exhibit.formats[name]
        for value in data.loc[hidden[name].to_numpy(), name]:
            if (
                isinstance(value, str)
                or formatting.missing(value)
                or kind == "date"
                or (kind == "integer" and value < some)
            ):
                continue
            written |= {FORMATS[kind](value)}
            if kind == "percent":
                written |= {formatting.percent(value, digits) for digits in (0, 1)}
            elif abs(value) >= some:
                written |= {
                    formatting.number(value, digits)
                    for digits in ((0,) if kind == "integer" else (0, 1, 2))
                } | {formatting.money(value)}
            else:  # a measure: 3.41 is told by "3.4" too
                written |= {formatting.number(value, digits) for digits in (1, 2)}
    return (
        written
        - {formatting.number(value, digits) for value in (0, 1, 100) for digits in (0, 1, 2)}
        - {formatting.percent(0), formatting.percent(1)}
    )


def tells(
    text: str,
    n: int | None,
    secrets: Iterable[str] = (),
    rows: Iterable[str] = (),
    apart: bool = False,
    limits: Limits = DEFAULTS,
) -> bool:
    """Whether a sentence tells a secret: a hidden number, a number of a row that hides one, a count of 1 to 4 or a share that is one.

    `n` is what the sentence rests on; None leaves out the last two, where numbers are ranks. With `apart`, two counts that
    1 to 4 lie between tell that too.

    >>> formatting.use("en"); tells("Of 23 partners, 4% depend on the Group", 23), tells("After 3 years, 57% of 80 still run", 80)
    (True, False)
    """
    spoken = [label for label in rows if label in text]
    if any(re.search(r"\d", text.replace(label, "")) for label in spoken):
        return True
    if any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text) for one in secrets):
        return True
    if n is None:
        return False
    bare = _RANGE.sub(" ", text)
    counts: list[int] = []
    shares: list[
        tuple[float, float, int]
    ] = []  # a share, half its last digit, how many counts come before it
    for found in _NUMBER[formatting.language()].finditer(bare):
        plain = re.sub(rf"[{_THIN}]", "", found[0])
        plain = plain.replace(",", ".") if formatting.language() == "fr" else plain.replace(",", "")
        _whole, _point, decimals = plain.partition(".")
        after = bare[found.end() :]
        if re.match(rf"[{_THIN}]?%", after):
            shares.append((float(plain) / 100, 0.5 * 10.0 ** -(len(decimals) + 2), len(counts)))
        elif (
            not decimals
            and not _UNIT.match(after)
            and not re.fullmatch("(19|20)[0-9]{2}", found[0])
        ):
            counts.append(int(plain))
    few = limits["secret_below"]
    between = apart and any(
        not together([abs(one - other)], limits=limits)
        for one, other in zip(counts, counts[1:], strict=False)
    )
    bases = (
        (share, half, base)
        for share, half, before in shares
        for base in {n, *counts[before : before + 1]}
        if base >= few
    )
    if between or not together(counts, limits=limits):
        return True
    return any(_is_few(*one, few) for one in bases)


def _is_few(share: float, half: float, base: int, few: float) -> bool:
    """Whether a rounded share of a base can only be 1 to 4 of it, or all but 1 to 4."""
    low, high = np.ceil((share - half) * base - 1e-9), np.floor((share + half) * base + 1e-9)
    return bool(low <= high and ((low > 0 and high < few) or (high < base and low > base - few)))
