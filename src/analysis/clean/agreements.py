"""Grants -> partners, agreements, contributions: one agreement for each partner, funder and period."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import cells, tables
from analysis.clean.grants import Periods, Recipients, dates
from analysis.clean.rows import Rows

PRECISIONS = list(cells.PRECISIONS)[::-1]  # the coarsest first


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
    whose = partner[at].astype(np.int64) * (len(entity_ids) + 1) + entity[at]
    when = (period.start[at].astype(np.int64) << 32) + period.end[at]
    order = np.lexsort((when, whose))
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = (np.diff(whose[order]) != 0) | (np.diff(when[order]) != 0)
    order = at[order].astype(np.int32)
    number = np.full(len(rows), -1, dtype=np.int32)
    number[order] = np.cumsum(opens) - 1
    return Terms(partner_ids, entity_ids, partner, entity, period.start, period.end, number, order, order[opens], period.assumed)


class Amounts(NamedTuple):
    """For each agreement its amount (missing where no grant has one), and the coarsest precision of its dates."""

    value: pd.Series
    grain: np.ndarray


def tables_of(made: Terms, amounts: Amounts, known: Recipients, currency: str) -> dict[str, pd.DataFrame]:
    """Agreements, their contributions (in `currency`), and what each rule of who is who would make of them."""
    many, head = len(made.head), made.head
    agreement_id = numbered("A", many)
    identities = _identities(known, made, agreement_id)  # first: it needs the most room beside its result
    start = dates(made.start[head])
    agreements = _table(
        "agreements", many, agreement_id=agreement_id, partner_id=made.partner_ids.array.take(made.partner[head]),
        entity=made.entity_ids.array.take(made.entity[head]), start=start, planned_end=dates(made.end[head]),
        term_assumed=made.assumed[head],
        planned_amount_eur=amounts.value, start_precision=pd.Series(PRECISIONS, dtype="str").array.take(amounts.grain),
    )  # fmt: skip
    paid = np.flatnonzero(amounts.value.notna()).astype(np.int32)
    value, by_day = amounts.value.array[paid], amounts.grain == PRECISIONS.index("day")
    contributions = _table(
        "contributions", len(paid), contribution_id=numbered("C", len(paid)), agreement_id=agreement_id.array.take(paid),
        year=start.dt.year.array[paid], date=start.where(by_day).array[paid], direction="to partner", kind="cash", quantity=value,
        unit="EUR" if currency == "EUR" else None, value_eur=value, stage="committed",
    )  # fmt: skip
    return {"agreements": agreements, "contributions": contributions, "identities": identities}


def summed(rows: Rows, made: Terms, unused: np.ndarray) -> Amounts:
    """What the grants of each agreement add up to; `unused` marks rows whose amount is in another currency.

    Cents are whole numbers, so that their sum does not depend on the order of rows.
    """
    many = len(made.head)
    amount = rows.series("amount").to_numpy(float, na_value=np.nan)
    valued = (made.number >= 0) & ~np.isnan(amount) & ~unused
    cents = np.bincount(made.number[valued], np.round(amount[valued] * 100), minlength=many)
    none = np.bincount(made.number[valued], minlength=many) == 0
    precision = rows.columns["date_precision"]
    place = precision.values.map({name: i for i, name in enumerate(PRECISIONS)}).fillna(0).to_numpy(np.int8)
    coarsest = np.full(many, len(PRECISIONS) - 1, dtype=np.int8)
    kept = made.number >= 0
    np.minimum.at(coarsest, made.number[kept], place[precision.codes[kept]])
    return Amounts(pd.Series(cents / 100).astype("Float64").mask(none), coarsest)


def _table(name: str, size: int, **columns) -> pd.DataFrame:
    """A declared table from its columns; one text stands for a whole column, and absent columns are empty."""
    import pyarrow as pa

    def whole(text: str | None) -> pd.Series:
        return pd.Series(pd.array(pa.repeat(pa.scalar(text, pa.large_string()), size), dtype="str"))

    texts = [column for column, declared in tables.columns(name).items() if declared.dtype == "str" and column not in columns]
    columns = {column: whole(values) if isinstance(values, str | None) else values for column, values in columns.items()}
    return tables.conform(pd.DataFrame(dict.fromkeys(texts, whole(None)) | columns), name)


def numbered(letter: str, size: int) -> pd.Series:
    """Identifiers of rows in the order of their content.

    >>> numbered("A", 2).tolist()
    ['A000001', 'A000002']
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    digits = pc.cast(pa.array(np.arange(1, size + 1)), pa.large_string())
    padded = pc.utf8_lpad(digits, max(6, len(str(size))), "0")
    return pd.Series(pd.array(pc.utf8_replace_slice(padded, 0, 0, letter), dtype="str"))


