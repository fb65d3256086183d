"""Rows of grants that two lists hold: the same ones by all that they say, or by a number that both
bear. Where neither proves it, whether they are the same, or which list to believe, is asked.
"""

import pandas as pd

from analysis import parse
from analysis.clean import list_versions, repeats
from analysis.clean.lists_of_years import are_of_years_apart, lists_of_years_alike
from analysis.clean.personal_data import masked
from analysis.clean.rows import Tables, column

# Columns in which one grant is equal in two sources; references and texts each source writes its
# own way.
SAMENESS = ["funder", "~who", "date", "date_precision", "amount", "planned_start", "planned_end"]
_PURPOSE = "~what"  # for what a grant is, as two sources can be compared
_MOST = 0.5


def told_again(
    grants: pd.DataFrame, is_repeat: pd.Series, notes: Tables
) -> list[tuple[pd.Series, str]]:
    """Which row of another list each grant repeats (-1: none), with the rule that says so, the
    first that does counts.

    Notes the pairs of lists of which is asked whether rows of theirs are the same grants (`alike`,
    `numbers_alike`) or which to believe (`versions`), and the values in which rows of one number
    differ (`conflicts`). `is_repeat` marks rows that repeat another of their own list.
    """
    same, notes["conflicts"] = repeats.by_reference(grants, is_repeat)
    if grants["source"].nunique() > 1 and "purpose" in grants:
        grants = grants.assign(**{_PURPOSE: parse.once_each(parse.fold, grants["purpose"])})
    says_same = column(grants, "~same_as_others", "boolean")
    is_separate = says_same.eq(False).fillna(False).astype(bool)
    again = repeats.across(grants[~is_separate], SAMENESS, _PURPOSE)
    again = again.reindex(grants.index, fill_value=-1)
    changes_amount = list_versions.decided_by_name_alone(grants, same)
    names_another = of_other_recipients(grants, same)
    is_of_two_years = are_of_years_apart(grants, same)
    notes["alike"] = _lists_alike(grants, again, same)
    notes["numbers_alike"] = _pairs_in_doubt(grants, same.where(names_another, -1))
    if says_same.notna().any():
        # a row that already went into another one is no row for others to go into
        stated = repeats.stated_as_same(grants[again.lt(0) & ~is_separate], SAMENESS)
        again = again.where(again >= 0, stated.reindex(grants.index, fill_value=-1))
    in_doubt = changes_amount | names_another | is_of_two_years
    equal = again.where(again >= 0, same.mask(in_doubt, -1))
    replaced, versions = list_versions.versions(grants[~is_repeat], equal[~is_repeat])
    of_one_number = _pairs_in_doubt(grants, same.where(changes_amount, -1))
    of_one_number = list_versions.without_pairs_of(versions, of_one_number)
    notes["versions"] = pd.concat([versions, _as_versions(of_one_number, grants, same)])
    for question in ("versions", "numbers_alike"):
        notes["alike"] = list_versions.without_pairs_of(notes[question], notes["alike"])
    # of one number and two amounts are other grants, whatever is said of equal ones
    are_others = changes_amount & _of_either(says_same.notna(), same)
    are_others |= (names_another | is_of_two_years) & _of_either(is_separate, same)
    return [
        (same.mask(are_others, -1), "reference in another source"),
        (again, "record in another source"),
        (replaced, "record in another source"),
    ]


