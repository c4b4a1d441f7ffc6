# SPDX-License-Identifier: MIT
"""History on the page."""

from __future__ import annotations

from plots.drawing.html import piece
from plots.history import estimates, gains, tables, words
from plots.verdicts.question import OnPage
from plots.verdicts.results import Results


def page(results: Results) -> OnPage:
    published, counted = estimates.compared(results), gains.gains(results)
    values = {
        "legends": words,
        "chains": tables.chains(results),
        "more_chains": tables.fewer_sockets(results),
        "published_legend": words.legend(published),
        "published": tables.published(published, counted),
        "explanations": words.explanations(published, counted),
        "gains": [words.in_the_kernel(gain) for gain in counted],
        "rates": tables.rates(estimates.hidden(results)),
        "scaling": tables.scaling(results),
    }
    has = any(values[part] for part in ("chains", "published", "rates", "scaling"))
    return OnPage(section=piece("history/page.html", "section", **values) if has else "")
