"""Agreements that several sources list: one agreement under one number, though its amount or end
may differ between them, or be the money of one year in each. Which one counts is asked, or said in
study.toml.
"""

import numpy as np
import pandas as pd

from analysis.clean.partners.codes_of_lists import labels_of_lists
from analysis.clean.partners.personal_data import masked
from analysis.clean.records.rows import Tables, column
from analysis.clean.several_lists.list_versions import EQUAL, FEWEST_EQUAL, day_in_name
from analysis.clean.several_lists.lists_of_years import years_named
from analysis.clean.several_lists.numbers_begun_anew import begin_anew
from analysis.declare import schema
from analysis.text import formatting
from analysis.text.messages import say

_AMOUNT = "planned_amount_eur"
_COMPARED = (_AMOUNT, "planned_end", "end", "entity")  # in which two lists of one agreement differ
_ORDER = ("planned_end", _AMOUNT)  # of several agreements of a partner that begin on one day
_LETTERS_OF_A_MONTH = 6  # from which digits in a file's name tell more than a year ("201806")
_PAIRS = ["row", "other", "is_one_number"]


def with_one_number_across(
    agreements: pd.DataFrame, notes: Tables
) -> tuple[pd.DataFrame, pd.Series]:
    """The agreements, those that several sources list under the number of the source to believe; and
    the new number of each of these that has one, by its own.

    Where nothing says which source counts, or whether amounts of several years add up, it is noted
    to be asked.
    """
    nothing = pd.Series(dtype="str")
    if agreements["source"].nunique() < 2:
        return _with_sums_of_rows(agreements), nothing
    pairs = _pairs_of_rows(agreements)
    is_apart = column(agreements, "~same_as_others", "boolean").eq(False).fillna(False).astype(bool)
    pairs["is_apart"] = is_apart[pairs["row"]].to_numpy() | is_apart[pairs["other"]].to_numpy()
    notes["agreements_of_sources"] = _to_be_asked(agreements, pairs[~pairs["is_apart"]])
    number = agreements["agreement_id"].copy()
    rows_apart = pairs.loc[pairs["is_one_number"] & pairs["is_apart"], "row"]
    source = agreements["source"].astype("str")
    labels = source.map(labels_of_lists(source.unique()))
    number[rows_apart] = number[rows_apart] + "-" + labels[rows_apart]
    same = pairs[~pairs["is_one_number"] & ~pairs["is_apart"]]
    number[same["row"]] = number[same["other"]].to_numpy()
    is_renumbered = number.ne(agreements["agreement_id"]) & ~number.index.isin(rows_apart)
    new_numbers = number[is_renumbered].set_axis(agreements.loc[is_renumbered, "agreement_id"])
    agreements = _with_sums_of_rows(agreements.assign(agreement_id=number))
    return agreements, new_numbers[~new_numbers.index.duplicated()]


def _pairs_of_rows(agreements: pd.DataFrame) -> pd.DataFrame:
    """Each row with that of the best other source for the same agreement: under the same number,
    else with the same partner from the same day.

    Two lists may name other agreements of a partner that begin on one day: only of lists that share
    most, or of one entity where no column numbers the rows, such rows are taken for the same.
    """
    rows = agreements[column(agreements, "~amendment", "Float64").isna()]
    by_number = _with_best_of_others(rows, ["agreement_id"]).assign(is_one_number=True)
    is_alone = ~rows.index.isin([*by_number["row"], *by_number["other"]])
    rows = rows[is_alone & rows["partner_id"].notna() & rows["start"].notna()]
    in_order = rows.sort_values([name for name in (*_ORDER, "line") if name in rows])
    day = ["partner_id", "start"]
    nth = in_order.groupby(["source", *day], observed=True).cumcount().reindex(rows.index)
    by_day = _with_best_of_others(rows.assign(nth=nth), [*day, "nth"]).assign(is_one_number=False)
    pairs = pd.concat([by_number, by_day], ignore_index=True)[_PAIRS]
    return pairs[pairs["is_one_number"] | _are_same(agreements, pairs)]


