"""The rows of a block as columns of a declared table: each distinct cell read once, by the kind of its column."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.coded_rows import Rows, mixed
from analysis.clean.combine_columns import decided, first_known, joined, summed
from analysis.clean.currency import ENGLISH, currencies
from analysis.clean.exclusions import beside_money
from analysis.clean.ledger import FAULTS
from analysis.clean.personal_data import masked
from analysis.declare import schema
from analysis.layout import Mapping, Source
from analysis.read import Block, Coded, matching, parallel

UNUSED = ("kind", "programme", "town")  # columns of grants that no clean table holds
COMPARED = (
    "reference",
    "purpose",
)  # columns of grants that only tell records apart: compared as written
UNIT = r"(?i)^\s*(?:[km]?(?:€|\$|£|eur(?:os?)?|usd|gbp|chf)|k|milli(?:er|on)s?(?: d.euros)?)\s*$"  # a cell that says a unit
OTHERS = tuple(
    f"grants in {name}"
    for name in ("German", "Dutch", "Italian or Spanish", "Polish", "Scandinavian", "Finnish")
)
GROUPED = {
    ",": ENGLISH,
    ".": OTHERS,
}  # the mark between thousands where a list is in such a language; in French it is a space
YEARLY = r"(?i)\b(?:ann[ée]e|exercice|saison|year|jahr|jaar|anno|año|ejercicio|esercizio)"  # headers of years
TOTAL = (
    r"(?i)^\s*(?:(?:grand|sous)[\s-]*)?(?:total|totaux|subtotal)\b|^\s*(?:montant|somme)\s+(?:total|globale)|"
    r"^\s*(?:gesamt\w*|(?:zwischen)?summe|insgesamt|tota(?:le|li|al)|somme|suma|ensemble|cumul|overall total|s(?:ub)?[ /-]total|t\s?o\s?t\s?a\s?l)\s*:?\s*$"
)


def read_rows(
    block: Block, mapping: Mapping, number: int, told: Source | None = None
) -> tuple[Rows, pd.DataFrame]:
    """The rows of a block as columns of the table, and the cells that could not be read (missing in the rows).

    Columns of `headers.csv` that start with `~` are kept under that name where cleaning needs them (totals, precision).
    """
    record = mixed(
        [
            np.full(len(block.lines), block.header_line),
            *(column.codes for column in block.columns.values()),
        ]
    )
    rows = Rows(
        mapping.table, {}, np.full(len(block.lines), number, dtype=np.int32), block.lines, record
    )
    labels, currency = parallel.each(lambda found: found(block, mapping), (_labels, currencies))
    dollars = bool(currency) and currency["currency"].values.eq("USD").any()
    reading = _Reading(block, mapping, told, "month" if dollars else "day")
    constants = _constants(block, mapping)
    read = parallel.each(reading.mapped, mapping.columns) + [
        reading.typed(name, raw) for name, raw in constants.items()
    ]
    for columns, _faults in [(currency, ()), *read]:
        rows.columns |= columns
    rows.columns |= labels
    if (
        "~part" in rows.columns
    ):  # a sum that stands in some rows only; a total of its column is one of these
        part = rows.columns["~part"]
        part = rows.columns["~part"] = Coded(
            np.where(rows.known("amount"), -1, part.codes), part.values
        )
        rows.columns["amount"] = first_known([rows.columns["amount"], part])
    if (
        currency and (several := matching(currency["currency"].values, r"\+")).any()
    ):  # added up, they would mean nothing
        amount = rows.columns["amount"]
        codes = np.where(np.append(several, False)[currency["currency"].codes], -1, amount.codes)
        rows.columns["amount"] = Coded(codes.astype(np.int32), amount.values)
    _fill_dates(rows, block, mapping)
    _read_limits(rows, reading)
    if mapping.table == "grants":
        rows.columns["~beside"] = _marks(beside_money(block, mapping))
    if "~declined" in rows.columns:
        _mark_declined(rows)
    if "~precision" in rows.columns:
        _limit_precision(rows)
    if "postcode" in rows.columns:
        postcode = rows.columns["postcode"]
        rows.columns["department"] = Coded(
            postcode.codes, parse.departments(postcode.values)[0].reset_index(drop=True)
        )
    return rows, pd.concat(
        [pd.DataFrame(columns=FAULTS), *(wrong for _columns, wrong in read if len(wrong))],
        ignore_index=True,
    )


@dataclass
class _Reading:
    """How the cells of a block are read: as its mapping and study.toml say; `usual` is how an unclear date is written."""

    block: Block
    mapping: Mapping
    told: Source | None
    usual: str

    def mapped(self, name: str) -> tuple[dict[str, Coded], pd.DataFrame]:
        """A column of the table from its raw ones (the parts of a number are added up, texts joined, of dates the first counts
        that tells one), and its faults."""
        headers = self.mapping.columns[name]
        raw = [_uncommented(self.block.columns[header]) for header in headers]
        if name == "currency" or (self.mapping.table == "grants" and name in UNUSED):
            return {}, _none()
        kind = self.kind(name)
        as_one = {"number": summed, "outcome": decided, "date": first_known}.get(kind)
        unit = [
            _uncommented(self.block.columns[header])
            for header in self.mapping.columns.get("~unit", ())
        ]
        if (
            name == "amount" and unit and matching(unit[0].values, UNIT).any()
        ):  # as people say it: "12 k€"
            raw = [joined([each, unit[0]]) for each in raw]
        if as_one and len(raw) > 1:
            parts = [
                self.typed(name, each, (header,)) for each, header in zip(raw, headers, strict=True)
            ]
            columns = {
                column: as_one([held[column] for held, _faults in parts]) for column in parts[0][0]
            }
            return columns, pd.concat([wrong for _columns, wrong in parts])
        return self.typed(name, raw[0] if len(raw) == 1 else joined(raw), headers)

    def kind(self, name: str) -> str:
        column = schema.columns(self.mapping.table).get(name)
        return (
            column.kind
            if column
            else {"~total": "number", "~part": "number", "~precision": "text"}.get(name, "")
        )

    def typed(
        self, name: str, raw: Coded, headers: tuple[str, ...] = ()
    ) -> tuple[dict[str, Coded], pd.DataFrame]:
        """A column from its cells, with those that are read from the same cells, and its faults."""
        kind, more = self.kind(name), {}
        if not kind:
            return {}, _none()
        if self.mapping.table == "grants" and name in COMPARED:
            return {name: raw}, _none()
        if kind == "date":
            yearly = bool(re.search(YEARLY, " ".join(headers)))
            asked = {
                "order": self.told and self.told.date_order,
                "since_1904": self.block.since_1904,
            }
            read, wrong = parse.dates(raw.values, usual=self.usual, yearly=yearly, **asked)
            read = read.set_axis([name, f"{name}_precision"], axis=1)
        elif kind == "siret":  # a SIREN, or an RNA number, may stand where a SIRET was meant
            read, wrong = parse.persons(raw.values)
            read = read.drop(
                columns=[other for other in ("siren", "rna") if other in self.mapping.columns]
            )
            more["~siret"] = (
                raw  # as written: what is no key still tells two recipients of one name apart
            )
        else:
            values, wrong = self.reader(name, kind, headers)(raw.values)
            read = {name: values}
            if name == "value" and self.mapping.table == "answers":
                read["~declined"] = (
                    parse.missing(raw.values).eq("no opinion").fillna(False).astype("boolean")
                )
        columns = {column: Coded(raw.codes, read[column].reset_index(drop=True)) for column in read}
        return columns | more, _spread(raw, wrong, self.block, name)

    def amount_form(self, headers: tuple[str, ...]) -> dict[str, str | None]:
        """How the amounts under some headers are written."""
        groups = [
            mark for mark, layouts in GROUPED.items() if self.mapping.layout.endswith(layouts)
        ]
        return {
            "decimal": (self.told and self.told.decimal) or self.block.decimal,
            "unit": _unit(headers, self.told),
            "groups": groups[0] if groups else None,
        }

    def reader(
        self, name: str, kind: str, headers: tuple[str, ...]
    ) -> Callable[[pd.Series], tuple[pd.Series, pd.DataFrame]]:
        if name == "term_months":
            return partial(
                parse.months,
                years=bool(
                    re.search(r"(?i)\b(?:an(?:s|n[ée]es?)|years?|yrs?)\b", " ".join(headers))
                ),
            )
        if kind == "number":
            return partial(parse.amounts, **self.amount_form(headers)) if headers else parse.amounts
        if name == "recipient_id" and headers:
            return partial(_recipient_ids, header=headers[0])
        simple = {
            "integer": parse.integers,
            "bool": parse.booleans,
            "siren": parse.siren,
            "rna": parse.rna,
            "department": parse.departments,
            "region": parse.regions,
            "outcome": parse.outcomes,
        }
        if kind in simple:
            return simple[kind]
        if kind in ("category", "set"):
            return partial(
                parse.categories if kind == "category" else parse.sets,
                column=schema.columns(self.mapping.table)[name],
            )
        if name == "currency":
            return lambda texts: (parse.currencies(texts, named=True), _none())
        cleaned = code if kind == "id" else masked
        return lambda texts: (cleaned(parse.text(texts)), _none())


def _fill_dates(rows: Rows, block: Block, mapping: Mapping) -> None:
    """Dates that other cells of a row tell: the end of a range of years, and a grant's date from when it is paid."""
    ranges = []
    for name in ("planned_start", "start", "date"):
        for header in mapping.columns.get(name, ()):
            column = block.columns[header]
            ends = parse.range_ends(column.values).reset_index(drop=True)
            ranges += [Coded(column.codes, ends)] if ends.notna().any() else []
    if ranges:
        day = pd.Series(["day"], dtype="str")
        until = first_known(ranges)
        known = np.append(until.values.notna().to_numpy(bool), False)[until.codes]
        precision = Coded(np.where(known, 0, -1).astype(np.int32), day)
        for name, column in (("planned_end", until), ("planned_end_precision", precision)):
            given = [rows.columns[name]] if name in rows.columns else []
            rows.columns[name] = first_known([*given, column])
    paid = mapping.columns.get("~period", ()) if mapping.table == "grants" else ()
    if paid and not rows.known("date").all():
        for header in paid:
            column = block.columns[header]
            periods, _unread = parse.periods(column.values)
            periods = periods.reset_index(drop=True)
            for name, part in (("date", "start"), ("date_precision", "precision")):
                told = Coded(column.codes, periods[part])
                given = [rows.columns[name]] if name in rows.columns else []
                rows.columns[name] = first_known([*given, told])


