"""Agreements in the order of their chains, and which relation each belongs to."""

import numpy as np
import pandas as pd

from analysis.declare import schema
from analysis.relations.lookup import as_text

READ = (
    "agreement_id",
    "partner_id",
    "entity",
    "level",
    "kinds",
    "domains",
    "signed_on",
    "start",
    "start_precision",
    "planned_end",
    "term_assumed",
    "end",
    "tacit_renewal",
    "previous_id",
    "end_reason",
    "contacts_partner",
    "contacts_group",
)
CONTACTS = ("contacts_partner", "contacts_group")
CATEGORICAL_COLUMNS = ("entity", "level", "kinds", "domains", "start_precision", "end_reason")
BLOCK_ROWS = 1_000_000  # worked on at once: what is worked with takes several times the room of what comes out


def in_chains(agreements: pd.DataFrame, partners: pd.DataFrame | None = None) -> pd.DataFrame:
    """Agreements one behind the other in their chains: by partner, entity, start, term and id,
    whatever the order of rows.

    This is the work that no day changes, done once for all days. The text of few values becomes a
    category; `partners` lends department and region. Done twice, it changes nothing.

    >>> agreements = pd.DataFrame({"agreement_id": ["A1", "A2"], "partner_id": ["Q", "P"], "start": pd.to_datetime(["2014-01-01"] * 2)})
    >>> in_chains(agreements)["agreement_id"].tolist()
    ['A2', 'A1']
    """
    if _is_categorical(agreements, "partner_id"):
        return agreements
    already = [name for name in CATEGORICAL_COLUMNS if _is_categorical(agreements, name)]
    rows = schema.conform(agreements.drop(columns=already), "agreements", only=READ)
    rows = rows.assign(**agreements[already])
    rows = rows.astype(dict.fromkeys(("partner_id", *CATEGORICAL_COLUMNS), "category"))
    rows = rows.astype(dict.fromkeys(CONTACTS, "float32"))
    for name in CATEGORICAL_COLUMNS:
        rows[name] = rows[name].cat.reorder_categories(rows[name].cat.categories.sort_values())
    order = ["partner_id", "entity", "start", "planned_end", "agreement_id"]
    rows = rows.sort_values(order, kind="stable")
    if partners is not None and len(partners):
        places = partners.drop_duplicates("partner_id").set_index("partner_id")
        of_partner = places.index.get_indexer(rows["partner_id"].cat.categories)
        of_row = np.append(of_partner, -1)[rows["partner_id"].cat.codes]
        for name in ("department", "region"):
            rows[name] = places[name].astype("category").array.take(of_row, allow_fill=True)
    return rows


def _is_categorical(frame: pd.DataFrame, column: str) -> bool:
    return column in frame and isinstance(frame[column].dtype, pd.CategoricalDtype)


def signs_of_life(agreement_id: pd.Series, day: pd.Timestamp, traces: pd.DataFrame) -> pd.Series:
    """The last dated trace (`agreement_id`, `date`) of each agreement up to the day.

    >>> events = pd.DataFrame({"agreement_id": ["A"], "date": pd.to_datetime(["2016-05-01"])})
    >>> signs_of_life(pd.Series(["A", "B"]), pd.Timestamp("2018-06-27"), events).tolist()
    [Timestamp('2016-05-01 00:00:00'), NaT]
    """
    last = traces[traces["date"] <= day].groupby("agreement_id")["date"].max()
    return pd.Series(last.reindex(agreement_id).array, agreement_id.index, dtype="datetime64[us]")


def membership(agreements: pd.DataFrame, relations: pd.DataFrame) -> pd.Series:
    """The relation that each agreement is part of, by row of `agreements`; missing where it is in
    none.

    >>> agreements = pd.DataFrame({"partner_id": "P", "entity": "E", "start": pd.to_datetime(["2008-01-01", "2014-01-01"])})
    >>> relations = pd.DataFrame({"relation_id": ["R1"], "partner_id": "P", "entity": "E", "start": pd.to_datetime(["2014-01-01"])})
    >>> membership(agreements, relations).tolist()
    [nan, 'R1']
    """
    row = rows_of(agreements, relations)
    named = np.append(relations["relation_id"].to_numpy(dtype=object), np.nan)
    return pd.Series(named[row], agreements.index, dtype="str")


def rows_of(agreements: pd.DataFrame, relations: pd.DataFrame) -> np.ndarray:
    """The row of `relations` that each agreement is part of, -1 where it is in none: the last of
    its pair begun by its start.

    >>> agreements = pd.DataFrame({"partner_id": "P", "entity": "E", "start": pd.to_datetime(["2008-01-01", "2014-01-01"])})
    >>> rows_of(agreements, pd.DataFrame({"partner_id": "P", "entity": "E", "start": pd.to_datetime(["2014-01-01"])})).tolist()
    [-1, 0]
    """
    dated, begun = (
        pd.DataFrame(
            {
                "partner_id": as_text(rows["partner_id"]).astype("str"),
                "entity": as_text(rows["entity"]).astype("str"),
                "start": rows["start"].astype("datetime64[us]"),
                "row": np.arange(len(rows)),
            }
        )
        .dropna()
        .sort_values("start", kind="stable")
        for rows in (agreements, relations)
    )
    matched = pd.merge_asof(dated, begun, on="start", by=["partner_id", "entity"])
    relation_row = np.full(len(agreements), -1)
    relation_row[matched["row_x"]] = matched["row_y"].fillna(-1)
    return relation_row


def blocks_of(partner: pd.Series) -> list[tuple[int, int]]:
    """Where to cut rows, in order of partner, so that no partner stands in two blocks.

    >>> blocks_of(pd.Series([0, 0, 1]))
    [(0, 3)]
    """
    partner = partner.to_numpy()
    new = np.append(np.flatnonzero(partner[1:] != partner[:-1]) + 1, len(partner))
    ends = new[np.searchsorted(new, range(BLOCK_ROWS, len(partner), BLOCK_ROWS))]
    cuts = np.unique([0, *ends, len(partner)]).tolist()
    return list(zip(cuts, cuts[1:], strict=False))
