# SPDX-License-Identifier: MIT
"""The questions, in the order of every output. A new question is a folder plots/NAME and a line here."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

from plots.run.load import load_run
from plots.run.load_kernel import load_kernel
from plots.verdicts.evaluate import evaluate
from plots.verdicts.question import Question
from plots.verdicts.results import Results
from plots.verdicts.stopping import wanted

_NAMES = (
    "cost",
    "memory",
    "consumers",
    "history",
    "in_flight",
    "pressure",
    "kernel",
)

QUESTIONS: tuple[Question, ...] = tuple(importlib.import_module(f"plots.{name}.question").QUESTION for name in _NAMES)


def results_of(folder: Path, kernel: Path | None = None) -> Results:
    """Reads and evaluates a run's folder for all questions, with a folder of the real kernel's results beside it. BadInput if
    one of them is no such folder."""
    run = load_run(folder, [question.reads for question in QUESTIONS if question.reads])
    return evaluate(replace(run, kernel=load_kernel(kernel)) if kernel else run, QUESTIONS)


def rounds_wanted(folder: Path) -> dict[str, int]:
    """By block, the rounds that a run with a precision must have at its next look. Blocks that stop are left out."""
    results = results_of(folder)
    return wanted(results.run, results.blocks)
