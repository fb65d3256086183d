"""The rows of a block as columns of a declared table: each distinct cell read once, by the kind of its column."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from analysis import abreast, cells, tables
from analysis.layouts import Mapping, Source
from analysis.read import Block, Coded, matching

UNUSED = ("kind", "programme", "town")  # columns of grants that no clean table holds
COMPARED = ("reference", "purpose")  # columns of grants that only tell records apart: compared as written
CURRENCY = r"€|US\$|\$|£|zł|\b(?:EUR|USD|GBP|CHF|CAD|AUD|NZD|PLN|SEK|NOK|DKK|euros?|dollars|pounds)\b"  # in a header
DOLLARS = {  # what a list says that counts in other dollars than those of the United States
    "CAD": r"\bCAD\b|\bCA?\$|(?i:canad|qu[ée]bec|ontario|\.ca\b|^(?!.*state).*province)",
    "AUD": r"\bAUD\b|\bAU?\$|(?i:austral|\.au\b)",
    "NZD": r"\bNZD\b|\bNZ\$|(?i:new zealand|\.nz\b)",
}
UNIT = r"(?i)^\s*(?:[km]?(?:€|\$|£|eur(?:os?)?|usd|gbp|chf)|k|milli(?:er|on)s?(?: d.euros)?)\s*$"  # a cell that says a unit
MONEY = ("currency", "amount", "~part")  # what tells the currency of a grant, the surest first
ENGLISH = ("360Giving", "grants in English")  # layouts that say their currency, or nothing is known of it
OTHERS = tuple(f"grants in {name}" for name in ("German", "Dutch", "Italian or Spanish", "Polish", "Scandinavian", "Finnish"))
GROUPED = {",": ENGLISH, ".": OTHERS}  # the mark between thousands where a list is in such a language; in French it is a space
NO_EURO = (*ENGLISH, "grants in Polish", "grants in Scandinavian")
YEARLY = r"(?i)\b(?:ann[ée]e|exercice|saison|year|jahr|jaar|anno|año|ejercicio|esercizio)"  # headers of years
FAULTS = ["source", "line", "column", "rule", "value", "message"]
# What must not leave the raw files: e-mail addresses, telephone numbers, French social-security numbers, bank accounts.
_GAP = r"[\s\x{a0}\x{202f}./·-]?"
_AT, _DOT = r" ?(?:@|[\[({] ?(?:@|at|arobase?|à) ?[\])}]| arobase? ) ?", r" ?(?:\.|[\[({] ?(?:dot|point|\.) ?[\])}]) ?"
PERSONAL = {
    "e-mail": rf"[\pL\d._+-]+{_AT}[\pL\d-]+(?:{_DOT}[\pL\d-]+)+",
    "account": rf"\b(?:FR|MC|BE|LU|CH|DE|ES|IT|GB|NL|PT)\d{{2}}(?:{_GAP}[A-Z\d]{{4}}){{3,7}}(?:{_GAP}[A-Z\d]{{1,3}})?\b",
    "NIR": rf"\b[12]{_GAP}\d{{2}}{_GAP}(?:0[1-9]|1[0-2]|[2-9]\d){_GAP}(?:\d{{2}}|2[AB]){_GAP}\d{{3}}{_GAP}\d{{3}}(?:{_GAP}\d{{2}})?\b",
    "telephone": rf"(?:(?:\+|\b00)(?:33|262|508|59\d|68\d|32|41|352|377){_GAP}(?:\(0\){_GAP})?0?|\(0\){_GAP}|\b0)[1-9](?:{_GAP}\d{{2}}){{4}}\b",
}
TOTAL = (
    r"(?i)^\s*(?:(?:grand|sous)[\s-]*)?(?:total|totaux|subtotal)\b|^\s*(?:montant|somme)\s+(?:total|globale)|"
    r"^\s*(?:gesamt\w*|(?:zwischen)?summe|insgesamt|tota(?:le|li|al)|somme|suma|ensemble|cumul|overall total|s(?:ub)?[ /-]total|t\s?o\s?t\s?a\s?l)\s*:?\s*$"
)
_ANY_PERSONAL = "(?i)" + "|".join(PERSONAL.values())


@dataclass
class Rows:
    """Rows of one table from any number of sources: typed columns, and where each row comes from."""

    table: str
    columns: dict[str, Coded]
    source: np.ndarray
    line: np.ndarray
    record: np.ndarray  # equal for records equal in every cell of the file, used or not

    def __len__(self) -> int:
        return len(self.line)

    def rows(self, kept: np.ndarray) -> "Rows":
        """The rows of a mask or of positions."""
        codes = {id(column.codes): column.codes for column in self.columns.values()}  # what is read from one cell shares them
        codes = {key: held[kept] for key, held in codes.items()}
        columns = {name: Coded(codes[id(column.codes)], column.values) for name, column in self.columns.items()}
        return Rows(self.table, columns, self.source[kept], self.line[kept], self.record[kept])

    def only(self, names: Sequence[str]) -> "Rows":
        """The rows with some of their columns."""
        columns = {name: self.columns[name] for name in names if name in self.columns}
        return Rows(self.table, columns, self.source, self.line, self.record)

    def known(self, name: str) -> np.ndarray:
        """Whether each row holds a value in a column."""
        if name not in self.columns:
            return np.zeros(len(self), dtype=bool)
        column = self.columns[name]
        return np.append(column.values.notna().to_numpy(dtype=bool), False)[column.codes]

    def series(self, name: str) -> pd.Series:
        """A column in full; missing throughout where the rows do not have it."""
        if name not in self.columns:
            declared = tables.columns(self.table)
            return pd.Series(pd.NA, index=range(len(self)), dtype=declared[name].dtype if name in declared else "str")
        return self.columns[name].series()

    def keys(self, name: str) -> np.ndarray:
        """Codes by which equal values of a column are equal; -1 where missing."""
        if name not in self.columns:
            return np.full(len(self), -1)
        column = self.columns[name]
        return np.append(pd.factorize(column.values)[0], -1)[column.codes]

    def ranked(self, names: list[str]) -> np.ndarray:
        """Numbers by which the rows are in the order of some columns (what is missing comes last), equal where these are equal."""
        places = []
        for name in [name for name in names if name in self.columns]:
            rank = self.columns[name].values.rank(method="dense").to_numpy(float, na_value=np.nan)
            last = np.nanmax(rank, initial=0) + 1
            places.append(np.append(np.nan_to_num(rank, nan=last), last).astype(np.int64)[self.columns[name].codes])
        return packed(places)

    def days(self, name: str) -> np.ndarray:
        """A column of dates, in full."""
        column = self.columns[name]
        return np.append(column.values.to_numpy("datetime64[D]"), np.datetime64("NaT"))[column.codes]

    def put(self, name: str, at: np.ndarray, values: pd.Series | None) -> None:
        """Other values (or none) at some positions of a column."""
        if not len(at):
            return
        declared = tables.columns(self.table)[name].dtype
        held = self.columns.get(name, Coded(np.full(len(self), -1, dtype=np.int32), pd.Series(dtype=declared)))
        codes, whole = held.codes.copy(), held.values
        codes[at] = -1
        if values is not None:
            known = values.notna().to_numpy(bool)
            codes[at[known]] = np.arange(np.count_nonzero(known)) + len(whole)
            whole = pd.concat([whole, values[known]], ignore_index=True).astype(declared)
        self.columns[name] = Coded(codes, whole)

    def distinct(self, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Codes of the rows by their cells in some columns, and the first row of each code: what depends on these columns
        alone is worked out once for each."""
        codes = pd.factorize(mixed([self.columns[name].codes for name in names if name in self.columns]))[0]
        first = np.empty(codes.max(initial=-1) + 1, dtype=np.int64)
        first[codes[::-1]] = np.arange(len(self))[::-1]
        return codes, first

    def frame(self) -> pd.DataFrame:
        """All columns in full, with `source` (a number) and `line`."""
        return pd.DataFrame({name: self.series(name) for name in self.columns} | {"source": self.source, "line": self.line})


