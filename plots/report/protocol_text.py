# SPDX-License-Identifier: MIT
"""Consumers, history and operations in flight as plain text, 72 columns, for a mail."""

from __future__ import annotations

from plots.consumers import estimates as consumers
from plots.drawing import words
from plots.history import estimates as history, tables as history_tables
from plots.in_flight import words as in_flight_words
from plots.drawing.layout import Table, beside, fill, wrap
from plots.verdicts.results import BlockResult, Results
from plots.statistics.verdict import FLOOR

_PER_TABLE = 3
"""Protocols side by side."""
_WHAT = 30
"""Columns of a name that is a phrase."""


def _compared(block: BlockResult, name: str) -> str:
    """0.712 faster"""
    s = block.strategy(name)
    return f"{words.ratio(s.ratio.median)} {s.word}" if s else "refused" if name in block.block.left_out else "-"


def _ns(block: BlockResult, name: str) -> str:
    s = block.strategy(name)
    return f"{words.ns(s.ns_per_packet.median)} ns" if s else "-"


def _consumers(results: Results) -> list[str]:
    blocks = consumers.blocks(results)
    if not blocks:
        return []
    protocols = [block.block.axes.protocol for block in blocks]
    names = [p if protocols.count(p) == 1 else f"{p} ({protocols[: i + 1].count(p)})" for i, p in enumerate(protocols)]
    lines = ["", *fill(consumers.LEGEND.format(baseline=results.run.baseline).replace("below", "beside", 1))]
    for start in range(0, len(blocks), _PER_TABLE):
        shown = blocks[start : start + _PER_TABLE]
        columns = names[start : start + _PER_TABLE]
        rows = [(name, [_compared(block, name) for block in shown]) for name in consumers.names(results)]
        rows += [(name, [_ns(block, name) for block in shown]) for name in (results.run.baseline, FLOOR)]
        heading = "; ".join(f"{name}: {', '.join(words.conditions(b.block.axes, ['cache', 'load']))}" for name, b in zip(columns, shown))
        lines += beside(Table(heading, columns, rows, []))
    if results.run.lines_of_code:
        said = [f"{name} {consumers.strategy_lines(results, name)}" for name in results.run.strategies]
        lines += ["", *fill(f"Lines: {'; '.join(said)}.")]
    for reason in consumers.reasons(blocks):
        lines += wrap(reason, "- ", "  ")
    return lines


def _history(results: Results) -> list[str]:
    lines: list[str] = []
    chains = history_tables.chains(results)
    if chains:
        lines += ["", *fill(history_tables.LEGEND)]
        for table in chains:
            lines += beside(_without(table, "when", "interval"))
    found = history.compared(results)
    published = history_tables.published(found)
    if published:
        lines += ["", *fill(history_tables.PUBLISHED_LEGEND), *beside(_without(published, "cycles", ""), _WHAT)]
        for text in history_tables.explanations(found):
            lines += ["", *fill(text)]
    rates = history_tables.rates(history.hidden(results))
    if rates:
        lines += ["", *fill(history_tables.RATES_LEGEND), *beside(_without(rates, "interval"), _WHAT - 8)]
    scaling = history_tables.scaling(results)
    if scaling:
        lines += ["", *fill(f"Counts that two threads share. {history_tables.SCALING}")]
        for table in scaling:
            lines += beside(_without(table, "interval"))
    return lines


def _without(table: Table, *columns: str) -> Table:
    """For want of room."""
    kept = [i for i, name in enumerate(table.columns) if name not in columns]
    rows = [(name, [cells[i] for i in kept]) for name, cells in table.rows]
    return Table(table.heading, [table.columns[i] for i in kept], rows, table.notes, table.first)


def _in_flight(results: Results) -> list[str]:
    flights = in_flight_words.flights(results)
    if not flights:
        return []
    lines = ["", *fill(in_flight_words.LEGEND)]
    for family in flights:
        lines += beside(in_flight_words.depths(family))
    lines += ["", *fill(in_flight_words.SECTION_LEGEND), *beside(in_flight_words.sections(flights)[0])]
    return lines


def sections(results: Results) -> list[tuple[str, list[str]]]:
    """Those that the run has something for."""
    found = [("Consumers", _consumers(results)), ("History", _history(results)), ("In flight", _in_flight(results))]
    return [(title, lines) for title, lines in found if lines]
