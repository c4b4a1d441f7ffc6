# SPDX-License-Identifier: MIT
"""Times, compared: each strategy's ns per packet, and its ratio to the baseline within its own run.

A ratio does not show that all strategies got slower, the baseline among them; ns per packet does. The change is B's value
divided by A's.

Why Welch's t on the logarithms of the rounds, for both
-------------------------------------------------------
A report's interval of ns comes from order statistics, since a virtual machine's speed states split the rounds in two
clusters. They cannot serve here: for two sets of seven rounds the widest interval without an assumption (Mann and Whitney)
promises 99.94 %, and a run has hundreds of times, each of which then needs more than 99.99 %. Welch's t exists for every
level. Two clusters make the rounds scatter, and so the interval wide: fewer rises are seen, and few are invented.
Simulated: how often two sets of seven rounds of one speed are called slower beyond a gate of 5 %, if each round is by half
slower with p = 0.3 and scatters by 0.3 to 3 % beside: at most 0.6 % with a confidence of 95 % (which promises 2.5 %), at most
0.03 % with 99 % (0.5 %). tests/plots/compare/test_times.py repeats it.

All times that are judged hold together with 95 % (Bonferroni). Rounds of one sitting share the machine's state of that hour.
So an interval also contains what every sitting of B is to every sitting of A. What no round shows, it cannot contain: a
machine that was slower during all of B. The floor (null) shows that: it computes nothing, is not judged, and rises with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from plots.compare.pairs import Pair
from plots.drawing import words
from plots.run.model import Block
from plots.statistics.stats import MINIMUM_ROUNDS, Estimate, bonferroni, difference_estimate, median
from plots.statistics.verdict import FLOOR, Verdict, judge
from plots.verdicts.paired import round_ratios, sitting_ratios
from plots.verdicts.results import BlockResult
from plots.verdicts.timed import TimedRound

OTHER_KIND = "the kinds of machine differ"

What = Literal["ns_per_packet", "ratio"]


@dataclass(frozen=True)
class _Sample:
    """A cell's values of a run: one for each round, and the median of each sitting."""

    rounds: Sequence[float]
    sittings: Sequence[float]


def _ns(block: Block, name: str) -> _Sample:
    by_sitting: dict[int, list[float]] = {}
    for timed in block.of(TimedRound):
        cell = timed.cell(name)
        ns = cell.ns_per_packet if cell else None
        if ns is not None:
            by_sitting.setdefault(timed.sitting, []).append(ns)
    rounds = [ns for sitting in by_sitting.values() for ns in sitting]
    return _Sample(rounds, [float(median(sitting) or 0) for sitting in by_sitting.values()])


def _ratio(block: Block, name: str, baseline: str) -> _Sample:
    return _Sample(round_ratios(block, name, baseline), list(sitting_ratios(block, name, baseline).values()))


@dataclass(frozen=True)
class Change:
    """One strategy in one block: B's value divided by A's."""

    pair: Pair
    strategy: str
    what: What
    a: float | None
    b: float | None
    change: Estimate
    verdict: Verdict
    not_judged_because: str | None
    judged_in_a: bool
    """Whether A would have been judged, so that B must be."""

    @property
    def word(self) -> str:
        """The word in tables: the verdict, or `floor` for null."""
        return "floor" if self.strategy == FLOOR else self.verdict

    def _limit(self, gate_percent: float | None) -> float:
        """The largest rise that is allowed: the gate's. Without a gate, the block's margin."""
        return 1 + (max(self.pair.a.margin, self.pair.b.margin) if gate_percent is None else gate_percent / 100)

    def worse(self, gate_percent: float | None) -> bool:
        """Judged, with the whole interval above the limit."""
        return not self.not_judged_because and self.change.low is not None and self.change.low > self._limit(gate_percent)

    def better(self, gate_percent: float | None) -> bool:
        """Judged, with the whole interval as far below 1."""
        return not self.not_judged_because and self.change.high is not None and self.change.high < 1 / self._limit(gate_percent)

    def unseen(self, gate_percent: float) -> bool:
        """Judged and not worse, but a rise above the limit is not excluded."""
        judged = not self.not_judged_because and not self.worse(gate_percent)
        return judged and self.change.high is not None and self.change.high > self._limit(gate_percent)


@dataclass(frozen=True)
class _Asked:
    """A comparison before it is known how many others there are."""

    pair: Pair
    strategy: str
    what: What
    a: _Sample
    b: _Sample
    why_a: str | None
    why_b: str | None

    @property
    def not_judged_because(self) -> str | None:
        return f"in A: {self.why_a}" if self.why_a else f"in B: {self.why_b}" if self.why_b else None


def _not_judged(block: BlockResult, sample: _Sample) -> str | None:
    """The reason why a run has nothing to be judged, or None."""
    if block.resolves_nothing_because:
        return block.resolves_nothing_because
    rounds = len(sample.rounds)
    return f"{words.plural(rounds, 'round')}, a verdict needs {MINIMUM_ROUNDS}" if rounds < MINIMUM_ROUNDS else None


def _asked(pair: Pair, baseline: str) -> list[_Asked]:
    """First the times of a block's strategies, then their ratios, if both runs have the baseline there."""
    names = pair.strategies("timed")
    samples: list[tuple[str, What, _Sample, _Sample]] = [
        (name, "ns_per_packet", _ns(pair.a.block, name), _ns(pair.b.block, name)) for name in names
    ]
    if baseline in names:
        samples += [
            (name, "ratio", _ratio(pair.a.block, name, baseline), _ratio(pair.b.block, name, baseline))
            for name in names
            if name != baseline
        ]
    return [_Asked(pair, name, what, a, b, _not_judged(pair.a, a), _not_judged(pair.b, b)) for name, what, a, b in samples]


def _with_sittings(change: Estimate, a: _Sample, b: _Sample) -> Estimate:
    """The interval, widened to what every sitting of B is to every sitting of A."""
    if change.low is None or change.high is None:
        return change
    low, high = min(b.sittings) / max(a.sittings), max(b.sittings) / min(a.sittings)
    return Estimate(change.median, min(change.low, low), max(change.high, high))


def _change(asked: _Asked, confidence: float, other_kind: bool) -> Change:
    a, b, pair = asked.a, asked.b, asked.pair
    change = _with_sittings(difference_estimate(a.rounds, b.rounds, confidence), a, b)
    floor = "the floor is not judged" if asked.strategy == FLOOR else None
    why = floor or (OTHER_KIND if other_kind else asked.not_judged_because)
    rounds = min(len(a.rounds), len(b.rounds))
    return Change(
        pair=pair,
        strategy=asked.strategy,
        what=asked.what,
        a=median(a.rounds),
        b=median(b.rounds),
        change=change,
        verdict="unresolved" if why else judge(change, rounds, max(pair.a.margin, pair.b.margin)),
        not_judged_because=why,
        judged_in_a=not floor and asked.why_a is None,
    )


def changes(pairs: Iterable[Pair], baseline: str, other_kind: bool) -> tuple[list[Change], float]:
    """All times of these blocks, and the confidence of each interval. `other_kind`: none is judged."""
    asked = [one for pair in pairs for one in _asked(pair, baseline)]
    confidence = bonferroni(sum(one.strategy != FLOOR and not one.not_judged_because for one in asked))
    return [_change(one, confidence, other_kind) for one in asked], confidence
