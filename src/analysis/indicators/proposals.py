"""From workshop proposals to a roadmap: what voters put first, how sure that is, and which support
offers exist where.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.declare.conventions import DEFAULTS
from analysis.declare.faults import Fault, Refused
from analysis.indicators import composite_indicator

VOTING_SIDES = ("partner", "group")
NATIONAL = "national"


def merged(proposals: pd.DataFrame) -> pd.Series:
    """The proposal that each one stands for, by proposal_id, once the reviewed duplicates
    (`duplicate_of`) are followed.

    >>> merged(pd.DataFrame({"proposal_id": ["A", "B", "C"], "duplicate_of": [None, "A", "B"]})).to_dict()
    {'A': 'A', 'B': 'A', 'C': 'A'}
    """
    ids = pd.Index(proposals["proposal_id"])
    duplicate_of = pd.Series(proposals["duplicate_of"].array, index=ids, dtype="str")
    lost = duplicate_of[duplicate_of.notna() & ~duplicate_of.isin(ids)]
    stands = duplicate_of.fillna(ids.to_series())
    for _ in range(len(ids).bit_length()):
        stands = stands.map(stands).fillna(stands)
    circles = stands[stands.map(duplicate_of).notna() & ~stands.isin(lost.index)]
    wrong = {"repeats a proposal that is not in the table": lost}
    wrong["repeats itself through others"] = duplicate_of[circles.index]
    faults = [
        Fault("proposals", None, "duplicate_of", "reviewed pairs", of, f"{proposal} {why}")
        for why, duplicates in wrong.items()
        for proposal, of in duplicates.items()
    ]
    if faults:
        raise Refused(faults)
    return stands.rename("stands_for")


def vote_shares(votes: pd.DataFrame, stands_for: pd.Series) -> pd.DataFrame:
    """Share of each voter's points that goes to each proposal: rows voters, columns proposals, each
    row sums to one.

    A proposal that a voter gave nothing has 0: points are shared out, and none is an answer. Voters
    who gave no point at all are absent. Each voter counts once, however many points were handed
    out. A voter's duplicates add up.
    """
    table = votes.assign(proposal=votes["proposal_id"].map(stands_for))
    table = table.dropna(subset=["proposal", "points"])
    points = table.groupby(["voter", "proposal"])["points"].sum().unstack(fill_value=0)
    points = points.astype("float64")
    points = points.reindex(columns=sorted(stands_for.unique()), fill_value=0.0)
    points = points[points.sum(axis=1) > 0]
    return points.div(points.sum(axis=1), axis=0)


def side_of_voter(votes: pd.DataFrame) -> pd.Series:
    """The side of each voter, by voter: the one given, which is one per person."""
    return votes.dropna(subset="side").drop_duplicates("voter").set_index("voter")["side"]


def ranking(
    shares: pd.DataFrame,
    side: pd.Series | None = None,
    *,
    seed: int,
    draws: int = 2000,
    confidence: float = DEFAULTS["rank_confidence"],
    top: int = DEFAULTS["top_ranks"],
) -> pd.DataFrame:
    """Proposals by the mean share of points, with how far their rank may move if other voters like
    these had come.

    With `side` (by voter), both sides weigh one half each whatever their numbers. Voters are drawn
    with replacement (within each side) `draws` times; low and high are the ranks between which
    `confidence` of the draws fall, `first` the share of draws in which a proposal is among the
    `top`. Ties share the best rank they can have. `voters` gave it a point: with a single one, or a
    single voter in all, the interval says little, since nobody else could be drawn for it. Columns:
    score, rank, low, high, first, voters; rows proposals, best first (equal scores by name).
    """
    groups = [shares]
    if side is not None:
        groups = [shares[side.reindex(shares.index) == name] for name in VOTING_SIDES]
    groups = [group.sort_index() for group in groups if len(group)]
    if not groups:
        return pd.DataFrame(columns=["score", "rank", "low", "high", "first", "voters"])
    random = np.random.default_rng(seed)
    drawn = np.zeros((draws, shares.shape[1]))
    for group in groups:
        times = random.multinomial(len(group), np.full(len(group), 1 / len(group)), size=draws)
        drawn += times @ group.to_numpy() / len(group)
    score = sum(group.mean() for group in groups) / len(groups)
    scores = pd.DataFrame(np.vstack([score.to_numpy()[None, :], drawn]).T)
    ranks = composite_indicator.score_ranks(scores).to_numpy().T
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(ranks[1:], tails, axis=0, method="inverted_cdf")
    votes_cast = sum((group > 0).sum() for group in groups)
    ranked_proposals = pd.DataFrame(
        {
            "score": score,
            "rank": ranks[0],
            "low": low,
            "high": high,
            "first": (ranks[1:] <= top).mean(axis=0),
            "voters": votes_cast,
        }
    ).astype({"rank": "int64", "low": "int64", "high": "int64", "voters": "int64"})
    order = np.lexsort([ranked_proposals.index.astype("str"), ranked_proposals["rank"]])
    return ranked_proposals.iloc[order].rename_axis("proposal_id")


def kendall_w(shares: pd.DataFrame) -> float:
    """Kendall's W, how far voters order proposals alike (0 none, 1 all), corrected for ties
    (Kendall and Gibbons 1990).

    Missing under two voters or proposals, or where no voter prefers one to another.

    >>> kendall_w(pd.DataFrame([[0.6, 0.3, 0.1]] * 4))
    1.0
    """
    from scipy.stats import rankdata

    values = np.asarray(shares, dtype=float)
    voters, proposals = values.shape
    if voters < 2 or proposals < 2:
        return np.nan
    ranks = rankdata(values, axis=1)
    ties = sum(
        float((sizes**3 - sizes).sum())
        for sizes in (np.unique(row, return_counts=True)[1] for row in values)
    )
    spread = ((ranks.sum(axis=0) - voters * (proposals + 1) / 2) ** 2).sum()
    below = voters**2 * (proposals**3 - proposals) - voters * ties
    if below:
        return float(12 * spread / below)
    return np.nan


def suggestion(proposals: pd.DataFrame, conventions: Mapping[str, float] = DEFAULTS) -> pd.Series:
    """What the votes and the workshops' scores suggest together: do first, plan, if time allows, to
    discuss, not now.

    `proposals` has `first` (the share of draws in which a proposal is among the first, see
    `ranking`), `impact` and `effort` (1 to 5). Only what voters want is to be done or planned; a
    light proposal of strong impact that they do not want waits for time, and one that they want in
    spite of a weak impact is to be discussed. Missing where impact or effort is.

    >>> rows = [(0.9, 5, 1), (0.9, 5, 5), (0.9, 1, 1), (0.1, 5, 1), (0.1, 5, 5), (0.9, None, 1)]
    >>> suggestion(pd.DataFrame(rows, columns=["first", "impact", "effort"])).tolist()
    ['do first', 'plan', 'to discuss', 'if time allows', 'not now', nan]
    """
    impact, effort = (proposals[name].astype("float64") for name in ("impact", "effort"))
    wanted = proposals["first"] >= conventions["wanted_part"]
    strong = impact >= conventions["impact_from"]
    light = effort <= conventions["effort_to"]
    words = np.select(
        [wanted & strong & light, wanted & strong, wanted, strong & light],
        ["do first", "plan", "to discuss", "if time allows"],
        "not now",
    )
    labels = pd.Series(words, index=proposals.index, dtype="str", name="suggestion")
    return labels.where(impact.notna() & effort.notna())


def active(
    offers: pd.DataFrame, day: pd.Timestamp, stale_days: int = DEFAULTS["offer_days"]
) -> pd.DataFrame:
    """The offers active on a day, with `age_days` since their last check (missing where never
    checked) and `stale`.

    An offer that was not checked for `stale_days` may no longer exist.
    """
    active_offers = offers[~(offers["active_from"] > day) & ~(offers["active_to"] < day)]
    checked = active_offers["verified_on"]
    age = (day - checked.where(checked <= day)).dt.days.astype("Int64")
    return active_offers.assign(age_days=age, stale=(age > stale_days) | age.isna())


def offer_matrix(
    offers: pd.DataFrame, regions: pd.Index, phases: list[str], kinds: list[str]
) -> pd.DataFrame:
    """How many active offers each region, phase and kind has, the national ones on a row of their
    own.

    National offers serve every region and are never added to a region's own. Every cell is there: 0
    means that none is recorded, not that none exists. `checked` is the last check among them,
    `stale` how many are due for one. Columns: region, phase, kind, offers, checked, stale.
    """
    spread = offers.assign(
        region=offers["regions"].where(offers["scope"] != NATIONAL, NATIONAL).str.split("|")
    ).explode("region")
    matrix = spread.groupby(["region", "phase", "kind"]).agg(
        {"offer_id": "nunique", "verified_on": "max", "stale": "sum"}
    )
    matrix.columns = ["offers", "checked", "stale"]
    every = pd.MultiIndex.from_product(
        [[NATIONAL, *regions], phases, kinds], names=["region", "phase", "kind"]
    )
    matrix = matrix.reindex(every).reset_index()
    return matrix.assign(
        offers=matrix["offers"].fillna(0).astype("int64"),
        stale=matrix["stale"].fillna(0).astype("int64"),
    )


def serving(
    offers: pd.DataFrame, region: str | None, phase: str | None, needs: str | None
) -> pd.DataFrame:
    """Which active offers serve one project: national or of its region (of one of several, "a|b"),
    of its phase, for a need that it states.

    What the project leaves open does not narrow; an offer that names no need serves any. `why` says
    what was matched.
    """
    regions = set((region or "").split("|"))
    regions_served = offers["regions"].fillna("").str.split("|")
    near = (offers["scope"] == NATIONAL) | ~regions_served.map(regions.isdisjoint)
    needs_asked = set((needs or "").split("|")) - {""}
    needs_served = offers["need"].fillna("").str.split("|").map(lambda served: set(served) - {""})
    meets = needs_served.map(
        lambda served: not needs_asked or not served or bool(needs_asked & served)
    )
    fits = (near if region else True) & meets & ((offers["phase"] == phase) if phase else True)
    common = needs_served.map(lambda served: "|".join(sorted(needs_asked & served)))
    return offers.assign(needs_met=common)[fits].sort_values(["scope", "operator", "offer_id"])
