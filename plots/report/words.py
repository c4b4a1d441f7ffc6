# SPDX-License-Identifier: MIT
"""The introduction of every report, and what must not be concluded from a run."""

from __future__ import annotations

from collections.abc import Sequence

from plots.drawing import words
from plots.run.rounds import Watched
from plots.verdicts.pages import wrong_pages
from plots.verdicts.question import Question
from plots.verdicts.results import Results
from plots.verdicts.sittings import sittings

QUESTION = (
    "In January 2023 Dmitry Safonov posted crypto_pool to the kernel's mailing lists: a shared per-CPU pool of preallocated "
    "requests for TCP-AO and others. Herbert Xu answered that a transform per socket and a small atomic allocation per "
    "request, later with per-request keys, make a pool unnecessary. The January thread has no measurements; Safonov posted "
    "iperf3 results in May 2023. This run compares both answers, and variants of them, in userspace on the same packets."
)


def how_to_read(results: Results, questions: Sequence[Question]) -> list[str]:
    """Paragraphs that explain the terms of the results."""
    return [paragraph for question in questions for paragraph in question.how_to_read(results)]


def cannot_be_concluded(results: Results, questions: Sequence[Question]) -> list[str]:
    """What must not be concluded from this run."""
    lines = [line for question in questions for line in question.missing(results)]
    wrong = sum(s.forged_accepted + s.genuine_refused for b in results.blocks for s in b.strategies)
    if wrong:
        lines.append(f"{words.plural(wrong, 'packet')} judged wrongly (forged accepted or genuine refused): do not trust this run.")
    lines += [line for question in questions for line in question.limits(results)]
    untimed = [said for b in results.blocks if not b.timed and (said := wrong_pages(b.block))]
    if untimed:
        lines.append(
            f"Service times on the wrong pages: {words.plural(len(untimed), 'block')} under pressure or in flight. The first: "
            f"{untimed[0]}."
        )
    if results.run.machine["hypervisor"] not in (None, "none") and any(isinstance(r, Watched) for b in results.blocks for r in b.block.rounds):
        lines.append("The machine is virtual: trust ratios, not absolute times.")
    if any(b.closed_loop for b in results.blocks):
        hour = "" if len(sittings(results.run)) > 1 else " and in one stretch of time"
        lines.append(
            f"Intervals are over rounds on one kind of machine{hour}. On another kind, or on another day, a ratio can lie outside "
            "of its interval."
        )
    lines.append(
        "This is userspace, a model of the kernel. Slab caches are modelled only under memory pressure, scatterlists only with "
        "api=ahash and api=ahash_library; the cost of interrupts is not modelled."
    )
    return lines
