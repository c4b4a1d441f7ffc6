# SPDX-License-Identifier: MIT
"""Estimates of a block under memory pressure, from its rounds.

Every round draws its packets and its neighbour's bursts from its own seed. So rounds are independent, and each gives one
rate. Their median has an interval from order statistics, which assumes nothing about how failures cluster. Within a round
failures come in bursts: its packets are not independent trials and give no interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from plots.pressure.rounds import PressureCell, PressureRound, Search
from plots.run.model import Block
from plots.statistics.stats import Estimate, median, median_estimate
from plots.verdicts.results import BlockResult


@dataclass(frozen=True)
class PressureResult:
    """One strategy in one block: an Estimate is a median over rounds, a count is a sum over rounds if nothing else is said."""

    name: str
    rounds: int
    rounds_refused: int
    """Rounds in which at least one operation was refused for lack of memory."""
    failure_rate: Estimate
    """Operations refused, as a share of those requested."""
    operations: int
    operations_refused: int
    rx_packets: int
    skb_refused: int
    marginal_drops: int
    tx_packets: int
    tx_refused: int
    accepts: int
    """All accepts; `accept_failures` are among them."""
    accept_failures: int
    open_failures: int
    sockets_open: int
    """In the round that opened the fewest."""
    pages_open: float
    arena_pages: float | None
    """Pages that a jemalloc arena maps for the same sockets. None if one round has no arena or one that was too small."""
    skb_headroom_bytes: int
    burst_longest: int
    recovery_packets: float | None
    """Median over rounds of each round's median episode. None if nothing was dropped."""
    recovery_longest: int | None
    service_ns: Estimate
    lossless_pps: Estimate
    """A round that found no such load counts as 0. No median if half of the rounds or more found none."""
    half_percent_loss_pps: Estimate
    lossless_rounds: int
    """Rounds that found such a load."""
    half_percent_loss_rounds: int
    lossless_share: float | None
    """As a share of the strategy's rate without pressure, 1 / service_ns: it does not depend on the machine's speed."""
    half_percent_loss_share: float | None

    @property
    def drops(self) -> int:
        """Packets lost for lack of memory, in both directions."""
        return self.skb_refused + self.marginal_drops + self.tx_refused

    @property
    def marginal_share(self) -> float | None:
        """Of the received packets that were lost, the share that had an skb. None if none was lost."""
        lost = self.skb_refused + self.marginal_drops
        return self.marginal_drops / lost if lost else None

    @property
    def operation_share(self) -> float | None:
        """Of all packets that were lost, sent ones too, the share whose operation was refused. None if none was lost."""
        return (self.marginal_drops + self.tx_refused) / self.drops if self.drops else None


def middle_of(counted: Iterable[tuple[int, int]]) -> float | None:
    """The median of values, each given as (value, how often it was seen)."""
    ordered = sorted((value, often) for value, often in counted if often)
    total = sum(often for _, often in ordered)
    if not total:
        return None

    def at(rank: int) -> int:
        for value, often in ordered:
            rank -= often
            if rank < 0:
                return value
        raise AssertionError("a rank below the total")

    return (at((total - 1) // 2) + at(total // 2)) / 2


def _bearable(loads: Sequence[float | None]) -> Estimate:
    """Median over rounds of the highest load. A round that found none counts as 0, and no median is made of such a 0."""
    known = sorted(load or 0.0 for load in loads)
    estimate = median_estimate(known)
    return estimate if known and known[(len(known) - 1) // 2] > 0 else Estimate(None, estimate.low, estimate.high)


def _result(name: str, cells: Sequence[PressureCell]) -> PressureResult:
    def total(value: Callable[[PressureCell], int]) -> int:
        return sum(value(cell) for cell in cells)

    def share(load: Callable[[Search], float | None]) -> float | None:
        return _bearable([(load(c.search) or 0.0) * c.search.service_ns / 1e9 for c in cells]).median

    mapped = [float(c.arena.mapped_pages) for c in cells if c.arena and not c.arena.refused]
    recoveries = [m for cell in cells if (m := middle_of(cell.recoveries)) is not None]
    return PressureResult(
        name=name,
        rounds=len(cells),
        rounds_refused=sum(cell.operations_refused > 0 for cell in cells),
        failure_rate=median_estimate([c.operations_refused / c.operations for c in cells if c.operations]),
        operations=total(lambda c: c.operations),
        operations_refused=total(lambda c: c.operations_refused),
        rx_packets=total(lambda c: c.rx_packets),
        skb_refused=total(lambda c: c.skb_refused),
        marginal_drops=total(lambda c: c.marginal_drops),
        tx_packets=total(lambda c: c.tx_packets),
        tx_refused=total(lambda c: c.tx_refused),
        accepts=total(lambda c: c.accepts),
        accept_failures=total(lambda c: c.accept_failures),
        open_failures=total(lambda c: c.open_failures),
        sockets_open=min(c.sockets_open for c in cells),
        pages_open=median([c.pages_open for c in cells]) or 0.0,
        arena_pages=median(mapped) if len(mapped) == len(cells) else None,
        skb_headroom_bytes=max(c.skb_headroom_bytes for c in cells),
        burst_longest=max((length for c in cells for length, often in c.bursts if often), default=0),
        recovery_packets=median(recoveries),
        recovery_longest=max((packets for c in cells for packets, often in c.recoveries if often), default=None),
        service_ns=median_estimate([c.search.service_ns for c in cells]),
        lossless_pps=_bearable([c.search.lossless_pps for c in cells]),
        half_percent_loss_pps=_bearable([c.search.half_percent_loss_pps for c in cells]),
        lossless_rounds=sum(c.search.lossless_pps is not None for c in cells),
        half_percent_loss_rounds=sum(c.search.half_percent_loss_pps is not None for c in cells),
        lossless_share=share(lambda s: s.lossless_pps),
        half_percent_loss_share=share(lambda s: s.half_percent_loss_pps),
    )


def over_block(block: Block, names: Sequence[str]) -> tuple[PressureResult, ...]:
    """One result for each of these strategies that has a round."""
    found = [(name, [cell for r in block.of(PressureRound) if (cell := r.cell(name))]) for name in names]
    return tuple(_result(name, cells) for name, cells in found if cells)


def of(block: BlockResult) -> tuple[PressureResult, ...]:
    """One result for each strategy of a block under memory pressure. Empty for other blocks."""
    found: tuple[PressureResult, ...] = block.found["pressure"]
    return found


def named(block: BlockResult, name: str) -> PressureResult | None:
    return next((p for p in of(block) if p.name == name), None)


def rounds_of(block: BlockResult) -> tuple[PressureRound, ...]:
    return block.block.of(PressureRound)
