# SPDX-License-Identifier: MIT
"""What a report says of operations that end later: legends, numbers, the limits."""

from __future__ import annotations

from plots.drawing import conditions
from plots.statistics.stats import Estimate
from plots.verdicts.results import BlockResult

LEGEND = (
    "An engine computes and operations end later, out of order; the CPU begins the next one meanwhile, if the strategy lets it. "
    "Million packets a second of virtual time, median over rounds, by how many operations the engine may hold. none: the "
    "operation lives on the stack, is refused to the engine, and the CPU computes it; one_per_cpu: the next packet waits; many: it "
    "does not. refused: operations that cannot leave, summed over all depths."
)

SECTION_LEGEND = (
    "TX operations of process context were measured from start to end. Arrivals of received packets are drawn evenly from the time "
    "of them all; where bottom halves stay disabled (held) such a packet waits for the rest of the operation, elsewhere (open) it "
    "does not. clone_sigpool and tfm_pool enable them a little before the end: theirs wait a little less. Operations of more "
    "than 16 times the median were interrupted, and are left out. p50, p99: of that rest; TX: the operations' median; of all, the "
    "median over rounds."
)

LIMIT = (
    "The engine is a model in virtual time, on one CPU: it takes all it has room for at once and costs the CPU nothing. Its packets "
    "a second tell strategies that hold one operation from those that hold many, not what a device would do."
)

KINDS = ("none", "one_per_cpu", "many")


def where(block: BlockResult, *without: str) -> str:
    return ", ".join(conditions.of(block.block.axes, ["cache", "load", *without]))


def mpps(estimate: Estimate) -> str:
    return "-" if estimate.median is None else f"{estimate.median / 1e6:.3f}"


def microseconds(estimate: Estimate) -> str:
    return "-" if estimate.median is None else f"{estimate.median / 1000:.2f}"
