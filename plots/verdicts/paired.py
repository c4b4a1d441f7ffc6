# SPDX-License-Identifier: MIT
"""Any two strategies of a block, turn against turn. The machine's speed affects both turns and nearly cancels."""

from __future__ import annotations

from plots.run.model import Block
from plots.statistics.stats import Estimate, around, median, median_estimate, paired_ratio, ratio_estimate
from plots.verdicts.timed import TimedRound


def _ratios(block: Block, name: str, baseline: str) -> list[tuple[TimedRound, float]]:
    """A cell's ratio to the baseline, with each round that has both."""
    ratios = []
    for timed in block.of(TimedRound):
        cell, base = timed.cell(name), timed.cell(baseline)
        if cell and base:
            ratio = paired_ratio(cell.turn_ns_per_packet, base.turn_ns_per_packet)
            if ratio is not None:
                ratios.append((timed, ratio))
    return ratios


def round_ratios(block: Block, name: str, baseline: str) -> list[float]:
    """A cell's ratio to the baseline, one for each round that has both."""
    return [ratio for _, ratio in _ratios(block, name, baseline)]


def sitting_ratios(block: Block, name: str, baseline: str) -> dict[int, float]:
    """The median of these ratios in each sitting that has one, by the sitting's number."""
    by_sitting: dict[int, list[float]] = {}
    for timed, ratio in _ratios(block, name, baseline):
        by_sitting.setdefault(timed.sitting, []).append(ratio)
    return {number: middle for number, ratios in sorted(by_sitting.items()) if (middle := median(ratios)) is not None}


def quotient(block: Block, name: str, to: str, baseline: str, confidence: float) -> Estimate:
    """The ratio of `name` to the baseline divided by that of `to`. A table that shows all three agrees with itself; the direct
    ratio would differ by what the medians of laps differ. The interval is of the rounds' quotients."""
    ratios = {id(timed): r for timed, r in _ratios(block, to, baseline)}
    rounds = [r / ratios[id(timed)] for timed, r in _ratios(block, name, baseline) if id(timed) in ratios]
    own, other = median(round_ratios(block, name, baseline)), median(list(ratios.values()))
    return around(own / other, ratio_estimate(rounds, confidence)) if own and other else Estimate()


def ratio(block: Block, name: str, to: str) -> Estimate:
    """The time of `name` divided by the time of `to`, with a 95 % interval that is not corrected."""
    return ratio_estimate(round_ratios(block, name, to))


def _rounds(block: Block, more: str, less: str | None, unit: str | None) -> list[float]:
    """For each round the median over laps of more - less, divided by `unit`'s turn; without `unit`, in ns."""
    found = []
    for timed in block.of(TimedRound):
        cells = [timed.cell(name) if name else None for name in (more, less, unit)]
        if any(name and cell is None for name, cell in zip((more, less, unit), cells)):
            continue
        laps = []
        for turns in zip(*(cell.turn_ns_per_packet for cell in cells if cell)):
            known = iter([turn for turn in turns if turn is not None])
            if None in turns:
                continue
            difference = next(known) - (next(known) if less else 0.0)
            laps.append(difference / (next(known) if unit else 1.0))
        value = median(laps)
        if value is not None:
            found.append(value)
    return found


def difference_ns(block: Block, more: str, less: str) -> Estimate:
    """By how many ns per packet `more` takes longer than `less`."""
    return median_estimate(_rounds(block, more, less, None))


def part(block: Block, more: str, less: str | None, unit: str) -> Estimate:
    """The same in units of the time of `unit`. `less` None: the whole time of `more`."""
    return median_estimate(_rounds(block, more, less, unit))
