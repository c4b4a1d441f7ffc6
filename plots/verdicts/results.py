# SPDX-License-Identifier: MIT
"""From a run to results: one estimate and one verdict a cell, the A/A comparisons apart from them.

Comparisons are corrected within a block (Bonferroni): a block is one question, "which of these strategies, here?", and
its verdicts hold together with 95 %. They are not corrected over blocks: then a verdict would depend on which other
questions the matrix asked. What that leaves is shown by the A/A cells, judged by the same rule with the same intervals.
"""

from __future__ import annotations

from dataclasses import dataclass

from plots.in_flight.estimates import InFlightResult, in_flight_results
from plots.memory.estimates import MemoryResult, evaluate_memory
from plots.run.model import Block, CountedCell, Memory, Run, TimedCell
from plots.pressure.estimates import PressureResult, pressure_results
from plots.statistics.stats import (
    MINIMUM_ROUNDS,
    Estimate,
    bonferroni,
    effect_size,
    median,
    median_estimate,
    paired_ratio,
    ratio_estimate,
)
from plots.statistics.verdict import FLOOR, Verdict, judge, margin

PERCENTILES = ("p50", "p90", "p99", "p999")


@dataclass(frozen=True)
class Latency:
    """Percentiles in ns: medians over rounds with the order statistics' interval."""

    percentiles: dict[str, Estimate]
    overflow: int


@dataclass(frozen=True)
class StrategyResult:
    name: str
    ns_per_packet: Estimate
    ratio: Estimate
    ratios: tuple[float, ...]
    effect_size: float | None
    verdict: Verdict
    latency: dict[str, Latency] | None
    memory: Memory | None
    fragmentation: float | None
    """Resident over live bytes, of what the strategy added to the heap beyond the floor of its block."""
    kept_bytes: int | None
    """Resident and not live once the sockets closed, beyond the floor's."""
    rss_bytes: float | None
    """How much the process grew while the cell's sockets opened; the median over rounds."""
    allocations_per_packet: float | None
    skb_headroom_bytes: int | None
    packets: int
    counted_packets: int
    allocation_failures: int
    counted_drops: int
    drops: int
    forged_accepted: int
    genuine_refused: int

    @property
    def word(self) -> str:
        """What tables say: the verdict, but `floor` for the harness's own cost."""
        return "floor" if self.name == FLOOR else self.verdict


@dataclass(frozen=True)
class AaComparison:
    """The baseline against itself in one block."""

    name: str
    ratio: Estimate
    rounds: int
    called: Verdict


@dataclass(frozen=True)
class BlockResult:
    block: Block
    margin: float
    confidence: float
    comparisons: int
    strategies: tuple[StrategyResult, ...]
    pressure: tuple[PressureResult, ...]
    """One for each strategy where the block was measured under memory pressure; else none."""
    in_flight: tuple[InFlightResult, ...]
    """The same where operations ended later."""
    aa: tuple[AaComparison, ...]
    resolves_nothing_because: str | None
    batches: int
    batches_disturbed: int
    turns: int
    turns_lost: int
    open_loop_turns: int
    open_loop_turns_disturbed: int

    @property
    def closed_loop(self) -> bool:
        """Timed, in closed loop: what is counted, and what the claims are answered from."""
        return bool(self.block.timed) and not self.block.axes.open_loop

    @property
    def evp(self) -> bool:
        """Whether its provider is OpenSSL's, which has no request apart from its transform and allocates inside: no claim is
        answered from it."""
        return self.block.axes.provider == "openssl"

    @property
    def told(self) -> bool:
        """Closed loop, warm, one thread, a fresh heap of glibc's, raw keys, no churn: what protocols are compared by, and
        histories told of."""
        axes = self.block.axes
        said = (axes.cache, axes.cpus, axes.key, axes.heap, axes.churn_percent, axes.allocator)
        return self.closed_loop and said == ("warm", 1, "raw", "fresh", 0, "glibc")

    @property
    def stamp_ns(self) -> float | None:
        """What one time stamp costs: the median over rounds."""
        return median([r.stamp_ns for r in self.block.timed])

    def strategy(self, name: str) -> StrategyResult | None:
        return next((s for s in self.strategies if s.name == name), None)

    def with_engine(self, name: str) -> InFlightResult | None:
        return next((f for f in self.in_flight if f.name == name), None)

    def under_pressure(self, name: str) -> PressureResult | None:
        return next((p for p in self.pressure if p.name == name), None)


