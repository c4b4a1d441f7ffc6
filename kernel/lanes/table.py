# SPDX-License-Identifier: MIT
"""The table that a lane prints at its end: each cell's ratio to the baseline, by algorithm and kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kernel.lanes import phases
from kernel.lanes.names import SOCKETS, baseline_of
from kernel.lanes.strategies import CELLS

_BYTES = 64


def instructions_a_packet(cell: dict[str, Any]) -> float:
    return phases.instructions(cell["phases"]) / int(cell["packets"])


def ratios(rounds: Sequence[dict[str, Any]], cost: Callable[[dict[str, Any]], float] = instructions_a_packet, unit: str = "instructions") -> str:
    """For the smallest packets, warm, with the usual number of sockets."""
    sizes = {cell["bytes"] for body in rounds for cell in body["cells"]}
    size = _BYTES if _BYTES in sizes else min(sizes)
    columns: dict[tuple[str, str], dict[str, float]] = {}
    for body in rounds:
        for cell in body["cells"]:
            if (cell["bytes"], cell["cache"], cell["sockets"]) == (size, "warm", SOCKETS):
                columns.setdefault((body["algorithm"], body["kernel"]), {})[cell["name"]] = cost(cell)
    have = {name for cells in columns.values() for name in cells}
    names = [cell.name for cell in CELLS if cell.name in have]
    algorithms = list(dict.fromkeys(algorithm for algorithm, _ in columns))
    lines = [f"{unit} a packet as a ratio to {baseline_of(algorithms[0])}, {size} bytes, {SOCKETS} sockets, warm", ""]
    of = {algorithm: [kernel for other, kernel in columns if other == algorithm] for algorithm in algorithms}
    width = max(len(name) for name in (*names, unit))
    lines.append(_row(width, "", (f"{algorithm:<{_wide(of[algorithm])}}" for algorithm in algorithms)))
    lines.append(_row(width, "", (_joined(of[algorithm]) for algorithm in algorithms)))
    for name in names:
        lines.append(_row(width, name, (_joined(_ratio(columns[algorithm, kernel], name, algorithm) for kernel in of[algorithm]) for algorithm in algorithms)))
    lines.append(_row(width, unit, (_joined(_base(columns[algorithm, kernel], algorithm) for kernel in of[algorithm]) for algorithm in algorithms)))
    return "\n".join(lines)


def _row(width: int, name: str, parts: Iterable[str]) -> str:
    return f"{name:<{width}}  {'   '.join(parts)}".rstrip()


def _wide(kernels: Sequence[str]) -> int:
    return 6 * len(kernels) - 1


def _joined(values: Iterable[str]) -> str:
    return " ".join(f"{value:>5}" for value in values)


def _ratio(cells: dict[str, float], name: str, algorithm: str) -> str:
    base = cells.get(baseline_of(algorithm))
    return f"{cells[name] / base:.3f}" if name in cells and base else "–"


def _base(cells: dict[str, float], algorithm: str) -> str:
    base = cells.get(baseline_of(algorithm))
    return f"{base:.0f}" if base else "–"
