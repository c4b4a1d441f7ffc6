# SPDX-License-Identifier: MIT
"""Verdicts, A/A and headroom as text, the same in every output."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from plots.drawing import words
from plots.run.model import MAINLINE
from plots.statistics.verdict import JUDGED
from plots.verdicts.results import BlockResult, Results, StrategyResult


def verdicts(results: Results) -> str:
    """The count of each verdict."""
    said = [s.word for b in results.blocks if b.closed_loop for s in b.strategies]
    if not said:
        return "No block of this run was timed in closed loop, so there are no verdicts."
    listed = ", ".join(f"{said.count(word)} {word}" for word in JUDGED)
    compared = words.plural(sum(word in JUDGED for word in said), "closed-loop comparison")
    return f"{compared} with {results.run.baseline}: {listed}."


def aa_line(results: Results) -> str:
    """How often the baseline was called different from itself. Empty if the run has no verdicts."""
    aa = results.aa
    if not aa.comparisons and not any(block.closed_loop for block in results.blocks):
        return ""
    if not aa.comparisons:
        return "A/A: no comparison, so no verdict can be trusted"
    line = (
        f"A/A: {words.plural(aa.comparisons, 'comparison')} of {results.run.baseline} with itself, "
        f"{aa.called_different} called different, median ratio {words.ratio(aa.median_ratio)}"
    )
    if aa.too_few_rounds:
        line += f" ({aa.too_few_rounds} with too few rounds to be called different)"
    return line


def to_second(results: Results) -> str:
    """The heading of ratios to the second baseline, of at most 8 columns: /onstack. Empty if there is none."""
    second = results.run.second_baseline
    return "" if second is None else f"/{second}" if len(second) < 8 else "/second"


def second_baseline(results: Results) -> str:
    """What the second baseline is, for a legend. Empty if there is none."""
    second = results.run.second_baseline
    if second is None:
        return ""
    what = ", what Linux does now: library calls that prepare the raw key for every packet" if second == MAINLINE else ""
    return f"ratio to {second}{what}"


def headroom(blocks: Iterable[BlockResult]) -> dict[str, str]:
    """By strategy, a note on the headroom that it takes in front of every packet. The ledger does not have it."""
    found: dict[str, set[int]] = {}
    for s in (s for block in blocks for s in block.strategies):
        if s.skb_headroom_bytes is not None:
            found.setdefault(s.name, set()).add(s.skb_headroom_bytes)
    return {
        name: f"{name} also takes {words.span(sizes, 0)} B of headroom in front of every packet, which no number here includes"
        for name, sizes in found.items()
        if any(sizes)
    }


def slope(s: StrategyResult) -> str:
    """Live bytes per socket."""
    return words.per_socket(s.memory.bytes_per_socket) if s.memory else "-"


def caption(blocks: Iterable[BlockResult]) -> str:
    """The headroom notes as sentences, to append to a figure's caption."""
    return "".join(f" {note}." for note in headroom(blocks).values())


def label(block: BlockResult, among: list[BlockResult], axis: Literal["protocol", "workload"] = "protocol") -> str:
    """The name of a block among others: esp; ipcomp deflate if several blocks have the protocol."""
    name: str = getattr(block.block.axes, axis)
    alone = sum(getattr(b.block.axes, axis) == name for b in among) == 1
    return name if alone else f"{name} {block.block.axes.algorithm}"
