# SPDX-License-Identifier: MIT
"""The report of several runs: their claims judged together. Each run's own report has its tables and figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from plots.claims import lines
from plots.claims.claims import answers
from plots.claims.judge import Judged, judge
from plots.claims.together import together
from plots.drawing import words
from plots.drawing.html import render
from plots.output import write_text
from plots.report import brief, mail, markdown
from plots.report.page import SIGNS, css, verdict_lines
from plots.report.summary import claims
from plots.verdicts.question import Question
from plots.verdicts.results import Results


@dataclass(frozen=True)
class Combined:
    runs: tuple[Results, ...]
    apart: tuple[str, ...]
    """A line for each run that does not belong to the others."""
    judged: tuple[Judged, ...]
    questions: tuple[Question, ...]

    @property
    def names(self) -> str:
        return ", ".join(results.run.name for results in self.runs)

    @property
    def conditions(self) -> list[str]:
        machine, build, _ = brief.conditions(self.runs[0])
        blocks = sum(len(results.run.blocks) for results in self.runs)
        return [machine, build, f"{words.plural(len(self.runs), 'run')}, {words.plural(blocks, 'block')}: {self.names}"]

    @property
    def wrong(self) -> list[str]:
        """What is wrong with a run, and which runs are set apart."""
        found = [f"{results.run.name}: {text}" for results in self.runs for text in brief.wrong(results, self.questions)]
        return [*found, *(f"{line}." for line in self.apart)]


def combine(runs: Sequence[Results], questions: Sequence[Question]) -> Combined:
    kept, apart = together(runs)
    return Combined(tuple(kept), tuple(apart), tuple(judge(kept, questions)), tuple(questions))


_COMMAND = "build/release/tfmbench run --from DIR"
"""What repeats one of the runs."""


def text(combined: Combined) -> str:
    """review.txt"""
    tail = mail.tail(combined.wrong, combined.conditions, [_COMMAND])
    return mail.text("tfmbench: claims over several runs", combined.judged, lambda room: [], tail)


def markdown_text(combined: Combined) -> str:
    """review.md"""
    notes = [*combined.wrong, *combined.conditions, f"Cannot be concluded: {brief.LIMITS}"]
    return markdown.text("tfmbench: claims over several runs", combined.judged, [], notes, [_COMMAND])


def summary(combined: Combined) -> dict[str, Any]:
    runs = [
        {"run": r.run.name, "matrix": r.run.matrix, "rounds": r.run.rounds, "blocks": len(r.run.blocks)} for r in combined.runs
    ]
    return {"format": 1, "runs": runs, "apart": list(combined.apart), "claims": claims(combined.judged, combined.runs)}


def page(combined: Combined) -> str:
    """report.html: the verdicts, and the paragraphs of every run."""
    said: dict[str, list[tuple[str, list[str]]]] = {}
    for results in combined.runs:
        for claim, answer in answers(results, combined.questions)[0]:
            said.setdefault(claim.id, []).append((results.run.name, answer.split("\n")))
    return render(
        "report/combined.html",
        css=Markup(css()),
        title=lines.QUESTION,
        names=combined.names,
        notes=[*combined.wrong, *combined.conditions],
        answer=lines.answer(combined.judged),
        legend=lines.legend(lines.usual(combined.judged)),
        lines=verdict_lines(combined.judged, combined.runs),
        signs=SIGNS,
        judged=combined.judged,
        said=said,
        limits=brief.LIMITS,
    )


def write_combined(combined: Combined, folder: Path) -> Path:
    """Writes the whole report to the folder, and nowhere else; returns the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "summary.json", json.dumps(summary(combined), indent=1, allow_nan=False) + "\n")
    write_text(folder / "review.txt", text(combined))
    write_text(folder / "review.md", markdown_text(combined))
    write_text(folder / "report.html", page(combined))
    return folder / "report.html"
