# SPDX-License-Identifier: MIT
"""Drops against the probability that an atomic allocation fails."""

from __future__ import annotations


from plots.drawing import conditions
from plots.drawing.drawn import Drawn
from plots.drawing.labels import label_ends
from plots.drawing.palette import mark
from plots.drawing.style import as_percent, canvas, log_x, panel_title, share_axis
from plots.verdicts.families import Family
from plots.verdicts.results import Results


def draw(family: Family, name: str, results: Results) -> Drawn:
    subtitle = ", ".join(conditions.of(family.shared, ["probability"])) + "; counted, one round"
    title = "Drops against failure probability"
    figure, (axes,) = canvas(title, subtitle, [2.8], left=0.7)
    xs = [b.block.axes.probability for b in family.blocks]
    ends, shares = {}, []
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
            shares += [y for _, y in points]
    log_x(axes, xs, as_percent)
    share_axis(axes, [*shares, min(xs) / 10], max(xs))
    axes.set_xlabel("failure probability of an atomic allocation (log scale)")
    panel_title(axes, "packets dropped (log scale, 0 at the bottom)")
    label_ends(axes, ends)
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Failures are injected by the rules of the kernel's failslab, drawn from a seed. If an operation fails, its packet is "
        "dropped, never sent unsigned or accepted unverified. These are counts, not estimates.",
        figure=figure,
    )
