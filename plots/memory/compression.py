# SPDX-License-Identifier: MIT
"""What IPComp's three interfaces say to the claim that a modern one needs no scratch pools."""

from __future__ import annotations

from plots.drawing import words
from plots.verdicts.evidence import per_cpu
from plots.verdicts.results import Results

_VARIANTS = (
    ("deflate", "scratch of 65,400 bytes"),
    ("acomp_scomp(deflate)", "acomp as of 2023"),
    ("acomp(deflate)", "a request for each packet, its output in pages"),
)


def _lost(results: Results, algorithm: str, name: str) -> str:
    """Drops where allocations were made to fail."""
    found = [
        (b, s) for b in results.blocks
        if b.block.axes.protocol == "ipcomp" and b.block.axes.algorithm == algorithm and b.block.axes.faults
        and (s := b.strategy(name)) and s.counted_packets
    ]  # fmt: skip
    if not found:
        return "failures not measured"
    block, s = max(found, key=lambda pair: pair[0].block.axes.probability)
    return f"{words.percent(s.counted_drops / s.counted_packets)} dropped at p = {block.block.axes.probability:g}"


def compression(results: Results) -> str | None:
    """C7: what each interface keeps on a CPU and what it loses where allocations fail; a pool, and a transform of one's own."""
    said = []
    for algorithm, what in _VARIANTS:
        blocks = [
            b for b in results.blocks
            if b.block.axes.protocol == "ipcomp" and b.block.axes.algorithm == algorithm and b.counted and not b.block.axes.faults
        ]  # fmt: skip
        if not blocks:
            continue
        block = blocks[0]
        each = []
        for name in ("percpu_pool", "per_socket_tfm"):
            s = block.strategy(name)
            kept = per_cpu(s, block.block.axes.possible_cpus) if s else None
            if s is None or kept is None:
                continue
            timed = name != results.run.baseline and s.ratio.median is not None
            took = f", {words.ratio(s.ratio.median)} ({words.interval(s.ratio)}) of {results.run.baseline}'s time, {s.verdict}" if timed else ""
            each.append(
                f"{name} {words.size(kept)} a CPU, atomic allocations a packet {words.allocations(s.allocations_per_packet)}{took}, "
                f"{_lost(results, algorithm, name)}"
            )
        if each:
            said.append(f"{algorithm} ({what}): {'; '.join(each)}")
    if not said:
        return None
    missing = [algorithm for algorithm, _ in _VARIANTS if not any(text.startswith(f"{algorithm} (") for text in said)]
    tail = f" Not measured in this run: {', '.join(missing)}." if missing else ""
    late = (
        " Of acomp(deflate) the kernel adds a CPU's stream when that CPU first compresses; here every possible CPU has its own from the "
        "start, idle or not, so that what an idle CPU keeps there is an upper bound."
        if "acomp(deflate)" not in missing
        else ""
    )
    return f"Kept on every possible CPU in IPComp: {'. '.join(said)}.{late}{tail}"
