# SPDX-License-Identifier: MIT
"""Counted memory on the page."""

from __future__ import annotations

from plots.drawing.html import piece
from plots.memory import faults, tables
from plots.memory import words as legends
from plots.verdicts.question import OnPage
from plots.verdicts.results import Results


def page(results: Results) -> OnPage:
    failing, memory = faults.failing(results), tables.Tables.of(results)
    values = {"failing": failing, "memory": memory, "legends": legends}
    return OnPage(
        first=piece("memory/page.html", "first", **values),
        others=piece("memory/page.html", "others", **values),
        other_blocks=sum(len(family.blocks) for family in failing[1:]),
        section=piece("memory/page.html", "section", **values) if memory.fits or memory.counted else "",
    )
