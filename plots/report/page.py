# SPDX-License-Identifier: MIT
"""report/report.html: one file that opens offline, on a phone and on a desktop, by day and by night."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from plots.claims import claims
from plots.consumers import estimates as consumers
from plots.drawing import words
from plots.history import estimates as history, tables as history_tables
from plots.in_flight import words as in_flight_words
from plots.memory import tables as memory_tables, words as memory_words
from plots.pressure import words as pressure_words
from plots.report import provenance, words as asked
from plots.verdicts.families import Axis, Family, families, memory_families
from plots.report.figures import FIRST, FOLDED, Chosen
from plots.drawing.palette import mark
from plots.drawing.style import Drawn
from plots.verdicts.results import BlockResult, Results
from plots.drawing.svg import colour_rules, inline
from plots.report.table import aa_line
from plots.statistics.verdict import FLOOR

GLANCE_OPEN = 24
"""Blocks up to which the table of all of them stands open on the page."""
TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


@dataclass(frozen=True)
class Placed:
    """A figure on the page."""

    drawn: Drawn
    svg: Markup


@dataclass(frozen=True)
class Tables:
    """Blocks under one heading."""

    heading: str
    family: Family


def _tables(blocks: list[BlockResult], axis: Axis) -> list[Tables]:
    return [Tables(", ".join(words.conditions(f.shared, [axis])), f) for f in families(blocks, axis)]


def place(figures: list[tuple[Chosen, Drawn, str]]) -> tuple[list[Placed], list[Placed], list[Drawn]]:
    """Figures shown open, folded away, and linked only."""
    opened: list[Placed] = []
    folded: list[Placed] = []
    linked: list[Drawn] = []
    for number, (chosen, drawn, svg) in enumerate(figures):
        if chosen.place < FIRST + FOLDED:
            placed = Placed(drawn, Markup(inline(svg, drawn, f"f{number}-")))
            (opened if chosen.main else folded).append(placed)
        else:
            linked.append(drawn)
    return opened, folded, linked


def page(results: Results, figures: list[tuple[Chosen, Drawn, str]], left_out: list[str]) -> str:
    """The whole page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    light, dark = colour_rules()
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/\s*", "", css, flags=re.S)
    opened, folded, linked = place(figures)
    measured = [block for block in results.blocks if block.strategies]
    timed = _tables([block for block in measured if block.block.timed], "sockets")
    counted = _tables([block for block in measured if not block.block.timed and block.block.axes.faults], "probability")
    # The family with the most points first, as in figures.
    pressed = sorted(families([block for block in measured if block.pressure], "pages"), key=lambda f: -len(f.blocks))
    overview = [block for block in measured if block.closed_loop]
    said = [words.conditions(block.block.axes) for block in overview]
    common = [text for text in said[0] if all(text in other for other in said)] if said else []
    answered, not_measured = claims.answers(results)
    side_by_side = consumers.blocks(results)
    published = history.compared(results)
    values: dict[str, Any] = {
        "run": results.run,
        "css": Markup(css),
        "light": Markup(light),
        "dark": Markup(dark),
        "question": asked.QUESTION,
        "conditions": provenance.conditions(results),
        "disturbance": provenance.disturbance(results),
        "warnings": provenance.warnings(results),
        "command": provenance.command(results),
        "answered": answered,
        "not_measured": not_measured,
        "counted_words": asked.verdicts(results),
        "overview": [(block, [t for t in texts if t not in common or texts == common]) for block, texts in zip(overview, said)],
        "common": common,
        "glance_open": GLANCE_OPEN,
        # The floor comes last: on a narrow screen the strategies are seen first.
        "names": [n for n in results.run.strategies if n not in (results.run.baseline, FLOOR)]
        + [n for n in results.run.strategies if n == FLOOR],
        "first": timed[:1],
        "others": timed[1:],
        "counted": counted,
        "memory": memory_tables.Tables.of(results),
        "memory_words": memory_words,
        "pressed": pressed,
        "pressure": pressure_words,
        "pressure_order": pressure_words.order(results),
        "consumers": consumers,
        "side_by_side": side_by_side,
        "consumer_names": consumers.names(results) if side_by_side else [],
        "results": results,
        "history": history_tables,
        "chains": history_tables.chains(results),
        "more_chains": history_tables.fewer_sockets(results),
        "published": history_tables.published(published),
        "explanations": history_tables.explanations(published),
        "rates": history_tables.rates(history.hidden(results)),
        "scaling": history_tables.scaling(results),
        "flights": in_flight_words.flights(results),
        "in_flight": in_flight_words,
        "opened": opened,
        "folded": folded,
        "linked": linked,
        "left_out": left_out,
        "aa_line": aa_line(results),
        "blocks": [block for block in measured if block.aa],
        "how_to_read": asked.how_to_read(results),
        "cannot_be_concluded": asked.cannot_be_concluded(results),
        "words": words,
        "with_memory": {family.shared for family in memory_families(measured, "sockets")},
        "open_loop": asked.OPEN_LOOP,
        "latency": asked.latency,
        "threads": asked.threads,
        "glance_notes": list(dict.fromkeys(text for block in overview if (text := asked.threads(block)))),
        "mark": mark,
    }
    return environment.get_template("report.html").render(values)