def _usual(partner: np.ndarray, rows: Rows, name: str, size: int) -> pd.Series:
    """The value of a column that each partner bears most often (then the first in order); missing where it bears none."""
    if not rows.known(name).any():
        return pd.Series(pd.NA, index=range(size), dtype="str")
    distinct = pd.Series(pd.factorize(rows.columns[name].values, sort=True)[1], dtype="str")
    key = np.append(pd.factorize(rows.columns[name].values, sort=True)[0], -1)[rows.columns[name].codes]
    known = (partner >= 0) & (key >= 0)
    pairs, counts = np.unique(partner[known] * (len(distinct) + 1) + key[known], return_counts=True)
    owner, value = np.divmod(pairs, len(distinct) + 1)
    order = np.lexsort((value, -counts, owner))
    best = order[np.append(True, owner[order][1:] != owner[order][:-1])] if len(order) else order
    chosen = np.full(size, -1)
    chosen[owner[best]] = value[best]
    return pd.Series(distinct.array.take(chosen, allow_fill=True), dtype="str")


def partners(rows: Rows, made: Terms) -> pd.DataFrame:
    """The partners of the agreements, with the name, identifiers and place that each bears most often."""
    partner, partner_ids = made.partner, made.partner_ids
    frame = {name: _usual(partner, rows, raw, len(partner_ids)) for name, raw in (
        ("name", "recipient"), ("siren", "siren"), ("siret", "siret"), ("rna", "rna"), ("department", "department"),
    )}  # fmt: skip
    frame["name"] = frame["name"].fillna(pd.Series(partner_ids, dtype="str"))
    frame["region"] = cells.region_of(frame["department"])
    return tables.conform(pd.DataFrame({"partner_id": partner_ids} | frame), "partners")


def _identities(known: Recipients, made: Terms, agreement_id: pd.Series) -> pd.DataFrame:
    """One row for each agreement that some identity rule would keep apart: by identifier, by name, by both."""
    names, keys, ranked = ("partner_id", "name_key", "identifier_key"), {}, {}
    for name in names:
        codes, keys[name] = pd.factorize(known.who[name], sort=True)
        ranked[name] = codes.astype(np.int32)[known.codes]
    # Within an agreement only the spellings of its partner can differ; rows that no agreement holds are compared whole.
    order, number = made.order.copy(), made.number[made.order]
    shared = np.zeros(len(order), dtype=bool)
    shared[1:] = number[1:] == number[:-1]
    shared[:-1] |= shared[1:]
    several = order[shared]
    order[shared] = several[np.lexsort((ranked["identifier_key"][several], ranked["name_key"][several], made.number[several]))]
    order = order[_first(order, [made.number, ranked["name_key"], ranked["identifier_key"]])]
    others = np.flatnonzero(made.number < 0)
    columns = [*ranked.values(), made.end, made.start, made.entity]
    others = others[np.lexsort([column[others] for column in columns])]
    at = np.append(order, others[_first(others, columns)])
    whole = {name: keys[name].array.take(ranked[name][at], allow_fill=True) for name in reversed(names)}
    frame = {
        "agreement_id": agreement_id.array.take(made.number[at], allow_fill=True), "entity": made.entity_ids.array.take(made.entity[at]),
        "start": dates(made.start[at]), "end": dates(made.end[at]),
    }  # fmt: skip
    return pd.DataFrame(frame | whole)


def _first(rows: np.ndarray, columns: list[np.ndarray]) -> np.ndarray:
    """Which of the rows, in order, differ from the one before in some column."""
    first = np.zeros(len(rows), dtype=bool)
    first[:1] = True
    for column in columns:
        first[1:] |= np.diff(column[rows]) != 0
    return first
