"""The lines of fragility and of strength: twenty yes / no / unknown statements on each relation,
never netted.

A line (`reference/lines.csv`) compares one measure with one threshold, the convention of its own
name. A measure that is not known makes its line unknown, never "no"; and it is known or not by what
was recorded, whatever the answer, so that the share of "yes" on the known is not biased by the
knowing.
"""

import operator
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.declare.conventions import DEFAULTS
from analysis.declare.schema import reference
from analysis.stats import intervals

_COMPARE = {"<": operator.lt, "<=": operator.le, ">=": operator.ge, ">": operator.gt}
_DECIMALS = 9  # to which measures and moved thresholds are compared


class Line(NamedTuple):
    """A statement: `measure` stands in `sign` to `threshold`; `scales` where a threshold a fifth
    away has a meaning.
    """

    measure: str
    sign: str
    threshold: float
    scales: bool

    def holds(self, measures: pd.DataFrame) -> pd.Series:
        """Whether it holds: boolean, missing where the measure is.

        Measures are read to nine decimals.
        """
        values = measures[self.measure].to_numpy(dtype=float)
        answers = _COMPARE[self.sign](values.round(_DECIMALS), self.threshold)
        return pd.Series(pd.arrays.BooleanArray(answers, np.isnan(values)), measures.index)


_DECLARED = reference("lines").set_index("line")
FRAGILITY = tuple(name for name in _DECLARED.index if name.startswith("LF"))
STRENGTH = tuple(name for name in _DECLARED.index if name.startswith("LS"))


def declared_lines(thresholds: Mapping[str, float] = DEFAULTS) -> dict[str, Line]:
    """The twenty lines, with the thresholds that a study's conventions set.

    >>> declared_lines()["LF1"].threshold, declared_lines(DEFAULTS | {"LF1": 0.4})["LF1"].threshold
    (0.3, 0.4)
    """
    return {
        row.Index: Line(row.measure, row.sign, thresholds[row.Index], row.scales == "yes")
        for row in _DECLARED.itertuples()
    }


LINES = declared_lines()


def statements(measures: pd.DataFrame, lines: Mapping[str, Line] = LINES) -> pd.DataFrame:
    """The lines that measures give: boolean columns, missing = unknown.

    >>> statements(pd.DataFrame({"dependence": [0.3, 0.31, None]}), {"LF1": LINES["LF1"]})["LF1"].tolist()
    [False, True, <NA>]
    """
    return pd.DataFrame(
        {name: line.holds(measures) for name, line in lines.items()}, index=measures.index
    )


def profile(lines: pd.DataFrame) -> pd.DataFrame:
    """How many lines of each relation are yes, no and unknown, and how many are known: "k yes of n
    known".

    >>> profile(pd.DataFrame({"LF1": [True], "LF2": [None], "LF3": [False]}, dtype="boolean")).values.tolist()
    [[1, 1, 1, 2]]
    """
    yes, n_known = (np.zeros(len(lines), dtype=np.int64) for _ in range(2))
    for name in lines:  # pandas' own sum over columns holds them all as numbers at once
        yes += lines[name].fillna(False).to_numpy(dtype=bool)
        n_known += lines[name].notna().to_numpy()
    counts = {
        "yes": yes,
        "no": n_known - yes,
        "unknown": lines.shape[1] - n_known,
        "known": n_known,
    }
    return pd.DataFrame(counts, index=lines.index)