def together(parts: list[Rows]) -> Rows:
    """The rows of several sources as one; a column that a source lacks is missing there."""
    if len(parts) == 1:
        return parts[0]
    columns = {}
    for name in dict.fromkeys(name for part in parts for name in part.columns):
        held = [part.columns[name] for part in parts if name in part.columns]
        values = pd.concat([column.values for column in held], ignore_index=True).astype(held[0].values.dtype)
        offsets = iter(np.cumsum([0, *(len(column.values) for column in held)]).tolist())
        pieces = []
        for part in parts:
            if name in part.columns:
                codes, offset = part.columns[name].codes, next(offsets)
                pieces.append(np.where(codes < 0, -1, codes + offset).astype(np.int32))
            else:
                pieces.append(np.full(len(part), -1, dtype=np.int32))
        columns[name] = Coded(np.concatenate(pieces), values)
    origin = [np.concatenate([getattr(part, name) for part in parts]) for name in ("source", "line", "record")]
    return Rows(parts[0].table, columns, *origin)


def mixed(keys: list[np.ndarray]) -> np.ndarray:
    """One 64-bit number for each combination of codes: equal combinations are equal, others differ but for one chance in 10^7."""
    number = np.full(len(keys[0]), 0x9E3779B97F4A7C15, dtype=np.uint64)
    for start in range(0, len(number), 1 << 16):  # some rows at a time: what is worked out on the way stays in the cache
        part = number[start : start + (1 << 16)]
        for key in keys:
            part ^= key[start : start + len(part)].astype(np.int64).view(np.uint64) + np.uint64(1)
            part *= np.uint64(0xFF51AFD7ED558CCD)
            part ^= part >> np.uint64(32)
    return number


