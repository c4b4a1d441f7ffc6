# SPDX-License-Identifier: MIT
"""How far a run's sittings lie apart, in time and in ratios.

A sitting is a part of the rounds, at least ten minutes from the next. An interval over rounds does not tell how much a ratio
moves from hour to hour; the difference between sittings shows some of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from plots.drawing import conditions, words
from plots.run.model import Run
from plots.statistics.stats import median
from plots.statistics.verdict import JUDGED
from plots.verdicts.results import BlockResult, Results, StrategyResult


@dataclass(frozen=True)
class Sitting:
    number: int
    """Counted from 0."""
    start: datetime | None
    """When its first round began, UTC. None in older files."""
    rounds: int
    """How many files it has, over all blocks and passes."""


def sittings(run: Run) -> list[Sitting]:
    """Those that have rounds."""
    found: dict[int, list[datetime | None]] = {}
    for one in (r for block in run.blocks for r in block.rounds):
        found.setdefault(one.sitting, []).append(one.start)
    return [
        Sitting(number, min((s for s in starts if s is not None), default=None), len(starts))
        for number, starts in sorted(found.items())
    ]


def began(run: Run) -> str:
    """2, begun 2026-11-30 02:24 and 2026-11-30 03:10 UTC"""
    there = sittings(run)
    number = f"{len(there)} of {run.sittings}" if len(there) < run.sittings else f"{len(there)}"
    starts = [f"{one.start:%Y-%m-%d %H:%M}" for one in there if one.start]
    return f"{number}, begun {words.listed(starts)} UTC" if starts else f"{number}, at a time that is not known"


def several(block: BlockResult) -> bool:
    """Whether the block has timed rounds of more than one sitting."""
    return any(s.sitting_difference is not None for s in block.strategies)


def shown(s: StrategyResult) -> str:
    """0.742, 0.751 (1.2 %): the ratio in each sitting, and the largest difference. Empty if there is one sitting, and for the
    floor and the baseline."""
    difference = s.sitting_difference
    if difference is None or s.word not in JUDGED:
        return ""
    return f"{', '.join(words.ratio(ratio) for ratio in s.sitting_ratios.values())} ({words.percent(difference, 1)})"


def moved(block: BlockResult) -> list[StrategyResult]:
    """The strategies whose sittings differ by more than the block's margin. Not the floor, which is not judged."""
    return [s for s in block.strategies if s.word in JUDGED and (s.sitting_difference or 0) > block.margin]


def note(block: BlockResult) -> str:
    """A warning under the block's table, after the words “moved by”. Empty if there is nothing to warn of."""
    found = moved(block)
    if not found:
        return ""
    listed = "; ".join(f"{s.name} {shown(s)}" for s in found)
    return f"more than the margin of {block.margin * 100:g} % between sittings: {listed}"


def line(results: Results) -> str:
    """What the sittings say about all ratios, beside the count of verdicts. Empty if the run has no verdicts."""
    blocks = [block for block in results.blocks if block.closed_loop]
    if not blocks:
        return ""
    differences = [
        (s.sitting_difference, s, block)
        for block in blocks for s in block.strategies
        if s.word in JUDGED and s.sitting_difference is not None
    ]  # fmt: skip
    if not differences:
        return "One sitting: an interval holds for this machine and for this hour."
    most, strategy, block = max(differences, key=lambda found: found[0])
    beyond = sum(len(moved(one)) for one in blocks)
    rounds = words.rounds({sum(r.sitting == n for r in b.timed) for b in blocks for n in {r.sitting for r in b.timed}})
    scatter = f"; part of that is scatter, since a sitting has {rounds} of a block" if beyond else ""
    middle = median([difference for difference, _, _ in differences]) or 0.0
    return (
        f"{len({r.sitting for b in blocks for r in b.timed})} sittings: the ratio of a comparison differs between them by "
        f"{words.percent(middle, 1)} (median of {len(differences)}), at most by {words.percent(most, 1)} ({strategy.name}, "
        f"{', '.join(conditions.of(block.block.axes))}). By more than the margin: {beyond} of "
        f"{len(differences)}{scatter}. An interval holds for this machine."
    )
