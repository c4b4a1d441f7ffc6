# SPDX-License-Identifier: MIT
"""report/review.md: the answer for a pull request, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from plots.claims import lines as said
from plots.claims.judge import Judged
from plots.report import brief
from plots.report.mail import legend
from plots.verdicts.question import Column, Question
from plots.verdicts.results import Results


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(map(cell, row))} |" for row in (heads, ["---"] * len(heads), *rows)]


def verdicts(judged: Sequence[Judged]) -> list[str]:
    common = said.usual(judged)
    rows = [(one.claim.id, one.claim.says, f"**{one.verdict}**", said.says(one, common)) for one in judged]
    numbers = [f"Numbers: {', '.join(common)}.", ""] if common else []
    return [*numbers, *_table(("", "claim", "verdict", "what blocks say"), rows)]


def _strategies(names: Sequence[str], columns: Sequence[Column]) -> list[str]:
    shown = [name for name in names if any(name in column.cells for column in columns)]
    rows = [(f"`{name}`", *(column.cells.get(name, "-") for column in columns)) for name in shown]
    return [f"{legend(columns)}.", "", *_table(("strategy", *(column.heading for column in columns)), rows)] if rows else []


def text(title: str, judged: Sequence[Judged], strategies: Sequence[str], notes: Sequence[str], commands: Sequence[str]) -> str:
    """The whole text."""
    lines = [
        f"### {title}",
        "",
        f"**{said.QUESTION}** {' '.join(said.answer(judged))}",
        "",
        *verdicts(judged),
        *(["", *strategies] if strategies else []),
        "",
        *(f"- {note}" for note in notes),
        *(["", "```", *commands, "```"] if commands else []),
    ]
    return "\n".join(lines).replace("\u00a0", "&nbsp;") + "\n"


def review(results: Results, questions: Sequence[Question], judged: Sequence[Judged]) -> str:
    """The text of one run."""
    run = results.run
    columns = [column for question in questions for column in question.columns(results)]
    notes = [*brief.wrong(results, questions), *brief.conditions(results), f"Cannot be concluded: {brief.LIMITS}"]
    return text(f"tfmbench: {run.matrix} ({run.name})", judged, _strategies(run.strategies, columns), notes, brief.commands(run))
