# SPDX-License-Identifier: MIT
"""Packets a second in the mail's table of strategies, with an engine that holds one operation and with the deepest one."""

from __future__ import annotations

from collections.abc import Sequence

from plots.in_flight.estimates import of
from plots.in_flight.tables import flights
from plots.in_flight.words import mpps
from plots.verdicts.parts import where_short
from plots.verdicts.question import Column
from plots.verdicts.results import Results


def columns(results: Results) -> Sequence[Column]:
    found = flights(results)
    if not found:
        return ()
    blocks = list(dict.fromkeys((found[0].blocks[0].block.id, found[0].blocks[-1].block.id)))
    shown = [b for b in found[0].blocks if b.block.id in blocks]
    says = "million packets a second with so many operations in flight"
    return [
        Column(f"{b.block.axes.in_flight} deep", 9, {f.name: mpps(f.pps) for f in of(b)}, "" if place else says, where_short(b))
        for place, b in enumerate(shown)
    ]
