# SPDX-License-Identifier: MIT
"""Memory against the number of sockets, with the crossovers."""

from __future__ import annotations

import math
from typing import Any

from plots.drawing import words
from plots.drawing.drawn import Drawn
from plots.drawing.labels import label_ends
from plots.drawing.palette import INK, PAPER
from plots.drawing.style import canvas, counted_subtitle, log_x, panel_title, plain_number
from plots.memory.estimates import Crossover, of
from plots.memory.figures.bytes import bytes_axis, line
from plots.memory.fits import shared_axes
from plots.verdicts.families import Family
from plots.verdicts.results import Results
from plots.verdicts.words import caption

_NEAR = 1.6
"""Crossovers within this factor get one label."""

_LABEL = 10
"""The width of a label, as a factor on the axis of sockets."""


def _crossings(family: Family, results: Results) -> list[Crossover]:
    """Crossovers of the baseline with other strategies, at this family's possible CPUs.

    Only for one algorithm and the protocol's own scratch, for which crossovers are computed.
    """
    shared = family.shared
    if shared.algorithms != 1 or shared.scratch != "own":
        return []
    found = of(results).crossing(shared_axes(shared), results.run.baseline)
    return sorted((c for c in found if c.cpus == shared.possible_cpus), key=lambda c: c.sockets)


def _mark_crossings(axes: Any, crossings: list[Crossover], results: Results, most: float) -> None:
    """A ring at each crossover, and the number of sockets above it. Near crossovers share a label."""
    near: list[list[tuple[int, float]]] = []
    for crossing in crossings:
        steeper = of(results).fit_in(crossing.shared, crossing.a)
        if steeper is None or crossing.sockets > most:
            continue
        at = (crossing.sockets, steeper.of(crossing.sockets, crossing.cpus))
        axes.plot(*at, marker="o", markersize=9, markerfacecolor="none", markeredgecolor=INK, markeredgewidth=1, zorder=4)
        if near and at[0] <= near[-1][0][0] * _NEAR:
            near[-1].append(at)
        else:
            near.append([at])
    beyond = 0.0
    for group in near:
        low, high = group[0][0], group[-1][0]
        # Below its ring if the label before takes the room above.
        ha, offset = ("left", (6, -14)) if low < beyond else ("right", (-4, 9))
        beyond = high * _LABEL
        text = words.count(low) if low == high else f"{words.count(low)}–{words.count(high)}"
        axes.annotate(
            text, (low, max(y for _, y in group)), xytext=offset, textcoords="offset points", ha=ha, size=8, color=INK,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.8},
        )  # fmt: skip


def against_sockets(family: Family, name: str, results: Results) -> Drawn:
    """Live bytes of every block, with half and with all sockets open."""
    subtitle = counted_subtitle(family.shared, ["sockets"])
    title = "Memory against the number of sockets"
    figure, (axes,) = canvas(title, subtitle, [3.0], left=0.65, right=1.6)
    ends, texts, xs, halves, most = {}, {}, set(), set(), 0.0
    for strategy in family.names:
        counted = [s.memory for b in family.blocks if (s := b.strategy(strategy)) and s.memory and not s.memory.open_error]
        points = sorted({(float(m.sockets_half), float(m.half.bytes)) for m in counted if m.sockets_half}
                        | {(float(m.sockets), float(m.open.bytes)) for m in counted})
        if points:
            ends[strategy] = line(axes, strategy, points)
            texts[strategy] = f"{strategy} {words.per_socket(counted[-1].bytes_per_socket)}"
            xs |= {float(m.sockets) for m in counted}
            halves.add(points[0][0])
            most = max(most, points[-1][1])
    # With many ticks, only those at decades. A tick at half the sockets only if there is one block.
    ticks = {x for x in xs if math.log10(x).is_integer()} if len(xs) > 5 else xs | (halves if len(family.blocks) == 1 else set())
    log_x(axes, sorted(ticks), show=_short if len(xs) > 5 else plain_number, start=min(halves))
    bytes_axis(axes, most)
    crossings = _crossings(family, results)
    _mark_crossings(axes, crossings, results, max(xs))
    axes.set_xlabel("sockets open (log scale)")
    panel_title(axes, "live bytes, as requested (log scale above 1 KiB)")
    label_ends(axes, ends, texts)
    rings = (
        f" Rings: crossovers with {results.run.baseline}, by the fits. From there on, more bytes per socket are also more in all."
        if crossings
        else ""
    )
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Exact bytes from the ledger of a counted round; they do not depend on cache or load. Nothing is estimated, so there is no "
        f"interval. The number beside a name: bytes per socket, the slope between half and all sockets open.{rings}{caption(family.blocks)}",
        figure=figure,
    )


def _short(value: float, _position: object = None) -> str:
    """100, 1k, 10k, 1M: for axes with many ticks."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
