# SPDX-License-Identifier: MIT
"""Estimates of a block with an engine, from its rounds.

Rounds are the unit. Each gives one rate and one of each quantile. Their median has an interval from order statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plots.in_flight.rounds import InFlightCell, InFlightRound
from plots.run.model import Block
from plots.statistics.stats import Estimate, median_estimate
from plots.verdicts.results import BlockResult


@dataclass(frozen=True)
class InFlightResult:
    """One strategy in one block: an Estimate is a median over rounds, a count is a sum over rounds."""

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


def over_block(block: Block, names: Sequence[str]) -> tuple[InFlightResult, ...]:
    """One result for each of these strategies that has a round."""
    found = [(name, [cell for r in block.of(InFlightRound) if (cell := r.cell(name))]) for name in names]
    return tuple(_result(name, cells) for name, cells in found if cells)


def of(block: BlockResult) -> tuple[InFlightResult, ...]:
    """One result for each strategy of a block with an engine. Empty for other blocks."""
    found: tuple[InFlightResult, ...] = block.found["in_flight"]
    return found


def named(block: BlockResult, name: str) -> InFlightResult | None:
    return next((f for f in of(block) if f.name == name), None)


def rounds_of(block: BlockResult) -> tuple[InFlightRound, ...]:
    return block.block.of(InFlightRound)
