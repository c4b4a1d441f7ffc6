# SPDX-License-Identifier: MIT
"""Verdicts from intervals."""

from __future__ import annotations

import pytest

from plots.statistics.heaps import Heaps
from plots.statistics.stats import Estimate
from plots.statistics.verdict import judge, margin


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.90, 0.98, "faster"),
        (0.90, 0.985, "a little faster"),
        (0.90, 0.999, "a little faster"),
        (0.986, 1.014, "same"),
        (0.986, 0.999, "same"),
        (0.90, 1.001, "unresolved"),
        (0.984, 1.001, "unresolved"),
        (1.0, 1.016, "unresolved"),
        (1.001, 1.016, "a little slower"),
        (1.015, 1.1, "a little slower"),
        (1.016, 1.1, "slower"),
    ],
)
def test_words(low: float, high: float, word: str) -> None:
    assert judge(Estimate((low + high) / 2, low, high), 6, 0.015) == word


def test_fewer_than_six_rounds_resolve_nothing() -> None:
    assert judge(Estimate(0.5, 0.49, 0.51), 5, 0.015) == "unresolved"
    assert judge(Estimate(0.5, None, None), 7, 0.015) == "unresolved"


def test_all_rounds_of_two_heaps_must_lie_where_the_verdict_says() -> None:
    """Else the mean of the two decides, at which no round is."""
    middle = Estimate(0.97, 0.95, 0.98)
    assert judge(middle, 14, 0.015, Heaps((0.86, 0.9, 0.91), (1.04, 1.1, 1.15))) == "unresolved"
    assert judge(middle, 14, 0.015, Heaps((0.86, 0.9, 0.91), (0.96, 0.97, 0.98))) == "faster"
    assert judge(middle, 14, 0.015, Heaps((0.86, 0.9, 0.91), (0.97, 0.98, 0.99))) == "a little faster"
    assert judge(middle, 5, 0.015, Heaps((0.86, 0.9, 0.91), (0.96, 0.97, 0.98))) == "unresolved"


def test_margins() -> None:
    assert margin(10_000, None) == pytest.approx(0.015)
    assert margin(10_001, None) == pytest.approx(0.03)

    assert margin(10_000, 2.0) == pytest.approx(0.02)
    assert margin(10_001, 2.0) == pytest.approx(0.02), "the matrix's margin holds for any number of sockets"
