# SPDX-License-Identifier: MIT
"""What the kernel did, in order of years: a panel for each block, a row for each step."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.drawing.drawn import Drawn
from plots.drawing.palette import INK, MUTED, RULE, mark
from plots.drawing.style import canvas, panel_title, plain_number
from plots.history import estimates as history
from plots.verdicts.families import Family
from plots.verdicts.question import Kind
from plots.verdicts.results import BlockResult, Results

_ROW = 0.27


def draw(family: Family, name: str, results: Results) -> Drawn:
    own = set(map(id, family.blocks))
    chains = [chain for chain in history.chains(results) if id(chain.block) in own]
    common = ", ".join(conditions.of(family.shared, ["workload", "algorithm", "provider"]))
    title = "What the kernel did, step by step"
    subtitle = f"{common}; {words.rounds(len(c.block.timed) for c in chains)}"
    figure, panels = canvas(title, subtitle, [_ROW * len(c.steps) for c in chains], gap=0.52, left=1.72, right=1.3)
    for axes, chain in zip(panels, chains):
        last = len(chain.steps) - 1
        for row, taken in enumerate(chain.steps):
            e, y, style = taken.ns, last - row, mark(taken.step.strategy)
            if e.median is None:
                continue
            axes.plot([0, e.median], [y, y], color=RULE, linewidth=0.8, zorder=0)
            axes.plot([e.median], [y], marker=style.marker, color=style.light, markersize=6, linestyle="none")
            if e.low is not None and e.high is not None:
                axes.plot([e.low, e.high], [y, y], color=style.light, linewidth=4, alpha=0.35, solid_capstyle="butt")
            place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center_baseline"}
            axes.annotate(f"{words.ns(e.median)} ns", (1, y), xytext=(46, 0), ha="right", size=8.5, color=INK, **place)
            told = "" if taken.to_before.median is None else f"×{taken.to_before.median:.2f}"
            axes.annotate(told, (1, y), xytext=(54, 0), ha="left", size=8.5, color=MUTED, **place)
        axes.set_yticks(range(last + 1), [f"{t.step.strategy}\n{t.step.when}" for t in reversed(chain.steps)])
        for tick, taken in zip(axes.get_yticklabels(), reversed(chain.steps)):
            tick.set_color(mark(taken.step.strategy).light)
            tick.set_fontsize(7.5)
        axes.set_ylim(-0.6, last + 0.6)
        axes.grid(False, axis="y")
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(plain_number)
        axes.locator_params(axis="x", nbins=3)
        block = chain.block.block.axes
        panel_title(axes, f"{block.workload}, {block.algorithm}", size=9, weight="bold", color=INK)
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Point: ns per packet, median over rounds; bar: its 95 % interval (order statistics). × is the ratio to the step above, "
        "taken turn against turn within a round. The oldest step stands on top.",
        figure=figure,
    )


def _chained(results: Results) -> list[BlockResult]:
    return [chain.block for chain in history.chains(results)]


KINDS = (
    Kind("history", "what the kernel did, step by step", "protocol", 1, lambda block: True, draw,
         "a closed-loop block with two of the kernel's steps", of=_chained, opens=True),
)  # fmt: skip
