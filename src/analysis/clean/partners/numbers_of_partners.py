"""Numbers that several partners have, as where agreements or the partners themselves are numbered
anew in each list, or where one agreement is with several of them.
"""

import pandas as pd

from analysis.clean.records.rows import Tables, column, numbers_by_source
from analysis.declare.shares import HALF
from analysis.linkage import partner_matching

# How what is known of numbers that several agreements have is told of several sources at once.
OF_SHARED_NUMBERS = {"rows": "sum", "source": ", ".join, "examples": "first", "first_list": "first"}
_AMOUNT = "planned_amount_eur"
_TOLD = ("start", "planned_end", _AMOUNT)  # in which two agreements differ


def numbered_by_partner(agreements: pd.DataFrame) -> tuple[pd.DataFrame, set[str]]:
    """The agreements, those of one number with several partners each under a number of its own, and
    these numbers.

    Rows that tell one term and one amount are the same agreement, whoever a source says it is with.

    >>> rows = {"agreement_id": ["1", "1", "2"], "partner_id": ["Ain", "Var", "Ain"]}
    >>> rows["start"] = pd.to_datetime(["2016-01-01", "2017-01-01", "2016-01-01"])
    >>> agreements, numbers = numbered_by_partner(pd.DataFrame(rows))
    >>> agreements["agreement_id"].tolist(), numbers
    (['1 Ain', '1 Var', '2'], {'1'})
    """
    number, partner = agreements["agreement_id"], agreements["partner_id"]
    is_of_several = partner.groupby(number).transform("nunique").gt(1)
    columns = ["agreement_id", *(name for name in _TOLD if name in agreements)]
    partner = agreements.groupby(columns, dropna=False)["partner_id"].transform("min")
    is_shared = is_of_several & partner.groupby(number).transform("nunique").gt(1)
    if not is_shared.any():
        return agreements, set()
    shared = set(number[is_shared])
    own_number = number + " " + partner
    agreements = agreements.assign(agreement_id=number.mask(is_shared, own_number))
    if "previous_id" in agreements:
        previous = agreements["previous_id"]
        agreements["previous_id"] = previous.mask(previous.isin(shared), previous + " " + partner)
    return agreements, shared


def with_further_partners(agreements: pd.DataFrame, notes: Tables) -> pd.DataFrame:
    """The agreements, where rows of one source tell one number, term and amount of several partners:
    those of the further ones under numbers of their own, with the whole amount (`same_reference` is
    "apart") or without ("shared"), or one agreement with the first ("once"). What study.toml says
    nothing of is noted, to be asked; amendments of an agreement are of all its partners.

    >>> rows = {"source": "a", "agreement_id": "1", "partner_id": ["Ain", "Var"], "line": [2, 3]}
    >>> agreements = pd.DataFrame(rows | {"planned_amount_eur": 500.0, "~same_reference": "shared"})
    >>> with_further_partners(agreements, {})[["agreement_id", "planned_amount_eur"]].values.tolist()
    [['1', 500.0], ['1 Var', nan]]
    """
    told = ["source", "agreement_id", *(name for name in _TOLD if name in agreements)]
    in_order = agreements.sort_values("line", kind="stable")
    first_partner = in_order.groupby(told, dropna=False, observed=True)["partner_id"].transform(
        "first"
    )
    is_further = agreements["partner_id"].ne(first_partner.reindex(agreements.index))
    if not is_further.any():
        return agreements
    answer = column(agreements, "~same_reference")
    notes["further_partners"] = numbers_by_source(agreements[is_further & answer.isna()])
    is_own = is_further & answer.notna() & answer.ne("once")
    number = agreements["agreement_id"]
    own_number = number + " " + agreements["partner_id"]
    agreements = agreements.assign(agreement_id=number.mask(is_own, own_number))
    if _AMOUNT in agreements:
        has_whole = answer.eq("apart")
        agreements[_AMOUNT] = agreements[_AMOUNT].mask(is_own & ~has_whole)
    return agreements


