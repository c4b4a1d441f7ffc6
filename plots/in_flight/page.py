# SPDX-License-Identifier: MIT
"""Operations in flight on the page."""

from __future__ import annotations

from plots.drawing.html import piece
from plots.in_flight import tables, words
from plots.verdicts.question import OnPage
from plots.verdicts.results import Results


def page(results: Results) -> OnPage:
    flights = tables.flights(results)
    values = {"flights": flights, "legends": words, "depths": tables.depths, "sections": tables.sections}
    return OnPage(section=piece("in_flight/page.html", "section", **values) if flights else "")
