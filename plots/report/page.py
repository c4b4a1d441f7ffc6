# SPDX-License-Identifier: MIT
"""report/report.html: one file that needs no network, for phone and desktop, with a light and a dark theme."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from plots.claims import claims, lines
from plots.claims.command import command
from plots.claims.judge import Judged
from plots.drawing.drawn import Drawn
from plots.drawing.html import PLOTS, render
from plots.drawing.svg import colour_rules, inline
from plots.report import provenance
from plots.report import words as asked
from plots.report.figures import FIRST, FOLDED, Chosen
from plots.report.reproduce import reproduce
from plots.verdicts import sittings
from plots.verdicts.question import Question
from plots.verdicts.results import Results
from plots.verdicts.words import aa_line, verdicts


@dataclass(frozen=True)
class Placed:
    """A figure on the page."""

    drawn: Drawn
    svg: Markup


def place(figures: list[tuple[Chosen, Drawn, str]]) -> tuple[list[Placed], list[Placed], list[Drawn]]:
    """Three lists: figures shown open, figures folded away, and figures that are only linked."""
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


@dataclass(frozen=True)
class Verdict:
    """A claim's line at the top of the page."""

    judged: Judged
    numbers: str
    """What its blocks say in a few words, or what is missing."""
    says: str
    command: str | None

    @property
    def css(self) -> str:
        return self.judged.verdict.replace(" ", "-")


SIGNS = {"holds": "✓", "does not hold": "✗", "mixed": "±", "not measured": "–"}
"""Beside the word of a verdict, so that it is not told by colour alone."""


def verdict_lines(judged: Sequence[Judged], runs: Sequence[Results]) -> list[Verdict]:
    common = lines.usual(judged)
    found = []
    for one in judged:
        commands = [text for results in runs if (text := command(results.run, one.blocks.get(results.run.name, [])))]
        measured = one.verdict != "not measured"
        numbers = "; ".join(lines.numbers(one, common)) if measured else "Missing: " + (", ".join(lines.missing(one)) or "resolved blocks")
        found.append(Verdict(one, numbers, lines.says(one, common), "\n".join(commands) or None))
    return found


def css() -> str:
    """The style sheet without its comments."""
    text = (PLOTS / "report/report.css").read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/\s*", "", text, flags=re.S)


def page(
    results: Results,
    questions: Sequence[Question],
    judged: Sequence[Judged],
    figures: list[tuple[Chosen, Drawn, str]],
    left_out: list[str],
) -> str:
    """The whole page."""
    light, dark = colour_rules()
    opened, folded, linked = place(figures)
    answered, not_measured = claims.answers(results, questions)
    return render(
        "report/page.html",
        run=results.run,
        css=Markup(css()),
        light=Markup(light),
        dark=Markup(dark),
        title=lines.QUESTION,
        answer=lines.answer(judged),
        legend=lines.legend(lines.usual(judged)),
        lines=verdict_lines(judged, [results]),
        signs=SIGNS,
        question=asked.QUESTION,
        provenance=provenance.conditions(results, questions),
        disturbance=provenance.disturbance(results),
        warnings=provenance.warnings(results),
        reproduce=reproduce(results.run),
        answered=answered,
        not_measured=not_measured,
        verdicts=verdicts(results),
        pieces=[question.page(results) for question in questions],
        untimed=not any(question.table(results).lines for question in questions),
        opened=opened,
        folded=folded,
        linked=linked,
        left_out=left_out,
        aa_line=aa_line(results),
        sittings_line=sittings.line(results),
        blocks=[block for block in results.measured if block.aa],
        how_to_read=asked.how_to_read(results, questions),
        cannot_be_concluded=asked.cannot_be_concluded(results, questions),
    )
