"""What people should look at after cleaning: pairs that may be one partner, years in which identity breaks, gaps in columns."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis import parse
from analysis.clean.arrow_tables import Tables
from analysis.linkage import partner_matching

BREAK = 0.67  # a year whose renewal by name falls below this share of that of the years around it is an identity break
ENOUGH = 30  # relations without whom a year's renewal is chance
MANY_FUNDERS = 2_000  # names of funders beyond which none are compared
MANY = 20_000  # spellings beyond which likely pairs are not sought: minutes for a list that nobody reads


def candidates(built: Tables, aliases: pd.DataFrame | None) -> pd.DataFrame | None:
    """Pairs of partners that may be one (see `match.candidates`); None where there are too many spellings to compare.

    Partners that all bear different SIREN or RNA numbers are known to differ.
    """
    if built.arrow("partners").num_rows > MANY:
        return None
    partners = built["partners"]
    identifier = partners["siren"].fillna(partners["rna"])
    if identifier.notna().all():
        return partner_matching.candidates(partners.iloc[:0])
    known = built["identities"][["partner_id", "name_key", "entity", "start"]]
    spelled = known.dropna(subset=["partner_id", "name_key", "start"]).groupby(
        ["partner_id", "name_key"]
    )
    if spelled.ngroups > MANY:
        return None
    years = (
        spelled.size()
        .index.to_frame(index=False)
        .assign(years=_joined_years(spelled.ngroup(), known["start"]))
    )
    amount = built["agreements"].groupby("partner_id")["planned_amount_eur"].median()
    told = pd.DataFrame(
        {"identifier": identifier, "department": partners["department"], "usual": partners["name"]}
    )
    told = years.join(told.set_index(pd.Index(partners["partner_id"])), on="partner_id")
    told["funder"] = told["partner_id"].map(
        partner_matching.alone(known["partner_id"], known["entity"])
    )
    told["name"] = told["usual"].where(
        partner_matching.normalised(told["usual"]) == told["name_key"], told["name_key"]
    )
    return partner_matching.candidates(told.assign(amount=told["partner_id"].map(amount)), aliases)


def _joined_years(group: pd.Series, day: pd.Series) -> pd.Series:
    """The years of the days of each group, in order: "2008|2010"."""
    year = day.loc[group.index].dt.year.to_numpy()
    span = np.arange(year.min(initial=9999), year.max(initial=0) + 1)
    seen = np.zeros((group.nunique(), len(span)), dtype=bool)
    seen[group, year - year.min(initial=9999)] = True
    texts = pa.array(span).cast(pa.string()).take(pa.array(np.nonzero(seen)[1]))
    lists = pa.ListArray.from_arrays(np.append(0, np.cumsum(seen.sum(axis=1))), texts)
    return pd.Series(pc.binary_join(lists, "|"), dtype="str")


def funders_alike(entities: pd.Series) -> list[tuple[str, str]]:
    """Pairs of funders whose names differ by a letter or so, which no identifier tells apart or joins."""
    from rapidfuzz import fuzz, process

    names = sorted(entities)
    if len(names) > MANY_FUNDERS:
        return []
    folded = parse.fold(pd.Series(names, dtype="str")).tolist()
    likeness = process.cdist(folded, folded, scorer=fuzz.ratio, score_cutoff=95)
    return [
        (names[left], names[right])
        for left, right in zip(*np.nonzero(likeness), strict=True)
        if left < right
    ]


def completeness(built: Tables) -> pd.DataFrame:
    """For each column of each clean table, how many rows know it."""
    known = [
        (name, column, len(table), len(table) - values.null_count)
        for name, table in ((name, built.arrow(name)) for name in built)
        for column, values in zip(table.column_names, table.columns, strict=True)
    ]
    return pd.DataFrame(known, columns=["table", "column", "rows", "known"])


def breaks(
    entity: np.ndarray, year: np.ndarray, identifier: pd.Series, name: pd.Series, which: np.ndarray
) -> pd.DataFrame:
    """The share of one year's relations that the next year finds again, by identifier and by name; years of sudden loss flagged.

    Among funders that are seen in both years; `year` is the later, `relations` how many the earlier had by name. Where names
    lose many at once and identifiers do not (or are absent), the publisher changed how it writes names: the "ends" and
    "starts" of that year are none. `which` says, for each row, whose `identifier` and `name` are meant.
    """
    first, last = (int(year.min()), int(year.max())) if len(year) else (0, 0)
    span = last - first + 2
    frame = pd.DataFrame({"year": np.unique(year)[1:]}).astype("int64")
    place = frame["year"].to_numpy() - first - 1
    seen = np.zeros((entity.max(initial=-1) + 1, span), dtype=bool)
    seen[entity, year - first] = True
    for column, keys in (("by_identifier", identifier), ("by_name", name)):
        codes, met = pd.factorize(keys)
        key = codes.astype(np.int32)[which]
        held = entity.astype(np.int64)  # funder, partner and year in one number
        for times, plus in ((len(met), key), (span, year)):
            held *= times
            held += plus
        held = np.sort(held[key >= 0] - first)
        held = held[np.append(True, np.diff(held) != 0)[: len(held)]]
        funder, at = held // (span * max(len(met), 1)), held % span
        asked = seen[funder, np.minimum(at + 1, span - 1)]
        again = np.append(np.diff(held) == 1, False)[: len(held)]
        base, kept = (
            np.bincount(at[some], minlength=span)[place] for some in (asked, asked & again)
        )
        frame[column] = (
            pd.Series(np.divide(kept, base, out=np.full(len(base), np.nan), where=base > 0))
            .astype("Float64")
            .mask(base == 0)
        )
        frame["relations"] = pd.Series(base).astype("Int64").mask(base == 0)
    lost, kept = (
        frame[name] < BREAK * _around(frame[name]) for name in ("by_name", "by_identifier")
    )
    frame["flag"] = (
        (lost & ~kept.fillna(False) & (frame["relations"] >= ENOUGH))
        .fillna(False)
        .astype("boolean")
    )
    return frame[["year", "relations", "by_identifier", "by_name", "flag"]]


def _around(shares: pd.Series) -> pd.Series:
    """The median of the two years before and the two after."""
    return (
        pd.concat([shares.shift(step) for step in (-2, -1, 1, 2)], axis=1)
        .astype("float64")
        .median(axis=1)
    )
