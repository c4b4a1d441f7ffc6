# SPDX-License-Identifier: MIT
"""Protocols side by side: which blocks and strategies."""

from __future__ import annotations

from plots.statistics.verdict import FLOOR
from plots.verdicts.families import families
from plots.verdicts.results import BlockResult, Results

_FEWEST = 4
"""With fewer protocols there is no such comparison."""


def blocks(results: Results) -> list[BlockResult]:
    """For each protocol and algorithm the block with states of the kernel's size, if there is one, and of these the one nearest
    to a thousand sockets (the matrix's first, if several are). Empty if the run has too few protocols."""
    found: dict[tuple[str, str], BlockResult] = {}
    for block in results.blocks:
        axes = block.block.axes
        key = (axes.protocol, axes.algorithm)
        if block.told and axes.provider in _FLAT and (key not in found or _rank(block) < _rank(found[key])):
            found[key] = block
    return list(found.values()) if len({protocol for protocol, _ in found}) >= _FEWEST else []


_FLAT = ("nettle", "ipsec_mb", "zlib")
"""Their states are flat, as the kernel's are."""


def _rank(block: BlockResult) -> tuple[bool, int]:
    return block.large_table, abs(block.block.axes.sockets - 1000)


def by_sockets(results: Results, block: BlockResult) -> list[BlockResult]:
    """The blocks that differ from this one only in the number of sockets, and itself, in ascending order."""
    (found,) = (f for f in families((b for b in results.blocks if b.told), "sockets") if block in f.blocks)
    return list(found.blocks)


def names(results: Results) -> list[str]:
    """The strategies that are compared: all except the baseline and the floor, which have rows of their own."""
    return [name for name in results.run.strategies if name not in (results.run.baseline, FLOOR)]
