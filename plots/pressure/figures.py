# SPDX-License-Identifier: MIT
"""Under memory pressure: failures against pages, losses against offered load, and the recovery after a burst."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from matplotlib import ticker

from plots.drawing import words
from plots.drawing.drawn import Drawn
from plots.drawing.labels import label_ends
from plots.drawing.palette import MUTED, mark
from plots.drawing.style import as_percent, canvas, interval_points, log_x, panel_title, plain_number, share_axis
from plots.pressure.estimates import named, of, rounds_of
from plots.pressure.rounds import PressureCell, PressureRound, Trial
from plots.pressure.words import telling, where
from plots.statistics.stats import Estimate
from plots.statistics.verdict import FLOOR
from plots.verdicts.families import Family
from plots.verdicts.question import Kind
from plots.verdicts.results import BlockResult, Results

_HALF_PERCENT = 0.005
_STEP = 1.01
"""The factor between two loads of a search (load_step of bench/pressure/load_search.hpp)."""
_WINDOW = 40
"""Points of a timeline that are shown, each a poll of 64 packets. The neighbour's burst ends within them."""
_BEFORE = 8
"""How many of them are before the first drop."""


def _edges(estimates: Iterable[Estimate]) -> list[float]:
    return [value for e in estimates for value in (e.median, e.low, e.high) if value is not None]


def _first(xs: Sequence[float], estimates: Sequence[Estimate]) -> tuple[float, float] | None:
    """The point with the fewest pages. It is at the right end, since the axis is inverted."""
    known = [(x, e.median) for x, e in zip(xs, estimates) if e.median is not None]
    return known[0] if known else None


def against_pages(family: Family, name: str, results: Results) -> Drawn:
    """Operations that were refused memory, and the share of lost packets that had their skb."""
    subtitle = where(family.shared, "pages") + f"; {words.rounds(len(rounds_of(b)) for b in family.blocks)}"
    title = "Failure rate against pages"
    figure, (rates, marginal) = canvas(title, subtitle, [2.4, 1.7], gap=0.62, left=0.7, right=1.35)
    pages = [float(block.block.axes.pages) for block in family.blocks]
    rate_ends: dict[str, tuple[float, float]] = {}
    marginal_ends: dict[str, tuple[float, float]] = {}
    seen: list[float] = []
    for number, strategy in enumerate(family.names):
        found = [named(block, strategy) for block in family.blocks]
        # Side by side, so that no interval hides another.
        beside = (number - (len(family.names) - 1) / 2) * 0.012
        xs = [x * (pages[-1] / pages[0]) ** -beside for x in pages]
        estimates = [p.failure_rate if p else Estimate() for p in found]
        interval_points(rates, strategy, xs, estimates)
        seen += _edges(estimates)
        if end := _first(xs, estimates):
            rate_ends[strategy] = end
        shares = [Estimate(p.marginal_share) if p else Estimate() for p in found]
        interval_points(marginal, strategy, xs, shares)
        if end := _first(xs, shares):
            marginal_ends[strategy] = end
    share_axis(rates, seen)
    most = max(0.01, marginal.get_ylim()[1])
    marginal.set_ylim(-0.05 * most, most)
    marginal.yaxis.set_major_locator(ticker.MaxNLocator(4))
    marginal.yaxis.set_major_formatter(ticker.FuncFormatter(as_percent))
    for axes in (rates, marginal):
        log_x(axes, pages, _pages)
        axes.invert_xaxis()
    panel_title(rates, "operations refused memory (log scale, 0 at the bottom)")
    panel_title(marginal, "received packets lost: share whose skb was granted")
    marginal.set_xlabel("pages in the zone (k: 1,024; log scale), fewer to the right")
    label_ends(rates, rate_ends)
    label_ends(marginal, marginal_ends)
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Above: median over rounds and its 95 % interval (order statistics); each round has its own seed. Sockets, "
        "strategies, the skb of each received packet and a neighbour's bursts share the pages; no failure is scripted. Below: "
        "all rounds together. 0: every packet that was lost had been refused its skb, and no strategy could have saved it. A "
        "strategy without a point lost no packet.",
        figure=figure,
    )


def _pages(value: float, _position: object = None) -> str:
    """512, 4k"""
    return f"{value:.0f}" if value < 1024 else f"{value / 1024:g}k"


_LOSSES: tuple[tuple[str, Callable[[Trial], int]], ...] = (
    ("lost for lack of a slot in the ring", lambda t: t.ring_losses),
    ("lost for lack of an skb", lambda t: t.skb_losses),
    ("lost for lack of memory for the operation", lambda t: t.operation_losses),
)


def _trials(cells: Sequence[PressureCell]) -> list[tuple[float, list[Trial]]]:
    """The loads that every round tried, ascending: as shares of the strategy's rate without pressure, each with its trials."""
    by_step: dict[int, list[tuple[float, Trial]]] = {}
    for cell in cells:
        for trial in cell.search.trials:
            share = trial.offered_pps * cell.search.service_ns / 1e9
            if share > 0 and trial.packets:
                by_step.setdefault(round(math.log(share) / math.log(_STEP)), []).append((share, trial))
    return [
        (sum(share for share, _ in found) / len(found), [trial for _, trial in found])
        for _, found in sorted(by_step.items())
        if len(found) == len(cells)
    ]


