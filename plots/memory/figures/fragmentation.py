# SPDX-License-Identifier: MIT
"""Fragmentation: resident bytes that a strategy adds divided by live ones, on fresh and aged heaps, and the bytes kept."""

from __future__ import annotations

from typing import Any

from plots.drawing import words
from plots.drawing.drawn import Drawn
from plots.drawing.palette import INK, MUTED, RULE, mark
from plots.drawing.style import canvas, counted_subtitle, panel_title, strategy_rows
from plots.statistics.verdict import FLOOR
from plots.verdicts.counted import TELLING_BYTES
from plots.verdicts.families import Family
from plots.verdicts.results import BlockResult, Results

_ROW = 0.225


def known(block: BlockResult) -> bool:
    """Whether a strategy of the block added enough bytes to report its fragmentation."""
    return any(s.fragmentation is not None for s in block.strategies)


def draw(family: Family, name: str, results: Results) -> Drawn:
    subtitle = counted_subtitle(family.shared, ["heap", "allocator"])
    title = "Fragmentation"
    heights = [_ROW * len(block.strategies) for block in family.blocks]
    figure, panels = canvas(title, subtitle, heights, gap=0.55, left=1.3, right=1.25)
    shares = [f for b in family.blocks for s in b.strategies if (f := s.fragmentation) is not None]
    low, high = min([1.0, *shares]), max([1.2, *shares])
    for axes, block in zip(panels, family.blocks):
        _panel(axes, block)
        axes.set_xlim(low - (high - low) * 0.03, high + (high - low) * 0.03)
        axes.locator_params(axis="x", nbins=4)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    panels[-1].set_xlabel("resident over live bytes added")
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Resident divided by live bytes, of what the strategy added to the heap until all sockets were open, as the allocator "
        f"reports them, in one round. No number: it added less than {words.size(TELLING_BYTES)}. The heap's growth for {FLOOR} is "
        "subtracted: it is what ageing left. An aged heap was churned, from a seed, before the sockets opened. Below 1: the strategy used "
        f"pages that were resident before. kept: bytes resident but not live after the sockets closed, minus {FLOOR}'s.",
        figure=figure,
    )


def _panel(axes: Any, block: BlockResult) -> None:
    rows = block.strategies
    place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center_baseline", "ha": "right"}
    for i, s in enumerate(rows):
        y = len(rows) - 1 - i
        share, kept = s.fragmentation, s.kept_bytes
        if share is not None:
            style = mark(s.name)
            axes.plot([1, share], [y, y], color=RULE, linewidth=0.8, zorder=0)
            axes.plot(
                [share], [y], marker=style.marker, color=style.light, markersize=8 if style.marker == "|" else 6,
                markeredgewidth=1.6 if style.marker == "|" else 0.6, clip_on=False,
            )  # fmt: skip
            axes.annotate(f"{share:.2f}", (1, y), xytext=(30, 0), size=8.5, color=INK, **place)
        if kept is not None:
            axes.annotate(words.size(max(0, kept)), (1, y), xytext=(84, 0), size=8.5, color=MUTED, **place)
    axes.annotate("kept", (1, len(rows) - 0.4), xytext=(84, 3), size=8, color=MUTED, **place)
    strategy_rows(axes, [s.name for s in rows])
    at = block.block.axes
    panel_title(axes, f"{at.allocator}, {at.heap} heap", size=9, weight="bold", color=INK)
