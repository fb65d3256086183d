"""Grants -> partners, agreements, contributions: one agreement for each partner, funder and period."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis import parse
from analysis.clean.arrow_tables import TEXT, days, declared, shared
from analysis.clean.coded_rows import Rows, packed
from analysis.clean.content_ids import content_ids
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
    ids: np.ndarray  # the identifier of each agreement
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
    head = order[opens]
    content = {
        "recipient": _written_recipients(known, order, opens),
        "entity": entity_ids.take(entity[head]),
        "start": period.start[head],
        "end": period.end[head],
    }
    ids = content_ids("A", pd.DataFrame(content), pd.Series(partner_ids.take(partner[head])))
    by_id = ids.argsort().to_numpy()
    place = np.empty(len(ids), dtype=np.int32)
    place[by_id] = np.arange(len(ids))
    number = np.full(len(rows), -1, dtype=np.int32)
    number[order] = place[np.cumsum(opens) - 1]
    order = order[np.argsort(number[order], kind="stable")]
    return Terms(
        partner_ids,
        entity_ids,
        partner,
        entity,
        period.start,
        period.end,
        number,
        ids.array.take(by_id),
        order,
        head[by_id],
        period.assumed,
    )


def _written_recipients(known: Recipients, order: np.ndarray, opens: np.ndarray) -> np.ndarray:
    """What names the recipient of each agreement whatever the identity rule: the first of its identifiers, else of its names."""
    who = known.who
    named = who["identifier_key"].fillna(who["name_key"])
    by_rank = pd.DataFrame({"anonymous": who["identifier_key"].isna(), "named": named})
    by_rank = by_rank.sort_values(["anonymous", "named"], ignore_index=False)
    rank = np.empty(len(who), dtype=np.int64)
    rank[by_rank.index] = np.arange(len(who))
    least = np.minimum.reduceat(rank[known.codes[order]], np.flatnonzero(opens))
    return by_rank["named"].array.take(least)


class Amounts(NamedTuple):
    """For each agreement its amount (missing where no grant has one), what others are at most, and the coarsest precision of its dates."""

    value: np.ndarray
    none: np.ndarray
    limit: pd.Series
    grain: np.ndarray


def tables_of(
    made: Terms, amounts: Amounts, known: Recipients, currency: str
) -> dict[str, pa.Table]:
    """Agreements, their contributions (in `currency`), and what each rule of who is who would make of them."""
    many, head = len(made.head), made.head
    agreements = declared(
        "agreements",
        many,
        agreement_id=pa.array(made.ids, TEXT),
        partner_id=shared(made.partner[head], made.partner_ids),
        entity=shared(made.entity[head], made.entity_ids),
        start=days(made.start[head]),
        planned_end=days(made.end[head]),
        planned_amount_eur=pa.array(amounts.value, mask=amounts.none),
        amount_limit_eur=pa.array(amounts.limit, pa.float64(), from_pandas=True),
        start_precision=shared(amounts.grain, pd.Series(PRECISIONS)),
        term_assumed=pa.array(made.assumed[head]),
    )
    paid = np.flatnonzero(~amounts.none)
    start, value = made.start[head[paid]], pa.array(amounts.value[paid])
    contributions = declared(
        "contributions",
        len(paid),
        contribution_id=pa.array("C" + pd.Series(made.ids[paid]).str.slice(1), TEXT),
        agreement_id=pa.array(made.ids[paid], TEXT),
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
    limits = rows.series("~limit").to_numpy(float, na_value=np.nan)
    limit = pd.Series(limits[kept]).groupby(made.number[kept]).sum(min_count=1)
    return Amounts(cents / 100, none, limit.reindex(range(many)), coarsest)


def usual_values(
    partner: np.ndarray, times: np.ndarray, column: Coded | None, size: int
) -> pd.Series:
    """The value of a column that each of `size` partners bears most often (then the first in order); missing where it bears
    none. `times` says how often each row is met."""
    if column is None:
        return pd.Series(pd.NA, index=range(size), dtype="str")
    codes, texts = pd.factorize(column.values, sort=True)
    borne = pd.DataFrame(
        {"partner": partner, "text": np.append(codes, -1)[column.codes], "times": times}
    )
    borne = borne[(borne["partner"] >= 0) & (borne["text"] >= 0)]
    counts = borne.groupby(["partner", "text"])["times"].sum().reset_index()
    order = ["partner", "times", "text"]
    usual = counts.sort_values(order, ascending=[True, False, True]).drop_duplicates("partner")
    chosen = usual.set_index("partner")["text"].reindex(range(size), fill_value=-1)
    return pd.Series(texts.array.take(chosen.to_numpy(), allow_fill=True), dtype="str")


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
        lambda column: usual_values(partner, times, column, len(made.partner_ids)), held
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
        "agreement_id": pa.array(made.ids.take(made.number[at], allow_fill=True), TEXT),
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
