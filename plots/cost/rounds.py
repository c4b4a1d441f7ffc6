# SPDX-License-Identifier: MIT
"""The pass `timed`: how its files are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from plots.run.rounds import Pass, head, watched
from plots.verdicts.timed import Histogram, TimedCell, TimedRound


def _histogram(data: dict[str, Any]) -> Histogram:
    return Histogram(**{name: data[name] for name in Histogram.__dataclass_fields__})


def _cell(cell: dict[str, Any]) -> TimedCell:
    latency = cell["latency"]
    return TimedCell(
        **head(cell),
        turn_ns_per_packet=tuple(cell["turn_ns_per_packet"]),
        batches=cell["batches"],
        batches_disturbed=cell["batches_disturbed"],
        turns_void=cell.get("turns_void", 0),
        turns_dirtied=cell.get("turns_dirtied", 0),
        rss_bytes=cell["rss_bytes"],
        latency={kind: _histogram(latency[kind]) for kind in ("response", "service", "lateness")} if latency else None,
        open_loop_turns=latency["turns"] if latency else 0,
        open_loop_turns_disturbed=latency["turns_disturbed"] if latency else 0,
        open_loop_turns_void=latency.get("turns_void", 0) if latency else 0,
        turn_counts_per_packet={event: tuple(turns) for event, turns in cell.get("turn_counts_per_packet", {}).items()},
        batches_uncounted=cell.get("batches_uncounted", 0),
    )


def _counted(cell: TimedCell, events: tuple[str, ...]) -> None:
    """ValueError unless it has a count of each event, or none, for each turn."""
    if sorted(cell.turn_counts_per_packet) != sorted(events):
        raise ValueError(f"cell {cell.name} counts {list(cell.turn_counts_per_packet)}, the round {list(events)}")
    for event, turns in cell.turn_counts_per_packet.items():
        if len(turns) != len(cell.turn_ns_per_packet):
            raise ValueError(f"cell {cell.name} has {len(turns)} turns of {event} and {len(cell.turn_ns_per_packet)} of times")


def read(path: Path, data: dict[str, Any]) -> TimedRound:
    cells = tuple(_cell(cell) for cell in data["cells"])
    laps = {len(cell.turn_ns_per_packet) for cell in cells}
    if len(laps) > 1:
        raise ValueError(f"cells have {sorted(laps)} turns, all cells of a round must have the same number")
    for cell in cells:
        if cell.turns_void > cell.turn_ns_per_packet.count(None):
            raise ValueError(f"cell {cell.name} has {cell.turns_void} void turns, but a time for some of them")
    counters = data.get("counters")
    events = tuple(counters["events"]) if counters else None
    for cell in cells:
        _counted(cell, events or ())
    missing = counters["missing"] if counters else None
    return TimedRound(**watched(path, data), cells=cells, offered_pps=data["offered_pps"], events=events, events_missing=missing)


PASS = Pass("timed", "", TimedRound, read, done="timed rounds done", copies=True)
