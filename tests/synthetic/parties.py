"""Who is bound to whom: invented partners, national networks, and the entities of the group."""

import numpy as np
import pandas as pd

from analysis.declare.schema import reference
from synthetic.process import DAY, OBSERVED_FROM, OPEN, Process
from synthetic.wording import texts

BRANCHES = [
    "Branche Courrier",
    "Branche Colis",
    "Branche Banque",
    "Branche Numérique",
    "Branche Immobilier",
]
HEADQUARTERS = "Direction nationale"
FAMILIES = {  # of partners: legal form, chance
    "association": ("Association loi 1901", 0.78),
    "cooperative": ("SCIC", 0.08),
    "mutual": ("Mutuelle", 0.03),
    "foundation": ("Fondation", 0.03),
    "social enterprise": ("SAS", 0.08),
}
BANDS = {  # of budget: chance, usual staff, usual yearly revenue in EUR
    "under 50k": (0.22, 0.5, 27e3),
    "50k-200k": (0.33, 3.0, 110e3),
    "200k-500k": (0.22, 8.0, 330e3),
    "500k-2M": (0.17, 22.0, 1e6),
    "over 2M": (0.06, 60.0, 3.3e6),
}


def codes(prefix: str, numbers: np.ndarray, part: int = 0) -> pd.Series:
    """Codes such as P00012 (P2-00012 in the third part of a large programme); missing where the number is negative."""
    prefix = f"{prefix}{part}-" if part else prefix
    return (prefix + digits(np.maximum(numbers, 0), 5)).where(pd.Series(numbers) >= 0)


def digits(number: np.ndarray, width: int) -> pd.Series:
    """Numbers with leading zeros."""
    return pd.Series(number).astype("str").str.zfill(width)


