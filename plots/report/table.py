# SPDX-License-Identifier: MIT
"""The compact table that a run prints at its end: plain ASCII, 72 columns."""

from __future__ import annotations

from collections.abc import Sequence

from plots.drawing import words
from plots.drawing.layout import fill
from plots.verdicts import sittings
from plots.verdicts.question import Question
from plots.verdicts.results import Results
from plots.verdicts.words import aa_line, verdicts


def table(results: Results, questions: Sequence[Question]) -> str:
    """Each question's part, then the verdicts and the A/A line."""
    found = [question.table(results) for question in questions]
    lines = fill("; ".join([f"{results.run.matrix} ({results.run.name})", *(one.says for one in found if one.says)]))
    lines += [line for one in found for line in one.lines]
    if not any(one.lines for one in found):
        lines += ["", "No block of this run was timed."]
    said = [text for text in (verdicts(results), aa_line(results), sittings.line(results)) if text]
    return words.ascii_text("\n".join([*lines, "", *(line for text in said for line in fill(text))]) + "\n")
