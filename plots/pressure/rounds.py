# SPDX-License-Identifier: MIT
"""The pass `pressure`: what its rounds hold, and how its files are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plots.run.rounds import Cell, Pass, Watched, head, watched

QUIET_PACKETS = 256
"""So many packets without a drop end an episode (quiet_packets of bench/pressure/drop_log.hpp)."""


@dataclass(frozen=True)
class Trial:
    """One offered load of a search. Losses by cause: no slot in the ring, no skb, no memory for the operation."""

    offered_pps: float
    packets: int
    ring_losses: int
    skb_losses: int
    operation_losses: int


@dataclass(frozen=True)
class Search:
    """The load that a strategy bears. Time is virtual, except `service_ns`, which was measured without the zone."""

    service_ns: float
    slots: int
    packets: int
    lossless_pps: float | None
    half_percent_loss_pps: float | None
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class Arena:
    """What a real allocator (jemalloc) takes for the same sockets, with the same number of pages."""

    mapped_pages: int
    refused: int
    """Refused allocations. If there are any, not all sockets are open."""


@dataclass(frozen=True, kw_only=True)
class PressureCell(Cell):
    sockets_open: int
    pages_open: int
    arena: Arena | None
    """None in older files."""
    skb_headroom_bytes: int
    """Every received skb is larger by this, for a request in the skb. 0 in older files, which lack it and such strategies."""
    operations: int
    operations_refused: int
    rx_packets: int
    skb_refused: int
    marginal_drops: int
    """Received packets whose skb was granted and whose operation was refused."""
    tx_packets: int
    tx_refused: int
    accepts: int
    """Passive opens while packets flowed, with those that failed."""
    accept_failures: int
    open_failures: int
    bursts: tuple[tuple[int, int], ...]
    recoveries: tuple[tuple[int, int], ...]
    timeline: tuple[tuple[int, int, int], ...]
    """(packet, free pages, drops so far)"""
    search: Search

    @property
    def lost(self) -> int:
        """Packets lost for lack of memory, for their skb or their operation, in both directions."""
        return self.skb_refused + self.operations_refused


@dataclass(frozen=True, kw_only=True)
class PressureRound(Watched[PressureCell]):
    pass


def _search_of(data: dict[str, Any]) -> Search:
    fields = {name: data[name] for name in Search.__dataclass_fields__ if name != "trials"}
    trials = ({name: trial[name] for name in Trial.__dataclass_fields__} for trial in data["trials"])
    return Search(**fields, trials=tuple(Trial(**trial) for trial in trials))


def _cell(cell: dict[str, Any]) -> PressureCell:
    found = cell["pressure"]
    rx, tx = found["rx"], found["tx"]
    askable = rx["packets"] - rx["skb_refused"] + tx["packets"]
    refused = rx["operation_refused"] + tx["operation_refused"]
    asked = found["operations"]
    if found["operations_refused"] != refused or not refused <= asked <= askable:
        raise ValueError(
            f"cells: {cell['name']}: {found['operations_refused']} of {asked} operations refused, but rx and tx add up to {refused} "
            f"of at most {askable}"
        )
    return PressureCell(
        **head(cell),
        sockets_open=found["sockets_open"],
        pages_open=found["pages_open"],
        arena=Arena(arena["mapped_pages"], arena["refused"]) if (arena := found.get("arena")) else None,
        skb_headroom_bytes=found.get("skb_headroom_bytes", 0),
        operations=asked,
        operations_refused=refused,
        rx_packets=rx["packets"],
        skb_refused=rx["skb_refused"],
        marginal_drops=rx["operation_refused"],
        tx_packets=tx["packets"],
        tx_refused=tx["operation_refused"],
        accepts=cell["accepts"] + found["accept_failures"],
        accept_failures=found["accept_failures"],
        open_failures=found["open_failures"],
        bursts=tuple((length, often) for length, often in found["bursts"]),
        recoveries=tuple((packets, often) for packets, often in found["recoveries"]),
        timeline=tuple((packet, free, drops) for packet, free, drops in found["timeline"]),
        search=_search_of(cell["search"]),
    )


def read(path: Path, data: dict[str, Any]) -> PressureRound:
    """ValueError if a cell's counts contradict each other."""
    return PressureRound(**watched(path, data), cells=tuple(_cell(cell) for cell in data["cells"]))


PASS = Pass("pressure", "under memory pressure", PressureRound, read)
