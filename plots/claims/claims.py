# SPDX-License-Identifier: MIT
"""The claims of the thread by name, and a run's answers to them. Claims that the run does not measure are listed too.

OpenSSL's cells answer no claim. Its EVP has no request apart from its transform and allocates inside: the cells show what
a deployment pays, not who should own the state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plots.verdicts.evidence import time
from plots.verdicts.question import Beside, Question
from plots.verdicts.results import Results


@dataclass(frozen=True)
class Claim:
    id: str
    short: str
    """In a few words, for a line."""
    says: str
    by: str


CLAIMS = (
    Claim(
        "C1", "The pool takes failure out of the fast path",
        "A preallocated pool takes allocation failure out of the fast path.", "implied by the patch",
    ),  # fmt: skip
    Claim(
        "C2", "Sharing transforms saves memory for free",
        "Sharing transforms saves memory “for free” when thousands of sockets hold keys.", "Safonov",
    ),  # fmt: skip
    Claim("C3", "A shared scratch buffer saves memory", "A shared scratch buffer saves memory.", "Safonov"),
    Claim(
        "C4", "Per-request keys make the pool unnecessary",
        "With per-request keys, an atomic allocation when the hash is computed makes the pool unnecessary.", "Xu",
    ),  # fmt: skip
    Claim(
        "C5", "A transform per socket is the right model",
        "Transform on the control path, request on the fast path is the right model.", "Xu",
    ),  # fmt: skip
    Claim("C6", "The request can live in the skb", "The request can live in memory that is there already, such as the skb.", "Xu"),
    Claim(
        "C7", "Modern compression needs no per-CPU pools",
        "A modern compression interface needs no per-CPU scratch pools.", "Xu",
    ),  # fmt: skip
    Claim(
        "C8", "A fixed table of algorithms is enough",
        "A fixed-size table of algorithms used in parallel is enough.", "implied by the patch",
    ),  # fmt: skip
    Claim(
        "C9", "One request per CPU is enough",
        "One request per CPU is enough, since bottom halves are disabled.", "implied by the patch",
    ),  # fmt: skip
    Claim(
        "C10", "Per-request keys gain from the pool",
        "Per-request keys still leave buffers and transforms to manage, and gain from the pool.", "Safonov",
    ),  # fmt: skip
    Claim(
        "C11", "AH, ESP and mac80211 gain from the pool",
        "AH, ESP and mac80211 would benefit from the pool; “definitely not” (said of AH and ESP).", "Safonov; Xu",
    ),  # fmt: skip
    Claim("C12", "One manager replaces several", "One manager replaces several custom ones.", "Safonov"),
)


def _answer(results: Results, claim: Claim, questions: Sequence[Question]) -> str | None:
    """The answers of all questions to one claim, joined; None if no question answers it."""
    asked = [question.answers[claim.id] for question in questions if claim.id in question.answers]
    said = [text for answer in asked if (text := answer(results))]
    return "\n".join(said) if any(not isinstance(text, Beside) for text in said) else None


def answers(results: Results, questions: Sequence[Question]) -> tuple[list[tuple[Claim, str]], list[Claim]]:
    """(The answered claims, each with its paragraphs, one per line; the claims that this run does not measure.)"""
    found = [(claim, _answer(results, claim, questions)) for claim in CLAIMS]
    answered = [(claim, text) for claim, text in found if text]
    return _said_once(results, answered), [claim for claim, text in found if not text]


def _said_once(results: Results, answered: list[tuple[Claim, str]]) -> list[tuple[Claim, str]]:
    """A strategy's time stands under the first claim that it answers. Later claims refer to that claim."""
    for strategy in results.run.strategies:
        took = time(results, strategy)
        by = [claim for claim, text in answered if took and took in text]
        if took and len(by) > 1:
            refer = f"The time of {strategy}: see {by[0].id}."
            answered = [(claim, text.replace(took, refer) if claim in by[1:] else text) for claim, text in answered]
    return answered
