"""How well spellings of one partner are found where identifiers tell the truth and are hidden.

    python benchmarks/identity.py [../shared/data]

A true pair is two different normalised names under one identifier. For each file and each way: how many pairs it gives, how
many of them are true (precision) and how many of the true ones it gives (recall). Pairs merged without review are all pairs
within what was merged. The jaune holds one year and 17,484 associations that all differ: whatever is merged there is wrong.
"""

import sys
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

import record
from analysis import parse
from analysis.linkage import partner_matching

SAFE = 0.97  # the probability from which a pair would be merged without review


def safe(found: pd.DataFrame, least: float = SAFE) -> pd.DataFrame:
    """The candidates that may be merged without review, as aliases (`partner, same_as, answer`),
    each the same as the latest.

    Surest first; two partners are not merged where what is merged so far would bear two names in
    one year.
    """
    groups: dict[
        str, dict[str, set[str]]
    ] = {}  # partner -> all partners merged with it, each with its years
    for pair in found[found["score"] >= least].itertuples():
        first_group = groups.setdefault(pair.left, {pair.left: set(pair.left_years.split("|"))})
        second_group = groups.setdefault(pair.right, {pair.right: set(pair.right_years.split("|"))})
        if first_group is not second_group and not set().union(*first_group.values()) & set().union(
            *second_group.values()
        ):
            groups |= dict.fromkeys([*first_group, *second_group], first_group | second_group)
    latest = {
        key: max(group, key=lambda member: (max(group[member]), member))
        for key, group in groups.items()
    }
    rows = [(key, head, "same") for key, head in sorted(latest.items()) if key != head]
    return pd.DataFrame(rows, columns=["partner", "same_as", "answer"], dtype="str")


def spellings(
    grants: pd.DataFrame, amounts: bool = True
) -> tuple[pd.DataFrame, set[frozenset[str]]]:
    """One partner per normalised name, as if no identifier were known; and the pairs that the identifiers join."""
    grants = grants.assign(key=partner_matching.normalised(grants["name"])).dropna(
        subset=["key", "identifier"]
    )
    named = grants.drop_duplicates(["identifier", "key"]).groupby("identifier")["key"]
    truth = {frozenset(pair) for _, keys in named for pair in combinations(keys, 2)}
    yearly = grants.groupby(["key", "year"])["amount"].sum(min_count=1).groupby("key").median()
    partners = grants.groupby("key").agg(
        name=("name", "first"), years=("year", lambda year: "|".join(sorted(set(year))))
    )
    if amounts:
        partners["amount"] = yearly
    if "funder" in grants:
        funders = grants.groupby("key")["funder"].agg(["first", "nunique"])
        partners["funder"] = funders["first"].where(funders["nunique"] == 1)
    return partners.rename_axis("partner_id").reset_index(), truth


def loire_atlantique(data: Path) -> pd.DataFrame:
    (file,) = (data / "loire-atlantique-2008-2018").glob("*.csv")
    raw = pd.read_csv(file, sep=";", dtype="str")
    names = [
        "Nom du bénéficiaire",
        "Identification du bénéficiaire",
        "Date de la convention de subvention",
    ]
    return grants(raw, *names, "Montant total de la subvention")


def trafford(data: Path) -> pd.DataFrame:
    raw = pd.read_csv(
        data / "trafford-360giving/trafford_council_voluntary_sector_grants.csv", dtype="str"
    )
    return grants(
        raw, "Recipient Org:Name", "Recipient Org:Identifier", "Award Date", "Amount Awarded"
    )


def other_departments(data: Path) -> pd.DataFrame:
    """Mayenne, Vendée, Maine-et-Loire and Sarthe in the aggregated file, by SIREN."""
    raw = pd.read_csv(
        data / "pays-de-la-loire-conventions/donnees_subventions_agregees_PDL_utf8.csv",
        dtype="str",
        encoding="cp1252",
        sep=";",
    )
    column = {name.casefold(): name for name in raw.columns}
    names = ["nombeneficiaire", "idbeneficiaire", "dateconvention", "montant"]
    raw = raw[~raw[column["nomattribuant"]].str.contains("Loire-Atlantique", na=False)]
    return grants(raw, *(column[name] for name in names), siren=True).assign(
        funder=raw[column["nomattribuant"]]
    )


def jaune(data: Path) -> pd.DataFrame:
    (file,) = (data / "jaune-associations-2010").glob("*.csv")
    raw = pd.read_csv(
        file,
        sep=";",
        dtype="str",
        encoding="cp1252",
        names=["siren", "name", "purpose", "total", "amount"],
        skiprows=1,
    )
    parts = raw["name"].str.extract(r"^(?P<name>.*?) - +(?P<department>\d[\dAB]\d?) *(?P<town>.*)$")
    return parts.assign(identifier=raw["siren"], year="2010", amount=parse.amounts(raw["total"])[0])


