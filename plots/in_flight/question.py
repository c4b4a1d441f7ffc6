# SPDX-License-Identifier: MIT
"""The parts of this question (plots/verdicts/question.py)."""

from __future__ import annotations

from collections.abc import Sequence

from plots.in_flight import estimates, parts, text
from plots.in_flight.claims import one_request_is_enough
from plots.in_flight.columns import columns
from plots.in_flight.page import page
from plots.in_flight.rounds import PASS
from plots.in_flight.summary import summary
from plots.in_flight.tables import flights
from plots.in_flight.words import LIMIT
from plots.verdicts.question import InMail, InTable, Kind, Question


def _figures() -> Sequence[Kind]:
    from plots.in_flight.figures import KINDS

    return KINDS


QUESTION = Question(
    name="in_flight",
    reads=PASS,
    of_block=estimates.over_block,
    page=page,
    mail=lambda results: InMail(heading="In flight", section=text.mail(results)),
    table=lambda results: InTable(lines=text.table(results)),
    summary=summary,
    figures=_figures,
    answers={"C9": one_request_is_enough},
    parts={"C9": parts.one_request_is_enough},
    columns=columns,
    limits=lambda results: [LIMIT] if flights(results) else [],
)
