"""Values of declared columns: yes or no, one of a list, several of a list."""

from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import tables, words
from analysis.cells.column import STRING, TEXT, Read, distinct, flags, folded, like, mapped, sub, synonyms, text
from analysis.cells.places import regions

_ = words.text


def booleans(cells: pd.Series) -> Read:
    """Yes or no, boolean: oui, non, o, n, x, vrai, 1 ...; anything else is a fault.

    >>> booleans(pd.Series(["Oui", "X", "non", None]))[0].tolist()
    [True, True, False, <NA>]
    """
    column = distinct(cells)
    value = mapped(pc.utf8_lower(column.text), synonyms("boolean"))
    unread = flags(pc.and_(pc.is_valid(column.text), pc.is_null(value)))
    return column.spread(pc.equal(value, "true"), "boolean"), column.faults((unread, "M21", _("expected yes or no (oui, non)")))


def _key(values: pa.Array) -> pa.Array:
    """Texts as compared: folded, without the plural."""
    return sub(folded(values), r"s( |$)", r"\1")


@cache
def _vocabulary(column: tables.Column) -> dict[str, str]:
    """Key of what may be written in a column -> its value. The synonyms of `table.column` win over those of `column`."""
    general = "precision" if column.name.endswith("precision") else column.name
    given = synonyms(general) | synonyms(f"{column.table}.{column.name}")
    known = {raw: value for raw, value in given.items() if value in column.values} | {value: value for value in column.values}
    return dict(zip(_key(pa.array(list(known), STRING)).to_pylist(), known.values(), strict=True))


def categories(cells: pd.Series, column: tables.Column) -> Read:
    """Values of a declared column, from its own words or the spellings of `reference/synonyms.csv`; others are faults.

    >>> categories(pd.Series(["Régional", "local"]), tables.columns("agreements")["level"])[0].tolist()
    ['regional', 'local']
    """
    met = distinct(cells)
    vocabulary = _vocabulary(column)
    value = pc.coalesce(mapped(_key(met.text), vocabulary), mapped(_key(met.raw), vocabulary))  # "unknown" may be a value
    unread = flags(pc.and_(pc.is_valid(met.text), pc.is_null(value)))
    message = _("expected one of: {values}; a new spelling goes to synonyms.csv").format(values=", ".join(column.values))
    return met.spread(value), met.faults((unread, "M16", message))


_DONE = (
    r"(?:accorde|attribue|octroye|votee?s?$|favorable|accepte|approuve|approved|aprobad|retenu|awarded|granted|funded|successful|selected|"
    r"valide|notifie|conventionne|bewilligt|genehmigt|toegekend|verleend|vastgesteld|concedid|ammess)"
)
_YES = rf"(?:{_DONE}|accord|attribu|octroy|vote|voting|approv|award|grant|fund|valid|finan(?:ce|z)|elig|recevab|subvention|gefordert|engage)"
_NOT = r"(?:non|not|pas|nicht|niet|no) (?:ete |been )?"
_AHEAD = r"\b(?:en cours d(?:e l |e la |e | )|soumise? (?:a|au) |to be |await\pL* |pending |en attente d(?:e l |e la |e | )|avant |under )"
_ASKED = r"\ba (?:accord|approuv|attribu|etudi|examin|financ|instrui|trait|valid|vot)(?:er|re)\b|\bin (?:bearbeitung|behandel)|\bdossier (?:in)?complet"
_OUTCOMES = (  # outcome, and what such a cell says, folded; the first that is met counts
    ("granted", r"^en attente d(?:e la |e l |e |u |)(?:paiement|versement|solde|convention|signature|bilan|justificatif)|\bremandat|"
     r"^(?:paiement|payment|versement|bilan|justificatif|reports?\b|final report|mandat|solde)|\bannul\pL* partiel"),  # what follows a grant
    ("withdrawn", r"\b(?:puis|then) (?:abandon|retir|annul|cancel|withdr)"),
    ("refused", rf"\b{_NOT}{_YES}|^(?:non|no|nein|nee)$"),
    ("granted", rf"^{_DONE}|^(?:oui|yes|ja|si)$"),  # whatever is said after it
    ("undecided", rf"{_AHEAD}(?:{_YES}|traite|analys|instru|exam|etud|review|consid|assess)|{_ASKED}"),
    ("refused", r"\b(?:refus|rejet|reject|irrecev|inelig|defavorab|negati|declin|denied|denegad|unsuccess|turned down|abgelehnt|afgewezen|"
     r"desestimad|exclu|respint|rifiutat)"),
    ("withdrawn", r"\b(?:abandon|retir|desist|renonc|renunci|annul|cancel|withdr|caduc|rescind|revok|zuruckgezogen|ingetrokken|ritirat|rinunci|"
     r"sans suite)"),
    ("granted", rf"\b{_YES}"),
    ("undecided", r"\b(?:instru[ci]|istruttoria|attente|pending|etude|examen|examin|draft|brouillon|ajourn|reporte|bearbeitung|"
     r"beantragt|en tramite|applied|propos|soumis)"),
    ("granted", r"\b(?:signe|verse|paye|paid|termine|clos|complet|activ|actif|en cours|progress|running|ongoing|realis|success|convention)"),
)  # fmt: skip


