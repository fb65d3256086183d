"""What people should look at after cleaning: pairs that may be one partner, years in which identity
breaks, gaps in columns.
"""

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.days.holes import source_holes, windows_of
from analysis.clean.ledger import remark
from analysis.clean.partners.homonyms import NAMESAKES
from analysis.clean.partners.partners_of_other_tables import (
    names_not_listed,
    unknown_partners,
    with_pairs_by_words,
    with_unknown_partners,
)
from analysis.layout import StudyDescription
from analysis.linkage import partner_matching
from analysis.text.messages import say

BREAK = 0.67  # a year whose renewal by name falls below this share of that of the years around it is an identity break
ENOUGH = 30  # relations without whom a year's renewal is chance
MANY_FUNDERS = 2_000  # names of funders beyond which none are compared
_MANY = 20_000  # spellings beyond which likely pairs are not sought: minutes for a list that nobody reads
_BREAK_TYPES = {  # the columns of years of sudden loss
    "year": "int64",
    "relations": "Int64",
    "by_identifier": "Float64",
    "by_name": "Float64",
    "flag": "boolean",
}
_PAIRS_SHOWN = 2  # of those that may be one partner
_ALIKE = 95  # likeness of two names of funders, of 100, from which they are asked about


def _likely_pairs(
    tables: dict[str, pd.DataFrame], aliases: pd.DataFrame | None
) -> pd.DataFrame | None:
    """Pairs of partners that may be one; None where too many spellings would be compared."""
    partners = tables["partners"]
    identifier = partners["siren"].fillna(partners["rna"])
    if identifier.notna().all():
        return partner_matching.candidates(partners.iloc[:0])
    identities = tables["identities"][["partner_id", "name_key", "entity", "start"]]
    named = identities.dropna(subset=["partner_id", "name_key", "start"])
    named = named.assign(year=named["start"].dt.year.astype("str"))
    without_years = partners.loc[~partners["partner_id"].isin(named["partner_id"].unique())]
    named_only = pd.DataFrame({"partner_id": without_years["partner_id"], "year": ""})
    named_only["name_key"] = partner_matching.normalised(without_years["name"])
    named = pd.concat([named, named_only.dropna()])
    years = named[["partner_id", "name_key", "year"]].drop_duplicates().sort_values("year")
    spellings = years.groupby(["partner_id", "name_key"])["year"].agg("|".join).rename("years")
    if len(spellings) > _MANY:
        return None
    by_partner = pd.DataFrame(
        {
            "identifier": identifier.array,
            "department": partners["department"].array,
            "usual": partners["name"].array,
        },
        index=partners["partner_id"],
    )
    by_partner["amount"] = tables["agreements"].groupby("partner_id")["planned_amount_eur"].median()
    rows = spellings.reset_index().join(by_partner, on="partner_id")
    sole_funder = partner_matching.alone(identities["partner_id"], identities["entity"])
    rows["funder"] = rows["partner_id"].map(sole_funder)
    is_usual = partner_matching.normalised(rows["usual"]) == rows["name_key"]
    rows["name"] = rows["usual"].where(is_usual, rows["name_key"])
    return partner_matching.candidates(rows, aliases)


def remarks(
    tables: dict[str, pd.DataFrame],
    aliases: pd.DataFrame | None,
    is_grants: bool,
    notes: dict[str, pd.DataFrame],
) -> list[pd.DataFrame]:
    """Pairs of partners that may be one, to the notes; remarks on funders that may be one."""
    cells = []
    strangers = names_not_listed(notes)
    notes.pop("not_listed", None)
    if {"partners", "agreements"} <= set(tables):
        partners = tables["partners"]
        if is_grants:
            partners = with_unknown_partners(tables)
            strangers = unknown_partners(tables)
        likely = _likely_pairs(tables | {"partners": partners}, aliases)
        if likely is not None:
            likely = with_pairs_by_words(likely, strangers, partners, aliases)
        asked = notes.pop(NAMESAKES, pd.DataFrame())
        if likely is not None and len(likely) and len(asked):  # of each cell, not of the name
            is_asked = likely[["left", "right"]].isin([*asked["value"]]).any(axis=1)
            likely = likely[~is_asked].reset_index(drop=True)
        notes["candidates"] = pd.DataFrame() if likely is None else likely
        if likely is None:
            cells.append(remark("candidates", say("clean.too_many_spellings", n=_MANY)))
    if is_grants and "agreements" in tables:
        pairs = funders_alike(notes["windows"]["entity"])
        for left, right in pairs:
            cells.append(remark("funder", say("clean.funders_alike", left=left, right=right)))
    return cells


