# SPDX-License-Identifier: MIT
"""The lane `native`: User-mode Linux on this machine's processor. Nanoseconds, failed operations under failslab, bytes of slab.

Boots that are timed run one at a time. A kernel's state differs from boot to boot, so a round is a boot and there are at least eight.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kernel.lanes import cells, initrd, log, native_table, strategies, uml, uml_ready
from kernel.lanes.build import compiler
from kernel.lanes.cells import Body
from kernel.lanes.errors import Refused
from kernel.lanes.lane import Asked, Lane
from kernel.lanes.log import Broken, Line
from kernel.lanes.names import AEAD, SOCKETS
from kernel.lanes.results import Measured, cell_names, utc
from kernel.lanes.session import Session
from kernel.lanes.uml_ready import Ready, UserMode

CACHES = ("warm", "cold")
BOOTS = 8
TURNS = 15
"""Of each cell, size and cache in one boot."""

FULL_SOCKETS = (10000,)
"""Beside SOCKETS with --full. No fewer: the clock there has steps of 256 ns."""

PERCENTS = (0.1, 1, 10)
FAULT_TURNS = 20
"""A turn is an operation of each socket."""

# Caches of the allocator are merged otherwise, and have the name of one of them.
_OWN_NAMES = "slab_nomerge"


@dataclass(frozen=True)
class _Job:
    """One boot of one kernel with one number of sockets."""

    ready: Ready
    number: int
    sockets: int
    what: str = ""

    @property
    def step(self) -> str:
        return f"{self.ready.name} {self.what or f'boot {self.number}'}"


def _hashes(session: Session, asked: Asked) -> Asked:
    """Without gcm(aes): User-mode Linux has it as a template, whose setkey may sleep, so its baseline cannot exist."""
    why = f"{AEAD} is not measured in User-mode Linux: its setkey may sleep there, so a pool cannot key it for every packet"
    left = tuple(algorithm for algorithm in asked.algorithms if algorithm != AEAD)
    if not left:
        raise Refused(why)
    if left != asked.algorithms:
        session.warn(why)
    return replace(asked, algorithms=left)


def _measure(session: Session, asked: Asked) -> Measured:
    asked = _hashes(session, asked)
    kernels = UserMode(session).make(asked.kernels)
    sockets = (SOCKETS, *(FULL_SOCKETS if asked.full else ()))
    # One boot of each kernel, then the next: what changes with time meets all alike.
    numbered = list(enumerate(count for count in sockets for _ in range(BOOTS)))
    timed = [_Job(ready, number, count) for number, count in numbered for ready in kernels]
    others = [(algorithm, _Job(ready, len(numbered), SOCKETS, f"fails {algorithm}")) for ready in kernels for algorithm in asked.algorithms]
    for job in timed:
        session.progress.plan(job.step, 3 * len(asked.algorithms) * max(0.2, job.sockets / SOCKETS))
    for _, job in others:
        session.progress.plan(job.step, 4)
    rounds = [body for job in timed for bodies in session.all([partial(_time, session, asked, job)]) for body in bodies]
    table = native_table.table_of(rounds)
    tasks = [partial(_hold_and_fail, session, replace(asked, algorithms=(algorithm,)), job) for algorithm, job in others]
    rounds += [body for bodies in session.all(tasks) for body in bodies]
    return Measured([ready.described() for ready in kernels], rounds, {"compiler": compiler(session)}, table)


def _boot(session: Session, job: _Job, words: tuple[str, ...], collect: Callable[[str], list[Body]]) -> list[dict[str, Any]]:
    with session.computing(job.step):
        archive = session.cache.scratch(job.step) / "initrd"
        initrd.write(archive, job.ready.init, job.ready.module)
        started, clock = time.time(), time.monotonic_ns()
        console = uml.boot(session, uml.Boot(job.step, job.ready.program, archive, words))
        lasted = time.monotonic_ns() - clock
    common = {"kernel": job.ready.name, **job.ready.identity(), "round": job.number, "start": utc(started), "duration_ns": lasted}
    return [{**common, **body} for body in collect(console)]


def _words(asked: Asked, job: _Job) -> tuple[str, ...]:
    return (f"ALGORITHMS={','.join(asked.algorithms)}", f"SOCKETS={job.sockets}")


def _time(session: Session, asked: Asked, job: _Job) -> list[dict[str, Any]]:
    words = ("DO=time", f"BYTES={','.join(map(str, asked.bytes))}", f"ROUNDS={TURNS}", *_words(asked, job))
    return _boot(session, job, words, lambda console: collect_times(job.ready.name, asked, job.sockets, console))


def collect_times(kernel: str, asked: Asked, sockets: int, console: str) -> list[Body]:
    """For each algorithm what its file says of it alone. A log that lacks anything, or has more, is an error."""
    bodies = cells.timed(kernel, asked.algorithms, sockets, log.parse(console, kernel)[1:-1])
    for body in bodies:
        cells.check(kernel, asked.bytes, CACHES, body)
        for cell in body["cells"]:
            if len(cell["turn_ns"]) != TURNS:
                turns = f"{len(cell['turn_ns'])} turns in place of {TURNS}"
                raise Broken(f"{kernel}, {body['algorithm']}: {cell['name']} ({cell['bytes']} B, {cell['cache']}) has {turns}")
    return bodies


def _hold_and_fail(session: Session, asked: Asked, job: _Job) -> list[dict[str, Any]]:
    """A boot of its own for the job's algorithm."""
    (algorithm,) = asked.algorithms
    forms = [cell.name for cell in strategies.cells(job.ready.name, algorithm)]
    percents = ",".join(f"{percent:g}" for percent in PERCENTS)
    words = ("DO=hold,faults", f"FORMS={','.join(forms)}", f"PERCENT={percents}", f"ROUNDS={FAULT_TURNS}", _OWN_NAMES, *_words(asked, job))
    return _boot(session, job, words, lambda console: [collect_held_and_failed(job.ready.name, algorithm, console)])


