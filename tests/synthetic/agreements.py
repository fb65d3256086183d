"""The agreements that make up each relation, and the events that happen to them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from synthetic.parties import codes
from synthetic.process import (
    CAUSES,
    DAY,
    DOMAINS,
    KINDS,
    OBSERVED_FROM,
    OPEN,
    SECOND,
    Process,
    add_months,
)

SILENT_FROM = np.datetime64(
    "2016-07-01"
)  # a silent relation leaves no trace from this day on (R08)
LONELY, TROUBLED, REVIEWED = 0.30, 0.08, 0.35  # chances of LF6, LF9, S10


@dataclass(frozen=True)
class Made:
    """What the other tables are drawn around. Arrays by relation, but for `relation` and `step`: by agreement."""

    process: Process
    partner: np.ndarray  # row of its partner in `partners`
    entity: np.ndarray
    tacit: np.ndarray  # renewed without a new agreement
    silent: np.ndarray  # still there, but without sign of life
    detailed: np.ndarray  # whether side tables cover it
    partners: pd.DataFrame
    agreements: pd.DataFrame
    relation: np.ndarray
    step: np.ndarray  # rank of the agreement in its relation


def sets(names: list[str], held: np.ndarray) -> np.ndarray:
    """Sets as text: names sorted and joined where `held` (rows x names) is true; missing where none is.

    >>> sets(["b", "a"], np.array([[True, True], [False, False]])).tolist()
    ['a|b', None]
    """
    order = np.argsort(names)
    words = [
        "|".join(names[i] for i in order if code >> i & 1) or None
        for code in range(2 ** len(names))
    ]
    return np.array(words, dtype=object)[(held * (1 << np.arange(len(names)))).sum(axis=1)]


def agreements(
    rng, process: Process, partner_id, entity, tacit, national, part: int
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """The agreements, the relation of each, and its rank in it; a tacit relation has one, whatever its terms."""
    n, steps = process.terms.shape
    rank, sometimes = np.arange(steps), lambda share: rng.random((n, steps)) < share
    until = process.terms.cumsum(axis=1)
    begin = add_months(process.start[:, None], until - process.terms)
    begin += np.where(
        sometimes(0.2) & (rank > 0), rng.integers(15, 150, (n, steps)), 0
    )  # signed late, within the grace
    exists = (rank < process.count[:, None]) & ((rank == 0) | ~tacit[:, None])
    # Some renewals of this autumn were signed by the day already, and start after it (R02).
    exists &= (begin <= DAY) | ((begin < np.datetime64("2019-01-01")) & sometimes(0.2))
    wider = np.logical_or.accumulate(sometimes(0.2) & (rank > 0), axis=1)
    relation, step = np.nonzero(exists)
    many = len(relation)

    def held(first: np.ndarray, size: int, second: float) -> np.ndarray:
        other = (first + rng.integers(1, size, n)) % size
        one = np.eye(size, dtype=bool)
        return (one[first] | one[other] & (rng.random(n) < second)[:, None])[relation]

    is_kind = held(process.kind, len(KINDS), SECOND["kind"])
    is_domain = held(process.domain, len(DOMAINS), SECOND["domain"])
    further = np.eye(len(DOMAINS), dtype=bool)[rng.integers(0, len(DOMAINS), n)[relation]]
    is_domain |= further & wider[relation, step][:, None]

    start = begin[relation, step]
    term = add_months(process.start[relation], until[relation, step]) - 1
    final = (step == process.count[relation] - 1) | tacit[relation]
    over = final & ~process.running[relation]
    written = np.where(
        over,
        tacit[relation] | (rng.random(many) < 0.75),
        ~final & (term <= DAY) & (rng.random(many) < 0.3),
    )
    end = np.where(written, np.where(over, process.end[relation], term), OPEN)
    cause = rng.choice(list(CAUSES), n, p=list(CAUSES.values()))[relation]
    lonely = (rng.random(n) < LONELY)[:, None]
    contacts = np.where(
        lonely, rng.permuted(np.tile([1, 3], (n, 1)), axis=1), rng.integers(2, 5, (n, 2))
    ).astype(float)
    contacts[rng.random(n) >= 0.9] = np.nan
    level = np.where(
        national, "national", np.where(rng.random(n) < 0.15, "regional", "local")
    ).astype(object)
    number, ahead = np.arange(1, many + 1), start > DAY
    signed = np.where(
        ahead, DAY - rng.integers(5, 60, many), np.minimum(start - rng.integers(-10, 45, many), DAY)
    )
    followed = np.append(relation[1:] == relation[:-1], False) & ~np.append(ahead[1:], False)
    status = np.select([ahead, over, followed], ["signée", "échue", "renouvelée"], "en cours")
    previous = np.where((step > 0) & (rng.random(many) < 0.6), number - 1, -1)
    table = pd.DataFrame(
        {
            "agreement_id": codes("C", number, part),
            "partner_id": partner_id[relation],
            "entity": entity[relation],
            "level": level[relation],
            "kinds": sets(list(KINDS), is_kind),
            "domains": sets(list(DOMAINS), is_domain),
            "signed_on": signed,
            "start": start,
            "start_precision": "day",
            "planned_end": term,
            "end": end,
            "tacit_renewal": tacit[relation],
            "previous_id": codes("C", previous, part),
            "status_as_given": status.astype(object),
            "end_reason": pd.Series(cause).where(over & (cause != "unknown")),
            "planned_amount_eur": np.round(rng.lognormal(8.8, 0.9, many), -2),
            "contacts_partner": contacts[relation, 0],
            "contacts_group": contacts[relation, 1],
        }
    )
    return table, relation, step


def events(rng: np.random.Generator, made: Made) -> pd.DataFrame:
    """Signatures, renewals, reviews, troubles, ends; known to the day, the month or the year."""
    process, relation = made.process, made.relation
    start = made.agreements["start"].to_numpy(dtype="datetime64[D]")
    told = made.detailed & (rng.random(len(process.start)) < 0.9)
    rows = np.flatnonzero(told[relation] & (start <= DAY))
    current = rows[np.append(relation[rows][1:] != relation[rows][:-1], True)]
    live = process.running[relation[current]]
    drawn = lambda pool, share: pool[rng.random(len(pool)) < share]
    lately = lambda agreement: np.maximum(
        DAY - rng.integers(10, 330, len(agreement)), start[agreement]
    )
    found = []

    def add(
        kind: str,
        agreement: np.ndarray,
        date: np.ndarray,
        initiator: str = "both",
        precise: bool = True,
    ) -> None:
        found.append(
            pd.DataFrame(
                {
                    "kind": kind,
                    "row": agreement,
                    "date": date,
                    "initiator": initiator,
                    "precise": precise,
                }
            )
        )

    add("joint review", reviewed := drawn(current[live], REVIEWED), lately(reviewed))
    troubled = drawn(current[live], TROUBLED)
    add("late payment", troubled[::2], lately(troubled[::2]), "partner")
    add("suspension", troubled[1::2], lately(troubled[1::2]), "group")
    add("signature", rows, start[rows])
    renewed = drawn(rows[made.step[rows] > 0], 0.6)
    add("renewal", renewed - 1, start[renewed] - rng.integers(0, 15, len(renewed)), precise=False)
    ended = drawn(current[~live], 0.7)
    add("end", ended, process.end[relation[ended]], "partner")
    before = np.datetime64(
        "2017-06-01"
    )  # what lines count in the last twelve months is drawn above
    for kind, share in (
        ("contact change", 0.2),
        ("amendment", 0.12),
        ("territory extension", 0.08),
        ("joint review", 0.2),
    ):
        chosen = drawn(rows[start[rows] < before], share)
        room = (np.minimum(process.last[relation[chosen]], before) - start[chosen]).astype(int)
        add(
            kind,
            chosen,
            start[chosen] + (rng.random(len(chosen)) * room).astype(int),
            "partner",
            precise=False,
        )
    table = pd.concat(found).sort_values(["date", "row", "kind"], ignore_index=True)
    silence = made.silent[relation[table["row"]]] & (table["date"] >= SILENT_FROM)
    table = table[table["date"].between(OBSERVED_FROM, DAY) & ~silence].reset_index(drop=True)
    precision = pd.Series(
        rng.choice(["day", "month", "year"], len(table), p=[0.75, 0.18, 0.07])
    ).mask(table["precise"], "day")
    for unit in ("month", "year"):
        first = table["date"].dt.to_period(unit[0].upper()).dt.start_time
        table["date"] = table["date"].mask(precision == unit, first)
    agreement_id = made.agreements["agreement_id"].to_numpy()[table["row"]]
    return table.assign(
        date_precision=precision,
        agreement_id=agreement_id,
        event_id=codes("E", np.arange(1, len(table) + 1)),
    )