def _read_limits(rows: Rows, reading: "_Reading") -> None:
    """What amounts are at most where cells say no more: a column of its own."""
    amount, limit = {
        "grants": ("amount", "~limit"),
        "agreements": ("planned_amount_eur", "amount_limit_eur"),
    }.get(reading.mapping.table, ("", ""))
    headers = reading.mapping.columns.get(amount, ())
    for header in headers:
        column = reading.block.columns[header]
        bounds = parse.upper_bounds(column.values, **reading.amount_form((header,)))
        if bounds.notna().any():
            given = [rows.columns[limit]] if limit in rows.columns else []
            found = Coded(column.codes, bounds.reset_index(drop=True))
            rows.columns[limit] = first_known([*given, found])


def _marks(which: np.ndarray) -> Coded:
    """A column that is true for some rows."""
    return Coded(which.astype(np.int32), pd.Series([False, True], dtype="boolean"))


def code(texts: pd.Series) -> pd.Series:
    """Codes as teams type them: "p00012" is P00012, and a number read from a spreadsheet has no ".0".

    >>> code(pd.Series(["p00012", "12.0", "les amis de 1901"])).tolist()
    ['P00012', '12', 'les amis de 1901']
    """
    plain = texts.str.replace(r"\.0$", "", regex=True)
    return plain.mask(plain.str.fullmatch(r"[A-Za-z]{0,4}[-_ ]?\d+", na=False), plain.str.upper())


