"""Codes of partners and numbers of agreements that each list gives anew, as where every region
counts from 1: which list those of other tables are of.
"""

import re
from collections.abc import Iterable

import pandas as pd

from analysis.clean.list_versions import words_but_of_versions
from analysis.clean.rows import Tables, column, numbers_by_source


def with_codes_of_their_lists(
    by_table: dict[str, pd.DataFrame], notes: Tables
) -> dict[str, pd.DataFrame]:
    """The tables, with the words of the list of partners that each code is of after it, where
    study.toml says of such a list that its partners are others than those of the same codes
    elsewhere (`same_as_others = false`).

    A table's codes are of the list in the same file, or of that whose words its own name bears
    (`list_of_codes`); codes of several lists in other tables are noted, to be asked.

    >>> partners = pd.DataFrame({"source": ["list nord.csv", "list sud.csv"], "partner_id": "1"})
    >>> partners = partners.assign(name=["Ain", "Var"], **{"~same_as_others": [False, None]})
    >>> grants = pd.DataFrame({"source": ["sud 2018.csv", "all.csv"], "partner_id": "1", "line": 2})
    >>> notes = {}
    >>> tables = with_codes_of_their_lists({"partners": partners, "agreements": grants}, notes)
    >>> tables["partners"]["partner_id"].tolist(), tables["agreements"]["partner_id"].tolist()
    (['1-nord', '1-sud'], ['1-sud', '1'])
    >>> notes["codes_of_several_lists"]["source"].tolist()
    ['all.csv']
    """
    partners = by_table.get("partners", pd.DataFrame())
    if not column(partners, "~same_as_others", "boolean").eq(False).any():
        return by_table
    lists = sorted(partners["source"].astype("str").unique())
    words = words_of_their_own(lists)
    codes = partners.groupby(partners["source"].astype("str"))["partner_id"].agg(set)
    list_count = partners.groupby("partner_id")["source"].nunique()
    codes_of_several = list_count.index[list_count > 1]
    tables, in_doubt = {}, []
    for table, rows in by_table.items():
        if "partner_id" in rows:
            code, source = rows["partner_id"], rows["source"].astype("str")
            own_list = source.map({name: list_of_codes(name, words) for name in source.unique()})
            pairs = zip(code, own_list, strict=True)
            is_of_list = [text in codes.get(owner, ()) for text, owner in pairs]
            labels = own_list.map({name: label_of(name, words[name]) for name in lists})
            is_open = code.isin(codes_of_several) & own_list.eq("")
            in_doubt.append(rows[is_open].assign(agreement_id=code))
            rows = rows.assign(partner_id=code.mask(is_of_list, code + "-" + labels))
        tables[table] = rows
    doubtful_rows = pd.concat(in_doubt)
    if len(doubtful_rows):
        notes["codes_of_several_lists"] = numbers_by_source(doubtful_rows)
    return tables


def numbers_that_lists_give(agreements: pd.DataFrame, number: pd.Series) -> pd.DataFrame:
    """The agreement of each `number` in each list that has one of it, where several lists give it to
    others and study.toml says so (`same_as_others = false`): columns source, number, agreement_id.

    >>> agreements = pd.DataFrame({"source": ["nord.csv", "sud.csv"], "agreement_id": ["1", "1 sud"]})
    >>> stated = agreements.assign(**{"~same_as_others": [False, None]})
    >>> numbers_that_lists_give(stated, pd.Series(["1", "1"]))["agreement_id"].tolist()
    ['1', '1 sud']
    >>> len(numbers_that_lists_give(agreements, pd.Series(["1", "1"])))
    0
    """
    numbers = agreements[["source", "agreement_id"]].assign(number=number).drop_duplicates()
    numbers["source"] = numbers["source"].astype("str")
    by_number = numbers.groupby("number")
    is_of_several = by_number["source"].transform("nunique").gt(1)
    is_of_several &= by_number["agreement_id"].transform("nunique").gt(1)
    if not column(agreements, "~same_as_others", "boolean").eq(False).any():
        is_of_several &= False
    return numbers[is_of_several].drop_duplicates(["source", "number"], keep=False)


def agreements_by_list(rows: pd.DataFrame, numbers: pd.DataFrame) -> pd.Series:
    """The agreement that the list of its number (`list_of_codes`) gives each row of another table
    to; missing for those of no list. `numbers` as of `numbers_that_lists_give`.

    >>> numbers = pd.DataFrame({"source": ["nord.csv", "sud.csv"], "number": "1"})
    >>> numbers["agreement_id"] = ["1", "1 sud"]
    >>> rows = pd.DataFrame({"source": ["paid sud.csv", "paid.csv"], "agreement_id": "1"})
    >>> agreements_by_list(rows, numbers).tolist()
    ['1 sud', nan]
    """
    if numbers.empty:
        return pd.Series(pd.NA, rows.index, dtype="str")
    words = words_of_their_own(sorted(numbers["source"].unique()))
    source = rows["source"].astype("str")
    own_list = source.map({name: list_of_codes(name, words) for name in source.unique()})
    of_list = numbers.set_index(["source", "number"])["agreement_id"]
    keys = zip(own_list, rows["agreement_id"], strict=True)
    return pd.Series([of_list.get(key) for key in keys], rows.index, dtype="str")


def words_of_their_own(sources: Iterable[str]) -> dict[str, list[str]]:
    """The words of each source's name that not all have.

    >>> words_of_their_own(["Partenaires nord.csv", "partenaires sud.csv"])
    {'Partenaires nord.csv': ['nord'], 'partenaires sud.csv': ['sud']}
    """
    words = {source: words_but_of_versions(source) for source in sources}
    common = set.intersection(*map(set, words.values()))
    return {
        source: [word for word in of_source if word not in common]
        for source, of_source in words.items()
    }


def label_of(source: str, words: list[str]) -> str:
    """What tells the codes of a list from those of others, without a space, as codes are.

    >>> label_of("Parte nord.csv", ["nord", "est"]), label_of("list 2.csv", [])
    ('nord-est', 'list-2.csv')
    """
    return "-".join(words) or re.sub(r"\s+", "-", source)


def list_of_codes(source: str, words: dict[str, list[str]]) -> str:
    """The list of partners whose codes a source bears: itself, the only one in the same file, or the
    only one all of whose own `words` its name has; blank where there is none.

    >>> words = {"nord.xlsx#Partners": ["nord"], "sud.xlsx#Partners": ["sud"]}
    >>> list_of_codes("sud.xlsx#Agreements", words), list_of_codes("nord 2018.csv", words)
    ('sud.xlsx#Partners', 'nord.xlsx#Partners')
    >>> list_of_codes("all.csv", words)
    ''
    """
    if source in words:
        return source
    of_file = [name for name in words if name.partition("#")[0] == source.partition("#")[0]]
    own_words = set(words_but_of_versions(source))
    named = [name for name in words if words[name] and own_words.issuperset(words[name])]
    for lists in (of_file, named):
        if len(lists) == 1:
            return lists[0]
    return ""
