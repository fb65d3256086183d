"""Projects, their sites and the support that they received: strategic advice changes their scale, communication does not.

Each project follows a relation begun since 2014, from its start. Support comes in the first three years, independently of
what would have become of the project; those advised (for any number of days) by month 12 change scale between months 12 and
36 with another chance than the rest. Support after month 12 comes to those that are still there, so that a comparison of
"ever supported" with "never" finds an effect where there is none.
"""

import numpy as np
import pandas as pd

from analysis.declare.schema import columns
from synthetic.agreements import Made, sets
from synthetic.parties import codes, digits
from synthetic.process import DAY, DOMAINS, OBSERVED_FROM, OPEN, add_months, survival
from synthetic.wording import texts

ADVISED, OTHERS = 0.62, 0.25  # chance to change scale between months 12 and 36 while running
EARLY_SCALE = 0.10  # change of scale before month 12, whatever the support
SUPPORT = {
    "strategic advice": 0.32,
    "communication": 0.32,
    "engineering": 0.10,
    "digital": 0.12,
    "legal": 0.08,
}  # by month 12
PORTRAITS = [
    ("Les Jardins de la Montagne Verte", "association", "67", "Grand Est"),
    ("jaccede.com", "association", "75", "Île-de-France"),
    ("Comptoirs de Campagne", "social enterprise", "69", "Auvergne-Rhône-Alpes"),
]
PHASES, CHALLENGES, NEEDS = (
    list(columns("projects")[name].values) for name in ("phase", "challenge", "need")
)
MODES = list(columns("sites")["mode"].values)


def truth() -> dict:
    """Chance of a change of scale by month 36 among those running and not yet scaled at month 12, with advice and without."""
    alive = survival(24) / survival(
        12
    )  # a change falls before or after the term at month 24, alike
    by_36 = [chance * (1 + alive) / 2 for chance in (ADVISED, OTHERS)]
    return {
        "effect": {
            "kind": "strategic advice",
            "exposed": round(by_36[0], 6),
            "others": round(by_36[1], 6),
        },
        "no_effect": {"kind": "communication"},
        "risk_difference": round(by_36[0] - by_36[1], 6),
    }


