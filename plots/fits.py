# SPDX-License-Identifier: MIT
"""What the ledger's bytes are made of.

For each strategy, provider and algorithm,

    bytes = fixed + algorithm A + (cpu + cpu_algorithm A + buffers S) CPUs + socket N + request in-flight

with A algorithms in use, S bytes of scratch asked for by the largest user, and N sockets open, each with a key for each
direction. The coefficients come from all fault-free counted rounds, idle and open, by least squares on relative errors,
so that one socket weighs as much as 100,000. The moment with half the sockets is left out: there no packet need have
flowed, and EVP keeps more once one has. Scratch is fitted apart, from what the ledger charges to it; a request in flight
is what the peak has beyond the open sockets, since a counted round has one packet in flight at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from plots.model import Axes, Block, CountedCell


@dataclass(frozen=True)
class Point:
    """A moment of a cell: what was open, and what was live."""

    sockets: int
    algorithms: int
    cpus: int
    scratch_asked: int
    bytes: int
    scratch_bytes: int


@dataclass(frozen=True)
class Fit:
    """One strategy's coefficients, in bytes."""

    strategy: str
    shared: Axes
    fixed: float
    algorithm: float
    cpu: float
    cpu_algorithm: float
    buffers: float
    """Scratch buffers per CPU: 1 where one is shared, 0 where the request holds its own."""
    socket: float
    request: float
    request_scratch: float
    """How many bytes a request grows by for each byte of scratch."""
    own_scratch: int
    """What the protocol itself asks for."""
    cpus: tuple[int, int]
    """The fewest and the most possible CPUs among the points."""
    algorithm_cpus: int
    """The most possible CPUs at which several algorithms were measured; 0: nowhere."""
    points: int
    max_residual_percent: float = 0.0

    def of(self, sockets: int, cpus: int, algorithms: int = 1, scratch: int | None = None) -> float:
        """Bytes with these sockets open and nothing in flight; `scratch` None: the protocol's own."""
        asked = self.own_scratch if scratch is None else scratch
        a_cpu = self.cpu + self.cpu_algorithm * algorithms + self.buffers * asked
        return self.fixed + self.algorithm * algorithms + a_cpu * cpus + self.socket * sockets

    @property
    def algorithms_varied(self) -> bool:
        return self.algorithm_cpus > 0

    @property
    def bytes_fixed(self) -> float:
        """With one algorithm."""
        return self.fixed + self.algorithm

    @property
    def bytes_per_cpu(self) -> float:
        """With one algorithm and the protocol's own scratch."""
        return self.cpu + self.cpu_algorithm + self.buffers * self.own_scratch

    @property
    def bytes_per_request(self) -> float:
        """With the protocol's own scratch."""
        return self.request + self.request_scratch * self.own_scratch


def shared_axes(axes: Axes) -> Axes:
    """The axes that requested bytes depend on and a fit does not vary; the others at their defaults."""
    return axes.but(
        sockets=0, possible_cpus=0, algorithms=1, scratch="own", allocator="glibc", heap="fresh", cache="warm", load="closed"
    )


def scratch_asked(axes: Axes, sockets: int, own: int) -> int:
    """The most scratch that one of the first so many sockets asks for: socket i is of the (i mod n)-th user."""
    if sockets == 0:
        return 0
    return own if axes.scratch == "own" else max(int(user) for user in axes.scratch.split("+")[:sockets])


def own_scratch(blocks: Iterable[Block]) -> int:
    """What the protocol asks for, as a CPU's shared buffer shows it; 0 where no strategy has one."""
    found = [
        cell.memory.open.owners["scratch"].bytes // block.axes.possible_cpus
        for block in blocks
        if block.counted and block.axes.scratch == "own"
        for cell in block.counted.cells
    ]
    return max(found, default=0)


def whole_cell(block: Block, strategy: str) -> CountedCell | None:
    """A strategy's counted cell, if all its sockets opened."""
    cells = block.counted.cells if block.counted else ()
    return next((c for c in cells if c.name == strategy and not c.memory.open_error), None)


def points_of(block: Block, cell: CountedCell, own: int) -> list[Point]:
    """A cell's moments without a packet in flight, ascending by sockets."""
    memory, axes = cell.memory, block.axes
    moments = {0: memory.idle, memory.sockets_half: memory.half, memory.sockets: memory.open}
    return [
        Point(
            sockets=sockets,
            algorithms=min(axes.algorithms, sockets),
            cpus=axes.possible_cpus,
            scratch_asked=scratch_asked(axes, sockets, own),
            bytes=moment.bytes,
            scratch_bytes=moment.owners["scratch"].bytes,
        )
        for sockets, moment in moments.items()
    ]


def least_squares(rows: list[list[float]], wanted: list[float]) -> list[float] | None:
    """The columns' coefficients that minimise the sum of squared relative errors; None where the rows cannot tell them
    apart. A row that wants nothing counts as one byte."""
    if not rows:
        return None
    matrix, right = np.array(rows, dtype=float), np.array(wanted, dtype=float)
    weights = 1 / np.maximum(right, 1)
    scale = np.abs(matrix).max(axis=0)
    if not scale.all() or np.linalg.matrix_rank(matrix / scale) < matrix.shape[1]:
        return None
    found, *_ = np.linalg.lstsq(matrix / scale * weights[:, None], right * weights, rcond=None)
    # Bytes are whole: what is left beyond a thousandth is the arithmetic's. Adding 0 turns -0 into 0.
    return [round(float(value), 3) + 0.0 for value in found / scale]


def fit(strategy: str, shared: Axes, cells: list[tuple[Block, CountedCell]], own: int) -> Fit | None:
    """From these cells; None where they do not vary sockets and possible CPUs enough to tell the coefficients apart."""
    moments = [points_of(block, cell, own) for block, cell in cells]
    points = [point for of_cell in moments for point in (of_cell[0], of_cell[-1])]
    rest = least_squares(
        [[1, p.algorithms, p.cpus, p.algorithms * p.cpus, p.sockets] for p in points],
        [p.bytes - p.scratch_bytes for p in points],
    )
    if rest is None:
        return None
    asked = [p for p in points if p.scratch_asked]
    buffers = least_squares([[p.scratch_asked * p.cpus] for p in asked], [p.scratch_bytes for p in asked])
    scratch = [scratch_asked(block.axes, cell.memory.sockets, own) for block, cell in cells]
    in_flight = [float(cell.memory.peak.bytes - cell.memory.open.bytes) for _, cell in cells]
    request = least_squares([[1, asked] for asked in scratch], in_flight)
    fixed, algorithm, cpu, cpu_algorithm, socket = rest
    found = Fit(
        strategy=strategy,
        shared=shared,
        fixed=fixed,
        algorithm=algorithm,
        cpu=cpu,
        cpu_algorithm=cpu_algorithm,
        buffers=buffers[0] if buffers else 0.0,
        socket=socket,
        request=request[0] if request else max(in_flight),
        request_scratch=request[1] if request else 0.0,
        own_scratch=own,
        cpus=(min(p.cpus for p in points), max(p.cpus for p in points)),
        algorithm_cpus=max((p.cpus for p in points if p.algorithms > 1), default=0),
        points=len(points),
    )
    residuals = [
        abs(found.of(p.sockets, p.cpus, p.algorithms, p.scratch_asked) - p.bytes) / p.bytes * 100
        for p in points
        if p.sockets and p.bytes
    ]
    return replace(found, max_residual_percent=round(max(residuals, default=0.0), 6))
