# SPDX-License-Identifier: MIT
"""The lane `host`: the module in the running kernel, for who asks for it by name. Nanoseconds and cycles, with the kernel's own assembly.

A round is a load of the module for each algorithm and size. Between loads nothing of it is in the kernel.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kernel.lanes import build, cells, log, native_table
from kernel.lanes.cells import Body
from kernel.lanes.errors import Refused
from kernel.lanes.lane import Asked, Lane
from kernel.lanes.log import Broken
from kernel.lanes.names import FULL_SOCKETS, SOCKETS
from kernel.lanes.results import Measured, utc
from kernel.lanes.running import COMMANDS, Running
from kernel.lanes.session import Session

ROUNDS = 7
TURNS = 16
"""Of each cell and cache in a load: it lasts about a second, for it cannot be interrupted."""


@dataclass(frozen=True)
class _Job:
    """One round of an algorithm."""

    number: int
    sockets: int
    algorithm: str

    @property
    def step(self) -> str:
        return f"{self.algorithm} round {self.number}"


def _measure(session: Session, asked: Asked) -> Measured:
    return measure(session, asked, Running(session))


def measure(session: Session, asked: Asked, running: Running) -> Measured:
    found = re.match(r"[1-9]\d*\.\d+", running.release)
    if asked.kernels or not found:
        raise Refused("the lane host measures the running kernel: leave --kernel out")
    running.check()
    session.progress.plan("module", 15)
    (module,) = session.all([partial(_build, session, running)])
    running.check_needed(module)
    configuration = running.configuration
    common = {
        "kernel": found[0],
        "release": running.release,
        "config": build.bytes_hash(configuration) if configuration else None,
        "module": build.file_hash(module),
    }
    sockets = (SOCKETS, *(FULL_SOCKETS if asked.full else ()))
    numbered = list(enumerate(count for count in sockets for _ in range(ROUNDS)))
    jobs = [_Job(number, count, algorithm) for number, count in numbered for algorithm in asked.algorithms]
    for job in jobs:
        session.progress.plan(job.step, len(asked.bytes) * max(0.2, job.sockets / SOCKETS))
    # One load at a time: two would time each other.
    rounds = [{**common, **body} for job in jobs for body in session.all([partial(_round, session, running, module, asked.bytes, job)])]
    kernel = {**common, "package": None, "version": None, "source": build.sources_hash(build.MODULE)}
    return Measured([kernel], rounds, {"compiler": build.compiler(session)}, native_table.table_of(rounds))


def _build(session: Session, running: Running) -> Path:
    with session.progress.step("module"):
        return build.plain_module(session, "host", running.headers, running.release)


def _round(session: Session, running: Running, module: Path, sizes: Sequence[int], job: _Job) -> dict[str, Any]:
    started, clock = time.time(), time.monotonic_ns()
    body: Body = {}
    with session.progress.step(job.step):
        for size in sizes:
            words = (f"algorithm={job.algorithm}", "mode=time", f"sockets={job.sockets}", f"bytes={size}", f"rounds={TURNS}")
            part = collect(running.release, size, job.sockets, job.algorithm, running.load(module, *words))
            body = body or {**part, "cells": []}
            body["cells"] += part["cells"]
    return {**body, "round": job.number, "start": utc(started), "duration_ns": time.monotonic_ns() - clock}


def collect(release: str, size: int, sockets: int, algorithm: str, text: str) -> Body:
    """What one load said: an algorithm's cells with one size."""
    (body,) = cells.timed(release, [algorithm], sockets, log.parse_part(text, release))
    for cell in body["cells"]:
        if cell["bytes"] != size or len(cell["turn_ns"]) != TURNS:
            raise Broken(f"{release}, {algorithm}: {cell['name']}: {len(cell['turn_ns'])} turns of {cell['bytes']} B, not {TURNS} of {size}")
    return body


LANE = Lane(
    "host",
    "nanoseconds and cycles in the kernel that runs here, by a module that is loaded for it and unloaded; needs root and headers",
    (*build.COMMANDS, *COMMANDS),
    _measure,
)
