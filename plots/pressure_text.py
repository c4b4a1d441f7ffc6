# SPDX-License-Identifier: MIT
"""Memory pressure as plain text, 72 columns: for a mail, and for the table that ends a run."""

from __future__ import annotations

from plots import words
from plots.pressure_words import load, rate, rate_interval, recovery
from plots.results import BlockResult


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
    return lines


def bearing(block: BlockResult) -> list[str]:
    """A line for each strategy: what it holds, what load it bears, how it recovers."""
    lines = [f"{'':18}{'pages':>6}{'lossless':>15}{'0.5 %':>15}{'burst':>6}{'recovery':>12}"]
    for p in block.pressure:
        lines.append(
            f"{p.name:<18.18}{p.pages_open:>6,.0f}{load(p.lossless_pps, p.lossless_share):>15}"
            f"{load(p.half_percent_loss_pps, p.half_percent_loss_share):>15}{p.burst_longest:>6,}{recovery(p):>12}"
        )
    return lines


def both(block: BlockResult) -> list[str]:
    """All of a block."""
    return ["", heading(block), *failures(block), "", *bearing(block)]
