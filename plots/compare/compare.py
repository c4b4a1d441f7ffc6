# SPDX-License-Identifier: MIT
"""Compares two runs, block by block and strategy by strategy.

The times of one binary differ by up to 20 % between processes. So ratios are compared: each strategy's ratio to the
baseline of its own run. ns per packet is shown, not judged. The change is B's ratio divided by A's. Its interval is
Welch's t on logarithms (two independent sets of rounds), Bonferroni-corrected within the block.

The gate fails closed: it also fails if a comparison that A offers cannot be made.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from plots.drawing import conditions, words
from plots.drawing.layout import fill
from plots.run.files import BadInput
from plots.statistics.stats import MINIMUM_ROUNDS, Estimate, difference_estimate
from plots.statistics.verdict import FLOOR, Verdict, judge
from plots.verdicts.results import BlockResult, Results, StrategyResult


@dataclass(frozen=True)
class Change:
    """One strategy in one block: B's ratio to the baseline, divided by A's."""

    block: BlockResult
    strategy: str
    ns_a: float | None
    ns_b: float | None
    ratio_a: float | None
    ratio_b: float | None
    change: Estimate
    verdict: Verdict
    not_judged_because: str | None
    judged_in_a: bool
    """Whether A has a verdict to compare B with."""


def _not_judged(block: BlockResult, strategy: StrategyResult) -> str | None:
    """The reason why a run has no verdict on a strategy, or None."""
    if block.resolves_nothing_because:
        return block.resolves_nothing_because
    rounds = len(strategy.ratios)
    return f"{words.plural(rounds, 'round')}, a verdict needs {MINIMUM_ROUNDS}" if rounds < MINIMUM_ROUNDS else None


def _change(a: BlockResult, b: BlockResult, one: StrategyResult, other: StrategyResult) -> Change:
    confidence = max(a.confidence, b.confidence)
    change = difference_estimate(one.ratios, other.ratios, confidence)
    why_a, why_b = _not_judged(a, one), _not_judged(b, other)
    why = f"in A: {why_a}" if why_a else f"in B: {why_b}" if why_b else None
    rounds = min(len(one.ratios), len(other.ratios))
    return Change(
        block=a,
        strategy=one.name,
        ns_a=one.ns_per_packet.median,
        ns_b=other.ns_per_packet.median,
        ratio_a=one.ratio.median,
        ratio_b=other.ratio.median,
        change=change,
        verdict="unresolved" if why else judge(change, rounds, max(a.margin, b.margin)),
        not_judged_because=why,
        judged_in_a=why_a is None,
    )


@dataclass(frozen=True)
class Comparison:
    changes: tuple[Change, ...]
    missing: tuple[str, ...]
    """What A has timed and B has not, one line each."""

    def worse(self, gate_percent: float) -> list[Change]:
        """Changes with their whole interval above the gate."""
        limit = 1 + gate_percent / 100
        return [c for c in self.changes if not c.not_judged_because and c.change.low is not None and c.change.low > limit]

    def gate_failures(self, gate_percent: float) -> list[str]:
        """The reasons why the gate fails, one line each; empty if it passes."""
        judged = [change for change in self.changes if not change.not_judged_because]
        lines = [
            f"{_where(c.block)}: {c.strategy}: the ratio of B is {words.ratio(c.change.median)} times that of A "
            f"({words.interval(c.change)}), above the gate of {1 + gate_percent / 100:.3f}"
            for c in self.worse(gate_percent)
        ]
        lines += [
            f"{_where(c.block)}: {c.strategy} has a verdict in A and cannot be judged now: {c.not_judged_because}"
            for c in self.changes
            if c.judged_in_a and c.not_judged_because
        ]
        lines += [f"missing in B: {line}" for line in self.missing]
        if not judged:
            lines.append("nothing could be judged, so nothing shows that B is as good as A")
        return lines


def _where(block: BlockResult) -> str:
    return ", ".join(conditions.of(block.block.axes))


def compare(a: Results, b: Results) -> Comparison:
    """Compares timed blocks with equal axes, and strategies with equal names. The baseline and the floor are not judged."""
    if a.run.baseline != b.run.baseline:
        raise BadInput(
            f"{b.run.path}: its baseline is '{b.run.baseline}', that of {a.run.path} is '{a.run.baseline}': "
            "ratios to different baselines cannot be compared"
        )
    blocks_b = {block.block.axes: block for block in b.blocks if block.timed}
    changes, missing = [], []
    for block in a.blocks:
        if not block.timed:
            continue
        other = blocks_b.get(block.block.axes)
        if other is None:
            missing.append(_where(block))
            continue
        for one in block.strategies:
            if one.name in (FLOOR, a.run.baseline):
                continue
            found = other.strategy(one.name)
            if found is None:
                missing.append(f"{_where(block)}: {one.name}")
            else:
                changes.append(_change(block, other, one, found))
    if not changes:
        raise BadInput(f"{b.run.path}: nothing to compare with {a.run.path}: no timed block and strategy in common")
    return Comparison(tuple(changes), tuple(missing))


def text(comparison: Comparison, a: Results, b: Results) -> str:
    """72 columns: a table for each block."""
    lines = fill(f"A: {a.run.path} ({a.run.git['revision']})") + fill(f"B: {b.run.path} ({b.run.git['revision']})")
    lines += fill(f"A, B: ratio to {a.run.baseline} in the same run. change: B's ratio divided by A's. ns per packet is shown, not judged.")
    block: BlockResult | None = None
    for c in comparison.changes:
        if c.block is not block:
            block = c.block
            lines += ["", *fill(_where(block))]
            if c.not_judged_because:
                lines += fill(f"! not judged: {c.not_judged_because}")
            lines.append(f"{'':18}{'ns A':>6}{'ns B':>6}{'A':>6}{'B':>6}{'change':>7}{'interval':>12} verdict")
        lines.append(
            f"{c.strategy:<18.18}{words.ns(c.ns_a):>6}{words.ns(c.ns_b):>6}{words.ratio(c.ratio_a):>6}"
            f"{words.ratio(c.ratio_b):>6}{words.ratio(c.change.median):>7}{words.interval(c.change):>12} {c.verdict}"
        )
    if comparison.missing:
        lines += ["", "Missing in B:"] + [line for name in comparison.missing for line in fill(name, "  ")]
    return words.ascii_text("\n".join(lines) + "\n")


def as_json(comparison: Comparison, gate_percent: float | None) -> dict[str, Any]:
    """The comparison for programs (--json)."""
    return {
        "format": 1,
        "changes": [
            {
                "block": c.block.block.id,
                "strategy": c.strategy,
                "ns_per_packet": {"a": c.ns_a, "b": c.ns_b},
                "ratio": {"a": c.ratio_a, "b": c.ratio_b},
                "change": asdict(c.change),
                "verdict": c.verdict,
                "not_judged_because": c.not_judged_because,
            }
            for c in comparison.changes
        ],
        "missing": list(comparison.missing),
        "gate_percent": gate_percent,
        "gate_failures": None if gate_percent is None else comparison.gate_failures(gate_percent),
    }
