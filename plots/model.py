# SPDX-License-Identifier: MIT
"""What a run holds, as values: the words of results/README.md."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

TRAFFICS = ("keepalive", "bgp_update", "imix", "mtu")
"""By size."""


@dataclass(frozen=True)
class Faults:
    probability: float
    interval: int
    times: int
    seed: int


@dataclass(frozen=True)
class Axes:
    """A point of every axis but the strategy."""

    workload: str
    algorithm: str
    provider: str
    allocator: str
    sockets: int
    cpus: int
    possible_cpus: int
    cache: str
    load: str
    ip: str
    options: str
    choice: str
    key: str
    forged_percent: float
    churn_percent: float
    faults: Faults | None

    @staticmethod
    def of(data: dict[str, Any]) -> Axes:
        """From a file's `axes`; keys this version does not know are refused, since they tell cells apart."""
        fields = dict(data)
        faults = fields.pop("faults")
        return Axes(**fields, faults=Faults(**faults) if faults else None)

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def protocol(self) -> str:
        return self.workload.split("/")[0]

    @property
    def traffic(self) -> str:
        return self.workload.split("/")[1]

    @property
    def probability(self) -> float:
        return self.faults.probability if self.faults else 0.0

    @property
    def open_loop(self) -> bool:
        return self.load != "closed"

    def but(self, **changes: Any) -> Axes:
        return replace(self, **changes)


@dataclass(frozen=True)
class Histogram:
    """Latencies of one cell and round. The buckets stay in the file: a round's own percentiles are what is compared."""

    overflow: int
    p50_ns: float | None
    p90_ns: float | None
    p99_ns: float | None
    p999_ns: float | None


@dataclass(frozen=True)
class Counters:
    packets: int
    forged_accepted: int
    genuine_refused: int
    allocation_failures: int
    drops: int


@dataclass(frozen=True)
class TimedCell:
    name: str
    strategy: str
    aa: bool
    turn_ns_per_packet: tuple[float | None, ...]
    batches: int
    batches_disturbed: int
    rss_bytes: int | None
    latency: dict[str, Histogram] | None
    open_loop_turns: int
    """Those that were disturbed among them; 0 in closed loop."""
    open_loop_turns_disturbed: int
    counters: Counters


@dataclass(frozen=True)
class TimedRound:
    path: Path
    round: int
    stamp_ns: float
    steal_percent: float | None
    involuntary_switches: int | None
    migrations: int | None
    pinned: bool | None
    offered_pps: float | None
    cells: tuple[TimedCell, ...]

    def cell(self, name: str) -> TimedCell | None:
        return next((cell for cell in self.cells if cell.name == name), None)


@dataclass(frozen=True)
class Memory:
    """Live bytes, as requested, at each moment; `owners` is the open moment by owner."""

    sockets_half: int
    sockets: int
    idle: int
    half: int
    open: int
    peak: int
    owners: dict[str, int]

    @property
    def bytes_per_socket(self) -> float | None:
        """The slope between half and all sockets, so that what the strategy keeps anyway does not count.

        None where half of them is none: the first socket brings what all share, such as a pool, and is no slope.
        """
        if not 0 < self.sockets_half < self.sockets:
            return None
        return (self.open - self.half) / (self.sockets - self.sockets_half)


@dataclass(frozen=True)
class CountedCell:
    name: str
    strategy: str
    aa: bool
    memory: Memory
    allocations_per_packet: float | None
    """Atomic ones asked for while packets flowed, refused ones included."""
    counters: Counters


@dataclass(frozen=True)
class CountedRound:
    path: Path
    cells: tuple[CountedCell, ...]


@dataclass(frozen=True)
class Block:
    id: str
    passes: tuple[str, ...]
    axes: Axes
    timed: tuple[TimedRound, ...]
    counted: CountedRound | None


@dataclass(frozen=True)
class Run:
    path: Path
    name: str
    matrix: str
    baseline: str
    strategies: tuple[str, ...]
    rounds: int
    margin_percent: float | None
    seed: int
    pinned_cores: tuple[int, ...]
    git: dict[str, Any]
    build: dict[str, Any]
    libraries: dict[str, str | None]
    machine: dict[str, Any]
    warnings: tuple[str, ...]
    blocks: tuple[Block, ...]
