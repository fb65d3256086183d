"""Rows of grants that two lists hold: the same ones by all that they say, or by a number that both
bear. Where neither proves it, whether they are the same, or which list to believe, is asked.
"""

from collections import Counter

import pandas as pd

from analysis import parse
from analysis.clean.partners.personal_data import masked
from analysis.clean.records.rows import Tables, column
from analysis.clean.several_lists import list_versions, repeats
from analysis.clean.several_lists.lists_of_years import are_of_years_apart, lists_of_years_alike
from analysis.clean.several_lists.numbers_begun_anew import begin_anew

# Columns in which one grant is equal in two sources; references and texts each source writes its
# own way.
SAMENESS = ["funder", "~who", "date", "date_precision", "amount", "planned_start", "planned_end"]
_PURPOSE = "~what"  # for what a grant is, as two sources can be compared


def told_again(
    grants: pd.DataFrame, is_repeat: pd.Series, notes: Tables
) -> list[tuple[pd.Series, str]]:
    """Which row of another list each grant repeats (-1: none), with the rule that says so, the
    first that does counts.

    Notes the pairs of lists of which is asked whether rows of theirs are the same grants (`alike`,
    `numbers_alike`) or which to believe (`versions`), and the values in which rows of one number
    differ (`conflicts`). `is_repeat` marks rows that repeat another of their own list.
    """
    if grants["source"].nunique() < 2:
        notes["conflicts"] = pd.DataFrame(columns=repeats.CONFLICTS)
        return []
    by_number, notes["conflicts"] = repeats.by_reference(grants, is_repeat)
    by_content = _rows_of_one_content(grants)
    doubt = _doubt_in_numbers(grants, by_number)
    notes["alike"] = _lists_alike(grants, by_content, by_number)
    notes["numbers_alike"] = _pairs_in_doubt(grants, by_number.where(doubt["recipient"], -1))
    by_content = _with_rows_stated_as_same(grants, by_content)
    equal = by_content.where(by_content >= 0, by_number.mask(doubt.any(axis=1), -1))
    replaced, versions = list_versions.versions(grants[~is_repeat], equal[~is_repeat])
    of_two_amounts = _pairs_in_doubt(grants, by_number.where(doubt["amount"], -1))
    of_two_amounts = list_versions.without_pairs_of(versions, of_two_amounts)
    notes["versions"] = pd.concat([versions, _as_versions(of_two_amounts, grants, equal)])
    for question in ("versions", "numbers_alike"):
        notes["alike"] = list_versions.without_pairs_of(notes[question], notes["alike"])
    by_number = by_number.mask(_are_other_grants(grants, by_number, doubt), -1)
    return [
        (by_number, "reference in another source"),
        (by_content, "record in another source"),
        (replaced, "record in another source"),
    ]


def _rows_of_one_content(grants: pd.DataFrame) -> pd.Series:
    """Which row of another list each grant equals in all that they say (-1: none), but for lists of
    which study.toml says that equal rows are other grants.
    """
    if "purpose" in grants:
        grants = grants.assign(**{_PURPOSE: parse.once_each(parse.fold, grants["purpose"])})
    by_content = repeats.across(grants[~_is_separate(grants)], SAMENESS, _PURPOSE)
    return by_content.reindex(grants.index, fill_value=-1)


def _with_rows_stated_as_same(grants: pd.DataFrame, by_content: pd.Series) -> pd.Series:
    """Which row of another list each grant equals (-1: none), with those that study.toml states.

    A row that already went into another one is no row for others to go into.
    """
    if column(grants, "~same_as_others", "boolean").isna().all():
        return by_content
    remaining = grants[by_content.lt(0) & ~_is_separate(grants)]
    stated = repeats.stated_as_same(remaining, SAMENESS)
    return by_content.where(by_content >= 0, stated.reindex(grants.index, fill_value=-1))


def _doubt_in_numbers(grants: pd.DataFrame, by_number: pd.Series) -> pd.DataFrame:
    """What speaks against each row's being the row of its number in another list (`by_number`):
    another `amount`, another `recipient`, or lists of other `years`.
    """
    doubt = {
        "amount": list_versions.decided_by_name_alone(grants, by_number),
        "recipient": _of_other_recipients(grants, by_number),
        "years": are_of_years_apart(grants, by_number),
    }
    return pd.DataFrame(doubt, index=grants.index)


