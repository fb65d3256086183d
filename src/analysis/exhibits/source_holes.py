"""The holes of sources as the notes of figures over time name them (METHOD 9.7)."""

import pandas as pd

from analysis.text.facts import Label, Listed

_KINDS = {"no rows": "empty_years", "few rows": "thin_years", "not over": "unfinished_years"}
_NAMED = 3  # sources named one by one; more are counted


def known_holes(study) -> pd.DataFrame:
    """The holes of the sources in scope, as known on the day."""
    holes = study.raw("holes")
    if holes.empty:
        return pd.DataFrame(columns=["entity", "year", "first", "last", "kind"])
    entities = study.relations["entity"].astype("str").unique()
    has_begun = holes["first"] <= study.day + pd.Timedelta(days=1)
    return holes[holes["entity"].isin(entities) & has_begun]


def hole_facts(study) -> dict[str, Listed]:
    """What the phrase `holes_note` tells: years and sources by kind."""
    holes = known_holes(study)
    return {
        name: Listed([Label(words) for words in named_years(holes[holes["kind"] == kind])])
        for kind, name in _KINDS.items()
    }


def named_years(holes: pd.DataFrame) -> list[str]:
    """Each year with the sources that have a hole in it, by name or how many they are.

    >>> named_years(pd.DataFrame({"entity": ["A", "B", "A"], "year": [2011, 2011, 2013]}))
    ['2011 (A, B)', '2013 (A)']
    """
    words = []
    for year, entities in holes.groupby("year", sort=True)["entity"]:
        few = len(entities) <= _NAMED
        sources = ", ".join(sorted(entities)) if few else f"{len(entities)} sources"
        words.append(f"{year} ({sources})")
    return words