def repeated(keys: np.ndarray) -> np.ndarray:
    """The positions of keys that are met more than once.

    >>> repeated(np.array([7, 5, 7])).tolist()
    [0, 2]
    """
    met = np.sort(keys)
    return np.flatnonzero(pd.Series(keys).isin(met[1:][met[1:] == met[:-1]]))  # most are met once: no table of all is needed


def packed(columns: list[np.ndarray]) -> np.ndarray:
    """One number for each row, so that the rows are in order by these columns of whole numbers where the numbers are.

    >>> packed([np.array([1, 0, 1]), np.array([-1, 5, 3])]).argsort().tolist()
    [1, 0, 2]
    """
    number, span = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns if len(number) else ():
        low, wide = int(column.min()), int(column.max()) - int(column.min()) + 1
        if span * wide >= 1 << 63:  # too many to multiply: numbered anew first
            met, number = np.unique(number, return_inverse=True)
            span = len(met)
        number *= wide
        number += column
        number -= low
        span *= wide
    return number


def read_rows(block: Block, mapping: Mapping, number: int, told: Source | None = None) -> tuple[Rows, pd.DataFrame]:
    """The rows of a block as columns of the table, and the cells that could not be read (missing in the rows).

    Columns of `headers.csv` that start with `~` are kept under that name where cleaning needs them (totals, precision).
    """
    record = mixed([np.full(len(block.lines), block.header_line), *(column.codes for column in block.columns.values())])
    rows = Rows(mapping.table, {}, np.full(len(block.lines), number, dtype=np.int32), block.lines, record)
    labels, currency = abreast.each(lambda found: found(block, mapping), (_labels, _currency))
    dollars = bool(currency) and currency["currency"].values.eq("USD").any()
    reading = _Reading(block, mapping, told, "month" if dollars else "day")
    constants = _constants(block, mapping)
    read = abreast.each(reading.mapped, mapping.columns) + [reading.typed(name, raw) for name, raw in constants.items()]
    for columns, _faults in [(currency, ()), *read]:
        rows.columns |= columns
    rows.columns |= labels
    if "~part" in rows.columns:  # a sum that stands in some rows only; a total of its column is one of these
        part = rows.columns["~part"]
        part = rows.columns["~part"] = Coded(np.where(rows.known("amount"), -1, part.codes), part.values)
        rows.columns["amount"] = _first([rows.columns["amount"], part])
    if currency and (several := matching(currency["currency"].values, r"\+")).any():  # added up, they would mean nothing
        amount = rows.columns["amount"]
        codes = np.where(np.append(several, False)[currency["currency"].codes], -1, amount.codes)
        rows.columns["amount"] = Coded(codes.astype(np.int32), amount.values)
    if "~declined" in rows.columns:
        _mark_declined(rows)
    if "~precision" in rows.columns:
        _limit_precision(rows)
    if "postcode" in rows.columns:
        postcode = rows.columns["postcode"]
        rows.columns["department"] = Coded(postcode.codes, cells.departments(postcode.values)[0].reset_index(drop=True))
    return rows, pd.concat([pd.DataFrame(columns=FAULTS), *(wrong for _columns, wrong in read if len(wrong))], ignore_index=True)


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
        as_one = {"number": _summed, "outcome": _decided, "date": _first}.get(kind)
        unit = [_uncommented(self.block.columns[header]) for header in self.mapping.columns.get("~unit", ())]
        if name == "amount" and unit and matching(unit[0].values, UNIT).any():  # as people say it: "12 k€"
            raw = [_joined([each, unit[0]]) for each in raw]
        if as_one and len(raw) > 1:
            parts = [self.typed(name, each, (header,)) for each, header in zip(raw, headers, strict=True)]
            columns = {column: as_one([held[column] for held, _faults in parts]) for column in parts[0][0]}
            return columns, pd.concat([wrong for _columns, wrong in parts])
        return self.typed(name, raw[0] if len(raw) == 1 else _joined(raw), headers)

    def kind(self, name: str) -> str:
        column = tables.columns(self.mapping.table).get(name)
        return column.kind if column else {"~total": "number", "~part": "number", "~precision": "text"}.get(name, "")

    def typed(self, name: str, raw: Coded, headers: tuple[str, ...] = ()) -> tuple[dict[str, Coded], pd.DataFrame]:
        """A column from its cells, with those that are read from the same cells, and its faults."""
        kind, more = self.kind(name), {}
        if not kind:
            return {}, _none()
        if self.mapping.table == "grants" and name in COMPARED:
            return {name: raw}, _none()
        if kind == "date":
            yearly = bool(re.search(YEARLY, " ".join(headers)))
            asked = {"order": self.told and self.told.date_order, "since_1904": self.block.since_1904}
            read, wrong = cells.dates(raw.values, usual=self.usual, yearly=yearly, **asked)
            read = read.set_axis([name, f"{name}_precision"], axis=1)
        elif kind == "siret":  # a SIREN, or an RNA number, may stand where a SIRET was meant
            read, wrong = cells.persons(raw.values)
            read = read.drop(columns=[other for other in ("siren", "rna") if other in self.mapping.columns])
            more["~siret"] = raw  # as written: what is no key still tells two recipients of one name apart
        else:
            values, wrong = self.reader(name, kind, headers)(raw.values)
            read = {name: values}
            if name == "value" and self.mapping.table == "answers":
                read["~declined"] = cells.missing(raw.values).eq("no opinion").fillna(False).astype("boolean")
        columns = {column: Coded(raw.codes, read[column].reset_index(drop=True)) for column in read}
        return columns | more, _spread(raw, wrong, self.block, name)

    def reader(self, name: str, kind: str, headers: tuple[str, ...]) -> Callable[[pd.Series], tuple[pd.Series, pd.DataFrame]]:
        if name == "term_months":
            return partial(cells.months, years=bool(re.search(r"(?i)\b(?:an(?:s|n[ée]es?)|years?|yrs?)\b", " ".join(headers))))
        if kind == "number":
            decimal = (self.told and self.told.decimal) or self.block.decimal
            groups = next((mark for mark, layouts in GROUPED.items() if self.mapping.layout.endswith(layouts)), None)
            return (
                partial(cells.amounts, decimal=decimal, unit=_unit(headers, self.told), groups=groups)
                if headers
                else cells.amounts
            )
        simple = {
            "integer": cells.integers, "bool": cells.booleans, "siren": cells.siren, "rna": cells.rna,
            "department": cells.departments, "region": cells.regions, "outcome": cells.outcomes,
        }  # fmt: skip
        if kind in simple:
            return simple[kind]
        if kind in ("category", "set"):
            return partial(
                cells.categories if kind == "category" else cells.sets, column=tables.columns(self.mapping.table)[name]
            )
        if name == "currency":
            return lambda texts: (cells.currencies(texts, named=True), _none())
        cleaned = code if kind == "id" else masked
        return lambda texts: (cleaned(cells.text(texts)), _none())


