"""What may be shown to whom: names, small numbers, and which figures appear, for the team, directors and partners.

Each rule looks at one exhibit and at nothing else, so that every notebook of an edition decides alike. "s" (secret), missing
(not available) and 0 are three things. Between editions, a part (a region, a level) that alone is too small takes the next
smallest with it (`companions`); cells hidden in one part only, and two dates of one study, are not protected from the difference
of all the others.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit, Unsupported
from analysis.article.key_number_cards import KeyNumber, KeyNumbers
from analysis.article.table_export import FORMATS
from analysis.declare.conventions import DEFAULTS
from analysis.declare.faults import refusal
from analysis.disclosure import cell_suppression
from analysis.disclosure.cell_suppression import FEW, SOME
from analysis.text import formatting

_ = formatting.text

SECRET = "s"
ABOUT_ONE = "largest"  # a column about one partner: heeded, then left out
LABELS = ("label", "territory", "region", "value", "need", "stratum", "year", "cohort")
GRID = DEFAULTS[
    "curve_step_months"
]  # months between the points of a curve that leaves the team: ends are told by half-year, not by day


def disclosed(
    exhibit: Exhibit | KeyNumbers,
    audience: str,
    *,
    horizon: int = 36,
    withheld: Iterable[int] = (),
):
    """The exhibit as an audience may see it: unchanged for the team; refused in words where it is not for them.

    Hidden cells hold "s" in the data and nothing in the picture; sentences that would tell a hidden number are left out. Curves are
    cut down to half-years with no or five ends each, among them the `horizon` that words tell of. A figure that rests on a
    number `withheld` is refused (see `companions`).
    """
    if audience == "team":
        return exhibit
    if isinstance(exhibit, KeyNumbers):
        return replace(
            exhibit, numbers=[_number(one, exhibit.ended, withheld) for one in exhibit.numbers]
        )
    rules = exhibit.rules
    if why := rules.team_only or (audience == "partners" and rules.not_partners):
        raise Unsupported(why, exhibit.id)
    if rules.open:
        return exhibit
    if not together([exhibit.n], audience) or (
        rules.chosen_from is not None and not together([rules.chosen_from - exhibit.n], audience)
    ):
        raise Unsupported(
            _("Fewer than {few} are concerned: the figure would tell of single ones.", few=FEW),
            exhibit.id,
        )
    if exhibit.n in withheld:
        raise Unsupported(
            _("Too few are concerned here and elsewhere: one report would tell of the other."),
            exhibit.id,
        )
    full = _reduced(exhibit, horizon)
    data = full.drop(columns=list(rules.left_out), errors="ignore")
    hidden = cell_suppression.secret(data, exhibit.formats, exhibit.n, rules)
    numeric = [
        name
        for name in data.columns
        if exhibit.formats[name] != "text" and name not in cell_suppression.PLACES
    ]
    if hidden is None or (numeric and (hidden[numeric] | data[numeric].isna()).all(axis=None)):
        raise Unsupported(_("Every number of this figure is too small to be shown."), exhibit.id)
    if rules.by is not None:
        order = _order(rules.by, data, hidden)
        full, data, hidden = (
            table.iloc[order].reset_index(drop=True) for table in (full, data, hidden)
        )
    shown = data.astype(object).mask(hidden, SECRET) if hidden.any(axis=None) else data
    plain = _plain(exhibit, data, hidden)
    closed = pd.Series(_closed(hidden))
    groups = closed.groupby(data[rules.stacked].to_numpy()).any() if rules.stacked else closed
    seen = (~groups).sum() > 1  # else there is no picture, only the table
    draw = (
        (lambda _data, narrow: _drawn(exhibit, full, hidden, narrow))
        if exhibit.draw and seen
        else None
    )
    return replace(
        exhibit,
        data=shown.drop(columns=[*rules.heeded, ABOUT_ONE], errors="ignore"),
        draw=draw,
        **plain,
    )


def _order(by: str, data: pd.DataFrame, hidden: pd.DataFrame) -> list[int]:
    """The rows of a table sorted by size, those that hide something put last under their heading, by name."""
    heading = data[by].tolist() if by else [""] * len(data)
    label = data[next(name for name in LABELS if name in data)].tolist()
    place, closed = list(dict.fromkeys(heading)), _closed(hidden)
    return sorted(
        range(len(data)),
        key=lambda row: (
            place.index(heading[row]),
            closed[row],
            label[row] if closed[row] else "",
            row,
        ),
    )


def _closed(hidden: pd.DataFrame) -> list[bool]:
    """Which rows hide something of their own, and not only what rests on the whole table."""
    return hidden.drop(columns=list(cell_suppression.POOLED), errors="ignore").any(axis=1).tolist()


def _drawn(exhibit: Exhibit, full: pd.DataFrame, hidden: pd.DataFrame, narrow: bool):
    """The picture without the rows that hide something: part of a row would be read as the whole of it."""
    bare, closed = full.copy(), np.array(_closed(hidden))
    for name in full.columns:
        lost = closed | (hidden[name].to_numpy() if name in hidden else True)
        if lost.any() and exhibit.formats[name] != "text" and name not in cell_suppression.PLACES:
            bare[name] = pd.to_numeric(full[name].astype(object).mask(lost), errors="coerce")
    with formatting.absent(SECRET if closed.any() else None):
        return exhibit.draw(bare, narrow)


def together(counts: Iterable[int], audience: str) -> bool:
    """Whether counts that make a whole may be told side by side: none of them is 1 to 4, or the audience is the team.

    >>> together([60, 3], "team"), together([60, 3], "partners"), together([60, 0], "partners")
    (True, False, True)
    """
    return audience == "team" or not any(0 < count < FEW for count in counts)


def companions(relations: pd.DataFrame, by: str, value: str) -> set[int]:
    """The sizes that the report of one part (a region, a level) withholds so that another part's cannot be worked out.

    Where one part alone has fewer than five, the whole less all other parts would tell it: the next smallest part keeps its own
    size too. Parts are compared by all relations, by those not ended and by those that run.

    >>> held = pd.DataFrame({"region": ["a"] * 9 + ["b"] * 6 + ["c"] * 2, "status": "running"})
    >>> companions(held, "region", "b"), companions(held, "region", "a")
    ({6}, set())
    """
    withheld = set()
    for kept in (
        relations,
        relations[relations["status"] != "ended"],
        relations[relations["status"] == "running"],
    ):
        sizes = kept.groupby(by).size().sort_index().sort_values(kind="stable")
        if (sizes < FEW).sum() == 1 and len(sizes) > 1 and sizes.index[1] == value:
            withheld.add(int(sizes.iloc[1]))
    return withheld


def few(count: int, audience: str) -> str:
    """A count as an audience may read it in a sentence.

    >>> formatting.use("en"); few(3, "partners"), few(1200, "partners"), few(3, "team")
    ('fewer than 5', '1,200', '3')
    """
    return (
        formatting.number(count)
        if together([count], audience)
        else formatting.written(_("fewer than {few}", few=FEW), FEW)
    )


# ---- curves
def _reduced(exhibit: Exhibit, horizon: int) -> pd.DataFrame:
    """The data at times between which no or enough have ended; everything else as it is."""
    data = exhibit.data.reset_index(drop=True)
    if {"stratum", "at_risk", "survival"} <= set(data.columns):
        return _survival(data, horizon, exhibit.id)
    if {"cause", "incidence"} <= set(data.columns):
        return _stacked(data, "months", "cause", ["incidence"], "ended", horizon, exhibit.id)
    if {"month", "state"} <= set(data.columns):
        return _stacked(data, "month", "state", ["share"], "count", 36, exhibit.id)
    return data


def _told_times(count: np.ndarray, times: np.ndarray, anchor: float) -> list[int]:
    """Which times may be told, of rising counts (times x parts): none or five more of each part since the one told before.

    The anchor is told in any case, at the expense of those before it; where even so it cannot be, nothing is.

    >>> _told_times(np.array([[0], [3], [6], [8]]), np.array([6, 12, 18, 24]), 24)
    [0, 3]
    """
    told: list[int] = []
    step = lambda place: count[place] - (count[told[-1]] if told else 0)
    for place, time in enumerate(times):
        while time == anchor and told and not together(step(place).ravel(), ""):
            told.pop()
        if together(step(place).ravel(), ""):
            told.append(place)
        elif time == anchor:
            return []
    return told


def _refuse_curve(id: str):
    raise Unsupported(_("Too few have ended: their curve would tell of single ones."), id)


def _survival(data: pd.DataFrame, horizon: int, id: str) -> pd.DataFrame:
    """Survival curves at half-years while 5 or more are followed."""
    strata = []
    for name, part in data.groupby("stratum", sort=False):
        grid = np.arange(GRID, max(part["months"].max(), horizon) + GRID, GRID, dtype=float)
        grid = np.union1d(grid, [float(horizon)])
        place = part["months"].searchsorted(grid, side="right") - 1
        ended = np.concatenate([[0], part["ended"].cumsum()])[place + 1]
        told = _told_times(ended[:, None], grid, horizon)
        if not told:
            _refuse_curve(id)
        rows = part.iloc[place[told].clip(0)].assign(months=grid[told], stratum=name)
        begun = place[told] < 0
        rows = rows[~begun]
        strata.append(rows[rows["at_risk"] >= FEW])
    curve = pd.concat(strata, ignore_index=True)
    if curve.empty:
        _refuse_curve(id)
    return curve.drop(columns=["ended", "censored"])


def _stacked(
    data: pd.DataFrame, time: str, part: str, shares: list[str], count: str, anchor: int, id: str
) -> pd.DataFrame:
    """Shares that add up, at half-years; parts too small to be told at the anchor are put together, the smallest first."""
    grid = [
        month
        for month in range(0, int(data[time].max()) + GRID, GRID)
        if month <= max(anchor, data[time].max())
    ]
    order = list(dict.fromkeys(data[part]))
    wide = {
        name: data.pivot(index=time, columns=part, values=name)[order] for name in (*shares, count)
    }
    place = wide[count].index.searchsorted(grid, side="right") - 1
    grid, place = (
        [month for month, at in zip(grid, place, strict=True) if at >= 0],
        place[place >= 0],
    )
    wide = {name: table.iloc[place].set_axis(grid) for name, table in wide.items()}
    last = wide[count].loc[max(month for month in grid if month <= anchor)]
    while not together(last, ""):
        least = [name for name in order if last[name] > 0]
        if len(least) < 2:
            _refuse_curve(id)
        one, other = sorted(sorted(least, key=lambda name: (last[name], name))[:2], key=order.index)
        for name, table in wide.items():
            joined = table[[one, other]].sum(axis=1)
            wide[name] = (
                table.drop(columns=other)
                .rename(columns={one: f"{one} / {other}"})
                .assign(**{f"{one} / {other}": joined})
            )
        order = list(wide[count].columns)
        last = wide[count].loc[last.name]
    rising = wide[count].loc[:, [wide[count][name].is_monotonic_increasing for name in order]]
    told = _told_times(rising.to_numpy(), np.array(grid), last.name)
    told = [place for place in told if together(wide[count].iloc[place], "")]
    if not told:
        _refuse_curve(id)
    long = [
        table.iloc[told].rename_axis(time).reset_index().melt(time, var_name=part, value_name=name)
        for name, table in wide.items()
    ]
    return long[0].assign(**{name: one[name] for name, one in zip(wide, long, strict=True)})[
        [c for c in data.columns if c in long[0] or c in wide]
    ]


# ---- words
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
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)")


def _plain(exhibit: Exhibit, data: pd.DataFrame, hidden: pd.DataFrame) -> dict[str, str]:
    """Words without what they should not tell: sentences that do are left out, and a title that does gives way to the subtitle."""
    secrets, rows = _secrets(exhibit, data, hidden), _hidden_rows(exhibit, data, hidden)
    n = None if exhibit.rules.ranks else exhibit.n
    wholly = exhibit.rules.total and hidden.any(axis=None)  # its words add up cells
    tells = lambda text, apart=False: wholly or _tells(text, n, secrets, rows, apart)
    notice = _("Some numbers are too small to be shown: they are marked s.")
    plain = {"title": exhibit.subtitle} if tells(exhibit.title) else {}
    for field in ("reading", "scope", "note", "alt"):
        sentences = _SENTENCE.split(getattr(exhibit, field))
        kept = [
            one for one in sentences if not tells(one, apart=field == "scope")
        ]  # "1,116 projects of 1,119" tells 3 unknown
        if len(kept) < len(sentences):
            plain[field] = " ".join(kept) or (
                f"{exhibit.subtitle}. {notice}" if field == "alt" else notice
            )
    if hidden.any(axis=None) and notice not in plain.values():
        plain["note"] = f"{plain.get('note', exhibit.note)} {notice}"
    return plain


def _secrets(exhibit: Exhibit, data: pd.DataFrame, hidden: pd.DataFrame) -> set[str]:
    """The hidden numbers as a sentence would write them, those left out that any sentence may hold."""
    written = set()
    for name in data.columns:
        kind = exhibit.formats[name]
        for value in data.loc[hidden[name].to_numpy(), name]:
            if (
                isinstance(value, str)
                or formatting.missing(value)
                or kind == "date"
                or (kind == "integer" and value < SOME)
            ):
                continue
            written |= {FORMATS[kind](value)}
            if kind == "percent":
                written |= {formatting.percent(value, digits) for digits in (0, 1)}
            elif abs(value) >= SOME:
                written |= {
                    formatting.number(value, digits)
                    for digits in ((0,) if kind == "integer" else (0, 1, 2))
                } | {formatting.money(value)}
    return (
        written
        - {formatting.number(value, digits) for value in (0, 1, 100) for digits in (0, 1, 2)}
        - {formatting.percent(0), formatting.percent(1)}
    )


def _hidden_rows(exhibit: Exhibit, data: pd.DataFrame, hidden: pd.DataFrame) -> set[str]:
    """What the rows with something hidden are called: who gives a number of theirs gives a hidden one."""
    column = next(
        (name for name in LABELS if name in data and exhibit.formats[name] == "text"), None
    )
    if column is None:
        return set()
    closed = pd.Series(_closed(hidden), data.index).groupby(data[column]).all()
    return {str(label) for label in closed.index[closed] if len(str(label)) > 3}


def _tells(
    text: str,
    n: int | None,
    secrets: Iterable[str] = (),
    rows: Iterable[str] = (),
    apart: bool = False,
) -> bool:
    """Whether a sentence tells a secret: a hidden number, a number of a row that hides one, a count of 1 to 4 or a share that is one.

    `n` is what the sentence rests on; None leaves out the last two, where numbers are ranks. With `apart`, two counts that
    1 to 4 lie between tell that too.

    >>> formatting.use("en"); _tells("Of 23 partners, 4% depend on the Group", 23), _tells("After 3 years, 57% of 80 still run", 80)
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
    small = lambda count: 0 < count < FEW
    between = apart and any(
        small(abs(one - other)) for one, other in zip(counts, counts[1:], strict=False)
    )
    bases = (
        (share, half, base)
        for share, half, before in shares
        for base in {n, *counts[before : before + 1]}
        if base >= FEW
    )
    return between or any(map(small, counts)) or any(_is_few(*one) for one in bases)


