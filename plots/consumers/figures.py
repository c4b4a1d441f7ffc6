# SPDX-License-Identifier: MIT
"""Each protocol's ratios to the baseline: a small panel for each protocol. A strategy has the same row in all panels."""

from __future__ import annotations

import math

from matplotlib import pyplot as plt
from matplotlib import ticker

from plots.consumers.estimates import blocks as side_by_side, names as told
from plots.drawing import conditions, words
from plots.drawing.drawn import Drawn
from plots.drawing.palette import BAND, INK, MUTED, mark
from plots.drawing.style import EDGE, WIDTH
from plots.verdicts.families import Family
from plots.verdicts.question import Kind
from plots.verdicts.results import Results

_COLUMNS = 3
_ROW, _LEFT, _GAP = 0.165, 1.2, 0.12
_TOP, _ABOVE, _BOTTOM, _BETWEEN = 0.62, 0.34, 0.3, 0.62


def draw(family: Family, name: str, results: Results) -> Drawn:
    blocks, names = list(family.blocks), told(results)
    title = f"Ratio to {results.run.baseline}, by protocol"
    common = ", ".join(conditions.of(family.shared, ["workload", "algorithm", "provider", "sockets"]))
    subtitle = f"{common}; {words.rounds(len(b.timed) for b in blocks)}"
    rows = math.ceil(len(blocks) / _COLUMNS)
    panel = _ROW * (len(names) + 0.4)
    height = _TOP + _ABOVE + rows * panel + (rows - 1) * _BETWEEN + _BOTTOM
    width = (WIDTH - _LEFT - EDGE - _GAP * (_COLUMNS - 1)) / _COLUMNS
    figure = plt.figure(figsize=(WIDTH, height))
    figure.text(EDGE / WIDTH, 1 - 0.08 / height, title, va="top", weight="bold", size=10.5)
    figure.text(EDGE / WIDTH, 1 - 0.34 / height, subtitle, va="top", size=8, color=MUTED)
    shown = [s.ratio for b in blocks for s in b.strategies if s.name in names and s.ratio.median is not None]
    low = min([0.8, *(e.low or e.median or 1 for e in shown)]) * 0.85
    high = max([1.2, *(e.high or e.median or 1 for e in shown)]) * 1.15
    for number, block in enumerate(blocks):
        row, column = divmod(number, _COLUMNS)
        x = _LEFT + column * (width + _GAP)
        y = height - _TOP - _ABOVE - (row + 1) * panel - row * _BETWEEN
        axes = figure.add_axes((x / WIDTH, y / height, width / WIDTH, panel / height))
        axes.axvspan(1 - block.margin, 1 + block.margin, color=BAND, linewidth=0, zorder=0)
        for place, strategy in enumerate(reversed(names)):
            s, style = block.strategy(strategy), mark(strategy)
            if s is None or s.ratio.median is None:
                if strategy in block.block.left_out:
                    axes.text(1, place, "refused", size=6.5, color=MUTED, ha="center", va="center_baseline")
                continue
            if s.ratio.low is not None and s.ratio.high is not None:
                axes.plot([s.ratio.low, s.ratio.high], [place, place], color=style.light, linewidth=3, alpha=0.35, solid_capstyle="butt")
            axes.plot([s.ratio.median], [place], marker=style.marker, color=style.light, markersize=4.5, linestyle="none")
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        axes.xaxis.set_major_locator(ticker.FixedLocator([t for t in (0.25, 0.5, 1, 2, 4) if low <= t <= high]))
        axes.xaxis.set_minor_locator(ticker.NullLocator())
        axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _position: f"{value:g}"))
        axes.set_ylim(-0.7, len(names) - 0.3)
        axes.set_yticks(range(len(names)), list(reversed(names)) if column == 0 else [])
        axes.tick_params(axis="x", labelsize=7.5)
        for tick, strategy in zip(axes.get_yticklabels(), reversed(names)):
            tick.set_color(mark(strategy).light)
            tick.set_fontsize(7.5)
        axes.grid(False, axis="y")
        protocol = block.block.axes.protocol
        axes.text(0, 1, f"{protocol}\n", transform=axes.transAxes, size=8.5, weight="bold", color=INK, va="bottom", linespacing=1.1)
        axes.text(0, 1, f"{block.block.axes.algorithm}", transform=axes.transAxes, size=7, color=MUTED, va="bottom")
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Point: the ratio, median over rounds. Bar: the corrected interval that the verdict uses. Left of 1: cheaper. Grey: "
        "the margin of “same”. Log scale, the same in all panels. Do not compare ratios between panels: the cost of a packet "
        "differs, mainly that of its crypto.",
        figure=figure,
    )


KINDS = (
    Kind("consumers", "every protocol with every strategy", "protocol", 4, lambda block: True, draw,
         "closed-loop blocks of four protocols", of=side_by_side, opens=True),
)  # fmt: skip
