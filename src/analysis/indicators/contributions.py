"""What partners and the group exchange, and how far the relation has come: contributions, forms and
scope of agreements.

Contributions are read in their own units and are never summed across units, directions, or
committed and paid.
"""

import numpy as np
import pandas as pd

from analysis.declare.conventions import DEFAULTS
from analysis.relations import year_over

UNIT_OF_MONEY = "money"  # the unit of amounts, in the currency of the study
STAGES = ("philanthropy", "responsible practice", "economic cooperation", "societal innovation")
_BY = ["direction", "kind", "unit", "stage", "year"]
_LEVELS = ("local", "regional", "national")


def contributed(contributions: pd.DataFrame) -> pd.DataFrame:
    """What each side brought by year, in own units: index direction, kind, unit, stage, year; a
    missing part is a level too.

    quantity: sum of the known quantities (of a row of money, its value where no quantity is given),
    missing where none is known; unit: "money" of amounts in the currency of the study; rows; unknown: rows without a quantity, so that a sum that
    lacks something says so; where a column `partner` says whose each row is, also partners (how
    many), largest and two_largest (the share of the quantity that the first one brings, and that
    the first two bring). Purchases are a kind of their own, apart from gifts.

    >>> rows = pd.DataFrame({"direction": "to partner", "kind": "skills", "unit": ["day", "day", "hour"], "stage": "paid",
    ...     "year": 2017, "quantity": [3.0, None, 7.0], "value_eur": [900.0, 400.0, None]})
    >>> contributed(rows).reset_index()[["unit", "quantity", "rows", "unknown"]].values.tolist()
    [['day', 3.0, 2, 1], ['hour', 7.0, 1, 0]]
    >>> hours = rows.assign(unit="hour", quantity=[6.0, 3.0, 1.0], partner=["Alpha", "Bravo", "Delta"])
    >>> contributed(hours)[["partners", "largest", "two_largest"]].round(3).values.tolist()
    [[3, 0.6, 0.9]]
    """
    rows = _in_own_units(contributions)
    groups = rows.groupby(_BY, dropna=False)["quantity"]
    known_counts = groups.count()
    built = {
        "quantity": groups.sum(min_count=1),
        "rows": groups.size(),
        "unknown": groups.size() - known_counts,
    }
    if "partner" in rows:
        amounts = of_partners(contributions)
        downward = amounts.sort_values(ascending=False, kind="stable")
        groups = amounts.groupby(level=_BY, dropna=False)
        two_largest = downward.groupby(level=_BY, dropna=False).head(2)
        two_largest = two_largest.groupby(level=_BY, dropna=False).sum()
        built |= {
            "partners": groups.size(),
            "largest": (groups.max() / groups.sum()).astype("float64"),
            "two_largest": (two_largest / groups.sum()).astype("float64"),
        }
    return pd.DataFrame(built).sort_index()


def by_programme_of_lines(money: pd.DataFrame, programmes: pd.DataFrame) -> pd.DataFrame:
    """The rows of `money` (agreement_id, programme, amount and others), those of an agreement whose
    lines name several programmes shared out as its lines are: one row for each programme.

    `programmes`: agreement_id, programme (missing where a line names none) and amount of the lines
    of such agreements (`clean`); what comes to zero or less in all is not shared out.

    >>> money = pd.DataFrame({"agreement_id": ["A1", "A2"], "programme": "art", "amount": [8.0, 5.0]})
    >>> lines = pd.DataFrame({"agreement_id": "A1", "programme": ["art", "sport"], "amount": [1.0, 3.0]})
    >>> by_programme_of_lines(money, lines)[["programme", "amount"]].values.tolist()
    [['art', 5.0], ['art', 2.0], ['sport', 6.0]]
    """
    if programmes.empty:
        return money
    whole = programmes.groupby("agreement_id")["amount"].transform("sum")
    parts = programmes.assign(part=programmes["amount"] / whole)[whole > 0]
    parts = parts.drop(columns="amount")
    is_apart = money["agreement_id"].isin(parts["agreement_id"])
    of_lines = money[is_apart].drop(columns="programme").merge(parts, on="agreement_id")
    of_lines["amount"] = of_lines["amount"] * of_lines["part"]
    return pd.concat([money[~is_apart], of_lines[money.columns]], ignore_index=True)


def of_partners(contributions: pd.DataFrame) -> pd.Series:
    """What each partner brought, or received, of the rows of `contributed`: the index of these,
    then the `partner`.
    """
    rows = _in_own_units(contributions)
    return rows.groupby([*_BY, "partner"], dropna=False)["quantity"].sum()


def _in_own_units(contributions: pd.DataFrame) -> pd.DataFrame:
    money = (contributions["unit"] == "EUR") | (
        (contributions["kind"] == "cash") & contributions["unit"].isna()
    )
    amounts = contributions["value_eur"].astype("Float64").where(money)
    quantity = contributions["quantity"].astype("Float64").fillna(amounts)
    return contributions.assign(
        unit=contributions["unit"].mask(money, UNIT_OF_MONEY), quantity=quantity
    )


