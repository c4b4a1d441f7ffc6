# SPDX-License-Identifier: MIT
"""Bytes in the mail's table of strategies, from one block."""

from __future__ import annotations

from collections.abc import Sequence

from plots.drawing import words
from plots.verdicts.evidence import per_cpu
from plots.verdicts.families import from_eight
from plots.verdicts.parts import answering, leading, where_short
from plots.verdicts.question import Column
from plots.verdicts.results import BlockResult, Results
from plots.verdicts.words import slope


def _block(results: Results) -> BlockResult | None:
    """The block of the times if it was counted, else the first with a slope near a thousand sockets and eight possible CPUs."""
    timed = [b for b in answering(results, (results.run.baseline,))[:1] if b.counted]
    counted = [b for b in results.blocks if b.counted and not b.evp and not b.block.axes.faults and b.block.axes.sockets > 1]
    nearest = min(map(from_eight, (b.block.axes for b in counted)), default=0.0)
    return next(iter(timed or leading(b for b in counted if from_eight(b.block.axes) == nearest)), None)


def columns(results: Results) -> Sequence[Column]:
    """Bytes a socket (the slope), and bytes on each possible CPU."""
    block = _block(results)
    if block is None:
        return ()
    cpus = block.block.axes.possible_cpus
    kept = {s.name: words.size(value) for s in block.strategies if (value := per_cpu(s, cpus)) is not None}
    says, where = f"B/socket, B/CPU: live bytes, {words.plural(cpus, 'possible CPU')}", where_short(block)
    return [Column("B/socket", 9, {s.name: slope(s) for s in block.strategies}, says, where), Column("B/CPU", 8, kept, "", where)]
