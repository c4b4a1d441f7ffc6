# SPDX-License-Identifier: MIT
"""The results of a run: an estimate and a verdict for each cell, the A/A comparisons, and each question's own estimates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from plots.run.model import Block, Run
from plots.statistics.heaps import Heaps
from plots.statistics.stats import Estimate, median
from plots.statistics.verdict import FLOOR, Verdict
from plots.verdicts.counted import CountedRound, Memory
from plots.verdicts.pages import huge_shares
from plots.verdicts.timed import TimedRound


@dataclass(frozen=True)
class Latency:
    """Percentiles in ns: medians over rounds with the order statistics' interval."""

    percentiles: dict[str, Estimate]
    overflow: int


@dataclass(frozen=True)
class StrategyResult:
    name: str
    ns_per_packet: Estimate
    """The baseline: the median over rounds. Others: that times their ratio, so that a row agrees with itself. The interval is
    of the strategy's own rounds (order statistics), widened to the value."""
    ratio: Estimate
    ratios: tuple[float, ...]
    to_second: Estimate
    """The ratio to the run's second baseline. Empty if there is none, for itself, and if the block has none."""
    heaps: Heaps | None
    """If the rounds' ratios lie in two heaps."""
    rounds_wanted: int | None
    """Unresolved, in a block that resolves something: about how many rounds would resolve it. None: else, or no number would."""
    sitting_ratios: dict[int, float]
    """The median ratio of each sitting that has timed rounds, by the sitting's number."""
    effect_size: float | None
    verdict: Verdict
    latency: dict[str, Latency] | None
    memory: Memory | None
    fragmentation: float | None
    """Resident divided by live bytes, of what the strategy added to the heap (the growth for null is subtracted)."""
    kept_bytes: int | None
    """Bytes resident but not live after the sockets closed, minus those of null."""
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
    def sitting_difference(self) -> float | None:
        """By how much the largest of these ratios exceeds the smallest: 0.01 is 1 %. None if there are fewer than two."""
        ratios = self.sitting_ratios.values()
        return max(ratios) / min(ratios) - 1 if len(ratios) > 1 else None

    @property
    def word(self) -> str:
        """The word in tables: the verdict, or `floor` for null."""
        return "floor" if self.name == FLOOR else self.verdict

    @property
    def css(self) -> str:
        """The word as a class of the page's style sheet. A row has the class `floor`, so the word's is another."""
        return "floor-word" if self.name == FLOOR else self.verdict.replace(" ", "-")


@dataclass(frozen=True)
class AaComparison:
    """The baseline against itself in one block."""

    name: str
    ratio: Estimate
    rounds: int
    called: Verdict


Why = Literal["decided", "time", "looks", "unfinished", "hopeless"]
"""decided: no comparison is open. time: the next look would take longer than what is left. looks: it was the last one.
unfinished: the run ended before. hopeless: the block resolves nothing, and more rounds would not change that."""


@dataclass(frozen=True)
class Look:
    """Where a block stands that gets rounds until its comparisons are decided (plots/verdicts/stopping.py)."""

    number: int
    """Of the last look, counted from 1. 0: there was none yet."""
    of: int
    rounds: int
    why: Why
    open: tuple[str, ...]
    """The comparisons that need more rounds."""
    next_rounds: int | None
    """At the next look. None: there is none."""
    next_seconds: float | None
    """What it takes until then."""


@dataclass(frozen=True)
class BlockResult:
    block: Block
    margin: float
    confidence: float
    comparisons: int
    strategies: tuple[StrategyResult, ...]
    aa: tuple[AaComparison, ...]
    resolves_nothing_because: str | None
    batches: int
    """With the disturbed ones, which were dropped."""
    batches_disturbed: int
    turns: int
    turns_lost: int
    """Turns that kept no batch, without void ones."""
    turns_void: int
    """Turns that began with upper halves of SIMD registers in use."""
    turns_dirtied: int
    """Turns whose own packets left upper halves in use."""
    open_loop_turns: int
    open_loop_turns_disturbed: int
    open_loop_turns_void: int
    found: dict[str, Any]
    """Each question's estimates of the block, by the question's name."""
    look: Look | None = None
    """None: the number of its rounds is fixed."""

    @property
    def timed(self) -> tuple[TimedRound, ...]:
        return self.block.of(TimedRound)

    @property
    def counted(self) -> CountedRound | None:
        return next(iter(self.block.of(CountedRound)), None)

    @property
    def closed_loop(self) -> bool:
        """Timed in closed loop. Only such blocks are in the count of verdicts and answer claims about time."""
        return bool(self.timed) and not self.block.axes.open_loop

    @property
    def evp(self) -> bool:
        """Whether its provider is OpenSSL. EVP has no request apart from its transform and allocates inside, so the block
        answers no claim."""
        return self.block.axes.provider == "openssl"

    @property
    def told(self) -> bool:
        """Closed loop, warm cache, one thread, fresh glibc heap on huge pages (older files: base), raw keys, no churn, no runs, TX in
        process context; algorithms as the provider has them. Protocols are compared in such blocks."""
        return self.told_with("flat")

    def told_with(self, api: str, spectre_v2: str = "off", key: str = "raw") -> bool:
        """The same with this `api`. With `ahash` such blocks are set beside the kernel and its history, with `ahash_library` beside the kernel.
        With retpolines they are set beside the kernel's history only. With prepared keys they judge a part of a claim."""
        axes = self.block.axes
        if axes.page_size != "huge" and huge_shares(self.timed):
            return False
        said = (axes.cache, axes.cpus, axes.key, axes.heap, axes.churn_percent, axes.allocator, axes.flow_run, axes.tx)
        usual = ("warm", 1, key, "fresh", 0, "glibc", 1, "process")
        return self.closed_loop and said == usual and (axes.api, axes.spectre_v2) == (api, spectre_v2)

    @property
    def large_table(self) -> bool:
        """Whether a transform is much larger than the kernel's: nettle's struct gcm_key has 256 entries of 16 bytes (nettle/gcm.h)."""
        return self.block.axes.provider == "nettle" and self.block.axes.algorithm.startswith("gcm(")

    @property
    def stamp_ns(self) -> float | None:
        """What one time stamp costs: the median over rounds."""
        return median([r.stamp_ns for r in self.timed])

    @property
    def round_seconds(self) -> float | None:
        """What a timed round takes: the median over rounds."""
        return median([r.duration_ns / 1e9 for r in self.timed])

    def strategy(self, name: str) -> StrategyResult | None:
        return next((s for s in self.strategies if s.name == name), None)


@dataclass(frozen=True)
class AaSummary:
    comparisons: int
    called_different: int
    median_ratio: float | None
    too_few_rounds: int
    """Comparisons with fewer than six rounds. They cannot be called different."""


@dataclass(frozen=True)
class Results:
    run: Run
    blocks: tuple[BlockResult, ...]
    aa: AaSummary
    found: dict[str, Any]
    """Each question's estimates over the whole run, by the question's name."""

    @property
    def measured(self) -> list[BlockResult]:
        """Blocks that have at least one round."""
        return [block for block in self.blocks if block.strategies]

    @property
    def columns(self) -> list[str]:
        """All strategies except the baseline. The floor comes last: a narrow screen shows the other strategies first."""
        others = [name for name in self.run.strategies if name != self.run.baseline]
        return sorted(others, key=lambda name: name == FLOOR)
