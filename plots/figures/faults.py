# SPDX-License-Identifier: MIT
"""Drops against the probability that an atomic allocation fails."""

from __future__ import annotations

from matplotlib import ticker

from plots import words
from plots.families import Family
from plots.figures.labels import label_ends
from plots.figures.palette import mark
from plots.figures.style import Drawn, canvas, log_x, panel_title
from plots.results import Results


def draw(family: Family, name: str, results: Results) -> Drawn:
    subtitle = ", ".join(words.conditions(family.shared, ["probability"])) + "; counted, one round"
    title = "Drops against failure probability"
    figure, (axes,) = canvas(title, subtitle, [2.8], left=0.7)
    xs = [b.block.axes.probability for b in family.blocks]
    lowest = min(xs) / 10
    ends = {}
    for strategy in family.names:
        points = [
            (b.block.axes.probability, s.counted_drops / s.counted_packets)
            for b in family.blocks
            if (s := b.strategy(strategy)) and s.counted_packets
        ]
        if points:
            style = mark(strategy)
            axes.plot(
                [x for x, _ in points], [y for _, y in points], color=style.light, marker=style.marker, clip_on=False
            )
            ends[strategy] = points[-1]
    log_x(axes, xs, lambda value, _: f"{value * 100:g} %")
    axes.set_yscale("symlog", linthresh=lowest, linscale=0.5)
    axes.yaxis.set_major_locator(ticker.FixedLocator([0, *(10.0**i for i in range(-8, 1) if 10.0**i >= lowest)]))
    axes.yaxis.set_minor_locator(ticker.NullLocator())
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value * 100:g} %"))
    axes.set_ylim(-lowest / 5, max(1e-12, max(y for _, y in ends.values()), max(xs)) * 2)
    axes.set_xlabel("failure probability of an atomic allocation (log scale)")
    panel_title(axes, "packets dropped (log scale, 0 at the bottom)")
    label_ends(axes, ends)
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Failures are injected as the kernel's failslab does, seeded; a packet whose operation failed is "
        "dropped, never sent unsigned or accepted unverified. These are counts, not estimates.",
        figure=figure,
    )
