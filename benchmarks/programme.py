"""Whether the study finds the truth of the demonstration programme: 1,000 draws of its relations, survival at 36 months.

python benchmarks/programme.py [DRAWS]
"""

import sys

import numpy as np
import pandas as pd

import record
from analysis.indicators import durability
from analysis.stats import survival
from synthetic import process, programme

RELATIONS, MONTHS = 1553, 36


def main(draws: int = 1000) -> None:
    """Draw, estimate with delayed entry, and count how often the 95 % interval holds the truth."""
    truth = float(np.squeeze(process.survival(MONTHS)))
    held = []
    for seed in range(1, draws + 1):
        relations = programme.draw_relations(seed, RELATIONS)
        watched = relations[relations["duration_months"] > relations["entry_months"]]
        length, ended, entry = (
            watched[name].to_numpy(float) for name in ("duration_months", "ended", "entry_months")
        )
        held.append(
            survival.at(durability.curve(length, ended.astype(bool), entry=entry), MONTHS).iloc[0][
                ["value", "low", "high"]
            ]
        )
    found = pd.DataFrame(held).astype(float)
    inside = ((found["low"] <= truth) & (truth <= found["high"])).mean()
    row = {
        "draws": draws,
        "relations": RELATIONS,
        "truth": truth,
        "mean estimate": found["value"].mean(),
        "coverage %": 100 * inside,
        "standard error of the coverage": 100 * np.sqrt(inside * (1 - inside) / draws),
    }
    record.section(
        "Truth of the demonstration",
        pd.DataFrame([row]),
        "S(36 months) of drawn programmes, delayed entry, 95 % interval.",
    )


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