def _recipient_ids(texts: pd.Series, header: str) -> tuple[pd.Series, pd.DataFrame]:
    numbers, wrong = parse.company_numbers(texts, header)
    return masked(numbers), wrong


def _none() -> pd.DataFrame:
    return pd.DataFrame({"rule": [], "value": [], "message": []}, dtype="str")


def _uncommented(column: Coded) -> Coded:
    """Cells without the comments of the SQL that a table was made from (`/* term */ 24`)."""
    if not column.values.str.startswith("/*", na=False).any():
        return column
    return Coded(
        column.codes,
        column.values.str.replace(r"^\s*/\*.*?\*/\s*", "", regex=True).replace("NULL", ""),
    )


def _limit_precision(rows: Rows) -> None:
    """Dates no more precise than the column `~precision` says: a grant of "2016-01-01, year" is of 2016, not of 1 January."""
    grain = {name: place for place, name in enumerate(parse.PRECISIONS)}
    column = rows.columns["~precision"]
    told = parse.fold(column.values).str.replace("multi year", "year").map(grain).fillna(0)
    said = np.append(told.to_numpy(dtype=int), 0)[column.codes]
    read = rows.series("date_precision").map(grain).fillna(0).to_numpy(dtype=int)
    coarse = np.maximum(said, read)
    month = rows.series("date").to_numpy("datetime64[M]")
    months = np.array(list(parse.PRECISIONS.values()))[coarse]
    first = month - np.where(months > 0, month.astype(int) % np.maximum(months, 1), 0)
    day = np.where(
        coarse == 0, rows.series("date").to_numpy("datetime64[D]"), first.astype("datetime64[D]")
    )
    codes, dates = pd.factorize(day)
    rows.columns["date"] = Coded(codes.astype(np.int32), pd.Series(dates.astype("datetime64[us]")))
    rows.columns["date_precision"] = Coded(
        np.where(codes < 0, -1, coarse).astype(np.int32), pd.Series(list(grain), dtype="str")
    )
    del rows.columns["~precision"]


