# SPDX-License-Identifier: MIT
"""Time and latency in the mail's table of strategies, from one block each."""

from __future__ import annotations

from collections.abc import Sequence

from plots.drawing import conditions, words
from plots.verdicts.parts import answering, where_short
from plots.verdicts.question import Column
from plots.verdicts.results import BlockResult, Results


def _open_loop(results: Results, block: BlockResult) -> BlockResult | None:
    """Of the blocks with latencies the one that differs from this one in its load alone, and else the first of those nearest to
    its sockets; in both cases nearest to 70 %."""
    axes = block.block.axes
    found = [b for b in results.blocks if b.block.axes.open_loop and not b.evp and any(s.latency for s in b.strategies)]

    def far(b: BlockResult) -> tuple[bool, int, float]:
        own = b.block.axes
        return own.but(load=axes.load) != axes, abs(own.sockets - axes.sockets), abs(float(own.load.rstrip("%")) - 70)

    return min(found, key=far) if found else None


def columns(results: Results) -> Sequence[Column]:
    """The ratio and its verdict, and the 99th percentile of the response, where it was measured."""
    block = next(iter(answering(results, (results.run.baseline,))), None)
    if block is None:
        return ()
    where = where_short(block)
    ratios = {s.name: words.ratio(s.ratio.median) for s in block.strategies}
    found = [
        Column("ratio", 6, ratios, f"ratio to {results.run.baseline}", where),
        Column("verdict", 16, {s.name: s.word for s in block.strategies}, "", where),
    ]
    loaded = _open_loop(results, block)
    if loaded:
        p99 = {s.name: words.ns(s.latency["response"].percentiles["p99"].median) for s in loaded.strategies if s.latency}
        found.append(Column("p99 ns", 7, p99, f"p99: response, {conditions.load(loaded.block.axes)}", where_short(loaded)))
    return found
