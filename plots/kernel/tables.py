# SPDX-License-Identifier: MIT
"""The tables of kernel beside model, for the page and the mail."""

from __future__ import annotations

from collections.abc import Sequence

from plots.drawing import words
from plots.drawing.layout import Table
from plots.kernel import words as said
from plots.kernel.estimates import Beside, Column, Row
from plots.kernel.pairs import Disagreement, Ranks
from plots.run.kernel import POOL
from plots.statistics.stats import Estimate
from plots.statistics.verdict import FLOOR

def _spread(estimate: Estimate, percent: bool) -> str:
    """The range of a cold cache, on a line of its own."""
    if estimate.low is None or estimate.high is None:
        return ""
    low, high = (words.fixed(value * 100, 0) if percent else words.fixed(value, 2) for value in (estimate.low, estimate.high))
    return f"\n{low}" if low == high else f"\n{low}-{high}"


def _cell(row: Row, at: Column, wrong: set[tuple[str, Column]], percent: bool) -> str:
    reading = row.readings.get(at)
    if reading is None:
        return ""
    return f"{words.ratio(reading.warm.median)}{'*' if (row.strategy, at) in wrong else ''}{_spread(reading.cold, percent)}"


def _pool(beside: Beside) -> list[str]:
    """What the pool itself costs."""
    blocks = [beside.block, *([beside.cold] if beside.cold else [])]
    ns = [found.ns_per_packet.median if (found := block.strategy(POOL)) else None for block in blocks]
    return [*map(words.ns, ns), *(f"{cost:,.0f}" for cost in beside.pool.values())]


def ratios(beside: Beside, wrong: Sequence[Disagreement], percent: bool = False) -> Table:
    """Each strategy's ratio to the pool: model, then every lane and kernel. `percent`: ranges in percent, which are narrower."""
    marked = {(one.strategy, one.column) for one in wrong if (one.beside.algorithm, one.beside.bytes) == (beside.algorithm, beside.bytes)}
    rows = []
    for row in sorted(beside.rows, key=lambda row: row.strategy == FLOOR):
        if row.strategy == POOL:
            rows.append((row.strategy, _pool(beside)))
            continue
        model = [words.ratio(row.model.median), *([words.ratio(row.cold.median)] if beside.cold else [])]
        rows.append((row.strategy, [*model, *(_cell(row, at, marked, percent) for at in beside.columns)]))
    columns = ["model warm", *([f"model {beside.cold_word}"] if beside.cold else []), *map(said.column, beside.columns)]
    return Table(f"{beside.algorithm}, {beside.bytes:,} B: ratio to {POOL}; {said.nearest(beside)}", columns, rows, [])


def rank_agreement(found: Sequence[Ranks]) -> Table:
    algorithms = list(found[0].by_algorithm)
    rows = [
        (
            said.column(one.column),
            [
                str(one.all.things), f"{one.all.pairs:,}", said.tau(one.all.tau), said.tau_interval(one),
                *(said.tau(one.by_algorithm[a].tau) for a in algorithms),
            ],
        )
        for one in found
    ]  # fmt: skip
    return Table("Rank agreement with the model", ["strategies", "pairs", "tau", "interval", *algorithms], rows, [], first="lane")
