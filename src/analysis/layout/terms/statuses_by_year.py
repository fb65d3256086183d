"""Lists with a column of statuses for each year ("Statut 2016; Statut 2017"): the year in which a
partnership stopped, as a column of its own.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.layout.headers.words import which_say
from analysis.read import Block, Coded
from analysis.read.figures import YEAR

END = " (end)"  # what the name of a column of such years ends with
_MOST_STATUSES = 8  # distinct texts below a header of statuses


def with_ends_of_statuses(block: Block) -> Block:
    """The block with the first year from which statuses by year only say that it is over, as a column
    of its own; blank where the last status says that it runs.
    """
    years = {}
    for name, headers in headers_of_years(block).items():
        is_over = pd.DataFrame({year: _say("over", block, headers[year]) for year in headers})
        runs = pd.DataFrame({year: _say("running", block, headers[year]) for year in headers})
        if is_over.any(axis=None) and runs.any(axis=None):
            years[f"{name}{END}"] = _first_year_over(is_over, runs)
    if years:
        return replace(block, columns=block.columns | years)
    return block


def is_end_of_statuses(block: Block, header: str) -> bool:
    """Whether a header is that of the years in which statuses by year say that it was over."""
    return header.endswith(END) and header.removesuffix(END) in headers_of_years(block)


def headers_of_years(block: Block) -> dict[str, dict[str, str]]:
    """The headers of statuses of each year, by what they have beside it: two years at least."""
    by_name: dict[str, dict[str, str]] = {}
    for header in block.columns:
        year = YEAR.fullmatch(header.strip()[-4:])
        name = header.strip()[:-4].strip()
        if year and name and len(block.columns[header].values) <= _MOST_STATUSES:
            by_name.setdefault(name, {})[year.group()] = header
    return {
        name: dict(sorted(headers.items()))
        for name, headers in by_name.items()
        if len(headers) > 1 and any(_say("over", block, each).any() for each in headers.values())
    }


def _say(words: str, block: Block, header: str) -> np.ndarray:
    """Which rows have a status that says so."""
    column = block.columns[header]
    return np.append(which_say(words, column.values).to_numpy(bool), False)[column.codes]


def _first_year_over(is_over: pd.DataFrame, runs: pd.DataFrame) -> Coded:
    """The first year in which each row is over and after which it never runs again, as texts."""
    runs_later = runs.iloc[:, ::-1].cummax(axis=1).iloc[:, ::-1]
    ends = is_over & ~runs_later
    first_years = ends.idxmax(axis=1).where(ends.any(axis=1))
    return Coded.of(first_years)
