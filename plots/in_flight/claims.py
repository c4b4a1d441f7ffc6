# SPDX-License-Identifier: MIT
"""Answer from operations in flight to the claim that one request per CPU is enough."""

from __future__ import annotations

from plots.in_flight.estimates import InFlightResult, of
from plots.in_flight.tables import flights
from plots.in_flight.words import KINDS, PREEMPT_RT, microseconds, mpps, where
from plots.statistics.verdict import FLOOR
from plots.verdicts.results import BlockResult, Results


def _mpps(found: list[InFlightResult]) -> str:
    """percpu_pool 0.049 (0.048-0.050), …"""
    said = []
    for f in found:
        low, high = f.pps.low, f.pps.high
        interval = f" ({low / 1e6:.3f}-{high / 1e6:.3f})" if low is not None and high is not None else ""
        said.append(f"{f.name} {mpps(f.pps)}{interval}")
    return ", ".join(said)


def _best(block: BlockResult, kind: str) -> float:
    return max((f.pps.median or 0 for f in of(block) if f.kind == kind and f.name != FLOOR), default=0)


def _without_engine(deepest: list[BlockResult]) -> str:
    """Where the CPU alone is faster than the engine with as many operations as it holds."""
    beaten = [where(b) for b in deepest if _best(b, "none") > _best(b, "many") > 0]
    return f" The CPU alone is faster than the engine with: {'; '.join(beaten)}." if beaten else ""


def one_request_is_enough(results: Results) -> str | None:
    """C9: what one request per CPU costs if operations end later, and how long a packet waits for a section.

    None if no engine holds two operations: then no strategy can have more than one in flight.
    """
    found = flights(results)
    if not found:
        return None
    block = found[0].blocks[-1]
    depth = block.block.axes.in_flight
    if depth < 2:
        return None
    own = [f for f in of(block) if f.name != FLOOR]
    by_kind = {kind: [f for f in own if f.kind == kind] for kind in KINDS}
    one, many, none = by_kind["one_per_cpu"], by_kind["many"], by_kind["none"]
    if not one or not many:
        return None
    slow = max(one, key=lambda f: f.pps.median or 0)
    fast = max(many, key=lambda f: f.pps.median or 0)
    times = (fast.pps.median or 0) / (slow.pps.median or 1)
    text = (
        f"With an engine of {block.block.axes.engine_ns / 1000:g} µs that holds up to {depth:,} operations ({where(block, 'in_flight')}), "
        f"million packets a second of virtual time: with one operation per CPU, {_mpps(one)}; with as many as the engine holds, "
        f"{_mpps(many)}, at best {times:.1f} times as many. That factor follows from the model's rule: 1 operation in each engine time "
        f"against {depth:,}, or fewer if the CPU's own part of the work is the limit."
    )
    text += (
        " crypto_pool v4 excludes such engines: it allocates its transforms with CRYPTO_ALG_ASYNC masked out. So this is a what-if: what the "
        "pool would cost if it did not."
    )
    if none:
        text += f" Operations on the stack cannot go to the engine, so the CPU computes them: {_mpps(none)}."
        text += _without_engine([family.blocks[-1] for family in found])
    text += f" {sum(f.macs_checked for f in own):,} MACs were checked. A round with a wrong MAC fails and is not in a run."
    overtaken = sum(f.overtaken for f in own)
    if overtaken:
        text += f" {overtaken:,} genuine packets ended after later ones and were refused as replays."
    held = [f for f in own if f.held]
    if held:
        longest = max(held, key=lambda f: f.wait_p99_ns.median or 0)
        text += (
            f"\nIf bottom halves stay disabled from start to end ({', '.join(f.name for f in held)}), a packet received during a TX "
            f"operation waits for the rest of it. The longest waits, with {longest.name}: {microseconds(longest.wait_p50_ns)} µs at the "
            f"median and {microseconds(longest.wait_p99_ns)} µs at p99, for arrivals drawn within measured operations."
        )
    return f"{text}\n{PREEMPT_RT}"