@dataclass(frozen=True)
class AaSummary:
    comparisons: int
    called_different: int
    median_ratio: float | None
    too_few_rounds: int
    """Comparisons among them that could not be called different, having fewer than six rounds."""


@dataclass(frozen=True)
class Results:
    run: Run
    blocks: tuple[BlockResult, ...]
    aa: AaSummary
    memory: MemoryResult


def _timed_cells(block: Block, name: str) -> list[TimedCell]:
    return [cell for cell in (r.cell(name) for r in block.timed) if cell is not None]


def round_ratios(block: Block, name: str, baseline: str) -> list[float]:
    """A cell's ratio to the baseline, one for each round that has both."""
    ratios = []
    for timed in block.timed:
        cell, base = timed.cell(name), timed.cell(baseline)
        if cell and base:
            ratio = paired_ratio(cell.turn_ns_per_packet, base.turn_ns_per_packet)
            if ratio is not None:
                ratios.append(ratio)
    return ratios


def _ns_per_packet(block: Block, name: str) -> Estimate:
    rounds = []
    for cell in _timed_cells(block, name):
        ns = median([turn for turn in cell.turn_ns_per_packet if turn is not None])
        if ns is not None:
            rounds.append(ns)
    return median_estimate(rounds)


def _latency(block: Block, name: str) -> dict[str, Latency] | None:
    rounds = [cell.latency for cell in _timed_cells(block, name) if cell.latency is not None]
    if not rounds:
        return None
    return {
        kind: Latency(
            percentiles={
                p: median_estimate([v for v in (getattr(h[kind], f"{p}_ns") for h in rounds) if v is not None])
                for p in PERCENTILES
            },
            overflow=sum(h[kind].overflow for h in rounds),
        )
        for kind in ("response", "service", "lateness")
    }


def _counted_cell(block: Block, name: str) -> CountedCell | None:
    cells = block.counted.cells if block.counted else ()
    return next((cell for cell in cells if cell.name == name), None)


def _strategy(
    block: Block, name: str, baseline: str, confidence: float, block_margin: float, unresolved: bool
) -> StrategyResult:
    ratios = round_ratios(block, name, baseline)
    ratio = ratio_estimate(ratios, confidence)
    verdict: Verdict
    if name == baseline:
        verdict = "baseline"
    else:
        verdict = "unresolved" if unresolved else judge(ratio, len(ratios), block_margin)
    cells = _timed_cells(block, name)
    counted, counted_floor = _counted_cell(block, name), _counted_cell(block, FLOOR)
    floor = counted_floor.memory if counted_floor else None
    counters = [cell.counters for cell in cells]
    counters += [pressed.counters for r in block.pressure if (pressed := r.cell(name))]
    counters += [flown.counters for r in block.in_flight if (flown := r.cell(name))]
    counters += [counted.counters] if counted else []
    return StrategyResult(
        name=name,
        ns_per_packet=_ns_per_packet(block, name),
        ratio=ratio,
        ratios=tuple(ratios),
        effect_size=None if name == baseline else effect_size(ratios),
        verdict=verdict,
        latency=_latency(block, name),
        memory=counted.memory if counted else None,
        fragmentation=counted.memory.fragmentation(floor) if counted else None,
        kept_bytes=counted.memory.kept_bytes(floor) if counted and name != FLOOR else None,
        rss_bytes=median([cell.rss_bytes for cell in cells if cell.rss_bytes is not None]),
        allocations_per_packet=counted.allocations_per_packet if counted else None,
        skb_headroom_bytes=counted.skb_headroom_bytes if counted else None,
        packets=sum(c.packets for c in counters),
        counted_packets=counted.counters.packets if counted else 0,
        counted_drops=counted.counters.drops if counted else 0,
        allocation_failures=sum(c.allocation_failures for c in counters),
        drops=sum(c.drops for c in counters),
        forged_accepted=sum(c.forged_accepted for c in counters),
        genuine_refused=sum(c.genuine_refused for c in counters),
    )