def first_list_by_number(agreements: pd.DataFrame) -> dict[str, str]:
    """The first source that gives each number, of those that several sources give.

    >>> agreements = pd.DataFrame({"source": ["sud.csv", "nord.csv", "sud.csv"]})
    >>> first_list_by_number(agreements.assign(agreement_id=["1", "1", "2"]))
    {'1': 'nord.csv'}
    """
    sources = agreements["source"].astype("str").groupby(agreements["agreement_id"])
    return sources.min()[sources.nunique() > 1].to_dict()


def note_shared_numbers(
    rows: pd.DataFrame, shared: set[str], list_by_number: dict[str, str], notes: Tables
) -> None:
    """Note the rows of another table, or those that amend agreements, whose number is that of
    several agreements, to be asked: of which `source` they are, and the first list of those that
    give such a number each (blank where none does).
    """
    of_several = rows[rows["agreement_id"].isin(shared)]
    if not len(of_several):
        return
    lists = of_several["agreement_id"].map(list_by_number).astype("str")
    first_list = lists.groupby(of_several["source"].astype("str")).min()
    counted = numbers_by_source(of_several)
    counted["first_list"] = counted["source"].map(first_list).fillna("")
    notes["shared_numbers"] = pd.concat([notes["shared_numbers"], counted])


def by_list_asked(shared_numbers: pd.DataFrame) -> pd.DataFrame:
    """The sources noted by `note_shared_numbers`, together where one list is asked about.

    >>> columns = {"source": ["a", "b"], "rows": [1, 2], "examples": ["1", "1"], "first_list": "c"}
    >>> by_list_asked(pd.DataFrame(columns)).values.tolist()
    [[3, 'a, b', '1', 'c']]
    """
    first_list, source = shared_numbers["first_list"], shared_numbers["source"]
    return shared_numbers.groupby(first_list.mask(first_list.eq(""), source)).agg(OF_SHARED_NUMBERS)


def codes_of_others(partners: pd.DataFrame) -> pd.DataFrame:
    """Lists of partners most of whose common codes stand for others in each, by number and name, as
    where each region counts from 1, unless study.toml says that they are the same or which list to
    believe: one row with the first (`source`), the `others`, how many codes (`rows`) and an
    `example`; none where there are none.

    >>> rows = {"source": ["a", "b", "b"], "partner_id": ["1", "1", "2"], "name": ["Ain", "Var", "Lot"]}
    >>> codes_of_others(pd.DataFrame(rows)).values.tolist()
    [['a', 'b', 1, '1 : Ain (a), Var (b)']]
    """
    listed = partners.assign(
        source=partners["source"].astype("str"),
        known_as=partner_matching.normalised(column(partners, "name")),
        siren=column(partners, "siren"),
        is_said=column(partners, "~same_as_others").notna()
        | column(partners, "~precedence").notna(),
    )
    listed = listed.dropna(subset=["partner_id", "known_as"]).drop_duplicates(
        ["source", "partner_id"]
    )
    names = ["source", "partner_id", "name", "known_as", "siren", "is_said"]
    pairs = listed[names].merge(listed[names], on="partner_id", suffixes=("", "_other"))
    is_said = pairs["is_said"] | pairs["is_said_other"]
    pairs = pairs[pairs["source"].lt(pairs["source_other"]) & ~is_said]
    have_numbers = pairs["siren"].notna() & pairs["siren_other"].notna()
    is_another = pairs["known_as"].ne(pairs["known_as_other"])
    is_another = is_another.mask(have_numbers, pairs["siren"].ne(pairs["siren_other"]))
    of_lists = is_another.astype(float).groupby([pairs["source"], pairs["source_other"]])
    pairs = pairs[is_another & of_lists.transform("mean").gt(HALF)]
    if pairs.empty:
        return pd.DataFrame(columns=["source", "others", "rows", "example"])
    first, *others = sorted({*pairs["source"], *pairs["source_other"]})
    pair = pairs.iloc[0]
    whose = f"{pair['name']} ({pair['source']}), {pair['name_other']} ({pair['source_other']})"
    question = {"source": first, "others": ", ".join(others), "rows": pairs["partner_id"].nunique()}
    return pd.DataFrame([question | {"example": f"{pair['partner_id']} : {whose}"}])
