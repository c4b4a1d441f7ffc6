# SPDX-License-Identifier: MIT
"""The tables of runs of a flow: how cost changes if packets of one socket come in a row."""

from __future__ import annotations

from plots.drawing import conditions, words
from plots.drawing.layout import Table
from plots.statistics.verdict import FLOOR
from plots.verdicts.families import Family, families
from plots.verdicts.results import Results, StrategyResult


def runs_of_a_flow(results: Results) -> list[Table]:
    """A table for each family of closed-loop blocks that differ only in the length of runs."""
    closed = [block for block in results.blocks if block.closed_loop]
    return [_runs(family, results.run.baseline) for family in families(closed, "flow_run", 2)]


def _runs(family: Family, baseline: str) -> Table:
    in_ns = [name for name in (baseline, FLOOR) if name in family.names]
    names = in_ns + [name for name in family.names if name not in in_ns]
    rows = [(name, [_cell(block.strategy(name), name in in_ns) for block in family.blocks]) for name in names]
    columns = [f"runs of {block.block.axes.flow_run}" for block in family.blocks]
    return Table(", ".join(conditions.of(family.shared, ["flow_run"])), columns, rows, [])


def _cell(strategy: StrategyResult | None, in_ns: bool) -> str:
    if strategy is None:
        return "-"
    if in_ns:
        return f"{words.ns(strategy.ns_per_packet.median)} ns"
    return f"{words.ratio(strategy.ratio.median)}\n{strategy.word}"