def parties(
    rng: np.random.Generator, drawn: Process, networks: int, part: int
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Who is bound to whom: partner (place in the table) and entity of each relation, and the partners."""
    start, end, n = drawn.start, drawn.end, len(drawn.start)
    local = np.arange(n) >= networks
    # Partners that come back after more than the grace delay: a later relation takes the parties of an ended one.
    ended = np.flatnonzero(local & (DAY - end > 400) & (rng.random(n) < 0.25))
    ended = ended[np.argsort(end[ended], kind="stable")]
    later = np.flatnonzero(local & (start > OBSERVED_FROM + 365))
    later = later[np.argsort(start[later], kind="stable")]
    place = np.searchsorted(start[later], end[ended] + 200) + rng.integers(
        0, max(len(later) // 20, 1), len(ended)
    )
    place, first = np.unique(place, return_index=True)
    place = place[place < len(later)]
    back, ended = later[place], ended[first[: len(place)]]
    apart = (
        (start[back] > end[ended] + 200)
        & (start[back] < end[ended] + 900)
        & ~np.isin(ended, back)
        & ~np.isin(back, ended)
    )
    back, ended = back[apart], ended[apart]
    others = np.setdiff1d(np.flatnonzero(local), np.concatenate([back, ended]))
    second = rng.permutation(others)[: len(others) // 8]
    own = np.setdiff1d(np.arange(n), np.concatenate([back, second]))
    partner = np.empty(n, dtype=np.int64)
    partner[own] = np.arange(len(own))
    partner[second] = partner[rng.permutation(own[local[own]])[: len(second)]]
    partner[back] = partner[ended]

    partners = invented(rng, len(own), networks, part)
    home = "Direction régionale " + partners["region"].to_numpy(dtype=object)[partner]
    branch = rng.choice(np.array(BRANCHES, dtype=object), n)
    regional = (rng.random(n) < 0.75) & ~np.isin(np.arange(n), second)
    taken = np.isin(
        np.arange(len(own)), partner[own[regional[own]]]
    )  # a second relation is with the entity's other kind
    regional[second] = ~taken[partner[second]]
    entity = np.where(local, np.where(regional, home, branch), HEADQUARTERS)
    entity[back] = entity[ended]
    return partner, entity, partners


def invented(rng: np.random.Generator, many: int, networks: int, part: int) -> pd.DataFrame:
    """Invented partners, the first of them national networks, with valid identifiers from ranges that nobody holds."""
    number = np.arange(many)
    network, local = number < networks, number - networks
    places = reference("departments").merge(reference("population"), on="region_code")
    weight = places["population"].astype(float) / places.groupby("region_code")[
        "department"
    ].transform("size")
    at = np.where(
        network,
        places.index[places["department"] == "75"][0],
        rng.choice(len(places), many, p=weight / weight.sum()),
    )
    department, region = places["department"].to_numpy()[at], places["region"].to_numpy()[at]
    activities, sites = (
        np.array(texts("activity"), dtype=object),
        np.array(texts("place"), dtype=object),
    )
    sorts = len(activities) * len(sites)
    mixed = (local * 7919 + 13) % sorts  # 7919 is prime: each name once before any comes again
    name = pd.Series(activities[mixed % len(activities)] + " " + sites[mixed // len(activities)])
    name = name.where(local < sorts, name + " n° " + digits(local // sorts + 1, 0))
    name = name.where(~network, "Réseau national démo " + digits(number + 1, 2))
    (forms, form_chances), (chances, staff, _) = (
        zip(*kinds.values(), strict=True) for kinds in (FAMILIES, BANDS)
    )
    family = np.where(network, 0, rng.choice(len(FAMILIES), many, p=form_chances))
    band = np.where(network, len(BANDS) - 1, rng.choice(len(BANDS), many, p=chances))
    siren = _siren(number + part * 1_000_000)
    siret = digits(_luhn(siren * 10_000 + rng.integers(1, 5, many), 13), 14)
    belongs = ~network & (rng.random(many) < 0.6) & (networks > 0)
    known = rng.random(many) < 0.93
    rna = (
        "W"
        + pd.Series(department).str[:2].str.replace(r"\D", "0", regex=True)
        + "9"
        + digits(number % 1_000_000, 6)
    )
    rna = rna.where((family == 0) & (rng.random(many) < 0.7))
    member = np.where(belongs, rng.integers(1, max(networks, 1) + 1, many), -1)
    created = pd.to_datetime(digits(rng.integers(1950, 2006, many), 4) + "-01-01")
    commune = pd.Series(department).str[:2] + digits(rng.integers(1, 400, many), 3)
    fte = np.round(np.array(staff)[band] * rng.lognormal(0, 0.4, many) * 2) / 2
    charter = np.where(network, np.datetime64("2014-10-13") + rng.integers(0, 400, many), OPEN)
    return pd.DataFrame(
        {
            "partner_id": codes("P", number + 1, part),
            "name": name,
            "acronym": ("RND" + digits(number + 1, 2)).where(network),
            "siren": digits(siren, 9).where(known),
            "siret": siret.where(known),
            "rna": rna,
            "legal_form": np.array(forms, dtype=object)[family],
            "ess_family": np.array(list(FAMILIES), dtype=object)[family],
            "is_network": network,
            "network_id": codes("P", member, part),
            "created_on": created,
            "dissolved_on": pd.NaT,
            "commune_code": commune,
            "department": department,
            "region": region,
            "staff_fte": fte,
            "budget_band": np.array(list(BANDS), dtype=object)[band],
            "charter_signed_on": charter,
        }
    )


def _luhn(number: np.ndarray, digits: int) -> np.ndarray:
    """Numbers of so many digits with the check digit that makes them pass Luhn's test."""
    figures = number[:, None] // 10 ** np.arange(digits) % 10
    doubled = figures[:, ::2] * 2
    total = (doubled - 9 * (doubled > 9)).sum(axis=1) + figures[:, 1::2].sum(axis=1)
    return number * 10 - total % -10


def _siren(number: np.ndarray) -> np.ndarray:
    """Valid SIREN that are not attributed: from 999 on, and from 0999 for one in forty, as spreadsheets lose leading zeros."""
    return _luhn(
        np.where(number % 40 == 7, 9_990_000 + number // 40, (99_900_000 + number) % 100_000_000), 8
    )
