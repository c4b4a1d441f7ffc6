# SPDX-License-Identifier: MIT
"""ns per packet by strategy and size: a panel for each traffic, a row for each strategy."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.drawing.drawn import Drawn
from plots.drawing.palette import INK, MUTED, RULE, mark
from plots.drawing.style import canvas, panel_title, plain_number, strategy_rows
from plots.statistics.verdict import FLOOR, JUDGED
from plots.verdicts.families import Family
from plots.verdicts.results import Results

_ROW = 0.245


def draw(family: Family, name: str, results: Results) -> Drawn:
    heights = [_ROW * len(block.strategies) for block in family.blocks]
    subtitle = ", ".join(conditions.of(family.shared, ["traffic"])) + "; " + words.rounds(len(b.timed) for b in family.blocks)
    title = "ns per packet, by strategy and size"
    figure, panels = canvas(title, subtitle, heights, gap=0.6, left=1.3, right=1.92)
    for axes, block in zip(panels, family.blocks):
        for row, s in enumerate(block.strategies):
            y = len(block.strategies) - 1 - row
            e = s.ns_per_packet
            if e.median is None:
                continue
            style = mark(s.name)
            axes.plot([0, e.median], [y, y], color=RULE, linewidth=0.8, zorder=0)
            axes.plot(
                [e.median], [y], marker=style.marker, color=style.light, markersize=8 if s.name == FLOOR else 6,
                markeredgewidth=1.6 if s.name == FLOOR else 0.6, linestyle="none",
            )
            if e.low is not None and e.high is not None:
                axes.plot([e.low, e.high], [y, y], color=style.light, linewidth=4, alpha=0.35, solid_capstyle="butt")
            text = f"{words.ns(e.median)} ns"
            told = "" if s.name == results.run.baseline else f"×{words.ratio(s.ratio.median)}"
            place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center_baseline"}
            axes.annotate(text, (1, y), xytext=(44, 0), ha="right", size=8.5, color=INK, **place)
            axes.annotate(told or "", (1, y), xytext=(50, 0), ha="left", size=8.5, color=MUTED, **place)
            axes.annotate(
                s.word, (1, y), xytext=(132, 0), ha="right", size=7.5,
                color=INK if s.word in JUDGED and s.word != "unresolved" else MUTED, **place,
            )
        strategy_rows(axes, [s.name for s in block.strategies])
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(plain_number)
        axes.locator_params(axis="x", nbins=3)
        panel_title(axes, block.block.axes.traffic, size=9, weight="bold", color=INK)
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Point: median over rounds; bar: its 95 % interval (order statistics). × is the ratio to "
        f"{results.run.baseline}, taken turn against turn within a round. Times follow the machine's speed, so their intervals can "
        "overlap although the ratio is certain. null is the harness's floor.",
        figure=figure,
    )
