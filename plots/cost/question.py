# SPDX-License-Identifier: MIT
"""The parts of this question (plots/verdicts/question.py)."""

from __future__ import annotations

from collections.abc import Sequence

from plots.cost import claims, parts, summary, text
from plots.cost.columns import columns
from plots.cost.page import page
from plots.cost.rounds import PASS
from plots.cost.words import how_to_read, limits
from plots.verdicts.question import InMail, Kind, Question


def _figures() -> Sequence[Kind]:
    from plots.cost.figures import KINDS

    return KINDS


QUESTION = Question(
    name="cost",
    reads=PASS,
    page=page,
    mail=lambda results: InMail(tables=text.mail(results)),
    table=text.table,
    summary_of_block=summary.of_block,
    summary_of_strategy=summary.of_strategy,
    figures=_figures,
    answers={
        "C1": claims.pool_never_fails,
        "C4": claims.keys_make_it_unnecessary,
        "C5": claims.ipsec_model,
        "C6": claims.in_the_skb,
        "C10": claims.keys_in_the_pool,
    },
    parts={
        "C1": parts.pool_never_fails,
        "C4": parts.keys_make_it_unnecessary,
        "C5": parts.ipsec_model,
        "C6": parts.in_the_skb,
        "C10": parts.keys_in_the_pool,
    },
    columns=columns,
    how_to_read=how_to_read,
    limits=limits,
)
