"""Lists with one column of amounts a year, or several amounts in a record, as one row for each."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.layout.header_words import PART, senses
from analysis.read import Block, Coded, folded
from analysis.read.grid import FIGURE, YEAR

AMOUNTS = re.compile(
    r"montant|subv|verse|attribue|accord|vote|allou|amount|grant|award|paid|^(?:en|bp|ca|fy|exercice|annee|year)?$"
)
ASKED = re.compile(r"demand|sollicit|propos|request|applied|nombre|number|objet|date|taux")

YEARLY = ("grants", "contributions")  # tables of which each row has its year
OF_YEARS = "Année"  # the header of years that headers bore
OF_A_YEAR = {
    "date",
    "purpose",
    "planned_start",
    "planned_end",
}  # columns that tell of the amount of the year that their headers bear


def by_year(block: Block, named: set[str] = frozenset()) -> Block:
    """The block with each row once for every year in which it has an amount, where two columns or more bear years.

    "Association; 2017; 2018" and "Tiers; Montant 2017; Montant 2018" get the columns "Année" and "Montant". A row without any
    amount stays one row, without a year. Columns that study.toml names (`named`, folded) stay as they are.
    """
    groups: dict[str, dict[str, str]] = {}  # what is left of the header -> year -> header
    others: dict[
        str, dict[str, str]
    ] = {}  # year -> header without it -> header of what is told of that year's amount
    twice = set()
    for header in block.columns:
        year = YEAR.search(header)
        rest = folded(header.replace(year[0], "").replace(_unit(header), "")) if year else ""
        if not year or folded(header) in named or "%" in header:
            continue
        if "outcome" in senses(rest) or (
            not _is_amount(rest) and not OF_A_YEAR.isdisjoint(senses(rest))
        ):
            others.setdefault(year[0], {})[header.replace(year[0], "").strip()] = header
        elif _is_amount(rest) and not ASKED.search(rest):
            twice |= {rest} if year[0] in groups.setdefault(rest, {}) else set()
            groups[rest][year[0]] = header
    groups = {rest: group for rest, group in groups.items() if rest not in twice}
    found = [rest for rest, group in groups.items() if len(group) > 1][:1]
    if found and PART in senses(found[0]):  # of several parts, each has its years
        wide = {rest: group for rest, group in groups.items() if PART in senses(rest)}
    else:  # what is told of one more year alone is that year's amount ("Montant 2018 (réalisé)", "Montant 2019 (voté)")
        one = groups[found[0]] if found else {}
        lone = [
            group
            for rest, group in groups.items()
            if len(group) == 1 and not set(group) & set(one) and PART not in senses(rest)
        ]
        years = [year for group in lone for year in group]
        one = one | {
            year: header
            for group in lone
            for year, header in group.items()
            if years.count(year) == 1
        }
        wide = {found[0] if found else "": one} if len(one) > 1 else {}
    headers = [header for group in wide.values() for header in group.values()]
    cells = pd.concat(
        [block.columns[header].values for header in headers] or [pd.Series(dtype="str")]
    )
    if not cells.str.strip().replace("", pd.NA).dropna().str.fullmatch(FIGURE).mean() > 0.5:
        return block
    units = {header: _unit(header) for header in headers}
    unit = units[headers[0]] if len(set(units.values())) == 1 else ""
    block = replace(block, columns={**block.columns})
    for header in (
        headers if any(units.values()) and not unit else ()
    ):  # of several units, each cell bears its own
        column = block.columns[header]
        bare = column.values.str.fullmatch(r"[-+(\d\s.,'’)]*\d[-+(\d\s.,'’)]*", na=False)
        block.columns[header] = Coded(
            column.codes, column.values.mask(bare, column.values + f" {units[header]}")
        )
    years = list(dict.fromkeys(year for group in wide.values() for year in group))
    named_as = {
        rest: f"{rest.capitalize() if len(wide) > 1 else 'Montant'} {unit}".strip() for rest in wide
    }
    steps = {
        year: {named_as[rest]: group[year] for rest, group in wide.items() if year in group}
        for year in years
    }
    block.columns = {
        header: column for header, column in block.columns.items() if folded(header) not in wide
    }  # of no year
    long, place = _long(block, steps, others)
    amounts = {name: long.columns.pop(name) for name in named_as.values()}
    long.columns |= {OF_YEARS: Coded(place, pd.Series(years, dtype="str"))} | amounts
    return long


def _unit(header: str) -> str:
    """The unit of the amounts under a header, as written there ("k€"); blank where it bears none."""
    found = re.search(
        r"(?i)(?<![a-z])[km]?(?:€|\$|£|eur(?:os?)?\b|usd\b|gbp\b|chf\b)|\bmill(?:iers|ions)\b",
        header,
    )
    return found[0] if found else ""


def _is_amount(name: str) -> bool:
    """Whether a folded header without its year names an amount, or a part of one."""
    return bool(AMOUNTS.search(name)) or not {"amount", PART}.isdisjoint(senses(name))


def by_side(block: Block) -> Block:
    """The block with tables of the same headers that stand side by side one below the other."""
    if not any(header.endswith(" 2") for header in block.columns):
        return block
    filled = [header for header, column in block.columns.items() if (column.codes >= 0).any()]
    bare = [re.sub(r" \d+$", "", header) for header in filled]
    width = len(set(bare))
    times = len(filled) // max(width, 1)
    if width < 3 or times < 2 or bare != bare[:width] * times:
        return block
    steps = {
        str(at): dict(zip(bare[:width], filled[at * width : (at + 1) * width], strict=True))
        for at in range(times)
    }
    return _long(block, steps)[0]


ITEM = re.compile(r"(?P<list>[^:]+?)(?: (?P<number>\d+))?:(?P<name>.+)")


def by_item(block: Block, named: set[str] = frozenset()) -> Block:
    """The block with each row once for every item of a list of amounts that it holds, as JSON does: "aides:montant" and
    "aides 2:montant" become "montant".

    A row without any stays one row, and so do records that have amounts of their own. Lists that study.toml names (`named`)
    stay as they are.
    """
    if not any(ITEM.fullmatch(header) for header in block.columns):
        return block
    number = lambda header: block.columns[header].values.str.fullmatch(FIGURE).mean() > 0.5
    own = [
        header
        for header in block.columns
        if not ITEM.fullmatch(header) and _is_amount(folded(header))
    ]
    own = [
        header for header in own if "date" not in senses(folded(header))
    ]  # "annee" is none, although "2018" alone may be
    if any(number(header) and (block.columns[header].codes >= 0).mean() > 0.5 for header in own):
        return block  # records have their own: what their lists hold are parts or payments of it
    lists: dict[str, dict[str, dict[str, str]]] = {}
    for header in block.columns:
        if (item := ITEM.fullmatch(header)) and folded(header) not in named:
            lists.setdefault(item["list"], {}).setdefault(item["number"] or "1", {})[
                item["name"]
            ] = header
    for steps in lists.values():
        amounts = [
            header
            for name, header in steps.get("1", {}).items()
            if folded(name) and AMOUNTS.search(folded(name))
        ]
        if len(steps) > 1 and any(map(number, amounts)):
            return _long(block, steps)[0]
    return block


def _long(
    block: Block, steps: dict[str, dict[str, str]], others: dict[str, dict[str, str]] | None = None
) -> tuple[Block, np.ndarray]:
    """The block with each row once for every step of which it holds a cell (new name -> header), together with `others` that
    belong to a step; which step each row is of (-1: none)."""
    filled = np.column_stack(
        [
            np.any([block.columns[header].codes >= 0 for header in step.values()], axis=0)
            for step in steps.values()
        ]
    )
    none = ~filled.any(axis=1)
    filled[none, 0] = True
    row, place = np.nonzero(filled)
    steps = {name: step | (others or {}).get(name, {}) for name, step in steps.items()}
    used = {header for step in steps.values() for header in step.values()}
    columns = {name: column.rows(row) for name, column in block.columns.items() if name not in used}
    for name in dict.fromkeys(name for step in steps.values() for name in step):
        blank = pd.Series(np.nan, index=range(len(block.lines)), dtype="str")
        texts = [
            block.columns[step[name]].series() if name in step else blank for step in steps.values()
        ]
        codes, values = pd.factorize(pd.concat(texts, axis=1).to_numpy()[row, place])
        told = name in columns and not AMOUNTS.search(
            folded(name)
        )  # the record has one of its own: its amount is but the sum
        whole = next(step[name] for step in steps.values() if name in step)
        columns[whole if told else name] = Coded(
            codes.astype(np.int32), pd.Series(values, dtype="str")
        )
    return replace(block, columns=columns, lines=block.lines[row]), np.where(
        none[row], -1, place
    ).astype(np.int32)
