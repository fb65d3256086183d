"""Two sources of which one is another version of the other: their names differ by no more than a
number, a day or a word for a version, most rows are equal, and some have another amount, which
would count twice. Asked, or decided by which source is to be believed.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath

import numpy as np
import pandas as pd

from analysis import layout
from analysis.clean.personal_data import masked
from analysis.clean.repeats import HALF_A_YEAR
from analysis.clean.rows import column
from analysis.parse.column import synonyms
from analysis.read import folded

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
EQUAL = 0.5
TOLD = 0.8
VERSIONS = ["source", "other", "rows", "changed", "example"]
_ONE_DAY, _ONE_REFERENCE = ["funder", "~who", "date", "date_precision"], ["funder", "~who"]


def versions(rows: pd.DataFrame, into: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """Which row of the source that study.toml believes replaces each row (-1: none); and the pairs of
    versions of which nothing says which one counts: equal rows, changed rows, a recipient of these.

    `into` tells which row of another source each row is equal to (-1: none). A row is changed where
    each of the two has one that the other lacks, of the same recipient and day, or reference.
    """
    replaced = pd.Series(-1, index=rows.index)
    asked = []
    source = rows["source"].astype("str")
    size = source.value_counts()
    for one, other, equal, content in _sources_with_equal_rows(source, into):
        smaller = min(size[one], size[other])
        if equal < max(FEWEST_EQUAL, EQUAL * smaller) or not _is_named_as_version(one, other):
            continue
        worse, better = sorted((one, other), key=lambda name: _belief(rows[source == name]))
        is_worse, is_better = source == worse, source == better
        only_worse = rows[is_worse & ~content.isin(content[is_better])]
        only_better = rows[is_better & ~content.isin(content[is_worse])]
        changed = _of_one_grant(only_worse, only_better)
        if changed.empty or equal + len(changed) < TOLD * smaller:
            continue
        if _belief(rows[is_better]) > _belief(rows[is_worse]):
            replaced[changed.index] = changed
        elif not _is_separate(rows[is_worse | is_better]):
            (example,) = masked(rows.loc[changed.index[:1], "recipient"])
            asked.append((one, other, equal, len(changed), example))
    return replaced.where(into < 0, -1), pd.DataFrame(asked, columns=VERSIONS)


def decided_by_name_alone(rows: pd.DataFrame, into: pd.Series) -> pd.Series:
    """Whether a row has another amount than the row of its reference in another source (`into`), and
    neither `precedence` nor a date in the files' names says which to believe.
    """
    merged = into[into >= 0]
    told = pd.DataFrame(
        {
            "amount": rows["amount"],
            "precedence": column(rows, "~precedence", "Int64").fillna(0),
            "day": rows["source"].astype("str").map(_day_in_name),
        }
    )
    row, other = told.loc[merged.index], told.loc[merged].set_axis(merged.index)
    differs = (row["amount"] != other["amount"]).fillna(False)
    is_open = row["precedence"].eq(other["precedence"]) & row["day"].eq(other["day"])
    return (differs & is_open).astype(bool).reindex(rows.index, fill_value=False)


def _day_in_name(source: str) -> str:
    return layout.dated(PurePath(source.partition("#")[0]).stem)


def _sources_with_equal_rows(
    source: pd.Series, into: pd.Series
) -> Iterator[tuple[str, str, int, pd.Series]]:
    """Each pair of sources with equal rows, how many these are, and the content of every row: a
    number that is the same for equal rows.
    """
    content = into.where(into >= 0, into.index.to_series())
    # a row may be equal to one that is equal to a third
    content = content.map(content).fillna(content)
    is_in_two = content.duplicated(keep=False)
    contents = pd.DataFrame({"content": content, "source": source})[is_in_two].drop_duplicates()
    pairs = contents.merge(contents, on="content", suffixes=("", "_other"))
    pairs = pairs[pairs["source"] < pairs["source_other"]]
    for (one, other), equal in pairs.groupby(["source", "source_other"]).size().items():
        yield one, other, int(equal), content


def _is_named_as_version(one: str, other: str) -> bool:
    """Whether the names of two sources differ by what names a version. Those of other days or years
    are snapshots, of which rows that differ are other grants.
    """
    return _bare(one) == _bare(other) and _day_in_name(one) == _day_in_name(other)


def _bare(source: str) -> list[str]:
    """The words of a source's name that say of no version what it is.

    >>> _bare("subventions_2021_v2.csv") == _bare("Subventions 2021 corrigé.xlsx")
    True
    """
    file, _sign, sheet = source.partition("#")
    words = [folded(word) for word in re.split(r"[\W_]+", f"{PurePath(file).stem} {sheet}")]
    return [word for word in words if word and not _VERSION.fullmatch(word)]


def _belief(rows: pd.DataFrame) -> int:
    """The `precedence` that study.toml states of a source."""
    return int(column(rows, "~precedence", "Int64").fillna(0).max())


def _is_separate(rows: pd.DataFrame) -> bool:
    """Whether study.toml says of one of two sources that its rows are other grants."""
    return bool(column(rows, "~same_as_others", "boolean").eq(False).fillna(False).any())


def _of_one_grant(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """The other row of the same recipient and day, or else reference within half a year, of each row
    that has one.
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
