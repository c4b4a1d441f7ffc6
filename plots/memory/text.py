# SPDX-License-Identifier: MIT
"""Memory as plain text, 72 columns, for a mail."""

from __future__ import annotations

from plots.drawing import words
from plots.drawing.layout import beside, fill
from plots.memory import tables
from plots.memory.words import CROSSOVERS, LEGEND
from plots.verdicts.results import Results

_PAIR = 40


def section(results: Results) -> list[str]:
    """One table of each kind, the one that covers most, and the number of further tables. Empty if the run has no such
    table."""
    fitted, owners = tables.fits(results), tables.by_owner(results)
    crossed = tables.crossovers(results, results.run.baseline)
    elsewhere = tables.fits_elsewhere(results)
    counted = tables.counted(results)
    lines: list[str] = []
    if fitted:
        lines += ["", *fill(LEGEND), *beside(fitted[0])]
    for table in elsewhere:
        lines += beside(table)
    if crossed:
        lines += ["", *fill(CROSSOVERS), *beside(crossed[0], _PAIR)]
    for text in tables.predictions(results):
        lines += ["", *fill(text)]
    for table in [*owners[:1], *(of_axis[0] for of_axis in counted.values())]:
        lines += beside(table)
    kinds = [fitted, crossed, owners, *counted.values()]
    more = sum(map(len, kinds)) - sum(map(bool, kinds))
    if more:
        rest = f"{words.plural(more, 'more table')}, the columns that have no room here, and crossovers without {results.run.baseline}"
        lines += ["", *fill(f"{rest} are in report.html, which tfmbench report writes.")]
    return lines


def short(results: Results) -> list[str]:
    """For the end of a run that counted and did not time: the first table of each kind."""
    counted = tables.counted(results)
    if not counted:
        return []
    crossed = tables.crossovers(results, results.run.baseline)
    lines = [line for table in tables.fits(results)[:1] for line in beside(table)]
    lines += [line for table in crossed[:1] for line in beside(table, _PAIR)]
    return lines + beside(next(iter(counted.values()))[0])
