"""Names that stand in several places at one time: one recipient with two addresses, or homonyms."""

from collections.abc import Mapping

import pandas as pd

from analysis import parse
from analysis.declare.shares import FEW, HALF
from analysis.layout.headers.words import says, which_say
from analysis.read import Block, matching

PLACE_COLUMNS = (
    "town",
    "commune_code",
    "postcode",
)  # the columns of a recipient's place, the plainest first
_BEHIND_POSTCODE = r"\b\d{5}\s+(\D+?)(?:\s+(?i:cedex)\b.*)?$"
_IDENTIFIERS = ("siret", "siren", "rna", "recipient_id")


def places_of_rows(block: Block, columns: Mapping[str, tuple[str, ...]]) -> pd.Series | None:
    """The place of each row as it is written, else the town of its address; None where no column
    tells it, or most addresses tell no town.
    """
    for name in PLACE_COLUMNS:
        for header in columns.get(name, ()):
            return parse.text(block.columns[header].series()).reset_index(drop=True)
    for header in filter(lambda header: says("header of addresses", header), block.columns):
        addresses = parse.text(block.columns[header].series()).reset_index(drop=True)
        towns = parse.once_each(towns_of, addresses)
        if towns.count() > HALF * addresses.count():
            return towns
    return None


def towns_of(addresses: pd.Series) -> pd.Series:
    """The town of each address: what stands behind its postcode, else all of it where it names no
    street and no number; missing where nothing tells it.

    >>> towns_of(pd.Series(["13, rue de Paradis 75010 Paris", "Lantenay", "3 rue Basse"])).tolist()
    ['Paris', 'Lantenay', nan]
    """
    names_no_town = which_say("street", addresses) | matching(addresses, r"\d|@")
    behind_postcode = addresses.str.extract(_BEHIND_POSTCODE, expand=False)
    return behind_postcode.fillna(addresses.mask(names_no_town))


def names_in_places(block: Block, columns: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The names that stand in several places in one year, of rows without an identifier; none where
    they are so few that the number of partners hardly changes.
    """
    names, dates = columns.get("recipient", ()), columns.get("date", ())
    if len(names) != 1:
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
    if len(several) > FEW * rows["key"].nunique():
        return list(several["name"])
    return []


def _plain(texts: pd.Series) -> pd.Series:
    plain = parse.once_each(parse.fold, texts)
    return plain.mask(plain.eq(""))


def _years(block: Block, header: str) -> pd.Series:
    texts = block.columns[header].series().reset_index(drop=True)
    days = parse.dates(texts, yearly=True)[0]["date"]
    return days.dt.year.astype("Int64").astype("str").fillna("")
