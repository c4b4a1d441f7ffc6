# SPDX-License-Identifier: MIT
"""Memory pressure on the page."""

from __future__ import annotations

from plots.drawing.html import piece
from plots.pressure import estimates, words
from plots.pressure.rounds import PressureRound
from plots.verdicts.families import families
from plots.verdicts.question import OnPage
from plots.verdicts.results import BlockResult, Results


def _rounds(block: BlockResult) -> tuple[PressureRound, ...]:
    return block.block.of(PressureRound)


def page(results: Results) -> OnPage:
    # The family with the most points first, as in figures.
    found = sorted(families([b for b in results.measured if estimates.of(b)], "pages"), key=lambda f: -len(f.blocks))
    if not found:
        return OnPage()
    values = {
        "run": results.run,
        "found": found,
        "names": results.columns,
        "pressure": words,
        "order": words.order(results),
        "of": estimates.of,
        "named": estimates.named,
        "rounds": _rounds,
    }
    return OnPage(first=piece("pressure/page.html", "first", **values))