def against_load(family: Family, name: str, results: Results) -> Drawn:
    """Takes a family of one block: what is lost at the loads that all rounds tried."""
    (block,) = family.blocks
    subtitle = where(block.block.axes, "ring") + f", ring of {words.plural(block.block.axes.ring, 'slot')}; {words.plural(len(rounds_of(block)), 'round')}"
    title = "Loss against offered load"
    figure, panels = canvas(title, subtitle, [1.75, 1.75, 1.75], gap=0.5, left=0.7, right=1.35)
    for axes, (says, losses) in zip(panels, _LOSSES):
        ends: dict[str, tuple[float, float]] = {}
        seen: list[float] = []
        for p in of(block):
            tried = _trials([cell for r in rounds_of(block) if (cell := r.cell(p.name))])
            if p.name == FLOOR or not tried or not p.service_ns.median:
                continue
            style = mark(p.name)
            xs = [share * 1e3 / p.service_ns.median for share, _ in tried]
            ys = [sum(map(losses, trials)) / sum(t.packets for t in trials) for _, trials in tried]
            axes.plot(
                xs, ys, color=style.light, marker=style.marker, markersize=3.5,
                markeredgewidth=1.2 if style.marker == "|" else 0.5, linewidth=1.1, clip_on=False,
            )  # fmt: skip
            seen += ys
            ends[p.name] = (xs[-1], ys[-1])
        share_axis(axes, seen, _HALF_PERCENT)
        axes.axhline(_HALF_PERCENT, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
        axes.grid(False, axis="x")
        panel_title(axes, says)
        label_ends(axes, ends)
    panels[-1].set_xlabel("offered, million packets a second")
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="Shares of the packets offered, all rounds together; log scale with 0 at the bottom. Dashed: 0.5 %. Arrivals "
        "are Poisson, in virtual time. A packet takes the time that it took in the same process without the zone (here the median "
        "over rounds), so a faster strategy reaches further right. The neighbour's time is counted in packets, so its bursts cost "
        "the same at low and at high load. null, the floor, would reach ten times as far and is left out.",
        figure=figure,
    )


def _burst(cells: Sequence[PressureCell]) -> tuple[int, int]:
    """The window of the timeline, as indices, in which these strategies together lost the most packets."""
    lost = [sum(drops) for drops in zip(*([d for _, _, d in cell.timeline] for cell in cells))]
    last = len(lost) - 1
    # Of windows with equal losses the last one: it begins where the losses begin.
    best = max(range(len(lost)), key=lambda i: (lost[min(i + _WINDOW - _BEFORE, last)] - lost[i], i), default=0)
    start = max(0, best - _BEFORE)
    return start, min(start + _WINDOW, len(lost))


def _lost(shown: PressureRound) -> int:
    return sum(cell.timeline[-1][2] for cell in shown.cells if cell.timeline)


def recovery(family: Family, name: str, results: Results) -> Drawn:
    """Takes a family of one block: free pages and packets lost, around the burst that cost most, in one round."""
    (block,) = family.blocks
    middle = sorted(rounds_of(block), key=_lost)
    shown = middle[(len(middle) - 1) // 2]
    cells = [cell for p in of(block) if (cell := shown.cell(p.name)) and cell.timeline]
    start, end = _burst(cells)
    subtitle = where(block.block.axes) + f"; round {shown.round}, the middle one of {len(middle)}"
    title = "Recovery after a burst"
    figure, (pages, lost) = canvas(title, subtitle, [1.9, 2.1], gap=0.55, left=0.6, right=1.35)
    lost_ends: dict[str, tuple[float, float]] = {}
    for cell in cells:
        window = cell.timeline[start:end]
        style = mark(cell.name)
        packets = [float(packet) for packet, _, _ in window]
        free = [float(free) for _, free, _ in window]
        drops = [float(drops - window[0][2]) for _, _, drops in window]
        for axes, values in ((pages, free), (lost, drops)):
            axes.plot(packets, values, color=style.light, linewidth=1.3)
            axes.plot(packets[-1:], values[-1:], color=style.light, marker=style.marker, clip_on=False)
        lost_ends[cell.name] = (packets[-1], drops[-1])
    for axes, says in ((pages, "pages free"), (lost, "packets lost since the left edge, skb or operation refused")):
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(plain_number)
        axes.yaxis.set_major_locator(ticker.MaxNLocator(5, integer=True))
        axes.xaxis.set_major_formatter(plain_number)
        axes.locator_params(axis="x", nbins=4)
        axes.grid(False, axis="x")
        axes.margins(x=0.01)
        panel_title(axes, says)
    lost.set_xlabel("packet")
    label_ends(lost, lost_ends)
    return Drawn(
        name=name,
        title=title,
        subtitle=subtitle,
        caption="The burst of one round that cost these strategies together the most packets. The neighbour takes the same pages "
        "beside each strategy and gives them back when the reclaimer asks. A line that is level again has recovered. These are "
        "counts of one round, so there is no interval; the tables have all rounds.",
        figure=figure,
    )


def _pressed(block: BlockResult) -> bool:
    return bool(of(block))


KINDS = (
    Kind("pressure", "failure rate against pages", "pages", 2, _pressed, against_pages,
         "two blocks under memory pressure that differ only in pages"),
    Kind("load", "loss against offered load", "pages", 1, _pressed, against_load,
         "a block under memory pressure (pages = 1024)", each=telling),
    Kind("recovery", "recovery after a burst", "pages", 1, _pressed, recovery,
         "a block under memory pressure (pages = 1024)", each=telling),
)  # fmt: skip
