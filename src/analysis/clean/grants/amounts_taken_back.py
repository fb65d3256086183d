"""Amounts that a list of grants takes back, below zero: they open no period of their own."""

import pandas as pd

from analysis.parse.quantities import HALF_CENT

_TERM = ["start", "end", "term_assumed"]
_OF_REFERENCE = ["source", "funder", "~who", "reference"]
_OF_RECIPIENT = ["funder", "~who"]


def with_amounts_taken_back(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of which amounts below zero have the term of the grant that they take back: the one whose
    reference they bear, else the last that the recipient had got from the funder. Without any they
    stay as they are.

    >>> rows = {"source": "a", "line": [2, 3, 4], "funder": "V", "~who": ["Ain", "Ain", "Var"], "amount": [9.0, -2, -1]}
    >>> days = pd.to_datetime(["2018-01-01", "2019-05-01", "2019-06-01"])
    >>> grants = pd.DataFrame(rows | {"start": days, "end": days, "term_assumed": True})
    >>> with_amounts_taken_back(grants)["start"].dt.year.tolist()
    [2018, 2018, 2019]
    """
    is_taken_back = rows["amount"].lt(0).fillna(False).astype(bool)
    if not is_taken_back.any():
        return rows
    granted = rows[rows["amount"].gt(0).fillna(False).astype(bool)].sort_values(["start", "line"])
    terms = _terms_by_reference(rows[is_taken_back], granted)
    without_reference = rows[is_taken_back & ~rows.index.isin(terms.index)]
    terms = pd.concat([terms, _last_terms(without_reference, granted)])
    rows = rows.copy()
    for name in _TERM:
        rows.loc[terms.index, name] = terms[name].astype(rows[name].dtype)
    return rows


def are_taken_back_whole(rows: pd.DataFrame) -> pd.Series:
    """Which rows are of an agreement whose money was given and taken back to the last cent: nothing
    is left of it, and no relation comes of it.

    >>> rows = pd.DataFrame({"agreement_id": ["A1", "A1", "A2", "A3"], "amount": [0.3, -0.3, 5.0, None]})
    >>> are_taken_back_whole(rows).tolist()
    [True, True, False, False]
    """
    amounts = rows["amount"].astype("float64").groupby(rows["agreement_id"])
    is_nothing = amounts.transform("sum").abs().lt(HALF_CENT / 2)
    return is_nothing & amounts.transform("min").lt(0)


def _terms_by_reference(taken_back: pd.DataFrame, granted: pd.DataFrame) -> pd.DataFrame:
    """The term of the first grant of the reference that each amount bears, where there is one."""
    if "reference" not in taken_back:
        return taken_back.loc[[], _TERM]
    first = granted.dropna(subset="reference").drop_duplicates(_OF_REFERENCE)
    taken_back = taken_back.dropna(subset="reference")
    terms = taken_back[_OF_REFERENCE].merge(
        first[[*_OF_REFERENCE, *_TERM]], on=_OF_REFERENCE, how="left"
    )
    return terms.set_axis(taken_back.index)[_TERM].dropna(subset="start")


def _last_terms(taken_back: pd.DataFrame, granted: pd.DataFrame) -> pd.DataFrame:
    """The term of the last grant of the same recipient and funder begun by the start of each amount,
    where there is one.
    """
    keys = [*_OF_RECIPIENT, "start"]
    dated = taken_back[keys].dropna().rename(columns={"start": "on"}).sort_values("on")
    begun = granted[[*_OF_RECIPIENT, *_TERM]].dropna(subset=keys)
    terms = pd.merge_asof(
        dated, begun.assign(on=begun["start"]), on="on", by=_OF_RECIPIENT, direction="backward"
    )
    return terms.set_axis(dated.index)[_TERM].dropna(subset="start")
