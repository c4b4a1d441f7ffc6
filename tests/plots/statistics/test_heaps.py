# SPDX-License-Identifier: MIT
"""Rounds in two heaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from plots.statistics.heaps import Heaps, two_heaps

LOW, HIGH = (0.851, 0.86, 0.88, 0.89, 0.9, 0.91, 0.913), (1.044, 1.06, 1.08, 1.1, 1.12, 1.13, 1.149)


def test_two_heaps_are_told_apart() -> None:
    mixed = [ratio for pair in zip(HIGH, LOW) for ratio in pair]
    assert two_heaps(mixed, 0.015) == Heaps(LOW, HIGH)
    assert two_heaps([*LOW[:3], *HIGH], 0.015) == Heaps(LOW[:3], HIGH)
    assert two_heaps([0.9] * 3 + [1.1] * 3, 0.015) == Heaps((0.9,) * 3, (1.1,) * 3), "no scatter at all"


def test_outliers_are_no_heap() -> None:
    assert two_heaps([*LOW[:2], *HIGH], 0.015) is None
    assert two_heaps([0.9, 0.9, 1.1, 1.1], 0.015) is None, "too few rounds for two heaps"
    assert two_heaps([], 0.015) is None


def test_heaps_within_the_margin_do_not_matter() -> None:
    rounds = [1.0, 1.0001, 1.0002, 1.01, 1.0101, 1.0102]
    assert two_heaps(rounds, 0.015) is None and two_heaps(rounds, 0.005) is not None


@pytest.mark.parametrize(
    ("most", "draw"),
    [
        (0.01, lambda rng, shape: rng.standard_normal(shape)),
        (0.01, lambda rng, shape: rng.standard_t(3, shape)),
        (0.025, lambda rng, shape: rng.exponential(1, shape)),
    ],
    ids=["normal", "t3", "exponential"],
)
@pytest.mark.parametrize("rounds", [6, 7, 14, 20])
def test_rounds_without_heaps_rarely_look_like_two(most: float, draw: Callable[[Any, Any], Any], rounds: int) -> None:
    """Scatter of 10 %, so that the margin excuses none. Four standard errors are allowed."""
    runs = 4000
    found = sum(two_heaps(row, 0.015) is not None for row in np.exp(draw(np.random.default_rng(3), (runs, rounds)) * 0.1))
    assert found / runs <= most + 4 * (most / runs) ** 0.5
