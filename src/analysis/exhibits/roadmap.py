"""From proposals to the roadmap: which come first (F26), and as a table to work with (T6)."""

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.charts import above, colour, grids, heading, marks, stacked
from analysis.exhibits.phrases import name, tenths_borne
from analysis.indicators import proposals as roadmap
from analysis.text import formatting
from analysis.text.facts import Count, Interval, Label, Listed, Number, Proportion, Rank

_SEED = 20180627
_SHOWN = 15  # proposals in the drawing
_SCALE = {score: str(score) for score in (1, 2, 3, 4, 5)}  # of impact and effort
_RANKS = ["first", "rank_partner", "rank_group"]
_COUNTED = ["voters", "merged", "impact", "effort"]


def F26(study) -> Exhibit:
    """Which proposals come first, how far their rank may move, and their impact and effort."""
    words = words_of(study, "F26")
    shares, side = point_shares(study, words)
    proposals = ranked_proposals(study, shares, side)
    voters = side.reindex(shares.index).value_counts()
    sure = proposals["first"] >= study.conventions["sure_part"]
    best = proposals.iloc[0]
    facts = {
        "sure": Number(int(sure.sum())),
        "best": Label(best["text"]),
        "score": Proportion(best["score"], tenths_borne(len(shares))),
        "low": Rank(best["low"]),
        "high": Rank(best["high"]),
        "partner_voters": Count(voters.get("partner", 0)),
        "group_voters": Count(voters.get("group", 0)),
        "proposals": Number(len(proposals)),
        "agreement": Number(roadmap.kendall_w(shares), digits=2),
        "leading": Listed([Label(text) for text in proposals["text"].head(3)]),
    }

    def draw(data, narrow):
        rows = data.head(_SHOWN)
        figure, axes = stacked(narrow, (marks.tall(len(rows), narrow), 2.9))
        points = _draw_ranks(axes[0], rows, len(data), words, narrow)
        points += _draw_impact_and_effort(axes[1], rows, words, narrow)
        return figure, points

    data = proposals[["rank", "text", "score", "low", "high", *_RANKS, *_COUNTED]]
    n, formats, rules = len(shares), {"score": "percent"}, Rules(of_voters=True)
    return Exhibit.of(words, "across", data, draw, n=n, facts=facts, formats=formats, rules=rules)


def T6(study) -> Exhibit:
    """The roadmap as a table: every proposal, its rank, how sure it is, and what is suggested."""
    words = words_of(study, "T6")
    shares, side = point_shares(study, words)
    proposals = ranked_proposals(study, shares, side)
    suggestion = roadmap.suggestion(proposals, study.conventions)
    labels = suggestion.astype("str").str.replace(" ", "_").map(words.names("groups"))
    bounds = zip(proposals["low"], proposals["high"], strict=True)
    data = proposals.assign(
        interval=[Interval(low, high, share=False).written() for low, high in bounds],
        suggestion=labels.fillna(formatting.number(None)),
        challenge=[name(value) for value in proposals["challenge"]],
    )
    best = data.iloc[0]
    facts = {
        "ready": Number(int(suggestion.eq("do first").sum())),
        "best": Label(best["text"]),
        "first": Proportion(best["first"]),
        "suggestion": best["suggestion"],
        "proposals": Number(len(data)),
    }
    columns = ["rank", "text", "suggestion", "interval", *_RANKS, "workshop", "challenge"]
    rules = Rules(open=True)
    return Exhibit.of(words, "across", data[columns], n=len(shares), facts=facts, rules=rules)


def point_shares(study, words: ExhibitWords) -> tuple[pd.DataFrame, pd.Series]:
    """The share of each voter's points by proposal (rows voters), and the side of each voter."""
    words.refuse_if(not (study.has("votes") and study.has("proposals")), "no_vote")
    shares = roadmap.vote_shares(study.votes, roadmap.merged(study.proposals))
    words.refuse_if(len(shares) < study.conventions["secret_below"], "few_voters")
    return shares, roadmap.side_of_voter(study.votes)


def ranked_proposals(study, shares: pd.DataFrame, side: pd.Series) -> pd.DataFrame:
    """Merged proposals, best first, both sides weighing one half: ranks, interval, text, impact...

    A side with too few voters has no order of its own.
    """
    numbers = study.conventions
    choices = {"confidence": numbers["rank_confidence"], "top": numbers["top_ranks"]}
    choices["seed"] = _SEED
    ranking = roadmap.ranking(shares, side, **choices)
    for name_of_side in roadmap.VOTING_SIDES:
        own_shares = shares[side.reindex(shares.index) == name_of_side]
        ranks = pd.Series(dtype="Int64")
        if len(own_shares) >= numbers["secret_below"]:
            ranks = roadmap.ranking(own_shares, **choices)["rank"]
        ranking[f"rank_{name_of_side}"] = ranks.reindex(ranking.index).astype("Int64")
    merged = roadmap.merged(study.proposals).value_counts()
    ranking["merged"] = merged.reindex(ranking.index).astype("Int64")
    proposals = study.proposals.drop_duplicates("proposal_id").set_index("proposal_id")
    return ranking.join(proposals[["text", "workshop", "challenge", "impact", "effort"]])


def _draw_ranks(axes, rows: pd.DataFrame, last: int, words: ExhibitWords, narrow: bool) -> list:
    dots = rows.assign(
        label=rows["rank"].astype(str) + ". " + rows["text"],
        value=rows["rank"],
        said=rows["first"].map(formatting.percent),
    )
    limits = (0.5, last + 0.5)
    points = marks.dots(axes, dots, "across", narrow, formatting.number, sort=False, limits=limits)
    axes.set_xticks(sorted({1, *range(5, last + 1, 5)}))
    above(axes, words.picture("first"), colour("ink"), at="left" if narrow else "beyond")
    heading(axes, words.picture("rank"))
    return points


def _draw_impact_and_effort(axes, rows: pd.DataFrame, words: ExhibitWords, narrow: bool) -> list:
    placed = rows.dropna(subset=["impact", "effort"]).round({"impact": 0, "effort": 0})
    cells = placed["rank"].astype(str).groupby([placed["impact"], placed["effort"]])
    texts = _grid(cells.agg(", ".join)).astype("object").fillna("")
    sizes = _grid(cells.size()).fillna(0)
    return grids.matrix(axes, sizes, "across", narrow, texts=texts, columns=words.picture("grid"))


def _grid(cells: pd.Series) -> pd.DataFrame:
    scores = list(_SCALE)
    grid = cells.unstack().reindex(index=scores[::-1], columns=scores)
    return grid.rename(index=_SCALE, columns=_SCALE)
