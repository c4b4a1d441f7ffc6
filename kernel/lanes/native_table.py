# SPDX-License-Identifier: MIT
"""The table at the end of a lane that times: warm ratios of a typical round, and the cold ones' range, for a round decides those."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from kernel.lanes import table
from kernel.lanes.names import SOCKETS, baseline_of


def cost(cell: dict[str, Any]) -> float:
    """Nanoseconds a packet, of the median turn."""
    return float(statistics.median(cell["turn_ns"])) / int(cell["packets"])


def typical(rounds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each kernel and algorithm once: a cell has the cost of a round, the median of all."""
    whole: dict[tuple[str, str], dict[tuple[Any, ...], list[dict[str, Any]]]] = {}
    for body in rounds:
        cells = whole.setdefault((body["kernel"], body["algorithm"]), {})
        for cell in body["cells"]:
            cells.setdefault(tuple(cell[name] for name in ("name", "bytes", "sockets", "cache")), []).append(cell)
    return [
        {
            "kernel": kernel,
            "algorithm": algorithm,
            "cells": [{**same[0], "turn_ns": [statistics.median(cost(cell) * cell["packets"] for cell in same)]} for same in cells.values()],
        }
        for (kernel, algorithm), cells in whole.items()
    ]


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
    """Of a lane that times: a round is a boot, or a load of the module."""
    size = min(cell["bytes"] for body in rounds for cell in body["cells"])
    count = len({body["round"] for body in rounds if any(cell["sockets"] == SOCKETS for cell in body["cells"])})
    ranges = cold_range(rounds, size)
    columns = list(dict.fromkeys((algorithm, kernel) for algorithm, kernel, _ in ranges))
    names = list(dict.fromkeys(name for _, _, name in ranges))
    rows = [["", *(algorithm for algorithm, _ in columns)], ["", *(kernel for _, kernel in columns)]]
    rows += [[name, *(_span(ranges.get((algorithm, kernel, name))) for algorithm, kernel in columns)] for name in names]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    title = f"cold, {size} bytes: the lowest and the highest ratio of {count} rounds"
    return "\n".join([table.ratios(typical(rounds), cost, "ns"), "", title, "", *lines])


def _span(span: tuple[float, float] | None) -> str:
    return f"{span[0]:.2f}–{span[1]:.2f}" if span else "–"
