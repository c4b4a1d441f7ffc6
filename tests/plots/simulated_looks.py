# SPDX-License-Identifier: MIT
"""Simulated runs of one comparison that stop by the rule of looks. tests/long/looks.py simulates more of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from plots.statistics.heaps import two_heaps
from plots.statistics.looks import confidence, is_open
from plots.statistics.stats import ratio_estimate
from plots.statistics.verdict import Verdict, judge

Floats = NDArray[np.float64]
LOOKS = (8, 11, 16, 23, 32, 45, 64, 90)
"""As bench/driver/precision.hpp has them."""
MARGIN, PRECISION = 0.015, 0.01


def outliers(rng: Generator, shape: tuple[int, int]) -> Floats:
    """A tenth of the rounds lies ten standard deviations away, on either side."""
    far = np.where(rng.random(shape) < 0.1, rng.choice([-10.0, 10.0], shape), 0.0)
    return np.asarray(rng.standard_normal(shape) + far)


def heaps(rng: Generator, shape: tuple[int, int]) -> Floats:
    """Half of the rounds lies eight standard deviations above the other half."""
    return np.asarray(rng.standard_normal(shape) + rng.choice([-4.0, 4.0], shape))


SHAPES: dict[str, Callable[[Generator, tuple[int, int]], Floats]] = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "heavy tails": lambda rng, shape: rng.standard_t(3, shape),
    "outliers": outliers,
    "two heaps": heaps,
}


@dataclass
class Found:
    """Of many simulated runs."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    rounds: list[int] = field(default_factory=list)
    missed: int = 0
    """Runs in which the interval of some look until the last one did not hold the truth."""

    def share(self, *verdicts: Verdict) -> float:
        return sum(self.verdicts[v] for v in verdicts) / len(self.rounds)


def simulated(logs: Floats, truth: float, comparisons: int = 4) -> Found:
    """Runs of one comparison of a block: rounds are added until it is no longer open."""
    found = Found()
    level = confidence(comparisons, len(LOOKS))
    for row in np.exp(logs):
        missed = False
        for rounds in LOOKS:
            ratios = row[:rounds].tolist()
            ratio = ratio_estimate(ratios, level)
            split = two_heaps(ratios, MARGIN)
            verdict = judge(ratio, rounds, MARGIN, split)
            missed |= not (ratio.low or 0) <= truth <= (ratio.high or 9)
            if not is_open(verdict, ratio, split, PRECISION):
                break
        found.verdicts[verdict] += 1
        found.rounds.append(rounds)
        found.missed += missed
    return found
