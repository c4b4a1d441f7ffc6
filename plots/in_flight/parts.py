# SPDX-License-Identifier: MIT
"""What operations in flight say of the claim that one request per CPU is enough, block by block."""

from __future__ import annotations

from collections.abc import Sequence

from plots.in_flight.estimates import InFlightResult, named
from plots.in_flight.tables import flights
from plots.in_flight.words import mpps
from plots.statistics.stats import Estimate
from plots.verdicts.parts import Part, Said, Stand
from plots.verdicts.results import BlockResult, Results


_ONE, _MANY = "percpu_request_key", "per_request_key"
"""Both set the key for every packet, in the request. They differ in who owns the request."""


def _times(slow: Estimate, fast: Estimate) -> Estimate:
    """How many times as many packets; from the far ends of both intervals."""
    if not slow.median or not slow.low or not slow.high or fast.median is None or fast.low is None or fast.high is None:
        return Estimate()
    return Estimate(fast.median / slow.median, fast.low / slow.high, fast.high / slow.low)


def one_request_is_enough(results: Results) -> Sequence[Part]:
    """C9: along the number of operations that an engine holds."""
    found: list[tuple[BlockResult, InFlightResult, InFlightResult]] = []
    for family in flights(results):
        for block in reversed(family.blocks):
            one, many = named(block, _ONE), named(block, _MANY)
            if one and many:
                found.append((block, one, many))

    def stand(block: BlockResult, times: Estimate) -> Stand:
        if times.low is None or times.high is None:
            return "open"
        if times.low > 1 + block.margin:
            return "against"
        return "for" if times.high < 1 + block.margin else "open"

    lead = brief = sentence = ""
    if found:
        block, one, many = found[0]
        depth = block.block.axes.in_flight
        rates = f"one request per CPU does {mpps(one.pps)} million packets a second, and as many as it holds do {mpps(many.pps)}"
        lead = f"with an engine that holds {depth:,} operations {rates}"
        brief = f"{mpps(one.pps)} of {mpps(many.pps)} Mpps with {depth:,} in flight"
        sentence = f"With an engine that holds {depth:,} operations, {rates}"
    ratios = [(block, _times(one.pps, many.pps)) for block, one, many in found]
    return [
        Part(
            name="packets a second with one request per CPU",
            lead=lead,
            brief=brief,
            yes="enough",
            no="not enough",
            missing="operations that end later",
            said=tuple(Said(results.run.name, b, stand(b, times), times) for b, times in ratios),
            along="in_flight",
            unit="in flight",
            sentence=sentence,
            place=5,
        )
    ]
