# SPDX-License-Identifier: MIT
"""What hardware counters counted per packet, beside the times of the same turns."""

from __future__ import annotations

from collections import Counter
from typing import Any

from plots.drawing import conditions, words
from plots.drawing.layout import Table
from plots.statistics.stats import median
from plots.verdicts.results import BlockResult, Results
from plots.verdicts.timed import TimedCell, TimedRound

HEADING = "Counters per packet"
LEGEND = (
    "Counted in user space by the CPU, in the same batches whose times were kept. A round gives the median over turns; shown is the median "
    "over rounds. instr.: instructions; instr. /cycle: the quotient of the two medians. misses: of loads. Counters are not judged."
)


def _events(block: BlockResult) -> list[str]:
    """The events that any of its rounds counted."""
    return list(dict.fromkeys(event for r in block.timed for event in r.events or ()))


def _cells(block: BlockResult, name: str) -> list[TimedCell]:
    return [cell for r in block.timed if (cell := r.cell(name)) is not None]


def per_packet(block: BlockResult, name: str) -> dict[str, float | None]:
    """By event. None: no turn was counted."""
    return {
        event: median([found for cell in _cells(block, name) if (found := cell.count(event)) is not None]) for event in _events(block)
    }


def _rounds(results: Results) -> list[TimedRound]:
    return [r for block in results.blocks for r in block.timed]


def missing(results: Results) -> str:
    """Why events are missing, in one line. Empty: none are, or older files do not say."""
    whys = Counter(r.events_missing for r in _rounds(results) if r.events_missing)
    if not whys:
        return ""
    counted = any(r.events for r in _rounds(results))
    return f"{'Not counted' if counted else 'None'}: {'; '.join(why for why, _ in whys.most_common())}."


_HEADINGS = {
    "instructions": "instr.",
    "l1d_load_misses": "L1D misses",
    "llc_load_misses": "LLC misses",
    "dtlb_load_misses": "dTLB misses",
}
"""Of events with long names: a mail has six columns."""


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return words.fixed(value, 0 if value >= 100 else 2)


def _row(counts: dict[str, float | None]) -> list[str]:
    cycles, instructions = counts.get("cycles"), counts.get("instructions")
    per_cycle = instructions / cycles if cycles and instructions else None
    return [*map(_shown, counts.values()), _shown(per_cycle)]


def _notes(block: BlockResult) -> list[str]:
    """How many batches have no counts."""
    cells = [cell for r in block.timed for cell in r.cells]
    lost, kept = sum(c.batches_uncounted for c in cells), sum(c.batches - c.batches_disturbed for c in cells)
    if not lost:
        return []
    return [f"{lost:,} of {kept:,} batches have a time and no counts: the PMU was shared with other counters meanwhile"]


def _table(block: BlockResult) -> Table:
    events = _events(block)
    rows = [(s.name, _row(per_packet(block, s.name))) for s in block.strategies]
    columns = [*(_HEADINGS.get(event, event) for event in events), "instr. /cycle"]
    return Table(", ".join(conditions.of(block.block.axes)), columns, rows, _notes(block))


def tables(results: Results) -> list[Table]:
    """A table for each closed-loop block that has counts."""
    return [_table(block) for block in results.blocks if block.closed_loop and _events(block)]


def summary(block: BlockResult) -> dict[str, Any] | None:
    """None: older files do not say."""
    if all(r.events is None for r in block.timed):
        return None
    whys = {r.events_missing for r in block.timed if r.events_missing}
    each = {s.name: per_packet(block, s.name) for s in block.strategies} if _events(block) else {}
    return {"missing": "; ".join(sorted(whys)) or None, "per_packet": each}
