# SPDX-License-Identifier: MIT
"""How many rounds would resolve a comparison."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from plots.statistics.stats import MINIMUM_ROUNDS

MOST = 1000
"""More rounds than a run can have."""


def rounds_to_resolve(ratios: Sequence[float], confidence: float, margin: float) -> int | None:
    """The number of rounds with which the interval would have a verdict, if the rounds to come are like these.

    The interval must exclude 1, or lie within the margin. So its half-width must be below the larger of two distances: from
    the mean to 1, and from the mean to the nearer end of the margin, if the mean is within it. All on a logarithmic scale.
    At most MOST + 1, which means more than MOST. None: too few rounds to know their scatter.
    """
    if len(ratios) < 2:
        return None
    logs = np.log(ratios)
    mean, spread = float(logs.mean()), float(logs.std(ddof=1))
    wanted = max(abs(mean), min(mean - math.log1p(-margin), math.log1p(margin) - mean))
    for rounds in range(MINIMUM_ROUNDS, MOST + 1):
        if float(stdtrit(rounds - 1, 0.5 + confidence / 2)) * spread / math.sqrt(rounds) < wanted:
            return rounds
    return MOST + 1
