"""The frame of rows from reading to ledger: where each row comes from, what became of it, and by
which rule.

Beside the columns of its table a row has `source`, `line`, `record` (equal for records equal in
every cell of the file), and `fate` ("kept", "merged", "set aside"), `rule`, `message` and `shown`
(a value, for the quarantine), `into` (the row that it was merged into, -1 for none) and, in the
end, `key` of its clean row.
"""

import numpy as np
import pandas as pd

from analysis.clean.partners.personal_data import masked

Tables = dict[str, pd.DataFrame]
FAULTS = ["source", "line", "column", "rule", "value", "message"]
FATES = ["kept", "merged", "set aside"]
UNDECIDED = {"fate": "kept", "rule": "", "message": "", "shown": "", "key": pd.NA}
_EXAMPLES = 3  # numbers that a question shows


def spread(values: pd.Series, codes: np.ndarray) -> pd.Series:
    """One value for each distinct cell -> one for each row; -1 is missing."""
    return pd.Series(values.array.take(codes, allow_fill=True))


def rows_together(parts: list[pd.DataFrame], rank: dict[str, int]) -> pd.DataFrame:
    """The rows of all blocks of a table, nothing decided yet; `rank` 0 is the source to believe."""
    sources = sorted(rank)
    parts = [part.assign(source=part["source"].cat.set_categories(sources)) for part in parts]
    if len(parts) == 1:
        rows = parts[0]
    else:
        rows = pd.concat(parts, ignore_index=True)
    places = np.array([rank[source] for source in sources])
    undecided = {name: pd.array([text] * len(rows), "str") for name, text in UNDECIDED.items()}
    rank_of_row = places[rows["source"].cat.codes]
    return rows.assign(**undecided, rank=rank_of_row, into=np.full(len(rows), -1))


def column(rows: pd.DataFrame, name: str, dtype: str = "str") -> pd.Series:
    """A column of the rows; missing throughout where they do not have it."""
    if name in rows:
        return rows[name]
    return pd.Series(pd.NA, index=rows.index, dtype=dtype)


def numbers_by_source(rows: pd.DataFrame, name: str = "agreement_id") -> pd.DataFrame:
    """What a question shows of rows with numbers of agreements, or the codes of another column:
    columns source, rows, examples.

    >>> rows = pd.DataFrame({"source": ["a.csv"] * 5, "agreement_id": ["C1", "C1", "C2", "C3", "C4"]})
    >>> numbers_by_source(rows).values.tolist()
    [['a.csv', 5, 'C1, C2, C3']]
    """
    numbers = rows.groupby(rows["source"].astype("str"))[name]
    examples = numbers.agg(lambda ids: ", ".join(ids.drop_duplicates().head(_EXAMPLES)))
    counted = pd.DataFrame({"rows": numbers.size(), "examples": examples})
    return counted.rename_axis("source").reset_index()


def is_kept(rows: pd.DataFrame) -> pd.Series:
    """Whether each row is still kept."""
    return rows["fate"].eq("kept")


def mark(rows: pd.DataFrame, which: pd.Series, fate: str, rule: str) -> pd.Series:
    """Decides on some rows, in place; the first decision holds. Returns on which it was taken."""
    which = pd.Series(which, index=rows.index).fillna(False).astype(bool)
    if which.any():
        which = which & is_kept(rows)
        rows.loc[which, "fate"] = fate
        rows.loc[which, "rule"] = rule
    return which


def set_aside(
    rows: pd.DataFrame, which: pd.Series, rule: str, message: str, shown: str = ""
) -> None:
    """Rows that no clean table can hold; the quarantine tells their value of column `shown`."""
    which = mark(rows, which, "set aside", rule)
    if which.any():
        rows.loc[which, "message"] = message
        if shown in rows:
            rows.loc[which, "shown"] = masked(rows.loc[which, shown].astype("str")).fillna("")


def merge(rows: pd.DataFrame, into: pd.Series, rule: str) -> None:
    """Rows that another row (`into`, by label; -1 for none) already holds; none goes into a row
    that went into it before.
    """
    into = into[into.ge(0)]
    ends = _ends_at(rows["into"], into)
    into = into[ends != into.index.to_numpy()]
    which = mark(rows, rows.index.isin(into.index), "merged", rule)
    rows.loc[which, "into"] = into[which[which].index]


def _ends_at(into: pd.Series, labels: pd.Series) -> np.ndarray:
    """Where each of some rows went in the end, by way of other rows or not."""
    ends = labels.to_numpy()
    while (onward := into[ends].to_numpy()).max(initial=-1) >= 0:
        ends = np.where(onward >= 0, onward, ends)
    return ends


def with_keys(rows: pd.DataFrame, keys: pd.Series) -> pd.DataFrame:
    """The rows with the key of the clean row that each went into, by way of other rows or not."""
    rows["key"] = keys.reindex(rows.index).astype("str")
    merged = rows.index[rows["into"] >= 0]
    ends = _ends_at(rows["into"], rows.loc[merged, "into"])
    rows.loc[merged, "key"] = rows.loc[ends, "key"].array
    return rows


def contradicting_cells(
    rows: pd.DataFrame, which: pd.Series, name: str, rule: str, message: str
) -> pd.DataFrame:
    """Cells that contradict others of their row, for the quarantine; the rows are kept."""
    if not which.any():
        return pd.DataFrame(columns=FAULTS)
    subset = rows[which]
    cells = subset[["source", "line"]].astype({"source": "str"})
    value = column(subset, name).astype("str")
    return cells.assign(column=name, rule=rule, value=value, message=message)[FAULTS]
