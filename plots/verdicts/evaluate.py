# SPDX-License-Identifier: MIT
"""Evaluates a run: estimates and verdicts.

Comparisons are corrected within a block (Bonferroni). A block asks "which of these strategies, here?", and its verdicts
hold together with 95 %. There is no correction across blocks: a verdict would then depend on which other blocks the matrix
has. Where a block is judged several times, they are corrected for its looks, too (plots/statistics/looks.py). The A/A cells
show how many false verdicts remain: the same rule judges them, with the same intervals.
"""

from __future__ import annotations

from collections.abc import Sequence

from plots.drawing import words
from plots.run.model import Block, Run
from plots.statistics.heaps import two_heaps
from plots.statistics.looks import confidence
from plots.statistics.resolving import rounds_to_resolve
from plots.statistics.stats import (
    MINIMUM_ROUNDS, Estimate, around, effect_size, median, median_estimate, ratio_estimate,
)  # fmt: skip
from plots.statistics.verdict import DIFFERENT, FLOOR, Verdict, judge, margin
from plots.verdicts.counted import CountedCell, CountedRound
from plots.verdicts.stopping import with_looks
from plots.verdicts.pages import wrong_pages
from plots.verdicts.paired import quotient, round_ratios, sitting_ratios
from plots.verdicts.question import Question
from plots.verdicts.results import AaComparison, AaSummary, BlockResult, Latency, Results, StrategyResult
from plots.verdicts.timed import PERCENTILES, TimedCell, TimedRound


def _timed_cells(block: Block, name: str) -> list[TimedCell]:
    return [cell for cell in (r.cell(name) for r in block.of(TimedRound)) if cell is not None]


def _own_ns(block: Block, name: str) -> Estimate:
    return median_estimate([ns for cell in _timed_cells(block, name) if (ns := cell.ns_per_packet) is not None])


def _ns_per_packet(block: Block, name: str, baseline: str, ratio: Estimate) -> Estimate:
    own, base = _own_ns(block, name), _own_ns(block, baseline)
    if name == baseline or base.median is None or ratio.median is None:
        return own
    return around(base.median * ratio.median, own)


def _latency(block: Block, name: str) -> dict[str, Latency] | None:
    # A round whose open-loop turns were all dropped has empty histograms.
    rounds = [cell.latency for cell in _timed_cells(block, name) if cell.latency and cell.latency["response"].p50_ns is not None]
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
    return next((cell for r in block.of(CountedRound) if (cell := r.cell(name))), None)


