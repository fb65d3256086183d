"""Names that stand in several places at one time: one recipient with two addresses, or homonyms."""

from collections.abc import Mapping

import pandas as pd

from analysis import parse
from analysis.layout.headers.cell_evidence import LOOKED_AT
from analysis.read import Block

PLACE_COLUMNS = (
    "town",
    "commune_code",
    "postcode",
)  # the columns of a recipient's place, the plainest first
MANY = 0.05  # share of the names from which the number of partners is false without an answer
_IDENTIFIERS = ("siret", "siren", "rna", "recipient_id")


def places_of_rows(block: Block, columns: Mapping[str, tuple[str, ...]]) -> pd.Series | None:
    """The place of each row as it is written; None where no column tells it."""
    for name in PLACE_COLUMNS:
        for header in columns.get(name, ()):
            return parse.text(block.columns[header].series()).reset_index(drop=True)
    return None


def names_in_places(block: Block, columns: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The names that stand in several places in one year, of rows without an identifier; none where
    they are so few that the number of partners hardly changes.
    """
    names, dates = columns.get("recipient", ()), columns.get("date", ())
    if len(names) != 1 or len(block.lines) > LOOKED_AT:
        return []
    places = places_of_rows(block, columns)
    if places is None:
        return []
    name = block.columns[names[0]].series().reset_index(drop=True)
    rows = pd.DataFrame({"name": name, "key": _plain(name)})
    rows["place"] = _plain(places)
    rows["year"] = _years(block, dates[0]) if dates else ""
    for header in [header for name in _IDENTIFIERS for header in columns.get(name, ())]:
        rows = rows[block.columns[header].codes[rows.index] < 0]
    rows = rows.dropna(subset=["key", "place"]).drop_duplicates(["key", "place", "year"])
    several = rows[rows.duplicated(["key", "year"], keep=False)].drop_duplicates("key")
    return list(several["name"]) if len(several) > MANY * rows["key"].nunique() else []


def _plain(texts: pd.Series) -> pd.Series:
    plain = parse.once_each(parse.fold, texts)
    return plain.mask(plain.eq(""))


def _years(block: Block, header: str) -> pd.Series:
    texts = block.columns[header].series().reset_index(drop=True)
    days = parse.dates(texts, yearly=True)[0]["date"]
    return days.dt.year.astype("Int64").astype("str").fillna("")
