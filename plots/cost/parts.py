# SPDX-License-Identifier: MIT
"""What times and injected failures say of the claims, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from plots.drawing import words
from plots.statistics.stats import Estimate
from plots.statistics.verdict import judge
from plots.verdicts import paired
from plots.verdicts.evidence import per_cpu
from plots.verdicts.parts import FASTER, NOT_SLOWER, Part, Said, Stand, answering, leading, share, time_part
from plots.verdicts.results import BlockResult, Results

_POOL, _OWN, _KEYS, _POOLED, _SKB = "percpu_pool", "per_socket_tfm", "per_request_key", "percpu_request_key", "skb_request"


def _lost(block: BlockResult, name: str) -> float | None:
    s = block.strategy(name)
    return s.counted_drops / s.counted_packets if s and s.counted_packets else None


def _injected(results: Results) -> Part:
    """Whether the pool loses packets when allocations are made to fail, in blocks where a transform per socket does."""
    found = leading(b for b in results.blocks if b.block.axes.faults and not b.evp and _lost(b, _POOL) is not None and _lost(b, _OWN) is not None)
    found.sort(key=lambda b: -b.block.axes.probability)

    def stand(block: BlockResult) -> Stand:
        if _lost(block, _POOL):
            return "against"
        return "for" if _lost(block, _OWN) else "open"

    lead = ""
    if found:
        pool, own = (words.percent(lost) if (lost := _lost(found[0], name)) else "no packet" for name in (_POOL, _OWN))
        lead = f"if allocations are made to fail with p = {found[0].block.axes.probability:g}, {_POOL} loses {pool}, {_OWN} {own}"
    return Part(
        name="packets lost to injected failures",
        lead=lead,
        brief="failures injected",
        yes="none lost",
        no="some lost",
        unresolved="nothing failed",
        missing="injected failures",
        said=tuple(Said(results.run.name, b, stand(b), Estimate(_lost(b, _POOL))) for b in found),
        optional=True,
    )


def pool_never_fails(results: Results) -> Sequence[Part]:
    """C1."""
    return [_injected(results)]


def _not_slower(results: Results, strategy: str, key: str = "raw", sentence: str = "", place: int = 9) -> Part:
    return time_part(results, strategy, NOT_SLOWER, "not slower", "slower", key=key, sentence=sentence, place=place)


def keys_make_it_unnecessary(results: Results) -> Sequence[Part]:
    """C4: with the raw key in the request, and with a prepared one."""
    return [_not_slower(results, _KEYS), _not_slower(results, _KEYS, "prepared")]


def ipsec_model(results: Results) -> Sequence[Part]:
    """C5."""
    return [_not_slower(results, _OWN, sentence="A transform per socket takes", place=1)]


def _own_state(block: BlockResult) -> bool:
    """Counted, with one algorithm and the protocol's own scratch. OpenSSL's judge no claim."""
    axes = block.block.axes
    return bool(block.counted) and not block.evp and not axes.faults and (axes.algorithms, axes.scratch) == (1, "own")


def _fits(results: Results) -> Part:
    """Whether the request lies in the headroom of the skb. Else the strategy allocates it, as others do."""
    found = [
        (b, room)
        for b in leading(b for b in results.blocks if _own_state(b) and b.block.axes.key == "raw")
        if (s := b.strategy(_SKB)) and (room := s.skb_headroom_bytes) is not None
    ]
    return Part(
        name="the request fits in the skb",
        lead=f"the request takes {found[0][1]:,} B of headroom in every skb" if found else "",
        brief=f"{found[0][1]:,} B of headroom" if found else "",
        yes="fits",
        no="does not fit",
        missing=_SKB,
        said=tuple(Said(results.run.name, b, "for" if room else "against", Estimate(room)) for b, room in found),
    )


def in_the_skb(results: Results) -> Sequence[Part]:
    """C6: whether it fits, and where it does, whether it is slower. A run that times nothing can judge whether it fits."""
    slower = time_part(results, _SKB, NOT_SLOWER, "not slower", "slower", counts=lambda b, s: s.skb_headroom_bytes != 0)
    return [_fits(results), replace(slower, optional=True)]


def _gain(results: Results) -> Part:
    """A request in the pool against an allocated request, both with their keys. The ratio is not to the baseline: it is one
    comparison in each block, judged with the block's margin."""
    found = [(b, paired.ratio(b.block, _POOLED, _KEYS)) for b in answering(results, (_POOLED, _KEYS))]

    def stand(block: BlockResult, ratio: Estimate) -> Stand:
        if block.resolves_nothing_because:
            return "open"
        return FASTER.get(judge(ratio, len(block.timed), block.margin), "open")

    return Part(
        name=f"time of {_POOLED} beside {_KEYS}",
        lead=f"{_POOLED} takes {share(found[0][1])} of {_KEYS}'s time" if found else "",
        brief=f"{_POOLED} {share(found[0][1])} of {_KEYS}" if found else "",
        yes="faster",
        no="not faster",
        missing=f"{_POOLED} beside {_KEYS}",
        said=tuple(Said(results.run.name, b, stand(b, ratio), ratio) for b, ratio in found),
    )


def _managed(results: Results) -> Part:
    """What per-request keys leave to manage: what sockets share, and what each CPU keeps."""
    found = []
    for b in leading(b for b in results.blocks if _own_state(b) and b.strategy(_POOLED)):
        s = b.strategy(_KEYS)
        cpus = per_cpu(s, b.block.axes.possible_cpus) if s else None
        shared = s.memory.open.owners.get("shared") if s and s.memory else None
        if cpus is not None and shared is not None:
            found.append((b, shared.bytes, cpus))
    lead = f"{_KEYS} keeps {words.size(found[0][1])} for all sockets and {words.size(found[0][2])} a CPU" if found else ""
    return Part(
        name="what remains to manage",
        lead=lead,
        brief=f"{words.size(found[0][1])} shared" if found else "",
        yes="left to manage",
        no="nothing left to manage",
        missing=f"memory of {_KEYS}",
        said=tuple(Said(results.run.name, b, "for" if shared or cpus else "against", Estimate(float(shared))) for b, shared, cpus in found),
    )


def keys_in_the_pool(results: Results) -> Sequence[Part]:
    """C10."""
    return [_gain(results), _managed(results)]
