# SPDX-License-Identifier: MIT
"""report/review.txt: plain ASCII, 72 columns, for a mail to a kernel list. Conditions come first."""

from __future__ import annotations

from plots.claims import claims
from plots.drawing import words
from plots.memory import text as memory_text, words as memory_words
from plots.pressure import text as pressure_text, words as pressure_words
from plots.report import protocol_text, provenance, words as asked
from plots.verdicts.families import Axis, families, memory_families
from plots.drawing.layout import WIDTH, fill, wrap
from plots.verdicts.results import BlockResult, Results, StrategyResult
from plots.report.table import aa_line
from plots.statistics.verdict import FLOOR


def _labelled(label: str, text: str, indent: int = 11) -> list[str]:
    return wrap(text, f"{label + ':':<{indent}}", " " * indent) or [f"{label}:"]


def _heading(text: str) -> list[str]:
    return ["", text, "-" * len(text)]


def _slope(s: StrategyResult) -> str:
    return words.per_socket(s.memory.bytes_per_socket) if s.memory else "-"


def _timed_row(s: StrategyResult) -> str:
    return (
        f"{s.name:<18.18}{words.ns(s.ns_per_packet.median):>6}{words.ratio(s.ratio.median):>6}"
        f"{words.interval(s.ratio) if s.verdict != 'baseline' else '':>12} {s.word:<10}"
        f"{_slope(s):>9}{words.allocations(s.allocations_per_packet):>10}"
    )


def _timed(block: BlockResult) -> list[str]:
    first = f"{words.sockets(block.block.axes.sockets)}, {words.plural(len(block.block.timed), 'round')}"
    lines = ["", first]
    if block.block.axes.open_loop:
        lines += fill(asked.OPEN_LOOP)
    lines.append(f"{'':18}{'ns/pkt':>6}{'ratio':>6}{'interval':>12} {'verdict':<10}{'B/socket':>9}{'alloc/pkt':>10}")
    lines += [_timed_row(s) for s in block.strategies]
    failed = [f"{s.name} {s.allocation_failures:,}" for s in block.strategies if s.allocation_failures]
    if failed:
        lines += fill(f"! allocations failed: {', '.join(failed)}")
    if block.resolves_nothing_because:
        lines += fill(f"! nothing is resolved here: {block.resolves_nothing_because}")
    if text := asked.threads(block):
        lines += fill(f"! {text}")
    return lines


def _latency(block: BlockResult) -> list[str]:
    lines = ["", *fill(asked.latency(block)), f"{'latency, ns':<18}{'response p50':>13}{'p99':>9}{'p99.9':>9}{'service p50':>13}{'p99.9':>9}"]
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


def _counted(block: BlockResult) -> list[str]:
    failing = words.faults(block.block.axes.faults) if block.block.axes.faults else []
    lines = ["", *fill(", ".join([*failing, "counted, not timed"])), f"{'':18}{'packets':>10}{'refused':>8}{'dropped':>8}{'share':>9}{'B/socket':>9}{'alloc/pkt':>10}"]
    for s in block.strategies:
        share = words.percent(s.counted_drops / s.counted_packets, 3) if s.counted_packets else "-"
        lines.append(
            f"{s.name:<18.18}{s.counted_packets:>10,}{s.allocation_failures:>8,}{s.counted_drops:>8,}{share:>9}"
            f"{_slope(s):>9}{words.allocations(s.allocations_per_packet):>10}"
        )
    return lines


def _memory(block: BlockResult) -> list[str]:
    lines = ["", f"{'memory':<18}{'idle':>13}{'open':>14}{'peak':>14}{'RSS':>13}"]
    for s in block.strategies:
        if s.memory:
            m = s.memory
            lines.append(
                f"{s.name:<18.18}{words.size(m.idle.bytes):>13}{words.size(m.open.bytes):>14}{words.size(m.peak.bytes):>14}{words.size(s.rss_bytes):>13}"
            )
    return lines + [line for note in memory_words.headroom([block]).values() for line in fill(f"! {note}")]


