"""What each side brings (contributions) and what happens to agreements (events): the traces that a living relation leaves."""

import numpy as np
import pandas as pd

from synthetic.recording import codes
from synthetic.relations import DAY, OBSERVED_FROM

KINDS = pd.DataFrame(  # of contributions
    [
        ("cash", "EUR", "actual", 1.0),
        ("skills", "day", "flat rate", 350.0),
        ("premises", "m2 month", "market rent", 11.5),
        ("purchases", "EUR", "actual", 1.0),
        ("goods", "EUR", "cost price", 1.0),
    ],
    columns=["kind", "unit", "valuation", "eur_per_unit"],
)
HOW_MANY_KINDS = [0.38, 0.32, 0.20, 0.10]  # chance that a relation brings one, two, … (LF7, LS3)
TROUBLED, REVIEWED = 0.08, 0.35  # running relations in the last twelve months (LF9, LS10)
BLANK_YEAR = ("Corse", 2016)  # a region whose contributions of a year were not kept


def is_silent(dates: np.ndarray, silent_from: pd.Series) -> np.ndarray:
    """Whether a trace falls after its relation fell silent."""
    return dates >= silent_from.to_numpy("datetime64[D]")


def draw_contributions(
    rng: np.random.Generator, relations: pd.DataFrame, agreements: pd.DataFrame
) -> pd.DataFrame:
    """One row per kind and year of an agreement, dated within the agreement and up to the day."""
    of_relation = relations.loc[agreements["relation"]].reset_index(drop=True)
    start = agreements["start"].to_numpy("datetime64[D]")
    last = of_relation["last"].to_numpy("datetime64[D]")
    term = agreements["planned_end"].to_numpy("datetime64[D]")
    stop = np.where(of_relation["tacit"], last, np.minimum(term, last))
    years = np.clip(((stop - start).astype(int) + 365) // 365, 0, 12) * of_relation["detailed"]
    row = np.repeat(np.arange(len(agreements)), years)
    year_of_agreement = pd.Series(row).groupby(row).cumcount().to_numpy()
    date = start[row] + 365 * year_of_agreement + rng.integers(20, 300, len(row))
    date = np.minimum(date, np.minimum(stop[row], DAY - 5))

    n = len(relations)
    ranked = rng.permuted(np.tile(np.arange(len(KINDS)), (n, 1)), axis=1)
    cash_first = (rng.random(n) < 0.7)[:, None]
    ranked = np.where(cash_first, np.sort(ranked, axis=1), ranked)
    how_many = rng.choice([1, 2, 3, 4], n, p=HOW_MANY_KINDS)
    relation = agreements["relation"].to_numpy()
    each = np.repeat(np.arange(len(row)), how_many[relation[row]])
    place = pd.Series(each).groupby(each).cumcount().to_numpy()
    row, date = row[each], date[each]
    kind = ranked[relation[row], place]

    lost = (of_relation["region"] == BLANK_YEAR[0]).to_numpy()[row]
    lost &= pd.DatetimeIndex(date).year == BLANK_YEAR[1]
    there = (date >= OBSERVED_FROM) & (date >= start[row]) & ~lost
    there &= ~is_silent(date, of_relation["silent_from"].iloc[row])
    row, date, kind = row[there], date[there], kind[there]
    size = len(row)
    quantities = [
        np.round(rng.lognormal(8.3, 0.8, size), -1),
        rng.integers(2, 60, size),
        rng.integers(20, 400, size),
        np.round(rng.lognormal(8.0, 0.9, size), 2),
        np.round(rng.lognormal(7.0, 0.6, size)),
    ]
    quantity = np.choose(kind, quantities)
    drawn = KINDS.loc[kind].reset_index(drop=True)
    to_group = (drawn["kind"] == "purchases") | (
        (drawn["kind"] == "skills") & (rng.random(size) < 0.2)
    )
    committed = (date > np.datetime64("2018-03-01")) & (rng.random(size) < 0.5)
    return pd.DataFrame(
        {
            "contribution_id": codes("A", np.arange(1, size + 1)),
            "agreement_id": agreements["agreement_id"].to_numpy()[row],
            "year": pd.DatetimeIndex(date).year,
            "date": date,
            "direction": np.where(to_group, "to group", "to partner"),
            "stage": np.where(committed, "committed", "paid"),
            "quantity": quantity,
            "value_eur": np.round(quantity * drawn["eur_per_unit"], 2),
            **drawn[["kind", "unit", "valuation"]],
        }
    )


def draw_events(
    rng: np.random.Generator, relations: pd.DataFrame, agreements: pd.DataFrame
) -> pd.DataFrame:
    """Signatures, renewals, reviews, troubles, ends; known to the day, the month or the year."""
    in_diary = relations["detailed"] & (rng.random(len(relations)) < 0.9)
    begun = agreements[agreements["relation"].map(in_diary) & (agreements["start"] <= DAY)]
    last_of_each = begun[begun["rank"] >= 0].groupby("relation").tail(1)
    goes_on = last_of_each["relation"].map(relations["running"])
    live, over = last_of_each[goes_on], last_of_each[~goes_on]
    parts = []

    def add(kind: str, rows: pd.DataFrame, dates, initiator: str = "both") -> None:
        parts.append(
            pd.DataFrame({"kind": kind, "date": dates, "initiator": initiator}, index=rows.index)
        )

    def some(rows: pd.DataFrame, share: float) -> pd.DataFrame:
        return rows[rng.random(len(rows)) < share]

    def lately(rows: pd.DataFrame) -> pd.Series:
        return rows["start"].clip(
            lower=pd.Timestamp(DAY) - pd.to_timedelta(rng.integers(10, 330, len(rows)), "D")
        )

    def days_after(dates: pd.Series, days) -> pd.Series:
        return dates + pd.to_timedelta(days, "D")

    reviewed, troubled = some(live, REVIEWED), some(live, TROUBLED)
    add("joint review", reviewed, lately(reviewed))
    add("late payment", troubled[::2], lately(troubled[::2]), "partner")
    add("suspension", troubled[1::2], lately(troubled[1::2]), "group")
    add("signature", begun, begun["start"])
    renewed = some(begun[begun["rank"] > 0], 0.6)
    add("renewal", renewed, days_after(renewed["start"], -rng.integers(0, 15, len(renewed))))
    told = some(over, 0.7)
    add("end", told, told["relation"].map(relations["end"]), "partner")
    # What lines count in the last twelve months is drawn above.
    before = begun[begun["start"] < "2017-05-01"]
    others = {
        "contact change": 0.2,
        "amendment": 0.12,
        "territory extension": 0.08,
        "joint review": 0.2,
    }
    for kind, share in others.items():
        rows = some(before, share)
        last = rows["relation"].map(relations["last"]).clip(upper=pd.Timestamp("2017-06-01"))
        room = (last - rows["start"]).dt.days.clip(lower=0)
        add(
            kind,
            rows,
            days_after(rows["start"], (rng.random(len(rows)) * room).astype(int)),
            "partner",
        )
    table = pd.concat(parts)
    of_event = agreements.loc[table.index]
    table["agreement_id"] = of_event["agreement_id"]
    silent_from = of_event["relation"].map(relations["silent_from"])
    table = table[table["date"].between(OBSERVED_FROM, DAY) & ~(table["date"] >= silent_from)]
    table = table.sort_values(["date", "agreement_id", "kind"], ignore_index=True)
    return table.assign(
        event_id=codes("E", np.arange(1, len(table) + 1)), **as_remembered(rng, table["date"])
    )


def as_remembered(rng: np.random.Generator, dates: pd.Series) -> dict[str, pd.Series]:
    """Dates and their precision: some are known by their month or year alone, of recent ones the day."""
    recent = dates >= pd.Timestamp(DAY) - pd.Timedelta(days=400)
    precision = pd.Series(rng.choice(["day", "month", "year"], len(dates), p=[0.75, 0.18, 0.07]))
    precision = precision.mask(recent, "day")
    of_month, of_year = (dates.dt.to_period(unit).dt.start_time for unit in "MY")
    dates = dates.mask(precision == "month", of_month).mask(precision == "year", of_year)
    return {"date": dates, "date_precision": precision}
