"""What the offices recorded of the agreements by the day: some late, some not at all, some ends and causes left blank."""

import numpy as np
import pandas as pd

from synthetic.relations import DAY, DOMAINS, KINDS

CAUSES = {  # of ends at the term; "unknown" is left blank
    "aim reached": 0.26,
    "absorbed": 0.06,
    "not renewed by group": 0.30,
    "not renewed by partner": 0.24,
    "unknown": 0.14,
}
CAUSES_BROKEN_OFF = {
    "dissolved or merged": 0.45,
    "not renewed by partner": 0.20,
    "force majeure": 0.15,
    "unknown": 0.20,
}
SILENT = 0.10  # tacit relations of which nothing is recorded any more from some day on (R08)
LONELY = 0.30  # relations with a single contact on one side (LF6)
HOLE = ("Normandie", np.datetime64("2015-03-01"), np.datetime64("2015-08-31"))  # a lost file


def join_sets(names: list[str], holds: np.ndarray) -> np.ndarray:
    """Sets as text: names sorted and joined where `holds` (rows x names) is true; missing where none is.

    >>> join_sets(["b", "a"], np.array([[True, True], [False, False]])).tolist()
    ['a|b', None]
    """
    order = np.argsort(names)
    sorted_names = np.array(names, dtype=object)[order]
    distinct, row = np.unique(np.atleast_2d(holds)[:, order], axis=0, return_inverse=True)
    texts = ["|".join(sorted_names[one]) or None for one in distinct.astype(bool)]
    return np.array(texts, dtype=object)[row.ravel()]


def codes(prefix: str, numbers, part: int = 0) -> pd.Series:
    """Codes such as P00012 (P2-00012 in the third part of a large programme); missing where the number is negative.

    >>> codes("P", [12, -1]).tolist()
    ['P00012', nan]
    """
    numbers = pd.Series(np.asarray(numbers))
    prefix = f"{prefix}{part}-" if part else prefix
    return (prefix + numbers.clip(lower=0).astype("str").str.zfill(5)).where(numbers >= 0)


def known_by(rng: np.random.Generator, dates: np.ndarray, most_days: int = 100) -> np.ndarray:
    """Whether what happened on these dates was recorded by the day: it takes up to `most_days`."""
    return dates + rng.integers(0, most_days, len(dates)) <= DAY


def signature_days(rng: np.random.Generator, start: np.ndarray) -> np.ndarray:
    """Most agreements are signed in the two months before they begin, a quarter up to four months after, few later still."""
    n = len(start)
    delays = [-rng.integers(0, 60, n), rng.integers(1, 120, n), rng.integers(120, 330, n)]
    return start + np.choose(rng.choice(3, n, p=[0.72, 0.25, 0.03]), delays)


def recorded_agreements(rng, relations: pd.DataFrame, agreements: pd.DataFrame) -> pd.DataFrame:
    """The agreements of which a row stands in the exports of the day, with `signed_on`.

    A tacit relation has one agreement, whatever its terms; one signed after the day is not there yet; of one region a file is
    lost. `relations` may have no `region`.
    """
    signed_on = signature_days(rng, agreements["start"].to_numpy("datetime64[D]"))
    of_relation = relations.loc[agreements["relation"]]
    there = (signed_on <= DAY) & ~(of_relation["tacit"].to_numpy() & (agreements["rank"] > 0))
    if "region" in relations:
        region, first, last = HOLE
        there &= ~(
            (of_relation["region"] == region).to_numpy() & agreements["start"].between(first, last)
        )
    return agreements.assign(signed_on=signed_on)[there].reset_index(drop=True)


def draw_habits(rng: np.random.Generator, relations: pd.DataFrame) -> pd.DataFrame:
    """The relations with what bears on their records: silent_from, contacts_partner, contacts_group, widens_at, third_domain.

    Few tacit relations fall silent: from that day on nothing of them is recorded, be they running or ended. From the agreement
    of rank `widens_at` on, a relation may bear on a third domain.
    """
    n = len(relations)
    silent = relations["tacit"].to_numpy() & (rng.random(n) < SILENT)
    silent_from = relations["start"] + pd.to_timedelta(rng.integers(100, 1800, n), "D")
    silent &= (silent_from <= DAY).to_numpy()
    lonely = (rng.random(n) < LONELY)[:, None]
    one_sided = rng.permuted(np.tile([1, 3], (n, 1)), axis=1)
    contacts = np.where(lonely, one_sided, rng.integers(2, 5, (n, 2))).astype(float)
    contacts[rng.random(n) < 0.1] = np.nan
    return relations.assign(
        silent_from=silent_from.where(silent),
        contacts_partner=contacts[:, 0],
        contacts_group=contacts[:, 1],
        widens_at=rng.geometric(0.2, n),
        third_domain=rng.integers(0, len(DOMAINS), n),
    )


