# SPDX-License-Identifier: MIT
"""Direct labels: each line's name at its right end, moved apart if they would overlap."""

from __future__ import annotations

from typing import Any

from plots.drawing.palette import RULE, mark

_STEP = 11.5
"""Points between two labels."""


def spread(wanted: list[float], step: float, low: float, high: float) -> list[float]:
    """Positions as near as possible to the wanted (ascending) ones, at least `step` apart, from `low` to `high`.

    Overlapping neighbours are pooled and centred on their mean, as in isotonic regression. If they do not all fit, they
    start at `low`.
    """
    groups: list[tuple[list[float], float]] = []  # the wanted positions of its members, the position of its first one
    for position in wanted:
        members = [position]
        while True:
            first = sum(members) / len(members) - step * (len(members) - 1) / 2
            first = max(low, min(first, high - step * (len(members) - 1)))
            if not groups or groups[-1][1] + step * len(groups[-1][0]) <= first + 1e-9:
                break
            members = groups.pop()[0] + members
        groups.append((members, first))
    return [first + step * i for members, first in groups for i in range(len(members))]


def label_ends(axes: Any, ends: dict[str, tuple[float, float]], texts: dict[str, str] | None = None) -> None:
    """Writes each strategy's name (or text) to the right of the axes, beside its last point (x, y in data)."""
    if not ends:
        return
    figure = axes.figure
    scale = 72 / figure.dpi
    box = axes.get_window_extent()
    pixels = {name: axes.transData.transform(end) for name, end in ends.items()}
    # Lines that end at the same height keep the order in which they are listed.
    order = sorted(ends, key=lambda name: (round(pixels[name][1], 1), -list(ends).index(name)))
    wanted = [(pixels[name][1] - box.y0) * scale for name in order]
    for name, y in zip(order, spread(wanted, _STEP, 0, max(box.height * scale, _STEP * (len(order) - 1)))):
        x_end, y_end = ends[name]
        colour = mark(name).light
        axes.annotate(
            (texts or {}).get(name, name),
            xy=(x_end, y_end),
            xytext=(box.width * scale + 10, y),
            textcoords=axes_points(axes),
            va="center",
            size=8.5,
            color=colour,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": RULE, "linewidth": 0.7, "shrinkA": 1, "shrinkB": 4, "relpos": (0, 0.5)},
        )


def axes_points(axes: Any) -> Any:
    """Coordinates in points from the axes' lower left corner."""
    from matplotlib.transforms import Affine2D, ScaledTranslation

    corner = axes.transAxes.transform((0, 0)) / axes.figure.dpi
    return Affine2D().scale(1 / 72) + axes.figure.dpi_scale_trans + ScaledTranslation(
        corner[0], corner[1], axes.figure.dpi_scale_trans
    )
