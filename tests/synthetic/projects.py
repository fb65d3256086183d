"""Projects, their sites and the support that they received: strategic advice changes their scale, communication does not.

Each project follows a relation begun since 2014, from its start. Support comes in the first three years, independently of
what would have become of the project; those advised (for any number of days) by month 12 change scale between months 12 and
36 with another chance than the rest, if they are still running then. Support after month 12 comes to those that are still
there, so that a comparison of "ever supported" with "never" finds an effect where there is none. Sites close with their
relation: a project may have spread, then ended.
"""

import numpy as np
import pandas as pd

from analysis.declare.schema import columns
from synthetic.parties import digits
from synthetic.recording import codes, join_sets
from synthetic.relations import DAY, DOMAINS, OBSERVED_FROM, add_months
from synthetic.wording import texts

ADVISED, OTHERS = 0.62, 0.25  # chance to change scale between months 12 and 36 if running
EARLY_SCALE = 0.10  # change of scale before month 12, whatever the support
SUPPORT = {  # by month 12
    "strategic advice": 0.32,
    "communication": 0.32,
    "engineering": 0.10,
    "digital": 0.12,
    "legal": 0.08,
}
PHASES, CHALLENGES, NEEDS = (
    list(columns("projects")[name].values) for name in ("phase", "challenge", "need")
)
MODES = list(columns("sites")["mode"].values)
PORTRAITS = pd.DataFrame(  # named in public, with their consent and nothing invented
    [
        ("Les Jardins de la Montagne Verte", "association", "67", "Grand Est"),
        ("jaccede.com", "association", "75", "Île-de-France"),
        ("Comptoirs de Campagne", "social enterprise", "69", "Auvergne-Rhône-Alpes"),
    ],
    columns=["name", "ess_family", "department", "region"],
)


