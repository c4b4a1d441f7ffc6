# SPDX-License-Identifier: MIT
"""A block whose operations end later: what its rounds hold, and what is estimated from them.

Rounds are the unit: each gives one rate and one quantile, and their median has the order statistics' interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from plots.run.model import Counters, Round
from plots.statistics.stats import Estimate, median_estimate


@dataclass(frozen=True)
class InFlightCell:
    name: str
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
    """Of a received packet that waited; None where none did."""
    wait_p99_ns: float | None
    section_p50_ns: float
    counters: Counters


InFlightRound = Round[InFlightCell]

_PLAIN = (
    "kind", "depth", "service_ns", "own_ns", "packets", "refused", "most_held", "waits", "waited_ns", "engine_waits", "pps",
    "overtaken", "request_bytes_peak",
)  # fmt: skip


def cell_of(cell: dict[str, Any], counters: Counters) -> InFlightCell:
    """From a file's cell."""
    flight, preemption = cell["in_flight"], cell["preemption"]
    wait = preemption["wait"] or {"p50_ns": None, "p99_ns": None}
    return InFlightCell(
        name=cell["name"],
        **{name: flight[name] for name in _PLAIN},
        macs_checked=flight["macs_checked"] + preemption["macs_checked"],
        macs_wrong=flight["macs_wrong"] + preemption["macs_wrong"],
        held=preemption["held"],
        rx_packets=preemption["rx_packets"],
        rx_waited=preemption["rx_waited"],
        wait_p50_ns=wait["p50_ns"],
        wait_p99_ns=wait["p99_ns"],
        section_p50_ns=preemption["section"]["p50_ns"],
        counters=counters,
    )


@dataclass(frozen=True)
class InFlightResult:
    """One strategy in one block: sums over rounds, or medians over them where there is an interval."""

    name: str
    kind: str
    rounds: int
    pps: Estimate
    packets: int
    refused: int
    waits: int
    waited_ns_per_packet: Estimate
    engine_waits: int
    most_held: int
    overtaken: int
    request_bytes_peak: int
    macs_checked: int
    macs_wrong: int
    held: bool
    rx_packets: int
    rx_waited: int
    wait_p50_ns: Estimate
    wait_p99_ns: Estimate
    section_p50_ns: Estimate


def _result(name: str, cells: Sequence[InFlightCell]) -> InFlightResult:
    return InFlightResult(
        name=name,
        kind=cells[0].kind,
        rounds=len(cells),
        pps=median_estimate([c.pps for c in cells]),
        packets=sum(c.packets for c in cells),
        refused=sum(c.refused for c in cells),
        waits=sum(c.waits for c in cells),
        waited_ns_per_packet=median_estimate([c.waited_ns / c.packets for c in cells if c.packets]),
        engine_waits=sum(c.engine_waits for c in cells),
        most_held=max(c.most_held for c in cells),
        overtaken=sum(c.overtaken for c in cells),
        request_bytes_peak=max(c.request_bytes_peak for c in cells),
        macs_checked=sum(c.macs_checked for c in cells),
        macs_wrong=sum(c.macs_wrong for c in cells),
        held=cells[0].held,
        rx_packets=sum(c.rx_packets for c in cells),
        rx_waited=sum(c.rx_waited for c in cells),
        wait_p50_ns=median_estimate([c.wait_p50_ns for c in cells if c.wait_p50_ns is not None]),
        wait_p99_ns=median_estimate([c.wait_p99_ns for c in cells if c.wait_p99_ns is not None]),
        section_p50_ns=median_estimate([c.section_p50_ns for c in cells]),
    )


def in_flight_results(rounds: Sequence[InFlightRound], names: Sequence[str]) -> tuple[InFlightResult, ...]:
    """One for each strategy that has a cell."""
    found = [(name, [cell for r in rounds if (cell := r.cell(name))]) for name in names]
    return tuple(_result(name, cells) for name, cells in found if cells)