def collect_held_and_failed(kernel: str, algorithm: str, console: str) -> Body:
    """What a file says of an algorithm's slabs and faults: each cell once, and once with each probability."""
    named = [cell.name for cell in strategies.cells(kernel, algorithm)]
    body: Body = {"algorithm": algorithm, "cells": [], "slab": [], "faults": []}
    percent: float | None = None
    for line in log.parse(console, kernel)[1:-1]:
        said = line.fields
        if said.get("algorithm", algorithm) != algorithm:
            raise Broken(f"{kernel}: line {line.number}: {said['algorithm']} in place of {algorithm}")
        if line.kind == "module":
            body["driver"] = said["driver"]
        elif line.kind == "slab":
            grown = {name: said[name] for name in ("sockets", "active_bytes", "total_bytes", "objects")}
            body["slab"].append({**cell_names(said["what"]), **grown})
        elif line.kind == "faulted":
            percent = said["percent"]
        elif line.kind == "faults" and percent is not None:
            body["faults"].append(
                {**cell_names(said["name"]), "percent": percent, "operations": said["operations"], "failed": said["failed"]}
            )
        elif line.kind != "kept":
            raise Broken(f"{kernel}: line {line.number}: {line.kind} does not belong to a boot of hold and faults, or not there")
    _check(f"{kernel}, {algorithm}: slab", [(row["name"], 0) for row in body["slab"]], [(name, 0) for name in named])
    _check(f"{kernel}, {algorithm}: faults", [(row["name"], row["percent"]) for row in body["faults"]], [(n, p) for p in PERCENTS for n in named])
    return body


def _check(where: str, have: Sequence[tuple[str, float]], want: Sequence[tuple[str, float]]) -> None:
    """Each cell of the table once with each probability; the module's order is its own."""
    for name, percent in have:
        if (name, percent) not in want:
            raise Broken(f"{where}: the module has {name} at {percent:g} %, and kernel/lanes/strategies.py has not")
    for name, percent in want:
        times = have.count((name, percent))
        if times != 1:
            raise Broken(f"{where}: {name} at {percent:g} % is there {times} times in place of once")


LANE = Lane(
    "native",
    "nanoseconds in User-mode Linux on this machine's processor, failed operations under failslab, bytes of slab; needs no root",
    uml_ready.COMMANDS,
    _measure,
)
