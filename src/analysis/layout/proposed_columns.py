"""Columns that no known header names, proposed by what a header resembles and by what its cells look like."""

import itertools
from functools import cache

import pandas as pd
from rapidfuzz import fuzz

from analysis import parse
from analysis.declare import schema
from analysis.layout.cell_evidence import holds, sample
from analysis.layout.doubts import POSSIBLE, likely_amounts
from analysis.layout.header_matching import BY_WORDS, Match
from analysis.layout.header_names import known_headers, sense_of
from analysis.read import Block, folded

_ALIKE = 0.75  # likeness of a header to a known name from which it is proposed
NUMBER = ("n", "no", "num", "numero", "id", "code", "ref", "reference")  # folded headers of keys
MEANT = {  # columns of the programme that a word of grant lists names
    "partner_id": "recipient",
    "name": "recipient",
    "entity": "funder",
    "value_eur": "amount",
    "planned_amount_eur": "amount",
    "start": "planned_start",
    "planned_end": "planned_end",
    "date": "date",
    "status_as_given": "outcome",
}


def add_resembling(found: Match) -> None:
    """Headers that resemble a known name, or say in the words of grant lists what a column of the
    programme holds.
    """
    scores = []
    for position, header in enumerate(found.free):
        for name, names in known_headers()[found.table].items():
            if name.startswith("~") or name in found.columns:
                continue
            # what merges rows must tell them apart
            if name == "reference" and not _one_each(found.block, header):
                continue
            likeness = max(_likeness(header, joined[0]) for joined in names)
            if found.table != "grants" and name in MEANT and sense_of(header, MEANT[name]):
                likeness = max(likeness, 0.9)
            if likeness >= _ALIKE and holds(found.block, header, schema.columns(found.table)[name]):
                scores.append((-likeness, position, name, header))
    for _score, _place, name, header in sorted(scores):
        if name not in found.columns and header in found.free:
            found.take(name, (header,), BY_WORDS)


def add_keys(found: Match) -> None:
    """The number of each row, where a header says no more than that; of partners the code or the
    name that is missing.
    """
    key = schema.key(found.table)[0]
    for header in found.free if key not in found.columns and len(found.block.lines) else ():
        is_key = _one_each(found.block, header) or len(found.block.lines) < 2
        if folded(header) in NUMBER and is_key:
            found.take(key, (header,), BY_WORDS)
            break
    if found.table == "partners" and "name" in found.columns:
        found.columns.setdefault("partner_id", found.columns["name"])
        found.how.setdefault("partner_id", BY_WORDS)


def _one_each(block: Block, header: str) -> bool:
    """Whether nearly all rows have something under a header, and no two the same."""
    codes = block.columns[header].codes
    return bool((codes >= 0).mean() > 0.9 and not pd.Series(codes).duplicated().any())


@cache
def _likeness(header: str, known: str) -> float:
    """How alike a header and a known folded name are, 0-1; an abbreviation is like the word that it
    begins.
    """
    name = folded(header)
    whole = fuzz.ratio(name, known) / 100
    shorter, longer = sorted((name, known), key=len)
    begins = len(shorter) >= 4 and longer.startswith(shorter)
    return max(whole, 0.8 if begins else 0.0)


def add_by_cells(found: Match) -> None:
    """Columns of a grant list that only their cells tell: identifiers, amounts, who received, dates
    and ends.
    """
    block = found.block
    for header in found.free:
        if "siret" not in found.columns and _are_identifiers(block, header):
            found.take("siret", (header,), BY_WORDS)
    amounts = likely_amounts(block, found.free, POSSIBLE)
    if "amount" not in found.columns and amounts:
        found.take("amount", (amounts[0],), BY_WORDS)
    if "recipient" not in found.columns:
        _add_names(found)
    if "date" in found.columns and "planned_end" in found.columns:
        return
    _add_dates(found)


def _add_names(found: Match) -> None:
    """Who received: what looks most like names; a purpose ("Intitulé") where nothing else does."""
    purposes = found.columns["purpose"] if found.how.get("purpose") == BY_WORDS else ()
    for headers in (found.free, purposes):
        names = sorted(headers, key=lambda header: -_namelike(found.block, header))
        if names and _namelike(found.block, names[0]) > 0.5:
            if names[0] in purposes:
                del found.columns["purpose"]
            found.take("recipient", (names[0],), BY_WORDS)
            return


def _are_identifiers(block: Block, header: str) -> bool:
    """Whether nearly all cells hold a SIREN or SIRET whose checksum is right, and they differ."""
    cells = sample(block.columns[header])
    return len(cells) > 1 and bool(parse.siren(cells)[0].notna().mean() > 0.9)


def _namelike(block: Block, header: str) -> float:
    """How much the cells under a header look like names of many: words, few digits, most of them
    different, 0-1.4.
    """
    cells = sample(block.columns[header])
    if len(cells) < 2:
        return 0.0
    letters, digits = cells.str.count(r"[^\W\d_]"), cells.str.count(r"\d")
    worded = ((letters >= 3) & (letters > 2 * digits) & ~cells.str.contains("@")).mean()
    variety = block.columns[header].values.nunique() / max(len(block.lines), 1)
    if worded <= 0.5:
        return 0.0
    return float(worded + 0.4 * min(variety, 1.0) - 0.2 * (digits > 0).mean())


def _add_dates(found: Match) -> None:
    """Of two columns of dates that follow each other in nearly every row, the first is the date and
    the second the end.
    """
    declared = schema.columns("grants")["date"]
    headers = [header for header in found.free if _dates_like(found.block, header, declared)]
    headers = list(found.columns.get("date", ())) + headers
    read = {h: parse.dates(found.block.columns[h].series())[0] for h in headers}
    precise = sorted(headers, key=lambda h: float((read[h]["precision"] != "day").mean()))
    for first, last in itertools.permutations(precise, 2):
        if _follow(read[first], read[last]):
            found.take("date", (first,), found.how.get("date", BY_WORDS))
            if "planned_end" not in found.columns:
                found.take("planned_end", (last,), BY_WORDS)
            return
    if "date" not in found.columns and precise:
        found.take("date", (precise[0],), BY_WORDS)


def _dates_like(block: Block, header: str, declared: schema.Column) -> bool:
    """Whether cells are dates: written as days or months, or all of them years."""
    if not holds(block, header, declared):
        return False
    cells = sample(block.columns[header])
    if not len(cells):
        return False
    as_number = cells.str.fullmatch(r"\d+([.,]\d+)?").mean() > 0.5
    years = cells.str.fullmatch(r"(?:19|20)\d\d").mean() > 0.9
    return bool(years or not as_number)


def _follow(first: pd.DataFrame, last: pd.DataFrame) -> bool:
    in_both = first["date"].notna() & last["date"].notna()
    # a year and a day of it are no start and end
    within = (first["precision"] == "year") & (first["date"].dt.year == last["date"].dt.year)
    return bool(in_both.any() and ((first["date"] < last["date"]) & ~within)[in_both].mean() > 0.9)