def _is_few(share: float, half: float, base: int) -> bool:
    """Whether a rounded share of a base can only be 1 to 4 of it, or all but 1 to 4."""
    low, high = np.ceil((share - half) * base - 1e-9), np.floor((share + half) * base + 1e-9)
    return bool(low <= high and ((low > 0 and high < FEW) or (high < base and low > base - FEW)))


# ---- key numbers
def _number(one: KeyNumber, ended: int | None, withheld: Iterable[int]) -> KeyNumber:
    """A key number without what is too small: below ten no value, below five no base either, no duration on few ends."""
    base = None if formatting.missing(one.n) else int(one.n)
    caution = " ".join(
        sentence
        for sentence in _SENTENCE.split(one.caution)
        if not _tells(sentence, base or 0, apart=True)
    )
    told = (
        bool(base == 0 or together([base or 0], ""))
        and caution == one.caution
        and base not in withheld
    )
    count = one.value * base if one.format == "percent" and one.value is not None and base else None
    is_few = (
        count is not None
        and abs(count - round(count)) < 1e-6
        and not together([round(count), base - round(count)], "")
    )
    notice = _("Too small a number to be shown.")
    is_few |= (
        one.key in ("survival", "mean")
        and ended is not None
        and not together([ended, (base or 0) - ended], "")
    )
    if told and not is_few and (base or 0) >= SOME:
        return one if not _tells(one.holds, base) else replace(one, holds=notice, solid=None)
    hidden = {
        "value": None,
        "low": None,
        "high": None,
        "solid": None,
        "holds": notice,
        "caution": caution or notice,
    }
    return replace(one, **hidden, n=one.n if told else SECRET)


# ---- tables
def largest(amounts: pd.Series, unit: pd.Series, group: pd.Series | list[pd.Series]) -> pd.Series:
    """The share of each group's amount that its largest unit holds, by group: above 85 % the amount would tell that unit's.

    >>> largest(pd.Series([90, 10, 50, 50]), pd.Series(list("abab")), pd.Series([1, 1, 2, 2])).tolist()
    [0.9, 0.5]
    """
    keys = list(group) if isinstance(group, list) else [group]
    held = amounts.astype(float).groupby([*keys, unit], dropna=False).sum()
    over = held.groupby(level=list(range(len(keys))), dropna=False)
    return (over.max() / over.sum()).rename("largest")


def released(table: pd.DataFrame, name: str, audience: str) -> pd.DataFrame:
    """A table that an audience may take away row by row: all of it for the team, nothing said by someone for directors,
    no row at all for partners."""
    said_by_someone = name in ("answers", "votes")
    if audience == "partners" or (audience == "directors" and said_by_someone):
        expected = "rows of single relations or persons stay within the study team; take a figure's CSV instead"
        raise refusal("audience", f"{name}: {expected}", audience)
    return table
