"""Values of declared columns: yes or no, one of a list, several of a list."""

from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.declare import schema
from analysis.parse.column import (
    STRING,
    TEXT,
    Read,
    distinct,
    flags,
    folded,
    like,
    mapped,
    reference,
    sub,
    synonyms,
    text,
)
from analysis.parse.places import regions
from analysis.text import formatting

_ = formatting.text


def booleans(cells: pd.Series) -> Read:
    """Yes or no, boolean: oui, non, o, n, x, vrai, 1 ...; anything else is a fault.

    >>> booleans(pd.Series(["Oui", "X", "non", None]))[0].tolist()
    [True, True, False, <NA>]
    """
    column = distinct(cells)
    value = mapped(pc.utf8_lower(column.text), synonyms("boolean"))
    unread = flags(pc.and_(pc.is_valid(column.text), pc.is_null(value)))
    return column.spread(pc.equal(value, "true"), "boolean"), column.faults(
        (unread, "M21", _("expected yes or no (oui, non)"))
    )


def _key(values: pa.Array) -> pa.Array:
    """Texts as compared: folded, without the plural."""
    return sub(folded(values), r"s( |$)", r"\1")


@cache
def _vocabulary(column: schema.Column) -> dict[str, str]:
    """Key of what may be written in a column -> its value. The synonyms of `table.column` win over those of `column`."""
    general = "precision" if column.name.endswith("precision") else column.name
    given = synonyms(general) | synonyms(f"{column.table}.{column.name}")
    known = {raw: value for raw, value in given.items() if value in column.values} | {
        value: value for value in column.values
    }
    return dict(zip(_key(pa.array(list(known), STRING)).to_pylist(), known.values(), strict=True))


def categories(cells: pd.Series, column: schema.Column) -> Read:
    """Values of a declared column, from its own words or the spellings of `reference/synonyms.csv`; others are faults.

    >>> categories(pd.Series(["Régional", "local"]), schema.columns("agreements")["level"])[0].tolist()
    ['regional', 'local']
    """
    met = distinct(cells)
    vocabulary = _vocabulary(column)
    value = pc.coalesce(
        mapped(_key(met.text), vocabulary), mapped(_key(met.raw), vocabulary)
    )  # "unknown" may be a value
    unread = flags(pc.and_(pc.is_valid(met.text), pc.is_null(value)))
    message = _("expected one of: {values}; a new spelling goes to synonyms.csv").format(
        values=", ".join(column.values)
    )
    return met.spread(value), met.faults((unread, "M16", message))


@cache
def _said() -> dict[str, str]:
    return {row["says"]: f"(?:{row['beginnings']})" for row in reference("outcomes")}


@cache
def _outcomes(graded: bool) -> list[tuple[str, str]]:
    """What a cell says of a request, folded and without articles, as patterns, and which outcome that is; the first that is met
    counts. The words, by how they begin, are those of `reference/outcomes.csv`. Letters are opinions ("F", "D") under a heading,
    or where a column is `graded`: some cell of it is TF, very favourable."""
    said = _said()
    agreed = f"(?:{said['granted']}|{said['agreed']})"
    looked_at = f"(?:{agreed}|{said['examined']})"
    headed = rf"^(?:{said['heading']} )?"
    grade = headed if graded else headed[:-1]
    return [
        ("granted", rf"\b{said['again']}"),
        ("withdrawn", rf"^{said['ordered']} {said['withdrawn']}"),
        ("granted", rf"^(?:{said['awaited']} )?{said['paid']}|^{said['awaited']} {said['signed']}"),
        ("withdrawn", rf"\b{said['then']} {said['withdrawn']}"),
        ("refused", rf"\b{said['not']} {agreed}|{headed}{said['no']}$|{grade}{said['bad']}$"),
        (
            "granted",
            rf"^{said['granted']}|{headed}{said['yes']}$|{grade}{said['fair']}$",
        ),  # whatever is said after it
        ("undecided", rf"\b{said['ahead']} {looked_at}|\ba {looked_at}\pL*re?\b|\b{said['asked']}"),
        *((name, rf"\b{said[name]}") for name in ("refused", "withdrawn")),
        ("granted", rf"\b{agreed}"),
        ("undecided", rf"\b{said['undecided']}"),
        ("granted", rf"\b{said['given']}"),
        ("running", rf"\b{said['running']}"),
    ]


