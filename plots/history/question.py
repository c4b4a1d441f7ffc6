# SPDX-License-Identifier: MIT
"""The parts of this question (plots/verdicts/question.py)."""

from __future__ import annotations

from collections.abc import Sequence

from plots.history import text
from plots.history.page import page
from plots.history.summary import summary
from plots.history.words import limits
from plots.verdicts.question import InMail, Kind, Question


def _figures() -> Sequence[Kind]:
    from plots.history.figures import KINDS

    return KINDS


QUESTION = Question(
    name="history",
    page=page,
    mail=lambda results: InMail(heading="History", section=text.mail(results)),
    summary=summary,
    figures=_figures,
    limits=limits,
)
