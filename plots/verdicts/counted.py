# SPDX-License-Identifier: MIT
"""What a counted round holds: live memory by owner and moment, and allocations. Several questions build on it."""

from __future__ import annotations

from dataclasses import dataclass

from plots.run.rounds import Cell, Round

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


@dataclass(frozen=True, kw_only=True)
class CountedCell(Cell):
    memory: Memory
    allocations_per_packet: float | None
    """Atomic ones asked for while packets flowed, refused ones included."""
    skb_headroom_bytes: int | None
    """In front of every packet, hashed or not; None: not in older files."""


@dataclass(frozen=True, kw_only=True)
class CountedRound(Round[CountedCell]):
    pass