def of_other_recipients(rows: pd.DataFrame, into: pd.Series) -> pd.Series:
    """Whether each row has the number of one of another list (`into`; -1: none) and another
    recipient, as most rows of its list have, and few amounts that would prove them one grant:
    numbers may begin anew in each list, or names be written in another language.

    >>> import numpy as np
    >>> rows = pd.DataFrame({"source": ["north", "north", "south", "south"]})
    >>> rows = rows.assign(identifier=np.nan, name_key=["a", "b", "c", "d"], amount=500.0)
    >>> of_other_recipients(rows, pd.Series([-1, -1, 0, 1])).tolist()
    [False, False, True, True]
    >>> of_two_amounts = rows.assign(amount=[10.0, 20, 10, 20])
    >>> of_other_recipients(of_two_amounts, pd.Series([-1, -1, 0, 1])).tolist()
    [False, False, False, False]
    """
    equal = into[into >= 0]
    row, other = rows.loc[equal.index], rows.loc[equal].set_axis(equal.index)
    has_name = row["name_key"].eq(other["name_key"])
    is_another = ~(row["identifier"].eq(other["identifier"]) | has_name)
    by_source = row["source"].astype("str")
    is_mostly_another = is_another.groupby(by_source).transform("mean") > _MOST
    amounts = row["amount"].groupby(by_source)
    few_amounts = amounts.transform("nunique") <= _MOST * amounts.transform("size")
    in_doubt = is_another & is_mostly_another & few_amounts
    return in_doubt.reindex(rows.index, fill_value=False)


def _lists_alike(grants: pd.DataFrame, again: pd.Series, same: pd.Series) -> pd.DataFrame:
    """The pairs of lists with rows of one recipient, date and amount that may be other grants:
    columns source, other, rows.
    """
    alike = repeats.sources_alike(grants, (again >= 0) | (same >= 0), SAMENESS)
    of_years = lists_of_years_alike(grants, again.where(again >= 0, same))
    numbered_otherwise = _pairs_in_doubt(grants, _with_other_numbers(grants, again))
    sharing = list_versions.sources_that_share_some(grants, again, same)
    pairs = alike
    for further in (of_years, numbered_otherwise, sharing):
        pairs = pd.concat([pairs, list_versions.without_pairs_of(pairs, further)])
    return pairs


def _with_other_numbers(grants: pd.DataFrame, again: pd.Series) -> pd.Series:
    """Which row of another list each row repeats (-1: none) though both have numbers, which tell
    the rows of their lists apart, and these differ.
    """
    no_repeat = pd.Series(False, grants.index)
    numbers = column(grants, "reference").where(repeats.telling(grants, no_repeat))
    other_numbers = again.map(numbers)
    differ = numbers.notna() & other_numbers.notna() & numbers.ne(other_numbers)
    return again.where(differ, -1)


def _pairs_in_doubt(grants: pd.DataFrame, into: pd.Series) -> pd.DataFrame:
    """The pairs of lists of which rows go `into` another (-1: none), and study.toml says neither
    whether such rows are the same grants nor which list to believe: columns source, other, rows.
    """
    is_told = column(grants, "~same_as_others", "boolean").notna()
    is_told |= column(grants, "~precedence", "Int64").notna()
    equal = into[into >= 0]
    equal = equal[~_of_either(is_told, equal)[equal.index].to_numpy(bool)]
    source = grants["source"].astype("str")
    names = zip(source[equal.index], source[equal], strict=True)
    pairs = pd.DataFrame(map(sorted, names), columns=["source", "other"], dtype="str")
    return pairs.groupby(["source", "other"]).size().rename("rows").reset_index()


def _as_versions(pairs: pd.DataFrame, grants: pd.DataFrame, same: pd.Series) -> pd.DataFrame:
    """Pairs of lists with rows of one number and two amounts, as `versions` tells them, with a
    recipient of these rows.
    """
    source = grants["source"].astype("str")
    versions = []
    for pair in pairs.itertuples():
        is_of_pair = source.isin([pair.source, pair.other]) & same.ge(0)
        (example,) = masked(grants.loc[is_of_pair, "recipient"][:1])
        versions.append((pair.source, pair.other, 0, pair.rows, example))
    return pd.DataFrame(versions, columns=list_versions.VERSIONS)


def _of_either(is_so: pd.Series, into: pd.Series) -> pd.Series:
    """Whether something is so of each row or of the one that it goes `into`."""
    return is_so.reindex(into.index) | into.map(is_so).eq(True)
