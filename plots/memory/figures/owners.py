# SPDX-License-Identifier: MIT
"""Bytes by owner as stacked bars, with few, some and many sockets open."""

from __future__ import annotations

import math
from typing import Any

from matplotlib import ticker

from plots.drawing import words
from plots.drawing.drawn import Drawn
from plots.drawing.palette import INK, OWNER_MARKS, RULE
from plots.drawing.style import canvas, colour_key, counted_subtitle, panel_title, strategy_rows
from plots.verdicts.counted import OWNERS, Memory
from plots.verdicts.families import Family
from plots.verdicts.results import BlockResult, Results, StrategyResult
from plots.verdicts.words import caption

_ROW = 0.235
_PANELS = 3
_SAID = {"shared": "shared", "percpu": "per CPU", "scratch": "scratch", "socket": "sockets", "request": "request"}


def _chosen(blocks: tuple[BlockResult, ...]) -> list[BlockResult]:
    """The blocks with the fewest sockets, the most, and the one in the middle."""
    last = len(blocks) - 1
    return [blocks[i] for i in sorted({0, last // 2 if last % 2 == 0 else (last + 1) // 2, last})][:_PANELS]


def _parts(memory: Memory) -> list[tuple[str, int]]:
    """Bytes by owner with all sockets open; those of the request at the peak, with a packet in flight."""
    moments = {owner: memory.peak if owner == "request" and memory.peak.owners else memory.open for owner in OWNERS}
    return [(owner, moment.owners[owner].bytes) for owner, moment in moments.items()]


def _bar(axes: Any, y: int, memory: Memory) -> float:
    """Draws a strategy's bar; returns where it ends, in bytes."""
    left = 0.0
    for owner, size in _parts(memory):
        if size:
            axes.barh(y, size, left=left, height=0.62, color=OWNER_MARKS[owner][0], linewidth=0)
        left += size
    rounded = memory.open.total.rounded_bytes
    lost = max(0, rounded - memory.open.bytes) if rounded is not None else 0
    if lost:
        axes.barh(y, lost, left=left, height=0.62, facecolor="none", edgecolor=RULE, linewidth=0.9)
    return left + lost


def draw(family: Family, name: str, results: Results) -> Drawn:
    shown = _chosen(family.blocks)
    rows = [[s for s in block.strategies if s.memory and not s.memory.open_error] for block in shown]
    subtitle = counted_subtitle(family.shared, ["sockets"])
    title = "Memory by owner"
    figure, panels = canvas(title, subtitle, [_ROW * len(row) for row in rows], gap=0.62, left=1.3, right=0.75, above=0.24)
    for axes, block, row in zip(panels, shown, rows):
        _panel(axes, block, row)
    colour_key(figure, [*(("■", OWNER_MARKS[owner][0], _SAID[owner]) for owner in OWNERS), ("□", RULE, "rounding")])
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Exact bytes from the ledger with all sockets open, and the request of one packet in flight. The number: live bytes "
        "with all sockets open, as requested. The outline: what the allocator's rounding and headers add. Each panel has its own "
        f"scale.{caption(shown)}",
        figure=figure,
    )


def binary_x(axes: Any, most: float) -> None:
    """Bytes from 0, with ticks at round binary sizes."""
    step = 2.0 ** math.floor(math.log2(most / 2))
    axes.set_xlim(0, most)
    axes.set_xticks([step * i for i in range(int(most / step) + 1)])
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: words.size(value)))


def _panel(axes: Any, block: BlockResult, row: list[StrategyResult]) -> None:
    ends = [_bar(axes, len(row) - 1 - i, s.memory) for i, s in enumerate(row) if s.memory]
    for i, s in enumerate(row):
        if s.memory:
            axes.annotate(
                words.size(s.memory.open.bytes), (1, len(row) - 1 - i), xycoords=("axes fraction", "data"), xytext=(48, 0),
                textcoords="offset points", ha="right", va="center_baseline", size=8.5, color=INK,
            )  # fmt: skip
    strategy_rows(axes, [s.name for s in row])
    binary_x(axes, max([*ends, 1]))
    panel_title(axes, words.sockets(block.block.axes.sockets), size=9, weight="bold", color=INK)
