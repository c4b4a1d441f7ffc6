# SPDX-License-Identifier: MIT
"""Fits the ledger's bytes.

For each strategy, provider and algorithm,

    bytes = fixed + algorithm A + size U + socket N + request in-flight
          + (cpu + cpu_algorithm A + cpu_size U + shared_scratch S + each_scratch T) CPUs

A   algorithms in use
N   open sockets, each with a key for each direction
U   different sizes of scratch that users ask for
S   bytes of the largest of these sizes
T   bytes of all these sizes together

A buffer that users share grows with S. A cache for each size grows with U and T. The fit finds out which of them a strategy
has.

The coefficients come from all fault-free counted rounds, at the moments idle and open, by least squares on relative errors:
one socket weighs as much as 100,000. The moment with half the sockets is left out: in older files these sockets have not
carried a packet, and EVP keeps more after the first packet. What the ledger charges to scratch is fitted separately, so
that it is known even if no block varies scratch. A request in flight is the peak minus the open sockets, since a counted
round has one packet in flight at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import nnls

from plots.run.axes import Axes, usual
from plots.run.model import Block
from plots.verdicts.counted import CountedCell, CountedRound


@dataclass(frozen=True)
class Point:
    """A moment of a cell: what was open, and what was live."""

    sockets: int
    algorithms: int
    cpus: int
    scratch: tuple[int, ...]
    """The sizes that users ask for."""
    bytes: int
    scratch_bytes: int


@dataclass(frozen=True)
class Fit:
    """One strategy's coefficients, in bytes."""

    strategy: str
    shared: Axes
    fixed: float
    algorithm: float
    size: float
    cpu: float
    cpu_algorithm: float
    cpu_size: float
    shared_scratch: float
    """Bytes on each CPU for each byte of the largest user's scratch: 1 where one buffer is shared."""
    each_scratch: float
    """The same for each byte of every size: the number of pieces in a cache for each size. If no block has several users,
    these bytes are in shared_scratch."""
    socket: float
    request: float
    request_scratch: float
    """How many bytes a request grows by for each byte of scratch."""
    own_scratch: int
    """What the protocol itself asks for."""
    cpus: tuple[int, int]
    """The fewest and the most possible CPUs among the points."""
    algorithm_cpus: int
    """The most possible CPUs on which several algorithms were measured. 0: never."""
    scratch_varied: bool
    """Whether the points ask for several sizes of scratch."""
    points: int
    max_residual_percent: float = 0.0

    def of(self, sockets: int, cpus: int, algorithms: int = 1, scratch: Sequence[int] | None = None) -> float:
        """Bytes with these sockets open and nothing in flight. `scratch`: its sizes; None: the protocol's own."""
        sizes = [self.own_scratch] if scratch is None else scratch
        a_cpu = self.cpu + self.cpu_algorithm * algorithms + self.cpu_size * len(sizes)
        a_cpu += self.shared_scratch * max(sizes, default=0) + self.each_scratch * sum(sizes)
        return self.fixed + self.algorithm * algorithms + self.size * len(sizes) + a_cpu * cpus + self.socket * sockets

    @property
    def algorithms_varied(self) -> bool:
        return self.algorithm_cpus > 0

    @property
    def bytes_fixed(self) -> float:
        """With one algorithm and the protocol's own scratch."""
        return self.of(0, 0)

    @property
    def bytes_per_cpu(self) -> float:
        """With one algorithm and the protocol's own scratch."""
        return self.of(0, 1) - self.of(0, 0)

    @property
    def bytes_per_request(self) -> float:
        """With the protocol's own scratch."""
        return self.request + self.request_scratch * self.own_scratch


def shared_axes(axes: Axes) -> Axes:
    """The axes that requested bytes depend on and that a fit does not vary. The others have their defaults, or 0."""
    usuals = {name: usual(name) for name in ("algorithms", "scratch", "allocator", "heap", "cache", "load")}
    return axes.but(sockets=0, possible_cpus=0, **usuals)


def scratch_sizes(axes: Axes, sockets: int, own: int) -> tuple[int, ...]:
    """The sizes that the first `sockets` sockets ask for, ascending. Socket i belongs to user i mod n."""
    users = [own] if axes.scratch == "own" else [int(user) for user in axes.scratch.split("+")]
    return tuple(sorted(set(users[:sockets])))


def own_scratch(blocks: Iterable[Block]) -> int:
    """The protocol's scratch in bytes, as a shared buffer per CPU shows it. 0 if no strategy has such a buffer."""
    found = [
        cell.memory.open.owners["scratch"].bytes // block.axes.possible_cpus
        for block in blocks
        if block.axes.scratch == "own"
        for r in block.of(CountedRound)
        for cell in r.cells
    ]
    return max(found, default=0)


