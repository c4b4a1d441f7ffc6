# SPDX-License-Identifier: MIT
"""Kendall's tau over several groups, and its interval."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kendalltau

from plots.statistics.ranks import FEWEST, agreement


def named(values: list[float]) -> dict[str, float]:
    return {f"s{i}": value for i, value in enumerate(values)}


@pytest.mark.parametrize("seed", range(5))
def test_one_group_has_scipys_tau_b(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one = [float(round(v, 1)) for v in rng.normal(size=9)]  # rounded, so that some are equal
    other = [float(round(v, 1)) for v in np.array(one) + rng.normal(size=9)]
    found = agreement([(named(one), named(other))])
    assert found.tau.median == pytest.approx(kendalltau(one, other).statistic)
    assert (found.things, found.pairs) == (9, 36)
    assert found.tau.low is not None and found.tau.high is not None and found.tau.median is not None
    assert -1 <= found.tau.low <= found.tau.median <= found.tau.high <= 1


def test_the_same_order_and_the_reverse() -> None:
    order = named([1, 2, 3, 4, 5, 6])
    same, reverse = agreement([(order, order)]), agreement([(order, {name: -value for name, value in order.items()})])
    assert (same.tau.median, same.tau.low, same.tau.high) == (1, 1, 1)
    assert (reverse.tau.median, reverse.tau.low, reverse.tau.high) == (-1, -1, -1)


def test_pairs_count_in_each_group_that_has_both() -> None:
    model = named([1, 2, 3])
    found = agreement([(model, named([1, 2, 3])), (model, {"s0": 2.0, "s1": 1.0, "else": 0.0})])
    assert (found.things, found.pairs) == (3, 4)
    assert found.tau.median == pytest.approx((3 - 1) / 4), "three pairs agree, one does not; `else` has no rank in the model"


def test_few_things_have_no_interval_and_one_has_no_tau() -> None:
    few = named([float(i) for i in range(FEWEST - 1)])
    assert agreement([(few, few)]).tau.median == 1 and agreement([(few, few)]).tau.low is None
    enough = named([float(i) for i in range(FEWEST)])
    assert agreement([(enough, enough)]).tau.low == 1
    for nothing in (agreement([]), agreement([({"a": 1.0}, {"a": 2.0})]), agreement([(named([1, 1, 1]), named([1, 2, 3]))])):
        assert nothing.tau.median is None


def test_the_interval_is_the_same_each_time_and_covers() -> None:
    """95 % of the intervals hold the tau of the population that the strategies were drawn from; few strategies, so about."""
    rng = np.random.default_rng(1)
    held = 0
    true = 2 / np.pi * np.arcsin(0.8)
    for _ in range(200):
        one = rng.normal(size=10)
        other = 0.8 * one + 0.6 * rng.normal(size=10)
        found = agreement([(named(list(one)), named(list(other)))]).tau
        assert found.low is not None and found.high is not None
        held += found.low <= true <= found.high
    assert 0.85 <= held / 200 <= 1
    assert agreement([(named(list(one)), named(list(other)))]).tau == found
