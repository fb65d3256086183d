"""Which agreement renews which (rule R04)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.relations.agreements import in_chains

NO_ROW = -1  # no position


def renewals(
    agreements: pd.DataFrame, last_seen: pd.Timestamp | pd.Series, grace_days: int
) -> pd.DataFrame:
    """Whether another agreement renews each one at its term, as known on the last day seen: by row
    of `agreements`.

    ``term`` is the planned end, or the effective end where it came first, missing where the
    agreement is not known yet; ``renewed`` whether one renews it, and ``successor`` its
    agreement_id. `last_seen` may differ by row. See `predecessors` for what renews what.

    >>> agreements = pd.DataFrame({"agreement_id": ["A1", "A2", "A3"], "partner_id": "P", "entity": "E",
    ...     "start": pd.to_datetime(["2014-01-01", "2014-06-01", "2017-05-01"]), "previous_id": [None, None, "A1"],
    ...     "planned_end": pd.to_datetime(["2014-12-31", "2015-05-31", "2018-04-30"])})
    >>> renewals(agreements, pd.Timestamp("2018-06-27"), 180)["successor"].tolist()
    ['A3', nan, nan]
    """
    until = pd.Series(last_seen, index=agreements.index, dtype="datetime64[us]")
    chained = in_chains(agreements.reset_index(drop=True))
    until = until.reset_index(drop=True).loc[chained.index]
    chained = chained[chained["start"] <= until]
    term = terms_of(chained, until.loc[chained.index])
    predecessor = predecessors(chained, term, grace_days)
    successor = np.flatnonzero(predecessor != NO_ROW)
    table = pd.DataFrame({"term": term, "renewed": False, "successor": pd.Series(dtype="str")})
    table.iloc[predecessor[successor], 1] = True
    table.iloc[predecessor[successor], 2] = chained["agreement_id"].iloc[successor].array
    table = table.reindex(range(len(agreements))).set_axis(agreements.index)
    return table.assign(renewed=table["renewed"].eq(True))


def terms_of(agreements: pd.DataFrame, last_seen: pd.Series) -> pd.Series:
    """The planned end of each agreement, or its earlier effective one, if seen."""
    end = agreements["end"].where(agreements["end"] <= last_seen)
    planned = agreements["planned_end"].fillna(end)
    return planned.where(~(end < planned), end)


def predecessors(chained: pd.DataFrame, term: pd.Series, grace_days: int) -> np.ndarray:
    """The position of the agreement that each one renews, -1 for none, of agreements in their
    chains (see `in_chains`).

    An agreement renews that of the same partner and entity that it names (`previous_id`), whatever
    the gap, unless an earlier one already does. If it names none, it renews one whose term came on
    its start or up to `grace_days` before: of several the last, so that one agreement does not
    renew all that lay beside its own predecessor. One begun before the term is parallel and no
    renewal. A predecessor stands before its successor in the chain, so that there is no cycle.
    """
    pair = chained.groupby(["partner_id", "entity"], observed=True, dropna=False).ngroup().array
    columns = {
        "pair": pair,
        "agreement_id": chained["agreement_id"].array,
        "previous_id": chained["previous_id"].array,
        "start": chained["start"].array,
        "term": term.array,
    }
    rows = pd.DataFrame(columns)
    named = _named_predecessors(rows)
    first_to_name = named[~named.duplicated()]
    predecessor = np.full(len(rows), NO_ROW)
    predecessor[first_to_name.index] = first_to_name
    may_renew = ~rows.index.isin(named.index) & rows["start"].notna()
    may_be_renewed = ~rows.index.isin(first_to_name) & rows["term"].notna()
    for successor, renewed in _dated_renewals(rows, may_renew, may_be_renewed, grace_days):
        predecessor[successor] = renewed
    return predecessor


def _named_predecessors(rows: pd.DataFrame) -> pd.Series:
    naming = rows.loc[rows["previous_id"].notna(), ["pair", "previous_id"]].reset_index()
    by_id = rows[["pair", "agreement_id"]].reset_index()
    by_id = by_id.drop_duplicates(["pair", "agreement_id"])
    pairs = naming.merge(by_id, left_on=["pair", "previous_id"], right_on=["pair", "agreement_id"])
    pairs = pairs[pairs["index_y"] < pairs["index_x"]]
    return pairs.set_index("index_x")["index_y"].sort_index()


def _dated_renewals(
    rows: pd.DataFrame, may_renew: np.ndarray, may_be_renewed: np.ndarray, grace_days: int
) -> Iterator[tuple[int, int]]:
    terms = rows.loc[may_be_renewed, ["pair", "term"]].set_axis(["pair", "date"], axis=1)
    starts = rows.loc[may_renew, ["pair", "start"]].set_axis(["pair", "date"], axis=1)
    days = pd.concat([terms.assign(starts=False), starts.assign(starts=True)])
    days["day"] = days["date"].to_numpy("datetime64[D]").astype("int64")
    days = days.rename_axis("row").reset_index().sort_values(["pair", "day", "starts", "row"])
    waiting: list[tuple[int, int]] = []  # rows that came to their term, and the day
    current_pair = NO_ROW
    for row, pair, starts_now, day in days[["row", "pair", "starts", "day"]].itertuples(
        index=False
    ):
        if pair != current_pair:
            waiting, current_pair = [], pair
        if not starts_now:
            waiting.append((row, day))
            continue
        waiting = [entry for entry in waiting if day - entry[1] <= grace_days]
        candidates = [entry for entry in waiting if entry[0] < row]
        if candidates:
            waiting.remove(candidates[-1])
            yield row, candidates[-1][0]
