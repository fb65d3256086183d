"""Rows of what was given in kind beside rows of money, as a column of kinds says ("Numéraire",
"Compétences"): whether their valued amounts count as money does is the team's to say, of agreements
under `[source.in_kind]` of study.toml.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.layout.headers.cell_evidence import sample
from analysis.layout.headers.words import which_say
from analysis.layout.payments.repeated_references import amounts_by_row
from analysis.layout.rows.remembered_looks import once_a_block
from analysis.layout.rows.rows_that_say import rows_that_say
from analysis.read import Block, Coded

_AMOUNTS = ("amount", "planned_amount_eur")
_MOST_KINDS = 12  # distinct texts of a column of kinds
_OF_PUBLIC_LISTS = re.compile(r"(?i)\s*aides? en (?:num[ée]raire|nature)\b.*")  # whose sum is told


@once_a_block
def rows_in_kind(block: Block, columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The words for what was given in kind, with an amount, under a header of which other words say
    money, or that serves nothing else, or nothing but kinds that know them not ("Valorisation").
    """
    amounts = [header for name in _AMOUNTS for header in columns.get(name, ())]
    if len(amounts) != 1:
        return {}
    gives = amounts_by_row(block.columns[amounts[0]]) > 0
    read_as_kinds = columns.get("kind", ())
    served = {header for headers in columns.values() for header in headers} - {*read_as_kinds}
    for header, column in block.columns.items():
        texts = sample(column)
        are_few = 2 <= len(texts) <= _MOST_KINDS
        if header in served and not are_few:
            continue
        if texts.str.fullmatch(_OF_PUBLIC_LISTS).any():
            continue
        is_in_kind = say_in_kind(texts) & (header not in served)
        if header in read_as_kinds or are_few:
            kinds = parse.categories(texts, schema.columns("contributions")["kind"])[0]
            if header in read_as_kinds:
                is_in_kind &= kinds.isna()
            elif kinds.notna().all() and kinds.eq("cash").any():
                is_in_kind |= kinds.ne("cash")
        given = column.series().str.strip()[gives]
        telling = [text for text in texts[is_in_kind] if given.eq(text).any()]
        if telling and not given.isin(telling).all():
            return {header: telling}
    return {}


def agreements_in_kind(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The words of agreements for what was given in kind, by header; none of a list of grants, whose
    kinds tell money apart by themselves.
    """
    if "planned_amount_eur" not in columns:
        return {}
    return rows_in_kind(block, columns)


def without_amounts_in_kind(
    block: Block, in_kind: Mapping[str, list[str]], columns: Mapping[str, tuple[str, ...]]
) -> Block:
    """The block without the planned amounts of the agreements that bear one of some texts under a
    header: what they give is no money, and they last all the same.
    """
    is_in_kind = rows_that_say(block, in_kind)
    if not is_in_kind.any():
        return block
    amounts = {
        header: Coded.of(block.columns[header].series().reset_index(drop=True).mask(is_in_kind))
        for header in columns.get("planned_amount_eur", ())
        if header in block.columns
    }
    return replace(block, columns=block.columns | amounts)


def say_in_kind(texts: pd.Series) -> pd.Series:
    """Which texts say in a few words that what was given was in kind, and do not deny it.

    >>> say_in_kind(pd.Series(["en nature seulement", "rien en nature, aucun don", "OK"])).tolist()
    [True, False, False]
    """
    return which_say("given in kind", texts) & ~which_say("denied or open", texts)


def are_in_kind(texts: list[str]) -> bool:
    """Whether all of some texts say what was given in kind."""
    of_texts = pd.Series(texts, dtype="str")
    kinds = parse.categories(of_texts, schema.columns("contributions")["kind"])[0]
    return bool(len(kinds)) and bool(kinds.notna().all() and kinds.ne("cash").all())
