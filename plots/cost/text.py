# SPDX-License-Identifier: MIT
"""Times as plain text, 72 columns: for a mail, and for the table that a run prints at its end."""

from __future__ import annotations

from plots.cost import counters
from plots.cost.tables import runs_of_a_flow
from plots.cost.words import OPEN_LOOP, RUNS, latency, notes, threads
from plots.drawing import conditions, words
from plots.drawing.layout import beside, fill, underlined
from plots.verdicts import sittings
from plots.verdicts.families import families, memory_families
from plots.verdicts.question import InTable
from plots.verdicts.results import BlockResult, Results, StrategyResult
from plots.verdicts.words import headroom, second_baseline, slope, to_second


def _timed_row(s: StrategyResult, second: str) -> str:
    more = f"{words.ratio(s.to_second.median):>9}" if second else ""
    interval = words.interval(s.ratio) if s.verdict != "baseline" else ""
    return f"{s.name:<18.18}{words.ns(s.ns_per_packet.median):>8}{words.ratio(s.ratio.median):>7}{interval:>14}{more} {s.word}"


def _timed(block: BlockResult, second: str) -> list[str]:
    first = f"{words.sockets(block.block.axes.sockets)}, {words.plural(len(block.timed), 'round')}"
    lines = ["", first]
    if block.block.axes.open_loop:
        lines += fill(OPEN_LOOP)
    lines.append(f"{'':18}{'ns/pkt':>8}{'ratio':>7}{'interval':>14}{f'{second:>9}' if second else ''} verdict")
    lines += [_timed_row(s, second) for s in block.strategies]
    failed = [f"{s.name} {s.allocation_failures:,}" for s in block.strategies if s.allocation_failures]
    if failed:
        lines += fill(f"! allocations failed: {', '.join(failed)}")
    apart = [f"{s.name} {said}" for s in block.strategies if (said := sittings.shown(s))]
    if apart:
        lines += fill(f"ratio in each sitting: {'; '.join(apart)}")
    for text in (*notes(block), threads(block)):
        lines += fill(f"! {text}") if text else []
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
    lines = ["", f"{'memory':<18}{'B/socket':>9}{'alloc':>6}{'idle':>9}{'open':>10}{'peak':>10}{'RSS':>10}"]
    for s in block.strategies:
        if s.memory:
            m = s.memory
            lines.append(
                f"{s.name:<18.18}{slope(s):>9}{words.allocations(s.allocations_per_packet):>6}{words.size(m.idle.bytes):>9}"
                f"{words.size(m.open.bytes):>10}{words.size(m.peak.bytes):>10}{words.size(s.rss_bytes):>10}"
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
            lines += _timed(block, to_second(results))
            if any(s.latency for s in block.strategies):
                lines += _latency(block)
        if family.shared in with_memory:
            lines += _memory(family.blocks[-1])
    return lines + _runs(results) + _counters(results)


def _runs(results: Results) -> list[str]:
    tables = runs_of_a_flow(results)
    if not tables:
        return []
    return [*underlined("Runs of a flow"), "", *fill(RUNS), *(line for table in tables for line in beside(table))]


def _counters(results: Results) -> list[str]:
    tables = counters.tables(results)
    if not tables:
        return []
    why = counters.missing(results)
    found = [line for table in tables for line in beside(table)]
    return [*underlined(counters.HEADING), "", *fill(counters.LEGEND), *(fill(f"! {why}") if why else []), *found]


def table(results: Results) -> InTable:
    """The rows of every timed block, as in the mail."""
    lines: list[str] = []
    for family in families([block for block in results.blocks if block.timed], "sockets"):
        lines += ["", *fill(", ".join(conditions.of(family.shared, ["sockets"])))]
        lines += [line for block in family.blocks for line in _timed(block, to_second(results))]
    second = second_baseline(results)
    return InTable(f"ratio to {results.run.baseline}{f'; {to_second(results)}: {second}' if second else ''}" if lines else "", lines)
