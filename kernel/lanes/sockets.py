# SPDX-License-Identifier: MIT
"""The lane `sockets`: real TCP connections over loopback, with TCP-AO, with TCP-MD5, and plain ones beside them.

The newest stock kernel under QEMU: the kernel's instructions a message. Interrupts stay on there, for they carry the messages; what runs in
the program between its system calls is not counted. User-mode Linux: bytes of slab a socket, time a message, and what failslab does to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kernel.lanes import initrd, qemu, sockets_table, uml, uml_ready
from kernel.lanes.build import compiler
from kernel.lanes.kernels import NAMES, Kernel
from kernel.lanes.lane import Asked, Lane
from kernel.lanes.names import AEAD, NEWEST, SOCKETS
from kernel.lanes.results import Measured, utc
from kernel.lanes.session import Session
from kernel.lanes.sockets_log import Key, collect, keys_of
from kernel.lanes.stock import Stock
from kernel.lanes.uml_ready import Ready, UserMode

TIMED, FAILING, COUNTED = 0, 1, 2
"""The rounds of a kernel. Not each has the last."""

COUNTED_ROUNDS = 1
"""A round is a message each way over each connection."""

TIMED_ROUNDS = 5
SETTLE_SECONDS = 5
PERCENTS: tuple[float, ...] = (0.1, 1)
FULL_PERCENTS: tuple[float, ...] = (*PERCENTS, 10)
BYTES = (64, 512, 1440)
FAILING_BYTES = (64,)

# Caches of the allocator are merged otherwise, and have the name of one of them.
_OWN_NAMES = "slab_nomerge"


@dataclass(frozen=True)
class _What:
    """What one boot does."""

    round: int
    keys: tuple[Key, ...]
    bytes: tuple[int, ...]
    percents: tuple[float, ...]

    def words(self) -> tuple[str, ...]:
        rounds = {COUNTED: COUNTED_ROUNDS, TIMED: TIMED_ROUNDS, FAILING: 1}[self.round]
        task = {
            COUNTED: ("DO=sockets", "MARKS=1", f"SETTLE={SETTLE_SECONDS}"),
            TIMED: ("DO=sockets",),
            FAILING: ("DO=sockets_faults", f"PERCENT={','.join(f'{percent:g}' for percent in self.percents)}"),
        }[self.round]
        size = f"BYTES={','.join(map(str, self.bytes))}"
        return (*task, size, f"KEYS={','.join(key.word for key in self.keys)}", f"SOCKETS={SOCKETS}", f"ROUNDS={rounds}", _OWN_NAMES)


def _measure(session: Session, asked: Asked) -> Measured:
    stock = Stock(session)
    counted = stock.find(_stock_names(asked.kernels))
    kernels = UserMode(session).make(_user_mode_names(asked.kernels))
    keys = keys_of([algorithm for algorithm in asked.algorithms if algorithm != AEAD])
    percents = FULL_PERCENTS if asked.full else PERCENTS
    tasks: list[Callable[[], dict[str, Any]]] = []
    for kernel in counted:
        session.progress.plan(f"{kernel.name} counts messages", 25 * len(keys))
        tasks.append(partial(_count, session, stock, kernel, keys, asked.bytes))
    for ready in kernels:
        for what in (_What(TIMED, keys, asked.bytes, (0,)), _What(FAILING, keys, _failing_bytes(asked), percents)):
            session.progress.plan(_step(ready.name, what), 6 * len(keys))
            tasks.append(partial(_time, session, ready, what))
    rounds = session.all(tasks)
    described = [{**stock.described(kernel), "module": None, "source": None} for kernel in counted]
    described += [{**ready.described(), "module": None, "source": None} for ready in kernels]
    return Measured(described, rounds, {**stock.tools(), "compiler": compiler(session)}, sockets_table.table(rounds))


def _stock_names(names: Sequence[str]) -> tuple[str, ...]:
    """The newest, unless others are asked for."""
    return tuple(names) or (NEWEST,)


def _user_mode_names(names: Sequence[str]) -> tuple[str, ...]:
    """User-mode Linux has no 6.1."""
    return tuple(name for name in names if name != NAMES[0])


def _failing_bytes(asked: Asked) -> tuple[int, ...]:
    return tuple(size for size in asked.bytes if size in FAILING_BYTES) or asked.bytes[:1]


def _step(name: str, what: _What) -> str:
    return f"{name} {'carries messages' if what.round == TIMED else 'loses messages'}"


def _share(session: Session, step: str, what: _What) -> Callable[[str], None]:
    lines = len(what.keys) * len(what.bytes) * len(what.percents)
    return lambda text: session.progress.part(step, 0.95 * text.count('{"connections":') / lines)


def _count(session: Session, stock: Stock, kernel: Kernel, keys: tuple[Key, ...], sizes: tuple[int, ...]) -> dict[str, Any]:
    ready = stock.ready(kernel)
    what = _What(COUNTED, _known(session, kernel, stock.config(kernel), keys), sizes, (0,))
    step = f"{kernel.name} counts messages"
    with session.computing(step):
        archive = session.cache.scratch(step) / "initrd"
        # The kernel's own modules alone: ours counts nothing here.
        initrd.write(archive, ready.init, None, ready.module.first)
        started, clock = time.time(), time.monotonic_ns()
        boot = qemu.Boot(step, ready.image, archive, what.words(), ready.plugin)
        written = qemu.boot(session, ready.machine, boot, _share(session, step, what))
        lasted = time.monotonic_ns() - clock
    connections = collect(kernel.name, what.keys, sizes, what.percents, SOCKETS, written.console, written.phases)
    return _round(kernel.name, stock.identity(kernel), what, started, lasted, connections)


def _known(session: Session, kernel: Kernel, config: Path, keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """Those that the kernel was built with."""
    lines = config.read_text().splitlines()
    known = tuple(key for key in keys if key.option is None or f"{key.option}=y" in lines)
    absent = dict.fromkeys(key.option for key in keys if key not in known)
    for option in absent:
        session.warn(f"{kernel.package} is built without {option}: the lane sockets counts {', '.join(key.word for key in known)} there")
    return known


def _time(session: Session, ready: Ready, what: _What) -> dict[str, Any]:
    step = _step(ready.name, what)
    with session.computing(step):
        archive = session.cache.scratch(step) / "initrd"
        initrd.write(archive, ready.init, None)
        started, clock = time.time(), time.monotonic_ns()
        console = uml.boot(session, uml.Boot(step, ready.program, archive, what.words()), _share(session, step, what))
        lasted = time.monotonic_ns() - clock
    connections = collect(ready.name, what.keys, what.bytes, what.percents, SOCKETS, console)
    return _round(ready.name, ready.identity(), what, started, lasted, connections)


def _round(
    kernel: str, identity: dict[str, Any], what: _What, started: float, lasted: int, connections: list[dict[str, Any]]
) -> dict[str, Any]:
    head = {"kernel": kernel, **identity, "module": None, "algorithm": "sockets", "driver": None}
    return {**head, "round": what.round, "start": utc(started), "duration_ns": lasted, "cells": [], "connections": connections}


LANE = Lane(
    "sockets",
    "real TCP-AO, TCP-MD5 and plain connections: instructions a message, bytes of slab a socket, what failslab does; needs no root",
    uml_ready.COMMANDS,
    _measure,
    BYTES,
)
