# SPDX-License-Identifier: MIT
"""Memory pressure as plain text, 72 columns: for a mail, and for the table that a run prints at its end."""

from __future__ import annotations

from collections.abc import Callable

from plots.drawing import words
from plots.drawing.layout import Table, beside, fill, underlined
from plots.pressure.estimates import PressureResult, named, of, rounds_of
from plots.verdicts.families import Family, families
from plots.pressure.words import (
    LEGEND, arena, found_in, load, load_interval, notes, order, packets, rate, rate_interval, recovery, telling, where,
)  # fmt: skip
from plots.verdicts.results import BlockResult, Results


def heading(block: BlockResult) -> str:
    """512 pages, 7 rounds"""
    return f"{words.plural(block.block.axes.pages, 'page')}, {words.plural(len(rounds_of(block)), 'round')}"


def failures(block: BlockResult) -> list[str]:
    """A line for each strategy: what was refused, and what was lost."""
    lines = [f"{'':18}{'refused':>9}{'interval':>15}{'marginal':>10}{'no skb':>10}{'TX':>10}"]
    for p in of(block):
        lines.append(
            f"{p.name:<18.18}{rate(p.failure_rate.median):>9}{rate_interval(p.failure_rate):>15}"
            f"{p.marginal_drops:>10,}{p.skb_refused:>10,}{p.tx_refused:>10,}"
        )
    return [*lines, *fill(packets(block))]


def bearing(block: BlockResult) -> list[str]:
    """Two lines for each strategy, one for each load: what it bears, what it holds, how it recovers."""
    lines = [f"{'':18}{'lossless':>15}{'found in':>10}{'interval':>13}{'pages':>8}{'arena':>8}"]
    for p in of(block):
        lines.append(
            f"{p.name:<18.18}{load(p.lossless_pps, p.lossless_share):>15}{found_in(p.lossless_rounds, p):>10}"
            f"{load_interval(p.lossless_pps):>13}{p.pages_open:>8,.0f}{arena(p):>8}"
        )
    lines += ["", f"{'':18}{'0.5 %':>14}{'found in':>9}{'interval':>12}{'burst':>6}{'recovery':>13}"]
    for p in of(block):
        lines.append(
            f"{p.name:<18.18}{load(p.half_percent_loss_pps, p.half_percent_loss_share):>14}"
            f"{found_in(p.half_percent_loss_rounds, p):>9}{load_interval(p.half_percent_loss_pps):>12}"
            f"{p.burst_longest:>6,}{recovery(p):>13}"
        )
    return lines


def over_pages(family: Family) -> list[str]:
    """The two most important numbers of several blocks, side by side."""
    columns = [f"{block.block.axes.pages:,}" for block in family.blocks]
    said: list[tuple[str, Callable[[PressureResult], str]]] = [
        ("Operations refused", lambda p: rate(p.failure_rate.median)),
        ("Highest load with 0.5 % lost", lambda p: load(p.half_percent_loss_pps, None)),
    ]
    lines = []
    for heading, say in said:
        rows = [
            (name, [say(p) if (p := named(block, name)) else "-" for block in family.blocks]) for name in family.names
        ]
        lines += beside(Table(f"{heading}, by pages of the zone:", columns, rows, []))
    return lines


def both(block: BlockResult) -> list[str]:
    """All lines of a block."""
    return ["", heading(block), *failures(block), "", *bearing(block)]


def mail(results: Results) -> list[str]:
    """Which strategies are refused more than others; then for each family of pages the block that tells most, and the others
    beside it."""
    blocks = [block for block in results.blocks if of(block)]
    if not blocks:
        return []
    lines = fill(LEGEND)
    for text in order(results):
        lines += ["", *fill(text)]
    for family in families(blocks, "pages"):
        lines += underlined(where(family.shared, "pages"))
        told = telling(list(family.blocks))
        lines += both(told)
        lines += over_pages(family) if len(family.blocks) > 1 else []
        for block in family.blocks:
            pages = "" if len(family.blocks) == 1 else f"{words.plural(block.block.axes.pages, 'page')}: "
            lines += [line for note in notes(block) for line in fill(f"! {pages}{note}")]
    more = len(blocks) - len(families(blocks, "pages"))
    rest = f"All numbers of {words.plural(more, 'more block')} are in report.html, which tfmbench report writes."
    return lines + (["", *fill(rest)] if more else [])


def table(results: Results) -> list[str]:
    """For the end of a run: what was refused and lost in each block."""
    lines = []
    for family in families([block for block in results.blocks if of(block)], "pages"):
        lines += ["", *fill(f"Memory pressure: {where(family.shared, 'pages')}")]
        for block in family.blocks:
            lines += [heading(block), *failures(block)]
    return lines
