# SPDX-License-Identifier: MIT
"""The parts of a report, for the questions that the registry lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from plots.claims import claims, judge
from plots.drawing.drawn import Drawn
from plots.registry import QUESTIONS, results_of
from plots.report import figures, mail, write
from plots.report import full as fulls
from plots.report import markdown as markdowns
from plots.report import page as pages
from plots.report import summary as summaries
from plots.report import table as tables
from plots.run import load
from plots.run.model import Run
from plots.verdicts.question import Kind
from plots.verdicts.results import Results

read = results_of

KINDS: list[Kind] = [kind for question in QUESTIONS for kind in question.figures()]


def load_run(folder: Path) -> Run:
    return load.load_run(folder, [question.reads for question in QUESTIONS if question.reads])


def choose(results: Results) -> tuple[list[figures.Chosen], list[str]]:
    return figures.choose(results, QUESTIONS)


def write_report(results: Results, folder: Path) -> Path:
    return write.write_report(results, QUESTIONS, folder)


def page(results: Results, drawn: list[tuple[figures.Chosen, Drawn, str]], left_out: list[str]) -> str:
    return pages.page(results, QUESTIONS, judged(results), drawn, left_out)


def judged(*runs: Results) -> list[judge.Judged]:
    return judge.judge(runs, QUESTIONS)


def review(results: Results) -> str:
    return mail.review(results, QUESTIONS, judged(results))


def markdown(results: Results) -> str:
    return markdowns.review(results, QUESTIONS, judged(results))


def full(results: Results) -> str:
    return fulls.full(results, QUESTIONS)


def summary(results: Results) -> dict[str, Any]:
    return summaries.summary(results, QUESTIONS, judged(results))


def table(results: Results) -> str:
    return tables.table(results, QUESTIONS)


def answers(results: Results) -> tuple[list[tuple[claims.Claim, str]], list[claims.Claim]]:
    return claims.answers(results, QUESTIONS)


def answer(results: Results, claim: str) -> str:
    """The answer to a claim, its paragraphs joined to one line."""
    return next(text.replace("\n", " ") for one, text in answers(results)[0] if one.id == claim)
