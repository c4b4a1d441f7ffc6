# SPDX-License-Identifier: MIT
"""The verdicts.

faster, slower: the whole corrected interval lies beyond the margin. same: the whole interval lies within the margin.
unresolved: anything else, and always below six rounds. The baseline's own verdict is `baseline`. `null` runs no algorithm:
it is the harness's floor. It gets a verdict like any other strategy, but tables say `floor`, and no count includes it.
"""

from __future__ import annotations

from typing import Literal

from plots.statistics.stats import MINIMUM_ROUNDS, Estimate

Verdict = Literal["faster", "slower", "same", "unresolved", "baseline"]

JUDGED: tuple[Verdict, ...] = ("faster", "slower", "same", "unresolved")

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


def judge(ratio: Estimate, rounds: int, margin: float) -> Verdict:
    """The verdict on a ratio to the baseline."""
    if rounds < MINIMUM_ROUNDS or ratio.low is None or ratio.high is None:
        return "unresolved"
    if ratio.high < 1 - margin:
        return "faster"
    if ratio.low > 1 + margin:
        return "slower"
    if ratio.low >= 1 - margin and ratio.high <= 1 + margin:
        return "same"
    return "unresolved"
