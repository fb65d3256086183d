"""Two sources of which one is another version of the other: most rows are equal, and some have
another amount, which would count twice. Asked, or decided by which source is to be believed. And
two that share a few rows only, which may be other grants: asked too.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePath

import numpy as np
import pandas as pd

from analysis import layout
from analysis.clean.partners.personal_data import masked
from analysis.clean.records.rows import column
from analysis.clean.several_lists.repeats import FEWEST_ALIKE, HALF_A_YEAR
from analysis.parse.column import synonyms
from analysis.read import folded
from analysis.read.figures import YEAR

# One may be a version of the other where half of the smaller is equal in both, and all but a fifth
# is equal or changed: lists of two years share recipients, but no rows; of two versions most rows
# stay as they were. Three equal rows are no coincidence where recipient, date and amount agree.
FEWEST_EQUAL = 3
# What names one version of a list among others.
_VERSION = re.compile(
    r"v?\d+|v|version|bis|ter|maj|mise|jour|au|du|copie?y?|nouve\w+|anci\w+|new|old|"
    r"(?:corrig|rectifi|final|definiti|revis|updat|actualis|provisoire|draft|brouillon)\w*|"
    rf"{'|'.join(synonyms('month of a date'))}\w*"
)
_FIGURES = re.compile(r"\d{1,3}")
EQUAL = 0.5
TOLD = 0.8
# Share of the rows that are changed in versions of other names: fewer are slips of one copy.
_CHANGED = 0.01
VERSIONS = ["source", "other", "rows", "changed", "example"]
_ONE_DAY, _ONE_REFERENCE = ["funder", "~who", "date", "date_precision"], ["funder", "~who"]


def versions(rows: pd.DataFrame, into: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """Which row of the source that study.toml believes replaces each row (-1: none); and the pairs
    of versions of which nothing says which one counts: equal rows, changed rows, a recipient of
    these.

    `into` tells which row of another source each row is equal to (-1: none). A row is changed where
    each of the two has one that the other lacks, of the same recipient and day, or reference.
    """
    replaced = pd.Series(-1, index=rows.index)
    asked = []
    source = rows["source"].astype("str")
    size = source.value_counts()
    for one, other, equal, content in _sources_to_compare(rows, source, into):
        smaller = min(size[one], size[other])
        is_named_alike = _name(one) == _name(other)
        fewest = 0 if is_named_alike else max(FEWEST_EQUAL, EQUAL * smaller)
        if equal < fewest:
            continue
        worse, better = sorted((one, other), key=lambda name: _belief(rows[source == name]))
        is_worse, is_better = source == worse, source == better
        only_worse = rows[is_worse & ~content.isin(content[is_better])]
        only_better = rows[is_better & ~content.isin(content[is_worse])]
        changed = _of_one_grant(only_worse, only_better)
        if _are_snapshots(one, other):
            changed = changed[_is_of_one_amount(rows, changed)]
        if changed.empty or equal + len(changed) < max(FEWEST_EQUAL, TOLD * smaller):
            continue
        is_part = smaller < EQUAL * max(size[one], size[other])  # of a list of several
        is_few = len(changed) < _CHANGED * smaller
        is_slip = (is_part or is_few) and not is_named_alike
        if _belief(rows[is_better]) > _belief(rows[is_worse]):
            replaced[changed.index] = changed
        elif not is_slip and not _is_told(rows[is_worse | is_better]):
            (example,) = masked(rows.loc[changed.index[:1], "recipient"])
            asked.append((one, other, equal, len(changed), example))
    return replaced.where(into < 0, -1), pd.DataFrame(asked, columns=VERSIONS)


def sources_that_share_some(rows: pd.DataFrame, again: pd.Series, same: pd.Series) -> pd.DataFrame:
    """Pairs of sources of which some rows are equal (`again`), though neither holds most of the
    other, nor of what the other holds of the time that both cover: these may be grants of another
    kind to the same recipients. Columns source, other, rows.

    Rows of one reference (`same`) count for what is alike, but need no question. Pairs of which
    study.toml says whether equal rows are the same grants, or which one to believe, are left out.
    """
    asked = []
    source = rows["source"].astype("str")
    by_content = again >= 0
    unproven = again.where(by_content & (same < 0), -1)
    pairs = {
        (one, other): equal for one, other, equal, _ in _sources_with_equal_rows(source, unproven)
    }
    for one, other, equal, _ in _sources_with_equal_rows(source, again.where(by_content, same)):
        if not (count := pairs.get((one, other), 0)):
            continue
        pair = rows[source.isin([one, other])]
        is_told = _is_told(pair) or pair.groupby(source[pair.index]).apply(_belief).nunique() > 1
        # a list that is named as of another day goes on, and may have lost rows since
        is_same_list = words_but_of_versions(one) == words_but_of_versions(other)
        is_of_another_day = is_same_list and _name(one) != _name(other)
        enough = EQUAL if is_of_another_day else TOLD
        if not is_told and not _is_mostly_in(pair, source[pair.index], equal, enough):
            asked.append((one, other, count))
    return pd.DataFrame(asked, columns=["source", "other", "rows"])


def without_pairs_of(pairs: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Pairs of sources but for those that another question is about, in either order.

    >>> asked = pd.DataFrame({"source": ["a"], "other": ["b"]})
    >>> others = pd.DataFrame({"source": ["b", "b"], "other": ["a", "c"]})
    >>> without_pairs_of(asked, others)["other"].tolist()
    ['c']
    """
    asked = {frozenset(pair) for pair in zip(pairs["source"], pairs["other"], strict=True)}
    sources = zip(others["source"], others["other"], strict=True)
    return others[np.array([frozenset(pair) not in asked for pair in sources], dtype=bool)]


