# SPDX-License-Identifier: MIT
"""The parts of this question (plots/verdicts/question.py)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plots.consumers import parts, text
from plots.consumers.claims import one_manager, pool_for_ipsec
from plots.consumers.estimates import blocks
from plots.consumers.page import page
from plots.verdicts.question import InMail, Kind, Question
from plots.verdicts.results import Results


def _figures() -> Sequence[Kind]:
    from plots.consumers.figures import KINDS

    return KINDS


def _summary(results: Results) -> dict[str, Any]:
    """The blocks that stand side by side. Their strategies are in the summary's `blocks`, by id."""
    return {"consumers": [{"block": b.block.id, "left_out": dict(b.block.left_out)} for b in blocks(results)]}


QUESTION = Question(
    name="consumers",
    page=page,
    mail=lambda results: InMail(heading="Consumers", section=text.mail(results)),
    summary=_summary,
    figures=_figures,
    answers={"C11": pool_for_ipsec, "C12": one_manager},
    parts={"C11": parts.pool_for_ipsec, "C12": parts.one_manager},
)