def record(
    rng: np.random.Generator, relations: pd.DataFrame, agreements: pd.DataFrame, part: int = 0
) -> pd.DataFrame:
    """The table `agreements` as recorded by the day, with the `relation` (row label) and `rank` of each.

    `relations` (see `draw_habits`) has `partner_id`, and `entity` as text. An end is recorded for all that broke off and for
    most that ended at their term; a cause for most relations that ended.
    """
    drawn = recorded_agreements(rng, relations, agreements)
    n, of_relation = len(drawn), relations.loc[drawn["relation"]].reset_index(drop=True)
    tacit = of_relation["tacit"].to_numpy()
    broken = np.where(tacit, drawn["relation"].map(ends_broken(agreements)), drawn["broken"])
    broken = broken.astype(bool)
    true_end = of_relation["end"].to_numpy("datetime64[D]")
    end = np.where(tacit, true_end, drawn["end"].to_numpy("datetime64[D]"))
    over = (end <= DAY) & ~(end >= of_relation["silent_from"].to_numpy("datetime64[D]"))
    final = over & ((end == true_end) | broken)
    reported = known_by(rng, end)  # what ends before its term, or has none, is reported
    noted = rng.random(n) < np.where(final, 0.7, 0.3)  # an end at the term, often not
    third_domain = of_relation["third_domain"].where(drawn["rank"] >= of_relation["widens_at"], -1)
    domains = (of_relation["domain"], of_relation["second_domain"], third_domain)
    table = pd.DataFrame(
        {
            "agreement_id": codes("C", np.arange(1, n + 1), part),
            **of_relation[["partner_id", "entity", "level"]],
            "kinds": sets_of(KINDS, drawn["kind"], of_relation["second_kind"]),
            "domains": sets_of(DOMAINS, *domains),
            **drawn[["signed_on", "start"]],
            "start_precision": "day",
            "planned_end": drawn["term"],
            "end": pd.Series(end).where(over & np.where(broken | tacit, reported, noted)),
            "tacit_renewal": tacit,
            "previous_id": predecessors(drawn, part),
            "status_as_given": statuses(drawn, final),
            "end_reason": reasons(rng, broken).where(final),
            "planned_amount_eur": np.round(rng.lognormal(8.8, 0.9, n), -2),
            **of_relation[["contacts_partner", "contacts_group"]],
        }
    )
    return table.assign(relation=drawn["relation"], rank=drawn["rank"])


def sets_of(names: list[str], *members: pd.Series) -> np.ndarray:
    """Sets of the named members (places in `names`; negative: none) of each row, as text."""
    holds = np.zeros((len(members[0]), len(names)), dtype=bool)
    for member in members:
        place = member.to_numpy()
        holds[np.flatnonzero(place >= 0), place[place >= 0]] = True
    return join_sets(names, holds)


def predecessors(drawn: pd.DataFrame, part: int) -> pd.Series:
    """The code of the agreement before, where it is named and recorded itself."""
    number = pd.Series(np.arange(1, len(drawn) + 1), [drawn["relation"], drawn["rank"]])
    number = number[drawn["rank"].to_numpy() >= 0]
    before = pd.MultiIndex.from_arrays([drawn["relation"], drawn["rank"] - 1])
    number_before = number.reindex(before).fillna(-1).to_numpy(int)
    return codes("C", np.where(drawn["names_predecessor"], number_before, -1), part)


def ends_broken(agreements: pd.DataFrame) -> pd.Series:
    """Whether the last agreement of each relation was broken off."""
    return agreements.sort_values(["relation", "end"]).groupby("relation")["broken"].last()


def statuses(drawn: pd.DataFrame, final: np.ndarray) -> np.ndarray:
    """The status as an office would write it."""
    goes_on = drawn["relation"].eq(drawn["relation"].shift(-1)) & drawn["renewed"]
    states = [drawn["start"] > DAY, goes_on, final]
    return np.select(states, ["signée", "renouvelée", "échue"], "en cours").astype(object)


def reasons(rng: np.random.Generator, broken: np.ndarray) -> pd.Series:
    """Why each would have ended: other causes where it was broken off; blank where nobody knows."""
    at_term = rng.choice(list(CAUSES), len(broken), p=list(CAUSES.values()))
    before = rng.choice(list(CAUSES_BROKEN_OFF), len(broken), p=list(CAUSES_BROKEN_OFF.values()))
    cause = pd.Series(np.where(broken, before, at_term), dtype="str")
    return cause.where(cause != "unknown")


def last_traces(
    rng: np.random.Generator, relations: pd.DataFrame, agreements: pd.DataFrame
) -> pd.Series:
    """A last sign of life of each recorded agreement's relation: at most a year before its end, the day, or its silence."""
    last = relations[["end", "silent_from"]].min(axis=1).fillna(pd.Timestamp(DAY))
    last = last.clip(upper=pd.Timestamp(DAY))
    last = last - pd.to_timedelta(rng.integers(0, 365, len(relations)), "D")
    return (
        last.clip(lower=relations["start"]).loc[agreements["relation"]].set_axis(agreements.index)
    )