def kinds_within(
    contributions: pd.DataFrame,
    relation: pd.Series,
    day: pd.Timestamp,
    months: int = DEFAULTS["contributions_months"],
    single_kind: float = DEFAULTS["single_kind"],
) -> pd.Series:
    """Number of different kinds of contribution, in either direction, of each relation in the
    months up to the day.

    A contribution without a date counts at the end of its year. Relations without any in these
    months are left out: nothing recorded is not zero. So are all of them where more of the table
    than `single_kind` is of one kind: such a source (a list of grants) cannot tell.

    >>> rows = pd.DataFrame({"date": pd.to_datetime(["2017-05-01", "2018-01-31", "2012-01-01"]), "year": [2017, 2018, 2012],
    ...     "kind": ["cash", "skills", "premises"]})
    >>> kinds_within(rows, pd.Series(["R1", "R1", "R2"]), pd.Timestamp("2018-06-27")).to_dict()
    {'R1': 2.0}
    """
    share_by_kind = contributions["kind"].value_counts(normalize=True)
    if share_by_kind.empty or share_by_kind.iloc[0] > single_kind:
        return pd.Series(dtype=float, name="kinds")
    at = contributions["date"].fillna(year_over(contributions["year"]))
    inside = ((at <= day) & (at > day - pd.DateOffset(months=months)) & relation.notna()).to_numpy()
    return distinct_labels(contributions["kind"][inside], relation[inside]).rename("kinds")


def distinct_labels(sets: pd.Series, group: pd.Series) -> pd.Series:
    """Number of different members of the sets ("a|b") of each group; groups with a missing set are
    left out.

    >>> distinct_labels(pd.Series(["a|b", "b", None, "a"]), pd.Series(["R1", "R1", "R2", "R2"])).to_dict()
    {'R1': 2.0}
    """
    code, unique = pd.factorize(sets)
    group_number, groups = pd.factorize(group)
    spoilt = np.bincount(group_number[code < 0], minlength=len(groups)) > 0
    indicator_columns = (
        pd.Series([*unique, ""], dtype="str").str.get_dummies("|").to_numpy(dtype=float)
    )
    count = np.zeros(len(groups))
    for member in indicator_columns.T:
        count += np.bincount(group_number, member[code], len(groups)) > 0
    return pd.Series(count, index=groups)[~spoilt].sort_index()


def stage(kinds: pd.Series) -> pd.Series:
    """The furthest form of partnership in each set, as an ordered category [conv].

    >>> stage(pd.Series(["philanthropy|economic cooperation", None])).tolist()
    ['economic cooperation', nan]
    """
    code, unique = pd.factorize(kinds)
    order = {name: rank for rank, name in enumerate(STAGES)}
    furthest = [
        max((order[kind] for kind in stage_number.split("|") if kind in order), default=-1)
        for stage_number in unique
    ]
    furthest_of_row = np.array([*furthest, -1])[code]
    stages = pd.Categorical.from_codes(furthest_of_row, STAGES, ordered=True)
    return pd.Series(stages, index=kinds.index)


def transitions(agreements: pd.DataFrame, relation: pd.Series) -> pd.DataFrame:
    """How many relations with two agreements or more stood at each stage in their first (rows) and
    their last one (columns).

    Agreements of unknown form stand in a row and a column "unknown" of their own.

    >>> agreements = pd.DataFrame({"start": pd.to_datetime(["2014-01-01", "2016-01-01"]), "agreement_id": ["A", "B"],
    ...     "kinds": ["philanthropy", "philanthropy|economic cooperation"]})
    >>> transitions(agreements, pd.Series(["R1", "R1"])).loc["philanthropy", "economic cooperation"].item()
    1
    """
    rows = _in_order(agreements, relation)
    first = ~rows["relation"].duplicated().to_numpy()
    last = ~rows["relation"].duplicated(keep="last").to_numpy()
    before, after = np.flatnonzero(first & ~last), np.flatnonzero(last & ~first)
    places = [*STAGES, "unknown"]
    code = stage(rows["kinds"]).cat.codes.to_numpy().astype(int)
    code = code % len(places)  # -1, unknown, becomes the last
    counts = np.bincount(code[before] * len(places) + code[after], minlength=len(places) ** 2)
    table = counts.reshape(len(places), len(places))
    return pd.DataFrame(
        table, index=pd.Index(places, name="before"), columns=pd.Index(places, name="after")
    )


def widened(agreements: pd.DataFrame, relation: pd.Series) -> pd.Series:
    """Number of renewals of wider scope of each relation: more forms, more domains or a wider level
    than just before.

    Relations with an agreement whose forms, domains or level are not recorded are left out; those
    of one agreement have 0.

    >>> agreements = pd.DataFrame({"start": pd.to_datetime(["2014-01-01", "2016-01-01"]), "agreement_id": ["A", "B"],
    ...     "kinds": "philanthropy", "domains": ["digital", "digital|premises"], "level": "local"})
    >>> widened(agreements, pd.Series(["R1", "R1"])).to_dict()
    {'R1': 1.0}
    """
    rows = _in_order(agreements, relation)
    rank = {level: rank for rank, level in enumerate(_LEVELS)}
    scope = pd.DataFrame({"level": rows["level"].map(rank).astype(float)})
    for name in ("kinds", "domains"):
        scope[name] = rows[name].str.count(r"\|").astype(float)
    before = scope.groupby(rows["relation"]).shift()
    wider = (scope > before).any(axis=1)
    count = wider.groupby(rows["relation"]).sum().astype(float)
    is_unknown = scope.isna().any(axis=1).groupby(rows["relation"]).any()
    return count[~is_unknown].rename("widened")


def _in_order(agreements: pd.DataFrame, relation: pd.Series) -> pd.DataFrame:
    rows = agreements.assign(relation=relation)[relation.notna()]
    return rows.sort_values(["relation", "start", "agreement_id"], kind="stable").reset_index(
        drop=True
    )
