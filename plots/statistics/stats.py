# SPDX-License-Identifier: MIT
"""The statistics: pure functions on numbers, no files and no words.

A round (a fresh process) is the statistical unit; a turn, a batch or an iteration never is.

Why Student's t on the logarithms of the rounds' ratios
-------------------------------------------------------
A verdict needs an interval that keeps its promised coverage with 6 to 12 rounds *and* can be corrected for several
comparisons. Distribution-free intervals (sign test, Wilcoxon) cannot be corrected with so few rounds: with 7 rounds they
promise at most 98.4 %, while five comparisons need 99 %. The t interval exists for every level. Logarithms treat A/B and
B/A alike. Each round's ratio is already a median over laps, so rounds differ mainly by the layout of memory. Long tails
make the t interval wider.

Simulated coverage (tests/plots/statistics/test_stats.py repeats it) of intervals that promise 95 %, 98.75 % (four
comparisons in a block) and 99.58 % (twelve):

    rounds' log ratios are           6 rounds              7 rounds              12 rounds
    normal                           95.0 / 98.7 / 99.6    95.1 / 98.8 / 99.6    95.0 / 98.8 / 99.6
    t with 3 degrees of freedom      96.2 / 99.3 / 99.8    96.1 / 99.2 / 99.8    95.8 / 99.2 / 99.8
    normal, a tenth 8 times wider    96.7 / 99.2 / 99.7    96.9 / 99.3 / 99.8    97.3 / 99.4 / 99.8
    exponential (skewed)             88.8 / 94.3 / 96.7    89.2 / 94.4 / 96.7    90.6 / 95.2 / 97.1

Trimming the extreme rounds before t was tried and is worse (93.4 % for normal, 83.5 % for skewed ratios at 6 rounds).
With skewed ratios t covers less than it promises. The margin of a verdict makes up for that: a strategy is called
different only if the whole interval lies beyond the margin. So in every case above A/A comparisons are called different
far less often than 5 %.

Times (ns per packet) are treated differently: a virtual machine has speed states, and its rounds form two clusters.
Their interval comes from order statistics, which assume no distribution. It is None below six rounds.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit
from scipy.stats import binom, binomtest

MINIMUM_ROUNDS = 6
"""With fewer rounds there is no interval and no verdict: a 95 % interval of a median from order statistics needs six, and
the t interval of two rounds is twelve standard deviations wide."""

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A median over rounds and its interval. None: too few rounds."""

    median: float | None = None
    low: float | None = None
    high: float | None = None


def median(values: Sequence[float]) -> float | None:
    """The median; None if there are no values."""
    return float(np.median(values)) if len(values) else None


def paired_ratio(turns: Sequence[float | None], baseline: Sequence[float | None]) -> float | None:
    """One round's ratio: the median over laps of turn i against the baseline's turn i.

    A lap is left out if one of its two turns kept no batch. None if no lap remains.
    """
    return median([t / b for t, b in zip(turns, baseline) if t is not None and b is not None])


def bonferroni(comparisons: int, confidence: float = CONFIDENCE) -> float:
    """The confidence that each of `comparisons` intervals needs, so that all hold together with `confidence`."""
    return 1 - (1 - confidence) / max(1, comparisons)


def around(middle: float | None, interval: Estimate) -> Estimate:
    """`middle` with this interval, widened to it if it lies outside."""
    if middle is None or interval.low is None or interval.high is None:
        return Estimate(middle)
    return Estimate(middle, min(interval.low, middle), max(interval.high, middle))


def ratio_estimate(ratios: Sequence[float], confidence: float = CONFIDENCE) -> Estimate:
    """Median of the rounds' ratios, and the t interval of their logarithms' mean, widened to the median.

    Fewer than six rounds give a ratio but no interval.
    """
    if len(ratios) < MINIMUM_ROUNDS:
        return Estimate(median(ratios))
    logs = np.log(ratios)
    half = stdtrit(len(logs) - 1, 0.5 + confidence / 2) * logs.std(ddof=1) / math.sqrt(len(logs))
    return around(median(ratios), Estimate(None, math.exp(logs.mean() - half), math.exp(logs.mean() + half)))


def difference_estimate(ratios_a: Sequence[float], ratios_b: Sequence[float], confidence: float) -> Estimate:
    """B's ratio divided by A's, from two independent sets of rounds: Welch's t on logarithms (variances can differ).

    No interval if one of them has fewer than six rounds.
    """
    if not ratios_a or not ratios_b:
        return Estimate()
    a, b = np.log(ratios_a), np.log(ratios_b)
    middle = math.exp(float(np.median(b)) - float(np.median(a)))
    if len(a) < MINIMUM_ROUNDS or len(b) < MINIMUM_ROUNDS:
        return Estimate(middle)
    error_a, error_b = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    error = error_a + error_b
    if error == 0:
        return Estimate(middle, middle, middle)
    freedom = error**2 / (error_a**2 / (len(a) - 1) + error_b**2 / (len(b) - 1))
    half = stdtrit(freedom, 0.5 + confidence / 2) * math.sqrt(error)
    centre = b.mean() - a.mean()
    return around(middle, Estimate(None, math.exp(centre - half), math.exp(centre + half)))


@functools.cache
def _rank(n: int, confidence: float) -> int:
    """The largest k such that the median lies between the k-th smallest and the k-th largest of n values with `confidence`.

    0: there is none.
    """
    return max((k for k in range(1, n // 2 + 1) if 1 - 2 * float(binom.cdf(k - 1, n, 0.5)) >= confidence), default=0)


def median_estimate(values: Sequence[float], confidence: float = CONFIDENCE) -> Estimate:
    """Median and the narrowest pair of order statistics that holds it with at least `confidence`.

    Exact for any distribution: P(X(k) <= median <= X(n+1-k)) = 1 - 2 P(Binomial(n, 1/2) < k). There is no interval if
    even the smallest and the largest value do not reach `confidence`.
    """
    ordered = sorted(values)
    rank = _rank(len(ordered), confidence)
    return Estimate(median(ordered), ordered[rank - 1], ordered[-rank]) if rank else Estimate(median(ordered))


def share_estimate(times: int, of: int, confidence: float = CONFIDENCE) -> Estimate:
    """A share and its exact (Clopper-Pearson) interval. Wholly above one half: a sign test finds a difference."""
    if not of:
        return Estimate()
    interval = binomtest(times, of).proportion_ci(confidence, method="exact")
    return Estimate(times / of, float(interval.low), float(interval.high))


def effect_size(ratios: Sequence[float]) -> float | None:
    """Hedges' g of the paired log ratios: their mean in standard deviations between rounds.

    2 means: the strategies differ by twice the standard deviation between rounds. None if the rounds have no spread. The
    factor 1 - 3/(4 df - 1) is Hedges' correction for few rounds (Hedges 1981, the usual approximation).
    """
    if len(ratios) < 2:
        return None
    logs = np.log(ratios)
    spread = float(logs.std(ddof=1))
    if spread == 0:
        return None
    return float(logs.mean()) / spread * (1 - 3 / (4 * (len(logs) - 1) - 1))