def prevalence(
    lines: pd.DataFrame, cluster: pd.Series | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """How many relations are yes, no, unknown on each line, and the share of yes among the known
    with its interval.

    The interval is Wilson's on the known. Relations of one partner are not independent: with
    `cluster` (the partner, same index) it counts only as many relations as the design effect
    leaves. `least` and `most` are the shares if all the unknown were no, or yes. All four are
    missing where nothing is known.

    >>> lines = pd.DataFrame({"LF1": [True, False, False, None]}, dtype="boolean")
    >>> prevalence(lines)[["yes", "no", "unknown", "known"]].values.tolist()
    [[1, 2, 1, 3]]
    """
    yes, known_count = lines.sum().astype("int64"), lines.notna().sum().astype("int64")
    if cluster is not None and not cluster.index.equals(lines.index):
        cluster = cluster.loc[lines.index]
    partner = np.arange(len(lines))
    if cluster is not None:
        partner = pd.factorize(cluster, use_na_sentinel=False)[0]
    effective = known_count / intervals.design_effect(lines, partner)
    share = yes / known_count.where(known_count > 0)
    interval = intervals.wilson(share * effective, effective, confidence=confidence)
    unknown, every = len(lines) - known_count, known_count.where(known_count > 0) * 0 + len(lines)
    columns = {
        "yes": yes,
        "no": known_count - yes,
        "unknown": unknown,
        "known": known_count,
        "share": share,
        **interval[["low", "high"]],
    }
    columns |= {"least": yes / every, "most": (yes + unknown) / every}
    return pd.DataFrame(columns).rename_axis("line")


def ranked(prevalence: pd.DataFrame, coverage: float = DEFAULTS["coverage"]) -> pd.DataFrame:
    """The lines that may be ranked, the most frequent first: those known for a large enough part of
    the relations (`coverage`).

    >>> lines = pd.DataFrame({"LF1": [True, None, None], "LF6": [False, True, True]}, dtype="boolean")
    >>> ranked(prevalence(lines)).index.tolist()
    ['LF6']
    """
    known_names = prevalence["known"] / (prevalence["known"] + prevalence["unknown"])
    return prevalence[known_names >= coverage].sort_values("share", ascending=False, kind="stable")


def stands_out(
    lines: pd.DataFrame, first: str, partner: pd.Series, confidence: float = DEFAULTS["confidence"]
) -> bool:
    """Whether one line is more frequent than each other, whatever the unknown are.

    Every unknown of the line counts as no, every unknown of the others as yes; each difference,
    paired by relation and by partner (index that of `lines`), must lie above zero beyond chance
    (Holm over all of them).

    >>> lines = pd.DataFrame({"LF1": [True] * 90 + [None] * 10, "LF6": [False] * 70 + [True] * 30}, dtype="boolean")
    >>> stands_out(lines, "LF1", pd.Series(range(100))), stands_out(lines, "LF6", pd.Series(range(100)))
    (True, False)
    """
    from scipy.special import ndtr

    least = lines[first].fillna(False).astype(float)
    p_values = []
    for line in lines.columns.drop(first):
        difference = least - lines[line].fillna(True).astype(float)
        mean = difference.mean()
        if mean <= 0:
            return False
        spread = np.sqrt(((difference - mean).groupby(partner).sum() ** 2).sum()) / len(lines)
        p_values.append(2 * ndtr(-mean / spread) if spread > 0 else 0.0)
    return bool((intervals.holm(p_values) <= 1 - confidence).all())


def moved_thresholds(threshold: float, move: float) -> tuple[float, float, float]:
    """A threshold moved down by a part, as it is, and moved up by it, to the nine decimals that
    measures are read to: 1.5 less a fifth is 1.2, and a gap of 1.2 reaches it.

    >>> 1.5 * 0.8, moved_thresholds(1.5, 0.2)
    (1.2000000000000002, (1.2, 1.5, 1.8))
    """
    lower, higher = (round(threshold * factor, _DECIMALS) for factor in (1 - move, 1 + move))
    return lower, threshold, higher


def threshold_sensitivity(
    measures: pd.DataFrame,
    lines: Mapping[str, Line] = LINES,
    move: float = DEFAULTS["threshold_move"],
) -> pd.DataFrame:
    """Share of yes among the known of each line that scales, with its threshold, and with one moved
    down and up by a part.

    Columns known, threshold, lower, share, higher (by default shares at the threshold x 0.8, x 1, x
    1.2).

    >>> threshold_sensitivity(pd.DataFrame({"dependence": [0.2, 0.28, 0.32, 0.5]}), {"LF1": LINES["LF1"]}).values.tolist()
    [[4.0, 0.3, 0.75, 0.5, 0.25]]
    """
    rows = []
    for name, line in lines.items():
        if line.scales:
            shares = []
            for threshold in moved_thresholds(line.threshold, move):
                moved = Line(line.measure, line.sign, threshold, line.scales)
                shares.append(moved.holds(measures).astype("Float64").mean())
            rows.append((name, measures[line.measure].notna().sum(), line.threshold, *shares))
    columns = ["line", "known", "threshold", "lower", "share", "higher"]
    return pd.DataFrame(rows, columns=columns).set_index("line").astype("Float64")
