# SPDX-License-Identifier: MIT
"""Rounds in two heaps.

A condition that a process draws once, such as where its memory lies, can put its ratio at one of two places. Then the
rounds' mean is a place where no round is, and more rounds do not make the interval mean more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST = 3
"""Rounds in a heap. With fewer they are outliers."""


def apart(rounds: int) -> float:
    """The distance between the means of two heaps, in standard deviations within the heaps, from which on they are called two.

    Rounds without heaps reach it by chance, in 1 % of cases at most (normal; t with 3 degrees of freedom), and in 2.5 % if they
    are as skewed as an exponential (simulated; tests/plots/statistics/test_heaps.py repeats it).
    """
    return max(6.0, 5 + 14 / rounds)


@dataclass(frozen=True)
class Heaps:
    """The rounds' ratios, sorted: the low heap and the high one."""

    low: tuple[float, ...]
    high: tuple[float, ...]


def two_heaps(ratios: Sequence[float], margin: float) -> Heaps | None:
    """The heaps, or None if there are not two. Heaps that lie closer together than the margin (0.015: 1.5 %) do not count."""
    logs = np.sort(np.log(ratios))
    best: tuple[float, int] | None = None
    for split in range(FEWEST, len(logs) - FEWEST + 1):
        low, high = logs[:split], logs[split:]
        within = float(np.sqrt((low.var() * len(low) + high.var() * len(high)) / (len(logs) - 2)))
        distance = float(high.mean() - low.mean())
        if distance > np.log1p(margin) and distance > apart(len(logs)) * within:
            found = (distance / within if within else float("inf"), split)
            best = max(best or found, found)
    if best is None:
        return None
    ordered = sorted(ratios)
    return Heaps(tuple(ordered[: best[1]]), tuple(ordered[best[1] :]))
