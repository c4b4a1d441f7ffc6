# SPDX-License-Identifier: MIT
"""The parts of this question (plots/verdicts/question.py)."""

from __future__ import annotations

from collections.abc import Sequence

from plots.pressure import estimates, parts, text
from plots.pressure.claims import pool_never_fails
from plots.pressure.columns import columns
from plots.pressure.page import page
from plots.pressure.rounds import PASS
from plots.pressure.summary import summary
from plots.pressure.words import limits
from plots.verdicts.question import InMail, InTable, Kind, Question


def _figures() -> Sequence[Kind]:
    from plots.pressure.figures import KINDS

    return KINDS


QUESTION = Question(
    name="pressure",
    reads=PASS,
    of_block=estimates.over_block,
    page=page,
    mail=lambda results: InMail(heading="Memory pressure", section=text.mail(results)),
    table=lambda results: InTable(lines=text.table(results)),
    summary=summary,
    figures=_figures,
    answers={"C1": pool_never_fails},
    parts={"C1": parts.pool_never_fails, "C4": parts.keys_make_it_unnecessary, "C5": parts.ipsec_model},
    columns=columns,
    limits=limits,
)
