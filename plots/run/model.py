# SPDX-License-Identifier: MIT
"""What a run holds, as values: the words of results/README.md."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:  # they take their counters from here
    from plots.in_flight.estimates import InFlightRound
    from plots.pressure.estimates import PressureRound

TRAFFICS = ("keepalive", "bgp_update", "imix", "mtu")
"""By size."""


@dataclass(frozen=True)
class Faults:
    """failslab's grammar, and our k-th; what a file of before these keys lacks is as it was then."""

    probability: float
    interval: int
    times: int
    seed: int
    space: int = 0
    kth: int = 0
    gfp: str = "atomic"


@dataclass(frozen=True)
class Axes:
    """A point of every axis but the strategy. Axes with a default came later: a file without them was measured there."""

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
    algorithms: int = 1
    scratch: str = "own"
    heap: str = "fresh"
    pages: int = 0
    ring: int = 512
    in_flight: int = 0
    engine_ns: int = 20000
    openssl: str = "shared"

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


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Cell = TypeVar("Cell", bound=_Named)


@dataclass(frozen=True)
class Round(Generic[Cell]):
    """A process on a machine that was watched; None where it cannot be known."""

    path: Path
    round: int
    stamp_ns: float
    steal_percent: float | None
    involuntary_switches: int | None
    migrations: int | None
    pinned: bool | None
    cells: tuple[Cell, ...]

    def cell(self, name: str) -> Cell | None:
        return next((cell for cell in self.cells if cell.name == name), None)


@dataclass(frozen=True)
class TimedRound(Round[TimedCell]):
    offered_pps: float | None


OWNERS = ("shared", "percpu", "scratch", "socket", "request")
"""Of live memory, from what all share to what one packet takes."""

TELLING_BYTES = 1 << 20
"""Below this the steps in which an allocator grows say more than the sockets."""


@dataclass(frozen=True)
class Charge:
    """Live memory: as requested, and as the allocator rounds it, its headers included. None: not in older files."""

    bytes: int
    rounded_bytes: int | None
    blocks: int | None


@dataclass(frozen=True)
class Moment:
    """What is live at a moment, in all and by owner (the peak of older files knows no owners)."""

    total: Charge
    owners: dict[str, Charge]

    @property
    def bytes(self) -> int:
        return self.total.bytes


@dataclass(frozen=True)
class Resident:
    """The whole process at a moment, the workload's own packets included; None where it cannot be known."""

    allocator_live_bytes: int | None
    allocator_resident_bytes: int | None
    rss_bytes: int | None
    page_faults: int | None


@dataclass(frozen=True)
class Memory:
    """What is live at each moment, and the process around it."""

    sockets_half: int
    sockets: int
    sockets_open: int
    """Fewer than `sockets` where an open failed, with `open_error`."""
    open_error: str | None
    idle: Moment
    half: Moment
    open: Moment
    peak: Moment
    left: Moment | None
    """After the sockets of the largest user of scratch closed, where scratch has several users."""
    resident: dict[str, Resident] | None
    """`before`, `open`, `closed`; None in older files."""

    @property
    def rounded_bytes_per_socket(self) -> float | None:
        """The same slope of what the allocator makes of them."""
        half, full = self.half.total.rounded_bytes, self.open.total.rounded_bytes
        if self.bytes_per_socket is None or half is None or full is None:
            return None
        return (full - half) / (self.sockets - self.sockets_half)

    @property
    def bytes_per_socket(self) -> float | None:
        """The slope between half and all sockets, so that what the strategy keeps anyway does not count.

        None where half of them is none: the first socket brings what all share, such as a pool, and is no slope; and
        where not all could be opened.
        """
        if not 0 < self.sockets_half < self.sockets or self.open_error:
            return None
        return (self.open.bytes - self.half.bytes) / (self.sockets - self.sockets_half)

    def grown(self, moment: str) -> tuple[int, int] | None:
        """Resident and live bytes of the heap that were not there before; None where the allocator does not say."""
        if self.resident is None:
            return None
        at, before = self.resident[moment], self.resident["before"]
        known = (at.allocator_resident_bytes, before.allocator_resident_bytes, at.allocator_live_bytes, before.allocator_live_bytes)
        resident, resident_before, live, live_before = known
        if resident is None or resident_before is None or live is None or live_before is None:
            return None
        return resident - resident_before, live - live_before

    def added(self, moment: str, floor: Memory | None) -> tuple[int, int] | None:
        """Resident and live bytes that the strategy added: the heap's growth less that of `floor`, where no strategy holds
        anything. `before` is read before the heap is aged, so both grew by what the ageing left."""
        grown = self.grown(moment)
        alone = floor.grown(moment) if floor else None
        return (grown[0] - alone[0], grown[1] - alone[1]) if grown and alone else None

    def fragmentation(self, floor: Memory | None) -> float | None:
        """Resident over live, of what the strategy added until all sockets were open; None where that is too little to tell."""
        added = self.added("open", floor)
        return added[0] / added[1] if added and added[1] >= TELLING_BYTES else None

    def kept_bytes(self, floor: Memory | None) -> int | None:
        """What the heap holds of the machine without its being live, once the sockets closed, beyond what it does for `floor`."""
        added = self.added("closed", floor)
        return added[0] - added[1] if added else None


@dataclass(frozen=True)
class CountedCell:
    name: str
    strategy: str
    aa: bool
    memory: Memory
    allocations_per_packet: float | None
    """Atomic ones asked for while packets flowed, refused ones included."""
    skb_headroom_bytes: int | None
    """In front of every packet, hashed or not; None: not in older files."""
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
    left_out: dict[str, str]
    """Strategies of the matrix that the block does without, and why."""
    timed: tuple[TimedRound, ...]
    counted: CountedRound | None
    pressure: tuple[PressureRound, ...]
    in_flight: tuple[InFlightRound, ...]


@dataclass(frozen=True)
class Lines:
    """Of code, without blank lines and comments: its own files', and of files that it shares with others."""

    own: int
    shared: int


@dataclass(frozen=True)
class LinesOfCode:
    strategies: dict[str, Lines]
    protocols: dict[str, Lines]


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
    lines_of_code: LinesOfCode | None
    """None: not in older files, or the source was not there when the run began."""
    blocks: tuple[Block, ...]
