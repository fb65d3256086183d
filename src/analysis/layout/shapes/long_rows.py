"""Records that hold several rows, such as lists of amounts, as one row for each."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare.shares import HALF
from analysis.layout.headers.cell_evidence import share_written
from analysis.layout.headers.header_words import PART, senses
from analysis.read import Block, Coded, folded
from analysis.read.figures import FIGURE

NO_GRANT_REASONS = ["blank", "none", "not applicable"]  # why a cell is missing that holds no grant
ITEM = re.compile(r"(?P<list>[^:]+?)(?: (?P<number>\d+))?:(?P<name>.+)")
_AMOUNTS = re.compile(r"montant|subv|verse|attribue|accord|vote|allou|amount|grant|award|paid")


def by_item(block: Block, named: set[str] = frozenset()) -> Block:
    """The block with each row once for every item of a list of amounts that it holds, as JSON does:
    "aides:montant" and "aides 2:montant" become "montant".

    A row without any stays one row, and so do records that have amounts of their own. Lists that
    study.toml names (`named`) stay as they are.
    """
    if not any(ITEM.fullmatch(header) for header in block.columns) or _has_own_amount(block):
        return block
    lists: dict[str, dict[str, dict[str, str]]] = {}
    for header in block.columns:
        item = ITEM.fullmatch(header)
        if item and folded(header) not in named:
            items = lists.setdefault(item["list"], {})
            items.setdefault(item["number"] or "1", {})[item["name"]] = header
    for items in lists.values():
        amounts = [
            header for name, header in items.get("1", {}).items() if _AMOUNTS.search(folded(name))
        ]
        if len(items) > 1 and any(_are_numbers(block, header) for header in amounts):
            return lengthened(block, items)[0]
    return block


def _has_own_amount(block: Block) -> bool:
    """Whether most records have an amount of their own: what their lists hold are then parts or
    payments of it.
    """
    for header in block.columns:
        name = folded(header)
        is_amount = _AMOUNTS.search(name) or not {"amount", PART}.isdisjoint(senses(name))
        if ITEM.fullmatch(header) or not is_amount or "date" in senses(name):
            continue
        if _are_numbers(block, header) and (block.columns[header].codes >= 0).mean() > HALF:
            return True
    return False


def _are_numbers(block: Block, header: str) -> bool:
    return bool(share_written(block.columns[header].values, FIGURE) > 0.5)


def lengthened(
    block: Block, steps: dict[str, dict[str, str]], others: dict[str, dict[str, str]] | None = None
) -> tuple[Block, np.ndarray]:
    """The block with each row once for every step of which it holds a cell (new name -> header),
    together with `others` that belong to a step; which step each row is of (-1: none).
    """
    filled = np.column_stack([_any_filled(block, step) for step in steps.values()])
    none = ~filled.any(axis=1)
    filled[none, 0] = True
    row, position = np.nonzero(filled)
    steps = {name: step | (others or {}).get(name, {}) for name, step in steps.items()}
    used = {header for step in steps.values() for header in step.values()}
    columns = {name: column.rows(row) for name, column in block.columns.items() if name not in used}
    for name in dict.fromkeys(name for step in steps.values() for name in step):
        blank = pd.Series(np.nan, index=range(len(block.lines)), dtype="str")
        texts = [
            block.columns[step[name]].series() if name in step else blank for step in steps.values()
        ]
        column = Coded.of(pd.concat(texts, axis=1).to_numpy()[row, position])
        # The record may have one of its own; an amount of its own is but the sum.
        is_own = name in columns and not _AMOUNTS.search(folded(name))
        first = next(step[name] for step in steps.values() if name in step)
        columns[first if is_own else name] = column
    position = np.where(none[row], -1, position).astype(np.int32)
    return replace(block, columns=columns, lines=block.lines[row]), position


def _any_filled(block: Block, step: dict[str, str]) -> np.ndarray:
    return np.any([_is_filled(block.columns[header]) for header in step.values()], axis=0)


def _is_filled(column: Coded) -> np.ndarray:
    """Which cells say something: a dash or "nil" in the column of a year is no grant of that year."""
    reasons = parse.missing(column.values)
    says_nothing = np.append(reasons.isin(NO_GRANT_REASONS).to_numpy(bool), False)
    return (column.codes >= 0) & ~says_nothing[column.codes]
