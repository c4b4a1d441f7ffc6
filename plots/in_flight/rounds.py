# SPDX-License-Identifier: MIT
"""The pass `in_flight`: what its rounds hold, and how its files are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plots.run.rounds import Cell, Pass, Watched, head, watched


@dataclass(frozen=True, kw_only=True)
class InFlightCell(Cell):
    kind: str
    """none, one_per_cpu, many"""
    depth: int
    service_ns: float
    own_ns: float
    packets: int
    refused: int
    """Operations that cannot leave the stack: the CPU computes them itself."""
    most_held: int
    waits: int
    waited_ns: float
    engine_waits: int
    pps: float
    overtaken: int
    request_bytes_peak: int
    macs_checked: int
    macs_wrong: int
    held: bool
    """Bottom halves stay disabled from start to end."""
    rx_packets: int
    rx_waited: int
    wait_p50_ns: float | None
    """The wait of received packets that waited. None if no packet waited."""
    wait_p99_ns: float | None
    section_p50_ns: float


@dataclass(frozen=True, kw_only=True)
class InFlightRound(Watched[InFlightCell]):
    pass


_PLAIN = (
    "kind", "depth", "service_ns", "own_ns", "packets", "refused", "most_held", "waits", "waited_ns", "engine_waits", "pps",
    "overtaken", "request_bytes_peak",
)  # fmt: skip


def _cell(cell: dict[str, Any]) -> InFlightCell:
    flight, preemption = cell["in_flight"], cell["preemption"]
    wait = preemption["wait"] or {"p50_ns": None, "p99_ns": None}
    return InFlightCell(
        **head(cell),
        **{name: flight[name] for name in _PLAIN},
        macs_checked=flight["macs_checked"] + preemption["macs_checked"],
        macs_wrong=flight["macs_wrong"] + preemption["macs_wrong"],
        held=preemption["held"],
        rx_packets=preemption["rx_packets"],
        rx_waited=preemption["rx_waited"],
        wait_p50_ns=wait["p50_ns"],
        wait_p99_ns=wait["p99_ns"],
        section_p50_ns=preemption["section"]["p50_ns"],
    )


def read(path: Path, data: dict[str, Any]) -> InFlightRound:
    return InFlightRound(**watched(path, data), cells=tuple(_cell(cell) for cell in data["cells"]))


PASS = Pass("in_flight", "in flight", InFlightRound, read)
