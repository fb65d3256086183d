"""Each entity of the programme under one name, however its rows write it; names that may be short for
others are asked about.
"""

import re
from collections.abc import Iterable

import pandas as pd

from analysis import layout, parse
from analysis.clean.partners.codes_of_several_partners import codes_in_one_cell
from analysis.clean.records.rows import Tables, column
from analysis.linkage import partner_matching
from analysis.read import folded

_SAID = "~is_entity_said"  # rows of whose entity study.toml says which it is
_SHORT = 4  # letters of a word that may be short for one at least twice as long, without a dot
_MANY = 200  # names beyond which none are compared: so many are no entities of a group
_LINKS = {"de", "du", "des", "d", "la", "le", "les", "l", "et", "of", "the", "and", "und", "y", "e"}


def with_one_name_per_entity(by_table: Tables) -> Tables:
    """The tables, those with entities bearing the name that most rows write: another case, accent or
    mark opens no new entity.

    >>> rows = pd.DataFrame({"entity": ["Siège", "siege", "Siège", "DIRECTION EST"]})
    >>> with_one_name_per_entity({"agreements": rows})["agreements"]["entity"].tolist()
    ['Siège', 'Siège', 'Siège', 'DIRECTION EST']
    """
    with_entity = {table: rows for table, rows in by_table.items() if "entity" in rows}
    if not with_entity:
        return by_table
    written = pd.concat([rows["entity"] for rows in with_entity.values()], ignore_index=True)
    counts = written.value_counts().rename_axis("name").rename("times").reset_index()
    counts["folded"] = partner_matching.normalised(counts["name"])
    counts["is_in_capitals"] = counts["name"].str.isupper()
    order = ["folded", "times", "is_in_capitals", "name"]
    counts = counts.sort_values(order, ascending=[True, False, True, True]).dropna()
    usual_names = counts.drop_duplicates("folded").set_index("folded")["name"]
    named = {
        table: rows.assign(entity=_usual(rows["entity"], usual_names))
        for table, rows in with_entity.items()
    }
    return by_table | named


def _usual(entities: pd.Series, usual_names: pd.Series) -> pd.Series:
    folded = parse.once_each(partner_matching.normalised, entities)
    return folded.map(usual_names).astype("str").fillna(entities)


def entities_as_said(entities: pd.Series, said: dict[str, str]) -> dict[str, pd.Series]:
    """The column of entities, those of which study.toml says it under another name, and of which it
    says something.

    >>> names = pd.Series(["Dir. Est", "Siège"])
    >>> entities_as_said(names, {"dir. est": "Direction Est"})["entity"].tolist()
    ['Direction Est', 'Siège']
    """
    names = {folded(short): name for short, name in said.items()}
    named = parse.once_each(lambda texts: texts.map(folded, na_action="ignore"), entities)
    said_names = named.map(names).astype("str")
    return {"entity": said_names.fillna(entities), _SAID: said_names.notna()}


def spellings_to_ask(agreements: pd.DataFrame) -> pd.DataFrame:
    """Entities that may be short for others, or several in one cell, of which study.toml says
    nothing, as one question: columns source, short, full; else no row.
    """
    is_said = column(agreements, _SAID, "boolean").fillna(False).astype(bool)
    entity = agreements["entity"].dropna()
    full_names = first_of_several(entity.unique()) | short_for(entity.unique())
    is_asked = entity.isin(full_names) & ~is_said[entity.index]
    rows = agreements.loc[is_asked[is_asked].index].drop_duplicates(["source", "entity"])
    return pd.DataFrame(
        {
            "source": rows["source"].astype("str"),
            "short": rows["entity"],
            "full": rows["entity"].map(full_names),
        }
    )


def short_for(names: Iterable[str]) -> dict[str, str]:
    """Each name that may be short for another, and that other.

    >>> short_for(["Dir. Ouest", "Direction Ouest", "Siège", "Siège social", "Nord", "Nord-Est", "DO"])
    {'DO': 'Direction Ouest', 'Dir. Ouest': 'Direction Ouest', 'Siège social': 'Siège'}
    """
    in_order = sorted(names)
    full_names = {}
    for name in in_order if len(in_order) <= _MANY else ():
        others = [other for other in in_order if _is_short_for(name, other)]
        others += [other for other in in_order if _is_head_office_of(other, name)]
        if others:
            full_names[name] = max(others, key=len)
    return full_names


def first_of_several(names: Iterable[str]) -> dict[str, str]:
    """Each name that is made of several others, as that of an agreement which two entities pay, and
    the first of them.

    >>> first_of_several(["Nord / Sud", "Nord", "Sud", "Colis et Courrier", "Courrier"])
    {'Nord / Sud': 'Nord'}
    """
    listed = set(names)
    if len(listed) > _MANY:
        return {}
    parts = {name: codes_in_one_cell(name, listed - {name}) for name in sorted(listed)}
    return {name: several[0] for name, several in parts.items() if len(several) > 1}


def _is_short_for(short: str, full: str) -> bool:
    """Whether a name has the first letters of each word of another, or its initials alone."""
    parts = re.findall(r"[^\W_]+\.?", short)
    words = [word for word in _words(full) if word not in _LINKS]
    if len(parts) == 1 and len(words) > 1:
        return folded(short) == "".join(word[0] for word in words)
    parts = [part for part in parts if folded(part) not in _LINKS]
    are_as_many = len(parts) == len(words) and bool(parts)
    return are_as_many and all(map(_may_stand_for, parts, words)) and _words(short) != _words(full)


def _may_stand_for(part: str, word: str) -> bool:
    letters = folded(part)
    is_shortened = part.endswith(".") or (len(letters) <= _SHORT and 2 * len(letters) < len(word))
    return letters == word or (is_shortened and word.startswith(letters))


def _is_head_office_of(short: str, full: str) -> bool:
    """Whether a name is another and a word that says no more of a head office ("Siège social")."""
    further = _words(full)[len(_words(short)) :]
    is_beginning = _words(full)[: len(_words(short))] == _words(short)
    return is_beginning and len(further) == 1 and layout.says("social seat", further[0])


def _words(name: str) -> list[str]:
    return [folded(word) for word in re.findall(r"[^\W_]+", name)]