def outcomes(cells: pd.Series) -> Read:
    """What became of a request: granted, refused, withdrawn or undecided; what is none of these is a fault.

    >>> outcomes(pd.Series(["Accordée", "Avis défavorable", "En cours d'instruction", "Withdrawn", "1901"]))[0].tolist()
    ['granted', 'refused', 'undecided', 'withdrawn', nan]
    """
    column = distinct(cells)
    plain = folded(column.text)
    met = [like(plain, pattern) for _outcome, pattern in _OUTCOMES]
    value = pa.array(np.select(met, [outcome for outcome, _pattern in _OUTCOMES], ""), STRING)
    value = pc.if_else(pc.equal(value, ""), pa.scalar(None, STRING), value)
    unread = flags(pc.and_(pc.is_valid(column.text), pc.is_null(value)))
    return column.spread(value), column.faults(
        (unread, "M16", _("expected what became of a request, such as refused: kept as granted"))
    )


_SEPARATORS = (r"[|;\r\n]|_x000D_", r"\s[/+•]\s", r"[,/+&]|\set\s")
_FREE = (*_SEPARATORS[:2], r",\s")


def sets(cells: pd.Series, column: tables.Column) -> Read:
    """Several values in one cell: sorted, joined by `|`. The values that are read are kept beside those that are faults.

    Cells are cut at `|`, `;` and line breaks. Where a column declares its values, a part that is none of them is cut again
    at ` / ` and ` + `, then at commas and "et". A column of free values is cut at the first of these that it uses.

    >>> sets(pd.Series(["Mécénat ; RSE", "mécénat"]), tables.columns("agreements")["kinds"])[0].tolist()
    ['philanthropy|responsible practice', 'philanthropy']
    """
    met = distinct(cells)
    places = column.name == "regions"
    known = pc.is_valid(met.text)
    parts = pd.Series(met.raw.filter(known).to_pylist(), index=np.flatnonzero(flags(known)), dtype=TEXT)
    if column.values or places:
        separators, read = _SEPARATORS, (lambda part: regions(part)[0] if places else categories(part, column)[0])
    else:
        used = [separator for separator in _FREE if parts.str.contains(separator, regex=True).any()]
        separators, read = used[:1] or _FREE[:1], text
    values = []
    for separator in separators:
        parts = text(parts.str.split(separator, regex=True).explode().astype(TEXT)).dropna()
        value = read(parts)
        values.append(value.dropna())
        parts = parts[value.isna().to_numpy()]
    found = pd.concat(values).rename("value").rename_axis("text").reset_index().drop_duplicates().sort_values(["text", "value"])
    joined = found.groupby("text")["value"].agg("|".join).reindex(range(len(met.raw))).astype(TEXT)
    unread = np.isin(np.arange(len(met.raw)), parts.index)
    listed = ", ".join(column.values)
    message = _("expected some of: {values}; a new spelling goes to synonyms.csv").format(values=listed or _("French regions"))
    return met.spread(pa.array(joined, STRING, from_pandas=True)), met.faults((unread, "M15", message))
