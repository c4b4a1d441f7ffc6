# SPDX-License-Identifier: MIT
"""How far two orders agree: Kendall's tau-b over several groups of things, and its interval.

A pair of things counts in each group that has both. A pair that is tied in one order lowers tau, as in tau-b: tau is the
sum over pairs of the product of signs, divided by the square root of the numbers of untied pairs of each order.

The interval is the percentile bootstrap's. Things are drawn with replacement, the same ones in all groups, since a thing's
rank in one group says much about its rank in another. There are too few things for a normal approximation, and an exact
distribution is known only for orders that have nothing to do with each other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from plots.statistics.stats import CONFIDENCE, Estimate

DRAWS = 4000
SEED = 20230118
FEWEST = 5
"""Things. With fewer, draws repeat one another, and there is no interval."""


@dataclass(frozen=True)
class Agreement:
    tau: Estimate
    things: int
    pairs: int
    """Over all groups."""


def _signs(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """For each pair, whether the first is the larger one: 1, -1, or 0 if they are equal or one of them is missing."""
    found = np.sign(values[:, None] - values[None, :])
    return np.where(np.isnan(found), 0.0, found)


def agreement(groups: Sequence[tuple[Mapping[str, float], Mapping[str, float]]]) -> Agreement:
    """Of two orders, given as values by thing, in each group. Things that only one order has do not count."""
    shared = [set(one) & set(other) for one, other in groups]
    names = sorted({name for group in shared for name in group if len(group) > 1})
    both, ones, others = (np.zeros((len(names), len(names))) for _ in range(3))
    pairs = 0
    for group, (one, other) in zip(shared, groups):
        a, b = (_signs(np.array([order[name] if name in group else math.nan for name in names])) for order in (one, other))
        both += a * b
        ones += a * a
        others += b * b
        pairs += len(group) * (len(group) - 1) // 2
    middle = _taus(np.ones((1, len(names))), both, ones, others)
    if not len(middle):
        return Agreement(Estimate(), len(names), pairs)
    tau = float(middle[0])
    if len(names) < FEWEST:
        return Agreement(Estimate(tau), len(names), pairs)
    drawn = np.random.default_rng(SEED).multinomial(len(names), [1 / len(names)] * len(names), size=DRAWS).astype(float)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(_taus(drawn, both, ones, others), [tail, 1 - tail])
    return Agreement(Estimate(tau, min(float(low), tau), max(float(high), tau)), len(names), pairs)


def _taus(weights: np.ndarray[Any, Any], *sums: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Tau for each row of weights: how often each thing was drawn. Draws in which one order has no pair are left out."""
    if not weights.shape[1]:
        return np.zeros(0)
    both, ones, others = (np.einsum("ri,ij,rj->r", weights, matrix, weights) for matrix in sums)
    known = (ones > 0) & (others > 0)
    return np.asarray(both[known] / np.sqrt(ones[known] * others[known]))
