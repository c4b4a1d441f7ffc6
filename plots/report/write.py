# SPDX-License-Identifier: MIT
"""Writes a report's folder: report.html, review.txt, review-full.txt, review.md, summary.json, figures/."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from plots.claims.judge import judge
from plots.drawing.svg import save
from plots.output import write_text
from plots.report import mail, markdown
from plots.report.figures import choose, draw_all
from plots.report.full import full
from plots.report.page import page
from plots.report.summary import summary
from plots.verdicts.question import Question
from plots.verdicts.results import Results


def write_report(results: Results, questions: Sequence[Question], out: Path | None) -> Path:
    """Writes the whole report to `out` (RUN/report if None), and nowhere else; returns the page's path.

    Removes figures that only an earlier report had. `out` may hold pictures of the user's: they stay.
    """
    folder = results.run.path / "report" if out is None else out
    earlier = (folder / "summary.json").is_file()
    drawings = folder / "figures"
    drawings.mkdir(parents=True, exist_ok=True)
    chosen, left_out = choose(results, questions)
    figures = [(one, drawn, save(drawn, drawings, one.main)) for one, drawn in draw_all(results, chosen)]
    names = {f"{drawn.name}.svg" for _, drawn, _ in figures} | {f"{drawn.name}.png" for one, drawn, _ in figures if one.main}
    ours = tuple(f"{kind.name}-" for question in questions for kind in question.figures()) if earlier else ()
    for path in drawings.iterdir():
        if path.suffix in (".svg", ".png") and path.name not in names and (out is None or path.name.startswith(ours)):
            path.unlink()
    judged = judge([results], questions)
    write_text(folder / "summary.json", json.dumps(summary(results, questions, judged), indent=1, allow_nan=False) + "\n")
    write_text(folder / "review.txt", mail.review(results, questions, judged))
    write_text(folder / "review-full.txt", full(results, questions))
    write_text(folder / "review.md", markdown.review(results, questions, judged))
    write_text(folder / "report.html", page(results, questions, judged, figures, left_out))
    return folder / "report.html"
