# SPDX-License-Identifier: MIT
"""A family: blocks that differ only in one axis. A figure shows one family; tables are grouped by family."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from plots.run.axes import TRAFFICS, Axes, usual, value
from plots.verdicts.results import BlockResult

Axis = str
"""What a family varies: an axis of the schema, or `protocol`, `traffic` (parts of the workload) or `probability` (of faults)."""


@dataclass(frozen=True)
class Family:
    """Blocks in ascending order of `axis`, and the axes that they share (there the value of `axis` itself means nothing).

    Two axes take others with them: `heap` the allocator, `protocol` the traffic, algorithm, provider and IP version.
    """

    axis: Axis
    shared: Axes
    blocks: tuple[BlockResult, ...]

    @property
    def names(self) -> list[str]:
        """Strategies in order of first appearance."""
        return list(dict.fromkeys(s.name for block in self.blocks for s in block.strategies))


def traffic_order(traffic: str) -> tuple[int, str]:
    """By size. Unknown traffics (from a capture) come last, by name."""
    return (TRAFFICS.index(traffic) if traffic in TRAFFICS else len(TRAFFICS), traffic)


def scratch_order(users: str) -> float:
    """The protocol's own scratch first, then by the sum of what all users ask for."""
    return 0 if users == "own" else sum(int(user) for user in users.split("+"))


def _shared(axes: Axes, axis: Axis) -> Axes:
    match axis:
        case "protocol":
            return axes.but(workload="/", algorithm="", provider="", ip=usual("ip"))
        case "traffic":
            return axes.but(workload=f"{axes.protocol}/")
        case "heap":
            return axes.but(heap=usual("heap"), allocator=usual("allocator"))
        case "probability":
            return axes.but(faults=axes.faults.but(probability=0, seed=0)) if axes.faults else axes
        case _:
            return axes.but(**{axis: usual(axis)})


_ORDER: dict[Axis, Callable[[Axes], tuple[float, str]]] = {
    "protocol": lambda axes: (0, ""),  # in the matrix's order
    "traffic": lambda axes: traffic_order(axes.traffic),
    "scratch": lambda axes: (scratch_order(axes.scratch), axes.scratch),
    "heap": lambda axes: (0, f"{axes.allocator} {axes.heap != 'fresh'}"),
    "probability": lambda axes: (axes.probability, ""),
}


def _order(axes: Axes, axis: Axis) -> tuple[float, str]:
    """By _ORDER if the axis is in it, else numbers by size and words by alphabet."""
    if axis in _ORDER:
        return _ORDER[axis](axes)
    found = value(axes, axis)
    return (found, "") if isinstance(found, (int, float)) else (0, str(found))


def from_eight(axes: Axes) -> float:
    """How many doublings from eight possible CPUs, the default. 0 for axes shared by a family that varies them."""
    return abs(math.log2(axes.possible_cpus / 8)) if axes.possible_cpus else 0.0


def families(blocks: Iterable[BlockResult], axis: Axis, at_least: int = 1) -> list[Family]:
    """Families of at least `at_least` blocks, in the matrix's order of their first block."""
    groups: dict[Axes, list[BlockResult]] = {}
    for block in blocks:
        groups.setdefault(_shared(block.block.axes, axis), []).append(block)
    return [
        Family(axis, shared, tuple(sorted(group, key=lambda b: _order(b.block.axes, axis))))
        for shared, group in groups.items()
        if len(group) >= at_least
    ]


def memory_families(blocks: Iterable[BlockResult], axis: Axis, at_least: int = 1) -> list[Family]:
    """Families of fault-free counted blocks. Bytes do not depend on load or cache: of families that differ only in those,
    the one with the most blocks is returned."""
    counted = [block for block in blocks if block.counted is not None and block.block.axes.faults is None]
    longest: dict[Axes, Family] = {}
    for family in families(counted, axis, at_least):
        key = family.shared.but(load="", cache="")
        if key not in longest or len(family.blocks) > len(longest[key].blocks):
            longest[key] = family
    return list(longest.values())
