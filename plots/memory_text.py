# SPDX-License-Identifier: MIT
"""Memory as plain text, 72 columns, for a mail."""

from __future__ import annotations

from plots import memory_tables, memory_words
from plots.memory_tables import Table
from plots.results import Results
from plots.layout import WIDTH, fill

_NAME, _PAIR, _LEAST = 18, 36, 9


def _table(table: Table, name: int = _NAME) -> list[str]:
    """Its columns side by side as far as they fit, the rest below."""
    width = max(_LEAST, *(len(text) + 1 for text in [*table.columns, *(c for _, cells in table.rows for c in cells)]))
    fitting = (WIDTH - name) // width
    lines = fill(table.heading)
    for start in range(0, len(table.columns), fitting):
        part = slice(start, start + fitting)
        lines.append(" " * name + "".join(f"{column:>{width}}" for column in table.columns[part]))
        lines += [f"{strategy:<{name}.{name}}" + "".join(f"{c:>{width}}" for c in cells[part]) for strategy, cells in table.rows]
    return lines + [line for note in table.notes for line in fill(f"! {note}")]


def section(results: Results) -> list[str]:
    """Fits, crossovers and what was counted; nothing where the run has none of it."""
    lines: list[str] = []
    found = memory_tables.fits(results)
    if found:
        lines += ["", *fill(memory_words.LEGEND)]
    for table in found:
        lines += ["", *_table(table)]
    crossing = memory_tables.crossovers(results)
    if crossing:
        lines += ["", *fill(memory_words.CROSSOVERS)]
    for table in crossing:
        lines += ["", *_table(table, _PAIR)]
    for text in memory_tables.predictions(results):
        lines += ["", *fill(text)]
    for table in memory_tables.by_owner(results):
        lines += ["", *_table(table)]
    for table in memory_tables.counted(results):
        lines += ["", *_table(table)]
    return lines


def short(results: Results) -> list[str]:
    """For the end of a run that counted without timing: the first of each kind of table."""
    counted = memory_tables.counted(results)
    if not counted:
        return []
    tables = [(table, _NAME) for table in memory_tables.fits(results)[:1]]
    tables += [(table, _PAIR) for table in memory_tables.crossovers(results)[:1]] + [(counted[0], _NAME)]
    return [line for table, name in tables for line in ["", *_table(table, name)]]
