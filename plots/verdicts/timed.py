# SPDX-License-Identifier: MIT
"""A timed round. Several questions use it."""

from __future__ import annotations

from dataclasses import dataclass

from plots.run.rounds import Cell, Watched
from plots.statistics.stats import median

PERCENTILES = ("p50", "p90", "p99", "p999")


@dataclass(frozen=True)
class Histogram:
    """Latencies of one cell in one round. The buckets stay in the file, since only a round's percentiles are compared."""

    overflow: int
    p50_ns: float | None
    p90_ns: float | None
    p99_ns: float | None
    p999_ns: float | None


@dataclass(frozen=True, kw_only=True)
class TimedCell(Cell):
    turn_ns_per_packet: tuple[float | None, ...]
    batches: int
    batches_disturbed: int
    turns_void: int
    """Turns that began with upper halves of SIMD registers in use. 0 in older files, which did not look."""
    turns_dirtied: int
    """Turns that are not void, but whose own packets left upper halves in use."""
    rss_bytes: int | None
    latency: dict[str, Histogram] | None
    open_loop_turns: int
    """All open-loop turns, with the disturbed ones. 0 in closed loop."""
    open_loop_turns_disturbed: int
    open_loop_turns_void: int
    turn_counts_per_packet: dict[str, tuple[float | None, ...]]
    """By event, in the order of the turns. Empty: nothing was counted."""
    batches_uncounted: int
    """Kept, but without counts."""

    @property
    def ns_per_packet(self) -> float | None:
        """The median of its turns. None if none kept a batch."""
        return median([turn for turn in self.turn_ns_per_packet if turn is not None])

    def count(self, event: str) -> float | None:
        """Per packet: the median of its turns. None if no turn was counted."""
        return median([turn for turn in self.turn_counts_per_packet.get(event, ()) if turn is not None])


@dataclass(frozen=True, kw_only=True)
class TimedRound(Watched[TimedCell]):
    offered_pps: float | None
    events: tuple[str, ...] | None
    """What its turns counted. Empty: nothing. None: older files do not say."""
    events_missing: str | None
    """Which events are not among them and why, in one line. None: no event is missing."""
