# SPDX-License-Identifier: MIT
"""Texts on operations that end later: legends, numbers, the limits."""

from __future__ import annotations

from plots.drawing import conditions
from plots.statistics.stats import Estimate
from plots.verdicts.results import BlockResult

LEGEND = (
    "An engine computes the operations, and they end later, out of order. Meanwhile the CPU begins the next operation, if the "
    "strategy allows it. The table has million packets a second of virtual time, median over rounds, by depth: the number of "
    "operations that the engine can hold. kind: the operations that a strategy can have in flight on one CPU. none: the operation "
    "lives on the stack and cannot go to the engine, so the CPU computes it. one_per_cpu: the next packet waits. many: it does not "
    "wait. refused: operations that cannot go to the engine, summed over all depths."
)

SECTION_LEGEND = (
    "TX operations in process context were timed from start to end. Packets are received at moments drawn evenly from the total "
    "time of these operations. held: bottom halves stay disabled, and the packet waits for the rest of the operation. open: it does "
    "not wait. clone_sigpool and tfm_pool enable bottom halves a little before the end, so their packets wait a little less than "
    "shown. Operations longer than 16 times the median were interrupted, and are left out. p50, p99: of the wait. TX: the "
    "operations' median time. Each number is the median over rounds."
)

LIMIT = (
    "The engine is a model in virtual time, on one CPU. It computes all operations that it holds at the same time, and costs the CPU "
    "nothing. Its packets a second separate strategies that hold one operation from those that hold many. They do not predict what "
    "a device would do."
)

PREEMPT_RT = (
    "One request per CPU needs sections that exclude each other. Bottom halves disabled do that, except on PREEMPT_RT without "
    "CONFIG_PREEMPT_RT_NEEDS_BH_LOCK: there such a section can be preempted, and one request per CPU needs a lock of its own. This "
    "model has no such lock, so the claim is not shown for those kernels."
)

KINDS = ("none", "one_per_cpu", "many")


def where(block: BlockResult, *without: str) -> str:
    return ", ".join(conditions.of(block.block.axes, ["cache", "load", *without]))


def mpps(estimate: Estimate) -> str:
    return "-" if estimate.median is None else f"{estimate.median / 1e6:.3f}"


def microseconds(estimate: Estimate) -> str:
    return "-" if estimate.median is None else f"{estimate.median / 1000:.2f}"
