"""Who is bound to whom: invented partners, national networks, and the entities of the group."""

import numpy as np
import pandas as pd

from analysis.demo.process import DAY, OBSERVED_FROM, Process
from analysis.demo.wording import reference, texts

BRANCHES = ["Branche Courrier", "Branche Colis", "Branche Banque", "Branche Numérique", "Branche Immobilier"]
HEADQUARTERS = "Direction nationale"
FAMILIES = ["association", "cooperative", "mutual", "foundation", "social enterprise"]
FORMS = ["Association loi 1901", "SCIC", "Mutuelle", "Fondation", "SAS"]
BANDS = ["under 50k", "50k-200k", "200k-500k", "500k-2M", "over 2M"]


def codes(prefix: str, numbers: np.ndarray, part: int = 0) -> pd.Series:
    """Codes such as P00012 (P2-00012 in the third part of a large programme); missing where the number is negative."""
    prefix = f"{prefix}{part}-" if part else prefix
    return (prefix + digits(np.maximum(numbers, 0), 5)).where(pd.Series(numbers) >= 0)


def digits(number: np.ndarray, width: int) -> pd.Series:
    """Numbers with leading zeros."""
    return pd.Series(number).astype("str").str.zfill(width)


def parties(rng: np.random.Generator, drawn: Process, networks: int, part: int) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Who is bound to whom: partner (place in the table) and entity of each relation, and the partners."""
    start, end = drawn.start, drawn.end
    n, local = len(start), np.arange(len(start)) >= networks
    # Partners that come back after more than the grace delay: a later relation takes the parties of an ended one.
    ended = np.flatnonzero(local & (DAY - end > 400) & (rng.random(n) < 0.25))
    ended = ended[np.argsort(end[ended], kind="stable")]
    later = np.flatnonzero(local & (start > OBSERVED_FROM + 365))
    later = later[np.argsort(start[later], kind="stable")]
    place = np.searchsorted(start[later], end[ended] + 200) + rng.integers(0, max(len(later) // 20, 1), len(ended))
    place, first = np.unique(place, return_index=True)
    place, ended = place[place < len(later)], ended[first[: np.sum(place < len(later))]]
    back = later[place]
    apart = (start[back] > end[ended] + 200) & (start[back] < end[ended] + 900) & ~np.isin(ended, back) & ~np.isin(back, ended)
    back, ended = back[apart], ended[apart]
    others = np.setdiff1d(np.flatnonzero(local), np.concatenate([back, ended]))
    second = rng.permutation(others)[: len(others) // 8]
    own = np.setdiff1d(np.arange(n), np.concatenate([back, second]))
    partner = np.empty(n, dtype=np.int64)
    partner[own] = np.arange(len(own))
    partner[second] = partner[rng.permutation(np.setdiff1d(own, np.flatnonzero(~local)))[: len(second)]]
    partner[back] = partner[ended]

    partners = invented(rng, len(own), networks, part)
    home = "Direction régionale " + partners["region"].to_numpy(dtype=object)[partner]
    branch = np.array(BRANCHES, dtype=object)[rng.integers(0, len(BRANCHES), n)]
    regional = np.where(np.isin(np.arange(n), second), False, rng.random(n) < 0.75)
    taken = np.zeros(len(own), dtype=bool)  # a second relation is with the entity's other kind
    taken[partner[own[regional[own]]]] = True
    regional[second] = ~taken[partner[second]]
    entity = np.where(local, np.where(regional, home, branch), HEADQUARTERS)
    entity[back] = entity[ended]
    return partner, entity, partners


def invented(rng: np.random.Generator, many: int, networks: int, part: int) -> pd.DataFrame:
    """Invented partners, the first of them national networks, with valid identifiers from ranges that nobody holds."""
    number = np.arange(many)
    network = number < networks
    places = reference("departments.csv").merge(reference("population.csv"), on="region_code")
    weight = places["population"].astype(float) / places.groupby("region_code")["department"].transform("size")
    at = np.where(network, places.index[places["department"] == "75"][0], rng.choice(len(places), many, p=weight / weight.sum()))
    local = number - networks
    activities, sites = np.array(texts("activity"), dtype=object), np.array(texts("place"), dtype=object)
    sorts = len(activities) * len(sites)
    mixed = (local * 7919 + 13) % sorts  # 7919 is prime: each name once before any comes again
    name = pd.Series(activities[mixed % len(activities)] + " " + sites[mixed // len(activities)])
    name = name.where(local < sorts, name + " n° " + pd.Series(local // sorts + 1).astype("str"))
    name = name.where(~network, "Réseau national démo " + pd.Series(number + 1).astype("str").str.zfill(2))
    family = np.where(network, 0, rng.choice(5, many, p=[0.78, 0.08, 0.03, 0.03, 0.08]))
    band = np.where(network, 4, rng.choice(5, many, p=[0.22, 0.33, 0.22, 0.17, 0.06]))
    siren = _siren(number + part * 1_000_000)
    siret = digits(_luhn(siren * 10_000 + rng.integers(1, 5, many), 13), 14)
    siren = digits(siren, 9)
    department = places["department"].to_numpy()[at]
    association = family == 0
    rna = (
        "W"
        + pd.Series(department).str[:2].str.replace(r"\D", "0", regex=True)
        + "9"
        + (pd.Series(number) % 1_000_000).astype("str").str.zfill(6)
    )
    belongs = ~network & (rng.random(many) < 0.6) & (networks > 0)
    size = np.array([0.5, 3.0, 8.0, 22.0, 60.0])[band]
    code = codes("P", number + 1, part)
    return pd.DataFrame(
        {
            "partner_id": code,
            "name": name,
            "acronym": pd.Series(["RND" + f"{i + 1:02d}" for i in range(networks)]).reindex(range(many)),
            "siren": siren.where(pd.Series(rng.random(many) < 0.93)),
            "siret": siret,
            "rna": rna.where(pd.Series(association & (rng.random(many) < 0.7))),
            "legal_form": np.array(FORMS, dtype=object)[family],
            "ess_family": np.array(FAMILIES, dtype=object)[family],
            "is_network": network,
            "network_id": codes("P", np.where(belongs, rng.integers(1, max(networks, 1) + 1, many), -1), part),
            "created_on": pd.to_datetime(pd.Series(rng.integers(1950, 2006, many)).astype("str") + "-01-01"),
            "dissolved_on": pd.NaT,
            "commune_code": pd.Series(department).str.slice(0, 2)
            + pd.Series(rng.integers(1, 400, many)).astype("str").str.zfill(3),
            "department": department,
            "region": places["region"].to_numpy()[at],
            "staff_fte": np.round(size * rng.lognormal(0, 0.4, many) * 2) / 2,
            "budget_band": np.array(BANDS, dtype=object)[band],
            "charter_signed_on": pd.Series(
                np.where(network, np.datetime64("2014-10-13") + rng.integers(0, 400, many), np.datetime64("NaT"))
            ),
        }
    ).assign(siret=lambda frame: frame["siret"].where(frame["siren"].notna()))


def _luhn(number: np.ndarray, digits: int) -> np.ndarray:
    """Numbers of so many digits with the check digit that makes them pass Luhn's test."""
    figures = number[:, None] // 10 ** np.arange(digits) % 10
    doubled = figures[:, ::2] * 2
    total = (doubled - 9 * (doubled > 9)).sum(axis=1) + figures[:, 1::2].sum(axis=1)
    return number * 10 - total % -10


def _siren(number: np.ndarray) -> np.ndarray:
    """Valid SIREN that are not attributed: from 999 on, and from 0999 for one in forty, as spreadsheets lose leading zeros."""
    return _luhn(np.where(number % 40 == 7, 9_990_000 + number // 40, (99_900_000 + number) % 100_000_000), 8)
