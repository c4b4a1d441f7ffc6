# SPDX-License-Identifier: MIT
"""What was measured in the real kernel, as values, with the names of results/README.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from plots.run.axes import Axes

LANES = ("counted", "native", "host", "sockets")
"""In the order of every output."""

MODEL = "model"
"""The lane of the model's own packets, which are counted as those of `counted` are."""

PHASES = ("start", "key", "update", "final", "end", "allocation", "other")
"""In the order of a packet. `other` lies in no phase."""

POOL = "percpu_pool"
"""The strategy that all ratios of the kernel are to."""

WARM, COLD = "warm", "cold"

_ALGORITHMS = {"hmac(sha1)": "hmac(sha1)", "hmac(sha256)": "hmac(sha256)", "cmac(aes128)": "cmac(aes)", "md5": "md5", "gcm(aes128)": "gcm(aes)"}
"""The model's name for an algorithm, and the kernel's: there the key's length is not part of the name."""


def in_kernel(algorithm: str) -> str | None:
    """The kernel's name for one of the model's algorithms. None: the module does not have it."""
    return _ALGORITHMS.get(algorithm)


def algorithm_order(algorithm: str) -> int:
    """Sorts the kernel's names of algorithms. Connections come last."""
    known = list(_ALGORITHMS.values())
    return known.index(algorithm) if algorithm in known else len(known)


def factor(one: float, other: float) -> float:
    """Between two sizes, or two numbers of sockets: 2 if one is twice or half the other."""
    return max(one, other) / max(1, min(one, other))


def age(kernel: str) -> tuple[int, ...]:
    """Sorts kernels: 6.12 is newer than 6.1."""
    return tuple(map(int, kernel.split(".")))


@dataclass(frozen=True)
class Counts:
    """Of one phase, over all packets of a turn. The caches are simulated."""

    instructions: int
    loads: int
    stores: int
    l1d_misses: int
    l2_misses: int


WHAT = tuple(field.name for field in fields(Counts))


@dataclass(frozen=True)
class KernelCell:
    strategy: str
    form: str
    """What it is written with: ahash, shash, library, …"""
    bytes: int
    sockets: int
    cache: str
    packets: int
    phases: dict[str, Counts]
    """Empty: not counted."""
    turn_ns: tuple[float, ...]
    """Empty: not timed."""
    turn_cycles: tuple[float, ...]

    @property
    def name(self) -> str:
        return f"{self.strategy}/{self.form}"

    def by_phase(self, what: str = "instructions") -> dict[str, float]:
        """Per packet."""
        return {phase: getattr(counts, what) / self.packets for phase, counts in self.phases.items()}

    def per_packet(self, what: str = "instructions") -> float:
        return sum(self.by_phase(what).values())


@dataclass(frozen=True)
class Faulted:
    """Operations of a cell while failslab makes allocations fail."""

    strategy: str
    form: str
    percent: float
    operations: int
    failed: int


@dataclass(frozen=True)
class Slab:
    """What slabinfo shows more once a cell's sockets are open. That of null/none is the loaded module's."""

    strategy: str
    form: str
    sockets: int
    active_bytes: int
    total_bytes: int
    objects: dict[str, int]


@dataclass(frozen=True)
class Connections:
    """Real TCP connections. None: not known."""

    key: str
    algorithm: str | None
    connections: int
    bytes: int
    messages: int
    percent: float
    """failslab's; 0: off."""
    message_ns: tuple[float, ...]
    """The percentiles 0 to 100. Empty: not timed."""
    phases: dict[str, Counts]
    """Empty: not counted."""
    segments: int | None
    retransmits: int | None
    failed: int | None
    stuck: int | None
    slab_bytes: int | None
    """Of objects in use, of both ends of all connections."""


