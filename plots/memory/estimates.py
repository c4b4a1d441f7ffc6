# SPDX-License-Identifier: MIT
"""What follows from the fits of memory.

Crossovers: from how many sockets on one strategy takes more than another, checked with the nearest measurement on each
side. Predictions: what a million sockets take, by fits that did not use such blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

from plots.memory.fits import Fit, fit, own_scratch, points_of, shared_axes, whole_cell
from plots.run.axes import Axes
from plots.run.model import Block, Run
from plots.statistics.verdict import FLOOR
from plots.verdicts.counted import CountedRound
from plots.verdicts.results import Results

MANY = 1_000_000
"""Sockets. The fits do not use blocks with so many or more; they predict them."""

NEAR = 0.25
"""A measurement is close to a crossover if it lies within this share of the crossover's sockets."""

CROSSOVER_CPUS = (8, 64, 512)
"""Possible CPUs for which crossovers are computed, as far as the run measured them."""


@dataclass(frozen=True)
class Measured:
    """The bytes of both strategies of a crossover, with so many sockets."""

    sockets: int
    a_bytes: int
    b_bytes: int


@dataclass(frozen=True)
class Crossover:
    """From `sockets` on, `a` takes more than `b`; below, it does not."""

    a: str
    b: str
    shared: Axes
    cpus: int
    sockets: int
    below: Measured | None
    above: Measured | None
    """The nearest measurement on each side."""

    @property
    def holds(self) -> bool | None:
        """Whether the measurements agree. None if one side has no measurement."""
        if self.below is None or self.above is None:
            return None
        return self.below.a_bytes <= self.below.b_bytes and self.above.a_bytes > self.above.b_bytes

    @property
    def close(self) -> bool:
        """Whether it holds, and both measurements lie within NEAR of it."""
        if self.below is None or self.above is None or not self.holds:
            return False
        return self.sockets - self.below.sockets <= NEAR * self.sockets and self.above.sockets - self.sockets <= NEAR * self.sockets


@dataclass(frozen=True)
class Prediction:
    """A strategy in a block that its fit did not use."""

    strategy: str
    shared: Axes
    sockets: int
    cpus: int
    predicted_bytes: float
    measured_bytes: int

    @property
    def off_percent(self) -> float:
        return abs(self.predicted_bytes - self.measured_bytes) / self.measured_bytes * 100


@dataclass(frozen=True)
class MemoryResult:
    fits: tuple[Fit, ...]
    crossovers: tuple[Crossover, ...]
    predictions: tuple[Prediction, ...]

    def fit(self, strategy: str, provider: str = "nettle") -> Fit | None:
        """A strategy's first fit, in the matrix's order, with raw keys."""
        fits = (f for f in self.fits if f.strategy == strategy)
        return next((f for f in fits if (f.shared.provider, f.shared.key) == (provider, "raw")), None)

    def fit_in(self, shared: Axes, strategy: str) -> Fit | None:
        """A strategy's fit among those that share these axes."""
        return next((f for f in self.fits if f.shared == shared and f.strategy == strategy), None)

    def crossing(self, shared: Axes, strategy: str) -> list[Crossover]:
        """Crossovers of a strategy with any other, as `a` or as `b`."""
        return [c for c in self.crossovers if c.shared == shared and strategy in (c.a, c.b)]


def _measured(blocks: list[Block], a: str, b: str, cpus: int) -> list[Measured]:
    """The measurements of both strategies with one algorithm and the protocol's own scratch, ascending by sockets."""
    found: dict[int, Measured] = {}
    for block in blocks:
        one, other = whole_cell(block, a), whole_cell(block, b)
        alike = (block.axes.possible_cpus, block.axes.algorithms, block.axes.scratch) == (cpus, 1, "own")
        if one and other and alike:
            for p, q in zip(points_of(block, one, 0), points_of(block, other, 0)):
                if p.sockets:
                    found[p.sockets] = Measured(p.sockets, p.bytes, q.bytes)
    return [found[sockets] for sockets in sorted(found)]


def crossover(a: Fit, b: Fit, cpus: int, blocks: list[Block]) -> Crossover | None:
    """From how many sockets on `a` takes more than `b`. None if it never does, or if it does from the first socket on."""
    steeper = a.socket - b.socket
    if steeper < 0.01:
        return None
    sockets = int((b.of(0, cpus) - a.of(0, cpus)) / steeper) + 1
    if sockets <= 1:
        return None
    measured = _measured(blocks, a.strategy, b.strategy, cpus)
    below = [m for m in measured if m.sockets < sockets]
    above = [m for m in measured if m.sockets >= sockets]
    return Crossover(
        a=a.strategy,
        b=b.strategy,
        shared=a.shared,
        cpus=cpus,
        sockets=sockets,
        below=below[-1] if below else None,
        above=above[0] if above else None,
    )


def _predictions(found: Fit, blocks: list[Block]) -> list[Prediction]:
    many = [b for b in blocks if b.axes.sockets >= MANY]
    points = [points_of(b, cell, found.own_scratch)[-1] for b in many if (cell := whole_cell(b, found.strategy))]
    return [
        Prediction(
            found.strategy, found.shared, p.sockets, p.cpus, found.of(p.sockets, p.cpus, p.algorithms, p.scratch), p.bytes
        )
        for p in points
        if p.bytes
    ]


def evaluate_memory(run: Run) -> MemoryResult:
    """Fits of every strategy for which the run varies sockets and possible CPUs, and what follows from them."""
    groups: dict[Axes, list[Block]] = {}
    for block in run.blocks:
        if block.of(CountedRound) and block.axes.faults is None:
            groups.setdefault(shared_axes(block.axes), []).append(block)
    fits: list[Fit] = []
    crossovers: list[Crossover] = []
    predictions: list[Prediction] = []
    for shared, blocks in groups.items():
        own = own_scratch(blocks)
        few = [block for block in blocks if block.axes.sockets < MANY]
        found = [
            one
            for strategy in run.strategies
            if (one := fit(strategy, shared, [(b, cell) for b in few if (cell := whole_cell(b, strategy))], own))
        ]
        fits += found
        predictions += [p for one in found for p in _predictions(one, blocks)]
        crossovers += [
            crossing
            for a in found
            for b in found
            for cpus in CROSSOVER_CPUS
            if FLOOR not in (a.strategy, b.strategy)
            and max(a.cpus[0], b.cpus[0]) <= cpus <= min(a.cpus[1], b.cpus[1])
            and (crossing := crossover(a, b, cpus, blocks))
        ]
    return MemoryResult(tuple(fits), tuple(crossovers), tuple(predictions))


def of(results: Results) -> MemoryResult:
    found: MemoryResult = results.found["memory"]
    return found
