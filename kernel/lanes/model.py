# SPDX-License-Identifier: MIT
"""The lane `model`: the model's own packets, counted by the means of the lane counted.

The programs that run them are the host's. They run in a stock kernel under QEMU, since there are the plugin, the processor's flags and a clock made
of instructions; what the kernel executes meanwhile is not counted. (Debian's qemu-user is linked statically, and so takes no plugin.)
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kernel.lanes import apt, build, initrd, log, model_table, phases, qemu
from kernel.lanes.errors import Refused
from kernel.lanes.kernels import Kernel
from kernel.lanes.log import Broken, Line
from kernel.lanes.model_plan import Block, Plan
from kernel.lanes.results import Measured, cell_names, utc
from kernel.lanes.session import Session, cores
from kernel.lanes.stock import Stock
from kernel.lanes.words import last_line

NAME = "model"
COMMANDS = (*apt.COMMANDS, *build.COMMANDS, "ldd")
CACHES = ("flushed", "warm")

_KERNEL = "6.12"
"""Any would do: it is not counted."""

_MEMORY_MIB = 2048
_SETTLE_SECONDS = 5
_LIMIT_SECONDS = 550
"""Of one block. Shorter than the time after which a silent boot is ended, so that init says which it was."""

# Programs and their memory lie where they lay in the last boot.
_SAME_PLACES = "norandmaps"

_BLOCKS_A_BOOT = 3
"""So few are not worth a boot of their own."""


@dataclass(frozen=True)
class _Part:
    """The blocks of one boot, which have one program."""

    number: int
    program: Path
    blocks: tuple[Block, ...]

    @property
    def step(self) -> str:
        return f"counts part {self.number + 1}" if self.number else "counts"

    @property
    def turns(self) -> int:
        return sum(len(block.strategies) for block in self.blocks) * len(CACHES)


def parts_of(blocks: Sequence[Block], boots: int) -> list[_Part]:
    """Blocks that follow each other are alike, so the boots of a program take turns."""
    parts: list[_Part] = []
    for program in dict.fromkeys(block.program for block in blocks):
        own = [block for block in blocks if block.program == program]
        wanted = max(1, min(boots, -(-len(own) // _BLOCKS_A_BOOT)))
        parts += [_Part(len(parts) + number, program, tuple(own[number::wanted])) for number in range(wanted)]
    return parts


def measure(session: Session, plan: Plan) -> Measured:
    for line in plan.warnings:
        session.warn(line)
    stock = Stock(session)
    (kernel,) = stock.find((_KERNEL,))
    parts = parts_of(plan.blocks, cores())
    for part in parts:
        session.progress.plan(part.step, 12 + 0.25 * part.turns)
    files = {program: program_files(session, program) for program in dict.fromkeys(part.program for part in parts)}
    boots = [partial(_boot, session, stock, kernel, files[part.program], part) for part in parts]
    rounds = [body for bodies in session.all(boots) for body in bodies]
    order = {block.id: place for place, block in enumerate(plan.blocks)}
    rounds.sort(key=lambda body: order[body["block_id"]])
    return Measured([stock.bare_described(kernel)], rounds, stock.tools(), model_table.table(rounds))


def program_files(session: Session, program: Path) -> dict[str, bytes]:
    """A program with the libraries that it needs, by their places in the guest."""
    done = session.processes.run(("ldd", program))
    if done.returncode != 0:
        raise Refused(f"{program}: its libraries are not known: {last_line(done.stderr or done.stdout)}")
    return {"round": program.read_bytes()} | {place: path.read_bytes() for place, path in libraries(done.stdout).items()}


def libraries(text: str) -> dict[str, Path]:
    """What ldd says. The loader lies where the program says, all else where the loader looks without a cache."""
    found: dict[str, Path] = {}
    for name, path in re.findall(r"^\s*(?:(\S+) => )?(not found|/\S+)", text, re.MULTILINE):
        if path == "not found":
            raise Refused(f"{name}, a library of the round's program, is not found: build it here")
        place = f"lib/x86_64-linux-gnu/{name}" if name else path
        found[place.lstrip("/")] = Path(path)
    return found


def _boot(session: Session, stock: Stock, kernel: Kernel, program: Mapping[str, bytes], part: _Part) -> list[dict[str, Any]]:
    bare = stock.bare(kernel)
    with session.computing(part.step):
        archive = session.cache.scratch(part.step) / "initrd"
        requests = {f"rounds/{name}": block.request.encode() for name, block in _named(part.blocks).items()}
        archive.write_bytes(initrd.archive({"init": bare.init.read_bytes(), **program, **requests}))
        started, clock = time.time(), time.monotonic_ns()
        words = (_SAME_PLACES, "DO=rounds", f"SETTLE={_SETTLE_SECONDS}", f"LIMIT={_LIMIT_SECONDS}")
        what = qemu.Boot(part.step, bare.image, archive, words, bare.plugin, of_user=True, memory_mib=_MEMORY_MIB)
        written = qemu.boot(session, bare.machine, what, _share(session, part))
        lasted = time.monotonic_ns() - clock
    told = stock.bare_described(kernel)
    common = {
        **{name: told[name] for name in ("kernel", "release", "config", "module")},
        "round": 0,
        "start": utc(started),
        "duration_ns": lasted,
    }
    return [{**common, **body} for body in collect(part.blocks, written.console, written.phases)]


def _named(blocks: Sequence[Block]) -> dict[str, Block]:
    """By the names of the files that ask for them, which are in order."""
    return {f"{number:04}.json": block for number, block in enumerate(blocks)}


def _share(session: Session, part: _Part) -> Callable[[str], None]:
    return lambda text: session.progress.part(part.step, 0.95 * text.count('{"turn":') / part.turns)


def collect(blocks: Sequence[Block], console: str, counted: str) -> list[dict[str, Any]]:
    """For each block what its file says of it alone. A log that lacks anything, or has more, is an error."""
    lines = log.parse(console, NAME)
    totals = phases.parse(counted, NAME)
    turns = sum(line.kind == "turn" for line in lines)
    if turns != len(totals):
        raise Broken(f"{NAME}: the log has {turns} turns and the plugin counted {len(totals)}")
    left = iter(totals)
    files = iter(_named(blocks).items())
    bodies: list[dict[str, Any]] = []
    for line in lines[1:-1]:
        if line.kind == "round":
            bodies.append(_begun(next(files, None), line))
        elif line.kind != "turn" or not bodies:
            raise Broken(f"{NAME}: line {line.number}: {line.kind} does not belong there")
        else:
            bodies[-1]["cells"].append({**_cell(bodies[-1]["axes"], line), "phases": next(left)})
    if len(bodies) != len(blocks):
        raise Broken(f"{NAME}: the log has {len(bodies)} blocks and was asked for {len(blocks)}")
    for block, body in zip(blocks, bodies, strict=True):
        _check(block, body)
    return bodies


def _begun(wanted: tuple[str, Block] | None, line: Line) -> dict[str, Any]:
    if wanted is None or line.fields["file"] != wanted[0]:
        raise Broken(f"{NAME}: line {line.number}: {line.fields['file']} in place of {wanted[0] if wanted else 'the end'}")
    axes = wanted[1].axes
    return {"block_id": wanted[1].id, "axes": axes, "algorithm": axes["algorithm"], "driver": axes["provider"], "cells": []}


def _cell(axes: dict[str, Any], line: Line) -> dict[str, Any]:
    """By whose calls a strategy is built says the block's api. Blocks without one have none of the kernel's layers."""
    said = line.fields
    head = cell_names(f"{said['name']}/{axes.get('api', 'flat')}")
    return {**head, "bytes": said["bytes"], "sockets": axes["sockets"], "cache": said["cache"], "packets": said["packets"]}


def _check(block: Block, body: dict[str, Any]) -> None:
    have = [(cell["strategy"], cell["cache"]) for cell in body["cells"]]
    want = [(strategy, cache) for strategy in block.strategies for cache in CACHES]
    if have != want:
        odd = next((pair for pair in (*have, *want) if have.count(pair) != want.count(pair)), want[0])
        raise Broken(f"{NAME}, {block.id}: {odd[0]} ({odd[1]}) was counted {have.count(odd)} times, or not in its turn")
