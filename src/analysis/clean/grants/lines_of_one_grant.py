"""Lines that bear one reference and are, as study.toml says, one grant: which of them counts, and
what it covers.
"""

import pandas as pd

from analysis.clean.records.rows import column
from analysis.clean.several_lists.repeats import first_equal

_DAY_ONE = pd.Timestamp("1970-01-01")


def of_one_grant(rows: pd.DataFrame) -> pd.Series:
    """Which row of its source holds the grant whose reference each row bears too (-1: none), where
    study.toml says that their amounts do not add up: that of the largest amount ("once"), or the
    latest version ("last").

    The latest is the one of the greatest amendment number; then of the latest date, of its
    amendment or else of its own; the line decides only between equals, as lists are written oldest
    or newest first.
    """
    rule = column(rows, "~same_reference")
    into = pd.Series(-1, index=rows.index)
    amount = rows["amount"].astype("float64")
    for name, order in (
        ("once", {"amount": -amount, "granted": rows["date"], "place": rows["line"]}),
        ("last", _latest_first(rows)),
    ):
        chosen = rule.eq(name) & column(rows, "reference").notna()
        if chosen.any():
            lines = rows.loc[chosen, ["source", "~who", "reference"]].assign(**order)
            into[lines.index] = first_equal(lines, ["source", "~who", "reference"], list(order))
    return into


def _latest_first(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """By what the latest of several versions of a grant comes first."""
    amendment = column(rows, "~amendment", "Float64").astype("float64")
    amended_on = column(rows, "~amended_on", "datetime64[us]")
    return {
        "amendment": -amendment,
        "amended": -_day_number(amended_on),
        "granted": -_day_number(rows["date"]),
        "place": -rows["line"],
    }


def keep_amounts_of_earlier_versions(rows: pd.DataFrame, into: pd.Series) -> None:
    """Gives the version of a grant that counts, in place, the amount that it does not tell: that of
    the latest version that tells one. An amendment that only moves an end leaves it as it was.
    """
    is_version = column(rows, "~same_reference").eq("last")
    merged = into[(into >= 0) & is_version.reindex(into.index)]
    grant = pd.concat([pd.Index(merged.unique()).to_series(), merged])
    order = pd.DataFrame(_latest_first(rows)).loc[grant.index]
    latest_first = order.sort_values(list(order), kind="stable").index
    amounts = rows["amount"].reindex(latest_first).groupby(grant.reindex(latest_first)).first()
    rows.loc[amounts.index, "amount"] = rows.loc[amounts.index, "amount"].fillna(amounts)


def amounts_shared(rows: pd.DataFrame) -> pd.Series:
    """The amounts, without those of the further recipients of one reference, where study.toml says
    that one amount is shared by all of them: what each of them received is not known.
    """
    chosen = column(rows, "~same_reference").eq("shared") & column(rows, "reference").notna()
    if not chosen.any():
        return rows["amount"]
    lines = rows.loc[chosen, ["source", "line", "reference", "amount"]].sort_values("line")
    again = lines.duplicated(["source", "reference", "amount"])
    return rows["amount"].mask(again.reindex(rows.index, fill_value=False))


def _day_number(dates: pd.Series) -> pd.Series:
    return (dates - _DAY_ONE).dt.days.astype("float64")


def begin_with_the_first(rows: pd.DataFrame, into: pd.Series) -> None:
    """Dates each grant of several lines from the earliest of them, in place; of versions the
    planned start is the earliest too, and `~latest` keeps the date of the one that counts.
    """
    merged = into[into >= 0]
    if merged.empty:
        return
    first_lines = pd.Index(merged.unique())
    grant = pd.concat(
        [first_lines.to_series(), merged]
    )  # of each line, the label of the one that counts
    is_version = column(rows, "~same_reference").eq("last")
    latest = rows["date"].where(is_version & rows.index.isin(first_lines))
    rows["~latest"] = latest.astype("datetime64[us]")
    for name in ("date", "planned_start"):
        if name not in rows:
            continue
        dates = rows.loc[grant.index, name].dropna()
        if name == "planned_start":
            dates = dates[is_version[dates.index]]
        earliest = dates.groupby(grant).idxmin()
        for column_name in (name, f"{name}_precision"):
            rows.loc[earliest.index, column_name] = rows.loc[earliest.to_numpy(), column_name].array


def with_one_period_per_reference(rows: pd.DataFrame) -> pd.DataFrame:
    """Lines of one reference whose amounts add up, as study.toml says, are one grant: it covers
    what they cover together.
    """
    adds_up = column(rows, "~same_reference").eq("add") & column(rows, "reference").notna()
    if not adds_up.any():
        return rows
    of_grant = rows[adds_up].groupby(["source", "funder", "~who", "reference"], observed=True)
    rows = rows.copy()
    for name, of_all in (("start", "min"), ("end", "max"), ("term_assumed", "any")):
        rows.loc[adds_up, name] = of_grant[name].transform(of_all).astype(rows[name].dtype)
    return rows
