# SPDX-License-Identifier: MIT
"""The table at the end of a lane that times: warm ratios of a typical round, and the cold ones' range, for a round decides those."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from kernel.lanes import table
from kernel.lanes.names import SOCKETS, baseline_of


Key = tuple[str, str, int, int, str, str]
"""Algorithm, kernel, bytes, sockets, cache, cell."""


def ns_a_packet(cell: dict[str, Any]) -> float:
    return float(statistics.median(cell["turn_ns"])) / int(cell["packets"])


def paired(turns: Sequence[float], base: Sequence[float]) -> float:
    """Turn against turn of a round, for what else the machine does meets both; and the median."""
    return statistics.median(turn / other for turn, other in zip(turns, base, strict=True))


def ratios(rounds: Iterable[dict[str, Any]]) -> dict[Key, list[float]]:
    """Each round's ratio to the baseline."""
    found: dict[Key, list[float]] = {}
    for body in rounds:
        head = (body["algorithm"], body["kernel"])
        turns = {(cell["bytes"], cell["sockets"], cell["cache"], cell["name"]): cell["turn_ns"] for cell in body["cells"]}
        for key, of_cell in turns.items():
            base = turns.get((*key[:3], baseline_of(body["algorithm"])))
            if base:
                found.setdefault((*head, *key), []).append(paired(of_cell, base))
    return found


def typical(rounds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each kernel and algorithm once. A cell has one turn: the baseline's median, times the median of the rounds' ratios."""
    medians = {key: statistics.median(values) for key, values in ratios(rounds).items()}
    whole: dict[tuple[str, str], dict[Key, dict[str, Any]]] = {}
    base: dict[Key, list[float]] = {}
    for body in rounds:
        for cell in body["cells"]:
            head = (body["algorithm"], body["kernel"], cell["bytes"], cell["sockets"], cell["cache"])
            whole.setdefault(head[:2], {}).setdefault((*head, cell["name"]), cell)
            if cell["name"] == baseline_of(body["algorithm"]):
                base.setdefault((*head, ""), []).append(ns_a_packet(cell) * cell["packets"])
    return [
        {
            "algorithm": algorithm,
            "kernel": kernel,
            "cells": [{**cell, "turn_ns": [medians[key] * statistics.median(base[(*key[:5], "")])]} for key, cell in cells.items() if key in medians],
        }
        for (algorithm, kernel), cells in whole.items()
    ]


def cold_range(rounds: Iterable[dict[str, Any]], size: int) -> dict[tuple[str, str, str], tuple[float, float]]:
    """By algorithm, kernel and cell: the lowest and the highest round's ratio."""
    cold = {key: values for key, values in ratios(rounds).items() if key[2:5] == (size, SOCKETS, "cold")}
    return {(key[0], key[1], key[5]): (min(values), max(values)) for key, values in cold.items()}


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
    return "\n".join([table.ratios(typical(rounds), ns_a_packet, "ns"), "", title, "", *lines])


def _span(span: tuple[float, float] | None) -> str:
    return f"{span[0]:.2f}–{span[1]:.2f}" if span else "–"
