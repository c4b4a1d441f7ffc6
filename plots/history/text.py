# SPDX-License-Identifier: MIT
"""History as plain text, 72 columns, for a mail."""

from __future__ import annotations

from plots.drawing.layout import Table, beside, fill, wrap
from plots.history import estimates, gains, tables, words
from plots.verdicts.results import Results

_WHAT = 30
"""Columns for a row's name that is a phrase."""


def mail(results: Results) -> list[str]:
    lines: list[str] = []
    chains = tables.chains(results)
    if chains:
        lines += ["", *fill(words.LEGEND)]
        for table in chains:
            lines += beside(_without(table, "when", "interval"))
    found, counted = estimates.compared(results), gains.gains(results)
    published = tables.published(found, counted)
    if published:
        lines += ["", *fill(words.legend(found)), *beside(_without(published, "cycles", ""), _WHAT)]
        for text in words.explanations(found, counted):
            lines += ["", *fill(text)]
        if counted:
            lines += ["", *fill(words.GAINS_LEGEND)]
            lines += [line for gain in counted for line in wrap(words.in_the_kernel(gain), "- ", "  ")]
    rates = tables.rates(estimates.hidden(results))
    if rates:
        lines += ["", *fill(words.RATES_LEGEND), *beside(_without(rates, "interval"), _WHAT - 8)]
    scaling = tables.scaling(results)
    if scaling:
        lines += ["", *fill(f"Counts that two threads share. {words.SCALING}")]
        for table in scaling:
            lines += beside(_without(table, "interval"))
    return lines


def _without(table: Table, *columns: str) -> Table:
    """The table without these columns, for which a mail has no room."""
    kept = [i for i, name in enumerate(table.columns) if name not in columns]
    rows = [(name, [cells[i] for i in kept]) for name, cells in table.rows]
    return Table(table.heading, [table.columns[i] for i in kept], rows, table.notes, table.first)