def grants(
    raw: pd.DataFrame, name: str, identifier: str, date: str, amount: str, siren: bool = False
) -> pd.DataFrame:
    """Grants with the identifier as it is written, or the SIREN read from it, where the file destroyed some."""
    years = raw[date].str.extract(r"((?:19|20)\d\d)", expand=False)
    amounts = parse.amounts(raw[amount])[0]
    key = parse.siren(raw[identifier])[0] if siren else parse.text(raw[identifier])
    frame = {"name": parse.text(raw[name]), "identifier": key, "year": years, "amount": amounts}
    return pd.DataFrame(frame).dropna(subset=["name", "year"])


def merged(aliases: pd.DataFrame) -> set[frozenset[str]]:
    """All pairs within what the aliases merge."""
    groups = aliases.groupby("same_as")["partner"].agg(list)
    return {
        frozenset(pair)
        for head, members in groups.items()
        for pair in combinations([head, *members], 2)
    }


def ratio_pairs(partners: pd.DataFrame, scorer, least: int, apart: bool) -> set[frozenset[str]]:
    keys = partners["partner_id"].tolist()
    years = [set(text.split("|")) for text in partners["years"]]
    scores = process.cdist(
        keys, keys, scorer=scorer, score_cutoff=least, dtype=np.uint8, workers=-1
    )
    left, right = np.nonzero(np.triu(scores >= least, 1))
    return {
        frozenset((keys[i], keys[j]))
        for i, j in zip(left, right, strict=True)
        if not (apart and years[i] & years[j])
    }


def row(file: str, way: str, pairs: set, truth: set, seconds: float) -> dict:
    """One way of finding pairs, held to the true ones: as a row of the results."""
    right = len(pairs & truth)
    return {
        "file": file,
        "way": way,
        "pairs": len(pairs),
        "precision": right / len(pairs) if pairs else np.nan,
        "recall": right / len(truth) if truth else np.nan,
        "seconds": seconds,
    }


def main(data: Path) -> None:
    rows = []
    files = {
        "Loire-Atlantique": loire_atlantique,
        "Trafford": trafford,
        "Other departments": other_departments,
    }
    for file, read in files.items():
        partners, truth = spellings(read(data))
        file = f"{file} ({len(partners)} names, {len(truth)} true pairs)"
        for way, scorer, least, apart in (
            ("token_sort_ratio >= 95", fuzz.token_sort_ratio, 95, False),
            ("token_sort_ratio >= 95, never in one year", fuzz.token_sort_ratio, 95, True),
            ("token_sort_ratio >= 90, never in one year", fuzz.token_sort_ratio, 90, True),
            ("token_set_ratio >= 85, never in one year", fuzz.token_set_ratio, 85, True),
        ):
            begun = time.perf_counter()
            pairs = ratio_pairs(partners, scorer, least, apart)
            rows.append(row(file, way, pairs, truth, time.perf_counter() - begun))
        for said, frame in (("", partners), (", amounts unknown", partners.drop(columns="amount"))):
            rows += ours(file, frame, truth, said)
    everyone = jaune(data).dropna(subset=["name"])
    everyone = (
        everyone.assign(key=partner_matching.normalised(everyone["name"]))
        .drop_duplicates("identifier")
        .drop_duplicates("key")
    )
    everyone = everyone.assign(partner_id=everyone["identifier"], years=everyone["year"]).drop(
        columns=["identifier", "year"]
    )
    different = f"Jaune ({len(everyone)} names, no true pair)"
    rows += ours(different, everyone, set(), "")
    rows += ours(different, everyone[["partner_id", "name"]], set(), ", names alone")
    note = "Identifiers hidden; a true pair is two normalised names under one of them. No rule knows these files."
    record.section("Identity", pd.DataFrame(rows), note, ["rapidfuzz", "numpy", "scipy"])


def ours(file: str, partners: pd.DataFrame, truth: set, said: str) -> list[dict]:
    begun = time.perf_counter()
    found = partner_matching.candidates(partners)
    seconds = time.perf_counter() - begun
    pairs = {frozenset(pair) for pair in zip(found["left"], found["right"], strict=True)}
    return [
        row(file, f"candidates{said}", pairs, truth, seconds),
        row(
            file,
            f"merged without review{said}",
            merged(safe(found)),
            truth,
            seconds,
        ),
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared/data")