def _why_nothing(block: Block, aa: tuple[AaComparison, ...], block_margin: float) -> str | None:
    """Why a block resolves nothing, or None."""
    if not block.timed:
        if "pressure" in block.passes:
            return "under memory pressure, nothing timed"
        if "in_flight" in block.passes:
            return "in flight, nothing timed"
        return "nothing timed" if "timed" in block.passes else "counted only, nothing timed"
    if not aa:
        return "no A/A cell, so its error is not known"
    for one in aa:
        if one.ratio.median is None:
            return f"A/A cell {one.name} kept no turn, so the error is not known"
        if one.called in ("faster", "slower"):
            return f"A/A cell {one.name} was called {one.called} ({one.ratio.median:.3f})"
        if abs(one.ratio.median - 1) > block_margin:
            return (
                f"A/A error {abs(one.ratio.median - 1) * 100:.1f} % exceeds the margin "
                f"of {block_margin * 100:g} % ({one.name})"
            )
    if len(block.timed) < MINIMUM_ROUNDS:
        return f"{len(block.timed)} of at least {MINIMUM_ROUNDS} rounds"
    return None


def block_result(run: Run, block: Block) -> BlockResult:
    """Estimates and verdicts of one block."""
    cells = [cell for r in block.timed for cell in r.cells]
    counted = block.counted.cells if block.counted else ()
    present = {cell.name for cell in cells if not cell.aa} | {cell.name for cell in counted if not cell.aa}
    present |= {cell.name for r in block.pressure for cell in r.cells}
    present |= {cell.name for r in block.in_flight for cell in r.cells}
    names = [name for name in run.strategies if name in present]
    names += sorted(present - set(names))
    comparisons = sum(name not in (FLOOR, run.baseline) for name in names)
    confidence = bonferroni(comparisons)
    block_margin = margin(block.axes.sockets, run.margin_percent)
    aa = []
    for name in sorted({cell.name for cell in cells if cell.aa}):
        ratios = round_ratios(block, name, run.baseline)
        ratio = ratio_estimate(ratios, confidence)
        aa.append(AaComparison(name, ratio, len(ratios), judge(ratio, len(ratios), block_margin)))
    why = _why_nothing(block, tuple(aa), block_margin)
    turns = [turn for cell in cells for turn in cell.turn_ns_per_packet]
    return BlockResult(
        block=block,
        margin=block_margin,
        confidence=confidence,
        comparisons=comparisons,
        strategies=tuple(
            _strategy(block, name, run.baseline, confidence, block_margin, why is not None) for name in names
        ),
        pressure=pressure_results(block.pressure, names),
        in_flight=in_flight_results(block.in_flight, names),
        aa=tuple(aa),
        resolves_nothing_because=why,
        batches=sum(cell.batches for cell in cells),
        batches_disturbed=sum(cell.batches_disturbed for cell in cells),
        turns=len(turns),
        turns_lost=turns.count(None),
        open_loop_turns=sum(cell.open_loop_turns for cell in cells),
        open_loop_turns_disturbed=sum(cell.open_loop_turns_disturbed for cell in cells),
    )


def evaluate(run: Run) -> Results:
    """Everything a report says, without a word of it yet."""
    blocks = tuple(block_result(run, block) for block in run.blocks)
    aa = [one for block in blocks for one in block.aa]
    called = sum(one.called in ("faster", "slower") for one in aa)
    return Results(
        run=run,
        blocks=blocks,
        aa=AaSummary(
            comparisons=len(aa),
            called_different=called,
            median_ratio=median([one.ratio.median for one in aa if one.ratio.median is not None]),
            too_few_rounds=sum(one.rounds < MINIMUM_ROUNDS for one in aa),
        ),
        memory=evaluate_memory(run),
    )