def _strategy(run: Run, block: Block, name: str, level: float, block_margin: float, unresolved: bool) -> StrategyResult:
    baseline, second = run.baseline, run.second_baseline
    ratios = round_ratios(block, name, baseline)
    ratio = ratio_estimate(ratios, level)
    heaps = None if name == FLOOR else two_heaps(ratios, block_margin)
    verdict: Verdict
    if name == baseline:
        verdict = "baseline"
    else:
        verdict = "unresolved" if unresolved else judge(ratio, len(ratios), block_margin, heaps)
    wanted = verdict == "unresolved" and not unresolved and not heaps
    cells = _timed_cells(block, name)
    counted, counted_floor = _counted_cell(block, name), _counted_cell(block, FLOOR)
    floor = counted_floor.memory if counted_floor else None
    counters = [cell.counters for r in block.rounds if (cell := r.cell(name))]
    return StrategyResult(
        name=name,
        ns_per_packet=_ns_per_packet(block, name, baseline, ratio),
        ratio=ratio,
        ratios=tuple(ratios),
        to_second=quotient(block, name, second, baseline, level) if second and second != name else Estimate(),
        heaps=heaps,
        rounds_wanted=rounds_to_resolve(ratios, level, block_margin) if wanted else None,
        sitting_ratios=sitting_ratios(block, name, baseline),
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


def _why_nothing(block: Block, aa: tuple[AaComparison, ...], block_margin: float, questions: Sequence[Question]) -> str | None:
    """The reason why a block resolves nothing, or None."""
    rounds = len(block.of(TimedRound))
    if not rounds:
        said = [q.reads.said for name in block.passes for q in questions if q.reads and q.reads.name == name]
        return "nothing timed" if not said or "" in said else f"{said[0]}, nothing timed"
    if wrong := wrong_pages(block):
        return wrong
    if not aa:
        return "no A/A cell, so its error is not known"
    for one in aa:
        if one.ratio.median is None:
            return f"A/A cell {one.name} kept no turn, so the error is not known"
        if one.called in DIFFERENT:
            return f"A/A cell {one.name} was called {one.called} ({one.ratio.median:.3f})"
        if abs(one.ratio.median - 1) > block_margin:
            return (
                f"A/A error {abs(one.ratio.median - 1) * 100:.1f} % exceeds the margin "
                f"of {block_margin * 100:g} % ({one.name})"
            )
    return f"{words.plural(rounds, 'round')}, a verdict needs {MINIMUM_ROUNDS}" if rounds < MINIMUM_ROUNDS else None


def block_result(run: Run, block: Block, questions: Sequence[Question]) -> BlockResult:
    """Estimates and verdicts of one block."""
    cells = [cell for r in block.of(TimedRound) for cell in r.cells]
    present = {cell.name for r in block.rounds for cell in r.cells if not cell.aa}
    names = [name for name in run.strategies if name in present]
    names += sorted(present - set(names))
    comparisons = sum(name not in (FLOOR, run.baseline) for name in names)
    level = confidence(comparisons, max(1, len(run.looks(block))))
    block_margin = margin(block.axes.sockets, run.margin_percent)
    aa = []
    for name in sorted({cell.name for cell in cells if cell.aa}):
        ratios = round_ratios(block, name, run.baseline)
        ratio = ratio_estimate(ratios, level)
        aa.append(AaComparison(name, ratio, len(ratios), judge(ratio, len(ratios), block_margin)))
    why = _why_nothing(block, tuple(aa), block_margin, questions)
    turns = [turn for cell in cells for turn in cell.turn_ns_per_packet]
    return BlockResult(
        block=block,
        margin=block_margin,
        confidence=level,
        comparisons=comparisons,
        strategies=tuple(
            _strategy(run, block, name, level, block_margin, why is not None) for name in names
        ),
        aa=tuple(aa),
        resolves_nothing_because=why,
        batches=sum(cell.batches for cell in cells),
        batches_disturbed=sum(cell.batches_disturbed for cell in cells),
        turns=len(turns),
        turns_lost=turns.count(None) - sum(cell.turns_void for cell in cells),
        turns_void=sum(cell.turns_void for cell in cells),
        turns_dirtied=sum(cell.turns_dirtied for cell in cells),
        open_loop_turns=sum(cell.open_loop_turns for cell in cells),
        open_loop_turns_disturbed=sum(cell.open_loop_turns_disturbed for cell in cells),
        open_loop_turns_void=sum(cell.open_loop_turns_void for cell in cells),
        found={q.name: q.of_block(block, names) for q in questions},
    )


def evaluate(run: Run, questions: Sequence[Question]) -> Results:
    """All numbers and verdicts of a report, without its texts."""
    blocks = with_looks(run, [block_result(run, block, questions) for block in run.blocks])
    aa = [one for block in blocks for one in block.aa]
    called = sum(one.called in DIFFERENT for one in aa)
    return Results(
        run=run,
        blocks=blocks,
        aa=AaSummary(
            comparisons=len(aa),
            called_different=called,
            median_ratio=median([one.ratio.median for one in aa if one.ratio.median is not None]),
            too_few_rounds=sum(one.rounds < MINIMUM_ROUNDS for one in aa),
        ),
        found={q.name: q.of_run(run) for q in questions},
    )
