# SPDX-License-Identifier: MIT
"""The tables of kernel and model, for the page and the mail."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from plots.drawing import words
from plots.drawing.layout import Table
from plots.kernel import words as said
from plots.kernel.estimates import Beside, Column, Row
from plots.kernel.pairs import Disagreement, Ranks
from plots.run.kernel import PHASES, POOL, Connections, Kernel, KernelRound, Lane
from plots.statistics.stats import Estimate
from plots.statistics.verdict import FLOOR

_NEAREST = 1000
"""Sockets of the tables that have one number of them."""

_STRAY = 0.05
"""Slab objects for each socket. What is less belongs to something else that ran."""


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
    blocks = [beside.block, *([beside.polluted] if beside.polluted else [])]
    ns = [found.ns_per_packet.median if (found := block.strategy(POOL)) else None for block in blocks]
    return [*map(words.ns, ns), *(f"{cost:,.0f}" for cost in beside.pool.values())]


def ratios(beside: Beside, wrong: Sequence[Disagreement], percent: bool = False) -> Table:
    """Each strategy's ratio to the pool: model, then every lane and kernel. `percent`: ranges in percent, which are narrower."""
    marked = {(one.strategy, one.column) for one in wrong if one.beside is beside}
    rows = []
    for row in sorted(beside.rows, key=lambda row: row.strategy == FLOOR):
        if row.strategy == POOL:
            rows.append((row.strategy, _pool(beside)))
            continue
        model = [words.ratio(row.model.median), *([words.ratio(row.polluted.median)] if beside.polluted else [])]
        rows.append((row.strategy, [*model, *(_cell(row, at, marked, percent) for at in beside.columns)]))
    columns = ["model warm", *(["model polluted"] if beside.polluted else []), *map(said.column, beside.columns)]
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


def _misses(lane: Lane, kernel: str, algorithm: str, bytes_: int) -> dict[str, float]:
    """Of L2 with a flushed cache, a packet, by cell."""
    found: dict[str, list[float]] = {}
    for cells in lane.cells(kernel, algorithm, bytes_, _NEAREST, "flushed"):
        for name, cell in cells.items():
            found.setdefault(name, []).append(cell.per_packet("l2_misses"))
    return {name: float(np.mean(values)) for name, values in found.items()}


def phases(kernel: Kernel) -> list[Table]:
    """Instructions by phase, a table for each kernel and algorithm, with the smallest packets."""
    lane = kernel.lane("counted")
    tables = []
    for algorithm in dict.fromkeys(r.algorithm for r in lane.rounds) if lane else []:
        for measured in lane.kernels if lane else []:
            sizes = {c.bytes for r in lane.of(measured.kernel, algorithm) for c in r.cells} if lane else set()
            if lane is None or not sizes:
                continue
            misses = _misses(lane, measured.kernel, algorithm, min(sizes))
            rows = [
                (
                    name,
                    [
                        *(words.fixed(by_phase[phase], 0) for phase in PHASES), words.fixed(sum(by_phase.values()), 0),
                        words.fixed(misses[name], 1) if name in misses else "-",
                    ],
                )
                for name, by_phase in kernel.instructions(measured.kernel, algorithm, min(sizes), _NEAREST).items()
            ]  # fmt: skip
            heading = f"{measured.kernel}, {algorithm}, {min(sizes):,} B"
            tables.append(Table(heading, [*PHASES, "all", "L2, flushed"], rows, [], first="cell"))
    return tables


def faults(kernel: Kernel) -> list[Table]:
    """The share of operations that failed, a table for each kernel: algorithms and probabilities as columns."""
    lane = kernel.lane("native")
    tables = []
    for measured in lane.kernels if lane else []:
        found: dict[str, dict[tuple[str, float], list[int]]] = {}
        for one in lane.rounds if lane else []:
            for fault in one.faults if one.kernel == measured.kernel else ():
                at = found.setdefault(f"{fault.strategy}/{fault.form}", {}).setdefault((one.algorithm, fault.percent), [0, 0])
                at[0] += fault.failed
                at[1] += fault.operations
        columns = list(dict.fromkeys(at for shares in found.values() for at in shares))
        rows = [
            (name, [words.fixed(shares[at][0] / shares[at][1] * 100, 2) if at in shares else "" for at in columns])
            for name, shares in found.items()
        ]
        if rows:
            heads = [f"{algorithm} {percent:g}\u00a0%" for algorithm, percent in columns]
            tables.append(Table(f"{measured.kernel}: operations that failed, percent", heads, rows, [], first="cell"))
    return tables


def slab(kernel: Kernel) -> list[Table]:
    """Bytes of slab for each socket, from the first boot that read them."""
    lane = kernel.lane("native")
    found: dict[tuple[str, str], KernelRound] = {}
    for one in lane.rounds if lane else ():
        if one.slab:
            found.setdefault((one.kernel, one.algorithm), one)
    return [
        Table(f"{version}, {algorithm}", ["B/socket", "objects for each socket"], _slab(one), [], first="cell")
        for (version, algorithm), one in found.items()
    ]


def _slab(found: KernelRound) -> list[tuple[str, list[str]]]:
    rows = []
    for one in found.slab:
        bytes_, objects = found.slab_of_socket(one)
        shown = [f"{number:.2g} {name}" for name, number in objects.items() if abs(number) > _STRAY]
        if one.form != "none":
            rows.append((f"{one.strategy}/{one.form}", [words.per_socket(bytes_), "; ".join(shown)]))
    return rows


def _message(one: Connections, plain: int | None) -> list[str]:
    counted = sum(counts.instructions for counts in one.phases.values()) / one.messages if one.phases and one.messages else None
    half, late = (one.message_ns[at] if one.message_ns else None for at in (50, 99))
    own = None if one.slab_bytes is None or plain is None else (one.slab_bytes - plain) / (2 * one.connections)
    return [
        f"{one.bytes:,}", f"{one.percent:g}\u00a0%" if one.percent else "off", "-" if counted is None else f"{counted:,.0f}",
        words.ns(half), words.ns(late), words.count(one.segments), words.count(one.retransmits), words.count(one.failed),
        words.count(one.stuck), words.per_socket(own),
    ]  # fmt: skip


def connections(kernel: Kernel) -> list[Table]:
    """Real connections, a table for each kernel; the first boot's, if there are several."""
    lane = kernel.lane("sockets")
    columns = ["bytes", "failslab", "instructions", "ns", "p99, ns", "segments", "again", "failed", "stuck", "slab, B"]
    tables = []
    for one in (r for r in (lane.rounds if lane else ()) if r.number == 0):
        plain = next((c.slab_bytes for c in one.connections if c.key == "plain" and c.slab_bytes is not None), None)
        rows = [(f"{c.key} {c.algorithm}" if c.key == "tcp_ao" else c.key, _message(c, plain)) for c in one.connections]
        tables.append(Table(f"{one.kernel}: real connections", columns, rows, [], first="key"))
    return tables