def code(texts: pd.Series) -> pd.Series:
    """Codes as teams type them: "p00012" is P00012, and a number read from a spreadsheet has no ".0".

    >>> code(pd.Series(["p00012", "12.0", "les amis de 1901"])).tolist()
    ['P00012', '12', 'les amis de 1901']
    """
    plain = texts.str.replace(r"\.0$", "", regex=True)
    return plain.mask(plain.str.fullmatch(r"[A-Za-z]{0,4}[-_ ]?\d+", na=False), plain.str.upper())


def _none() -> pd.DataFrame:
    return pd.DataFrame({"rule": [], "value": [], "message": []}, dtype="str")


def masked(texts: pd.Series) -> pd.Series:
    """Texts in which what identifies a person (e-mail, telephone, social-security number) is replaced by "[…]".

    >>> masked(pd.Series(["appeler 06 12 34 56 78 ou a.b@c.fr"])).tolist()
    ['appeler […] ou […]']
    """
    hit = matching(texts, _ANY_PERSONAL)
    if not hit.any():
        return texts
    import pyarrow.compute as pc

    masked_texts = pc.replace_substring_regex(texts[hit].array._pa_array, _ANY_PERSONAL, "[…]")
    return texts.mask(hit, pd.Series(masked_texts, index=texts.index[hit], dtype=texts.dtype).reindex(texts.index))


