# SPDX-License-Identifier: MIT
"""A comparison as Markdown for a pull request: short, with the full table folded away.

A comment takes 65,536 characters. So the first tables have at most 20 rows, and the full table ends before LIMIT.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from plots.compare.compare import Comparison
from plots.compare.counts import Count
from plots.compare.gate import Outcome, cannot_judge, counted_line, grouped, label, time
from plots.compare.pairs import Pair
from plots.compare.times import OTHER_KIND, Change
from plots.drawing import words
from plots.verdicts.results import Results

LIMIT = 60_000
ROWS = 20

Row = tuple[str, ...]
_HEAD: Row = ("block", "strategy", "what", "A", "B", "change")


def _cell(text: str) -> str:
    """Text that stays in one cell of a table."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _table(head: Row, rows: Iterable[Row]) -> list[str]:
    lines = [head, ("---",) * len(head), *(tuple(map(_cell, row)) for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines]


def _time(change: Change, baseline: str) -> Row:
    said = f"{words.ratio(change.change.median)} ({words.interval(change.change, '–')})"
    return change.pair.where, change.strategy, label(change, baseline), time(change.a, change.what), time(change.b, change.what), said


def _counted(counts: Sequence[Count]) -> Row:
    return counts[0].pair.where, counts[0].strategy, "counted", "", "", counted_line(counts)


def _part(comparison: Comparison, heading: str, time_in: Callable[[Change], bool], judged: str) -> list[str]:
    """A heading and a table. Nothing if it has no rows."""
    rows = [_time(c, comparison.baseline) for c in comparison.changes if time_in(c)]
    found = grouped(((c.pair.where, c.strategy), c) for c in comparison.counts if c.judged == judged)
    rows += [_counted(counts) for counts in found.values()]
    more = [f"\n… and {len(rows) - ROWS:,} more: `tfmbench compare` prints them."] if len(rows) > ROWS else []
    return ["", f"**{heading}** ({len(rows):,})", "", *_table(_HEAD, rows[:ROWS]), *more] if rows else []


def _cannot(comparison: Comparison) -> list[str]:
    lines = cannot_judge(comparison)
    more = [f"- … and {len(lines) - ROWS:,} more"] if len(lines) > ROWS else []
    return ["", f"**Cannot be judged** ({len(lines):,})", "", *(f"- {_cell(line)}" for line in lines[:ROWS]), *more] if lines else []


def _conditions(comparison: Comparison) -> list[str]:
    if not comparison.differences:
        return []
    rows = [(one.what, one.a, one.b) for one in comparison.differences]
    refused = ["", f"{OTHER_KIND.capitalize()}, so times are not judged."] if comparison.times_refused else []
    return ["", "**Conditions that differ**", "", *_table(("condition", "A", "B"), rows), *refused]


def _run(name: str, results: Results) -> str:
    git = results.run.git
    return f"{name}: `{results.run.path}` ({git['revision'] or 'revision not known'}{', with local changes' if git['dirty'] else ''})"


def _block(pair: Pair, changes: Sequence[Change], counts: Sequence[Count], baseline: str) -> str:
    """A block's part of the full table: all times, and the counted numbers that differ."""
    rows = [(*_time(c, baseline)[1:], c.word) for c in changes]
    found = grouped((c.strategy, c) for c in counts if c.judged != "equal")
    rows += [(*_counted(of_one)[1:], "") for of_one in found.values()]
    lines = ["", _cell(pair.where), "", *_table((*_HEAD[1:], "verdict"), rows)] if rows else []
    return "\n".join(lines)


def _full(comparison: Comparison, room: int) -> list[str]:
    changes = grouped((c.pair.a.block.id, c) for c in comparison.changes)
    counts = grouped((c.pair.a.block.id, c) for c in comparison.counts)
    equal = sum(c.judged == "equal" for c in comparison.counts)
    lines = ["", "<details><summary>All times, and the counted numbers that differ</summary>", ""]
    lines.append(f"Counted numbers: {equal:,} equal, {len(comparison.counts) - equal:,} not.")
    blocks = [
        _block(pair, changes.get(pair.a.block.id, []), counts.get(pair.a.block.id, []), comparison.baseline)
        for pair in comparison.pairs
    ]
    told = [block for block in blocks if block]
    shown = 0
    for block in told:
        if len(block) > room:
            break
        room -= len(block) + 1
        shown += 1
    left = [f"\n… and {words.plural(len(told) - shown, 'block')} more: `tfmbench compare` prints them."] if shown < len(told) else []
    return [*lines, *told[:shown], *left, "", "</details>"]


def markdown(comparison: Comparison, outcome: Outcome | None) -> str:
    """First what lies beyond the gate, or without a gate beyond the block's margin; all else is folded away."""
    said = f": {outcome.word} (gate of {outcome.gate_percent:g} %)" if outcome else ""
    gate = outcome.gate_percent if outcome else None
    lines = [f"### tfmbench{said}", "", f"{_run('A', comparison.a)}  ", _run("B", comparison.b)]
    lines += _conditions(comparison)
    lines += _part(comparison, "Got worse", lambda c: c.worse(gate), "more")
    lines += _part(comparison, "Improved", lambda c: c.better(gate), "less")
    lines += _cannot(comparison)
    short = "\n".join(lines)
    return short + "\n" + "\n".join(_full(comparison, LIMIT - len(short))) + "\n"
