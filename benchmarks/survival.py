"""The estimators against their peers, in one run on one core: what is asked, what is measured, both printed.

Run: python benchmarks/survival.py [--rows 10000000]
"""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy reads them

import argparse  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

import record  # noqa: E402
from analysis.stats import intervals, survival  # noqa: E402

STRATA = 20


def seconds(call, times: int = 9) -> float:
    """The best of some runs, after one that warms up."""
    call()
    best = np.inf
    for _ in range(times):
        begun = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - begun)
    return best


def durations(rows: int):
    """Whole months (up to 400), whether ended, and one of 20 strata."""
    random = np.random.default_rng(1)
    return (
        random.integers(1, 401, rows),
        random.random(rows) < 0.6,
        random.integers(0, STRATA, rows),
    )


def lifelines_curves(duration, ended, stratum):
    from lifelines import KaplanMeierFitter

    return [
        KaplanMeierFitter().fit(duration[here], ended[here]).confidence_interval_
        for here in by_stratum(stratum)
    ]


def sksurv_curves(duration, ended, stratum):
    from sksurv.nonparametric import kaplan_meier_estimator

    return [
        kaplan_meier_estimator(ended[here], duration[here], conf_type="log-log")
        for here in by_stratum(stratum)
    ]


def statsmodels_curves(duration, ended, stratum):
    from statsmodels.duration.survfunc import SurvfuncRight

    return [
        SurvfuncRight(duration[here], ended[here]).summary() for here in by_stratum(stratum)
    ]  # standard errors only


def by_stratum(stratum):
    return (np.flatnonzero(stratum == which) for which in range(STRATA))


def against_peers(rows: int) -> dict:
    data = durations(rows)
    ours = seconds(lambda: survival.kaplan_meier(data[0], data[1], strata=data[2]))
    peers = {
        peer.__name__.removesuffix("_curves"): seconds(lambda peer=peer: peer(*data), 2)
        for peer in PEERS
    }
    print(f"Kaplan-Meier with intervals, {STRATA} strata, {rows:,} whole-month durations")
    print(
        f"  ours {1000 * ours:.1f} ms; "
        + ", ".join(
            f"{name} {1000 * took:.0f} ms ({took / ours:.0f}x)" for name, took in peers.items()
        )
    )
    return told(min(peers.values()) / ours, 10, "times faster than the fastest peer", least=True)


PEERS = (lifelines_curves, sksurv_curves, statsmodels_curves)


def against_bytes(rows: int) -> dict:
    data = durations(rows)
    touch = seconds(lambda: [column.sum() for column in data])
    ours = seconds(lambda: survival.kaplan_meier(data[0], data[1], strata=data[2]))
    size = sum(column.nbytes for column in data) / 1e6
    print(
        f"The same on {rows:,}: {1000 * ours:.0f} ms; summing its {size:.0f} MB takes {1000 * touch:.1f} ms"
    )
    return told(ours / touch, 8, "times the time to touch the bytes", least=False)


def against_pandas(rows: int = 100_000, draws: int = 1000, tried: int = 20) -> dict:
    random = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"group": random.integers(0, STRATA, rows), "value": random.gamma(2.0, size=rows)}
    )
    ours = seconds(
        lambda: intervals.bootstrap(
            frame["value"], "mean", groups=frame["group"], draws=draws, seed=1
        ),
        3,
    )

    def resample():
        seeded = np.random.default_rng(1)
        for _ in range(tried):
            frame.groupby("group").sample(frac=1, replace=True, random_state=seeded).groupby(
                "group"
            )["value"].mean()

    peer = seconds(resample, 1) * draws / tried
    print(f"Bootstrap of means, {draws:,} draws x {rows:,} rows x {STRATA} groups")
    print(f"  ours {1000 * ours:.0f} ms; pandas groupby.sample {peer:.1f} s (from {tried} draws)")
    return told(peer / ours, 50, "times faster than pandas sampling", least=True)


def told(measured: float, asked: float, words: str, *, least: bool) -> dict:
    """One measured ratio, said as it comes, and as a row of the results."""
    met = measured >= asked if least else measured <= asked
    print(
        f"  {measured:.1f} {words}; asked: {'at least' if least else 'at most'} {asked}: {'met' if met else 'MISSED'}"
    )
    return {
        "measured": measured,
        "what": words,
        "asked": f"{'at least' if least else 'at most'} {asked}",
        "met": "yes" if met else "no",
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rows", type=int, default=10_000_000, help="rows of the run against the bytes"
    )
    asked = parser.parse_args()
    rows = pd.DataFrame([against_peers(1_000_000), against_bytes(asked.rows), against_pandas()])
    note = f"One core, {STRATA} strata or groups: curves of 1,000,000 rows against peers, of {asked.rows:,} against their bytes; bootstrap."
    record.section(
        "Estimators: speed",
        rows,
        note,
        ["numpy", "pandas", "lifelines", "scikit-survival", "statsmodels"],
    )
    return int((rows["met"] == "no").any())


if __name__ == "__main__":
    sys.exit(main())
