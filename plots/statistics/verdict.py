# SPDX-License-Identifier: MIT
"""The verdicts.

faster, slower: the whole corrected interval lies beyond the margin. same: the whole interval lies within the margin. a
little faster, a little slower: the interval excludes 1, and reaches into the margin; the direction is known, not that it
matters. unresolved: anything else, and always below six rounds. The baseline's own verdict is `baseline`. `null` runs no
algorithm: it is the harness's floor. It gets a verdict like any other strategy, but tables say `floor`, and no count
includes it.
"""

from __future__ import annotations

from typing import Literal

from plots.statistics.heaps import Heaps
from plots.statistics.stats import MINIMUM_ROUNDS, Estimate

Verdict = Literal["faster", "a little faster", "same", "a little slower", "slower", "unresolved", "baseline"]

JUDGED: tuple[Verdict, ...] = ("faster", "a little faster", "same", "a little slower", "slower", "unresolved")

DIFFERENT: tuple[Verdict, ...] = ("faster", "slower")
"""A difference that matters."""

FLOOR = "null"
"""The strategy that computes nothing."""

MARGIN_PERCENT = 1.5
MANY_SOCKETS = 10_000
"""Above this, memory latency dominates and runs scatter more."""
MARGIN_PERCENT_MANY = 3.0


def margin(sockets: int, matrix_margin_percent: float | None) -> float:
    """A block's margin as a fraction: the matrix's value if it has one, else 1.5 %, or 3 % above 10,000 sockets."""
    if matrix_margin_percent is not None:
        return matrix_margin_percent / 100
    return (MARGIN_PERCENT_MANY if sockets > MANY_SOCKETS else MARGIN_PERCENT) / 100


def judge(ratio: Estimate, rounds: int, margin: float, heaps: Heaps | None = None) -> Verdict:
    """The verdict on a ratio to the baseline.

    The interval of rounds in two heaps does not hold what it promises. So all of these rounds, and not their mean, must lie
    where the verdict says.
    """
    low, high = (heaps.low[0], heaps.high[-1]) if heaps else (ratio.low, ratio.high)
    if rounds < MINIMUM_ROUNDS or low is None or high is None:
        return "unresolved"
    if low >= 1 - margin and high <= 1 + margin:
        return "same"
    if high < 1:
        return "faster" if high < 1 - margin else "a little faster"
    if low > 1:
        return "slower" if low > 1 + margin else "a little slower"
    return "unresolved"
