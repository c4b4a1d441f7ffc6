# SPDX-License-Identifier: MIT
"""Blocks with injected allocation failures: counts of refused allocations and of dropped packets."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.drawing.layout import fill, underlined
from plots.verdicts.families import Family, families
from plots.verdicts.results import BlockResult, Results
from plots.verdicts.words import slope


def failing(results: Results) -> list[Family]:
    """Families of such blocks that differ only in the probability."""
    return families([b for b in results.measured if b.block.axes.faults and not b.timed], "probability")


def _lines(block: BlockResult) -> list[str]:
    failing = conditions.faults(block.block.axes.faults) if block.block.axes.faults else []
    lines = ["", *fill(", ".join([*failing, "counted, not timed"])), f"{'':18}{'packets':>10}{'refused':>8}{'dropped':>8}{'share':>9}{'B/socket':>9}{'alloc/pkt':>10}"]
    for s in block.strategies:
        share = words.percent(s.counted_drops / s.counted_packets, 3) if s.counted_packets else "-"
        lines.append(
            f"{s.name:<18.18}{s.counted_packets:>10,}{s.allocation_failures:>8,}{s.counted_drops:>8,}{share:>9}"
            f"{slope(s):>9}{words.allocations(s.allocations_per_packet):>10}"
        )
    return lines


def mail(results: Results) -> list[str]:
    lines: list[str] = []
    for family in failing(results):
        lines += underlined(", ".join(conditions.of(family.shared, ["probability"])))
        lines += [line for block in family.blocks for line in _lines(block)]
    return lines
