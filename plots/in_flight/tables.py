# SPDX-License-Identifier: MIT
"""The tables of operations in flight: packets a second by depth, and what waits for an operation."""

from __future__ import annotations

from plots.drawing import words
from plots.drawing.layout import Table
from plots.in_flight.estimates import named, of
from plots.in_flight.words import KINDS, microseconds, mpps, where
from plots.run.axes import Axes
from plots.verdicts.families import Family, families
from plots.verdicts.results import BlockResult, Results


def flights(results: Results) -> list[Family]:
    """Families of blocks that differ only in depth, the largest family first."""
    found = families([b for b in results.blocks if of(b)], "in_flight")
    return sorted(found, key=lambda family: -len(family.blocks))


def depths(family: Family) -> Table:
    """Rates by depth. Strategies of one kind stand together."""
    cells = [f for block in family.blocks for f in of(block)]
    order = sorted({f.name: f.kind for f in cells}.items(), key=lambda pair: KINDS.index(pair[1]))
    rows = []
    for name, kind in order:
        found = [named(block, name) for block in family.blocks]
        rows.append((name, [kind, *(mpps(f.pps) if f else "-" for f in found), words.count(sum(f.refused for f in found if f))]))
    columns = ["kind", *(f"{b.block.axes.in_flight:,} deep" for b in family.blocks), "refused"]
    shared = f"{where(family.blocks[0], 'in_flight', 'engine_ns')}, engine of {family.shared.engine_ns / 1000:g} µs"
    return Table(f"Packets a second, in millions: {shared}", columns, rows, [])


def sections(found: list[Family]) -> list[Table]:
    """How long a packet waits for a TX operation. The engine and its depth do not matter here: of blocks that differ only in
    them, the deepest one of the first family is shown."""
    tables: dict[Axes, Table] = {}
    for family in found:
        block = family.blocks[-1]
        tables.setdefault(block.block.axes.but(in_flight=0, engine_ns=0), _sections(block))
    return list(tables.values())


def _sections(block: BlockResult) -> Table:
    rows = [
        (
            f.name,
            [
                "held" if f.held else "open",
                microseconds(f.wait_p50_ns),
                microseconds(f.wait_p99_ns),
                microseconds(f.section_p50_ns),
            ],
        )
        for f in of(block)
    ]
    columns = ["section", "p50, µs", "p99, µs", "TX, µs"]
    return Table(f"Received during a TX operation: {where(block, 'in_flight', 'engine_ns')}", columns, rows, [])
