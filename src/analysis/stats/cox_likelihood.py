"""Cox's partial likelihood, maximised: the numerical half of `survival.cox`.

Risk sets are differences of two running sums: over the rows not yet out, less those not yet in. Strata are laid one after
the other on one axis of time, where such a difference never mixes two of them.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

STEPS = 100


class Fit(NamedTuple):
    """A maximum: the coefficients, their variance, and what the robust error and the test of drift are made of.

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
    )  # what each slot adds to the cumulative hazard of a row at the mean of every covariate

    def robust_error(self, clusters: np.ndarray, many: int) -> np.ndarray:
        """Standard errors when the rows of a cluster may depend on one another (Lin and Wei's sandwich)."""
        pulls = np.zeros((many, len(self.coefficients)))
        np.add.at(pulls, clusters, self.score_residuals @ self.variance)
        return np.sqrt((pulls**2).sum(axis=0))

    def drift(self, passed: np.ndarray) -> tuple[np.ndarray, float]:
        """Score statistics for coefficients that drift with `passed` (a centred time per slot): each alone, then all."""
        many = len(self.coefficients)
        score = np.concatenate([np.zeros(many), passed @ self.slot_scores])
        weigh = lambda weights: np.einsum("s,sij->ij", weights, self.slot_variances)
        cross = weigh(passed)
        information = np.block([[weigh(np.ones(len(passed))), cross], [cross, weigh(passed**2)]])

        def statistic(extra: list[int]) -> float:
            kept = [*range(many), *(many + place for place in extra)]
            return float(
                score[kept]
                @ np.linalg.pinv(information[np.ix_(kept, kept)], hermitian=True)
                @ score[kept]
            )

        return np.array([statistic([place]) for place in range(many)]), statistic(list(range(many)))


def fit(
    design: pd.DataFrame, exit, event, entry, stratum, *, efron: bool, penalty: float = 0
) -> Fit:
    """Newton's method from zero, with halved steps where the likelihood would fall.

    Refused when nothing ends, when a covariate is constant or follows from others, and when no finite maximum exists. A
    `penalty` takes penalty / 2 times the squared coefficients (of covariates scaled to 1 at most) off the likelihood.

    >>> fit(pd.DataFrame({"x": [1.0, 0.0, 1.0]}), np.array([1, 2, 3]), np.array([True, True, True]), None, None,
    ...     efron=True).coefficients.round(4).tolist()
    [-0.3466]
    """
    if not event.any():
        raise ValueError("nothing ends in these rows: there is no hazard to compare")
    x = design.to_numpy() - design.to_numpy().mean(axis=0)
    scale = np.abs(x).max(axis=0)
    scale[scale == 0] = 1
    likelihood = _Likelihood(x / scale, exit, event, entry, stratum, efron, penalty)
    beta = np.zeros(x.shape[1])
    value, score, information = likelihood.at(beta)
    flat = design.columns[np.diag(information) < 1e-12]
    if len(flat):
        raise ValueError(
            f"no estimate exists: {', '.join(map(str, flat))} does not differ among the rows at risk"
        )
    if x.shape[1] and np.linalg.eigvalsh(information)[0] < 1e-9 * np.trace(information):
        raise ValueError("no separate estimates exist: a covariate follows from the others")
    for _ in range(STEPS):
        step = np.linalg.solve(information, score)
        trial = likelihood.at(beta + step)
        while not trial[0] >= value - 1e-9 * abs(value):
            step /= 2
            trial = likelihood.at(beta + step)
        gain, largest = trial[0] - value, np.abs(step).max(initial=0)
        beta, (value, score, information) = beta + step, trial
        if largest < 1e-9:
            break
        if largest > 0.1 and gain < 1e-7:
            worst = design.columns[np.abs(step).argmax()]
            raise ValueError(
                f"no finite estimate exists: {worst} separates the rows that end from those that do not"
            )
    slot_scores, slot_variances, residuals, hazards = likelihood.parts(beta)
    return Fit(
        beta / scale,
        np.linalg.inv(information) / np.outer(scale, scale),
        residuals * scale,
        likelihood.event_times,
        slot_scores * scale,
        slot_variances * np.outer(scale, scale),
        hazards,
    )


