# SPDX-License-Identifier: MIT
"""Protocols side by side: which blocks and strategies."""

from __future__ import annotations

from plots.statistics.verdict import FLOOR
from plots.verdicts.results import BlockResult, Results

_FEWEST = 4
"""With fewer protocols there is no such comparison."""


def blocks(results: Results) -> list[BlockResult]:
    """For each protocol and algorithm the block nearest to a thousand sockets (the matrix's first, if several are). Empty if
    the run has too few protocols."""
    found: dict[tuple[str, str], BlockResult] = {}
    for block in results.blocks:
        axes = block.block.axes
        key = (axes.protocol, axes.algorithm)
        if block.told and axes.provider in ("nettle", "zlib") and (key not in found or _from_thousand(block) < _from_thousand(found[key])):
            found[key] = block
    return list(found.values()) if len({protocol for protocol, _ in found}) >= _FEWEST else []


def _from_thousand(block: BlockResult) -> int:
    return abs(block.block.axes.sockets - 1000)


def names(results: Results) -> list[str]:
    """The strategies that are compared: all except the baseline and the floor, which have rows of their own."""
    return [name for name in results.run.strategies if name not in (results.run.baseline, FLOOR)]
