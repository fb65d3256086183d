"""What measures of concentration tell of the partner who has most.

The share of the ten largest times a total that another figure tells is an amount, and is told as
any other. An HHI, the sum of squared shares, is nearly the square of a first share that is large:
beside the share of the ten it leaves the first one open by a few percents.
"""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from analysis.article.rules import Rules
from analysis.disclosure.additive import shares_of_one
from analysis.disclosure.cell_suppression import ABOUT_ONE
from analysis.disclosure.figure_table import Holders
from analysis.disclosure.hidden_parts import may_be_told_of
from analysis.disclosure.secrecy_rules import Limits

HOLDERS = 10  # whose share is told together


def with_shares_of_one(
    data: pd.DataFrame,
    hidden: pd.DataFrame | None,
    formats: Mapping[str, str],
    rules: Rules,
    limits: Limits,
) -> pd.DataFrame | None:
    """What is hidden in a table, and of shares of amounts that add up to one as many more, the
    smallest first, as make the hidden ones together an amount that may be told.
    """
    if hidden is None or ABOUT_ONE not in data or not rules.two_largest:
        return hidden
    hidden = hidden.copy()
    for cells in shares_of_one(data, formats):
        of_amounts = [cell for cell in cells if data.at[cell[0], ABOUT_ONE] > 0]
        order = sorted(of_amounts, key=lambda cell: data.at[cell])
        while closed := [cell for cell in order if hidden.at[cell]]:
            left = [cell for cell in order if not hidden.at[cell]]
            if not left or may_be_told_of([_holders(data, rules, cell) for cell in closed], limits):
                break
            hidden.loc[left[0]] = True
    return hidden


def _holders(data: pd.DataFrame, rules: Rules, cell: tuple[int, str]) -> Holders:
    """Who holds the amount of which a cell is a share."""
    row, _column = cell
    amount, first = float(data.at[cell]), float(data.at[row, ABOUT_ONE])
    second = rules.two_largest[row] - first
    return Holders(float(data.at[row, "count"]), amount, first * amount, second * amount)


def is_of_one(by_partner: pd.Series, limits: Limits, with_portraits: Collection[str] = ()) -> bool:
    """Whether an amount that these partners have together tells that of one of them; or what it
    leaves of those whose portraits tell theirs does, of the others.

    >>> limits = {"secret_below": 5, "dominance": 0.85, "prior_percent": 0.1}
    >>> is_of_one(pd.Series([90, 3, 3, 2, 2]), limits), is_of_one(pd.Series([30, 20, 20, 20]), limits)
    (True, True)
    >>> several = pd.Series([30, 20, 20, 20, 10], index=[*"abcde"])
    >>> is_of_one(several, limits), is_of_one(several, limits, with_portraits={"b"})
    (False, True)
    """
    amounts = by_partner[by_partner > 0].sort_values(ascending=False).to_numpy(float)
    if len(amounts) < 2:
        return True
    holders = Holders(len(amounts), amounts.sum(), amounts[0], amounts[1])
    is_told = may_be_told_of([holders], limits)
    return not is_told or is_told_by_portraits(by_partner, limits, with_portraits)


def is_told_by_portraits(
    by_partner: pd.Series, limits: Limits, with_portraits: Collection[str]
) -> bool:
    """Whether an amount that these partners have together, less what the portraits of some of them
    tell, tells that of one of the others: of all, or of none, it leaves nothing new.

    >>> limits = {"secret_below": 5, "dominance": 0.85, "prior_percent": 0.1}
    >>> several = pd.Series([30, 20, 20, 20, 10], index=[*"abcde"])
    >>> [is_told_by_portraits(several, limits, names) for names in ("b", "abcde", "z")]
    [True, False, False]
    """
    amounts = by_partner[by_partner > 0]
    has_portrait = amounts.index.isin([*with_portraits])
    if has_portrait.all() or not has_portrait.any():
        return False
    return is_of_one(amounts[~has_portrait], limits)


def partners_with_portraits(study) -> list[str]:
    """The partners of a study who consent to a portrait, which tells their amounts year by year."""
    if not study.has("projects"):
        return []
    return study.values("partner")


def share_tells_one(
    largest: pd.Series,
    others: pd.Series,
    limits: Limits,
    with_portraits: Collection[str] = (),
) -> bool:
    """Whether the share of the largest holders of a total tells an amount of one partner: of what
    these have together, or of what it leaves to all others.

    >>> limits = {"secret_below": 5, "dominance": 0.85, "prior_percent": 0.1}
    >>> several = pd.Series([30, 20, 20, 20, 10])
    >>> share_tells_one(several, several, limits), share_tells_one(several, pd.Series([4]), limits)
    (False, True)
    """
    if is_of_one(largest, limits, with_portraits):
        return True
    return bool(others.gt(0).any() and is_of_one(others, limits, with_portraits))


