# SPDX-License-Identifier: MIT
"""The compact table that a run prints at its end: plain ASCII, 72 columns."""

from __future__ import annotations

from collections.abc import Sequence

from plots.claims import lines as claims
from plots.claims.judge import judge
from plots.drawing import words
from plots.drawing.layout import fill, wrap
from plots.verdicts import sittings
from plots.verdicts.question import Question
from plots.verdicts.results import Results
from plots.verdicts.words import aa_line, verdicts


def table(results: Results, questions: Sequence[Question]) -> str:
    """Each question's part, then the verdicts and the A/A line, the answer, and the claims that the run's blocks carry."""
    found = [question.table(results) for question in questions]
    lines = fill("; ".join([f"{results.run.matrix} ({results.run.name})", *(one.says for one in found if one.says)]))
    lines += [line for one in found for line in one.lines]
    if not any(one.lines for one in found):
        lines += ["", "No block of this run was timed."]
    said = [text for text in (verdicts(results), aa_line(results), sittings.line(results)) if text]
    lines += ["", *(line for text in said for line in fill(text))]
    judged = judge([results], questions)
    carried = [one for one in judged if one.verdict != "not measured"]
    lines += ["", *(line for text in claims.answer(judged) for line in fill(text))]
    if carried:
        common = claims.usual(judged)
        lines += ["", *fill(claims.legend(common))]
        lines += [line for one in carried for line in wrap(claims.brief(one, common), f"{one.claim.id:<4}", "    ")]
    return words.ascii_text("\n".join(lines) + "\n")