@dataclass(frozen=True)
class KernelRound:
    """One boot of a kernel, with one algorithm; or one block of the model."""

    path: Path
    kernel: str
    algorithm: str
    driver: str | None
    number: int
    cells: tuple[KernelCell, ...]
    faults: tuple[Faulted, ...]
    slab: tuple[Slab, ...]
    connections: tuple[Connections, ...]
    axes: Axes | None = None
    """Of the model's block; None in the lanes of the kernel."""

    def slab_of_socket(self, one: Slab) -> tuple[float, dict[str, float]]:
        """(Bytes in use, objects by slab cache) for each socket of a cell, without those of the loaded module."""
        floor = next((other for other in self.slab if other.form == "none"), None)
        objects = {name: number - (floor.objects.get(name, 0) if floor else 0) for name, number in one.objects.items()}
        bytes_ = one.active_bytes - (floor.active_bytes if floor else 0)
        return bytes_ / one.sockets, {name: number / one.sockets for name, number in objects.items()}


@dataclass(frozen=True)
class Measured:
    """A kernel that a lane measured."""

    kernel: str
    release: str
    package: str | None
    version: str | None
    config: str | None
    module: str | None
    source: str | None


@dataclass(frozen=True)
class Lane:
    name: str
    path: Path
    full: bool
    command_line: tuple[str, ...]
    """The words after the program's name."""
    revision: str | None
    start: datetime
    cpu: str | None
    hypervisor: str | None
    tools: dict[str, str | None]
    kernels: tuple[Measured, ...]
    """The oldest first."""
    warnings: tuple[str, ...]
    rounds: tuple[KernelRound, ...]

    def of(self, kernel: str, algorithm: str) -> list[KernelRound]:
        """The rounds of a kernel with this algorithm (its name in the kernel), by number."""
        return [r for r in self.rounds if (r.kernel, r.algorithm) == (kernel, algorithm)]

    def cells(self, kernel: str, algorithm: str, bytes_: int, sockets: int, cache: str) -> list[dict[str, KernelCell]]:
        """For each of these rounds its cells, by name, with this size and cache, and with the number of sockets that is nearest."""
        rounds = self.of(kernel, algorithm)
        had = sorted({c.sockets for r in rounds for c in r.cells if c.bytes == bytes_})
        near = min(had, key=lambda one: factor(one, sockets), default=None)
        return [{c.name: c for c in r.cells if (c.bytes, c.sockets, c.cache) == (bytes_, near, cache)} for r in rounds]


@dataclass(frozen=True)
class Kernel:
    """All lanes of a folder."""

    path: Path
    lanes: tuple[Lane, ...]
    """Those of the real kernel."""

    model: Lane | None = None
    """Counted beside them. None: it is not there."""

    def lane(self, name: str) -> Lane | None:
        return next((lane for lane in self.lanes if lane.name == name), None)

    def rounds(self, lane: str) -> tuple[KernelRound, ...]:
        """A lane's rounds. Empty: the lane is not there."""
        found = self.lane(lane)
        return found.rounds if found else ()

    def by_algorithm(self, lane: str) -> dict[tuple[str, str], list[KernelRound]]:
        """A lane's rounds by algorithm and kernel, in this order."""
        found: dict[tuple[str, str], list[KernelRound]] = {}
        for one in sorted(self.rounds(lane), key=lambda r: (algorithm_order(r.algorithm), age(r.kernel))):
            found.setdefault((one.algorithm, one.kernel), []).append(one)
        return found

    def instructions(self, kernel: str, algorithm: str, bytes_: int, sockets: int) -> dict[str, dict[str, float]]:
        """By cell, the instructions a packet by phase with a warm cache, the mean over boots. Empty: not counted."""
        lane = self.lane("counted")
        found: dict[str, list[KernelCell]] = {}
        for cells in lane.cells(kernel, algorithm, bytes_, sockets, WARM) if lane else []:
            for name, cell in cells.items():
                found.setdefault(name, []).append(cell)
        return {
            name: {phase: sum(cell.by_phase()[phase] for cell in cells) / len(cells) for phase in PHASES}
            for name, cells in found.items()
        }

    @property
    def warnings(self) -> list[str]:
        """Those of the lanes, and one if the lanes' modules were built from different sources."""
        said = [f"kernel, {lane.name}: {warning}" for lane in (*self.lanes, *([self.model] if self.model else [])) for warning in lane.warnings]
        sources = {source for lane in self.lanes for measured in lane.kernels if (source := measured.source)}
        if len(sources) > 1:
            said.append(f"the kernel's lanes ran modules built from different sources ({', '.join(sorted(sources))}): compare them with care")
        return said

