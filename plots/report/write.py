# SPDX-License-Identifier: MIT
"""Writes DIR/report/: report.html, review.txt, summary.json, figures/."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from plots.drawing.svg import save
from plots.report.figures import choose, draw_all
from plots.report.mail import review
from plots.report.page import page
from plots.report.summary import summary
from plots.verdicts.question import Question
from plots.verdicts.results import Results


def write_text(path: Path, text: str) -> None:
    """Writes a temporary file and renames it, so that a reader never sees half a file."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_report(results: Results, questions: Sequence[Question], folder: Path) -> Path:
    """Writes the whole report; returns the page's path. Removes figures that only an earlier report had."""
    drawings = folder / "figures"
    drawings.mkdir(parents=True, exist_ok=True)
    chosen, left_out = choose(results, questions)
    figures = [(one, drawn, save(drawn, drawings, one.main)) for one, drawn in draw_all(results, chosen)]
    names = {f"{drawn.name}.svg" for _, drawn, _ in figures} | {f"{drawn.name}.png" for one, drawn, _ in figures if one.main}
    for path in drawings.iterdir():
        if path.suffix in (".svg", ".png") and path.name not in names:
            path.unlink()
    write_text(folder / "summary.json", json.dumps(summary(results, questions), indent=1, allow_nan=False) + "\n")
    write_text(folder / "review.txt", review(results, questions))
    write_text(folder / "report.html", page(results, questions, figures, left_out))
    return folder / "report.html"