def _is_mostly_in(rows: pd.DataFrame, source: pd.Series, equal: int, enough: float) -> bool:
    """Whether the `equal` rows of two sources are `enough` of the smaller, or nearly all that it
    holds of the time that both cover, as of lists of several years that overlap.
    """
    if equal >= enough * source.value_counts().min():
        return True
    begin, end = rows.groupby(source)["date"].agg(["min", "max"]).agg({"min": "max", "max": "min"})
    count_in_both = source[rows["date"].between(begin, end)].value_counts()
    return equal >= max(FEWEST_ALIKE, TOLD * count_in_both.min())


def decided_by_name_alone(rows: pd.DataFrame, into: pd.Series) -> pd.Series:
    """Whether a row has another amount than the row of its reference in another source (`into`),
    and neither `precedence` nor a date in the files' names says which to believe.
    """
    merged = into[into >= 0]
    told = pd.DataFrame(
        {
            "amount": rows["amount"],
            "precedence": column(rows, "~precedence", "Int64").fillna(0),
            "day": rows["source"].astype("str").map(day_in_name),
        }
    )
    row, other = told.loc[merged.index], told.loc[merged].set_axis(merged.index)
    differs = (row["amount"] != other["amount"]).fillna(False)
    is_open = row["precedence"].eq(other["precedence"]) & row["day"].eq(other["day"])
    return (differs & is_open).astype(bool).reindex(rows.index, fill_value=False)


def are_of_two_years(source: str, other: str) -> bool:
    """Whether two sources are named for other years.

    >>> are_of_two_years("suivi.xlsx#2014", "suivi.xlsx#2015"), are_of_two_years("fr.csv", "en.csv")
    (True, False)
    """
    years, other_years = (set(YEAR.findall(name)) for name in (source, other))
    return bool(years and other_years) and years != other_years


def day_in_name(source: str) -> str:
    """The latest day, month or year that the name of a source's file bears, as digits.

    >>> day_in_name("export-2018-03-31.csv"), day_in_name("suivi.xlsx#2017")
    ('20180331', '')
    """
    return layout.dated(PurePath(source.partition("#")[0]).stem)


def _sources_to_compare(
    rows: pd.DataFrame, source: pd.Series, into: pd.Series
) -> Iterator[tuple[str, str, int, pd.Series]]:
    """The pairs of sources with equal rows, and those whose names say that they are versions of one
    list and that name some recipients on the same day, though no row is equal.
    """
    compared = set()
    for compared_pair in _sources_with_equal_rows(source, into):
        compared.add(compared_pair[:2])
        yield compared_pair
    names = pd.Series({each: str(_name(each)) for each in source.unique()}, dtype="str")
    alike = rows[source.isin(names.index[names.duplicated(keep=False)])]
    if alike.empty:
        return
    grant = alike.groupby(_ONE_DAY, sort=False, observed=True).ngroup()
    for pair in _shared_by_pair(grant[grant >= 0], source).index:
        if pair not in compared and names[pair[0]] == names[pair[1]]:
            yield *pair, 0, into.index.to_series()


