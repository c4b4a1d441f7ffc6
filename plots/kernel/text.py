# SPDX-License-Identifier: MIT
"""Kernel beside model as plain text, 72 columns, for a mail."""

from __future__ import annotations

from plots.drawing.layout import Table, beside, fill, wrap
from plots.kernel import instruction_words, tables, words
from plots.kernel.estimates import Beside, compared
from plots.kernel.instructions import Agreed, agreed
from plots.kernel.pairs import Disagreement, disagreements, ranks
from plots.verdicts.results import Results


def smallest(found: list[Beside]) -> list[Beside]:
    """Of each algorithm the smallest packets, in which the strategies differ most."""
    first: dict[str, int] = {}
    for one in found:
        first.setdefault(one.algorithm, one.bytes)
    return [one for one in found if one.bytes == first[one.algorithm]]


_MOST = 7
"""Columns of a table of ratios that a mail has room for."""


def _narrow(one: Beside, wrong: list[Disagreement]) -> list[Table]:
    """The table with shorter headings and ranges. If it has too many columns, it is two: the timed lanes have their own."""
    table = tables.ratios(one, wrong, percent=True)
    columns = [column.replace("model polluted", "model cold") for column in table.columns]
    first = [i for i, name in enumerate(columns) if name.split()[0] in ("model", "counted")]
    parts = [first, [i for i in range(len(columns)) if i not in first]] if len(columns) > _MOST else [[*range(len(columns))]]
    return [
        Table(table.heading, [columns[i] for i in part], [(name, [cells[i] for i in part]) for name, cells in table.rows], [])
        for part in parts
    ]


def instructions(found: list[Agreed]) -> list[str]:
    """The first paragraphs and their table. The names of apis leave more room than those of strategies."""
    if not found:
        return []
    said = [line for text in instruction_words.lines(found) for line in [*fill(text), ""]]
    table = instruction_words.agreement(found)
    return [*said[:-1], *beside(table, 1 + max(len(name) for name, _ in table.rows)), ""]


def mail(results: Results) -> list[str]:
    kernel = results.run.kernel
    if kernel is None:
        return []
    found, missing = compared(results)
    lines = [""]
    wrong = disagreements(kernel, found)
    lines += instructions(agreed(kernel))
    if found:
        lines += fill(words.verdict(found, wrong))
        lines += [line for head, clauses in words.who(wrong) for line in wrap(f"{head}. {'. '.join(clauses)}.", "- ", "  ")]
    lines += [line for text in words.missing(missing) for line in wrap(text, "- ", "  ")]
    for label, text in words.conditions(kernel):
        lines += wrap(text, f"{label + ':':<11}", " " * 11)
    for warning in kernel.warnings:
        lines += wrap(warning, "warning:   ", " " * 11)
    if found:
        ranges = " Ranges are in percent." if any(at.lane != "counted" for one in found for at in one.columns) else ""
        lines += ["", *fill(f"{words.legend(found)}{ranges}")]
        lines += [line for one in smallest(found) for table in _narrow(one, wrong) for line in beside(table)]
        agreement = tables.rank_agreement(ranks(found))
        lines += ["", *fill(words.TAU_LEGEND), *beside(_without_algorithms(agreement))]
    return lines


def _without_algorithms(table: Table) -> Table:
    """The table of ranks without the columns for which a mail has no room."""
    return Table(table.heading, table.columns[:4], [(name, cells[:4]) for name, cells in table.rows], table.notes, table.first)
