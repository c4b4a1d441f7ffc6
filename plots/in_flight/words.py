# SPDX-License-Identifier: MIT
"""What a report says of operations that end later: the claim's answer, the tables."""

from __future__ import annotations

from plots.drawing import words
from plots.verdicts.families import Family, families
from plots.in_flight.estimates import InFlightResult
from plots.drawing.layout import Table
from plots.run.model import Axes
from plots.verdicts.results import BlockResult, Results
from plots.statistics.stats import Estimate
from plots.statistics.verdict import FLOOR

LEGEND = (
    "An engine computes and operations end later, out of order; the CPU begins the next one meanwhile, if the strategy lets it. "
    "Million packets a second of virtual time, median over rounds, by how many operations the engine may hold. none: the "
    "operation lives on the stack, is refused to the engine, and the CPU computes it; one_per_cpu: the next packet waits; many: it "
    "does not. refused: operations that cannot leave, summed over all depths."
)

SECTION_LEGEND = (
    "TX operations of process context were measured from start to end. Arrivals of received packets are drawn evenly from the time "
    "of them all; where bottom halves stay disabled (held) such a packet waits for the rest of the operation, elsewhere (open) it "
    "does not. clone_sigpool and tfm_pool enable them a little before the end: theirs wait a little less. Operations of more "
    "than 16 times the median were interrupted, and are left out. p50, p99: of that rest; TX: the operations' median; of all, the "
    "median over rounds."
)

_KINDS = ("none", "one_per_cpu", "many")


def flights(results: Results) -> list[Family]:
    """Blocks that differ in depth alone, the one with most of them first."""
    found = families([b for b in results.blocks if b.in_flight], "in_flight")
    return sorted(found, key=lambda family: -len(family.blocks))


def where(block: BlockResult, *without: str) -> str:
    return ", ".join(words.conditions(block.block.axes, ["cache", "load", *without]))


def mpps(estimate: Estimate) -> str:
    return "-" if estimate.median is None else f"{estimate.median / 1e6:.3f}"


def _mpps(found: list[InFlightResult]) -> str:
    """percpu_pool 0.049 (0.048-0.050), …"""
    said = []
    for f in found:
        low, high = f.pps.low, f.pps.high
        interval = f" ({low / 1e6:.3f}-{high / 1e6:.3f})" if low is not None and high is not None else ""
        said.append(f"{f.name} {mpps(f.pps)}{interval}")
    return ", ".join(said)


def depths(family: Family) -> Table:
    """Rates by depth, strategy by strategy, those of one kind together."""
    cells = [f for block in family.blocks for f in block.in_flight]
    order = sorted({f.name: f.kind for f in cells}.items(), key=lambda pair: _KINDS.index(pair[1]))
    rows = []
    for name, kind in order:
        found = [block.with_engine(name) for block in family.blocks]
        rows.append((name, [kind, *(mpps(f.pps) if f else "-" for f in found), words.count(sum(f.refused for f in found if f))]))
    columns = ["kind", *(f"{b.block.axes.in_flight:,} deep" for b in family.blocks), "refused"]
    shared = f"{where(family.blocks[0], 'in_flight', 'engine_ns')}, engine of {family.shared.engine_ns / 1000:g} µs"
    return Table(f"Packets a second, in millions: {shared}", columns, rows, [])


def _microseconds(estimate: Estimate) -> str:
    return "-" if estimate.median is None else f"{estimate.median / 1000:.2f}"


def sections(families: list[Family]) -> list[Table]:
    """How long a packet waits for a TX operation. Neither the engine nor its depth matters to that: of blocks that differ in
    them alone, the first family's deepest."""
    found: dict[Axes, Table] = {}
    for family in families:
        block = family.blocks[-1]
        found.setdefault(block.block.axes.but(in_flight=0, engine_ns=0), _sections(block))
    return list(found.values())


def _sections(block: BlockResult) -> Table:
    rows = [
        (
            f.name,
            [
                "held" if f.held else "open",
                _microseconds(f.wait_p50_ns),
                _microseconds(f.wait_p99_ns),
                _microseconds(f.section_p50_ns),
            ],
        )
        for f in block.in_flight
    ]
    columns = ["section", "p50, µs", "p99, µs", "TX, µs"]
    return Table(f"Received while a TX operation is under way: {where(block, 'in_flight', 'engine_ns')}", columns, rows, [])


def limits(results: Results) -> list[str]:
    """What must not be concluded from an engine that is a model."""
    if not any(b.in_flight for b in results.blocks):
        return []
    return [
        "The engine is a model in virtual time, on one CPU: it takes all it has room for at once and costs the CPU nothing. Its packets "
        "a second tell strategies that hold one operation from those that hold many, not what a device would do."
    ]


def one_request_is_enough(results: Results) -> str | None:
    """C9: what one request per CPU costs once operations end later, and how long a packet waits for a section. Nothing where
    the engine never holds two: then one is all there can be."""
    found = flights(results)
    if not found:
        return None
    block = found[0].blocks[-1]
    depth = block.block.axes.in_flight
    if depth < 2:
        return None
    own = [f for f in block.in_flight if f.name != FLOOR]
    by_kind = {kind: [f for f in own if f.kind == kind] for kind in _KINDS}
    one, many, none = by_kind["one_per_cpu"], by_kind["many"], by_kind["none"]
    if not one or not many:
        return None
    slow = max(one, key=lambda f: f.pps.median or 0)
    fast = max(many, key=lambda f: f.pps.median or 0)
    times = (fast.pps.median or 0) / (slow.pps.median or 1)
    text = (
        f"With an engine of {block.block.axes.engine_ns / 1000:g} µs that holds up to {depth:,} ({where(block, 'in_flight')}), in million "
        f"packets a second of virtual time: one operation per CPU, {_mpps(one)}; as many as the engine holds, {_mpps(many)}, at best "
        f"{times:.1f} times as many. That factor follows from the model's rule: one operation in each engine time against {depth:,}, or "
        "fewer where the CPU's own part of the work is the bound."
    )
    if none:
        text += f" On the stack none can leave: all are refused to the engine, and the CPU computes them itself: {_mpps(none)}."
    text += f" {sum(f.macs_checked for f in own):,} MACs were checked; a round with a wrong one is void and would not be here."
    overtaken = sum(f.overtaken for f in own)
    if overtaken:
        text += f" {overtaken:,} genuine packets came after later ones and were refused as replays."
    held = [f for f in own if f.held]
    if held:
        longest = max(held, key=lambda f: f.wait_p99_ns.median or 0)
        text += (
            f"\nWhere bottom halves stay disabled from start to end ({', '.join(f.name for f in held)}), a packet received during a TX "
            f"operation waits for the rest of it: with {longest.name}, the longest, {_microseconds(longest.wait_p50_ns)} µs at the median and "
            f"{_microseconds(longest.wait_p99_ns)} µs at p99, for arrivals drawn within measured operations."
        )
    return text