def outcomes(cells: pd.Series) -> Read:
    """What became of a request: granted, refused, withdrawn or undecided, or what may as well be said of its applicant (running);
    what is none of these is a fault. What is "not cancelled" is what else is said of it, or granted.

    >>> outcomes(pd.Series(["Accordée", "Avis défavorable", "En cours d'instruction", "Withdrawn", "Active", "1901"]))[0].tolist()
    ['granted', 'refused', 'undecided', 'withdrawn', 'running', nan]
    """
    column = distinct(cells)
    answered = sub(
        column.text, r"(?i)^(non?|nein|nee)(?: [-–—]|\s*[,:;(–—]).*", r"\1"
    )  # "Non : annulé" says why
    plain = sub(folded(answered), r"\b(?:d|de|de l|de la|des|du|l|la|le|les) ")
    denied = rf"\b{_said()['not']} (?:{_said()['refused']}|{_said()['withdrawn']})\pL*"
    otherwise, plain = np.where(like(plain, denied), "granted", ""), sub(plain, denied)
    said = _outcomes(bool(like(plain, "^tf$").any()))
    value = pa.array(
        np.select(
            [like(plain, pattern) for _outcome, pattern in said],
            [outcome for outcome, _ in said],
            otherwise,
        ),
        STRING,
    )
    value = pc.if_else(pc.equal(value, ""), pa.scalar(None, STRING), value)
    unread = flags(pc.and_(pc.is_valid(column.text), pc.is_null(value)))
    return column.spread(value), column.faults(
        (unread, "M16", _("expected what became of a request, such as refused: kept as granted"))
    )


_SEPARATORS = (r"[|;\r\n]|_x000D_", r"\s[/+•]\s", r"[,/+&]|\set\s")
_FREE = (*_SEPARATORS[:2], r",\s")


def sets(cells: pd.Series, column: schema.Column) -> Read:
    """Several values in one cell: sorted, joined by `|`. The values that are read are kept beside those that are faults.

    Cells are cut at `|`, `;` and line breaks. Where a column declares its values, a part that is none of them is cut again
    at ` / ` and ` + `, then at commas and "et". A column of free values is cut at the first of these that it uses.

    >>> sets(pd.Series(["Mécénat ; RSE", "mécénat"]), schema.columns("agreements")["kinds"])[0].tolist()
    ['philanthropy|responsible practice', 'philanthropy']
    """
    met = distinct(cells)
    places = column.name == "regions"
    known = pc.is_valid(met.text)
    parts = pd.Series(
        met.raw.filter(known).to_pylist(), index=np.flatnonzero(flags(known)), dtype=TEXT
    )
    if column.values or places:
        separators, read = (
            _SEPARATORS,
            (lambda part: regions(part)[0] if places else categories(part, column)[0]),
        )
    else:
        used = [separator for separator in _FREE if parts.str.contains(separator, regex=True).any()]
        separators, read = used[:1] or _FREE[:1], text
    values = []
    for separator in separators:
        parts = text(parts.str.split(separator, regex=True).explode().astype(TEXT)).dropna()
        value = read(parts)
        values.append(value.dropna())
        parts = parts[value.isna().to_numpy()]
    found = (
        pd.concat(values)
        .rename("value")
        .rename_axis("text")
        .reset_index()
        .drop_duplicates()
        .sort_values(["text", "value"])
    )
    joined = found.groupby("text")["value"].agg("|".join).reindex(range(len(met.raw))).astype(TEXT)
    unread = np.isin(np.arange(len(met.raw)), parts.index)
    listed = ", ".join(column.values)
    message = _("expected some of: {values}; a new spelling goes to synonyms.csv").format(
        values=listed or _("French regions")
    )
    return met.spread(pa.array(joined, STRING, from_pandas=True)), met.faults(
        (unread, "M15", message)
    )
