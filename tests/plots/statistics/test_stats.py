# SPDX-License-Identifier: MIT
"""Statistics on inputs worked out by hand, and coverage by simulation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from plots.statistics.stats import (
    Estimate,
    around,
    bonferroni,
    difference_estimate,
    effect_size,
    median_estimate,
    paired_ratio,
    ratio_estimate,
)
from plots.statistics.verdict import judge


def test_a_ratio_is_taken_turn_against_turn() -> None:
    # Laps: 1.1, 1.2, 1.3. The medians of the columns would give 220/100 = 2.2.
    assert paired_ratio([110, 240, 520], [100, 200, 400]) == pytest.approx(1.2)
    assert paired_ratio([110, 220, 220], [100, 100, 200]) == pytest.approx(1.1)


def test_a_lap_without_both_turns_is_left_out() -> None:
    assert paired_ratio([110, None, 90], [100, 100, None]) == pytest.approx(1.1)
    assert paired_ratio([None, 5], [3, None]) is None


def test_the_order_statistics_interval() -> None:
    # Exact coverage of [min, max]: 1 - 2/2^n, which is 93.75 % at 5 and 96.875 % at 6.
    assert median_estimate([5, 1, 4, 2, 3]) == Estimate(3, None, None)
    assert median_estimate([6, 1, 5, 2, 4, 3]) == Estimate(3.5, 1, 6)
    # 9: [2nd, 8th] covers 1 - 2 (1 + 9) / 512 = 96.1 %; 12: [3rd, 10th] 1 - 2 (1 + 12 + 66) / 4096 = 96.1 %.
    assert median_estimate(range(1, 10)) == Estimate(5, 2, 8)
    assert median_estimate(range(1, 13)) == Estimate(6.5, 3, 10)
    assert median_estimate([]) == Estimate()


def test_the_t_interval_of_log_ratios() -> None:
    # Logs -0.1, 0, 0.1, twice: mean 0, variance 0.04 / 5, t(5, 97.5 %) = 2.570582, half width 2.570582 * sqrt(0.008 / 6) = 0.093864.
    estimate = ratio_estimate([math.exp(-0.1), 1, math.exp(0.1)] * 2)
    assert estimate.median == pytest.approx(1)
    assert estimate.low == pytest.approx(math.exp(-0.093864), abs=1e-6)
    assert estimate.high == pytest.approx(math.exp(0.093864), abs=1e-6)


def test_fewer_than_six_rounds_have_no_interval() -> None:
    assert ratio_estimate([]) == Estimate()
    assert ratio_estimate([1.2] * 5) == Estimate(1.2)
    for a, b in ((6, 5), (5, 6)):
        found = difference_estimate([1.0] * a, [1.5] * b, 0.95)
        assert found.median == pytest.approx(1.5) and found.low is None and found.high is None


def test_an_interval_is_widened_to_its_middle() -> None:
    assert around(1.0, Estimate(None, 0.9, 1.1)) == Estimate(1.0, 0.9, 1.1)
    assert around(0.8, Estimate(None, 0.9, 1.1)) == Estimate(0.8, 0.8, 1.1)
    assert around(1.2, Estimate(None, 0.9, 1.1)) == Estimate(1.2, 0.9, 1.2)
    assert around(1.2, Estimate()) == Estimate(1.2) and around(None, Estimate(None, 0.9, 1.1)) == Estimate()


def test_swapping_numerator_and_denominator_mirrors_the_interval() -> None:
    ratios = [1.1, 1.2, 1.15, 1.05, 1.3, 1.22]
    one, other = ratio_estimate(ratios, 0.99), ratio_estimate([1 / r for r in ratios], 0.99)
    assert one.low is not None and other.high is not None
    assert one.low == pytest.approx(1 / other.high)


def test_bonferroni() -> None:
    assert bonferroni(1) == pytest.approx(0.95)
    assert bonferroni(5) == pytest.approx(0.99)
    assert bonferroni(0) == pytest.approx(0.95)


def test_welch_on_logs() -> None:
    # Equal spread and size: Welch's degrees of freedom are 2 n - 2 = 10, t(10, 97.5 %) = 2.228139; each variance is 0.04 / 5.
    a, b = [math.exp(x) for x in (-0.1, 0, 0.1)] * 2, [math.exp(x) for x in (0.1, 0.2, 0.3)] * 2
    estimate = difference_estimate(a, b, 0.95)
    half = 2.228139 * math.sqrt(2 * 0.008 / 6)
    assert estimate.median == pytest.approx(math.exp(0.2))
    assert estimate.low == pytest.approx(math.exp(0.2 - half), rel=1e-6)
    assert estimate.high == pytest.approx(math.exp(0.2 + half), rel=1e-6)
    sure = difference_estimate([1.0] * 6, [1.5] * 6, 0.95)
    assert (sure.low, sure.median, sure.high) == pytest.approx((1.5, 1.5, 1.5))


def test_effect_size() -> None:
    # Logs 0.1, 0.2, 0.3: mean 0.2, sd 0.1, Hedges 1 - 3/(4*2 - 1) = 4/7.
    assert effect_size([math.exp(x) for x in (0.1, 0.2, 0.3)]) == pytest.approx(2 * 4 / 7)
    assert effect_size([1.5, 1.5]) is None
    assert effect_size([1.5]) is None


SHAPES: dict[str, Any] = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "t3": lambda rng, shape: rng.standard_t(3, shape),
    "contaminated": lambda rng, shape: rng.standard_normal(shape) * np.where(rng.random(shape) < 0.1, 8, 1),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rounds", [6, 7, 12])
@pytest.mark.parametrize("confidence", [0.95, bonferroni(4), bonferroni(12)])
def test_coverage(shape: str, rounds: int, confidence: float) -> None:
    """The interval holds the truth at least as often as it promises (minus three standard errors)."""
    runs = 2000
    logs = SHAPES[shape](np.random.default_rng(7), (runs, rounds)) * 0.01
    held = 0
    for row in np.exp(logs):
        e = ratio_estimate(row, confidence)
        assert e.low is not None and e.high is not None
        held += e.low <= 1 <= e.high
    assert held / runs >= confidence - 3 * math.sqrt(confidence * (1 - confidence) / runs)


@pytest.mark.parametrize("shape", SHAPES)
def test_twelve_comparisons_hold_together(shape: str) -> None:
    """A block has twelve comparisons with the same baseline over six rounds: in 95 % of such blocks all intervals hold."""
    runs, comparisons, rounds = 500, 12, 6
    rng = np.random.default_rng(9)
    own, shared = SHAPES[shape](rng, (runs, comparisons, rounds)), SHAPES[shape](rng, (runs, 1, rounds))
    held = 0
    for block in np.exp((own - shared) * 0.01):
        estimates = [ratio_estimate(row, bonferroni(comparisons)) for row in block]
        held += all((e.low or 0) <= 1 <= (e.high or 0) for e in estimates)
    assert held / runs >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / runs)


@pytest.mark.parametrize("comparisons", [4, 12])
@pytest.mark.parametrize("sd", [0.003, 0.01, 0.03])
def test_a_skewed_a_a_comparison_is_rarely_called_different(sd: float, comparisons: int) -> None:
    """With skewed ratios t covers too little, but the margin of 1.5 % keeps false calls below 5 %."""
    runs = 2000
    logs = (np.random.default_rng(8).exponential(1, (runs, 7)) - 1) * sd
    called = [judge(ratio_estimate(row, bonferroni(comparisons)), 7, 0.015) for row in np.exp(logs)]
    assert sum(word in ("faster", "slower") for word in called) / runs < 0.05
