"""The two-sided survey: from answers on any scale to each pair's level, floor and gap on 0-10.

A pair is one partner and one entity of the group, each asked about the other. The partner's side is
`partner`, the group's `group`; gap = partner - group, so that swapping the sides changes its sign
and nothing else.
"""

import numpy as np
import pandas as pd

from analysis import relations as chains
from analysis.declare.conventions import DEFAULTS

_PAIR = ["wave", "partner_id", "entity"]


def scored(answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The answers with their `dimension` and their `score` on 0-10, 10 always the good end.

    The codebook row is that of the item in the version answered (its only version where the answer
    names none). A value off its scale, "no opinion" and an item that the codebook does not know
    have no score.

    >>> items = pd.DataFrame({"item": "q1", "version": "1", "dimension": "relationship", "reversed": [True],
    ...     "scale_min": 1.0, "scale_max": 5.0})
    >>> answers = pd.DataFrame({"item": "q1", "item_version": ["1", None, "1"], "value": [2.0, 5.0, 9.0], "no_opinion": False})
    >>> scored(answers, items)["score"].tolist()
    [7.5, 0.0, nan]
    """
    versions = items.drop_duplicates(["item", "version"])
    only = versions[~versions["item"].duplicated(keep=False)].assign(version=None)
    book = pd.concat([versions, only.astype({"version": "str"})]).rename(
        columns={"version": "item_version"}
    )
    kind = answers.groupby(["item", "item_version"], dropna=False, sort=False).ngroup().to_numpy()
    kinds = answers[["item", "item_version"]].drop_duplicates()
    rows = kinds.merge(book, on=["item", "item_version"], how="left", validate="one_to_one")
    least, most = (
        rows[name].to_numpy(dtype=float, na_value=np.nan)[kind]
        for name in ("scale_min", "scale_max")
    )
    value = answers["value"].to_numpy(dtype=float, na_value=np.nan)
    share = (value - least) / np.where(most > least, most - least, np.nan)
    share = np.where(rows["reversed"].fillna(False).to_numpy(dtype=bool)[kind], 1 - share, share)
    silent = answers["no_opinion"].fillna(False).to_numpy(dtype=bool)
    score = np.where((share >= 0) & (share <= 1) & ~silent, 10 * share, np.nan)
    return answers.assign(dimension=rows["dimension"].array[kind], score=score)


def sides(
    scored: pd.DataFrame, by: str = "dimension", share: float = DEFAULTS["survey_share"]
) -> pd.DataFrame:
    """What each side of each pair says, by wave and dimension (or `by="item"`): columns score,
    respondents, date.

    A respondent has a score where it answered at least `share` of the items that its side was asked
    in that wave; several answers of one respondent to one item count once, by their mean. The
    side's score is the mean over its respondents, so that an organisation that sends ten answers
    weighs as one. `date` is the side's last answer.

    >>> answers = pd.DataFrame({"wave": "2017", "partner_id": "P", "entity": "E", "side": "partner", "date": pd.NaT,
    ...     "respondent": ["a", "a", "b", "b"], "item": ["q1", "q2"] * 2, "dimension": "trust", "score": [8.0, 6.0, 4.0, None]})
    >>> sides(answers)["score"].tolist()
    [7.0]
    """
    of_codebook = scored[scored["dimension"].notna()]
    items_asked = (
        of_codebook.groupby(["wave", "side", by])["item"].nunique().rename("asked").reset_index()
    )
    given = of_codebook[of_codebook["score"].notna()]
    keys = [*_PAIR, "side", by]
    side = given.groupby(keys, sort=False).ngroup().to_numpy()
    heads = given[keys][~pd.Series(side).duplicated().to_numpy()].reset_index(drop=True)
    person = _joint(side, given["respondent"])
    answer = _joint(person, given["item"])
    values = pd.DataFrame(
        {"side": side, "person": person, "answer": answer, "score": given["score"].to_numpy()}
    )
    if values["answer"].duplicated().any():
        values = values.groupby("answer", sort=False).agg(
            {"side": "first", "person": "first", "score": "mean"}
        )
    people = values.groupby("person", sort=False).agg(
        side=("side", "first"), score=("score", "mean"), items=("score", "size")
    )
    asked = heads.merge(items_asked, how="left")["asked"].to_numpy()[people["side"]]
    enough = people["items"].to_numpy() >= share * asked
    score_by_side = people[enough].groupby("side")["score"].agg(["mean", "size"])
    score_by_side = score_by_side.reindex(range(len(heads)))
    last = pd.Series(given["date"].to_numpy(dtype="datetime64[us]")).groupby(side).max()
    built = heads.assign(
        score=score_by_side["mean"],
        respondents=score_by_side["size"],
        date=last.reindex(range(len(heads))),
    )
    return built[built["score"].notna()].set_index(keys).sort_index()


def pairs(sides: pd.DataFrame) -> pd.DataFrame:
    """Both sides of each pair, one beside the other: partner, group, level, floor, gap, date
    (index: wave, pair, dimension).

    level (partner + group) / 2; floor the lower of the two; gap partner - group. All three are
    missing where one side did not answer. date is the pair's last answer in the wave.

    >>> index = pd.MultiIndex.from_tuples([("2017", "P", "E", "partner", "trust"), ("2017", "P", "E", "group", "trust")],
    ...     names=[*_PAIR, "side", "dimension"])
    >>> both = pairs(pd.DataFrame({"score": [8.0, 6.0], "respondents": 1, "date": pd.NaT}, index=index))
    >>> both[["level", "floor", "gap"]].values.tolist()
    [[7.0, 6.0, 2.0]]
    """
    score = sides["score"].unstack("side").reindex(columns=["partner", "group"]).astype(float)
    score.columns.name = None
    by = [name for name in sides.index.names if name != "side"]
    date = pd.to_datetime(sides["date"]).groupby(level=by).max()
    level, floor = score.mean(axis=1, skipna=False), score.min(axis=1, skipna=False)
    return score.assign(
        level=level,
        floor=floor,
        gap=score["partner"] - score["group"],
        date=date.reindex(score.index),
    )


def related(pairs: pd.DataFrame, relations: pd.DataFrame) -> pd.Series:
    """The relation that each row of `pairs` speaks of: the one alive at its last answer, missing
    where none was (R17).

    A pair without any dated answer takes the last date of its wave; an undated wave speaks of no
    relation.

    >>> index = pd.MultiIndex.from_tuples([("2017", "P", "E", "trust")], names=[*_PAIR, "dimension"])
    >>> relations = pd.DataFrame({"relation_id": ["R1"], "partner_id": "P", "entity": "E",
    ...     "start": pd.to_datetime(["2014-01-01"]), "end": pd.to_datetime(["2016-12-31"])})
    >>> related(pd.DataFrame({"date": pd.to_datetime(["2017-10-01"])}, index=index), relations).isna().tolist()
    [True]
    """
    named = np.append(relations["relation_id"].to_numpy(dtype=object), np.nan)
    return pd.Series(
        named[relation_rows(pairs, relations)], pairs.index, dtype="str", name="relation_id"
    )


def relation_rows(pairs: pd.DataFrame, relations: pd.DataFrame) -> np.ndarray:
    """The same by row of `relations`, -1 for none."""
    spoken = pairs.index.to_frame(index=False)[_PAIR]
    spoken["start"] = pairs["date"].array.astype("datetime64[us]")
    spoken["start"] = spoken["start"].fillna(spoken.groupby("wave")["start"].transform("max"))
    row = chains.rows_of(spoken, relations)
    ends = np.append(relations["end"].to_numpy(), np.datetime64("NaT"))
    over = ends[row] < spoken["start"].to_numpy()
    return np.where(over, -1, row)


def ordered(answers: pd.DataFrame) -> list[str]:
    """The waves (a level of the index) in the order of their last answers (undated ones last, by
    name).

    >>> index = pd.MultiIndex.from_tuples([("b", "P", "E", "trust"), ("a", "P", "E", "trust")], names=[*_PAIR, "dimension"])
    >>> ordered(pd.DataFrame({"date": pd.to_datetime(["2015-01-01", "2017-01-01"])}, index=index))
    ['b', 'a']
    """
    last = answers.groupby(level="wave")["date"].max().sort_index()
    return last.sort_values(kind="stable").index.tolist()


def scales(answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The scale on which each question was asked in each wave: scale_min, scale_max (index: wave,
    item).

    >>> answers = pd.DataFrame({"wave": ["2016"], "item": ["Q1"], "item_version": ["1"]})
    >>> items = pd.DataFrame({"item": ["Q1"], "version": ["1"], "scale_min": [1.0], "scale_max": [5.0]})
    >>> scales(answers, items).values.tolist()
    [[1.0, 5.0]]
    """
    versions = answers[["wave", "item", "item_version"]].drop_duplicates()
    codebook = items[["item", "version", "scale_min", "scale_max"]]
    versions = versions.merge(
        codebook, left_on=["item", "item_version"], right_on=["item", "version"]
    )
    by_question = versions.groupby(["wave", "item"])
    return by_question.agg({"scale_min": "min", "scale_max": "max"}).sort_index()


def is_rescaled(scale_of_questions: pd.DataFrame, before: str, after: str) -> bool:
    """Whether a question that two waves asked was on another scale in one of them;
    `scale_of_questions` as `scales` gives it.

    >>> index = pd.MultiIndex.from_tuples([("2016", "Q1"), ("2018", "Q1"), ("2018", "Q2")], names=["wave", "item"])
    >>> asked = pd.DataFrame({"scale_min": [1.0, 0.0, 1.0], "scale_max": [5.0, 10.0, 5.0]}, index=index)
    >>> is_rescaled(asked, "2016", "2018")
    True
    """
    scale_before, scale_after = scale_of_questions.loc[before], scale_of_questions.loc[after]
    asked_twice = scale_before.index.intersection(scale_after.index)
    return not scale_before.loc[asked_twice].equals(scale_after.loc[asked_twice])


def by_wave(pairs: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """The level of one dimension, a row per pair and a column per wave, in their order.

    On the pairs that have it in *every* wave (`dropna`), changes are changes of opinion, not of who
    answers.
    """
    of_dimension = pairs[pairs.index.get_level_values("dimension") == dimension]
    return of_dimension["level"].unstack("wave").reindex(columns=ordered(pairs))


def over_waves(levels: pd.DataFrame) -> pd.DataFrame:
    """The mean level over the waves (`by_wave`), with bounds for the pairs that stopped answering.

    By wave: `answered`, pairs with a level; `mean_all`, their mean; `low`, `high`, the mean over
    all pairs of the first wave if the lost ones all stood at 0 or at 10.

    >>> over_waves(pd.DataFrame({"2015": [6.0, 4.0], "2017": [8.0, None]}, index=["P", "Q"])).values.tolist()
    [[2.0, 5.0, 5.0, 5.0], [1.0, 8.0, 4.0, 9.0]]
    """
    began = levels
    if levels.shape[1]:
        began = levels[levels.iloc[:, 0].notna()]
    built = {
        "answered": levels.notna().sum(),
        "mean_all": levels.mean(),
        "low": began.sum(),
        "high": began.fillna(10).sum(),
    }
    table = pd.DataFrame(built).rename_axis("wave")
    table[["low", "high"]] /= len(began)
    return table


def response_rate(sides: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """How many of the relations alive at each wave answered, by side: columns asked, answered,
    share.

    A relation is asked when it is alive at the last answer of the wave, and has answered when a
    score could be made of what that side said in any dimension. Undated waves are left out.

    >>> index = pd.MultiIndex.from_tuples([("2017", "P", "E", "partner", "trust")], names=[*_PAIR, "side", "dimension"])
    >>> said = pd.DataFrame({"score": [8.0], "date": pd.to_datetime(["2017-10-01"])}, index=index)
    >>> relations = pd.DataFrame({"relation_id": ["R1", "R2"], "partner_id": ["P", "Q"], "entity": "E",
    ...     "start": pd.to_datetime(["2014-01-01"] * 2), "end": pd.to_datetime([None, None])})
    >>> response_rate(said, relations).reset_index()[["wave", "side", "asked", "answered", "share"]].values.tolist()
    [['2017', 'partner', 2, 1, 0.5]]
    """
    rows = asked_relations(sides, relations)
    by_side = rows.groupby(["wave", "side"])["answered"].agg(asked="size", answered="sum")
    return by_side.assign(share=by_side["answered"] / by_side["asked"])


def asked_relations(sides: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """The relations asked in each wave, a row for each side that answers at all: wave, side,
    relation_id, answered (see `response_rate`).
    """
    relation = related(sides, relations)
    close = sides["date"].groupby(level="wave").max().dropna()
    started, over = relations["start"].to_numpy(), relations["end"].to_numpy()
    tables = []
    for (wave, side), answers in relation.groupby(level=["wave", "side"]):
        if wave not in close:
            continue
        is_alive = (started <= close[wave]) & ~(over < close[wave])
        alive = relations.loc[is_alive, ["relation_id"]]
        answered = alive["relation_id"].isin(answers.dropna())
        tables.append(alive.assign(wave=wave, side=side, answered=answered))
    columns = ["wave", "side", "relation_id", "answered"]
    if not tables:
        return pd.DataFrame(columns=columns).astype({"answered": "bool"})
    return pd.concat(tables, ignore_index=True)[columns]


def _joint(group: np.ndarray, values: pd.Series) -> np.ndarray:
    code, unique = pd.factorize(values, use_na_sentinel=False)
    return group.astype(np.int64) * (len(unique) + 1) + code
