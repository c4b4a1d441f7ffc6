# SPDX-License-Identifier: MIT
"""What memory pressure says of the claims, block by block: which strategies had operations refused."""

from __future__ import annotations

from collections.abc import Sequence

from plots.pressure.estimates import PressureResult, named, of
from plots.pressure.words import rate, rate_interval, telling
from plots.statistics.verdict import FLOOR
from plots.verdicts.parts import Part, Said, Stand
from plots.verdicts.results import BlockResult, Results

_POOL, _OWN, _KEYS = "percpu_pool", "per_socket_tfm", "per_request_key"


def _pressed(results: Results, *strategies: str) -> list[BlockResult]:
    """The blocks under pressure that have these strategies, the one that tells most first. OpenSSL's judge no claim."""
    found = [b for b in results.blocks if not b.evp and of(b) and all((p := named(b, name)) and p.operations for name in strategies)]
    first = telling(found) if found else None
    return [b for b in found if b is first] + [b for b in found if b is not first]


def _result(block: BlockResult, name: str) -> PressureResult:
    found = named(block, name)
    assert found is not None
    return found


def _refused_some(block: BlockResult) -> bool:
    """Whether any strategy was refused an operation. Else the zone presses too little to tell strategies apart."""
    return any(p.operations_refused for p in of(block) if p.name != FLOOR)


def pool_never_fails(results: Results) -> Sequence[Part]:
    """C1."""
    found = _pressed(results, _POOL)

    def stand(block: BlockResult) -> Stand:
        if _result(block, _POOL).operations_refused:
            return "against"
        return "for" if _refused_some(block) else "open"

    lead = brief = ""
    if found:
        pool, own = _result(found[0], _POOL), named(found[0], _OWN)
        beside = f", {_OWN} {rate(own.failure_rate.median)}" if own else ""
        lead = f"under memory pressure {_POOL} has {pool.operations_refused:,} of {pool.operations:,} operations refused{beside}"
        brief = f"under pressure {pool.operations_refused:,} of {pool.operations:,} refused"
    return [
        Part(
            name="operations refused under memory pressure",
            lead=lead,
            brief=brief,
            yes="none refused",
            no="some refused",
            unresolved="no strategy refused any",
            missing="memory pressure",
            said=tuple(Said(results.run.name, b, stand(b), _result(b, _POOL).failure_rate) for b in found),
            along="pages",
            unit="pages",
            optional=True,
            leads=True,
        )
    ]


def _loss(results: Results, strategy: str, sentence: str = "") -> Part:
    """Whether a strategy that allocates for each packet loses none while others do."""
    found = _pressed(results, strategy)

    def stand(block: BlockResult) -> Stand:
        one = _result(block, strategy)
        if not one.operations_refused:
            return "for" if _refused_some(block) else "open"
        return "against" if (one.failure_rate.low or 0) > 0 else "open"

    lead = brief = said = ""
    if found:
        one = _result(found[0], strategy).failure_rate
        lead = f"under memory pressure {rate(one.median)} ({rate_interval(one)}) of {strategy}'s operations are refused"
        brief = f"under pressure {rate(one.median)} ({rate_interval(one)})"
        said = f"{sentence} {rate(one.median)} ({rate_interval(one)}) of its operations refused" if sentence else ""
    return Part(
        name=f"operations of {strategy} refused under memory pressure",
        lead=lead,
        brief=brief,
        yes="none refused",
        no="some refused",
        missing=f"loss of {strategy} under pressure",
        said=tuple(Said(results.run.name, b, stand(b), _result(b, strategy).failure_rate) for b in found),
        along="pages",
        unit="pages",
        sentence=said,
        place=3,
    )


def keys_make_it_unnecessary(results: Results) -> Sequence[Part]:
    """C4."""
    return [_loss(results, _KEYS)]


def ipsec_model(results: Results) -> Sequence[Part]:
    """C5."""
    return [_loss(results, _OWN, "Under memory pressure a transform per socket has")]
