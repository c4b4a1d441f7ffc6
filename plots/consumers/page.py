# SPDX-License-Identifier: MIT
"""Protocols side by side on the page."""

from __future__ import annotations

from plots.consumers import estimates, words
from plots.drawing.html import piece
from plots.verdicts.question import OnPage
from plots.verdicts.results import Results


def page(results: Results) -> OnPage:
    blocks = estimates.blocks(results)
    values = {"results": results, "run": results.run, "blocks": blocks, "names": estimates.names(results), "legends": words}
    return OnPage(section=piece("consumers/page.html", "section", **values) if blocks else "")
