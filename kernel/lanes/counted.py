# SPDX-License-Identifier: MIT
"""The lane `counted`: stock kernels under QEMU, which counts instructions, loads, stores and simulated cache misses by phase."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from kernel.lanes import apt, build, initrd, log, phases, qemu, strategies, table
from kernel.lanes.kernels import Kernel
from kernel.lanes.lane import Asked, Lane
from kernel.lanes.log import Broken, Line
from kernel.lanes.names import FULL_SOCKETS, SOCKETS
from kernel.lanes.phases import Phases
from kernel.lanes.results import Measured, cell_names, utc
from kernel.lanes.session import Session
from kernel.lanes.stock import Stock

CACHES = ("flushed", "warm")
SETTLE_SECONDS = 5
"""Of the guest's time, before anything is counted: 7.x goes on booting for seconds. It costs nothing here."""


@dataclass(frozen=True)
class _Job:
    """One boot: all algorithms with one number of sockets."""

    kernel: Kernel
    number: int
    sockets: int

    @property
    def step(self) -> str:
        return f"{self.kernel.name} counts" + ("" if self.number == 0 else f" {self.sockets} sockets")


def _measure(session: Session, asked: Asked) -> Measured:
    stock = Stock(session)
    found = stock.find(asked.kernels)
    sockets = (SOCKETS, *(FULL_SOCKETS if asked.full else ()))
    jobs = [_Job(kernel, number, count) for kernel in found for number, count in enumerate(sockets)]
    for job in jobs:
        session.progress.plan(job.step, 12 + 7 * len(asked.algorithms) * max(0.2, job.sockets / SOCKETS))
    rounds = session.all([partial(_boot, session, stock, asked, job) for job in jobs])
    whole = [body for bodies in rounds for body in bodies]
    return Measured([stock.described(kernel) for kernel in found], whole, stock.tools(), table.ratios(whole))


def _boot(session: Session, stock: Stock, asked: Asked, job: _Job) -> list[dict[str, Any]]:
    ready = stock.ready(job.kernel)
    words = (
        f"SETTLE={SETTLE_SECONDS}",
        "DO=count",
        f"ALGORITHMS={','.join(asked.algorithms)}",
        f"BYTES={','.join(map(str, asked.bytes))}",
        f"SOCKETS={job.sockets}",
    )
    seed = job.number
    turns = sum(len(strategies.cells(job.kernel.name, algorithm)) for algorithm in asked.algorithms) * len(asked.bytes) * len(CACHES)
    with session.computing(job.step):
        archive = session.cache.scratch(job.step) / "initrd"
        initrd.write(archive, ready.init, ready.module)
        started, clock = time.time(), time.monotonic_ns()
        what = qemu.Boot(job.step, ready.image, archive, words, ready.plugin, seed)
        written = qemu.boot(session, ready.machine, what, _share(session, job.step, turns))
        lasted = time.monotonic_ns() - clock
    bodies = collect(job.kernel.name, asked, job.sockets, written.console, written.phases)
    common = {"kernel": job.kernel.name, **stock.identity(job.kernel), "round": job.number, "start": utc(started), "duration_ns": lasted}
    return [{**common, **body} for body in bodies]


def _share(session: Session, step: str, turns: int) -> Callable[[str], None]:
    return lambda text: session.progress.part(step, 0.95 * text.count('{"turn":') / turns)


def collect(kernel: str, asked: Asked, sockets: int, console: str, counted: str) -> list[dict[str, Any]]:
    """For each algorithm what its file says of it alone. A log that lacks anything, or has more, is an error."""
    lines = log.parse(console, kernel)
    totals = phases.parse(counted, kernel)
    turns = sum(line.kind == "turn" for line in lines)
    if turns != len(totals):
        raise Broken(f"{kernel}: the log has {turns} turns and the plugin counted {len(totals)}")
    bodies: list[dict[str, Any]] = []
    left = iter(totals)
    for line in lines[1:-1]:
        if line.kind == "module":
            bodies.append(_begun(kernel, sockets, line))
        elif line.kind != "turn":
            raise Broken(f"{kernel}: line {line.number}: {line.kind} does not belong to the lane counted")
        elif not bodies:
            raise Broken(f"{kernel}: line {line.number}: a turn before the module's own line")
        else:
            bodies[-1]["cells"].append(_cell(sockets, line, next(left)))
    given = [body["algorithm"] for body in bodies]
    if given != list(asked.algorithms):
        raise Broken(f"{kernel}: the log has {', '.join(given) or 'no algorithm'} and was asked for {', '.join(asked.algorithms)}")
    for body in bodies:
        _check_cells(kernel, asked, body)
    return bodies


def _begun(kernel: str, sockets: int, line: Line) -> dict[str, Any]:
    if line.fields["sockets"] != sockets:
        raise Broken(f"{kernel}: line {line.number}: {line.fields['sockets']} sockets in place of {sockets}")
    return {"algorithm": line.fields["algorithm"], "driver": line.fields["driver"], "cells": []}


def _cell(sockets: int, line: Line, counted: Phases) -> dict[str, Any]:
    turn = line.fields
    return {
        **cell_names(turn["name"]),
        "bytes": turn["bytes"],
        "sockets": sockets,
        "cache": turn["cache"],
        "packets": turn["packets"],
        "phases": counted,
    }


def _check_cells(kernel: str, asked: Asked, body: dict[str, Any]) -> None:
    """The module's cells are those of the table, each once with each size and cache."""
    have = [(cell["name"], cell["bytes"], cell["cache"]) for cell in body["cells"]]
    named = [cell.name for cell in strategies.cells(kernel, body["algorithm"])]
    want = {(name, size, cache) for name in named for size in asked.bytes for cache in CACHES}
    where = f"{kernel}, {body['algorithm']}"
    for key in have:
        if key not in want:
            raise Broken(f"{where}: the module has {key[0]} ({key[1]} B, {key[2]}), and kernel/lanes/strategies.py has not")
    for key in sorted(want - set(have)):
        raise Broken(f"{where}: {key[0]} ({key[1]} B, {key[2]}) is missing: kernel/lanes/strategies.py names it")
    if len(have) != len(want):
        raise Broken(f"{where}: a cell was counted twice")


LANE = Lane(
    "counted",
    "instructions, loads, stores, simulated cache misses by phase, in stock kernels under QEMU; needs no root",
    (*apt.COMMANDS, *build.COMMANDS),
    _measure,
)