def draw(rng: np.random.Generator, made: Made) -> dict[str, pd.DataFrame]:
    """The tables projects, sites and support."""
    process = made.process
    mine = np.flatnonzero(
        made.detailed & (process.start >= OBSERVED_FROM) & (rng.random(len(made.partner)) < 0.85)
    )
    many = len(mine)
    first = np.flatnonzero(made.step == 0)[
        mine
    ]  # each relation has one first agreement, in the order of relations
    start, end = process.start[mine], process.end[mine]
    code = "J" + digits(np.arange(1, many + 1), 4)
    one_of = lambda names, p=None: rng.choice(np.array(names, dtype=object), many, p=p)
    challenges, challenge = (
        np.array(CHALLENGES, dtype=object),
        rng.integers(0, len(CHALLENGES), many),
    )
    other = np.where(rng.random(many) < 0.8, challenge, (challenge + 1) % len(CHALLENGES))
    signed = made.agreements[["agreement_id", "partner_id"]].iloc[first].reset_index(drop=True)
    table = signed.assign(
        project_id=code,
        name=one_of(texts("subject")),
        challenge=challenges[challenge],
        start=start,
        end=np.where(end <= DAY, end, OPEN),
        domain=np.array(list(DOMAINS), dtype=object)[process.domain[mine]],
        challenge_second_coder=pd.Series(challenges[other]).where(rng.random(many) < 0.4),
        phase=np.array(PHASES)[
            np.clip(rng.integers(0, 3, many) + (DAY - start).astype(int) // 730, 0, 4)
        ],
        level=one_of(["local", "regional", "national"], [0.7, 0.18, 0.12]),
        beneficiaries=np.round(rng.lognormal(5.5, 1.1, many)),
        need=sets(NEEDS, rng.random((many, 4)) < np.array([0.25, 0.4, 0.3, 0.3])),
        portrait_consent=rng.random(many) < 0.05,
    )
    table.loc[:0, "beneficiaries"] = 1_250_000  # that of a national network
    support, advised = _support(rng, start, end, code)
    department = made.partners["department"].to_numpy()[made.partner[mine]]
    return {
        "projects": table,
        "support": support,
        "sites": _sites(rng, start, end, advised, code, department),
    }


def portraits(partners: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three partners and projects that are named in public, with their consent and nothing invented."""
    named = pd.DataFrame(PORTRAITS, columns=["name", "ess_family", "department", "region"])
    named = named.assign(
        partner_id=codes("P", partners + 1 + np.arange(len(named))), is_network=False
    )
    project = named[["partner_id", "name"]].assign(
        project_id=[f"J900{i + 1}" for i in range(len(named))], portrait_consent=True
    )
    return named, project


def _support(
    rng, start: np.ndarray, end: np.ndarray, code: pd.Series
) -> tuple[pd.DataFrame, np.ndarray]:
    """Support by kind: within the first 12 months, or after them to projects that are still running; and who was advised early."""
    many, found, advised = len(start), [], None
    month12 = add_months(start, np.full(many, 12))
    for kind, share in SUPPORT.items():
        early = rng.random(many) < share
        late = ~early & (rng.random(many) < 0.25)
        advised = early if kind == "strategic advice" else advised
        begin = np.where(
            early, start + rng.integers(5, 250, many), month12 + rng.integers(1, 700, many)
        )
        over = begin + rng.integers(10, 90, many)
        days = np.where(rng.random(many) < 0.4, rng.integers(1, 6, many), rng.integers(6, 30, many))
        table = pd.DataFrame({"project_id": code, "kind": kind, "start": begin, "days": days})
        table["end"] = np.where(over <= DAY, over, OPEN)
        table["operator"] = "Opérateur démo " + digits(rng.integers(1, 9, many), 1)
        found.append(table[(early | (late & (begin <= end))) & (begin <= DAY)])
    return pd.concat(found).sort_values(["project_id", "kind", "start"]), advised


def _sites(rng, start, end, advised, code, department) -> pd.DataFrame:
    """Base sites at the start, one in five with two; then, for those that change scale, sites elsewhere or twice as many."""
    many = len(start)
    two = rng.random(many) < 0.2
    early = rng.random(many) < EARLY_SCALE
    later = ~early & (rng.random(many) < np.where(advised, ADVISED, OTHERS))
    # Terms fall on anniversaries: a later change falls before or after the one at month 24 with equal chances.
    second_year = rng.random(many) < 0.5
    month = np.select(
        [early, second_year],
        [rng.integers(2, 12, many), rng.integers(13, 24, many)],
        rng.integers(25, 36, many),
    )
    when = add_months(start, month) + rng.integers(0, 20, many)
    scaled = (early | later) & (when <= np.minimum(end, DAY))
    known = np.unique(department)
    other = (np.searchsorted(known, department) + rng.integers(1, len(known), many)) % len(known)
    mode = np.where(rng.random(many) < 0.75, "own", "cooperation")  # of the base
    chosen = lambda: rng.choice(MODES, many, p=[0.3, 0.2, 0.2, 0.3])
    elsewhere = scaled & (rng.random(many) < 0.7)
    opened = [  # where, department, date, mode
        (np.full(many, True), department, start, mode),
        (two, department, start - 30, mode),
        (elsewhere, known[other], when, chosen()),
        (
            elsewhere & (rng.random(many) < 0.4),
            known[(other + 1) % len(known)],
            when + rng.integers(20, 200, many),
            chosen(),
        ),
        (scaled & ~elsewhere, department, when, chosen()),
        (scaled & ~elsewhere & two, department, when + 7, chosen()),
    ]
    row = np.concatenate([np.flatnonzero(where) for where, *_ in opened])
    place, opened, mode = (np.concatenate([one[at][one[0]] for one in opened]) for at in (1, 2, 3))
    fails = (
        (rng.random(len(row)) < 0.08)
        & (opened > start[row])
        & (opened + 300 < DAY)
        & (end[row] > DAY)
    )
    closed = np.where(
        end[row] <= DAY, end[row], np.where(fails, opened + rng.integers(200, 300, len(row)), OPEN)
    )
    code = code.to_numpy()[row]
    table = pd.DataFrame(
        {"project_id": code, "department": place, "opened": opened, "mode": mode, "closed": closed}
    )
    return table[(opened <= DAY) & ~(closed <= opened)].sort_values(
        ["project_id", "opened", "department"]
    )
