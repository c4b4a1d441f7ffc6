# SPDX-License-Identifier: MIT
"""Cost against the number of sockets: time above, the ratio to the baseline below."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.drawing.drawn import Drawn
from plots.drawing.labels import label_ends
from plots.drawing.palette import BAND, MUTED
from plots.drawing.style import canvas, interval_points, log_x, panel_title
from plots.statistics.stats import Estimate
from plots.statistics.verdict import FLOOR
from plots.verdicts.families import Family
from plots.verdicts.results import Results


def draw(family: Family, name: str, results: Results) -> Drawn:
    subtitle = ", ".join(conditions.of(family.shared, ["sockets"])) + "; " + words.rounds(len(b.timed) for b in family.blocks)
    title = "Cost against the number of sockets"
    figure, (times, ratios) = canvas(title, subtitle, [2.1, 2.1], gap=0.6)
    xs = [float(block.block.axes.sockets) for block in family.blocks]
    time_ends: dict[str, tuple[float, float]] = {}
    ratio_ends: dict[str, tuple[float, float]] = {}
    for strategy in family.names:
        found = [block.strategy(strategy) for block in family.blocks]
        ns = [s.ns_per_packet if s else Estimate() for s in found]
        interval_points(times, strategy, xs, ns)
        time_ends |= _end(strategy, xs, ns)
        if strategy != FLOOR:
            ratio = [s.ratio if s else Estimate() for s in found]
            interval_points(ratios, strategy, xs, ratio)
            ratio_ends |= _end(strategy, xs, ratio)
    times.set_ylim(bottom=0)
    log_x(times, xs)
    log_x(ratios, xs)
    low, high = ratios.get_xlim()
    edges = [low, *((a * b) ** 0.5 for a, b in zip(xs, xs[1:])), high]
    for block, left, right in zip(family.blocks, edges, edges[1:]):
        ratios.fill_between([left, right], 1 - block.margin, 1 + block.margin, color=BAND, linewidth=0, zorder=0)
    ratios.set_xlabel("sockets (log scale)")
    panel_title(times, "ns per packet")
    panel_title(ratios, f"ratio to {results.run.baseline} (grey: the margin of “same”)")
    label_ends(times, time_ends)
    label_ends(ratios, ratio_ends)
    ratios.tick_params(axis="y", colors=MUTED)
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Above: median over rounds and its 95 % interval (order statistics). Below: the ratio, taken turn "
        "against turn, with the corrected interval that the verdict uses. null, the floor, is shown only above.",
        figure=figure,
    )


def _end(strategy: str, xs: list[float], estimates: list[Estimate]) -> dict[str, tuple[float, float]]:
    known = [(x, e.median) for x, e in zip(xs, estimates) if e.median is not None]
    return {strategy: known[-1]} if known else {}