def draw_projects(
    rng: np.random.Generator,
    relations: pd.DataFrame,
    agreements: pd.DataFrame,
    partners: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """The tables projects, sites and support."""
    first = agreements[agreements["rank"] == 0].drop_duplicates("relation").set_index("relation")
    has_project = relations["detailed"] & (relations["start"] >= OBSERVED_FROM)
    has_project &= (rng.random(len(relations)) < 0.85) & relations.index.isin(first.index)
    followed = relations[has_project]
    n = len(followed)
    start, end = (followed[name].to_numpy("datetime64[D]") for name in ("start", "end"))
    project_id = "J" + digits(np.arange(1, n + 1), 4)

    def one_of(values, shares=None) -> np.ndarray:
        return rng.choice(np.array(values, dtype=object), n, p=shares)

    challenge = one_of(CHALLENGES)
    second_opinion = pd.Series(np.where(rng.random(n) < 0.8, challenge, one_of(CHALLENGES)))
    phase = np.clip(rng.integers(0, 3, n) + (DAY - start).astype(int) // 730, 0, 4)
    projects = pd.DataFrame(
        {
            "project_id": project_id,
            "agreement_id": first["agreement_id"].loc[followed.index].to_numpy(),
            "partner_id": followed["partner_id"].to_numpy(),
            "name": one_of(texts("subject")),
            "domain": np.array(DOMAINS, dtype=object)[followed["domain"]],
            "challenge": challenge,
            "challenge_second_coder": second_opinion.where(rng.random(n) < 0.4),
            "phase": np.array(PHASES)[phase],
            "level": one_of(["local", "regional", "national"], [0.7, 0.18, 0.12]),
            "start": start,
            "end": pd.Series(end).where(end <= DAY),
            "beneficiaries": np.round(rng.lognormal(5.5, 1.1, n)),
            "need": join_sets(NEEDS, rng.random((n, 4)) < np.array([0.25, 0.4, 0.3, 0.3])),
            "portrait_consent": rng.random(n) < 0.05,
        }
    )
    projects.loc[:0, "beneficiaries"] = 1_250_000  # that of a national network
    support, is_advised = draw_support(rng, project_id, start, end)
    department = partners["department"].to_numpy()[followed["partner"]]
    sites = draw_sites(rng, project_id, department, start, end, is_advised)
    return {"projects": projects, "support": support, "sites": sites}


def with_portraits(
    partners: pd.DataFrame, projects: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Partners and projects, and the three that are named in public."""
    number = np.arange(len(PORTRAITS))
    named = PORTRAITS.assign(partner_id=codes("P", len(partners) + 1 + number), is_network=False)
    portraits = named[["partner_id", "name"]].assign(
        project_id=[f"J900{i + 1}" for i in number], portrait_consent=True
    )
    return (
        pd.concat([partners, named], ignore_index=True),
        pd.concat([projects, portraits], ignore_index=True),
    )


def draw_support(
    rng: np.random.Generator, project_id: pd.Series, start: np.ndarray, end: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray]:
    """Support within the first 12 months, or after them to projects that still run; and who was advised by month 12."""
    n, kinds, is_advised = len(start), [], None
    month_12 = add_months(start, 12)
    last = np.where(np.isnat(end), DAY, np.minimum(end, DAY))
    for kind, share in SUPPORT.items():
        early = rng.random(n) < share
        late = ~early & (rng.random(n) < 0.25)
        if kind == "strategic advice":
            is_advised = early
        soon, later = start + rng.integers(5, 250, n), month_12 + rng.integers(1, 700, n)
        begin = np.where(early, soon, later)
        over = begin + rng.integers(10, 90, n)
        few, more = rng.integers(1, 6, n), rng.integers(6, 30, n)
        table = {
            "project_id": project_id,
            "kind": kind,
            "operator": "Opérateur démo " + digits(rng.integers(1, 9, n), 1),
            "start": begin,
            "end": pd.Series(over).where(over <= DAY),
            "days": np.where(rng.random(n) < 0.4, few, more),
        }
        kinds.append(pd.DataFrame(table)[(early & (begin <= DAY)) | (late & (begin <= last))])
    return pd.concat(kinds).sort_values(["project_id", "kind", "start"]), is_advised


def scale_months(rng: np.random.Generator, is_advised: np.ndarray) -> np.ndarray:
    """The month in which each project changes scale if it still runs then; far beyond month 36 for those that never do.

    >>> draw = scale_months(np.random.default_rng(1), np.full(10_000, True))
    >>> bool(abs((draw[draw >= 12] < 36).mean() - ADVISED) < 0.02)
    True
    """
    n = len(is_advised)
    early = rng.random(n) < EARLY_SCALE
    later = rng.random(n) < np.where(is_advised, ADVISED, OTHERS)
    months = [rng.integers(2, 11, n), rng.integers(13, 35, n)]
    return np.select([early, later], months, 999)


def draw_sites(rng, project_id, department, start, end, is_advised) -> pd.DataFrame:
    """Base sites at the start, one project in five with two; then, for those that change scale, sites elsewhere or twice as many."""
    n = len(start)
    month = scale_months(rng, is_advised)
    change = add_months(start, np.minimum(month, 60)) + rng.integers(0, 20, n)
    changes = (month < 36) & (change <= DAY) & ~(change > end)
    known = np.unique(department)
    here = np.searchsorted(known, department)
    elsewhere = (here + rng.integers(1, max(len(known), 2), n)) % len(known)
    third = (elsewhere + 1) % len(known)
    has_two = rng.random(n) < 0.2
    moves = changes & (rng.random(n) < 0.7)
    moves_on = moves & (rng.random(n) < 0.4)
    doubles = changes & ~moves
    base_mode = np.where(rng.random(n) < 0.75, "own", "cooperation")
    parts = []

    def open_sites(which, place, opened, mode=None) -> None:
        mode = rng.choice(MODES, n, p=[0.3, 0.2, 0.2, 0.3]) if mode is None else mode
        sites = {"project_id": project_id, "department": known[place], "opened": opened}
        sites |= {"mode": mode, "end": end, "is_base": opened <= start}
        parts.append(pd.DataFrame(sites)[which])

    open_sites(np.full(n, True), here, start, base_mode)
    open_sites(has_two, here, start - 30, base_mode)
    open_sites(moves, elsewhere, change)
    open_sites(moves_on, third, change + rng.integers(20, 200, n))
    open_sites(doubles, here, change)
    open_sites(doubles & has_two, here, change + 7)
    sites = pd.concat(parts, ignore_index=True)
    opened, end = (sites[name].to_numpy("datetime64[D]") for name in ("opened", "end"))
    lasts = opened + rng.integers(200, 300, len(sites))
    fails = ~sites["is_base"] & (rng.random(len(sites)) < 0.08) & (lasts <= DAY) & ~(lasts > end)
    closed = np.where(fails, lasts, np.where(end <= DAY, end, np.datetime64("NaT")))
    sites = sites.assign(closed=closed)[(opened <= DAY) & ~(closed <= opened)]
    return sites.sort_values(["project_id", "opened", "department"])
