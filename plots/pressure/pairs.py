# SPDX-License-Identifier: MIT
"""Strategies under memory pressure, round against round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from plots.pressure.rounds import PressureCell, PressureRound
from plots.statistics.stats import Estimate, bonferroni, share_estimate


@dataclass(frozen=True)
class Times:
    """In `more` of `rounds` rounds in which two strategies differ, the first lost more."""

    more: int
    rounds: int

    def clearly(self, more: bool) -> bool:
        """Whether it is so in this block alone: the first lost more, or less, in clearly more than half of the rounds."""
        return (share_estimate(self.more if more else self.rounds - self.more, self.rounds).low or 0) > 0.5

    def __str__(self) -> str:
        return f"{self.more} of {self.rounds}" if self.rounds else "-"


@dataclass(frozen=True)
class Pair:
    """Two strategies, round against round: in most rounds `more` lost more of what was counted than `less`."""

    more: str
    less: str
    over_all: Times
    in_blocks: tuple[Times, ...]
    """For each block, in the order of the blocks."""
    share: Estimate

    @property
    def _sure_over_all(self) -> bool:
        return (self.share.low or 0) > 0.5

    @property
    def reverses(self) -> bool:
        """Whether the sum over blocks hides that they disagree, and says only which blocks there are: it looks sure although it is
        the other way round in most rounds of some block, or it does not although two blocks are clear and contradict each other."""
        if self._sure_over_all:
            return any(2 * times.more < times.rounds for times in self.in_blocks)
        return all(any(times.clearly(more) for times in self.in_blocks) for more in (True, False))

    @property
    def sure(self) -> bool:
        return self._sure_over_all and not self.reverses


Blocks = Sequence[Sequence[PressureRound]]
"""The rounds of each block."""


def _pairs(blocks: Blocks, both: Sequence[tuple[str, str]], count: Callable[[PressureCell], float], comparisons: int = 0) -> list[Pair]:
    """A round gives all strategies the same packets and bursts, so two strategies in it are a pair. All intervals hold
    together with CONFIDENCE: those of `both`, or so many `comparisons`."""
    found = []
    for a, b in both:
        cells = [[(x, y) for r in rounds if (x := r.cell(a)) and (y := r.cell(b))] for rounds in blocks]
        differences = [[d for x, y in block if (d := count(x) - count(y))] for block in cells]
        number = sum(map(len, differences))
        positive = sum(d > 0 for block in differences for d in block)
        swap = positive * 2 < number
        more, less = (b, a) if swap else (a, b)
        in_blocks = tuple(Times(sum((d > 0) != swap for d in block), len(block)) for block in differences)
        over_all = Times(number - positive if swap else positive, number)
        found.append(Pair(more, less, over_all, in_blocks, share_estimate(over_all.more, number, bonferroni(comparisons or len(both)))))
    return found


def refusal_pairs(blocks: Blocks, strategies: Sequence[str]) -> list[Pair]:
    """Pairs by operations refused: all pairs of strategies that were refused any."""
    rounds = [r for block in blocks for r in block]
    ever = [name for name in strategies if any((cell := r.cell(name)) and cell.operations_refused for r in rounds)]
    return _pairs(blocks, list(combinations(ever, 2)), lambda cell: cell.operations_refused)


def loss_pairs(blocks: Blocks, strategies: Sequence[str], baseline: str) -> list[Pair]:
    """Pairs by all packets lost for lack of memory: each strategy with the baseline. Only here does a request in the skb
    show its cost, since its skbs are larger and are refused sooner."""
    present = {cell.name for rounds in blocks for r in rounds for cell in r.cells}
    if baseline not in present:
        return []
    others = [(name, baseline) for name in strategies if name in present and name != baseline]
    return _pairs(blocks, others, lambda cell: cell.lost)


def load_pairs(blocks: Mapping[str, Blocks], baseline: str) -> list[Pair]:
    """Pairs by the highest load with 0.5 % lost: each strategy with the baseline, in the blocks that are given for it. A round
    that found no such load counts as 0."""
    return [
        pair
        for name, own in blocks.items()
        for pair in _pairs(own, [(name, baseline)], lambda cell: cell.search.half_percent_loss_pps or 0.0, len(blocks))
    ]
