# SPDX-License-Identifier: MIT
"""Memory as plain text, 72 columns, for a mail."""

from __future__ import annotations

from plots import memory_tables, memory_words, words
from plots.memory_tables import Table
from plots.results import Results
from plots.layout import WIDTH, fill

_NAME, _PAIR, _LEAST = 18, 40, 9


def _table(table: Table, name: int = _NAME) -> list[str]:
    """As many of its columns as stand side by side, the first and the last among them; headings of two words in two lines."""
    heads = [column.split(" ", 1) if max(map(len, table.columns)) > _LEAST else [column] for column in table.columns]
    texts = [*(word for head in heads for word in head), *(cell for _, cells in table.rows for cell in cells)]
    width = max(_LEAST, *(len(text) + 1 for text in texts))
    last, gaps = len(heads) - 1, min(len(heads), (WIDTH - name) // width) - 1
    shown = [round(i * last / gaps) for i in range(gaps + 1)] if gaps else [last]
    above = [[""] * (max(map(len, heads)) - len(head)) + head for head in heads]
    rows = [*(("", list(line)) for line in zip(*above)), *table.rows]
    lines = ["", *fill(table.heading)]
    lines += [f"{row:<{name}.{name}}" + "".join(f"{cells[i]:>{width}}" for i in shown) for row, cells in rows]
    return lines + [line for note in table.notes for line in fill(f"! {note}")]


def section(results: Results) -> list[str]:
    """One table of each kind, the one that reaches furthest, and how many there are beside them; nothing where the run has
    none of it."""
    fitted, owners = memory_tables.fits(results), memory_tables.by_owner(results)
    crossed = memory_tables.crossovers(results, results.run.baseline)
    elsewhere = memory_tables.fits_elsewhere(results)
    counted = memory_tables.counted(results)
    lines: list[str] = []
    if fitted:
        lines += ["", *fill(memory_words.LEGEND), *_table(fitted[0])]
    for table in elsewhere:
        lines += _table(table)
    if crossed:
        lines += ["", *fill(memory_words.CROSSOVERS), *_table(crossed[0], _PAIR)]
    for text in memory_tables.predictions(results):
        lines += ["", *fill(text)]
    for table in [*owners[:1], *(tables[0] for tables in counted.values())]:
        lines += _table(table)
    kinds = [fitted, crossed, owners, *counted.values()]
    more = sum(len(tables) for tables in kinds) - sum(bool(tables) for tables in kinds)
    if more:
        beside = f"{words.plural(more, 'table')} more, the columns that found no room here, and the crossovers of others"
        lines += ["", *fill(f"{beside} than {results.run.baseline} are in report.html.")]
    return lines


def short(results: Results) -> list[str]:
    """For the end of a run that counted without timing: the first of each kind of table."""
    counted = memory_tables.counted(results)
    if not counted:
        return []
    crossed = memory_tables.crossovers(results, results.run.baseline)
    lines = [line for table in memory_tables.fits(results)[:1] for line in _table(table)]
    lines += [line for table in crossed[:1] for line in _table(table, _PAIR)]
    return lines + _table(next(iter(counted.values()))[0])
