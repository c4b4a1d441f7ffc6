# SPDX-License-Identifier: MIT
"""Loss under memory pressure in the mail's table of strategies, from the block that tells most."""

from __future__ import annotations

from collections.abc import Sequence

from plots.drawing import conditions
from plots.pressure.estimates import of
from plots.pressure.words import rate, telling
from plots.verdicts.parts import where_short
from plots.verdicts.question import Column
from plots.verdicts.results import Results


def columns(results: Results) -> Sequence[Column]:
    """The share of operations refused: the median over rounds."""
    found = [b for b in results.blocks if of(b) and not b.evp]
    if not found:
        return ()
    block = telling(found)
    refused = {p.name: rate(p.failure_rate.median).replace("\u00a0", "") for p in of(block)}
    zone = ", ".join(conditions.unusual(block.block.axes))
    return [Column("refused", 8, refused, f"refused: of its operations under memory pressure, {zone}", where_short(block))]
