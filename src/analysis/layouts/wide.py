"""Lists with one column of amounts a year, as one row for each year."""

import re

import numpy as np
import pandas as pd

from analysis.read import Block, Coded, folded
from analysis.read.grid import FIGURE, YEAR

AMOUNTS = re.compile(
    r"montant|subvention|verse|attribue|accord|vote|allou|amount|grant|award|paid|^(?:en|bp|ca|fy|exercice|annee|year)?$"
)
ASKED = re.compile(r"demand|sollicit|propos|request|applied|nombre|number|objet|date|taux")


def by_year(block: Block, named: set[str] = frozenset()) -> Block:
    """The block with each row once for every year in which it has an amount, where two columns or more bear years.

    "Association; 2017; 2018" and "Tiers; Montant 2017; Montant 2018" get the columns "Année" and "Montant". A row without any
    amount stays one row, without a year. Columns that study.toml names (`named`, folded) stay as they are.
    """
    groups: dict[str, dict[str, str]] = {}
    for header in block.columns:
        year = YEAR.search(header)
        rest = folded(header.replace(year[0], "")) if year else ""
        if year and folded(header) not in named and AMOUNTS.search(rest) and not ASKED.search(rest):
            groups.setdefault(rest, {})[header] = year[0]
    wide = next((group for group in groups.values() if len(set(group.values())) == len(group) > 1), {})
    cells = (
        pd.concat([block.columns[header].values for header in wide]).str.strip().replace("", pd.NA).dropna()
        if wide
        else pd.Series(dtype="str")
    )
    if not cells.str.fullmatch(FIGURE).mean() > 0.5:
        return block
    filled = np.column_stack([block.columns[header].codes >= 0 for header in wide])
    none = ~filled.any(axis=1)
    filled[none, 0] = True
    row, place = np.nonzero(filled)
    amount = pd.concat([block.columns[header].series() for header in wide], axis=1).to_numpy()[row, place]
    codes, values = pd.factorize(amount)
    columns = {name: column.rows(row) for name, column in block.columns.items() if name not in wide}
    columns["Année"] = Coded(np.where(none[row], -1, place).astype(np.int32), pd.Series(list(wide.values()), dtype="str"))
    columns["Montant"] = Coded(codes.astype(np.int32), pd.Series(values, dtype="str"))
    block.columns, block.lines = columns, block.lines[row]
    return block
