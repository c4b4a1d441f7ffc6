# SPDX-License-Identifier: MIT
"""A counted round: live memory by owner and moment, and allocations. Several questions use it."""

from __future__ import annotations

from dataclasses import dataclass

from plots.run.rounds import Cell, Round

OWNERS = ("shared", "percpu", "scratch", "socket", "request")
"""Owners of live memory, from what all sockets share to what one packet takes."""

TELLING_BYTES = 1 << 20
"""With fewer bytes, the steps in which an allocator grows matter more than the sockets."""


@dataclass(frozen=True)
class Charge:
    """Live memory: as requested, and as the allocator rounds it, with its headers. None in older files."""

    bytes: int
    rounded_bytes: int | None
    blocks: int | None


@dataclass(frozen=True)
class Moment:
    """Live memory at one moment, in total and by owner. In older files the peak has no owners."""

    total: Charge
    owners: dict[str, Charge]

    @property
    def bytes(self) -> int:
        return self.total.bytes


@dataclass(frozen=True)
class Resident:
    """The whole process at one moment, with the workload's own packets. None: not known."""

    allocator_live_bytes: int | None
    allocator_resident_bytes: int | None
    rss_bytes: int | None
    page_faults: int | None


@dataclass(frozen=True)
class Memory:
    """Live memory at each moment, and the memory of the whole process."""

    sockets_half: int
    sockets: int
    sockets_open: int
    """Fewer than `sockets` if an open failed. Then `open_error` has the reason."""
    open_error: str | None
    idle: Moment
    half: Moment
    open: Moment
    peak: Moment
    left: Moment | None
    """After the sockets of the largest user of scratch closed. None if scratch has one user."""
    resident: dict[str, Resident] | None
    """By moment: `before`, `open`, `closed`. None in older files."""

    @property
    def rounded_bytes_per_socket(self) -> float | None:
        """As bytes_per_socket, of the bytes as the allocator rounds them."""
        half, full = self.half.total.rounded_bytes, self.open.total.rounded_bytes
        if self.bytes_per_socket is None or half is None or full is None:
            return None
        return (full - half) / (self.sockets - self.sockets_half)

    @property
    def bytes_per_socket(self) -> float | None:
        """The slope between half and all sockets, so that what the strategy keeps without sockets does not count.

        None if half of them is 0: the first socket also brings what all share, such as a pool. None if an open failed.
        """
        if not 0 < self.sockets_half < self.sockets or self.open_error:
            return None
        return (self.open.bytes - self.half.bytes) / (self.sockets - self.sockets_half)

    def grown(self, moment: str) -> tuple[int, int] | None:
        """By how many resident and live bytes the heap grew since `before`. None if the allocator does not report them."""
        if self.resident is None:
            return None
        at, before = self.resident[moment], self.resident["before"]
        known = (at.allocator_resident_bytes, before.allocator_resident_bytes, at.allocator_live_bytes, before.allocator_live_bytes)
        resident, resident_before, live, live_before = known
        if resident is None or resident_before is None or live is None or live_before is None:
            return None
        return resident - resident_before, live - live_before

    def added(self, moment: str, floor: Memory | None) -> tuple[int, int] | None:
        """Resident and live bytes that the strategy added: the heap's growth minus that of `floor`, the memory of null.

        `before` is read before the heap is aged, so both growths contain what ageing left.
        """
        grown = self.grown(moment)
        alone = floor.grown(moment) if floor else None
        return (grown[0] - alone[0], grown[1] - alone[1]) if grown and alone else None

    def fragmentation(self, floor: Memory | None) -> float | None:
        """Resident divided by live bytes, of what the strategy added until all sockets were open. None below TELLING_BYTES."""
        added = self.added("open", floor)
        return added[0] / added[1] if added and added[1] >= TELLING_BYTES else None

    def kept_bytes(self, floor: Memory | None) -> int | None:
        """Bytes that are resident but not live after the sockets closed, minus the same for `floor`."""
        added = self.added("closed", floor)
        return added[0] - added[1] if added else None


@dataclass(frozen=True, kw_only=True)
class CountedCell(Cell):
    memory: Memory
    allocations_per_packet: float | None
    """Atomic allocations requested while packets flowed, with the refused ones."""
    skb_headroom_bytes: int | None
    """In front of every packet, hashed or not. None in older files."""


@dataclass(frozen=True, kw_only=True)
class CountedRound(Round[CountedCell]):
    pass