def _pressure(results: Results) -> list[str]:
    """Who is refused more than whom; and by families of pages the block that tells most, and how the others differ."""
    blocks = [block for block in results.blocks if block.pressure]
    if not blocks:
        return []
    lines = [*_heading("Memory pressure"), *fill(pressure_words.LEGEND)]
    for text in pressure_words.order(results):
        lines += ["", *fill(text)]
    for family in families(blocks, "pages"):
        lines += _heading_wrapped(pressure_words.where(family.shared, "pages"))
        told = pressure_words.telling(list(family.blocks))
        lines += pressure_text.both(told)
        lines += pressure_text.over_pages(family) if len(family.blocks) > 1 else []
        for block in family.blocks:
            pages = "" if len(family.blocks) == 1 else f"{words.plural(block.block.axes.pages, 'page')}: "
            lines += [line for note in pressure_words.notes(block) for line in fill(f"! {pages}{note}")]
    more = len(blocks) - len(families(blocks, "pages"))
    rest = f"All numbers of {words.plural(more, 'block')} more are in report.html, which tfmbench report writes."
    return lines + (["", *fill(rest)] if more else [])


def _command(text: str) -> list[str]:
    """A shell's line, continued where it is too long for a mail."""
    pieces = wrap(text, "  ", "    ", WIDTH - 2)
    return [f"{piece} \\" for piece in pieces[:-1]] + pieces[-1:]


def _heading_wrapped(text: str) -> list[str]:
    lines = fill(text)
    return ["", *lines, "-" * max(map(len, lines))]


def review(results: Results) -> str:
    """The whole text."""
    run = results.run
    lines = [words.ascii_text(f"tfmbench: {run.matrix} ({run.name})")[:WIDTH], "", *fill(asked.QUESTION)]
    lines += _heading("Conditions")
    for label, text in provenance.conditions(results):
        lines += _labelled(label, text)
    for label, text in provenance.disturbance(results):
        lines += _labelled(label, text, 40)
    for warning in provenance.warnings(results):
        lines += _labelled("warning", warning)
    aa = aa_line(results)
    lines += ["", *fill(asked.verdicts(results)), *(fill(aa) if aa else [])]
    legend = (
        f"interval: of the ratio to {run.baseline}, 95 % for a block's comparisons together. B/socket: slope, live "
        "bytes as requested. alloc/pkt: atomic allocations asked for on the fast path, a packet. idle, open, peak: live "
        "bytes as requested with no socket, with all, and at most while packets flowed; RSS: the process's growth while "
        "the sockets opened, where it was timed (pages that were free already do not show). Memory is that of the "
        f"last block above it, the one with the most sockets; cache and load do not change it. refused: allocations. floor: {FLOOR}, the harness's own "
        "cost, never counted, and never subtracted but for one figure that is named, beside published ratios."
    )
    measured = [block for block in results.blocks if block.strategies and (block.block.timed or block.block.axes.faults)]
    if measured:
        lines += ["", *fill(legend)]
    groups: list[tuple[Axis, list[BlockResult]]] = [
        ("sockets", [block for block in measured if not block.block.axes.faults]),
        ("probability", [block for block in measured if block.block.axes.faults]),
    ]
    with_memory = {family.shared for family in memory_families(measured, "sockets")}
    for axis, blocks in groups:
        for family in families(blocks, axis):
            lines += _heading_wrapped(", ".join(words.conditions(family.shared, [axis])))
            for block in family.blocks:
                lines += _timed(block) if block.block.timed else _counted(block)
                if any(s.latency for s in block.strategies):
                    lines += _latency(block)
            if family.shared in with_memory:
                lines += _memory(family.blocks[-1])
    counted = memory_text.section(results)
    if counted:
        lines += [*_heading("Memory"), *counted]
    lines += _pressure(results)
    for title, text_lines in protocol_text.sections(results):
        lines += [*_heading(title), *text_lines]
    lines += _heading("What was claimed, what was measured")
    answered, not_measured = claims.answers(results)
    for claim, answer in answered:
        lines += ["", *_labelled(claim.id, f"{claim.says} ({claim.by})", 5), *(line for p in answer.split("\n") for line in fill(p, "     "))]
    if not_measured:
        lines += ["", *fill(f"Not measured in this run: {', '.join(claim.id for claim in not_measured)} (docs/claims.md says what they claim).")]
    lines += _heading("What cannot be concluded")
    for text in asked.cannot_be_concluded(results):
        lines += wrap(text, "- ", "  ")
    paragraphs = asked.how_to_read(results)
    if paragraphs:
        lines += _heading("How to read a verdict")
    for i, paragraph in enumerate(paragraphs):
        lines += [*([""] if i else []), *fill(paragraph)]
    lines += ["", "Reproduce with:"]
    for command in provenance.command(results):
        lines += _command(command)
    return words.ascii_text("\n".join(line.rstrip() for line in lines) + "\n")