def _with_best_of_others(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Each row that a row of a better source equals in some columns, and the best such row."""
    in_order = rows.assign(row=rows.index).sort_values(["rank", "line"])
    by_key = in_order.groupby(names, sort=False, dropna=False)
    best = in_order.assign(
        other=by_key["row"].transform("first"), best_rank=by_key["rank"].transform("first")
    )
    return best.loc[best["rank"] > best["best_rank"], ["row", "other"]].reset_index(drop=True)


def _are_same(agreements: pd.DataFrame, pairs: pd.DataFrame) -> pd.Series:
    """Whether the two sources of each pair share most rows of the smaller, or the rows are of one
    entity and bear no number but what they say.
    """
    row, better = agreements.loc[pairs["row"]], agreements.loc[pairs["other"]]
    sources = pd.DataFrame({"one": row["source"].array, "two": better["source"].array}).astype(
        "str"
    )
    sizes = agreements["source"].astype("str").value_counts()
    smaller = np.minimum(sources["one"].map(sizes), sources["two"].map(sizes))
    shared_count = sources.groupby(["one", "two"])["one"].transform("size")
    share_most = shared_count >= np.maximum(FEWEST_EQUAL, EQUAL * smaller)
    is_one_entity = row["entity"].array == better["entity"].array
    is_bare = _is_numbered_by_content(row) & _is_numbered_by_content(better)
    return (share_most | (is_one_entity & is_bare)).set_axis(pairs.index)


def _is_numbered_by_content(rows: pd.DataFrame) -> np.ndarray:
    """Whether the number of each row is made of other columns, its partner among them."""
    pairs = zip(rows["agreement_id"], rows["partner_id"], strict=True)
    return np.array([partner in number for number, partner in pairs], dtype=bool)


def _to_be_asked(agreements: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """What is to be asked of groups of sources that list the same agreements: columns source,
    others, rows, example, is_of_years.
    """
    row, better = agreements.loc[pairs["row"]], agreements.loc[pairs["other"]]
    differing = _differing_column(row, better)
    differing = differing.mask(differing.eq("") & _are_with_others(row, better), "partner_id")
    is_of_years = _are_of_other_years(row, better)
    is_asked = (differing.ne("") | ~pairs["is_one_number"].to_numpy() | is_of_years) & ~_is_said(
        row, better
    )
    pairs_asked = pairs[is_asked.to_numpy()].assign(
        differing=differing[is_asked.to_numpy()].array,
        is_of_years=is_of_years[is_asked.to_numpy()].array,
        source=row["source"][is_asked.to_numpy()].astype("str").array,
        other_source=better["source"][is_asked.to_numpy()].astype("str").array,
    )
    group = _groups(pairs_asked[["source", "other_source"]])
    questions = []
    for _group, of_group in pairs_asked.groupby(pairs_asked["source"].map(group), sort=False):
        first, *others = sorted({*of_group["source"], *of_group["other_source"]})
        pair = of_group.sort_values("is_of_years", ascending=False, kind="stable").iloc[0]
        example = _example(agreements, pair)
        is_yearly = bool(of_group["is_of_years"].any())
        rows = of_group["other"].nunique()
        questions.append((first, ", ".join(others), rows, example, is_yearly))
    columns = ["source", "others", "rows", "example", "is_of_years"]
    return pd.DataFrame(questions, columns=columns)


def _differing_column(row: pd.DataFrame, better: pd.DataFrame) -> pd.Series:
    """The first column in which each row says something else than the other; else blank."""
    differing = pd.Series("", index=range(len(row)))
    for name in [name for name in _COMPARED if name in row]:
        values, others = row[name].astype("str").array, better[name].astype("str").array
        is_known = row[name].notna().to_numpy() & better[name].notna().to_numpy()
        grain, other_grain = (column(rows, f"{name}_precision") for rows in (row, better))
        # an end of which one list tells the year alone is no other end
        is_as_fine = (grain.array == other_grain.array) | grain.isna().to_numpy()
        differs = is_known & np.asarray(is_as_fine, bool) & np.asarray(values != others, bool)
        differing = differing.mask(differing.eq("") & differs, name)
    return differing


def _are_with_others(row: pd.DataFrame, better: pd.DataFrame) -> pd.Series:
    """Whether each row is with another partner than the other, and numbers may begin anew in each
    list.
    """
    pairs = pd.DataFrame(
        {"source": row["source"].array, "amount": column(row, _AMOUNT, "Float64").array}
    )
    pairs["is_another"] = row["partner_id"].array != better["partner_id"].array
    return begin_anew(pairs)


def _are_of_other_years(row: pd.DataFrame, better: pd.DataFrame) -> pd.Series:
    """Whether the headers of the amounts of two rows name other years ("Montant 2015")."""
    header, other_header = column(row, "~amount_header"), column(better, "~amount_header")
    are_told = header.notna().to_numpy() & other_header.notna().to_numpy()
    differ = header.astype("str").to_numpy() != other_header.astype("str").to_numpy()
    return pd.Series(are_told & differ)


def _is_said(row: pd.DataFrame, better: pd.DataFrame) -> pd.Series:
    """Whether study.toml, or a day or month in the names of files, says what two rows are."""
    is_said = np.zeros(len(row), dtype=bool)
    for name in ("~same_reference", "~same_as_others"):
        is_said |= column(row, name).notna().to_numpy() | column(better, name).notna().to_numpy()
    belief, other_belief = (
        column(rows, "~precedence", "Int64").fillna(0).to_numpy(int) for rows in (row, better)
    )
    day, other_day = (
        rows["source"].astype("str").map(day_in_name).to_numpy(str) for rows in (row, better)
    )
    are_days = np.minimum(np.char.str_len(day), np.char.str_len(other_day)) >= _LETTERS_OF_A_MONTH
    return pd.Series(is_said | (belief != other_belief) | (are_days & (day != other_day)))


def _groups(pairs: pd.DataFrame) -> dict[str, int]:
    """Sources that pairs connect, each with the number of its group."""
    group: dict[str, int] = {}
    for number, (one, other) in enumerate(pairs.drop_duplicates().itertuples(index=False)):
        joined = {group.get(one, number), group.get(other, number)}
        group |= {one: number, other: number}
        group |= {source: number for source, before in group.items() if before in joined}
    return group


def _example(agreements: pd.DataFrame, pair: pd.Series) -> str:
    """One agreement of a pair of rows, with what each source says of it."""
    row, better = agreements.loc[pair["row"]], agreements.loc[pair["other"]]
    name = pair["differing"] or (_AMOUNT if pair["is_of_years"] else "agreement_id")
    label = schema.columns("agreements")[name].label(formatting.language())
    (partner,) = masked(pd.Series([str(row["partner_id"])], dtype="str"))
    values = [f"{_shown(agreement[name])} ({agreement['source']})" for agreement in (row, better)]
    return say("layout.example_of_sources", partner=partner, label=label, values=" ; ".join(values))


def _shown(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        return formatting.number(value)
    return str(value)


def _with_sums_of_rows(agreements: pd.DataFrame) -> pd.DataFrame:
    """The agreements, with the sum of their amounts in all rows of all sources where study.toml says
    that these add up (`same_reference = "add"`), as those of one year each, or of equal payments.
    What it says of one list of a year holds for those of other years.
    """
    is_added = column(agreements, "~same_reference").eq("add").fillna(False).astype(bool)
    if _AMOUNT not in agreements or not is_added.any():
        return agreements
    amount, number = agreements[_AMOUNT], agreements["agreement_id"]
    is_of_a_year = agreements["source"].astype("str").map(years_named).map(bool)
    is_of_a_year |= column(agreements, "~amount_header").notna()
    is_added |= is_of_a_year & (is_added & is_of_a_year).groupby(number).transform("any")
    is_added &= column(agreements, "~amendment").isna()
    total = amount[is_added].groupby(number[is_added]).transform("sum", min_count=1)
    is_of_several = is_added & number.duplicated(keep=False)
    total_of_row = total.reindex(agreements.index)
    return agreements.assign(**{_AMOUNT: amount.mask(is_of_several, total_of_row)})
