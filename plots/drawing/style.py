# SPDX-License-Identifier: MIT
"""The look of every figure: narrow enough for a phone, thin lines, labels at the lines instead of legends."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib

matplotlib.use("agg")

from matplotlib import pyplot as plt  # noqa: E402
from matplotlib import ticker  # noqa: E402

from plots.drawing import conditions  # noqa: E402
from plots.drawing.palette import INK, MUTED, PAPER, RULE, mark  # noqa: E402
from plots.run.axes import Axes  # noqa: E402
from plots.statistics.stats import Estimate  # noqa: E402

WIDTH = 4.7
"""Inches: 338 points, so that type of 9 points stays readable at 360 pixels."""

# Inches: the left edge of all text, and the height of each line above the axes.
EDGE, _TITLE, _SUB = 0.08, 0.24, 0.165

# Inches in a key: a letter of 8 points, and the widest gap between two entries.
_LETTER, _WIDEST_GAP = 0.066, 0.3

plt.rcParams.update(
    {
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "text.color": INK,
        "axes.labelcolor": MUTED,
        "axes.labelsize": 8.5,
        "axes.edgecolor": RULE,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": RULE,
        "grid.linewidth": 0.6,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelsize": 8.5,
        "ytick.labelsize": 8.5,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "lines.linewidth": 1.4,
        "lines.markersize": 5,
        "svg.fonttype": "none",
        "figure.facecolor": PAPER,
        "axes.facecolor": "none",
    }
)


def canvas(
    title: str, subtitle: str, heights: Sequence[float], gap: float = 0.42, left: float = 0.55, right: float = 1.38,
    above: float = 0.0,
) -> tuple[Any, list[Any]]:
    """A figure with title, conditions, and below them panels of these heights (inches). `above`: extra inches above the
    first panel."""
    lines = textwrap.wrap(subtitle, 77)
    top = _TITLE + _SUB * len(lines) + 0.4 + above
    bottom = 0.5
    height = top + sum(heights) + gap * (len(heights) - 1) + bottom
    figure = plt.figure(figsize=(WIDTH, height))
    figure.text(EDGE / WIDTH, 1 - 0.08 / height, title, va="top", weight="bold", size=10.5)
    for number, line in enumerate(lines):
        y = 1 - (0.1 + _TITLE + _SUB * number) / height
        figure.text(EDGE / WIDTH, y, line, va="top", size=8, color=MUTED)
    panels, y = [], height - top
    for panel in heights:
        y -= panel
        panels.append(figure.add_axes((left / WIDTH, y / height, 1 - (left + right) / WIDTH, panel / height)))
        y -= gap
    return figure, panels


def interval_points(
    axes: Any, strategy: str, xs: Sequence[float], estimates: Sequence[Estimate], line: bool = True
) -> None:
    """Medians joined by a line, each with its interval as a bar."""
    known = [(x, e) for x, e in zip(xs, estimates) if e.median is not None]
    style = mark(strategy)
    axes.plot(
        [x for x, _ in known],
        [e.median for _, e in known],
        color=style.light,
        marker=style.marker,
        markeredgewidth=1.4 if style.marker == "|" else 0.6,
        markersize=8 if style.marker == "|" else 5,
        markeredgecolor=style.light,
        linestyle="-" if line and len(known) > 1 else "none",
    )
    for x, e in known:
        if e.low is not None and e.high is not None:
            axes.plot([x, x], [e.low, e.high], color=style.light, linewidth=3, alpha=0.35, solid_capstyle="butt")


def plain_number(value: float, _position: object = None) -> str:
    """1,000 instead of 10^3. Usable as a matplotlib formatter."""
    return f"{value:,.0f}" if value >= 1 or value == 0 else f"{value:g}"


def as_percent(value: float, _position: object = None) -> str:
    """0.01 -> 1 %"""
    return f"{value * 100:g} %"


_LOWEST = 1e-5
"""The lowest share that gets room on a log scale. Lower shares are a matter of single packets."""


def share_axis(axes: Any, shares: Iterable[float], most: float | None = None) -> None:
    """Shares on a log scale with a linear step at the bottom, where 0 is."""
    known = [share for share in shares if share > 0]
    lowest = max(_LOWEST, 10.0 ** math.floor(math.log10(min(known)))) if known else 0.001
    highest = max([*known, most or 0, lowest * 10])
    axes.set_yscale("symlog", linthresh=lowest, linscale=0.5)
    decades = range(round(math.log10(lowest)), 1)
    every = 1 + len(decades) // 5
    axes.yaxis.set_major_locator(ticker.FixedLocator([0, *(10.0**i for i in decades[::every])]))
    axes.yaxis.set_minor_locator(ticker.NullLocator())
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(as_percent))
    axes.set_ylim(-lowest / 4, min(highest * 2, 1.3))


def counted_subtitle(axes: Axes, without: Sequence[str]) -> str:
    """The conditions under which bytes were counted."""
    return ", ".join(conditions.counted(axes, without)) + "; counted, one round"


def strategy_rows(axes: Any, names: Sequence[str]) -> None:
    """A row for each strategy, from the top, its name at the left in its colour."""
    axes.set_yticks(range(len(names)), list(reversed(names)))
    for tick, name in zip(axes.get_yticklabels(), reversed(names)):
        tick.set_color(mark(name).light)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.grid(False, axis="y")


def log_x(axes: Any, ticks: Sequence[float], show: Any = plain_number, start: float | None = None) -> None:
    """A logarithmic x axis with a tick where something was measured; `start`: the first x, if it has no tick."""
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(ticker.FixedLocator(sorted(set(ticks))))
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(show))
    low, high = min([*ticks, *([start] if start else [])]), max(ticks)
    pad = (high / low) ** 0.05 if high > low else 2
    axes.set_xlim(low / pad, high * pad)
    axes.grid(False, axis="x")


def panel_title(axes: Any, text: str, **style: Any) -> None:
    """A panel's title or y label, above it at the figure's left edge: it is read without turning the head."""
    inset = axes.get_position().x0 * WIDTH - EDGE
    look = {"size": 8.5, "color": MUTED, **style}
    axes.annotate(text, (0, 1), xycoords="axes fraction", xytext=(-72 * inset, 7), textcoords="offset points", **look)


def colour_key(figure: Any, entries: Sequence[tuple[str, str, str]]) -> None:
    """A row below the conditions and above the panels: for each entry a sign, its colour, and what it means."""
    height = figure.get_size_inches()[1]
    top = max(axes.get_position().y1 for axes in figure.axes) * height + 0.34
    wide = [0.14 + _LETTER * len(text) for _, _, text in entries]
    gap = min(_WIDEST_GAP, (WIDTH - 2 * EDGE - sum(wide)) / max(1, len(entries) - 1))
    x = EDGE
    for (sign, colour, text), width in zip(entries, wide):
        figure.text(x / WIDTH, top / height, sign, color=colour, size=9, va="baseline")
        figure.text((x + 0.14) / WIDTH, top / height, text, color=MUTED, size=8, va="baseline")
        x += width + gap