def _uncommented(column: Coded) -> Coded:
    """Cells without the comments of the SQL that a table was made from (`/* term */ 24`)."""
    if not column.values.str.startswith("/*", na=False).any():
        return column
    return Coded(column.codes, column.values.str.replace(r"^\s*/\*.*?\*/\s*", "", regex=True).replace("NULL", ""))


def _limit_precision(rows: Rows) -> None:
    """Dates no more precise than the column `~precision` says: a grant of "2016-01-01, year" is of 2016, not of 1 January."""
    grain = {name: place for place, name in enumerate(cells.PRECISIONS)}
    column = rows.columns["~precision"]
    told = cells.fold(column.values).str.replace("multi year", "year").map(grain).fillna(0)
    said = np.append(told.to_numpy(dtype=int), 0)[column.codes]
    read = rows.series("date_precision").map(grain).fillna(0).to_numpy(dtype=int)
    coarse = np.maximum(said, read)
    month = rows.series("date").to_numpy("datetime64[M]")
    months = np.array(list(cells.PRECISIONS.values()))[coarse]
    first = month - np.where(months > 0, month.astype(int) % np.maximum(months, 1), 0)
    day = np.where(coarse == 0, rows.series("date").to_numpy("datetime64[D]"), first.astype("datetime64[D]"))
    codes, dates = pd.factorize(day)
    rows.columns["date"] = Coded(codes.astype(np.int32), pd.Series(dates.astype("datetime64[us]")))
    rows.columns["date_precision"] = Coded(np.where(codes < 0, -1, coarse).astype(np.int32), pd.Series(list(grain), dtype="str"))
    del rows.columns["~precision"]


def _mark_declined(rows: Rows) -> None:
    """An answer that says "ne se prononce pas" instead of a value is no opinion, whatever the column for it says."""
    declined = rows.series("~declined").fillna(False).to_numpy(bool)
    if declined.any():
        said = rows.series("no_opinion").astype("boolean").mask(declined, True)
        codes, values = pd.factorize(said)
        rows.columns["no_opinion"] = Coded(codes.astype(np.int32), pd.Series(values, dtype="boolean"))
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


def _currency(block: Block, mapping: Mapping) -> dict[str, Coded]:
    """The currency of each grant: that of its own cell, of its amount, or of the amount's header; euros in a French list."""
    if mapping.table != "grants":
        return {}
    said = [block.source, *block.titles, *block.columns, *mapping.constants.values()]
    said += [name for header in mapping.columns.get("funder", ()) for name in block.columns[header].values.head(9).dropna()]
    dollar = next((code for code, words in DOLLARS.items() if re.search(words, "\n".join(said), re.MULTILINE)), "USD")
    by_column = (_together([_borne(block, header, name, dollar) for header in mapping.columns.get(name, ())]) for name in MONEY)
    if found := [column for column in by_column if column.values.notna().any()]:
        return {"currency": _first(found)}
    euro = not mapping.layout.endswith(NO_EURO) and "currency" not in mapping.columns
    code = pd.Series(["EUR" if euro else None], dtype="str")
    return {"currency": Coded(np.zeros(len(block.lines), dtype=np.int32), code)}


def _borne(block: Block, header: str, name: str, dollar: str) -> Coded:
    """The currency that each cell under a header bears, or the header where no cell does."""
    column = block.columns[header]
    found = cells.currencies(column.values, named=name == "currency", dollar=dollar).reset_index(drop=True)
    said = re.search(rf"(?i){CURRENCY}", header)
    if said and found.isna().all():
        found = cells.currencies(pd.Series(np.repeat(f"1 {said[0]}", len(found)), dtype="str"), dollar=dollar)
    return Coded(column.codes, found)


