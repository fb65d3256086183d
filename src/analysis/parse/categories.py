"""Values of declared columns: yes or no, one of a list, several of a list, what became of a
request.
"""

from functools import cache

import numpy as np
import pandas as pd

from analysis.declare import schema
from analysis.parse.column import (
    Read,
    bare_letters,
    faults,
    fold,
    mapped,
    matching,
    reference_rows,
    sub,
    synonyms,
    text,
)
from analysis.parse.places import regions
from analysis.parse.remembered import remembered
from analysis.text import formatting
from analysis.text.messages import say


@remembered
def booleans(cells: pd.Series) -> Read:
    """Yes or no, boolean: oui, non, o, n, x, vrai, 1 ...; anything else is a fault.

    >>> booleans(pd.Series(["Oui", "X", "non", None]))[0].tolist()
    [True, True, False, <NA>]
    """
    plain = text(cells)
    value = mapped(plain.str.lower(), synonyms("boolean"))
    is_true = value.eq("true").astype("boolean").mask(value.isna())
    unread = plain.notna() & value.isna()
    return is_true, faults(cells, (unread, "M21", say("parse.yes_no")))


@remembered
def yes_or_no(cells: pd.Series) -> Read:
    """Yes or no as people answer it, boolean: with a remark behind or not, and of agreements that
    are renewed whether it is tacitly; anything else is a fault.

    >>> yes_or_no(pd.Series(["Oui (préavis 3 mois)", "tacite, 3 ans", "Expresse", "?"]))[0].tolist()
    [True, True, False, <NA>]
    """
    plain = text(cells)
    first_words = sub(plain.str.lower(), r"\s*[(,;:].*$")
    meanings = synonyms("boolean") | synonyms("renews itself")
    value = mapped(plain.str.lower(), meanings).fillna(mapped(first_words, meanings))
    is_true = value.eq("true").astype("boolean").mask(value.isna())
    unread = plain.notna() & value.isna()
    return is_true, faults(cells, (unread, "M21", say("parse.yes_no")))


def _without_plural(plain: pd.Series) -> pd.Series:
    return sub(plain, r"s( |$)", r"\1")


def _synonyms_of(column: schema.Column) -> dict[str, str]:
    if column.name.endswith("precision"):
        general = "precision"
    else:
        general = column.name
    return synonyms(general) | synonyms(f"{column.table}.{column.name}")


def words_for_values(column: schema.Column) -> list[str]:
    """What a person may write for each value of a column, in the language spoken now: the first
    French synonym, or the value, which is English.

    >>> formatting.use("fr"); words_for_values(schema.columns("contributions")["direction"])
    ['vers le partenaire', 'vers le groupe']
    """
    if formatting.language() != "fr":
        return list(column.values)
    word_by_value = {value: word for word, value in reversed(_synonyms_of(column).items())}
    return [word_by_value.get(value, value) for value in column.values]


@cache
def _vocabulary(column: schema.Column) -> dict[str, str]:
    """What may be written in a column, folded -> its value; `table.column` wins."""
    stated_values = _synonyms_of(column)
    code_by_text = {raw: value for raw, value in stated_values.items() if value in column.values}
    code_by_text |= {value: value for value in column.values}
    keys = _without_plural(bare_letters(pd.Series(list(code_by_text), dtype="str")))
    return dict(zip(keys, code_by_text.values(), strict=True))


@remembered
def categories(cells: pd.Series, column: schema.Column) -> Read:
    """Values of a declared column, by its words or `reference/synonyms.csv`; others are faults.

    >>> categories(pd.Series(["Régional", "local"]), schema.columns("agreements")["level"])[0].tolist()
    ['regional', 'local']
    """
    vocabulary = _vocabulary(column)
    value = mapped(_without_plural(fold(cells)), vocabulary)
    # "unknown" may be a value, and is none of the text
    as_written = mapped(_without_plural(bare_letters(cells.astype("str"))), vocabulary)
    value = value.fillna(as_written)
    unread = text(cells).notna() & value.isna()
    message = say("parse.one_of", values=", ".join(words_for_values(column)))
    return value, faults(cells, (unread, "M16", message))