def whole_cell(block: Block, strategy: str) -> CountedCell | None:
    """A strategy's counted cell, if all its sockets opened."""
    found = (r.cell(strategy) for r in block.of(CountedRound))
    return next((cell for cell in found if cell and not cell.memory.open_error), None)


def points_of(block: Block, cell: CountedCell, own: int) -> list[Point]:
    """A cell's moments without a packet in flight, ascending by sockets."""
    memory, axes = cell.memory, block.axes
    moments = {0: memory.idle, memory.sockets_half: memory.half, memory.sockets: memory.open}
    return [
        Point(
            sockets=sockets,
            algorithms=min(axes.algorithms, sockets),
            cpus=axes.possible_cpus,
            scratch=scratch_sizes(axes, sockets, own),
            bytes=moment.bytes,
            scratch_bytes=moment.owners["scratch"].bytes,
        )
        for sockets, moment in moments.items()
    ]


Row = Sequence[float]


def told_apart(rows: Sequence[Row]) -> bool:
    """Whether the columns are linearly independent."""
    matrix = np.array(rows, dtype=float)
    scale = np.abs(matrix).max(axis=0, initial=0)
    return bool(scale.all()) and int(np.linalg.matrix_rank(matrix / scale)) == len(scale)


def least_squares(rows: Sequence[Row], wanted: Sequence[float]) -> list[float]:
    """The columns' coefficients that minimise the sum of squared relative errors. A wanted 0 is weighted as one byte.

    No coefficient is negative, since nothing that is open gives memory back. Of equal columns the first gets the whole.
    """
    matrix, right = np.array(rows, dtype=float), np.array(wanted, dtype=float)
    scale = np.maximum(np.abs(matrix).max(axis=0), np.finfo(float).tiny)
    weights = 1 / np.maximum(right, 1)
    found, _ = nnls(matrix / scale * weights[:, None], right * weights)
    # Bytes are whole numbers: digits beyond a thousandth are rounding errors.
    return [round(float(value), 3) for value in found / scale]


def fit(strategy: str, shared: Axes, cells: list[tuple[Block, CountedCell]], own: int) -> Fit | None:
    """A strategy's fit to these cells. None if sockets and possible CPUs vary too little to separate the coefficients."""
    moments = [points_of(block, cell, own) for block, cell in cells]
    points = [point for of_cell in moments for point in (of_cell[0], of_cell[-1])]
    usual = [(1, p.algorithms, p.cpus, p.algorithms * p.cpus, p.sockets) for p in points]
    if not points or not told_apart(usual):
        return None
    by_scratch = [(max(p.scratch, default=0) * p.cpus, sum(p.scratch) * p.cpus) for p in points]
    fixed, algorithm, cpu, cpu_algorithm, socket, size, cpu_size, shared_scratch, each_scratch = least_squares(
        [(*row, len(p.scratch), len(p.scratch) * p.cpus, *sizes) for row, p, sizes in zip(usual, points, by_scratch)],
        [p.bytes - p.scratch_bytes for p in points],
    )
    buffers = least_squares(by_scratch, [p.scratch_bytes for p in points])
    request, request_scratch = least_squares(
        [(1, max(of_cell[-1].scratch, default=0)) for of_cell in moments],
        [cell.memory.peak.bytes - cell.memory.open.bytes for _, cell in cells],
    )
    found = Fit(
        strategy=strategy,
        shared=shared,
        fixed=fixed,
        algorithm=algorithm,
        size=size,
        cpu=cpu,
        cpu_algorithm=cpu_algorithm,
        cpu_size=cpu_size,
        shared_scratch=shared_scratch + buffers[0],
        each_scratch=each_scratch + buffers[1],
        socket=socket,
        request=request,
        request_scratch=request_scratch,
        own_scratch=own,
        cpus=(min(p.cpus for p in points), max(p.cpus for p in points)),
        algorithm_cpus=max((p.cpus for p in points if p.algorithms > 1), default=0),
        scratch_varied=len({p.scratch for p in points if p.scratch}) > 1,
        points=len(points),
    )
    residuals = [
        abs(found.of(p.sockets, p.cpus, p.algorithms, p.scratch) - p.bytes) / p.bytes * 100 for p in points if p.sockets and p.bytes
    ]
    return replace(found, max_residual_percent=round(max(residuals, default=0.0), 6))
