# SPDX-License-Identifier: MIT
"""The tables of memory, as text in cells: fits, crossovers, and what was counted along each axis."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from plots.drawing import conditions, words
from plots.drawing.layout import Table
from plots.memory.estimates import Crossover, of
from plots.memory.fits import Fit, shared_axes
from plots.run.axes import Axes
from plots.statistics.verdict import FLOOR
from plots.verdicts.counted import Memory
from plots.verdicts.families import Axis, Family, from_eight, memory_families
from plots.verdicts.results import BlockResult, Results, StrategyResult
from plots.verdicts.words import headroom

_AXES: tuple[Axis, ...] = ("sockets", "possible_cpus", "algorithms", "scratch", "heap")


def _heading(axes: Axes) -> str:
    return ", ".join(conditions.counted(axes, ["sockets", "possible_cpus"]))


def _alike(results: Results, shared: Axes) -> list[BlockResult]:
    """The counted blocks that a fit used, or that it predicts."""
    return [b for b in results.blocks if b.counted and not b.block.axes.faults and shared_axes(b.block.axes) == shared]


def fits(results: Results) -> list[Table]:
    """The coefficients in bytes, a table for each algorithm and provider."""
    tables = []
    for shared in dict.fromkeys(fit.shared for fit in of(results).fits):
        found = [fit for fit in of(results).fits if fit.shared == shared]
        rows = [
            (
                f.strategy,
                [
                    words.per_socket(f.bytes_fixed),
                    words.per_socket(f.bytes_per_cpu),
                    words.per_socket(f.cpu_algorithm) if f.algorithms_varied else "-",
                    words.per_socket(f.socket),
                    words.per_socket(f.bytes_per_request),
                    words.percent(f.max_residual_percent / 100),
                ],
            )
            for f in found
        ]
        notes = list(headroom(_alike(results, shared)).values())
        tables.append(Table(f"Bytes: {_heading(shared)}", ["fixed", "per CPU", "+alg/CPU", "socket", "request", "residual"], rows, notes))
    return tables


def fits_elsewhere(results: Results) -> list[Table]:
    """The two most important coefficients, for all algorithms and providers after the first: a table for each coefficient."""
    memory = of(results)
    shared = list(dict.fromkeys(fit.shared for fit in memory.fits))
    said = [conditions.counted(axes, ["sockets", "possible_cpus"]) for axes in shared]
    apart = [", ".join(text for text in texts if not all(text in other for other in said)) for texts in said[1:]]
    if not apart:
        return []
    names = list(dict.fromkeys(fit.strategy for fit in memory.fits))
    where = "; ".join(f"({i}) {text}" for i, text in enumerate(apart, 1))

    notes = list(headroom(b for axes in shared[1:] for b in _alike(results, axes)).values())

    def each(label: str, coefficient: Callable[[Fit], float]) -> Table:
        rows = []
        for name in names:
            found = [memory.fit_in(axes, name) for axes in shared[1:]]
            rows.append((name, [words.per_socket(coefficient(fit)) if fit else "-" for fit in found]))
        return Table(label, [f"({i})" for i in range(1, len(shared))], rows, notes)

    return [each(f"Bytes per CPU: {where}", lambda f: f.bytes_per_cpu), each("Bytes per socket, in the same order", lambda f: f.socket)]


def _where_from(crossing: Crossover) -> str:
    """675; 675* if both sides were measured close to it, 675? if one side was not measured, 675! if a measurement disagrees."""
    mark = "*" if crossing.close else {True: "", None: "?", False: "!"}[crossing.holds]
    return f"{crossing.sockets:,}{mark}"


def crossovers(results: Results, only: str = "") -> list[Table]:
    """From how many sockets on one strategy takes more than another, by possible CPUs. `only`: pairs with this strategy."""
    tables = []
    for shared in dict.fromkeys(c.shared for c in of(results).crossovers):
        found = [c for c in of(results).crossovers if c.shared == shared and (not only or only in (c.a, c.b))]
        cpus = sorted({c.cpus for c in found})
        rows = []
        for a, b in dict.fromkeys((c.a, c.b) for c in found):
            at = {c.cpus: _where_from(c) for c in found if (c.a, c.b) == (a, b)}
            rows.append((f"{a} > {b}", [at.get(n, "-") for n in cpus]))
        notes = [note for name, note in headroom(_alike(results, shared)).items() if any(name in (c.a, c.b) for c in found)]
        tables.append(Table(f"Crossovers, in sockets: {_heading(shared)}", [words.plural(n, "CPU") for n in cpus], rows, notes))
    return tables


def predictions(results: Results) -> list[str]:
    """How well the fits predict the blocks that they did not use."""
    lines = []
    for shared, sockets in dict.fromkeys((p.shared, p.sockets) for p in of(results).predictions):
        found = [p for p in of(results).predictions if (p.shared, p.sockets) == (shared, sockets)]
        worst = max(found, key=lambda p: p.off_percent)
        lines.append(
            f"{words.sockets(sockets)} ({_heading(shared)}): the fits did not use these blocks. "
            f"They predict {words.plural(len(found), 'measured total')} "
            + (f"within {words.bound(worst.off_percent)}" if worst.off_percent else "exactly")
            + (f", the worst for {worst.strategy} on {words.plural(worst.cpus, 'CPU')}." if worst.off_percent else ".")
        )
    return lines


def _column(axis: Axis, block: BlockResult) -> str:
    axes = block.block.axes
    match axis:
        case "possible_cpus":
            return words.plural(axes.possible_cpus, "CPU")
        case "algorithms":
            return f"{axes.algorithms:,} alg."
        case "scratch":
            users = axes.scratch.split("+")
            return "own" if axes.scratch == "own" else f"{int(users[0]):,} B" if len(users) == 1 else f"{len(users)} users"
        case "heap":
            return f"{axes.allocator} {axes.heap}"
        case _:
            return words.count(axes.sockets)


def _cell(axis: Axis, s: StrategyResult | None) -> str:
    if s is None or s.memory is None:
        return "-"
    if s.memory.open_error:
        return "refused"
    if axis == "heap":
        return "-" if s.fragmentation is None else f"{s.fragmentation:.2f}"
    return words.size(s.memory.open.bytes)


def _notes(family: Family) -> list[str]:
    """Blocks in which not all sockets opened, the users of scratch, and what is subtracted from a heap's growth."""
    columns: dict[str, list[str]] = {}
    lines = []
    for block in family.blocks:
        short: dict[str, list[str]] = {}
        for s in block.strategies:
            if (m := s.memory) and m.open_error:
                short.setdefault(f"{m.sockets_open:,} of {m.sockets:,} ({m.open_error})", []).append(s.name)
        said = "; ".join(f"{', '.join(names)} {text}" for text, names in short.items())
        if said:
            columns.setdefault(said, []).append(_column(family.axis, block))
        if family.axis == "scratch" and "+" in block.block.axes.scratch:
            lines.append(f"{_column(family.axis, block)}: {conditions.scratch(block.block.axes.scratch)}")
    if family.axis == "heap":
        lines.append(
            f"the heap's growth for {FLOOR} is subtracted from both (on an aged heap, what ageing left); below 1: the strategy used pages "
            "that were resident before"
        )
    return [f"sockets opened at {', '.join(at)}: {said}" for said, at in columns.items()] + lines + list(headroom(family.blocks).values())