def _sources_with_equal_rows(
    source: pd.Series, into: pd.Series
) -> Iterator[tuple[str, str, int, pd.Series]]:
    """Each pair of sources with equal rows, how many these are, and the content of every row: a
    number that is the same for equal rows.
    """
    if into.lt(0).all():
        return
    content = into.where(into >= 0, into.index.to_series())
    # a row may be equal to one that is equal to a third
    content = content.map(content).fillna(content)
    for (one, other), equal in _shared_by_pair(content, source).items():
        yield one, other, int(equal), content


def _shared_by_pair(content: pd.Series, source: pd.Series) -> pd.Series:
    """How many contents each pair of sources shares, in the order of their names."""
    contents = pd.DataFrame({"content": content, "source": source[content.index]})
    contents = contents[content.duplicated(keep=False)].drop_duplicates()
    pairs = contents.merge(contents, on="content", suffixes=("", "_other"))
    pairs = pairs[pairs["source"] < pairs["source_other"]]
    return pairs.groupby(["source", "source_other"]).size()


def _are_snapshots(one: str, other: str) -> bool:
    """Whether the names of two sources tell other days or years: rows of theirs that differ are
    other grants.
    """
    days = {day_in_name(one), day_in_name(other)} - {""}
    return len(days) > 1


def _name(source: str) -> tuple[list[str], str]:
    """What two sources have in common if their names say that they are versions of one list."""
    return words_but_of_versions(source), day_in_name(source)


def words_but_of_versions(source: str, *, with_figures: bool = False) -> list[str]:
    """The words of a source's name that say of no version what it is; `with_figures` also each of
    them with a figure of fewer than four digits behind it, which may tell a region, and no year.

    >>> words_but_of_versions("subventions_2021_v2.csv")
    ['subventions']
    >>> words_but_of_versions("subventions_2021.xlsx#Région 2", with_figures=True)
    ['subventions', 'region', 'region-2']
    """
    file, _sign, sheet = source.partition("#")
    words = [folded(word) for word in re.split(r"[\W_]+", f"{PurePath(file).stem} {sheet}")]
    telling = [word for word in words if word and not _VERSION.fullmatch(word)]
    if not with_figures:
        return telling
    numbered = [pair for pair in pairwise(words) if _FIGURES.fullmatch(pair[1])]
    return telling + ["-".join(pair) for pair in numbered if pair[0] in telling]


def _is_of_one_amount(rows: pd.DataFrame, changed: pd.Series) -> np.ndarray:
    """Whether each changed row and its other have one date and amount: lists of two years then tell
    another end or purpose of one grant.
    """
    contents = rows[["date", "amount"]]
    row, other = contents.loc[changed.index], contents.loc[changed].set_axis(changed.index)
    return (row == other).fillna(False).all(axis=1).to_numpy(bool)


def _belief(rows: pd.DataFrame) -> int:
    """The `precedence` that study.toml states of a source."""
    return int(column(rows, "~precedence", "Int64").fillna(0).max())


def _is_told(rows: pd.DataFrame) -> bool:
    """Whether study.toml says of one of two sources whether equal rows are the same grants."""
    return bool(column(rows, "~same_as_others", "boolean").notna().any())


def _of_one_grant(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """The other row of the same recipient and day, or else reference within half a year, of each
    row that has one.
    """
    labels = {"label": rows.index.to_numpy(), "other": others.index.to_numpy()}
    rows, others = rows.assign(label=labels["label"]), others.assign(other=labels["other"])
    same_day = rows.merge(others, on=_ONE_DAY, suffixes=("", "_other"))
    met = [same_day]
    if "reference" in rows:
        named = rows.dropna(subset="reference")
        same_name = named.merge(others, on=[*_ONE_REFERENCE, "reference"], suffixes=("", "_other"))
        distance = (same_name["date"] - same_name["date_other"]).abs()
        met.append(same_name[distance <= HALF_A_YEAR])
    pairs = pd.concat(each[["label", "other"]] for each in met).drop_duplicates("label")
    return pairs.set_index("label")["other"].astype(np.int64)
