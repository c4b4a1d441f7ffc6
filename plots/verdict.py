# SPDX-License-Identifier: MIT
"""The four words, and who gets one.

faster, slower: the whole corrected interval lies beyond the margin. same: the whole interval lies within it.
unresolved: all else, and always below six rounds. The baseline's own word is `baseline`; `null` runs no algorithm, it is
the harness's floor and is called `floor`: it is shown, never judged and never subtracted.
"""

from __future__ import annotations

from typing import Literal

from plots.stats import MINIMUM_ROUNDS, Estimate

Verdict = Literal["faster", "slower", "same", "unresolved", "baseline", "floor"]

FLOOR = "null"
"""The strategy that computes nothing."""

MARGIN_PERCENT = 1.5
MANY_SOCKETS = 10_000
"""Above it memory latency rules, runs scatter more, and the margin doubles."""


def margin(sockets: int, matrix_margin_percent: float | None) -> float:
    """A block's margin as a fraction: the matrix's or 1.5 %, doubled above 10,000 sockets."""
    percent = MARGIN_PERCENT if matrix_margin_percent is None else matrix_margin_percent
    return percent / 100 * (2 if sockets > MANY_SOCKETS else 1)


def judge(ratio: Estimate, rounds: int, margin: float) -> Verdict:
    """The word for a ratio to the baseline."""
    if rounds < MINIMUM_ROUNDS or ratio.low is None or ratio.high is None:
        return "unresolved"
    if ratio.high < 1 - margin:
        return "faster"
    if ratio.low > 1 + margin:
        return "slower"
    if ratio.low >= 1 - margin and ratio.high <= 1 + margin:
        return "same"
    return "unresolved"
