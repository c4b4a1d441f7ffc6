# SPDX-License-Identifier: MIT
"""Bytes as lines over a logarithmic axis."""

from __future__ import annotations

from typing import Any

from matplotlib import ticker

from plots.drawing import words
from plots.drawing.palette import mark

_LINEAR_BELOW = 1024
"""Bytes. Below this the axis is linear, so that it can show 0."""


def bytes_axis(axes: Any, most: float) -> None:
    """A logarithmic y axis of bytes, up to above `most`."""
    axes.set_yscale("symlog", linthresh=_LINEAR_BELOW, linscale=0.5)
    ticks = [0.0, *(1024.0 * 32**i for i in range(8) if 1024.0 * 32**i < most * 6)]
    axes.yaxis.set_major_locator(ticker.FixedLocator(ticks))
    axes.yaxis.set_minor_locator(ticker.NullLocator())
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: words.size(value)))
    axes.set_ylim(-100, max(most * 2, 2 * _LINEAR_BELOW))


def line(axes: Any, strategy: str, points: list[tuple[float, float]]) -> tuple[float, float]:
    """Draws a strategy's points; returns the last."""
    style = mark(strategy)
    axes.plot(
        [x for x, _ in points], [y for _, y in points], color=style.light, marker=style.marker,
        markeredgewidth=1.4 if style.marker == "|" else 0.6, clip_on=False,
    )
    return points[-1]
