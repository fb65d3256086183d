"""What people should look at after cleaning: pairs that may be one partner, years in which identity breaks, gaps in columns."""

import numpy as np
import pandas as pd

from analysis import cells, match
from analysis.clean.rows import mixed

BREAK = 0.67  # a year whose renewal by name falls below this share of that of the years around it is an identity break
ENOUGH = 30  # relations without whom a year's renewal is chance
MANY_FUNDERS = 2_000  # names of funders beyond which none are compared
MANY = 20_000  # spellings beyond which likely pairs are not sought: minutes for a list that nobody reads


def candidates(built: dict[str, pd.DataFrame], aliases: pd.DataFrame | None) -> pd.DataFrame | None:
    """Pairs of partners that may be one (see `match.candidates`); None where there are too many spellings to compare.

    Partners that all bear different SIREN or RNA numbers are known to differ.
    """
    partners, known = built["partners"], built["identities"]
    if len(partners) > MANY:
        return None
    spelled = known[["partner_id", "name_key"]].assign(year=known["start"].dt.year.astype("str")).dropna().drop_duplicates()
    identifier = partners["siren"].fillna(partners["rna"])
    if identifier.notna().all():
        spelled = spelled.iloc[:0]
    if len(spelled[["partner_id", "name_key"]].drop_duplicates()) > MANY:
        return None
    years = spelled.sort_values("year").groupby(["partner_id", "name_key"])["year"].agg("|".join).rename("years").reset_index()
    amount = built["agreements"].groupby("partner_id")["planned_amount_eur"].median()
    told = pd.DataFrame({"identifier": identifier, "department": partners["department"], "usual": partners["name"]})
    told = years.join(told.set_index(pd.Index(partners["partner_id"])), on="partner_id")
    told["name"] = told["usual"].where(match.normalised(told["usual"]) == told["name_key"], told["name_key"])
    return match.candidates(told.assign(amount=told["partner_id"].map(amount)), aliases)


def funders_alike(built: dict[str, pd.DataFrame]) -> list[tuple[str, str]]:
    """Pairs of funders whose names differ by a letter or so, which no identifier tells apart or joins."""
    from rapidfuzz import fuzz, process

    names = sorted(built["agreements"]["entity"].dropna().unique())
    if len(names) > MANY_FUNDERS:
        return []
    folded = cells.fold(pd.Series(names, dtype="str")).tolist()
    likeness = process.cdist(folded, folded, scorer=fuzz.ratio, score_cutoff=95)
    return [(names[left], names[right]) for left, right in zip(*np.nonzero(likeness), strict=True) if left < right]


def completeness(built: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """For each column of each clean table, how many rows know it."""
    known = [
        pd.DataFrame({"table": name, "column": table.columns, "rows": len(table), "known": table.notna().sum().to_numpy()})
        for name, table in built.items()
    ]
    return pd.concat(known, ignore_index=True) if known else pd.DataFrame({"table": [], "column": [], "rows": [], "known": []})


def breaks(entity: np.ndarray, year: np.ndarray, identifier: pd.Series, name: pd.Series, which: np.ndarray) -> pd.DataFrame:
    """The share of one year's relations that the next year finds again, by identifier and by name; years of sudden loss flagged.

    Among funders that are seen in both years; `year` is the later, `relations` how many the earlier had by name. Where names
    lose many at once and identifiers do not (or are absent), the publisher changed how it writes names: the "ends" and
    "starts" of that year are none. `which` says, for each row, whose `identifier` and `name` are meant.
    """
    years = np.unique(year)
    frame = pd.DataFrame({"year": years[1:]}).astype("int64")
    span = int(years[-1] - years[0]) + 2 if len(years) else 1
    seen = np.zeros((entity.max(initial=-1) + 1, span), dtype=bool)
    seen[entity, year - years[:1]] = True
    for column, keys in (("by_identifier", identifier), ("by_name", name)):
        key = pd.factorize(keys)[0][which]
        known = np.flatnonzero(key >= 0)
        pair, _ = pd.factorize(mixed([entity[known], key[known]]))
        met = np.zeros((pair.max(initial=-1) + 1, span), dtype=bool)
        met[pair, year[known] - years[:1]] = True
        funder = np.zeros(len(met), dtype=int)
        funder[pair] = entity[known]
        asked = met[:, :-1] & seen[funder, 1:]
        again, base = (asked & met[:, 1:]).sum(axis=0), asked.sum(axis=0)
        place = (frame["year"] - years[:1].sum() - 1).to_numpy()
        share = np.divide(again, base, out=np.full(span - 1, np.nan), where=base > 0)
        frame[column] = pd.Series(share[place]).astype("Float64").mask(base[place] == 0)
        frame["relations"] = pd.Series(base[place]).astype("Int64").mask(base[place] == 0)
    lost, kept = (frame[name] < BREAK * _around(frame[name]) for name in ("by_name", "by_identifier"))
    frame["flag"] = (lost & ~kept.fillna(False) & (frame["relations"] >= ENOUGH)).fillna(False).astype("boolean")
    return frame[["year", "relations", "by_identifier", "by_name", "flag"]]


def _around(shares: pd.Series) -> pd.Series:
    """The median of the two years before and the two after."""
    return pd.concat([shares.shift(step) for step in (-2, -1, 1, 2)], axis=1).astype("float64").median(axis=1)
