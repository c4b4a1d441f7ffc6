# SPDX-License-Identifier: MIT
"""The claims of the thread, by name, and what a run has to say to each; what it does not measure is said too.

All providers but OpenSSL count here: its EVP has no request apart from its transform and allocates inside, so its cells
show what a deployment pays and are no evidence for who should own the state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plots.claims import request_claims
from plots.consumers import estimates as consumers
from plots.in_flight import words as in_flight_words
from plots.memory import words as memory_words
from plots.pressure import claims as pressure_claim
from plots.verdicts.evidence import allocations, failures, time, together
from plots.verdicts.results import Results


@dataclass(frozen=True)
class Claim:
    id: str
    says: str
    by: str


def _pool(results: Results) -> str | None:
    """C1, from whatever the run has of it: allocations asked for, failures injected, failures that arise under pressure."""
    strategies = ("percpu_pool", "per_socket_tfm", "per_request_key")
    injected = failures(results, *strategies)
    pressed = pressure_claim.answer(results, "percpu_pool")
    if not injected and not pressed:
        return None
    asked = allocations(results, *strategies)
    missing = None if pressed else "How often a machine under pressure refuses such an allocation is not measured here."
    return "\n".join(part for part in (asked, injected, pressed, missing) if part)


def _sharing(results: Results) -> str | None:
    """C2: what sharing saves, from how many sockets on, and what it costs in time."""
    saved = memory_words.sharing(results, "percpu_pool", "per_socket_tfm")
    if saved is None:
        return None
    others = [memory_words.crossing(results, other, "percpu_pool") for other in ("per_socket_tfm", "per_request_key")]
    many = memory_words.million(results, "percpu_pool", "per_socket_tfm")
    took = time(results, "per_socket_tfm") or "What it costs in time is not measured in this run."
    return "\n".join(part for part in (saved, *others, many, took) if part)


_ANSWERS: list[tuple[Claim, Callable[[Results], str | None]]] = [
    (
        Claim("C1", "A preallocated pool takes allocation failure out of the fast path.", "implied by the patch"),
        _pool,
    ),
    (
        Claim("C2", "Sharing transforms saves memory “for free” when thousands of sockets hold keys.", "Safonov"),
        _sharing,
    ),
    (
        Claim("C3", "A shared scratch buffer saves memory.", "Safonov"),
        lambda r: memory_words.scratch(r, "percpu_pool", "per_socket_tfm"),
    ),
    (
        Claim("C4", "With per-request keys, an atomic allocation when the hash is computed makes the pool unnecessary.", "Xu"),
        lambda r: together(
            time(r, "per_request_key"),
            time(r, "per_request_key", "prepared") or "Prepared keys: not measured in this run.",
            allocations(r, "percpu_pool", "per_request_key"),
            failures(r, "percpu_pool", "per_request_key"),
        ),
    ),
    (
        Claim("C5", "Transform on the control path, request on the fast path is the right model.", "Xu"),
        lambda r: together(
            time(r, "per_socket_tfm"),
            allocations(r, "percpu_pool", "per_socket_tfm"),
            failures(r, "percpu_pool", "per_socket_tfm"),
            time(r, "per_request_key") or "Per-request keys: not measured in this run.",
        ),
    ),
    (
        Claim("C6", "The request can live in memory that is there already, such as the skb.", "Xu"),
        request_claims.in_the_skb,
    ),
    (Claim("C7", "A modern compression interface needs no per-CPU scratch pools.", "Xu"), request_claims.compression),
    (
        Claim("C8", "A fixed-size table of algorithms used in parallel is enough.", "implied by the patch"),
        lambda r: memory_words.table(r, "percpu_pool", "per_socket_tfm", "per_request_key"),
    ),
    (
        Claim("C9", "One request per CPU is enough, since bottom halves are disabled.", "implied by the patch"),
        in_flight_words.one_request_is_enough,
    ),
    (
        Claim("C10", "Per-request keys still leave buffers and transforms to manage, and gain from the pool.", "Safonov"),
        request_claims.keys_in_the_pool,
    ),
    (
        Claim("C11", "AH, ESP and mac80211 would benefit from the pool; “definitely not”.", "Safonov; Xu"),
        consumers.pool_for_ipsec,
    ),
    (Claim("C12", "One manager replaces several custom ones.", "Safonov"), consumers.one_manager),
]


def answers(results: Results) -> tuple[list[tuple[Claim, str]], list[Claim]]:
    """The claims that this run has an answer to, with its paragraphs, a line each; and those that it does not measure."""
    found = [(claim, answer(results)) for claim, answer in _ANSWERS]
    answered = [(claim, text) for claim, text in found if text]
    return _said_once(results, answered), [claim for claim, text in found if not text]


def _said_once(results: Results, answered: list[tuple[Claim, str]]) -> list[tuple[Claim, str]]:
    """What a strategy took stands under the first claim that it answers; later ones refer to it."""
    for strategy in results.run.strategies:
        took = time(results, strategy)
        by = [claim for claim, text in answered if took and took in text]
        if took and len(by) > 1:
            refer = f"What {strategy} took stands under {by[0].id}."
            answered = [(claim, text.replace(took, refer) if claim in by[1:] else text) for claim, text in answered]
    return answered
