# SPDX-License-Identifier: MIT
"""Memory that no socket owns, with a packet in flight: against possible CPUs, algorithms in parallel, and scratch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from plots.drawing.drawn import Drawn
from plots.drawing.labels import label_ends
from plots.drawing.palette import mark
from plots.drawing.style import canvas, counted_subtitle, log_x, panel_title
from plots.memory.figures.bytes import bytes_axis, line
from plots.memory.fits import own_scratch, scratch_sizes
from plots.run.axes import Axes
from plots.verdicts.counted import Memory
from plots.verdicts.families import Axis, Family
from plots.verdicts.results import BlockResult, Results
from plots.verdicts.words import caption


_ROOM = 1.15
"""The factor between two ticks that both have room for their text; 170 and 171 do not."""


@dataclass(frozen=True)
class _Said:
    """An axis in words, and a block's place on it."""

    title: str
    label: str
    at: Callable[[Axes, int], int]


_AXES: dict[Axis, _Said] = {
    "possible_cpus": _Said("possible CPUs", "possible CPUs (log scale)", lambda axes, own: axes.possible_cpus),
    "algorithms": _Said("algorithms in parallel", "algorithms in parallel (log scale)", lambda axes, own: axes.algorithms),
    "scratch": _Said("scratch", "bytes of scratch the largest user asks for (log scale)",
                     lambda axes, own: max(scratch_sizes(axes, axes.sockets, own))),
}  # fmt: skip


def one_user(block: BlockResult) -> bool:
    """Whether the block is counted and has one user of scratch. Its place on an axis is then one number."""
    return block.counted is not None and "+" not in block.block.axes.scratch


def _beside_sockets(memory: Memory) -> float:
    return float(memory.peak.bytes - memory.open.owners["socket"].bytes)


def draw(family: Family, name: str, results: Results) -> Drawn:
    said = _AXES[family.axis]
    subtitle = counted_subtitle(family.shared, [family.axis])
    title = f"Memory against {said.title}"
    figure, (axes,) = canvas(title, subtitle, [2.6], left=0.65, right=1.35)
    own = own_scratch(b.block for b in family.blocks)
    xs = [float(said.at(b.block.axes, own)) for b in family.blocks]
    ends, refused = {}, []
    most = 0.0
    for strategy in family.names:
        cells = [(x, s.memory) for x, b in zip(xs, family.blocks) if (s := b.strategy(strategy)) and s.memory]
        points = [(x, _beside_sockets(memory)) for x, memory in cells if not memory.open_error]
        if not points:
            continue
        ends[strategy] = line(axes, strategy, points)
        most = max(most, *(y for _, y in points))
        if no := [x for x, memory in cells if memory.open_error]:
            refused.append((min(no), points[-1][1], strategy))
    log_x(axes, [x for x, after in zip(xs, [*xs[1:], math.inf]) if after > x * _ROOM], start=min(xs))
    bytes_axis(axes, most)
    for x, y, strategy in refused:
        axes.plot([x], [y], marker="x", markersize=7, markeredgewidth=1.6, color=mark(strategy).light, clip_on=False)
    axes.set_xlabel(said.label)
    panel_title(axes, "live bytes without the sockets' own (log scale above 1 KiB)")
    label_ends(axes, ends)
    crosses = " A cross: an open was refused there, so there is no point beyond it." if refused else ""
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Exact bytes from the ledger that no socket owns: shared, per CPU, scratch, and the request of the one "
        f"packet in flight. Nothing is estimated, so there is no interval.{crosses}{caption(family.blocks)}",
        figure=figure,
    )
