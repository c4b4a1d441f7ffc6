# SPDX-License-Identifier: MIT
"""The gate: whether B is as good as A. It fails closed.

Worse is a time whose whole interval lies above the gate, and a counted number that rose, by however little. What cannot be
judged does not hold: times of other kinds of machine, something that A has and B has not or cannot judge, numbers that other
seeds explain, and nothing at all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from plots.compare.compare import Comparison
from plots.compare.counts import Count
from plots.compare.pairs import Pair
from plots.compare.times import OTHER_KIND, Change
from plots.drawing import words

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")

WORDS: dict[int, Literal["held", "got worse", "cannot judge"]] = {0: "held", 1: "got worse", 4: "cannot judge"}

_NAMED = 4
"""So many numbers of one strategy in one block are named in a line."""


@dataclass(frozen=True)
class Outcome:
    gate_percent: float
    worse: tuple[str, ...]
    cannot_judge: tuple[str, ...]
    """The reasons, one line each."""
    times_judged: int
    times_unseen: int
    """Times that are judged and not worse, but whose interval reaches above the gate."""

    @property
    def exit_code(self) -> int:
        return 1 if self.worse else 4 if self.cannot_judge else 0

    @property
    def word(self) -> str:
        return WORDS[self.exit_code]


def grouped(found: Iterable[tuple[_Key, _Value]]) -> dict[_Key, list[_Value]]:
    groups: dict[_Key, list[_Value]] = {}
    for key, value in found:
        groups.setdefault(key, []).append(value)
    return groups


def number(value: int | float) -> str:
    """1,234; 0.5; 6.2212: at most six digits after the point"""
    return f"{round(value, 6):,}".removesuffix(".0")


def time(value: float | None, what: str) -> str:
    return words.ratio(value) if what == "ratio" else words.ns(value)


def label(change: Change, baseline: str) -> str:
    return f"ratio to {baseline}" if change.what == "ratio" else "ns per packet"


def counted_line(counts: Sequence[Count]) -> str:
    """drops 0 -> 5,000, open total bytes 100 -> 300 and 2 more"""
    said = [f"{c.what.replace('_', ' ')} {number(c.a)} -> {number(c.b)}" for c in counts[:_NAMED]]
    more = f" and {len(counts) - _NAMED:,} more" if len(counts) > _NAMED else ""
    return ", ".join(said) + more


def _name(pair: Pair, strategy: str) -> str:
    return f"{pair.where}: {strategy}"


def _worse(comparison: Comparison, gate_percent: float) -> list[str]:
    limit = 1 + gate_percent / 100
    lines = [
        f"{_name(c.pair, c.strategy)}: {label(c, comparison.baseline)}: {time(c.a, c.what)} -> {time(c.b, c.what)}, "
        f"{words.ratio(c.change.median)} times A's ({words.interval(c.change)}), above the gate of {limit:.3f}"
        for c in comparison.changes
        if c.worse(gate_percent)
    ]
    more = grouped((_name(c.pair, c.strategy), c) for c in comparison.counts if c.judged == "more")
    return lines + [f"{name}: {counted_line(counts)}" for name, counts in more.items()]


def cannot_judge(comparison: Comparison) -> list[str]:
    """What does not hold although nothing shows that it got worse, one line each."""
    lines = []
    if comparison.times_refused:
        said = "; ".join(f"{d.what}: '{d.a}' in A, '{d.b}' in B" for d in comparison.differences if d.other_kind)
        lines.append(f"{OTHER_KIND}, so no time is judged ({said}); --across-kinds judges them")
    lost = grouped(
        ((c.pair.where, c.not_judged_because), c.strategy)
        for c in comparison.changes
        if c.judged_in_a and c.not_judged_because not in (None, OTHER_KIND)
    )
    for (where, why), names in lost.items():
        listed = words.listed(list(dict.fromkeys(names)))
        lines.append(f"{where}: judged in A and cannot be judged now: {why} ({listed})")
    other = grouped((_name(c.pair, c.strategy), c) for c in comparison.counts if c.judged == "not judged")
    lines += [f"{name}: {counted_line(counts)}: not judged, since the runs' packets are not the same" for name, counts in other.items()]
    seeds = comparison.a.run.seed, comparison.b.run.seed
    if other and seeds[0] != seeds[1]:
        lines.append(f"seeds: {seeds[0]} in A, {seeds[1]} in B; numbers that depend on packets need --seed {seeds[0]}")
    lines += [f"missing in B: {line}" for line in comparison.missing]
    judged = [c for c in comparison.changes if not c.not_judged_because]
    if comparison.changes and not judged and not comparison.times_refused:
        lines.append("no time could be judged, so nothing shows that B is as fast as A")
    if not comparison.changes and not comparison.counts:
        lines.append("nothing in common that could be judged, so nothing shows that B is as good as A")
    return lines


def outcome(comparison: Comparison, gate_percent: float) -> Outcome:
    return Outcome(
        gate_percent=gate_percent,
        worse=tuple(_worse(comparison, gate_percent)),
        cannot_judge=tuple(cannot_judge(comparison)),
        times_judged=sum(not c.not_judged_because for c in comparison.changes),
        times_unseen=sum(c.unseen(gate_percent) for c in comparison.changes),
    )
