# SPDX-License-Identifier: MIT
"""Operations in flight as plain text, 72 columns: for a mail, and for the table that a run prints at its end."""

from __future__ import annotations

from plots.drawing.layout import beside, fill
from plots.in_flight.tables import depths, flights, sections
from plots.in_flight.words import LEGEND, SECTION_LEGEND
from plots.verdicts.results import Results


def table(results: Results) -> list[str]:
    return [line for family in flights(results) for line in beside(depths(family))]


def mail(results: Results) -> list[str]:
    found = flights(results)
    if not found:
        return []
    return ["", *fill(LEGEND), *table(results), "", *fill(SECTION_LEGEND), *beside(sections(found)[0])]
