# SPDX-License-Identifier: MIT
"""Times as plain text, 72 columns: for a mail, and for the table that a run prints at its end."""

from __future__ import annotations

from plots.cost.tables import runs_of_a_flow
from plots.cost.words import OPEN_LOOP, RUNS, latency, threads
from plots.drawing import conditions, words
from plots.drawing.layout import beside, fill, underlined
from plots.verdicts import sittings
from plots.verdicts.families import Family, families, memory_families
from plots.verdicts.question import InTable
from plots.verdicts.results import BlockResult, Results, StrategyResult
from plots.verdicts.words import headroom, slope

_NAME, _CELL, _COLUMNS = 20, 25, 2


def _timed_row(s: StrategyResult) -> str:
    return (
        f"{s.name:<18.18}{words.ns(s.ns_per_packet.median):>6}{words.ratio(s.ratio.median):>6}"
        f"{words.interval(s.ratio) if s.verdict != 'baseline' else '':>12} {s.word:<10}"
        f"{slope(s):>9}{words.allocations(s.allocations_per_packet):>10}"
    )


def _timed(block: BlockResult) -> list[str]:
    first = f"{words.sockets(block.block.axes.sockets)}, {words.plural(len(block.timed), 'round')}"
    lines = ["", first]
    if block.block.axes.open_loop:
        lines += fill(OPEN_LOOP)
    lines.append(f"{'':18}{'ns/pkt':>6}{'ratio':>6}{'interval':>12} {'verdict':<10}{'B/socket':>9}{'alloc/pkt':>10}")
    lines += [_timed_row(s) for s in block.strategies]
    failed = [f"{s.name} {s.allocation_failures:,}" for s in block.strategies if s.allocation_failures]
    if failed:
        lines += fill(f"! allocations failed: {', '.join(failed)}")
    apart = [f"{s.name} {said}" for s in block.strategies if (said := sittings.shown(s))]
    if apart:
        lines += fill(f"ratio in each sitting: {'; '.join(apart)}")
    if block.resolves_nothing_because:
        lines += fill(f"! nothing is resolved here: {block.resolves_nothing_because}")
    if text := sittings.note(block):
        lines += fill(f"! moved by {text}")
    if text := threads(block):
        lines += fill(f"! {text}")
    return lines


def _latency(block: BlockResult) -> list[str]:
    lines = ["", *fill(latency(block)), f"{'latency, ns':<18}{'response p50':>13}{'p99':>9}{'p99.9':>9}{'service p50':>13}{'p99.9':>9}"]
    for s in block.strategies:
        if s.latency:
            response, service = s.latency["response"].percentiles, s.latency["service"].percentiles
            shown = (
                (response["p50"], 13),
                (response["p99"], 9),
                (response["p999"], 9),
                (service["p50"], 13),
                (service["p999"], 9),
            )
            lines.append(f"{s.name:<18.18}" + "".join(f"{words.ns(e.median):>{width}}" for e, width in shown))
    return lines


def _memory(block: BlockResult) -> list[str]:
    lines = ["", f"{'memory':<18}{'idle':>13}{'open':>14}{'peak':>14}{'RSS':>13}"]
    for s in block.strategies:
        if s.memory:
            m = s.memory
            lines.append(
                f"{s.name:<18.18}{words.size(m.idle.bytes):>13}{words.size(m.open.bytes):>14}{words.size(m.peak.bytes):>14}{words.size(s.rss_bytes):>13}"
            )
    return lines + [line for note in headroom([block]).values() for line in fill(f"! {note}")]


def mail(results: Results) -> list[str]:
    """All timed blocks, in families that differ only in sockets, and the memory of each family's last block; then the tables
    of runs."""
    timed = [block for block in results.measured if block.timed]
    with_memory = {family.shared for family in memory_families(timed, "sockets")}
    lines: list[str] = []
    for family in families(timed, "sockets"):
        lines += underlined(", ".join(conditions.of(family.shared, ["sockets"])))
        for block in family.blocks:
            lines += _timed(block)
            if any(s.latency for s in block.strategies):
                lines += _latency(block)
        if family.shared in with_memory:
            lines += _memory(family.blocks[-1])
    return lines + _runs(results)


def _runs(results: Results) -> list[str]:
    tables = runs_of_a_flow(results)
    if not tables:
        return []
    return [*underlined("Runs of a flow"), "", *fill(RUNS), *(line for table in tables for line in beside(table))]


def _cell(block: BlockResult, name: str) -> str:
    strategy = block.strategy(name)
    if strategy is None:
        return f"{'-':>{_CELL}}"
    return f"{words.ns(strategy.ns_per_packet.median):>7}{words.ratio(strategy.ratio.median):>7} {strategy.word:<10}"


def _family(family: Family) -> list[str]:
    lines = fill(", ".join(conditions.of(family.shared, ["sockets"])))
    if family.shared.open_loop:
        lines += fill("ns and ratio: closed loop, measured before the load")
    for start in range(0, len(family.blocks), _COLUMNS):
        blocks = family.blocks[start : start + _COLUMNS]
        lines.append(" " * _NAME + "".join(f"  {words.sockets(b.block.axes.sockets):<{_CELL - 2}}" for b in blocks))
        names = [name for name in family.names if any(b.strategy(name) for b in blocks)]
        lines += [f"{name:<{_NAME}}" + "".join(f"{_cell(b, name):<{_CELL}}" for b in blocks) for name in names]
        lines += [
            line
            for b in blocks
            if b.resolves_nothing_because
            for line in fill(f"! {words.sockets(b.block.axes.sockets)}: {b.resolves_nothing_because}")
        ]
    lines += [
        line
        for b in family.blocks
        if (text := sittings.note(b))
        for line in fill(f"! {words.sockets(b.block.axes.sockets)}: moved by {text}")
    ]
    if text := threads(family.blocks[0]):
        lines += fill(f"! {text}")
    return [line.rstrip() for line in lines]


def table(results: Results) -> InTable:
    """ns per packet, ratio to the baseline and verdict, for every timed block."""
    timed = [block for block in results.blocks if block.timed]
    lines = [line for family in families(timed, "sockets") for line in ["", *_family(family)]]
    return InTable(f"ns per packet, ratio to {results.run.baseline}, verdict" if lines else "", lines)
