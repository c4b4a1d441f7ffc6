# SPDX-License-Identifier: MIT
"""Strategies under memory pressure, round against round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from plots.pressure.rounds import PressureCell, PressureRound
from plots.statistics.stats import Estimate, bonferroni, share_estimate


@dataclass(frozen=True)
class Pair:
    """Two strategies, round against round: in most rounds `more` lost more of what was counted than `less`."""

    more: str
    less: str
    rounds: int
    """Rounds in which the two differ. In `rounds_more` of these, `more` lost more."""
    rounds_more: int
    share: Estimate

    @property
    def sure(self) -> bool:
        return (self.share.low or 0) > 0.5


def _pairs(rounds: Sequence[PressureRound], both: Sequence[tuple[str, str]], count: Callable[[PressureCell], int]) -> list[Pair]:
    """A round gives all strategies the same packets and bursts, so two strategies in it are a pair. All intervals hold
    together with CONFIDENCE."""
    found = []
    for a, b in both:
        cells = [(x, y) for r in rounds if (x := r.cell(a)) and (y := r.cell(b))]
        differences = [d for x, y in cells if (d := count(x) - count(y))]
        positive = sum(d > 0 for d in differences)
        more, less, times = (a, b, positive) if positive * 2 >= len(differences) else (b, a, len(differences) - positive)
        found.append(Pair(more, less, len(differences), times, share_estimate(times, len(differences), bonferroni(len(both)))))
    return found


def refusal_pairs(rounds: Sequence[PressureRound], strategies: Sequence[str]) -> list[Pair]:
    """Pairs by operations refused: all pairs of strategies that were refused any."""
    ever = [name for name in strategies if any((cell := r.cell(name)) and cell.operations_refused for r in rounds)]
    return _pairs(rounds, list(combinations(ever, 2)), lambda cell: cell.operations_refused)


def loss_pairs(rounds: Sequence[PressureRound], strategies: Sequence[str], baseline: str) -> list[Pair]:
    """Pairs by all packets lost for lack of memory: each strategy with the baseline. Only here does a request in the skb
    show its cost, since its skbs are larger and are refused sooner."""
    present = {cell.name for r in rounds for cell in r.cells}
    if baseline not in present:
        return []
    others = [(name, baseline) for name in strategies if name in present and name != baseline]
    return _pairs(rounds, others, lambda cell: cell.lost)
