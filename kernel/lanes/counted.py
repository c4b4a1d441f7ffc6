# SPDX-License-Identifier: MIT
"""The lane `counted`: stock kernels under QEMU, which counts instructions, loads, stores and simulated cache misses by phase."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kernel.lanes import apt, build, cells, initrd, log, phases, qemu, strategies, table
from kernel.lanes.kernels import Kernel
from kernel.lanes.lane import Asked, Lane
from kernel.lanes.log import Broken
from kernel.lanes.names import FULL_SOCKETS, SOCKETS
from kernel.lanes.qemu import Machine
from kernel.lanes.results import Measured, utc
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


def patient(machine: Machine, sockets: int) -> Machine:
    """It may be silent for longer where turns have more packets."""
    return replace(machine, silent_seconds=machine.silent_seconds * max(1, sockets / SOCKETS))


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
        written = qemu.boot(session, patient(ready.machine, job.sockets), what, _share(session, job.step, turns))
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
            bodies.append(cells.begun(kernel, sockets, line))
        elif line.kind != "turn":
            raise Broken(f"{kernel}: line {line.number}: {line.kind} does not belong to the lane counted")
        elif not bodies:
            raise Broken(f"{kernel}: line {line.number}: a turn before the module's own line")
        else:
            bodies[-1]["cells"].append({**cells.cell(sockets, line), "phases": next(left)})
    cells.check_algorithms(kernel, asked.algorithms, bodies)
    for body in bodies:
        cells.check(kernel, asked.bytes, CACHES, body)
    return bodies


LANE = Lane(
    "counted",
    "instructions, loads, stores, simulated cache misses by phase, in stock kernels under QEMU; needs no root",
    (*apt.COMMANDS, *build.COMMANDS),
    _measure,
)
