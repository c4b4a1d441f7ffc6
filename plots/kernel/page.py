# SPDX-License-Identifier: MIT
"""Kernel beside model on the page."""

from __future__ import annotations

from plots.drawing.html import piece
from plots.kernel import instruction_words, own, tables, words
from plots.kernel.estimates import compared
from plots.kernel.instructions import agreed
from plots.kernel.pairs import disagreements, ranks
from plots.kernel.text import smallest
from plots.verdicts.question import OnPage
from plots.verdicts.results import Results


def page(results: Results) -> OnPage:
    kernel = results.run.kernel
    if kernel is None:
        return OnPage(section=piece("kernel/page.html", "without", legends=words))
    found, missing = compared(results)
    wrong = disagreements(kernel, found)
    first = smallest(found)
    counted = agreed(kernel)
    values = {
        "legends": words,
        "verdict": words.verdict(found, wrong) if found else "",
        "instructions": instruction_words,
        "instruction_lines": instruction_words.lines(counted),
        "counted": kernel.lane("counted"),
        "instruction_agreement": instruction_words.agreement(counted) if counted else None,
        "opposite": instruction_words.opposite(counted),
        "instruction_tables": instruction_words.tables(counted),
        "who": words.who(wrong),
        "missing": words.missing(missing),
        "conditions": words.conditions(kernel),
        "warnings": kernel.warnings,
        "legend": words.legend(found) if found else "",
        "ratios": [tables.ratios(one, wrong) for one in first],
        "more_ratios": [tables.ratios(one, wrong) for one in found if one not in first],
        "agreement": tables.rank_agreement(ranks(found)) if found else None,
        "phases": own.phases(kernel),
        "faults": own.faults(kernel),
        "slab": own.slab(kernel),
        "connections": own.connections(kernel),
    }
    return OnPage(section=piece("kernel/page.html", "section", **values))
