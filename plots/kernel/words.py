# SPDX-License-Identifier: MIT
"""Texts on the kernel beside the model: who disagrees and why, legends, the limits."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from plots.drawing import words
from plots.kernel.counterparts import FLAT, NEAR
from plots.kernel.estimates import Beside, Column, Missing
from plots.kernel.pairs import BY_MUCH, IN_SIGN, Disagreement, Ranks, how_many
from plots.run.kernel import POOL, Kernel, Lane, age
from plots.statistics.ranks import DRAWS, FEWEST
from plots.statistics.stats import Estimate
from plots.verdicts.results import Results

HEADING = "Kernel beside model"

WITHOUT = (
    "No figures of the real kernel stand beside this run. `tfmbench kernel counted --out DIR` makes them, and `tfmbench report RUN "
    "--kernel DIR` sets them beside it."
)

INSTRUCTIONS = (
    "Kernel, counted: instructions are not time. A contended lock, an atomic operation, an XSAVE and a load that misses every cache count "
    "as one instruction each, like an addition; an AES round or a SHA step counts as one, too. The counts are of one CPU that shares nothing, "
    "so they say what code runs, not how long it takes or how it scales. The caches are simulated. So a strategy's ratio in instructions "
    "shows the layers that it goes through; the ratio in ns (native, host) shows what they cost on one machine."
)

LIMIT = (
    "User-mode Linux (native) runs the kernel's generic C code for the algorithms, so a packet's hash takes longer there than on hardware "
    "with instructions for it, and all else is a smaller share of the packet."
)

TAU_LEGEND = (
    "tau: Kendall's tau-b between the model's order of the strategies (warm, by ratio) and that of a kernel in a lane, over all pairs of "
    "strategies of the same algorithm and size, with the pool and without the floor. 1: the same order, 0: no more agreement than by "
    f"chance, -1: the reverse. interval: 95 %, percentile bootstrap over strategies ({DRAWS:,} draws; none below {FEWEST} strategies)."
)

TAU_ALONE = "Below an algorithm: tau with it alone."

PHASES_LEGEND = (
    "Instructions a packet by phase, warm cache. start: from the section's begin until request and scratch are there, with their memory in "
    "allocation. key: setting the key. update: handing the packet's pieces to the algorithm. final: the digest. end: giving back. other: "
    "in no phase, such as the loop. L2, flushed: misses of the simulated L2 cache a packet, if it was emptied before the turn."
)

FAULTS_LEGEND = "Operations that failed while failslab makes atomic allocations fail, percent of all (lane native)."

SLAB_LEGEND = (
    "Bytes of slab objects in use for each socket, and the objects (lane native), without those of the loaded module. A socket has one "
    "transform if the strategy owns one, else what it keeps of the key."
)

CONNECTIONS_LEGEND = (
    "Real TCP connections over loopback (lane sockets). instructions: of a message, kernel and user together. ns: from sending a message to "
    "having it, median and 99th percentile. failslab: the probability that an allocation fails. again: segments sent again. slab: bytes of "
    "objects in use for each socket, less those of a plain one."
)


def column(at: Column) -> str:
    return f"{at.lane} {at.kernel}"


def _cold(found: Sequence[Beside]) -> list[str]:
    """What the model's second column is."""
    of = {
        "cold": "model cold: the memory of each socket is flushed before its packets.",
        "polluted": "model cold, or polluted: other memory is written between polls, since the run has no block with cache = cold.",
    }
    return [of[word] for word in dict.fromkeys(one.cold_word for one in found if one.cold)]


def legend(found: Sequence[Beside]) -> str:
    """What the columns of a table are. Only lanes that are there are explained."""
    lanes = {at.lane for beside in found for at in beside.columns}
    said = [
        f"Ratio to {POOL} in the model (ns a packet) and in the kernel, by lane and release.",
        *_cold(found),
        *(["counted: instructions a packet of a stock kernel under QEMU."] if "counted" in lanes else []),
        *(["native: ns a packet in User-mode Linux, the median over boots."] if "native" in lanes else []),
        *(["host: ns a packet in the running kernel."] if "host" in lanes else []),
    ]
    if lanes & {"native", "host"}:
        said.append("Below it the range of the cold cache over boots, since it depends on the boot.")
    return " ".join(
        [
            *said,
            f"The row {POOL} has ns, or instructions where they were counted. *: disagrees with the model in sign or by more than "
            f"{_quarter()}. An empty cell: the kernel does not have the strategy.",
            *([text] if (text := forms(found)) else []),
        ]
    )


def _quarter() -> str:
    assert BY_MUCH == 0.25
    return "a quarter"


def _phase(one: Disagreement) -> str:
    """mostly key, -1,397 of -1,012 instructions. A lane that times can say slower where fewer instructions run."""
    if one.phase is None:
        return f"{one.column.kernel} was not counted, so no phase explains it"
    if (one.kernel - 1) * one.phase.whole < 0:
        return f"instructions do not explain it ({words.fixed(one.phase.whole, 0, '+')} in all)"
    difference, whole = (words.fixed(value, 0, "+") for value in (one.phase.difference, one.phase.whole))
    return f"mostly {one.phase.name}, {difference} of {whole} instructions"


def _clause(one: Disagreement) -> str:
    how = "in sign, " if one.in_sign else ""
    return (
        f"{one.beside.algorithm}, {one.beside.bytes:,} B: {how}model {words.ratio(one.model)}, {column(one.column)} "
        f"{words.ratio(one.kernel)} ({one.form}); {_phase(one)}"
    )


