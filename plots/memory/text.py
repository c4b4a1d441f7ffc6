# SPDX-License-Identifier: MIT
"""Memory as plain text, 72 columns, for a mail."""

from __future__ import annotations

from plots.drawing import words
from plots.memory import tables as memory_tables, words as memory_words
from plots.verdicts.results import Results
from plots.drawing.layout import beside, fill

_PAIR = 40


def section(results: Results) -> list[str]:
    """One table of each kind, the one that reaches furthest, and how many there are beside them; nothing where the run has
    none of it."""
    fitted, owners = memory_tables.fits(results), memory_tables.by_owner(results)
    crossed = memory_tables.crossovers(results, results.run.baseline)
    elsewhere = memory_tables.fits_elsewhere(results)
    counted = memory_tables.counted(results)
    lines: list[str] = []
    if fitted:
        lines += ["", *fill(memory_words.LEGEND), *beside(fitted[0])]
    for table in elsewhere:
        lines += beside(table)
    if crossed:
        lines += ["", *fill(memory_words.CROSSOVERS), *beside(crossed[0], _PAIR)]
    for text in memory_tables.predictions(results):
        lines += ["", *fill(text)]
    for table in [*owners[:1], *(tables[0] for tables in counted.values())]:
        lines += beside(table)
    kinds = [fitted, crossed, owners, *counted.values()]
    more = sum(len(tables) for tables in kinds) - sum(bool(tables) for tables in kinds)
    if more:
        rest = f"{words.plural(more, 'table')} more, the columns that found no room here, and the crossovers of others"
        lines += ["", *fill(f"{rest} than {results.run.baseline} are in report.html, which tfmbench report writes.")]
    return lines


def short(results: Results) -> list[str]:
    """For the end of a run that counted without timing: the first of each kind of table."""
    counted = memory_tables.counted(results)
    if not counted:
        return []
    crossed = memory_tables.crossovers(results, results.run.baseline)
    lines = [line for table in memory_tables.fits(results)[:1] for line in beside(table)]
    lines += [line for table in crossed[:1] for line in beside(table, _PAIR)]
    return lines + beside(next(iter(counted.values()))[0])
