# SPDX-License-Identifier: MIT
"""History on the page."""

from __future__ import annotations

from plots.drawing.html import piece
from plots.history import estimates, tables, words
from plots.verdicts.question import OnPage
from plots.verdicts.results import Results


def page(results: Results) -> OnPage:
    published = estimates.compared(results)
    values = {
        "legends": words,
        "chains": tables.chains(results),
        "more_chains": tables.fewer_sockets(results),
        "published": tables.published(published),
        "explanations": words.explanations(published),
        "rates": tables.rates(estimates.hidden(results)),
        "scaling": tables.scaling(results),
    }
    has = values["chains"] or values["rates"] or values["scaling"]
    return OnPage(section=piece("history/page.html", "section", **values) if has else "")
