# SPDX-License-Identifier: MIT
"""A run's machine and build, and what disturbed it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from plots.drawing import words
from plots.run.model import NotRun, Run
from plots.run.rounds import NOT_RECORDED, Cell, Watched
from plots.statistics.stats import median
from plots.statistics.verdict import FLOOR
from plots.verdicts import sittings, stopping
from plots.verdicts.pages import huge_shares
from plots.verdicts.question import Question
from plots.verdicts.results import Results


_HYPERVISORS = {"KVMKVMKVM": "KVM", "Microsoft Hv": "Hyper-V", "VMwareVMware": "VMware", "XenVMMXenVMM": "Xen"}
"""Signatures in CPUID leaf 0x40000000, and the hypervisors' names."""


def _known(value: object) -> str:
    return "not known" if value is None else str(value)


def hypervisor(text: str) -> str:
    """The text, with each known CPUID signature replaced by the hypervisor's name."""
    for said, name in _HYPERVISORS.items():
        text = text.replace(said, name)
    return text


def _version(version: object) -> str:
    """A version without its git hash, and without a count of 0 revisions: jemalloc's 5.3.0-0-g54eaed1d... is 5.3.0."""
    return re.sub(r"(-0)?-g[0-9a-f]{7,40}$", "", _known(version))


_MANY_VOID = 0.1
"""Above this share of void turns a block gets a warning: its intervals rest on what is left."""


def warnings(results: Results) -> list[str]:
    """The run's warnings, and one about void turns if a block has many."""
    said = [hypervisor(warning) for warning in results.run.warnings]
    shares = [block.turns_void / block.turns for block in results.blocks if block.turns]
    many = [share for share in shares if share > _MANY_VOID]
    if many:
        said.append(
            f"{words.plural(len(many), 'block')} with more than {words.percent(_MANY_VOID, 0)} of its turns void (at most "
            f"{words.percent(max(many), 0)}): upper halves of SIMD registers were in use when they began; look for code that "
            "runs between turns and uses AVX without vzeroupper"
        )
    said += _not_run(results)
    return said


def _not_run(results: Results) -> list[str]:
    """A line for each block and pass with rounds that could not run, with the reason of the last one."""
    by_block: dict[tuple[str, str], list[NotRun]] = {}
    for one in results.run.not_run:
        by_block.setdefault((one.block, one.kind), []).append(one)
    return [
        f"{words.plural(len(found), f'{kind} round')} of {block} could not run: {found[-1].reason}"
        for (block, kind), found in by_block.items()
    ]


def _rounds(results: Results, questions: Sequence[Question]) -> str:
    """For each pass of the matrix, how many rounds are wanted and how many are done."""
    run = results.run
    done, once = [], []
    for question in questions:
        if question.reads is None:
            continue
        blocks = question.wanted(results)
        there = sum(question.rounds(block) for block in blocks)
        if blocks and question.reads.once:
            some = "" if there == len(blocks) else f", {there:,} done"
            once.append(f"{question.reads.name}: one round of each of {words.plural(len(blocks), 'block')}{some}")
        elif blocks:
            due = sum(question.due(results, block) for block in blocks)
            done.append(f"{there} of {due} {question.reads.done or question.reads.said}")
    each = stopping.asked(run) if run.precision else f"{run.rounds} of each block"
    return "; ".join([*([each, ", ".join(done)] if done else []), *once])


def _added(run: Run) -> list[str]:
    """Which of the rounds were added to the run, and when."""
    added = [(one.rounds_before, one.time) for one in run.additions if one.rounds_before is not None]
    until = [*(before for before, _ in added[1:]), run.rounds]
    return [
        f"rounds {before} to {last - 1} of a block (counted from 0) were added at {time:%Y-%m-%d %H:%M} UTC"
        for (before, time), last in zip(added, until)
    ]


def _cache(cache: dict[str, Any]) -> str:
    """4 MiB of level 2 (64 B lines)"""
    kind = "" if cache["type"] == "unified" else f" {cache['type']}"
    line = f" ({cache['line_bytes']} B lines)" if cache["line_bytes"] else ""
    shared = f", one for {cache['threads']} threads" if cache["threads"] > 1 else ""
    return f"L{cache['level']}{kind} {words.size(cache['bytes'])}{line}{shared}"


def _details(results: Results) -> list[tuple[str, str]]:
    """What newer files say of the machine, as label and text."""
    machine = results.run.machine
    cpu = ", ".join(f"{name} {_known(machine[name])}" for name in ("family", "model", "stepping", "microcode"))
    smt = {None: "SMT not known", True: f"SMT: {machine['threads']} hardware threads", False: "no SMT"}[machine["smt"]]
    built = [words.plural(machine[key], word) for key, word in (("packages", "package"), ("numa_nodes", "NUMA node")) if machine[key]]
    mitigations = machine["mitigations"]
    affected = [f"{name}: {text}" for name, text in (mitigations or {}).items() if text != "Not affected"]
    hosts = sorted({r.host for block in results.run.blocks for r in block.rounds if r.host})
    where = f"{', '.join(hosts) or 'not known'}, of kind {machine['kind']}"
    return [
        ("CPU", f"{_known(machine['vendor'])} ({machine['architecture']}), {cpu}; {', '.join([*built, smt])}"),
        ("caches", "; ".join(map(_cache, machine["caches"] or [])) or "not known"),
        ("THP", f"enabled {_known(machine['thp']['enabled'])}, defrag {_known(machine['thp']['defrag'])}"),
        ("CPU bugs", "not known" if mitigations is None else "; ".join(affected) or "none"),
        ("host", f"{where} (hashes of the machine's name and of what it is)"),
    ]


