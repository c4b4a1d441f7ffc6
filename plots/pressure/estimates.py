# SPDX-License-Identifier: MIT
"""A block under memory pressure: what its rounds hold, and what is estimated from them.

Every round draws its packets and its neighbour's bursts from a seed of its own, so rounds are independent and each
gives one rate. Their median has the order statistics' interval, which assumes nothing of how failures cluster; within a
round they come in bursts, so its packets are no sample of independent trials and give no interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from plots.run.model import Counters, Round
from plots.statistics.stats import Estimate, bonferroni, median, median_estimate, share_estimate

QUIET_PACKETS = 256
"""So many packets without a drop end an episode (quiet_packets of bench/round/drop_log.hpp)."""


@dataclass(frozen=True)
class Trial:
    """One offered load of a search. What was lost: no slot in the ring, no skb, no memory for the operation."""

    offered_pps: float
    packets: int
    ring_losses: int
    skb_losses: int
    operation_losses: int


@dataclass(frozen=True)
class Search:
    """How much a strategy bears: time is virtual but for `service_ns`, which was measured without the zone."""

    service_ns: float
    slots: int
    packets: int
    lossless_pps: float | None
    half_percent_loss_pps: float | None
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class Arena:
    """What a real allocator takes for the same sockets, with as many pages to take from."""

    mapped_pages: int
    refused: int
    """Allocations; then not all sockets are open."""


@dataclass(frozen=True)
class PressureCell:
    name: str
    sockets_open: int
    pages_open: int
    arena: Arena | None
    """Older files lack it."""
    skb_headroom_bytes: int
    """By which every received skb is larger, for a request that lives there; older files lack it, and such strategies."""
    operations: int
    operations_refused: int
    rx_packets: int
    skb_refused: int
    marginal_drops: int
    """Received packets whose skb was granted and whose operation was refused."""
    tx_packets: int
    tx_refused: int
    accepts: int
    """Passive opens asked for while packets flowed, those that failed among them."""
    accept_failures: int
    open_failures: int
    bursts: tuple[tuple[int, int], ...]
    recoveries: tuple[tuple[int, int], ...]
    timeline: tuple[tuple[int, int, int], ...]
    """(packet, free pages, drops so far)"""
    search: Search
    counters: Counters

    @property
    def lost(self) -> int:
        """Packets lost for want of memory, their skb's or their operation's, in either direction."""
        return self.skb_refused + self.operations_refused


PressureRound = Round[PressureCell]


def _search_of(data: dict[str, Any]) -> Search:
    fields = {name: data[name] for name in Search.__dataclass_fields__ if name != "trials"}
    trials = ({name: trial[name] for name in Trial.__dataclass_fields__} for trial in data["trials"])
    return Search(**fields, trials=tuple(Trial(**trial) for trial in trials))


def cell_of(cell: dict[str, Any], counters: Counters) -> PressureCell:
    """From a file's cell. ValueError, in one line, if its counts contradict each other."""
    found = cell["pressure"]
    rx, tx = found["rx"], found["tx"]
    askable = rx["packets"] - rx["skb_refused"] + tx["packets"]
    refused = rx["operation_refused"] + tx["operation_refused"]
    asked = found["operations"]
    if found["operations_refused"] != refused or not refused <= asked <= askable:
        raise ValueError(
            f"{cell['name']}: {found['operations_refused']} of {asked} operations refused, but rx and tx add up to {refused} "
            f"of at most {askable}"
        )
    return PressureCell(
        name=cell["name"],
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
        counters=counters,
    )


