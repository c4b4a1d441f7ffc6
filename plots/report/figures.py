# SPDX-License-Identifier: MIT
"""Which figures a run has data for, which of them come first, and which are left out and why."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from plots.drawing import words
from plots.consumers import estimates as consumers_of
from plots.history import estimates as history_of
from plots.verdicts.families import Axis, Family, families, from_eight, memory_families
from plots.consumers import figures as consumers
from plots.cost.figures import by_strategy, latency, sockets
from plots.history import figures as history
from plots.in_flight import figures as in_flight
from plots.memory.figures import faults, fragmentation, no_socket, owners, sockets as memory
from plots.pressure import figures as pressure
from plots.drawing.style import Drawn
from plots.pressure.words import telling
from plots.verdicts.results import BlockResult, Results

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
    draw: Callable[[Family, str, Results], Drawn]
    needs: str
    each: Callable[[list[BlockResult]], BlockResult] | None = None
    """Where strategies fill a figure, so that each block has its own: which block's comes first."""
    first: Callable[[Family], float] = lambda family: 0.0
    """Of families as large, the one of the least comes first."""
    of: Callable[[Results], list[BlockResult]] | None = None
    """Instead of `wanted`, where it takes the whole run to say."""


@dataclass(frozen=True)
class Chosen:
    kind: Kind
    family: Family
    name: str
    place: int
    """0 for the first family of its kind."""

    @property
    def main(self) -> bool:
        """Shown open on the page, and drawn as PNG beside SVG."""
        return self.place < FIRST


def _timed_closed(block: BlockResult) -> bool:
    return block.closed_loop


def _pressed(block: BlockResult) -> bool:
    return bool(block.pressure)


def _any(block: BlockResult) -> bool:
    return True


def _chained(results: Results) -> list[BlockResult]:
    return [chain.block for chain in history_of.chains(results)]


def _from_thousand(family: Family) -> float:
    """How far a family whose sockets are fixed is from a thousand of them, of which the claims speak, in decades."""
    return abs(math.log10(family.shared.sockets / 1000)) if family.shared.sockets else 0.0


KINDS = (
    Kind("strategy", "ns per packet, by strategy and size", "traffic", 1, _timed_closed, by_strategy.draw,
         "a timed closed-loop block"),
    Kind("consumers", "every protocol with every strategy", "protocol", 4, _any, consumers.draw,
         "closed-loop blocks of four protocols", of=consumers_of.blocks),
    Kind("history", "what the kernel did, step by step", "protocol", 1, _any, history.draw,
         "a closed-loop block with two of the kernel's steps", of=_chained),
    Kind("sockets", "cost against the number of sockets", "sockets", 2, _timed_closed, sockets.draw,
         "two timed blocks that differ in sockets alone"),
    Kind("latency", "latency percentiles", "sockets", 1, lambda b: any(s.latency for s in b.strategies), latency.draw,
         "an open-loop block (load = \"70%\")", each=lambda blocks: blocks[0]),
    Kind("memory", "memory against the number of sockets", "sockets", 1, _any, memory.against_sockets,
         "a counted block"),
    Kind("possible_cpus", "memory against possible CPUs", "possible_cpus", 2, no_socket.one_user, no_socket.draw,
         "two counted blocks that differ in possible_cpus alone", first=_from_thousand),
    Kind("algorithms", "memory against algorithms in parallel", "algorithms", 2, no_socket.one_user, no_socket.draw,
         "two counted blocks that differ in algorithms alone", first=lambda family: from_eight(family.shared)),
    Kind("scratch", "memory against scratch", "scratch", 2, no_socket.one_user, no_socket.draw,
         "two counted blocks with one user of scratch that differ in it alone", first=lambda family: from_eight(family.shared)),
    Kind("owners", "memory by owner", "sockets", 1, _any, owners.draw, "a counted block"),
    Kind("fragmentation", "fragmentation", "heap", 2, fragmentation.known, fragmentation.draw,
         "two counted blocks that differ in the heap alone (heap = [\"fresh\", \"aged\"])",
         first=lambda family: -family.shared.sockets),
    Kind("faults", "drops against failure probability", "probability", 2,
         lambda b: b.block.axes.faults is not None and b.block.counted is not None, faults.draw,
         "two counted blocks that differ in the faults' probability alone"),
    Kind("in_flight", "packets a second against operations in flight", "in_flight", 2, lambda b: bool(b.in_flight), in_flight.draw,
         "two blocks with an engine that differ in its depth alone (in_flight = [1, 64])"),
    Kind("pressure", "failure rate against pages", "pages", 2, _pressed, pressure.against_pages,
         "two blocks under memory pressure that differ in pages alone"),
    Kind("load", "loss against offered load", "pages", 1, _pressed, pressure.against_load,
         "a block under memory pressure (pages = 1024)", each=telling),
    Kind("recovery", "recovery after a burst", "pages", 1, _pressed, pressure.recovery,
         "a block under memory pressure (pages = 1024)", each=telling),
)  # fmt: skip

MEMORY = ("memory", "possible_cpus", "algorithms", "scratch", "owners", "fragmentation")
"""Kinds that show counted bytes, which depend on neither cache nor load."""


def _families(kind: Kind, results: Results) -> list[Family]:
    blocks = kind.of(results) if kind.of else [block for block in results.blocks if kind.wanted(block)]
    group = memory_families if kind.name in MEMORY else families
    found = group(blocks, kind.axis, kind.at_least)
    if kind.each:
        found = [Family(kind.axis, block.block.axes, (block,)) for family in found for block in family.blocks]
    elif any(len(family.blocks) > 1 for family in found):  # a lone block says no more than its table
        found = [family for family in found if len(family.blocks) > 1]
    # Most telling first: the family with the most points, the block that the kind says, the one it puts first.
    first = kind.each(blocks) if kind.each and blocks else None
    return sorted(found, key=lambda f: (-len(f.blocks), f.blocks[0] is not first, kind.first(f)))


def _file_name(kind: Kind, family: Family) -> str:
    """KIND-PROTOCOL-TRAFFIC-ALGORITHM-PROVIDER, then only what is not as usual; from the axes alone, so it is stable."""
    axes = family.shared
    varied = kind.axis
    parts = [kind.name, axes.protocol, "" if varied == "traffic" else axes.traffic, axes.algorithm, axes.provider]
    if varied != "sockets":
        parts.append(f"{axes.sockets}_sockets")
    elif len(family.blocks) == 1:
        parts.append(f"{family.blocks[0].block.axes.sockets}_sockets")
    if kind.name not in MEMORY:
        parts += ["" if axes.cache == "warm" else axes.cache, f"load_{axes.load}" if axes.open_loop else ""]
    parts += words.unusual(axes, without=[] if kind.each else [varied])
    parts = ["".join(c if c.isascii() and c.isalnum() or c == "." else "_" for c in part.lower()) for part in parts]
    return "-".join(re.sub("_+", "_", part).strip("_") for part in parts if part)


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
        yield one, one.kind.draw(one.family, one.name, results)
