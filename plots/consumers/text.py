# SPDX-License-Identifier: MIT
"""Protocols side by side as plain text, 72 columns, for a mail."""

from __future__ import annotations

from plots.consumers.estimates import blocks, names
from plots.consumers.words import LEGEND, reasons, strategy_lines
from plots.drawing import conditions, words
from plots.drawing.layout import Table, beside, fill, wrap
from plots.statistics.verdict import FLOOR
from plots.verdicts.results import BlockResult, Results

_PER_TABLE = 3
"""Protocols side by side."""


def _compared(block: BlockResult, name: str) -> str:
    """0.712, and faster below it"""
    s = block.strategy(name)
    return f"{words.ratio(s.ratio.median)}\n{s.word}" if s else "refused" if name in block.block.left_out else "-"


def _ns(block: BlockResult, name: str) -> str:
    s = block.strategy(name)
    return f"{words.ns(s.ns_per_packet.median)} ns" if s else "-"


def mail(results: Results) -> list[str]:
    found = blocks(results)
    if not found:
        return []
    protocols = [block.block.axes.protocol for block in found]
    headings = [p if protocols.count(p) == 1 else f"{p} ({protocols[: i + 1].count(p)})" for i, p in enumerate(protocols)]
    lines = ["", *fill(LEGEND.format(baseline=results.run.baseline))]
    for start in range(0, len(found), _PER_TABLE):
        shown = found[start : start + _PER_TABLE]
        columns = headings[start : start + _PER_TABLE]
        rows = [(name, [_compared(block, name) for block in shown]) for name in names(results)]
        rows += [(name, [_ns(block, name) for block in shown]) for name in (results.run.baseline, FLOOR)]
        heading = "; ".join(f"{name}: {', '.join(conditions.of(b.block.axes, ['cache', 'load']))}" for name, b in zip(columns, shown))
        lines += beside(Table(heading, columns, rows, []))
    if results.run.lines_of_code:
        said = [f"{name} {strategy_lines(results, name)}" for name in results.run.strategies]
        lines += ["", *fill(f"Lines: {'; '.join(said)}.")]
    for reason in reasons(found):
        lines += wrap(reason, "- ", "  ")
    return lines
