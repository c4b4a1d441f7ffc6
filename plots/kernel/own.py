# SPDX-License-Identifier: MIT
"""The tables of what only the kernel has: phases, failures, slab bytes, real connections."""

from __future__ import annotations

from collections.abc import Sequence

from plots.drawing import words
from plots.drawing.layout import Table
from plots.run.kernel import PHASES, Connections, Kernel, KernelRound
from plots.statistics.stats import median

_SOCKETS = 1000
"""Of the tables that have one number of them: the nearest that was measured."""

_STRAY = 0.05
"""Slab objects for each socket. What is less belongs to something else that ran."""


def _misses(kernel: Kernel, version: str, algorithm: str, bytes_: int) -> dict[str, str]:
    """Of L2 with a flushed cache, a packet, by cell."""
    lane = kernel.lane("counted")
    found: dict[str, list[float]] = {}
    for cells in lane.cells(version, algorithm, bytes_, _SOCKETS, "flushed") if lane else []:
        for name, cell in cells.items():
            found.setdefault(name, []).append(cell.per_packet("l2_misses"))
    return {name: words.fixed(median(values) or 0, 1) for name, values in found.items()}


def phases(kernel: Kernel) -> list[Table]:
    """Instructions by phase, a table for each algorithm and kernel, with the smallest packets."""
    tables = []
    for (algorithm, version), rounds in kernel.by_algorithm("counted").items():
        size = min(cell.bytes for r in rounds for cell in r.cells)
        misses = _misses(kernel, version, algorithm, size)
        rows = [
            (name, [*(words.fixed(by_phase[phase], 0) for phase in PHASES), words.fixed(sum(by_phase.values()), 0), misses.get(name, "-")])
            for name, by_phase in kernel.instructions(version, algorithm, size, _SOCKETS).items()
        ]
        tables.append(Table(f"{version}, {algorithm}, {size:,} B", [*PHASES, "all", "L2, flushed"], rows, [], first="cell"))
    return tables


def _failed(rounds: Sequence[KernelRound]) -> dict[str, dict[float, str]]:
    """By cell and failslab's percent, the share of operations that failed."""
    found: dict[str, dict[float, list[int]]] = {}
    for fault in (fault for one in rounds for fault in one.faults):
        at = found.setdefault(f"{fault.strategy}/{fault.form}", {}).setdefault(fault.percent, [0, 0])
        at[0] += fault.failed
        at[1] += fault.operations
    return {
        name: {percent: words.fixed(failed / operations * 100, 2) for percent, (failed, operations) in shares.items()}
        for name, shares in found.items()
    }


def faults(kernel: Kernel) -> list[Table]:
    """The share of operations that failed, a table for each algorithm and kernel."""
    tables = []
    for (algorithm, version), rounds in kernel.by_algorithm("native").items():
        found = _failed(rounds)
        percents = sorted({percent for shares in found.values() for percent in shares})
        rows = [(name, [shares.get(percent, "-") for percent in percents]) for name, shares in found.items()]
        if rows:
            heads = [f"{percent:g}\u00a0%" for percent in percents]
            tables.append(Table(f"{version}, {algorithm}: percent of operations that failed", heads, rows, [], first="cell"))
    return tables


def slab(kernel: Kernel) -> list[Table]:
    """Bytes of slab for each socket, from the first boot that read them, a table for each algorithm and kernel."""
    return [
        Table(f"{version}, {algorithm}", ["B/socket", "objects for each socket"], _slab(read[0]), [], first="cell")
        for (algorithm, version), rounds in kernel.by_algorithm("native").items()
        if (read := [one for one in rounds if one.slab])
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
    columns = ["bytes", "failslab", "instructions", "ns", "p99, ns", "segments", "again", "failed", "stuck", "slab, B"]
    tables = []
    for (_, version), (first, *_) in kernel.by_algorithm("sockets").items():
        plain = next((c.slab_bytes for c in first.connections if c.key == "plain" and c.slab_bytes is not None), None)
        rows = [(f"{c.key} {c.algorithm}" if c.key == "tcp_ao" else c.key, _message(c, plain)) for c in first.connections]
        tables.append(Table(f"{version}: real connections", columns, rows, [], first="key"))
    return tables
