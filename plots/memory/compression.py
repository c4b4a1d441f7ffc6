# SPDX-License-Identifier: MIT
"""Answer from IPComp's three interfaces to the claim that a modern one needs no scratch pools."""

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
    """Packets dropped with injected allocation failures."""
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
    """C7: what each interface keeps per CPU and loses when allocations fail, with a pool and with a transform per socket."""
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
                f"{name} {words.size(kept)} per CPU, atomic allocations per packet {words.allocations(s.allocations_per_packet)}{took}, "
                f"{_lost(results, algorithm, name)}"
            )
        if each:
            said.append(f"{algorithm} ({what}): {'; '.join(each)}")
    if not said:
        return None
    missing = [algorithm for algorithm, _ in _VARIANTS if not any(text.startswith(f"{algorithm} (") for text in said)]
    tail = f" Not measured in this run: {', '.join(missing)}." if missing else ""
    late = (
        " With acomp(deflate) the kernel adds a CPU's stream when that CPU first compresses. Here every possible CPU has its stream from "
        "the start, so the bytes of an idle CPU are an upper bound."
        if "acomp(deflate)" not in missing
        else ""
    )
    return f"IPComp keeps on every possible CPU: {'. '.join(said)}.{late}{tail}"
