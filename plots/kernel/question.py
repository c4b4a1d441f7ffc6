# SPDX-License-Identifier: MIT
"""The parts of this question (plots/verdicts/question.py)."""

from __future__ import annotations

from collections.abc import Sequence

from plots.kernel import claims, text
from plots.kernel.page import page
from plots.kernel.summary import summary
from plots.kernel.words import HEADING, how_to_read, limits
from plots.verdicts.question import InMail, Kind, Question


def _figures() -> Sequence[Kind]:
    from plots.kernel.figures import KINDS

    return KINDS


QUESTION = Question(
    name="kernel",
    page=page,
    mail=lambda results: InMail(heading=HEADING, section=text.mail(results)),
    summary=summary,
    figures=_figures,
    answers={
        "C1": claims.pool_never_fails,
        "C2": claims.sharing_saves_memory,
        "C4": claims.keys_make_it_unnecessary,
        "C5": claims.ipsec_model,
        "C6": claims.in_the_skb,
        "C10": claims.keys_in_the_pool,
        "C11": claims.pool_for_ipsec,
    },
    how_to_read=how_to_read,
    limits=limits,
)
