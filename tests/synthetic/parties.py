"""Who is bound to whom: invented partners, national networks, and the entities of the group."""

import numpy as np
import pandas as pd

from analysis.declare.schema import reference
from synthetic.recording import codes
from synthetic.wording import texts

BRANCHES = ["Courrier", "Colis", "Banque", "Numérique", "Immobilier"]
HEADQUARTERS = "Direction nationale"
FAMILIES = pd.DataFrame(  # of partners
    [
        ("association", "Association loi 1901", 0.78),
        ("cooperative", "SCIC", 0.08),
        ("mutual", "Mutuelle", 0.03),
        ("foundation", "Fondation", 0.03),
        ("social enterprise", "SAS", 0.08),
    ],
    columns=["family", "legal_form", "share"],
)
BANDS = pd.DataFrame(  # of budget, with the usual staff and yearly revenue
    [
        ("under 50k", 0.22, 0.5, 27e3),
        ("50k-200k", 0.33, 3.0, 110e3),
        ("200k-500k", 0.22, 8.0, 330e3),
        ("500k-2M", 0.17, 22.0, 1e6),
        ("over 2M", 0.06, 60.0, 3.3e6),
    ],
    columns=["band", "share", "staff_fte", "revenue_eur"],
)


def entity_names(partner: np.ndarray, entity: np.ndarray, partners: pd.DataFrame) -> np.ndarray:
    """The entity of each relation in words: headquarters (-1), the partner's regional directorate (0) or a branch (1-5)."""
    region = partners["region"].to_numpy(dtype=object)[partner]
    branch = np.array(["", *BRANCHES], dtype=object)[np.maximum(entity, 0)]
    named = [HEADQUARTERS, "Direction régionale " + region]
    return np.select([entity < 0, entity == 0], named, "Branche " + branch)


def draw_places(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Department and region of n partners: by population; few of them overseas and in Corsica."""
    places = reference("departments").merge(reference("population"), on="region_code")
    departments = places.groupby("region_code")["department"].transform("size")
    weight = places["population"].astype(float) / departments
    return places.loc[rng.choice(len(places), n, p=weight / weight.sum())].reset_index(drop=True)


def names(numbers: np.ndarray) -> pd.Series:
    """Names of activities and places; no two numbers give the same name."""
    activities, places = (np.array(texts(name), dtype=object) for name in ("activity", "place"))
    sorts = len(activities) * len(places)
    mixed = (numbers * 7919 + 13) % sorts  # 7919 is prime: each name once before any comes again
    name = pd.Series(activities[mixed % len(activities)] + " " + places[mixed // len(activities)])
    return name.where(
        numbers < sorts, name + " n° " + pd.Series(numbers // sorts + 1).astype("str")
    )


def draw_partners(rng: np.random.Generator, n: int, networks: int, part: int = 0) -> pd.DataFrame:
    """Invented partners, the first of them national networks, with valid identifiers that nobody holds."""
    number = np.arange(n)
    is_network = number < networks
    places = draw_places(rng, n)
    department = places["department"].mask(is_network, "75")
    family = FAMILIES.loc[rng.choice(len(FAMILIES), n, p=FAMILIES["share"]) * ~is_network]
    band = np.where(is_network, len(BANDS) - 1, rng.choice(len(BANDS), n, p=BANDS["share"]))
    siren = siren_numbers(number + part * 1_000_000)
    siret = with_luhn_digit(siren * 10_000 + rng.integers(1, 5, n), 13)
    is_identified = rng.random(n) < 0.93
    has_rna = (family["family"] == "association").to_numpy() & (rng.random(n) < 0.7)
    prefix = "W" + department.str[:2].str.replace(r"\D", "0", regex=True) + "9"
    network_id = rng.integers(1, max(networks, 1) + 1, n)
    is_member = ~is_network & (rng.random(n) < 0.6) & (networks > 0)
    first_charter = np.datetime64("2014-10-13")
    two_digits = pd.Series(number + 1).astype("str").str.zfill(2)
    fte = BANDS["staff_fte"].to_numpy()[band] * rng.lognormal(0, 0.4, n)
    return pd.DataFrame(
        {
            "partner_id": codes("P", number + 1, part),
            "name": names(np.maximum(number - networks, 0)).mask(
                is_network, "Réseau national démo " + two_digits
            ),
            "acronym": ("RND" + two_digits).where(is_network),
            "siren": digits(siren, 9).where(is_identified),
            "siret": digits(siret, 14).where(is_identified),
            "rna": (prefix + digits(number % 1_000_000, 6)).where(has_rna),
            "legal_form": family["legal_form"].to_numpy(),
            "ess_family": family["family"].to_numpy(),
            "is_network": is_network,
            "network_id": codes("P", np.where(is_member, network_id, -1), part),
            "created_on": pd.to_datetime(rng.integers(1950, 2006, n).astype("str")),
            "commune_code": department.str[:2] + digits(rng.integers(1, 400, n), 3),
            "department": department,
            "region": places["region"].mask(is_network, "Île-de-France"),
            "staff_fte": np.round(fte * 2) / 2,
            "budget_band": BANDS["band"].to_numpy()[band],
            "charter_signed_on": pd.Series(first_charter + rng.integers(0, 400, n)).where(
                is_network
            ),
        }
    )


def digits(numbers: np.ndarray, width: int) -> pd.Series:
    """Numbers as text with leading zeros."""
    return pd.Series(numbers).astype("str").str.zfill(width)


def with_luhn_digit(numbers: np.ndarray, width: int) -> np.ndarray:
    """Numbers of so many digits with the check digit that makes them pass Luhn's test."""
    figures = numbers[:, None] // 10 ** np.arange(width) % 10
    doubled = figures[:, ::2] * 2
    total = (doubled - 9 * (doubled > 9)).sum(axis=1) + figures[:, 1::2].sum(axis=1)
    return numbers * 10 - total % -10


def siren_numbers(numbers: np.ndarray) -> np.ndarray:
    """Valid SIREN that are not attributed: from 999 on, and from 0999 for one in forty, as spreadsheets lose leading zeros."""
    from_999 = (99_900_000 + numbers) % 100_000_000
    return with_luhn_digit(np.where(numbers % 40 == 7, 9_990_000 + numbers // 40, from_999), 8)
