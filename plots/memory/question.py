# SPDX-License-Identifier: MIT
"""The parts of this question (plots/verdicts/question.py)."""

from __future__ import annotations

from collections.abc import Sequence

from plots.memory import claims, faults, parts, text
from plots.memory.columns import columns
from plots.memory.compression import compression
from plots.memory.estimates import evaluate_memory
from plots.memory.page import page
from plots.memory.rounds import PASS
from plots.memory.summary import of_strategy, summary
from plots.verdicts.question import InMail, InTable, Kind, Question


def _figures() -> Sequence[Kind]:
    from plots.memory.figures import KINDS

    return KINDS


QUESTION = Question(
    name="memory",
    reads=PASS,
    of_run=evaluate_memory,
    page=page,
    mail=lambda results: InMail(tables=faults.mail(results), heading="Memory", section=text.section(results)),
    table=lambda results: InTable(lines=text.short(results)),
    summary=summary,
    summary_of_strategy=of_strategy,
    figures=_figures,
    answers={
        "C2": claims.sharing_transforms,
        "C3": claims.sharing_scratch,
        "C7": compression,
        "C8": claims.table_of_algorithms,
    },
    parts={
        "C2": parts.sharing_transforms,
        "C3": parts.sharing_scratch,
        "C7": parts.modern_compression,
        "C8": parts.table_of_algorithms,
    },
    columns=columns,
    without_rounds="memory and failures are not known there",
)
