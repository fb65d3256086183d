"""Numbers of the rows of a programme's lists: of those that bear none, and of those that but count."""

import numpy as np
import pandas as pd

from analysis.clean.records.rows import Tables, column
from analysis.clean.several_lists import repeats
from analysis.declare import schema
from analysis.declare.shares import HALF
from analysis.linkage import partner_matching

FEWEST_SHARED = 3  # rows of the smaller file that stand in another too: it may repeat them


def numbered(rows: pd.DataFrame, table: str, notes: Tables) -> pd.DataFrame:
    """Rows of a file without numbers, numbered by what they say; equal ones of a file each by
    itself.

    What such a file says of rows of another one bears the same number if `same_as_others` in
    study.toml says so. Payments of which it says nothing are noted to be asked about where they are
    most of a file, or all: a file may repeat them, or tell of further ones alike.
    """
    key = schema.key(table)[0]
    if table not in schema.LISTED:
        return rows
    numbers = column(rows, key)
    is_bare = numbers.isna().groupby(rows["source"], observed=True).transform("all")
    if not is_bare.any():
        return rows
    content = _content(rows, table)
    of_agreements = partner_matching.normalised(column(rows, "agreement_id"))
    content_elsewhere = content  # whatever way the partner of a payment is spelt
    if of_agreements.notna().any():
        content_elsewhere = _content(rows.assign(agreement_id=of_agreements), table)
    row_elsewhere = _rows_elsewhere(rows["source"], content_elsewhere, is_bare)
    is_same = _is_same(rows, row_elsewhere)
    if table == "contributions":
        alike = _files_that_share_most(rows, row_elsewhere[is_same.isna()])
        notes["repeated_payments"] = alike
        is_same = is_same.fillna(_are_of(alike, rows["source"], row_elsewhere))
    is_same = is_same.fillna(True).astype(bool) & row_elsewhere.notna()
    own_number = content.where(
        row_elsewhere.isna() | is_same, content + " " + rows["source"].astype("str")
    )
    number_elsewhere = (
        numbers.fillna(content)
        .reindex(row_elsewhere[is_same])
        .set_axis(row_elsewhere.index[is_same])
    )
    return rows.assign(**{key: numbers.where(~is_bare, own_number.mask(is_same, number_elsewhere))})


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


def _is_same(rows: pd.DataFrame, row_elsewhere: pd.Series) -> pd.Series:
    """Whether study.toml says that a row and that of the other file are one; missing: nothing."""
    is_same = column(rows, "~same_as_others", "boolean")
    said_of_other = is_same.reindex(row_elsewhere).set_axis(row_elsewhere.index)
    return is_same.fillna(said_of_other)


def _files_that_share_most(payments: pd.DataFrame, row_elsewhere: pd.Series) -> pd.DataFrame:
    """The pairs of files of which most rows of the smaller stand in the other, of the years that
    both tell of, as where an export of a year and a running one overlap: columns source, other,
    rows.
    """
    source, met = payments["source"].astype("str"), row_elsewhere.dropna()
    pairs = pd.DataFrame({"source": source[met.index], "other": source[met].to_numpy()})
    pairs = pairs.value_counts().rename("rows").reset_index()
    by_year = pd.crosstab(column(payments, "year").astype("str").fillna(""), source)
    first, other = by_year[pairs["source"]].to_numpy(), by_year[pairs["other"]].to_numpy()
    is_of_both = (first > 0) & (other > 0)
    smaller = np.minimum((first * is_of_both).sum(axis=0), (other * is_of_both).sum(axis=0))
    are_many = (pairs["rows"] >= FEWEST_SHARED) | (pairs["rows"] == smaller)
    return pairs[are_many & (pairs["rows"] >= HALF * smaller)]


def _are_of(pairs: pd.DataFrame, source: pd.Series, row_elsewhere: pd.Series) -> pd.Series:
    """Whether the file of each row and that of the row elsewhere are one of some pairs."""
    other = source.astype("str").reindex(row_elsewhere).to_numpy()
    of_row = pd.MultiIndex.from_arrays([source.astype("str"), other])
    listed = pd.MultiIndex.from_frame(pairs[["source", "other"]])
    return pd.Series(of_row.isin(listed), index=source.index)


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
    if not len(several) or several.mean() <= HALF:
        return rows
    numbers = repeats.joined_key(rows, [key, *of]).str.replace("|", " ")
    return rows.assign(**{key: numbers})
