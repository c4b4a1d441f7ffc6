# SPDX-License-Identifier: MIT
"""Memory pressure as plain text, 72 columns: for a mail, and for the table that ends a run."""

from __future__ import annotations

from collections.abc import Callable

from plots.drawing import words
from plots.verdicts.families import Family
from plots.drawing.layout import Table, beside, fill
from plots.pressure.estimates import PressureResult
from plots.pressure.words import arena, found_in, load, load_interval, packets, rate, rate_interval, recovery
from plots.verdicts.results import BlockResult


def heading(block: BlockResult) -> str:
    """512 pages, 7 rounds"""
    return f"{words.plural(block.block.axes.pages, 'page')}, {words.plural(len(block.block.pressure), 'round')}"


def failures(block: BlockResult) -> list[str]:
    """A line for each strategy: what was refused, and what was lost."""
    lines = [f"{'':18}{'refused':>9}{'interval':>15}{'marginal':>10}{'no skb':>10}{'TX':>10}"]
    for p in block.pressure:
        lines.append(
            f"{p.name:<18.18}{rate(p.failure_rate.median):>9}{rate_interval(p.failure_rate):>15}"
            f"{p.marginal_drops:>10,}{p.skb_refused:>10,}{p.tx_refused:>10,}"
        )
    return [*lines, *fill(packets(block))]


def bearing(block: BlockResult) -> list[str]:
    """A line for each strategy and each of both loads: what it holds, what it bears, how it recovers."""
    lines = [f"{'':18}{'lossless':>15}{'found in':>10}{'interval':>13}{'pages':>8}{'arena':>8}"]
    for p in block.pressure:
        lines.append(
            f"{p.name:<18.18}{load(p.lossless_pps, p.lossless_share):>15}{found_in(p.lossless_rounds, p):>10}"
            f"{load_interval(p.lossless_pps):>13}{p.pages_open:>8,.0f}{arena(p):>8}"
        )
    lines += ["", f"{'':18}{'0.5 %':>14}{'found in':>9}{'interval':>12}{'burst':>6}{'recovery':>13}"]
    for p in block.pressure:
        lines.append(
            f"{p.name:<18.18}{load(p.half_percent_loss_pps, p.half_percent_loss_share):>14}"
            f"{found_in(p.half_percent_loss_rounds, p):>9}{load_interval(p.half_percent_loss_pps):>12}"
            f"{p.burst_longest:>6,}{recovery(p):>13}"
        )
    return lines


def over_pages(family: Family) -> list[str]:
    """What tells most of each of several blocks, side by side."""
    columns = [f"{block.block.axes.pages:,}" for block in family.blocks]
    said: list[tuple[str, Callable[[PressureResult], str]]] = [
        ("Operations refused", lambda p: rate(p.failure_rate.median)),
        ("Highest load with 0.5 % lost", lambda p: load(p.half_percent_loss_pps, None)),
    ]
    lines = []
    for heading, say in said:
        rows = [
            (name, [say(p) if (p := block.under_pressure(name)) else "-" for block in family.blocks]) for name in family.names
        ]
        lines += beside(Table(f"{heading}, by pages of the zone:", columns, rows, []))
    return lines


def both(block: BlockResult) -> list[str]:
    """All of a block."""
    return ["", heading(block), *failures(block), "", *bearing(block)]
