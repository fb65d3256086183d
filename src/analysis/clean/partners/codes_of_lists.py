"""Codes of partners and numbers of agreements that each list gives anew, as where every region
counts from 1: which list those of other tables are of.
"""

import re
from collections.abc import Iterable

import pandas as pd

from analysis.clean.records.rows import column, numbers_by_source
from analysis.clean.several_lists.list_versions import words_but_of_versions

# The table that lists what codes stand for, their column, and the further ones that bear them.
CODES_OF_PARTNERS = ("partners", "partner_id", ())
NUMBERS_OF_AGREEMENTS = ("agreements", "agreement_id", ("previous_id",))


def with_codes_of_their_lists(
    by_table: dict[str, pd.DataFrame], codes_of: tuple[str, str, tuple[str, ...]]
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The tables, with the words of its list after each code of a list of partners or agreements of
    which study.toml says that they are others than those of the same codes elsewhere
    (`same_as_others = false`); and the rows of other tables with codes of several such lists, to be
    asked (`numbers_by_source`).

    A table's codes are of the list in the same file, or of that whose words its own name bears
    (`list_of_codes`), whether this gives them or another. A list keeps its codes where no other
    gives one of them. `codes_of` is CODES_OF_PARTNERS or NUMBERS_OF_AGREEMENTS.

    >>> partners = pd.DataFrame({"source": ["list nord.csv", "list sud.csv"], "partner_id": "1"})
    >>> partners = partners.assign(name=["Ain", "Var"], **{"~same_as_others": [False, None]})
    >>> grants = pd.DataFrame({"source": ["nord 2018.csv", "all.csv", "nord 2018.csv"], "line": 2})
    >>> grants["partner_id"] = ["1", "1", "Ain"]
    >>> by_table = {"partners": partners, "agreements": grants}
    >>> tables, rows_in_doubt = with_codes_of_their_lists(by_table, CODES_OF_PARTNERS)
    >>> tables["partners"]["partner_id"].tolist(), tables["agreements"]["partner_id"].tolist()
    (['1-nord', '1'], ['1-nord', '1', 'Ain'])
    >>> rows_in_doubt["source"].tolist()
    ['all.csv']
    """
    listing_table, name, further_names = codes_of
    listed = _listed(by_table.get(listing_table, pd.DataFrame()))
    numbers_anew = column(listed, "~same_as_others", "boolean").eq(False).fillna(False)
    if numbers_anew.any():
        list_of_code = listed["source"].astype("str")
        numbers_anew &= list_of_code.groupby(listed[name]).transform("nunique").gt(1)
    if not numbers_anew.any():
        return by_table, pd.DataFrame(columns=["source", "rows", "examples"])
    words = words_of_their_own(sorted(list_of_code.unique()))
    label_by_list = labels_of_lists(words)
    lists_anew, codes_of_several = list_of_code[numbers_anew], listed.loc[numbers_anew, name]
    tables, in_doubt = {}, []
    for table, rows in by_table.items():
        source = rows["source"].astype("str")
        own_list = source.map({file: list_of_codes(file, words) for file in source.unique()})
        label = own_list.map(label_by_list)
        for column_name in rows.columns.intersection([name, *further_names], sort=False):
            code = rows[column_name]
            is_open = code.isin(codes_of_several) & own_list.eq("")
            in_doubt.append(rows[is_open].assign(**{name: code}))
            is_of_list = own_list.isin(lists_anew) & code.isin(listed[name])  # and no name
            code_of_list = code.mask(is_of_list, code + "-" + label)
            rows = rows.assign(**{column_name: code_of_list})
        tables[table] = rows
    return tables, numbers_by_source(pd.concat(in_doubt), name)


def _listed(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that list something; those that amend it list nothing."""
    amends = column(rows, "~amends", "boolean").fillna(False).astype(bool)
    return rows[~amends]


def words_of_their_own(sources: Iterable[str]) -> dict[str, list[str]]:
    """The words of each source's name that not all have: with the figures behind them, which may be
    those of versions, only where words alone do not tell each source, and never with years: what was
    paid in one may be of an agreement of another.

    >>> words_of_their_own(["Partenaires nord 2016.csv", "partenaires sud 2018.csv"])
    {'Partenaires nord 2016.csv': ['nord'], 'partenaires sud 2018.csv': ['sud']}
    >>> words_of_their_own(["Région 1.csv", "Région 2.csv"])
    {'Région 1.csv': ['region-1'], 'Région 2.csv': ['region-2']}
    """
    names = list(sources)
    own_words = _but_for_common([words_but_of_versions(name) for name in names])
    if not all(own_words) or len({*map(tuple, own_words)}) < len(names):
        own_words = _but_for_common(
            [words_but_of_versions(name, with_figures=True) for name in names]
        )
    return dict(zip(names, own_words, strict=True))


def _but_for_common(words: list[list[str]]) -> list[list[str]]:
    """The words of each name without those that all names have."""
    common = set.intersection(*map(set, words))
    return [[word for word in of_name if word not in common] for of_name in words]


def labels_of_lists(sources: Iterable[str]) -> dict[str, str]:
    """What tells the codes of each list from those of the others, without a space, as codes are.

    >>> labels_of_lists(["Parte nord est.csv", "parte sud.csv"])
    {'Parte nord est.csv': 'nord-est', 'parte sud.csv': 'sud'}
    >>> labels_of_lists(["Nos parte.csv", "parte.csv"])
    {'Nos parte.csv': 'Nos-parte.csv', 'parte.csv': 'parte.csv'}
    """
    words = words_of_their_own(sorted(sources))
    labels = {source: "-".join(of_source) for source, of_source in words.items()}
    is_told = len({*labels.values()}) == len(labels) and all(labels.values())
    if is_told:
        return labels
    return {source: re.sub(r"\s+", "-", source) for source in labels}


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
    own_words = {*words_but_of_versions(source, with_figures=True)}
    named = [name for name in words if words[name] and own_words.issuperset(words[name])]
    for lists in (of_file, named):
        if len(lists) == 1:
            return lists[0]
    return ""
