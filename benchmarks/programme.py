"""Whether whole studies say what is true: programmes are drawn, opened as studies, and their exhibits read.

Nothing changed with the charter, so that F4 may tell the cohorts apart in 5 % of programmes at most; the share of relations
that last three years is stated by F3, F5 and T8, and must be one number; its interval holds the truth in 93-97 %.

    python benchmarks/programme.py [DRAWS [RELATIONS]]
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import record
import tiny
from analysis import explore
from coverage import truths_demonstration, truths_frail
from synthetic import frail, programme

MONTHS = 36


def demonstration_tables(seed: int, n: int) -> dict[str, pd.DataFrame]:
    """The clean tables of a drawn programme."""
    return programme.draw(seed, n)[0]


def frail_tables(seed: int, n: int) -> dict[str, pd.DataFrame]:
    """Partners and agreements of the other shape."""
    agreements = frail.record(np.random.default_rng([seed, 11]), n)
    ids = pd.Series(sorted(agreements["partner_id"].unique()))
    partners = pd.DataFrame({"partner_id": ids, "name": "Partenaire " + ids, "is_network": False})
    return {"partners": partners, "agreements": agreements.assign(level="local")}


SHAPES = {
    "demonstration": (demonstration_tables, truths_demonstration, programme.OBSERVED_FROM),
    "frail partners": (frail_tables, truths_frail, frail.OBSERVED_FROM),
}


def open_study(folder: Path, tables: dict[str, pd.DataFrame], observed_from):
    """The tables as a cleaned study, whose sources see from then on."""
    tiny.cleaned(folder, **tables)
    windows = pd.read_parquet(folder / "windows.parquet")
    windows.assign(first=pd.Timestamp(observed_from)).to_parquet(folder / "windows.parquet")
    return explore.open(str(folder), lang="en")


def stated_survival(study) -> dict[str, float]:
    """The share that lasts three years, as each exhibit states it."""
    curve = study.exhibit("F3").data
    causes = study.exhibit("F5").data
    numbers = {number.key: number for number in study.exhibit("T8").numbers}
    ended = causes[causes["months"] <= MONTHS].groupby("cause")["incidence"].last().sum()
    return {
        "F3": curve.loc[curve["months"] <= MONTHS, "survival"].iloc[-1],
        "F5": 1 - ended,
        "T8": numbers["survival"].value,
        "low": numbers["survival"].low,
        "high": numbers["survival"].high,
    }


def read_study(shape: str, seed: int, n: int, true: dict[str, float]) -> dict[str, bool]:
    """What one study says of survival, of the cohorts and of renewal, against the truth."""
    draw, _, observed_from = SHAPES[shape]
    with tempfile.TemporaryDirectory() as folder:
        study = open_study(Path(folder), draw(seed, n), observed_from)
        stated = stated_survival(study)
        renewal = next(one for one in study.exhibit("T8").numbers if one.key == "renewal")
        cohorts = study.exhibit("F4", by="cohort")
        return {
            "S(36) covered": stated["low"] <= true["S(36)"] <= stated["high"],
            "renewal covered": renewal.low <= true["renewal"] <= renewal.high,
            "figures apart": np.ptp([stated["F3"], stated["F5"], stated["T8"]]) > 1e-9,
            "false charter effect": not cohorts.title.startswith("No difference"),
        }


def main(draws: int = 60, n: int = 300) -> None:
    rows = []
    for shape, (_, truths, _) in SHAPES.items():
        true = truths()
        read = pd.DataFrame([read_study(shape, seed, n, true) for seed in range(1, draws + 1)])
        rows.append(
            {"shape": shape, "draws": draws, "relations": n} | (100 * read.mean()).to_dict()
        )
        print(rows[-1], flush=True)
    note = "Studies opened from clean tables, in % of the programmes drawn; two standard errors at 5 %: "
    note += f"{200 * np.sqrt(0.05 * 0.95 / draws):.1f} points."
    record.section("Whole studies: truth", pd.DataFrame(rows), note)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