def conditions(results: Results, questions: Sequence[Question]) -> list[tuple[str, str]]:
    """What a reviewer asks first, as label and text."""
    run = results.run
    machine, build, git = run.machine, run.build, run.git
    memory = words.size(machine["memory_bytes"]) + " of memory" if machine["memory_bytes"] else "memory not known"
    cores = words.plural(machine["cores"], "core") if machine["cores"] else "cores not known"
    # Older files write null for bare metal and have the governor of core 0 only.
    newer = "kind" in machine
    virtual = _known(machine["hypervisor"]) if newer else machine["hypervisor"] or "none"
    governors = machine["governors"].values() if newer else [machine["governor"]]
    return [
        ("machine", f"{_known(machine['cpu'])}, {cores}, {memory}"),
        *(_details(results) if newer else []),
        (
            "kernel",
            f"{_known(machine['kernel'])}, hypervisor {hypervisor(virtual)}, "
            f"governor {words.listed(dict.fromkeys(map(_known, governors)))}, ASLR {_known(machine['aslr'])}",
        ),
        ("compiler", f"{_known(build['compiler'])}, {_known(build['type'])}, {_known(build['flags'])}"),
        *([("build", f"{build['hash']} (hash of the executables that measured)")] if "hash" in build else []),
        ("libraries", ", ".join(f"{name} {_version(version)}" for name, version in run.libraries.items()) or "none named"),
        (
            "matrix",
            f"{run.matrix}, {words.plural(len(run.blocks), 'block')}, baseline {run.baseline}, "
            f"strategies {', '.join(run.strategies)}",
        ),
        ("rounds", "; ".join([_rounds(results, questions), *_added(run)])),
        ("sittings", sittings.began(run)),
        ("seed", str(run.seed)),
        ("git", f"{_known(git['revision'])}{' with local changes' if git['dirty'] else ''}"),
    ]


def _range(values: Iterable[float | None], show: Callable[[float], str]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "not known"
    return f"median {show(float(median(known) or 0))}, at most {show(max(known))}"


def _pages(results: Results) -> list[tuple[str, str]]:
    """How much memory lay on huge pages, for each page_size. Older files do not say it."""
    shares: dict[str, list[float]] = {}
    for block in results.blocks:
        shares.setdefault(block.block.axes.page_size, []).extend(huge_shares(block.block.of(Watched)))
    return [
        (
            f"share of huge pages, page_size {size}",
            f"median {words.percent(float(median(found) or 0), 1)}, at least {words.percent(min(found), 1)}",
        )
        for size, found in shares.items()
        if found
    ]


def _simd_states(rounds: Sequence[Watched[Cell]]) -> str:
    """clean in 7 rounds, unknown in 1. Empty if no round recorded it, or no CPU has upper halves."""
    states = Counter(r.simd_state for r in rounds if r.simd_state not in (None, NOT_RECORDED))
    return ", ".join(f"{state} in {words.plural(number, 'round')}" for state, number in states.most_common())


def disturbance(results: Results) -> list[tuple[str, str]]:
    """What disturbed the machine, and the harness's own cost, as far as rounds measured it."""
    rounds = [r for block in results.blocks for r in block.block.rounds if isinstance(r, Watched)]
    batches = sum(block.batches for block in results.blocks)
    disturbed = sum(block.batches_disturbed for block in results.blocks)
    turns = sum(block.turns for block in results.blocks)
    lost = sum(block.turns_lost for block in results.blocks)
    simd = _simd_states(rounds)
    unpinned = sum(r.pinned is not True for r in rounds)
    floors = [s for block in results.blocks if block.timed and (s := block.strategy(FLOOR)) is not None]
    said: list[tuple[str, str]] = []
    if not rounds:
        return said
    if turns:
        said += [
            ("harness's floor (null), ns per packet", _range((s.ns_per_packet.median for s in floors), words.ns)),
            ("floor as a share of the baseline", _range((s.ratio.median for s in floors), lambda v: words.percent(v, 1))),
        ]
    said.append(("cost of one time stamp, ns", _range((r.stamp_ns for r in rounds), lambda v: f"{v:.1f}")))
    if turns:
        said += [
            (
                "disturbed batches, dropped",
                f"{disturbed:,} of {batches:,} ({words.percent(disturbed / batches)})" if batches else "none",
            ),
            ("turns that kept no batch", f"{lost:,} of {turns:,}"),
        ]
    if simd:
        said.append(("SIMD upper halves, once cleaned", simd))
    if simd and turns:
        void = sum(block.turns_void for block in results.blocks)
        dirtied = sum(block.turns_dirtied for block in results.blocks)
        said += [
            ("turns void: SIMD upper halves in use", f"{void:,} of {turns:,}"),
            ("turns that put them in use themselves", f"{dirtied:,} of {turns:,}"),
        ]
    open_loop = sum(b.open_loop_turns for b in results.blocks)
    if open_loop:
        dropped = sum(b.open_loop_turns_disturbed for b in results.blocks)
        said.append(("open-loop turns dropped", f"{dropped:,} of {open_loop:,}"))
        if void := sum(b.open_loop_turns_void for b in results.blocks):
            said.append(("open-loop turns void", f"{void:,} of {open_loop:,}"))
    return [
        *said,
        ("steal in a round, percent", _range((r.steal_percent for r in rounds), lambda v: f"{v:.2f}")),
        ("involuntary switches in a round", _range((r.involuntary_switches for r in rounds), lambda v: f"{v:,.0f}")),
        ("migrations in a round", _range((r.migrations for r in rounds), lambda v: f"{v:,.0f}")),
        ("rounds not pinned to a core", f"{unpinned:,} of {len(rounds):,}"),
        *_pages(results),
    ]