def remarks_on_pairs(notes: dict[str, pd.DataFrame]) -> list[str]:
    """How many pairs of partners may be one and are counted as two, and the likeliest."""
    pairs = notes.get("candidates", pd.DataFrame())
    if pairs.empty:
        return []
    likeliest = pairs.iloc[:_PAIRS_SHOWN]
    names = [
        say("clean.pair", left=left, right=right)
        for left, right in zip(likeliest["left_name"], likeliest["right_name"], strict=True)
    ]
    more = max(0, len(pairs) - len(names))
    return [say("clean.pairs_undecided", pairs=len(pairs), names=", ".join(names), more=more)]


def funders_alike(entities: pd.Series) -> list[tuple[str, str]]:
    """Pairs of funders whose names differ by a letter or so."""
    from rapidfuzz import fuzz, process

    names = sorted(entities)
    if len(names) > MANY_FUNDERS:
        return []
    folded = parse.fold(pd.Series(names, dtype="str")).tolist()
    likeness = process.cdist(folded, folded, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    pairs = zip(*np.nonzero(likeness), strict=True)
    return [(names[i], names[j]) for i, j in pairs if i < j]


def completeness(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """For each column of each clean table, how many rows know it."""
    counts = [
        (name, column, len(table), int(known))
        for name, table in tables.items()
        for column, known in table.count().items()
    ]
    return pd.DataFrame(counts, columns=["table", "column", "rows", "known"])


def what_is_seen(
    dated: pd.DataFrame,
    study: StudyDescription,
    observed_to: object,
    year: pd.Series,
    identifier: pd.Series,
    name: pd.Series,
) -> dict[str, pd.DataFrame]:
    """What a source sees of each entity: its `windows`, its `holes`, years in which identity
    `breaks`.

    `dated` has the entity of each row, its first day (`date`) and its `last` day, the day on which
    it starts and the one on which that was known.
    """
    windows = windows_of(dated, study.observed_from, observed_to)
    return {
        "windows": windows,
        "holes": source_holes(dated, windows, study.numbers),
        "breaks": breaks(dated["entity"], year, identifier, name),
    }


def breaks(
    entity: pd.Series, year: pd.Series, identifier: pd.Series, name: pd.Series
) -> pd.DataFrame:
    """The share of one year's relations that the next year finds again, by identifier and by name;
    years of sudden loss flagged.

    Among funders that are seen in both years; `year` is the later, `relations` how many the earlier
    had by name. Where names lose many at once and identifiers do not (or are absent), the publisher
    changed how it writes names: the "ends" and "starts" of that year are none.
    """
    later_years = np.sort(year.unique())[1:]
    table = pd.DataFrame({"year": later_years}).astype("int64")
    if table.empty:
        return table.reindex(columns=list(_BREAK_TYPES)).astype(_BREAK_TYPES)
    for column, keys in (("by_identifier", identifier), ("by_name", name)):
        share, relations = _found_again(entity, year, keys)
        table[column] = table["year"].map(share).astype("Float64")
        table["relations"] = table["year"].map(relations).astype("Int64")
    by_name_lost, by_identifier_lost = (
        table[name] < BREAK * _around(table[name]) for name in ("by_name", "by_identifier")
    )
    enough = table["relations"] >= ENOUGH
    table["flag"] = (
        (by_name_lost & ~by_identifier_lost.fillna(False) & enough).fillna(False).astype("boolean")
    )
    return table[list(_BREAK_TYPES)]


def _found_again(
    entity: pd.Series, year: pd.Series, keys: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """By year, the share of the relations of the year before found again, and their number."""
    codes = pd.DataFrame(
        {"entity": pd.factorize(entity)[0], "key": pd.factorize(keys)[0], "year": year.to_numpy()}
    )
    years_present = codes[["entity", "year"]].drop_duplicates()
    relations = codes[codes["key"] >= 0].drop_duplicates().sort_values(["entity", "key", "year"])
    following = relations.shift(-1)
    same = (following["entity"] == relations["entity"]) & (following["key"] == relations["key"])
    relations["again"] = same & (following["year"] == relations["year"] + 1)
    relations["year"] += 1
    relation_years = relations.merge(years_present, on=["entity", "year"])
    by_year = relation_years.groupby("year")["again"]
    return by_year.mean(), by_year.size()


def _around(shares: pd.Series) -> pd.Series:
    """The median of the two years before and the two after."""
    near = pd.concat([shares.shift(step) for step in (-2, -1, 1, 2)], axis=1)
    return near.astype("float64").median(axis=1)
