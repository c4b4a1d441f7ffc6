# SPDX-License-Identifier: MIT
"""report/review-full.txt: everything as plain ASCII of 72 columns. Conditions come first; review.txt has the answer."""

from __future__ import annotations

from collections.abc import Sequence

from plots.claims import claims
from plots.drawing import words
from plots.drawing.layout import WIDTH, command, fill, underlined, wrap
from plots.report import provenance
from plots.report import words as asked
from plots.report.reproduce import reproduce
from plots.statistics.verdict import FLOOR
from plots.verdicts import sittings
from plots.verdicts.question import Question
from plots.verdicts.results import Results
from plots.verdicts.words import aa_line, second_baseline, to_second, verdicts


def _labelled(label: str, text: str, indent: int = 11) -> list[str]:
    return wrap(text, f"{label + ':':<{indent}}", " " * indent) or [f"{label}:"]


def _legend(results: Results) -> list[str]:
    """The legend of the tables that have no section of their own."""
    second = f"{to_second(results)}: {second_baseline(results)}. " if results.run.second_baseline else ""
    return fill(
        f"ratio: to {results.run.baseline}. interval: of the ratio; all intervals of a block hold together with 95 %. {second}B/socket: live bytes "
        "as requested, the slope between half and all sockets. alloc: atomic allocations requested on the fast path, per "
        "packet. memory: live bytes as requested, idle (no socket open), open (all open) and peak (the most while packets "
        "flowed). RSS: growth of the process while the sockets opened, in timed rounds (pages that were free before do not "
        "show). A table of memory belongs to the last block above it, the one with the most sockets; cache and load do not "
        f"change it. refused: allocations that failed. floor: {FLOOR}, the harness's own cost. Every row contains it, and no "
        'count of verdicts includes it. It is subtracted in one column only: "no floor", beside published ratios.'
    )


def full(results: Results, questions: Sequence[Question]) -> str:
    """The whole text."""
    run = results.run
    lines = [words.ascii_text(f"tfmbench: {run.matrix} ({run.name})")[:WIDTH], "", *fill(asked.QUESTION)]
    lines += underlined("Conditions")
    for label, text in provenance.conditions(results, questions):
        lines += _labelled(label, text)
    for label, text in provenance.disturbance(results):
        lines += _labelled(label, text, 40)
    for warning in provenance.warnings(results):
        lines += _labelled("warning", warning)
    said = [text for text in (verdicts(results), aa_line(results), sittings.line(results)) if text]
    lines += ["", *(line for text in said for line in fill(text))]
    found = [question.mail(results) for question in questions]
    if any(one.tables for one in found):
        lines += ["", *_legend(results)]
    lines += [line for one in found for line in one.tables]
    lines += [line for one in found if one.section for line in [*underlined(one.heading), *one.section]]
    lines += underlined("What was claimed, what was measured")
    answered, not_measured = claims.answers(results, questions)
    for claim, answer in answered:
        lines += ["", *_labelled(claim.id, f"{claim.says} ({claim.by})", 5), *(line for p in answer.split("\n") for line in fill(p, "     "))]
    if not_measured:
        lines += ["", *fill(f"Not measured in this run: {', '.join(claim.id for claim in not_measured)} (see docs/claims.md).")]
    lines += underlined("What cannot be concluded")
    for text in asked.cannot_be_concluded(results, questions):
        lines += wrap(text, "- ", "  ")
    paragraphs = asked.how_to_read(results, questions)
    if paragraphs:
        lines += underlined("How to read a verdict")
    for i, paragraph in enumerate(paragraphs):
        lines += [*([""] if i else []), *fill(paragraph)]
    lines += ["", "Reproduce with:"]
    repeated = reproduce(run)
    for one in repeated.commands:
        lines += command(one)
    for note in repeated.notes:
        lines += ["", *fill(note)]
    return words.ascii_text("\n".join(line.rstrip() for line in lines) + "\n")
