# SPDX-License-Identifier: MIT
"""Instructions a packet by phase as stacked bars: a panel for each kernel, a row for each cell."""

from __future__ import annotations

from typing import Any

from plots.drawing import words
from plots.drawing.drawn import Drawn
from plots.drawing.palette import INK, PHASE_MARKS, mark
from plots.drawing.style import canvas, colour_key, panel_title, plain_number
from plots.run.kernel import PHASES, in_kernel
from plots.verdicts.families import Family
from plots.verdicts.results import Results

_ROW = 0.19
_SOCKETS = 1000


def _panel(axes: Any, cells: dict[str, dict[str, float]], most: float) -> None:
    for place, (name, by_phase) in enumerate(reversed(cells.items())):
        left = 0.0
        for phase in PHASES:
            axes.barh(place, by_phase[phase], left=left, height=0.68, color=PHASE_MARKS[phase][0], linewidth=0)
            left += by_phase[phase]
        axes.annotate(
            f"{left:,.0f}", (1, place), xycoords=("axes fraction", "data"), xytext=(36, 0), textcoords="offset points", ha="right",
            va="center_baseline", size=8, color=INK,
        )  # fmt: skip
    axes.set_yticks(range(len(cells)), list(reversed(cells)))
    for tick, name in zip(axes.get_yticklabels(), reversed(cells)):
        tick.set_color(mark(name.split("/")[0]).light)
        tick.set_fontsize(7.5)
    axes.set_ylim(-0.6, len(cells) - 0.4)
    axes.grid(False, axis="y")
    axes.set_xlim(0, most * 1.02)
    axes.xaxis.set_major_formatter(plain_number)
    axes.locator_params(axis="x", nbins=4)


def draw(family: Family, name: str, results: Results) -> Drawn:
    kernel, algorithm = results.run.kernel, in_kernel(family.shared.algorithm)
    lane = kernel.lane("counted") if kernel else None
    assert kernel is not None and lane is not None and algorithm is not None
    bytes_ = min(c.bytes for r in lane.rounds if r.algorithm == algorithm for c in r.cells)
    counted = {one: kernel.instructions(one.kernel, algorithm, bytes_, _SOCKETS) for one in lane.kernels}
    panels = {one: cells for one, cells in counted.items() if cells}
    most = max(sum(by_phase.values()) for cells in panels.values() for by_phase in cells.values())
    title, subtitle = "Instructions a packet, by phase", f"{algorithm}, {bytes_:,} B, {words.sockets(_SOCKETS)}, warm cache; lane counted"
    figure, drawn = canvas(title, subtitle, [_ROW * len(cells) for cells in panels.values()], gap=0.6, left=1.95, right=0.62, above=0.24)
    for axes, (one, cells) in zip(drawn, panels.items()):
        _panel(axes, cells, most)
        panel_title(axes, f"{one.kernel}  ({one.release})", size=9, weight="bold", color=INK)
    colour_key(figure, [("■", PHASE_MARKS[phase][0], phase) for phase in PHASES])
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="The number: all instructions of a packet. allocation: what the allocator takes within start and end. other: in no phase, such as "
        "the loop. One scale in all panels. Instructions are not time.",
        figure=figure,
    )
