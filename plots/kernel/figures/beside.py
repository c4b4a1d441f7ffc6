# SPDX-License-Identifier: MIT
"""Every strategy's ratio to the pool: model, counted, native and host side by side, a row of panels for each size."""

from __future__ import annotations

from typing import Any

from matplotlib import pyplot as plt
from matplotlib import ticker

from plots.drawing import words
from plots.drawing.drawn import Drawn
from plots.drawing.palette import BAND, INK, MUTED, mark
from plots.drawing.style import EDGE, WIDTH, strategy_rows
from plots.kernel.counterparts import NOT_COMPARED
from plots.kernel.estimates import COMPARED, Beside, Column, Row, compared
from plots.kernel.pairs import IN_SIGN
from plots.run.kernel import POOL, in_kernel
from plots.statistics.stats import Estimate
from plots.verdicts.families import Family
from plots.verdicts.results import Results

_SIGNS = {"o": "●", "s": "■", "^": "▲", "D": "◆", "v": "▼"}
"""Markers of the kernels, the oldest first, and how a text shows them."""

_ROW, _LEFT, _GAP = 0.27, 1.2, 0.12
_TOP, _ABOVE, _BOTTOM, _BETWEEN = 0.44, 0.5, 0.3, 0.62


def _kernels(found: list[Beside]) -> dict[str, str]:
    """A marker for each kernel, the same in all panels."""
    names = sorted({at.kernel for one in found for at in one.columns}, key=lambda name: tuple(map(int, name.split("."))))
    return dict(zip(names, _SIGNS))


def _marks(row: Row, lane: str, kernels: dict[str, str]) -> list[tuple[Estimate, str, bool]]:
    """What a row shows in a panel, from the top: an estimate, its marker, and whether it is hollow."""
    if lane == "model":
        return [(row.model, "o", False), (row.cold, "o", True)]
    found = []
    for kernel, marker in kernels.items():
        reading = row.readings.get(Column(lane, kernel))
        if reading:
            warm = Estimate(reading.warm.median, reading.cold.low, reading.cold.high)
            found.append((warm, marker, False))
        else:
            found.append((Estimate(), marker, False))
    return found


def _panel(axes: Any, rows: list[Row], lane: str, kernels: dict[str, str], limits: tuple[float, float]) -> None:
    axes.axvspan(1 - IN_SIGN, 1 + IN_SIGN, color=BAND, linewidth=0, zorder=0)
    for place, row in enumerate(reversed(rows)):
        marks = _marks(row, lane, kernels)
        step = 0.72 / max(1, len(marks))
        for number, (estimate, marker, hollow) in enumerate(marks):
            if estimate.median is None:
                continue
            y, colour = place + step * ((len(marks) - 1) / 2 - number), mark(row.strategy).light
            if estimate.low is not None and estimate.high is not None:
                axes.plot([estimate.low, estimate.high], [y, y], color=colour, linewidth=3, alpha=0.35, solid_capstyle="butt")
            axes.plot([estimate.median], [y], marker=marker, color=colour, markersize=3.8, linestyle="none",
                      markerfacecolor="none" if hollow else colour, markeredgewidth=0.9)  # fmt: skip
    strategy_rows(axes, [row.strategy for row in rows])
    axes.set_xscale("log")
    axes.set_xlim(*limits)
    axes.xaxis.set_major_locator(ticker.FixedLocator([t for t in (0.25, 0.5, 0.7, 1, 1.5, 2, 4) if limits[0] <= t <= limits[1]]))
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _position: f"{value:g}"))
    axes.tick_params(axis="both", labelsize=7.5)


def _limits(rows: list[Row]) -> tuple[float, float]:
    """Of the ratio's axis, the same in all panels."""
    shown = [e for row in rows for e in (row.model, row.cold, *(x for r in row.readings.values() for x in (r.warm, r.cold)))]
    values = [v for e in shown for v in (e.median, e.low, e.high) if v is not None]
    return min([0.9, *values]) * 0.93, max([1.1, *values]) * 1.07


def _key(lane: str, kernels: dict[str, str], found: list[Beside]) -> str:
    if lane == "model":
        return "  ".join(["● warm", *dict.fromkeys(f"○ {one.cold_word}" for one in found if one.cold)])
    had = {at for one in found for at in one.columns}
    return "  ".join(f"{_SIGNS[marker]} {kernel}" for kernel, marker in kernels.items() if Column(lane, kernel) in had)


def draw(family: Family, name: str, results: Results) -> Drawn:
    ids = {block.block.id for block in family.blocks}
    found = [one for one in compared(results)[0] if one.block.block.id in ids and one.algorithm == in_kernel(family.shared.algorithm)]
    had = {at for one in found for at in one.columns}
    lanes = ["model", *(lane for lane in COMPARED if any(at.lane == lane for at in had))]
    kernels = _kernels(found)
    rows = [[row for row in one.rows if row.strategy not in NOT_COMPARED] for one in found]
    limits = _limits([row for some in rows for row in some])
    heights = [_ROW * len(some) + 0.1 for some in rows]
    height = _TOP + _ABOVE + sum(heights) + (len(found) - 1) * _BETWEEN + _BOTTOM
    width = (WIDTH - _LEFT - EDGE - _GAP * (len(lanes) - 1)) / len(lanes)
    title, subtitle = f"Ratio to {POOL}, model and kernel", f"{found[0].algorithm}; {words.sockets(family.shared.sockets)}"
    figure = plt.figure(figsize=(WIDTH, height))
    figure.text(EDGE / WIDTH, 1 - 0.08 / height, title, va="top", weight="bold", size=10.5)
    figure.text(EDGE / WIDTH, 1 - 0.34 / height, subtitle, va="top", size=8, color=MUTED)
    y = height - _TOP - _ABOVE
    for number, (one, some, panel) in enumerate(zip(found, rows, heights)):
        y -= panel
        figure.text(EDGE / WIDTH, (y + panel + 0.08) / height, f"{one.bytes:,} B", size=8.5, weight="bold", color=INK)
        for place, lane in enumerate(lanes):
            x = _LEFT + place * (width + _GAP)
            axes = figure.add_axes((x / WIDTH, y / height, width / WIDTH, panel / height))
            _panel(axes, some, lane, kernels, limits)
            if place:
                axes.set_yticklabels([])
            axes.text(0, 1, f"{lane}\n", transform=axes.transAxes, size=8.5, weight="bold", color=INK, va="bottom", linespacing=1.1)
            axes.text(0, 1, _key(lane, kernels, found), transform=axes.transAxes, size=6.5, color=MUTED, va="bottom")
        y -= _BETWEEN
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Left of 1: cheaper than the pool. model: ns a packet; bar: the interval of the ratio. counted: instructions a packet, which are not time. native and host: ns "
        "with a warm cache, median over boots; bar: the range of the cold cache over boots. Grey: within 2 % of 1. Log scale, the same "
        "in all panels. A missing mark: the kernel does not have the strategy.",
        figure=figure,
    )
