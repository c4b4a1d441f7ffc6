# SPDX-License-Identifier: MIT
"""Compares run B with run A: times with intervals, counted numbers exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plots.compare.conditions import Difference, differences
from plots.compare.counts import Count, counts
from plots.compare.pairs import Pair, measured, pairs
from plots.compare.times import Change, changes
from plots.run.files import BadInput
from plots.verdicts.results import Results


@dataclass(frozen=True)
class Comparison:
    a: Results
    b: Results
    baseline: str
    """The strategy that ratios are to."""
    differences: tuple[Difference, ...]
    """Where machines and builds differ."""
    times_refused: bool
    """The kinds of machine differ, and nobody asked for times across kinds."""
    pairs: tuple[Pair, ...]
    changes: tuple[Change, ...]
    confidence: float
    """Of each change's interval."""
    counts: tuple[Count, ...]
    """All that were compared, most of them equal."""
    missing: tuple[str, ...]
    """What A has measured and B has not, one line each. Empty if only what both have was asked for."""


def _timed(results: Results) -> set[str]:
    return {name for block in results.blocks for name in measured(block, "timed")}


def _baseline(runs: Iterable[Results], asked: str | None) -> str:
    """The strategy that ratios are to: the one asked for, or the baseline of both runs. BadInput if there is none."""
    a, b = runs
    if asked is not None:
        for results in (a, b):
            there = _timed(results)
            if asked not in there:
                known = ", ".join(sorted(there)) or "nothing"
                raise BadInput(f"{results.run.path}: --baseline: it did not time '{asked}', but {known}")
        return asked
    if a.run.baseline != b.run.baseline:
        raise BadInput(
            f"{b.run.path}: its baseline is '{b.run.baseline}', that of {a.run.path} is '{a.run.baseline}': "
            "ratios to different baselines cannot be compared; --baseline NAME takes ratios to a strategy that both have timed"
        )
    return a.run.baseline


def compare(
    a: Results, b: Results, baseline: str | None = None, across_kinds: bool = False, only_common: bool = False
) -> Comparison:
    """Compares blocks with equal axes, and in them strategies with equal names."""
    to = _baseline((a, b), baseline)
    found, missing = pairs(a, b)
    differ = differences(a.run, b.run)
    refused = not across_kinds and any(one.other_kind for one in differ)
    times, confidence = changes(found, to, refused)
    return Comparison(
        a=a,
        b=b,
        baseline=to,
        differences=tuple(differ),
        times_refused=refused and bool(times),
        pairs=tuple(found),
        changes=tuple(times),
        confidence=confidence,
        counts=tuple(counts(found, a.run.seed == b.run.seed)),
        missing=() if only_common else tuple(missing),
    )
