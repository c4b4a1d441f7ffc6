# SPDX-License-Identifier: MIT
"""Times on the page."""

from __future__ import annotations

from plots.cost import counters
from plots.cost import words as cost
from plots.cost.tables import runs_of_a_flow
from plots.drawing import conditions
from plots.drawing.html import piece
from plots.verdicts import sittings
from plots.verdicts.families import families, memory_families
from plots.verdicts.question import OnPage
from plots.verdicts.results import Results
from plots.verdicts.words import headroom

GLANCE_OPEN = 24
"""With more blocks, the table of all of them is folded away."""


def page(results: Results) -> OnPage:
    timed = families([block for block in results.measured if block.timed], "sockets")
    overview = [block for block in results.measured if block.closed_loop]
    common, own = conditions.distinct(block.block.axes for block in overview)
    values = {
        "cost": cost,
        "sittings": sittings,
        "run": results.run,
        "families": timed,
        "with_memory": {family.shared for family in memory_families(results.measured, "sockets")},
        "headroom": headroom,
        "overview": list(zip(overview, own)),
        "common": common,
        "glance_open": GLANCE_OPEN,
        "runs": runs_of_a_flow(results),
        "counters": counters,
        "counted": counters.tables(results),
        "uncounted": counters.missing(results),
        "names": results.columns,
        "glance_notes": list(dict.fromkeys(text for block in overview if (text := cost.threads(block)))),
    }
    return OnPage(
        first=piece("cost/page.html", "first", **values),
        glance=piece("cost/page.html", "glance", **values),
        others=piece("cost/page.html", "others", **values),
        other_blocks=sum(len(family.blocks) for family in timed[1:]),
    )