def points_of_one(
    amounts: pd.Series,
    below: list[int],
    limits: Limits,
    with_portraits: Collection[str] = (),
) -> list[bool]:
    """Which points of a Lorenz curve are not to be told, since the step from one told to the next
    would be an amount of one partner: `below` is how many partners each point leaves below it.

    A step keeps its largest partner where it takes in others below, so that the steps are laid from
    the largest partners down. None of the partners and all of them are told in any case.

    The share of the ten largest is told beside the curve, and is a point of it too.

    >>> limits = {"secret_below": 5, "dominance": 0.85, "prior_percent": 0.1}
    >>> amounts = pd.Series([*[50] * 9, 2000, *[2100] * 5])
    >>> points_of_one(amounts, [0, 5, 10, 15], limits)
    [False, False, True, False]
    """
    ordered = amounts[amounts > 0].sort_values(kind="stable")
    n = len(ordered)
    of_the_ten = max(n - HOLDERS, 0)
    told = {n}

    def is_one_step(first: int, last: int) -> bool:
        return is_of_one(ordered.iloc[first:last], limits, with_portraits)

    for point in sorted({*below} - {0, n}, reverse=True):
        above = min(other for other in {*told, of_the_ten} if other > point)
        steps = [(point, above)]
        if 0 < of_the_ten < point:
            steps.append((of_the_ten, point))
        if not any(is_one_step(first, last) for first, last in steps):
            told.add(point)
    while len(told) > 1 and is_one_step(0, min(told)):
        told.remove(min(told))
    return [point not in {0, *told} for point in below]


def hhi_tells_first(
    by_partner: pd.Series,
    half_digit: float,
    limits: Limits,
    with_portraits: Collection[str] = (),
) -> bool:
    """Whether an HHI told to within `half_digit` leaves the first amount open by less than
    `prior_percent` on either side, to who knows all but how the ten largest share theirs; or that
    of the first without a portrait, to who reads the portraits too.

    >>> limits = {"prior_percent": 0.1}
    >>> hhi_tells_first(pd.Series([69, 3, 1, *[0.5] * 54]), 0.005, limits)
    True
    >>> hhi_tells_first(pd.Series([8, 7, 6, 5, 4, *[2] * 35]), 0.005, limits)
    False
    """
    shares = by_partner[by_partner > 0].sort_values(ascending=False, kind="stable").astype(float)
    shares = shares / shares.sum()
    of_the_ten = shares.iloc[:HOLDERS]
    least = shares.iloc[HOLDERS:].to_numpy().max(initial=0.0)
    largest = of_the_ten[~of_the_ten.index.isin([*with_portraits])].to_numpy()
    return bool(len(largest)) and _squares_tell_first(largest, least, half_digit, limits)


def _squares_tell_first(
    largest: np.ndarray, least: float, half_digit: float, limits: Limits
) -> bool:
    """Whether the sum of squares of the `largest` shares, in descending order, of which none is
    below `least`, leaves the first of them open by less than `prior_percent` on either side.
    """
    others = len(largest) - 1
    total, squares = largest.sum(), (largest**2).sum()
    margin = limits["prior_percent"] * largest[0]

    def of_others(first: float, most_unequal: bool) -> float:
        """The squares of the others where the first had this share; missing where it cannot."""
        above = total - first - others * least
        room = first - least
        if not others or above < 0 or above > others * room:
            return np.nan
        if not most_unequal:
            return (total - first) ** 2 / others
        full = int(above / room) if room else 0
        beyond = others - full
        last = 0.0
        if beyond:
            last = (least + above - full * room) ** 2
        return full * first**2 + last + max(beyond - 1, 0) * least**2

    first_more, first_less = largest[0] + margin, largest[0] - margin
    fewest = first_more**2 + of_others(first_more, False)
    most = first_less**2 + of_others(first_less, True)
    return not (fewest <= squares + half_digit and most >= squares - half_digit)


def hhi_tells_group(
    funding: pd.DataFrame,
    unit: str,
    half_digit: float,
    limits: Limits,
    with_portraits: Collection[str] = (),
) -> bool:
    """Whether an HHI of groups (`unit`) told to within `half_digit` tells the amount of one that may
    not be told, to who knows those of the others but for one, and both together: a share moves its
    square by twice itself.

    >>> limits = {"secret_below": 5, "dominance": 0.85, "prior_percent": 0.1}
    >>> funding = pd.DataFrame({"region": [*"AAAAAB"], "partner_id": range(6), "amount": 10.0})
    >>> [hhi_tells_group(funding, "region", half, limits) for half in (0.005, 0.05)]
    [True, False]
    """
    amounts = funding.groupby([unit, "partner_id"])["amount"].sum().clip(lower=0)
    by_group = amounts.groupby(level=unit)
    shares = by_group.sum() / amounts.sum()
    is_seen = half_digit < 2 * limits["prior_percent"] * shares**2
    return any(
        is_of_one(by_group.get_group(group).droplevel(unit), limits, with_portraits)
        for group in shares.index[is_seen]
    )