@dataclass(frozen=True)
class PressureResult:
    """One strategy in one block: sums over rounds, or medians over them where there is an interval."""

    name: str
    rounds: int
    rounds_refused: int
    """Rounds in which an operation was refused for want of memory at all."""
    failure_rate: Estimate
    """Operations refused, as a share of those asked for."""
    operations: int
    operations_refused: int
    rx_packets: int
    skb_refused: int
    marginal_drops: int
    tx_packets: int
    tx_refused: int
    accepts: int
    """Asked for; `accept_failures` are among them."""
    accept_failures: int
    open_failures: int
    sockets_open: int
    """In the round that opened fewest."""
    pages_open: float
    arena_pages: float | None
    """Mapped of a jemalloc arena for the same sockets; None where a round has none, or it was too small in one."""
    skb_headroom_bytes: int
    burst_longest: int
    recovery_packets: float | None
    """Median over rounds of each round's median episode; None without a drop."""
    recovery_longest: int | None
    service_ns: Estimate
    lossless_pps: Estimate
    """A round that found no such load counts as 0; no median where half of them or more found none."""
    half_percent_loss_pps: Estimate
    lossless_rounds: int
    """Rounds that found such a load."""
    half_percent_loss_rounds: int
    lossless_share: float | None
    """Of what the strategy can do at all, 1 / service_ns: this does not follow the machine's speed."""
    half_percent_loss_share: float | None

    @property
    def drops(self) -> int:
        """Packets lost for want of memory, in either direction."""
        return self.skb_refused + self.marginal_drops + self.tx_refused

    @property
    def marginal_share(self) -> float | None:
        """Of the received packets that were lost, those whose skb was granted; None where none was lost."""
        lost = self.skb_refused + self.marginal_drops
        return self.marginal_drops / lost if lost else None


def middle_of(counted: Iterable[tuple[int, int]]) -> float | None:
    """The median of values that are given with how often each was seen."""
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
    """Median over rounds of the highest load; a round that found none bears no load, and no median is made of it."""
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


def pressure_results(rounds: Sequence[PressureRound], strategies: Sequence[str]) -> tuple[PressureResult, ...]:
    """A result for each of these strategies that has a round."""
    by_name = {name: [cell for r in rounds if (cell := r.cell(name))] for name in strategies}
    return tuple(_result(name, cells) for name, cells in by_name.items() if cells)


@dataclass(frozen=True)
class Pair:
    """Two strategies, round against round: in most rounds `more` lost more of what was counted than `less`."""

    more: str
    less: str
    rounds: int
    """In which they differ; of these, `rounds_more` are as said."""
    rounds_more: int
    share: Estimate

    @property
    def sure(self) -> bool:
        return (self.share.low or 0) > 0.5


def _pairs(rounds: Sequence[PressureRound], both: Sequence[tuple[str, str]], count: Callable[[PressureCell], int]) -> list[Pair]:
    """A round gives all strategies the same packets and bursts, so it is a pair; all intervals hold together with CONFIDENCE."""
    found = []
    for a, b in both:
        cells = [(x, y) for r in rounds if (x := r.cell(a)) and (y := r.cell(b))]
        differences = [d for x, y in cells if (d := count(x) - count(y))]
        positive = sum(d > 0 for d in differences)
        more, less, times = (a, b, positive) if positive * 2 >= len(differences) else (b, a, len(differences) - positive)
        found.append(Pair(more, less, len(differences), times, share_estimate(times, len(differences), bonferroni(len(both)))))
    return found


def refusal_pairs(rounds: Sequence[PressureRound], strategies: Sequence[str]) -> list[Pair]:
    """By operations refused: all pairs of those strategies that were refused any."""
    ever = [name for name in strategies if any((cell := r.cell(name)) and cell.operations_refused for r in rounds)]
    return _pairs(rounds, list(combinations(ever, 2)), lambda cell: cell.operations_refused)


def loss_pairs(rounds: Sequence[PressureRound], strategies: Sequence[str], baseline: str) -> list[Pair]:
    """By all that was lost for want of memory: each strategy with the baseline. A request in the skb is paid for here alone,
    since its skbs are larger and are refused sooner."""
    present = {cell.name for r in rounds for cell in r.cells}
    if baseline not in present:
        return []
    others = [(name, baseline) for name in strategies if name in present and name != baseline]
    return _pairs(rounds, others, lambda cell: cell.lost)