def _mark_declined(rows: Rows) -> None:
    """An answer that says "ne se prononce pas" instead of a value is no opinion, whatever the column for it says."""
    declined = rows.series("~declined").fillna(False).to_numpy(bool)
    if declined.any():
        said = rows.series("no_opinion").astype("boolean").mask(declined, True)
        codes, values = pd.factorize(said)
        rows.columns["no_opinion"] = Coded(
            codes.astype(np.int32), pd.Series(values, dtype="boolean")
        )
    del rows.columns["~declined"]


def _labels(block: Block, _mapping: Mapping) -> dict[str, Coded]:
    """What a row says of totals ("Sous-total Bretagne"), wherever it says it; no column where no row does."""
    labels = np.full(len(block.lines), -1, dtype=np.int32)
    texts: list[str] = []
    for column in block.columns.values():
        like = matching(column.values, TOTAL)
        if like.any():
            place = np.where(like, np.cumsum(like) - 1 + len(texts), -1)
            labels = np.maximum(labels, np.append(place, -1)[column.codes]).astype(np.int32)
            texts += column.values[like].tolist()
    return {"~label": Coded(labels, pd.Series(texts, dtype="str"))} if texts else {}


def _unit(headers: tuple[str, ...], told: Source | None) -> str | None:
    """The scale that a column bears in its header ("k€", "M€"), unless study.toml says it."""
    if told and told.unit:
        return told.unit
    found = re.search(
        r"\b([kKM])(?:€|EUR|£|\$|euros?)|[$£€] ?([kKmM])\b|(?i:\b(thousand|millier|migliaia|duizend|tausend|tsd|miles de)|\b(million))|"
        r"([$£€'’] ?000s?\b|\b000s? ?[$£€]|[x×] ?1[ .,]?000\b)",
        " ".join(headers),
    )
    return (
        None
        if not found
        else "M"
        if found[4] or (found[1] or found[2] or "").upper() == "M"
        else "k"
    )


def _constants(block: Block, mapping: Mapping) -> dict[str, Coded]:
    """Cells that no column holds: one for the block, or (`split`) the last title above each row."""
    same = np.zeros(len(block.lines), dtype=np.int32)
    constants = {
        name: Coded(same, pd.Series([value], dtype="str"))
        for name, value in mapping.constants.items()
    }
    if mapping.split:
        titles = sorted((aside.line, aside.value) for aside in block.aside if aside.rule == "title")
        above = np.searchsorted([line for line, _ in titles], block.lines).astype(np.int32) - 1
        values = pd.Series([value for _, value in titles], dtype="str")
        if mapping.split in (
            "date",
            "year",
        ):  # a title without a year names something else: the year above it still holds
            values = values.str.extract(r"((?:19|20)\d\d)", expand=False).ffill()
        constants[mapping.split] = Coded(above, values)
    return constants


def _spread(raw: Coded, wrong: pd.DataFrame, block: Block, column: str) -> pd.DataFrame:
    """The faults of distinct cells, one for each row that holds such a cell."""
    if not len(wrong):
        return wrong
    wrong = wrong[~wrong.index.duplicated()]
    place = np.full(len(raw.values) + 1, -1)
    place[raw.values.index.get_indexer(wrong.index)] = np.arange(len(wrong))
    met = place[raw.codes]
    rows = np.flatnonzero(met >= 0)
    found = wrong.iloc[met[rows]].reset_index(drop=True)
    frame = {
        "source": block.source,
        "line": block.lines[rows],
        "column": column,
        "rule": found["rule"],
        "value": masked(found["value"].astype("str").str.slice(0, 200)),
        "message": found["message"],
    }
    return pd.DataFrame(frame)
