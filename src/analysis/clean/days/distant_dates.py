"""Dates that are likely slips: decades away from all others of their table ("2107" for 2017), which
is asked, and written again in `corrections.csv`, right or as they stand, they count; or centuries.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis import parse
from analysis.clean.ledger import CORRECTED
from analysis.clean.records.rows import FAULTS, column
from analysis.clean.unclear_rows import cells_shown
from analysis.declare.faults import Fault, question_about
from analysis.parse.column import faults
from analysis.text.messages import say

GAP = pd.Timedelta(days=30 * 365)  # between one group of dates and the next
_DATES = {
    "agreements": ("start", "planned_end", "end"),
    "grants": ("date", "planned_start", "planned_end"),
}
_WITH = {"agreements": "partner_id", "grants": "recipient"}  # titles and totals name nobody


def starts_far_ahead(cells: pd.Series) -> pd.DataFrame:
    """The faults of starts in figures that only an end may bear, for it never comes ("2917").

    >>> starts_far_ahead(pd.Series(["01/02/2917", "01/02/2017", "en cours"]))["value"].tolist()
    ['01/02/2917']
    """
    is_in_figures = cells.str.contains("[0-9]", na=False)
    is_no_start = (parse.open_ends(cells) & is_in_figures).to_numpy(bool)
    return faults(cells, (is_no_start, "M04", say("parse.date")))


def distant_dates(
    by_table: Mapping[str, pd.DataFrame],
    headers: Mapping[str, Mapping[str, str]],
    corrected: Sequence[pd.DataFrame],
) -> tuple[list[Fault], list[pd.DataFrame]]:
    """The question whether dates are right that lie decades before or behind all others of their
    table, for each column of a source; and these cells.

    `headers` are those of each column, by source; `corrected` are the cells that the team wrote
    again.
    """
    questions, cells = [], []
    for table, names in _DATES.items():
        if table not in by_table:
            continue
        rows = by_table[table]
        rows = rows[column(rows, _WITH[table]).notna() & column(rows, "~label").isna()]
        dates = pd.concat({name: column(rows, name, "datetime64[us]") for name in names}).dropna()
        distant = dates[is_distant(dates)]
        if distant.empty:
            continue
        for _column, of_column in _as_cells(distant, rows).groupby(["source", "column"]):
            source, name = of_column["source"].iloc[0], of_column["column"].iloc[0]
            header = headers.get(name, {}).get(source, "")
            of_column = of_column[~is_confirmed(of_column, header, corrected)]
            if len(of_column):
                message = say("layout.distant_dates", header=header, cells=cells_shown(of_column))
                questions.append(question_about(source, message))
                cells.append(of_column)
    return questions, cells


def is_distant(dates: pd.Series) -> pd.Series:
    """Whether each date is of another group than most: groups lie decades apart.

    >>> days = pd.Series(pd.to_datetime(["2016-01-01", "2018-06-30", "2107-06-30"]))
    >>> is_distant(days).tolist()
    [False, False, True]
    """
    in_order = dates.sort_values()
    group = in_order.diff().gt(GAP).cumsum()
    usual_group = group.mode()
    is_usual = group.isin(usual_group.head(1))
    return ~is_usual.reindex(dates.index)


def _as_cells(distant: pd.Series, rows: pd.DataFrame) -> pd.DataFrame:
    """The distant dates, by column and row, as cells of the quarantine."""
    name, row = (distant.index.get_level_values(level) for level in (0, 1))
    cells = pd.DataFrame(
        {
            "source": rows.loc[row, "source"].astype("str").array,
            "line": rows.loc[row, "line"].array,
            "column": name,
            "rule": "M04",
            "value": distant.dt.strftime("%Y-%m-%d").array,
            "message": say("parse.distant"),
        }
    )
    return cells[FAULTS]


def is_confirmed(cells: pd.DataFrame, header: str, corrected: Sequence[pd.DataFrame]) -> pd.Series:
    """Whether the team wrote each cell in `corrections.csv`."""
    written = pd.concat([pd.DataFrame(columns=FAULTS), *corrected])
    is_here = written["rule"].eq(CORRECTED) & written["column"].eq(header)
    lines = written.loc[is_here & written["source"].eq(cells["source"].iloc[0]), "line"]
    return cells["line"].isin(lines)