@cache
def outcome_words() -> dict[str, str]:
    """The words of `reference/outcomes.csv`, as a pattern for each thing that they say."""
    return {row["says"]: f"(?:{row['beginnings']})" for row in reference_rows("outcomes")}


@cache
def _deal(end: str, closed: str = "?") -> str:
    """The pattern of a folded text that says no more than how a request ended, in the words of
    sales ("Closed Won").
    """
    words = outcome_words()
    return rf"^(?:{words['deal closed']} ){closed}{words[end]}$"


def are_deals(cells: pd.Series) -> pd.Series:
    """Whether each text says no more than that something was won or lost, as sales do.

    >>> are_deals(pd.Series(["Closed Won", "Fermée / Perdue", "Perdu de vue"])).tolist()
    [True, True, False]
    """
    plain = bare_letters(text(cells))
    is_deal = [matching(plain, _deal(end)) for end in ("deal won", "deal lost")]
    return pd.Series(np.logical_or(*is_deal), cells.index)


@cache
def _outcomes(graded: bool, won: bool) -> list[tuple[str, str]]:
    """What a cell says of a request, folded and without articles, as patterns, and which outcome
    that is; the first that is met counts. The words, by how they begin, are those of
    `reference/outcomes.csv`. Letters are opinions ("F", "D") under a heading, or where a column is
    `graded`: some cell of it is TF, very favourable. What is "lost" was refused where some cell is
    `won`; elsewhere a partner may be.
    """
    words = outcome_words()
    agreed = f"(?:{words['granted']}|{words['agreed']})"
    looked_at = f"(?:{agreed}|{words['examined']})"
    headed = rf"^(?:{words['heading']} )?"
    grade = headed if graded else headed[:-1]
    paid = rf"^(?:{words['awaited']} )?{words['paid']}"
    refused = rf"\b{words['not']} {agreed}|{headed}{words['no']}$|{grade}{words['bad']}$"
    # whatever is said after it
    granted = rf"^{words['granted']}|{headed}{words['yes']}$|{grade}{words['fair']}$"
    ahead = rf"\b{words['ahead']} {looked_at}|\ba {looked_at}[a-z]*re?\b|\b{words['asked']}"
    return [
        ("granted", _deal("deal won")),
        ("refused", _deal("deal lost", closed="{1}")),
        ("refused" if won else "", _deal("deal lost")),
        ("", rf"\b{words['in principle']}"),  # granted or not yet: to be asked
        ("granted", rf"\b{words['again']}"),
        ("withdrawn", rf"^{words['ordered']} {words['withdrawn']}"),
        ("undecided", rf"^{words['postponed']}"),
        ("granted", paid),
        ("withdrawn", rf"\b{words['then']} {words['withdrawn']}"),
        ("refused", refused),
        ("granted", granted),
        ("", _not_signed_yet()),  # granted or not yet, too
        ("undecided", ahead),
        ("refused", rf"\b{words['refused']}"),
        ("withdrawn", rf"\b{words['withdrawn']}"),
        ("granted", rf"\b{agreed}"),
        ("undecided", rf"\b{words['undecided']}"),
        ("granted", rf"\b{words['given']}"),
        ("running", rf"\b{words['running']}"),
    ]


@cache
def _not_signed_yet() -> str:
    """The pattern of a text, folded and without articles, by which something waits for a signature:
    "en attente signature", "Unterschrift fehlt", "pas encore signé", "da firmare".
    """
    words = outcome_words()
    paper = rf"(?:{words['signature']}|{words['signed']}|convention)"
    forms = [
        rf"{words['waits']} (?:\w+ ){{0,3}}?{paper}",
        rf"{words['signature']} (?:\w+ )?{words['missing']}",
        rf"{words['not']} (?:\w+ )?{words['signed']}",
        rf"{words['for signature']} {words['signature']}",
        words["to sign"],
    ]
    return rf"\b(?:{'|'.join(forms)})\b"


def await_signature(cells: pd.Series) -> pd.Series:
    """Whether each text says that something waits for its signature, or is not signed yet; what is
    only paid later was signed.

    >>> await_signature(pd.Series(["En attente de signature", "Signée", "En attente de solde"])).tolist()
    [True, False, False]
    """
    plain = _without_articles(bare_letters(text(cells)))
    return pd.Series(matching(plain, _not_signed_yet()), cells.index)


