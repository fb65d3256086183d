"""Cox's partial likelihood, maximised: the numerical half of `survival.cox`.

Risk sets are differences of two running sums: over the rows not yet out, less those not yet in.
Strata are laid one after the other on one axis of time, where such a difference never mixes two of
them.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.stats.influence import cluster_sums

MAX_NEWTON_STEPS = 100
MAX_HALVINGS = 40
STEP_TOLERANCE = 1e-9
DIRECTION_TOLERANCE = 1e-6  # of the range of x @ direction
DOUBTFUL_RANGE = 20  # of log risks: beyond, rounding may look like a maximum
MAX_COMPARISONS = 100_000  # rows of a linear program
LEAST_GAIN = 1e-7  # of the likelihood: below, after a large step, it is flat or rises for ever


class CoxFit(NamedTuple):
    """A maximum: the coefficients, their variance, and what the robust error and the test of drift
    are made of.

    Slots are the terms of the likelihood, one per end, in the order of `event_times`.
    """

    coefficients: np.ndarray
    variance: np.ndarray
    score_residuals: np.ndarray  # row x covariate: the pull of each row on the score
    event_times: np.ndarray
    slot_scores: np.ndarray  # slot x covariate
    slot_variances: np.ndarray  # slot x covariate x covariate
    slot_hazards: (
        np.ndarray
    )  # what each adds to the cumulative hazard of a row at the mean of every covariate

    def robust_error(self, clusters: np.ndarray, count: int) -> np.ndarray:
        """Standard errors when the rows of a cluster may depend on one another (Lin and Wei's
        sandwich).
        """
        pulls = cluster_sums(self.score_residuals @ self.variance, clusters, count)
        return np.sqrt((pulls**2).sum(axis=0))

    def drift(self, passed: np.ndarray) -> tuple[np.ndarray, float]:
        """Score statistics for coefficients that drift with `passed` (a centred time per slot):
        each alone, then all.
        """
        count = len(self.coefficients)
        score = np.concatenate([np.zeros(count), passed @ self.slot_scores])
        once, cross, twice = (
            np.einsum("s,sij->ij", passed**power, self.slot_variances) for power in (0, 1, 2)
        )
        information = np.block([[once, cross], [cross, twice]])

        def statistic(extra: list[int]) -> float:
            terms = [*range(count), *(count + number for number in extra)]
            inverse = np.linalg.pinv(information[np.ix_(terms, terms)], hermitian=True)
            return float(score[terms] @ inverse @ score[terms])

        return np.array([statistic([number]) for number in range(count)]), statistic(
            list(range(count))
        )


def maximise(
    design: pd.DataFrame, exit, event, entry, stratum, *, efron: bool, penalty: float = 0
) -> CoxFit:
    """Newton's method from zero, with halved steps where the likelihood would fall.

    Refused when nothing ends, when a covariate is constant or follows from others, and when no
    finite maximum exists. A `penalty` takes penalty / 2 times the squared coefficients (of
    covariates scaled to 1 at most) off the likelihood.

    >>> maximise(pd.DataFrame({"x": [1.0, 0.0, 1.0]}), np.array([1, 2, 3]), np.array([True, True, True]), None, None,
    ...     efron=True).coefficients.round(4).tolist()
    [-0.3466]
    """
    if not event.any():
        raise ValueError("nothing ends in these rows: there is no hazard to compare")
    x = design.to_numpy() - design.to_numpy().mean(axis=0)
    scale = np.abs(x).max(axis=0)
    scale[scale == 0] = 1
    likelihood = _Likelihood(x / scale, exit, event, entry, stratum, efron, penalty)
    beta, information = _climb(likelihood, design.columns)
    slot_scores, slot_variances, residuals, hazards = likelihood.parts(beta)
    return CoxFit(
        beta / scale,
        np.linalg.inv(information) / np.outer(scale, scale),
        residuals * scale,
        likelihood.event_times,
        slot_scores * scale,
        slot_variances * np.outer(scale, scale),
        hazards,
    )


def _climb(likelihood: "_Likelihood", names: pd.Index) -> tuple[np.ndarray, np.ndarray]:
    beta = np.zeros(len(names))
    value, score, information = likelihood.at(beta)
    _refuse_unidentified(information, names)
    for _ in range(MAX_NEWTON_STEPS):
        step, trial = _uphill_step(likelihood, beta, value, score, information)
        if step is None:
            break  # rounding hides what a step would gain
        gain, largest = trial[0] - value, np.abs(step).max(initial=0)
        beta, (value, score, information) = beta + step, trial
        is_flat = gain < LEAST_GAIN and largest > 0.1 and not likelihood.penalty
        if is_flat and likelihood.rises_for_ever(step):
            break
        if largest < STEP_TOLERANCE * max(1.0, np.abs(beta).max(initial=0)):
            if np.ptp(likelihood.x @ beta) < DOUBTFUL_RANGE:
                return beta, information
            break
    if likelihood.penalty:
        direction = None
    else:
        direction = likelihood.direction_of_rise(beta)
    if direction is not None:
        raise ValueError(
            f"no finite estimate exists: {names[np.abs(direction).argmax()]} separates the rows that end "
            "from those that do not. Leave it out, join its rare values, or give a penalty"
        )
    is_maximum = step is not None and largest < 1e-6 * np.abs(beta).max(initial=0)
    if is_maximum and np.linalg.eigvalsh(information)[0] > 0:
        return beta, information
    raise ValueError(
        f"no estimate was reached: the effect of {names[np.abs(beta).argmax()]} is too large to be told. "
        "Leave it out, join its rare values, or give a penalty"
    )


def _uphill_step(likelihood, beta, value, score, information):
    try:
        step = np.linalg.solve(information, score)
    except np.linalg.LinAlgError:
        return None, None
    for _ in range(MAX_HALVINGS):
        trial = likelihood.at(beta + step)
        if trial[0] >= value - 1e-9 * abs(value) and np.isfinite(trial[2]).all():
            return step, trial
        step = step / 2
    return None, None


def _refuse_unidentified(information: np.ndarray, names: pd.Index) -> None:
    flat = names[np.diag(information) < 1e-12]
    if len(flat):
        raise ValueError(
            f"no estimate exists: {', '.join(map(str, flat))} does not differ among the rows at risk"
        )
    if np.linalg.eigvalsh(information)[0] < 1e-9 * np.trace(information):
        raise ValueError("no separate estimates exist: a covariate follows from the others")


class _Likelihood:
    def __init__(self, x, exit, event, entry, stratum, efron, penalty):
        times, ranks = np.unique(exit, return_inverse=True)
        width = len(times) + 1
        offset = 0 if stratum is None else stratum.astype(np.int64) * width
        self.leave = offset + ranks + 1
        # an entry lies between two exits: what counts is how many exits come at or before it
        if entry is None:
            passed = 0
        else:
            passed = np.searchsorted(times, entry, side="right")
        self.enter = np.zeros(len(x), dtype=np.int64) + offset + passed
        self.x, self.event, self.penalty = x, event, penalty
        self.by_leave = np.argsort(self.leave, kind="stable")
        self.by_enter = np.argsort(self.enter, kind="stable")
        self.ends = np.flatnonzero(event)[np.argsort(self.leave[event], kind="stable")]
        self.keys, self.slot, size = np.unique(
            self.leave[self.ends], return_inverse=True, return_counts=True
        )
        self.from_leave = np.searchsorted(self.leave[self.by_leave], self.keys)
        self.from_enter = np.searchsorted(self.enter[self.by_enter], self.keys)
        self.size, self.event_times = size[self.slot], exit[self.ends]
        self.part = np.zeros(len(self.ends))
        if efron:
            first_of_tie = np.concatenate([[0], np.cumsum(size)])[self.slot]
            self.part = (np.arange(len(self.ends)) - first_of_tie) / self.size

    def slots(self, beta):
        linear = self.x @ beta
        log_risk = linear - linear.max(initial=0)
        risk = np.exp(log_risk)
        weighted = risk[:, None] * self.x
        squares = (weighted[:, :, None] * self.x[:, None, :]).reshape(len(risk), -1)
        total = self._at_stake(risk[:, None])[:, 0]
        mean = self._at_stake(weighted) / total[:, None]
        square = self._at_stake(squares) / total[:, None]
        variance = square.reshape(len(total), *2 * [self.x.shape[1]])
        return log_risk, risk, total, mean, variance - mean[:, :, None] * mean[:, None, :]

    def _at_stake(self, values):
        leaving = self._after(values[self.by_leave])[self.from_leave]
        entering = self._after(values[self.by_enter])[self.from_enter]
        tied = np.zeros((len(self.keys), values.shape[1]))
        np.add.at(tied, self.slot, values[self.ends])
        return (leaving - entering)[self.slot] - self.part[:, None] * tied[self.slot]

    def direction_of_rise(self, beta) -> np.ndarray | None:
        """A direction along which the likelihood rises for ever, if any (Heinze 2001)."""
        from scipy.optimize import linprog

        axes = np.eye(len(beta))
        for direction in (*axes, *-axes, beta):
            if self.rises_for_ever(direction):
                return direction
        if len(self.ends) * len(self.x) > MAX_COMPARISONS:
            return None
        shortfall = np.concatenate(list(self._comparisons()))
        zeros, bounds = np.zeros(len(shortfall)), [(-1, 1)] * len(beta)
        solution = linprog(shortfall.sum(axis=0), A_ub=shortfall, b_ub=zeros, bounds=bounds)
        if solution.success and solution.fun < -DIRECTION_TOLERANCE:
            return solution.x
        return None

    def rises_for_ever(self, direction) -> bool:
        """Whether each row that ends has the highest x @ direction among those at risk."""
        tolerance = DIRECTION_TOLERANCE * np.ptp(self.x @ direction)
        differs = False
        for shortfall in self._comparisons():
            behind = shortfall @ direction
            if behind.max() > tolerance:
                return False
            differs |= bool(behind.min() < -tolerance)
        return differs

    def _comparisons(self):
        for end, key in zip(self.ends, self.keys[self.slot], strict=True):
            at_risk = np.flatnonzero((self.leave >= key) & (self.enter < key))
            yield self.x[at_risk] - self.x[end]

    @staticmethod
    def _after(sorted_rows):
        return np.concatenate(
            [np.cumsum(sorted_rows[::-1], axis=0)[::-1], np.zeros((1, sorted_rows.shape[1]))]
        )

    def at(self, beta):
        with np.errstate(all="ignore"):
            log_risk, _, total, mean, variance = self.slots(beta)
            value = log_risk[self.ends].sum() - np.log(total).sum() - self.penalty / 2 * beta @ beta
            score = (self.x[self.ends] - mean).sum(axis=0) - self.penalty * beta
            information = variance.sum(axis=0) + self.penalty * np.eye(len(beta))
        return value, score, information

    def parts(self, beta):
        linear, risk, total, mean, variance = self.slots(beta)

        def by_key(values):
            sums = np.zeros((len(self.keys), values.shape[1]))
            np.add.at(sums, self.slot, values)
            return sums

        pace = np.column_stack([1 / total, mean / total[:, None]])
        passed = np.concatenate([np.zeros((1, pace.shape[1])), np.cumsum(by_key(pace), axis=0)])
        out = np.searchsorted(self.keys, self.leave, side="right")
        into = np.searchsorted(self.keys, self.enter, side="right")
        borne = passed[out] - passed[into]
        # with Efron's ties, an end bears only a part of the hazard of its own time
        borne[self.ends] -= by_key(self.part[:, None] * pace)[self.slot]
        residuals = -risk[:, None] * (self.x * borne[:, :1] - borne[:, 1:])
        own_values = by_key(mean / self.size[:, None])[self.slot]
        residuals[self.ends] += self.x[self.ends] - own_values
        # at the means, the risk that the slots' shift left
        hazards = np.exp(linear - self.x @ beta).max(initial=0) / total
        return self.x[self.ends] - own_values, variance, residuals, hazards
