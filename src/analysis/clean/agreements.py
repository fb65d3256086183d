"""Grants -> partners, agreements, contributions: one agreement for each partner, funder and period."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import parse
from analysis.clean.arrow_tables import days, declared, numbered, shared
from analysis.clean.coded_rows import Rows, packed
from analysis.clean.grants import Periods, Recipients, years
from analysis.declare import schema
from analysis.read import Coded, parallel

PRECISIONS = list(parse.PRECISIONS)[::-1]  # the coarsest first


class Terms(NamedTuple):
    """For each row its partner, funder and period, and which agreement they make (-1: the identity rule keeps none)."""

    partner_ids: pd.Index
    entity_ids: pd.Index
    partner: np.ndarray
    entity: np.ndarray
    start: np.ndarray
    end: np.ndarray
    number: np.ndarray
    order: np.ndarray  # the rows kept, agreement by agreement
    head: np.ndarray  # a row of each agreement
    assumed: np.ndarray  # whether the end of the row is


def terms(rows: Rows, known: Recipients, period: Periods) -> Terms:
    """The agreements that rows make, numbered by partner, funder and period."""
    codes, partner_ids = pd.factorize(known.who["partner_id"], sort=True)
    partner = codes[known.codes].astype(np.int32)
    funder = rows.columns["funder"]
    used = np.unique(funder.codes)
    order, entity_ids = pd.factorize(funder.values.iloc[used], sort=True)
    place = np.full(len(funder.values), -1, dtype=np.int32)
    place[used] = order
    entity = place[funder.codes]
    at = np.flatnonzero(partner >= 0)
    key = packed([column[at] for column in (partner, entity, period.start, period.end)])
    order = np.argsort(key)
    opens = np.append(True, np.diff(key[order]) != 0)[: len(order)]
    order = at[order].astype(np.int32)
    number = np.full(len(rows), -1, dtype=np.int32)
    number[order] = np.cumsum(opens) - 1
    return Terms(
        partner_ids,
        entity_ids,
        partner,
        entity,
        period.start,
        period.end,
        number,
        order,
        order[opens],
        period.assumed,
    )


class Amounts(NamedTuple):
    """For each agreement its amount (missing where no grant has one), and the coarsest precision of its dates."""

    value: np.ndarray
    none: np.ndarray
    grain: np.ndarray


def tables_of(
    made: Terms, amounts: Amounts, known: Recipients, currency: str
) -> dict[str, pa.Table]:
    """Agreements, their contributions (in `currency`), and what each rule of who is who would make of them."""
    many, head = len(made.head), made.head
    agreements = declared(
        "agreements",
        many,
        agreement_id=numbered("A", np.arange(many), many),
        partner_id=shared(made.partner[head], made.partner_ids),
        entity=shared(made.entity[head], made.entity_ids),
        start=days(made.start[head]),
        planned_end=days(made.end[head]),
        planned_amount_eur=pa.array(amounts.value, mask=amounts.none),
        start_precision=shared(amounts.grain, pd.Series(PRECISIONS)),
        term_assumed=pa.array(made.assumed[head]),
    )
    paid = np.flatnonzero(~amounts.none)
    start, value = made.start[head[paid]], pa.array(amounts.value[paid])
    contributions = declared(
        "contributions",
        len(paid),
        contribution_id=numbered("C", np.arange(len(paid)), len(paid)),
        agreement_id=numbered("A", paid, many),
        year=pa.array(years(start)),
        date=days(start, amounts.grain[paid] == PRECISIONS.index("day")),
        direction="to partner",
        kind="cash",
        quantity=value,
        unit="EUR" if currency == "EUR" else None,
        value_eur=value,
        stage="committed",
    )
    return {
        "agreements": agreements,
        "contributions": contributions,
        "identities": _identities(known, made),
    }


def summed(rows: Rows, made: Terms, unused: np.ndarray) -> Amounts:
    """What the grants of each agreement add up to; `unused` marks rows whose amount is in another currency.

    Cents are whole numbers, so that their sum does not depend on the order of rows.
    """
    many = len(made.head)
    amount = rows.series("amount").to_numpy(float, na_value=np.nan)
    kept = made.number >= 0
    valued = kept & ~np.isnan(amount) & ~unused
    cents = np.bincount(made.number[valued], np.round(amount[valued] * 100), minlength=many)
    none = np.bincount(made.number[valued], minlength=many) == 0
    precision = rows.columns["date_precision"]
    place = (
        precision.values.map({name: i for i, name in enumerate(PRECISIONS)})
        .fillna(0)
        .to_numpy(np.int8)
    )
    coarsest = np.full(many, len(PRECISIONS) - 1, dtype=np.int8)
    np.minimum.at(coarsest, made.number[kept], place[precision.codes[kept]])
    return Amounts(cents / 100, none, coarsest)


def _usual(partner: np.ndarray, times: np.ndarray, column: Coded | None, size: int) -> pd.Series:
    """The value of a column that each partner bears most often (then the first in order); missing where it bears none. `times`
    says how often each row is met."""
    chosen = np.full(size, -1)
    if column is None or not len(column.values):
        return pd.Series(pd.NA, index=range(size), dtype="str")
    values = column.values.array
    rank = np.where(
        values.isna(), -1, pc.rank(values._pa_array, tiebreaker="dense").to_numpy().astype(np.int64)
    )
    text = np.full(rank.max() + 1, -1)
    text[rank[rank >= 0]] = np.flatnonzero(rank >= 0)
    key = np.append(rank, -1)[column.codes]
    known = np.flatnonzero((partner >= 0) & (key >= 0))
    pairs, which = np.unique(partner[known] * len(text) + key[known], return_inverse=True)
    owner, value = np.divmod(pairs, len(text))
    counts = np.bincount(which, times[known], len(pairs))
    order = np.lexsort((-counts, owner))
    best = order[np.append(True, np.diff(owner[order]) != 0)[: len(order)]]
    chosen[owner[best]] = text[value[best]]
    return pd.Series(values.take(chosen, allow_fill=True))


def partners(rows: Rows, made: Terms, known: Recipients) -> pd.DataFrame:
    """The partners of the agreements, with the name, identifiers and place that each bears most often."""
    columns = {
        "name": "recipient",
        "siren": "siren",
        "siret": "siret",
        "rna": "rna",
        "department": "department",
    }
    partner, times = made.partner[known.first], np.bincount(known.spelling)
    held = [
        rows.columns[raw].rows(known.first) if raw in rows.columns else None
        for raw in columns.values()
    ]
    found = parallel.each(
        lambda column: _usual(partner, times, column, len(made.partner_ids)), held
    )
    frame = dict(zip(columns, found, strict=True))
    frame["name"] = frame["name"].fillna(pd.Series(made.partner_ids, dtype="str"))
    frame["region"] = parse.region_of(frame["department"])
    return schema.conform(pd.DataFrame({"partner_id": made.partner_ids} | frame), "partners")


def _identities(known: Recipients, made: Terms) -> pa.Table:
    """One row for each agreement that some identity rule would keep apart: by identifier, by name, by both."""
    keys, ranked = {}, {}
    for name in ("identifier_key", "name_key", "partner_id"):
        codes, keys[name] = pd.factorize(known.who[name], sort=True)
        ranked[name] = codes.astype(np.int32)
    spelling = np.unique(
        packed([ranked["name_key"], ranked["identifier_key"]]), return_inverse=True
    )[1].astype(np.int32)
    # Within an agreement only the spellings of its partner can differ; rows that no agreement holds are compared whole.
    at = _distinct(made.order, [made.number[made.order], spelling[known.codes[made.order]]])
    left = np.flatnonzero(made.number < 0)
    told = [column[left] for column in (made.entity, made.start, made.end)] + [
        codes[known.codes[left]] for codes in ranked.values()
    ]
    at = np.append(at, _distinct(left, told))
    told = {
        "agreement_id": numbered("A", made.number[at], len(made.head)),
        "entity": shared(made.entity[at], made.entity_ids),
        "start": days(made.start[at]),
        "end": days(made.end[at]),
    }
    return pa.table(
        told | {name: shared(ranked[name][known.codes[at]], keys[name]) for name in keys}
    )


def _distinct(rows: np.ndarray, columns: list[np.ndarray]) -> np.ndarray:
    """One row for each combination of their cells in some columns, in the order of these."""
    key = packed(columns)
    order = np.argsort(
        key, kind="stable"
    )  # quick where they are nearly in order, as agreements are
    return rows[order[np.append(True, np.diff(key[order]) != 0)[: len(order)]]]
