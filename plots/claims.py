# SPDX-License-Identifier: MIT
"""The claims of the thread, by name, and what a run has to say to each; what it does not measure is said too.

Only flat providers count here: OpenSSL's EVP has no request apart from its transform and allocates inside, so its cells
show what a deployment pays and are no evidence for who should own the state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plots import words
from plots.results import BlockResult, Results, StrategyResult
from plots.verdict import Verdict


@dataclass(frozen=True)
class Claim:
    id: str
    says: str
    by: str


def _flat(results: Results) -> list[BlockResult]:
    return [block for block in results.blocks if block.block.axes.provider != "openssl"]


def _cells(results: Results, strategy: str) -> list[tuple[BlockResult, StrategyResult]]:
    blocks = [block for block in _flat(results) if block.block.timed]
    return [(block, found) for block in blocks if (found := block.strategy(strategy)) is not None]


def _verdicts(results: Results, strategy: str) -> str | None:
    """One strategy against the baseline: the first block with its interval, then how often each word was said."""
    cells = _cells(results, strategy)
    if not cells or strategy == results.run.baseline:
        return None
    block, first = cells[0]
    where = ", ".join(words.conditions(block.block.axes))
    order: tuple[Verdict, ...] = ("faster", "slower", "same", "unresolved")
    said = [cell.verdict for _, cell in cells]
    listed = ", ".join(f"{said.count(word)} {word}" for word in order if word in said)
    return (
        f"{strategy} took {words.ratio(first.ratio.median)} ({words.interval(first.ratio)}) of {results.run.baseline}'s "
        f"time: {first.verdict} ({where}). Over {words.plural(len(cells), 'block')}: {listed}."
    )


def _failures(results: Results) -> str | None:
    """Drops per strategy at the highest injected probability."""
    blocks = [block for block in _flat(results) if block.block.axes.faults and block.strategies]
    if not blocks:
        return None
    block = max(blocks, key=lambda b: b.block.axes.probability)
    shares = [
        f"{s.name} {words.percent(s.counted_drops / s.counted_packets)}" for s in block.strategies if s.counted_packets
    ]
    return (
        f"With p = {block.block.axes.probability:g} that an atomic allocation fails, packets dropped: {', '.join(shares)}."
    )


def _bytes(results: Results, *strategies: str) -> str | None:
    """Bytes per socket of these strategies, from the first block that counted all of them."""
    for block in _flat(results):
        found = [(name, s.memory.bytes_per_socket) for name in strategies if (s := block.strategy(name)) and s.memory]
        if len(found) == len(strategies):
            said = ", ".join(f"{name} {words.per_socket(slope)}" for name, slope in found)
            return f"Bytes per socket: {said} ({block.block.axes.algorithm}, {block.block.axes.provider})."
    return None


def _all(*parts: str | None) -> str | None:
    """The parts together; None if any is missing, since half an answer misleads."""
    known = [part for part in parts if part is not None]
    return " ".join(known) if len(known) == len(parts) else None


_ANSWERS: list[tuple[Claim, Callable[[Results], str | None]]] = [
    (Claim("C1", "A preallocated pool takes allocation failure out of the fast path.", "implied by the patch"), _failures),
    (
        Claim("C2", "Sharing transforms saves memory “for free” when thousands of sockets hold keys.", "Safonov"),
        lambda r: _all(_bytes(r, "percpu_pool", "per_socket_tfm"), _verdicts(r, "per_socket_tfm")),
    ),
    (Claim("C3", "A shared scratch buffer saves memory.", "Safonov"), lambda r: None),
    (
        Claim("C4", "With per-request keys, an atomic allocation when the hash is computed makes the pool unnecessary.", "Xu"),
        lambda r: _all(_verdicts(r, "per_request_key"), _failures(r)),
    ),
    (
        Claim("C5", "Transform on the control path, request on the fast path is the right model.", "Xu"),
        lambda r: _verdicts(r, "per_socket_tfm"),
    ),
    (
        Claim("C6", "The request can live in memory that is there already, such as the skb.", "Xu"),
        lambda r: _verdicts(r, "skb_request"),
    ),
    (Claim("C7", "A modern compression interface needs no per-CPU scratch pools.", "Xu"), lambda r: None),
    (
        Claim("C8", "A fixed-size table of algorithms used in parallel is enough.", "implied by the patch"),
        lambda r: None,
    ),
    (
        Claim("C9", "One request per CPU is enough, since bottom halves are disabled.", "implied by the patch"),
        lambda r: None,
    ),
    (
        Claim("C10", "Per-request keys still leave buffers and transforms to manage, and gain from the pool.", "Safonov"),
        lambda r: _all(_verdicts(r, "percpu_request_key"), _verdicts(r, "per_request_key")),
    ),
    (Claim("C11", "AH, ESP and mac80211 would benefit from the pool; “definitely not”.", "Safonov; Xu"), lambda r: None),
    (Claim("C12", "One manager replaces several custom ones.", "Safonov"), lambda r: None),
]


def answers(results: Results) -> tuple[list[tuple[Claim, str]], list[Claim]]:
    """The claims that this run has an answer to, and those that it does not measure."""
    found = [(claim, answer(results)) for claim, answer in _ANSWERS]
    return [(claim, text) for claim, text in found if text], [claim for claim, text in found if not text]
