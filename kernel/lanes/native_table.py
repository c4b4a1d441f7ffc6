# SPDX-License-Identifier: MIT
"""The table at the end of the lane native: warm ratios over all boots, and the cold ones' range, for a boot decides those."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from kernel.lanes import table
from kernel.lanes.names import SOCKETS, baseline_of

_QUARTERS = 4


def turn_ns(turns: Sequence[float]) -> float:
    """The lower quartile: what else the machine does makes a turn longer, never shorter."""
    return turns[0] if len(turns) == 1 else statistics.quantiles(turns, n=_QUARTERS)[0]


def cost(cell: dict[str, Any]) -> float:
    """Nanoseconds a packet."""
    return turn_ns(cell["turn_ns"]) / int(cell["packets"])


def pooled(rounds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each kernel and algorithm once: a cell's turns are those of all boots."""
    whole: dict[tuple[str, str], dict[tuple[Any, ...], dict[str, Any]]] = {}
    for body in rounds:
        cells = whole.setdefault((body["kernel"], body["algorithm"]), {})
        for cell in body["cells"]:
            key = tuple(cell[name] for name in ("name", "bytes", "sockets", "cache"))
            known = cells.setdefault(key, {**cell, "turn_ns": []})
            known["turn_ns"] = [*known["turn_ns"], *cell["turn_ns"]]
    return [{"kernel": kernel, "algorithm": algorithm, "cells": list(cells.values())} for (kernel, algorithm), cells in whole.items()]


def cold_range(rounds: Iterable[dict[str, Any]], size: int) -> dict[tuple[str, str, str], tuple[float, float]]:
    """By algorithm, kernel and cell: the lowest and the highest boot's ratio to the baseline."""
    ratios: dict[tuple[str, str, str], list[float]] = {}
    for body in rounds:
        of = {cell["name"]: cost(cell) for cell in body["cells"] if (cell["bytes"], cell["cache"], cell["sockets"]) == (size, "cold", SOCKETS)}
        base = of.get(baseline_of(body["algorithm"]))
        for name, value in of.items():
            if base:
                ratios.setdefault((body["algorithm"], body["kernel"], name), []).append(value / base)
    return {key: (min(values), max(values)) for key, values in ratios.items()}


def table_of(rounds: Sequence[dict[str, Any]]) -> str:
    sizes = {cell["bytes"] for body in rounds for cell in body["cells"]}
    size = min(sizes)
    boots = len({body["round"] for body in rounds if any(cell["sockets"] == SOCKETS for cell in body["cells"])})
    lines = [table.ratios(pooled(rounds), cost, "ns"), "", f"cold, {size} bytes: the lowest and the highest of {boots} boots"]
    ranges = cold_range(rounds, size)
    width = max((len(name) for _, _, name in ranges), default=0)
    for algorithm, kernel in dict.fromkeys((algorithm, kernel) for algorithm, kernel, _ in ranges):
        lines += ["", f"{algorithm}, {kernel}"]
        lines += [f"{name:<{width}}  {low:.2f} to {high:.2f}" for (a, k, name), (low, high) in ranges.items() if (a, k) == (algorithm, kernel)]
    return "\n".join(lines)
