# SPDX-License-Identifier: MIT
"""Which figures a run has data for, which of them come first, and which are left out and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from plots import words
from plots.families import Axis, Family, families
from plots.figures import by_strategy, faults, latency, memory, sockets
from plots.figures.style import Drawn
from plots.results import BlockResult, Results

FIRST, FOLDED = 1, 5
"""Families of a kind that a page shows open, and folded away; the others are files only."""


@dataclass(frozen=True)
class Kind:
    """One kind of figure: what a family needs to have, and who draws it."""

    name: str
    title: str
    axis: Axis
    at_least: int
    wanted: Callable[[BlockResult], bool]
    draw: Callable[[Family, str, str], Drawn]
    needs: str


@dataclass(frozen=True)
class Chosen:
    kind: Kind
    family: Family
    name: str
    place: int
    """0 for the first family of its kind."""


def _timed_closed(block: BlockResult) -> bool:
    return bool(block.block.timed) and not block.block.axes.open_loop


def _has_memory(block: BlockResult) -> bool:
    return block.block.counted is not None and block.block.axes.faults is None


KINDS = (
    Kind("strategy", "ns per packet, by strategy and size", "traffic", 1, _timed_closed, by_strategy.draw,
         "a timed closed-loop block"),
    Kind("sockets", "cost against the number of sockets", "sockets", 2, _timed_closed, sockets.draw,
         "two timed blocks that differ in sockets alone"),
    Kind("latency", "latency percentiles", "sockets", 1, lambda b: any(s.latency for s in b.strategies), latency.draw,
         "an open-loop block (load = \"70%\")"),
    Kind("memory", "memory against the number of sockets", "sockets", 1, _has_memory, memory.against_sockets,
         "a counted block"),
    Kind("possible_cpus", "memory against possible CPUs", "possible_cpus", 2, _has_memory,
         memory.against_possible_cpus, "two counted blocks that differ in possible_cpus alone"),
    Kind("faults", "drops against failure probability", "probability", 2,
         lambda b: b.block.axes.faults is not None and b.block.counted is not None, faults.draw,
         "two counted blocks that differ in the faults' probability alone"),
)  # fmt: skip


def _families(kind: Kind, results: Results) -> list[Family]:
    blocks = [block for block in results.blocks if kind.wanted(block)]
    found = families(blocks, kind.axis, kind.at_least)
    if kind.name == "latency":  # a figure for each block: its strategies fill it
        found = [Family(kind.axis, family.shared, (block,)) for family in found for block in family.blocks]
    if kind.name in ("memory", "possible_cpus"):  # bytes do not depend on load or cache: one figure for blocks alike in all else
        seen: dict[object, Family] = {}
        for family in found:
            key = family.shared.but(load="", cache="")
            if key not in seen or len(family.blocks) > len(seen[key].blocks):
                seen[key] = family
        found = list(seen.values())
    # Most telling first: the family with the most points, else the matrix's order.
    return sorted(found, key=lambda family: -len(family.blocks))


def _file_name(kind: Kind, family: Family) -> str:
    axes = [w for w in words.conditions(family.shared, [kind.axis]) if w]
    if len(family.blocks) == 1 and kind.axis == "sockets":
        axes.append(f"{family.blocks[0].block.axes.sockets}")
    text = "-".join([kind.name, *axes]).lower()
    return "-".join("".join(c if c.isascii() and (c.isalnum() or c in "_.") else " " for c in text).split())


def choose(results: Results) -> tuple[list[Chosen], list[str]]:
    """The figures to draw, and a line for each kind that is left out."""
    chosen, left_out = [], []
    names: set[str] = set()
    for kind in KINDS:
        found = _families(kind, results)
        if not found:
            left_out.append(f"{kind.title}: this run has not {kind.needs}.")
        for place, family in enumerate(found):
            name = _file_name(kind, family)
            if name in names:
                name = f"{name}-{place}"
            names.add(name)
            chosen.append(Chosen(kind, family, name, place))
    return chosen, left_out


def draw_all(results: Results, chosen: list[Chosen]) -> Iterator[tuple[Chosen, Drawn]]:
    """One at a time, so that only one is in memory."""
    for one in chosen:
        yield one, one.kind.draw(one.family, one.name, results.run.baseline)