def verdict(found: Sequence[Beside], wrong: Sequence[Disagreement]) -> str:
    """The first line: how many comparisons disagree."""
    compared = words.plural(how_many(found), "comparison")
    of = f"a strategy's ratio to {POOL} in the model and in the kernel"
    if not wrong:
        return f"Model and kernel agree in {compared} of {of}: none disagrees in sign or by more than {_quarter()}."
    sign = sum(one.in_sign for one in wrong)
    much = sum(one.gap > 1 + BY_MUCH for one in wrong)
    return (
        f"Of {compared} of {of}, {sign:,} disagree in sign (different sides of 1, both by more than {words.percent(IN_SIGN, 0)}), and "
        f"{much:,} by more than {_quarter()}. Of each strategy that does, the widest gap with each algorithm, and the phase in which the "
        f"kernel's cell differs most from {POOL}, of the difference in all, a packet:"
    )


def who(wrong: Sequence[Disagreement]) -> list[tuple[str, list[str]]]:
    """For each strategy that disagrees: how often, and a clause for each algorithm, on where it does so most."""
    by_strategy: dict[str, list[Disagreement]] = {}
    for one in wrong:
        by_strategy.setdefault(one.strategy, []).append(one)
    lines = []
    for strategy, same in by_strategy.items():
        worst: dict[str, Disagreement] = {}
        for one in same:
            worst.setdefault(one.beside.algorithm, one)
        often = f"{words.plural(len(same), 'comparison')}, {sum(one.in_sign for one in same):,} in sign"
        lines.append((f"{strategy} ({often})", [_clause(one) for one in worst.values()]))
    return lines


def missing(found: Sequence[Missing]) -> list[str]:
    """What the kernel has and this run has not."""
    said = []
    for one in found:
        if one.bytes is None:
            said.append(
                f"{one.algorithm}: this run has no block to compare it with (closed loop, warm cache, nettle or ipsec_mb, one thread, packets of one size, "
                f"and {POOL})."
            )
        else:
            said.append(f"{one.algorithm}, {one.bytes:,} B: no block of this run has packets within a factor of {NEAR:g} of that size.")
    return said


def nearest(beside: Beside) -> str:
    """What stands for the kernel's packets in the model."""
    axes = beside.block.block.axes
    text = f"model: {axes.workload}, {axes.algorithm}{f', api={axes.api}' if axes.api != FLAT else ''}"
    if beside.payload != beside.bytes:
        text += f", {beside.payload:,} B of data, the nearest to {beside.bytes:,} B"
    if beside.sockets != (axes.sockets,):
        text += f", with {words.sockets(axes.sockets)}; the kernel with {words.listed(f'{number:,}' for number in beside.sockets)}"
    return text


def forms(found: Sequence[Beside]) -> str:
    """Which form stands for a strategy, where that is not ahash everywhere. Empty if it is."""
    by_strategy: dict[str, dict[str, list[str]]] = {}
    for beside in found:
        for row in beside.rows:
            for at, reading in row.readings.items():
                kernels = by_strategy.setdefault(row.strategy, {}).setdefault(reading.form, [])
                if at.kernel not in kernels:
                    kernels.append(at.kernel)
    said = [
        f"{strategy}: {', '.join(f'{form} in {words.listed(sorted(kernels, key=age))}' for form, kernels in by_form.items())}"
        for strategy, by_form in by_strategy.items()
        if set(by_form) - {"ahash", "aead", "none"}
    ]
    return f"The form that stands for a strategy, where it is not ahash: {'; '.join(said)}." if said else ""


def tau(estimate: Estimate) -> str:
    return "-" if estimate.median is None else words.fixed(estimate.median, 2)


def tau_interval(one: Ranks) -> str:
    low, high = one.all.tau.low, one.all.tau.high
    return "-" if low is None or high is None else f"{words.fixed(low, 2)} to {words.fixed(high, 2)}"


def _where(lane: Lane) -> str:
    kernels = ", ".join(f"{one.release}{f' ({one.version})' if one.version else ''}" for one in lane.kernels)
    most = max(r.number for r in lane.rounds) + 1
    boots = "one boot of each" if most == 1 else f"up to {most} boots of each"
    tools = ", ".join(f"{name} {version or 'not known'}" for name, version in lane.tools.items())
    machine = lane.cpu or "CPU not known"
    hypervisor = "" if lane.hypervisor in (None, "none") else ", virtual"
    return (
        f"{kernels}; {boots}, begun {lane.start:%Y-%m-%d %H:%M} UTC on {machine}{hypervisor}{f'; {tools}' if tools else ''}. "
        f"Made by: tfmbench {shlex.join(lane.command_line)}"
    )


def conditions(kernel: Kernel) -> list[tuple[str, str]]:
    """Lane by lane, what was measured where."""
    return [(lane.name, _where(lane)) for lane in (*kernel.lanes, *([kernel.model] if kernel.model else []))]


def how_to_read(results: Results) -> list[str]:
    kernel = results.run.kernel
    return [INSTRUCTIONS] if kernel and kernel.lane("counted") else []


def limits(results: Results) -> list[str]:
    kernel = results.run.kernel
    if kernel is None:
        return []
    return [LIMIT] if kernel.lane("native") else []
