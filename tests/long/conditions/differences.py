# SPDX-License-Identifier: MIT
"""What a condition moves: the difference of a figure with and without it, over pairs of rounds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri
from scipy.stats import wilcoxon

Pairs = tuple[Sequence[float], Sequence[float]]
"""Figures without and with the condition. Those at the same place come from rounds that ran one after the other."""


@dataclass(frozen=True)
class Difference:
    """In percent; positive: the figure is larger with the condition. The interval is corrected for all differences."""

    percent: float
    low: float
    high: float

    def within(self, margin_percent: float) -> bool:
        return -margin_percent <= self.low and self.high <= margin_percent

    @property
    def resolved(self) -> bool:
        return self.low > 0 or self.high < 0

    def __str__(self) -> str:
        return f"{self.percent:+5.2f} % [{self.low:+5.2f}, {self.high:+5.2f}]"


def _walsh(differences: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The means of all pairs, each value with itself included, in order."""
    i, j = np.triu_indices(len(differences))
    return np.sort((differences[i] + differences[j]) / 2)


def holm(figures: Mapping[str, Pairs], confidence: float = 0.95) -> dict[str, Difference]:
    """The difference of each figure.

    The estimate of Hodges and Lehmann on logarithms, with Wilcoxon's signed-rank interval (normal approximation, for at
    least 10 pairs). Some process in a hundred gets an address layout in which one strategy is 5 to 20 % slower; a t
    interval would say little else. By Holm's step-down, the i-th smallest p of m gets an interval with the confidence
    that m - i + 1 comparisons need.
    """
    logs = {name: np.log(after) - np.log(before) for name, (before, after) in figures.items()}
    p = {name: float(wilcoxon(d).pvalue) for name, d in logs.items()}
    found = {}
    for i, name in enumerate(sorted(logs, key=lambda name: p[name])):
        means = _walsh(logs[name])
        n = len(logs[name])
        z = float(ndtri(1 - (1 - confidence) / (len(logs) - i) / 2))
        left_out = max(0, math.floor(n * (n + 1) / 4 - z * math.sqrt(n * (n + 1) * (2 * n + 1) / 24)))
        low, high = means[left_out], means[-1 - left_out]
        found[name] = Difference(*(100 * math.expm1(float(x)) for x in (np.median(means), low, high)))
    return {name: found[name] for name in figures}