def _together(parts: list[Coded]) -> Coded:
    """The currency of amounts that are added up: that of all, or each by its name ("EUR+USD"), in which nothing can be said."""
    if not parts:
        return Coded(np.array([], dtype=np.int32), pd.Series(dtype="str"))
    if len({code for part in parts for code in part.values.dropna()}) < 2:
        return _first(parts)
    first, *others = (part.series().fillna("") for part in parts)
    codes, met = pd.factorize(first.str.cat(others, sep="+"))
    names = ["+".join(sorted(set(filter(None, text.split("+"))))) or None for text in met]
    return Coded(codes.astype(np.int32), pd.Series(names, dtype="str"))


def _first(parts: list[Coded]) -> Coded:
    """For each row the first value that one of several columns holds."""
    whole = parts[0]
    for part in parts[1:]:
        known = np.append(whole.values.notna().to_numpy(bool), False)[whole.codes]
        codes = np.where(known, whole.codes, np.where(part.codes < 0, -1, part.codes + len(whole.values)))
        whole = Coded(codes.astype(np.int32), pd.concat([whole.values, part.values], ignore_index=True))
    return whole


def _unit(headers: tuple[str, ...], told: Source | None) -> str | None:
    """The scale that a column bears in its header ("k€", "M€"), unless study.toml says it."""
    if told and told.unit:
        return told.unit
    found = re.search(
        r"\b([kKM])(?:€|EUR|£|\$|euros?)|[$£€] ?([kKmM])\b|(?i:\b(thousand|millier|migliaia|duizend|tausend|tsd|miles de)|\b(million))|"
        r"([$£€'’] ?000s?\b|\b000s? ?[$£€]|[x×] ?1[ .,]?000\b)",
        " ".join(headers),
    )
    return None if not found else "M" if found[4] or (found[1] or found[2] or "").upper() == "M" else "k"


def _constants(block: Block, mapping: Mapping) -> dict[str, Coded]:
    """Cells that no column holds: one for the block, or (`split`) the last title above each row."""
    same = np.zeros(len(block.lines), dtype=np.int32)
    constants = {name: Coded(same, pd.Series([value], dtype="str")) for name, value in mapping.constants.items()}
    if mapping.split:
        titles = sorted((aside.line, aside.value) for aside in block.aside if aside.rule == "title")
        above = np.searchsorted([line for line, _ in titles], block.lines).astype(np.int32) - 1
        values = pd.Series([value for _, value in titles], dtype="str")
        if mapping.split in ("date", "year"):  # a title without a year names something else: the year above it still holds
            values = values.str.extract(r"((?:19|20)\d\d)", expand=False).ffill()
        constants[mapping.split] = Coded(above, values)
    return constants


def _summed(parts: list[Coded]) -> Coded:
    """Numbers added up row by row; missing where all are."""
    total = pd.concat([part.series() for part in parts], axis=1).sum(axis=1, min_count=1)
    codes, values = pd.factorize(total)
    return Coded(codes.astype(np.int32), pd.Series(values, dtype="Float64"))


def _decided(parts: list[Coded]) -> Coded:
    """What became of each request: withdrawn where any column says so, else what the first says that says more than "running"."""
    said = pd.concat([part.series() for part in parts], axis=1)
    first = said.where(said.ne("running")).bfill(axis=1).iloc[:, 0].mask(said.eq("withdrawn").any(axis=1), "withdrawn")
    codes, values = pd.factorize(first)
    return Coded(codes.astype(np.int32), pd.Series(values, dtype="str"))


def _joined(parts: list[Coded]) -> Coded:
    """Texts joined by a space, each distinct combination once."""
    frame = pd.DataFrame({i: part.codes for i, part in enumerate(parts)})
    groups = frame.groupby(list(frame), sort=False)
    first = groups.head(1)
    texts = [part.rows(first.index.to_numpy()).series().fillna("").str.strip() for part in parts]
    joined = texts[0].str.cat(texts[1:], sep=" ").str.strip()
    codes = groups.ngroup().to_numpy().astype(np.int32)
    blank = (joined == "").to_numpy(dtype=bool)
    return Coded(np.where(blank[codes], -1, codes).astype(np.int32), joined)


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
        "source": block.source, "line": block.lines[rows], "column": column, "rule": found["rule"],
        "value": masked(found["value"].astype("str").str.slice(0, 200)), "message": found["message"],
    }  # fmt: skip
    return pd.DataFrame(frame)
