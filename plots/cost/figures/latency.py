# SPDX-License-Identifier: MIT
"""Latency percentiles in open loop: response (from the intended arrival) and service, for one block."""

from __future__ import annotations

from matplotlib import ticker

from plots.cost.words import latency as caption_of
from plots.drawing import conditions, words
from plots.drawing.drawn import Drawn
from plots.drawing.labels import label_ends
from plots.drawing.style import canvas, interval_points, panel_title, plain_number
from plots.statistics.stats import median
from plots.verdicts.families import Family
from plots.verdicts.results import Results
from plots.verdicts.timed import PERCENTILES, TimedRound


def _offered(rounds: tuple[TimedRound, ...]) -> str:
    offered = median([r.offered_pps for r in rounds if r.offered_pps is not None])
    return f", {offered / 1e6:.2f} million packets a second offered" if offered else ""


def draw(family: Family, name: str, results: Results) -> Drawn:
    """Takes a family of one block."""
    (block,) = family.blocks
    subtitle = ", ".join(conditions.of(block.block.axes)) + _offered(block.timed)
    subtitle += f"; {words.plural(len(block.timed), 'round')}"
    title = "Latency percentiles"
    figure, panels = canvas(title, subtitle, [2.1, 2.1], gap=0.6, left=0.6)
    xs = [float(i) for i in range(len(PERCENTILES))]
    for axes, kind, says in zip(
        panels, ("response", "service"), ("response, ns, from the intended arrival", "service, ns, from its start")
    ):
        ends = {}
        for s in block.strategies:
            if s.latency:
                estimates = [s.latency[kind].percentiles[p] for p in PERCENTILES]
                interval_points(axes, s.name, xs, estimates)
                if estimates[-1].median is not None:
                    ends[s.name] = (xs[-1], estimates[-1].median)
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(ticker.FuncFormatter(plain_number))
        low, high = axes.get_ylim()
        axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5) if high / low < 200 else (1,)))
        axes.yaxis.set_minor_locator(ticker.NullLocator())
        axes.set_xticks(xs, ["50 %", "90 %", "99 %", "99.9 %"])
        axes.grid(False, axis="x")
        panel_title(axes, f"{says} (log scale)")
        label_ends(axes, ends)
    panels[-1].set_xlabel("share of packets that are at least as fast")
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Median over rounds of each round's percentile, with its 95 % interval (order statistics). Every "
        f"strategy is offered the same rate, a share of {results.run.baseline}'s capacity, so a faster one is less loaded. The ratios "
        f"in the tables are closed loop. {caption_of(block).capitalize()}.",
        figure=figure,
    )
