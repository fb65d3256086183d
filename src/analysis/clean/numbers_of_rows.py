"""Numbers of the rows of a programme's lists: of those that bear none, and of those that but count."""

import pandas as pd

from analysis.clean import repeats
from analysis.clean.rows import Tables, column
from analysis.declare import schema

# Rows of a file without numbers, and their share, that stand in another file too: it may repeat them.
FEWEST, MOSTLY = 3, 0.5


def numbered(rows: pd.DataFrame, table: str, notes: Tables) -> pd.DataFrame:
    """Rows of a file without numbers, numbered by what they say; equal ones of a file each by itself.

    What such a file says of rows of another one bears the same number if `same_as_others` in
    study.toml says so. Payments of which it says nothing are noted to be asked about where they are most of a file: a file may repeat them, or tell of further ones alike.
    """
    key = schema.key(table)[0]
    if table not in schema.LISTED:
        return rows
    numbers = column(rows, key)
    is_bare = numbers.isna().groupby(rows["source"], observed=True).transform("all")
    if not is_bare.any():
        return rows
    content = _content(rows, table)
    other = _rows_elsewhere(rows["source"], content, is_bare)
    is_same = _is_same(rows, other)
    if table == "contributions":
        is_likely = _is_most_of_its_file(rows["source"], other)
        asked = other[is_likely & is_same.isna()]
        notes["repeated_payments"] = _by_pair(rows["source"], asked)
        is_same = is_same.fillna(is_likely)
    is_same = is_same.fillna(True).astype(bool) & other.notna()
    own = content.where(other.isna() | is_same, content + " " + rows["source"].astype("str"))
    told = numbers.fillna(content).reindex(other[is_same]).set_axis(other.index[is_same])
    return rows.assign(**{key: numbers.where(~is_bare, own.mask(is_same, told))})


def _content(rows: pd.DataFrame, table: str) -> pd.Series:
    """What each row says, and how often its file has said it before."""
    key = schema.key(table)[0]
    names = [name for name in schema.columns(table) if name in rows and name != key]
    content = repeats.joined_key(rows[names].astype("str").fillna(""), names).str.replace("|", " ")
    again = content.groupby([rows["source"], content], observed=True).cumcount()
    return content.where(again.eq(0), content + " " + (again + 1).astype("str"))


def _rows_elsewhere(source: pd.Series, content: pd.Series, is_bare: pd.Series) -> pd.Series:
    """The row of another file that says what a row without a number says, one with a number before
    one without; of two files without, the row of the first. Missing: none.
    """
    in_order = is_bare.sort_values(kind="stable").index
    first = pd.Series(in_order, index=content[in_order])
    first = content.map(first[~first.index.duplicated()])
    of_another_file = source[first].to_numpy() != source.to_numpy()
    return first.where(is_bare & of_another_file)


def _is_same(rows: pd.DataFrame, other: pd.Series) -> pd.Series:
    """Whether study.toml says that a row and that of the other file are one; missing: nothing."""
    said = column(rows, "~same_as_others", "boolean")
    said_of_other = said.reindex(other).set_axis(other.index)
    return said.fillna(said_of_other)


def _is_most_of_its_file(source: pd.Series, other: pd.Series) -> pd.Series:
    """Whether a row stands elsewhere too, as most of its file do."""
    by_source = other.notna().groupby(source, observed=True)
    is_most = by_source.transform("sum").ge(FEWEST) & by_source.transform("mean").ge(MOSTLY)
    return is_most & other.notna()


def _by_pair(source: pd.Series, other: pd.Series) -> pd.DataFrame:
    """How many rows of each file stand in which other: columns source, other, rows."""
    pairs = pd.DataFrame(
        {
            "source": source[other.index].astype("str").to_numpy(),
            "other": source[other].astype("str").to_numpy(),
        }
    )
    return pairs.value_counts(["source", "other"]).rename("rows").reset_index()


def with_own_numbers(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Numbers that but count rows, anew in each file or agreement, with what each row is of."""
    key = schema.key(table)[0]
    if table not in schema.LISTED or key not in rows:
        return rows
    of = [
        name
        for name, declared in schema.columns(table).items()
        if declared.required and not declared.key and name in rows
    ]
    again = rows[rows[key].duplicated(keep=False)][[key, *of]].drop_duplicates()
    several = again.groupby(key).size() > 1
    if not len(several) or several.mean() <= 0.5:
        return rows
    numbers = repeats.joined_key(rows, [key, *of]).str.replace("|", " ")
    return rows.assign(**{key: numbers})