def _of_other_recipients(grants: pd.DataFrame, by_number: pd.Series) -> pd.Series:
    """Whether each row has the number of one of another list (`by_number`; -1: none) with another
    recipient, where the numbers of the lists may begin anew.
    """
    equal = by_number[by_number >= 0]
    row, other = grants.loc[equal.index], grants.loc[equal].set_axis(equal.index)
    has_name = row["name_key"].eq(other["name_key"])
    is_another = ~(row["identifier"].eq(other["identifier"]) | has_name)
    pairs = row[["source", "amount"]].assign(is_another=is_another)
    return begin_anew(pairs).reindex(grants.index, fill_value=False)


def _are_other_grants(grants: pd.DataFrame, by_number: pd.Series, doubt: pd.DataFrame) -> pd.Series:
    """Whether each row is another grant than the row of its number (`by_number`) by what study.toml
    says of one of the two lists. Of one number and two amounts are other grants whatever it says.
    """
    is_told = column(grants, "~same_as_others", "boolean").notna()
    are_others = doubt["amount"] & _of_either(is_told, by_number)
    is_in_doubt = doubt["recipient"] | doubt["years"]
    return are_others | (is_in_doubt & _of_either(_is_separate(grants), by_number))


def _is_separate(grants: pd.DataFrame) -> pd.Series:
    """Whether study.toml says of a row's list that its rows are no other list's grants."""
    says_same = column(grants, "~same_as_others", "boolean")
    return says_same.eq(False).fillna(False).astype(bool)


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


def _with_other_numbers(grants: pd.DataFrame, by_content: pd.Series) -> pd.Series:
    """Which row of another list each row equals (-1: none) though both have numbers, which tell the
    rows of their lists apart, and these differ; where study.toml believes neither list more.
    """
    no_repeat = pd.Series(False, grants.index)
    numbers = column(grants, "reference").where(repeats.telling(grants, no_repeat))
    other_numbers = by_content.map(numbers)
    differ = numbers.notna() & other_numbers.notna() & numbers.ne(other_numbers)
    belief = column(grants, "~precedence", "Int64").fillna(0)
    is_open = belief.eq(by_content.map(belief)).fillna(False)
    return by_content.where(differ & is_open, -1)


def _pairs_in_doubt(grants: pd.DataFrame, into: pd.Series) -> pd.DataFrame:
    """The pairs of lists of which rows go `into` another (-1: none), and study.toml does not say
    whether such rows are the same grants: columns source, other, rows, and the recipients in both
    of one of these rows (recipient, other_recipient).
    """
    is_told = _of_either(column(grants, "~same_as_others", "boolean").notna(), into)
    equal = into[(into >= 0) & ~is_told]
    rows = pd.DataFrame({"source": grants["source"].astype("str")})
    rows["recipient"] = masked(grants["recipient"].astype("str"))
    row, other = rows.loc[equal.index], rows.loc[equal].set_axis(equal.index)
    is_in_order = row["source"] < other["source"]
    pairs = row.where(is_in_order, other)
    pairs[["other", "other_recipient"]] = other.where(is_in_order, row)
    by_pair = pairs.groupby(["source", "other"])
    examples = by_pair[["recipient", "other_recipient"]].first()
    return examples.assign(rows=by_pair.size()).reset_index()


def _as_versions(pairs: pd.DataFrame, grants: pd.DataFrame, equal: pd.Series) -> pd.DataFrame:
    """Pairs of lists with rows of one number and two amounts, as `versions` tells them, with how
    many of their rows are `equal` to one of the other (-1: none).
    """
    source = grants["source"].astype("str")
    merged = equal[equal >= 0]
    sources = zip(source[merged.index], source[merged], strict=True)
    equal_counts = Counter(map(frozenset, sources))
    versions = []
    for pair in pairs.itertuples():
        equal_count = equal_counts[frozenset([pair.source, pair.other])]
        versions.append((pair.source, pair.other, equal_count, pair.rows, pair.recipient))
    return pd.DataFrame(versions, columns=list_versions.VERSIONS)


def _of_either(is_so: pd.Series, into: pd.Series) -> pd.Series:
    """Whether something is so of each row or of the one that it goes `into`."""
    return is_so.reindex(into.index) | into.map(is_so).eq(True)
