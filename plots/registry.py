# SPDX-License-Identifier: MIT
"""The questions, in the order of every output. A new question is a folder plots/NAME and a line here."""

from __future__ import annotations

import importlib
from pathlib import Path

from plots.run.load import load_run
from plots.verdicts.evaluate import evaluate
from plots.verdicts.question import Question
from plots.verdicts.results import Results

_NAMES = (
    "cost",
    "memory",
    "consumers",
    "history",
    "in_flight",
    "pressure",
)

QUESTIONS: tuple[Question, ...] = tuple(importlib.import_module(f"plots.{name}.question").QUESTION for name in _NAMES)


def results_of(folder: Path) -> Results:
    """Reads and evaluates a run's folder for all questions. BadInput if it is not a run's folder."""
    return evaluate(load_run(folder, [question.reads for question in QUESTIONS if question.reads]), QUESTIONS)
