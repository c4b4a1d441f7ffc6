# SPDX-License-Identifier: MIT
"""Fragmentation: what the heap holds of the machine over what is live in it, fresh and aged."""

from __future__ import annotations

from typing import Any

from plots import words
from plots.families import Family
from plots.figures.palette import INK, MUTED, RULE, mark
from plots.figures.style import Drawn, canvas, panel_title
from plots.results import BlockResult, Results

_ROW = 0.225


def known(block: BlockResult) -> bool:
    """Whether a block's allocator says what it holds."""
    return any(s.memory and s.memory.resident_over_live("open") is not None for s in block.strategies)


def draw(family: Family, name: str, results: Results) -> Drawn:
    subtitle = ", ".join(words.conditions(family.shared, ["heap", "allocator", "load", "cache"])) + "; counted, one round"
    title = "Fragmentation"
    heights = [_ROW * len(block.strategies) for block in family.blocks]
    figure, panels = canvas(title, subtitle, heights, gap=0.5, left=1.3, right=1.35)
    most = 1.0
    for axes, block in zip(panels, family.blocks):
        most = max(most, _panel(axes, block))
    for axes in panels:
        axes.set_xlim(1, 1 + (most - 1) * 1.05 or 2)
        axes.locator_params(axis="x", nbins=4)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    panels[-1].set_xlabel("resident over live bytes of the heap")
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="What the allocator holds of the machine over what is live in it, the workload's own packets included: filled with "
        "all sockets open, hollow once they closed. An aged heap was churned, seeded, before the cells opened. The allocator's "
        "own word, in one round.",
        figure=figure,
    )


def _panel(axes: Any, block: BlockResult) -> float:
    rows = block.strategies
    most = 1.0
    for i, s in enumerate(rows):
        y = len(rows) - 1 - i
        opened = s.memory.resident_over_live("open") if s.memory else None
        closed = s.memory.resident_over_live("closed") if s.memory else None
        if opened is None or closed is None:
            continue
        most = max(most, opened, closed)
        style = mark(s.name)
        axes.plot([opened, closed], [y, y], color=RULE, linewidth=0.8, zorder=0)
        axes.plot([closed], [y], marker="o", markersize=5, markerfacecolor="none", markeredgecolor=style.light, clip_on=False)
        axes.plot([opened], [y], marker="o", markersize=5, color=style.light, clip_on=False)
        place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center_baseline", "ha": "right"}
        axes.annotate(f"{opened:.2f} open", (1, y), xytext=(48, 0), size=8, color=INK, **place)
        axes.annotate(f"{closed:.2f} closed", (1, y), xytext=(96, 0), size=8, color=MUTED, **place)
    axes.set_yticks(range(len(rows)), [s.name for s in reversed(rows)])
    for tick, s in zip(axes.get_yticklabels(), reversed(rows)):
        tick.set_color(mark(s.name).light)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.grid(False, axis="y")
    at = block.block.axes
    panel_title(axes, f"{at.allocator}, {at.heap} heap", size=9, weight="bold", color=INK)
    return most
