# SPDX-License-Identifier: MIT
"""How many rounds would resolve a comparison."""

from __future__ import annotations

import math

import numpy as np
import pytest

from plots.statistics.resolving import MOST, rounds_to_resolve
from plots.statistics.stats import ratio_estimate
from plots.statistics.verdict import judge


def _rounds(mean: float, sd: float, number: int) -> list[float]:
    """Ratios whose logarithms have exactly this mean and standard deviation."""
    logs = np.linspace(-1, 1, number)
    return [float(r) for r in np.exp(math.log(mean) + sd * logs / logs.std(ddof=1))]


@pytest.mark.parametrize("mean", [0.9, 0.97, 0.99, 1.0, 1.005, 1.02])
@pytest.mark.parametrize("sd", [0.01, 0.03])
def test_that_many_rounds_resolve_it_and_one_less_does_not(mean: float, sd: float) -> None:
    wanted = rounds_to_resolve(_rounds(mean, sd, 7), 0.99, 0.015)
    assert wanted is not None

    def word(rounds: int) -> str:
        return judge(ratio_estimate(_rounds(mean, sd, rounds), 0.99), rounds, 0.015)

    assert word(wanted) != "unresolved"
    assert wanted == 6 or word(wanted - 1) == "unresolved"


def test_a_scatter_beyond_all_rounds() -> None:
    assert rounds_to_resolve(_rounds(1.0, 0.5, 7), 0.95, 0.015) == MOST + 1


def test_one_round_has_no_scatter() -> None:
    assert rounds_to_resolve([1.2], 0.95, 0.015) is None and rounds_to_resolve([], 0.95, 0.015) is None