def _without_articles(plain: pd.Series) -> pd.Series:
    return sub(plain, r"\b(?:d|de|de l|de la|des|du|l|la|le|les) ")


# Marks that answer as yes and no do; a plain "x" or "×" may be either.
TICKED, CROSSED = r"^[✓✔☑√]\x{fe0f}?$", r"^[✗✘☒✕✖❌]\x{fe0f}?$"


@remembered
def outcomes(cells: pd.Series) -> Read:
    """What became of a request: granted, refused, withdrawn or undecided, or what may as well be
    said of its applicant (running); what is none of these is a fault. What is "not cancelled" is
    what else is said of it, or granted.

    >>> outcomes(pd.Series(["Accordée", "Avis défavorable", "En cours d'instruction", "Withdrawn", "Active", "1901"]))[0].tolist()
    ['granted', 'refused', 'undecided', 'withdrawn', 'running', nan]
    """
    texts = text(cells)
    ticked = sub(sub(texts, TICKED, "oui"), CROSSED, "non")
    # "Non : annulé" says why
    answer = sub(ticked, r"(?i)^(non?|nein|nee)(?: [-–—]|\s*[,:;(–—]).*", r"\1")
    plain = _without_articles(bare_letters(answer))
    words = outcome_words()
    denied = rf"\b{words['not']} (?:{words['refused']}|{words['withdrawn']})[a-z]*"
    otherwise, plain = np.where(matching(plain, denied), "granted", ""), sub(plain, denied)
    is_graded, is_won = (matching(plain, form).any() for form in ("^tf$", _deal("deal won")))
    forms = _outcomes(bool(is_graded), bool(is_won))
    tells = [matching(plain, pattern) for _outcome, pattern in forms]
    value = np.select(tells, [outcome for outcome, _pattern in forms], otherwise)
    value = pd.Series(value, cells.index, dtype="str").mask(value == "")
    message = say("parse.outcome")
    return value, faults(cells, (texts.notna() & value.isna(), "M16", message))


_SEPARATORS = (r"[|;\r\n]|_x000D_", r"\s[/+•]\s", r"[,/+&]|\set\s")
_FREE = (*_SEPARATORS[:2], r",\s")


def sets(cells: pd.Series, column: schema.Column) -> Read:
    """Several values in one cell: sorted, joined by `|`. The values that are read are kept beside
    those that are faults.

    Cells are cut at `|`, `;` and line breaks. Where a column declares its values, a part that is
    none of them is cut again at ` / ` and ` + `, then at commas and "et". A column of free values
    is cut at the first of these that it uses.

    >>> sets(pd.Series(["Mécénat ; RSE", "mécénat"]), schema.columns("agreements")["kinds"])[0].tolist()
    ['philanthropy|responsible practice', 'philanthropy']
    """
    parts = cells.astype("str").reset_index(drop=True)
    parts = parts[text(parts).notna()]
    separators = _SEPARATORS
    if not column.values and column.name != "regions":
        used = [mark for mark in _FREE if parts.str.contains(mark, regex=True).any()]
        separators = used[:1] or _FREE[:1]
    values = []
    for separator in separators:
        parts = text(parts.str.split(separator, regex=True).explode()).dropna()
        value = _of_set(parts, column)
        values.append(value.dropna())
        parts = parts[value.isna().to_numpy()]
    values_by_cell = pd.concat(values).rename("value").rename_axis("cell").reset_index()
    values_by_cell = values_by_cell.drop_duplicates().sort_values(["cell", "value"])
    joined = values_by_cell.groupby("cell")["value"].agg("|".join).reindex(range(len(cells)))
    unread = np.isin(np.arange(len(cells)), parts.index)
    expected = ", ".join(words_for_values(column)) or say("parse.french_regions")
    message = say("parse.some_of", values=expected)
    value = joined.astype("str").set_axis(cells.index)
    return value, faults(cells, (unread, "M15", message))


def _of_set(parts: pd.Series, column: schema.Column) -> pd.Series:
    """The value that each part of a cell is, as its column declares; free values are what they are."""
    if column.name == "regions":
        return regions(parts)[0]
    if column.values:
        return categories(parts, column)[0]
    return text(parts)
