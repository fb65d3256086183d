"""What may be shown to whom, exhibit by exhibit, so that every notebook of an edition decides
alike.

"s" (secret), missing (not available) and 0 are three things. What figures and editions tell of each
other is decided in the release (`release`), which hands down what is `Withheld`.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.article.key_number_cards import KeyNumbers
from analysis.charts import shows_nothing
from analysis.declare.conventions import DEFAULTS
from analysis.declare.faults import refusal
from analysis.disclosure import cell_suppression, curves
from analysis.disclosure.cell_suppression import ABOUT_ONE, MEAN_DECIMALS, SECRET, together
from analysis.disclosure.concentration import with_shares_of_one
from analysis.disclosure.curves_side_by_side import told_at_risk
from analysis.disclosure.hidden_rows import LABELS, closed_rows
from analysis.disclosure.key_numbers import plain_key_numbers
from analysis.disclosure.secrecy_rules import Limits
from analysis.disclosure.sentences import Secrets, plain_sentences
from analysis.disclosure.stated_facts import facts_left
from analysis.disclosure.withheld import Withheld
from analysis.text import formatting
from analysis.text.messages import say


class Prepared(NamedTuple):
    """The table of an exhibit before and after what its audience never sees; what is hidden."""

    full: pd.DataFrame
    data: pd.DataFrame
    hidden: pd.DataFrame

    def in_order(self, rows: list[int]) -> "Prepared":
        """The same with its rows in another order."""
        return Prepared(*(table.iloc[rows].reset_index(drop=True) for table in self))


def disclosed(
    exhibit: Exhibit | KeyNumbers,
    audience: str,
    *,
    horizon: int = 36,
    withheld: Withheld = Withheld(),
    limits: Limits = DEFAULTS,
):
    """The exhibit as an audience may see it: unchanged for the team; refused in words where it is
    not for them.

    Hidden cells hold "s" in the data and nothing in the picture; sentences that would tell a hidden
    number are left out. Curves are cut down to half-years with no or five ends each, among them the
    `horizon` that words tell of. What is `withheld` because of other figures and reports is hidden
    too.
    """
    if audience == "team":
        return exhibit
    if isinstance(exhibit, KeyNumbers):
        return plain_key_numbers(exhibit, withheld, limits)
    prepared = protected_table(exhibit, audience, horizon=horizon, withheld=withheld, limits=limits)
    if prepared is None:
        return exhibit
    rules = exhibit.rules
    prepared = as_arranged(exhibit, prepared)
    full, data, hidden = prepared
    published = rounded(data, exhibit)
    if hidden.any(axis=None):
        published = published.astype(object).mask(hidden, SECRET)
    plain = words_left(exhibit, prepared, withheld, limits)
    closed = pd.Series(closed_rows(hidden))
    groups = closed
    if rules.stacked:
        groups = closed.groupby(data[rules.stacked].to_numpy()).any()
    draw = None
    if exhibit.draw and (~groups).sum() > 1:  # else there is no picture, only the table
        drawn = rounded(full, exhibit)

        def draw(_data, narrow):
            return _drawn(exhibit, drawn, hidden, narrow)

        if hidden.any(axis=None) and shows_nothing(draw, full):
            raise Unsupported(say("withheld.all"), exhibit.id)

    return replace(
        exhibit,
        data=published.drop(columns=[*rules.heeded, ABOUT_ONE], errors="ignore"),
        draw=draw,
        states=facts_left(exhibit, data, hidden, plain["sentences"], withheld, limits),
        **plain,
    )


def as_arranged(exhibit: Exhibit, prepared: Prepared) -> Prepared:
    """A prepared table in the order in which its audience sees it."""
    by = exhibit.rules.by
    if by is None:
        return prepared
    return prepared.in_order(_order(by, prepared.data, prepared.hidden))


def words_left(
    exhibit: Exhibit, prepared: Prepared, withheld: Withheld, limits: Limits
) -> dict[str, Any]:
    """What may be said beside a prepared table: the fields that change, and the `sentences` left."""
    full, data, hidden = prepared
    sizes = (
        () if exhibit.rules.of_voters else withheld.bases
    )  # words of terms may tell of relations
    secrets = Secrets(exhibit, data, hidden, limits, _untold(exhibit, full, withheld), sizes)
    return plain_sentences(exhibit, hidden, secrets)


def protected_table(
    exhibit: Exhibit,
    audience: str,
    *,
    horizon: int = 36,
    withheld: Withheld = Withheld(),
    limits: Limits = DEFAULTS,
) -> Prepared | None:
    """The table of an exhibit with what is hidden in it; None where it is open to all, refused in
    words where it is not for this audience or makes up, by its cells together, what is withheld.
    """
    rules = exhibit.rules
    if why := rules.team_only or (audience == "partners" and rules.not_partners):
        raise Unsupported(why, exhibit.id)
    if rules.open:
        return None
    left_out = []
    if rules.chosen_from is not None:
        left_out.append(rules.chosen_from - exhibit.n)
    if not together([exhibit.n, *left_out], audience, limits):
        few = limits["secret_below"]
        raise Unsupported(say("withheld.few", few=few), exhibit.id)
    untold = withheld.numbers_for(exhibit)
    rests_on = [rules.rests_on[fact] for fact in withheld.facts & rules.rests_on.keys()]
    is_made_up = any(
        not value.is_integer() and not _cells_of(exhibit.data, {value}) for value in untold
    )
    if withheld.closes(exhibit) or is_made_up or () in rests_on:
        raise Unsupported(say("withheld.elsewhere"), exhibit.id)
    full = curves.reduced(exhibit, horizon, limits)
    if rules.team_views:
        full = full[full[rules.team_views] == full[rules.team_views].iloc[0]]
        full = full.dropna(axis="columns", how="all").reset_index(drop=True)
    data = full.drop(columns=list(rules.left_out), errors="ignore")
    for row, column in rules.told_elsewhere_alone:
        data.loc[row, column] = pd.NA
    cells = {*withheld.cells.get(exhibit.id, ()), *_cells_of(data, untold)}
    cells = cells.union(told_at_risk(exhibit, full, horizon, limits), *rests_on)
    hidden = cell_suppression.secret(data, exhibit.formats, exhibit.n, rules, limits, cells)
    hidden = with_shares_of_one(data, hidden, exhibit.formats, rules, limits)
    if hidden is None or _hides_each_number(exhibit, data, hidden):
        raise Unsupported(say("withheld.all"), exhibit.id)
    return Prepared(full, data, hidden)


def _hides_each_number(exhibit: Exhibit, data: pd.DataFrame, hidden: pd.DataFrame) -> bool:
    numeric = [
        name
        for name in data.columns
        if exhibit.formats[name] != "text" and name not in cell_suppression.PLACES
    ]
    is_untold = hidden[numeric] | data[numeric].isna()
    return bool(numeric) and bool(is_untold.all(axis=None))


def _cells_of(data: pd.DataFrame, numbers: set[float]) -> set[tuple[int, str]]:
    """The cells of a table that hold one of these numbers."""
    columns = data.select_dtypes("number").columns.difference([*cell_suppression.PLACES])
    values = data[columns].astype("float64").to_numpy()
    alike = np.zeros(values.shape, bool)
    for number in numbers:
        alike |= np.isclose(values, number, rtol=1e-9, atol=0)
    return {(int(row), columns[column]) for row, column in zip(*np.nonzero(alike), strict=True)}


def _untold(exhibit: Exhibit, full: pd.DataFrame, withheld: Withheld) -> list[float]:
    """What words may not tell although no cell of the table holds it."""
    if exhibit.rules.of_voters:
        stated = set()
    else:
        stated = withheld.numbers_stated(exhibit.states)
    numbers = [*stated, *withheld.counts.get(exhibit.id, ())]
    if set(exhibit.data.columns) >= curves.COURSE:
        numbers += set(exhibit.data["running"]) - set(full["running"])
    if set(exhibit.data.columns) >= curves.BY_CAUSE:
        numbers += set(exhibit.data["incidence"]) - {0, 1, *full["incidence"]}
    if set(exhibit.data.columns) >= curves.BY_STATE:
        numbers += curves.shares_of_no_band(exhibit, full)
    return numbers


def rounded(data: pd.DataFrame, exhibit: Exhibit) -> pd.DataFrame:
    """The measures of a table with the decimals that its base bears: all units together leave open
    a tenth of the range or more, so that no single one can be worked out from two means.

    Of 500 units, a share has three decimals and a score of ten has two. A mean of counts has one,
    and is hidden on fewer than 50: times its base it is a sum, which stays open by five.
    """
    places = len(str(exhibit.n))
    table = data.copy()
    # a threshold is stated, and measured of nobody
    for column in data.select_dtypes("float").columns.difference(["threshold"], sort=False):
        if exhibit.formats[column] in ("percent", "points", "number", "p value", "months", "euros"):
            most = data[column].abs().max()
            whole_digits = 0
            if most >= 1.5:
                whole_digits = len(str(int(most)))
            is_mean = column in exhibit.rules.count_means
            if is_mean:
                decimals = MEAN_DECIMALS
            else:
                decimals = max(places - whole_digits, 0)
            if exhibit.formats[column] == "months" and column != "months":
                # as means are written: 30.149, rounded to 30.15 first, would be told as 30.2
                decimals = min(decimals, 1)
            table[column] = data[column].round(decimals)
    return table


def _order(by: str, data: pd.DataFrame, hidden: pd.DataFrame) -> list[int]:
    """The rows of a table sorted by size, those that hide something put last under their heading,
    by name.
    """
    heading = data[by].tolist() if by else [""] * len(data)
    label = data[next(name for name in LABELS if name in data)].tolist()
    position, closed = list(dict.fromkeys(heading)), closed_rows(hidden)

    def place(row: int) -> tuple:
        by_name = ""
        if closed[row]:
            by_name = label[row]
        return position.index(heading[row]), closed[row], by_name, row

    return sorted(range(len(data)), key=place)


def _drawn(exhibit: Exhibit, full: pd.DataFrame, hidden: pd.DataFrame, narrow: bool):
    """The picture without the rows that hide something: part of a row would be read as the whole of
    it.
    """
    bare, closed = full.copy(), np.array(closed_rows(hidden))
    for name in full.columns:
        lost = closed | (hidden[name].to_numpy() if name in hidden else True)
        if lost.any() and exhibit.formats[name] != "text" and name not in cell_suppression.PLACES:
            bare[name] = pd.to_numeric(full[name].astype(object).mask(lost), errors="coerce")
    with formatting.absent(SECRET if closed.any() else None):
        return exhibit.draw(bare, narrow)


def few(count: int, audience: str, limits: Limits = DEFAULTS) -> str:
    """A count as an audience may read it in a sentence.

    >>> formatting.use("en"); few(3, "partners"), few(1200, "partners"), few(3, "team")
    ('fewer than 5', '1,200', '3')
    """
    if together([count], audience, limits):
        return formatting.number(count)
    least = limits["secret_below"]
    return formatting.written(say("withheld.fewer_than", few=least), least)


def released(table: pd.DataFrame, name: str, audience: str) -> pd.DataFrame:
    """A table that an audience may take away row by row: all of it for the team, nothing said by
    someone for directors, no row at all for partners.
    """
    said_by_someone = name in ("answers", "votes")
    if audience == "partners" or (audience == "directors" and said_by_someone):
        expected = "rows of single relations or persons stay within the study team; take a figure's CSV instead"
        raise refusal("audience", f"{name}: {expected}", audience)
    return table