def _tells(heaps: Family) -> bool:
    """Whether most strategies added enough bytes to report fragmentation."""
    counted = [s for block in heaps.blocks for s in block.strategies if s.memory]
    return sum(s.fragmentation is not None for s in counted) * 2 > len(counted)


def by_owner(results: Results) -> list[Table]:
    """A table for each algorithm and provider with fits: the block nearest to a thousand sockets on eight possible CPUs."""
    tables = []
    for shared in dict.fromkeys(fit.shared for fit in of(results).fits):
        blocks = [b for b in _alike(results, shared) if (b.block.axes.algorithms, b.block.axes.scratch) == (1, "own")]
        if blocks:
            block = min(blocks, key=_from_usual)
            tables.append(
                Table(
                    heading=f"Live bytes by owner: {', '.join(conditions.counted(block.block.axes))}",
                    columns=["shared", "per CPU", "scratch", "sockets", "rounded", "blocks"],
                    rows=[(s.name, _owners(s.memory)) for s in block.strategies if s.memory],
                    notes=list(headroom([block]).values()),
                )
            )
    return tables


def _from_usual(block: BlockResult) -> tuple[float, float, bool]:
    axes = block.block.axes
    return abs(math.log(axes.sockets / 1000)), from_eight(axes), axes.heap != "fresh"


def _owners(memory: Memory) -> list[str]:
    at = memory.open
    said = [words.size(at.owners[owner].bytes) for owner in ("shared", "percpu", "scratch", "socket")]
    return [*said, words.size(at.total.rounded_bytes), words.count(at.total.blocks)]


def counted(results: Results) -> dict[Axis, list[Table]]:
    """Live bytes with all sockets open (for heaps, fragmentation): tables by axis.

    A block is in the table of its largest family. Timed blocks have their memory beside their times, so only families with an
    untimed block are here.
    """
    blocks = [b for b in results.blocks if b.strategies]
    found = [f for axis in _AXES for f in memory_families(blocks, axis, 2) if axis != "heap" or _tells(f)]
    found += memory_families(blocks, "sockets")
    left = {b.block.id for f in found for b in f.blocks if not b.timed}
    tables: dict[Axis, list[Table]] = {}
    for family in sorted(found, key=lambda f: (-len(f.blocks), from_eight(f.shared))):
        covered = {b.block.id for b in family.blocks} & left
        if not covered:
            continue
        left -= covered
        columns = [_column(family.axis, b) for b in family.blocks]
        without = [family.axis, *(["allocator"] if family.axis == "heap" else [])]
        said = ", ".join(conditions.counted(family.shared, without))
        tables.setdefault(family.axis, []).append(
            Table(
                heading=f"{_SAID[family.axis]}: {said}",
                columns=columns,
                rows=[(name, [_cell(family.axis, b.strategy(name)) for b in family.blocks]) for name in family.names],
                notes=_notes(family),
            )
        )
    return tables


_SAID: dict[Axis, str] = {
    "sockets": "Live bytes by sockets",
    "possible_cpus": "Live bytes by possible CPUs",
    "algorithms": "Live bytes by algorithms in parallel",
    "scratch": "Live bytes by scratch",
    "heap": "Resident over live bytes, of what the strategy added",
}


@dataclass(frozen=True)
class Tables:
    """All of them."""

    fits: list[Table]
    crossovers: list[Table]
    predictions: list[str]
    owners: list[Table]
    counted: list[Table]

    @staticmethod
    def of(results: Results) -> Tables:
        return Tables(fits(results), crossovers(results), predictions(results), by_owner(results), [t for found in counted(results).values() for t in found])
