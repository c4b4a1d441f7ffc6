# SPDX-License-Identifier: MIT
"""The kinds of figures that show times."""

from __future__ import annotations

from plots.cost.figures import by_strategy, latency, sockets
from plots.verdicts.question import Kind
from plots.verdicts.results import BlockResult


def _timed_closed(block: BlockResult) -> bool:
    return block.closed_loop


KINDS = (
    Kind("strategy", "ns per packet, by strategy and size", "traffic", 1, _timed_closed, by_strategy.draw,
         "a timed closed-loop block", opens=True),
    Kind("sockets", "cost against the number of sockets", "sockets", 2, _timed_closed, sockets.draw,
         "two timed blocks that differ only in sockets"),
    Kind("latency", "latency percentiles", "sockets", 1, lambda b: any(s.latency for s in b.strategies), latency.draw,
         "an open-loop block (load = \"70%\")", each=lambda blocks: blocks[0]),
)  # fmt: skip
