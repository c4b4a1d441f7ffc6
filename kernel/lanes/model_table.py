# SPDX-License-Identifier: MIT
"""The table that the lane model prints: instructions a packet by phase, a part for each block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernel.lanes.names import BASELINE, PHASES

_HARNESS = "other"
"""The phase that is left out of ratios: the loop, and what a protocol does before and after its operation."""


def by_phase(cell: dict[str, Any]) -> dict[str, float]:
    return {phase: cell["phases"][phase]["instructions"] / int(cell["packets"]) for phase in PHASES}


def operation(cell: dict[str, Any]) -> float:
    """Instructions a packet from start to end."""
    return sum(value for phase, value in by_phase(cell).items() if phase != _HARNESS)


def table(rounds: Sequence[dict[str, Any]]) -> str:
    head = f"instructions a packet by phase, warm; ratio: to {BASELINE}, without {_HARNESS}"
    return "\n\n".join([head, *(_block(body) for body in rounds)])


def _block(body: dict[str, Any]) -> str:
    cells = [cell for cell in body["cells"] if cell["cache"] == "warm"]
    base = next((operation(cell) for cell in cells if cell["strategy"] == BASELINE), 0.0)
    width = max(len(cell["name"]) for cell in cells)
    columns = (*PHASES, "all", "ratio")
    lines = [body["block_id"], f"{'':<{width}}" + "".join(_put(name, name) for name in columns)]
    for cell in cells:
        counts = by_phase(cell)
        values = [*(f"{counts[phase]:.0f}" for phase in PHASES), f"{sum(counts.values()):.0f}"]
        values.append(f"{operation(cell) / base:.3f}" if base else "–")
        lines.append(f"{cell['name']:<{width}}" + "".join(_put(name, value) for name, value in zip(columns, values, strict=True)))
    return "\n".join(lines)


def _put(column: str, value: str) -> str:
    return f"  {value:>{max(6, len(column))}}"
