# SPDX-License-Identifier: MIT
"""Packets a second against the number of operations that an engine can hold."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.drawing.drawn import Drawn
from plots.drawing.labels import label_ends
from plots.drawing.style import canvas, interval_points, log_x, panel_title
from plots.in_flight.estimates import named, of, rounds_of
from plots.statistics.stats import Estimate
from plots.verdicts.families import Family
from plots.verdicts.question import Kind
from plots.verdicts.results import Results


def _millions(e: Estimate) -> Estimate:
    return Estimate(*(None if v is None else v / 1e6 for v in (e.median, e.low, e.high)))


def draw(family: Family, name: str, results: Results) -> Drawn:
    title = "Packets a second against operations in flight"
    subtitle = ", ".join(conditions.of(family.shared, ["in_flight", "cache", "load"])) + "; " + words.rounds(
        len(rounds_of(b)) for b in family.blocks
    )
    figure, (axes,) = canvas(title, subtitle, [3.0])
    xs = [float(b.block.axes.in_flight) for b in family.blocks]
    ends: dict[str, tuple[float, float]] = {}
    for strategy in family.names:
        found = [_millions(f.pps) if (f := named(b, strategy)) else Estimate() for b in family.blocks]
        interval_points(axes, strategy, xs, found)
        known = [(x, e.median) for x, e in zip(xs, found) if e.median is not None]
        if known:
            ends[strategy] = known[-1]
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _position: f"{value:g}")
    log_x(axes, xs)
    axes.set_xlabel("operations that the engine can hold (log scale)")
    panel_title(axes, "million packets a second, virtual time (log scale)")
    label_ends(axes, ends)
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Median over rounds and its 95 % interval (order statistics). A flat line: the strategy holds one operation per CPU; or "
        "its operations are on the stack and cannot go to the engine, and the CPU computes them as fast as it can.",
        figure=figure,
    )


KINDS = (
    Kind("in_flight", "packets a second against operations in flight", "in_flight", 2, lambda b: bool(of(b)), draw,
         "two blocks with an engine that differ only in its depth (in_flight = [1, 64])"),
)  # fmt: skip