class _Likelihood:
    """The partial likelihood of one data set, with what does not depend on the coefficients worked out once."""

    def __init__(self, x, exit, event, entry, stratum, efron, penalty):
        times, ranks = np.unique(exit, return_inverse=True)
        width = len(times) + 1
        offset = 0 if stratum is None else stratum.astype(np.int64) * width
        self.leave = offset + ranks + 1
        # an entry lies between two exits: what counts is how many exits come at or before it
        passed = 0 if entry is None else np.searchsorted(times, entry, side="right")
        self.enter = np.zeros(len(x), dtype=np.int64) + offset + passed
        self.x, self.event, self.penalty = x, event, penalty
        self.by_leave, self.by_enter = (
            np.argsort(self.leave, kind="stable"),
            np.argsort(self.enter, kind="stable"),
        )
        self.ends = np.flatnonzero(event)[np.argsort(self.leave[event], kind="stable")]
        self.keys, self.slot, size = np.unique(
            self.leave[self.ends], return_inverse=True, return_counts=True
        )
        self.from_leave = np.searchsorted(self.leave[self.by_leave], self.keys)
        self.from_enter = np.searchsorted(self.enter[self.by_enter], self.keys)
        first = np.concatenate([[0], np.cumsum(size)])[self.slot]
        self.part = (
            (np.arange(len(self.ends)) - first) / size[self.slot]
            if efron
            else np.zeros(len(self.ends))
        )
        self.size, self.event_times = size[self.slot], exit[self.ends]

    def slots(self, beta):
        """For each end: the log risk of its row, the risk at stake, its mean covariates and their variance."""
        linear = self.x @ beta
        risk = np.exp(linear - linear.max(initial=0))
        at_stake = []
        for power in (
            risk[:, None],
            risk[:, None] * self.x,
            (risk[:, None, None] * self.x[:, :, None] * self.x[:, None, :]),
        ):
            power = power.reshape(len(risk), -1)
            out = (
                self._after(power[self.by_leave])[self.from_leave]
                - self._after(power[self.by_enter])[self.from_enter]
            )
            tied = np.zeros((len(self.keys), power.shape[1]))
            np.add.at(tied, self.slot, power[self.ends])
            at_stake.append(out[self.slot] - self.part[:, None] * tied[self.slot])
        total = at_stake[0][:, 0]
        mean = at_stake[1] / total[:, None]
        variance = at_stake[2].reshape(len(total), self.x.shape[1], -1) / total[:, None, None]
        return (
            linear - linear.max(initial=0),
            risk,
            total,
            mean,
            variance - mean[:, :, None] * mean[:, None, :],
        )

    @staticmethod
    def _after(sorted_rows):
        """Sums of this row and all that follow, with a zero past the last."""
        return np.concatenate(
            [np.cumsum(sorted_rows[::-1], axis=0)[::-1], np.zeros((1, sorted_rows.shape[1]))]
        )

    def at(self, beta):
        """Log likelihood, score and information."""
        linear, _, total, mean, variance = self.slots(beta)
        value = linear[self.ends].sum() - np.log(total).sum() - self.penalty / 2 * beta @ beta
        score = (self.x[self.ends] - mean).sum(axis=0) - self.penalty * beta
        return value, score, variance.sum(axis=0) + self.penalty * np.eye(len(beta))

    def parts(self, beta):
        """Scores and variances by slot, score residuals by row, hazards by slot."""
        linear, risk, total, mean, variance = self.slots(beta)

        def by_key(values):
            sums = np.zeros((len(self.keys), values.shape[1]))
            np.add.at(sums, self.slot, values)
            return sums

        pace = np.column_stack([1 / total, mean / total[:, None]])
        passed = np.concatenate([np.zeros((1, pace.shape[1])), np.cumsum(by_key(pace), axis=0)])
        out, into = (
            np.searchsorted(self.keys, rank, side="right") for rank in (self.leave, self.enter)
        )
        borne = passed[out] - passed[into]
        # with Efron's ties, an end bears only a part of the hazard of its own time
        borne[self.ends] -= by_key(self.part[:, None] * pace)[self.slot]
        residuals = -risk[:, None] * (self.x * borne[:, :1] - borne[:, 1:])
        own = by_key(mean / self.size[:, None])[self.slot]
        residuals[self.ends] += self.x[self.ends] - own
        hazards = (
            np.exp(linear - self.x @ beta).max(initial=0) / total
        )  # at the means, the risk that the slots' shift left
        return self.x[self.ends] - own, variance, residuals, hazards
